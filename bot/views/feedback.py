"""Feedback on a note: three short parts, what they rest on, and the note that was kept."""

from __future__ import annotations

import json
from collections.abc import Mapping

from slack_sdk.models.blocks import (
    Block,
    DividerBlock,
    InputBlock,
    InteractiveElement,
    PlainTextInputElement,
    PlainTextObject,
)
from slack_sdk.models.views import View

from bot.views import ids, when
from bot.views.kit import (
    Message,
    actions,
    button,
    context,
    delete_confirm,
    escape,
    header,
    lead_in,
    quote,
    section,
    select,
    shorten,
    verbatim,
)
from bot.views.note import found, signpost
from prompts.library import Dimension, Library
from reflections.feedback.compose import factor_of, is_to_try, parts_of, strains
from reflections.intake import MAX_CHARACTERS
from reflections.model import Assessment, Feedback, Level, Reflection, Safety


def feedback_message(
    library: Library, reflection: Reflection, contacts: Mapping[str, str], *, planned: bool = False
) -> Message:
    """``planned`` says that its next step is an open plan of the clinician's."""
    say = library.say
    return Message(
        say("frame.notification"),
        [
            context(say("frame.title")),
            *feedback_blocks(library, reflection, contacts),
            *_disputed(library, reflection),
            *([context(say("plan.noted"))] if planned else []),
            *_kept(library, reflection),
            *_read_by_a_model(library, reflection.feedback),
            actions(*_buttons(library, reflection, planned=planned)),
            *_question(library, reflection),
            *([context(say("frame.thought_kept"))] if reflection.thought else []),
        ],
    )


def _question(library: Library, reflection: Reflection) -> list[Block]:
    """The question that leads further, to answer or to leave; or what was answered to it."""
    if not reflection.question:
        return []
    asked = lead_in(library.say("frame.question"), reflection.question)
    if reflection.thought:
        return [asked, quote(reflection.thought)]
    return [
        asked,
        actions(
            button(library.say("frame.think_on"), ids.THINK_ON, reflection.id),
            button(library.say("frame.let_go"), ids.LET_QUESTION_GO, reflection.id),
        ),
    ]


def thought_modal(library: Library, reflection: Reflection, card: str) -> View:
    """Room for an answer to the reflection's question; ``card`` is the message it stands in."""
    say = library.say
    return View(
        type="modal",
        callback_id=ids.THOUGHT_MODAL,
        private_metadata=json.dumps({"reflection": reflection.id, "card": card}),
        title=PlainTextObject(text=say("frame.thought_title")),
        submit=PlainTextObject(text=say("frame.thought_submit")),
        close=PlainTextObject(text=say("note.close")),
        blocks=[
            verbatim(reflection.question),
            InputBlock(
                block_id=ids.NOTE_BLOCK,
                label=PlainTextObject(text=say("frame.thought_label")),
                element=PlainTextInputElement(
                    action_id=ids.NOTE_INPUT,
                    multiline=True,
                    max_length=MAX_CHARACTERS,
                    focus_on_load=True,
                ),
            ),
            context(say("note.privacy")),
        ],
    )


def feedback_blocks(
    library: Library, reflection: Reflection, contacts: Mapping[str, str]
) -> list[Block]:
    """What the feedback says; a signpost and nothing else where safety comes first."""
    say = library.say
    feedback = reflection.feedback
    if feedback is None:
        return [section(say("intake.still_thinking"))]
    assessment = feedback.assessment
    if assessment.safety is not Safety.NONE:
        return [section(signpost(library, assessment.safety, contacts))]
    if not assessment.encounter:
        return [section(say("frame.not_encounter"))]
    parts = parts_of(feedback, library)
    if _nothing_found(feedback):
        # Headings, and three times "not found", would read like marks for an empty sheet.
        return [verbatim(text) for _, text in parts] or [section(say("frame.nothing"))]
    blocks: list[Block] = [lead_in(heading, text) for heading, text in parts]
    blocks += [context(level_line(library, assessment, d), plain=True) for d in Dimension]
    return blocks


def level_line(library: Library, assessment: Assessment, dimension: Dimension) -> str:
    """ "Empathy: shows clearly – “asked what the nights are like”": no judgement without a span."""
    line = library.say(
        "frame.level_line",
        dimension=library.say(f"frame.dimension.{dimension.value}"),
        level=library.say(f"frame.level.{assessment.levels[dimension].value}"),
    )
    spans = assessment.evidence.get(dimension, ())
    return f"{line} – “{shorten(spans[0], 120)}”" if spans else line


