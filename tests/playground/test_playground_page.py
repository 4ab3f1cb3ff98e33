"""The page's routes: what a person sees and does there, and what keeps other sites out."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from gallery import MODAL
from sample_app import GREETING, PEOPLE, Clock, Connected, modal
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.page import STATIC, Page
from bot.playground.server import Playground


@pytest.fixture
async def web(pg: Playground) -> AsyncIterator[aiohttp.ClientSession]:
    pg.workspace.dm("U0AMARA")  # the page's first snapshot opens it
    async with aiohttp.ClientSession(pg.url) as session:
        yield session


async def do(web: aiohttp.ClientSession, user: str, action: str, **body: Any) -> dict[str, Any]:
    """Posts an action as the page does."""
    async with web.post(f"/page/{user}/{action}", json=body) as response:
        assert response.status == 200
        answer: dict[str, Any] = await response.json()
        return answer


async def test_the_page_loads_everything_from_here(web: aiohttp.ClientSession) -> None:
    async with web.get("/") as response:
        html = await response.text()
        policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "<script>" not in html
    for name in re.findall(r"/static/([\w.]+)", html):
        async with web.get(f"/static/{name}") as response:
            assert response.status == 200
    for path in STATIC.iterdir():
        text = path.read_text("utf-8")
        assert "innerHTML" not in text
        assert not re.search(r"(src|href|url\()\s*=?\s*[\"']?https?:", text), path.name


@pytest.mark.parametrize(
    "path", ["/static/absent.js", "/static/..%2Fpage.py", "/page/U0NONE/stream"]
)
async def test_there_is_nothing_else(web: aiohttp.ClientSession, path: str) -> None:
    async with web.get(path) as response:
        assert response.status == 404


async def test_another_host_name_is_refused(web: aiohttp.ClientSession) -> None:
    for path in ("/", "/page/people", "/page/U0AMARA/stream", "/api/api.test", "/link"):
        async with web.get(path, headers={"Host": "evil.example"}) as response:
            assert response.status == 403


async def test_an_action_needs_json_so_that_no_form_can_send_it(
    web: aiohttp.ClientSession,
) -> None:
    async with web.post("/page/U0AMARA/say", data={"text": "x"}) as response:
        assert response.status == 404


async def test_the_stream_shows_what_changes(
    pg: Playground, web: aiohttp.ClientSession, client: AsyncWebClient
) -> None:
    async with web.get("/page/U0AMARA/stream") as response:

        async def snapshot() -> dict[str, Any]:
            line = await response.content.readline()
            await response.content.readline()
            data: dict[str, Any] = json.loads(line.removeprefix(b"data: "))
            return data

        first = await snapshot()
        assert [c["id"] for c in first["channels"]] == ["D0AMARA", "C0TEAM", "C0ELSE", "G0HIDE"]
        assert not first["connected"]
        await client.chat_postMessage(channel="U0AMARA", text="hi", blocks=GREETING)
        second = await snapshot()
        assert second["channels"][0]["messages"][0]["text"] == "hi"
        assert second["channels"][0]["unread"] == 1


async def test_a_person_sees_only_their_own(pg: Playground, client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel="U0AMARA", text="for Amara")
    await client.chat_postEphemeral(channel="C0TEAM", user="U0AMARA", text="for Amara too")
    page = Page(pg)
    assert "for Amara too" in json.dumps(page.snapshot("U0AMARA"))
    assert "for Amara" not in json.dumps(page.snapshot("U0BEN"))
    ben = next(p for p in page.snapshot("U0BEN")["people"] if p["id"] == "U0AMARA")
    assert ben["unread"] == 1


async def test_what_is_read_is_no_longer_unread(
    pg: Playground, web: aiohttp.ClientSession, client: AsyncWebClient
) -> None:
    ts = (await client.chat_postMessage(channel="C0TEAM", text="x"))["ts"]
    team = pg.workspace.conversation("C0TEAM")
    assert await do(web, "U0AMARA", "read", channel="C0TEAM", ts=ts) == {"ok": True}
    assert Page(pg)._unread("U0AMARA", team) == 0
    assert Page(pg)._unread("U0BEN", team) == 1


async def test_a_person_speaks_clicks_and_submits(
    pg: Playground, app: Connected, web: aiohttp.ClientSession
) -> None:
    said = {"text": "hello", "channel": "D0AMARA", "thread_ts": None}
    assert (await do(web, "U0AMARA", "say", **said))["ok"]
    await pg.wait_for(lambda: len(pg.messages("U0AMARA")) == 2, what="an answer")
    ts = pg.messages("U0AMARA")[1]["ts"]
    click = {"action_id": "write", "block_id": "choices", "message_ts": ts, "values": {}}
    assert (await do(web, "U0AMARA", "click", **click))["ok"]
    (view,) = await pg.wait_for(lambda: pg.views("U0AMARA"), what="the form")
    empty = await do(web, "U0AMARA", "submit", view_id=view["id"], values={"note/text": ""})
    assert empty["errors"] == {"note": "Please complete this required field."}
    done = await do(web, "U0AMARA", "submit", view_id=view["id"], values={"note/text": "fine"})
    assert done == {"ok": True}
    assert app.names()[-1] == "submit"


async def test_an_app_that_does_not_respond_is_told_of(
    pg: Playground, app: Connected, web: aiohttp.ClientSession
) -> None:
    pg.sockets.ack_timeout = 0.05
    body = {"command": "/sample", "text": "silent", "channel": "D0AMARA"}
    answer = await do(web, "U0AMARA", "command", **body)
    assert answer == {"ok": False, "error": "not_acknowledged"}


async def test_a_message_sent_while_no_app_is_there_is_sent_all_the_same(
    pg: Playground, web: aiohttp.ClientSession
) -> None:
    pg.sockets.ack_timeout = 0.05
    said = {"text": "anyone?", "channel": "D0AMARA", "thread_ts": None}
    assert (await do(web, "U0AMARA", "say", **said))["ok"]
    assert pg.messages("U0AMARA")[0]["text"] == "anyone?"


async def test_the_other_actions(
    pg: Playground, app: Connected, web: aiohttp.ClientSession, client: AsyncWebClient
) -> None:
    ts = await pg.say("U0AMARA", "x")
    where = {"channel": "D0AMARA", "ts": ts}
    assert (await do(web, "U0AMARA", "react", name="heart", **where))["ok"]
    assert pg.messages("U0AMARA")[0]["reactions"][0]["count"] == 1
    assert (await do(web, "U0AMARA", "delete", **where))["ok"]
    assert pg.messages("U0AMARA") == []
    answer = await client.chat_postEphemeral(channel="C0TEAM", user="U0AMARA", text="x")
    gone = {"channel": "C0TEAM", "ts": answer["message_ts"]}
    assert (await do(web, "U0AMARA", "dismiss", **gone))["ok"]
    assert pg.ephemerals("U0AMARA") == []
    assert (await do(web, "U0AMARA", "home", tab="home"))["ok"]
    await pg.wait_for(lambda: pg.home("U0AMARA"), what="a home")
    assert (await do(web, "U0AMARA", "shortcut", callback_id="quick"))["ok"]
    await pg.wait_for(lambda: pg.views("U0AMARA"), what="the form")
    assert (await do(web, "U0AMARA", "close", everything=True))["ok"]
    assert pg.views("U0AMARA") == []
    wrong = await do(web, "U0AMARA", "click", action_id="absent")
    assert "nothing to click" in wrong["error"]


async def test_the_demo_time_moves(clock: Clock) -> None:
    async def skip() -> None:
        clock.move(hours=5)

    pg = Playground(PEOPLE, now=clock, time_machine=[("Skip five hours", skip)])
    await pg.start()
    client = AsyncWebClient(token=pg.bot_token, base_url=pg.api_url)
    at = int(clock().timestamp()) + 3600
    await client.chat_scheduleMessage(channel="U0AMARA", text="due", post_at=at)
    async with aiohttp.ClientSession(pg.url) as web:
        assert (await do(web, "U0AMARA", "time", index=0))["ok"]
    assert [m["text"] for m in pg.messages("U0AMARA")] == ["due"]
    await pg.stop()


async def test_the_snapshot_of_a_form_has_values_and_errors(
    pg: Playground, client: AsyncWebClient
) -> None:
    trigger = pg.workspace.new_trigger("U0AMARA")
    await client.views_open(trigger_id=trigger, view=MODAL)
    pg.workspace.stack("U0AMARA")[0].errors = {"note": "why"}
    (view,) = Page(pg).snapshot("U0AMARA")["stack"]
    assert view["values"]["days/days"] == ["mon"]
    assert view["values"]["kind/kind"] == "long"
    assert view["errors"] == {"note": "why"}
    assert modal()["title"]["text"] == "Write something"
