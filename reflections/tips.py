"""A team's calendar of tips: what goes out when, who stands behind it, what the rotation picks.

Pure functions over the tips of one team, as ``Store.change_tips`` hands them: each gives all of
them back, changed, or raises TipError and nothing is changed.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from prompts.library import MAX_TIP_WORDS, Dimension, Library, Tip
from reflections.model import Delivery, DeliveryKind, PlannedTip, Slot, TipState
from reflections.schedule import GRACE, weekly

Tips = Sequence[PlannedTip]

MAX_CHARACTERS = 600
"""What a lead's own tip may hold, besides its sixty words."""
FURTHEST = timedelta(days=366)
CALENDAR_WEEKS = 8
YEAR = timedelta(days=365)
TRIES_COUNTED_AFTER = timedelta(days=7)
FEWEST = 5
"""A number that is told speaks of at least so many people."""

_HOLDS_ITS_TIME = (TipState.PLANNED, TipState.SKIPPED, TipState.GOING, TipState.POSTED)


class TipError(Exception):
    """It cannot be done, and nothing was changed; ``reason`` is a word for why: ``taken``,
    ``changed``, ``gone``, ``going``, ``past``, ``far``, ``no_slot`` or, of a text, ``empty``,
    ``words``, ``characters``, ``mention``, ``link``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


# ---- words of one's own -----------------------------------------------------------------------

_MENTION = re.compile(r"<[!@#]|(?<![\w.])@\w|\B#[a-z]", re.I)
_LINK = re.compile(
    r"[a-z][a-z0-9+.-]*://|\b(?:mailto|tel|slack):|\bwww\.|"
    r"\b[\w-]+\.(?:com|org|net|edu|gov|info|io|co|uk|eu|ly|me|app|dev|ie|us|ca|au|nz|de|fr)\b",
    re.I,
)


def check_words(text: str) -> str:
    """The text without what surrounds it; TipError where it cannot be a tip."""
    text = text.strip()
    if not text:
        raise TipError("empty")
    if len(text.split()) > MAX_TIP_WORDS:
        raise TipError("words")
    if len(text) > MAX_CHARACTERS:
        raise TipError("characters")
    if _LINK.search(text):
        raise TipError("link")
    if _MENTION.search(text):
        raise TipError("mention")
    return text


# ---- times ------------------------------------------------------------------------------------


def slots(slot: Slot, after: datetime, count: int) -> list[datetime]:
    """The next weekly times after an instant."""
    until = after + timedelta(days=7 * (count + 1))
    found = weekly(slot.weekday, slot.at, ZoneInfo(slot.time_zone), after, until)
    return [instant for _, instant in found][:count]


def is_slot(slot: Slot, at: datetime) -> bool:
    return slots(slot, at - timedelta(seconds=1), 1) == [at]


def holder(tips: Tips, at: datetime) -> PlannedTip | None:
    """What has this time, a skip included."""
    return next((t for t in tips if t.at == at and t.state in _HOLDS_ITS_TIME), None)


def next_free(tips: Tips, slot: Slot, now: datetime) -> datetime:
    """The next weekly time that nothing has."""
    return next(at for at in slots(slot, now, len(tips) + 1) if holder(tips, at) is None)


def check_time(at: datetime, now: datetime) -> None:
    if at < now:
        raise TipError("past")
    if at > now + FURTHEST:
        raise TipError("far")


# ---- what leads do ----------------------------------------------------------------------------


def new_id(source: str) -> str:
    """The id of the tip that came with ``source``, so that the same submission makes one tip."""
    return hashlib.sha256(source.encode()).hexdigest()[:16]


def _changed(tips: Tips, id: str, change: Callable[[PlannedTip], PlannedTip]) -> list[PlannedTip]:
    return [replace(change(t), version=t.version + 1) if t.id == id else t for t in tips]


def find(tips: Tips, id: str, version: int | None = None) -> PlannedTip:
    """A planned tip, as it was when ``version`` was shown; TipError where it cannot be had so."""
    tip = next((t for t in tips if t.id == id), None)
    if tip is None or tip.state in (TipState.SET_ASIDE, TipState.WITHDRAWN, TipState.SKIPPED):
        raise TipError("gone")
    if tip.state is not TipState.PLANNED:
        raise TipError("going")
    if version is not None and tip.version != version:
        raise TipError("changed")
    return tip


def add(tips: Tips, new: PlannedTip) -> Tips:
    """With a new tip, in the place of a skip where one has its time. A known id changes nothing."""
    if any(t.id == new.id for t in tips):
        return tips
    held = holder(tips, new.at)
    if held and held.state is not TipState.SKIPPED:
        raise TipError("taken")
    without = _changed(tips, held.id, _aside) if held else tips
    return [*without, new]


def rewrite(tips: Tips, id: str, version: int, who: str, content: PlannedTip) -> Tips:
    """With other words or another of the library's tips; only ``who`` stands behind them now."""
    find(tips, id, version)
    return _changed(
        tips,
        id,
        lambda t: replace(
            t,
            tip=content.tip,
            text=content.text,
            factor=content.factor,
            everyone=content.everyone,
            by=t.by or who,
            backed_by=(who,),
        ),
    )


