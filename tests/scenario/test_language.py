"""Each clinician's own language: chosen on the Home tab, in everything they read from then on."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.bootstrap import Parts
from bot.playground.server import Person
from tests.prompts.american import not_american
from tests.reflections.feedback.model_server import ModelServer
from tests.scenario.conftest import AMARA, BEN, CHANNEL, LEILA, World, words
from tests.scenario.test_tips import forged

NOTE = (
    "She was frightened the knee would give way on the stairs. I said that sounded exhausting "
    "and asked which stairs worry her most. We agreed she would try the back step twice a day."
)


def texts(node: Any) -> Iterator[str]:
    """All that a message, a view or an answer shows."""
    if isinstance(node, str) and node[:1] in "[{":
        node = json.loads(node)
    if isinstance(node, dict):
        shown = ("text", "title", "alt_text", "alt_txt", "initial_comment", "initial_value")
        yield from (node[key] for key in shown if isinstance(node.get(key), str))
        for key, value in node.items():
            if not isinstance(value, str) or key in ("blocks", "view"):
                yield from texts(value)
        yield from node.get("errors", {}).values()
    elif isinstance(node, list):
        for each in node:
            yield from texts(each)


class Ears:
    """What was said to a person while only they did anything."""

    def __init__(self, world: World, user: str) -> None:
        self.world, self.user, self.answers = world, user, []
        world.slack.calls.clear()

    async def types(self, text: str) -> None:
        self.answers.append(await self.world.types(self.user, text))

    async def sends(self, **values: Any) -> None:
        self.answers.append(await self.world.sends(self.user, **values))

    async def presses(self, action: str, **how: Any) -> None:
        await self.world.presses(self.user, action, **how)

    async def closes(self) -> None:
        if self.world.slack.views(self.user):
            await self.world.slack.close_view(self.user, everything=True)

    def heard(self) -> list[str]:
        said = [args for _, args in self.world.slack.calls]
        return list(dict.fromkeys(t for part in (*self.answers, *said) for t in texts(part)))


async def chooses(world: World, user: str, language: str) -> None:
    await world.slack.open_home(user)
    await world.settled()
    await world.presses(user, "language", home=True, selected=language)


async def lives(world: World, user: str) -> list[str]:
    """A walk through all there is, to the receipt; everything that was said on the way."""
    ears = Ears(world, user)
    for line in (
        "help", "clinic", "clinic add 3 pm", "clinic add Tue 3/31/2020 9-12", "clinic add Wed 9-5",
        "clinic add every other Friday pm", "clinic skip soon", "clinic skip next Tuesday",
        "clinic remove 2", "clinic remove 99", "clinic calendar off", "away", "away soon",
        "away tomorrow", "away off", "holidays", "holidays off", "holidays Atlantis",
        "pause until Friday", "pause soon", "resume", "resume", "looks", "nonsense", "team", "tip",
    ):  # fmt: skip
        await ears.types(line)
        await ears.closes()
    await world.says(user, "help")
    await world.slack.say(user, "see this", files=[{"name": "wound.png", "content": b"x"}])
    await world.says(user, "thanks, can anyone swap my Thursday late?")
    await world.says(user, "I called Dr Margaret Hollis about the frightened man in room two.")
    await ears.presses("discard_checked")
    await world.says(user, "I can't go on like this and I want to end my life tonight.")
    await world.says(user, NOTE)
    await ears.presses("feedback_details")
    await ears.closes()
    await ears.presses("feedback_disagree")
    await ears.sends(expectations="missed")
    await ears.presses("try_this")
    await ears.types("plans")
    await ears.closes()
    await ears.types("history")
    await ears.presses("history_filter")
    await ears.closes()
    for query in ("last month", "about empathy", "nothing like it"):
        await ears.types(f"history {query}")
        await ears.closes()
    await ears.types("history")
    await ears.presses("reflection_open")
    await ears.presses("reflection_amend")
    await ears.sends(text=NOTE + " She laughed.")
    await ears.presses("reflection_versions")
    await ears.closes()
    await world.slack.open_home(user)
    await world.settled()
    for action in ("trends", "quiet_hours", "clinic_add", "calendar_add", "why"):
        await ears.presses(action, home=True)
        await ears.closes()
    await ears.presses("reminders", home=True)
    await ears.presses("export", home=True)
    await ears.sends(kind="pdf")
    await ears.types("reflect")
    await ears.sends(text="I called Dr Margaret Hollis about the frightened man.")
    await ears.closes()
    await ears.types("forget me")
    await ears.sends(word="no")
    await ears.sends(word="forget")
    return ears.heard()


@pytest.mark.parametrize("over", ["socket"])
async def test_all_that_somebody_reads_is_in_the_language_they_chose(world: World) -> None:
    await chooses(world, AMARA, "en-US")
    heard = await lives(world, AMARA)
    assert len(heard) > 250, "the walk saw little, so it proves little"
    assert [(text, found) for text in heard if (found := not_american(text))] == []
    said = "\n".join(heard)
    for wanted in ("Tue, Nov 24", "9:00 AM – 12:30 PM", "8:00 PM", "clinic skip December 1"):
        assert wanted in said
    assert "*It's done.*" in said

    british = await lives(world, BEN)
    said = "\n".join(british)
    for wanted in ("Tue 24 Nov", "09:00–17:00", "20:00", "clinic skip 1 December"):
        assert wanted in said
    assert " PM" not in said and "skip December" not in said
    assert sum(bool(not_american(text)) for text in british) > 20


async def test_the_choice_redraws_the_page_and_what_stands_stays(world: World) -> None:
    await world.clinic_ends()
    (before,) = world.heard(AMARA)
    await chooses(world, AMARA, "en-US")
    page = words(world.slack.home(AMARA)["blocks"])
    assert "Tuesday 9:00 AM – 12:30 PM" in page and not not_american(page)
    assert world.heard(AMARA) == [before]
    await world.slack.open_home(BEN)
    await world.settled()
    assert "20:00" in words(world.slack.home(BEN)["blocks"])
    await world.presses(AMARA, "language", home=True, selected="en-GB")
    assert "Tuesday 09:00–12:30" in words(world.slack.home(AMARA)["blocks"])


async def test_each_language_is_offered_by_its_own_name(world: World) -> None:
    await world.slack.open_home(AMARA)
    await world.settled()
    (choice,) = [
        block["accessory"]
        for block in world.slack.home(AMARA)["blocks"]
        if block.get("accessory", {}).get("action_id") == "language"
    ]
    assert [option["text"]["text"] for option in choice["options"]] == [
        "English (UK)",
        "English (US)",
    ]
    assert choice["initial_option"]["value"] == "en-GB"


async def test_a_language_that_there_is_not_changes_nothing(world: World) -> None:
    await chooses(world, AMARA, "en-US")
    await forged(world, AMARA, "language", "tlh")
    kept = await world.bot.services.store.clinician(world.owner(AMARA))
    assert kept and kept.language == "en-US"


async def test_what_comes_by_the_clock_follows(world: World, server: ModelServer | None) -> None:
    await chooses(world, AMARA, "en-US")
    await world.clinic_ends()
    await world.says(AMARA, "tonight")
    assert "today at 6:00 PM" in words(world.heard(AMARA)[-1]["blocks"])
    await world.says(AMARA, NOTE)
    assert not not_american(words(world.heard(AMARA)[-1]["blocks"]))
    if server:
        (asked,) = server.requests
        assert "plain American English" in asked["messages"][0]["content"]


async def test_dates_in_numbers_are_read_in_each_ones_way(world: World) -> None:
    await chooses(world, AMARA, "en-US")
    assert "Tue, Dec 1, 9:00 AM – 12:30 PM" not in str(await world.types(AMARA, "clinic list"))
    assert "Left out: Tue, Dec 1" in str(await world.types(AMARA, "clinic skip 12/1"))
    assert "Mar 12, 2027" in str(await world.types(AMARA, "pause until 3/12"))
    assert "Dec 20, 2026 to Dec 24, 2026" in str(await world.types(AMARA, "away 12/20 to 12/24"))
    added = str(await world.types(AMARA, "clinic add 12/3 2-4pm"))
    assert "Thu, Dec 3, 2:00 PM – 4:00 PM" in added
    await world.types(AMARA, "history 11/3")
    assert "Nov 3, 2026" in words(world.slack.views(AMARA)[-1]["blocks"])

    await world.types(BEN, "clinic add Tue 9am-12:30pm")
    assert "Left out: Tue 1 Dec, 09:00–12:30" in str(await world.types(BEN, "clinic skip 1/12"))
    assert "3 Dec 2026" in str(await world.types(BEN, "pause until 3/12"))
    assert "3 Dec 14:00–16:00" in str(await world.types(BEN, "clinic add 3/12 2-4pm"))
    await world.types(BEN, "history 3/11")
    assert "3 Nov 2026" in words(world.slack.views(BEN)[-1]["blocks"])


async def test_a_copy_says_which_language_it_is_in(world: World) -> None:
    from pypdf import PdfReader

    await chooses(world, AMARA, "en-US")
    await world.says(AMARA, NOTE)
    await world.types(AMARA, "export")
    await world.sends(AMARA, kind="pdf")
    (file,) = world.slack.workspace.files.values()
    copy = PdfReader(io.BytesIO(file.content))
    assert copy.trailer["/Root"]["/Lang"] == "en-US"
    text = " ".join(page.extract_text() for page in copy.pages)
    assert "November 24, 2026" in text and not not_american(text)


class TestForgetting:
    @pytest.fixture
    def parts(self, parts: Parts) -> Parts:
        """The receipt has no word that differs, so one is put in."""
        american = parts.libraries["en-US"]
        said = {k: f"Howdy. {american.phrases[k]}" for k in ("erase.progress", "erase.receipt")}
        american = replace(american, phrases={**american.phrases, **said})
        return replace(parts, libraries={**parts.libraries, "en-US": american})

    async def test_the_receipt_is_in_the_language_of_whoever_is_forgotten(
        self, world: World
    ) -> None:
        """Over a pause of Slack's, too, when nothing else of them is left."""
        await chooses(world, AMARA, "en-US")
        await world.says(AMARA, NOTE)
        world.slack.faults.ratelimit("chat.delete", retry_after=30)
        await world.types(AMARA, "forget me")
        await world.sends(AMARA, word="forget")
        (_, progress) = world.heard(AMARA)
        assert progress["text"].startswith("Howdy. Your notes")
        assert await world.bot.services.store.clinician(world.owner(AMARA)) is None
        world.now.move(seconds=40)
        await world.tick()
        (receipt,) = world.heard(AMARA)
        assert receipt["text"].startswith("Howdy. *It's done.*")


