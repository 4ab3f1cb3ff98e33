"""What keeps a note from being sent to a model, and a model's words from being shown.

Both lists are wide on purpose: a note or a text that is caught for no reason costs only the model's
reading or its wording, for which the offline engine's stands in.
"""

from __future__ import annotations

import re

from reflections.privacy.normalise import fold

# Words addressed to whatever reads the note.
_ADDRESSED = re.compile(
    r"""
    \b(?:ignore|disregard|forget|override|bypass|skip|drop|discard)\b[^.!?]{0,40}
        \b(?:instruction|direction|rule|prompt|guideline|guidance|manual|everything\ (?:above
        |before)|above
        |previous|prior|system|told)
  | \b(?:system|developer|hidden|initial|original)\s+(?:prompt|message|instruction|mode)
  | \b(?:new|updated|further|special|secret|following)\s+(?:instruction|rule|directive
        |task\s+for)s?\b
  | \b(?:instruction|message|memo|order|request|note)s?\s+(?:to|for)\s+(?:the\s+|any\s+|our\s+
        |an?\s+)?
        (?:reader|model|ai|bot|assistant|grader|assessor|evaluator|reviewer|coder|system|algorithm
        |machine|software|llm)\b
  | \b(?:dear|hey|hi|hello|attention|ok|okay|thanks)\s+(?:reader|model|ai|bot|assistant|grader
        |coder
        |computer|machine|algorithm|software|chat\s?gpt|gpt)\b
  | \byou\s+are\s+(?:now\s+)?(?:an?|the|no\s+longer|not|acting|free)\b
  | \b(?:act|behave|respond|reply|answer|pretend|speak|talk|write)\s+(?:as|like)\s+(?:an?|if
        |though
        |my|the)\b
  | \b(?:as\s+an?\s+)?(?:ai|a\.i\.|artificial\s+intelligence|large\s+language|language\s+model|llm
        |chat\s?gpt|gpt-?\d?|claude|gemini|copilot|chatbot)\b
  | \b(?:jailbreak|prompt\s+injection|dan\s+mode|json|yaml|xml|schema|token\s+limit
        |temperature\s*=)\b
  | \b(?:respond|reply|answer|output|return|print|repeat|reveal|translate|summari[sz]e|recite
        |emit)\s+
        (?:only|with|exactly|nothing|just|in|the\s+(?:following|text|words?|above|prompt)|your
        |back
        |verbatim)\b
  | \b(?:mark|code|label|rate|score|grade|class|classify|count|treat|read|record|tag|set|put
        |give|report
        |assess|judge|consider)\s+(?:\w+\s+){0,6}?(?:as|to|at|for|under|a|an)\s+(?:\w+\s+){0,2}?
        (?:strong|partial|missed|not[_\s]evident|none|empathic|empathetic|partnership
        |shared\s+decision
        |perfect|excellent|outstanding|full|top|maximum|highest|lowest|met|unmet|safe|true|false
        |yes|no
        |\d+)\b
  | \b(?:full|top|maximum|highest|perfect)\s+(?:marks?|scores?|grades?|ratings?|levels?)\b
  | \b(?:strength|opening|next_step|next\s+step|encounter|safety|acts?|codes?|quotes?|labels?
        |levels?
        |feedback|output|reply|answer|response)\s*(?:=|:|as\b|should\s+(?:be|say|read|contain)
        |must\s+(?:be|say
        |read|contain)|is\s+to\s+(?:be|say))
  | \b(?:in|for)\s+(?:the|your)\s+(?:strength|opening|next\s+step|feedback|reply|answer|response
        |output)\b
  | \b(?:cue|resp|emp|part|exp|strain|pt|safety|not)_[a-z]+
  | ^\s*\W{0,3}(?:system|assistant|user|developer|human|instructions?|prompt)\s*(?:\]|>|:)
  | <\s*/?\s*[a-z|!][^>]{0,40}> | \[\s*/?\s*(?:inst|system|end|begin|note)\b | <\|
  | [{}] | \\n | ``` | \#{3} | -{4,} | ={4,}
  | \bend\s+of\s+(?:the\s+)?(?:note|input|data|message)\b
  | [A-Za-z0-9+/]{40,}
  | \b(?:ignora|ignorez|ignoriere|ignoriert|oubliez|olvida|vergiss)\b
  | \b(?:who|what|which)ever\s+(?:\w+\s+){0,3}?(?:reads?|codes?|grades?|marks?|assess(?:es)?|scores?
        |judges?|looks?\s+at\s+this)\b
  | \bpraise\s+(?:me|my|us|the\s+(?:writer|author|clinician)|everything|it|them)\b
  | \b(?:what|everything)\s+(?:follows|comes\s+(?:next|after))\s+(?:replaces|overrides|is\s+an?
        \s+order)
  | \b(?:what|all|everything)\s+you\s+(?:were|have\s+been|are)\s+told\b
  | \b(?:your|this)\s+(?:\w+\s+)?(?:task|job|role|purpose)\s+(?:is|was)\s+(?:now|only|to)\b
  | \bi\s+am\s+your\s+(?:\w+\s+)?(?:developer|creator|maker|owner|administrator|operator|boss)\b
  | \b(?:begin|start|open|end|close|finish)\s+your\s+(?:\w+\s+)?(?:opening|answer|reply|strength
        |step|text)\b
  # Spelt out, encoded, or in a script that the rest of this product does not read.
  | (?<!\S)(?:[a-z]\s+){6,}[a-z](?!\S) | (?:%[0-9a-f]{2}){4} | &(?:\#\d+|[a-z]+);
  | [^\W\d_a-z\u00c0-\u024f]{4,}
    """,
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)

