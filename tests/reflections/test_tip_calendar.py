"""The calendar of tips: who has which time, what moves, what the rotation picks."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.library import Library
from reflections.model import PlannedTip, Slot, TipState
from reflections.tips import (
    TipError,
    Tips,
    add,
    back,
    check_words,
    counted,
    delivery_of,
    find,
    hand_over,
    holder,
    is_slot,
    move,
    moved_on,
    new_id,
    next_free,
    ranked,
    rewrite,
    set_aside,
    skip,
    slots,
    suggest,
    unskip,
    went_out,
)

SLOT = Slot(0, time(9), "Europe/London")
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
WEEK = timedelta(weeks=1)


def tip(id: str, at: datetime = MONDAY, **changes: object) -> PlannedTip:
    made = PlannedTip(id, at, "F1", text="Ask first.", by="U1", backed_by=("U1",))
    return replace(made, **changes)  # type: ignore[arg-type]


def test_slots_keep_their_wall_time_over_the_change_of_clocks() -> None:
    found = slots(SLOT, datetime(2026, 10, 20, tzinfo=UTC), 2)
    assert found == [
        datetime(2026, 10, 26, 9, tzinfo=UTC),
        datetime(2026, 11, 2, 9, tzinfo=UTC),
    ]
    summer = slots(SLOT, datetime(2026, 10, 12, tzinfo=UTC), 1)
    assert summer == [datetime(2026, 10, 12, 8, tzinfo=UTC)]
    assert is_slot(SLOT, MONDAY) and not is_slot(SLOT, MONDAY + timedelta(minutes=1))


def test_a_time_is_held_once_and_a_skip_gives_way() -> None:
    tips = add([], tip("a"))
    with pytest.raises(TipError, match="taken"):
        add(tips, tip("b"))
    assert add(tips, tip("a", MONDAY + WEEK)) is tips, "the same submission once more"
    skipped = skip([], MONDAY, SLOT, NOW)
    chosen = add(skipped, tip("b"))
    held = holder(chosen, MONDAY)
    assert held and held.id == "b"


def test_a_known_button_works_and_an_old_one_does_not() -> None:
    tips = rewrite([tip("a")], "a", 0, "U2", tip("", text="Listen first."))
    assert (tips[0].text, tips[0].by, tips[0].backed_by) == ("Listen first.", "U1", ("U2",))
    with pytest.raises(TipError, match="changed"):
        set_aside(tips, "a", 0)
    gone = set_aside(tips, "a", 1)
    with pytest.raises(TipError, match="gone"):
        find(gone, "a")
    with pytest.raises(TipError, match="going"):
        find([tip("b", state=TipState.POSTED)], "b")


def test_two_leads_have_to_stand_behind_the_same_words() -> None:
    tips: Tips = [tip("a", needs=2)]
    assert tips[0].waits
    assert back(tips, "a", 0, "U1", NOW) is tips, "once is once"
    agreed = back(tips, "a", 0, "U2", NOW)
    assert not agreed[0].waits
    edited = rewrite(agreed, "a", 1, "U2", tip("", text="Other words."))
    assert edited[0].waits and edited[0].backed_by == ("U2",)
    late = back(tips, "a", 0, "U2", MONDAY + timedelta(hours=1))
    assert late[0].at == MONDAY + timedelta(hours=1), "agreed to late, it goes out then"


def test_skipping_moves_what_was_planned_and_unskipping_frees_the_week() -> None:
    tips = skip([tip("a"), tip("b", MONDAY + WEEK)], MONDAY, SLOT, NOW)
    assert {t.id: t.at for t in tips if t.state is TipState.PLANNED} == {
        "a": MONDAY + 2 * WEEK,
        "b": MONDAY + WEEK,
    }
    assert skip(tips, MONDAY, SLOT, NOW) is tips
    assert holder(unskip(tips, MONDAY), MONDAY) is None
    again = skip(unskip(tips, MONDAY), MONDAY, SLOT, NOW)
    held = holder(again, MONDAY)
    assert held and held.state is TipState.SKIPPED
    for at, why in ((NOW - WEEK, "past"), (MONDAY + timedelta(hours=1), "no_slot")):
        with pytest.raises(TipError, match=why):
            skip([], at, SLOT, NOW)


def test_moving_changes_places_with_what_is_there() -> None:
    tips = move([tip("a"), tip("b", MONDAY + WEEK)], "a", 0, SLOT, NOW, later=True)
    assert {t.id: t.at for t in tips} == {"a": MONDAY + WEEK, "b": MONDAY}
    with pytest.raises(TipError, match="no_slot"):
        move([tip("a")], "a", 0, SLOT, NOW, later=False)


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.booleans()), max_size=20))
def test_no_order_of_moves_loses_a_tip_or_puts_two_at_one_time(
    moves: list[tuple[str, bool]],
) -> None:
    tips: Tips = [tip(id, MONDAY + i * WEEK) for i, id in enumerate("abcd")]
    for id, later in moves:
        try:
            tips = move(
                tips, id, next(t.version for t in tips if t.id == id), SLOT, NOW, later=later
            )
        except TipError:
            continue
    assert sorted(t.id for t in tips) == list("abcd")
    assert len({t.at for t in tips}) == 4 and all(is_slot(SLOT, t.at) for t in tips)


# ---- the clock --------------------------------------------------------------------------------


def go(tips: Tips, library: Library, now: datetime, *, rotation: bool = True) -> Tips:
    return hand_over(tips, SLOT, library, now - timedelta(minutes=5), now, rotation=rotation)


def test_handing_over_again_changes_nothing(library: Library) -> None:
    at = MONDAY + timedelta(minutes=1)
    for before in ([], [tip("a")], [tip("a", needs=2)], skip([], MONDAY, SLOT, NOW)):
        once = go(before, library, at)
        assert go(once, library, at) is once
        assert sum(t.state is TipState.GOING for t in once) == (
            0 if before and before[0].state is TipState.SKIPPED else 1
        )


def test_without_rotation_an_empty_week_stays_silent(library: Library) -> None:
    assert go([], library, MONDAY + timedelta(minutes=1), rotation=False) == []


def test_what_waits_for_a_second_lead_moves_on_and_the_rotation_fills_in(library: Library) -> None:
    tips = go([tip("a", needs=2)], library, MONDAY + timedelta(minutes=1))
    assert next(t for t in tips if t.id == "a").at == MONDAY + WEEK
    held = holder(tips, MONDAY)
    assert held and held.tip and held.state is TipState.GOING
    dated = tip("d", MONDAY + timedelta(hours=3), needs=2)
    assert dated in go([dated], library, MONDAY + timedelta(hours=4), rotation=False)


def test_what_could_not_go_out_moves_on_under_another_key(library: Library) -> None:
    going = go([tip("a")], library, MONDAY + timedelta(minutes=1))
    first = delivery_of(going[0], "team")
    moved = moved_on(going, "a", SLOT, MONDAY + timedelta(minutes=2))
    assert moved[0].state is TipState.PLANNED and moved[0].at == MONDAY + WEEK
    assert delivery_of(moved[0], "team").key != first.key
    late = go([tip("a")], library, MONDAY + timedelta(hours=7), rotation=False)
    assert late[0].at == MONDAY + WEEK


def test_tries_are_counted_once() -> None:
    out = went_out([tip("a", state=TipState.GOING)], "a", "1.2", "C1")
    once = counted(out, {"a": 7})
    assert counted(once, {"a": 8})[0].tries == 7
    assert next_free(once, SLOT, NOW) == MONDAY + WEEK, "what is out keeps its time"


# ---- what is picked ---------------------------------------------------------------------------


def test_in_a_year_each_tip_comes_once_and_no_factor_far_more_than_its_share(
    library: Library,
) -> None:
    tips: Tips = []
    for week in range(len(library.tips)):
        pick = suggest(library, tips)
        chosen = PlannedTip(new_id(str(week)), MONDAY + week * WEEK, pick.factor, pick.id)
        tips = [*tips, replace(chosen, state=TipState.POSTED)]
        if week == 9:
            assert max(Counter(t.factor for t in tips).values()) == 1
    assert len({t.tip for t in tips}) == 52


def test_own_words_count_for_their_factor_and_what_was_set_aside_for_nothing(
    library: Library,
) -> None:
    first = suggest(library, [])
    own = [tip("a", factor=first.factor)]
    assert suggest(library, own).factor != first.factor
    assert suggest(library, set_aside(own, "a")) == first
    assert all(t.factor == "F7" for t in ranked(library, [], "F7"))
    assert len(ranked(library, [], "B-bond")) == 52, "nothing fits: all of them"


# ---- words ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("one " * 61, "words"),
        ("x" * 601, "characters"),
        ("see HTTPS://evil.example", "link"),
        ("see evil.example.com/now", "link"),
        ("slack://open", "link"),
        ("@channel look", "mention"),
        ("(@here)", "mention"),
        ("<!subteam^S01> look", "mention"),
        ("in #general", "mention"),
    ],
)
def test_words_that_are_no_tip(text: str, why: str) -> None:
    with pytest.raises(TipError, match=why):
        check_words(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ask: what matters most? (2 minutes, i.e. less than it feels.)",
        "Say e.g. “that sounds hard”. Then wait... and listen.",
        "Agree the no.1 goal & write it down; 3 < 5.",
    ],
)
def test_plain_words_are_taken(text: str) -> None:
    assert check_words(f"  {text}\n") == text
