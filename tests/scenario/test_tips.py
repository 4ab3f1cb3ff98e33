"""Tips: leads pick or write, see, plan and change them; the team reads them; each goes out once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.bootstrap import Parts
from bot.directory import GROUP_HELD
from bot.playground.state import BOT_USER_ID
from reflections.model import Delivery, DeliveryKind, PlannedTip, TipState
from tests.scenario.conftest import AMARA, BEN, CHANNEL, LEILA, World, words

MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
OWN = "Before you explain anything this week, ask what the person already knows."


def posted(world: World) -> list[str]:
    return [words(m["blocks"]) for m in world.slack.messages(CHANNEL) if m.get("bot_id")]


async def planned(world: World, owner: str = "team") -> list[PlannedTip]:
    since = datetime(2026, 1, 1, tzinfo=UTC)
    return list(await world.bot.services.store.tips(owner, since))


def top(world: World, user: str = LEILA) -> str:
    return words(world.slack.views(user)[-1]["blocks"])


async def on(world: World, at: datetime) -> None:
    world.now.instant = at + timedelta(minutes=1)
    await world.tick()
    await world.tick()  # what is owed about it


async def write(world: World, text: str, **values: Any) -> dict[str, Any]:
    """By way of the form for words of one's own, up to the preview."""
    await world.types(LEILA, "tip")
    await world.presses(LEILA, "tip_write")
    return await world.sends(LEILA, words=text, **{"factor": "F1", **values})


def a_row(world: World, starts: str, user: str = LEILA) -> str:
    """The value of a menu's line in the calendar, the first that starts so."""
    for block in world.slack.views(user)[-1]["blocks"]:
        for option in block.get("accessory", {}).get("options", ()):
            if option["value"].startswith(starts):
                return str(option["value"])
    raise LookupError(starts)


async def menu(world: World, starts: str) -> None:
    value = a_row(world, starts)
    for block in world.slack.views(LEILA)[-1]["blocks"]:
        options = block.get("accessory", {}).get("options", ())
        if any(option["value"] == value for option in options):
            where = block["block_id"]
            await world.presses(LEILA, "tip_row", block_id=where, selected=value)
            return


# ---- choosing -------------------------------------------------------------------------------


async def test_a_picked_tip_is_seen_just_as_it_is_posted(world: World) -> None:
    library = world.library
    await world.types(LEILA, "tip")
    tip = library.tips[3]
    await world.presses(LEILA, "tip_choice", selected=tip.id)
    seen = world.slack.views(LEILA)[-1]["blocks"]
    await world.sends(LEILA, when="now")
    (message,) = [m for m in world.slack.messages(CHANNEL) if m.get("bot_id")]
    assert tip.text in words(message["blocks"])
    assert tip.source in words(message["blocks"]) and tip.claim.text in words(message["blocks"])

    def look(blocks: list[dict[str, Any]]) -> list[Any]:
        return [_bare(b) for b in blocks]

    *bare, button = look(message["blocks"])
    start = look(seen).index(bare[0])
    assert look(seen)[start : start + len(bare)] == bare, "the preview is the message"
    told = words(seen[start + len(bare)])
    assert button["elements"][0]["text"]["text"] in told, "and tells of its button"
    order = [block.get("block_id") for block in seen]
    assert order.index("when") < start, "when it goes out is asked before"
    assert world.library.say("tip.news.posted", channel=f"<#{CHANNEL}>") in words(
        world.heard(LEILA)[-1]["blocks"]
    )


def _bare(node: Any) -> Any:
    """A block without the ids that Slack gives and the value of the button."""
    if isinstance(node, dict):
        return {k: _bare(v) for k, v in node.items() if k not in ("block_id", "value")}
    return [_bare(v) for v in node] if isinstance(node, list) else node


async def test_the_library_is_narrowed_by_factor_and_dimension(world: World) -> None:
    library = world.library
    await world.types(LEILA, "tip")
    await world.presses(LEILA, "tip_factor", selected="F3")
    await world.presses(LEILA, "tip_dimension", selected="partnership")
    offered = _choices(world)
    assert set(offered) == {
        t.id for t in library.tips if t.factor == "F3" and t.dimension == "partnership"
    }
    assert library.tip(offered[0]).text in top(world)
    await world.presses(LEILA, "tip_factor", selected="any")
    await world.presses(LEILA, "tip_dimension", selected="any")
    assert len(_choices(world)) == len(library.tips) == 52


def _choices(world: World) -> list[str]:
    view = world.slack.views(LEILA)[-1]
    return [
        o["value"]
        for b in view["blocks"]
        for e in b.get("elements", ())
        if e.get("action_id") == "tip_choice"
        for o in e["options"]
    ]