# Scores, comparison, traits, blame, superlatives, diagnosis and medical advice, calls to act
# elsewhere, talk of machines, abuse; figures, addresses and markup.
_BANNED = re.compile(
    r"""
    \d | % | [<>@\#*_`~|\\{}\[\]=/] | \bhttps? | \bwww\b | \n | ! | [^\x00-\x7f‘’“”–—…é]
  | \b(?:score[ds]?|scoring|points?\ out|out\ of\ (?:five|ten)|mark(?:s|ed\ (?:you|down))
        |grad(?:e|ed|es|ing)
        |rat(?:e|ed|ing)s?|rank(?:s|ed|ing)?|stars?|percent(?:age|ile)?|streak|level\ up|badge
        |strong|partial
        |missed|not\ evident)\b
  | \b(?:better|worse|more|less)\ than\ (?:most|other|your|average|many|usual|colleagues|last)
        |\baverage\b
  | \b(?:compared?|comparison|colleagues?|peers|competen\w*|incompeten\w*|unprofessional
        |appraisal)\b
  | \b(?:you|they|he|she)\ (?:should|must|ought|need\ to|have\ to|had\ to)\b
        |\bshould(?:n['’]t)?\ (?:have|ve)
  | \bshould\b|\bmust\b|\bought\b|\bfail(?:ed|ure|ing|s)?\b|\bneglect\w*|\bmistakes?\b|\bwrong\b
        |\bfault\b
  | \bblame\w*|\bpoor(?:ly)?\b|\bbad(?:ly)?\b|\bweak\w*|\bsadly\b|\bunfortunately\b|\bforgot\b
        |\bcareless\w*
  | \byou\ (?:did\ not|didn['’]t|never|forgot|ignored|dismissed|missed|could\ have|might\ have)\b
  | \byou(?:['’]re|\ are|\ were|\ seem|\ tend|\ always|\ appear)\b|\byour\ (?:character
        |personality|attitude
        |nature|lack|failure)\b|\bas\ a\ (?:person|clinician|physio\w*|doctor|nurse|therapist)\b
  | \b(?:amazing|brilliant|fantastic|awesome|perfect\w*|excellent|outstanding|wonderful|gifted
        |natural
        |proud|hero\w*|well\ done|great\ (?:job|work))\b
  | \bdiagnos\w*|\bprescri\w*|\bdos(?:e|es|age|ing)\b|\bmedic(?:ine|ines|ation|ations|al)\b
        |\btablets?\b
  | \bdrugs?\b|\bantibiotic\w*|\bopioid\w*|\bibuprofen|\bparacetamol|\bsurgery\b|\boperat\w+
        |\binject\w*
  | \bx-?ray|\bmri\b|\bblood\ test|\brefer(?:s|red|ral)?\b|\bdisorder|\bdepressi\w*|\bdementia
        |\bcancer
  | \bexercises?\ (?:daily|twice)|\btreat(?:ed|ment|ing)?\b|\btherap(?:y|ies)\b|\bsymptom\w*
  | \b(?:send|email|e-mail|click|visit|download|forward|post|share\ (?:this|your)|password|token
        |link|website
        |manager|leads?\b|lead\ |administrator|supervisor|report\ (?:this|to|it)|police|lawyer
        |sue|press
        |money|pay|buy|subscribe|call\ (?:me|us|this)|ring\ (?:me|us)|text\ (?:me|us)
        |contact\ (?:me|us))\b
  | \b(?:ai|bot|assistant|model|prompt|instruction\w*|system|algorithm|code[ds]?|json|api
        |computer|robot)\b
  | \b(?:hate|stupid|idiot\w*|useless|shame\w*|ashamed|pathetic|worthless|kill|die|dead|damn
        |hell|sex\w*
        |lazy|crazy|mad|racis\w*|ugly|fat|quit|resign|liar|lying|faking|malinger\w*|nonsense)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


def speaks_to_a_model(text: str) -> bool:
    """Whether a note addresses whatever reads it. Such a note is read by rules and not sent.

    Letters that only look like others, and ones that are not seen, do not hide the words.
    """
    return _ADDRESSED.search(fold(text).text) is not None


def says_what_it_may_not(text: str) -> bool:
    """Whether a model's own words, without the quotes, hold what feedback never holds."""
    return _BANNED.search(text) is not None
