"""Trying a tip: a private plan, one question that comes back to it, and a number for leads."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.playground.server import Person
from bot.views import ids
from reflections.model import Plan
from tests.scenario.conftest import AMARA, BEN, CHANNEL, LEILA, World, words
from tests.scenario.test_once import failing
from tests.scenario.test_tips import forged, planned

PLAN = "If somebody sighs in my next clinic, then I'll wait before I go on."


async def a_tip(world: World) -> str:
    """Post one; the value of its button."""
    await world.types(LEILA, "tip")
    await world.sends(LEILA, when="now")
    message = next(m for m in reversed(world.slack.messages(CHANNEL)) if m.get("bot_id"))
    return str(message["blocks"][-1]["elements"][0]["value"])


async def plans(world: World, user: str) -> list[Plan]:
    return list(await world.bot.services.store.plans(world.owner(user)))


async def tries(world: World, user: str, text: str | None = None) -> dict[str, Any]:
    await world.presses(user, "tip_try")
    answer = await world.sends(user, **({"plan": text} if text else {}))
    await world.slack.close_view(user)
    return answer


async def test_a_plan_goes_into_ones_own_list_and_nowhere_else(world: World) -> None:
    await a_tip(world)
    await tries(world, BEN, PLAN)
    (plan,) = await plans(world, BEN)
    assert plan.text == PLAN
    assert await plans(world, LEILA) == []
    await world.types(BEN, "plans")
    assert PLAN in words(world.slack.views(BEN)[-1]["blocks"])
    await world.types(LEILA, "plans")
    world.slack.calls.clear()
    await world.types(LEILA, "tips")
    assert PLAN not in str(world.slack.calls)
    channel = str(world.slack.messages(CHANNEL))
    assert PLAN not in channel and "tried" not in channel
    assert "sighs" not in str([e["text"] for e in world.slack.ephemerals(LEILA)])


async def test_as_it_stands_it_is_one_tap_more_and_twice_is_one_plan(world: World) -> None:
    await a_tip(world)
    await tries(world, BEN)
    await tries(world, BEN, PLAN)
    (plan,) = await plans(world, BEN)
    assert plan.text == PLAN


@pytest.mark.parametrize(
    ("text", "says"),
    [("If Siobhan Murphy sighs, I'll wait.", "I found a name"), ("  ", "few words")],
)
async def test_a_plan_passes_the_screen_first(world: World, text: str, says: str) -> None:
    await a_tip(world)
    await world.presses(BEN, "tip_try")
    answer = await world.sends(BEN, plan=text)
    assert says in str(answer["errors"])
    assert await plans(world, BEN) == []
    assert "Siobhan" not in world.on_disk() and "Siobhan" not in str(answer)


async def test_the_next_prompt_asks_about_it_and_the_one_after_does_not(world: World) -> None:
    await a_tip(world)
    await tries(world, AMARA, PLAN)
    await world.clinic_ends()
    (prompt,) = [m for m in world.heard(AMARA) if "reflect" in str(m["blocks"])]
    assert PLAN in words(prompt["blocks"]) and PLAN not in prompt["text"]
    for _ in range(7):
        world.now.move(days=1)
        await world.tick()
    later = [m for m in world.heard(AMARA) if "reflect" in str(m["blocks"])]
    assert len(later) == 2 and PLAN not in words(later[-1]["blocks"])


async def test_a_prompt_that_is_tried_again_still_asks(world: World) -> None:
    await a_tip(world)
    await tries(world, AMARA, PLAN)
    world.slack.faults.fail("chat.postMessage")
    await world.clinic_ends()
    world.now.move(minutes=3)
    await world.tick()
    assert PLAN in words(world.heard(AMARA)[-1]["blocks"])


async def test_a_plan_that_is_done_or_removed_or_old_is_not_asked_about(world: World) -> None:
    await a_tip(world)
    await tries(world, AMARA, PLAN)
    await world.types(AMARA, "plans")
    await world.presses(AMARA, "plan_done")
    assert "You did this." in words(world.slack.views(AMARA)[-1]["blocks"])
    await world.clinic_ends()
    assert PLAN not in str(world.heard(AMARA))
    await world.presses(AMARA, "plan_drop")
    assert await plans(world, AMARA) == []


async def test_what_became_of_a_plan_outlives_other_words(world: World) -> None:
    await a_tip(world)
    await tries(world, AMARA)
    (plan,) = await plans(world, AMARA)
    before = replace(plan, asked="a prompt", done=True)
    await world.bot.services.store.put_plan(world.owner(AMARA), before)
    await tries(world, AMARA, PLAN)
    assert await plans(world, AMARA) == [replace(before, text=PLAN)]


async def test_home_is_drawn_anew_after_each_change(world: World) -> None:
    await world.slack.open_home(AMARA)
    await world.settled()
    await a_tip(world)
    await tries(world, AMARA, PLAN)
    await world.types(AMARA, "plans")
    for change in ("plan_done", "plan_undo", "plan_drop"):
        world.slack.calls.clear()
        await world.presses(AMARA, change)
        await world.settled()
        assert "views.publish" in str(world.slack.calls)


async def test_nobody_reaches_anothers_plan(world: World) -> None:
    await a_tip(world)
    await tries(world, AMARA, PLAN)
    (plan,) = await plans(world, AMARA)
    world.slack.calls.clear()
    for user in (BEN, LEILA):
        await world.types(user, "plans")
        view = world.slack.views(user)[-1]
        for action in ("plan_done", "plan_undo", "plan_drop", "plan_change", "try_this"):
            await forged(world, user, action, plan.id, view=view)
        assert "isn't in your list" in words(world.slack.views(user)[-1]["blocks"])
        await world.slack.close_view(user, everything=True)
        await world.types(user, "plans")
        await world.presses(user, "plan_add")
        form = world.slack.workspace.stack(user)[-1]
        form.body["private_metadata"] = f"plan {plan.id}"
        answer = await world.sends(user, plan="If it is not mine, I leave it.")
        assert "isn't in your list" in str(answer["errors"])
        await world.slack.close_view(user, everything=True)
    assert await plans(world, AMARA) == [plan]
    assert PLAN not in str(world.slack.calls)


async def test_forget_me_takes_plans_along(world: World) -> None:
    await a_tip(world)
    await tries(world, AMARA, PLAN)
    await world.types(AMARA, "forget me")
    await world.sends(AMARA, word=world.library.say("erase.word"))
    assert PLAN not in world.on_disk()


async def test_all_plans_are_reached_a_page_at_a_time(world: World) -> None:
    store = world.bot.services.store
    await world.slack.open_home(AMARA)
    await world.settled()
    for i in range(40):
        made_at = world.now() + timedelta(minutes=i)
        plan = Plan(f"p{i}", f"Plan number {i}.", "A tip", f"team {i}", made_at, done=i == 39)
        await store.put_plan(world.owner(AMARA), plan)
    await world.types(AMARA, "plans")
    assert "Plan number 38." in top(world) and "Plan number 23." not in top(world)
    await world.presses(AMARA, "plans_older")
    await world.presses(AMARA, "plans_older")
    assert "Plan number 0." in top(world) and "You did this." in top(world)
    await world.presses(AMARA, "plan_done")  # the first of the page; the others stay in view
    assert "Plan number 0." in top(world) and "Plan number 38." not in top(world)
    await world.presses(AMARA, "plans_newer")
    assert "Plan number 10." in top(world)


# ---- one of one's own, and other words ----------------------------------------------------------


OWN = "If the next form is long, then I'll look up first."


def top(world: World) -> str:
    return words(world.slack.views(AMARA)[-1]["blocks"])


async def home(world: World) -> str:
    await world.slack.open_home(AMARA)
    await world.settled()
    return words(world.slack.home(AMARA)["blocks"])


async def test_a_plan_of_ones_own_stands_with_the_others(world: World) -> None:
    assert "Add one of your own" in await home(world)
    await world.presses(AMARA, "plan_add", home=True)
    assert await world.sends(AMARA, plan=OWN) == {}
    assert world.slack.views(AMARA) == []
    assert OWN in words(world.slack.home(AMARA)["blocks"])
    await world.clinic_ends()
    assert OWN in words(world.heard(AMARA)[-1]["blocks"]), "the next question asks about it, too"
    await world.types(AMARA, "plans")
    await world.presses(AMARA, "plan_add")
    await world.sends(AMARA, plan=PLAN)
    assert OWN in top(world) and PLAN in top(world), "the list beneath shows it"
    first, second = await plans(world, AMARA)
    assert (first.text, second.text) == (OWN, PLAN) and first.id != second.id


async def test_a_form_that_slack_sends_twice_makes_one_plan(world: World) -> None:
    await home(world)
    await world.presses(AMARA, "plan_add", home=True)
    view = world.slack.workspace.stack(AMARA)[-1]
    await world.sends(AMARA, plan=OWN)
    world.slack.workspace.stack(AMARA).append(view)
    await world.sends(AMARA, plan=OWN)
    assert [plan.text for plan in await plans(world, AMARA)] == [OWN]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("If Siobhan Murphy sighs, then I'll wait.", "I found a name"),
        ("x" * 301, "300 characters"),
        (" ", "few words"),
    ],
)
async def test_one_that_is_refused_says_why_and_keeps_the_words_in_the_form(
    world: World, text: str, says: str
) -> None:
    await home(world)
    await world.presses(AMARA, "plan_add", home=True)
    if len(text) > 300:
        world.slack.workspace.stack(AMARA)[-1].body["blocks"][0]["element"]["max_length"] = 999
    answer = await world.sends(AMARA, plan=text)
    assert says in str(answer["errors"]) and answer["response_action"] == "errors"
    assert await plans(world, AMARA) == []
    assert "Siobhan" not in world.on_disk() and "Siobhan" not in str(answer)
    assert len(world.slack.views(AMARA)) == 1, "the form stays open, with what was typed"
    assert await world.sends(AMARA, plan=OWN) == {}
    assert [plan.text for plan in await plans(world, AMARA)] == [OWN]


async def test_one_that_cannot_be_kept_says_so_and_can_be_sent_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await home(world)
    await world.presses(AMARA, "plan_add", home=True)
    failing("full", monkeypatch)
    answer = await world.sends(AMARA, plan=OWN)
    assert "couldn't save" in str(answer["errors"])
    monkeypatch.undo()
    assert await world.sends(AMARA, plan=OWN) == {}
    assert [plan.text for plan in await plans(world, AMARA)] == [OWN]


async def test_words_of_distress_in_a_plan_are_met_by_people_to_turn_to(world: World) -> None:
    await home(world)
    await world.presses(AMARA, "plan_add", home=True)
    await world.sends(AMARA, plan="I don't want to be here any more.")
    assert "your local emergency number" in top(world)
    assert len(await plans(world, AMARA)) == 1


NOTE = "She was gutted about the wig; I said that made sense and asked what the worst part was."


async def test_a_plan_from_feedback_can_be_put_in_other_words(world: World) -> None:
    await world.says(AMARA, NOTE)
    await world.presses(AMARA, "try_this")
    card = world.heard(AMARA)[-1]["ts"]
    await home(world)
    await world.presses(AMARA, "plan_change", home=True)
    assert "From the feedback on a note of yours" in top(world)
    answer = await world.sends(AMARA, plan="If Siobhan Murphy sighs, then I'll wait.")
    assert "I found a name" in str(answer["errors"])
    assert await world.sends(AMARA, plan=OWN) == {}
    (plan,) = await plans(world, AMARA)
    assert plan.text == OWN
    assert OWN in words(world.slack.home(AMARA)["blocks"])
    shown = next(m for m in world.heard(AMARA) if m["ts"] == card)
    assert "in your list of plans" in words(shown["blocks"]), "it is still that plan"
    await world.types(AMARA, "history")
    await world.presses(AMARA, "reflection_open")
    assert "in your list of plans" in top(world) and "try_this" not in str(
        world.slack.views(AMARA)[-1]
    )


async def test_a_step_of_an_amended_note_leaves_a_plan_in_own_words_alone(world: World) -> None:
    await world.says(AMARA, NOTE)
    await world.presses(AMARA, "try_this")
    await home(world)
    await world.presses(AMARA, "plan_change", home=True)
    await world.sends(AMARA, plan=OWN)
    await world.types(AMARA, "history")
    await world.presses(AMARA, "reflection_open")
    await world.presses(AMARA, "reflection_amend")
    await world.sends(AMARA, text="She said she was frightened of the stairs. I booked Thursday.")
    await world.presses(AMARA, "try_this", message_ts=world.heard(AMARA)[-1]["ts"])
    first, second = sorted(await plans(world, AMARA), key=lambda plan: plan.text != OWN)
    assert first.text == OWN and second.text != OWN
    await world.slack.close_view(AMARA)
    assert "in your list of plans" in words(world.heard(AMARA)[-1]["blocks"])


@pytest.mark.parametrize("change", ["plan_done", "plan_drop"])
async def test_after_it_was_done_or_dropped_nothing_says_that_it_is_on_the_list(
    world: World, change: str
) -> None:
    await world.says(AMARA, NOTE)
    await world.presses(AMARA, "try_this")
    assert "in your list of plans" in words(world.heard(AMARA)[-1]["blocks"])
    await home(world)
    await world.presses(AMARA, change, home=True)
    (card,) = world.heard(AMARA)[-1:]
    assert "in your list" not in words(card["blocks"]) and "try_this" in str(card["blocks"])
    await world.types(AMARA, "history")
    await world.presses(AMARA, "reflection_open")
    assert "in your list" not in top(world)
    await world.presses(AMARA, "try_this")
    (plan,) = await plans(world, AMARA)
    assert not plan.done
    assert "in your list of plans" in words(world.heard(AMARA)[-1]["blocks"])


async def test_what_was_done_by_mistake_is_put_back(world: World) -> None:
    await world.says(AMARA, NOTE)
    await world.presses(AMARA, "try_this")
    (before,) = await plans(world, AMARA)
    shown = await home(world)
    assert before.text in shown
    await world.presses(AMARA, "plan_done", home=True)
    # The words stand in its reflection as well, but no more among the open plans.
    assert "plan_done" not in str(world.slack.home(AMARA)["blocks"])
    await world.presses(AMARA, "plans", home=True)
    assert "You did this." in top(world)
    await world.presses(AMARA, "plan_undo")
    assert await plans(world, AMARA) == [before]
    assert "in your list of plans" in words(world.heard(AMARA)[-1]["blocks"])


async def test_a_form_about_a_plan_that_went_meanwhile_brings_it_not_back(world: World) -> None:
    await world.says(AMARA, NOTE)
    await world.presses(AMARA, "try_this")
    await home(world)
    await world.presses(AMARA, "plan_change", home=True)
    await world.presses(AMARA, "plan_drop", home=True)
    answer = await world.sends(AMARA, plan=OWN)
    assert "isn't in your list" in str(answer["errors"])
    assert await plans(world, AMARA) == []


async def test_a_tip_that_was_withdrawn_or_never_was_cannot_be_tried(world: World) -> None:
    source = await a_tip(world)
    await world.types(LEILA, "tips")
    await world.presses(LEILA, "tip_withdraw")
    for value in (source, "team nothing", "team-x y", "", "30min"):
        await forged(world, BEN, "tip_try", value)
        assert "withdrawn" in words(world.slack.views(BEN)[-1]["blocks"])
        await world.slack.close_view(BEN)


async def test_a_preview_tells_of_the_button_and_has_none_that_does_nothing(world: World) -> None:
    await world.types(LEILA, "tip")
    (view,) = world.slack.views(LEILA)
    shown = json.dumps(view["blocks"])
    assert ids.TIP_TRY not in shown and world.library.say("tip.try") in shown


# ---- what leads see of it ---------------------------------------------------------------------


async def crowd(world: World, number: int) -> list[str]:
    found = []
    for i in range(number):
        person = Person(id=f"U0CROWD{i}", name=f"Crowd {i}")
        world.slack.workspace.people[person.id] = person
        world.slack.workspace.conversations[CHANNEL].members.add(person.id)
        found.append(person.id)
    return found


@pytest.mark.parametrize(("number", "says"), [(4, "fewer than 5 people"), (5, "tried by 5 people")])
async def test_tries_are_a_number_a_week_later_from_five_people_on(
    world: World, number: int, says: str
) -> None:
    await a_tip(world)
    for user in [*await crowd(world, number), LEILA]:
        await tries(world, user)
    await world.types(LEILA, "tips")
    shown = words(world.slack.views(LEILA)[-1]["blocks"])
    assert "tries are counted on 1 Dec 2026" in shown and says not in shown
    world.now.move(days=7, minutes=1)
    await world.tick()
    await world.types(LEILA, "tips")
    assert says in words(world.slack.views(LEILA)[-1]["blocks"])
    # Whoever comes later makes no second figure to compare with.
    await tries(world, BEN)
    world.now.move(hours=2)
    await world.tick()
    tip = next(t for t in await planned(world) if t.tries is not None)
    assert tip.tries == (5 if number == 5 else 0)


async def test_reactions_are_shown_as_a_number(world: World) -> None:
    await a_tip(world)
    ts = world.slack.messages(CHANNEL)[-1]["ts"]
    for user, name in ((BEN, "heart"), (AMARA, "heart"), (BEN, "eyes")):
        await world.slack.react(user, name, ts, CHANNEL)
    await world.types(LEILA, "tips")
    shown = words(world.slack.views(LEILA)[-1]["blocks"])
    assert "3 reactions" in shown and "U0BEN" not in shown
    world.slack.faults.fail("reactions.get", times=3)
    await world.types(LEILA, "tips")
    assert "reactions" not in words(world.slack.views(LEILA)[-1]["blocks"])
    world.now.move(seconds=timedelta(minutes=1).total_seconds())
