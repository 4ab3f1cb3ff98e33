"""Checks Block Kit payloads against Slack's types and limits.

The tables below are the whole of it: a *check* takes a value, where it is (a JSON pointer) and a
list that it adds complaints to, worded as Slack words them. What is not in a table is refused.

Sources: Slack's Block Kit reference and the limits measured for this project.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from bot.playground.inputs import elements, options
from bot.playground.state import Json, SlackError

Check = Callable[[Any, str, list[str]], None]

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
VIEW_BYTES = 250_000
MESSAGE_TEXT = 40_000
MESSAGE_BLOCKS_TEXT = 13_200
ID = 255


def complain(errors: list[str], at: str, why: str) -> None:
    """Adds one complaint in Slack's form."""
    errors.append(f"[ERROR] {why} [json-pointer:{at}]")


# Building stones


def string(most: int, least: int = 1, pattern: str | None = None) -> Check:
    """Text of ``least`` to ``most`` characters."""

    def check(value: Any, at: str, errors: list[str]) -> None:
        if not isinstance(value, str):
            complain(errors, at, "must provide a string")
        elif len(value) > most:
            complain(errors, at, f"must be less than {most + 1} characters")
        elif len(value) < least:
            complain(errors, at, f"must be more than {least - 1} characters")
        elif pattern and not re.fullmatch(pattern, value):
            complain(errors, at, f"must match pattern {pattern}")

    return check


def enum(*allowed: str) -> Check:
    """One of a few words."""

    def check(value: Any, at: str, errors: list[str]) -> None:
        if value not in allowed:
            complain(errors, at, "must be a valid enum value")

    return check


def boolean(value: Any, at: str, errors: list[str]) -> None:
    """True or false."""
    if not isinstance(value, bool):
        complain(errors, at, "must provide a boolean")


def integer(least: int, most: int) -> Check:
    """A whole number."""

    def check(value: Any, at: str, errors: list[str]) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            complain(errors, at, "must provide an integer")
        elif not least <= value <= most:
            complain(errors, at, f"must be between {least} and {most}")

    return check


def items(check_item: Check, most: int, least: int = 1) -> Check:
    """A list of ``least`` to ``most`` items."""

    def check(value: Any, at: str, errors: list[str]) -> None:
        if not isinstance(value, list):
            complain(errors, at, "must provide an array")
            return
        if len(value) > most:
            complain(errors, at, f"no more than {most} items allowed")
        if len(value) < least:
            complain(errors, at, f"no fewer than {least} items allowed")
        for i, item in enumerate(value):
            check_item(item, f"{at}/{i}", errors)

    return check


Rule = Callable[[Json, str, list[str]], None]


def record(required: Mapping[str, Check], optional: Mapping[str, Check], *rules: Rule) -> Check:
    """An object with these fields and no others; the rules look at it as a whole."""

    def check(value: Any, at: str, errors: list[str]) -> None:
        if not isinstance(value, dict):
            complain(errors, at, "must provide an object")
            return
        before = len(errors)
        for name in required:
            if value.get(name) is None:
                complain(errors, at, f"missing required field: {name}")
        for name, field in value.items():
            check_field = required.get(name) or optional.get(name)
            if check_field is None:
                complain(errors, at, f"invalid additional property: {name}")
            elif field is not None or name in optional:
                check_field(field, f"{at}/{name}", errors)
        if len(errors) == before:
            for rule in rules:
                rule(value, at, errors)

    return check


def by_type(table: Mapping[str, Check]) -> Check:
    """One of several objects, told apart by ``type``."""

    def check(value: Any, at: str, errors: list[str]) -> None:
        if not isinstance(value, dict):
            complain(errors, at, "must provide an object")
        elif "type" not in value:
            complain(errors, at, "missing required field: type")
        elif not isinstance(value["type"], str) or value["type"] not in table:
            complain(errors, f"{at}/type", f"unsupported type: {value['type']}")
        else:
            table[value["type"]](value, at, errors)

    return check


def kind(
    name: str, required: Mapping[str, Check], optional: Mapping[str, Check], *rules: Rule
) -> tuple[str, Check]:
    """A row for :func:`by_type`."""
    return name, record({"type": enum(name), **required}, optional, *rules)