async def test_a_lead_reads_their_own_and_the_channel_the_teams(world: World) -> None:
    await chooses(world, LEILA, "en-US")
    await world.types(LEILA, "tips")
    calendar = words(world.slack.views(LEILA)[-1]["blocks"])
    assert "Mon, Nov 30 at 9:00 AM" in calendar
    await world.slack.close_view(LEILA, everything=True)
    await world.types(LEILA, "tip")
    await world.presses(LEILA, "tip_choice", selected="W19")
    form = words(world.slack.views(LEILA)[-1]["blocks"])
    assert "Mon, Nov 30 at 9:00 AM" in form
    assert "A physiotherapist in one study" in form, "as the team will see it"
    await world.sends(LEILA, when="now")
    (tip,) = [m for m in world.slack.messages(CHANNEL) if m.get("bot_id")]
    assert "A physiotherapist in one study" in words(tip["blocks"])
    await world.types(BEN, "tip")


# ---- somebody new -------------------------------------------------------------------------------


async def met(world: World, user: str, locale: str, zone: str) -> str:
    """Who they are taken to be, from the Home tab that they open first."""
    await world.slack.join(Person(id=user, name=user.title(), tz=zone, locale=locale))
    await world.slack.open_home(user)
    await world.settled()
    clinician = await world.bot.services.store.clinician(world.owner(user))
    assert clinician
    return clinician.language


