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
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from reflections.feedback.manual import CODES
from reflections.model import Safety

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
class ModelSettings:
    """``timeout`` is for one try and ``deadline`` for all of them, in seconds.

    ``monthly_tokens`` is what a workspace may use in a calendar month (UTC); 0 is no limit.
    """

    key: str
    model: str
    base_url: str = ""
    temperature: float = 0.0
    timeout: float = 10.0
    deadline: float = 12.0
    retries: int = 1
    monthly_tokens: int = 0


@dataclass
class Meter:
    """Counts since the start, free of content. ``seconds`` holds how long each answer took."""

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    def line(self) -> str:
        """One line for the log."""
        failed = ", ".join(f"{name} {n}" for name, n in sorted(self.failures.items())) or "none"
        last = f"{self.seconds[-1]:.2f}" if self.seconds else "-"
        return (
            f"calls {self.calls}, tokens in {self.tokens_in}, tokens out {self.tokens_out}, "
            f"last answer {last} s, failures: {failed}"
        )


class Budget:
    """Tokens used this month, kept in ``file`` so that a restart does not forget them.

    The file holds a month and a number. One that cannot be read or written counts as a budget that
    is spent: rules read the notes until somebody looks.
    """

    def __init__(self, limit: int, file: Path | None, now: Callable[[], datetime]) -> None:
        self._limit = limit
        self._file = file
        self._now = now
        self._month = ""
        self._used = 0
        self._broken = False

    def load(self) -> None:
        if self._file is None or not self._limit:
            return
        try:
            kept = json.loads(self._file.read_text("utf-8"))
            self._month, self._used = str(kept["month"]), int(kept["tokens"])
        except FileNotFoundError:
            pass
        except (OSError, ValueError, KeyError, TypeError):
            self._broken = True
            log.error(
                "%s cannot be read, so no note goes to the model; remove it to start the month's "
                "count afresh",
                self._file.name,
            )

    @property
    def used(self) -> int:
        """Tokens used in the month that it is now."""
        return self._used if self._month == f"{self._now():%Y-%m}" else 0

    @property
    def spent(self) -> bool:
        return bool(self._limit) and (self._broken or self.used >= self._limit)

    def spend(self, tokens: int) -> None:
        self._used = self.used + tokens
        self._month = f"{self._now():%Y-%m}"
        if self._file is None or not self._limit:
            return
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            temporary = self._file.with_suffix(".tmp")
            temporary.write_text(
                json.dumps({"month": self._month, "tokens": self._used}), encoding="utf-8"
            )
            temporary.chmod(0o600)
            temporary.replace(self._file)
        except OSError as error:
            self._broken = True
            log.error("%s cannot be written (%s)", self._file.name, error.strerror)


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


class LanguageModel:
    """A model behind a URL. ``instruction`` is content; nothing is opened before the first note."""

    def __init__(
        self,
        settings: ModelSettings,
        instruction: str,
        now: Callable[[], datetime],
        usage_file: Path | None = None,
    ) -> None:
        self.settings = settings
        self.meter = Meter()
        self.budget = Budget(settings.monthly_tokens, usage_file, now)
        self.breaker = Breaker(now)
        self._instruction = instruction
        self._client: AsyncOpenAI | None = None
        self._starting = asyncio.Lock()
        self._left_out: set[str] = set()

    async def ask(self, text: str) -> Reply:
        """What the model says of a screened note; Unread within the deadline where it says nothing
        that can be used."""
        began = time.perf_counter()
        try:
            async with asyncio.timeout(self.settings.deadline):
                client = await self._started()
                failure = self._withheld()
                if failure:
                    self.meter.failures[failure] += 1
                    raise _Withheld(failure)
                reply = await self._tries(client, text)
        except _Withheld as error:
            raise Unread(error.failure) from None
        except TimeoutError:
            unread = Unread(Failure.TIMEOUT)
        except Unread as error:
            unread = error
        else:
            self.breaker.succeeded()
            self.meter.seconds.append(time.perf_counter() - began)
            log.info("%s", self.meter.line())
            return reply
        self.breaker.failed(unread.retry_after)
        self.meter.failures[unread.failure] += 1
        log.warning("no reading: %s; %s", unread.failure, self.meter.line())
        raise unread from None

    def _withheld(self) -> Failure | None:
        if self.breaker.is_open:
            return Failure.RESTING
        return Failure.SPENT if self.budget.spent else None

    async def close(self) -> None:
        if self._client:
            await self._client.close()

    async def _started(self) -> AsyncOpenAI:
        async with self._starting:
            if self._client is None:
                # Importing the library takes some tenths of a second, so it waits for a first note.
                self._client = await asyncio.to_thread(self._start)
            return self._client

    def _start(self) -> AsyncOpenAI:
        from openai import AsyncOpenAI

        self.budget.load()
        return AsyncOpenAI(
            api_key=self.settings.key,
            base_url=self.settings.base_url or None,
            timeout=self.settings.timeout,
            max_retries=0,
        )

    async def _tries(self, client: AsyncOpenAI, text: str) -> Reply:
        wait = _RETRY_AFTER
        for left in range(self.settings.retries, -1, -1):
            try:
                return await self._try(client, text)
            except Unread as error:
                again = error.failure in (
                    Failure.CONNECTION,
                    Failure.SERVER,
                    Failure.RATE_LIMITED,
                )
                # A server that names a longer wait is not asked again for this note.
                if not left or not again or error.retry_after > self.settings.deadline / 4:
                    raise
                await asyncio.sleep(max(wait, error.retry_after))
                wait *= 2
        raise AssertionError("unreachable")

    async def _try(self, client: AsyncOpenAI, text: str) -> Reply:
        """One answer; a request that is refused for an option is made again without it."""
        import openai

        while True:
            request = self._request(text)
            self.meter.calls += 1
            try:
                answer = await client.chat.completions.create(**request)
            except openai.APITimeoutError:
                self._charge(None, text)
                raise Unread(Failure.TIMEOUT) from None
            except openai.APIConnectionError:
                raise Unread(Failure.CONNECTION) from None
            except openai.APIStatusError as error:
                if self._leave_out(error, request):
                    continue
                raise Unread(_failure_of(error.status_code), _retry_after(error)) from None
            except (openai.OpenAIError, ValueError):
                self._charge(None, text)
                raise Unread(Failure.MALFORMED) from None
            except asyncio.CancelledError:
                self._charge(None, text)
                raise
            self._charge(answer, text)
            return _reply(answer)

    def _request(self, text: str) -> dict[str, Any]:
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
                {"role": "system", "content": self._instruction},
                # JSON, so that nothing in the note can look like the end of it.
                {"role": "user", "content": json.dumps({"note": text}, ensure_ascii=False)},
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

    def _charge(self, answer: Any, text: str) -> None:
        """Count tokens; where the server gives no figure, the request by four characters each."""
        usage = getattr(answer, "usage", None)
        sent = getattr(usage, "prompt_tokens", None)
        got = getattr(usage, "completion_tokens", None)
        if not isinstance(sent, int) or not isinstance(got, int):
            sent, got = (len(self._instruction) + len(text)) // 4, 0
        self.meter.tokens_in += sent
        self.meter.tokens_out += got
        self.budget.spend(sent + got)


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