async def test_what_is_suggested_is_what_the_team_has_had_least_of(world: World) -> None:
    library = world.library
    await world.types(LEILA, "tip")
    first = _choices(world)[0]
    await world.sends(LEILA, when="now")
    await world.types(LEILA, "tip")
    then = _choices(world)[0]
    assert library.tip(then).factor != library.tip(first).factor
    assert _choices(world)[-1] == first, "the one they had comes last"


async def test_ones_own_words_are_previewed_and_posted_as_they_are(world: World) -> None:
    text = OWN + " *Not bold*, 2 < 3."
    await write(world, text)
    assert text in top(world)
    await world.sends(LEILA, when="now")
    (message,) = posted(world)
    assert text in message and "about hopes and expectations" in message


async def test_a_tip_for_the_weekly_slot_goes_out_then_and_once(world: World) -> None:
    await write(world, OWN)
    await world.sends(LEILA, when="slot")
    assert "Mon 30 Nov at 09:00" in words(world.heard(LEILA)[-1]["blocks"])
    assert posted(world) == []
    for minutes in (-2, 1, 2, 3):
        world.now.instant = MONDAY + timedelta(minutes=minutes)
        await world.tick()
    assert len(posted(world)) == 1 and OWN in posted(world)[0]
    (tip,) = await planned(world)
    assert tip.state is TipState.POSTED and tip.posted


async def test_a_tip_for_a_later_date(world: World) -> None:
    await world.types(LEILA, "tip")
    await world.sends(LEILA, when="later", date="2026-12-02", at="14:15")
    await on(world, datetime(2026, 12, 2, 14, 15, tzinfo=UTC))
    assert len(posted(world)) == 1


# ---- the rotation ---------------------------------------------------------------------------


async def test_with_nothing_chosen_the_rotation_fills_the_slot_and_repeats_nothing(
    world: World,
) -> None:
    for week in range(6):
        await on(world, MONDAY + timedelta(weeks=week))
    assert len(posted(world)) == len(set(posted(world))) == 6
    factors = [t.factor for t in await planned(world)]
    assert len(set(factors)) == 6, "what the team has had least of comes next"


class TestSilent:
    @pytest.fixture
    def choices(self) -> dict[str, Any]:
        return {"alliance_tip_rotation": "off"}

    async def test_by_setting_nothing_goes_out_unless_it_was_chosen(self, world: World) -> None:
        await on(world, MONDAY)
        assert posted(world) == []
        await world.types(LEILA, "tips")
        assert "Nothing is planned" in top(world)


class TestFirstStart:
    @pytest.fixture
    def choices(self) -> dict[str, Any]:
        return {"alliance_tip_slot": "Tuesday 07:00"}

    async def test_a_bot_that_is_new_posts_no_tip_of_this_morning(self, world: World) -> None:
        await world.tick()
        assert posted(world) == []


async def test_a_slot_that_passed_while_the_bot_was_away_costs_no_chosen_tip(world: World) -> None:
    await write(world, OWN)
    await world.sends(LEILA, when="slot")
    await on(world, MONDAY + timedelta(hours=9))
    assert posted(world) == []
    assert "Mon 7 Dec at 09:00" in words(world.heard(LEILA)[-1]["blocks"])
    await on(world, MONDAY + timedelta(weeks=1))
    assert OWN in posted(world)[0]


# ---- where it cannot be posted --------------------------------------------------------------


async def test_when_the_bot_was_removed_the_lead_is_told_and_the_tip_stays_planned(
    world: World,
) -> None:
    await write(world, OWN)
    await world.sends(LEILA, when="slot")
    channel = world.slack.workspace.conversations[CHANNEL]
    channel.members.discard(BOT_USER_ID)
    await on(world, MONDAY)
    assert posted(world) == []
    told = words(world.heard(LEILA)[-1]["blocks"])
    assert "inviting me again helps" in told and "Mon 7 Dec at 09:00" in told
    (tip,) = await planned(world)
    assert tip.state is TipState.PLANNED
    channel.members.add(BOT_USER_ID)
    await on(world, MONDAY + timedelta(weeks=1))
    assert len(posted(world)) == 1 and OWN in posted(world)[0]


async def test_when_the_channel_is_archived_the_same(world: World) -> None:
    await world.types(LEILA, "tip")
    world.slack.faults.refuse("chat.postMessage", "is_archived")
    await world.sends(LEILA, when="now")
    assert "archived" in words(world.heard(LEILA)[-1]["blocks"])
    (tip,) = await planned(world)
    assert (tip.state, tip.at) == (TipState.PLANNED, MONDAY)


