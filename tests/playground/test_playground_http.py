"""HTTP mode: signatures, answers, resends, and what the app is sent."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs

import pytest
from aiohttp import web
from sample_app import Clock, build

from bot.playground.http_mode import encode, signature
from bot.playground.server import NotAcknowledged, Playground, RequestUrlRefused

Json = dict[str, Any]


class Listener:
    """An app that writes down what comes in and answers as it is told."""

    def __init__(self) -> None:
        self.heard: list[tuple[web.BaseRequest, str]] = []
        self.answers: list[web.Response] = []
        self.url = ""

    async def start(self) -> None:
        self._server = web.ServerRunner(web.Server(self._handle))
        await self._server.setup()
        await web.TCPSite(self._server, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._server.addresses[0][1]}/slack/events"

    async def stop(self) -> None:
        await self._server.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.Response:
        text = await request.text()
        if "url_verification" in text:
            return web.json_response({"challenge": json.loads(text)["challenge"]})
        self.heard.append((request, text))
        return self.answers.pop(0) if self.answers else web.Response()


@pytest.fixture
async def listener(pg: Playground) -> AsyncIterator[Listener]:
    found = Listener()
    await found.start()
    await pg.use_request_url(found.url)
    yield found
    await found.stop()


@pytest.fixture
async def bolt(pg: Playground) -> AsyncIterator[list[tuple[str, Json]]]:
    """The sample app over HTTP; yields what it heard."""
    app, seen = build(pg, signing_secret=pg.signing_secret)
    runner = web.AppRunner(app.web_app())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await pg.use_request_url(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    yield seen
    await runner.cleanup()


def test_the_signature_is_the_one_of_slacks_documentation() -> None:
    body = (
        "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
        "&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
        "&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands"
        "%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    found = signature("8f742231b10e8888abcd99yyyzzz85a5", "1531420618", body.encode())
    assert found == "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"


def test_events_are_json_and_the_rest_are_forms() -> None:
    payload = {"type": "x", "text": "ä & b"}
    assert json.loads(encode("events_api", payload)[0]) == payload
    body, kind = encode("interactive", payload)
    assert kind == "application/x-www-form-urlencoded"
    assert json.loads(parse_qs(body.decode())["payload"][0]) == payload
    assert parse_qs(encode("slash_commands", payload)[0].decode())["text"] == ["ä & b"]


async def test_a_real_bolt_app_hears_answers_and_opens_forms(
    pg: Playground, bolt: list[tuple[str, Json]]
) -> None:
    await pg.say("U0AMARA", "hello")
    await pg.wait_for(lambda: len(pg.messages("U0AMARA")) == 2, what="an answer")
    assert await pg.command("U0AMARA", "/sample", "ä & b") == {"text": "You said ä & b"}
    await pg.click("U0AMARA", "write", value="one")
    await pg.wait_for(lambda: pg.views("U0AMARA"), what="a modal")
    await pg.submit("U0AMARA", {"note/text": "bad"})
    assert pg.view_errors("U0AMARA") == {"note": "Please say more"}
    await pg.submit("U0AMARA", {"note/text": "better"})
    assert pg.views("U0AMARA") == []
    assert [name for name, _ in bolt][-1] == "submit"


async def test_a_url_that_does_not_answer_the_challenge_is_refused(pg: Playground) -> None:
    with pytest.raises(RequestUrlRefused, match="404"):
        await pg.use_request_url(pg.url + "/nothing")
    with pytest.raises(RequestUrlRefused, match="ClientConnectorError"):
        await pg.use_request_url("http://127.0.0.1:9/slack/events")
    assert pg.wire is pg.sockets


async def test_resends_say_which_and_why_on_slacks_schedule(
    pg: Playground, listener: Listener, clock: Clock
) -> None:
    listener.answers = [web.Response(status=500) for _ in range(9)]
    with pytest.raises(NotAcknowledged, match="status 500"):
        await pg.say("U0AMARA", "hi")
    assert "X-Slack-Retry-Num" not in listener.heard[0][0].headers
    seen = []
    for seconds in (0, 0, 59, 1, 299, 1, 86400):
        clock.move(seconds=seconds)
        await pg.resend_due()
        seen.append(len(listener.heard) - 1)
    assert seen == [1, 1, 1, 2, 2, 3, 3]
    headers = [request.headers for request, _ in listener.heard[1:]]
    assert [h["X-Slack-Retry-Num"] for h in headers] == ["1", "2", "3"]
    assert {h["X-Slack-Retry-Reason"] for h in headers} == {"http_error"}
    assert len({json.loads(text)["event_id"] for _, text in listener.heard}) == 1


async def test_an_answered_resend_is_the_last(pg: Playground, listener: Listener) -> None:
    listener.answers = [web.Response(status=503), web.Response()]
    with pytest.raises(NotAcknowledged):
        await pg.say("U0AMARA", "hi")
    assert await pg.resend_unacked() == 0
    assert await pg.resend_unacked() == 0
    assert len(listener.heard) == 2


async def test_an_app_can_ask_for_no_retry(pg: Playground, listener: Listener) -> None:
    listener.answers = [web.Response(status=500, headers={"X-Slack-No-Retry": "1"})]
    with pytest.raises(NotAcknowledged):
        await pg.say("U0AMARA", "hi")
    assert not pg.wire.unacked
    await pg.resend_unacked()
    assert len(listener.heard) == 1


async def test_an_app_that_is_gone_is_a_failed_connection(
    pg: Playground, listener: Listener
) -> None:
    await listener.stop()
    with pytest.raises(NotAcknowledged, match="message"):
        await pg.say("U0AMARA", "hi")
    (waiting,) = pg.wire.unacked.values()
    assert waiting.reason == "connection_failed"


async def test_the_playground_resends_by_itself_when_asked_to(clock: Clock) -> None:
    pg = Playground([], now=clock, resends=True)
    listener = Listener()
    await pg.start()
    await listener.start()
    try:
        await pg.use_request_url(listener.url)
        listener.answers = [web.Response(status=500)]
        pg._emit({"type": "app_uninstalled", "event_ts": "1"})
        await pg.wait_for(lambda: len(listener.heard) == 2, what="a resend")
        await pg.wait_for(lambda: not pg.wire.unacked, what="the acknowledgement")
    finally:
        await pg.stop()
        await listener.stop()
