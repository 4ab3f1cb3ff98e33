"""Logging that cannot carry a note: our own records hold ids and counts only; records of the
libraries below us are reduced to where they came from, for their messages may quote a payload."""

from __future__ import annotations

import logging
import sys

from bot.background import describe


class SafeFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        when = self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z")
        if record.name.startswith("alliance"):
            said = record.getMessage()
        else:
            said = (
                f"{record.module}:{record.lineno} (its message may quote a payload and is left out)"
            )
        if record.exc_info and record.exc_info[1]:
            said += f": {describe(record.exc_info[1])}"
        return f"{when} {record.levelname} {record.name} {said}"


def configure(level: str) -> None:
    """Send records to standard error; the libraries below speak from WARNING on only."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(SafeFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("alliance").setLevel(level)
    # Bolt warns of a token that stands in the environment as well, and of events nobody listens to.
    logging.getLogger("slack_bolt").setLevel(logging.ERROR)
