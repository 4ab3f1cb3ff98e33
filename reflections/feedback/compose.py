"""Puts an assessment into words: one strength, one opening, one next step.

What is said follows from the acts alone: which cue met which response, what was claimed without
being told, what was there without its counterpart. The words are content (``feedback.yaml``); this
module only chooses among them, so the same note gives the same words.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from zlib import crc32

from prompts.library import Dimension, fill, placeholders
from reflections.feedback import doubts, manual
from reflections.feedback.engine import MAX_CHARACTERS
from reflections.feedback.safety import is_hard_day
from reflections.feedback.text import is_foreign
from reflections.model import Act, Assessment, Feedback, Level, Repair, Safety

ENGINE = "rubric"
MAX_WORDS = 90
MAX_NEXT_STEP_WORDS = 40
_QUOTE_WORDS = (14, 10, 7, 5)
"""Quotes are cut to these lengths in turn until the whole fits."""

_STRENGTHS: tuple[tuple[str, str], ...] = (
    ("resp_empathic", "empathic"),
    ("resp_thin", "thin"),
    *((f"P{n}", f"p{n}") for n in range(1, 7)),
    ("E1", "e1"),
    ("E5", "e5"),
    ("E8", "e8"),
    *((code, "forward") for code in sorted(manual.FORWARD - {"E7"})),
    ("E7", "e7"),
    ("hindsight", "looked_back"),
    *((code, "heard") for code in manual.CUES),
)
_AFTERWARDS = ("hindsight", *manual.CUES)
"""What may be praised where no level is: a second look, and what was heard."""
_SILENT_SITUATIONS = frozenset(f"extend_{dimension}" for dimension in Dimension)
"""Situations with a next step but nothing more to say."""
_NO_CLAIM = _SILENT_SITUATIONS | {"extend", "hindsight", "nothing", "facts", "hard_day"}
"""Situations that say of no span that it went by."""
_COMMENTS = ("extend", "hindsight")
"""Situations whose words are no opening, and have a heading of their own."""
_TOO_LITTLE = frozenset({"foreign", "nothing", "facts", "hard_day"})
"""Situations in which nothing is said of the note, nor hinted at by a step."""
_LIKELY = 0.45
"""Acts less likely than this are not quoted in praise."""
_ORDER = (Dimension.EMPATHY, Dimension.PARTNERSHIP, Dimension.EXPECTATIONS)
_ROOM = (Level.MISSED, Level.PARTIAL, Level.NOT_EVIDENT, Level.STRONG)
_RANK = {Level.MISSED: 0, Level.PARTIAL: 1, Level.STRONG: 2}

_REASSURES = re.compile(
    r"reassur|worr(?:y|ied) about|n['’]?t worry|not to worry|no need|nothing to|unlikely|rare|"
    r"\bfine\b|normal|common|safe|least|others|positive|lucky|calm",
    re.IGNORECASE,
)
_JOKES = re.compile(
    r"\b(?:lol|haha|ha ha|jok\w+|quip\w*|stupid\w*|silly|banter)\b|😂|🤣", re.IGNORECASE
)
_SILENT = re.compile(
    r"\b(?:waited|stayed quiet|silence|kept quiet|said nothing|no words|let (?:it|that) (?:sit|be)"
    r"|pen down|closed the laptop|didn['’]?t fill|paused|held the (?:pause|quiet))\b",
    re.IGNORECASE,
)
_PRESENT = re.compile(
    r"\b(?:hand on|hand over|arm (?:round|around)|held (?:her|his|their) hands?|took (?:her"
    r"|his) hand"
    r"|sat (?:down )?(?:with|beside|next to)|stayed (?:with|beside|there|put)|tissues?)\b",
    re.IGNORECASE,
)
_SPOKEN = re.compile(
    r"\b(?:said|told|asked|says|you|you['’]ve|wondered"
    r"|reflected)\b",
    re.IGNORECASE,
)
"""Where words were said, it is not the silence or the touch that is named."""
_ASKED = re.compile(r"\b(?:asks?|asked|asking|wondered|checked what)\b", re.IGNORECASE)
_OFFERED = re.compile(
    r"\b(?:or|vs|versus|options?|either|choice|choose|versions|ways|alternatives?|both)\b|/|\?",
    re.IGNORECASE,
)
_SORRY = re.compile(
    r"\b(?:sorry|apologi[sz]ed|my fault|i['’]d be (?:cross"
    r"|angry) too)\b",
    re.IGNORECASE,
)
_REFUSES = re.compile(
    r"\b(?:don['’]?t have|not (?:able|available)|no funding|not indicated|can['’]?t|cannot"
    r"|couldn['’]?t|declined?|refused|no\b|not (?:possible"
    r"|appropriate|allowed|needed|going)"
    r"|won['’]?t|wouldn['’]?t|explained (?:why|that)|told (?:her|him|them) no)",
    re.IGNORECASE,
)
_LABELS = re.compile(
    r"\b(?:difficult (?:pt|patient|lady|man|woman|family|customer)|heart[ -]?sink|"
    r"frequent fl[iy]er|poor historian|attention[ -]seek\w*|non[ -]?complian\w*|non[ -]?adheren\w*|"
    r"uncooperative|manipulative|drug[ -]?seek\w*|drama queen|histrionic|malinger\w*|"
    r"time ?waster|googler)\b",
    re.IGNORECASE,
)
_NOT_MY_WORD = re.compile(
    r"(?:\b(?:call(?:s|ed|ing)?|label(?:s|led|ling)?|said|says|told|wr[io]te|not|never|no)\b"
    r"|\w:)[^.!?;\n]{0,30}$|[\"“‘'][^\"”’'\n]{0,12}$",
    re.IGNORECASE,
)
"""What stands before a label that somebody else gave, or that is told of and not meant."""
_BARE_CLAIM = 4
"""Words of a claim ("all explained") above which it may well hold what was said."""
_BARE = re.compile(r"^\W*(?:\w+\W*){0,3}$")
"""A span of up to three words, too little to quote in praise."""
_OPENER = re.compile(r"^(?:and|but|so|then|n|&|-)\s+(?=\S+\s+\S+)", re.IGNORECASE)
_CLAUSE_END = re.compile(r"[,;:.!?—–]\s|\s[-–—]\s|\s(?=(?:and|but|so|because|then)\s)")
_LOOSE_END = re.compile(
    r"(?:\s+(?:i|i['’]m|a|an|the|to|of|and|or|but|with|for|in|on|at|that|is|was|he|she|her|his"
    r"|my))+$",
    re.IGNORECASE,
)
_WORD = re.compile(r"\S*\w\S*")


class Phrases(Protocol):
    """What this module needs of the library."""

    def variants(self, key: str) -> tuple[str, ...]:
        """The variants under a dotted key, unfilled."""
        ...

    def say(self, key: str, /, **values: object) -> str:
        """The text under a dotted key."""
        ...


@dataclass(frozen=True)
class Situation:
    """What happened, by the name of its family in ``feedback.yaml``, with the spans it quotes."""

    name: str
    spans: dict[str, Act] = field(default_factory=dict)


def compose(
    assessment: Assessment,
    text: str,
    library: Phrases,
    avoid: Collection[str] = (),
    previous_next_step: str | None = None,
) -> Feedback:
    """Words for an assessment of ``text``, at most 90 with the quotes, at most 40 to try.

    ``avoid`` holds texts shown to this person before; their wordings are passed over as long as
    another is left. Where the safety gate found something, all three parts are empty but the next
    step, which points to people who can help.
    """
    if assessment.safety is not Safety.NONE:
        signpost = library.say(f"feedback.signpost.{assessment.safety.value}")
        return Feedback(assessment, "", "", signpost, ENGINE)
    if not assessment.encounter:
        return Feedback(assessment, "", "", "", ENGINE)
    shown = tuple(avoid) + ((previous_next_step,) if previous_next_step else ())
    seed = _seed(text)
    situation = situation_of(assessment, text)
    strength = strength_of(assessment, text, taken=situation.spans.values())
    if strength and strength.name == "heard" and situation.name not in _NO_CLAIM:
        strength = None  # the opening quotes what was heard, and asks about it
    note = library.say("feedback.read_to") if len(text) > MAX_CHARACTERS else ""
    parts = ("", "", "")
    for limit in _QUOTE_WORDS:
        opening = (
            ""
            if situation.name in _SILENT_SITUATIONS
            else _render(
                library,
                f"feedback.situation.{situation.name}.opening",
                situation,
                text,
                limit,
                seed,
                shown,
            )
        )
        parts = (
            _render(
                library,
                f"feedback.strength.{strength.name}.text",
                strength,
                text,
                limit,
                seed,
                shown,
            )
            if strength
            else "",
            " ".join(part for part in (opening, note) if part),
            _render(
                library,
                f"feedback.situation.{_step_of(assessment, situation)}.next",
                Situation(""),
                text,
                limit,
                seed,
                shown,
            ),
        )
        if sum(count_words(part) for part in parts) <= MAX_WORDS:
            break
    return Feedback(assessment, *parts, ENGINE)


def _step_of(assessment: Assessment, situation: Situation) -> str:
    """The family that the next step is of: where strain was left as it was, one that mends it,
    whatever the opening is about."""
    if not is_left_strained(assessment) or situation.name in _TOO_LITTLE:
        return situation.name
    return _mending(assessment)


def _seed(text: str) -> int:
    """Which wording comes first: the same note gives the same words."""
    return crc32(text.encode("utf-8", "surrogatepass"))


def _mending(assessment: Assessment) -> str:
    """The family of steps that mend the strain that a note tells of."""
    strain = _first(assessment.acts, *manual.STRAINS)
    return strain.code.removeprefix("strain_") if strain else "withdrawal"


def mending_step(
    assessment: Assessment, text: str, library: Phrases, avoid: Collection[str] = ()
) -> str:
    """A step that mends the strain that ``assessment`` tells of."""
    key = f"feedback.situation.{_mending(assessment)}.next"
    seed = _seed(text)
    return _render(library, key, Situation(""), text, _QUOTE_WORDS[0], seed, tuple(avoid))


def is_left_strained(assessment: Assessment) -> bool:
    """Whether the note records strain and no repair of it."""
    return assessment.rupture and assessment.repair is Repair.NO


def is_to_try(step: str) -> bool:
    """Whether the last part is something to do, and no question to keep."""
    return bool(step) and ("“" in step or not step.endswith("?"))


def parts_of(feedback: Feedback, library: Phrases) -> list[tuple[str, str]]:
    """The parts of the feedback that there are, each with what stands above it."""
    parts = (
        (library.say("frame.strength"), feedback.strength),
        (_heading_of(feedback, library), feedback.opening),
        (library.say("frame.next_step"), feedback.next_step),
    )
    return [(heading, text) for heading, text in parts if text]


def _heading_of(feedback: Feedback, library: Phrases) -> str:
    """What stands above the second part: "An opening", or what fits better where it is none.

    The words themselves tell, as feedback outlives the words of its note.
    """
    for name in _COMMENTS:
        variants = library.variants(f"feedback.situation.{name}.opening")
        if any(shown_before(variant, (feedback.opening,)) for variant in variants):
            return library.say(f"feedback.situation.{name}.heading")
    read = feedback.assessment
    room = any(level in (Level.MISSED, Level.PARTIAL) for level in read.levels.values())
    strained = read.rupture and read.repair is not Repair.YES
    alone = feedback.opening == library.say("feedback.read_to")
    return library.say("frame.opening" if (room or strained) and not alone else "frame.comment")


def factor_of(assessment: Assessment, text: str, library: Phrases) -> str | None:
    """The factor (F1 to F8) behind the opening and the next step; None where there is neither."""
    if assessment.safety is not Safety.NONE or not assessment.encounter:
        return None
    return library.say(f"feedback.situation.{situation_of(assessment, text).name}.factor")


def strains(assessment: Assessment, text: str) -> list[str]:
    """The spans that tell of a strain, verbatim; none where the note's words are gone."""
    acts = [act for act in assessment.acts if act.code in manual.STRAINS]
    return [span for act in acts if (span := text[act.start : act.end])]


