"""What Slack refuses in blocks and views is refused, and what it takes is taken."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from gallery import CONFIRM, DAYS, HOME, MESSAGE, MODAL, RICH, button, field, mrkdwn, option, plain
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.playground.state import SlackError
from bot.playground.validate import blocks_errors, check_message, check_metadata, check_view

Json = dict[str, Any]


def section(**fields: Any) -> Json:
    return {"type": "section", **fields}


def actions(*elements: Json, **fields: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **fields}


def select(**fields: Any) -> Json:
    return {"type": "static_select", "action_id": "s", "options": DAYS, **fields}


def text_input(**fields: Any) -> Json:
    return field("b", "Label", {"type": "plain_text_input", **fields})


def image(**fields: Any) -> Json:
    return {"type": "image", "image_url": "https://example.org/a.png", "alt_text": "a", **fields}


OVERFLOW: Json = {"type": "overflow", "action_id": "o", "options": DAYS[:2]}
TEXT = mrkdwn("text")

# What is wrong, the blocks, and a part of the complaint.
BLOCK_MISTAKES: list[tuple[str, Any, str]] = [
    ("not a list", {"type": "divider"}, "must provide an array"),
    ("a block that is text", ["divider"], "must provide an object"),
    ("no type", [{"text": TEXT}], "missing required field: type"),
    ("an unknown block", [{"type": "banner"}], "unsupported type: banner"),
    ("a type that is not text", [{"type": ["divider"]}], "unsupported type"),
    ("51 blocks", [{"type": "divider"}] * 51, "no more than 50 items"),
    ("an unknown field", [{"type": "divider", "colour": "red"}], "additional property: colour"),
    ("a long block_id", [{"type": "divider", "block_id": "b" * 256}], "less than 256"),
    ("an empty block_id", [{"type": "divider", "block_id": ""}], "more than 0"),
    (
        "two blocks with one id",
        [{"type": "divider", "block_id": "b"}, {"type": "divider", "block_id": "b"}],
        "block_id must be unique",
    ),
    ("an empty header", [{"type": "header", "text": plain("")}], "more than 0 characters"),
    ("a long header", [{"type": "header", "text": plain("x" * 151)}], "less than 151 characters"),
    ("a header in mrkdwn", [{"type": "header", "text": TEXT}], "valid enum value"),
    ("a header of bare text", [{"type": "header", "text": "Hello"}], "must provide an object"),
    ("a section without text", [section()], "must define either `text` or `fields`"),
    ("a long section", [section(text=mrkdwn("x" * 3001))], "less than 3001 characters"),
    ("text of an unknown kind", [section(text={"type": "html", "text": "x"})], "unsupported type"),
    ("text without text", [section(text={"type": "mrkdwn"})], "missing required field: text"),
    ("text that is a number", [section(text={"type": "mrkdwn", "text": 7})], "provide a string"),
    ("emoji in mrkdwn", [section(text={**TEXT, "emoji": True})], "additional property: emoji"),
    ("11 fields", [section(fields=[TEXT] * 11)], "no more than 10 items"),
    ("no fields", [section(fields=[])], "no fewer than 1 items"),
    ("a long field", [section(fields=[mrkdwn("x" * 2001)])], "less than 2001 characters"),
    (
        "a text input beside a section",
        [section(text=TEXT, accessory={"type": "plain_text_input", "action_id": "a"})],
        "unsupported type: plain_text_input",
    ),
    ("an empty context", [{"type": "context", "elements": []}], "no fewer than 1 items"),
    ("11 in a context", [{"type": "context", "elements": [TEXT] * 11}], "no more than 10 items"),
    (
        "a button in a context",
        [{"type": "context", "elements": [button("B", "b")]}],
        "unsupported type: button",
    ),
    ("no actions", [actions()], "no fewer than 1 items"),
    (
        "26 actions",
        [actions(*(button("B", f"b{i}") for i in range(26)))],
        "no more than 25 items",
    ),
    ("two actions with one id", [actions(button("A", "a"), button("B", "a"))], "already exists"),
    (
        "a text input among actions",
        [actions({"type": "plain_text_input", "action_id": "a"})],
        "unsupported type: plain_text_input",
    ),
    ("a long button", [actions(button("x" * 76, "b"))], "less than 76 characters"),
    ("a button in mrkdwn", [actions({**button("x", "b"), "text": TEXT})], "valid enum value"),
    ("a button with a long value", [actions(button("x", "b", value="v" * 2001))], "less than 2001"),
    ("a button of an unknown style", [actions(button("x", "b", style="green"))], "valid enum"),
    ("a button with a long id", [actions(button("x", "b" * 256))], "less than 256 characters"),
    (
        "a button with a long url",
        [actions(button("x", "b", url="https://a.b/" + "c" * 3000))],
        "3001",
    ),
    ("a button with a bad url", [actions(button("x", "b", url="not a url"))], "valid URL"),
    (
        "a confirmation without a question",
        [actions(button("x", "b", confirm={k: v for k, v in CONFIRM.items() if k != "text"}))],
        "missing required field: text",
    ),
    (
        "a confirmation with a long title",
        [actions(button("x", "b", confirm={**CONFIRM, "title": plain("x" * 101)}))],
        "less than 101 characters",
    ),
    (
        "a confirmation with a long button",
        [actions(button("x", "b", confirm={**CONFIRM, "deny": plain("x" * 31)}))],
        "less than 31 characters",
    ),
    ("a menu without options", [actions(select(options=[]))], "no fewer than 1 items"),
    (
        "a menu of 101",
        [actions(select(options=[option("x", f"{i}") for i in range(101)]))],
        "no more than 100 items",
    ),
    ("an option with a long text", [actions(select(options=[option("x" * 76, "v")]))], "76"),
    ("an option with a long value", [actions(select(options=[option("x", "v" * 151)]))], "151"),
    ("an option without a value", [actions(select(options=[{"text": plain("x")}]))], "value"),
    (
        "an initial option that is none of them",
        [actions(select(initial_option=option("Sunday", "sun")))],
        "must exactly match",
    ),
    (
        "options and groups",
        [actions(select(option_groups=[{"label": plain("All"), "options": DAYS}]))],
        "exactly one of",
    ),
    ("a long placeholder", [actions(select(placeholder=plain("x" * 151)))], "less than 151"),
    (
        "an overflow menu of 6",
        [actions({**OVERFLOW, "options": [option("x", f"{i}") for i in range(6)]})],
        "no more than 5 items",
    ),
    (
        "11 checkboxes",
        [actions({"type": "checkboxes", "options": [option("x", f"{i}") for i in range(11)]})],
        "no more than 10 items",
    ),
    (
        "a multi-select among actions",
        [actions({"type": "multi_static_select", "options": DAYS})],
        "unsupported type: multi_static_select",
    ),
    ("a date in words", [actions({"type": "datepicker", "initial_date": "2 March"})], "YYYY-MM-DD"),
    (
        "a day that does not exist",
        [actions({"type": "datepicker", "initial_date": "2026-02-30"})],
        "YYYY-MM-DD",
    ),
    ("a time past midnight", [actions({"type": "timepicker", "initial_time": "24:00"})], "match"),
    (
        "a time zone that is none",
        [actions({"type": "timepicker", "timezone": "Europe/Atlantis"})],
        "IANA",
    ),
    ("an image without a description", [image(alt_text=None)], "missing required field: alt_text"),
    ("an image without a source", [{"type": "image", "alt_text": "a"}], "exactly one of"),
    ("an image with two sources", [image(slack_file={"id": "F1"})], "exactly one of"),
    ("a long description", [image(alt_text="x" * 2001)], "less than 2001 characters"),
    (
        "an image only this machine knows",
        [image(image_url="http://127.0.0.1:8000/a.png")],
        "downloading image failed",
    ),
    (
        "an input without a label",
        [{k: v for k, v in text_input().items() if k != "label"}],
        "missing required field: label",
    ),
    ("an input with a long label", [{**text_input(), "label": plain("x" * 2001)}], "2001"),
    ("an input with a long hint", [{**text_input(), "hint": plain("x" * 2001)}], "2001"),
    ("an input with a button", [{**text_input(), "element": button("x", "b")}], "unsupported type"),
    ("an input of too much", [text_input(max_length=3001)], "must be between 1 and 3000"),
    ("a minimum over the maximum", [text_input(min_length=9, max_length=5)], "must not be more"),
    (
        "an initial value over the maximum",
        [text_input(max_length=3, initial_value="four")],
        "longer than max_length",
    ),
    ("a number for a switch", [text_input(multiline=1)], "must provide a boolean"),
    (
        "a number input of no kind",
        [field("n", "N", {"type": "number_input"})],
        "is_decimal_allowed",
    ),
    (
        "two elements that want the focus",
        [
            field("a", "A", {"type": "plain_text_input", "focus_on_load": True}),
            field("b", "B", {"type": "plain_text_input", "focus_on_load": True}),
        ],
        "focus_on_load",
    ),
    ("a file input in a message", [field("f", "F", {"type": "file_input"})], "unsupported type"),
    (
        "rich text of an unknown kind",
        [{"type": "rich_text", "elements": [{"type": "rich_text_table", "elements": []}]}],
        "unsupported type: rich_text_table",
    ),
    ("long markdown", [{"type": "markdown", "text": "x" * 12_001}], "less than 12001 characters"),
]

SMALL: Json = {"type": "modal", "title": plain("T"), "blocks": [section(text=TEXT)]}
SMALL_HOME: Json = {"type": "home", "blocks": [section(text=TEXT)]}

VIEW_MISTAKES: list[tuple[str, Any, str]] = [
    ("not an object", "modal", "must provide an object"),
    ("no type", {"title": plain("T"), "blocks": []}, "missing required field: type"),
    ("an unknown type", {**SMALL, "type": "dialog"}, "unsupported type: dialog"),
    ("no title", {"type": "modal", "blocks": []}, "missing required field: title"),
    ("no blocks", {"type": "modal", "title": plain("T")}, "missing required field: blocks"),
    ("a long title", {**SMALL, "title": plain("x" * 25)}, "less than 25 characters"),
    ("a title in mrkdwn", {**SMALL, "title": TEXT}, "valid enum value"),
    ("a long submit", {**SMALL, "submit": plain("x" * 25)}, "less than 25 characters"),
    ("a long close", {**SMALL, "close": plain("x" * 25)}, "less than 25 characters"),
    ("101 blocks", {**SMALL, "blocks": [{"type": "divider"}] * 101}, "no more than 100 items"),
    ("an input without submit", {**SMALL, "blocks": [text_input()]}, "required field: submit"),
    ("long metadata", {**SMALL, "private_metadata": "x" * 3001}, "less than 3001 characters"),
    ("metadata that is an object", {**SMALL, "private_metadata": {}}, "must provide a string"),
    ("a long callback_id", {**SMALL, "callback_id": "x" * 256}, "less than 256 characters"),
    ("a long external_id", {**SMALL, "external_id": "x" * 256}, "less than 256 characters"),
    ("an unknown field", {**SMALL, "state": {}}, "additional property: state"),
    ("a switch that is text", {**SMALL, "notify_on_close": "yes"}, "must provide a boolean"),
    ("a home with a title", {**SMALL_HOME, "title": plain("T")}, "additional property: title"),
    ("a home with a submit", {**SMALL_HOME, "submit": plain("S")}, "additional property: submit"),
    ("a markdown block", {**SMALL, "blocks": [{"type": "markdown", "text": "x"}]}, "unsupported"),
    (
        "a block that is wrong deep inside",
        {**SMALL, "blocks": [section(text=TEXT, accessory=button("x" * 76, "b"))]},
        "json-pointer:/view/blocks/0/accessory/text/text",
    ),
]


def ids(rows: list[tuple[str, Any, str]]) -> list[str]:
    return [row[0] for row in rows]


@pytest.mark.parametrize(("_", "blocks", "why"), BLOCK_MISTAKES, ids=ids(BLOCK_MISTAKES))
def test_a_mistake_in_blocks_is_refused(_: str, blocks: Any, why: str) -> None:
    with pytest.raises(SlackError) as refused:
        check_message(blocks)
    assert refused.value.error == "invalid_blocks"
    assert any(why in m for m in refused.value.messages), refused.value.messages
    assert all("[json-pointer:/blocks" in m for m in refused.value.messages)


@pytest.mark.parametrize(("_", "view", "why"), VIEW_MISTAKES, ids=ids(VIEW_MISTAKES))
def test_a_mistake_in_a_view_is_refused(_: str, view: Any, why: str) -> None:
    with pytest.raises(SlackError) as refused:
        check_view(view, ("modal", "home"))
    assert refused.value.error == "invalid_arguments"
    assert any(why in m for m in refused.value.messages), refused.value.messages


def test_a_home_is_not_a_modal() -> None:
    with pytest.raises(SlackError, match="invalid_arguments"):
        check_view(SMALL_HOME, ("modal",))
    with pytest.raises(SlackError, match="invalid_arguments"):
        check_view(SMALL, ("home",))


def test_a_view_over_250_kilobytes_is_refused() -> None:
    blocks = [section(text=mrkdwn("x" * 3000)) for _ in range(90)]
    with pytest.raises(SlackError, match="view_too_large"):
        check_view({**SMALL, "blocks": blocks})
    check_view({**SMALL, "blocks": blocks[:70]})


def test_a_message_of_too_much_text_is_refused() -> None:
    with pytest.raises(SlackError, match="msg_blocks_too_long"):
        check_message([section(text=mrkdwn("x" * 3000)) for _ in range(5)])
    check_message([section(text=mrkdwn("x" * 3000)) for _ in range(4)])


VALID: list[Json] = [
    *MESSAGE,
    *MODAL["blocks"],
    *HOME["blocks"],
    RICH,
    section(text=plain("plain")),
    section(fields=[TEXT] * 10),
    section(text=mrkdwn("x" * 3000)),
    section(text=TEXT, accessory=image()),
    section(text=TEXT, accessory={"type": "multi_static_select", "options": DAYS}),
    section(text=TEXT, accessory={"type": "users_select"}),
    section(text=TEXT, accessory={**OVERFLOW, "options": [option("x", "v", url="https://a.org")]}),
    {"type": "header", "text": plain("x" * 150)},
    {"type": "context", "elements": [TEXT] * 9 + [image()]},
    actions(*(button("x" * 75, f"b{i}") for i in range(25))),
    actions(button("Site", "go", url="https://example.org/page?a=1#b", accessibility_label="Go")),
    actions(select(options=[option("x", f"{i}") for i in range(100)])),
    actions(select(initial_option=DAYS[1], placeholder=plain("Day"), confirm=CONFIRM)),
    actions({"type": "static_select", "option_groups": [{"label": plain("A"), "options": DAYS}]}),
    actions({"type": "checkboxes", "options": [{"text": mrkdwn("*b*"), "value": "v"}]}),
    actions({"type": "radio_buttons", "options": DAYS, "initial_option": DAYS[0]}),
    actions({"type": "datetimepicker", "initial_date_time": 1_790_000_000}),
    actions({"type": "timepicker", "initial_time": "00:00", "timezone": "Europe/London"}),
    actions({"type": "conversations_select", "filter": {"include": ["public"]}}),
    text_input(multiline=True, min_length=1, max_length=3000, initial_value="x"),
    {**text_input(), "optional": True, "dispatch_action": True, "hint": plain("h")},
    text_input(dispatch_action_config={"trigger_actions_on": ["on_enter_pressed"]}),
    field("n", "N", {"type": "number_input", "is_decimal_allowed": True, "min_value": "-1.5"}),
    field("m", "M", {"type": "multi_users_select", "max_selected_items": 3}),
    field("u", "U", {"type": "url_text_input", "initial_value": "https://example.org"}),
    {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "a", "title": plain("t")},
]


@pytest.mark.parametrize("block", VALID, ids=lambda b: b["type"])
def test_a_valid_block_is_taken(block: Json) -> None:
    assert blocks_errors([block], "modal") == []
    assert blocks_errors([block], "message") == []
    assert blocks_errors([block], "home") == []


@pytest.mark.parametrize("block", VALID, ids=lambda b: b["type"])
def test_slack_sdk_agrees_that_the_valid_blocks_are_valid(block: Json) -> None:
    parsed = Block.parse(copy.deepcopy(block))
    assert parsed is not None
    parsed.validate_json()


def test_the_valid_views_are_taken() -> None:
    check_message(MESSAGE)
    check_view(MODAL)
    check_view(HOME, ("home",))
    View(**MODAL).validate_json()


@given(st.integers(0, 400))
def test_a_header_is_taken_exactly_within_its_limit(length: int) -> None:
    errors = blocks_errors([{"type": "header", "text": plain("x" * length)}])
    assert (errors == []) == (1 <= length <= 150)


NAMES = """type section actions input header text elements element accessory options value
    plain_text mrkdwn button static_select label block_id"""
KNOWN = st.sampled_from(NAMES.split())
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | KNOWN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KNOWN, inner, max_size=4),
    max_leaves=12,
)


@given(st.lists(JSON, max_size=3) | JSON)
def test_the_check_answers_whatever_it_is_given(blocks: Any) -> None:
    for surface in ("message", "modal", "home"):
        assert all(e.startswith("[ERROR] ") for e in blocks_errors(blocks, surface))


@pytest.mark.parametrize(
    "metadata",
    [
        "text",
        {},
        {"event_type": "a"},
        {"event_type": "a", "event_payload": []},
        {"event_payload": {}},
    ],
)
def test_metadata_of_another_shape_is_refused(metadata: Any) -> None:
    with pytest.raises(SlackError, match="invalid_metadata_format"):
        check_metadata(metadata)


def test_metadata_is_taken() -> None:
    check_metadata({"event_type": "prompt", "event_payload": {"key": "abc", "nested": {"a": 1}}})
