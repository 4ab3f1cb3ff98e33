"""`alliance-bot demo`: the real bot, connected to the playground, on this machine alone."""

from __future__ import annotations

import asyncio
import json
import signal
import tempfile
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.bootstrap import Bot, Parts, running
from bot.directory import owner_of
from bot.playground.server import Person, Playground
from bot.playground.state import TEAM_ID
from bot.settings import Settings, SettingsError
from reflections.model import Clinic, Clinician
from reflections.schedule import clinic_ends, local_instant

ZONE = "Europe/London"
AMARA = Person(id="U0AMARA", name="Amara Obi", tz=ZONE)
BEN = Person(id="U0BEN", name="Ben Castillo", tz=ZONE)
LEILA = Person(id="U0LEILA", name="Leila Haddad", tz=ZONE)
CHANNEL = "C0TEAM"
MANIFEST = Path(__file__).parent.parent / "manifest.json"
"""Beside the code in a checkout; an installed package goes without it."""
COMMANDS = [
    (
        "/alliance",
        "help | reflect | clinic add Tue 9-12:30 | history | plans | pause | tip | tips | why",
        "Prompts, notes and feedback on the therapeutic alliance",
    )
]


class DemoClock:
    """Real time from a chosen start, which can be moved on; or a clock that only is moved."""

    def __init__(self, start: datetime, *, running: bool = True) -> None:
        self._started = datetime.now(UTC)
        self._running = running
        self._offset = start - self._started

    def __call__(self) -> datetime:
        return (datetime.now(UTC) if self._running else self._started) + self._offset

    def move_to(self, instant: datetime) -> None:
        self._offset += max(timedelta(), instant - self())


def demo_settings(folder: Path, api_url: str) -> Settings:
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        slack_bot_token=Playground.bot_token,
        slack_app_token=Playground.app_token,
        slack_api_url=api_url,
        alliance_data_dir=folder,
        alliance_database_url="",
        alliance_master_key="",
        alliance_master_key_file=None,
        dyno="",
        alliance_leads=LEILA.id,
        alliance_team_channel=CHANNEL,
        alliance_time_zone=ZONE,
        alliance_tick_seconds=1,
        alliance_models="off",
    )


def demo_clinician(now: datetime) -> Clinician:
    """Amara, whose clinic of this morning has just ended, and who has another in two days."""
    today = now.astimezone(ZoneInfo(ZONE)).weekday()
    clinics = (
        Clinic(today, time(9), time(12, 30)),
        Clinic((today + 2) % 7, time(13, 30), time(17)),
    )
    return Clinician(owner_of(TEAM_ID, AMARA.id), "", ZONE, clinics)


@asynccontextmanager
async def demonstration(
    clock: DemoClock, port: int = 0, parts: Parts | None = None
) -> AsyncIterator[Playground]:
    """The bot in a playground until the context ends; what was written is gone afterwards.

    Raises SettingsError for a port that cannot be used; port 0 takes a free one.
    """
    zone = ZoneInfo(ZONE)
    state: dict[str, Bot] = {}

    async def after_next_clinic() -> None:
        bot = state["bot"]
        now = clock()
        ends = [
            instant
            for person in await bot.services.store.clinicians()
            for clinic in person.clinics
            for _, instant in clinic_ends(clinic, person.zone, now, now + timedelta(days=8))
        ]
        clock.move_to(min(ends, default=now) + timedelta(minutes=1))
        await bot.clock.tick()

    async def on(**delta: int) -> None:
        clock.move_to(clock() + timedelta(**delta))
        await state["bot"].clock.tick()

    async def monday() -> None:
        local = clock().astimezone(zone)
        day = local.date() + timedelta(days=7 - local.weekday())
        clock.move_to(local_instant(day, time(9), zone))
        await state["bot"].clock.tick()

    playground = Playground(
        people=[AMARA, BEN, LEILA],
        channels={CHANNEL: "team-alliance"},
        now=clock,
        commands=COMMANDS,
        manifest=json.loads(MANIFEST.read_text("utf-8")) if MANIFEST.exists() else None,
        time_machine=[
            ("Skip half an hour", lambda: on(minutes=30)),
            ("Skip to after the next clinic", after_next_clinic),
            ("Skip to Monday 9:00", monday),
        ],
        resends=True,
        bot_name="Alliance",
    )
    try:
        await playground.start(port)
    except OSError as error:
        raise SettingsError(
            f"port {port} cannot be used ({error.strerror}); try `make demo PORT=8766`"
        ) from None
    try:
        with tempfile.TemporaryDirectory(prefix="alliance-demo-") as folder:
            settings = demo_settings(Path(folder), playground.api_url)
            seed = [demo_clinician(clock())]
            async with running(settings, clock, seed=seed, parts=parts) as bot:
                state["bot"] = bot
                yield playground
    finally:
        await playground.stop()


async def run(port: int, *, browser: bool) -> int:
    """Serve until Ctrl-C."""
    zone = ZoneInfo(ZONE)
    clock = DemoClock(local_instant(datetime.now(zone).date(), time(12, 30, 30), zone))
    async with demonstration(clock, port) as playground:
        stopped = stop_signal()
        print(_WELCOME.format(url=playground.url), flush=True)
        if browser:
            await asyncio.to_thread(webbrowser.open, playground.url)
        await stopped.wait()
        print("\nStopping; nothing of this demo is kept.", flush=True)
    return 0


def stop_signal() -> asyncio.Event:
    """An event that Ctrl-C and SIGTERM set."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopped.set)
    return stopped


_WELCOME = """
  The playground is open:  {url}

  1. You are Amara, a physiotherapist. Her morning clinic has just ended: a prompt is waiting.
     Press Reflect and write a line or two. Try it with a name in it, too.
  2. Type /alliance help to see the rest, or open the Home tab.
  3. Switch to Ben, who is new here, or to Leila, who leads the team: /alliance tip, and
     /alliance tips for the weeks to come. Try the tip from the channel.

  This is the real bot on a local stand-in for Slack: no workspace, no key, no network.
  Ctrl-C stops it.
"""