def count_words(text: str) -> int:
    """Words as a reader counts them: runs of non-space that hold a letter or digit."""
    return len(_WORD.findall(text))


def strength_of(assessment: Assessment, text: str, taken: Iterable[Act] = ()) -> Situation | None:
    """The surest thing the note shows in its strongest dimension, not ``taken`` by the opening.

    Evidence holds the surest span first. Where there is nothing of the writer's to praise, what
    they heard and wrote down is.
    """
    used = {(act.start, act.end) for act in taken}
    free = [
        act
        for act in assessment.acts
        if (act.start, act.end) not in used
        and not _BARE.search(text[act.start : act.end])
        and act.confidence >= _LIKELY
    ]
    names = dict(_STRENGTHS)
    if assessment.rupture and assessment.repair is Repair.YES:
        repaired = _first(free, "repair")
        if repaired:
            return Situation("repair", {"quote": repaired})
    told = sorted(
        (d for d in _ORDER if assessment.levels[d] in (Level.STRONG, Level.PARTIAL)),
        key=lambda d: -_RANK[assessment.levels[d]],
    )
    for dimension in told:
        credited = manual.credit_codes(dimension, assessment.levels[dimension])
        for span in assessment.evidence.get(dimension, ()):
            for act in sorted(free, key=lambda act: -act.confidence):
                fits = text[act.start : act.end] == span and act.code in credited
                if fits and act.code in names and _fits(act.code, span):
                    return Situation(_family(assessment, text, act, names), {"quote": act})
    heard = _first(free, *_AFTERWARDS)
    return Situation(names[heard.code], {"quote": heard}) if heard else None


