"""The note: the modal it is written in, and what is shown where it cannot be kept as it stands."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from zlib import crc32

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    ConfirmObject,
    InputBlock,
    PlainTextInputElement,
    PlainTextObject,
)
from slack_sdk.models.views import View

from bot.views import ids
from bot.views.kit import (
    SECTION_LIMIT,
    Message,
    actions,
    button,
    context,
    header,
    section,
    unescape,
    verbatim,
)
from prompts.library import Library, Prompt
from reflections.intake import MAX_CHARACTERS, Outcome, Policy
from reflections.model import Safety
from reflections.privacy import STRUCTURED, WAIVABLE, IdentifierType, Screening


@dataclass(frozen=True)
class Origin:
    """What a modal was opened from: a prompt's delivery, the card of a bounced note, or the
    reflection that it amends."""

    prompt: str = ""
    card: str = ""
    amends: str = ""

    def pack(self) -> str:
        return json.dumps(asdict(self))

    @staticmethod
    def unpack(metadata: str) -> Origin:
        return Origin(**json.loads(metadata)) if metadata else Origin()


def note_modal(
    library: Library, origin: Origin, prompt: Prompt | None = None, *, text: str = ""
) -> View:
    """An empty note, or one to go on with."""
    say = library.say
    blocks: list[Block] = []
    if prompt:
        blocks.append(section(f"*{prompt.text}*"))
    if origin.amends:
        blocks.append(section(say("history.amend_intro")))
    blocks.append(_input(library, text))
    blocks.append(context(say("note.privacy")))
    return _modal(library, origin, blocks, say("note.submit"))


def checked_modal(library: Library, origin: Origin, outcome: Outcome, policy: Policy) -> View:
    """The note as it could be kept, marks and all, to confirm or to change."""
    say = library.say
    screening = _found(outcome)
    what = found(library, screening.kinds)
    blocks: list[Block] = [
        section(say(f"intake.{_way(screening, policy)}_modal", found=what)),
        _input(library, screening.redacted, outcome.held),
        context(say("intake.bounced_modal_hint")),
    ]
    if wave := _wave_through(library, outcome, policy):
        blocks.append(actions(wave))
    return _modal(library, origin, blocks, say("intake.use_redacted"))


def _found(outcome: Outcome) -> Screening:
    if outcome.screening is None:
        raise ValueError("nothing was found: there is no note to show again")
    return outcome.screening


def _way(screening: Screening, policy: Policy) -> str:
    """Which words go with it: put it in other words, replaced, or found and bounced."""
    if policy is Policy.BOUNCE:
        return "reword"
    if policy is Policy.REDACT or screening.kinds <= STRUCTURED:
        return "replaced"
    return "bounced"


def _wave_through(library: Library, outcome: Outcome, policy: Policy) -> ButtonElement | None:
    """A second tap keeps dates, places and ages that point to nobody; never a name or a number."""
    say = library.say
    if not outcome.held or policy is Policy.BOUNCE:
        return None
    waived = found(library, _found(outcome).kinds & WAIVABLE, "kinds.short")
    return button(
        say("intake.wave_through", found=waived),
        ids.WAVE_THROUGH,
        value=outcome.held,
        confirm=ConfirmObject(
            title=PlainTextObject(text=say("intake.wave_through_title")),
            text=PlainTextObject(text=say("intake.wave_through_confirm", found=waived)),
            confirm=PlainTextObject(text=say("intake.wave_through_yes")),
            deny=PlainTextObject(text=say("intake.wave_through_no")),
        ),
    )


def _input(library: Library, text: str, held: str = "") -> InputBlock:
    say = library.say
    return InputBlock(
        # Slack keeps what was typed where the block id stays: a new text needs a new id, and so
        # does one that was typed over, and comes back with the same marks.
        block_id=f"{ids.NOTE_BLOCK}-{crc32((text + held).encode())}" if text else ids.NOTE_BLOCK,
        label=PlainTextObject(text=say("note.label")),
        hint=PlainTextObject(text=say("note.hint")),
        element=PlainTextInputElement(
            action_id=ids.NOTE_INPUT,
            multiline=True,
            max_length=MAX_CHARACTERS,
            initial_value=text[:MAX_CHARACTERS] or None,
            placeholder=PlainTextObject(text=say("note.placeholder")),
            focus_on_load=True,
        ),
    )


def _modal(library: Library, origin: Origin, blocks: Sequence[Block], submit: str) -> View:
    return View(
        type="modal",
        callback_id=ids.NOTE_MODAL,
        private_metadata=origin.pack(),
        title=PlainTextObject(text=library.say("note.title")),
        submit=PlainTextObject(text=submit),
        close=PlainTextObject(text=library.say("note.close")),
        blocks=list(blocks),
    )


def typed(view: Mapping[str, Any]) -> tuple[str, str]:
    """The block id and the text of the note in a submitted modal."""
    for block_id, fields in view["state"]["values"].items():
        if ids.NOTE_INPUT in fields:
            return block_id, fields[ids.NOTE_INPUT].get("value") or ""
    return ids.NOTE_BLOCK, ""


def bounced_message(library: Library, outcome: Outcome, policy: Policy) -> Message:
    """For a note that was typed as a message: what was found, and the version that could be kept.

    The version travels in the message itself, so that nothing has to be kept meanwhile.
    """
    say = library.say
    screening = _found(outcome)
    keep = button(say("intake.use_redacted"), ids.KEEP_CHECKED, style="primary")
    wave = _wave_through(library, outcome, policy)
    buttons = [
        *([keep] if policy is not Policy.BOUNCE else []),
        button(say("intake.edit"), ids.EDIT_CHECKED),
        *([wave] if wave else []),
        button(say("intake.discard"), ids.DISCARD_CHECKED),
    ]
    what = found(library, screening.kinds)
    return Message(
        say("intake.bounced_notification"),
        [
            header(say("intake.bounced_title")),
            section(say(f"intake.{_way(screening, policy)}", found=what)),
            *_carried(screening.redacted),
            actions(*buttons),
            context(say("intake.delete_original")),
        ],
    )


def not_an_encounter_message(library: Library, text: str) -> Message:
    """For a message that does not read like a note; one tap keeps it all the same."""
    say = library.say
    return Message(
        say("intake.not_encounter_notification"),
        [
            section(say("intake.not_encounter")),
            *_carried(text),
            actions(
                button(say("intake.keep_anyway"), ids.KEEP_CHECKED),
                button(say("help.button"), ids.WHY),
            ),
        ],
    )


def signpost_message(library: Library, safety: Safety, contacts: Mapping[str, str]) -> Message:
    """For words that must be answered by people, not by coaching, and that were not kept."""
    say = library.say
    return Message(
        say("safety.notification"),
        [section(signpost(library, safety, contacts)), context(say("safety.note_not_kept"))],
    )


_WHOM = {
    Safety.CLINICIAN_DISTRESS: ("local_contact", "support_line", "emergency"),
    Safety.PATIENT_SAFETY: ("supervisor", "incident_system"),
    Safety.SAFEGUARDING: ("safeguarding_contact", "emergency"),
}


def signpost(library: Library, safety: Safety, contacts: Mapping[str, str]) -> str:
    """``contacts`` are the workspace's own; where one is missing the library has a general word."""
    return _directing(library, f"safety.{safety.value}", safety, contacts)