def exactly_one(*names: str) -> Rule:
    """Only one of these fields is given, and one of them is."""

    def rule(value: Json, at: str, errors: list[str]) -> None:
        if sum(n in value for n in names) != 1:
            complain(errors, at, "must define exactly one of: " + ", ".join(names))

    return rule


# Composition objects


def _any_text(most: int, least: int = 1) -> Check:
    return by_type({"plain_text": plain(most, least), "mrkdwn": _mrkdwn(most, least)})


def plain(most: int, least: int = 1) -> Check:
    """A ``plain_text`` object."""
    fields = {"type": enum("plain_text"), "text": string(most, least)}
    return record(fields, {"emoji": boolean})


def _mrkdwn(most: int, least: int = 1) -> Check:
    fields = {"type": enum("mrkdwn"), "text": string(most, least)}
    return record(fields, {"verbatim": boolean})


def _url(value: Any, at: str, errors: list[str]) -> None:
    string(3000)(value, at, errors)
    if isinstance(value, str) and not re.match(r"[a-z][a-z0-9+.-]*:\S+$", value, re.I):
        complain(errors, at, "must be a valid URL")


def _public_image(value: Any, at: str, errors: list[str]) -> None:
    """Slack fetches the picture itself, so an address that only this machine knows is refused."""
    before = len(errors)
    _url(value, at, errors)
    if len(errors) > before:
        return
    parts = urlsplit(value)
    host = parts.hostname or ""
    try:
        reachable = ipaddress.ip_address(host).is_global
    except ValueError:
        reachable = "." in host
    if parts.scheme not in ("http", "https") or not reachable:
        complain(errors, at, "downloading image failed")


def _date(value: Any, at: str, errors: list[str]) -> None:
    try:
        if date.fromisoformat(value).isoformat() == value:
            return
    except (TypeError, ValueError):
        pass
    complain(errors, at, "must be a valid date in the format YYYY-MM-DD")


def _time_zone(value: Any, at: str, errors: list[str]) -> None:
    if value not in available_timezones():
        complain(errors, at, "must be a valid IANA time zone")


_TIME = string(5, 5, r"([01]\d|2[0-3]):[0-5]\d")
_EPOCH = integer(1_000_000_000, 9_999_999_999)
_NUMBER = string(40, 1, r"-?\d+(\.\d+)?")

