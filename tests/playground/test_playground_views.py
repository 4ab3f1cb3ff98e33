"""Interactions: buttons, menus, modals and their stack, commands, shortcuts, response_url."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from gallery import HOME, MESSAGE, MODAL, plain
from sample_app import GREETING, Clock, Connected, modal, text_input
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import AckRefused, InputRefused, NotAcknowledged, Playground

AMARA = "U0AMARA"


async def refusal(call: Any) -> str:
    """The error of a call that must be refused."""
    with pytest.raises(SlackApiError) as refused:
        await call
    return str(refused.value.response["error"])


async def opened(pg: Playground, client: AsyncWebClient, view: dict[str, Any]) -> dict[str, Any]:
    """Opens a modal for Amara without an app."""
    trigger = pg.workspace.new_trigger(AMARA)
    answer = await client.views_open(trigger_id=trigger, view=view)
    return dict(answer["view"])


@pytest.fixture
async def form(pg: Playground, app: Connected, client: AsyncWebClient) -> Connected:
    """An app whose form Amara has opened by a button."""
    await client.chat_postMessage(channel=AMARA, text="hi", blocks=GREETING)
    await pg.click(AMARA, "write")
    await pg.wait_for(lambda: pg.views(AMARA), what="the form")
    return app


async def test_a_button_carries_what_bolt_needs(pg: Playground, form: Connected) -> None:
    body = form.last("write")
    assert body["actions"][0]["value"] == "one"
    assert body["channel"]["id"] == "D0AMARA"
    assert body["container"]["message_ts"] == body["message"]["ts"]
    assert body["user"]["id"] == AMARA
    assert pg.views(AMARA)[0]["private_metadata"] == "secret"


async def test_nothing_to_click_names_what_is_there(pg: Playground, form: Connected) -> None:
    with pytest.raises(LookupError, match="write"):
        await pg.click(AMARA, "absent")
    with pytest.raises(LookupError):
        await pg.click(AMARA, "write", value="two")


async def test_a_trigger_is_good_once_and_for_three_seconds(
    pg: Playground, client: AsyncWebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    trigger = pg.workspace.new_trigger(AMARA)
    await client.views_open(trigger_id=trigger, view=modal())
    again = client.views_open(trigger_id=trigger, view=modal())
    assert await refusal(again) == "exchanged_trigger_id"
    unknown = client.views_open(trigger_id="1.2.3", view=modal())
    assert await refusal(unknown) == "invalid_trigger_id"
    late = pg.workspace.new_trigger(AMARA)
    monkeypatch.setattr("bot.playground.state.TRIGGER_SECONDS", -1.0)
    assert await refusal(client.views_open(trigger_id=late, view=modal())) == "expired_trigger_id"


async def test_a_wrong_view_does_not_use_up_the_trigger(
    pg: Playground, client: AsyncWebClient
) -> None:
    trigger = pg.workspace.new_trigger(AMARA)
    wrong = client.views_open(trigger_id=trigger, view={**modal(), "title": plain("x" * 25)})
    assert await refusal(wrong) == "invalid_arguments"
    await client.views_open(trigger_id=trigger, view=modal())


async def test_what_is_required_is_asked_for_before_anything_is_sent(
    pg: Playground, form: Connected
) -> None:
    with pytest.raises(InputRefused) as refused:
        await pg.submit(AMARA, {"more": "x"})
    assert refused.value.errors == {"note": "Please complete this required field."}
    with pytest.raises(InputRefused, match="no more than 200"):
        await pg.submit(AMARA, {"note": "x" * 201})
    assert "submit" not in form.names()


async def test_a_submission_carries_the_state_in_slacks_shape(
    pg: Playground, form: Connected
) -> None:
    assert await pg.submit(AMARA, {"note/text": "fine", "day": "tue"}) == {}
    view = form.last("submit")["view"]
    values = view["state"]["values"]
    assert values["note"]["text"] == {"type": "plain_text_input", "value": "fine"}
    assert values["more"]["text"]["value"] is None
    assert values["day"]["day"]["selected_option"]["value"] == "tue"
    assert view["private_metadata"] == "secret"
    assert pg.views(AMARA) == []


async def test_errors_stay_next_to_their_inputs(pg: Playground, form: Connected) -> None:
    answer = await pg.submit(AMARA, {"note": "bad"})
    assert answer["response_action"] == "errors"
    assert pg.view_errors(AMARA) == {"note": "Please say more"}
    await pg.submit(AMARA, {"note": "good"})
    assert pg.views(AMARA) == []


async def test_an_update_keeps_the_view_and_what_was_written(
    pg: Playground, form: Connected
) -> None:
    before = pg.views(AMARA)[0]
    await pg.submit(AMARA, {"note": "update"})
    (after,) = pg.views(AMARA)
    assert (after["id"], after["title"]["text"]) == (before["id"], "Updated")
    assert after["hash"] != before["hash"]
    assert after["state"]["values"]["note"]["text"]["value"] == "update"


async def test_the_stack_holds_three(pg: Playground, form: Connected) -> None:
    for _ in range(2):
        await pg.submit(AMARA, {"note": "push"})
    root, middle, top = pg.views(AMARA)
    assert top["root_view_id"] == middle["root_view_id"] == root["id"]
    assert top["previous_view_id"] == middle["id"]
    with pytest.raises(AckRefused, match="push_limit_reached"):
        await pg.submit(AMARA, {"note": "push"})
    await pg.submit(AMARA, {"note": "fine"})
    assert len(pg.views(AMARA)) == 2
    await pg.submit(AMARA, {"note": "clear"})
    assert pg.views(AMARA) == []


async def test_closing_is_told_when_asked_for(pg: Playground, form: Connected) -> None:
    await pg.submit(AMARA, {"note": "push"})
    await pg.close_view(AMARA)
    assert len(pg.views(AMARA)) == 1
    await pg.wait_for(lambda: "closed" in form.names(), what="view_closed")
    assert form.last("closed")["is_cleared"] is False
    await pg.close_view(AMARA, everything=True)
    await pg.wait_for(lambda: form.last("closed")["is_cleared"], what="view_closed, all of it")


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"nowhere": "x"}},
        {"response_action": "update", "view": {"type": "modal"}},
        {"response_action": "shout"},
        {"text": "ok"},
    ],
)
async def test_an_acknowledgement_slack_would_not_take_is_refused(
    pg: Playground, app: Connected, client: AsyncWebClient, answer: dict[str, Any]
) -> None:
    @app.app.view("odd")
    async def on_odd(ack: Any) -> None:
        await (ack("ok") if "text" in answer else ack(**answer))

    await opened(pg, client, {**modal(), "callback_id": "odd"})
    with pytest.raises(AckRefused):
        await pg.submit(AMARA, {"note": "x"})


async def test_no_acknowledgement_leaves_the_modal_open(
    pg: Playground, app: Connected, client: AsyncWebClient
) -> None:
    @app.app.view("deaf")
    async def on_deaf() -> None:
        return

    pg.sockets.ack_timeout = 0.05
    await opened(pg, client, {**modal(), "callback_id": "deaf"})
    with pytest.raises(NotAcknowledged, match="view_submission"):
        await pg.submit(AMARA, {"note": "kept"})
    assert pg.views(AMARA)[0]["state"]["values"]["note"]["text"]["value"] == "kept"


async def test_an_update_needs_the_right_view_and_hash(
    pg: Playground, client: AsyncWebClient
) -> None:
    view = await opened(pg, client, {**modal(), "external_id": "mine"})
    old = view["hash"]
    answer = await client.views_update(view_id=view["id"], hash=old, view=modal("Two"))
    assert answer["view"]["title"]["text"] == "Two"
    stale = client.views_update(view_id=view["id"], hash=old, view=modal())
    assert await refusal(stale) == "hash_conflict"
    assert await refusal(client.views_update(view_id="V0", view=modal())) == "not_found"
    home = client.views_update(view_id=view["id"], view=HOME)
    assert await refusal(home) == "invalid_arguments"
    trigger = pg.workspace.new_trigger(AMARA)
    twice = client.views_push(trigger_id=trigger, view={**modal(), "external_id": "mine"})
    assert await refusal(twice) == "duplicate_external_id"


async def test_opening_from_a_modal_shows_nothing(pg: Playground, client: AsyncWebClient) -> None:
    """Slack answers ok, and its desktop client shows nothing: views.push is the way."""
    await opened(pg, client, modal("First"))
    inside = pg.workspace.new_trigger(AMARA, from_modal=True)
    await client.views_open(trigger_id=inside, view=modal("Second"))
    assert [v["title"]["text"] for v in pg.views(AMARA)] == ["First"]
    inside = pg.workspace.new_trigger(AMARA, from_modal=True)
    await client.views_push(trigger_id=inside, view=modal("Second"))
    assert [v["title"]["text"] for v in pg.views(AMARA)] == ["First", "Second"]


async def test_a_push_without_a_modal_is_refused(pg: Playground, client: AsyncWebClient) -> None:
    trigger = pg.workspace.new_trigger(AMARA)
    assert await refusal(client.views_push(trigger_id=trigger, view=modal())) == "not_found"


async def test_home_is_published_for_people_who_exist(
    pg: Playground, client: AsyncWebClient
) -> None:
    assert await refusal(client.views_publish(user_id="U0NONE", view=HOME)) == "user_not_found"
    first = (await client.views_publish(user_id=AMARA, view=HOME))["view"]
    second = (await client.views_publish(user_id=AMARA, view=HOME, hash=first["hash"]))["view"]
    assert second["id"] == first["id"]
    stale = client.views_publish(user_id=AMARA, view=HOME, hash=first["hash"])
    assert await refusal(stale) == "hash_conflict"


async def test_a_click_on_home_says_so(pg: Playground, app: Connected) -> None:
    await pg.open_home(AMARA)
    await pg.wait_for(lambda: pg.home(AMARA), what="a home")
    await pg.click(AMARA, "more", selected="tue", home=True)
    body = await pg.wait_for(lambda: app.last("pick"), what="the action")
    assert body["container"]["type"] == "view"
    assert body["view"]["type"] == "home"
    assert body["actions"][0]["selected_option"]["value"] == "tue"


async def test_menus_and_pickers_in_a_message_keep_their_state(
    pg: Playground, app: Connected, client: AsyncWebClient
) -> None:
    await client.chat_postMessage(channel=AMARA, text="x", blocks=MESSAGE)
    await pg.click(AMARA, "day", selected="wed")
    assert app.last("pick")["actions"][0]["selected_option"]["value"] == "wed"
    await pg.click(AMARA, "time", selected="08:15")
    body = app.last("pick")
    assert body["actions"][0]["selected_time"] == "08:15"
    assert body["state"]["values"]["pick"]["day"]["selected_option"]["value"] == "wed"
    with pytest.raises(LookupError, match="no option"):
        await pg.click(AMARA, "day", selected="sun")


FILLED = {
    "note": ("text", {"value": "text"}),
    "name": ("line", {"value": "line"}),
    "many": ("3", {"value": "3"}),
    "mail": ("a@example.org", {"value": "a@example.org"}),
    "time": ("08:00", {"selected_time": "08:00"}),
    "date": ("2026-03-04", {"selected_date": "2026-03-04"}),
    "who": ("U0BEN", {"selected_user": "U0BEN"}),
    "where": ("C0TEAM", {"selected_conversation": "C0TEAM"}),
}


async def test_every_input_reaches_the_app(
    pg: Playground, app: Connected, client: AsyncWebClient
) -> None:
    await opened(pg, client, MODAL)
    plain_values = {name: value for name, (value, _) in FILLED.items()}
    chosen = {"day": "mon", "days": ["mon", "wed"], "kind": "short", "ticks": ["tue"]}
    await pg.submit(AMARA, {**plain_values, **chosen})
    values = app.last("submit")["view"]["state"]["values"]
    for name, (_, expected) in FILLED.items():
        entry = values[name][name]
        assert {k: v for k, v in entry.items() if k != "type"} == expected
    assert [o["value"] for o in values["days"]["days"]["selected_options"]] == ["mon", "wed"]
    assert values["kind"]["kind"]["selected_option"]["value"] == "short"
    assert [o["value"] for o in values["ticks"]["ticks"]["selected_options"]] == ["tue"]


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [("many", "1.5", "valid number"), ("many", "0", "no less than 1"), ("mail", "a@b", "email")],
)
async def test_what_slacks_client_checks_is_checked(
    pg: Playground, client: AsyncWebClient, name: str, value: str, why: str
) -> None:
    await opened(pg, client, MODAL)
    with pytest.raises(InputRefused, match=why):
        await pg.submit(AMARA, {"note": "x", "day": "mon", name: value})


async def test_a_form_without_a_submit_cannot_be_sent(
    pg: Playground, client: AsyncWebClient
) -> None:
    await opened(pg, client, {"type": "modal", "title": plain("T"), "blocks": []})
    with pytest.raises(LookupError, match="no submit"):
        await pg.submit(AMARA)
    await pg.close_view(AMARA)
    with pytest.raises(LookupError, match="no open modal"):
        await pg.submit(AMARA)


async def test_two_fields_with_one_action_need_their_block(
    pg: Playground, client: AsyncWebClient
) -> None:
    view = {**modal(), "blocks": [text_input("a", "A"), text_input("b", "B")]}
    await opened(pg, client, view)
    with pytest.raises(LookupError, match="more than one block"):
        await pg.submit(AMARA, {"text": "x"})


async def test_a_command_is_answered_for_one_person(pg: Playground, app: Connected) -> None:
    answer = await pg.command(AMARA, "/sample", "hi")
    assert answer == {"text": "You said hi"}
    assert [m["text"] for m in pg.ephemerals(AMARA)] == ["You said hi"]
    assert await pg.command(AMARA, "/sample", "later") == {}
    await pg.wait_for(lambda: len(pg.ephemerals(AMARA)) == 2, what="the later answer")
    command = app.last("command")
    assert (command["channel_name"], command["user_id"]) == ("directmessage", AMARA)


async def test_a_command_without_acknowledgement_fails(pg: Playground, app: Connected) -> None:
    pg.sockets.ack_timeout = 0.05
    with pytest.raises(NotAcknowledged, match="/sample"):
        await pg.command(AMARA, "/sample", "silent")


async def test_a_shortcut_opens_a_form(pg: Playground, app: Connected) -> None:
    await pg.shortcut(AMARA, "quick")
    (view,) = await pg.wait_for(lambda: pg.views(AMARA), what="the form")
    assert view["title"]["text"] == "From a shortcut"


async def test_a_response_url_replaces_the_message(
    pg: Playground, app: Connected, client: AsyncWebClient
) -> None:
    await client.chat_postMessage(channel=AMARA, text="hi", blocks=GREETING)
    await pg.click(AMARA, "skip")
    await pg.wait_for(lambda: pg.messages(AMARA)[0]["text"] == "Skipped", what="the change")
    assert "blocks" not in pg.messages(AMARA)[0]


async def test_a_response_url_is_good_five_times_in_half_an_hour(
    pg: Playground, clock: Clock
) -> None:
    url = pg.workspace.new_response_url(AMARA, "C0TEAM")
    async with aiohttp.ClientSession() as session:
        for _ in range(5):
            async with session.post(url, json={"text": "x"}) as response:
                assert (response.status, await response.text()) == (200, "ok")
        async with session.post(url, json={"text": "x"}) as response:
            assert (response.status, (await response.json())["error"]) == (404, "used_url")
        url = pg.workspace.new_response_url(AMARA, "C0TEAM")
        async with session.post(url, json={"blocks": [{"type": "x"}]}) as response:
            assert (response.status, (await response.json())["error"]) == (400, "invalid_blocks")
        clock.move(minutes=31)
        async with session.post(url, json={"text": "x"}) as response:
            assert (response.status, (await response.json())["error"]) == (404, "expired_url")
    assert len(pg.ephemerals(AMARA)) == 5


async def test_a_response_url_can_fail(pg: Playground) -> None:
    pg.faults.fail("response_url", status=500)
    url = pg.workspace.new_response_url(AMARA, "C0TEAM")
    async with aiohttp.ClientSession() as session:
        async with session.post(url, json={"text": "x"}) as response:
            assert response.status == 500
        async with session.post(url, json={"text": "x"}) as response:
            assert response.status == 200
    assert len(pg.ephemerals(AMARA)) == 1


async def test_an_ephemeral_message_is_replaced_and_deleted(
    pg: Playground, client: AsyncWebClient
) -> None:
    await client.chat_postEphemeral(channel="C0TEAM", user=AMARA, text="hi", blocks=GREETING)
    ts = pg.ephemerals(AMARA)[0]["ts"]
    url = pg.workspace.new_response_url(AMARA, "C0TEAM", ts, ephemeral=True)
    async with aiohttp.ClientSession() as session:
        await session.post(url, json={"text": "new", "replace_original": True})
        assert [m["text"] for m in pg.ephemerals(AMARA)] == ["new"]
        await session.post(url, json={"delete_original": True})
    assert pg.ephemerals(AMARA) == []


async def test_a_response_url_can_speak_to_the_channel_and_delete(
    pg: Playground, client: AsyncWebClient
) -> None:
    ts = (await client.chat_postMessage(channel="C0TEAM", text="old"))["ts"]
    url = pg.workspace.new_response_url(AMARA, "C0TEAM", ts)
    async with aiohttp.ClientSession() as session:
        await session.post(url, json={"text": "all", "response_type": "in_channel"})
        await session.post(url, json={"delete_original": True})
    assert [m["text"] for m in pg.messages("C0TEAM")] == ["all"]
