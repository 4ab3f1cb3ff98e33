"""Messages to the bot: a note typed as a reply, a word of help, a file."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.listeners.cards import redraw
from bot.services import Services
from bot.views import forms, note, when
from bot.views.feedback import feedback_message
from bot.views.kit import Message, unescape
from bot.views.prompt import NOT_TODAY, prompt_closed
from prompts.library import Library
from reflections.intake import MAX_CHARACTERS, Outcome, Verdict, reflection_id
from reflections.model import Clinician, Delivery, DeliveryKind, DeliveryState, Reflection, Safety
from reflections.plans import made_from
from reflections.schedule import engaged, snooze
from reflections.stores import StoreError, Unreadable

log = logging.getLogger("alliance.messages")

ANSWERS_WITHIN = timedelta(days=3)
"""A message is taken as the answer to a prompt that is no older than this."""


SKIP = "skip"
LETTING_GO = {
    "skip": SKIP,
    "pass": SKIP,
    "not today": NOT_TODAY,
    "not now": "30min",
    "later": "30min",
    "after lunch": "lunch",
    "tonight": "tonight",
    "tomorrow": "tomorrow",
}
"""What may be typed in place of the buttons under a prompt."""


def register(app: AsyncApp, services: Services) -> None:
    @app.event("message")
    async def message(
        event: dict[str, Any], body: dict[str, Any], context: AsyncBoltContext
    ) -> None:
        subtype = event.get("subtype")
        if event.get("channel_type") != "im" or event.get("bot_id"):
            return
        if subtype == "message_changed":
            if not _edited_by_person(event):
                return
        elif subtype not in (None, "file_share", "thread_broadcast"):
            return
        user = event.get("user") or event.get("message", {}).get("user")
        if not user:
            return
        team, event_id = str(context.team_id), str(body["event_id"])
        library = services.libraries.of("")
        try:
            clinician, _ = await meet(services, team, user, event["channel"])
            library = services.library(clinician)
            await _answer(services, clinician, event, event_id)
        except StoreError as error:
            # Nothing was kept, and the person has to hear it now, not at Slack's next attempt.
            log.error("a message could not be kept: %s", type(error).__name__)
            text = not_saved(library, error)
            await services.client.chat_postMessage(channel=event["channel"], text=text)


async def meet(services: Services, team: str, user: str, dm: str = "") -> tuple[Clinician, bool]:
    """As ``Directory.meet``, for somebody who does something here themselves: they are welcomed
    where they have not been."""
    clinician, new = await services.directory.meet(team, user, dm)
    if not clinician.greeted:
        # This also opens their conversation now, and not in the rush when many clinics end: Slack
        # opens few a minute.
        welcome = await services.outbox.owe_welcome(clinician.id)
        services.background.start(services.deliverer.send(welcome), "the welcome")
    return clinician, new


def not_saved(library: Library, error: StoreError, phrase: str = "intake.not_saved") -> str:
    """What its writer is told of something that was not kept."""
    return library.say("error.unreadable" if isinstance(error, Unreadable) else phrase)


def _edited_by_person(event: dict[str, Any]) -> bool:
    """Whether somebody changed their words; Slack reports its own link previews the same way."""
    now, before = event.get("message", {}), event.get("previous_message", {})
    return not now.get("bot_id") and now.get("text") != before.get("text")


async def _answer(
    services: Services, clinician: Clinician, event: dict[str, Any], event_id: str
) -> None:
    library = services.library(clinician)
    say = library.say
    edited = event.get("subtype") == "message_changed"
    said = event["message"] if edited else event
    source = f"message:{said['ts']}"
    if edited and await services.store.reflection(
        clinician.id, reflection_id(clinician.id, source)
    ):
        # What was bounced may be mended by editing it; what was kept stays as it was checked.
        await owe(services, clinician, event_id, note.plain_message(say("intake.edited_message")))
        return
    if said.get("files"):
        await owe(services, clinician, event_id, note.plain_message(say("intake.files_refused")))
        return
    text = unescape(str(said.get("text") or ""))
    if text.strip().lower() in ("help", "?"):
        lead = await services.directory.is_lead(said["user"])
        await owe(services, clinician, event_id, forms.help_message(library, lead=lead))
        return
    if (thread := said.get("thread_ts")) and await _thought(
        services, clinician, event_id, str(thread), text
    ):
        return
    prompt = await _open_prompt(services, clinician)
    if choice := LETTING_GO.get(text.strip().strip(".!").lower()):
        line = say("prompt.none_open")
        if prompt:
            line = await let_go(services, clinician, prompt, choice)
        await owe(services, clinician, event_id, note.plain_message(line))
        return
    outcome = await services.intake.receive(
        clinician.id,
        text,
        event_id,
        source=source,
        prompt_id=prompt.ref if prompt else None,
        insist=False,
    )
    if outcome.verdict is Verdict.DUPLICATE:
        return
    await engage(services, clinician)
    if outcome.verdict is Verdict.KEPT:
        await kept(services, clinician, outcome, prompt)
        return
    await owe(services, clinician, event_id, reply_to(services, library, outcome))


async def _thought(
    services: Services, clinician: Clinician, event: str, thread: str, text: str
) -> bool:
    """Take what is said in the thread of a feedback as the answer to its question, which stays as
    it was first written; False where it asks none."""
    library = services.library(clinician)
    since = services.now() - ANSWERS_WITHIN
    sent = await services.store.deliveries(clinician.id, DeliveryKind.FEEDBACK, since)
    id = next((d.ref for d in sent if d.posted == thread), None)
    reflection = await services.store.reflection(clinician.id, id) if id else None
    if reflection is None or not reflection.question:
        return False
    if reflection.thought and reflection.thought == text.strip():
        return True  # the same event, come again
    if reflection.thought:
        outcome = await services.intake.look(text)
    else:
        outcome = await services.intake.think_on(clinician.id, reflection.id, text)
    if outcome.safety is not Safety.NONE:
        line = note.signpost(library, outcome.safety, services.contacts)
    elif reflection.thought:
        line = library.say("frame.thought_stays")
    elif outcome.verdict is not Verdict.KEPT:
        line = thought_refused(library, outcome)
    else:
        line = library.say("frame.thought_kept")
    await owe(services, clinician, event, note.plain_message(line))
    if outcome.verdict is Verdict.KEPT and not reflection.thought:
        services.background.start(
            draw_feedback(services, clinician, reflection.id, thread), "showing an answer"
        )
        await engage(services, clinician)
    return True


async def draw_feedback(services: Services, clinician: Clinician, id: str, ts: str) -> None:
    """Draw the feedback on a reflection anew, in its message; or that it is deleted."""
    library = services.library(clinician)
    reflection = await services.store.reflection(clinician.id, id)
    if reflection is None:
        gone = note.plain_message(library.say("intake.already_deleted"))
        await redraw(services, clinician, ts, gone)
        return
    listed = await planned(services, clinician, reflection)
    message = feedback_message(library, reflection, services.contacts, planned=listed)
    await redraw(services, clinician, ts, message)


async def planned(services: Services, clinician: Clinician, reflection: Reflection) -> bool:
    """Whether a reflection's next step, as it is now, is an open plan of theirs."""
    plan = made_from(await services.store.plans(clinician.id), reflection)
    return plan is not None and not plan.done


