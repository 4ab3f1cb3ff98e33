"""Feedback on a note: find acts, apply the manual, put it into words."""

from reflections.feedback.engine import RubricEngine, load_engine
from reflections.feedback.finder import ModelError

__all__ = ["ModelError", "RubricEngine", "load_engine"]
