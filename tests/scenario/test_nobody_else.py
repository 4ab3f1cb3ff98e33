"""No lead, colleague, admin or forged value reaches another person's note, label or count."""

from __future__ import annotations

import ast
import json
import random
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.listeners.commands import ANSWERS
from bot.playground.state import TEAM_ID
from bot.views import ids
from prompts.library import Dimension
from reflections.model import DeliveryKind, Note, Reflection
from reflections.stores.tiny import TinyStore
from tests.scenario.conftest import ADMIN, AMARA, BEN, LEILA, TUESDAY, World

NOTE = "She was gutted about the wig; I said that made sense and asked what the worst part was."
AMENDED = NOTE.replace("wig", "scarf")
LISTENERS = Path(__file__).parents[2] / "bot" / "listeners"
GUESSES = 3
"""Made-up keys beside the real ones, for each handler."""


def handlers(kind: str) -> list[str]:
    """Every action or view that a listener answers to, as it stands in the source."""
    found = set()
    for path in LISTENERS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == kind:
                names = [n.attr for n in ast.walk(node.args[0]) if isinstance(n, ast.Attribute)]
                found |= {str(getattr(ids, name)) for name in names if hasattr(ids, name)}
    return sorted(f"{f}-older" if f == ids.HISTORY_PAGE else f for f in found)


ACTIONS, VIEWS = handlers("action"), handlers("view")


def test_the_handlers_are_all_found() -> None:
    """So that one that is added is tried as well."""
    named = {str(v) for name, v in vars(ids).items() if name.isupper()}
    fields = {ids.NOTE_BLOCK, ids.NOTE_INPUT, ids.CHECKED_BLOCK}
    fields |= {ids.HISTORY_MODAL, ids.TIP_CALENDAR_MODAL}  # nothing is sent in
    tried = {a.removesuffix("-older") for a in ACTIONS} | set(VIEWS)
    assert named - fields <= tried
    assert len(ACTIONS) > 30 and len(VIEWS) > 6
    written = re.findall(r"^([A-Z_]+) = ", Path(ids.__file__).read_text("utf-8"), re.MULTILINE)
    assert len(written) == len(set(written)), "an id that is given twice is the last one only"


@pytest.fixture
def over() -> str:
    """A refusal is an answer there; over a socket it is a silence to wait for."""
    return "http"


@pytest.fixture
async def secrets(world: World) -> list[str]:
    """Everything by which Amara's things could be named; she has one of each."""
    await world.clinic_ends()
    await world.says(AMARA, NOTE)
    await world.presses(AMARA, "try_this")
    await world.presses(AMARA, "feedback_disagree")
    await world.sends(AMARA, empathy="missed")
    await world.types(AMARA, "history")
    await world.presses(AMARA, "reflection_open")
    await world.presses(AMARA, "reflection_amend")
    await world.sends(AMARA, text=AMENDED)
    await world.says(AMARA, "Siobhan was gutted about the wig on 3 March; I waited with her.")
    world.now.move(minutes=1)
    await world.says(AMARA, NOTE.replace("wig", "hat"))
    newest = world.heard(AMARA)[-1]["ts"]
    await world.presses(AMARA, "reflection_delete", message_ts=newest)
    store = world.bot.services.store
    owner = world.owner(AMARA)
    older = Reflection("older", Note("She cried; I waited.", TUESDAY - timedelta(days=31)))
    await store.commit(owner, world.now(), reflection=older)
    await world.slack.open_home(AMARA)
    await world.settled()
    await world.presses(AMARA, "trends_draw", home=True)
    await store.delete_reflection(owner, older.id, world.now())
    (reflection,) = await store.reflections(owner, limit=9)
    assert reflection.earlier and await store.plans(owner)
    shown = json.dumps(world.slack.messages(AMARA))
    handles = sorted(set(re.findall(r'"value": "([\w-]{16})"', shown)) - {reflection.id})
    assert len(handles) == 2, "what may be had back or waved through has a handle: a secret, too"
    files = list(world.slack.workspace.files)
    assert files
    keys = [
        (await store.deliveries(owner, kind, TUESDAY))[-1].key
        for kind in (DeliveryKind.PROMPT, DeliveryKind.FEEDBACK, DeliveryKind.REPLY)
    ]
    return [reflection.id, owner, *handles, *files, *keys]


async def everything(world: World, user: str) -> Any:
    store = world.bot.services.store
    assert isinstance(store, TinyStore)
    return [r.row for r in await store.dump(world.owner(user))]


def guesses(secrets: list[str], seed: str) -> list[str]:
    """Keys near the real ones, and what people try at doors."""
    dice = random.Random(seed)
    made = ["", "0", "-1", "*", "%", "../" + secrets[1], '{"id": "' + secrets[0] + '"}', "r1 r2"]
    for secret in dice.sample(secrets, min(4, len(secrets))):
        at = dice.randrange(len(secret))
        made += [secret[:at], secret.upper(), secret[:at] + "0" + secret[at + 1 :], f" {secret}"]
    return dice.sample(made, GUESSES)


