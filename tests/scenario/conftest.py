"""The real bot over real HTTP and websocket, in a playground, with a clock that tests move."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest

from bot.bootstrap import Bot, Parts, running
from bot.directory import owner_of
from bot.playground.server import Person, Playground
from bot.playground.state import TEAM_ID
from bot.settings import Settings
from prompts.library import Library
from reflections.model import Clinic, Clinician
from reflections.stores.tiny import TinyStore
from tests.conftest import MovedClock
from tests.reflections.feedback.model_server import ModelServer, Reading, reading

AMARA, BEN, LEILA, ADMIN = "U0AMARA", "U0BEN", "U0LEILA", "U0ADMIN"
CHANNEL = "C0TEAM"
MANIFEST = Path(__file__).parents[2] / "manifest.json"
TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
CLINIC = Clinic(1, time(9), time(12, 30))


@dataclass
class World:
    slack: Playground
    bot: Bot
    now: MovedClock
    data: Path

    @property
    def library(self) -> Library:
        """The workspace's words."""
        return self.bot.services.libraries.of("")

    async def tick(self) -> None:
        await self.bot.clock.tick()
        await self.settled()

    async def settled(self) -> None:
        """Wait for what the bot does after it has answered."""
        await self.bot.services.background.drain()

    async def clinic_ends(self) -> None:
        self.now.instant = TUESDAY.replace(hour=12, minute=31)
        await self.tick()

    async def says(self, user: str, text: str) -> None:
        await self.slack.say(user, text)
        await self.settled()

    async def types(self, user: str, text: str) -> dict[str, Any]:
        answer = await self.slack.command(user, "/alliance", text)
        await self.settled()
        return dict(answer)

    async def presses(self, user: str, action: str, **how: Any) -> None:
        await self.slack.click(user, action, **how)
        await self.settled()

    async def sends(self, user: str, **values: Any) -> dict[str, Any]:
        answer = await self.slack.submit(user, values)
        await self.settled()
        return dict(answer)

    def heard(self, user: str) -> list[dict[str, Any]]:
        """What the bot wrote to a person, oldest first."""
        return [m for m in self.slack.messages(user) if m.get("bot_id")]

    def owner(self, user: str) -> str:
        return owner_of(TEAM_ID, user)

    async def kept(self, user: str) -> list[str]:
        found = await self.bot.services.store.reflections(self.owner(user), limit=50)
        return [r.note.text for r in found]

    def on_disk(self) -> str:
        """All files as they are, and every line of the journals as it is when unsealed."""
        files = [p for p in sorted(self.data.rglob("*")) if p.is_file()]
        read = [p.read_bytes().decode("latin-1") for p in files]
        store = self.bot.services.store
        assert isinstance(store, TinyStore)
        return "\n".join(read + [text for p in files for text in store.unsealed(p)])


def words(blocks: Any) -> str:
    """All the text that a list of blocks shows."""
    found: list[str] = []

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if isinstance(node.get("text"), str):
                found.append(node["text"])
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(blocks)
    return "\n".join(found)


def people() -> list[Person]:
    return [
        Person(id=AMARA, name="Amara Obi", tz="Europe/London"),
        Person(id=BEN, name="Ben Castillo", tz="Asia/Kathmandu"),
        Person(id=LEILA, name="Leila Haddad", tz="Europe/London"),
        Person(id=ADMIN, name="Ada Minh", tz="Europe/London", is_admin=True),
    ]


def settings_for(playground: Playground, data: Path, **changes: Any) -> Settings:
    values = {
        "slack_bot_token": playground.bot_token,
        "slack_app_token": playground.app_token,
        "slack_api_url": playground.api_url,
        "alliance_data_dir": data,
        "alliance_database_url": "",
        "dyno": "",
        "alliance_leads": LEILA,
        "alliance_team_channel": CHANNEL,
        "alliance_tick_seconds": 300,
        "openai_api_key": "",
        "openai_base_url": "",
        **changes,
    }
    return Settings(_env_file=None, **values)  # type: ignore[call-arg]


def playground_for(now: Callable[[], datetime]) -> Playground:
    return Playground(
        people=people(),
        channels={CHANNEL: "team-alliance"},
        now=now,
        commands=[("/alliance", "help", "")],
        manifest=json.loads(MANIFEST.read_text("utf-8")),
        ack_timeout=10,  # Slack's are 3: not for a machine that runs other tests beside this one
    )


@pytest.fixture(params=["socket", "http"])
def over(request: pytest.FixtureRequest) -> str:
    """How Slack and the bot talk; everything has to hold both ways."""
    return str(request.param)


@pytest.fixture(params=["rules", "model"])
def read_by(request: pytest.FixtureRequest) -> str:
    """Who reads notes: the rules alone, or a language model over real HTTP, too. Everything has to
    hold both ways."""
    return str(request.param)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Slack's wire and the model's know nothing of each other: with a model, a test runs over one
    of Slack's two only, unless it names its wire itself."""

    def left_out(item: pytest.Item) -> bool:
        values = item.callspec.params if hasattr(item, "callspec") else {}
        named = any("over" in mark.args[0] for mark in item.iter_markers("parametrize"))
        return not named and (values.get("over"), values.get("read_by")) == ("http", "model")

    config.hook.pytest_deselected(items=[item for item in items if left_out(item)])
    items[:] = [item for item in items if not left_out(item)]


@pytest.fixture
async def server(read_by: str, parts: Parts) -> AsyncIterator[ModelServer | None]:
    """A model that names the acts that the offline engine finds; None where rules alone read."""
    if read_by == "rules":
        yield None
        return
    made = ModelServer()

    def reads(note: str) -> Reading:
        acts = parts.engine.assess(note).acts
        return reading(*((act.code, note[act.start : act.end]) for act in acts))

    made.reads = reads
    await made.start()
    yield made
    await made.stop()


def model_at(server: ModelServer | None) -> dict[str, Any]:
    """The settings that choose it."""
    if server is None:
        return {}
    return {
        "openai_api_key": "k",
        "openai_base_url": server.url,
        "alliance_model": "made-up",
    }


def transport(over: str) -> dict[str, Any]:
    """The settings that choose it: HTTP goes without an app token, Socket Mode without a secret."""
    if over == "socket":
        return {}
    secret = Playground.signing_secret
    return {"slack_app_token": "", "slack_signing_secret": secret, "alliance_http_port": 0}


@pytest.fixture
def choices() -> dict[str, Any]:
    """Settings of the bot that a file of tests chooses."""
    return {}


@pytest.fixture
async def world(
    tmp_path: Path, parts: Parts, over: str, server: ModelServer | None, choices: dict[str, Any]
) -> AsyncIterator[World]:
    """Amara has a clinic on Tuesdays until 12:30; it is Tuesday, nine o'clock."""
    now = MovedClock(TUESDAY)
    slack = playground_for(now)
    await slack.start()
    amara = Clinician(owner_of(TEAM_ID, AMARA), "", "Europe/London", (CLINIC,))
    data = tmp_path / "data"
    try:
        given = {**transport(over), **model_at(server), **choices}
        settings = settings_for(slack, data, **given)
        async with running(settings, now, seed=[amara], parts=parts) as bot:
            if bot.request_url:
                await slack.use_request_url(bot.request_url)
            yield World(slack, bot, now, data)
            if server and not server.broke and (model := bot.services.model):
                assert not model.meter.failures, "what was sent was read, and believed"
    finally:
        await slack.stop()
