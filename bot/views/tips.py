"""Tips: how the team sees one, and how leads choose, write, plan and look after them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    ConfirmObject,
    DatePickerElement,
    DividerBlock,
    InputBlock,
    InteractiveElement,
    Option,
    PlainTextInputElement,
    RadioButtonsElement,
)
from slack_sdk.models.views import View

from bot.teams import Team
from bot.views import ids, when
from bot.views.forms import plain, time_input
from bot.views.kit import (
    Message,
    actions,
    button,
    context,
    escape,
    header,
    overflow,
    section,
    select,
    verbatim,
)
from prompts.library import MAX_TIP_WORDS, Dimension, Library, Tip, placeholders
from reflections.model import PlannedTip, TipState
from reflections.tips import FEWEST, MAX_CHARACTERS, TRIES_COUNTED_AFTER

ANY = "any"
SLOT, NOW, LATER = "slot", "now", "later"
SECOND, EVERYONE = "second", "everyone"


# ---- what the team sees -----------------------------------------------------------------------


def tip_message(library: Library, tip: PlannedTip, owner: str) -> Message:
    """``owner`` is the team's; the words are shown as they are, never as markup."""
    say = library.say
    return Message(
        say("tip.frame_title"),
        [
            *_shown(library, tip),
            actions(button(say("tip.try"), ids.TIP_TRY, f"{owner} {tip.id}")),
        ],
    )


def _shown(library: Library, tip: PlannedTip) -> list[Block]:
    """A tip as the team reads it, without the button under it."""
    say = library.say
    if tip.tip:
        chosen = library.tip(tip.tip)
        words = chosen.text
        lines = [
            say("tip.source", source=escape(chosen.source)),
            say("tip.claim", claim=escape(chosen.claim.text)),
        ]
    else:
        words = tip.text
        lines = [say("tip.own", factor=escape(library.factors[tip.factor].name))]
    blocks: list[Block] = [header(say("tip.frame_title"))]
    if tip.everyone:
        blocks.append(section("<!channel>"))
    return [*blocks, verbatim(words), context(*lines)]


def words_of(library: Library, tip: PlannedTip) -> str:
    return library.tip(tip.tip).text if tip.tip else tip.text


# ---- choosing ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Draft:
    """What a lead is putting together; it travels in the form, and is checked again when it comes
    back. ``free`` is the weekly time on offer, ``at`` one that was chosen in the calendar (both
    ISO); ``edits`` is a planned tip that this changes, as it was at ``version``."""

    team: str
    tip: str = ""
    text: str = ""
    factor: str = ""
    only_factor: str = ""
    only_dimension: str = ""
    free: str = ""
    at: str = ""
    edits: str = ""
    version: int = 0
    everyone: bool = False

    def pack(self) -> str:
        return json.dumps({k: v for k, v in asdict(self).items() if v})

    @staticmethod
    def unpack(metadata: str) -> Draft:
        """What was packed; a draft of no team where this was never packed."""
        try:
            return Draft(**json.loads(metadata))
        except (ValueError, TypeError):
            return Draft("")

    def planned(self, library: Library) -> PlannedTip:
        """The tip that would come of it, without an id; KeyError where it names none."""
        factor = self.factor if self.text else library.tip(self.tip).factor
        return PlannedTip(
            "",
            datetime.fromisoformat(self.at or self.free),
            factor,
            "" if self.text else self.tip,
            self.text,
            everyone=self.everyone,
        )


@dataclass(frozen=True)
class Desk:
    """What a form is drawn from: the team and the words of its channel, the teams that the lead may
    change to, whether there is a second lead to ask, what is on offer, and the time."""

    team: Team
    channel: Library
    teams: Sequence[Team]
    second: bool
    choices: Sequence[Tip]
    instant: datetime

    def at(self, library: Library, iso: str) -> str:
        return when.moment(
            library, datetime.fromisoformat(iso), self.team.slot.time_zone, self.instant
        )


