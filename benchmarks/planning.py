"""What a tick costs to find whose clinic ended, beside APScheduler with a cron job a clinic; in CPU
time, so that whatever else the machine does counts little.

python benchmarks/planning.py [clinics, 100000 unless told]
"""

from __future__ import annotations

import asyncio
import statistics
import sys
from datetime import UTC, datetime, time, timedelta
from time import process_time

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from reflections.model import Clinic, Clinician
from reflections.schedule import NextEnds, all_clinic_ends

ZONES = ("Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")
EACH = 4
START = datetime(2026, 11, 24, tzinfo=UTC)


def people(clinics: int) -> list[Clinician]:
    """Each with four clinics, spread over the week and the day."""

    def clinic(i: int, n: int) -> Clinic:
        return Clinic((i + 2 * n) % 7, time(8 + i % 10), time(9 + i % 10, i % 60))

    return [
        Clinician(f"T1-U{i}", "D1", ZONES[i % 4], tuple(clinic(i, n) for n in range(EACH)))
        for i in range(clinics // EACH)
    ]


def built(everybody: list[Clinician]) -> tuple[NextEnds, float]:
    """What knows the next ends, and the seconds that it took to build."""
    ends = NextEnds()
    began = process_time()
    ends.ending(everybody, START, START)
    return ends, process_time() - began


def ours(everybody: list[Clinician]) -> None:
    ends, seconds = built(everybody)
    print(f"next ends, built at start: {seconds:.2f} s")
    took, found = [], 0
    for n in range(400):
        after = START + timedelta(seconds=15 * n)
        began = process_time()
        found += len(ends.ending(everybody, after, after + timedelta(seconds=15)))
        took.append(1000 * (process_time() - began))
    print(
        f"next ends, a tick of 15 s: median {statistics.median(took):.2f} ms, "
        f"p95 {sorted(took)[380]:.2f} ms, {found} ends found in 400 ticks"
    )
    began = process_time()
    for person in everybody:
        any(True for _ in all_clinic_ends(person, START, START + timedelta(seconds=15)))
    print(f"looking at every clinic:   {1000 * (process_time() - began):.0f} ms a tick")


async def jobs(everybody: list[Clinician]) -> None:
    """Both build in proportion to the number, so that a tenth gives the same ratio in a tenth of
    the time."""
    _, mine = built(everybody)
    scheduler = AsyncIOScheduler(timezone="UTC")
    began = process_time()
    for person in everybody:
        for c in person.clinics:
            scheduler.add_job(
                print, "cron", day_of_week=c.weekday, hour=c.end.hour, minute=c.end.minute,
                timezone=person.time_zone,
            )  # fmt: skip
    scheduler.start(paused=True)
    seconds = process_time() - began
    print(
        f"APScheduler, built at start with {len(everybody) * EACH} clinics: {seconds:.2f} s, "
        f"{seconds / mine:.0f} times as long as the next ends of as many"
    )
    scheduler.shutdown(wait=False)


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    everybody = people(number)
    ours(everybody)
    asyncio.run(jobs(everybody[: len(everybody) // 10]))