def _fits(code: str, span: str) -> bool:
    """Whether the words of a span bear out what is said in praise of its code."""
    needed = {"E1": _ASKED, "P2": _OFFERED}.get(code)
    return needed is None or needed.search(span) is not None


def _family(assessment: Assessment, text: str, act: Act, names: Mapping[str, str]) -> str:
    """The family of wordings for an act; for an answer, by what it answers."""
    if act.code == "P1" and _ASKED.search(text[act.start : act.end]):
        return "asked"
    if act.code != "resp_empathic":
        return names[act.code]
    answered = {
        reply: cue.code for cue, reply in manual.answers(assessment.acts) if reply is not None
    }.get(act, "")
    if answered == "cue_progress":
        return "empathic_progress"
    span = text[act.start : act.end]
    if _PRESENT.search(span) and not _SPOKEN.search(span):
        return "presence"
    if _SILENT.search(span) and not _SPOKEN.search(span):
        return "silence"
    if _SORRY.search(span):
        return "sorry"
    return {"cue_emotion": "empathic_emotion", "cue_challenge": "empathic_challenge"}.get(
        answered, "empathic"
    )


def situation_of(assessment: Assessment, text: str) -> Situation:
    """What the opening and the next step are about: the lowest dimension that has evidence.

    At the same level strain comes first, then empathy, partnership, expectations.
    """
    acts = assessment.acts
    if is_foreign(text):
        return Situation("foreign")
    if assessment.rupture and assessment.repair is not Repair.YES:
        strain = _first(acts, *manual.STRAINS)
        if strain and doubts.strain_open(text, strain, acts):
            name = strain.code.removeprefix("strain_")
            if assessment.repair is Repair.PARTIAL:
                name = "partly_repaired"
            return Situation(name, {"quote": strain})
    told = [d for d in _ORDER if assessment.levels[d] is not Level.NOT_EVIDENT]
    for dimension in sorted(told, key=lambda d: _RANK[assessment.levels[d]]):
        level = assessment.levels[dimension]
        if level is Level.STRONG:
            break
        situation = _STEPS[dimension](_surest_first(assessment, text, dimension), text, level)
        if situation:
            return situation
    if told and all(assessment.levels[d] is Level.STRONG for d in told):
        return Situation("extend") if len(told) == 3 else _extend(assessment)
    label = _label(text)
    if label:
        return Situation("label", {"quote": label})
    hindsight = _first(acts, "hindsight")
    if hindsight and hindsight.confidence >= _LIKELY:
        return Situation("hindsight", {"quote": hindsight})
    if told:
        return _extend(assessment)
    if is_hard_day(text):
        return Situation("hard_day")
    return Situation("facts" if doubts.only_facts(assessment, text) else "nothing")