def tip_modal(library: Library, desk: Desk, draft: Draft) -> View:
    """Pick a tip, or look at one's own, say when, and see it as the team will. A button in there
    would promise to do something, so that the preview only tells of it."""
    say = library.say
    team = desk.team
    blocks: list[Block] = []
    if len(desk.teams) > 1 and not draft.edits and not draft.at:
        blocks.append(actions(team_select(library, desk.teams, team, ids.TIP_TEAM)))
    if draft.text:
        change = [
            button(say("tip.change_words"), ids.TIP_WRITE),
            button(say("tip.pick"), ids.TIP_PICK),
        ]
        blocks.append(actions(*change))
    else:
        blocks += _picker(library, desk, draft)
    fixed = bool(draft.edits or draft.at)
    blocks.append(_fixed(library, desk, draft) if fixed else _when(library, desk, draft))
    blocks += [
        DividerBlock(),
        context(say("tip.preview", channel=f"<#{team.channel}>")),
        *_shown(desk.channel, draft.planned(library)),
        context(say("tip.preview_button", button=desk.channel.say("tip.try"))),
        DividerBlock(),
    ]
    if not fixed:
        blocks += _later(library, team)
    blocks += _also(library, desk, draft)
    return _modal(
        library, ids.TIP_MODAL, draft, say("tip.save" if draft.edits else "tip.submit"), blocks
    )


def _picker(library: Library, desk: Desk, draft: Draft) -> list[Block]:
    say = library.say
    used = {tip.factor for tip in library.tips}
    factors = [(_capital(f.name), f.id) for f in library.factors.values() if f.id in used]
    dimensions = [(say(f"frame.dimension.{d.value}"), d.value) for d in Dimension]
    return [
        section(say("tip.modal_choose"), accessory=button(say("tip.write_own"), ids.TIP_WRITE)),
        actions(
            select(
                ids.TIP_FACTOR,
                say("tip.any_factor"),
                [(say("tip.any_factor"), ANY), *factors],
                initial=draft.only_factor or ANY,
            ),
            select(
                ids.TIP_DIMENSION,
                say("tip.any_dimension"),
                [(say("tip.any_dimension"), ANY), *dimensions],
                initial=draft.only_dimension or ANY,
            ),
            select(
                ids.TIP_CHOICE,
                say("tip.modal_title"),
                [
                    (f"{_capital(library.factors[t.factor].name)}: {t.text}", t.id)
                    for t in desk.choices
                ],
                initial=draft.tip,
            ),
        ),
    ]


def _fixed(library: Library, desk: Desk, draft: Draft) -> Block:
    key = "tip.stays" if draft.edits else "tip.for"
    return section(library.say(key, when=desk.at(library, draft.at)))


def _when(library: Library, desk: Desk, draft: Draft) -> Block:
    say = library.say
    options = [
        Option(text=plain(say("tip.slot", when=desk.at(library, draft.free))), value=SLOT),
        Option(text=plain(say("tip.now")), value=NOW),
        Option(text=plain(say("tip.later")), value=LATER),
    ]
    return InputBlock(
        block_id="when",
        label=plain(say("tip.modal_when")),
        element=RadioButtonsElement(action_id="when", options=options, initial_option=options[0]),
    )


def _later(library: Library, team: Team) -> list[Block]:
    return [
        InputBlock(
            block_id="date",
            label=plain(library.say("tip.later_date")),
            optional=True,
            element=DatePickerElement(action_id="date"),
        ),
        time_input("at", library.say("tip.later_time"), team.slot.at),
    ]


def _also(library: Library, desk: Desk, draft: Draft) -> list[Block]:
    say = library.say
    team = desk.team
    blocks: list[Block] = []
    boxes = []
    if team.approval == "optional" and desk.second and not draft.edits:
        boxes.append(Option(text=plain(say("tip.second_lead")), value=SECOND))
    if team.everyone:
        boxes.append(Option(text=plain(say("tip.everyone")), value=EVERYONE))
    if boxes:
        blocks.append(
            InputBlock(
                block_id="also",
                label=plain(say("tip.also")),
                optional=True,
                element=CheckboxesElement(
                    action_id="also",
                    options=boxes,
                    initial_options=[b for b in boxes if b.value == EVERYONE and draft.everyone]
                    or None,
                ),
            )
        )
    if team.approval == "required":
        blocks.append(context(say("tip.second_required")))
    return blocks


