"""One valid payload of everything the playground draws, used by the tests and by the sample app."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": True}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(text: str, value: str, **more: Any) -> Json:
    return {"text": plain(text), "value": value, **more}


def field(block_id: str, label: str, element: Json, **more: Any) -> Json:
    """An input block whose element has the block's id as its action_id."""
    element = {"action_id": block_id, **element}
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": element,
        **more,
    }


def button(text: str, action_id: str, **more: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": action_id, **more}


DAYS = [option("Monday", "mon"), option("Tuesday", "tue"), option("Wednesday", "wed")]
CONFIRM: Json = {
    "title": plain("Are you sure?"),
    "text": mrkdwn("This *cannot* be taken back."),
    "confirm": plain("Delete"),
    "deny": plain("Keep"),
    "style": "danger",
}
RICH: Json = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "Plain, "},
                {"type": "text", "text": "bold", "style": {"bold": True}},
                {"type": "text", "text": " and "},
                {"type": "link", "url": "https://example.org", "text": "a link"},
                {"type": "emoji", "name": "seedling"},
                {"type": "user", "user_id": "U0AMARA"},
            ],
        },
        {
            "type": "rich_text_list",
            "style": "bullet",
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "One"}]},
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "Two"}]},
            ],
        },
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "A quotation"}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "code"}]},
    ],
}

MESSAGE: list[Json] = [
    {"type": "header", "text": plain("A header")},
    {
        "type": "section",
        "text": mrkdwn(
            "*Bold*, _italic_, ~struck~, `code`, <https://example.org|a link>, <@U0AMARA>, "
            "<#C0TEAM>, :wave: and 2 &lt; 3 &amp; 4\n> quoted\n```\nfixed width\n```\n"
            "<b>not html</b>"
        ),
        "accessory": {"type": "overflow", "action_id": "more", "options": DAYS[:2]},
    },
    {
        "type": "section",
        "fields": [
            mrkdwn("*Where*\nRoom 4"),
            mrkdwn("*When*\n<!date^1790000000^{date_short}|then>"),
        ],
    },
    {
        "type": "section",
        "block_id": "pick",
        "text": mrkdwn("Pick a day"),
        "accessory": {
            "type": "static_select",
            "action_id": "day",
            "placeholder": plain("Day"),
            "options": DAYS,
        },
    },
    RICH,
    {
        "type": "actions",
        "block_id": "buttons",
        "elements": [
            button("Open the form", "write", style="primary", value="gallery"),
            button("Not now", "skip"),
            button("Delete", "delete", style="danger", confirm=CONFIRM),
            {"type": "datepicker", "action_id": "date", "initial_date": "2026-03-02"},
            {"type": "timepicker", "action_id": "time", "initial_time": "17:30"},
        ],
    },
    {"type": "divider"},
    {
        "type": "image",
        "image_url": "https://example.org/chart.png",
        "alt_text": "A chart of four weeks",
        "title": plain("A chart"),
    },
    {"type": "context", "elements": [mrkdwn("Only you can see this. :lock:")]},
]

MODAL: Json = {
    "type": "modal",
    "callback_id": "gallery",
    "title": plain("Everything"),
    "submit": plain("Save"),
    "close": plain("Cancel"),
    "blocks": [
        {"type": "section", "text": mrkdwn("*One of each*, as Slack has them.")},
        field(
            "note",
            "A note",
            {"type": "plain_text_input", "multiline": True, "placeholder": plain("Write freely")},
            hint=plain("No names, please."),
        ),
        field("name", "A line", {"type": "plain_text_input", "max_length": 40}, optional=True),
        field("day", "One day", {"type": "static_select", "options": DAYS}),
        field(
            "days",
            "Some days",
            {"type": "multi_static_select", "options": DAYS, "initial_options": DAYS[:1]},
        ),
        field(
            "kind",
            "One kind",
            {
                "type": "radio_buttons",
                "options": [
                    option("Short", "short", description=plain("Two minutes")),
                    option("Long", "long"),
                ],
                "initial_option": option("Long", "long"),
            },
        ),
        field("ticks", "Some ticks", {"type": "checkboxes", "options": DAYS}, optional=True),
        field("time", "A time", {"type": "timepicker", "initial_time": "17:30"}),
        field(
            "date", "A date", {"type": "datepicker", "placeholder": plain("Date")}, optional=True
        ),
        field("who", "A person", {"type": "users_select"}, optional=True),
        field("where", "A channel", {"type": "conversations_select"}, optional=True),
        field(
            "many",
            "A number",
            {"type": "number_input", "is_decimal_allowed": False, "min_value": "1"},
            optional=True,
        ),
        field("mail", "An address", {"type": "email_text_input"}, optional=True),
        {"type": "context", "elements": [plain("The end")]},
    ],
}

HOME: Json = {
    "type": "home",
    "blocks": [
        {"type": "header", "text": plain("Your home")},
        {"type": "section", "text": mrkdwn("What you have written is yours.")},
        {
            "type": "actions",
            "elements": [
                button("Open the form", "write", style="primary", value="gallery"),
                button("Settings", "settings"),
            ],
        },
        {"type": "divider"},
        {
            "type": "section",
            "text": mrkdwn("*Monday clinic*\nEvery week at 17:30"),
            "accessory": button("Change", "change"),
        },
        {
            "type": "section",
            "text": mrkdwn("*Friday clinic*\nPaused until 9 March"),
            "accessory": {"type": "overflow", "action_id": "more", "options": DAYS[:2]},
        },
        {"type": "context", "elements": [mrkdwn("Nobody else can open this page.")]},
    ],
}
