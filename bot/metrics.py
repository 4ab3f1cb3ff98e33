"""Counts for Prometheus: what a language model was asked, how long it took and what it cost.

They are sums over the workspace since the start, without a person, a text or a label in them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST as CONTENT_TYPE
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from bot.settings import Settings
from reflections.feedback.language_model import BUCKETS, Meter

__all__ = ["CONTENT_TYPE", "Metrics"]


class Metrics(Collector):
    """``meter`` is the language model's, where there is one; without it, the process's own counts
    alone are shown."""

    def __init__(self, settings: Settings, meter: Meter | None) -> None:
        self._settings = settings
        self._meter = meter
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._registry.register(self)

    def render(self) -> bytes:
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        if self._meter is not None:
            yield from self._model(self._meter)

    def _model(self, meter: Meter) -> Iterator[Metric]:
        price_in = self._settings.alliance_model_price_in
        price_out = self._settings.alliance_model_price_out
        yield CounterMetricFamily(
            "alliance_model_requests", "Requests to the language model.", value=meter.calls
        )
        yield _by(
            "alliance_model_tokens",
            "Tokens to (in) and from (out) it.",
            "direction",
            (("in", meter.tokens_in), ("out", meter.tokens_out)),
        )
        if price_in or price_out:
            cost = (meter.tokens_in * price_in + meter.tokens_out * price_out) / 1_000_000
            yield CounterMetricFamily(
                "alliance_model_cost", "Money, in the currency of the prices set.", value=cost
            )
        yield _by(
            "alliance_model_failures",
            "Notes that it gave no reading for, by why.",
            "kind",
            meter.failures.items(),
        )
        yield _by(
            "alliance_model_notes",
            "Notes of those who allow it, by who read them in the end.",
            "read_by",
            meter.readings.items(),
        )
        seconds = HistogramMetricFamily(
            "alliance_model_answer_seconds", "How long its answers took, retries included."
        )
        bounds = (*BUCKETS, math.inf)
        counts = accumulate(meter.answers[bound] for bound in bounds)
        named = [_bound(bound) for bound in bounds]
        seconds.add_metric([], list(zip(named, counts, strict=True)), meter.seconds)
        yield seconds
        yield GaugeMetricFamily(
            "alliance_model_month_tokens",
            "Tokens of this month, of all the workspace's machines, as last counted here.",
            value=meter.month_tokens,
        )
        yield GaugeMetricFamily(
            "alliance_model_month_tokens_limit",
            "The month's limit; 0 is none.",
            value=self._settings.alliance_model_monthly_tokens,
        )


def _bound(seconds: float) -> str:
    return "+Inf" if seconds == math.inf else str(seconds)


def _by(name: str, text: str, label: str, counts: Iterable[tuple[str, float]]) -> Metric:
    family = CounterMetricFamily(name, text, labels=[label])
    for value, count in counts:
        family.add_metric([value], count)
    return family