async def test_a_stop_between_any_two_steps_neither_loses_nor_doubles_a_tip(world: World) -> None:
    store = world.bot.services.store
    since = datetime(2026, 1, 1, tzinfo=UTC)
    await write(world, OWN)
    await world.sends(LEILA, when="slot")
    world.now.instant = MONDAY + timedelta(minutes=1)

    (before,) = await planned(world)
    going = replace(before, state=TipState.GOING, version=before.version + 1)
    # Handed over, and not yet in the outbox.
    await store.change_tips("team", since, lambda _: [going])
    await world.tick()
    assert len(posted(world)) == 1
    # Posted, and not yet written back.
    await store.change_tips("team", since, lambda _: [going])
    world.now.move(minutes=1)
    await world.tick()
    await world.tick()
    assert len(posted(world)) == 1
    (tip,) = await planned(world)
    assert tip.state is TipState.POSTED and tip.posted
    assert len([m for m in world.heard(LEILA) if "The tip is in" in words(m["blocks"])]) == 1


# ---- the calendar ---------------------------------------------------------------------------


async def test_the_calendar_shows_reorders_skips_and_takes_out(world: World) -> None:
    await write(world, OWN)
    await world.sends(LEILA, when="slot")
    await world.types(LEILA, "tips")
    assert OWN in top(world) and "Chosen by <@U0LEILA>" in top(world)
    assert top(world).count("The library's turn") == 7

    await menu(world, "later ")
    (tip,) = await planned(world)
    assert tip.at == MONDAY + timedelta(weeks=1)
    await menu(world, "earlier ")
    (tip,) = await planned(world)
    assert tip.at == MONDAY

    await menu(world, f"skip {MONDAY.isoformat()}")
    tips = await planned(world)
    assert {(t.state, t.at) for t in tips} == {
        (TipState.SKIPPED, MONDAY),
        (TipState.PLANNED, MONDAY + timedelta(weeks=1)),
    }
    assert "Skipped. Nothing goes out." in top(world)
    await on(world, MONDAY)
    assert posted(world) == []

    await world.slack.close_view(LEILA)
    await world.types(LEILA, "tips")
    await menu(world, "remove ")
    assert OWN not in top(world)
    await on(world, MONDAY + timedelta(weeks=1))
    assert len(posted(world)) == 1 and OWN not in posted(world)[0], "the rotation's turn"


async def test_two_planned_tips_change_places(world: World) -> None:
    for text in (OWN, "Name one thing you both want before you plan."):
        await write(world, text)
        await world.sends(LEILA, when="slot")
    await world.types(LEILA, "tips")
    await menu(world, "later ")
    by_time = {t.text: t.at for t in await planned(world)}
    assert by_time[OWN] == MONDAY + timedelta(weeks=1)
    assert set(by_time.values()) == {MONDAY, MONDAY + timedelta(weeks=1)}


async def test_a_skip_can_be_taken_back_and_a_slot_chosen(world: World) -> None:
    await world.types(LEILA, "tips")
    await menu(world, f"skip {MONDAY.isoformat()}")
    await menu(world, f"unskip {MONDAY.isoformat()}")
    await menu(world, f"choose {MONDAY.isoformat()}")
    assert "For Mon 30 Nov at 09:00" in top(world)
    await world.sends(LEILA)
    assert "Chosen by" in top(world), "the calendar beneath is drawn anew"
    await on(world, MONDAY)
    assert len(posted(world)) == 1


async def test_a_planned_tip_is_edited_until_it_is_out_and_replaced(world: World) -> None:
    library = world.library
    await write(world, OWN)
    await world.sends(LEILA, when="slot")
    await world.types(LEILA, "tips")
    await menu(world, "change ")
    await world.presses(LEILA, "tip_write")
    await world.sends(LEILA, words="Ask one open question more.", factor="F6")
    await world.sends(LEILA)
    assert "Ask one open question more." in top(world)
    await menu(world, "change ")
    await world.presses(LEILA, "tip_pick")
    await world.presses(LEILA, "tip_choice", selected=library.tips[7].id)
    await world.sends(LEILA)
    await on(world, MONDAY)
    assert library.tips[7].text in posted(world)[0]


async def test_a_menu_that_is_out_of_date_changes_nothing_and_says_so(world: World) -> None:
    await write(world, OWN)
    await world.sends(LEILA, when="slot")
    await world.types(LEILA, "tips")
    await menu(world, "change ")
    await on(world, MONDAY)
    answer = await world.sends(LEILA)
    assert "on its way, or out already" in str(answer)
    assert OWN in posted(world)[0]


