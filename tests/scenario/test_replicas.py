"""Several bots on one PostgreSQL, as real processes: killed at every step, stopped past their
leases, and started again after a night. Each question is asked once."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.directory import owner_of
from bot.playground.faults import Fault
from bot.playground.server import NotAcknowledged, Person, Playground
from bot.playground.state import TEAM_ID
from reflections.model import (
    Clinic,
    Clinician,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Note,
    PlannedTip,
    Reflection,
    TipState,
)
from reflections.retention import UNDO_FOR
from reflections.stores.postgres import PostgresStore
from reflections.stores.seal import new_master_text
from reflections.tips import news_of
from tests.scenario.replica import STEPS

MASTER = new_master_text()
PEOPLE = int(os.environ.get("ALLIANCE_TEST_PEOPLE", "400"))
"""How many are asked while replicas die: enough that each of the deaths comes while some wait."""
LEASE = 6.0
"""Seconds. A post may take a third of it, as with the real ones."""
EVER = datetime(2026, 1, 1, tzinfo=UTC)
CHANNEL = "C0TEAM"
PROMPTED = [step for step in STEPS if step != "tips"]
"""What a prompt comes through."""


class Ward:
    """A workspace, its database, and the bots that run on it."""

    def __init__(self, people: int, database: str) -> None:
        self.people = [Person(f"U{i:05}", f"Person {i}", tz="UTC") for i in range(people)]
        self.slack = Playground(self.people, channels={CHANNEL: "team-alliance"})
        self.store = PostgresStore(database, MASTER)
        self.database = database
        self.replicas: list[asyncio.subprocess.Process] = []

    async def meet(self, end: datetime, who: slice = slice(None), *, known: bool = True) -> None:
        """Keep these people, with a clinic that ends then; ``known`` says whether their DM is."""
        clinic = Clinic(end.weekday(), (end - timedelta(hours=1)).time(), end.time())
        never = time(0)

        async def meet_one(person: Person) -> None:
            dm = self.slack.workspace.dm(person.id).id if known else ""
            await self.store.put_clinician(
                Clinician(
                    owner_of(TEAM_ID, person.id), dm, "UTC", (clinic,),
                    quiet_from=never, quiet_until=never,
                )
            )  # fmt: skip

        await asyncio.gather(*(meet_one(person) for person in self.people[who]))

    async def starts(
        self, *, dies: str = "", ahead: float = 0, **more: str
    ) -> asyncio.subprocess.Process:
        replica = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.scenario.replica",
            cwd=Path(__file__).parents[2],
            stderr=asyncio.subprocess.DEVNULL,
            env={
                **os.environ,
                "SLACK_BOT_TOKEN": self.slack.bot_token,
                "SLACK_APP_TOKEN": self.slack.app_token,
                "SLACK_API_URL": self.slack.api_url,
                "ALLIANCE_DATABASE_URL": self.database,
                "ALLIANCE_MASTER_KEY": MASTER,
                "ALLIANCE_TICK_SECONDS": "0.2",
                "ALLIANCE_POSTS_PER_MINUTE": "1500",
                "REPLICA_LEASE": str(LEASE),
                "REPLICA_AHEAD": str(ahead),
                "REPLICA_DIES": dies,
                **more,
            },
        )  # fmt: skip
        self.replicas.append(replica)
        return replica

    def heard(self) -> list[int]:
        """How many questions each person got."""
        return [len([m for m in self.slack.messages(p.id) if m.get("bot_id")]) for p in self.people]

    def twice(self) -> list[list[str]]:
        """The keys of what was said to those who heard more than one question."""
        keys = [
            [m["metadata"]["event_payload"]["key"] for m in self.slack.messages(p.id)]
            for p in self.people
        ]
        return [of_one for of_one in keys if len(of_one) > 1]

    async def prompts(self) -> list[Delivery]:
        return [
            delivery
            for person in self.people
            for delivery in await self.store.deliveries(
                owner_of(TEAM_ID, person.id), DeliveryKind.PROMPT, EVER
            )
        ]

    async def all_are(self, state: DeliveryState) -> bool:
        if sum(self.heard()) < len(self.people) and state is DeliveryState.SENT:
            return False
        prompts = await self.prompts()
        return len(prompts) == len(self.people) and all(p.state is state for p in prompts)


async def until(holds: Callable[[], Awaitable[bool]], seconds: float, what: str) -> None:
    try:
        async with asyncio.timeout(seconds):
            while not await holds():  # noqa: ASYNC110 - it is another process that changes it
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise AssertionError(f"not after {seconds} s: {what}") from None


@pytest.fixture
async def ward(request: pytest.FixtureRequest, database: str) -> AsyncIterator[Ward]:
    made = Ward(getattr(request, "param", 1), database)
    await made.slack.start()
    await made.store.open()
    try:
        yield made
    finally:
        for replica in made.replicas:
            if replica.returncode is None:
                replica.kill()
                await replica.wait()
        await made.store.close()
        await made.slack.stop()


def just_ended() -> datetime:
    return (datetime.now(UTC) - timedelta(minutes=2)).replace(microsecond=0)


async def test_a_worker_that_was_stopped_past_its_lease_does_not_post_when_it_wakes(
    ward: Ward,
) -> None:
    await ward.meet(just_ended(), known=False)
    # The first one has claimed the question and waits for Slack before it can post.
    ward.slack.faults.slow("conversations.open", seconds=1.5)
    first = await ward.starts()
    await ward.slack.wait_for(
        lambda: any(name == "conversations.open" for name, _ in ward.slack.calls), 40, "a claim"
    )
    first.send_signal(signal.SIGSTOP)
    await ward.starts()
    await ward.slack.wait_for(lambda: ward.heard() == [1], 40, "the other one's post")
    first.send_signal(signal.SIGCONT)
    await asyncio.sleep(3)
    assert first.returncode is None and ward.heard() == [1]
    assert await ward.all_are(DeliveryState.SENT)


@pytest.mark.parametrize(
    ("dies", "asked", "ends"),
    [
        ("after claim 1", 0, DeliveryState.EXPIRED),
        ("before post 1", 0, DeliveryState.EXPIRED),
        ("after post 1", 1, DeliveryState.SENT),
        ("before settle 1", 1, DeliveryState.SENT),
    ],
)
async def test_after_a_night_nothing_stale_is_asked_and_nothing_twice(
    ward: Ward, dies: str, asked: int, ends: DeliveryState
) -> None:
    await ward.meet(just_ended())
    first = await ward.starts(dies=dies)
    await asyncio.wait_for(first.wait(), 40)
    assert first.returncode == -signal.SIGKILL and ward.heard() == [asked]
    await ward.starts(ahead=timedelta(hours=14).total_seconds())
    await until(lambda: ward.all_are(ends), 40, f"the question is {ends}")
    assert ward.heard() == [asked]


def deaths(chance: random.Random) -> list[str]:
    """Before and after each step, at a random time that it is come to. What looks comes last: by
    then others have died with a message on its way."""
    often = {"slot": 8, "claim": 8, "post": 5, "settle": 5}
    found = [
        f"{when} {step} {chance.randint(1, often.get(step, 1))}"
        for step in PROMPTED
        for when in ("before", "after")
    ]
    chance.shuffle(found)
    return sorted(found, key=lambda death: " look " in death)


async def test_a_deletion_is_undone_by_another_replica_and_ends_whoever_dies(ward: Ward) -> None:
    """One replica deletes and is killed, the next gives back; it deletes, and the third, a minute
    later, ends what the dead one began."""
    (person,), ever = ward.people, EVER
    owner, user = owner_of(TEAM_ID, person.id), person.id
    await ward.store.put_clinician(Clinician(owner, ward.slack.workspace.dm(user).id, "UTC"))
    kept = Reflection("r1", Note("She was gutted; I waited.", datetime.now(UTC)))
    await ward.store.commit(owner, EVER, reflection=kept)

    async def replica(ahead: float = 0) -> asyncio.subprocess.Process:
        started = await ward.starts(ahead=ahead)
        await ward.slack.wait_for(lambda: ward.slack.sockets.sockets, 40, "a connection")
        return started

    async def dies(started: asyncio.subprocess.Process) -> None:
        started.kill()
        await started.wait()
        await ward.slack.wait_for(lambda: not ward.slack.sockets.sockets, 10, "the end")

    async def deletions() -> list[DeliveryState]:
        found = await ward.store.deliveries(owner, DeliveryKind.DELETION, ever)
        return [delivery.state for delivery in found]

    first = await replica()
    await ward.slack.open_home(user)
    await ward.slack.wait_for(lambda: "gutted" in str(ward.slack.home(user)), 10, "the Home tab")
    await ward.slack.click(user, "reflection_open", home=True)
    await ward.slack.wait_for(lambda: ward.slack.views(user), 10, "the reflection")
    await ward.slack.click(user, "reflection_delete")
    await ward.slack.wait_for(
        lambda: "reflection_undo" in str(ward.slack.views(user)), 10, "the way back"
    )
    await dies(first)
    assert await ward.store.reflections(owner, limit=9) == []

    second = await replica()
    await ward.slack.click(user, "reflection_undo")
    await ward.slack.wait_for(lambda: "gutted" in str(ward.slack.views(user)), 10, "it is back")
    assert await ward.store.reflections(owner, limit=9) == [kept]
    await ward.slack.click(user, "reflection_delete")
    await dies(second)

    assert any(record.table == "deleted" for record in await ward.store.dump(owner))
    await replica(ahead=UNDO_FOR.total_seconds())

    async def ended() -> bool:
        return await deletions() == [DeliveryState.DROPPED, DeliveryState.SENT]

    await until(ended, 40, "both minutes have ended")
    assert not any("gutted" in record.row for record in await ward.store.dump(owner))
    assert await ward.store.undelete_reflection(owner, "r1", ever) is None


@pytest.mark.parametrize("ward", [PEOPLE], indirect=True)
async def test_two_replicas_killed_at_every_step_ask_each_once(ward: Ward) -> None:
    chance = random.Random(20261128)
    coming, died = deaths(chance), Counter[str]()
    over = asyncio.Event()

    async def place() -> None:
        """One of the two: whenever it has died, another is started."""
        while not over.is_set():
            death = coming.pop(0) if coming else ""
            replica = await ward.starts(dies=death)
            await replica.wait()
            died[death.rpartition(" ")[0]] += 1

    async def clinics_end() -> None:
        """Twenty at a time, whenever most of those before were asked: however slow the machine is,
        there is something on its way when a replica dies."""
        for met in range(0, len(ward.people), 20):
            while sum(ward.heard()) < met - 10:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
            # What ends before it is known is not asked about.
            await ward.meet(datetime.now(UTC) + timedelta(seconds=5), slice(met, met + 20))

    async def stop_and_go() -> None:
        """Every few seconds one of them sleeps past its leases."""
        while not over.is_set():
            await asyncio.sleep(chance.uniform(8, 15))
            alive = [r for r in ward.replicas if r.returncode is None]
            if alive:
                sleeper = chance.choice(alive)
                sleeper.send_signal(signal.SIGSTOP)
                await asyncio.sleep(LEASE + 1)
                if sleeper.returncode is None:
                    sleeper.send_signal(signal.SIGCONT)
                    died["stopped"] += 1

    async def misbehave() -> None:
        faults = [
            Fault(status=429, retry_after=1, error="ratelimited"),
            Fault(status=503),
            Fault(lose="reset"),
            Fault(lose="timeout"),
            Fault(error="internal_error"),
        ]
        while not over.is_set():
            for _ in range(20):
                fault = chance.choice(faults) if chance.random() < 0.15 else Fault()
                ward.slack.faults.next("chat.postMessage", fault)
            await asyncio.sleep(3)

    work = (place, place, clinics_end, stop_and_go, misbehave)
    tasks = [asyncio.create_task(each()) for each in work]
    try:
        await until(lambda: ward.all_are(DeliveryState.SENT), 1500, "all were asked")
    except AssertionError as error:
        heard = Counter(ward.heard())
        raise AssertionError(
            f"{error}; {died}, to come {coming}, heard {heard}, {ward.twice()}"
        ) from None
    finally:
        over.set()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    assert Counter(ward.heard()) == {1: PEOPLE}, ward.twice()
    missing = {f"{when} {step}" for step in PROMPTED for when in ("before", "after")} - set(died)
    # The last two may have waited for a step that did not come again.
    assert len(missing) <= 2 and died["stopped"], died


# ---- a tip --------------------------------------------------------------------------------------

LEADS = {
    "ALLIANCE_LEADS": "U00000,U00001",
    "ALLIANCE_TEAM_CHANNEL": CHANNEL,
    "ALLIANCE_TIP_ROTATION": "off",
}
WAY = [
    "before tips 1", "after tips 1", "after plan 1", "after watermark 1",  # handed over
    "after claim 1", "after post 1", "after settle 1", "after tips 2",  # sent, written back
    "after claim 2", "after post 2", "after settle 2",  # its lead told
]  # fmt: skip
"""Deaths between all steps of a tip and of the word that it is out."""
UNKNOWN = ["after claim 1", "after post 1"]
"""Those that leave open whether it was posted (decision 5)."""


async def one_tip(ward: Ward, id: str) -> PlannedTip:
    (tip,) = [tip for tip in await ward.store.tips("team", EVER) if tip.id == id]
    return tip


async def plans(ward: Ward, tip: PlannedTip) -> None:
    await ward.store.change_tips("team", EVER, lambda tips: [*tips, tip])


@pytest.mark.parametrize("ward", [2], indirect=True)
async def test_killed_at_every_step_a_tip_is_posted_once_and_its_lead_told(ward: Ward) -> None:
    """Each tip meets a replica that dies at the next step of its way; another one goes on, later
    than any lease."""
    later = LEASE + 2
    lead = owner_of(TEAM_ID, "U00000")  # as whoever has planned a tip is known
    await ward.store.put_clinician(Clinician(lead, ward.slack.workspace.dm("U00000").id, "UTC"))
    for number, death in enumerate(WAY):
        ahead = 2 * number * later
        at = datetime.now(UTC) + timedelta(seconds=ahead)
        text = f"Tip number {number}."
        await plans(ward, PlannedTip(f"t{number}", at, "F1", "", text, "U00000", ("U00000",)))
        dying = await ward.starts(dies=death, ahead=ahead, **LEADS)
        await asyncio.wait_for(dying.wait(), 60)
        assert dying.returncode == -signal.SIGKILL, death
        going_on = await ward.starts(ahead=ahead + later, **LEADS)

        async def over(id: str = f"t{number}") -> bool:
            tip = await one_tip(ward, id)
            kept = await ward.store.deliveries("team", DeliveryKind.TIP_NEWS, EVER)
            news = [d.state is DeliveryState.SENT for d in kept if f" {id} " in d.ref]
            return tip.state is TipState.POSTED and bool(news) and all(news)

        await until(over, 60, f"{death}: the tip is out and its lead told")
        going_on.kill()
        await going_on.wait()
        posted = [m for m in ward.slack.messages(CHANNEL) if text in str(m["blocks"])]
        heard = [m for m in ward.slack.messages("U00000") if text in str(m["blocks"])]
        if death in UNKNOWN:
            assert len(posted) == (death == "after post 1"), death
            assert not (await one_tip(ward, f"t{number}")).posted
        else:
            assert len(posted) == 1, death
            assert (await one_tip(ward, f"t{number}")).posted == posted[0]["ts"]
        assert len(heard) == 1, death


@pytest.mark.parametrize("ward", [2], indirect=True)
@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_second_lead_s_yes_and_the_word_about_it_are_one(ward: Ward, when: str) -> None:
    """Killed beside it, the tip is agreed to and its lead will hear of it; or neither."""
    at = datetime.now(UTC) + timedelta(days=1)
    tip = PlannedTip("t1", at, "F1", "", "Ask first.", "U00000", ("U00000",), needs=2)
    await plans(ward, tip)
    for person in ward.people:
        owner = owner_of(TEAM_ID, person.id)
        dm = ward.slack.workspace.dm(person.id).id
        await ward.store.put_clinician(Clinician(owner, dm, "UTC"))
    asks = news_of(tip, "team", "approve", owner_of(TEAM_ID, "U00001"), datetime.now(UTC))
    await ward.store.commit("team", EVER, deliveries=[asks])
    dying = await ward.starts(dies=f"{when} tips 1", **LEADS)
    await ward.slack.wait_for(lambda: ward.slack.messages("U00001"), 60, "the question")
    with pytest.raises(NotAcknowledged):
        await ward.slack.click("U00001", "tip_approve")
    await asyncio.wait_for(dying.wait(), 20)
    assert (await one_tip(ward, "t1")).waits is (when == "before")
    await ward.starts(ahead=LEASE + 2, **LEADS)
    if when == "before":
        await ward.slack.wait_for(lambda: ward.slack.sockets.sockets, 60, "a connection")
        await ward.slack.click("U00001", "tip_approve")
    await ward.slack.wait_for(lambda: ward.slack.messages("U00000"), 60, "the word about it")
    assert not (await one_tip(ward, "t1")).waits
    await asyncio.sleep(0.5)
    assert len(ward.slack.messages("U00000")) == 1
