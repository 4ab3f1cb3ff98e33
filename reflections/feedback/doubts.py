"""When a claim about what a note lacks could be untrue.

Saying that something went by is only kind where it did. These checks read the plain words around a
span, and whatever looks like an answer, an uptake or a plan is reason enough to keep silent.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from reflections.feedback import manual
from reflections.model import Act, Assessment

SURE_CUE = 0.45
"""A feeling, wish or question less likely than this is not held to have gone by."""
_NEAR = 300
"""Characters after a span in which an answer to it may stand."""
_LEAD_UP = 120
"""Characters before a feeling in which it may have been drawn out by what was said."""

_ANSWERS_FEELING = re.compile(
    r"\b(?:relie(?:f|ved)|soften\w*|thank(?:s|ed)? (?:me|for)|grateful|calmer|settled|opened up"
    r"|brighten\w*|smil\w+|laugh\w*)\b|"
    r"\b(?:sat (?:with|beside|there|next|down|a)|just sat|stayed (?:with|there|quiet|beside|a)"
    r"|waited|paused|silence|listened"
    r"|quiet|h[eo]ld (?:her|his|their|a|my) hand|hand on|hand over|arm (?:round|around)|hug\w*"
    r"|tissues?"
    r"|talked (?:about|it|that|through)|we talked|spoke about|chatted about|stayed on|sorry"
    r"|apologi\w+"
    r"|acknowledg\w+|validat\w+|empath\w+|normali[sz]\w+|reflected|hear[d]? (?:her|him|them|how"
    r"|that|it)"
    r"|(?:said|told (?:her|him|them|mum|dad)) (?:\w+ ){0,3}(?:understand\w*|hard|tough"
    r"|makes? sense|made sense|no wonder|of course|sounds?|sounded|must|okay|ok to|allowed|a lot"
    r"|awful|rotten|horrible|human)"
    r"|(?:made|makes) sense|no wonder|must (?:be|have been|feel)|sound(?:s|ed) (?:like|as|hard"
    r"|tough|awful|really|so)"
    r"|asked (?:\w+ ){0,4}(?:about (?:it|that|him|her|them)|more|what|how|why|whether|if|which)"
    r"|let (?:her|him|them) (?:talk|cry|be|speak|finish)"
    r"|gave (?:her|him|them) (?:\w+ ){0,2}(?:time|space|room|moment|minute)|time to (?:talk|cry)"
    r"|d be (?:cross|angry|scared|frightened|worried|upset) too"
    r"|d feel the same|i felt (?:that|it)|i thanked|thank(?:ed)? (?:her|him|them|you) for)\b",
    re.IGNORECASE,
)
_GLAD = re.compile(
    r"\b(?:relie(?:f|ved)|thank\w*|grateful|happy|happily|laugh\w*|smil\w*|joy\w*|glad|pleased)\b",
    re.IGNORECASE,
)
"""Feelings that ask for no answer."""
_PRAISES = re.compile(
    r"\b(?:brilliant|well done|amazing|great|fantastic|lovely|good (?:on|for) (?:her|him|you)"
    r"|high five"
    r"|cheer\w*|congratulat\w*|celebrat\w*|prais\w*|clapp\w*|wow|pleased|delighted|superb)\b",
    re.IGNORECASE,
)
_TAKES_UP = re.compile(
    r"\b(?:refer(?:ral|red)|arranged|booked|organi[sz]ed|documented|ordered|moved it|rearranged)\b|"
    r"\b(?:so (?:we|i|instead)|we (?:agreed|settled|decided|chose|planned|started|swapped|changed"
    r"|left|dropped|looked|talked|worked|tried|went with|made|found)"
    r"|agreed|instead|her (?:pick|choice|call)|his (?:pick|choice|call)|their (?:pick|choice"
    r"|call)|opted|picked|chose|went (?:for|with)"
    r"|asked|wondered|talked (?:about|through)|discussed|listened|options?|either|rather than"
    r"|changed|adapted|swapped|built|respected|that's (?:fine|ok)|fair enough)\b",
    re.IGNORECASE,
)
_ANSWERS_QUESTION = re.compile(
    r"\b(?:i|we) (?:\w+ ){0,2}(?:said|told|explained|answered|talked|went|discussed|showed|drew"
    r"|gave|described|wish|asked)\b"
    r"|\b(?:told|said|explained|answered|discussed|showed|drew|advised|talked (?:her|him"
    r"|them) through|went through|honest\w*)\b"
    r"|\b\d+\s*(?:-|–|to)?\s*\d*\s*(?:days?|weeks?|wks?|months?|mths?|/52|/12|years?)\b|\b(?:yes"
    r"|no|maybe|probably|usually|likely|depends)\b",
    re.IGNORECASE,
)
PROMISES = re.compile(
    r"guarant|promis|\bdefinitely|for sure|right as rain|good as new|in no time|\bcured?\b"
    r"|\bfixed\b"
    r"|\bno chance\b|back to normal|nothing to worry|\bworks every time|hundred per ?cent|100 ?%"
    r"|(?:will|['’]ll|be|going to be) (?:\w+ )?(?:fine|ok|okay|perfect|sorted|back|alright"
    r"|all right)\b"
    r"|(?:won['’]?t|never) (?:\w+ )?(?:come back|happen|hurt|need|feel)",
    re.IGNORECASE,
)
CONTROLS = re.compile(
    r"\b(?:must|told|instructed|insisted|has to|have to|had to|needs? to|not allowed|reiterated"
    r"|advised|warned|lectured"
    r"|non-?(?:complian|adheren)\w*|refus\w+|should)\b",
    re.IGNORECASE,
)
_WISH = re.compile(
    r"\b(?:wants?|wanted|wanting|would like|['’]d like|rather|prefer\w*|hates?|doesn['’]?t like"
    r"|don['’]?t want|doesn['’]?t want"
    r"|didn['’]?t want|won['’]?t|refus\w+|declin\w+|asks? (?:for|to|if)|asked (?:for|to|if|can)"
    r"|request\w*|keen|reluctan\w+"
    r"|can['’]?t (?:do|make|manage|fit|get|wear)|not (?:keen|for|doing|wearing|using)|hop(?:es|ed"
    r"|ing)|goal|wishes|demand\w*|insist\w*)\b",
    re.IGNORECASE,
)
_GRIEF = re.compile(
    r"\b(?:died?|death|dead|dying|grie\w+|passed away|funeral|lost (?:his|her|their|my)|the point"
    r"|hopeless"
    r"|alone|lonely|cancer|suicid\w*|miscarr\w*|divorc\w*|cry\w*|tear\w*)\b",
    re.IGNORECASE,
)
CLOSE = 120
"""Characters between a feeling and what is named as the answer to it, at most."""
_MENDS = re.compile(
    r"\b(?:sorry|apologi\w+|my (?:mistake|fault|bad)|i (?:stopped|paused|noticed|owned|admitted"
    r"|asked|said|listened|thanked)|asked|talked (?:about|it)|cleared the air|laughed|thanked"
    r"|you're right|fair (?:point|enough))\b",
    re.IGNORECASE,
)
THEIR_SIDE = re.compile(
    r"\b(?:said|says|told|tells|explained|phoned|rang|relie\w+|asked|asks?|wants?|wanted|hop(?:es"
    r"|ed|ing)|worr\w+|anxi\w+"
    r"|scared|afraid|fear\w*|frighten\w+|terrif\w+"
    r"|upset|tear\w*|cry\w*|cried|sad|angry|cross|fed up|frustrat\w+|annoyed|happy|pleased|glad"
    r"|delighted|chuffed|proud|keen|reluctan\w+|prefer\w*|rather"
    r"|feels?|felt|thinks?|thought|mentioned|reports?|reported|complain\w*|c/o|struggl\w+"
    r"|enjoy\w*|loves?|hates?|likes?|goal|laugh\w*|smil\w*|joked?|quiet|nodded|shrug\w*"
    r"|died|dead|lost|alone|lonely|can't|cannot|refus\w+|declin\w+|wish\w*|expect\w*|thank\w*"
    r"|chat\w*|talk\w*|discuss\w*|agreed?|conversation)\b|[\"“]",
    re.IGNORECASE,
)
"""Words that make "the person's side isn't mentioned" a risky thing to say."""
_EXPECTED = re.compile(
    r"\b(?:wants?|wanted|wish\w*|expect\w*|hop(?:es|ed|ing)|hope|asked|asks|wanted to know"
    r"|wonder\w*|thought (?:it|she"
    r"|he|they|that)|ask|understood|showed me|told me back|in (?:her|his) own words|teach.?back"
    r"|surprised|googled|imagined?)\b|\?",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    r"\d|\b(?:weeks?|months?|days?|tomorrow|next|review|rv|monday|tuesday|wednesday|thursday"
    r"|friday|ring|call|until|usually|slow\w*|likely|may|might|will)\b",
    re.IGNORECASE,
)
_SHARED = re.compile(
    r"\b(?:chose|choice|picked|opted|prefer\w*|rather|her idea|his idea|agreed|we|together"
    r"|so (?:we|i)|up to (?:her|him|them)|wants?|wanted|decided)\b",
    re.IGNORECASE,
)


def feeling_passed(text: str, cue: Act, reply: Act | None, acts: Sequence[Act]) -> bool:
    """Whether it may be said that a feeling went without an answer."""
    if manual.is_met(reply) or cue.confidence < SURE_CUE:
        return False
    if cue.code == "cue_emotion" and _GLAD.search(text[cue.start : cue.end]):
        return False
    if _ANSWERS_FEELING.search(text[cue.end : cue.end + _NEAR]):
        return False
    if cue.code == "cue_progress" and _PRAISES.search(text[cue.end : cue.end + _NEAR]):
        return False
    return cue.code != "cue_emotion" or not any(
        act.code in ("resp_empathic", "resp_thin") and 0 <= cue.start - act.start <= _LEAD_UP
        for act in acts
    )


def wish_passed(text: str, view: Act) -> bool:
    """Whether it may be said that a wish or a barrier went without uptake."""
    return view.confidence >= SURE_CUE and not _TAKES_UP.search(text[view.end : view.end + _NEAR])


def question_passed(text: str, question: Act) -> bool:
    """Whether it may be said that a question or hope went without an answer."""
    after = text[question.end : question.end + _NEAR]
    return question.confidence >= SURE_CUE and not _ANSWERS_QUESTION.search(after)


def strain_open(text: str, strain: Act, acts: Sequence[Act]) -> bool:
    """Whether it may be said that strain was left where it was."""
    if strain.confidence < SURE_CUE or _MENDS.search(text[strain.end : strain.end + _NEAR]):
        return False
    return not any(
        act.code in ("resp_empathic", "resp_thin", "repair")
        and 0 <= act.start - strain.end <= _NEAR
        for act in acts
    )


def nothing_expected(text: str) -> bool:
    """Whether the note holds no word of what the person expected, asked or understood."""
    return not _EXPECTED.search(text)


def nothing_ahead(text: str, act: Act) -> bool:
    """Whether nothing after the span speaks of what lies ahead."""
    return not _AHEAD.search(text[act.end :])


def nothing_shared(text: str, act: Act) -> bool:
    """Whether nothing outside the span speaks of a choice or a plan made together."""
    return not _SHARED.search(text[: act.start]) and not _SHARED.search(text[act.end :])


_SOMEONE = re.compile(r"\b(?:i|we|she|he|they|her|him|his|family)\b", re.IGNORECASE)


def only_facts(assessment: Assessment, text: str) -> bool:
    """Whether the note holds no word of anyone's side of a conversation."""
    return not assessment.acts and not THEIR_SIDE.search(text) and not _SOMEONE.search(text)


def is_wish(text: str, view: Act) -> bool:
    """Whether the span tells a wish, a refusal or a barrier, and no grief."""
    span = text[view.start : view.end]
    return _WISH.search(span) is not None and _GRIEF.search(span) is None
