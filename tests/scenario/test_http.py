"""HTTP mode: who may speak to the bot."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from pathlib import Path

import aiohttp
import pytest

from bot.bootstrap import Parts, running
from bot.check import check
from bot.playground.http_mode import signature
from bot.playground.server import Playground
from bot.settings import Settings, SettingsError
from tests.scenario.conftest import AMARA, World, settings_for, transport

NOTE = "She was frightened of the stairs; I asked what frightened her most and we made a plan."
SECRET = Playground.signing_secret

pytestmark = pytest.mark.parametrize("over", ["http"])


def event(text: str) -> bytes:
    channel = f"D{AMARA[1:]}"
    inner = {
        "type": "message",
        "channel_type": "im",
        "user": AMARA,
        "text": text,
        "channel": channel,
        "ts": "1.1",
        "event_ts": "1.1",
    }
    payload = {"type": "event_callback", "team_id": "T0PLAYGROUND", "event_id": "Ev0FORGED"}
    return json.dumps({**payload, "event": inner}).encode()


def now(seconds: int = 0) -> str:
    return str(int(time.time()) + seconds)


FORGERIES: dict[str, Callable[[bytes], dict[str, str]]] = {
    "no signature": lambda body: {"X-Slack-Request-Timestamp": now()},
    "nothing at all": lambda body: {},
    "another secret": lambda body: {
        "X-Slack-Request-Timestamp": now(),
        "X-Slack-Signature": signature("guessed", now(), body),
    },
    "an empty secret": lambda body: {
        "X-Slack-Request-Timestamp": now(),
        "X-Slack-Signature": signature("", now(), body),
    },
    "another body": lambda body: {
        "X-Slack-Request-Timestamp": now(),
        "X-Slack-Signature": signature(SECRET, now(), body + b" "),
    },
    "a time that is none": lambda body: {
        "X-Slack-Request-Timestamp": "soon",
        "X-Slack-Signature": signature(SECRET, "soon", body),
    },
    "a time beyond reason": lambda body: {
        "X-Slack-Request-Timestamp": "9" * 5000,
        "X-Slack-Signature": "v0=",
    },
    "a signature of odd letters": lambda body: {
        "X-Slack-Request-Timestamp": now(),
        "X-Slack-Signature": "v0=ä",
    },
    "an old one, replayed": lambda body: {
        "X-Slack-Request-Timestamp": now(-600),
        "X-Slack-Signature": signature(SECRET, now(-600), body),
    },
}


async def post(url: str, body: bytes, headers: dict[str, str]) -> int:
    kind = {"Content-Type": "application/json"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=body, headers={**kind, **headers}) as response,
    ):
        return response.status


@pytest.mark.parametrize("forgery", FORGERIES)
async def test_a_request_that_slack_did_not_sign_is_refused_and_leaves_nothing(
    world: World, forgery: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "alliance")
    body = event(NOTE)
    assert await post(world.bot.request_url, body, FORGERIES[forgery](body)) == 401
    await world.settled()
    assert await world.kept(AMARA) == []
    assert world.heard(AMARA) == []
    assert "frightened" not in caplog.text


async def test_a_request_that_is_signed_rightly_is_taken(world: World) -> None:
    body, timestamp = event(NOTE), now()
    signed = {
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": signature(SECRET, timestamp, body),
    }
    assert await post(world.bot.request_url, body, signed) == 200
    assert await world.kept(AMARA) == [NOTE], "it answers when the note is kept, not before"
    await world.settled()


async def test_what_cannot_be_kept_is_answered_so_that_slack_sends_it_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault that no listener foresaw: not acknowledged, and taken from the resend."""

    async def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("broken")

    with monkeypatch.context() as breaking:
        breaking.setattr(world.bot.services.directory, "meet", broken)
        with pytest.raises(Exception, match="status 500"):
            await world.slack.say(AMARA, NOTE)
    assert await world.slack.resend_due() == 0
    await world.settled()
    assert await world.kept(AMARA) == [NOTE]


async def test_check_needs_no_app_token(world: World, tmp_path: Path, over: str) -> None:
    settings = settings_for(world.slack, tmp_path / "other", **transport(over))
    said: list[str] = []
    assert await check(settings, said.append) == 0, said
    assert any("over HTTP" in line for line in said)


async def test_http_without_a_secret_does_not_start(
    over: str, tmp_path: Path, parts: Parts
) -> None:
    slack = Playground(people=[])
    await slack.start()
    bare = {**transport(over), "slack_signing_secret": ""}
    try:
        with pytest.raises(SettingsError, match="SLACK_SIGNING_SECRET"):
            async with running(settings_for(slack, tmp_path, **bare), parts=parts):
                pass
    finally:
        await slack.stop()


def test_each_mode_asks_for_what_it_needs(over: str) -> None:
    def missing(**values: object) -> str:
        with pytest.raises(SettingsError) as refused:
            Settings(_env_file=None, slack_bot_token="xoxb-1", **values).require_slack()  # type: ignore[arg-type,call-arg]
        return str(refused.value)

    assert missing().startswith("SLACK_APP_TOKEN is not set")
    assert missing(alliance_http_port=3000).startswith("SLACK_SIGNING_SECRET is not set")
    Settings(  # type: ignore[call-arg]
        _env_file=None, slack_bot_token="xoxb-1", slack_signing_secret="s", alliance_http_port=1
    ).require_slack()
