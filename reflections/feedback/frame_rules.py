"""Rules that hold whatever the model says: who speaks, who feels, and what was not done.

A clause is looked at with the clause before it and with the person it is told of. Rules lower what
cannot be ("I could have asked" is no asking; "I asked whether he was worried" is not his worry)
and raise what plain words say and a small model may not have met ("I put my hand on her arm and
sat with her"). Every raising rule was kept only where it is right on the corpus more often than
the value it raises to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reflections.feedback.features import Frame

_CREDIT = re.compile(r"resp_empathic|resp_thin|P\d|E\d|part_generic|exp_generic|repair")
_ANSWER = re.compile(r"resp_empathic|resp_thin|repair")
_THEIRS = re.compile(r"cue_\w+|pt_view|pt_question|strain_\w+")
_UNDONE = re.compile(
    r"\b(?:should|shouldve|could|couldve|might|would|wouldve|ought to) (?:\w+ )?have\b"
    r"|\b(?:should|could|would)(?:ve| of)\b|\bwish i(?:d| had)?\b|\bif only\b"
    r"|\b(?:i|we|nobody|no one) (?:never|didnt|did not|forgot|forget|failed|havent|hadnt)\b"
    r"|\b(?:didnt|did not|never|forgot to|failed to|meant to|not) "
    r"(?:ask|asked|explore|explored|address|addressed|discuss|discussed|mention|mentioned|offer"
    r"|offered|check|checked|get to|got to|get round|got round|pick up|give|go into)\b"
    r"|\bwas going to\b|\bnext time i\b|\bi never\b|\bwe never (?:did|got)\b|\bbut we never\b"
)
_KEPT_STILL = re.compile(
    r"\bdidnt (?:fill|rush|say (?:much|anything)|speak|hurry|interrupt|push)\b"
)
"""Not done on purpose: silence kept and haste held back."""
_PATIENT_LEADS = re.compile(
    r"^(?:(?:and|but|then|so|when|as|he|she) )?(?:he|she|they|pt|patient|mum|dad|his|her) "
    r"(?:\w+ )?(?:said|says|told|goes|asked|asks|wrote|felt|feels|was|is|had|has|looked|cried)\b"
)
_COLLEAGUE_LEADS = re.compile(
    r"^(?:(?:and|but|then|so) )?(?:the )?"
    r"(?:consultant|social worker|registrar|surgeon|ward doctor) "
    r"(?:told|said|moved|explained|decided|wanted|put|gave|went)\b"
)
_WRITER_SPEAKS = re.compile(r"\b(?:i|me|my|we|us|our|im|id|ive)\b")
_UNLIKELY = 0.1

_SAYS = (
    r"(?:said|says|say|told|tell|reflected|wondered|guessed|suggested|named|noticed|asked|ask|asks"
    r"|explored|acknowledged|validated|apologi[sz]ed|checked|explained|offered|agreed|reassured"
    r"|replied|answered|thanked|promised|listened|waited|sat|stayed)"
)
_JOINED = (
    r"^(?:\W+ )*(?:(?:and|but|so|then|when|as|because|cos|after|while|also|just|eventually) )*"
)
_I_LEAD = re.compile(_JOINED + r"(?:i|we|ive|weve|id)\b")
_I_SAY = re.compile(_JOINED + r"(?:i|we|ive|weve|id) (?:\w+ ){0,2}?" + _SAYS + r"\b")
_AND_SAY = re.compile(r"(?:and|but|so|then|also) (?:then )?(?:\w+ly )?" + _SAYS + r"\b")
_LED = re.compile(
    rf"^(?:\W+ )*(?:(?:and|but|so|then|when|as|because|cos|after|while|just|also|eventually"
    rf"|in the end|at the end"
    rf"|instead|afterwards|later|today|first"
    rf"|again) )*(?P<who>\w+)?(?: \w+)??(?: \w+ly)? ?\b{_SAYS}\b"
)
_OTHERS = frozenset(
    word
    for words in (
        "he she they pt pts patient client mum mom dad mother father wife husband son daughter",
        "partner sister brother parents family hes shes hed shed lady gentleman man woman girl boy",
        "lad who carer",
    )
    for word in words.split()
)
_SPOKEN_TO_WRITER = re.compile(r"\b(?:told|asked|asks|tells|thanked|rang|texted) (?:me|us)\b")
_SPOKEN_TO_THEM = re.compile(
    r"\b(?:told|asked|tell|ask|reassured|thanked|offered|promised) "
    r"(?:her|him|them|pt|patient|mum|mom|dad|wife|husband)\b"
)
_DENIED = re.compile(
    r"\b(?:not|no|denie[sd]|wasnt|isnt|less|never|nothing|no longer|didnt|doesnt|i was|i felt)\b"
)
_THEN_THEY = re.compile(
    r"\b(?:he|she|they|pt|mum|mom|dad|who) (?:\w+ ){0,2}?"
    r"(?:cried|teared|wept|sobbed|broke|burst|went|welled|filled|laughed|smiled|shrugged|told me"
    r"|said|says|snapped|replied|nodded)\b|\b(?:her|his|their) (?:eyes|voice|face|chin|lip)\b"
)


def writer_named(frame: Frame, before: Frame | None) -> bool:
    """Whether the clause tells what the writer said or asked, by name or in the same breath."""
    words = " ".join(frame.words)
    if _SPOKEN_TO_WRITER.search(words):
        return False
    if _I_SAY.match(words):
        return True
    return bool(
        _AND_SAY.match(words)
        and before is not None
        and before.subject in ("I", "WE")
        and before.clause.sentence == frame.clause.sentence
    )


def writer_speaks(frame: Frame, before: Frame | None) -> bool:
    """Whether the clause tells what the writer said or did, its subject named or left out."""
    if writer_named(frame, before):
        return True
    words = " ".join(frame.words)
    if _SPOKEN_TO_WRITER.search(words):
        return False
    if _I_LEAD.match(words):
        return True
    led = _LED.match(words)
    if led is None or led["who"] in _OTHERS:
        return False
    if led["who"] in ("i", "we") or _SPOKEN_TO_THEM.search(words):
        return True
    if words.startswith(("and ", "but ", "then ", "so ")) and before is not None:
        return frame.subject.upper() in ("I", "WE")
    return not re.search(r"\bsaid (?:he|she|they|his|her|hes|shes)\b", words)


@dataclass(frozen=True)
class Raise:
    """Plain words for an act: ``least`` is the probability it then has at least.

    ``writer``: only where the writer speaks or acts; ``felt``: only after a feeling or hardship
    is likely, at most three clauses back or in the clause itself; ``theirs``: only where it is not
    the writer who speaks, and nothing is denied.
    """

    codes: tuple[str, ...]
    least: float
    pattern: re.Pattern[str]
    writer: bool = True
    felt: bool = False
    theirs: bool = False


def _raise(codes: str, least: float, pattern: str, *flags: str) -> Raise:
    return Raise(
        tuple(codes.split()),
        least,
        re.compile(pattern),
        writer="anyone" not in flags and "theirs" not in flags,
        felt="felt" in flags,
        theirs="theirs" in flags,
    )


_HARD = (
    r"(?:hard|tough|rough|awful|scary|frightening|horrible|horrid|exhausting|tiring|rubbish|lonely"
    r"|a lot|overwhelming|painful|unfair|rotten|difficult|brutal|upsetting|miserable|frustrating)"
)
_FELT = (
    r"(?:scared|frightened|worried|afraid|terrified|sad|angry|cross|furious|upset|lonely|guilty"
    r"|ashamed|overwhelmed|fed up|exhausted|anxious|nervous|let down|frustrated|lost|stuck|torn"
    r"|tired of|gutted|embarrassed|low|heartbroken|hurt|disappointed)"
)
RAISES = (
    _raise(
        "resp_empathic",
        0.6,
        r"\b(?:i|we) (?:\w+ )?(?:said|was|am|told (?:her|him|them))(?: \w+){0,2} sorry\b"
        r"|\bapologi[sz]ed (?:for|to|that)\b",
    ),
    _raise(
        "resp_empathic",
        0.75,
        rf"\b(?:sound(?:s|ed)|seem(?:s|ed)|look(?:s|ed)) (?:to me )?(?:like |as if |as though "
        rf"|really |so |very |pretty )*"
        rf"(?:(?:she|he|they|you|it|this|that|youre|its)(?: \w+)? )?(?:was |were |is |are "
        rf"|had been |has been )?(?:\w+ )?(?:{_HARD}|{_FELT})\b",
    ),
    _raise(
        "resp_empathic",
        0.75,
        rf"\b(?:must (?:be|have been|feel)|no wonder|(?:made|makes) (?:complete |total "
        rf"|perfect )?sense|of course (?:you|she|he|they)"
        rf"|id (?:be|feel) (?:\w+ )?{_FELT}|anyone would (?:be|feel)|a lot to (?:carry|take|lose"
        rf"|deal|hold)"
        rf"|could (?:see|hear|tell) (?:how|that|she|he|they|it|this)|sorry (?:she|he|they|youd"
        rf"|you had|youve|that you|to hear))\b",
        "felt",
    ),
    _raise(
        "resp_empathic",
        0.7,
        r"\b(?:sat (?:down )?(?:with|beside|next to)|put (?:my|a) (?:hand|arm) (?:on|round|around"
        r"|over)|held (?:her|his|their) hands?"
        r"|stayed (?:with|there|quiet|put|beside|sitting)|just (?:waited|sat|stayed|held)"
        r"|let (?:her|him|them|it) (?:cry|talk|be|come|out|sit)"
        r"|kept quiet|waited (?:until|till|for (?:her|him|them)|with|while)|put (?:the"
        r"|my) \w+ down|closed the (?:laptop|notes|file)"
        r"|didnt fill|didnt rush|passed (?:her|him|them) (?:the |a |some )?tissues?|gave (?:her"
        r"|him|them) (?:\w+ )?(?:space|room)"
        r"|stopped (?:the|what|everything|typing|writing)|took (?:her|his) hand)\b",
        "felt",
    ),
    _raise(
        "resp_empathic",
        0.7,
        rf"\b(?:asked|wondered|ask|explored)\b.*\b(?:what (?:scared|worried|frightened|upset)"
        rf"|(?:the )?(?:worst|hardest) (?:part|bit|thing|of|was)"
        rf"|what (?:it|that|this) (?:is|was|had been|has been|feels|felt|meant|means)(?: like)?"
        rf"|how (?:it|that|she|he|they)(?: was| had| were| is)? (?:feel|felt|feeling|coping"
        rf"|been for|landed)"
        rf"|(?:if|whether) (?:she|he|they|it|part of it|some of it|that) (?:was|were|felt"
        rf"|might be|had been) (?:\w+ )?{_FELT}|what was going (?:on|through)"
        rf"|what (?:lay )?behind)\b",
        "felt",
    ),
    _raise(
        "E5",
        0.75,
        r"\b(?:(?:show|tell|teach|say|repeat|explain|talk)(?:ed|s|ing)? (?:me|it|us) (?:it )?back"
        r"|did (?:a )?teach ?back|said (?:it|that) back"
        r"|(?:got|getting) (?:her|him|them|pt) to (?:show|tell|explain|say|talk|repeat|demonstrate)"
        r"|(?:explain|tell|told|said|put)\w* (?:\w+ ){1,3}in (?:her|his|their) own words)\b",
        "anyone",
    ),
    _raise(
        "E1",
        0.7,
        r"\basked\b.*\b(?:expect\w*|hop(?:e|es|ed|ing)|want(?:ed)? (?:from|out of|today)"
        r"|imagin\w+|had in mind|already knew|understood (?:about|of))\b",
    ),
    _raise(
        "P1",
        0.6,
        r"\basked\b.*\b(?:what (?:he|she|they) (?:thought|wanted|would|made of|fancied|preferred"
        r"|felt able)|what (?:matter\w*|was important|counts)"
        r"|which (?:he|she|they)|what(?:d| would) (?:he|she|they)|what mattered)\b",
    ),
    _raise(
        "cue_emotion",
        0.85,
        rf"(?<!i )(?<!me )\b(?:(?:he|she|they|pt|patient|mum|dad|wife|husband|son|daughter|shes"
        rf"|hes|name)(?: (?:was|is|got|became|felt|feels|seemed|looked|came in|said (?:he"
        rf"|she) (?:was|is|felt)|really|very|so|quite|a bit|still|too|clearly|visibly|obviously"
        rf"|feeling|absolutely|just)){{1,4}} {_FELT}(?! of (?:him|her|me)self))\b",
        "theirs",
    ),
    _raise(
        "cue_emotion",
        0.85,
        r"\b(?:teary|tearful|in tears|burst (?:in ?to|out)|broke down|welled up|teared up"
        r"|started (?:crying|to cry)|(?:she|he|they|pt|mum|dad|wife"
        r"|husband) (?:\w+ ){0,2}(?:cried|crying|wept|sobbed|sobbing))\b",
        "theirs",
    ),
    _raise(
        "P4",
        0.6,
        r"\bagreed\b.*\b(?:she|he|they|i|we|mum|dad|wife|husband)(?:d|ll| would| will"
        r"| could) \w+ \w+",
        "anyone",
    ),
    _raise("P4", 0.5, r"\bwe (?:both )?(?:agreed|settled|decided|landed)\b(?: \w+){4}", "anyone"),
    _raise(
        "E6",
        0.7,
        r"\b(?:ring|call|phone|text|message|come back|contact|a e|999)\b.*\b(?:if"
        r"|when)\b(?: \w+){1}|\bif\b(?: \w+){1,8} (?:ring|call|phone|come (?:back|in)"
        r"|straight to)\b",
        "anyone",
    ),
)


def temper(
    made: list[Frame], probabilities: NDArray[np.float32], codes: tuple[str, ...]
) -> NDArray[np.float32]:
    """Probabilities after the rules: clauses by codes, as they came.

    What was not done, or was said by the patient, earns no credit; what the writer said or asked
    is not the patient's; plain words for an act make it likely.
    """
    column = {code: at for at, code in enumerate(codes)}
    credit = np.array([_CREDIT.fullmatch(code) is not None for code in codes])
    answer = np.array([_ANSWER.fullmatch(code) is not None for code in codes])
    theirs = np.array([_THEIRS.fullmatch(code) is not None for code in codes])
    felt = [column[code] for code in ("cue_emotion", "cue_challenge")]
    tempered = probabilities.copy()
    for row, frame in enumerate(made):
        words = " ".join(frame.words)
        undone = bool(not frame.quoted and _UNDONE.search(words) and not _KEPT_STILL.search(words))
        if undone:
            tempered[row, credit] *= _UNLIKELY
        if _PATIENT_LEADS.search(words) and not _WRITER_SPEAKS.search(words):
            tempered[row, answer] *= _UNLIKELY
        if _COLLEAGUE_LEADS.search(words) and not _WRITER_SPEAKS.search(words):
            tempered[row, credit] *= _UNLIKELY
        before = made[row - 1] if row else None
        writer = writer_speaks(frame, before)
        if writer_named(frame, before) and not frame.quoted and not _THEN_THEY.search(words):
            tempered[row, theirs] *= _UNLIKELY
        if undone:
            continue
        for rule in RAISES:
            if (rule.writer and not writer) or (rule.theirs and (writer or _DENIED.search(words))):
                continue
            if not rule.pattern.search(words):
                continue
            if rule.felt and tempered[max(0, row - 3) : row + 1][:, felt].max() < 0.25:
                continue
            for code in rule.codes:
                tempered[row, column[code]] = max(tempered[row, column[code]], rule.least)
    return tempered
