"""Bringing a copy back: the form, what came of it, and what was wrong with a file."""

from __future__ import annotations

from slack_sdk.models.blocks import InputBlock
from slack_sdk.models.blocks.block_elements import FileInputElement
from slack_sdk.models.views import View

from bot.fetch import FetchError
from bot.views import ids
from bot.views.forms import plain
from bot.views.kit import Message, escape, section
from bot.views.note import found, plain_message
from prompts.library import Library
from reflections.export import ExportError
from reflections.importing import Brought, LeftOut, Reason
from reflections.model import Clinician
from reflections.stores import StoreError

_LISTED = 15
"""Of what was left out: a section has room for 3,000 characters."""
_WHY = {
    "seen": (Reason.IDENTIFIERS, Reason.PLACEHOLDERS),
    "unfit": (Reason.DATE, Reason.TOO_LONG, Reason.EMPTY),
    "unchecked": (Reason.UNREADABLE,),
}
"""What was left out, by what there is to say of it and to do about it."""


def import_modal(library: Library, *, problem: str = "") -> View:
    """``problem`` says why the last try came to nothing."""
    say = library.say
    file = InputBlock(
        block_id="file",
        label=plain(say("import.file")),
        element=FileInputElement(action_id="file", filetypes=["json"], max_files=1),
    )
    return View(
        type="modal",
        callback_id=ids.IMPORT_MODAL,
        title=plain(say("import.title")),
        submit=plain(say("import.submit")),
        close=plain(say("note.close")),
        blocks=[
            *([section(f"*{problem}*")] if problem else []),
            section(say("import.intro")),
            file,
        ],
    )


def problem(library: Library, error: Exception) -> str:
    """What was wrong with the file, where, and how to mend it; or that it could not be kept."""
    if isinstance(error, StoreError):
        return library.say("import.error.not_saved")
    if isinstance(error, ExportError):
        if error.places:
            places = escape(", ".join(error.places))
            return library.say("import.error.not_ours", places=places)
        return library.say("import.error.too_large")
    if isinstance(error, FetchError):
        reason = error.reason if error.reason == "too_large" else "unreachable"
        return library.say(f"import.error.{reason}")
    return library.say("import.error.unexpected")


def what_came(library: Library, brought: Brought, clinician: Clinician) -> Message:
    """What is new, what was there, and what was left out, by its day and kind."""
    say = library.say
    counts = [
        say("import.done"),
        say("import.new", number=brought.reflections),
        say("import.plans", number=brought.plans) if brought.plans else "",
        say("import.there", number=brought.there) if brought.there else "",
    ]
    lines = [
        "\n".join(filter(None, counts)),
        say("import.feedback_only") if clinician.feedback_only and brought.reflections else "",
        say("import.read_anew", number=brought.read_anew) if brought.read_anew else "",
        say("import.too_old", number=brought.too_old, months=clinician.keep_months)
        if brought.too_old
        else "",
    ]
    for why, reasons in _WHY.items():
        left = [each for each in brought.left_out[:_LISTED] if each.reason in reasons]
        rows = [_left(library, each) for each in left]
        if rows:
            head, mend = say(f"import.left_out.{why}"), say(f"import.mend.{why}")
            lines += ["\n".join([head, *rows]), mend]
    if (more := len(brought.left_out) - _LISTED) > 0:
        lines.append(say("import.more", number=more))
    lines.append(say("import.file_stays"))
    return plain_message("\n\n".join(filter(None, lines)))


def _left(library: Library, left: LeftOut) -> str:
    say = library.say
    if left.reason is Reason.IDENTIFIERS:
        why = found(library, left.kinds)
    else:
        why = say(f"import.reason.{left.reason.value}")
    return say(
        f"import.{left.what}", date=library.dates.full_day(left.day), number=left.number, why=why
    )