def back(tips: Tips, id: str, version: int, who: str, now: datetime) -> Tips:
    """``who`` stands behind it, too. One whose time has passed meanwhile goes out now."""
    tip = find(tips, id, version)
    if who in tip.backed_by:
        return tips
    return _changed(
        tips, id, lambda t: replace(t, backed_by=(*t.backed_by, who), at=max(t.at, now))
    )


def set_aside(tips: Tips, id: str, version: int | None = None) -> Tips:
    find(tips, id, version)
    return _changed(tips, id, _aside)


def _aside(tip: PlannedTip) -> PlannedTip:
    return replace(tip, state=TipState.SET_ASIDE)


def skip(tips: Tips, at: datetime, slot: Slot, now: datetime) -> Tips:
    """Nothing goes out at this weekly time; what was planned for it moves to the next free one."""
    check_time(at, now)
    if not is_slot(slot, at):
        raise TipError("no_slot")
    held = holder(tips, at)
    if held and held.state is TipState.SKIPPED:
        return tips
    if held:
        find(tips, held.id)
        free = next_free(tips, slot, max(at, now))
        tips = _changed(tips, held.id, lambda t: replace(t, at=free))
    return [
        *tips,
        PlannedTip(new_id(f"skip {at.isoformat()} {len(tips)}"), at, state=TipState.SKIPPED),
    ]


def unskip(tips: Tips, at: datetime) -> Tips:
    held = holder(tips, at)
    if held is None or held.state is not TipState.SKIPPED:
        return tips
    return _changed(tips, held.id, _aside)


def move(tips: Tips, id: str, version: int, slot: Slot, now: datetime, *, later: bool) -> Tips:
    """To the weekly time before or after; what is there (a skip, too) takes this one's place."""
    tip = find(tips, id, version)
    ahead = slots(slot, now, CALENDAR_WEEKS * 2)
    if later:
        to = next((at for at in ahead if at > tip.at), None)
    else:
        to = next((at for at in reversed(ahead) if at < tip.at), None)
    if to is None:
        raise TipError("no_slot")
    other = holder(tips, to)
    if other and other.state not in (TipState.PLANNED, TipState.SKIPPED):
        raise TipError("going")
    moved = _changed(tips, id, lambda t: replace(t, at=to))
    return _changed(moved, other.id, lambda t: replace(t, at=tip.at)) if other else moved


# ---- what the clock does ----------------------------------------------------------------------


def hand_over(
    tips: Tips, slot: Slot, library: Library, after: datetime, now: datetime, *, rotation: bool
) -> Tips:
    """What is to go out by now is GOING; weekly times in (after, now] that nobody filled are filled
    by the ``rotation``. A tip for a weekly time that passed without a second lead, and one that
    comes too late, moves on to the next free one. The same again changes nothing."""
    for tip in [t for t in tips if t.state is TipState.PLANNED and t.at <= now]:
        late = now > tip.at + GRACE and not tip.waits
        if late or (tip.waits and is_slot(slot, tip.at)):
            tips = moved_on(tips, tip.id, slot, now)
        elif not tip.waits:
            tips = _changed(tips, tip.id, lambda t: replace(t, state=TipState.GOING))
    zone = ZoneInfo(slot.time_zone)
    for _, at in weekly(slot.weekday, slot.at, zone, after, now):
        if rotation and holder(tips, at) is None:
            pick = suggest(library, tips)
            filled = PlannedTip(
                new_id(f"slot {at.isoformat()}"), at, pick.factor, pick.id, state=TipState.GOING
            )
            if all(t.id != filled.id for t in tips):
                tips = [*tips, filled]
    return tips


