"""The content of the product: reflection prompts, weekly tips, and every word the bot says."""

from __future__ import annotations

from enum import StrEnum


class Dimension(StrEnum):
    """The three things feedback speaks about."""

    EMPATHY = "empathy"
    PARTNERSHIP = "partnership"
    EXPECTATIONS = "expectations"