@pytest.mark.parametrize("other", [BEN, LEILA, ADMIN])
async def test_every_handler_forged_by_somebody_else_shows_and_changes_nothing(
    world: World, secrets: list[str], other: str
) -> None:
    before = await everything(world, AMARA)
    hers = list(world.slack.messages(AMARA))
    world.slack.calls.clear()
    answers: list[Any] = []
    for action in ACTIONS:
        for key in [*secrets, *guesses(secrets, action)]:
            value = f"30min {key}" if action == ids.SNOOZE else key
            answers.append(await pressed(world, other, action, value))
        await world.settled()
    for view in VIEWS:
        for key in [*secrets, *guesses(secrets, view)]:
            answers.append(await sent(world, other, view, key))
        await world.settled()
    for word in [*ANSWERS, "help"]:
        for key in secrets[:2]:
            answers.append(await world.types(other, f"{word} {key}"))
    for text in (
        "history",
        "history wig",
        "history about empathy",
        "history with missed openings",
    ):
        answers.append(await world.types(other, text))
    await world.slack.open_home(other)
    await world.tick()
    seen = json.dumps([world.slack.calls, answers], default=str)
    for phrase in re.findall(r"(?=\b(\w+ \w+ \w+)\b)", f"{NOTE} {AMENDED}"):
        assert phrase not in seen
    assert "gutted" not in seen and "scarf" not in seen
    assert await everything(world, AMARA) == before
    assert world.slack.messages(AMARA) == hers
    for method, arguments in world.slack.calls:
        assert AMARA not in str(arguments.get("user", "")), method
        assert AMARA[1:] not in str(arguments.get("channel", "")), method
        assert arguments.get("file") not in world.slack.workspace.files, method


def payload(world: World, user: str) -> dict[str, Any]:
    return {
        "team": {"id": TEAM_ID},
        "user": {"id": user, "team_id": TEAM_ID},
        "trigger_id": world.slack.workspace.new_trigger(user),
    }


async def deliver(world: World, forged: dict[str, Any]) -> Any:
    """A payload as Slack would never send it."""
    try:
        return await world.slack.wire.deliver("interactive", forged)
    except Exception as error:  # noqa: BLE001 - an unanswered forgery is as good as a refusal
        assert type(error).__name__ == "NotAcknowledged"
        return None


async def pressed(world: World, user: str, action: str, value: str) -> Any:
    """A button that the person was not shown."""
    button = {"type": "button", "action_id": action, "block_id": "b", "value": value}
    return await deliver(
        world,
        {
            **payload(world, user),
            "type": "block_actions",
            "container": {"type": "message", "message_ts": "1.1", "channel_id": "D0X"},
            "message": {"ts": "1.1", "blocks": []},
            "view": {
                "id": "V0X",
                "type": "home",
                "callback_id": "",
                "private_metadata": json.dumps({"amends": value}) if "wave" in action else "",
            },
            "actions": [button],
        },
    )


async def sent(world: World, user: str, callback: str, key: str) -> Any:
    """A form that the person was not shown, about something that is not theirs."""
    metadata = {
        ids.NOTE_MODAL: json.dumps({"prompt": key, "amends": key}),
        ids.DISPUTE_MODAL: f"{key} 1.1",
        ids.TIP_MODAL: "W01",
    }.get(callback, key)

    def field(**value: Any) -> dict[str, Any]:
        return value

    chosen = {"selected_option": {"value": "json"}}
    level = {"selected_option": {"value": "strong"}}
    values: dict[str, dict[str, Any]] = {
        ids.NOTE_BLOCK: {ids.NOTE_INPUT: field(value="She cried; I waited with her a while.")},
        "words": {"words": field(value=key[:200] or None)},
        "about": {"about": field(selected_option={"value": "anything"})},
        "only": {"only": field(selected_options=[])},
        "since": {"since": field(selected_date=None)},
        "until": {"until": field(selected_date=None)},
        "kind": {"kind": chosen},
        "word": {"word": field(value=key)},
        **{d.value: {d.value: level} for d in Dimension},
    }
    return await deliver(
        world,
        {
            **payload(world, user),
            "type": "view_submission",
            "view": {
                "id": f"V{abs(hash((callback, key)))}",
                "type": "modal",
                "callback_id": callback,
                "private_metadata": metadata,
                "previous_view_id": None,
                "state": {"values": values},
            },
            "response_urls": [],
        },
    )


async def test_a_lead_sees_tips_and_nothing_else(world: World, secrets: list[str]) -> None:
    world.slack.calls.clear()
    await world.types(LEILA, "history")
    await world.slack.open_home(LEILA)
    await world.types(LEILA, "tip")
    seen = str(world.slack.calls)
    assert "gutted" not in seen and AMARA not in seen