def _extend(assessment: Assessment) -> Situation:
    """A step where there is room for one: in a dimension that the note shows something of, else in
    one that it doesn't mention, the next after what it shows. What is there in full is not asked
    for again."""
    levels = assessment.levels
    shown = next((i for i, d in enumerate(_ORDER) if levels[d] is Level.STRONG), 0)
    onwards = _ORDER[shown:] + _ORDER[:shown]
    return Situation(f"extend_{min(onwards, key=lambda d: _ROOM.index(levels[d]))}")


def _surest_first(assessment: Assessment, text: str, dimension: Dimension) -> list[Act]:
    """The acts with those behind the dimension's level first, in the order of their evidence."""
    spans = assessment.evidence.get(dimension, ())
    rank = {span: at for at, span in enumerate(spans)}
    return sorted(assessment.acts, key=lambda act: rank.get(text[act.start : act.end], len(spans)))


def _empathy(acts: Sequence[Act], text: str, level: Level) -> Situation | None:
    label = _label(text)
    contrary = _first(acts, "emp_contrary")
    if label:
        return Situation("label", {"quote": label})
    if contrary and contrary.confidence >= _LIKELY and manual.unrepaired(acts, "emp_contrary"):
        return Situation("contrary", {"quote": contrary})
    paired = manual.answers(acts)
    unmet = [(c, reply) for c, reply in paired if doubts.feeling_passed(text, c, reply, acts)]
    if level is Level.MISSED and not unmet:
        # The words raise a doubt, but the answer that was found is plain enough.
        unmet = [
            (c, r)
            for c, r in paired
            if r and min(c.confidence, r.confidence) >= _LIKELY and not manual.is_met(r)
        ]
    if level is Level.PARTIAL:
        if unmet:
            return Situation("one_unmet", {"cue": unmet[0][0]})
        for cue, reply in paired:
            if reply and reply.code == "resp_thin" and reply.confidence >= _LIKELY:
                name = "thin_progress" if cue.code == "cue_progress" else "thin"
                return Situation(name, {"cue": cue, "reply": reply})
        return None
    if not unmet:
        return None
    cue, reply = next(((c, r) for c, r in unmet if r is not None), unmet[0])
    if reply is not None and (reply.confidence < _LIKELY or reply.start - cue.end > doubts.CLOSE):
        reply = None
    if cue.code == "cue_progress":
        return Situation("progress_passed", {"cue": cue})
    if reply is not None and _JOKES.search(text[reply.start : reply.end]):
        return Situation("contrary", {"quote": reply})
    kind = cue.code.removeprefix("cue_")
    if reply is None or reply == cue or reply.start < cue.end:
        return Situation(f"{kind}_passed", {"cue": cue})
    if kind == "emotion" and _REASSURES.search(text[reply.start : reply.end]):
        return Situation("emotion_reassured", {"cue": cue, "reply": reply})
    return Situation(f"{kind}_fixed", {"cue": cue, "reply": reply})


