"""The safety gate: recall before all else, by rules that can be read.

Three questions are asked of every text before any feedback: is the writer in distress, was a
patient harmed or nearly so, may somebody be unsafe (abuse, neglect, suicidality, self-harm). The
rules look for what is said in whatever words; "denies suicidal ideas" and "no safeguarding
concerns" are recognised as the routine lines they are.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import chain

from reflections.feedback import safety_patterns as patterns
from reflections.model import Safety

_WRITER = r"\b(?:i|im|ive|id|ill|me|my|myself)\b"
_OTHER = (
    r"\b(?:he|shes?|hes|they|pt|pts|patient|client|him|her|mum|mom|dad|husband|wife|son|daughter"
    r"|lad|man|woman|girl|boy|teen|gentleman|lady|one of the|says|said|told me|tells me|admits"
    r"|reports|disclosed|seems|appears|presents|asked outright|active plan)\b"
)

_SAID_AFTER = re.compile(
    r"\b(?:he|she|they|pt|patient|mum|mom|dad|wife|husband|son|daughter)\s+(?:said|says|told"
    r"|asked)\b"
)
_ROUTINE = re.compile(
    r"\b(?:no|nil|denie[sd]|denying|without|not|never|negative\s+for|neg\s+for|0|absent|zero"
    r"|nobodys?|"
    r"no one|"
    r"ruled\s+out|nor|none|-ve|hasnt|doesnt\s+have|didnt\s+have|isnt)\b"
    r"(?:\s+(?:any|of|current|active|or|thoughts?|ideas?|acute|further|immediate|risk|evidence|"
    r"signs?|history|hx|concerns?|feel(?:s|ing)?|plans?|ideation|intent|self|harm|dsh|tsh|"
    r"suicidal\w*|psychosis|delusions?|hallucinations?|hi|homicidal\w*|about|re|si|actively|"
    r"been|being|features|safeguarding|worries|raised|abuse|now|at|all|and))*[\s,/:-]*$"
)
_ROUTINE_AFTER = re.compile(
    r"^\w*(?:\s+(?:risk|ideation|ideas?|thoughts?|screen\w*|concerns?|assessment|assessed|intent|"
    r"reviewed|asked|today))*\s*(?:[:=?(-]|is|was)?\s*"
    r"(?:nil\b|no\b|none\b|neg\b|negative\b|denie[sd]\b|low\b|not\s+(?:present|disclosed|identified"
    r"|apparent)|absent\b|-ve)"
)
_ASKED = re.compile(r"\b(?:ask(?:ed|ing|s)?|any|screen\w*|question)\b")
_ANSWERED_NO = re.compile(
    r"^[^.!?;\n]{0,30}?[\s,:-]\s*(?:no|none|never|nil)\b(?=\s*(?:[,.;:)-]|disclosed|and\b|$))"
    r"(?!\s*,?\s*(?:but|not|though|only|just|yet|bar|except))"
)
"""A question that every clinic asks, and its answer: "asked about self-harm thoughts, none"."""
_TRAINING = re.compile(
    r"\b(?:training|module|course|e-?learning|policy|audit|teaching|journal\s+club|lecture|"
    r"webinar|certificate|induction|study\s+day|sim|simulat\w+|mann?[ei]quin|manikin|osce|mandatory)\b"
)
_THERAPY = re.compile(
    r"\b(?:exercis\w*|(?<!being a )(?<!as a )physio\w*"
    r"|splints?|brace|boot|class(?:es)?|diary|homework|hep|worksheets?"
    r"|appointments?|stretch\w*|scans?|bloods|injections?|group|frame|stick|compression"
    r"|stockings)\b"
)
"""What somebody may see no point in without having lost hope."""
_AIM = re.compile(
    r"(?:\s+(?:her|his|their|my))?(?:\s+new|\s+own)?\s+(?:goals?|targets?|steps|stride|pb"
    r"|personal best|the\s+(?:table|desk|bell|brakes)(?!\s+(?:and|then|beside|next|near)))\b"
)
"""What somebody hits without hurting anyone: "she hit her goal"."""
_NO_POINT = re.compile(r"\bpoint\b")
_JOKE = re.compile(r"\b(?:haha|lol|hed kill for|shed kill for|id kill for|pill count)\b")


@cache
def _compiled() -> dict[str, re.Pattern[str]]:
    flags = re.VERBOSE | re.IGNORECASE | re.MULTILINE
    return {
        name: re.compile(source, flags)
        for name, source in (
            ("life", patterns.LIFE),
            ("distress", patterns.DISTRESS),
            ("drink", patterns.DRINK),
            ("abuse", patterns.ABUSE),
            ("incident", patterns.INCIDENT),
        )
    } | {
        "more life": re.compile("|".join(patterns.MORE_LIFE)),
        "more distress": re.compile("|".join(patterns.MORE_DISTRESS)),
        "more drink": re.compile(
            rf"{patterns.WRITER_TOOK}[^.!?]{{0,40}}{patterns.SUBSTANCE}[^.!?]{{0,60}}{patterns.DUTY}"
        ),
        "more abuse": re.compile("|".join(patterns.MORE_ABUSE)),
        "more incident": re.compile("|".join(patterns.MORE_INCIDENT)),
    }


def _plain(text: str) -> str:
    """Lower case, without apostrophes, spoken stops as full stops; used for matching only."""
    text = text.lower().replace("’", "'").replace("‘", "'").replace("`", "'")
    text = re.sub(r"(?<=\w)'(?=\w)", "", text)
    text = re.sub(r"\[name\]", "pt", text)
    text = re.sub(r"\[[a-z][a-z _]*\]", " ", text)
    text = re.sub(r"\b(?:full stop|period|new line|question mark)\b", ".", text)
    text = re.sub(r"\b(?:um|uh|er|erm)\b[ ,]*", "", text)
    return re.sub(r"[ \t\n]+", " ", text)


def _found(kind: str, text: str) -> list[re.Match[str]]:
    """Matches that are not a routine negative, a training note or a figure of speech."""
    kept = []
    for match in chain.from_iterable(
        _compiled()[name].finditer(text) for name in (kind, f"more {kind}")
    ):
        if not match.group().strip():
            continue
        start = max(text.rfind(mark, 0, match.start() + 1) for mark in ".!?;\n") + 1
        ends = [at for at in (text.find(mark, match.end()) for mark in ".!?;\n") if at >= 0]
        before, after = text[start : match.start()], text[match.end() : min([*ends, len(text)])]
        if kind in ("life", "abuse") and (_ROUTINE.search(before) or _ROUTINE_AFTER.match(after)):
            continue
        sentence = text[start : match.end()] + after
        if kind in ("life", "abuse") and _ASKED.search(before) and _ANSWERED_NO.match(after):
            continue
        if kind == "abuse" and _AIM.match(text[match.end() :]):
            continue
        if _NO_POINT.search(match.group()) and _THERAPY.search(match.group() + after):
            continue
        if _TRAINING.search(sentence) or _JOKE.search(sentence):
            continue
        kept.append(match)
    return kept


def safety_gate(text: str) -> Safety:
    """What must be answered before any feedback; NONE where nothing was found.

    Where several are found, the writer's own distress comes first, then somebody's safety, then
    an incident.
    """
    plain = _plain(text)
    life = _found("life", plain)
    if any(_about_writer(plain, match) for match in life):
        return Safety.CLINICIAN_DISTRESS
    if any(
        _about_writer(plain, match, alone=True)
        for kind in ("distress", "drink")
        for match in _found(kind, plain)
    ):
        return Safety.CLINICIAN_DISTRESS
    if life or _found("abuse", plain):
        return Safety.SAFEGUARDING
    if _found("incident", plain):
        return Safety.PATIENT_SAFETY
    return Safety.NONE


_OBSERVED = re.compile(r"\b(?:scars?|marks?|found|noted|healed|hx|history|pmh|o/e)\b")
"""Words of a finding, which is not the writer's own."""


