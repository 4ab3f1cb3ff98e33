"""Socket Mode with the real Bolt app: events, retries, faults and reconnection."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest
from sample_app import PEOPLE, Connected
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import NotAcknowledged, Person, Playground


async def link(pg: Playground, session: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
    """A bare socket, past its hello, that acknowledges nothing by itself."""
    opened = await AsyncWebClient(token=pg.app_token, base_url=pg.api_url).apps_connections_open(
        app_token=pg.app_token
    )
    socket = await session.ws_connect(opened["url"])
    hello = await socket.receive_json()
    assert hello["type"] == "hello"
    return socket


def texts(app: Connected) -> list[str]:
    """The texts of the messages the app heard, in order."""
    return [body["event"].get("text", "") for name, body in app.seen if name == "message"]


async def heard(app: Connected, *wanted: str) -> None:
    """Waits until the app has heard these messages in this order: Bolt acknowledges first."""
    await app.pg.wait_for(lambda: texts(app) == list(wanted), what=f"messages {wanted}")


async def test_a_message_is_heard_and_answered(pg: Playground, app: Connected) -> None:
    ts = await pg.say("U0AMARA", "hello")
    await pg.wait_for(lambda: len(pg.messages("U0AMARA")) == 2, what="an answer")
    event = app.last("message")["event"]
    assert (event["ts"], event["channel"], event["channel_type"]) == (ts, "D0AMARA", "im")
    assert pg.messages("U0AMARA")[1]["blocks"][0]["text"]["text"].startswith("*Hello*")


async def test_text_is_escaped_as_slack_does(pg: Playground, app: Connected) -> None:
    await pg.say("U0AMARA", "a < b & <@U0BEN>")
    await heard(app, "a &lt; b &amp; &lt;@U0BEN&gt;")


async def test_the_bot_hears_its_own_posts_and_bolt_ignores_them(
    pg: Playground, app: Connected, client: AsyncWebClient
) -> None:
    await client.chat_postMessage(channel="U0AMARA", text="from the bot")
    await pg.wait_for(
        lambda: any(e.payload["event"].get("bot_id") for e in pg.sockets.sent) or None,
        what="the bot's own event",
    )
    await pg.wait_for(lambda: not pg.sockets.unacked, what="the acknowledgement")
    assert texts(app) == []


async def test_other_events_arrive(pg: Playground, app: Connected) -> None:
    ts = await pg.say("U0AMARA", "hi")
    await pg.react("U0AMARA", "heart", ts)
    await pg.react("U0AMARA", "heart", ts)
    await pg.join(Person("U0NEW", "Nia New"))
    await pg.revoke()
    kinds = ["reaction_added", "reaction_removed", "team_join", "tokens_revoked", "app_uninstalled"]
    await pg.wait_for(lambda: set(kinds) <= set(app.names()), what="five events")
    assert app.last("team_join")["user"]["name"] == "nia.new"
    with pytest.raises(SlackApiError, match="token_revoked"):
        await AsyncWebClient(token=pg.bot_token, base_url=pg.api_url).auth_test()


async def test_an_edit_and_a_deletion_are_told(pg: Playground, app: Connected) -> None:
    ts = await pg.say("U0AMARA", "first")
    await pg.edit("U0AMARA", ts, "second")
    await heard(app, "first", "")
    event = app.last("message")["event"]
    assert event["subtype"] == "message_changed"
    assert (event["previous_message"]["text"], event["message"]["text"]) == ("first", "second")
    await pg.delete("U0AMARA", ts)
    await heard(app, "first", "", "")
    assert app.last("message")["event"]["deleted_ts"] == ts
    assert pg.messages("U0AMARA") == []


async def test_home_is_opened_and_published(pg: Playground, app: Connected) -> None:
    assert pg.home("U0AMARA") is None
    await pg.open_home("U0AMARA")
    home = await pg.wait_for(lambda: pg.home("U0AMARA"), what="a home")
    assert home["type"] == "home"
    assert "view" not in app.last("home")
    await pg.open_home("U0AMARA")
    again = await pg.wait_for(lambda: app.last("home").get("view"), what="a home with a view")
    assert again["id"] == home["id"]


async def test_what_the_manifest_leaves_out_is_not_sent() -> None:
    events = {"event_subscriptions": {"bot_events": ["message.im"]}}
    manifest = {
        "settings": {**events, "interactivity": {"is_enabled": True}},
        "features": {"app_home": {"messages_tab_enabled": True}},
    }
    pg = Playground(PEOPLE, {"C0TEAM": "team"}, manifest=manifest, ack_timeout=1)
    await pg.start()
    try:
        async with Connected(pg) as app:
            await pg.say("U0AMARA", "in the channel", channel="C0TEAM")
            await pg.open_home("U0AMARA")
            await pg.say("U0AMARA", "direct")
            await heard(app, "direct")
            assert app.names() == ["message"]
            with pytest.raises(LookupError, match="not in the manifest"):
                await pg.command("U0AMARA", "/sample")
            with pytest.raises(LookupError, match="not in the manifest"):
                await pg.shortcut("U0AMARA", "quick")
    finally:
        await pg.stop()


async def test_a_channel_the_bot_is_not_in_is_not_heard(pg: Playground, app: Connected) -> None:
    await pg.say("U0AMARA", "unheard", channel="C0ELSE")
    await pg.say("U0AMARA", "heard")
    await heard(app, "heard")


async def test_an_event_without_acknowledgement_is_sent_again(pg: Playground) -> None:
    pg.sockets.ack_timeout = 0.05
    async with aiohttp.ClientSession() as session:
        socket = await link(pg, session)
        with pytest.raises(NotAcknowledged, match="message"):
            await pg.say("U0AMARA", "hi")
        first = await socket.receive_json()
        assert (first["retry_attempt"], first["retry_reason"]) == (0, "")
        assert await pg.resend_unacked() == 1
        second = await socket.receive_json()
        assert second["retry_attempt"] == 1
        assert second["retry_reason"] == "timeout"
        assert second["payload"]["event_id"] == first["payload"]["event_id"]
        resend = asyncio.create_task(pg.resend_unacked())
        third = await socket.receive_json()
        await socket.send_json({"envelope_id": third["envelope_id"]})
        assert await resend == 0
        assert await pg.resend_unacked() == 0


async def test_three_retries_and_no_more(pg: Playground) -> None:
    pg.sockets.ack_timeout = 0.02
    async with aiohttp.ClientSession() as session:
        socket = await link(pg, session)
        with pytest.raises(NotAcknowledged):
            await pg.say("U0AMARA", "hi")
        left = [await pg.resend_unacked() for _ in range(4)]
        assert left == [1, 1, 0, 0]
        attempts = [(await socket.receive_json())["retry_attempt"] for _ in range(4)]
        assert attempts == [0, 1, 2, 3]


async def test_without_an_app_the_event_waits_for_a_connection(pg: Playground) -> None:
    pg.sockets.ack_timeout = 0.05
    with pytest.raises(NotAcknowledged, match="no app is connected"):
        await pg.say("U0AMARA", "waiting")
    async with Connected(pg) as app:
        await heard(app, "waiting")


@pytest.mark.parametrize("how", ["drop_socket", "abort_socket", "send_disconnect"])
async def test_after_a_lost_socket_the_app_comes_back(
    pg: Playground, app: Connected, how: str
) -> None:
    lost = getattr(pg.faults, how)()
    if lost is not None:
        await lost
    await pg.say("U0AMARA", "still there?")
    await heard(app, "still there?")
    if how == "send_disconnect":
        await pg.wait_for(
            lambda: [n for n, _ in pg.calls].count("apps.connections.open") == 2,
            what="a second connection",
        )


async def test_an_event_in_flight_is_sent_again_on_the_next_socket(pg: Playground) -> None:
    async with aiohttp.ClientSession() as session:
        socket = await link(pg, session)
        saying = asyncio.create_task(pg.say("U0AMARA", "hi"))
        first = await socket.receive_json()
        await socket.close()
        socket = await link(pg, session)
        second = await socket.receive_json()
        assert second["payload"]["event_id"] == first["payload"]["event_id"]
        assert second["retry_attempt"] == 1
        await socket.send_json({"envelope_id": second["envelope_id"]})
        await saying


async def test_a_duplicate_has_the_same_event_id(pg: Playground, app: Connected) -> None:
    pg.faults.duplicate_next_event()
    await pg.say("U0AMARA", "twice")
    await pg.say("U0AMARA", "once")
    await heard(app, "twice", "twice", "once")
    ids = [body["event_id"] for name, body in app.seen if name == "message"]
    assert ids[0] == ids[1] != ids[2]


async def test_two_events_change_places(pg: Playground, app: Connected) -> None:
    pg.faults.reorder_next_events()
    first = asyncio.create_task(pg.say("U0AMARA", "first"))
    await pg.wait_for(lambda: pg.messages("U0AMARA"), what="the first message")
    await pg.say("U0AMARA", "second")
    await first
    await heard(app, "second", "first")


async def test_a_ticket_admits_once_and_ten_sockets_are_the_most(pg: Playground) -> None:
    web = AsyncWebClient(token=pg.app_token, base_url=pg.api_url)
    async with aiohttp.ClientSession() as session:
        url = (await web.apps_connections_open(app_token=pg.app_token))["url"]
        sockets = [await session.ws_connect(url)]
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)
        sockets += [await link(pg, session) for _ in range(9)]
        with pytest.raises(SlackApiError, match="too_many_websockets"):
            await web.apps_connections_open(app_token=pg.app_token)
        for socket in sockets:
            await socket.close()


async def test_events_take_turns_over_the_sockets(pg: Playground) -> None:
    async with Connected(pg) as one, Connected(pg) as two:
        await pg.wait_for(lambda: len(pg.sockets.sockets) == 2, what="two sockets")
        for i in range(4):
            await pg.say("U0AMARA", str(i))
        both = lambda: (len(texts(one)), len(texts(two))) == (2, 2)  # noqa: E731
        await pg.wait_for(both, what="two messages each")


async def test_the_faults_of_a_method(pg: Playground, client: AsyncWebClient) -> None:
    post: dict[str, Any] = {"channel": "U0AMARA", "text": "x"}
    pg.faults.ratelimit("chat.postMessage", retry_after=7)
    pg.faults.fail("chat.postMessage", status=503)
    pg.faults.refuse("chat.postMessage", "internal_error")
    with pytest.raises(SlackApiError) as limited:
        await client.chat_postMessage(**post)
    assert limited.value.response.status_code == 429
    assert limited.value.response.headers["Retry-After"] == "7"
    with pytest.raises(SlackApiError) as failed:
        await client.chat_postMessage(**post)
    assert failed.value.response.status_code == 503
    with pytest.raises(SlackApiError, match="internal_error"):
        await client.chat_postMessage(**post)
    assert pg.messages("U0AMARA") == []
    await client.chat_postMessage(**post)
    assert len(pg.messages("U0AMARA")) == 1


async def test_a_lost_answer_leaves_the_message_posted(
    pg: Playground, client: AsyncWebClient
) -> None:
    pg.faults.lose_answer("chat.postMessage", "reset")
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel="U0AMARA", text="posted")
    client.timeout = 0.05  # type: ignore[assignment]
    pg.faults.lose_answer("chat.postMessage", "timeout")
    with pytest.raises(asyncio.TimeoutError):
        await client.chat_postMessage(channel="U0AMARA", text="posted too")
    assert [m["text"] for m in pg.messages("U0AMARA")] == ["posted", "posted too"]


async def test_the_stock_client_posts_twice_after_a_reset(pg: Playground) -> None:
    """Why the client that delivers must have no retry handlers."""
    pg.faults.lose_answer("chat.postMessage", "reset")
    stock = AsyncWebClient(token=pg.bot_token, base_url=pg.api_url)
    await stock.chat_postMessage(channel="U0AMARA", text="posted")
    assert len(pg.messages("U0AMARA")) == 2


async def test_a_slow_answer_arrives(pg: Playground, client: AsyncWebClient) -> None:
    pg.faults.slow("chat.postMessage", 0.05)
    await client.chat_postMessage(channel="U0AMARA", text="late")
    assert [m["text"] for m in pg.messages("U0AMARA")] == ["late"]


async def test_cleared_faults_do_not_happen(pg: Playground, client: AsyncWebClient) -> None:
    pg.faults.fail("chat.postMessage", times=5)
    pg.faults.clear()
    await client.chat_postMessage(channel="U0AMARA", text="x")


async def test_waiting_in_vain_says_for_what(pg: Playground) -> None:
    with pytest.raises(TimeoutError, match="the moon"):
        await pg.wait_for(lambda: False, timeout=0.02, what="the moon")
