"""If-then plans that a clinician sets out to try: from feedback, from a tip, or their own.

A plan from feedback has the id of its reflection, so that it is deleted with it; its source names
the step as well, so that it may be put in other words and a new step is told from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zlib import crc32

from reflections.model import Plan, Reflection

OWN = "own"
"""The source of a plan that came from nowhere else."""
_FEEDBACK = "feedback"


def from_feedback(reflection: Reflection, about: str, now: datetime) -> Plan:
    """The plan that the next step of a reflection's feedback is."""
    step = reflection.feedback.next_step if reflection.feedback else ""
    return Plan(reflection.id, step, about, _source(reflection.id, step), now)


def made_from(plans: Iterable[Plan], reflection: Reflection) -> Plan | None:
    """The plan that was made of a reflection's next step, as that is now."""
    step = reflection.feedback.next_step if reflection.feedback else ""
    # One that was kept before steps were told apart was made of the only one there was.
    sources = (_source(reflection.id, step), f"{_FEEDBACK} {reflection.id}")
    return next((plan for plan in plans if plan.source in sources), None)


def in_own_words(plans: Iterable[Plan], reflection: Reflection) -> Plan | None:
    """The open plan in the place of a new one from this reflection, where its writer has put it in
    other words than the step that it was made of: theirs by now, and not to be lost."""
    for plan in plans:
        if plan.id == reflection.id and not plan.done:
            return plan if plan.source != _source(reflection.id, plan.text) else None
    return None


def reflection_of(plan: Plan) -> str:
    """The id of the reflection that a plan came from; empty for any other plan."""
    return plan.id if plan.source.startswith(f"{_FEEDBACK} ") else ""


def _source(id: str, step: str) -> str:
    return f"{_FEEDBACK} {id} {crc32(step.encode()):08x}"


def in_order(plans: Iterable[Plan]) -> list[Plan]:
    """The open ones first, and of each kind the newest first."""
    newest = sorted(plans, key=lambda plan: plan.made_at, reverse=True)
    return sorted(newest, key=lambda plan: plan.done)
