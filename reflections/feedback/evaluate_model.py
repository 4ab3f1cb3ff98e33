"""Labelled notes read by a language model as in use, for ``evaluate`` to measure.

What the model said is kept in a cache folder, a file a note, named by a digest of the note, the
instruction and the model, so that a second run costs nothing. The files quote the notes.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from prompts.library import Library
from reflections.feedback.engine import RubricEngine
from reflections.feedback.language_model import LanguageModel, Reply
from reflections.feedback.reader import ModelReader
from reflections.model import Assessment
from reflections.privacy import Screening

AT_ONCE = 4


class CachedModel:
    """Asks the model once for each note, ever. A reply that failed is not kept."""

    def __init__(self, model: LanguageModel, instruction: str, folder: Path) -> None:
        settings = model.settings
        self._model = model
        self._folder = folder
        self._salt = "\0".join(
            (settings.model, settings.base_url, str(settings.temperature), instruction)
        )
        self.hits = 0

    async def ask(self, text: str) -> Reply:
        name = hashlib.sha256(f"{self._salt}\0{text}".encode()).hexdigest()
        file = self._folder / f"{name}.json"
        try:
            reply = Reply.model_validate_json(await asyncio.to_thread(file.read_bytes))
        except (FileNotFoundError, ValidationError):
            reply = await self._model.ask(text)
            await asyncio.to_thread(self._keep, file, reply)
        else:
            self.hits += 1
        return reply

    @staticmethod
    def _keep(file: Path, reply: Reply) -> None:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.touch(mode=0o600)
        file.write_text(reply.model_dump_json(), encoding="utf-8")


@dataclass
class ModelReadings:
    """Assessments by text, ready to be measured; ``engines`` counts who made them.

    ``withheld`` notes did not pass the screen: rules read them and they were not sent.
    """

    found: dict[str, Assessment] = field(default_factory=dict)
    engines: Counter[str] = field(default_factory=Counter)
    withheld: int = 0
    cached: int = 0

    def assess(self, text: str) -> Assessment:
        return self.found[text]


async def read_all(
    texts: Iterable[str],
    model: LanguageModel,
    engine: RubricEngine,
    library: Library,
    screen: Callable[[str], Screening],
    cache: Path,
) -> ModelReadings:
    """Every text read once, a few at a time. OSError where the cache folder cannot be used."""
    made = ModelReadings()
    cached = CachedModel(model, library.instruction.text, cache)
    reader = ModelReader(cached, library, engine)
    places = asyncio.Semaphore(AT_ONCE)

    async def one(text: str) -> None:
        async with places:
            offline = await asyncio.to_thread(engine.assess, text)
            if not (await asyncio.to_thread(screen, text)).accepted:
                made.found[text] = offline
                made.withheld += 1
                return
            feedback = await reader.read(text, offline)
            made.found[text] = feedback.assessment
            made.engines[feedback.engine] += 1

    await asyncio.to_thread(cache.mkdir, 0o700, True, True)
    await asyncio.gather(*(one(text) for text in dict.fromkeys(texts)))
    made.cached = cached.hits
    return made


def render_cost(made: ModelReadings, model: LanguageModel, prices: Mapping[str, float]) -> str:
    """How the readings came about and what they took; ``prices`` (``in``, ``out``) are for a
    million tokens and 0 where not given."""
    meter = model.meter
    seconds = sorted(meter.seconds)
    lines = [
        f"model {model.settings.model}",
        *(f"read by {name:<16} {count} notes" for name, count in sorted(made.engines.items())),
        f"not sent, screen         {made.withheld} notes",
        f"from the cache           {made.cached} notes",
        f"calls                    {meter.calls}",
        f"tokens in, out           {meter.tokens_in}, {meter.tokens_out}",
    ]
    if meter.failures:
        failed = ", ".join(f"{name} {count}" for name, count in sorted(meter.failures.items()))
        lines.append(f"failures                 {failed}")
    if seconds:
        slowest = seconds[min(len(seconds) - 1, int(0.95 * len(seconds)))]
        middle = seconds[len(seconds) // 2]
        lines.append(f"seconds, median and p95  {middle:.2f}, {slowest:.2f}")
    if any(prices.values()):
        cost = (meter.tokens_in * prices["in"] + meter.tokens_out * prices["out"]) / 1_000_000
        lines.append(f"price                    {cost:.4f}")
    return "\n".join(lines)
