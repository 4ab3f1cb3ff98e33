"""What the product speaks about: frozen values, free of Slack, disk and clock.

Names follow the glossary in ``docs/architecture.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from prompts.library import Dimension
from reflections.privacy.findings import IdentifierType


class Level(StrEnum):
    """What a note records on one dimension; never a judgement of the person."""

    STRONG = "strong"
    PARTIAL = "partial"
    MISSED = "missed"
    NOT_EVIDENT = "not_evident"


class Safety(StrEnum):
    """What the safety gate found; anything but NONE is answered by a signpost, not coaching."""

    NONE = "none"
    CLINICIAN_DISTRESS = "clinician_distress"
    PATIENT_SAFETY = "patient_safety"
    SAFEGUARDING = "safeguarding"


class OpportunityType(StrEnum):
    EMOTION = "emotion"
    CHALLENGE = "challenge"
    PROGRESS = "progress"


class Repair(StrEnum):
    YES = "yes"
    PARTIAL = "partial"
    NO = "no"


@dataclass(frozen=True)
class Act:
    """One coded span of a note; ``start`` and ``end`` are character offsets, end exclusive.

    ``confidence`` is how likely the reader holds the act to be, 0 to 1; it is no part of what the
    act is, so two acts are equal whatever theirs.
    """

    start: int
    end: int
    code: str
    confidence: float = field(default=1.0, compare=False)


@dataclass(frozen=True)
class Opportunity:
    """An empathic opportunity: ``quote`` is a verbatim span of the note."""

    quote: str
    type: OpportunityType
    met: bool


@dataclass(frozen=True)
class Assessment:
    """What an engine read in a note.

    ``evidence`` holds, for each dimension, verbatim spans of the note. ``repair`` is None where no
    rupture is recorded. ``encounter`` is False for a text that is not an account of an encounter;
    its levels are all NOT_EVIDENT.
    """

    encounter: bool
    safety: Safety
    levels: Mapping[Dimension, Level]
    opportunities: tuple[Opportunity, ...] = ()
    rupture: bool = False
    repair: Repair | None = None
    evidence: Mapping[Dimension, tuple[str, ...]] = field(default_factory=dict)
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True)
class Feedback:
    """An assessment and the words for it: at most 90 words in the three parts together.

    A part is empty where the note gives nothing to build it on. ``engine`` names who read the
    note: ``rubric`` for the offline engine, ``model`` for a language model; ``model_failed`` and
    ``model_resting`` for the offline engine in its stead (the latter: and nothing was sent to it).
    """

    assessment: Assessment
    strength: str
    opening: str
    next_step: str
    engine: str


@dataclass(frozen=True)
class Note:
    """What the clinician wrote, after screening: ``text`` is the only text that is ever kept.

    ``text`` is empty where its writer keeps feedback only. ``amended_at`` is when this wording
    took the place of an earlier one; ``written_at`` stays that of the first.
    """

    text: str
    written_at: datetime
    prompt_id: str | None = None
    amended_at: datetime | None = None


@dataclass(frozen=True)
class Reflection:
    """A note and, when ready, its feedback.

    ``disputed`` is the writer's own "this doesn't fit"; ``right`` is how they read the note
    themselves, a level for each dimension, or empty. ``waived`` names the kinds of identifier that
    the screen doubted and the writer kept. ``earlier`` holds what stood here before it was
    amended, oldest first; those hold no earlier ones themselves.

    ``misread`` is what the safety gate took the note for where its writer says that it isn't that.

    ``question`` is the one that leads further, empty where there is none or it was let go;
    ``thought`` is what the writer answered to it, screened like a note.
    """

    id: str
    note: Note
    feedback: Feedback | None = None
    disputed: bool = False
    right: Mapping[Dimension, Level] = field(default_factory=dict)
    waived: tuple[IdentifierType, ...] = ()
    question: str = ""
    thought: str = ""
    earlier: tuple[Reflection, ...] = ()
    misread: Safety = Safety.NONE


@dataclass(frozen=True)
class Plan:
    """A clinician's own if-then plan, screened: private like a note. ``about`` says what it came
    from and ``source`` names that; ``asked`` is the key of the prompt that asked about it."""

    id: str
    text: str
    about: str
    source: str
    made_at: datetime
    asked: str = ""
    done: bool = False


@dataclass(frozen=True)
class Deleted:
    """A reflection that was deleted at the instant ``at`` and may be taken back for a while, with
    the plan that was made from its feedback, if any."""

    reflection: Reflection
    plan: Plan | None
    at: datetime


@dataclass(frozen=True)
class Clinic:
    """A session; ``weekday`` 0 is Monday, times are local wall time.

    An ``end`` at or before ``start`` is a clinic that runs past midnight. It is held every
    ``every`` weeks, counted from ``since``, the first local date on which it may be held; or once,
    on the date ``on``. ``skips`` are dates on which it is not held.
    """

    weekday: int
    start: time
    end: time
    every: int = 1
    since: date | None = None
    on: date | None = None
    skips: tuple[date, ...] = ()

    @property
    def id(self) -> str:
        """The same for two clinics that are held at the same times."""
        times = f"{self.start:%H%M}-{self.end:%H%M}"
        if self.on:
            return f"{self.on.isoformat()}-{times}"
        if self.every > 1:
            return f"{self.weekday}-{times}-{self.every}w{_week(self.since) % self.every}"
        return f"{self.weekday}-{times}"

    def held_on(self, day: date) -> bool:
        """Whether it is held on local date ``day``, the date on which it starts."""
        if day in self.skips or day.weekday() != self.weekday:
            return False
        if self.on or (self.since and day < self.since):
            return day == self.on
        return (_week(day) - _week(self.since)) % self.every == 0


def _week(day: date | None) -> int:
    """A running number of the week, which starts on Monday."""
    return (day.toordinal() - 1) // 7 if day else 0


@dataclass(frozen=True)
class Span:
    """From one instant to another, both in UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Calendar:
    """Clinics taken from somebody's calendar: of its events nothing but their times is kept.

    ``keyword`` is what their titles hold, ``link`` where the calendar is read again every day
    (empty for a file), ``spans`` are in the order in which they end. ``read_at`` is when it was
    read last; ``failing_since`` since when that has not worked; ``told`` whether its owner knows.
    ``skips`` are local dates that are left out.
    """

    keyword: str
    link: str
    spans: tuple[Span, ...]
    read_at: datetime
    failing_since: datetime | None = None
    told: bool = False
    skips: tuple[date, ...] = ()