def thought_refused(library: Library, outcome: Outcome) -> str:
    """Why an answer to a question was not kept."""
    say = library.say
    if outcome.verdict is Verdict.IDENTIFIERS and outcome.screening:
        found = note.found(library, outcome.screening.kinds)
        return say("frame.thought_identifiers", found=found)
    if outcome.verdict is Verdict.NOT_HELD:
        return say("frame.thought_gone")
    return problem(library, outcome)


async def _open_prompt(services: Services, clinician: Clinician) -> Delivery | None:
    since = services.now() - ANSWERS_WITHIN
    prompts = await services.store.deliveries(clinician.id, DeliveryKind.PROMPT, since)
    waiting = [p for p in prompts if p.state is DeliveryState.SENT and not p.answered]
    return waiting[-1] if waiting else None


async def engage(services: Services, clinician: Clinician) -> None:
    """A sign of life: questions come at the pace that was chosen again."""
    now = services.now()
    with _kept_all_the_same():
        await services.store.change_clinician(clinician.id, lambda c: engaged(c, now))


async def let_go(services: Services, clinician: Clinician, prompt: Delivery, choice: str) -> str:
    """Put a prompt off, or let it go, for today or for good; the line that says so."""
    library = services.library(clinician)
    say = library.say
    now = services.now()
    if choice == SKIP:
        lines = library.variants("prompt.skipped")
        line = lines[prompt.due.toordinal() % len(lines)]
    elif choice == NOT_TODAY:
        today = clinician.today(now)
        await services.store.change_clinician(clinician.id, lambda c: replace(c, none_on=today))
        line = say("prompt.not_today_done")
    else:
        again = snooze(prompt, choice, now, clinician)
        await services.store.commit(clinician.id, now, deliveries=[again])
        line = say("prompt.snoozed", when=when.moment(library, again.due, clinician.time_zone, now))
    await engage(services, clinician)
    await services.store.mark_answered(clinician.id, prompt.key)
    services.background.start(close_prompt(services, clinician, prompt, line), "closing a prompt")
    return line


