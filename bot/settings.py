"""Every setting, read from the environment or a `.env` file; a wrong one is named in the error."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, AliasChoices, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.teams import Team, TeamsError, parse_slot, read_teams
from reflections.model import Slot
from reflections.privacy.local import LocalRules


class SettingsError(Exception):
    """The settings cannot be used; the message has one line a problem, with how to mend it."""


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError("not a time zone; use a name such as Europe/London")
    return value


def _slack_id(kinds: str) -> AfterValidator:
    def check(value: str) -> str:
        if value and not re.fullmatch(rf"[{kinds}][A-Z0-9]{{2,}}", value):
            raise ValueError(
                f"not a Slack id; it starts with {' or '.join(kinds)}, e.g. {kinds[0]}012AB3CD"
            )
        return value

    return AfterValidator(check)


def _user_ids(value: str) -> str:
    for part in value.replace(",", " ").split():
        if not re.fullmatch(r"[UW][A-Z0-9]{2,}", part):
            raise ValueError(
                f"{part!r} is not a Slack user id; separate ids such as U012AB3CD by commas"
            )
    return value


def _slot(value: str) -> str:
    parse_slot(value)
    return value


def _token(prefix: str) -> AfterValidator:
    def check(value: str) -> str:
        if value and not value.startswith(prefix):
            raise ValueError(f"this token must start with {prefix}")
        return value

    return AfterValidator(check)


def _url(value: str) -> str:
    if value and not re.match(r"https?://[^/\s]+", value):
        raise ValueError("not a web address; it starts with https:// or http://")
    return value


def _patterns(value: str) -> str:
    for pattern in value.split():
        if len(pattern) > 200:
            raise ValueError("a pattern of a record number is at most 200 characters long")
        try:
            empty = re.compile(pattern).match("") is not None
        except re.error as error:
            raise ValueError(f"a pattern is no regular expression: {error}") from None
        if empty:
            raise ValueError("a pattern that fits an empty text would mark everything")
    return value


def _split(value: str) -> frozenset[str]:
    return frozenset(part.strip().lower() for part in value.split(",") if part.strip())


class Settings(BaseSettings):
    """See `.env.example` for what each one means."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", hide_input_in_errors=True
    )

    slack_bot_token: Annotated[str, _token("xoxb-")] = ""
    slack_app_token: Annotated[str, _token("xapp-")] = ""
    slack_signing_secret: str = ""
    slack_api_url: str = "https://slack.com/api/"

    alliance_data_dir: Path = Path("data")
    alliance_database_url: str = Field(
        "", repr=False, validation_alias=AliasChoices("alliance_database_url", "database_url")
    )
    dyno: str = ""
    alliance_master_key: str = Field("", repr=False)
    alliance_master_key_file: Path | None = None
    alliance_language: str = "en-GB"
    alliance_time_zone: Annotated[str, AfterValidator(_zone)] = "Europe/London"
    alliance_leads: Annotated[str, AfterValidator(_user_ids)] = ""
    alliance_lead_group: Annotated[str, _slack_id("S")] = ""
    alliance_team_channel: Annotated[str, _slack_id("CG")] = ""
    alliance_tip_slot: Annotated[str, AfterValidator(_slot)] = "Monday 09:00"
    alliance_tip_rotation: Literal["on", "off"] = "on"
    alliance_tip_approval: Literal["optional", "required"] = "optional"
    alliance_tip_everyone: Literal["on", "off"] = "off"
    alliance_teams: str = ""
    alliance_local_contact: str = ""
    alliance_support_line: str = ""
    alliance_incident_system: str = ""
    alliance_safeguarding_contact: str = ""
    alliance_emergency_number: str = ""
    alliance_supervisor: str = ""
    openai_api_key: str = Field("", repr=False)
    openai_base_url: Annotated[str, AfterValidator(_url)] = ""
    alliance_models: str = Field("on", pattern="^(on|off)$")
    alliance_model: str = "gpt-4.1-mini"
    alliance_model_temperature: float = Field(0, ge=0, le=2)
    alliance_model_timeout: float = Field(10, gt=0, le=60)
    alliance_model_deadline: float = Field(12, gt=0, le=60)
    alliance_model_retries: int = Field(1, ge=0, le=5)
    alliance_model_monthly_tokens: int = Field(3_000_000, ge=0)
    alliance_model_price_in: float = Field(0, ge=0)
    alliance_model_price_out: float = Field(0, ge=0)
    alliance_screen: Literal["standard", "bounce", "redact"] = "standard"
    alliance_screen_allow: str = ""
    alliance_screen_deny: str = ""
    alliance_screen_id_patterns: Annotated[str, AfterValidator(_patterns)] = ""
    alliance_posts_per_minute: float = Field(200, gt=0, le=6000)
    alliance_http_port: int | None = Field(None, ge=0, le=65535)
    alliance_http_host: str = "127.0.0.1"
    alliance_metrics_port: int | None = Field(None, ge=0, le=65535)
    alliance_metrics_host: str = "127.0.0.1"
    alliance_left_grace_days: int = Field(30, ge=1, le=3650)
    alliance_tick_seconds: float = Field(15, gt=0, le=300)
    alliance_log_level: Literal["INFO", "WARNING", "ERROR"] = "INFO"

    @model_validator(mode="after")
    def _teams_can_be_read(self) -> Settings:
        one = ("alliance_leads", "alliance_lead_group", "alliance_team_channel")
        if self.alliance_teams and (set_too := [n.upper() for n in one if getattr(self, n)]):
            raise ValueError(
                f"ALLIANCE_TEAMS names the teams; put {', '.join(set_too)} into it, or leave it out"
            )
        try:
            self.teams  # noqa: B018 - read once here, so that what is wrong is said at the start
        except TeamsError as error:
            raise ValueError(f"ALLIANCE_TEAMS: {error}") from None
        return self

    @cached_property
    def teams(self) -> tuple[Team, ...]:
        """The teams that get tips; the one of the single settings where ALLIANCE_TEAMS is empty."""
        weekday, at = parse_slot(self.alliance_tip_slot)
        one = Team(
            channel=self.alliance_team_channel,
            leads=frozenset(self.alliance_leads.replace(",", " ").split()),
            lead_group=self.alliance_lead_group,
            slot=Slot(weekday, at, self.alliance_time_zone),
            language=self.alliance_language,
            rotation=self.alliance_tip_rotation == "on",
            approval=self.alliance_tip_approval,
            everyone=self.alliance_tip_everyone == "on",
        )
        return read_teams(self.alliance_teams, one) if self.alliance_teams else (one,)

    @property
    def screen_rules(self) -> LocalRules:
        """What the privacy screen is told of this workspace."""
        return LocalRules(
            allow=_split(self.alliance_screen_allow),
            deny=_split(self.alliance_screen_deny),
            ids=tuple(re.compile(p, re.I) for p in self.alliance_screen_id_patterns.split()),
        )

    @property
    def reads_with(self) -> str:
        """The language model that reads notes; empty where rules alone do."""
        return self.alliance_model if self.openai_api_key and self.alliance_models == "on" else ""

    @property
    def tick(self) -> timedelta:
        return timedelta(seconds=self.alliance_tick_seconds)

    def require_slack(self) -> None:
        """Raise SettingsError unless everything that a real workspace needs is there: over HTTP
        the signing secret, over Socket Mode the app-level token."""
        over_http = self.alliance_http_port is not None
        missing = [
            f"{name.upper()} is not set: {where}"
            for name, where in (
                ("slack_bot_token", "OAuth & Permissions → Bot User OAuth Token (xoxb-…)"),
                ("slack_signing_secret", "Basic Information → Signing Secret (HTTP needs it)")
                if over_http
                else (
                    "slack_app_token",
                    "Basic Information → App-Level Tokens, scope connections:write (xapp-…)",
                ),
            )
            if not getattr(self, name)
        ]
        if missing:
            raise SettingsError("\n".join(missing))


def load_settings(**overrides: object) -> Settings:
    """Read the settings; SettingsError names every one that is wrong, without its value."""
    for name in sorted(os.environ):
        if name.startswith("ALLIANCE_") and name.lower() not in Settings.model_fields:
            known = [field.upper() for field in Settings.model_fields]
            near = get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise SettingsError(f"{name} is not a setting{hint}")
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        lines = []
        for problem in error.errors():
            name = ".".join(str(part) for part in problem["loc"]).upper()
            what = problem["msg"].removeprefix("Value error, ")
            lines.append(f"{name}: {what}" if name else what)
        raise SettingsError("\n".join(lines)) from None