@dataclass(frozen=True)
class Leave:
    """Days away, both included."""

    first: date
    last: date


@dataclass(frozen=True)
class Clinician:
    """Who uses the bot. ``id`` is opaque here; ``address`` is where messages reach them.

    ``engaged_at`` is when they last answered, skipped, put off or wrote anything; ``stopped`` says
    that the bot has stopped asking because nothing came back; ``none_on`` is a local date on which
    they want no more questions; ``reminders`` allows one reminder of an open question;
    ``calendar`` holds the clinics of a calendar of theirs; ``holidays`` names the place whose
    public holidays are free ("GB-ENG"; empty for none); ``working_days`` are the weekdays on which
    questions may come; ``offline_only`` keeps their notes from every language model.
    ``keep_months`` is after how long a reflection is deleted (0 for never); with ``feedback_only``
    a note's words are let go of once it has its feedback. ``trends_hidden`` hides how things went
    over time; ``picture`` is the platform's id of the last picture of it. ``left_at`` is when they
    were first seen to have left the workspace. ``language`` is the one that they read; empty for
    the workspace's.
    """

    id: str
    address: str
    time_zone: str
    clinics: tuple[Clinic, ...] = ()
    greeted: bool = True
    prompts_per_week: int = 2
    quiet_from: time = time(20, 0)
    quiet_until: time = time(7, 0)
    paused: bool = False
    paused_until: date | None = None
    engaged_at: datetime | None = None
    stopped: bool = False
    none_on: date | None = None
    reminders: bool = False
    offline_only: bool = False
    away: tuple[Leave, ...] = ()
    holidays: str = ""
    working_days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    calendar: Calendar | None = None
    keep_months: int = 24
    feedback_only: bool = False
    trends_hidden: bool = False
    picture: str = ""
    left_at: datetime | None = None
    language: str = ""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def today(self, now: datetime) -> date:
        """The local date at the instant ``now``."""
        return now.astimezone(self.zone).date()

    def is_paused(self, on: date) -> bool:
        """True on local date ``on``; ``paused_until`` names the first day that is free again."""
        return self.paused and (self.paused_until is None or on < self.paused_until)

    def leave_on(self, on: date) -> Leave | None:
        return next((leave for leave in self.away if leave.first <= on <= leave.last), None)


class DeliveryKind(StrEnum):
    PROMPT = "prompt"
    FEEDBACK = "feedback"
    REPLY = "reply"
    TIP = "tip"
    REMINDER = "reminder"
    NOTICE = "notice"
    TIP_NEWS = "tip_news"
    EXPORT = "export"
    DELETION = "deletion"