async def test_a_tip_is_withdrawn_after_it_is_out(world: World) -> None:
    await world.types(LEILA, "tip")
    await world.sends(LEILA, when="now")
    assert len(posted(world)) == 1
    await world.types(LEILA, "tips")
    world.slack.faults.fail("chat.delete", times=1)
    await world.presses(LEILA, "tip_withdraw")
    assert "couldn't delete it" in top(world)
    await world.slack.close_view(LEILA)
    await world.presses(LEILA, "tip_withdraw")
    assert posted(world) == []
    (tip,) = await planned(world)
    assert tip.state is TipState.WITHDRAWN
    assert "Withdraw" not in top(world)


async def test_a_tip_is_withdrawn_from_where_it_stands_when_the_team_has_moved(
    world: World,
) -> None:
    await world.types(LEILA, "tip")
    await world.sends(LEILA, when="now")
    channels = world.slack.workspace.conversations
    channels["C0NEW"] = replace(channels[CHANNEL], id="C0NEW", name="new", messages=[])
    settings = world.bot.services.settings
    settings.__dict__["teams"] = (replace(settings.teams[0], channel="C0NEW"),)
    await world.types(LEILA, "tips")
    await world.presses(LEILA, "tip_withdraw")
    assert posted(world) == []


async def test_a_library_tip_keeps_its_id_so_that_it_can_be_repeated(world: World) -> None:
    for _ in range(2):
        await world.types(LEILA, "tip")
        await world.presses(LEILA, "tip_choice", selected="W01")
        await world.sends(LEILA, when="now")
        world.now.move(minutes=1)
    assert len(posted(world)) == 2


# ---- who leads ------------------------------------------------------------------------------


async def test_somebody_else_cannot_open_anything_of_a_leads(world: World) -> None:
    for word in ("tip", "tips", "team"):
        answer = await world.types(AMARA, word)
        assert "leads" in answer["text"] and world.slack.views(AMARA) == []


class TestGroup:
    """Leads by a Slack user group, besides those listed."""

    @pytest.fixture
    def choices(self) -> dict[str, Any]:
        return {"alliance_lead_group": "S0LEADS", "alliance_leads": BEN}

    def lead(self, world: World, *, yes: bool) -> None:
        people = world.slack.workspace.people
        people[LEILA] = replace(people[LEILA], is_lead=yes)

    async def test_members_of_the_group_lead_and_who_leaves_it_does_not(self, world: World) -> None:
        assert "leads" in (await world.types(LEILA, "tip"))["text"]
        self.lead(world, yes=True)
        world.now.move(seconds=GROUP_HELD.total_seconds())
        await world.types(LEILA, "tip")
        assert world.slack.views(LEILA)
        self.lead(world, yes=False)
        world.now.move(seconds=GROUP_HELD.total_seconds())
        answer = await world.sends(LEILA, when="now")
        assert answer["response_action"] == "errors" and "Only team leads" in str(answer)
        await world.presses(LEILA, "tip_write")
        assert "Only team leads" in top(world)
        assert posted(world) == []

    async def test_slack_is_asked_once_a_minute(self, world: World) -> None:
        self.lead(world, yes=True)
        await world.types(LEILA, "help")
        world.now.move(seconds=GROUP_HELD.total_seconds())
        world.slack.calls.clear()
        for _ in range(5):
            await world.types(LEILA, "tip")
        asked = [name for name, _ in world.slack.calls if name == "usergroups.users.list"]
        assert len(asked) == 1

    @pytest.mark.parametrize("fault", ["fail", "refuse"])
    async def test_when_slack_does_not_say_nobody_of_the_group_leads(
        self, world: World, fault: str
    ) -> None:
        self.lead(world, yes=True)
        await world.types(LEILA, "tip")
        world.now.move(seconds=GROUP_HELD.total_seconds())
        if fault == "fail":
            world.slack.faults.fail("usergroups.users.list", times=3)
        else:
            world.slack.faults.refuse("usergroups.users.list", "missing_scope")
        answer = await world.sends(LEILA, when="now")
        assert "can't check" in str(answer) and posted(world) == []

    async def test_whoever_is_listed_needs_no_group(self, world: World) -> None:
        world.now.move(seconds=GROUP_HELD.total_seconds())
        world.slack.faults.fail("usergroups.users.list", times=9)
        await world.types(BEN, "tip")
        await world.sends(BEN, when="now")
        assert len(posted(world)) == 1


# ---- several teams --------------------------------------------------------------------------


