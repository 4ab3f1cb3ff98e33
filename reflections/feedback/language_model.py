"""Asks a language model for the acts in a note, over the protocol that OpenAI's API speaks.

Only the instruction and the text of one screened note leave this process: no id, no name, no
prompt, no history. What comes back is not trusted here or anywhere; ``reader`` checks it. Every way
to fail ends in :class:`Unread`, within the deadline, and costs the clinician nothing but the
model's reading.
"""

from __future__ import annotations

import asyncio
import json
import logging
import math
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from reflections.feedback.manual import CODES
from reflections.model import Safety
from reflections.stores import StoreError

if TYPE_CHECKING:
    from openai import AsyncOpenAI

log = logging.getLogger("alliance.language_model")

MAX_REPLY_TOKENS = 4000
"""A note of 3,000 characters with every clause coded needs about half of this."""
FAILURES_UNTIL_REST = 3
REST = timedelta(minutes=1)
LONGEST_REST = timedelta(minutes=15)
_RETRY_AFTER = 0.4
"""Seconds before a second try; doubled with each."""
_OPTIONAL = ("response_format", "store", "temperature", "max_completion_tokens")
"""What a compatible server may not know; left out once it refuses a request that holds it."""


class Failure(StrEnum):
    """Why there is no reading. RESTING and SPENT mean that nothing was sent."""

    TIMEOUT = "timeout"
    CONNECTION = "connection"
    RATE_LIMITED = "rate_limited"
    SERVER = "server"
    REJECTED = "rejected"
    REFUSED = "refused"
    CUT_OFF = "cut_off"
    EMPTY = "empty"
    MALFORMED = "malformed"
    UNTRUSTED = "untrusted"
    RESTING = "resting"
    SPENT = "spent"


UNSENT = frozenset({Failure.RESTING, Failure.SPENT})


class Unread(Exception):
    """The model gave no reading; ``failure`` says why, and nothing else is known of it."""

    def __init__(self, failure: Failure, retry_after: float = 0) -> None:
        super().__init__(failure.value)
        self.failure = failure
        self.retry_after = retry_after


class _Withheld(Unread):
    """Nothing was sent."""


class FoundAct(BaseModel):
    """One act as the model reports it: a code, and words it says stand in the note."""

    model_config = ConfigDict(extra="forbid")

    code: Annotated[str, Field(json_schema_extra={"enum": list(CODES)})]
    quote: str


class Reply(BaseModel):
    """All that is asked for. Levels are not: the manual's tables make them from the acts."""

    model_config = ConfigDict(extra="forbid")

    encounter: bool
    safety: Safety
    acts: list[FoundAct]
    strength: str
    opening: str
    next_step: str


@dataclass(frozen=True)
class Answer:
    """A reply with the tokens of the request that brought it, and the seconds it took in all."""

    reply: Reply
    tokens_in: int
    tokens_out: int
    seconds: float = 0.0


@dataclass(frozen=True)
class ModelSettings:
    """``timeout`` is for one try and ``deadline`` for all of them, in seconds.

    ``monthly_tokens`` is what a workspace may use in a calendar month (UTC), on all its machines
    together; 0 is no limit.
    """

    key: str
    model: str
    base_url: str = ""
    temperature: float = 0.0
    timeout: float = 10.0
    deadline: float = 12.0
    retries: int = 1
    monthly_tokens: int = 0


BUCKETS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Upper bounds, in seconds, by which the time of answers is counted."""


@dataclass
class Meter:
    """Counts since the start, free of content and of people.

    ``answers`` counts how long answers took by the first of ``BUCKETS`` that holds them, inf for
    longer; ``seconds`` is their sum. ``readings`` counts notes by the engine that their feedback
    names. ``month_tokens`` is the whole workspace's, as last seen.
    """

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    readings: Counter[str] = field(default_factory=Counter)
    answers: Counter[float] = field(default_factory=Counter)
    seconds: float = 0.0
    last: float | None = None
    month_tokens: int = 0

    def answered(self, seconds: float) -> None:
        self.answers[next((b for b in BUCKETS if seconds <= b), math.inf)] += 1
        self.seconds += seconds
        self.last = seconds

    def line(self) -> str:
        """One line for the log."""
        failed = ", ".join(f"{name} {n}" for name, n in sorted(self.failures.items())) or "none"
        last = "-" if self.last is None else f"{self.last:.2f}"
        return (
            f"calls {self.calls}, tokens in {self.tokens_in}, tokens out {self.tokens_out}, "
            f"last answer {last} s, failures: {failed}"
        )


Count = Callable[[str, int, int], Awaitable[int | None]]
"""Adds tokens to a month's and gives the sum, or None where it would pass a limit: see
``Store.count_tokens``, which all replicas share."""


def count_in_memory() -> Count:
    """For one run from the command line, which is bounded by the limit but not counted against the
    workspace's month."""
    used: Counter[str] = Counter()

    async def count(month: str, tokens: int, limit: int) -> int | None:
        if limit and tokens > 0 and used[month] + tokens > limit:
            return None
        used[month] += tokens
        return used[month]

    return count


