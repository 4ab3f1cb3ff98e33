"""What is kept of somebody, in their own hands: over time, a copy of it, for how long."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.playground.state import StoredFile
from prompts.library import Dimension
from reflections.export import from_json
from reflections.feedback.compose import compose
from reflections.model import Assessment, Feedback, Level, Note, Plan, Reflection, Safety
from reflections.stores.records import PLANS, REFLECTIONS, Record, encode
from reflections.stores.tiny import TinyStore
from tests.scenario.conftest import AMARA, BEN, World, words
from tests.scenario.test_tips import forged

WIG = "She was gutted about the wig; I said that made sense and asked what the worst part was."


def top(world: World) -> str:
    return words(world.slack.views(AMARA)[-1]["blocks"])


def files(world: World) -> list[StoredFile]:
    return list(world.slack.workspace.files.values())


async def home(world: World) -> list[dict[str, Any]]:
    await world.slack.open_home(AMARA)
    await world.settled()
    return list(world.slack.home(AMARA)["blocks"])


# ---- over time ----------------------------------------------------------------------------------


async def two_months(world: World) -> None:
    await world.says(AMARA, WIG)
    world.now.move(days=31)
    await world.says(AMARA, WIG.replace("wig", "scarf"))


async def test_how_things_went_is_in_words_and_a_picture_on_request(world: World) -> None:
    assert "Over time" not in words(await home(world)), "with nothing there, nothing is said"
    await two_months(world)
    shown = words(await home(world))
    assert "December 2026: one opening in the notes, with an answer there." in shown
    await world.presses(AMARA, "trends", home=True)
    assert "39 of 384" in top(world) and "Touched on: " in top(world)
    assert "November 2026: one opening" in top(world)
    await world.presses(AMARA, "trends_draw", home=True)
    (file,) = files(world)
    assert file.content.startswith(b"\x89PNG") and file.shared == ["D0AMARA"]
    (image,) = [b for b in await home(world) if b["type"] == "image"]
    assert image["slack_file"]["id"] == file.id
    assert "one opening in the notes" in image["alt_text"] and "39 of 384" in image["alt_text"]
    await world.presses(AMARA, "trends_draw", home=True)
    (newer,) = files(world)
    assert newer.id != file.id, "one picture, not a pile of them"


async def test_one_month_is_said_in_words_and_not_drawn(world: World) -> None:
    await world.says(AMARA, WIG)
    await home(world)
    assert "trends_draw" not in str(world.slack.home(AMARA)["blocks"])
    await forged(world, AMARA, "trends_draw", "")
    assert files(world) == []


async def test_it_is_hidden_on_request_and_comes_back(world: World) -> None:
    await two_months(world)
    await home(world)
    await world.presses(AMARA, "trends_draw", home=True)
    await world.presses(AMARA, "trends_hide", home=True)
    shown = words(world.slack.home(AMARA)["blocks"])
    assert "opening in the notes" not in shown and "You've hidden" in shown
    assert files(world) == []
    await world.presses(AMARA, "trends_hide", home=True)
    assert "one opening in the notes" in words(world.slack.home(AMARA)["blocks"])


async def test_a_picture_that_was_deleted_in_slack_does_not_spoil_the_page(world: World) -> None:
    await two_months(world)
    await home(world)
    await world.presses(AMARA, "trends_draw", home=True)
    world.slack.workspace.files.clear()
    assert "Your reflections" in words(await home(world))


# ---- the page -----------------------------------------------------------------------------------


async def test_the_page_has_what_is_needed_first_at_the_top(world: World) -> None:
    await two_months(world)
    await world.presses(AMARA, "try_this")
    blocks = await home(world)
    assert "Next question" in blocks[1]["text"]["text"]
    assert blocks[2]["elements"][0]["action_id"] == "reflect"
    heads = [b["text"]["text"] for b in blocks if b["type"] == "header"]
    assert heads == [
        "Your reflections",
        "Your plans",
        "Lately",
        "Over time",
        "Your clinics",
        "Settings",
        "What I hold",
    ]
    assert len(blocks) < 45, "it is read on a phone"


async def test_the_page_searches_and_has_the_open_plans(world: World) -> None:
    await world.says(AMARA, WIG)
    await world.presses(AMARA, "try_this")
    await home(world)
    assert "plan_done" in str(world.slack.home(AMARA)["blocks"])
    await world.presses(AMARA, "history_search", home=True, selected='"the worst part"')
    assert "gutted" in top(world) and "Looking for" in top(world)
    await world.presses(AMARA, "history_search", home=True, selected="that woman who was gutetd")
    assert "gutted" in top(world) and "so I looked for “gutted”" in top(world)
    await world.presses(AMARA, "plan_done", home=True)
    assert "plan_done" not in str(world.slack.home(AMARA)["blocks"])
    (plan,) = await world.bot.services.store.plans(world.owner(AMARA))
    assert plan.done


async def many(world: World, number: int) -> None:
    """So many reflections, over years, straight into the store."""
    parts, owner = world.bot.services, world.owner(AMARA)
    store = parts.store
    text = "She cried; I waited and then asked what was hardest. " * 6
    read = compose(
        Assessment(True, Safety.NONE, {d: Level.STRONG for d in Dimension}),
        text,
        world.library,
    )
    feedback = Feedback(read.assessment, "s" * 300, "o" * 300, "If " + "n" * 250, "rubric")
    assert isinstance(store, TinyStore)
    records = await store.dump(owner)
    for i in range(number):
        at = world.now.instant - timedelta(hours=3 * i)
        note = Note(text + f" {i}", at, world.library.prompts[i % 40].id)
        records.append(encode(REFLECTIONS, f"r{i}", Reflection(f"r{i}", note, feedback)))
        if i < 30:
            records.append(
                encode(PLANS, f"p{i}", Plan(f"p{i}", "If " + "x" * 250, "A note.", "feedback", at))
            )
    key = await store.key(owner)
    assert key
    await store.adopt(owner, key, records)


async def test_at_five_thousand_reflections_the_page_is_one_publish_within_limits(
    world: World,
) -> None:
    """The playground refuses what Slack would: blocks, characters, the size of a view."""
    await world.types(AMARA, "clinic add Mon-Fri 9-12")
    for day in ("Mon", "Tue", "Wed", "Thu", "Fri"):
        await world.types(AMARA, f"clinic add {day} 13-14 and {day} 15-16")
        await world.types(AMARA, f"clinic add every other {day} 17-18")
    for month in range(1, 10):
        await world.types(AMARA, f"away 1/{month}/2027 to 3/{month}/2027")
    await many(world, 5000)
    world.slack.calls.clear()
    blocks = await home(world)
    assert [name for name, _ in world.slack.calls].count("views.publish") == 1
    assert 50 < len(blocks) <= 100
    await world.types(AMARA, "history cried")
    for _ in range(3):
        await world.presses(AMARA, "history_page-older")
    await world.presses(AMARA, "reflection_open")
    assert "asked what was hardest" in top(world)


# ---- a copy -------------------------------------------------------------------------------------


async def ask_for(world: World, **values: Any) -> dict[str, Any]:
    await home(world)
    await world.presses(AMARA, "export", home=True)
    return await world.sends(AMARA, **values)


@pytest.mark.parametrize("kind", ["pdf", "csv", "json"])
async def test_a_copy_comes_as_a_file_in_the_dm(world: World, kind: str) -> None:
    await world.says(AMARA, WIG)
    await ask_for(world, kind=kind)
    (file,) = files(world)
    assert file.name == f"reflections.{kind}" and file.shared == ["D0AMARA"]
    assert "not legally privileged" in world.heard(AMARA)[-1]["text"]
    if kind == "json":
        found = from_json(file.content)
        store = world.bot.services.store
        assert list(found.reflections) == await store.reflections(world.owner(AMARA), limit=9)
    else:
        assert (WIG.encode() in file.content) == (kind == "csv")


async def test_a_copy_of_a_chosen_time(world: World) -> None:
    await world.says(AMARA, WIG)
    world.now.move(days=40)
    await world.says(AMARA, WIG.replace("wig", "scarf"))
    answer = await ask_for(world, kind="json", since="2026-12-01", until="2026-11-01")
    assert answer["errors"]["until"]
    await world.sends(AMARA, kind="json", since="2026-12-01", until="2026-12-02")
    assert files(world) == []
    await world.sends(AMARA, kind="json", since="2026-12-01", until="2027-01-31")
    (file,) = files(world)
    (only,) = from_json(file.content).reflections
    assert "scarf" in only.note.text


async def test_plans_alone_make_a_copy_and_the_dates_hold_for_them(world: World) -> None:
    store, owner = world.bot.services.store, world.owner(AMARA)
    await home(world)
    for days in (0, 60):
        at = world.now.instant - timedelta(days=days)
        await store.put_plan(owner, Plan(f"p{days}", f"If {days}, wait.", "A tip.", "team t1", at))
    assert "errors" in await ask_for(world, kind="csv"), "a table holds no plans"
    await world.sends(AMARA, kind="json", since="2026-11-01")
    (file,) = files(world)
    assert [p.id for p in from_json(file.content).plans] == ["p0"]
    assert await ask_for(world, kind="pdf") == {}
    assert len(files(world)) == 2
    assert "errors" in await ask_for(world, kind="json", until="2026-01-01")


async def test_a_long_one_says_so_first(world: World) -> None:
    await many(world, 400)
    await ask_for(world, kind="pdf")
    first, second = world.heard(AMARA)
    assert "400 reflections" in words(first["blocks"]) and second["files"]


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
async def test_a_copy_of_unknown_fate_is_not_sent_twice_and_that_is_said(
    world: World, method: str
) -> None:
    await world.says(AMARA, WIG)
    world.slack.faults.lose_answer(method)
    await ask_for(world, kind="json")
    for _ in range(4):
        world.now.move(minutes=5)
        await world.tick()
    sent = [m for m in world.heard(AMARA) if m.get("files")]
    assert len(sent) == (1 if "complete" in method else 0)
    assert "couldn't be sure" in world.heard(AMARA)[-1]["text"]


async def test_a_copy_waits_for_slack(world: World) -> None:
    await world.says(AMARA, WIG)
    world.slack.faults.ratelimit("files.getUploadURLExternal", retry_after=30)
    await ask_for(world, kind="json")
    assert not files(world)
    world.now.move(seconds=40)
    await world.tick()
    assert len(files(world)) == 1


# ---- for how long -------------------------------------------------------------------------------


async def test_after_two_years_a_reflection_goes_by_itself(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.says(AMARA, WIG)
    world.now.instant = datetime(2028, 11, 24, 0, 30, tzinfo=UTC)
    with caplog.at_level("INFO"):
        caplog.clear()
        await world.tick()
        assert await world.kept(AMARA) == [WIG]
        world.now.move(days=1)
        await world.tick()
    assert await world.kept(AMARA) == []
    assert "gutted" not in world.on_disk()
    lines = [r.getMessage() for r in caplog.records if r.name == "alliance.upkeep"]
    assert lines == ["the daily expiry has run for 1 people"] * 2


async def test_their_own_choice_of_how_long_holds(world: World) -> None:
    await world.says(AMARA, WIG)
    await home(world)
    await world.presses(AMARA, "keep_months", home=True, selected="0")
    world.now.instant = datetime(2031, 1, 1, tzinfo=UTC)
    await world.tick()
    assert await world.kept(AMARA) == [WIG]
    await world.presses(AMARA, "keep_months", home=True, selected="6")
    world.now.move(days=1)
    await world.tick()
    assert await world.kept(AMARA) == []


async def test_feedback_only_lets_go_of_the_words(world: World) -> None:
    await world.says(AMARA, WIG)
    await home(world)
    await world.presses(AMARA, "feedback_only", home=True)
    assert await world.kept(AMARA) == [""]
    assert WIG not in world.on_disk(), "the words that its feedback quotes stay, and no others"
    await world.says(AMARA, WIG.replace("wig", "scarf"))
    assert await world.kept(AMARA) == ["", ""]
    assert "One thing to try" in words(world.heard(AMARA)[-1]["blocks"]), "it was read first"
    await world.types(AMARA, "history")
    await world.presses(AMARA, "reflection_open")
    assert "feedback only" in top(world) and "Change the wording" not in top(world)
    await world.presses(AMARA, "feedback_details")
    await world.presses(AMARA, "feedback_only", home=True)
    world.now.move(minutes=1)
    await world.says(AMARA, WIG)
    assert (await world.kept(AMARA))[0] == WIG


async def test_a_record_that_cannot_be_read_holds_up_nobody_else(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    store = world.bot.services.store
    assert isinstance(store, TinyStore)
    for user in (AMARA, BEN):
        await world.says(user, WIG)
        await store.change_clinician(world.owner(user), lambda c: replace(c, feedback_only=True))
    for owner, row in ((world.owner(AMARA), '{"secret": "gutted"}'), (world.owner(BEN), "")):
        key = await store.key(owner)
        assert key
        bad = [Record(REFLECTIONS, "bad", row, world.now.instant)] if row else []
        await store.adopt(owner, key, [*await store.dump(owner), *bad])
    assert [c.id for c in await store.clinicians()] == [world.owner(AMARA), world.owner(BEN)]
    world.now.move(days=1, minutes=1)
    with caplog.at_level("INFO"):
        await world.tick()
    (found,) = await store.reflections(world.owner(BEN), limit=9)
    assert found.note.text == ""
    assert "expiry failed for one person: Unreadable" in caplog.text
    assert "has run for 1 people" in caplog.text
    assert "gutted" not in caplog.text and world.owner(AMARA) not in caplog.text