def _writer_is_unnamed(text: str) -> bool:
    """Whether an unnamed subject is likely the writer: "Would be easier not to exist tbh".

    In a note about a patient without an "I" it is likely the patient: "Tablets counted out".
    """
    unquoted = re.sub(r"[\"“”][^\"“”]*[\"“”]|(?<!\w)'[^']*'(?!\w)", " ", text)
    if _OBSERVED.search(unquoted) and re.search(_WRITER, unquoted) is None:
        return False
    return (
        re.search(_WRITER, unquoted) is not None
        or re.search(r"\b(?:tbh|honestly|rn|ngl)\b", unquoted) is not None
        or _PEOPLE.search(unquoted) is None
    )


def _about_writer(text: str, match: re.Match[str], alone: bool = False) -> bool:
    """Whether the writer speaks of themselves: outside quotation, with no patient leading.

    ``alone``: the words by themselves are said of a writer, so no subject need be named.
    """
    start = max(text.rfind(mark, 0, match.start()) for mark in ".!?;\n") + 1
    before = text[start : match.start()]
    quotes = sum(text[: match.start()].count(mark) for mark in '"“”')
    singles = len(re.findall(r"(?<!\w)'", text[: match.start()])) - len(
        re.findall(r"'(?!\w)", text[: match.start()])
    )
    if quotes % 2 or singles > 0:
        return False
    others = [m.end() for m in re.finditer(_OTHER, before)]
    selves = [m.end() for m in re.finditer(_WRITER, before)]
    within = re.search(_WRITER, match.group()) is not None
    reported = re.search(
        r"\b(?:says?|said|told me|tells me|admits|goes|reports|wrote|texted)\b", before
    )
    rest = re.match(r"[^.!?;\n]*", text[match.end() :])
    if reported or (rest and _SAID_AFTER.search(rest.group())):
        return False
    if re.search(r"\b(?:he|she|him|her|his|they|pt|wants)\b", match.group()):
        return False
    if not others and not selves and not within and not alone:
        return _writer_is_unnamed(text)
    return within or not others or bool(selves and max(selves) >= max(others))


