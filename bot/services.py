"""What the listeners are given: made once, in the composition root."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from slack_sdk.web.async_client import AsyncWebClient

from bot.background import Background
from bot.calendars import Calendars
from bot.delivery import Deliverer
from bot.directory import Directory
from bot.forgetting import Forgetter
from bot.outbox import Outbox
from bot.settings import Settings
from bot.teamwork import Teamwork
from prompts.library import Libraries, Library
from reflections.importing import Importer
from reflections.intake import Intake
from reflections.model import Clinician
from reflections.stores import Store, StoreError

if TYPE_CHECKING:
    from reflections.feedback.language_model import LanguageModel


@dataclass(frozen=True)
class Services:
    settings: Settings
    libraries: Libraries
    store: Store
    intake: Intake
    client: AsyncWebClient
    directory: Directory
    outbox: Outbox
    teamwork: Teamwork
    deliverer: Deliverer
    background: Background
    calendars: Calendars
    now: Callable[[], datetime]
    contacts: Mapping[str, str]
    model: LanguageModel | None
    forgetter: Forgetter
    importer: Importer

    def library(self, clinician: Clinician) -> Library:
        """The words that this clinician reads."""
        return self.libraries.of(clinician.language)

    async def library_of(self, owner: str) -> Library:
        """The words that somebody reads; the workspace's where they are not known, or the store
        cannot say."""
        try:
            clinician = await self.store.clinician(owner)
        except StoreError:
            clinician = None
        return self.library(clinician) if clinician else self.libraries.of("")