def _partnership(acts: Sequence[Act], text: str, level: Level) -> Situation | None:
    contrary = _first(acts, "part_contrary")
    view = _first(acts, "pt_view")
    behaviour = _any(acts, manual.PATIENT_PARTNERSHIP)
    label = _label(text)
    if level is Level.MISSED and label:
        return Situation("label", {"quote": label})
    overridden = contrary is not None and contrary.confidence >= _LIKELY
    if view and not (doubts.is_wish(text, view) and (overridden or doubts.wish_passed(text, view))):
        view = None
    if contrary and contrary.confidence >= _LIKELY and manual.unrepaired(acts, "part_contrary"):
        if level is Level.PARTIAL:
            return Situation("mixed", {"quote": contrary})
        if view and 0 <= contrary.start - view.end <= doubts.CLOSE:
            refused = _REFUSES.search(text[contrary.start : contrary.end])
            name = "view_refused" if refused else "view_overridden"
            return Situation(name, {"cue": view, "reply": contrary})
        if doubts.CONTROLS.search(text[contrary.start : contrary.end]):
            return Situation("controlling", {"quote": contrary})
        return Situation("view_passed", {"cue": view}) if view else None
    if level is Level.MISSED:
        return Situation("view_passed", {"cue": view}) if view else None
    if behaviour and behaviour.code in ("P1", "P2", "P6"):
        if behaviour.confidence < _LIKELY or not doubts.nothing_shared(text, behaviour):
            return None
        return Situation("one_piece", {"quote": behaviour})
    if behaviour:
        return None
    generic = _first(acts, "part_generic")
    if generic and count_words(text[generic.start : generic.end]) <= _BARE_CLAIM:
        return Situation("bare_shared", {"quote": generic})
    return None