class Breaker:
    """After some failures in a row nothing is asked for a while; a failure after that rest begins a
    longer one, an answer ends the matter."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._failed = 0
        self._until: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self._until is not None and self._now() < self._until

    def succeeded(self) -> None:
        self._failed, self._until = 0, None

    def failed(self, retry_after: float = 0) -> None:
        """Count a failure; ``retry_after`` are the seconds of rest that the server asked for."""
        self._failed += 1
        rest = timedelta(seconds=min(retry_after, LONGEST_REST.total_seconds()))
        over = self._failed - FAILURES_UNTIL_REST
        if over >= 0:
            rest = max(rest, min(REST * 2 ** min(over, 8), LONGEST_REST))
        if rest:
            self._until = self._now() + rest


class _Asked(NamedTuple):
    """What a request holds."""

    instruction: str
    text: str

    @property
    def tokens(self) -> int:
        """At four characters each."""
        return (len(self.instruction) + len(self.text)) // 4


class LanguageModel:
    """A model behind a URL. ``instruction`` is content, for whoever reads the workspace's language;
    nothing is opened before the first note."""

    def __init__(
        self,
        settings: ModelSettings,
        instruction: str,
        now: Callable[[], datetime],
        count: Count,
    ) -> None:
        self.settings = settings
        self.meter = Meter()
        self.breaker = Breaker(now)
        self._now = now
        self._count = count
        self._instruction = instruction
        self._client: AsyncOpenAI | None = None
        self._starting = asyncio.Lock()
        self._left_out: set[str] = set()

    async def ask(self, text: str, instruction: str = "") -> Answer:
        """What the model says of a screened note, by another instruction where one is given;
        Unread within the deadline where it says nothing that can be used."""
        began = time.perf_counter()
        asked = _Asked(instruction or self._instruction, text)
        try:
            async with asyncio.timeout(self.settings.deadline):
                client = await self.ready()
                if self.breaker.is_open:
                    raise _Withheld(Failure.RESTING)
                answer = await self._tries(client, asked)
        except _Withheld as error:
            self.meter.failures[error.failure] += 1
            log.warning("not asked: %s; %s", error.failure, self.meter.line())
            raise Unread(error.failure) from None
        except TimeoutError:
            unread = Unread(Failure.TIMEOUT)
        except Unread as error:
            unread = error
        else:
            self.breaker.succeeded()
            answer = replace(answer, seconds=time.perf_counter() - began)
            self.meter.answered(answer.seconds)
            log.info("%s", self.meter.line())
            return answer
        self.breaker.failed(unread.retry_after)
        self.meter.failures[unread.failure] += 1
        log.warning("no reading: %s; %s", unread.failure, self.meter.line())
        raise unread from None

    async def close(self) -> None:
        if self._client:
            await self._client.close()

    async def ready(self) -> AsyncOpenAI:
        """The client, for which a library is loaded the first time: that takes a second or so."""
        async with self._starting:
            if self._client is None:
                # Importing the library takes some tenths of a second, so it waits for a first note.
                self._client = await asyncio.to_thread(self._start)
            return self._client

    def _start(self) -> AsyncOpenAI:
        from openai import AsyncOpenAI, DefaultAsyncHttpxClient

        return AsyncOpenAI(
            api_key=self.settings.key,
            base_url=self.settings.base_url or None,
            timeout=self.settings.timeout,
            max_retries=0,
            # A redirect would carry the note to an address that nobody chose.
            http_client=DefaultAsyncHttpxClient(follow_redirects=False),
        )

    async def _tries(self, client: AsyncOpenAI, asked: _Asked) -> Answer:
        wait = _RETRY_AFTER
        before: Unread | None = None
        for left in range(self.settings.retries, -1, -1):
            try:
                return await self._try(client, asked)
            except _Withheld as error:
                raise before or error from None
            except Unread as error:
                before = error
                again = error.failure in (
                    Failure.CONNECTION,
                    Failure.SERVER,
                    Failure.RATE_LIMITED,
                )
                # A server that names a longer wait is not asked again for this note.
                if not left or not again or error.retry_after > self.settings.deadline / 4:
                    raise
                # Spread, so that replicas do not come back all at once.
                await asyncio.sleep(max(wait * random.uniform(1, 1.5), error.retry_after))
                wait *= 2
        raise AssertionError("unreachable")

    async def _try(self, client: AsyncOpenAI, asked: _Asked) -> Answer:
        """One answer; a request that is refused for an option is made again without it."""
        import openai

        while True:
            month = f"{self._now():%Y-%m}"
            reserved = asked.tokens + MAX_REPLY_TOKENS
            # Reserved before it is sent: two replicas cannot both use the month's last tokens, and
            # what a kill cuts off stays counted.
            if not await self._reserve(month, reserved):
                raise _Withheld(Failure.SPENT)
            request = self._request(asked)
            self.meter.calls += 1
            used = (0, 0)
            try:
                answer = await client.chat.completions.create(**request)
                used = self._used(answer, asked)
                return Answer(_reply(answer), *used)
            except openai.APITimeoutError:
                used = self._used(None, asked)
                raise Unread(Failure.TIMEOUT) from None
            except openai.APIConnectionError:
                raise Unread(Failure.CONNECTION) from None
            except openai.APIStatusError as error:
                if self._leave_out(error, request):
                    continue
                raise Unread(_failure_of(error.status_code), _retry_after(error)) from None
            except (openai.OpenAIError, ValueError):
                used = self._used(None, asked)
                raise Unread(Failure.MALFORMED) from None
            except asyncio.CancelledError:
                used = self._used(None, asked)
                raise
            finally:
                await self._reserve(month, sum(used) - reserved)

    async def _reserve(self, month: str, tokens: int) -> bool:
        """Whether the month has so many tokens left, which are then taken; negative ones are given
        back. A count that cannot be kept counts as spent: rules read notes until it can."""
        try:
            total = await self._count(month, tokens, self.settings.monthly_tokens)
        except StoreError as error:
            log.error("tokens cannot be counted, so no note goes to the model: %s", error)
            return False
        if total is None:
            return False
        self.meter.month_tokens = total
        return True

    def _request(self, asked: _Asked) -> dict[str, Any]:
        options: dict[str, Any] = {
            "response_format": {
                "type": "json_schema",
                "json_schema": {
                    "name": "reading",
                    "strict": True,
                    "schema": Reply.model_json_schema(),
                },
            },
            "store": False,
            "temperature": self.settings.temperature,
            "max_completion_tokens": MAX_REPLY_TOKENS,
        }
        if "response_format" in self._left_out:
            options["response_format"] = {"type": "json_object"}
        if "json_object" in self._left_out:
            del options["response_format"]
        for name in ("store", "temperature"):
            if name in self._left_out:
                del options[name]
        if "max_completion_tokens" in self._left_out:
            options["max_tokens"] = options.pop("max_completion_tokens")
        return {
            "model": self.settings.model,
            "messages": [
                {"role": "system", "content": asked.instruction},
                # JSON, so that nothing in the note can look like the end of it.
                {"role": "user", "content": json.dumps({"note": asked.text}, ensure_ascii=False)},
            ],
            **options,
        }

    def _leave_out(self, error: Any, request: dict[str, Any]) -> bool:
        """Whether a refusal names an option that can be left out; it stays out from then on."""
        if error.status_code not in (400, 422):
            return False
        said = str(error.body or error.message).lower()
        for name in _OPTIONAL:
            names = (name, "json_schema") if name == "response_format" else (name,)
            if name in request and any(n in said for n in names):
                if name == "response_format" and name in self._left_out:
                    name = "json_object"
                self._left_out.add(name)
                log.info("the server does not take %s; going on without it", name)
                return True
        return False

    def _used(self, answer: Any, asked: _Asked) -> tuple[int, int]:
        """Tokens in and out that a request took, which are metered; by its length where the server
        gives no figure."""
        usage = getattr(answer, "usage", None)
        sent = getattr(usage, "prompt_tokens", None)
        got = getattr(usage, "completion_tokens", None)
        if not isinstance(sent, int) or not isinstance(got, int):
            sent, got = asked.tokens, 0
        self.meter.tokens_in += sent
        self.meter.tokens_out += got
        return sent, got


def _failure_of(status: int) -> Failure:
    if status == 429:
        return Failure.RATE_LIMITED
    if status == 408:
        return Failure.TIMEOUT
    return Failure.SERVER if status >= 500 else Failure.REJECTED


def _retry_after(error: Any) -> float:
    try:
        return max(0.0, float(error.response.headers.get("retry-after", 0)))
    except ValueError:
        return 0.0


def _reply(answer: Any) -> Reply:
    """The reading in an answer of the protocol; Unread names what is wrong with it."""
    try:
        choice = answer.choices[0]
        message, reason = choice.message, choice.finish_reason
        content, refusal = message.content, getattr(message, "refusal", None)
    except (AttributeError, IndexError, TypeError):
        raise Unread(Failure.MALFORMED) from None
    if refusal or reason == "content_filter":
        raise Unread(Failure.REFUSED)
    if reason == "length":
        raise Unread(Failure.CUT_OFF)
    if not isinstance(content, str) or not content.strip():
        raise Unread(Failure.EMPTY)
    try:
        return Reply.model_validate_json(_bare(content))
    except ValidationError:
        raise Unread(Failure.MALFORMED) from None


def _bare(content: str) -> str:
    """JSON without the code fence that some models put around it."""
    content = content.strip()
    if content.startswith("```") and content.endswith("```"):
        content = content.strip("`").removeprefix("json")
    return content