_PEOPLE = re.compile(
    r"\b(?:pts?|patients?|clients?|he|she|hes|shes|hed|shed|him|her|his|hers|mr|mrs|lady|gentleman"
    r"|gent|man|woman|girl|boy|lad|bloke|fella|mum|mom|dad|mother|father|wife|husband|son|daughter"
    r"|parents?|baby|child|kid|gran|family|resident|carer|\d{1,3}\s?(?:yo|m|f|y/?o)|\w+yo|uncle"
    r"|auntie|aunty|neighbour|nan|clinic visit)\b"
)
_CLINICAL = re.compile(
    r"\b(?:bp|hr|obs|sats|spo2|temp|ecg|ekg|bloods|hba1c|egfr|inr|rom|flex\w*|ext|abd|mg|mcg|units"
    r"|ml|dose|o/e|hx|pmh|ros|phq\S*|gad\S*|nad|wound|dressing|dressed|sutures?|drain|catheter"
    r"|stoma"
    r"|cast|splint|brace|xray|x-ray|mri|ct|uss|scan|echo|swab|biops\w*|lesion|ulcer|oedema|edema"
    r"|afebrile|chest|lungs|grade|oxford|gait|tug|6mwt|hep|d/c|f/?u|rv|r/v|review|rx|script|tabs?"
    r"|injection|listed|theatre|post-?op|pre-?op|day \w+ post|wk \d"
    r"|\d+/(?:7|52|12)|bd|od|tds|qds|prn"
    r"|consented?|discharged?|referr\w+|exam\w*|tendon|knee|hip|shoulder|ankle|spine|stroke|copd|oa"
    r"|tkr|thr|nof|mi|ivs?|antibiotics?|impression|assessment|mobilis\w+|transfers?|wb|a1|pain)\b"
)
_ERRAND = re.compile(
    r"\b(?:rota|swap|swaps|cover|locum|journal club|slides?|audit|governance|teaching|tutorial"
    r"|seminar|study day|simulation|schwartz|induction|cpd|revalidation|appraisal|portfolio|arcp"
    r"|certificates?|interview|job plan|mtg|minutes to follow|newsletter|poster|template"
    r"|guidelines?"
    r"|recommended|first line|printer|wifi|parking|locker|fridge|stock|stores|order"
    r"|reorder|laminator"
    r"|spare key|boiler|car mot|shopping|cake|biscuits|milk|tea fund|coffee fund|to self|to do|todo"
    r"|reminder|things to sort|draft|email|e-mail|circulate|pls bring|please bring|please return"
    r"|can any(?:one|body)|could some(?:one|body)|anyone know|anyone able|who has"
    r"|whos got|who covers"
    r"|hi bot|hey bot|dear bot|thanks bot|this bot|is this the channel|is this bot|testing testing"
    r"|test test|is there a way|make me a table|read up|memoir|podcasts?|conference"
    r"|course|qi|shared drive"
    r"|new starters|students|debrief|dear all|filing here|guidance|idea for|re-audit)\b"
)


