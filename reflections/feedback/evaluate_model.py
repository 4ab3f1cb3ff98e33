"""Labelled notes read by a language model as in use, for ``evaluate`` to measure.

What the model said is kept in a cache folder, a file a note, named by a digest of the note, the
instruction and the model, so that a second run costs nothing. The files quote the notes.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from prompts.library import Library
from reflections.feedback.engine import RubricEngine
from reflections.feedback.evaluate import Report
from reflections.feedback.language_model import Answer, LanguageModel
from reflections.feedback.reader import ModelReader
from reflections.model import Assessment
from reflections.privacy import Screening

AT_ONCE = 4
_ANSWER = TypeAdapter(Answer)


class CachedModel:
    """Asks the model once for each note, ever. An answer that failed is not kept."""

    def __init__(self, model: LanguageModel, folder: Path) -> None:
        settings = model.settings
        self.meter = model.meter
        self.answers: list[Answer] = []
        self.hits = 0
        self._model = model
        self._folder = folder
        self._salt = "\0".join((settings.model, settings.base_url, str(settings.temperature)))

    async def ask(self, text: str, instruction: str = "") -> Answer:
        name = hashlib.sha256(f"{self._salt}\0{instruction}\0{text}".encode()).hexdigest()
        file = self._folder / f"{name}.json"
        try:
            answer = _ANSWER.validate_json(await asyncio.to_thread(file.read_bytes))
        except (FileNotFoundError, ValidationError):
            answer = await self._model.ask(text, instruction)
            await asyncio.to_thread(self._keep, file, answer)
        else:
            self.hits += 1
        self.answers.append(answer)
        return answer

    @staticmethod
    def _keep(file: Path, answer: Answer) -> None:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.touch(mode=0o600)
        file.write_bytes(_ANSWER.dump_json(answer))


@dataclass
class ModelReadings:
    """Assessments by text, ready to be measured; ``engines`` counts who made them.

    ``withheld`` notes did not pass the screen: rules read them and they were not sent. ``answers``
    are the model's, whenever they were given; ``offline_seconds`` is what rules took for each note.
    """

    found: dict[str, Assessment] = field(default_factory=dict)
    engines: Counter[str] = field(default_factory=Counter)
    withheld: int = 0
    cached: int = 0
    answers: list[Answer] = field(default_factory=list)
    offline_seconds: list[float] = field(default_factory=list)

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
    cached = CachedModel(model, cache)
    reader = ModelReader(cached, library, engine)
    places = asyncio.Semaphore(AT_ONCE)
    read: dict[str, Assessment] = {}
    for text in dict.fromkeys(texts):
        began = time.perf_counter()
        read[text] = await asyncio.to_thread(engine.assess, text)
        made.offline_seconds.append(time.perf_counter() - began)

    async def one(text: str, offline: Assessment) -> None:
        async with places:
            if not (await asyncio.to_thread(screen, text)).accepted:
                made.found[text] = offline
                made.withheld += 1
                return
            feedback = await reader.read(text, offline)
            made.found[text] = feedback.assessment
            made.engines[feedback.engine] += 1

    await asyncio.to_thread(cache.mkdir, 0o700, True, True)
    await model.ready()  # lest it counts as the first note's waiting
    await asyncio.gather(*(one(text, offline) for text, offline in read.items()))
    made.cached, made.answers = cached.hits, cached.answers
    return made


def render_comparison(
    rules: Report, model: Report, made: ModelReadings, name: str, prices: Mapping[str, float]
) -> str:
    """Both engines side by side, in the order in which a team would ask; ``prices`` (``in``,
    ``out``) are for a million tokens and 0 where not given.

    Seconds and price are of the model's answers, cached ones as they were when they were given.
    """
    waited = [answer.seconds for answer in made.answers]
    rows: list[tuple[str, float | None, float | None]] = []
    for dimension, ours in rules.dimensions.items():
        theirs = model.dimensions[dimension]
        rows.append((f"{dimension}, kappa", ours.kappa, theirs.kappa))
        rows.append((f"{dimension}, F1 of its labels", ours.mean_f1, theirs.mean_f1))
    rows += [
        ("notes with a false missed", rules.false_missed_notes, model.false_missed_notes),
        ("opportunities, F1", rules.opportunity_f1, model.opportunity_f1),
        ("rupture, F1", rules.rupture_f1, model.rupture_f1),
        ("safety, recall", rules.safety_recall, model.safety_recall),
        ("safety, false alarms", rules.safety_false_alarms, model.safety_false_alarms),
        ("seconds a note, median", _quantile(made.offline_seconds, 0.5), _quantile(waited, 0.5)),
        ("seconds a note, p95", _quantile(made.offline_seconds, 0.95), _quantile(waited, 0.95)),
        ("price of 1,000 notes", 0.0, _price(made.answers, prices)),
    ]
    lines = [f"{'':<30}{'rules':>12}  {name}"]
    lines += [f"{what:<30}{_cell(ours):>12}  {_cell(theirs)}" for what, ours, theirs in rows]
    return "\n".join(lines)


def _cell(value: float | None) -> str:
    return "not measured" if value is None else f"{value:.3f}"


def _quantile(values: Iterable[float], at: float) -> float | None:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(at * len(ordered)))] if ordered else None


def _price(answers: Sequence[Answer], prices: Mapping[str, float]) -> float | None:
    """Of a thousand notes like the ones that were answered."""
    if not answers or not any(prices.values()):
        return None
    spent = sum(a.tokens_in * prices["in"] + a.tokens_out * prices["out"] for a in answers)
    return spent / 1_000_000 / len(answers) * 1000


def render_cost(made: ModelReadings, model: LanguageModel, prices: Mapping[str, float]) -> str:
    """How the readings came about, and what this run took."""
    meter = model.meter
    lines = [
        *(f"read by {name:<16} {count} notes" for name, count in sorted(made.engines.items())),
        f"not sent, screen         {made.withheld} notes",
        f"from the cache           {made.cached} notes",
        f"calls                    {meter.calls}",
        f"tokens in, out           {meter.tokens_in}, {meter.tokens_out}",
    ]
    if meter.failures:
        failed = ", ".join(f"{name} {count}" for name, count in sorted(meter.failures.items()))
        lines.append(f"failures                 {failed}")
    if any(prices.values()):
        cost = (meter.tokens_in * prices["in"] + meter.tokens_out * prices["out"]) / 1_000_000
        lines.append(f"price of this run        {cost:.4f}")
    return "\n".join(lines)
