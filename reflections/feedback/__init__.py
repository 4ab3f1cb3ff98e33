"""Feedback on a note: find acts, apply the manual, put it into words."""

from reflections.encoder import ModelError
from reflections.feedback.engine import RubricEngine, load_engine

__all__ = ["ModelError", "RubricEngine", "load_engine"]