def details_modal(library: Library, reflection: Reflection) -> View:
    """How the note was read: every opportunity and every span that a level rests on."""
    say = library.say
    blocks: list[Block] = []
    engine = reflection.feedback.engine if reflection.feedback else "rubric"
    if reflection.feedback:
        assessment = reflection.feedback.assessment
        if assessment.opportunities:
            blocks += [header(say("frame.opportunities")), *_opportunities(library, assessment)]
        for dimension in Dimension:
            level = assessment.levels[dimension]
            blocks.append(header(say(f"frame.dimension.{dimension.value}")))
            blocks.append(section(f"*{say(f'frame.level.{level.value}').capitalize()}*"))
            spans = assessment.evidence.get(dimension, ())
            blocks += [quote(span) for span in spans[:6]]
            if level is Level.NOT_EVIDENT:
                blocks.append(context(say(f"frame.absent.{dimension.value}")))
        if assessment.rupture and (told := strains(assessment, reflection.note.text)):
            repair = assessment.repair.value if assessment.repair else "no"
            blocks += [section(say(f"frame.rupture.{repair}")), *map(quote, told[:3])]
        blocks += _why(library, factor_of(assessment, reflection.note.text, library))
    blocks.append(context(say("frame.one_side"), say(f"frame.read_by.{engine}")))
    return _modal(library, say("frame.details_title"), blocks)


def _why(library: Library, factor: str | None) -> list[Block]:
    """Why the moment matters: the factor, one thing that is known of it, and its source."""
    tip = next((t for t in library.tips if factor and t.factor.startswith(factor)), None)
    if tip is None:
        return []
    return [
        header(library.say("frame.why", factor=library.factors[tip.factor].name)),
        section(escape(tip.text)),
        context(
            library.say("tip.source", source=escape(tip.source)),
            library.say("tip.claim", claim=escape(tip.claim.text)),
        ),
    ]


def _opportunities(library: Library, assessment: Assessment) -> list[Block]:
    blocks: list[Block] = []
    for opportunity in assessment.opportunities[:12]:
        blocks.append(quote(opportunity.quote))
        answered = library.say(f"frame.opportunity.{'met' if opportunity.met else 'unmet'}")
        kind = library.say(f"frame.opportunity.{opportunity.type.value}")
        blocks.append(context(f"{kind} · {answered}"))
    return blocks


def reflection_modal(
    library: Library,
    reflection: Reflection,
    zone: str,
    contacts: Mapping[str, str],
    *,
    planned: bool = False,
) -> View:
    """One reflection in full, as its owner reads it back."""
    say, note = library.say, reflection.note
    day = when.long_moment(library, note.written_at, zone)
    if note.amended_at:
        day = say(
            "history.amended", written=day, amended=when.long_moment(library, note.amended_at, zone)
        )
    blocks: list[Block] = [context(day)]
    if asked := next((p for p in library.prompts if p.id == note.prompt_id), None):
        blocks.append(section(f"*{asked.text}*"))
    blocks += [quote(note.text) if note.text else context(say("history.words_gone"))]
    blocks += [DividerBlock(), *feedback_blocks(library, reflection, contacts)]
    blocks += _disputed(library, reflection)
    if planned:
        blocks.append(context(say("plan.noted")))
    if reflection.thought:
        blocks += _question(library, reflection)
    blocks.append(actions(*_buttons(library, reflection, planned=planned)))
    more = []
    if note.text:
        more.append(button(say("history.amend"), ids.AMEND, reflection.id))
    if reflection.earlier:
        more.append(button(say("history.versions"), ids.VERSIONS, reflection.id))
    if more:
        blocks.append(actions(*more))
    return _modal(library, say("note.title"), blocks)


_VERSIONS_SHOWN = 20


def versions_modal(library: Library, reflection: Reflection, zone: str) -> View:
    """How a note was worded before, newest first."""
    blocks: list[Block] = [context(library.say("history.versions_intro"))]
    for version in reflection.earlier[::-1][:_VERSIONS_SHOWN]:
        written = version.note.amended_at or version.note.written_at
        blocks += [context(when.long_moment(library, written, zone)), quote(version.note.text)]
    return _modal(library, library.say("history.versions"), blocks)