def words_modal(library: Library, draft: Draft) -> View:
    """Write a tip of one's own."""
    say = library.say
    factors = [(_capital(f.name), f.id) for f in library.factors.values()]
    return _modal(
        library,
        ids.TIP_WORDS_MODAL,
        draft,
        say("tip.show_preview"),
        [
            InputBlock(
                block_id="words",
                label=plain(say("tip.words")),
                hint=plain(say("tip.words_hint", words=MAX_TIP_WORDS)),
                element=PlainTextInputElement(
                    action_id="words",
                    multiline=True,
                    max_length=MAX_CHARACTERS,
                    initial_value=draft.text or None,
                    focus_on_load=True,
                ),
            ),
            InputBlock(
                block_id="factor",
                label=plain(say("tip.about")),
                element=select("factor", say("tip.about"), factors, initial=draft.factor or None),
            ),
            actions(button(say("tip.pick"), ids.TIP_PICK)),
        ],
    )


def _modal(library: Library, callback: str, draft: Draft, submit: str, blocks: list[Block]) -> View:
    return View(
        type="modal",
        callback_id=callback,
        private_metadata=draft.pack(),
        title=plain(library.say("tip.modal_title")),
        submit=plain(submit),
        close=plain(library.say("note.close")),
        blocks=blocks,
    )


def team_select(
    library: Library, teams: Sequence[Team], team: Team, action_id: str
) -> InteractiveElement:
    named = [(t.name, t.owner) for t in teams]
    return select(action_id, library.say("tip.team"), named, initial=team.owner)


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


# ---- the calendar -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Calendar:
    """What the calendar shows: the team and the words of its channel, the weekly ``times`` to
    come, all ``tips`` of the team, what the rotation would pick, and the number of reactions by tip
    where Slack told them."""

    team: Team
    channel: Library
    teams: Sequence[Team]
    times: Sequence[datetime]
    tips: Sequence[PlannedTip]
    foreseen: Mapping[datetime, Tip]
    reactions: Mapping[str, int]


POSTED_SHOWN = 8


def calendar_modal(library: Library, shown: Calendar) -> View:
    """The coming weeks, with what can be done about each, and the tips that went out lately."""
    say = library.say
    blocks: list[Block] = []
    if len(shown.teams) > 1:
        blocks.append(actions(team_select(library, shown.teams, shown.team, ids.CALENDAR_TEAM)))
    channel = f"<#{shown.team.channel}>"
    blocks += [
        section(say("tip.calendar_intro", channel=channel)),
        actions(
            button(say("tip.choose"), ids.TIP_NEW, shown.team.owner, style="primary"),
            button(say("team.open"), ids.TEAM_VIEW, shown.team.owner),
        ),
    ]
    coming = [
        t for t in shown.tips if t.state in (TipState.PLANNED, TipState.SKIPPED, TipState.GOING)
    ]
    rows = {**dict.fromkeys(shown.times), **{t.at: t for t in coming}}
    for at in sorted(rows):
        blocks.append(_row(library, shown, at, rows[at]))
    posted = [t for t in shown.tips if t.state is TipState.POSTED]
    if posted:
        blocks += [DividerBlock(), header(say("tip.posted_title"))]
    for tip in sorted(posted, key=lambda t: t.at, reverse=True)[:POSTED_SHOWN]:
        blocks.append(_posted_row(library, shown, tip))
    blocks.append(context(say("tip.looks_note")))
    return View(
        type="modal",
        callback_id=ids.TIP_CALENDAR_MODAL,
        private_metadata=shown.team.owner,
        title=plain(say("tip.calendar_title")),
        close=plain(say("history.close")),
        blocks=blocks,
    )


