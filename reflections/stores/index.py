"""What has to be known across owners without their journals: who they are, what waits to be sent,
how many reflections they keep of each week.

It lives in memory and is copied to a file, so that a start need not read every journal. An entry of
the file counts only while its journal is the very file, of the size and time, of which it was made,
and it is sealed with its owner's key. The file may be deleted at any time.
"""

from __future__ import annotations

import threading
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from reflections.model import Clinician, Delivery
from reflections.stores import Week
from reflections.stores.journal import SCHEMA, Change, Tables
from reflections.stores.records import CLINICIAN, DELIVERIES, REFLECTIONS, decode, monday, ready
from reflections.stores.seal import Cipher, SealBroken, write_whole
from reflections.tips import FEWEST


@dataclass
class Known:
    """What is known of an owner whose journal was ``size`` bytes long then.

    ``weeks`` counts reflections by the Monday of their week, in UTC.
    """

    size: int = 0
    person: Clinician | None = None
    waiting: dict[str, Delivery] = field(default_factory=dict)
    weeks: dict[date, int] = field(default_factory=dict)


_KNOWN = TypeAdapter(Known)
_FILE = TypeAdapter(dict[str, tuple[str, str]])
"""For each owner the stamp of the journal, and ``Known``, sealed, in base64."""


class Index:
    """Safe to use from several threads; changes of one owner come one at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, Known] = {}
        self._people: Counter[date] = Counter()
        self._reflections: Counter[date] = Counter()

    # ---- what is asked ----------------------------------------------------------------------

    def size(self, owner: str) -> int | None:
        """The size of the journal that is known; None for an owner of whom nothing is."""
        known = self._known.get(owner)
        return known.size if known else None

    def person(self, owner: str) -> Clinician | None:
        known = self._known.get(owner)
        return known.person if known else None

    def people(self) -> Sequence[Clinician]:
        with self._lock:
            return tuple(known.person for known in self._known.values() if known.person)

    def waiting(self) -> Sequence[Delivery]:
        """Everything that is queued or claimed."""
        with self._lock:
            return [d for known in self._known.values() for d in known.waiting.values()]

    def weeks(self, since: date) -> Sequence[Week]:
        with self._lock:
            return [
                Week(week, people, self._reflections[week])
                for week, people in sorted(self._people.items())
                if week >= monday(since) and people >= FEWEST
            ]

    # ---- what is told -----------------------------------------------------------------------

    def forget(self, owner: str) -> None:
        with self._lock:
            self._forget(owner)

    def _forget(self, owner: str) -> None:
        known = self._known.pop(owner, None)
        for week in list(known.weeks) if known else ():
            assert known
            self._count(known, week, -known.weeks[week])

    def learn(self, owner: str, size: int, tables: Tables) -> None:
        """Know all of a journal, and nothing else of its owner."""
        known = Known(size)
        for table in (CLINICIAN, DELIVERIES):
            for id, document in tables.get(table, {}).items():
                _look(known, table, id, document)
        weeks = Counter(_week(document) for document in tables.get(REFLECTIONS, {}).values())
        self._adopt(owner, known, weeks)

    def _adopt(self, owner: str, known: Known, weeks: Mapping[date, int]) -> None:
        with self._lock:
            self._forget(owner)
            self._known[owner] = known
            for week, number in weeks.items():
                self._count(known, week, number)

    def follow(
        self, owner: str, size: int, changes: Iterable[tuple[Change, Mapping[str, Any] | None]]
    ) -> None:
        """Know what a commit changed; with each change comes what stood there before."""
        with self._lock:
            known = self._known.setdefault(owner, Known())
            known.size = size
            for (table, id, document), before in changes:
                if table in (CLINICIAN, DELIVERIES):
                    _look(known, table, id, document)
                elif table == REFLECTIONS:
                    if before is not None:
                        self._count(known, _week(before), -1)
                    if document is not None:
                        self._count(known, _week(document), 1)

    def _count(self, known: Known, week: date, number: int) -> None:
        before = known.weeks.get(week, 0)
        after = before + number
        if after:
            known.weeks[week] = after
        else:
            known.weeks.pop(week, None)
        self._people[week] += (after > 0) - (before > 0)
        self._reflections[week] += number

    # ---- the file ---------------------------------------------------------------------------

    def write(self, path: Path, shards: Path, ciphers: Mapping[str, Cipher]) -> None:
        """StoreError where it cannot be written. Whoever's journal is not as it is known is left
        out."""
        entries = {}
        for owner, known in self._known.items():
            stamp, size = _stamp(shards, owner)
            if size == known.size:
                sealed = ciphers[owner].seal(_KNOWN.dump_json(known), _place(owner, stamp))
                entries[owner] = (stamp, b64encode(sealed).decode())
        write_whole(path, _FILE.dump_json(entries))

    def read(self, path: Path, shards: Path, ciphers: Mapping[str, Cipher]) -> None:
        """Know whoever's journal is still the one of which the file speaks."""
        try:
            entries = _FILE.validate_json(path.read_bytes())
        except (OSError, ValidationError):
            return
        for owner, (stamp, sealed) in entries.items():
            if owner in ciphers and stamp == _stamp(shards, owner)[0]:
                try:
                    entry = ciphers[owner].unseal(b64decode(sealed), _place(owner, stamp))
                    known = _KNOWN.validate_json(entry)
                except (ValueError, SealBroken):
                    continue
                weeks, known.weeks = known.weeks, {}
                self._adopt(owner, known, weeks)


def _look(known: Known, table: str, id: str, document: Mapping[str, Any] | None) -> None:
    value = decode(table, id, document["row"]) if document else None
    if table == CLINICIAN:
        known.person = value
    elif value is None or ready(value) is None:
        known.waiting.pop(id, None)
    else:
        known.waiting[id] = value


def _week(document: Mapping[str, Any]) -> date:
    return monday(datetime.fromtimestamp(document["at"], UTC).date())


def _stamp(shards: Path, owner: str) -> tuple[str, int]:
    """What tells a journal from any other and from itself at another time, and its size; the form
    of the records is a part of it."""
    try:
        found = (shards / f"{owner}.journal").stat()
    except OSError:
        return "", -1
    return f"{SCHEMA} {found.st_ino} {found.st_size} {found.st_mtime_ns}", found.st_size


def _place(owner: str, stamp: str) -> str:
    return f"{owner} index {stamp}"