class TestTeams:
    TEAMS = """[
      {"id": "physio", "name": "Physio", "channel": "C0TEAM", "leads": "U0LEILA"},
      {"id": "ot", "name": "OT", "channel": "C0OT", "leads": "U0LEILA,U0BEN",
       "slot": "Thursday 08:30", "time_zone": "Asia/Kathmandu", "approval": "required"}
    ]"""

    @pytest.fixture
    def choices(self) -> dict[str, Any]:
        return {"alliance_teams": self.TEAMS, "alliance_leads": "", "alliance_team_channel": ""}

    @pytest.fixture(autouse=True)
    def channel(self, world: World) -> None:
        channels = world.slack.workspace.conversations
        channels["C0OT"] = replace(channels[CHANNEL], id="C0OT", name="ot", messages=[])

    async def test_each_has_its_channel_and_time(self, world: World) -> None:
        await on(world, datetime(2026, 11, 26, 2, 45, tzinfo=UTC))
        assert len(world.slack.messages("C0OT")) == 1 and posted(world) == []
        await on(world, MONDAY)
        assert len(world.slack.messages("C0OT")) == 1 and len(posted(world)) == 1

    async def test_a_lead_of_two_changes_between_them_one_of_one_does_not(
        self, world: World
    ) -> None:
        await world.types(LEILA, "tip")
        await world.presses(LEILA, "tip_team", selected="team-ot")
        assert "another lead looks at every tip" in top(world)
        await world.types(BEN, "tips")
        assert "calendar_team" not in str(world.slack.views(BEN)[-1])
        await world.types(LEILA, "tips")
        await world.presses(LEILA, "calendar_team", selected="team-ot")
        assert "Thu 26 Nov at 08:30" in top(world)

    async def test_a_lead_of_one_team_is_none_of_another(self, world: World) -> None:
        await world.types(BEN, "tip")
        view = world.slack.workspace.stack(BEN)[-1]
        view.body["private_metadata"] = view.body["private_metadata"].replace("ot", "physio")
        answer = await world.sends(BEN, when="now")
        assert "Only team leads" in str(answer)
        assert posted(world) == [] and await planned(world, "team-physio") == []


class TestTwoTeamsAtOneTime:
    TEAMS = """[
      {"id": "physio", "name": "Physio", "channel": "C0TEAM", "leads": "U0LEILA"},
      {"id": "ot", "name": "OT", "channel": "C0OT", "leads": "U0LEILA"}
    ]"""

    @pytest.fixture
    def choices(self) -> dict[str, Any]:
        return {"alliance_teams": self.TEAMS, "alliance_leads": "", "alliance_team_channel": ""}

    async def test_who_leads_both_hears_of_each(self, world: World) -> None:
        channels = world.slack.workspace.conversations
        channels["C0OT"] = replace(channels[CHANNEL], id="C0OT", name="ot", messages=[])
        world.slack.faults.refuse("chat.postMessage", "is_archived", times=2)
        await on(world, MONDAY)
        await world.tick()
        assert len([m for m in world.heard(LEILA) if "tip" in words(m["blocks"])]) == 2


class TestLanguages:
    TEAMS = """[{"id": "a", "channel": "C0TEAM", "leads": "U0LEILA", "language": "cy"}]"""

    @pytest.fixture
    def choices(self) -> dict[str, Any]:
        return {"alliance_teams": self.TEAMS, "alliance_leads": "", "alliance_team_channel": ""}

    @pytest.fixture
    def parts(self, parts: Parts) -> Parts:
        english = parts.libraries["en-GB"]
        welsh = replace(
            english, phrases={**english.phrases, "tip.frame_title": "Awgrym yr wythnos"}
        )
        return replace(parts, libraries={**parts.libraries, "cy": welsh})

    async def test_a_team_reads_its_tips_in_its_language(self, world: World) -> None:
        await world.types(LEILA, "tip")
        assert "Awgrym yr wythnos" in top(world)
        await world.sends(LEILA, when="now")
        assert "Awgrym yr wythnos" in posted(world)[0]


# ---- a second lead --------------------------------------------------------------------------


