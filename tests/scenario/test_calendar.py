"""Clinics from somebody's calendar, by a link or a file, in the real bot."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.fetch import FetchError
from tests.reflections.test_calendars import NAMED, WEEKLY, ics
from tests.scenario.conftest import AMARA, TUESDAY, World, words

LINK = "https://calendar.test/private-abc/basic.ics"
WEDNESDAY = WEEKLY.replace("20261124", "20261125")
"""At another time than the clinic that Amara has in any case."""


class Web:
    """What is behind the link just now; an error to be raised, or bytes."""

    def __init__(self) -> None:
        self.holds: bytes | FetchError = ics(WEDNESDAY, NAMED)
        self.asked: list[str] = []

    async def __call__(self, link: str) -> bytes:
        self.asked.append(link)
        if isinstance(self.holds, FetchError):
            raise self.holds
        return self.holds


@pytest.fixture
def over() -> str:
    """Each of these starts a reader of its own; once is enough."""
    return "socket"


@pytest.fixture
def web(world: World) -> Web:
    made = Web()
    world.bot.services.calendars.fetch = made
    return made


def shown(world: World) -> str:
    """The words of the form that stands open."""
    return words(world.slack.views(AMARA)[-1]["blocks"])


async def read(world: World) -> None:
    """Wait for the readers, which are processes, and slow on a busy machine."""
    await world.bot.services.background.drain(60)


async def gives(world: World, **values: Any) -> dict[str, Any]:
    await world.types(AMARA, "clinic calendar")
    answer = await world.sends(AMARA, **values)
    await read(world)
    return answer


async def passes(world: World, day: int) -> None:
    """On to the morning so many days on."""
    world.now.instant = TUESDAY + timedelta(days=day)
    await world.tick()
    await read(world)
    await world.tick()


async def home(world: World) -> str:
    await world.slack.open_home(AMARA)
    await world.settled()
    return words(world.slack.home(AMARA)["blocks"])


async def test_a_link_is_read_and_its_clinics_are_asked_about(world: World, web: Web) -> None:
    await world.types(AMARA, "clinic remove 1")
    await world.types(AMARA, f"clinic calendar <{LINK.replace('https', 'webcal')}|link> lung")
    await world.sends(AMARA)
    await read(world)
    assert web.asked == [LINK]
    assert "The next one is Wed 25 Nov 09:00–12:30" in shown(world)
    assert "“lung”" in await home(world) and "today" not in await home(world)
    world.now.instant = datetime(2026, 11, 25, 12, 31, tzinfo=UTC)
    await world.tick()
    assert len(world.heard(AMARA)) == 1
    kept = world.on_disk()
    for word in ("Brandt", "results", "hospital number", "Lung clinic"):
        assert word not in kept


async def test_a_file_is_read_and_not_asked_for_again(world: World, web: Web) -> None:
    file = {"name": "rota.ics", "mimetype": "text/calendar", "content": ics(WEDNESDAY, NAMED)}
    await gives(world, file=[file])
    assert "Slack keeps the file" in shown(world)
    assert "From a file you gave me on 24 Nov 2026" in await home(world)
    await passes(world, 1)
    assert web.asked == []
    assert "Brandt" not in world.on_disk()


async def test_what_shares_time_with_a_typed_clinic_is_said_once(world: World, web: Web) -> None:
    web.holds = ics(WEEKLY)
    await gives(world, link=LINK)
    assert "share time with clinics you told me about" in shown(world)
    await world.clinic_ends()
    assert len(world.heard(AMARA)) == 1, "one a day, whichever clinic it is"


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({}, "a link or a file"),
        ({"link": LINK, "file": [{"name": "a.ics", "content": b"x"}]}, "One of the two"),
    ],
)
async def test_one_of_link_and_file_is_asked_for(
    world: World, web: Web, values: dict[str, Any], says: str
) -> None:
    answer = await gives(world, **values)
    assert says in answer["errors"]["link"]
    assert web.asked == []


@pytest.mark.parametrize("word", ["Mrs Brandt", "clinic 123456789", "amara@example.org"])
async def test_a_word_that_may_name_somebody_is_not_taken(
    world: World, web: Web, word: str
) -> None:
    await gives(world, link=LINK, word=word)
    assert "names nobody, such as clinic" in shown(world)
    assert web.asked == []
    assert word not in world.on_disk()


async def test_a_word_that_cannot_be_checked_is_not_taken(
    world: World, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: str) -> None:
        raise RuntimeError("Mrs Brandt")

    monkeypatch.setattr(world.bot.services.calendars, "_screen", broken)
    await gives(world, link=LINK)
    assert "couldn't check that word" in shown(world)
    assert web.asked == []


@pytest.mark.parametrize(
    ("holds", "says"),
    [
        (FetchError("private"), "private network"),
        (FetchError("not_https"), "https://"),
        (FetchError("refused"), "private ICS address"),
        (FetchError("too_large"), "larger than I can read"),
        (b"<html>sign in</html>", "doesn't seem to be a calendar"),
        (ics(), "nothing to come with that word"),
        (ics(NAMED), "nothing to come with that word"),
    ],
)
async def test_a_calendar_of_no_use_is_said_in_the_form_and_what_was_there_stays(
    world: World, web: Web, holds: bytes | FetchError, says: str
) -> None:
    await gives(world, link=LINK)
    web.holds = holds
    await gives(world, link=f"{LINK}?2")
    form = world.slack.views(AMARA)[-1]
    assert says in words(form["blocks"])
    link = next(b for b in form["blocks"] if b["block_id"] == "link")
    assert link["element"]["initial_value"] == f"{LINK}?2", "it need not be typed again"
    assert "next Wed 25 Nov" in await home(world)


async def test_a_changed_calendar_is_followed_the_next_day(world: World, web: Web) -> None:
    await gives(world, link=LINK)
    web.holds = ics(WEDNESDAY.replace("20261125", "20261126"))
    await passes(world, 1)
    assert "next Thu 26 Nov" in await home(world)


@pytest.mark.parametrize(
    ("holds", "says"),
    [(FetchError("refused"), "haven't been able to read"), (ics(), "nothing to come")],
)
async def test_a_calendar_that_vanishes_is_told_once_and_nothing_is_lost(
    world: World, web: Web, holds: bytes | FetchError, says: str
) -> None:
    await gives(world, link=LINK)
    web.holds = holds
    for day in range(1, 6):
        await passes(world, day)
    told = [words(m["blocks"]) for m in world.heard(AMARA) if "calendar" in words(m["blocks"])]
    assert len(told) == 1 and says in told[0] and "Nothing is lost" in told[0]
    # Still asked about, from what was known.
    assert "next Wed 2 Dec" in await home(world)
    assert "since 25 Nov 2026" in await home(world)
    web.holds = ics(WEDNESDAY)
    await passes(world, 6)
    assert "since 25 Nov" not in await home(world)


async def test_a_notice_waits_for_the_morning_and_for_the_end_of_leave(
    world: World, web: Web
) -> None:
    await gives(world, link=LINK)
    await world.types(AMARA, "away 25 Nov to 28 Nov")
    web.holds = FetchError("refused")
    for day in range(1, 4):
        await passes(world, day)
    assert world.heard(AMARA) == []
    world.now.instant = datetime(2026, 11, 29, 6, 0, tzinfo=UTC)
    await world.tick()
    assert world.heard(AMARA) == []
    world.now.instant = datetime(2026, 11, 29, 7, 0, 5, tzinfo=UTC)
    await world.tick()
    assert len(world.heard(AMARA)) == 1


@pytest.mark.parametrize("how", ["typed", "pressed"])
async def test_a_calendar_is_taken_away(world: World, web: Web, how: str) -> None:
    await gives(world, link=LINK)
    assert "“clinic”" in (await world.types(AMARA, "clinic list"))["text"]
    if how == "typed":
        assert "let go" in (await world.types(AMARA, "clinic calendar off"))["text"]
    else:
        await home(world)
        await world.presses(AMARA, "calendar_remove", home=True)
    assert "From your calendar" not in await home(world)
    kept = await world.bot.services.store.clinician(world.owner(AMARA))
    assert kept and kept.calendar is None
    assert "no calendar" in (await world.types(AMARA, "clinic calendar off"))["text"]


async def test_one_day_of_a_calendar_is_left_out(world: World, web: Web) -> None:
    await gives(world, link=LINK)
    answer = (await world.types(AMARA, "clinic skip 25 November"))["text"]
    assert "Left out: Wed 25 Nov, 09:00–12:30" in answer
    assert "next Wed 2 Dec" in await home(world)
