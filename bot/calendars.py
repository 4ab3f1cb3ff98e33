"""Somebody's calendar: fetched or downloaded, read, and read again every day."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.fetch import FetchError, download, fetch
from reflections import calendars
from reflections.calendars import LONGEST_WORD, SHORTEST_WORD, CalendarError, Reading
from reflections.model import Clinician, Delivery, DeliveryKind
from reflections.privacy import IdentifierType, Screen
from reflections.stores import Store

log = logging.getLogger("alliance.calendars")

_FREE_KINDS = {IdentifierType.DATE, IdentifierType.LOCATION, IdentifierType.FACILITY}
"""Clinics are called after days and places, and neither is a patient."""


class Calendars:
    """``fetch`` gets what a link leads to. One calendar is read at a time."""

    def __init__(
        self,
        store: Store,
        client: AsyncWebClient,
        screen: Screen,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._client = client
        self._screen = screen
        self._now = now
        self._one = asyncio.Semaphore(1)
        self.fetch: Callable[[str], Awaitable[bytes]] = fetch

    def check_word(self, word: str) -> str:
        """The word that titles of clinics hold, as it may be kept; CalendarError where it may name
        somebody, or where that could not be looked at."""
        word = " ".join(word.split())
        if not SHORTEST_WORD <= len(word) <= LONGEST_WORD:
            raise CalendarError("word_length")
        try:
            # By itself a word says little to the screen; in a sentence a name stands out.
            found = self._screen(f"{word} was worried.").findings
        except Exception:  # noqa: BLE001 - whatever it was, the word was not looked at
            raise CalendarError("word_unchecked") from None
        if any(finding.type not in _FREE_KINDS for finding in found):
            raise CalendarError("word_names")
        return word

    async def take_link(self, clinician: Clinician, link: str, word: str) -> Clinician:
        """The clinician with the clinics of the calendar behind a link; CalendarError, and nothing
        kept, where there are none."""
        return await self._adopt(clinician, link, word, await self._follow(clinician, link, word))

    async def take_file(
        self, clinician: Clinician, file: Mapping[str, Any], word: str
    ) -> Clinician:
        """The same for a file that was given to Slack."""
        try:
            data = await download(self._client, file)
        except FetchError as error:
            raise CalendarError(error.reason) from None
        reading = await self._read(clinician, data, word)
        return await self._adopt(clinician, "", word, reading)

    async def drop(self, owner: str) -> None:
        await self._store.change_clinician(owner, lambda c: replace(c, calendar=None))

    async def read_again(self, owner: str) -> None:
        """Read a calendar by its link once more, and tell its owner, once, where that fails for a
        day; what was known stays until then."""
        clinician = await self._store.clinician(owner)
        if clinician is None or clinician.calendar is None or not clinician.calendar.link:
            return
        before = clinician.calendar
        found: Reading | CalendarError
        try:
            found = await self._follow(clinician, before.link, before.keyword)
        except CalendarError as error:
            log.info("a calendar was not read again: %s", error.reason)
            found = error
        now = self._now()
        _, notice = calendars.read_again(clinician, before, found, now)
        if notice:
            key = f"notice:{owner}:{notice}:{before.read_at.isoformat()}"
            owed = Delivery(key, owner, DeliveryKind.NOTICE, due=now, ref=notice)
            await self._store.commit(owner, now, deliveries=[owed])
        await self._store.change_clinician(
            owner, lambda c: calendars.read_again(c, before, found, now)[0]
        )

    async def _adopt(
        self, clinician: Clinician, link: str, word: str, reading: Reading
    ) -> Clinician:
        now = self._now()
        return await self._store.change_clinician(
            clinician.id, lambda c: calendars.adopted(c, link, word, reading, now)
        )

    async def _follow(self, clinician: Clinician, link: str, word: str) -> Reading:
        try:
            data = await self.fetch(link)
        except FetchError as error:
            raise CalendarError(error.reason) from None
        return await self._read(clinician, data, word)

    async def _read(self, clinician: Clinician, data: bytes, word: str) -> Reading:
        async with self._one:
            return await calendars.read(data, word, clinician.time_zone, self._now())


def link_in(text: str) -> str:
    """A link as it was typed, or as Slack writes it: ``<https://…|…>``. ``webcal`` is https."""
    link = text.strip().strip("<>").partition("|")[0].replace("&amp;", "&")
    scheme, found, rest = link.partition("://")
    if found and scheme.lower() in ("webcal", "webcals"):
        return f"https://{rest}"
    return link
