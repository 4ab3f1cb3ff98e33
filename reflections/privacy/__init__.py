"""The privacy screen: what in a note could tell a reader who somebody is.

The screen is a safeguard, not a guarantee; ``docs/privacy-gate.md`` gives its measured leakage.
"""

from reflections.privacy.findings import (
    PLACEHOLDER,
    STRUCTURED,
    WAIVABLE,
    Finding,
    IdentifierType,
    Screening,
    put_back,
    redact,
)
from reflections.privacy.lexicon import ScreenResourceError
from reflections.privacy.local import LocalRules
from reflections.privacy.screen import Screen, load_screen

__all__ = [
    "PLACEHOLDER",
    "STRUCTURED",
    "WAIVABLE",
    "Finding",
    "IdentifierType",
    "LocalRules",
    "Screen",
    "ScreenResourceError",
    "Screening",
    "load_screen",
    "put_back",
    "redact",
]