CONFIRM = record(
    {"title": plain(100), "text": _any_text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": enum("primary", "danger")},
)
_OPTION_FIELDS = {"description": plain(75)}
OPTION = record({"text": plain(75), "value": string(150)}, _OPTION_FIELDS)
CHOICE = record({"text": _any_text(75), "value": string(150)}, {"description": _any_text(75)})
OVERFLOW_OPTION = record({"text": plain(75), "value": string(150)}, {**_OPTION_FIELDS, "url": _url})
OPTION_GROUP = record({"label": plain(75), "options": items(OPTION, 100)}, {})
SLACK_FILE = record({}, {"id": string(ID), "url": string(3000)}, exactly_one("id", "url"))
DISPATCH = record(
    {},
    {"trigger_actions_on": items(enum("on_enter_pressed", "on_character_entered"), 2)},
)
_FILTER = record(
    {},
    {
        "include": items(enum("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)


# Elements


def _initial_is_an_option(value: Json, at: str, errors: list[str]) -> None:
    initial = value.get("initial_options") or [o for o in [value.get("initial_option")] if o]
    known = options(value)
    for chosen in initial:
        if known.get(chosen["value"]) != chosen:
            complain(errors, at, "initial option must exactly match one of the options")


def _most_is_not_less(least: str, most: str) -> Rule:
    def rule(value: Json, at: str, errors: list[str]) -> None:
        if least in value and most in value and float(value[least]) > float(value[most]):
            complain(errors, at, f"{least} must not be more than {most}")

    return rule


def _initial_fits(value: Json, at: str, errors: list[str]) -> None:
    if len(value.get("initial_value", "")) > value.get("max_length", 3000):
        complain(errors, f"{at}/initial_value", "must not be longer than max_length")


_ACTION = {"action_id": string(ID)}
_FOCUS = {**_ACTION, "focus_on_load": boolean}
_PICK = {**_FOCUS, "confirm": CONFIRM}
_HINTED = {**_PICK, "placeholder": plain(150)}
_TYPED = {**_FOCUS, "placeholder": plain(150), "dispatch_action_config": DISPATCH}
_SOURCE = {"options": items(OPTION, 100), "option_groups": items(OPTION_GROUP, 100)}
_MANY = {**_HINTED, "max_selected_items": integer(1, 1000)}
_IDS = items(string(ID), 1000, 0)

ELEMENTS: dict[str, Check] = dict(
    [
        kind(
            "button",
            {"text": plain(75)},
            {
                **_ACTION,
                "url": _url,
                "value": string(2000),
                "style": enum("primary", "danger"),
                "confirm": CONFIRM,
                "accessibility_label": string(75),
            },
        ),
        kind(
            "overflow",
            {"options": items(OVERFLOW_OPTION, 5)},
            {**_ACTION, "confirm": CONFIRM},
        ),
        kind(
            "image",
            {"alt_text": string(2000)},
            {"image_url": _public_image, "slack_file": SLACK_FILE},
            exactly_one("image_url", "slack_file"),
        ),
        kind(
            "checkboxes",
            {"options": items(CHOICE, 10)},
            {**_PICK, "initial_options": items(CHOICE, 10)},
            _initial_is_an_option,
        ),
        kind(
            "radio_buttons",
            {"options": items(CHOICE, 10)},
            {**_PICK, "initial_option": CHOICE},
            _initial_is_an_option,
        ),
        kind(
            "static_select",
            {},
            {**_HINTED, **_SOURCE, "initial_option": OPTION},
            exactly_one("options", "option_groups"),
            _initial_is_an_option,
        ),
        kind(
            "multi_static_select",
            {},
            {**_MANY, **_SOURCE, "initial_options": items(OPTION, 100)},
            exactly_one("options", "option_groups"),
            _initial_is_an_option,
        ),
        kind(
            "external_select",
            {},
            {**_HINTED, "initial_option": OPTION, "min_query_length": integer(0, 100)},
        ),
        kind(
            "multi_external_select",
            {},
            {**_MANY, "initial_options": items(OPTION, 100), "min_query_length": integer(0, 100)},
        ),
        kind("users_select", {}, {**_HINTED, "initial_user": string(ID)}),
        kind("multi_users_select", {}, {**_MANY, "initial_users": _IDS}),
        kind(
            "channels_select",
            {},
            {**_HINTED, "initial_channel": string(ID), "response_url_enabled": boolean},
        ),
        kind("multi_channels_select", {}, {**_MANY, "initial_channels": _IDS}),
        kind(
            "conversations_select",
            {},
            {
                **_HINTED,
                "initial_conversation": string(ID),
                "default_to_current_conversation": boolean,
                "response_url_enabled": boolean,
                "filter": _FILTER,
            },
        ),
        kind(
            "multi_conversations_select",
            {},
            {
                **_MANY,
                "initial_conversations": _IDS,
                "default_to_current_conversation": boolean,
                "filter": _FILTER,
            },
        ),
        kind("datepicker", {}, {**_HINTED, "initial_date": _date}),
        kind("timepicker", {}, {**_HINTED, "initial_time": _TIME, "timezone": _time_zone}),
        kind("datetimepicker", {}, {**_PICK, "initial_date_time": _EPOCH}),
        kind(
            "plain_text_input",
            {},
            {
                **_TYPED,
                "initial_value": string(3000, 0),
                "multiline": boolean,
                "min_length": integer(0, 3000),
                "max_length": integer(1, 3000),
            },
            _most_is_not_less("min_length", "max_length"),
            _initial_fits,
        ),
        kind("email_text_input", {}, {**_TYPED, "initial_value": string(3000, 0)}),
        kind("url_text_input", {}, {**_TYPED, "initial_value": string(3000, 0)}),
        kind(
            "number_input",
            {"is_decimal_allowed": boolean},
            {
                **_TYPED,
                "initial_value": _NUMBER,
                "min_value": _NUMBER,
                "max_value": _NUMBER,
            },
            _most_is_not_less("min_value", "max_value"),
        ),
        kind(
            "file_input",
            {},
            {
                **_ACTION,
                "filetypes": items(string(20), 100),
                "max_files": integer(1, 10),
            },
        ),
    ]
)

_SELECTS = {e for e in ELEMENTS if e.endswith("_select") and not e.startswith("multi_")}
_MULTI = {e for e in ELEMENTS if e.startswith("multi_")}
_CHOICES = {"checkboxes", "radio_buttons", "datepicker", "timepicker"}
IN_SECTION = {*_SELECTS, *_MULTI, *_CHOICES, "button", "overflow", "image"}
IN_ACTIONS = {*_SELECTS, *_CHOICES, "datetimepicker", "button", "overflow"}
IN_INPUT = {
    *_SELECTS,
    *_MULTI,
    *_CHOICES,
    "datetimepicker",
    "plain_text_input",
    "email_text_input",
    "url_text_input",
    "number_input",
    "file_input",
}


def _among(names: set[str]) -> Check:
    return by_type({n: ELEMENTS[n] for n in sorted(names)})


# Rich text

_STYLE = record({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline"), boolean))
_INLINE = by_type(
    dict(
        [
            kind("text", {"text": string(3000)}, {"style": _STYLE}),
            kind("link", {"url": _url}, {"text": string(3000), "style": _STYLE, "unsafe": boolean}),
            kind(
                "emoji", {"name": string(ID)}, {"unicode": string(ID), "skin_tone": integer(1, 6)}
            ),
            kind("user", {"user_id": string(ID)}, {"style": _STYLE}),
            kind("usergroup", {"usergroup_id": string(ID)}, {"style": _STYLE}),
            kind("channel", {"channel_id": string(ID)}, {"style": _STYLE}),
            kind("broadcast", {"range": enum("here", "channel", "everyone")}, {}),
            kind(
                "date",
                {"timestamp": _EPOCH, "format": string(ID)},
                {"url": _url, "fallback": string(ID), "style": _STYLE},
            ),
        ]
    )
)
_INLINES = items(_INLINE, 1000, 0)
_SECTION_ROW = kind("rich_text_section", {"elements": _INLINES}, {})
_RICH = dict(
    [
        _SECTION_ROW,
        kind(
            "rich_text_list",
            {
                "style": enum("bullet", "ordered"),
                "elements": items(by_type(dict([_SECTION_ROW])), 1000, 0),
            },
            {"indent": integer(0, 8), "offset": integer(0, 1000), "border": integer(0, 1)},
        ),
        kind("rich_text_quote", {"elements": _INLINES}, {"border": integer(0, 1)}),
        kind(
            "rich_text_preformatted",
            {"elements": _INLINES},
            {"border": integer(0, 1), "language": string(40)},
        ),
    ]
)
_RICH_ROW = kind(
    "rich_text", {"elements": items(by_type(_RICH), 1000, 0)}, {"block_id": string(ID)}
)
ELEMENTS["rich_text_input"] = kind(
    "rich_text_input", {}, {**_TYPED, "initial_value": _RICH_ROW[1]}
)[1]
IN_INPUT.add("rich_text_input")


# Blocks


def _text_or_fields(value: Json, at: str, errors: list[str]) -> None:
    if "text" not in value and "fields" not in value:
        complain(errors, at, "must define either `text` or `fields`")


_BLOCK = {"block_id": string(ID)}
_IMAGE = ELEMENTS["image"]
_EVERYWHERE: dict[str, Check] = dict(
    [
        kind("header", {"text": plain(150)}, _BLOCK),
        kind(
            "section",
            {},
            {
                **_BLOCK,
                "text": _any_text(3000),
                "fields": items(_any_text(2000), 10),
                "accessory": _among(IN_SECTION),
                "expand": boolean,
            },
            _text_or_fields,
        ),
        kind(
            "context",
            {
                "elements": items(
                    by_type(
                        {
                            "image": _IMAGE,
                            "plain_text": plain(3000),
                            "mrkdwn": _mrkdwn(3000),
                        }
                    ),
                    10,
                )
            },
            _BLOCK,
        ),
        kind("divider", {}, _BLOCK),
        kind("actions", {"elements": items(_among(IN_ACTIONS), 25)}, _BLOCK),
        kind(
            "image",
            {"alt_text": string(2000)},
            {
                **_BLOCK,
                "title": plain(2000),
                "image_url": _public_image,
                "slack_file": SLACK_FILE,
            },
            exactly_one("image_url", "slack_file"),
        ),
        _RICH_ROW,
    ]
)


def _input(*, files: bool) -> Check:
    allowed = IN_INPUT if files else IN_INPUT - {"file_input"}
    return kind(
        "input",
        {"label": plain(2000), "element": _among(allowed)},
        {**_BLOCK, "hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    )[1]


_MARKDOWN = kind("markdown", {"text": string(12_000)}, _BLOCK)[1]
BLOCKS: dict[str, dict[str, Check]] = {
    "message": {**_EVERYWHERE, "input": _input(files=False), "markdown": _MARKDOWN},
    "modal": {**_EVERYWHERE, "input": _input(files=True)},
    "home": {**_EVERYWHERE, "input": _input(files=False)},
}

_VIEW = {
    "private_metadata": string(3000, 0),
    "callback_id": string(ID, 0),
    "external_id": string(ID, 0),
}
_MODAL = record(
    {
        "type": enum("modal"),
        "title": plain(24),
        "blocks": items(by_type(BLOCKS["modal"]), VIEW_BLOCKS, 0),
    },
    {
        **_VIEW,
        "submit": plain(24),
        "close": plain(24),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
)
_HOME = record(
    {"type": enum("home"), "blocks": items(by_type(BLOCKS["home"]), VIEW_BLOCKS, 0)}, _VIEW
)
_METADATA = record(
    {"event_type": string(ID, 1, r"[A-Za-z0-9_.\-]+"), "event_payload": record({}, {})}, {}
)


def _unique(blocks: list[Json], at: str, errors: list[str]) -> None:
    seen: set[str] = set()
    for i, block in enumerate(blocks):
        block_id = block.get("block_id")
        if block_id in seen:
            complain(errors, f"{at}/{i}/block_id", f"block_id must be unique: {block_id}")
        if block_id:
            seen.add(block_id)
        actions: set[str] = set()
        for element in block.get("elements", []) if block["type"] == "actions" else []:
            action_id = element.get("action_id")
            if action_id in actions:
                complain(errors, f"{at}/{i}", f"`action_id` {action_id} already exists")
            if action_id:
                actions.add(action_id)
    focused = [e for _, e in elements(blocks) if e.get("focus_on_load")]
    if len(focused) > 1:
        complain(errors, at, "only one element may have focus_on_load")


def blocks_errors(blocks: Any, surface: str = "message", at: str = "/blocks") -> list[str]:
    """What Slack would refuse in a list of blocks on ``message``, ``modal`` or ``home``."""
    errors: list[str] = []
    most = MESSAGE_BLOCKS if surface == "message" else VIEW_BLOCKS
    items(by_type(BLOCKS[surface]), most, 0)(blocks, at, errors)
    if not errors:
        _unique(blocks, at, errors)
    return errors


def check_message(blocks: Any) -> None:
    """Raises ``invalid_blocks`` or ``msg_blocks_too_long``."""
    errors = blocks_errors(blocks)
    if errors:
        raise SlackError("invalid_blocks", errors)
    if _text_length(blocks) > MESSAGE_BLOCKS_TEXT:
        raise SlackError("msg_blocks_too_long")


def check_view(view: Any, allowed: tuple[str, ...] = ("modal",)) -> None:
    """Raises ``invalid_arguments`` or ``view_too_large``; ``allowed`` are the view's types."""
    errors: list[str] = []
    at = "/view"
    by_type({k: v for k, v in {"modal": _MODAL, "home": _HOME}.items() if k in allowed})(
        view, at, errors
    )
    if not errors:
        _unique(view["blocks"], f"{at}/blocks", errors)
        inputs = any(b["type"] == "input" for b in view["blocks"])
        if view["type"] == "modal" and inputs and "submit" not in view:
            complain(errors, at, "missing required field: submit")
    if errors:
        raise SlackError("invalid_arguments", errors)
    if len(json.dumps(view, ensure_ascii=False).encode()) > VIEW_BYTES:
        raise SlackError("view_too_large")


def check_metadata(metadata: Any) -> None:
    """Raises ``invalid_metadata_format``."""
    errors: list[str] = []
    if isinstance(metadata, dict) and isinstance(metadata.get("event_payload"), dict):
        metadata = {**metadata, "event_payload": {}}
    _METADATA(metadata, "/metadata", errors)
    if errors:
        raise SlackError("invalid_metadata_format", errors)


def _text_length(node: Any) -> int:
    """The characters of text in a tree of blocks."""
    if isinstance(node, dict):
        return sum(
            len(v) if k == "text" and isinstance(v, str) else _text_length(v)
            for k, v in node.items()
        )
    return sum(map(_text_length, node)) if isinstance(node, list) else 0