_ASIDE = re.compile(
    r"^\W*(?:(?:ok|okay|oh|great|lovely|brilliant|perfect|cheers|many|hi|hello|hey"
    r"|good (?:morning|evening)|sorry"
    r"|bot|thats|that is|this is|was|so|very|really|super|most|all|much|well|yes|yeah|no|nope|nah"
    r"|fine|cool|noted)\W+)*"
    r"(?:(?:thanks?|thank you|cheers|ta|helpful|useful|interesting|appreciated?|nothing|not much"
    r"|none|nil|n/a|na|skip|pass"
    r"|same(?: as (?:usual|always|ever))?|all (?:routine|quiet|fine|good|well)|quiet|routine"
    r"|no (?:patients|clinic|one|pts)"
    r"|day off|annual leave|on leave|off sick|test(?:ing)?|ok|okay|hello|hi|yes|no)\b)"
    r"(?:\W+(?!(?:he|she|her|him|his|pt|patient|mum|dad|lady|gentleman|man"
    r"|woman)\b)[\w/-]+){0,9}\W*$"
)
"""Thanks, a greeting, "nothing much today": a few words that tell of no one."""
_ASKS = re.compile(
    r"^\W*(?:(?:hi|hello|hey|ok|so|and|but|also|bot|please|quick question|question)\W+)*(?:what"
    r"|how|why|when|which|where|who|can|could|should|would|do|does|is"
    r"|are|any|will|have you|whats|hows|tell me|please|give me)\b",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"\b(?:he|she|pt|mum|dad|wife|husband|lady|gentleman) (?:\w+ )?(?:said|asked|told|was|cried"
    r"|came|wanted|looked|went)\b",
    re.IGNORECASE,
)


def _asks_only(text: str) -> bool:
    """Whether a short text holds nothing but questions to the reader."""
    sentences = [s.strip() for s in re.findall(r"[^.!?\n]+[.!?\n]*", text) if s.strip(" .!?\n")]
    if not sentences or len(sentences) > 3 or len(text) > 300 or _TOLD.search(text):
        return False
    if re.search(r"[\"“”]", text):
        return False
    return all(s.endswith("?") and _ASKS.match(s) for s in sentences)


_HARD_DAY = re.compile(
    r"\bi(?:m|ve| am| have| feel| felt| was| think| dont think| didnt)? (?:\w+ ){0,3}?"
    r"(?:rubbish|failure|useless|rushed|knackered|exhausted|tired|drained|flat|listen(?:ed)?"
    r"|snapped|terrible|frazzled|overwhelmed|worn out|shattered|stressed|incompetent"
    r"|not good enough)\b"
    r"|\bfelt (?:\w+ ){0,2}(?:useless|rubbish|awful|flat|like a failure)\b"
    r"|\b(?:knackered|shattered|exhausted|no breaks?|manic|rammed|burnt out|running late all"
    r"|(?:bad|rough|long|hard|awful|horrible|terrible|rubbish) (?:day|clinic|shift|week))\b",
)
_SOMEONE = re.compile(
    r"\b(?:he|she|him|her|his|hes|shes|pt|patient|mum|mom|dad|wife|husband|son|daughter|lady"
    r"|gentleman|man|woman|boy|girl)\b"
)


def is_hard_day(text: str) -> bool:
    """Whether the writer tells of an ordinary hard day, and of nobody in particular."""
    plain = re.sub(r"\bmy (?:own )?\w+", "", _plain(text[:2_000]))
    return _HARD_DAY.search(plain) is not None and _SOMEONE.search(plain) is None


def is_encounter(text: str) -> bool:
    """Whether the text tells of an encounter, rather than of an errand, a meeting or oneself.

    People and clinical detail speak for it, words of errands and of teaching against it.
    """
    plain = _plain(text)
    if _ASIDE.match(plain) or _asks_only(text):
        return False
    if is_hard_day(text) and not _ERRAND.search(plain):
        return True
    people = len(_PEOPLE.findall(plain))
    clinical = len(_CLINICAL.findall(plain))
    errands = len(_ERRAND.findall(plain))
    if not errands:
        words = len(re.findall(r"[^\W\d_]+", plain))
        about_self = len(re.findall(_WRITER, plain))
        return bool(people or clinical or (words >= 5 and about_self < 2))
    return people + clinical > 2 * errands or (people >= 2 and errands < 2)