def _row(library: Library, shown: Calendar, at: datetime, tip: PlannedTip | None) -> Block:
    say = library.say
    date = f"*{when.moment(library, at, shown.team.slot.time_zone)}*"
    iso = at.isoformat()
    choose = (say("tip.choose"), f"choose {iso}")
    if tip is None or tip.state is TipState.SKIPPED:
        pick = shown.foreseen.get(at)
        line = say("tip.row_silent")
        if pick:
            line = say("tip.row_rotation", words=escape(_first(pick.text)))
        does = [choose, (say("tip.do_skip"), f"skip {iso}")]
        if tip:
            line, does = say("tip.row_skipped"), [choose, (say("tip.do_unskip"), f"unskip {iso}")]
        return section(f"{date}\n{line}", accessory=overflow(ids.TIP_ROW, does))
    words = escape(_first(words_of(shown.channel, tip)))
    by = say("tip.row_by", lead=f"<@{tip.by}>") if tip.by else say("tip.row_by_rotation")
    if tip.state is TipState.GOING:
        return section(f"{date}\n{words}\n_{say('tip.row_going')}_")
    named = f"{tip.id} {tip.version}"
    does = [(say("tip.do_change"), f"change {named}"), (say("tip.do_remove"), f"remove {named}")]
    if at in shown.times:
        does[1:1] = [
            (say("tip.do_earlier"), f"earlier {named}"),
            (say("tip.do_later"), f"later {named}"),
        ]
        does.append((say("tip.do_skip"), f"skip {iso}"))
    waits = f" {say('tip.row_waits')}" if tip.waits else ""
    return section(f"{date}\n{words}\n_{by}{waits}_", accessory=overflow(ids.TIP_ROW, does))


def _posted_row(library: Library, shown: Calendar, tip: PlannedTip) -> Block:
    say = library.say
    zone = shown.team.slot.time_zone
    parts = []
    if tip.id in shown.reactions:
        count = shown.reactions[tip.id]
        parts.append(say("tip.reactions_one") if count == 1 else say("tip.reactions", count=count))
    if tip.tries is None:
        parts.append(
            say("tip.tries_on", date=when.day(library, tip.at + TRIES_COUNTED_AFTER, zone))
        )
    elif tip.tries:
        parts.append(say("tip.tries", count=tip.tries))
    else:
        parts.append(say("tip.tries_few", fewest=FEWEST))
    words = escape(_first(words_of(shown.channel, tip)))
    text = f"*{when.moment(library, tip.at, zone)}*\n{words}\n_{' · '.join(parts)}_"
    if not tip.posted:
        return section(text)
    confirm = ConfirmObject(
        title=plain(say("tip.withdraw_title")),
        text=plain(say("tip.withdraw_confirm")),
        confirm=plain(say("tip.withdraw")),
        deny=plain(say("tip.withdraw_no")),
        style="danger",
    )
    take_back = button(say("tip.withdraw"), ids.TIP_WITHDRAW, tip.id, confirm=confirm)
    return section(text, accessory=take_back)


def _first(text: str, limit: int = 110) -> str:
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0] + " …"


# ---- what leads hear --------------------------------------------------------------------------


def news_message(
    library: Library, channel: Library, team: Team, tip: PlannedTip, what: str
) -> Message:
    """A word to a lead about a tip, with the buttons of whoever is asked to agree; ``channel`` has
    the words of the team's channel."""
    say = library.say
    key = f"tip.news.{what}"
    values = {
        "channel": f"<#{team.channel}>",
        "when": when.moment(library, tip.at, team.slot.time_zone),
        "lead": f"<@{tip.backed_by[-1]}>" if tip.backed_by else "",
    }
    wanted = placeholders(str(library.phrases[key]))
    text = say(key, **{name: value for name, value in values.items() if name in wanted})
    blocks: list[Block] = [section(text)]
    if what == "approve":
        blocks += [DividerBlock(), *tip_message(channel, replace(tip, id=""), team.owner).blocks]
        named = f"{team.owner} {tip.id} {tip.version}"
        blocks += [
            DividerBlock(),
            actions(
                button(say("tip.approve"), ids.TIP_APPROVE, named, style="primary"),
                button(say("tip.do_change"), ids.TIP_EDIT, named),
                button(say("tip.decline"), ids.TIP_DECLINE, named),
            ),
        ]
    else:
        blocks.append(context(_first(words_of(channel, tip)), plain=True))
    return Message(say("tip.news_notification"), blocks)
