"""A tiny Bolt app with a little of everything, to try the playground with."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from gallery import HOME, MESSAGE, MODAL, button, mrkdwn, option, plain
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import Person, Playground

Json = dict[str, Any]

PEOPLE = [
    Person("U0AMARA", "Amara Obi"),
    Person("U0BEN", "Ben Okafor", tz="America/New_York", locale="en-US"),
    Person("U0LEAD", "Lena Voss", is_lead=True),
]


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def move(self, **delta: float) -> None:
        self.time += timedelta(**delta)


def text_input(block_id: str, label: str, **more: Any) -> Json:
    element = {"type": "plain_text_input", "action_id": "text", **more}
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": element}


GREETING: list[Json] = [
    {"type": "section", "text": mrkdwn("*Hello* from the _sample_ app")},
    {
        "type": "actions",
        "block_id": "choices",
        "elements": [
            button("Write", "write", value="one", style="primary"),
            button("Not now", "skip", value="skip"),
        ],
    },
]


def modal(title: str = "Write something") -> Json:
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain(title),
        "submit": plain("Save"),
        "close": plain("Cancel"),
        "notify_on_close": True,
        "private_metadata": "secret",
        "blocks": [
            text_input("note", "Your note", multiline=True, max_length=200),
            {**text_input("more", "Anything else"), "optional": True},
            {
                "type": "input",
                "block_id": "day",
                "label": plain("Day"),
                "optional": True,
                "element": {
                    "type": "static_select",
                    "action_id": "day",
                    "options": [option("Monday", "mon"), option("Tuesday", "tue")],
                },
            },
        ],
    }


def build(pg: Playground, **how: Any) -> tuple[AsyncApp, list[tuple[str, Json]]]:
    """The app and a list of what its listeners were called with."""
    client = AsyncWebClient(token=pg.bot_token, base_url=pg.api_url)
    app = AsyncApp(client=client, **how)
    seen: list[tuple[str, Json]] = []

    @app.event("message")
    async def on_message(event: Json, body: Json, say: Any) -> None:
        seen.append(("message", body))
        if event.get("text") == "hello":
            await say(text="Hello", blocks=GREETING)
        if event.get("text") == "gallery":
            await say(text="One of everything", blocks=MESSAGE)

    @app.event("app_home_opened")
    async def on_home(event: Json, client: AsyncWebClient) -> None:
        seen.append(("home", event))
        await client.views_publish(user_id=event["user"], view=HOME)

    @app.event("reaction_added")
    @app.event("reaction_removed")
    @app.event("team_join")
    @app.event("tokens_revoked")
    @app.event("app_uninstalled")
    async def on_other(event: Json) -> None:
        seen.append((event["type"], event))

    @app.command("/sample")
    async def on_command(ack: Any, command: Json, respond: Any) -> None:
        seen.append(("command", command))
        if command["text"] == "later":
            await ack()
            await respond("answered later")
        elif command["text"] == "silent":
            return
        else:
            await ack(f"You said {command['text']}")

    @app.action("write")
    async def on_write(ack: Any, body: Json, client: AsyncWebClient) -> None:
        seen.append(("write", body))
        await ack()
        view = MODAL if body["actions"][0].get("value") == "gallery" else modal()
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.action("day")
    @app.action("date")
    @app.action("time")
    @app.action("more")
    @app.action("delete")
    async def on_pick(ack: Any, body: Json) -> None:
        seen.append(("pick", body))
        await ack()

    @app.view("gallery")
    async def on_gallery(ack: Any, body: Json) -> None:
        seen.append(("submit", body))
        await ack()

    @app.action("skip")
    async def on_skip(ack: Any, body: Json, respond: Any) -> None:
        seen.append(("skip", body))
        await ack()
        await respond(text="Skipped", replace_original=True)

    @app.shortcut("quick")
    async def on_shortcut(ack: Any, body: Json, client: AsyncWebClient) -> None:
        seen.append(("shortcut", body))
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal("From a shortcut"))

    @app.view("form")
    async def on_submit(ack: Any, body: Json, view: Json) -> None:
        seen.append(("submit", body))
        note = view["state"]["values"]["note"]["text"]["value"]
        if note == "bad":
            await ack(response_action="errors", errors={"note": "Please say more"})
        elif note == "update":
            await ack(response_action="update", view=modal("Updated"))
        elif note == "push":
            await ack(response_action="push", view=modal("Pushed"))
        elif note == "clear":
            await ack(response_action="clear")
        else:
            await ack()

    @app.view_closed("form")
    async def on_close(ack: Any, body: Json) -> None:
        seen.append(("closed", body))
        await ack()

    return app, seen


class Connected:
    """A running app: ``async with Connected(pg) as app``."""

    def __init__(self, pg: Playground) -> None:
        self.pg = pg
        self.app, self.seen = build(pg)
        web_client = AsyncWebClient(token=pg.app_token, base_url=pg.api_url)
        self.handler = AsyncSocketModeHandler(
            self.app, pg.app_token, web_client=web_client, ping_interval=0.05
        )

    async def __aenter__(self) -> Connected:
        await self.handler.connect_async()
        await self.pg.wait_connected()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.handler.close_async()

    def names(self) -> list[str]:
        """What was heard, in order."""
        return [name for name, _ in self.seen]

    def last(self, name: str) -> Json:
        """What a listener was last called with."""
        return [body for seen, body in self.seen if seen == name][-1]


async def _main() -> None:
    clock = Clock()

    async def skip() -> None:
        clock.move(hours=1)

    pg = Playground(
        PEOPLE,
        {"C0TEAM": "team"},
        now=clock,
        commands=[("/sample", "[text]", "Say something")],
        time_machine=[("Skip an hour", skip)],
        bot_name="Sample",
    )
    await pg.start(8765)
    async with Connected(pg):
        print(pg.url, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main())
