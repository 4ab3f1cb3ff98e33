"""Weekly tips: leads choose, the team reads, and nobody sees anything else."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.scenario.conftest import AMARA, CHANNEL, LEILA, World, words


def posted(world: World) -> list[str]:
    return [words(m["blocks"]) for m in world.slack.messages(CHANNEL) if m.get("bot_id")]


async def test_a_lead_posts_a_tip_now(world: World) -> None:
    library = world.bot.services.library
    await world.types(LEILA, "tip")
    tip = library.tips[3]
    await world.presses(LEILA, "tip_choice", selected=tip.id)
    assert tip.text in words(world.slack.views(LEILA)[-1]["blocks"]), "seen before it is posted"
    await world.sends(LEILA)
    (message,) = posted(world)
    assert tip.text in message and tip.source in message and tip.claim.text in message


async def test_weekly_tips_come_at_their_time_one_after_the_other(world: World) -> None:
    library = world.bot.services.library
    await world.types(LEILA, "tip")
    await world.sends(LEILA, when="weekly", weekday="3", at="08:30")
    assert "Thursday" in world.heard(LEILA)[-1]["text"]
    for day in (26, 27):
        world.now.instant = datetime(2026, 11, day, 8, 31, tzinfo=UTC)
        await world.tick()
    assert len(posted(world)) == 1 and library.tips[0].text in posted(world)[0]
    world.now.instant = datetime(2026, 12, 3, 8, 31, tzinfo=UTC)
    await world.tick()
    assert library.tips[1].text in posted(world)[1]
    await world.types(LEILA, "tip")
    await world.presses(LEILA, "tip_stop")
    world.now.instant = datetime(2026, 12, 10, 8, 31, tzinfo=UTC)
    await world.tick()
    assert len(posted(world)) == 2


async def test_somebody_else_cannot_open_or_post(world: World) -> None:
    answer = await world.types(AMARA, "tip")
    assert "leads" in answer["text"] and world.slack.views(AMARA) == []


async def test_a_lead_who_is_one_no_more_cannot_post(world: World) -> None:
    await world.types(LEILA, "tip")
    object.__setattr__(world.bot.services.settings, "alliance_leads", AMARA)
    answer = await world.sends(LEILA)
    assert answer["response_action"] == "errors"
    assert posted(world) == []