def people_modal(library: Library, contacts: Mapping[str, str], lead_in: str = "") -> View:
    """Whom to turn to, for whoever looks without having been sent: the gate overlooks things."""
    say = library.say
    return View(
        type="modal",
        title=PlainTextObject(text=say("people.title")),
        close=PlainTextObject(text=say("history.close")),
        blocks=[
            *([section(lead_in)] if lead_in else []),
            *(section(_directing(library, f"people.{s.value}", s, contacts)) for s in _WHOM),
            context(say("people.unrecorded")),
        ],
    )


def _directing(library: Library, key: str, safety: Safety, contacts: Mapping[str, str]) -> str:
    values = {k: contacts.get(k) or library.say(f"safety.default.{k}") for k in _WHOM[safety]}
    if contacts.get("support_line") and "support_line" in values:
        values["support_line"] = library.say(
            "safety.default.support_line_set", support_line=contacts["support_line"]
        )
    return library.say(key, **values)


def plain_message(text: str) -> Message:
    return Message(text, [section(text)])


def found(library: Library, types: Collection[IdentifierType], words: str = "kinds") -> str:
    """ "a name and a phone number", or "place and date" with ``kinds.short``: never the words."""
    kinds = [library.say(f"{words}.{kind.lower()}") for kind in IdentifierType if kind in types]
    if len(kinds) < 2:
        return "".join(kinds)
    return library.say("kinds.join_last", first=", ".join(kinds[:-1]), last=kinds[-1])


def _carried(text: str) -> list[Block]:
    pieces = [text[i : i + SECTION_LIMIT] for i in range(0, len(text), SECTION_LIMIT)]
    return [verbatim(p, block_id=f"{ids.CHECKED_BLOCK}-{i}") for i, p in enumerate(pieces)]


def carried_text(message: Mapping[str, Any]) -> str:
    """The version that a bounced message carries; empty where it carries none."""
    return unescape(
        "".join(
            block["text"]["text"]
            for block in message.get("blocks", ())
            if str(block.get("block_id", "")).startswith(ids.CHECKED_BLOCK)
        )
    )