def moved_on(tips: Tips, id: str, slot: Slot, now: datetime) -> Tips:
    """With a tip that could not go out in the calendar still, at the next free weekly time."""
    free = next_free(tips, slot, now)
    return _changed(tips, id, lambda t: replace(t, at=free, state=TipState.PLANNED))


def went_out(tips: Tips, id: str, posted: str | None, place: str) -> Tips:
    """With a tip that is out at ``place``, as the message ``posted`` where that is known."""
    return _changed(
        tips, id, lambda t: replace(t, state=TipState.POSTED, posted=posted, place=place)
    )


def withdrawn(tips: Tips, id: str) -> Tips:
    tip = next((t for t in tips if t.id == id), None)
    if tip is None or tip.state is not TipState.POSTED:
        raise TipError("gone")
    return _changed(tips, id, lambda t: replace(t, state=TipState.WITHDRAWN))


def counted(tips: Tips, numbers: Mapping[str, int]) -> Tips:
    """With the tries of these tips, which are counted once."""
    return [
        replace(t, tries=numbers[t.id]) if t.id in numbers and t.tries is None else t for t in tips
    ]


def delivery_of(tip: PlannedTip, owner: str) -> Delivery:
    """Its message on the way out; under another key where it has moved on."""
    key = f"tip:{owner}:{tip.id}:{tip.at.isoformat()}"
    return Delivery(key, owner, DeliveryKind.TIP, due=tip.at, ref=tip.id)


def news_of(tip: PlannedTip, owner: str, what: str, lead: str, now: datetime) -> Delivery:
    """A word to a ``lead`` about a tip as it is now. It is the team's, as the tip is, so that both
    can be kept at once."""
    key = f"news:{what}:{owner}:{tip.id}:{tip.version}:{lead}"
    ref = f"{what} {lead} {tip.id} {tip.version}"
    return Delivery(key, owner, DeliveryKind.TIP_NEWS, due=now, ref=ref)


# ---- what the rotation picks ------------------------------------------------------------------


@dataclass(frozen=True)
class _Had:
    """How often a team has had each tip, factor and dimension, or is going to."""

    tips: Counter[str]
    factors: Counter[str]
    dimensions: Counter[Dimension | None]


def _had(library: Library, tips: Iterable[PlannedTip]) -> _Had:
    dimension = {t.id: t.dimension for t in library.tips}
    counted = [t for t in tips if t.factor and t.state in _HOLDS_ITS_TIME]
    return _Had(
        Counter(t.tip for t in counted if t.tip),
        Counter(t.factor for t in counted),
        Counter(dimension[t.tip] for t in counted if t.tip in dimension),
    )


def suggest(
    library: Library, tips: Tips, factor: str = "", dimension: Dimension | None = None
) -> Tip:
    """The tip that the team has had least of: itself first, then its factor, then its dimension,
    then its place in the library. Among those of a factor and dimension, where they are given."""
    return ranked(library, tips, factor, dimension)[0]


def ranked(
    library: Library, tips: Tips, factor: str = "", dimension: Dimension | None = None
) -> list[Tip]:
    """All that fit, the one that the team has had least of first; all tips where none fits."""
    had = _had(library, tips)
    fitting = [
        t for t in library.tips if factor in ("", t.factor) and dimension in (None, t.dimension)
    ] or list(library.tips)

    def rank(tip: Tip) -> tuple[int, int, int]:
        return had.tips[tip.id], had.factors[tip.factor], had.dimensions[tip.dimension]

    return sorted(fitting, key=rank)


def foreseen(
    library: Library, tips: Tips, times: Sequence[datetime], *, rotation: bool
) -> dict[datetime, Tip]:
    """What the rotation would pick for the weekly times that nothing has, as things stand."""
    found: dict[datetime, Tip] = {}
    for at in times if rotation else ():
        if holder(tips, at) is None:
            found[at] = suggest(library, tips)
            pick = found[at]
            tips = [*tips, PlannedTip(f"foreseen {at}", at, pick.factor, pick.id)]
    return found