def dispute_modal(library: Library, reflection: Reflection, card: str) -> View:
    """How its writer reads the note, a level for each dimension; chosen at first is how it was
    read, so that only what is changed takes a tap. ``card`` is the message that it was opened
    from, empty for a modal."""
    say = library.say
    read = reflection.feedback.assessment.levels if reflection.feedback else {}
    blocks: list[Block] = [section(say("dispute.intro"))]
    for dimension in Dimension:
        as_read = read.get(dimension, Level.NOT_EVIDENT)
        options = []
        for level in Level:
            words = say(f"frame.level.{level.value}").capitalize()
            label = say("dispute.read", level=words) if level is as_read else words
            options.append((label, level.value))
        name = say(f"frame.dimension.{dimension.value}")
        blocks.append(
            InputBlock(
                block_id=dimension.value,
                label=PlainTextObject(text=name),
                hint=PlainTextObject(text=say(f"dispute.{dimension.value}")),
                element=select(
                    dimension.value, name, options, reflection.right.get(dimension, as_read).value
                ),
            )
        )
    blocks.append(context(say("dispute.private")))
    return View(
        type="modal",
        callback_id=ids.DISPUTE_MODAL,
        private_metadata=f"{reflection.id} {card}".strip(),
        title=PlainTextObject(text=say("dispute.title")),
        submit=PlainTextObject(text=say("dispute.submit")),
        close=PlainTextObject(text=say("note.close")),
        blocks=blocks,
    )


def _disputed(library: Library, reflection: Reflection) -> list[Block]:
    """What its writer says of the feedback, where it did not fit."""
    if not reflection.disputed or reflection.feedback is None:
        return []
    read = reflection.feedback.assessment.levels
    changed = [
        library.say(
            "frame.level_line",
            dimension=library.say(f"frame.dimension.{d.value}"),
            level=library.say(f"frame.level.{reflection.right[d].value}"),
        )
        for d in Dimension
        if d in reflection.right and reflection.right[d] is not read.get(d)
    ]
    lines = [library.say("frame.disagreed")]
    if changed:
        lines.append(library.say("dispute.yours", levels="; ".join(changed)))
    return [context(" ".join(lines))]


def _modal(library: Library, title: str, blocks: list[Block]) -> View:
    return View(
        type="modal",
        title=PlainTextObject(text=title),
        close=PlainTextObject(text=library.say("history.close")),
        blocks=blocks,
    )


def _kept(library: Library, reflection: Reflection) -> list[Block]:
    assessment = reflection.feedback.assessment if reflection.feedback else None
    if assessment and assessment.safety is not Safety.NONE:
        return [context(library.say("safety.note_kept"))]
    lines = [library.say("intake.kept")]
    if reflection.misread is not Safety.NONE:
        lines.insert(0, library.say("safety.misread"))
    if reflection.waived:
        lines.append(
            library.say("intake.waived", found=found(library, reflection.waived, "kinds.short"))
        )
    return [context(" ".join(lines))]


def _read_by_a_model(library: Library, feedback: Feedback | None) -> list[Block]:
    """Says so where a language model read the note, or was meant to."""
    if feedback is None or feedback.engine == "rubric":
        return []
    return [context(library.say(f"frame.read_by.{feedback.engine}"))]


def _buttons(
    library: Library, reflection: Reflection, *, planned: bool
) -> list[InteractiveElement]:
    say = library.say
    made: list[InteractiveElement] = []
    if _flagged(reflection):
        made.append(button(say("safety.not_that"), ids.NOT_THAT, reflection.id))
    if reflection.misread is not Safety.NONE or _nothing_found(reflection.feedback):
        made.append(button(say("people.title"), ids.PEOPLE))
    if reflection.feedback and _has_reading(reflection.feedback):
        if is_to_try(reflection.feedback.next_step) and not planned:
            made.append(button(say("plan.make"), ids.TRY, reflection.id))
        made.append(button(say("frame.details"), ids.DETAILS, reflection.id))
        label = say("frame.disagree_again" if reflection.disputed else "frame.disagree")
        made.append(button(label, ids.DISAGREE, reflection.id))
    made.append(
        button(
            say("intake.delete"),
            ids.DELETE_REFLECTION,
            reflection.id,
            confirm=delete_confirm(library),
        )
    )
    return made


def _flagged(reflection: Reflection) -> bool:
    """Whether a signpost stands in the place of feedback that the note could have."""
    assessment = reflection.feedback.assessment if reflection.feedback else None
    return bool(
        assessment
        and assessment.safety is not Safety.NONE
        and assessment.encounter
        and reflection.note.text
    )


def _nothing_found(feedback: Feedback | None) -> bool:
    """Whether a note was read and no level is evident in it. What weighs on its writer may have
    been missed as well, so its card says whom they can turn to."""
    return (
        feedback is not None
        and _has_reading(feedback)
        and all(level is Level.NOT_EVIDENT for level in feedback.assessment.levels.values())
    )


def _has_reading(feedback: Feedback | None) -> bool:
    return bool(
        feedback and feedback.assessment.encounter and feedback.assessment.safety is Safety.NONE
    )
