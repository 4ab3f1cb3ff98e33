"""What Slack documents, field by field: the answers of the Web API and the payloads of the app.

Sources: the method, event and payload reference at docs.slack.dev, and the fields that the official
SDKs know. A field that must be there stands first; one that may be there stands second; any other
would be an invention.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from gallery import HOME
from sample_app import Connected, modal
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import Playground

Json = dict[str, Any]
AMARA = "U0AMARA"


def keys(names: str) -> set[str]:
    return set(names.split())


VIEW = (
    keys(
        "id team_id type blocks private_metadata callback_id state hash clear_on_close "
        "notify_on_close root_view_id previous_view_id app_id external_id bot_id close submit "
        "title app_installed_team_id"
    ),
    keys("submit_disabled"),
)
MESSAGE = (
    keys("type user bot_id app_id team ts text bot_profile"),
    keys("blocks metadata thread_ts edited subtype reactions files reply_count latest_reply"),
)
PROFILE = (keys("id app_id name deleted updated icons team_id"), set[str]())
USER = (
    keys(
        "id team_id name deleted color real_name tz tz_label tz_offset profile is_admin is_owner "
        "is_primary_owner is_restricted is_ultra_restricted is_bot updated is_app_user"
    ),
    keys("has_2fa locale is_email_confirmed who_can_share_contact_card"),
)
PERSON = (
    keys(
        "title phone skype real_name real_name_normalized display_name display_name_normalized "
        "status_text status_emoji status_expiration avatar_hash team"
    ),
    keys("email first_name last_name"),
)
AUTH = keys("ok url team user team_id user_id bot_id is_enterprise_install")
IM = keys("id created is_im is_org_shared user is_archived is_user_deleted priority")

Ask = Callable[[AsyncWebClient, Playground], Awaitable[Any]]


async def _post(client: AsyncWebClient) -> Json:
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "hi"}}
    return dict((await client.chat_postMessage(channel=AMARA, text="hi", blocks=[block])).data)


async def _update(client: AsyncWebClient) -> Any:
    sent = await _post(client)
    return await client.chat_update(channel=sent["channel"], ts=sent["ts"], text="there")


async def _delete(client: AsyncWebClient) -> Any:
    sent = await _post(client)
    return await client.chat_delete(channel=sent["channel"], ts=sent["ts"])


async def _history(client: AsyncWebClient, pg: Playground) -> Any:
    await _post(client)
    return await client.conversations_history(channel=pg.workspace.dm(AMARA).id)


async def _open(client: AsyncWebClient, pg: Playground) -> Any:
    return await client.views_open(trigger_id=pg.workspace.new_trigger(AMARA), view=modal())


async def _push(client: AsyncWebClient, pg: Playground) -> Any:
    await _open(client, pg)
    return await client.views_push(trigger_id=pg.workspace.new_trigger(AMARA), view=modal())


async def _update_view(client: AsyncWebClient, pg: Playground) -> Any:
    view = (await _open(client, pg))["view"]
    return await client.views_update(view_id=view["id"], view=modal("Again"))


ANSWERS: dict[str, tuple[Ask, dict[str, tuple[set[str], set[str]]]]] = {
    "auth.test": (
        lambda c, pg: c.auth_test(),
        {"": (AUTH, keys("enterprise_id app_id app_name"))},
    ),
    "apps.connections.open": (
        lambda c, pg: c.apps_connections_open(app_token=pg.app_token),
        {"": (keys("ok url"), set())},
    ),
    "users.info": (
        lambda c, pg: c.users_info(user=AMARA),
        {"": (keys("ok user"), set()), "user": USER, "user.profile": PERSON},
    ),
    "dnd.info": (
        lambda c, pg: c.dnd_info(user=AMARA),
        {"": (keys("ok dnd_enabled next_dnd_start_ts next_dnd_end_ts"), set())},
    ),
    "dnd.teamInfo": (
        lambda c, pg: c.dnd_teamInfo(users=[AMARA]),
        {
            "": (keys("ok users"), set()),
            f"users.{AMARA}": (keys("dnd_enabled next_dnd_start_ts next_dnd_end_ts"), set()),
        },
    ),
    "conversations.open": (
        lambda c, pg: c.conversations_open(users=AMARA),
        {
            "": (keys("ok channel"), keys("no_op already_open")),
            "channel": (keys("id"), IM),
        },
    ),
    "conversations.open return_im": (
        lambda c, pg: c.conversations_open(users=AMARA, return_im=True),
        {
            "": (keys("ok channel"), keys("no_op already_open")),
            "channel": (IM, keys("is_mpim context_team_id updated")),
        },
    ),
    "conversations.history": (
        _history,
        {
            "": (keys("ok messages has_more pin_count"), keys("response_metadata")),
            "messages.0": MESSAGE,
        },
    ),
    "chat.postMessage": (
        lambda c, pg: _post(c),
        {
            "": (keys("ok channel ts message"), keys("warning response_metadata")),
            "message": MESSAGE,
            "message.bot_profile": PROFILE,
        },
    ),
    "chat.update": (
        lambda c, pg: _update(c),
        {"": (keys("ok channel ts text message"), set()), "message": MESSAGE},
    ),
    "chat.delete": (lambda c, pg: _delete(c), {"": (keys("ok channel ts"), set())}),
    "views.open": (_open, {"": (keys("ok view"), set()), "view": VIEW}),
    "views.push": (_push, {"": (keys("ok view"), set()), "view": VIEW}),
    "views.update": (_update_view, {"": (keys("ok view"), set()), "view": VIEW}),
    "views.publish": (
        lambda c, pg: c.views_publish(user_id=AMARA, view=HOME),
        {"": (keys("ok view"), set()), "view": VIEW},
    ),
}


def at(body: Any, path: str) -> Json:
    for step in filter(None, path.split(".")):
        body = body[int(step)] if step.isdigit() else body[step]
    return dict(body)


def compare(body: Any, shape: dict[str, tuple[set[str], set[str]]]) -> None:
    for path, (must, may) in shape.items():
        there = set(at(body, path))
        assert must <= there, f"{path or 'the answer'} lacks {sorted(must - there)}"
        extra = there - must - may
        assert not extra, f"{path or 'the answer'} has undocumented {sorted(extra)}"


@pytest.mark.parametrize("method", ANSWERS)
async def test_an_answer_has_the_documented_fields(
    pg: Playground, client: AsyncWebClient, method: str
) -> None:
    ask, shape = ANSWERS[method]
    answer = await ask(client, pg)
    compare(getattr(answer, "data", answer), shape)


async def test_an_error_says_so_and_what_is_needed(pg: Playground) -> None:
    pg.manifest = {"oauth_config": {"scopes": {"bot": ["im:write"]}}}
    async with (
        aiohttp.ClientSession(pg.url) as session,
        session.post(
            "/api/users.info",
            json={"user": AMARA},
            headers={"Authorization": f"Bearer {pg.bot_token}"},
        ) as response,
    ):
        assert set(await response.json()) == keys("ok error needed provided")


INTERACTION = keys("type team user api_app_id token enterprise is_enterprise_install")
PAYLOADS: dict[str, tuple[set[str], set[str]]] = {
    "message": (
        keys(
            "token team_id context_team_id context_enterprise_id api_app_id event type event_id "
            "event_time authorizations is_ext_shared_channel event_context"
        ),
        set(),
    ),
    "command": (
        keys(
            "token team_id team_domain channel_id channel_name user_id user_name command text "
            "api_app_id is_enterprise_install response_url trigger_id"
        ),
        keys("enterprise_id enterprise_name"),
    ),
    "write": (
        INTERACTION | keys("container trigger_id channel message state response_url actions"),
        set(),
    ),
    "submit": (INTERACTION | keys("trigger_id view response_urls"), set()),
    "closed": (INTERACTION | keys("view is_cleared"), set()),
    "home": (keys("type user channel tab event_ts"), keys("view")),
}


async def test_payloads_have_the_documented_fields(pg: Playground, app: Connected) -> None:
    await pg.say(AMARA, "hello")
    await pg.wait_for(lambda: len(pg.messages(AMARA)) == 2, what="an answer")
    await pg.command(AMARA, "/sample", "x")
    await pg.open_home(AMARA)
    for end in (pg.submit(AMARA, {"note/text": "fine"}), pg.close_view(AMARA)):
        await pg.click(AMARA, "write", value="one")
        await pg.wait_for(lambda: pg.views(AMARA), what="a modal")
        await end
    await pg.wait_for(lambda: set(PAYLOADS) <= set(app.names()), what="every payload")
    for name, shape in PAYLOADS.items():
        compare(app.last(name), {"": shape})
    event = app.last("message")["event"]
    told = keys("type client_msg_id text user ts blocks team channel event_ts channel_type")
    assert set(event) == told
    (action,) = app.last("write")["actions"]
    said = keys("type action_id block_id action_ts text value style")
    assert set(action) == said
