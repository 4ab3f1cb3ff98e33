"""Looking back, amending, disputing, deleting: each over the real bot, as its owner would."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from prompts.library import Dimension
from reflections.model import DeliveryKind, DeliveryState, Level, Reflection
from tests.scenario.conftest import AMARA, TUESDAY, World, words

WIG = "She was gutted about the wig; I said that made sense and asked what the worst part was."
STAIRS = "He was afraid of the stairs. I moved on to his exercises. He said nothing more."
AMENDED = "She was gutted about the wig; I waited, and then asked what the worst part was."


async def only(world: World) -> Reflection:
    (found,) = await world.bot.services.store.reflections(world.owner(AMARA), limit=9)
    return found


def top(world: World) -> str:
    return words(world.slack.views(AMARA)[-1]["blocks"])


async def two(world: World) -> None:
    await world.says(AMARA, WIG)
    world.now.move(days=40)
    await world.says(AMARA, STAIRS)


async def test_history_answers_what_it_is_asked(world: World) -> None:
    await two(world)
    await world.types(AMARA, 'history "the worst part"')
    assert "wig" in top(world) and "stairs" not in top(world)
    assert "Looking for: “the worst part”" in top(world)
    await world.presses(AMARA, "history_all")
    assert "wig" in top(world) and "stairs" in top(world)
    await world.types(AMARA, "history last month")
    assert "Nothing in your history" in top(world)
    await world.types(AMARA, "history in November")
    assert "wig" in top(world) and "stairs" not in top(world)
    await world.types(AMARA, "history with missed openings")
    assert "stairs" in top(world) and "wig" not in top(world)


async def test_history_forgives_and_says_what_it_understood(world: World) -> None:
    await two(world)
    await world.types(AMARA, "history that man who was scared on the stair since last spring")
    assert "stairs" in top(world) and "wig" not in top(world)
    assert "Looking for: since 1 Mar 2026 · man, scared, stair" in top(world)
    await world.types(AMARA, "history the strais")
    assert "“strais” is in no note of yours, so I looked for “stairs”." in top(world)
    assert "He was afraid" in top(world)
    await world.types(AMARA, "history wig zebra gutted stairs")
    assert "“zebra” is in no note of yours." in top(world)
    assert "No note holds all of these words" in top(world)
    assert top(world).index("gutted about") < top(world).index("He was afraid")
    await world.types(AMARA, "history zebra")
    assert "Nothing in your history" in top(world)


async def test_the_filter_is_a_form_over_the_list(world: World) -> None:
    await two(world)
    await world.types(AMARA, "history stairs")
    await world.presses(AMARA, "history_filter")
    assert len(world.slack.views(AMARA)) == 2
    assert world.slack.views(AMARA)[-1]["blocks"][0]["element"]["initial_value"] == "stairs"
    await world.sends(AMARA, words="wig", about="empathy", since="2026-11-01")
    assert len(world.slack.views(AMARA)) == 1
    assert "wig" in top(world) and "stairs" not in top(world)
    assert "since 1 Nov 2026 · about empathy · wig" in top(world)


async def test_pages_go_on_with_what_was_asked(world: World) -> None:
    for i in range(10):
        world.now.move(minutes=1)
        await world.says(AMARA, f"She told me about walk number {i + 2} and I asked what it meant.")
        await world.says(AMARA, f"He cried about loss number {i + 2}; I waited and then I asked.")
    await world.types(AMARA, "history walk")
    assert "walk number 11" in top(world) and "loss" not in top(world)
    await world.presses(AMARA, "history_page-older")
    assert "walk number 3 " in top(world) and "loss" not in top(world)


async def test_a_reflection_is_amended_and_its_earlier_wording_kept(world: World) -> None:
    await world.says(AMARA, WIG)
    await world.types(AMARA, "history")
    await world.presses(AMARA, "reflection_open")
    await world.presses(AMARA, "reflection_amend")
    answer = await world.sends(AMARA, text="Siobhan was gutted about the wig; I waited.")
    assert answer["response_action"] == "update", "it is screened like any other note"
    assert (await only(world)).note.text == WIG
    await world.sends(AMARA, text=AMENDED)
    found = await only(world)
    assert found.note.text == AMENDED and [r.note.text for r in found.earlier] == [WIG]
    assert found.feedback and found.earlier[0].feedback
    assert found.note.amended_at == world.now.instant
    assert "waited" in top(world)
    old, new = world.heard(AMARA)
    assert "changed this note" in words(old["blocks"])
    assert "One thing to try" in words(new["blocks"])
    await world.presses(AMARA, "reflection_versions")
    assert WIG in top(world)


async def test_amending_to_a_doubt_can_be_waved_through(world: World) -> None:
    await world.says(AMARA, WIG)
    await world.types(AMARA, "history")
    await world.presses(AMARA, "reflection_open")
    await world.presses(AMARA, "reflection_amend")
    await world.sends(AMARA, text=f"{WIG} That was on 3 March.")
    await world.presses(AMARA, "wave_through")
    found = await only(world)
    assert found.note.text.endswith("3 March.") and len(found.earlier) == 1


async def test_an_amendment_edited_in_the_form_is_what_waving_through_keeps(world: World) -> None:
    await world.says(AMARA, WIG)
    await world.types(AMARA, "history")
    await world.presses(AMARA, "reflection_open")
    await world.presses(AMARA, "reflection_amend")
    await world.sends(AMARA, text=f"{WIG} That was on 3 March.")
    edited = f"{WIG} It was on [DATE], and I talked over her."
    await world.presses(AMARA, "wave_through", values={"text": edited})
    found = await only(world)
    assert found.note.text == f"{WIG} It was on 3 March, and I talked over her."
    assert len(found.earlier) == 1


async def test_feedback_is_disputed_by_dimension_and_that_is_kept(world: World) -> None:
    await world.says(AMARA, STAIRS)
    read = (await only(world)).feedback
    assert read and read.assessment.levels[Dimension.EMPATHY] is Level.MISSED
    await world.presses(AMARA, "feedback_disagree")
    await world.sends(AMARA, empathy="partial")
    found = await only(world)
    assert found.disputed
    assert found.right == {**read.assessment.levels, Dimension.EMPATHY: Level.PARTIAL}
    assert "You'd say: Empathy: some signs" in words(world.heard(AMARA)[-1]["blocks"])
    await world.types(AMARA, "history where it didn't fit")
    assert "stairs" in top(world)
    await world.presses(AMARA, "reflection_open")
    await world.presses(AMARA, "feedback_disagree")
    await world.sends(AMARA, empathy="missed")
    found = await only(world)
    assert not found.disputed and not found.right
    assert "You'd say" not in top(world)


async def test_what_was_read_is_chosen_already_and_only_a_change_counts(world: World) -> None:
    await world.says(AMARA, STAIRS)
    read = (await only(world)).feedback
    assert read
    await world.presses(AMARA, "feedback_disagree")
    fields = [b for b in world.slack.views(AMARA)[-1]["blocks"] if b["type"] == "input"]
    assert [f["element"]["type"] for f in fields] == ["static_select"] * 3
    for field, dimension in zip(fields, Dimension, strict=True):
        chosen = field["element"]["initial_option"]
        assert chosen["value"] == read.assessment.levels[dimension]
        assert chosen["text"]["text"].endswith("(as I read it)")
    await world.sends(AMARA)
    found = await only(world)
    assert not found.disputed and not found.right


async def deletions(world: World) -> list[DeliveryState]:
    """What became of the ends of the minutes."""
    store, ever = world.bot.services.store, TUESDAY - timedelta(days=99)
    kept = await store.deliveries(world.owner(AMARA), DeliveryKind.DELETION, ever)
    return [delivery.state for delivery in kept]


async def test_what_was_deleted_can_be_had_back_for_a_minute(world: World) -> None:
    await world.says(AMARA, WIG)
    before = await only(world)
    await asyncio.gather(*(world.slack.click(AMARA, "reflection_delete") for _ in range(2)))
    await world.settled()
    assert await world.kept(AMARA) == []
    assert "For one minute" in world.heard(AMARA)[-1]["text"]
    world.now.move(seconds=59)
    await world.tick()
    await asyncio.gather(*(world.slack.click(AMARA, "reflection_undo") for _ in range(2)))
    await world.settled()
    assert await only(world) == before
    assert "the worst part was" in words(world.heard(AMARA)[-1]["blocks"])
    world.now.move(minutes=2)
    await world.tick()
    assert await only(world) == before and await deletions(world) == [DeliveryState.DROPPED]
    assert "the worst part was" in words(world.heard(AMARA)[-1]["blocks"])


async def test_feedback_that_was_owed_when_it_was_deleted_comes_after_all(world: World) -> None:
    world.slack.faults.ratelimit("chat.postMessage", retry_after=10)
    await world.says(AMARA, WIG)
    assert world.heard(AMARA) == []
    await world.types(AMARA, "history")
    await world.presses(AMARA, "reflection_open")
    await world.presses(AMARA, "reflection_delete")
    world.now.move(seconds=20)
    await world.tick()
    assert world.heard(AMARA) == [], "it is deleted"
    for _ in range(2):
        await world.slack.click(AMARA, "reflection_undo")
    await world.settled()
    for _ in range(2):
        world.now.move(minutes=1)
        await world.tick()
    (card,) = world.heard(AMARA)
    assert "the worst part was" in words(card["blocks"])
    assert (await only(world)).feedback


async def test_within_the_minute_it_is_found_nowhere(world: World) -> None:
    await world.says(AMARA, WIG)
    await world.presses(AMARA, "try_this")
    await world.presses(AMARA, "reflection_delete")
    await world.types(AMARA, "history")
    assert "wig" not in top(world)
    await world.types(AMARA, "history wig")
    assert "gutted" not in top(world)
    await world.slack.open_home(AMARA)
    await world.settled()
    assert "wig" not in words(world.slack.home(AMARA)["blocks"])
    await world.types(AMARA, "export")
    refused = await world.sends(AMARA, kind="json")
    assert world.library.say("export.none") in str(refused)
    assert not world.slack.workspace.files


async def test_what_was_to_be_tried_goes_with_it_and_comes_back_with_it(world: World) -> None:
    await world.says(AMARA, WIG)
    await world.presses(AMARA, "try_this")
    plans = await world.bot.services.store.plans(world.owner(AMARA))
    assert len(plans) == 1
    await world.presses(AMARA, "reflection_delete")
    assert await world.bot.services.store.plans(world.owner(AMARA)) == []
    await world.presses(AMARA, "reflection_undo")
    assert await world.bot.services.store.plans(world.owner(AMARA)) == plans
    await world.presses(AMARA, "reflection_delete")
    world.now.move(seconds=60)
    await world.tick()
    assert plans[0].text not in world.on_disk()


async def test_after_a_minute_it_is_gone_for_good(world: World) -> None:
    await world.says(AMARA, WIG)
    await world.types(AMARA, "history")
    await world.presses(AMARA, "reflection_open")
    await world.presses(AMARA, "reflection_delete")
    assert "gutted" not in words(world.heard(AMARA)[-1]["blocks"]), "the message goes with it"
    world.now.move(seconds=61)
    await world.presses(AMARA, "reflection_undo")
    assert await world.kept(AMARA) == [] and "gutted" not in world.on_disk()
    assert "minute is over" in top(world)


async def test_when_the_minute_is_over_the_way_back_leaves_the_card(world: World) -> None:
    await world.says(AMARA, WIG)
    await world.presses(AMARA, "reflection_delete")
    assert "reflection_undo" in str(world.heard(AMARA)[-1]["blocks"])
    # Neither a pause that Slack asks of all who post nor a card that fails keeps it on the disk.
    world.slack.faults.ratelimit("chat.update", retry_after=30, times=9)
    world.now.move(seconds=60)
    await world.bot.services.store.change_pace(
        lambda pace: replace(pace, quiet_until=world.now() + timedelta(hours=1))
    )
    await world.tick()
    assert "gutted" not in world.on_disk()
    assert await deletions(world) == [DeliveryState.QUEUED]
    world.slack.faults.clear()
    world.now.move(minutes=1)
    await world.tick()
    assert await deletions(world) == [DeliveryState.SENT]
    card = world.heard(AMARA)[-1]
    assert "reflection_undo" not in str(card["blocks"])
    assert card["text"] == world.library.say("intake.gone")


async def test_a_card_that_is_gone_from_slack_holds_up_nothing(world: World) -> None:
    await world.says(AMARA, WIG)
    await world.presses(AMARA, "reflection_delete")
    world.slack.faults.refuse("chat.update", "message_not_found")
    world.now.move(seconds=60)
    await world.tick()
    assert await deletions(world) == [DeliveryState.SENT]


async def test_who_is_forgotten_within_the_minute_leaves_nothing(world: World) -> None:
    await world.says(AMARA, WIG)
    await world.types(AMARA, "history")
    await world.presses(AMARA, "reflection_open")
    await world.presses(AMARA, "reflection_delete")
    await world.bot.services.forgetter.begin(world.owner(AMARA))
    assert AMARA not in world.on_disk().replace(f'"{world.owner(AMARA)}"', "")
    await world.presses(AMARA, "reflection_undo")
    assert await world.kept(AMARA) == []
    world.now.move(minutes=2)
    await world.tick()
    assert await world.kept(AMARA) == []


async def test_back_within_the_minute_it_has_no_words_where_only_feedback_is_kept(
    world: World,
) -> None:
    await world.says(AMARA, WIG)
    await world.presses(AMARA, "reflection_delete")
    store = world.bot.services.store
    await store.change_clinician(world.owner(AMARA), lambda c: replace(c, feedback_only=True))
    await world.presses(AMARA, "reflection_undo")
    found = await only(world)
    assert found.note.text == "" and found.feedback


async def test_one_thing_to_try_goes_on_the_list(world: World) -> None:
    await world.says(AMARA, WIG)
    await world.presses(AMARA, "try_this")
    store = world.bot.services.store
    (plan,) = await store.plans(world.owner(AMARA))
    feedback = (await only(world)).feedback
    assert feedback and plan.text == feedback.next_step
    assert "in your list of plans" in words(world.heard(AMARA)[-1]["blocks"])


async def test_a_step_that_is_new_or_was_tried_can_be_tried_again(world: World) -> None:
    await world.says(AMARA, WIG)
    await world.presses(AMARA, "try_this")
    store, owner = world.bot.services.store, world.owner(AMARA)
    found = await only(world)
    assert found.feedback
    new = replace(found.feedback, next_step="If there's a pause, then I leave it.")
    await store.change_reflection(owner, found.id, lambda r: replace(r, feedback=new))
    for _ in range(2):
        await world.types(AMARA, "history")
        await world.presses(AMARA, "reflection_open")
        await world.presses(AMARA, "try_this")
        assert [(p.text, p.done) for p in await store.plans(owner)] == [(new.next_step, False)]
        assert "try_this" not in str(world.slack.views(AMARA)[-1]["blocks"])
        await world.slack.close_view(AMARA)
        await world.slack.close_view(AMARA)
        await store.change_plan(owner, found.id, lambda p: replace(p, done=True))
