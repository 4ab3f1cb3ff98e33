"""Initials, the word after a title, letters spelt out, other scripts: names found by their shape."""

# Tables of words and expressions read better unbroken.
# ruff: noqa: E501

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from reflections.privacy.findings import IdentifierType
from reflections.privacy.patterns import Span
from reflections.privacy.tokens import Token, all_capitals
from reflections.privacy.words import WordJudge

_GREEK_SYMBOLS = frozenset("αβγδεζηθκλμνπρστφχψωΔΩΣΦΨΘΛΓΠµ°ºªℓ")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DOTTED = re.compile(
    r"(?<![A-Za-z0-9.])(?:(?:[A-Z]\.){1,3}[A-Z]\.?|(?:[A-Z]\. ){1,2}[A-Z]\.)(?![A-Za-z0-9])"
)
_DOTTED_LOWER = re.compile(
    r"(?<![a-z.])(?:pt|patient|client|mr|mrs|ms|miss|dr|with|saw) (?P<name>(?:[a-z]\.){2,3}|[a-z]\.[a-z](?![a-z]))",
    re.I,
)
_DOTTED_ANYWHERE = re.compile(r"(?<![a-z0-9.])(?:[a-z]\.){2,3}(?![a-z0-9])")
_DOTTED_WORDS = _words(
    "i.e e.g a.m p.m u.s u.k u.s.a r.i.p p.e n.b p.o i.v p.r.n q.d b.d t.d.s q.d.s o.d i.m s.c p.s a.k.a d.n.a e.d g.p a.e o.t p.t r.o.m n.h.s d.o.b m.r.i c.t h.s b.p h.r e.t.a p.p w.r.t b.i.d t.i.d h.r n.a d.c f.u v.s u.e l.e m.s t.v i.q o.k r.n m.d ph.d b.a m.a m.r.n s.s.n l.l u.l e.r i.r a.d.l m.s.k"
)
_PATIENT_INITIALS = re.compile(
    r"\b(?:pt|patient|client|mr|mrs|miss|dr|initials?|initialled|colleague|sister) (?:is |are |was |of |: ?)?(?P<name>[A-Z]{2,3}|[A-Z] [A-Z])(?![\w/&-]|\.\d)",
    re.I,
)
_ABBREVIATIONS = _words(
    "ot pt gp dr mi af hf ra oa ms pd ha cp sob doe lbp tkr thr acl mcl pcl lcl dvt pe tb uti hiv copd bmi bp hr rr iv im sc po pr od bd mri ct xr us uss ecg eeg emg er ed icu itu hdu ld asd adhd ocd bpd"
    " ptsd cbt act dbt gad mdd sci tbi cva tia mnd als gbs cp sle ibs ibd uc gi gu pv pvd cad chf ckd aki dm htn hx fx tx rx sx dx nhs mum dad son her him his she no ok am pm uk us usa eu fam ptx mdt cpn sw"
    " rn hca slt ent ad id iq dna dnr rom wb fwb nwb pwb slr uln ll ul rue lue rle lle nof im orif thr tha tka rtc mva rta mvc adl fim tug msk cns pns doms bed ward gp's dr's ta ga la all any you the and not but for who has had was did"
    " ai lp nd ng peg pps pic pcos pid pms pnd pod prn pta qol rsd crps rsi sah sdh si sij sle sls spd std sti svt tah tbc tee tens tfts tib tmj toc tpn tos tsh uri vas vbg vt vte wad wbc xs hep hpv hrt hsv ivf ivi jia kub lft ln lvf mca mau mc mg mrsa ndi"
)


def initials(text: str, tokens: Sequence[Token]) -> Iterator[Span]:
    """Initials standing for a name: "J.S.", "pt MB", and the same letters elsewhere in the text."""
    found: set[str] = set()
    for match in _DOTTED.finditer(text):
        plain = match.group().lower().replace(" ", "").strip(".")
        if plain in _DOTTED_WORDS or len(plain) < 3:
            continue
        found.add(plain.replace(".", "").upper())
        yield match.start(), match.end(), IdentifierType.NAME
    for match in _DOTTED_LOWER.finditer(text):
        if match["name"].lower().strip(".") not in _DOTTED_WORDS:
            yield match.start("name"), match.end("name"), IdentifierType.NAME
    for match in _DOTTED_ANYWHERE.finditer(text):
        plain = match.group().strip(".")
        if plain not in _DOTTED_WORDS:
            found.add(plain.replace(".", "").upper())
            yield match.start(), match.end(), IdentifierType.NAME
    if all_capitals(tokens):
        return
    for match in _PATIENT_INITIALS.finditer(text):
        name = match["name"]
        if name.isupper() and name.lower().replace(" ", "") not in _ABBREVIATIONS:
            found.add(name)
            yield match.start("name"), match.end("name"), IdentifierType.NAME
    for token in tokens:
        if token.text in found:
            yield token.start, token.end, IdentifierType.NAME


