"""With a language model behind the bot: the loop still holds, the checked note alone leaves, and
whatever the model does, the clinician gets one feedback."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from reflections.feedback.reader import MODEL, MODEL_FAILED, MODEL_RESTING
from reflections.model import Reflection
from tests.reflections.feedback.model_server import ModelServer, Reading, reading
from tests.reflections.feedback.test_language_model import MATRIX
from tests.scenario.conftest import AMARA, BEN, World, words
from tests.scenario.test_loop import NOTE

WORDS = {
    "strength": "You wrote “asked which stairs worry her most”. That goes to the worry itself.",
    "opening": "“frightened the knee would give way” may have more behind it.",
    "next_step": "If the stairs come up again, ask what she would like to be able to do.",
}


@pytest.fixture
def over() -> str:
    return "socket"


@pytest.fixture
def read_by() -> str:
    return "model"


@pytest.fixture
async def server(server: ModelServer) -> ModelServer:
    """One that has words of its own, too."""
    plain = server.reads

    def reads(note: str) -> Reading:
        return {**plain(note), **(WORDS if "which stairs" in note else {})}

    server.reads = reads
    return server


@pytest.fixture
def choices() -> dict[str, Any]:
    return {
        "alliance_model_timeout": 0.3,
        "alliance_model_deadline": 1.0,
        "alliance_model_retries": 0,
    }


async def only_reflection(world: World) -> Reflection:
    (found,) = await world.bot.services.store.reflections(world.owner(AMARA), limit=9)
    return found


def says(world: World, engine: str) -> str:
    return world.bot.services.library.say(f"frame.read_by.{engine}")


async def test_the_models_words_are_shown_and_marked_as_such(
    world: World, server: ModelServer
) -> None:
    await world.says(AMARA, NOTE)
    said = words(world.heard(AMARA)[-1]["blocks"])
    for part in WORDS.values():
        assert part in said
    assert says(world, MODEL) in said
    feedback = (await only_reflection(world)).feedback
    assert feedback and feedback.engine == MODEL
    await world.presses(AMARA, "feedback_details")
    assert says(world, MODEL) in words(world.slack.views(AMARA)[-1]["blocks"])
    assert server.notes == [NOTE]


async def test_nothing_but_the_checked_note_leaves(
    world: World, server: ModelServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await world.clinic_ends()
    await world.says(AMARA, NOTE)
    await world.says(AMARA, "Siobhan was tearful; I said it made sense. Ring her on 07700 900318.")
    assert server.notes == [NOTE], "what bounced has not left"
    await world.presses(AMARA, "keep_checked")
    assert len(server.notes) == 2 and server.notes[1].startswith("[NAME] was tearful")
    sent = json.dumps([server.requests, server.headers])
    kept = await world.bot.services.store.reflections(world.owner(AMARA), limit=9)
    first = next(r for r in kept if r.note.text == NOTE)
    assert first.note.prompt_id
    prompt = world.bot.services.library.prompt(first.note.prompt_id).text
    for secret in ("Siobhan", "07700", AMARA, "Amara", world.owner(AMARA), first.id, prompt):
        assert secret not in sent
    assert "stairs" not in server.requests[1]["messages"][1]["content"], "the history"
    ours = [r.getMessage() for r in caplog.records if r.name.startswith("alliance")]
    assert not [line for line in ours if "stairs" in line or "tearful" in line]


@pytest.mark.parametrize(
    "text",
    [
        "I can't do this any more. Everyone would be better off without me.",
        "I gave her ten times the dose and have not told anyone yet.",
        "She told me her partner hits her and the kids have seen it.",
    ],
)
async def test_where_the_offline_gate_finds_something_the_model_is_not_asked(
    world: World, server: ModelServer, text: str
) -> None:
    await world.types(AMARA, "reflect")
    await world.sends(AMARA, text=text)
    assert await world.kept(AMARA) == [text]
    assert server.requests == []
    assert "One thing to try" not in words(world.heard(AMARA)[-1]["blocks"])


@pytest.mark.parametrize("how", ["safety", "act"])
async def test_what_only_the_model_finds_comes_before_coaching_too(
    world: World, server: ModelServer, how: str
) -> None:
    server.reads = lambda note: (
        reading(("resp_empathic", "asked which stairs"), safety="safeguarding", **WORDS)
        if how == "safety"
        else reading(("safety_safeguarding", "frightened the knee would give way"), **WORDS)
    )
    await world.says(AMARA, NOTE)
    said = words(world.heard(AMARA)[-1]["blocks"])
    assert "safeguarding" in said
    assert "One thing to try" not in said and "shows clearly" not in said


async def test_a_clinician_can_choose_rules_only(world: World, server: ModelServer) -> None:
    await world.slack.open_home(AMARA)
    await world.settled()
    assert "the language model made-up" in words(world.slack.home(AMARA)["blocks"])
    await world.presses(AMARA, "offline_only", home=True)
    assert "as you chose" in words(world.slack.home(AMARA)["blocks"])
    await world.says(AMARA, NOTE)
    assert server.requests == []
    feedback = (await only_reflection(world)).feedback
    assert feedback and feedback.engine == "rubric"
    await world.presses(AMARA, "feedback_details")
    assert "No outside service saw it" in words(world.slack.views(AMARA)[-1]["blocks"])
    await world.presses(AMARA, "offline_only", home=True)
    await world.says(AMARA, NOTE + " She smiled.")
    assert len(server.requests) == 1


@pytest.mark.parametrize("fault", [m[0] for m in MATRIX])
async def test_whatever_goes_wrong_one_feedback_comes_and_is_marked(
    world: World, server: ModelServer, fault: str
) -> None:
    server.breaks(fault)
    await world.says(AMARA, NOTE)
    (message,) = world.heard(AMARA)
    said = words(message["blocks"])
    assert "“" in said and "One thing to try" in said
    assert says(world, MODEL_FAILED) in said
    for part in WORDS.values():
        assert part not in said
    world.now.move(minutes=5)
    await world.tick()
    assert len(world.heard(AMARA)) == 1
    feedback = (await only_reflection(world)).feedback
    assert feedback and feedback.engine == MODEL_FAILED


async def test_a_model_that_keeps_failing_is_left_alone(world: World, server: ModelServer) -> None:
    server.breaks("500")
    for i in range(4):
        await world.says(AMARA, f"{NOTE} That was {'again ' * i}it.")
    assert len(server.requests) == 3
    assert says(world, MODEL_RESTING) in words(world.heard(AMARA)[-1]["blocks"])
    assert len(world.heard(AMARA)) == 4


async def test_feedback_whose_post_is_lost_is_neither_doubled_nor_read_twice(
    world: World, server: ModelServer
) -> None:
    world.slack.faults.lose_answer("chat.postMessage")
    await world.says(AMARA, NOTE)
    for _ in range(3):
        world.now.move(minutes=2)
        await world.tick()
    assert len(world.heard(AMARA)) == 1
    assert len(server.requests) == 1


async def test_a_newcomer_is_told_before_the_first_note(world: World) -> None:
    await world.says(BEN, "help")
    assert "language model made-up" in words(world.heard(BEN)[0]["blocks"])


class TestForbidden:
    @pytest.fixture
    def choices(self, choices: dict[str, Any]) -> dict[str, Any]:
        return {**choices, "alliance_models": "off"}

    async def test_models_off_forbids_them_whatever_key_is_set(
        self, world: World, server: ModelServer
    ) -> None:
        await world.says(AMARA, NOTE)
        assert server.requests == []
        await world.slack.open_home(AMARA)
        await world.settled()
        home = world.slack.home(AMARA)["blocks"]
        assert "No outside service sees a word" in words(home)
        assert "offline_only" not in str(home)