class TestSecondLead:
    @pytest.fixture
    def choices(self) -> dict[str, Any]:
        return {"alliance_leads": f"{LEILA},{BEN}"}

    async def ask(self, world: World, when: str = "slot") -> None:
        await write(world, OWN)
        await world.sends(LEILA, when=when, also=["second"])

    async def test_it_goes_out_once_the_other_agrees_and_both_are_told(self, world: World) -> None:
        await self.ask(world, "now")
        assert posted(world) == []
        assert "asked another lead" in words(world.heard(LEILA)[-1]["blocks"])
        asked = words(world.heard(BEN)[-1]["blocks"])
        assert "<@U0LEILA>" in asked and OWN in asked
        await world.presses(BEN, "tip_approve")
        assert OWN in posted(world)[0]
        heard = [words(m["blocks"]) for m in world.heard(LEILA)]
        assert any("<@U0BEN> agreed" in text for text in heard)
        assert any("The tip is in" in text for text in heard)
        assert any("You agreed" in words(m["blocks"]) for m in world.heard(BEN))

    async def test_pressing_twice_is_once(self, world: World) -> None:
        await self.ask(world, "now")
        card = world.heard(BEN)[-1]
        value = next(e["value"] for e in card["blocks"][-1]["elements"])
        await world.presses(BEN, "tip_approve")
        world.now.move(minutes=1)
        await forged(world, BEN, "tip_approve", value)
        assert len(posted(world)) == 1
        assert len([m for m in world.heard(LEILA) if "agreed" in words(m["blocks"])]) == 1

    async def test_its_writer_cannot_agree_for_the_other(self, world: World) -> None:
        await self.ask(world)
        value = world.heard(BEN)[-1]["blocks"][-1]["elements"][0]["value"]
        await forged(world, LEILA, "tip_approve", value)
        (tip,) = await planned(world)
        assert tip.waits
        await forged(world, AMARA, "tip_approve", value)
        (tip,) = await planned(world)
        assert tip.waits

    async def test_either_may_edit_and_the_other_is_asked_anew(self, world: World) -> None:
        await self.ask(world)
        await world.presses(BEN, "tip_edit")
        await world.presses(BEN, "tip_write")
        await world.sends(BEN, words="Ask, then listen for a minute.", factor="F6")
        await world.sends(BEN)
        card = words(world.heard(LEILA)[-1]["blocks"])
        assert "Ask, then listen for a minute." in card and "<@U0BEN> would like" in card
        old = next(m for m in world.heard(BEN) if "tip_approve" in str(m["blocks"]))
        await world.presses(BEN, "tip_approve", message_ts=old["ts"])
        assert "changed this tip meanwhile" in top(world, BEN)
        await world.presses(LEILA, "tip_approve")
        await on(world, MONDAY)
        assert "Ask, then listen" in posted(world)[0]

    async def test_who_was_forgotten_meanwhile_hears_nothing_of_it(self, world: World) -> None:
        await self.ask(world)
        await forgotten(world)
        await world.presses(BEN, "tip_approve")
        await on(world, MONDAY)
        assert OWN in posted(world)[0]
        await hears_nothing(world)

    async def test_not_this_one(self, world: World) -> None:
        await self.ask(world)
        await world.presses(BEN, "tip_decline")
        assert "set aside" in words(world.heard(LEILA)[-1]["blocks"])
        await on(world, MONDAY)
        assert OWN not in posted(world)[0]

    async def test_without_an_answer_it_moves_on_and_the_rotation_fills_in(
        self, world: World
    ) -> None:
        await self.ask(world)
        await on(world, MONDAY)
        assert len(posted(world)) == 1 and OWN not in posted(world)[0]
        for lead in (LEILA, BEN):
            assert "moved on to Mon 7 Dec" in words(world.heard(lead)[-1]["blocks"])
        value = f"team {(await waiting(world)).id} {(await waiting(world)).version}"
        await forged(world, BEN, "tip_approve", value)
        await on(world, MONDAY + timedelta(weeks=1))
        assert OWN in posted(world)[-1]


async def waiting(world: World) -> PlannedTip:
    return next(t for t in await planned(world) if t.text)


class TestSecondLeadRequired:
    @pytest.fixture
    def choices(self) -> dict[str, Any]:
        return {"alliance_tip_approval": "required"}

    async def test_where_there_is_no_second_lead_it_says_so(self, world: World) -> None:
        await world.types(LEILA, "tip")
        answer = await world.sends(LEILA, when="now")
        assert "no other lead" in str(answer) and posted(world) == []


# ---- bad input and abuse --------------------------------------------------------------------


