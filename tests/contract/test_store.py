"""What every store must do, run against each of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from prompts.library import Dimension
from reflections.model import (
    Act,
    Assessment,
    Clinic,
    Clinician,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Feedback,
    Forgetting,
    Level,
    Look,
    Month,
    Note,
    Opportunity,
    OpportunityType,
    Pace,
    Plan,
    PlannedTip,
    Reflection,
    Repair,
    Safety,
    TipState,
)
from reflections.stores import Store, StoreError, UnknownClinician, Week
from reflections.stores.postgres import PostgresStore
from reflections.stores.seal import new_master_text
from reflections.stores.tiny import TinyStore

NOW = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
LEASE = timedelta(seconds=90)
MASTER = new_master_text()
AMARA = Clinician("T1-U1", "D1", "Europe/London", (Clinic(1, time(9), time(12, 30)),))
BEN = Clinician("T1-U2", "D2", "Asia/Kathmandu")


class Kept:
    """A store, and how to open what it keeps once more."""

    def __init__(self, make: Callable[[], Store]) -> None:
        self._make = make

    async def open(self) -> Store:
        store = self._make()
        await store.open()
        return store


@pytest.fixture(params=["tiny", "postgres"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Kept:
    if request.param == "tiny":
        return Kept(lambda: TinyStore(tmp_path / "data"))
    dsn = request.getfixturevalue("database")
    return Kept(lambda: PostgresStore(dsn, MASTER))


@pytest.fixture
async def store(kept: Kept) -> AsyncIterator[Store]:
    """With Amara and Ben, who are known."""
    made = await kept.open()
    for clinician in (AMARA, BEN):
        await made.put_clinician(clinician)
    yield made
    await made.close()


async def reopened(store: Store, kept: Kept) -> Store:
    await store.close()
    return await kept.open()


def reflection(
    id: str = "r1", text: str = "She sighed; I waited.", at: datetime = NOW
) -> Reflection:
    return Reflection(id, Note(text, at, "P01"))


def feedback() -> Feedback:
    assessment = Assessment(
        encounter=True,
        safety=Safety.NONE,
        levels={
            Dimension.EMPATHY: Level.STRONG,
            Dimension.PARTNERSHIP: Level.MISSED,
            Dimension.EXPECTATIONS: Level.NOT_EVIDENT,
        },
        opportunities=(Opportunity("She sighed", OpportunityType.EMOTION, True),),
        rupture=True,
        repair=Repair.PARTIAL,
        evidence={Dimension.EMPATHY: ("I waited",)},
        acts=(Act(0, 10, "cue_emotion"),),
    )
    return Feedback(assessment, "You waited.", "An opening.", "If …, then …", "rubric")


def delivery(key: str = "prompt:1", owner: str = "T1-U1", **changes: object) -> Delivery:
    made = Delivery(key, owner, DeliveryKind.PROMPT, due=NOW, ref="P01")
    return replace(made, **changes)  # type: ignore[arg-type]


async def test_a_reflection_comes_back_as_it_was_kept(store: Store, kept: Kept) -> None:
    right = {d: Level.STRONG for d in Dimension}
    before = replace(reflection(text="She sighed."), feedback=feedback())
    whole = replace(
        reflection(), feedback=feedback(), disputed=True, right=right, earlier=(before,)
    )
    await store.commit("T1-U1", NOW, reflection=whole)
    assert await store.reflection("T1-U1", "r1") == whole
    again = await reopened(store, kept)
    assert await again.reflection("T1-U1", "r1") == whole
    await again.close()


async def test_people_deliveries_and_marks_survive_a_restart(store: Store, kept: Kept) -> None:
    tip = PlannedTip("t1", NOW, "F1", "W05", "", "U1", ("U1",), 2)
    await store.put_clinician(AMARA)
    await store.put_clinician(BEN)
    await store.commit("T1-U1", NOW, deliveries=[delivery()])
    await store.change_tips("team", NOW, lambda tips: [*tips, tip])
    await store.set_watermark(NOW)
    again = await reopened(store, kept)
    assert sorted(c.id for c in await again.clinicians()) == ["T1-U1", "T1-U2"]
    assert await again.clinician("T1-U1") == AMARA
    assert await again.due(NOW, 10) == [delivery()]
    assert await again.tips("team", NOW) == [tip]
    assert await again.watermark() == NOW
    await again.close()


async def test_an_event_counts_once(store: Store) -> None:
    assert await store.commit("T1-U1", NOW, event="Ev1", reflection=reflection("r1"))
    assert not await store.commit("T1-U1", NOW, event="Ev1", reflection=reflection("r2"))
    assert [r.id for r in await store.reflections("T1-U1", limit=9)] == ["r1"]


async def test_the_same_event_at_the_same_moment_counts_once(store: Store) -> None:
    kept = await asyncio.gather(
        *(store.commit("T1-U1", NOW, event="Ev1", reflection=reflection(f"r{i}")) for i in range(9))
    )
    assert sum(kept) == 1
    assert len(await store.reflections("T1-U1", limit=20)) == 1


async def test_a_known_delivery_stays_as_it_stands(store: Store) -> None:
    await store.commit("T1-U1", NOW, deliveries=[delivery()])
    claimed = await store.claim(delivery(), NOW, LEASE)
    assert claimed
    await store.settle(claimed, DeliveryState.SENT, posted="1.2")
    await store.commit("T1-U1", NOW, deliveries=[delivery(), delivery("prompt:2")])
    kept = await store.delivery("T1-U1", "prompt:1")
    assert kept and kept.state is DeliveryState.SENT and kept.posted == "1.2"
    assert [d.key for d in await store.due(NOW, 9)] == ["prompt:2"]


async def test_history_is_newest_first_and_paged(store: Store) -> None:
    for i in range(7):
        await store.commit("T1-U1", NOW, reflection=reflection(f"r{i}", at=NOW + timedelta(days=i)))
    assert [r.id for r in await store.reflections("T1-U1", limit=3)] == ["r6", "r5", "r4"]
    assert [r.id for r in await store.reflections("T1-U1", skip=5, limit=3)] == ["r1", "r0"]


async def test_nothing_is_found_under_another_owner(store: Store) -> None:
    await store.put_clinician(AMARA)
    await store.commit("T1-U1", NOW, event="Ev1", reflection=reflection(), deliveries=[delivery()])
    assert await store.reflection("T1-U2", "r1") is None
    assert await store.reflections("T1-U2", limit=9) == []
    assert await store.delivery("T1-U2", "prompt:1") is None
    assert await store.mark_answered("T1-U2", "prompt:1") is None
    assert not await store.delete_reflection("T1-U2", "r1", NOW)
    assert await store.change_reflection("T1-U2", "r1", lambda r: replace(r, disputed=True)) is None
    kept = await store.reflection("T1-U1", "r1")
    assert kept and not kept.disputed


async def test_only_one_claims(store: Store) -> None:
    await store.commit("T1-U1", NOW, deliveries=[delivery()])
    claims = await asyncio.gather(*(store.claim(delivery(), NOW, LEASE) for _ in range(5)))
    assert sum(c is not None for c in claims) == 1


async def test_a_claim_that_ran_out_is_due_again_and_in_doubt(store: Store) -> None:
    await store.commit("T1-U1", NOW, deliveries=[delivery()])
    first = await store.claim(delivery(), NOW, LEASE)
    assert first and not first.uncertain
    assert await store.due(NOW + LEASE - timedelta(seconds=1), 9) == []
    later = NOW + LEASE
    assert len(await store.due(later, 9)) == 1
    second = await store.claim(delivery(), later, LEASE)
    assert second and second.uncertain and second.claimed_at == NOW
    assert not await store.settle(first, DeliveryState.SENT), "the first claim has run out"
    assert await store.settle(second, DeliveryState.SENT, posted="9.9")
    assert await store.due(later + LEASE, 9) == []


async def test_a_refused_delivery_waits_and_is_not_in_doubt(store: Store) -> None:
    await store.commit("T1-U1", NOW, deliveries=[delivery()])
    claimed = await store.claim(delivery(), NOW, LEASE)
    assert claimed
    wait = NOW + timedelta(seconds=30)
    await store.settle(claimed, DeliveryState.QUEUED, not_before=wait)
    assert await store.due(NOW, 9) == []
    assert len(await store.due(wait, 9)) == 1
    again = await store.claim(delivery(), wait, LEASE)
    assert again and not again.uncertain and again.due == NOW


async def test_deliveries_of_a_kind_since(store: Store) -> None:
    old = delivery("prompt:old", due=NOW - timedelta(days=60))
    other = delivery("reply:1", kind=DeliveryKind.REPLY)
    await store.commit("T1-U1", NOW, deliveries=[delivery(), old, other])
    since = NOW - timedelta(days=42)
    found = await store.deliveries("T1-U1", DeliveryKind.PROMPT, since)
    assert [d.key for d in found] == ["prompt:1"]


async def test_changes_do_not_lose_each_other(store: Store) -> None:
    await store.put_clinician(AMARA)

    async def add(hour: int) -> None:
        clinic = Clinic(2, time(hour), time(hour + 1))
        await store.change_clinician("T1-U1", lambda c: replace(c, clinics=(*c.clinics, clinic)))

    await asyncio.gather(*(add(hour) for hour in range(8, 18)))
    changed = await store.clinician("T1-U1")
    assert changed and len(changed.clinics) == 11


async def test_what_is_handed_out_cannot_change_what_is_kept(store: Store) -> None:
    """The same value may be handed out twice; so it has to be frozen, and a changed copy a copy."""
    await store.commit("T1-U1", NOW, reflection=reflection())
    first = await store.reflection("T1-U1", "r1")
    assert first
    for value, name in ((first, "disputed"), (first.note, "text")):
        with pytest.raises(FrozenInstanceError):
            setattr(value, name, "changed")
    assert replace(first, disputed=True) != await store.reflection("T1-U1", "r1") == reflection()
    await store.change_reflection("T1-U1", "r1", lambda r: replace(r, disputed=True))
    again, (listed,) = (
        await store.reflection("T1-U1", "r1"),
        await store.reflections("T1-U1", limit=9),
    )
    assert again == listed == replace(first, disputed=True) and not first.disputed


async def test_weeks_speak_of_five_people_or_more_and_count_what_is_kept(
    store: Store, kept: Kept
) -> None:
    """NOW is a Tuesday. A week ends with its Sunday, in UTC."""
    sunday = datetime(2026, 11, 29, 23, 59, tzinfo=UTC)
    for i in range(5):
        await store.put_clinician(replace(BEN, id=f"T1-U{i}"))
        for n, at in enumerate((NOW, NOW + timedelta(days=1), sunday + timedelta(minutes=1))):
            if i < 4 or n < 2:  # four people in the week after
                await store.commit(f"T1-U{i}", NOW, reflection=reflection(f"r{n}", at=at))
    await store.commit("T1-U0", NOW, reflection=reflection("r3", at=sunday))
    this = Week(date(2026, 11, 23), 5, 11)
    assert await store.weeks(NOW.date()) == await store.weeks(date(2026, 11, 23)) == [this]
    assert await store.weeks(date(2026, 11, 30)) == []
    # A change is no second reflection; one that is deleted does not count.
    await store.change_reflection("T1-U0", "r0", lambda r: replace(r, feedback=feedback()))
    assert await store.delete_reflection("T1-U0", "r3", NOW)
    this = replace(this, reflections=10)
    assert await store.weeks(date(2026, 11, 1)) == [this]
    again = await reopened(store, kept)
    assert await again.weeks(date(2026, 11, 1)) == [this]
    await again.commit("T1-U4", NOW, reflection=reflection("r9", at=sunday + timedelta(days=1)))
    assert await again.weeks(date(2026, 11, 1)) == [this, Week(date(2026, 11, 30), 5, 5)]
    await again.erase("T1-U4")
    assert await again.weeks(date(2026, 11, 1)) == []
    await again.close()


async def test_erase_removes_everything_of_one_owner(store: Store, kept: Kept) -> None:
    for person in (AMARA, BEN):
        await store.put_clinician(person)
        await store.commit(
            person.id,
            NOW,
            event="Ev1",
            reflection=reflection(text="a telling phrase"),
            deliveries=[delivery(f"prompt:{person.id}", person.id)],
        )
    await store.erase("T1-U1")
    assert await store.clinician("T1-U1") is None
    assert await store.reflections("T1-U1", limit=9) == []
    assert [d.owner for d in await store.due(NOW, 9)] == ["T1-U2"]
    again = await reopened(store, kept)
    assert [c.id for c in await again.clinicians()] == ["T1-U2"]
    assert len(await again.reflections("T1-U2", limit=9)) == 1
    await again.close()


async def test_an_owner_cannot_name_a_path(store: Store) -> None:
    with pytest.raises(StoreError, match="not an owner"):
        await store.commit("../../etc", NOW, reflection=reflection())


async def test_who_is_cancelled_leaves_nothing_running(store: Store, kept: Kept) -> None:
    """A commit that is cancelled has happened or has not; it does not happen later."""
    for i in range(20):
        commit = asyncio.ensure_future(
            store.commit("T1-U1", NOW, event=f"Ev{i}", reflection=reflection(f"r{i}"))
        )
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        commit.cancel()
        await asyncio.wait([commit])
        before = {r.id for r in await store.reflections("T1-U1", limit=99)}
        await asyncio.sleep(0.01)
        assert {r.id for r in await store.reflections("T1-U1", limit=99)} == before


async def test_text_of_every_kind_comes_back(store: Store) -> None:
    text = 'a\tb\nc \u2028 \x00 "quoted" \\ é ß 👩🏽‍⚕️ 中文'
    await store.commit("T1-U1", NOW, reflection=reflection(text=text))
    found = await store.reflection("T1-U1", "r1")
    assert found and found.note.text == text


async def test_half_a_character_is_refused_and_nothing_is_kept(store: Store) -> None:
    with pytest.raises(StoreError, match="surrogate"):
        await store.commit("T1-U1", NOW, event="Ev1", reflection=reflection(text="\ud83d"))
    assert await store.commit("T1-U1", NOW, event="Ev1", reflection=reflection())


async def test_a_change_that_raises_changes_nothing(store: Store) -> None:
    def stumble(_: Reflection) -> Reflection:
        raise KeyError("ours")

    await store.commit("T1-U1", NOW, reflection=reflection())
    with pytest.raises(KeyError):
        await store.change_reflection("T1-U1", "r1", stumble)
    assert await store.reflection("T1-U1", "r1") == reflection()


async def test_old_events_are_let_go_of_and_recent_ones_are_not(store: Store) -> None:
    await store.commit("T1-U1", NOW, event="old")
    await store.commit("T1-U1", NOW + timedelta(days=5), event="recent")
    later = NOW + timedelta(days=8)
    await store.commit("T1-U1", later, event="now")
    assert not await store.commit("T1-U1", later, event="recent")
    assert await store.commit("T1-U1", later, event="old")


async def test_who_was_erased_can_begin_again(store: Store, kept: Kept) -> None:
    await store.commit("T1-U1", NOW, event="Ev1", reflection=reflection("r1"))
    await store.erase("T1-U1")
    await store.erase("T1-U1")
    await store.erase("T1-U7")
    await store.put_clinician(AMARA)
    assert await store.commit("T1-U1", NOW, event="Ev1", reflection=reflection("r2"))
    again = await reopened(store, kept)
    assert [r.id for r in await again.reflections("T1-U1", limit=9)] == ["r2"]
    await again.close()


async def test_deleting_says_whether_there_was_something(store: Store) -> None:
    await store.commit("T1-U1", NOW, reflection=reflection())
    assert await store.delete_reflection("T1-U1", "r1", NOW)
    assert await store.delete_reflection("T1-U1", "r1", NOW), "it can still be had back"
    assert await store.reflection("T1-U1", "r1") is None
    assert await store.purge_reflection("T1-U1", "r1", NOW)
    assert not await store.delete_reflection("T1-U1", "r1", NOW)


async def test_the_plan_made_from_a_reflection_is_deleted_with_it_and_no_other(
    store: Store,
) -> None:
    await store.commit("T1-U1", NOW, reflection=reflection())
    own, other = (Plan(id, "If she sighs, wait.", "A note.", "x", NOW) for id in ("r1", "r2"))
    for owner in ("T1-U1", "T1-U2"):
        for plan in (own, other):
            await store.put_plan(owner, plan)
    assert await store.delete_reflection("T1-U1", "r1", NOW)
    assert await store.plans("T1-U1") == [other]
    assert len(await store.plans("T1-U2")) == 2
    assert await store.undelete_reflection("T1-U1", "r1", NOW) == reflection()
    assert {plan.id for plan in await store.plans("T1-U1")} == {"r1", "r2"}


async def test_what_was_deleted_is_found_by_nothing_and_comes_back_as_it_was(
    store: Store, kept: Kept
) -> None:
    whole = replace(reflection(), feedback=feedback(), question="And then?")
    end = delivery("deletion:r1", kind=DeliveryKind.DELETION, due=NOW + timedelta(minutes=1))
    await store.commit("T1-U1", NOW, reflection=whole)
    assert await store.delete_reflection("T1-U1", "r1", NOW, deliveries=[end])
    store = await reopened(store, kept)
    assert await store.reflection("T1-U1", "r1") is None
    assert await store.reflections("T1-U1", limit=9) == []
    assert await store.reflections_since("T1-U1", NOW - timedelta(days=9)) == []
    assert await store.change_reflection("T1-U1", "r1", lambda r: r) is None
    assert await store.undelete_reflection("T1-U2", "r1", NOW) is None, "it is another's"
    assert await store.due(NOW + timedelta(minutes=1), 9) == [end]
    for _ in range(2):  # a click that came twice
        assert await store.undelete_reflection("T1-U1", "r1", NOW) == whole
    assert await store.reflections("T1-U1", limit=9) == [whole]
    assert not await store.purge_reflection("T1-U1", "r1", NOW + LEASE), "it is there again"
    assert await store.reflection("T1-U1", "r1") == whole
    await store.close()


@pytest.mark.parametrize("state", [None, *DeliveryState])
async def test_what_is_had_back_is_owed_its_feedback_where_that_was_dropped(
    store: Store, state: DeliveryState | None
) -> None:
    first = Delivery("feedback:r1", "T1-U1", DeliveryKind.FEEDBACK, NOW, "r1")
    owed = [replace(first, state=state)] if state else []
    await store.commit("T1-U1", NOW, reflection=reflection(), deliveries=owed)
    await store.delete_reflection("T1-U1", "r1", NOW)
    for _ in range(2):
        await store.undelete_reflection("T1-U1", "r1", NOW)
    dropped = state is DeliveryState.DROPPED
    # In doubt: so an attempt that got through before it was deleted is found.
    expected = replace(first, uncertain=True) if dropped else next(iter(owed), None)
    assert await store.delivery("T1-U1", first.key) == expected
    if dropped:
        assert expected in await store.due(NOW, 9)


async def test_after_its_time_what_was_deleted_cannot_be_had_back(store: Store) -> None:
    second = timedelta(seconds=1)
    for id in ("r1", "r2"):
        await store.commit("T1-U1", NOW, reflection=reflection(id))
        await store.delete_reflection("T1-U1", id, NOW)
    assert await store.undelete_reflection("T1-U1", "r1", NOW + second) is None
    assert await store.undelete_reflection("T1-U1", "r1", NOW) is None, "it went then"
    assert await store.purge_reflection("T1-U1", "r2", NOW)
    assert await store.purge_reflection("T1-U1", "r2", NOW), "again changes nothing"
    assert await store.undelete_reflection("T1-U1", "r2", NOW) is None


async def test_deleted_again_it_has_its_whole_time_again(store: Store) -> None:
    """The end of an earlier deletion, which was taken back, does not end the later one."""
    later = NOW + timedelta(seconds=30)
    await store.commit("T1-U1", NOW, reflection=reflection())
    await store.delete_reflection("T1-U1", "r1", NOW)
    await store.undelete_reflection("T1-U1", "r1", NOW)
    await store.delete_reflection("T1-U1", "r1", later)
    assert not await store.purge_reflection("T1-U1", "r1", NOW)
    assert await store.undelete_reflection("T1-U1", "r1", later) == reflection()


async def test_what_was_deleted_goes_with_everything_else(store: Store, kept: Kept) -> None:
    await store.commit("T1-U1", NOW, reflection=reflection())
    await store.delete_reflection("T1-U1", "r1", NOW)
    await store.erase("T1-U1")
    await store.put_clinician(AMARA)
    again = await reopened(store, kept)
    assert await again.undelete_reflection("T1-U1", "r1", NOW) is None
    await again.close()


async def test_of_deleting_and_having_back_at_once_one_comes_first(store: Store) -> None:
    """However they meet, the reflection is there once, or deleted, and never lost in between."""
    await store.commit("T1-U1", NOW, reflection=reflection())
    for _ in range(8):
        await asyncio.gather(
            store.delete_reflection("T1-U1", "r1", NOW),
            store.undelete_reflection("T1-U1", "r1", NOW),
            store.delete_reflection("T1-U1", "r1", NOW),
            store.purge_reflection("T1-U1", "r1", NOW - LEASE),
            store.undelete_reflection("T1-U1", "r1", NOW),
        )
        assert await store.undelete_reflection("T1-U1", "r1", NOW) == reflection()
        assert await store.reflections("T1-U1", limit=9) == [reflection()]


async def test_another_replica_gives_back_what_one_deleted(database: str) -> None:
    one, two = PostgresStore(database, MASTER), PostgresStore(database, MASTER)
    try:
        for store in (one, two):
            await store.open()
        await one.put_clinician(AMARA)
        await one.commit("T1-U1", NOW, reflection=reflection())
        assert await one.delete_reflection("T1-U1", "r1", NOW)
        assert await two.reflection("T1-U1", "r1") is None
        assert await two.undelete_reflection("T1-U1", "r1", NOW) == reflection()
        assert await one.reflection("T1-U1", "r1") == reflection()
    finally:
        for store in (one, two):
            await store.close()


def tip(id: str, days: int = 0, **changes: object) -> PlannedTip:
    return replace(PlannedTip(id, NOW + timedelta(days=days), "F1"), **changes)  # type: ignore[arg-type]


async def test_tips_are_read_from_an_instant_on_and_changed_together(store: Store) -> None:
    await store.change_tips("team", NOW, lambda _: [tip("b", 7), tip("a"), tip("old", -400)])
    since = NOW - timedelta(days=30)
    assert [t.id for t in await store.tips("team", since)] == ["a", "b"]

    def swap(tips: Sequence[PlannedTip]) -> list[PlannedTip]:
        first, second = tips
        return [replace(first, at=second.at), replace(second, at=first.at)]

    await store.change_tips("team", since, swap)
    assert [t.id for t in await store.tips("team", since)] == ["b", "a"]
    assert await store.tips("team-other", since) == []


async def test_a_change_of_tips_that_raises_changes_nothing(store: Store) -> None:
    await store.change_tips("team", NOW, lambda _: [tip("a")])

    def stumble(tips: Sequence[PlannedTip]) -> list[PlannedTip]:
        raise KeyError("ours")

    with pytest.raises(KeyError):
        await store.change_tips("team", NOW, stumble)
    assert await store.tips("team", NOW) == [tip("a")]


async def test_changes_of_tips_do_not_lose_each_other(store: Store) -> None:
    await store.change_tips("team", NOW, lambda _: [tip("a")])

    async def count() -> None:
        await store.change_tips(
            "team", NOW, lambda tips: [replace(t, version=t.version + 1) for t in tips]
        )

    await asyncio.gather(*(count() for _ in range(8)))
    assert [t.version for t in await store.tips("team", NOW)] == [8]
    await store.change_tips(
        "team", NOW, lambda tips: [replace(t, state=TipState.POSTED, tries=7) for t in tips]
    )
    assert (await store.tips("team", NOW))[0].tries == 7


async def test_plans_are_ones_own_and_go_with_everything_else(store: Store) -> None:
    plan = Plan("p1", "If she sighs, then I'll wait.", "A tip.", "team t1", NOW)
    await store.put_plan("T1-U1", plan)
    assert await store.plans("T1-U1") == [plan] and await store.plans("T1-U2") == []
    assert await store.change_plan("T1-U2", "p1", lambda p: replace(p, done=True)) is None
    assert not await store.delete_plan("T1-U2", "p1")
    changed = await store.change_plan("T1-U1", "p1", lambda p: replace(p, done=True))
    assert changed and await store.plans("T1-U1") == [changed]
    await store.put_plan("T1-U1", replace(plan, id="p2"))
    assert await store.delete_plan("T1-U1", "p1")
    assert [p.id for p in await store.plans("T1-U1")] == ["p2"]
    await store.erase("T1-U1")
    assert await store.plans("T1-U1") == []


async def test_what_is_new_takes_the_place_of_nothing(store: Store) -> None:
    plan = Plan("p1", "If she sighs, then I'll wait.", "A tip.", "team t1", NOW)
    other = replace(plan, text="If she sighs, then I'll ask.")
    made = await asyncio.gather(
        *(store.commit("T1-U1", NOW, reflection=reflection(text=t), new=True) for t in "abc"),
        *(store.put_plan("T1-U1", p, new=True) for p in (plan, other)),
    )
    assert sorted(made[:3]) == [False, False, True] and sorted(made[3:]) == [False, True]
    (kept,) = await store.reflections("T1-U1", limit=9)
    assert kept.note.text == "abc"[made.index(True)]
    assert await store.plans("T1-U1") == [plan if made[3] else other]
    assert not await store.commit(
        "T1-U1", NOW, event="e1", reflection=reflection(), deliveries=[delivery()], new=True
    )
    assert await store.delivery("T1-U1", "prompt:1") is None
    assert await store.commit("T1-U1", NOW, event="e1"), "it was not seen"
    assert await store.commit("T1-U2", NOW, reflection=reflection(), new=True)


async def test_looks_stay_for_a_year_and_cannot_be_lost_by_another(store: Store) -> None:
    for days in (0, 200, 400):
        at = NOW + timedelta(days=days)
        await asyncio.gather(
            store.add_look("teams", Look(at, "U1", "team")),
            store.add_look("teams", Look(at, "U2", "team")),
        )
    found = [(look.at - NOW).days for look in await store.looks("teams", 9)]
    assert found == [400, 400, 200, 200]


async def test_a_month_is_published_once(store: Store, kept: Kept) -> None:
    first = Month(NOW, {"team": 12}, {})
    assert await store.publish_month("teams", first)
    assert not await store.publish_month("teams", Month(NOW, {"team": 11}, {"team": 9}))
    again = await reopened(store, kept)
    assert await again.months("teams", NOW) == [first]
    assert await again.months("teams", NOW + timedelta(seconds=1)) == []
    await again.close()


async def test_nobody_unknown_is_changed(store: Store) -> None:
    with pytest.raises(UnknownClinician):
        await store.change_clinician("T1-U9", lambda c: c)


async def test_what_is_due_comes_oldest_first_and_no_more_than_asked_for(store: Store) -> None:
    for i in (3, 1, 2, 0):
        await store.put_clinician(replace(BEN, id=f"T1-U{i}"))
        due = NOW + timedelta(minutes=i)
        await store.commit(f"T1-U{i}", NOW, deliveries=[delivery(f"p:{i}", f"T1-U{i}", due=due)])
    assert [d.key for d in await store.due(NOW + timedelta(minutes=2), 9)] == ["p:0", "p:1", "p:2"]
    assert [d.key for d in await store.due(NOW + timedelta(minutes=9), 2)] == ["p:0", "p:1"]


async def test_tokens_are_counted_by_month_up_to_a_limit(store: Store, kept: Kept) -> None:
    assert await store.count_tokens("2026-11", 60, limit=100) == 60
    assert await store.count_tokens("2026-11", 41, limit=100) is None, "it would pass the limit"
    assert await store.count_tokens("2026-11", 40, limit=100) == 100
    assert await store.count_tokens("2026-11", -30, limit=100) == 70
    assert await store.count_tokens("2026-12", 5) == 5, "another month, without a limit"
    again = await reopened(store, kept)
    assert await again.count_tokens("2026-11", 0) == 70
    assert len(await again.clinicians()) == 2, "they are nobody's"
    await again.close()


async def test_tokens_counted_at_the_same_moment_never_pass_the_limit(store: Store) -> None:
    sums = await asyncio.gather(*(store.count_tokens("2026-11", 30, limit=100) for _ in range(9)))
    assert sorted(s for s in sums if s is not None) == [30, 60, 90]


async def test_two_replicas_share_one_count(database: str) -> None:
    stores = [PostgresStore(database, MASTER) for _ in range(2)]
    try:
        for one in stores:
            await one.open()
        sums = await asyncio.gather(
            *(stores[i % 2].count_tokens("2026-11", 30, limit=200) for i in range(20))
        )
        assert sorted(s for s in sums if s is not None) == [30, 60, 90, 120, 150, 180]
    finally:
        for one in stores:
            await one.close()


async def test_who_has_not_changed_is_the_same_object(store: Store) -> None:
    """By this the clock knows whom it need not look at again."""
    await store.put_clinician(AMARA)
    await store.put_clinician(BEN)
    before = {c.id: c for c in await store.clinicians()}
    await store.change_clinician(BEN.id, lambda c: replace(c, paused=True))
    after = {c.id: c for c in await store.clinicians()}
    assert after[AMARA.id] is before[AMARA.id]
    assert after[BEN.id] == replace(BEN, paused=True)
    await store.erase(AMARA.id)
    assert [c.id for c in await store.clinicians()] == [BEN.id]


async def test_the_pace_of_all_who_post_is_one(store: Store, kept: Kept) -> None:
    """Each takes a place of their own, and it outlasts a restart."""
    pace = await store.change_pace(lambda pace: pace)
    assert max(pace.next_slot, pace.quiet_until) < NOW
    second = timedelta(seconds=1)

    def take(pace: Pace) -> Pace:
        return replace(pace, next_slot=max(pace.next_slot, NOW) + second)

    taken = await asyncio.gather(*(store.change_pace(take) for _ in range(20)))
    assert sorted(p.next_slot for p in taken) == [NOW + n * second for n in range(1, 21)]
    again = await reopened(store, kept)
    assert (await again.change_pace(lambda pace: pace)).next_slot == NOW + 20 * second
    await again.close()


async def test_a_change_counts_once_for_an_event_and_keeps_what_is_owed(store: Store) -> None:
    await store.commit("T1-U1", NOW, reflection=reflection())
    for text in ("She sighed; I asked.", "Something else"):
        changed = await store.change_reflection(
            "T1-U1",
            "r1",
            lambda r, text=text: replace(r, note=replace(r.note, text=text)),  # type: ignore[misc]
            event=("Ev2", NOW),
            deliveries=[delivery("feedback:r1:1")],
        )
        assert changed and changed.note.text == "She sighed; I asked."
    assert await store.delivery("T1-U1", "feedback:r1:1")
    assert await store.change_reflection("T1-U1", "r9", lambda r: r, event=("Ev3", NOW)) is None


async def test_expiry_takes_what_is_older_in_whatever_order_it_came(store: Store) -> None:
    for days in (400, 1, 800, 30):
        at = NOW - timedelta(days=days)
        await store.commit("T1-U1", NOW, reflection=reflection(f"r{days}", at=at))
        await store.put_plan(
            "T1-U1", Plan(f"p{days}", "If she sighs, then I wait.", "A note.", "feedback", at)
        )
    await store.expire("T1-U1", NOW - timedelta(days=365))
    assert [r.id for r in await store.reflections("T1-U1", limit=9)] == ["r1", "r30"]
    assert [p.id for p in await store.plans("T1-U1")] == ["p30", "p1"]
    since = NOW - timedelta(days=7)
    assert [r.id for r in await store.reflections_since("T1-U1", since)] == ["r1"]


async def test_plans_are_kept_changed_and_dropped(store: Store, kept: Kept) -> None:
    plan = Plan("p1", "If she sighs, then I wait.", "A note.", "feedback", NOW)
    await store.put_plan("T1-U1", plan)
    await store.put_plan("T1-U1", replace(plan, done=True))
    assert await store.plans("T1-U2") == []
    again = await reopened(store, kept)
    assert await again.plans("T1-U1") == [replace(plan, done=True)]
    assert await again.delete_plan("T1-U1", "p1")
    assert not await again.delete_plan("T1-U1", "p1")
    await again.close()


async def test_what_is_left_to_forget_outlives_who_is_forgotten(store: Store, kept: Kept) -> None:
    await store.put_clinician(AMARA)
    stone = await store.stone("T1-U1")
    assert stone and await store.stone("T1-U9") is None
    left = Forgetting("T1-U1", "D1", NOW, stone)
    await store.put_forgetting(left)
    await store.erase("T1-U1", only=stone)
    again = await reopened(store, kept)
    assert await again.forgettings() == [left]
    await again.put_forgetting(replace(left, taken=5))
    assert await again.forgettings() == [replace(left, taken=5)]
    claims = [await again.take_forgetting("T1-U1", NOW, LEASE) for _ in range(2)]
    assert claims == [replace(left, taken=5, again_at=NOW + LEASE), None]
    assert await again.take_forgetting("T1-U1", NOW + LEASE, LEASE)
    await again.drop_forgetting("T1-U1")
    assert await again.forgettings() == []
    await again.close()


async def test_an_erasure_that_goes_on_spares_who_has_begun_again(store: Store) -> None:
    await store.commit("T1-U1", NOW, reflection=reflection("r1"))
    stone = await store.stone("T1-U1")
    await store.erase("T1-U1", only=stone)
    await store.put_clinician(AMARA)
    await store.commit("T1-U1", NOW, reflection=reflection("r2"))
    await store.erase("T1-U1", only=stone)
    assert [r.id for r in await store.reflections("T1-U1", limit=9)] == ["r2"]


# ---- nothing is kept for somebody who is not there ----------------------------------------------

PLAN = Plan("p1", "If she sighs, then I'll wait.", "A tip.", "team t1", NOW)
WRITES: dict[str, Callable[[Store], Awaitable[object]]] = {
    "a note": lambda store: store.commit("T1-U1", NOW, reflection=reflection("late")),
    "an event": lambda store: store.commit("T1-U1", NOW, event="late"),
    "a prompt": lambda store: store.commit("T1-U1", NOW, deliveries=[delivery("late")]),
    "a plan": lambda store: store.put_plan("T1-U1", PLAN),
    "a setting": lambda store: store.change_clinician(
        "T1-U1", lambda c: replace(c, paused=not c.paused)
    ),
}


@pytest.mark.parametrize("what", WRITES)
@pytest.mark.parametrize("forgotten", [True, False])
async def test_nothing_is_kept_for_somebody_who_is_not_there(
    kept: Kept, what: str, forgotten: bool
) -> None:
    store = await kept.open()
    if forgotten:
        await store.put_clinician(AMARA)
        await store.erase("T1-U1")
    with pytest.raises(UnknownClinician):
        await WRITES[what](store)
    assert await store.stone("T1-U1") is None and list(await store.due(NOW, 9)) == []
    await store.put_clinician(AMARA)
    assert await store.reflections("T1-U1", limit=9) == [] == await store.plans("T1-U1")
    await store.close()


async def test_whatever_is_under_way_while_somebody_is_forgotten_leaves_nothing(
    store: Store, kept: Kept
) -> None:
    """Each write lands before the erasure, and goes with it, or after, and is refused."""
    for turn in range(12):
        await store.put_clinician(AMARA)
        owed = delivery("prompt:1")
        await store.commit("T1-U1", NOW, reflection=reflection(), deliveries=[owed])
        writes: list[Awaitable[object]] = [write(store) for write in WRITES.values()]
        writes += [
            store.claim(owed, NOW, LEASE),
            store.change_reflection("T1-U1", "r1", lambda r: replace(r, disputed=True)),
            store.mark_answered("T1-U1", "prompt:1"),
        ]
        writes.insert(turn % len(writes), store.erase("T1-U1"))
        for outcome in await asyncio.gather(*writes, return_exceptions=True):
            assert not isinstance(outcome, BaseException) or isinstance(outcome, UnknownClinician)
        assert await store.stone("T1-U1") is None, "a shard was left or made anew"
        assert [c.id for c in await store.clinicians()] == ["T1-U2"]
        assert list(await store.due(NOW + LEASE, 9)) == []


async def test_what_another_replica_writes_late_is_refused_too(database: str) -> None:
    one, two = PostgresStore(database, MASTER), PostgresStore(database, MASTER)
    try:
        for store in (one, two):
            await store.open()
        for turn in range(12):
            await one.put_clinician(AMARA)
            writes: list[Awaitable[object]] = [write(two) for write in WRITES.values()]
            writes.insert(turn % len(writes), one.erase("T1-U1"))
            await asyncio.gather(*writes, return_exceptions=True)
            assert await one.owners() == [], "a shard was left or made anew"
    finally:
        for store in (one, two):
            await store.close()


async def test_a_team_needs_no_clinician_for_its_tips(store: Store) -> None:
    owed = Delivery("tip:1", "team", DeliveryKind.TIP, NOW, "t1")
    assert await store.commit("team", NOW, deliveries=[owed])
    assert await store.due(NOW, 9) == [owed]