async def test_somebody_new_is_met_in_the_language_of_their_slack(world: World) -> None:
    assert await met(world, "U0CARL", "en-US", "America/Chicago") == "en-US"
    assert "8:00 PM" in words(world.slack.home("U0CARL")["blocks"])
    assert await met(world, "U0DORA", "en-US", "Europe/London") == "", "Slack's own default"
    assert await met(world, "U0EMIL", "de-DE", "Europe/Berlin") == "", "none of ours"
    assert await met(world, "U0FAYE", "en-GB", "Europe/London") == "", "the workspace's"


async def test_only_then_and_never_over_a_choice(world: World) -> None:
    await met(world, "U0CARL", "en-US", "America/Chicago")
    await world.presses("U0CARL", "language", home=True, selected="en-GB")
    await world.slack.open_home("U0CARL")
    await world.settled()
    people = world.slack.workspace.people
    people[BEN] = replace(people[BEN], locale="en-US", tz="America/Chicago")
    await world.says(BEN, "help")
    people[AMARA] = replace(people[AMARA], locale="en-US", tz="America/Chicago")
    world.now.instant = datetime(2026, 11, 26, 9, tzinfo=UTC)
    await world.tick()
    store = world.bot.services.store
    languages = {
        user: (await store.clinician(world.owner(user))).language  # type: ignore[union-attr]
        for user in ("U0CARL", AMARA, BEN)
    }
    assert languages == {"U0CARL": "en-GB", AMARA: "", BEN: "en-US"}


@pytest.mark.parametrize("choices", [{"alliance_language": "en-US"}])
async def test_a_workspace_may_be_american_and_somebody_in_it_british(world: World) -> None:
    assert "9:00 AM – 12:30 PM" in str(await world.types(AMARA, "clinic list"))
    await chooses(world, AMARA, "en-GB")
    assert "09:00–12:30" in str(await world.types(AMARA, "clinic list"))
    assert await met(world, "U0FAYE", "en-GB", "Europe/London") == "en-GB"
