"""What a person can fill in: initial values, Slack's ``state.values`` and client-side checks.

A value is kept in a plain form: text, an option's value, a list of values, a date, a time, an id.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bot.playground.state import Json, Values

_OPTION = {"static_select", "external_select", "radio_buttons"}
_OPTIONS = {"multi_static_select", "multi_external_select", "checkboxes"}
_TEXT = {"plain_text_input", "email_text_input", "url_text_input", "number_input"}
_PLAIN = {
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "users_select": "selected_user",
    "channels_select": "selected_channel",
    "conversations_select": "selected_conversation",
    "multi_users_select": "selected_users",
    "multi_channels_select": "selected_channels",
    "multi_conversations_select": "selected_conversations",
    "file_input": "files",
    "rich_text_input": "rich_text_value",
}
_LISTS = {t for t in (*_OPTIONS, *_PLAIN) if t.startswith("multi_") or t == "checkboxes"}
STATEFUL = {*_OPTION, *_OPTIONS, *_TEXT, *_PLAIN}
INTERACTIVE = {*STATEFUL, "button", "overflow"}


class InputRefused(ValueError):
    """A form that Slack's own client would not send.

    Args:
        errors: block_id -> what the person is told.
    """

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(f"{block}: {why}" for block, why in errors.items()))
        self.errors = errors


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every interactive element with its block, in reading order."""
    for block in blocks:
        found = [block.get("element"), block.get("accessory")]
        if block["type"] == "actions":
            found += block["elements"]
        yield from ((block, e) for e in found if e and e["type"] in INTERACTIVE)


def key(block: Json, element: Json) -> tuple[str, str]:
    """Where the element's value is kept."""
    return block["block_id"], element["action_id"]


def options(element: Json) -> dict[str, Json]:
    """The element's options by value, groups flattened."""
    found = list(element.get("options") or [])
    for group in element.get("option_groups") or []:
        found += group["options"]
    return {o.get("value", o["text"]["text"]): o for o in found}


def initial(element: Json) -> Any:
    """The plain value before the person has touched the element."""
    kind = element["type"]
    if kind in _OPTION:
        return (element.get("initial_option") or {}).get("value")
    if kind in _OPTIONS:
        return [o["value"] for o in element.get("initial_options") or []]
    if kind in _TEXT or kind == "rich_text_input":
        return element.get("initial_value")
    if kind == "file_input":
        return []
    return element.get(
        "initial_" + _PLAIN[kind].removeprefix("selected_"), [] if kind in _LISTS else None
    )


def initial_values(blocks: list[Json], previous: Values | None = None) -> Values:
    """Initial values, keeping what was filled in where the block and action are the same."""
    previous = previous or {}
    found: Values = {}
    for block, element in elements(blocks):
        if element["type"] in STATEFUL:
            place = key(block, element)
            found[place] = previous.get(place, initial(element))
    return found


def selection(element: Json, value: Any) -> Json:
    """The fields that carry a value in ``state.values`` and in an action."""
    kind = element["type"]
    known = options(element)

    def option(v: Any) -> Json:
        if kind.endswith("external_select"):
            return {"text": {"type": "plain_text", "text": str(v), "emoji": True}, "value": v}
        if v not in known:
            raise LookupError(f"{element['action_id']}: no option {v!r}, only {sorted(known)}")
        return known[v]

    if kind in _OPTION or kind == "overflow":
        return {"selected_option": None if value is None else option(value)}
    if kind in _OPTIONS:
        return {"selected_options": [option(v) for v in value or []]}
    if kind in _TEXT:
        return {"value": value or None}
    if kind == "button":
        return {"value": element["value"]} if "value" in element else {}
    return {_PLAIN[kind]: value}


def state_values(blocks: list[Json], values: Values) -> Json:
    """Slack's ``state.values``: block_id -> action_id -> type and selection."""
    found: Json = {}
    for block, element in elements(blocks):
        if element["type"] in STATEFUL:
            block_id, action_id = key(block, element)
            entry = {
                "type": element["type"],
                **selection(element, values.get((block_id, action_id))),
            }
            found.setdefault(block_id, {})[action_id] = entry
    return found


def place(blocks: list[Json], name: str) -> tuple[Json, Json]:
    """The element meant by ``block_id/action_id``, ``action_id`` or ``block_id``."""
    known = [(b, e) for b, e in elements(blocks) if e["type"] in STATEFUL]
    for form in (
        lambda b, e: "/".join(key(b, e)),
        lambda b, e: e["action_id"],
        lambda b, e: b["block_id"],
    ):
        found = [(b, e) for b, e in known if form(b, e) == name]
        if len(found) == 1:
            return found[0]
        if found:
            raise LookupError(f"{name!r} is in more than one block; write block_id/action_id")
    raise LookupError(
        f"nothing to fill in at {name!r}, only {['/'.join(key(b, e)) for b, e in known]}"
    )


def check(blocks: list[Json], values: Values) -> None:
    """What Slack's client checks before it sends a form; raises :class:`InputRefused`."""
    errors = {}
    for block, element in elements(blocks):
        if block["type"] == "input":
            why = _refusal(block, element, values.get(key(block, element)))
            if why:
                errors[block["block_id"]] = why
    if errors:
        raise InputRefused(errors)


def _refusal(block: Json, element: Json, value: Any) -> str | None:
    kind = element["type"]
    if value in (None, "", []):
        return None if block.get("optional") else "Please complete this required field."
    if kind == "plain_text_input":
        if len(value) < element.get("min_length", 0):
            return f"Please write at least {element['min_length']} characters."
        if len(value) > element.get("max_length", 3000):
            return f"Please write no more than {element.get('max_length', 3000)} characters."
    if kind == "email_text_input" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
        return "Please enter a valid email address."
    if kind == "url_text_input" and not re.match(r"https?://\S+$", value):
        return "Please enter a valid URL."
    if kind == "number_input":
        whole = r"-?\d+" if not element["is_decimal_allowed"] else r"-?\d+(\.\d+)?"
        if not re.fullmatch(whole, str(value)):
            return "Please enter a valid number."
        if "min_value" in element and float(value) < float(element["min_value"]):
            return f"Please enter a number no less than {element['min_value']}."
        if "max_value" in element and float(value) > float(element["max_value"]):
            return f"Please enter a number no greater than {element['max_value']}."
    if kind == "file_input":
        if len(value) > element.get("max_files", 10):
            return f"Please choose no more than {element.get('max_files', 10)}."
        allowed = element.get("filetypes")
        if allowed and any(file["filetype"].lower() not in allowed for file in value):
            return f"Please choose a file of these types: {', '.join(allowed)}."
    if kind in _LISTS and len(value) > element.get("max_selected_items", len(value)):
        return f"Please select no more than {element['max_selected_items']}."
    return None
