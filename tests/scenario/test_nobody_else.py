"""No lead, colleague or forged value reaches another person's note, label or count."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.views import ids
from reflections.model import DeliveryKind
from tests.scenario.conftest import AMARA, BEN, LEILA, TUESDAY, World

NOTE = "She was gutted about the wig; I said that made sense and asked what the worst part was."
ACTIONS = sorted(
    f"{value}-older" if value == ids.HISTORY_PAGE else value
    for name, value in vars(ids).items()
    if name.isupper() and not name.endswith(("MODAL", "BLOCK", "INPUT"))
)


@pytest.fixture
async def secrets(world: World) -> list[str]:
    """Everything by which Amara's things could be named."""
    await world.clinic_ends()
    await world.says(AMARA, NOTE)
    store = world.bot.services.store
    owner = world.owner(AMARA)
    (reflection,) = await store.reflections(owner, limit=9)
    deliveries = [d for kind in DeliveryKind for d in await store.deliveries(owner, kind, TUESDAY)]
    return [reflection.id, owner, *(d.key for d in deliveries)]


@pytest.mark.parametrize("other", [BEN, LEILA])
async def test_every_button_forged_with_anothers_keys_shows_nothing(
    world: World, secrets: list[str], other: str
) -> None:
    store = world.bot.services.store
    before = await store.reflection(world.owner(AMARA), secrets[0])
    world.slack.wire.ack_timeout = 0.3  # a forgery that is refused is not acknowledged
    world.slack.calls.clear()
    for action in ACTIONS:
        for secret in secrets:
            for value in (secret, f"30min {secret}"):
                await forged(world, other, action, value)
    seen = str(world.slack.calls)
    for phrase in re.findall(r"(?=\b(\w+ \w+ \w+)\b)", NOTE):
        assert phrase not in seen
    assert "gutted" not in seen
    assert await store.reflection(world.owner(AMARA), secrets[0]) == before
    assert all(AMARA not in str(args.get("channel", "")) for _, args in world.slack.calls)


async def forged(world: World, user: str, action: str, value: str) -> None:
    """A payload as Slack would never send it: a button that the person was not shown."""
    payload: dict[str, Any] = {
        "type": "block_actions",
        "team": {"id": world.owner(user).partition("-")[0]},
        "user": {"id": user, "team_id": world.owner(user).partition("-")[0]},
        "trigger_id": world.slack.workspace.new_trigger(user),
        "container": {"type": "message", "message_ts": "1.1", "channel_id": "D0X"},
        "message": {"ts": "1.1", "blocks": []},
        "view": {"id": "V0X", "type": "home", "private_metadata": "W01"},
        "actions": [{"type": "button", "action_id": action, "block_id": "b", "value": value}],
    }
    try:
        await world.slack.wire.deliver("interactive", payload)
    except Exception as error:  # noqa: BLE001 - an unanswered forgery is as good as a refusal
        assert type(error).__name__ == "NotAcknowledged"
    await world.settled()


async def test_a_lead_sees_tips_and_nothing_else(world: World, secrets: list[str]) -> None:
    world.slack.calls.clear()
    await world.types(LEILA, "history")
    await world.slack.open_home(LEILA)
    await world.types(LEILA, "tip")
    seen = str(world.slack.calls)
    assert "gutted" not in seen and AMARA not in seen