def reply_to(services: Services, library: Library, outcome: Outcome) -> Message:
    """The answer to a text that was not kept."""
    match outcome.verdict:
        case Verdict.IDENTIFIERS if outcome.screening:
            return note.bounced_message(library, outcome, services.intake.policy)
        case Verdict.NOT_AN_ENCOUNTER:
            return note.not_an_encounter_message(library, outcome.text)
        case Verdict.SIGNPOST:
            return note.signpost_message(library, outcome.safety, services.contacts)
        case _:
            return note.plain_message(problem(library, outcome))


def problem(library: Library, outcome: Outcome) -> str:
    """One plain sentence on why a text was not taken."""
    say = library.say
    match outcome.verdict:
        case Verdict.EMPTY:
            return say("note.empty")
        case Verdict.TOO_LONG:
            return say("note.too_long", limit=MAX_CHARACTERS)
        case Verdict.PLACEHOLDERS:
            return say("intake.placeholders")
        case Verdict.NOT_HELD:
            return say("intake.no_longer_held")
        case Verdict.UNKNOWN:
            return say("intake.already_deleted")
        case _:
            return say("intake.screen_failed")


async def owe(services: Services, clinician: Clinician, event: str, message: Message) -> None:
    """Answer an event once."""
    delivery = await services.outbox.owe_reply(clinician.id, event, message)
    if delivery:
        services.background.start(services.deliverer.send(delivery), "a reply")


@contextmanager
def _kept_all_the_same() -> Iterator[None]:
    """What follows a note that is kept may fail; nobody is to be told then that it was not."""
    try:
        yield
    except StoreError as error:
        log.error("what goes with a note could not be kept: %s", error)


async def kept(
    services: Services, clinician: Clinician, outcome: Outcome, prompt: Delivery | None
) -> None:
    """A note is safe: mark the prompt it answers, and give its feedback now."""
    with _kept_all_the_same():
        if prompt:
            await services.store.mark_answered(clinician.id, prompt.key)
            services.background.start(close_prompt(services, clinician, prompt), "closing a prompt")
        delivery = await services.store.delivery(clinician.id, str(outcome.feedback_key))
        if delivery:
            services.background.start(services.deliverer.send(delivery), "feedback")


async def close_prompt(
    services: Services, clinician: Clinician, prompt: Delivery, line: str = ""
) -> None:
    """Take the buttons off a prompt that is answered."""
    if not prompt.posted:
        return
    library = services.library(clinician)
    message = prompt_closed(
        library, library.prompt(prompt.ref), line or library.say("prompt.answered")
    )
    await redraw(services, clinician, prompt.posted, message)
