"""Where a name would stand, told from the neighbouring words alone.

A common noun of English needs an article or a modifier, an adjective follows a copula or comes
before a noun, an adverb ends in -ly. A word that stands bare, as subject of a verb or after a
verb or preposition that takes a person, is in the place of a name. These functions say how
surely; :class:`~reflections.privacy.names.NameFinder` decides by the word itself.
"""

# Tables of words read better unbroken.
# ruff: noqa: E501

from __future__ import annotations

import re
from enum import IntEnum

from reflections.privacy.tokens import Token


class Slot(IntEnum):
    """How surely a name stands here."""

    NONE = 0
    POSSIBLE = 1
    LIKELY = 2
    SURE = 3


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SPEAKING = _words(
    "said says told tells asked asks cried cries laughed laughs smiled smiles nodded wept sobbed thinks thought felt feels wants wanted came comes rang phoned texted"
    " emailed attended arrived agreed agrees refuses refused declined admitted admits mentioned explained complained apologised described disclosed"
    " reckons believes believed knows knew hates hated loves loved likes liked prefers preferred enjoys enjoyed worries worried hopes wishes"
    " looked walked walks sat sits stood stands lay struggled struggles managed manages went goes lives lived sleeps slept works worked answered replied shrugged"
    " sighed whispered shouted shouts swore snapped joked talked talks spoke speaks listened understood understands interrupted insisted insists denies denied reports reported"
    " turned hid hugged thanked gave gives brought brings took wouldn't wouldnt couldn't couldnt doesn't doesnt didn't didnt hasn't hasnt hadn't hadnt won't wont"
)
_VERBS = SPEAKING | _words(
    "is was isn't isnt wasn't wasnt has had did does seems seemed looks left got gets made makes makes needs needed keeps kept started starts stopped tried tries used"
    " never always only already also still now finally actually really just both hardly barely can can't cannot could might should"
)
_ANIMATE = _words(
    "scared tearful upset quiet quieter angry anxious late worried keen happy happier cross sad sadder tired frightened lovely chatty reluctant nervous embarrassed relieved crying"
    " pleased grumpy annoyed frustrated brave polite kind rude silent ashamed delighted furious sobbing struggling adamant convinced honest terrified fed disappointed proud"
    " exhausted confused withdrawn flat agitated drowsy early discharged admitted seen born married widowed visiting waiting asking telling saying talking sitting standing lying here"
    " able unable unwell poorly off gone back fine better worse alone there very so really too quite more not in on"
)
_CLAUSE = _words(
    "and but when because if so as while although though that since until before after then where whether or cos bc once unless plus"
)
_HEDGES = _words(
    "think thought sure hope felt feel reckon guess believe suspect know knew wish glad sorry pleased realised noticed worried afraid heard suppose today yesterday tonight later afterwards meanwhile luckily sadly eventually first"
)
_TAKES_PERSON = _words(
    "told tell telling asked ask asking met rang phoned phone ring texted text emailed thanked thank thanking reminded owe owed greeted consoled reassured reassure invited promised"
    " hi hello hey dear visited praised warned advised persuaded convinced sorry visit showed taught hugged watched saw seeing letting let lets helped introduced joined"
    " hear heard blame blamed interrupted interrupting trust trusted love loved meet meeting married"
)
_GIVES = _words("gave give giving left leave had sent send seen see reviewed made make kept keep")
_WITH = _words("with to for from by about than without between")
_ROLES = _words(
    "pt patient client colleague husband wife son daughter mum mother mom dad father brother sister partner carer friend neighbour neighbor boss nurse physio cousin niece nephew grandson granddaughter"
    " kuya ate tita tito lola lolo didi bhai nonna nonno abuela oma opa babu dada amma appa beti beta smt shri sri mama baba ammi law aunt auntie uncle nan nana gran granny grandma grandad grandpa boyfriend girlfriend fiance fiancee interpreter manager coach student twin toddler baby boy girl lad lass gent ex stepson stepdaughter"
    " wee little young poor bloke chap lady gentleman midwife hca ot slt educator supervisor keyworker nanny childminder landlady landlord named called name teacher tutor vicar priest"
)
_DETERMINERS = _words(
    "a an the my his her their our your its this these those some any no every each another which what whose more most less least very so too quite rather really bit pretty fairly"
    " is was are were be been being am feel feels feeling looks seem seems becoming became become as of not two three four five six seven eight nine ten both all few many much other own same such"
    " i he she it we they you who new old left right bilateral mild severe moderate acute chronic"
)
# What ends a bare noun phrase; a noun after the word would make it an adjective.
_AFTER = _words(
    "and or but to in on at for with from by about of off up down out over again today yesterday tomorrow tonight now then when while because if that who whom whose which as so before after until since"
    " without through during like than i he she it we they you me him her us them the a an my his our their this that not never only first next last straight how why what where is was had has will would back afterwards later earlier waiting finish know talk speak try do go"
    " shed hed theyd youd theyll itd itll shes hes theyre im ive id ill youre theyve weve every each no some any wouldnt couldnt shouldnt cant cannot didnt doesnt needed needs says said properly directly more twice once too also both home alone post re w n cos bc though instead there here because"
)
_THINGS = _words(
    "on taking took takes tried using used uses started stopped prescribed increased reduced via pre post started restart continue continued commenced trialled trial offered declined refused dose titrate titrated add added"
)
_PAST = re.compile(r"[a-z]{2,}(?:ed|n't)$")
_LETTERS = re.compile(r"[a-z]+$")