class DeliveryState(StrEnum):
    """QUEUED waits for its time, CLAIMED is on its way; the others are final.

    EXPIRED came too late to be of use, DROPPED was not wanted any more, FAILED was refused for
    good, UNCONFIRMED may or may not have arrived and cannot be looked for.
    """

    QUEUED = "queued"
    CLAIMED = "claimed"
    SENT = "sent"
    EXPIRED = "expired"
    DROPPED = "dropped"
    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True)
class Delivery:
    """One message on its way out, under a deterministic ``key``, so that it is made only once. A
    DELETION sends none: then a deleted reflection can no longer be had back.

    ``ref`` names what it carries (a prompt, reflection or tip id, the key of the prompt that a
    reminder is of, the phrase of a notice; empty for a reply, whose words live in memory only).
    ``due`` and ``lease_until`` are instants in UTC. ``attempt`` counts the claims. ``uncertain`` is
    True from a claim until the outcome is known: such a delivery is looked for before it is sent
    again. ``not_before`` holds back a retry. ``posted`` is the platform's id of the message.
    """

    key: str
    owner: str
    kind: DeliveryKind
    due: datetime
    ref: str = ""
    state: DeliveryState = DeliveryState.QUEUED
    attempt: int = 0
    lease_until: datetime | None = None
    uncertain: bool = False
    not_before: datetime | None = None
    claimed_at: datetime | None = None
    posted: str | None = None
    answered: bool = False


@dataclass(frozen=True)
class Pace:
    """The budget that all who post share, in instants: ``next_slot`` is from when the next message
    may go out, ``quiet_until`` when the pause ends that the platform asked for last."""

    next_slot: datetime
    quiet_until: datetime


@dataclass(frozen=True)
class Slot:
    """A team's weekly time for a tip: ``weekday`` 0 is Monday, ``at`` is wall time."""

    weekday: int
    at: time
    time_zone: str


class TipState(StrEnum):
    """GOING is handed to the outbox; a SKIPPED one keeps its time free of tips; SET_ASIDE was
    replaced, declined or taken out; WITHDRAWN was posted and taken back."""

    PLANNED = "planned"
    SKIPPED = "skipped"
    GOING = "going"
    POSTED = "posted"
    SET_ASIDE = "set_aside"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class PlannedTip:
    """A tip in a team's calendar, which goes out at the instant ``at``.

    It is the library's tip ``tip``, or a lead's own screened words in ``text``. ``by`` is who chose
    it, empty for the rotation. ``backed_by`` stand behind the words as they are now, and ``needs``
    of them must. ``everyone`` notifies the whole channel. ``version`` counts the changes, so that
    an old button is known. ``posted`` is the platform's id of the message and ``place`` of where it
    stands. ``tries`` is None until they are counted, and then their number, or 0 for fewer than may
    be told.
    """

    id: str
    at: datetime
    factor: str = ""
    tip: str = ""
    text: str = ""
    by: str = ""
    backed_by: tuple[str, ...] = ()
    needs: int = 1
    everyone: bool = False
    state: TipState = TipState.PLANNED
    version: int = 0
    posted: str | None = None
    place: str = ""
    tries: int | None = None

    @property
    def waits(self) -> bool:
        """Whether it waits for another lead."""
        return self.state is TipState.PLANNED and len(self.backed_by) < self.needs


@dataclass(frozen=True)
class Look:
    """That a lead looked at something about a team; every member can read it. ``team`` is the
    team's owner, empty for all that they lead."""

    at: datetime
    by: str
    what: str
    team: str = ""


@dataclass(frozen=True)
class Month:
    """What may be told of a month, by team id and under ``everybody``: sums over at least five
    people each. A group that is missing is hidden. ``begins`` is the month's first instant."""

    begins: datetime
    prompts: Mapping[str, int]
    reflections: Mapping[str, int]


@dataclass(frozen=True)
class Forgetting:
    """Somebody is being forgotten: what is left to do, until it is done.

    ``stone`` is their tombstone (None where nothing was kept of them), so that nothing of theirs
    is erased that came later. ``address`` is where the messages lie that are to be taken back;
    ``told`` is the one that says how far it is, in their ``language``. Those before it go, newest
    first, down to ``reached`` so far; ``taken`` and ``left`` count those that went and those that
    could not. Nobody goes on with it before ``again_at``: whoever does has it until then.
    """

    owner: str
    address: str
    asked_at: datetime
    stone: str | None
    reached: str = ""
    taken: int = 0
    left: int = 0
    told: str = ""
    again_at: datetime | None = None
    language: str = ""
