"""What a workspace tells the screen of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class LocalRules:
    """A workspace's own words and expressions, lower-case, and its patterns of record numbers."""

    allow: frozenset[str] = frozenset()
    """Never taken for a name, place or institution: the local walking group, a common brand."""
    deny: frozenset[str] = frozenset()
    """Always found: the nickname of a ward, the surname of a local family."""
    ids: tuple[re.Pattern[str], ...] = ()
