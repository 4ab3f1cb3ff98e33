"""The Web API, as the real slack_sdk client meets it."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from sample_app import PEOPLE, Clock
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.client import WebClient

from bot.playground.server import Person, Playground, SlackError

# What slack_sdk warns of is what some of these tests are about.
pytestmark = pytest.mark.filterwarnings("ignore:The top-level `text` argument is missing")

SECTION: dict[str, Any] = {"type": "section", "text": {"type": "mrkdwn", "text": "hi"}}


async def refusal(call: Any) -> dict[str, Any]:
    """The answer to a call that must be refused."""
    with pytest.raises(SlackApiError) as refused:
        await call
    data: dict[str, Any] = refused.value.response.data
    return data


async def test_the_bot_knows_who_it_is(pg: Playground, client: AsyncWebClient) -> None:
    answer = await client.auth_test()
    assert (answer["user_id"], answer["bot_id"]) == ("U0BOT", "B0BOT")
    assert (await client.bots_info(bot="B0BOT"))["bot"]["app_id"] == "A0PLAYGROUND"
    assert (await client.team_info())["team"]["id"] == answer["team_id"]


@pytest.mark.parametrize(
    ("token", "method", "error"),
    [
        ("", "auth.test", "not_authed"),
        ("xoxb-other", "auth.test", "invalid_auth"),
        ("xapp-playground", "auth.test", "not_allowed_token_type"),
        ("xoxb-playground", "apps.connections.open", "not_allowed_token_type"),
        ("xoxb-playground", "chat.shout", "unknown_method"),
    ],
)
async def test_a_wrong_token_or_method_is_refused(
    pg: Playground, token: str, method: str, error: str
) -> None:
    client = AsyncWebClient(token=token, base_url=pg.api_url)
    assert (await refusal(client.api_call(method)))["error"] == error


async def test_a_post_shows_in_the_direct_message(pg: Playground, client: AsyncWebClient) -> None:
    opened = await client.conversations_open(users="U0AMARA")
    answer = await client.chat_postMessage(channel=opened["channel"]["id"], text="Hello")
    message = pg.messages("U0AMARA")[-1]
    assert (message["text"], message["ts"]) == ("Hello", answer["ts"])
    assert pg.calls[-1] == ("chat.postMessage", {"channel": "D0AMARA", "text": "Hello"})


async def test_a_form_says_the_same_as_json(pg: Playground) -> None:
    blocks = '[{"type": "section", "text": {"type": "mrkdwn", "text": "hi"}}]'
    form = {"token": pg.bot_token, "channel": "U0BEN", "text": "hi", "blocks": blocks}
    async with aiohttp.ClientSession() as session:
        async with session.post(pg.api_url + "chat.postMessage", data=form) as response:
            assert (await response.json())["ok"]
        form["blocks"] = "[{"
        async with session.post(pg.api_url + "chat.postMessage", data=form) as response:
            assert (await response.json())["error"] == "invalid_blocks_format"
        headers = {"Authorization": f"Bearer {pg.bot_token}", "Content-Type": "application/json"}
        url = pg.api_url + "chat.postMessage"
        for body, error in ((b"{", "invalid_json"), (b"[]", "json_not_object")):
            async with session.post(url, data=body, headers=headers) as response:
                assert (await response.json())["error"] == error
    assert pg.messages("U0BEN")[-1]["blocks"][0]["text"]["text"] == "hi"


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"channel": "C0NONE", "text": "x"}, "channel_not_found"),
        ({"channel": "G0HIDE", "text": "x"}, "channel_not_found"),
        ({"channel": "C0ELSE", "text": "x"}, "not_in_channel"),
        ({"channel": "U0AMARA"}, "no_text"),
        ({"channel": "U0AMARA", "text": "x", "blocks": [{"type": "banner"}]}, "invalid_blocks"),
        ({"channel": "U0AMARA", "text": "x", "thread_ts": "1.2"}, "message_not_found"),
        ({"channel": "U0AMARA", "text": "x", "metadata": {}}, None),
        ({"channel": "U0AMARA", "text": "x", "metadata": {"a": 1}}, "invalid_metadata_format"),
    ],
)
async def test_what_cannot_be_posted_is_refused(
    pg: Playground, client: AsyncWebClient, args: dict[str, Any], error: str | None
) -> None:
    before = len(pg.messages("U0AMARA"))
    if error is None:
        await client.chat_postMessage(**args)
        return
    assert (await refusal(client.chat_postMessage(**args)))["error"] == error
    assert len(pg.messages("U0AMARA")) == before


async def test_a_refusal_says_which_block_and_why(client: AsyncWebClient) -> None:
    header = {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}
    answer = await refusal(client.chat_postMessage(channel="U0AMARA", text="x", blocks=[header]))
    where = "must be less than 151 characters [json-pointer:/blocks/0/text/text]"
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {where}"]
    assert answer["errors"] == [where]


async def test_blocks_without_text_are_warned_of(client: AsyncWebClient) -> None:
    answer = await client.chat_postMessage(channel="U0AMARA", blocks=[SECTION])
    assert answer["warning"] == "missing_text_in_message"


async def test_text_past_the_limit_is_cut_or_refused(
    pg: Playground, client: AsyncWebClient
) -> None:
    answer = await client.chat_postMessage(channel="U0AMARA", text="x" * 40_001)
    assert answer["warning"] == "message_truncated"
    assert len(pg.messages("U0AMARA")[-1]["text"]) == 40_000
    late = client.chat_update(channel="D0AMARA", ts=answer["ts"], text="x" * 40_001)
    assert (await refusal(late))["error"] == "msg_too_long"


async def test_metadata_is_read_back_only_when_asked_for(client: AsyncWebClient) -> None:
    metadata = {"event_type": "prompt", "event_payload": {"key": "k1"}}
    await client.chat_postMessage(channel="U0AMARA", text="x", metadata=metadata)
    history = await client.conversations_history(channel="D0AMARA", include_all_metadata=True)
    assert history["messages"][0]["metadata"] == metadata
    assert "metadata" not in (await client.conversations_history(channel="D0AMARA"))["messages"][0]


async def test_history_is_paged_newest_first(pg: Playground, client: AsyncWebClient) -> None:
    sent = [(await client.chat_postMessage(channel="C0TEAM", text=str(i)))["ts"] for i in range(5)]
    seen: list[str] = []
    async for page in await client.conversations_history(channel="C0TEAM", limit=2):
        seen += [m["ts"] for m in page["messages"]]
    assert seen == sent[::-1]
    part = await client.conversations_history(channel="C0TEAM", oldest=sent[1], latest=sent[3])
    assert [m["ts"] for m in part["messages"]] == [sent[2]]
    whole = await client.conversations_history(
        channel="C0TEAM", oldest=sent[1], latest=sent[3], inclusive=True
    )
    assert len(whole["messages"]) == 3


async def test_replies_stay_in_their_thread(pg: Playground, client: AsyncWebClient) -> None:
    parent = await client.chat_postMessage(channel="C0TEAM", text="parent")
    await client.chat_postMessage(channel="C0TEAM", text="reply", thread_ts=parent["ts"])
    history = await client.conversations_history(channel="C0TEAM")
    assert [m["text"] for m in history["messages"]] == ["parent"]
    assert history["messages"][0]["reply_count"] == 1
    replies = await client.conversations_replies(channel="C0TEAM", ts=parent["ts"])
    assert [m["text"] for m in replies["messages"]] == ["parent", "reply"]


async def test_an_update_with_text_alone_takes_the_blocks_away(
    pg: Playground, client: AsyncWebClient
) -> None:
    sent = await client.chat_postMessage(channel="U0AMARA", text="old", blocks=[SECTION])
    await client.chat_update(channel="D0AMARA", ts=sent["ts"], blocks=[SECTION])
    assert "edited" not in pg.messages("U0AMARA")[-1]
    await client.chat_update(channel="D0AMARA", ts=sent["ts"], text="new")
    message = pg.messages("U0AMARA")[-1]
    assert message["text"] == "new"
    assert "blocks" not in message
    assert message["edited"]["user"] == "U0BOT"


async def test_the_bot_changes_only_its_own_messages(
    pg: Playground, client: AsyncWebClient
) -> None:
    ts = pg.workspace.post(
        pg.workspace.dm("U0AMARA"),
        {"type": "message", "user": "U0AMARA", "ts": pg.workspace.next_ts(), "text": "mine"},
    )["ts"]
    update = client.chat_update(channel="D0AMARA", ts=ts, text="yours")
    assert (await refusal(update))["error"] == "cant_update_message"
    delete = client.chat_delete(channel="D0AMARA", ts=ts)
    assert (await refusal(delete))["error"] == "cant_delete_message"
    sent = await client.chat_postMessage(channel="U0AMARA", text="x")
    await client.chat_delete(channel="D0AMARA", ts=sent["ts"])
    assert [m["text"] for m in pg.messages("U0AMARA")] == ["mine"]


async def test_an_ephemeral_message_is_for_one_person(
    pg: Playground, client: AsyncWebClient
) -> None:
    await client.chat_postEphemeral(channel="C0TEAM", user="U0BEN", text="psst")
    assert [m["text"] for m in pg.ephemerals("U0BEN")] == ["psst"]
    assert pg.ephemerals("U0AMARA") == []
    assert pg.messages("C0TEAM") == []
    outside = client.chat_postEphemeral(channel="C0ELSE", user="U0BEN", text="psst")
    assert (await refusal(outside))["error"] == "user_not_in_channel"


async def test_people_are_looked_up(pg: Playground, client: AsyncWebClient) -> None:
    ben = (await client.users_info(user="U0BEN", include_locale=True))["user"]
    assert (ben["tz"], ben["tz_offset"], ben["locale"]) == ("America/New_York", -18_000, "en-US")
    assert (await refusal(client.users_info(user="U0NONE")))["error"] == "user_not_found"
    members = (await client.users_list())["members"]
    assert [m["id"] for m in members] == ["U0AMARA", "U0BEN", "U0LEAD", "U0BOT"]
    group = (await client.usergroups_list(include_users=True))["usergroups"][0]
    assert group["users"] == ["U0LEAD"]
    assert (await client.usergroups_users_list(usergroup=group["id"]))["users"] == ["U0LEAD"]


async def test_channels_are_looked_up_and_joined(pg: Playground, client: AsyncWebClient) -> None:
    listed = [c["id"] for c in (await client.conversations_list())["channels"]]
    assert listed == ["C0TEAM", "C0ELSE"]
    mine = [c["id"] for c in (await client.users_conversations())["channels"]]
    assert mine == ["C0TEAM"]
    assert not (await client.conversations_info(channel="C0ELSE"))["channel"]["is_member"]
    await client.conversations_join(channel="C0ELSE")
    await client.chat_postMessage(channel="#elsewhere", text="hi")
    assert "U0BOT" in (await client.conversations_members(channel="C0ELSE"))["members"]
    assert (await refusal(client.conversations_list(types="all")))["error"] == "invalid_types"


async def test_reactions_come_and_go(client: AsyncWebClient) -> None:
    ts = (await client.chat_postMessage(channel="C0TEAM", text="x"))["ts"]
    where: dict[str, Any] = {"channel": "C0TEAM", "timestamp": ts, "name": "seedling"}
    await client.reactions_add(**where)
    assert (await refusal(client.reactions_add(**where)))["error"] == "already_reacted"
    got = await client.reactions_get(channel="C0TEAM", timestamp=ts)
    assert got["message"]["reactions"] == [{"name": "seedling", "users": ["U0BOT"], "count": 1}]
    await client.reactions_remove(**where)
    assert (await refusal(client.reactions_remove(**where)))["error"] == "no_reaction"


async def test_a_scheduled_message_is_posted_when_its_time_comes(
    pg: Playground, client: AsyncWebClient, clock: Clock
) -> None:
    at = int(clock().timestamp()) + 3600
    for text in ("later", "never"):
        await client.chat_scheduleMessage(channel="C0TEAM", text=text, post_at=at)
    rows = (await client.chat_scheduledMessages_list())["scheduled_messages"]
    await client.chat_deleteScheduledMessage(channel="C0TEAM", scheduled_message_id=rows[1]["id"])
    pg.post_scheduled()
    assert pg.messages("C0TEAM") == []
    clock.move(hours=2)
    pg.post_scheduled()
    assert [m["text"] for m in pg.messages("C0TEAM")] == ["later"]
    past = client.chat_scheduleMessage(channel="C0TEAM", text="x", post_at=at)
    assert (await refusal(past))["error"] == "time_in_past"
    far = client.chat_scheduleMessage(channel="C0TEAM", text="x", post_at=at + 200 * 86_400)
    assert (await refusal(far))["error"] == "time_too_far"


async def test_a_scheduled_message_with_metadata_is_never_posted(
    pg: Playground, client: AsyncWebClient, clock: Clock
) -> None:
    metadata = {"event_type": "prompt", "event_payload": {}}
    at = int(clock().timestamp()) + 60
    await client.chat_scheduleMessage(channel="C0TEAM", text="x", post_at=at, metadata=metadata)
    clock.move(days=1)
    pg.post_scheduled()
    assert pg.messages("C0TEAM") == []


async def test_a_file_goes_up_in_three_steps(pg: Playground, client: AsyncWebClient) -> None:
    await client.conversations_open(users="U0AMARA")
    answer = await client.files_upload_v2(
        channel="D0AMARA", filename="chart.svg", content="<svg/>", title="A chart"
    )
    file = answer["files"][0]
    message = pg.messages("U0AMARA")[-1]
    assert message["files"][0]["title"] == "A chart"
    async with aiohttp.ClientSession() as session, session.get(file["url_private"]) as response:
        assert await response.text() == "<svg/>"
        assert response.headers["Content-Security-Policy"] == "sandbox"
    assert (await client.files_info(file=file["id"]))["file"]["mimetype"] == "image/svg+xml"
    picture = {"type": "image", "slack_file": {"id": file["id"]}, "alt_text": "a"}
    await client.chat_postMessage(channel="U0AMARA", text="x", blocks=[picture])
    picture["slack_file"] = {"id": "F0NONE"}
    late = client.chat_postMessage(channel="U0AMARA", text="x", blocks=[picture])
    assert (await refusal(late))["error"] == "invalid_blocks"


def manifest(*scopes: str, home: bool = True, messages: bool = True) -> dict[str, Any]:
    """An app manifest with these bot scopes and tabs."""
    tabs = {"home_tab_enabled": home, "messages_tab_enabled": messages}
    return {
        "features": {"app_home": tabs},
        "oauth_config": {"scopes": {"bot": list(scopes)}},
    }


@pytest.mark.parametrize(
    ("allowed", "method", "args", "error", "needed"),
    [
        (("im:write",), "chat.postMessage", {"channel": "U0AMARA"}, "missing_scope", "chat:write"),
        (("im:write",), "users.info", {"user": "U0AMARA"}, "missing_scope", "users:read"),
        (
            ("channels:history",),
            "conversations.history",
            {"channel": "U0AMARA"},
            "missing_scope",
            "im:history",
        ),
        (
            ("im:history",),
            "conversations.history",
            {"channel": "C0TEAM"},
            "missing_scope",
            "channels:history",
        ),
    ],
)
async def test_the_manifest_holds_the_app_to_its_scopes(
    allowed: tuple[str, ...], method: str, args: dict[str, Any], error: str, needed: str
) -> None:
    pg = Playground(PEOPLE, {"C0TEAM": "team"}, manifest=manifest(*allowed))
    await pg.start()
    client = AsyncWebClient(token=pg.bot_token, base_url=pg.api_url)
    try:
        answer = await refusal(client.api_call(method, json={"text": "x", **args}))
        assert (answer["error"], answer["needed"]) == (error, needed)
        assert answer["provided"] == ",".join(allowed)
    finally:
        await pg.stop()


async def test_the_manifest_holds_the_app_to_its_tabs_and_addresses() -> None:
    off = manifest("chat:write", "users:read", home=False, messages=False)
    pg = Playground([Person("U0AMARA", "Amara Obi", email="amara@example.org")], manifest=off)
    await pg.start()
    client = AsyncWebClient(token=pg.bot_token, base_url=pg.api_url)
    try:
        home: dict[str, Any] = {"type": "home", "blocks": []}
        assert (await refusal(client.views_publish(user_id="U0AMARA", view=home)))["error"] == (
            "not_enabled"
        )
        post = client.chat_postMessage(channel="U0AMARA", text="x")
        assert (await refusal(post))["error"] == "messages_tab_disabled"
        with pytest.raises(SlackError, match="messages_tab_disabled"):
            await pg.say("U0AMARA", "x")
        user = await client.users_info(user="U0AMARA")
        assert user.headers["x-oauth-scopes"] == "chat:write,users:read"
        assert "email" not in user["user"]["profile"]
    finally:
        await pg.stop()


async def test_a_message_a_second_where_rates_are_limited() -> None:
    pg = Playground(PEOPLE, rate_limits=True)
    await pg.start()
    client = AsyncWebClient(token=pg.bot_token, base_url=pg.api_url, retry_handlers=[])
    try:
        await client.chat_postMessage(channel="U0AMARA", text="1")
        await client.chat_postMessage(channel="U0BEN", text="1")
        with pytest.raises(SlackApiError) as refused:
            await client.chat_postMessage(channel="U0AMARA", text="2")
        assert refused.value.response["error"] == "ratelimited"
        assert refused.value.response.headers["Retry-After"] == "1"
        assert len(pg.messages("U0AMARA")) == 1
    finally:
        await pg.stop()


async def test_someone_who_left_cannot_be_written_to() -> None:
    pg = Playground([Person("U0GONE", "Gone", deleted=True)])
    await pg.start()
    client = AsyncWebClient(token=pg.bot_token, base_url=pg.api_url)
    try:
        assert (await refusal(client.conversations_open(users="U0GONE")))["error"] == (
            "user_disabled"
        )
    finally:
        await pg.stop()


async def test_timestamps_rise_while_the_clock_stands_still(pg: Playground) -> None:
    stamps = [pg.workspace.next_ts() for _ in range(1000)]
    assert stamps == sorted(set(stamps))


async def test_the_sync_client_is_understood_too(pg: Playground) -> None:
    import asyncio

    client = WebClient(token=pg.bot_token, base_url=pg.api_url)
    await asyncio.to_thread(client.chat_postMessage, channel="U0AMARA", text="hi", blocks=[SECTION])
    await asyncio.to_thread(client.conversations_list, exclude_archived=True)
    assert pg.messages("U0AMARA")[-1]["blocks"][0]["text"]["text"] == "hi"