def other_scripts(tokens: Sequence[Token]) -> Iterator[Span]:
    """Words without a Latin letter, but for the Greek letters that are symbols."""
    for token in tokens:
        foreign = not token.text.isascii() and not any("a" <= c <= "z" for c in token.lower)
        if foreign and (len(token.text) > 1 or token.text not in _GREEK_SYMBOLS):
            yield token.start, token.end, IdentifierType.NAME


_SPELT = re.compile(r"(?<![a-z])[a-z](?P<gap>[ .-])[a-z](?:(?P=gap)[a-z]){2,19}(?![a-z])")


def spelt_names(lower: str, is_name: Callable[[str], bool]) -> Iterator[Span]:
    """Names letter by letter: "s-i-o-b-h-a-n"."""
    for match in _SPELT.finditer(lower):
        if is_name(match.group().replace(match["gap"], "")):
            yield match.start(), match.end(), IdentifierType.NAME


_TITLES = _words("mr mrs ms mx dr prof professor rev revd reverend sir dame")
# Titles that are ordinary words, too: "nurse will ring", "sister in law".
_ROLES = _words(
    "miss doctor sister nurse matron father mother brother aunt aunty auntie uncle cousin granny"
    " grandma grandad nana pastor rabbi imam sheikh captain sergeant lady lord"
)


def titled_names(tokens: Sequence[Token], judge: WordJudge) -> Iterator[Span]:
    """The word after a title: "Mrs Brandt", "dr okafor", "Sister Ngozi".

    In a sentence the network finds most of these; a title and a name alone, as on a label, tell it
    too little. There any name will do, elsewhere only one that is no ordinary word, or is written
    with a capital.
    """
    alone = len(tokens) == 2
    for title, token in pairwise(tokens):
        stands_before = token.gap == " " or (token.gap == ". " and title.lower in _TITLES)
        if not stands_before or title.lower not in _TITLES | _ROLES:
            continue
        word = token.base
        capital = token.shape == "Upper" and title.shape != "UPPER"  # "MS. He" is no title
        listed = judge.lexicon.is_listed(word)
        if (
            judge.is_name(word)
            or (capital and not judge.is_innocent(word))
            or (listed and (alone or (capital and title.lower in _TITLES)))
        ):
            yield token.start, token.end, IdentifierType.NAME


_AT_WORK = _words(
    "anaesthetist audiologist chaplain cleaner clerk clinician consultant coordinator counsellor cpn dentist dietician dietitian doctor gp"
    " hca interpreter manager matron midwife nurse optician orthotist osteopath ot paramedic pharmacist phlebotomist physio"
    " physiotherapist podiatrist porter prosthetist psychiatrist psychologist radiographer receptionist reg registrar secretary sho"
    " sister slt specialist student surgeon technician therapist trainee"
)
_BEFORE_WORKER = _words("assistant worker")  # "the healthcare assistant", "the social worker"
# Names with which a sentence begins that is about somebody at work and names nobody.
_OPENERS = _words("bill bless chase hope may rob sue tab will")
_MONTHS = _words("jan april may june august")


def named_colleagues(tokens: Sequence[Token], judge: WordJudge) -> Iterator[Span]:
    """A name before "the" and a role: "Sarah the OT", "karen, the new dietitian".

    A name that is an ordinary word, too, needs a capital within the sentence ("saw Will the
    physio"), or an "and I" behind the role ("Rose the HCA and I"): "will the nurse ring?",
    "Mark the consultant's list" and "in May the registrar left" name nobody.
    """
    for at, (token, article) in enumerate(pairwise(tokens)):
        if article.lower != "the" or article.gap not in (" ", ", ") or token.possessive:
            continue
        role = _role_after(tokens, at + 1)
        if role is None:
            continue
        word = token.base
        if word in judge.lexicon.given and judge.is_name(word):
            named = True
        elif len(word) <= 3 and word not in judge.lexicon.word_names:
            abbreviation = judge.is_innocent(word) or word in _ABBREVIATIONS  # "NG, the nurse said"
            clear = article.gap == " " or token.shape == "Upper"  # "had a loc, the medic said"
            named = word in judge.lexicon.english_given and clear and not abbreviation
        else:
            within = token.shape == "Upper" and not token.initial and word not in _MONTHS
            then = [t.lower for t in tokens[role + 1 : role + 3]]
            with_me = then in (["and", "i"], ["and", "me"]) and word not in _OPENERS
            named = word in judge.lexicon.word_names and (within or with_me)
        if named:
            yield token.start, token.end, IdentifierType.NAME


def _role_after(tokens: Sequence[Token], article: int) -> int | None:
    """Where the role behind the article is, next to it or one word on; None where there is none."""
    following = tokens[article + 1 : article + 3]
    for steps, token in enumerate(following):
        if token.gap != " ":
            return None
        if token.base in _AT_WORK and not token.possessive:
            return article + 1 + steps
        if steps and token.base in _BEFORE_WORKER:
            return article + 1 + steps
    return None