_PHRASAL = _words(
    "came comes come went goes got walked walks hobbled limped burst crept let called coming going walking brought"
)
PLACE_BEFORE = _words(
    "in from near at by past outside round around to towards via beyond through of for"
)
_PLACE_SURE = _words(
    "lives live lived living moved moves moving based born raised grew up back home house flat farm cottage bungalow shop cafe pub market station work works worked job school clinic hospital surgery"
    " ferry bus train drove drives drive driving travels travelled traveled came comes come way all out down over across staying stays stayed retired settled originally family sister brother daughter"
    " son mum dad parents transferred referred seen holiday cousin uncle aunt off walk walks walking trip flew fly flying sailed cycled caravan here miles fell born admitted taught teaches minutes mins hours hour went go going goes village town office branch site"
    " land fields beach church friends nan gran husband wife partner relatives relocated relocating commutes commuting evacuated emigrated hails weekend weekends week shifts living"
)
_NOT_A_PLACE_AFTER = _words("position lying supine sitting standing prone mode language")


def _word(tokens: list[Token], i: int) -> str:
    return tokens[i].lower if 0 <= i < len(tokens) else ""


def _ends(tokens: list[Token], i: int) -> bool:
    """Whether a noun phrase may end with token i."""
    if i + 1 >= len(tokens):
        return True
    gap = tokens[i + 1].gap
    return bool(gap.strip(" -")) or (gap.startswith(" ") and tokens[i + 1].lower in _AFTER)


def _verb_follows(tokens: list[Token], i: int) -> bool:
    word = _word(tokens, i + 1)
    return (
        i + 1 < len(tokens)
        and tokens[i + 1].gap == " "
        and (word in _VERBS or (_PAST.match(word) is not None and len(word) > 4))
    )


def person_slot(tokens: list[Token], i: int, last: int) -> Slot:
    """How surely tokens i to last (inclusive) stand where a person's name would."""
    token = tokens[i]
    before = "" if token.initial else _word(tokens, i - 1)
    gap = token.gap
    after = _word(tokens, last + 1)
    if tokens[last].possessive:
        if before in _DETERMINERS or not after or tokens[last + 1].gap != " ":
            return Slot.NONE
        return Slot.LIKELY
    fresh = token.initial or before in _CLAUSE or gap.startswith(",")
    if not token.initial and gap.strip() not in ("", ","):
        return Slot.NONE
    verb = _verb_follows(tokens, last)
    if before in _ROLES and gap in (" ", ", "):
        return Slot.SURE if verb or _ends(tokens, last) else Slot.POSSIBLE
    if fresh and verb:
        return Slot.SURE if after in SPEAKING else Slot.LIKELY
    if before in _HEDGES and gap == " " and (verb or before == "sorry"):
        return Slot.SURE
    if before in _TAKES_PERSON and gap == " " and _ends(tokens, last):
        return Slot.SURE
    if before in _TAKES_PERSON and gap == " " and verb:
        return Slot.SURE
    if before in ("gave", "giving", "give") and after in (
        "a",
        "an",
        "the",
        "my",
        "some",
        "his",
        "her",
        "no",
    ):
        return Slot.SURE
    if (
        before in ("let", "left", "kept")
        and gap == " "
        and after.endswith(("ing", "finish", "talk", "speak"))
    ):
        return Slot.SURE
    if before in _WITH | _GIVES and gap == " " and _ends(tokens, last):
        return Slot.LIKELY
    if (
        token.initial
        and tokens[last + 1 : last + 2]
        and tokens[last + 1].gap.startswith((":", " -"))
    ):
        return Slot.POSSIBLE
    if before in _DETERMINERS or before in _THINGS:
        return Slot.NONE
    if verb and after in SPEAKING:
        return Slot.LIKELY
    if fresh and after in ("and", "&", "n"):
        company = _word(tokens, last + 2) in ("i", "his", "her", "their", "me", "mum", "dad", "my")
        return Slot.LIKELY if company else Slot.POSSIBLE
    if gap.startswith(",") and last + 1 < len(tokens) and tokens[last + 1].gap.startswith(","):
        return Slot.POSSIBLE
    return Slot.NONE


