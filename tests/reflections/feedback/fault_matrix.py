"""The table in docs/language-model.md, so that what it says is what the tests act out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

DOCS = Path(__file__).parents[3] / "docs" / "language-model.md"


class Row(NamedTuple):
    """``failure`` is empty where nothing failed; ``requests`` are those for the note itself."""

    name: str
    failure: str
    requests: int
    gets: str


def read(text: str) -> list[Row]:
    rows = re.findall(r"^\| `([^`]+)` \| .* \| (\S+) \| (\d) \| ([^|]+) \|$", text, re.M)
    return [
        Row(name, failure.strip("–"), int(requests), gets) for name, failure, requests, gets in rows
    ]


MATRIX = read(DOCS.read_text("utf-8"))
