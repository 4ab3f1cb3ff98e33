"""The model's client against somebody else's idea of the protocol: LLMock, a server from PyPI that
fails on demand and then says what the client made of it. ``model_server`` has the cases it lacks.
"""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from llmock.chaos import ChaosSettings
from llmock.pytest_plugin import LLMock
from llmock.scenarios import Reply

from prompts.library import Library
from reflections.feedback import RubricEngine
from reflections.feedback.language_model import (
    FAILURES_UNTIL_REST,
    Failure,
    LanguageModel,
    ModelSettings,
    count_in_memory,
)
from reflections.feedback.reader import MODEL, MODEL_FAILED, MODEL_RESTING, ModelReader
from tests.conftest import MovedClock
from tests.reflections.feedback.test_language_model import GOOD, NOTE

WHOLE = json.dumps(GOOD)
Make = Callable[..., ModelReader]


@pytest.fixture
def now() -> MovedClock:
    return MovedClock(datetime(2026, 11, 24, 9, tzinfo=UTC))


@pytest.fixture
async def make(
    llmock: LLMock, now: MovedClock, library: Library, engine: RubricEngine
) -> AsyncIterator[Make]:
    made: list[LanguageModel] = []

    def build(**changes: Any) -> ModelReader:
        given = {"timeout": 20.0, "deadline": 30.0, **changes}
        settings = ModelSettings("k", "made-up", llmock.base_url(), **given)
        model = LanguageModel(settings, library.instruction.text, now, count_in_memory())
        made.append(model)
        return ModelReader(model, library, engine)

    yield build
    for model in made:
        await model.close()


async def read(reader: ModelReader, engine: RubricEngine, text: str = NOTE) -> str:
    """Who read the note in the end; that is the offline reading itself wherever it failed."""
    offline = engine.assess(text)
    feedback = await reader.read(text, offline)
    if feedback.engine != MODEL:
        assert feedback.assessment == offline and feedback.next_step
    return feedback.engine


async def test_a_scripted_answer_is_read(make: Make, llmock: LLMock, engine: RubricEngine) -> None:
    llmock.reply(WHOLE)
    reader = make()
    assert await read(reader, engine) == MODEL
    assert llmock.last_request.body["store"] is False
    assert reader.model.meter.tokens_in > 0 and reader.model.meter.tokens_out > 0


async def test_what_it_makes_up_by_our_schema_fits_it_and_is_not_believed(
    make: Make, llmock: LLMock, engine: RubricEngine
) -> None:
    """It takes the schema that we send, and fills it with values that fit: quotes of its own."""
    reader = make()
    assert await read(reader, engine) == MODEL_FAILED
    assert dict(reader.model.meter.failures) == {Failure.UNTRUSTED: 1}


async def test_a_limit_is_waited_for_as_long_as_it_asks(
    make: Make, llmock: LLMock, engine: RubricEngine
) -> None:
    llmock.rate_limit(times=1, retry_after=0.6).reply(WHOLE)
    assert await read(make(), engine) == MODEL
    assert len(llmock.requests) == 2
    llmock.assert_resilient(strict=True)


async def test_a_quota_is_respected_until_it_has_room_again(
    make: Make, llmock: LLMock, engine: RubricEngine, now: MovedClock
) -> None:
    llmock.limits(rpm=1).reply(WHOLE, times=None)
    reader = make()
    assert await read(reader, engine) == MODEL
    assert await read(reader, engine) == MODEL_FAILED
    assert dict(reader.model.meter.failures) == {Failure.RATE_LIMITED: 1}
    assert await read(reader, engine) == MODEL_RESTING
    assert len(llmock.requests) == 2, "nothing is sent while it waits"
    llmock.limits(rpm=None)
    now.move(minutes=2)
    assert await read(reader, engine) == MODEL


async def test_an_outage_is_left_alone_and_its_end_is_noticed(
    make: Make, llmock: LLMock, engine: RubricEngine, now: MovedClock
) -> None:
    llmock.outage(status=503)
    reader = make(retries=0)
    for _ in range(FAILURES_UNTIL_REST):
        now.move(seconds=2)  # it asks for one
        assert await read(reader, engine) == MODEL_FAILED
    now.move(seconds=2)
    assert await read(reader, engine) == MODEL_RESTING
    assert len(llmock.requests) == FAILURES_UNTIL_REST
    llmock.reset().reply(WHOLE)
    now.move(minutes=2)
    assert await read(reader, engine) == MODEL


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
async def test_what_no_retry_can_mend_is_asked_once(
    make: Make, llmock: LLMock, engine: RubricEngine, status: int
) -> None:
    llmock.fail(status, times=None)
    reader = make(retries=3)
    assert await read(reader, engine) == MODEL_FAILED
    assert len(llmock.requests) == 1
    assert dict(reader.model.meter.failures) == {Failure.REJECTED: 1}
    llmock.assert_resilient()


async def test_a_note_that_is_too_long_for_it_is_asked_once(
    make: Make, llmock: LLMock, engine: RubricEngine
) -> None:
    llmock.limits(context_window=10)
    assert await read(make(retries=3), engine) == MODEL_FAILED
    assert len(llmock.requests) == 1


async def test_a_slow_answer_is_not_waited_for(
    make: Make, llmock: LLMock, engine: RubricEngine
) -> None:
    llmock.reply(WHOLE)
    ready = make()
    assert await read(ready, engine) == MODEL, "the library is loaded"
    llmock.delay(3.0).reply(WHOLE)
    reader = make(timeout=0.5)
    assert await read(reader, engine) == MODEL_FAILED
    assert dict(reader.model.meter.failures) == {Failure.TIMEOUT: 1}


@pytest.mark.parametrize(
    ("reason", "failure"),
    [("length", Failure.CUT_OFF), ("content_filter", Failure.REFUSED), ("tool_calls", None)],
)
async def test_an_answer_that_ended_otherwise(
    make: Make, llmock: LLMock, engine: RubricEngine, reason: str, failure: Failure | None
) -> None:
    llmock.add(Reply(text=WHOLE, finish_reason=reason))
    reader = make()
    assert await read(reader, engine) == (MODEL_FAILED if failure else MODEL)
    assert dict(reader.model.meter.failures) == ({failure: 1} if failure else {})


async def test_a_tool_call_that_nobody_asked_for_is_no_answer(
    make: Make, llmock: LLMock, engine: RubricEngine
) -> None:
    llmock.call_tool("send_to_manager", {"note": "all of it"})
    reader = make()
    assert await read(reader, engine) == MODEL_FAILED
    assert dict(reader.model.meter.failures) == {Failure.EMPTY: 1}


async def test_through_an_hour_of_random_failures_every_note_has_its_feedback(
    make: Make, llmock: LLMock, engine: RubricEngine, now: MovedClock
) -> None:
    random.seed(20261124)
    llmock.reply(WHOLE, times=None)
    llmock._server.state.chaos = ChaosSettings(error_rates={429: 0.15, 500: 0.15, 503: 0.2})
    reader = make()
    ends = []
    for i in range(20):
        now.move(minutes=1)
        ends.append(await read(reader, engine, f"{NOTE} That was {i}."))
    assert MODEL in ends and set(ends) <= {MODEL, MODEL_FAILED, MODEL_RESTING}
    assert len(llmock.requests) <= 2 * 20, "one retry at most for each"
    assert llmock.verdict().faults >= 3
    llmock.assert_resilient(strict=True)
