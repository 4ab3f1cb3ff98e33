"""The privacy screen: what in a note could tell a reader who somebody is.

The screen is a safeguard, not a guarantee; ``docs/privacy-gate.md`` gives its measured leakage.
"""

from reflections.privacy.findings import Finding, IdentifierType, Screening
from reflections.privacy.lexicon import ScreenResourceError
from reflections.privacy.screen import Screen, load_screen

__all__ = [
    "Finding",
    "IdentifierType",
    "Screen",
    "ScreenResourceError",
    "Screening",
    "load_screen",
]
