"""What an American clinician would stumble on: British spellings and words, and 24-hour times."""

from __future__ import annotations

import re

_PATTERNS = (
    # organise, personalised, prioritisation; but not exercise, otherwise, supervised
    r"\b(?!(?:com)?promis)\w{2,}(?:al|il|ol|an|en|on|gn|or|ar|er|at|it|as|im|om|ym|am|ic|og|th|ut|un)"
    r"is(?:e[sd]?|ing|ations?|ers?)\b",
    r"\b(?:analys|paralys|catalys)(?:e[sd]?|ing)\b",
    # colour, favourite, behavioural; but not your, hour, four
    r"\b(?!(?:y?ours?|yourself|yourselves|ourselves|hours?|hourly|four|pour\w*|tour\w*)\b)"
    r"\w+our(?:s|ed|ing|ites?|able|al|hood|ly|ful)?\b",
    r"\b\w*(?:centre|centred|metre|litre|theatre|fibre|calibre)s?\b",
    r"\b(?:travell|cancell|labell|modell|counsell|signall|fuell|channell|levell|quarrell)\w+\b",
    r"\b(?:defence|licence|offence|pretence|practise[sd]?|practising|judgement|acknowledgement)\b",
    r"\b(?:learnt|spelt|burnt|leant|dreamt|whilst|amongst|programmes?|cheques?|grey|ageing)\b",
    r"\b(?:catalogue|dialogue|analogue|enquir\w+|instalment|fulfil|skilful|wilful|sceptical)\b",
    r"\b(?:oedema|an?aesth\w+|paediatr\w+|orthopaed\w+|haem\w+|diarrhoea|foetal|oestr\w+)\b",
    r"\b(?:fortnight\w*|physio\w*|GPs?|A&E|mums?|ward round|surgery|chemist|rota|in hospital)\b",
    r"\b(?:tick(?:ed)?|ring|rang|shops|purse|queue|leaflet|full stop|cup of tea|appraisal)\b",
    r"\b(?:towards|afterwards|e-mail|straight (?:away|after)|safeguarding|needn't|shan't|OPD)\b",
    r"\b(?:the other way round|have got|had got|'d got there|general practice)\b",
    r"\boccupational health\b",
    r"\b\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\w*",
    r"(?<![\d.])(?:[01]?\d|2[0-3]):[0-5]\d\b(?!\s?[AaPp][Mm])",
)
_BRITISH = re.compile("|".join(_PATTERNS), re.I)


def not_american(text: str) -> list[str]:
    """The words and times of a text that are not American; empty where it is."""
    return [match[0] for match in _BRITISH.finditer(text)]