async def forged(world: World, user: str, action: str, value: str, **more: Any) -> None:
    team = world.owner(user).partition("-")[0]
    payload: dict[str, Any] = {
        "type": "block_actions",
        "team": {"id": team},
        "user": {"id": user, "team_id": team},
        "trigger_id": world.slack.workspace.new_trigger(user),
        "container": {"type": "message", "message_ts": "1.1", "channel_id": "D0X"},
        "message": {"ts": "1.1", "blocks": []},
        "actions": [{"type": "button", "action_id": action, "block_id": "b", "value": value}],
        **more,
    }
    await world.slack.wire.deliver("interactive", payload)
    await world.settled()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("   ", "nothing in it"),
        ("word " * 61, "at most 60 words"),
        ("See https://evil.example/x", "leave the link out"),
        ("Read www.nice.org.uk today", "leave the link out"),
        ("Look at bit.ly/3xyz", "leave the link out"),
        ("mailto:me@example.org for more", "leave the link out"),
        ("Everyone @channel look", "leave out @"),
        ("Everyone @here look", "leave out @"),
        ("<!channel> look", "leave out @"),
        ("<!everyone|everyone> look", "leave out @"),
        ("Ask <@U0BEN> about it", "leave out @"),
        ("Discuss in #team-alliance", "leave out @"),
        ("Siobhan Murphy cried on Ward 4 last Tuesday; be kind.", "I found"),
    ],
)
async def test_words_that_cannot_be_a_tip_are_refused_with_a_reason(
    world: World, text: str, says: str
) -> None:
    answer = await write(world, text)
    assert answer["response_action"] == "errors" and says in str(answer["errors"])
    assert posted(world) == [] and await planned(world) == []
    if "Siobhan" in text:
        assert "Siobhan" not in world.on_disk() and "Siobhan" not in str(answer)


async def test_overlong_text_that_slacks_own_form_would_not_send(world: World) -> None:
    await world.types(LEILA, "tip")
    await world.presses(LEILA, "tip_write")
    view = world.slack.views(LEILA)[-1]
    team = world.owner(LEILA).partition("-")[0]
    values = {"words": {"words": {"value": "word" * 200}}}
    payload = {
        "type": "view_submission",
        "team": {"id": team},
        "user": {"id": LEILA, "team_id": team},
        "view": {**view, "state": {"values": values}},
    }
    assert "600 characters" in str(await world.slack.wire.deliver("interactive", payload))


async def test_words_are_checked_again_where_they_come_back_by_another_way(world: World) -> None:
    await write(world, OWN)
    for smuggled in ("Siobhan Murphy cried.", "see https://evil.example", "<!channel> hello"):
        view = world.slack.workspace.stack(LEILA)[-1]
        view.body["private_metadata"] = view.body["private_metadata"].replace(OWN, smuggled)
        answer = await world.sends(LEILA, when="now")
        assert answer["response_action"] == "errors"
        view.body["private_metadata"] = view.body["private_metadata"].replace(smuggled, OWN)
    assert posted(world) == []


async def test_when_the_screen_fails_nothing_is_taken(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: str) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(world.bot.services.intake, "_screen", broken)
    answer = await write(world, OWN)
    assert "couldn't check" in str(answer["errors"])


async def test_a_submission_that_slack_sends_twice_makes_one_tip(world: World) -> None:
    await world.types(LEILA, "tip")
    view = dict(world.slack.views(LEILA)[-1])
    await world.sends(LEILA, when="now")
    for _ in range(3):
        world.now.move(minutes=1)
        await submitted(world, LEILA, view, when="now")
    assert len(posted(world)) == 1 and len(await planned(world)) == 1


async def submitted(world: World, user: str, view: dict[str, Any], when: str) -> dict[str, Any]:
    """A form's submission as it would come from Slack, or from somebody who pretends to be it."""
    team = world.owner(user).partition("-")[0]
    chosen = {"when": {"when": {"type": "radio_buttons", "selected_option": {"value": when}}}}
    payload = {
        "type": "view_submission",
        "team": {"id": team},
        "user": {"id": user, "team_id": team},
        "view": {**view, "state": {"values": chosen}},
    }
    answer = await world.slack.wire.deliver("interactive", payload)
    await world.settled()
    return dict(answer)


async def test_a_submission_by_somebody_who_does_not_lead(world: World) -> None:
    await world.types(LEILA, "tip")
    view = world.slack.views(LEILA)[-1]
    answer = await submitted(world, AMARA, view, when="now")
    assert "Only team leads" in str(answer) and posted(world) == []


@pytest.mark.parametrize("metadata", ["", "{}", "W01", '{"team": "team", "tip": "W99"}', "[1]"])
async def test_a_submission_with_made_up_contents(world: World, metadata: str) -> None:
    await world.types(LEILA, "tip")
    view = {**world.slack.views(LEILA)[-1], "private_metadata": metadata}
    answer = await submitted(world, LEILA, view, when="now")
    assert answer["response_action"] == "errors" and posted(world) == []