def place_slot(tokens: list[Token], i: int) -> Slot:
    """How surely token i stands where the name of a town would."""
    token = tokens[i]
    before = _word(tokens, i - 1)
    if token.gap != " " or before not in PLACE_BEFORE or token.possessive:
        return Slot.NONE
    if not _ends(tokens, i) and not _verb_follows(tokens, i):
        return Slot.NONE
    if _word(tokens, i + 1) in _NOT_A_PLACE_AFTER:
        return Slot.NONE
    if before == "of" and _word(tokens, i - 2) not in (
        "out",
        "outside",
        "north",
        "south",
        "east",
        "west",
    ):
        return Slot.NONE
    if before == "for":
        return Slot.NONE
    if before in ("in", "through", "round", "around", "past") and _word(tokens, i - 2) in _PHRASAL:
        return Slot.NONE  # "came in limping"
    if any(_word(tokens, j) in _PLACE_SURE for j in range(max(0, i - 5), i - 1)):
        return Slot.SURE
    return (
        Slot.LIKELY if before in ("in", "from", "near", "at", "past", "outside") else Slot.POSSIBLE
    )


def speaks_as_person(tokens: list[Token], i: int) -> bool:
    """Whether token i, an everyday word, is the subject of what only a person does or is."""
    token = tokens[i]
    fresh = token.initial or _word(tokens, i - 1) in _CLAUSE | _HEDGES | _ROLES
    if not fresh and not token.gap.startswith(","):
        return False
    if i + 1 >= len(tokens):
        return False
    if tokens[i + 1].gap.startswith(",") and token.gap == ", ":
        return _word(tokens, i - 1) in _ROLES  # "my educator, wren, told me"
    if tokens[i + 1].gap != " ":
        return False
    after, then = _word(tokens, i + 1), _word(tokens, i + 2)
    if after in _MOTION:
        return then in _MOVED
    if after in _ONLY_PEOPLE:
        return True
    if after in ("was", "is", "seemed", "looked", "got", "looks", "seems", "felt"):
        return then in _ONLY_ANIMATE
    return after in _ADVERBS and then in _ONLY_PEOPLE


_ONLY_PEOPLE = _words(
    "said says told tells asked asks cried laughed smiled nodded wept sobbed thinks thought wants wanted rang phoned texted emailed attended arrived refuses refused declined admitted mentioned"
    " explained complained apologised disclosed reckons believes believed hates hated loves loved likes liked prefers walked answered replied shrugged sighed whispered shouted swore snapped joked talked"
    " spoke listened understood interrupted insisted hugged thanked wouldn't wouldnt didn't didnt doesn't doesnt hasn't hasnt nearly hadn't tolerates tolerated fusses fussed enjoys enjoyed settles settled grumbles grumbled giggled giggles hugs lives lived sleeps slept"
)
_ONLY_ANIMATE = _words(
    "scared tearful upset quiet quieter angry anxious worried keen happy cross sad tired frightened chatty reluctant nervous embarrassed relieved crying pleased grumpy annoyed frustrated"
    " rude ashamed delighted furious sobbing struggling adamant convinced terrified disappointed proud exhausted withdrawn agitated drowsy asleep visiting sitting telling asking saying talking late"
)
_ADVERBS = _words(
    "just also then never finally really always actually even only already still quietly"
)
_MOTION = _words("came comes went goes sat stood turned walked walks sits")
_MOVED = _words(
    "in with alone late early along round over by to up down through quiet silent home there at on"
)


def addressed(tokens: list[Token], i: int) -> bool:
    """Whether token i, an everyday word, is one that somebody told, asked, rang or thanked."""
    before = _word(tokens, i - 1)
    over = before == "over" and _word(tokens, i - 2) in ("talked", "spoke", "talking", "spoken")
    return tokens[i].gap == " " and (before in _ADDRESSES or over) and _ends(tokens, i)


_ADDRESSES = _words(
    "told tell telling asked rang phoned texted emailed thanked reassured reminded met greeted visited sorry hugged consoled warned promised praised invited"
)