def _expectations(acts: Sequence[Act], text: str, level: Level) -> Situation | None:
    contrary = _first(acts, "exp_contrary")
    question = _first(acts, "pt_question")
    two_way = _any(acts, manual.TWO_WAY)
    forward = _any(acts, manual.FORWARD)
    asked = question
    dodged = contrary is not None and contrary.confidence >= _LIKELY
    if question and not dodged and not doubts.question_passed(text, question):
        question = None
    if contrary and contrary.confidence >= _LIKELY and manual.unrepaired(acts, "exp_contrary"):
        if doubts.PROMISES.search(text[contrary.start : contrary.end]):
            return Situation("guarantee", {"quote": contrary})
        if (
            asked
            and 0 <= contrary.start - asked.end <= doubts.CLOSE
            and asked.confidence >= _LIKELY
        ):
            return Situation("dodged", {"cue": asked, "reply": contrary})
    if level is Level.MISSED:
        return Situation("question_open", {"cue": question}) if question else None
    if two_way and not forward:
        if two_way.confidence < _LIKELY or not doubts.nothing_ahead(text, two_way):
            return None
        return Situation("no_forward", {"quote": two_way})
    if forward and not two_way:
        if question:
            return Situation("question_left", {"cue": question})
        told = forward.code != "E7" and forward.confidence >= _LIKELY
        if told and doubts.nothing_expected(text):
            return Situation("no_two_way")
        return None
    if two_way or forward:
        return None
    generic = _first(acts, "exp_generic")
    if generic and count_words(text[generic.start : generic.end]) <= _BARE_CLAIM:
        return Situation("bare_explained", {"quote": generic})
    return None


def _label(text: str) -> Act | None:
    """The first word by which the writer sorts a person."""
    for found in _LABELS.finditer(text):
        if not _NOT_MY_WORD.search(text[: found.start()]):
            return Act(found.start(), found.end(), "label")
    return None


_STEPS = {
    Dimension.EMPATHY: _empathy,
    Dimension.PARTNERSHIP: _partnership,
    Dimension.EXPECTATIONS: _expectations,
}


def _any(acts: Sequence[Act], codes: Collection[str]) -> Act | None:
    """The first act that has one of these codes."""
    return next((act for act in acts if act.code in codes), None)


def _first(acts: Sequence[Act], *codes: str) -> Act | None:
    """The first act of the first of these codes that occurs."""
    for code in codes:
        for act in acts:
            if act.code == code:
                return act
    return None


def _render(
    library: Phrases,
    key: str,
    situation: Situation,
    text: str,
    limit: int,
    seed: int,
    shown: Sequence[str],
) -> str:
    variants = library.variants(key)
    start = (seed ^ crc32(key.encode())) % len(variants)
    turned = [*variants[start:], *variants[:start]]
    fresh = [variant for variant in turned if not shown_before(variant, shown)]
    chosen = (fresh or turned)[0]
    values = {
        name: shorten(text[act.start : act.end], limit) for name, act in situation.spans.items()
    }
    wanted = placeholders(chosen)
    return fill(chosen, **{name: value for name, value in values.items() if name in wanted})


def shown_before(variant: str, shown: Sequence[str]) -> bool:
    """Whether an earlier text was made from this variant: it holds all of its fixed words."""
    fixed = [part for part in re.split(r"\{\w+\}", variant) if len(part) > 3]
    return any(all(part in text for part in fixed) for text in shown)


def shorten(quote: str, limit: int) -> str:
    """A quote of at most ``limit`` words, verbatim, cut at a clause where one is near, with …."""
    quote = _OPENER.sub("", _outer(quote))
    words = list(_WORD.finditer(quote))
    if len(words) <= limit:
        return quote
    cut = words[limit - 1].end()
    for mark in _CLAUSE_END.finditer(quote[:cut]):
        if count_words(quote[: mark.start()]) >= max(3, limit // 2):
            cut = mark.start()
    return _LOOSE_END.sub("", quote[:cut]).rstrip(" ,;:.-–—") + " …"


def _outer(quote: str) -> str:
    """The quote without a full stop at its end and without quotation marks around or astray."""
    quote = quote.strip().rstrip(".,;: ")
    for marks in ('"', "“”", "'", "‘’"):
        left, right = marks[0], marks[-1]
        opens, closes = quote.startswith(left), quote.endswith(right)
        if len(quote) > 2 and opens and closes and left not in quote[1:-1]:
            return quote[1:-1].rstrip(".,;: ")
        if closes and not opens and len(re.findall(rf"(?<!\w){re.escape(left)}", quote)) == 0:
            quote = quote[:-1].rstrip(".,;: ")
    return quote