@pytest.mark.parametrize(
    "value", ["", "skip", "skip yesterday", "skip 2020-01-06T09:00:00+00:00", "later x 1",
              "remove nothing 0", "choose 1", "explode now"],
)  # fmt: skip
async def test_a_made_up_line_of_the_menu_is_answered_and_changes_nothing(
    world: World, value: str
) -> None:
    await write(world, OWN)
    await world.sends(LEILA, when="slot")
    before = await planned(world)
    await world.types(LEILA, "tips")
    view = world.slack.views(LEILA)[-1]
    await forged(world, LEILA, "tip_row", value, view=view, container={"type": "view"})
    assert await planned(world) == before
    problems = [v for k, v in world.library.phrases.items() if "tip.problem." in k]
    assert any(str(p).split("{")[0] in top(world) for p in problems)


@pytest.mark.parametrize("when", ["past", "far", "none"])
async def test_a_date_that_cannot_be(world: World, when: str) -> None:
    await world.types(LEILA, "tip")
    date = {"past": "2026-11-23", "far": "2028-01-01", "none": None}[when]
    answer = await world.sends(LEILA, when="later", date=date, at="09:00")
    says = {"past": "has passed", "far": "more than a year", "none": "choose a date"}[when]
    assert says in str(answer["errors"]) and await planned(world) == []


async def test_a_slot_that_somebody_took_meanwhile(world: World) -> None:
    await world.types(LEILA, "tip")
    view = world.slack.views(LEILA)[-1]
    await world.sends(LEILA, when="slot")
    await submitted(world, LEILA, {**view, "id": "V0OTHER"}, when="slot")
    assert len(await planned(world)) == 1


async def test_notifying_everyone_needs_the_setting(world: World) -> None:
    await world.types(LEILA, "tip")
    assert "@channel" not in top(world)
    ticked = {"selected_options": [{"value": "everyone"}]}
    view = world.slack.views(LEILA)[-1]
    team = world.owner(LEILA).partition("-")[0]
    payload = {
        "type": "view_submission",
        "team": {"id": team},
        "user": {"id": LEILA, "team_id": team},
        "view": {**view, "state": {"values": {"also": {"also": ticked}}}},
    }
    answer = await world.slack.wire.deliver("interactive", payload)
    assert "isn't switched on" in str(answer) and await planned(world) == []


class TestEveryone:
    @pytest.fixture
    def choices(self) -> dict[str, Any]:
        return {"alliance_tip_everyone": "on"}

    async def test_with_the_setting_a_box_notifies_the_channel(self, world: World) -> None:
        await world.types(LEILA, "tip")
        await world.sends(LEILA, when="now", also=["everyone"])
        assert "<!channel>" in posted(world)[0]
        assert "leave out @" in str(await write(world, "<!channel> hello"))


async def forgotten(world: World) -> None:
    await world.types(LEILA, "forget me")
    await world.sends(LEILA, word=world.library.say("erase.word"))
    (receipt,) = world.heard(LEILA)
    assert "chose, agreed to or were told of" in " ".join(receipt["text"].split())


async def hears_nothing(world: World) -> None:
    assert await world.bot.services.store.clinician(world.owner(LEILA)) is None
    assert len(world.heard(LEILA)) == 1, "the receipt alone"


async def test_who_was_forgotten_stays_so_when_their_tip_goes_out(world: World) -> None:
    await write(world, OWN)
    await world.sends(LEILA, when="slot")
    await forgotten(world)
    await on(world, MONDAY)
    assert OWN in posted(world)[0]
    await hears_nothing(world)


async def test_news_that_an_earlier_version_queued_is_sent(world: World) -> None:
    """It was the lead's, and named the team."""
    await write(world, OWN)
    await world.sends(LEILA, when="slot")
    (tip,) = await planned(world)
    heard, lead = len(world.heard(LEILA)), world.owner(LEILA)
    ref = f"unapproved team {tip.id} {tip.version}"
    old = Delivery(f"news:{tip.id}", lead, DeliveryKind.TIP_NEWS, world.now(), ref)
    await world.bot.services.store.commit(lead, world.now(), deliveries=[old])
    await world.tick()
    assert len(world.heard(LEILA)) == heard + 1
    assert OWN in words(world.heard(LEILA)[-1]["blocks"])


async def test_what_a_lead_planned_who_has_left_stays_with_the_team(world: World) -> None:
    await write(world, OWN)
    await world.sends(LEILA, when="slot")
    settings = world.bot.services.settings
    team = replace(settings.teams[0], leads=frozenset({BEN}))
    settings.__dict__["teams"] = (team,)
    assert "Only team leads" in str((await world.types(LEILA, "tips"))["text"])
    await world.types(BEN, "tips")
    assert OWN in top(world, BEN)
    await on(world, MONDAY)
    assert OWN in posted(world)[0]
