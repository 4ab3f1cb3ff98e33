"""An export brought back: screened again, believed only where it could be so, kept once."""

from __future__ import annotations

import json
import math
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prompts.library import Dimension, Libraries, Library
from reflections.export import Export, ExportError, as_json, from_json
from reflections.feedback import RubricEngine, load_engine
from reflections.feedback.compose import compose
from reflections.importing import MOST, Brought, Importer, Reason, is_sound
from reflections.intake import MAX_CHARACTERS, Intake, Policy
from reflections.model import Act, Clinician, Feedback, Level, Note, Plan, Reflection
from reflections.plans import OWN, from_feedback, made_from
from reflections.privacy import IdentifierType, Screen, Screening, load_screen
from reflections.stores.tiny import TinyStore
from tests.conftest import MovedClock

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
OWNER = "T1-U1"
TEXT = "She cried when I named the stairs; I waited and then asked what was hardest."
NAMED = "She cried about Siobhan Kelly; I waited."


@pytest.fixture(scope="module")
def engine() -> RubricEngine:
    return load_engine()


@pytest.fixture(scope="module")
def screen() -> Screen:
    return load_screen()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[TinyStore]:
    made = TinyStore(tmp_path / "data")
    await made.open()
    await made.put_clinician(Clinician(OWNER, "D1", "Europe/London"))
    yield made
    await made.close()


class Place:
    """Where an export is brought back to."""

    def __init__(
        self,
        store: TinyStore,
        screen: Screen,
        engine: RubricEngine,
        library: Library,
        policy: Policy = Policy.STANDARD,
    ) -> None:
        self.store, self.engine, self.library = store, engine, library
        self.now = MovedClock(NOW)
        words = Libraries({library.language: library}, library.language)
        self.intake = Intake(store, screen, engine, words, self.now, policy=policy)
        self.importer = Importer(store, self.intake, engine, library, self.now)

    def of(self, id: str, text: str = TEXT, days: float = 1, **changes: object) -> Reflection:
        """A reflection as the bot keeps it."""
        read = compose(self.engine.assess(text), text, self.library)
        note = Note(text, NOW - timedelta(days=days), self.library.prompts[0].id)
        return replace(Reflection(id, note, read), **changes)  # type: ignore[arg-type]

    async def takes(self, *reflections: Reflection, plans: tuple[Plan, ...] = ()) -> Brought:
        """By way of a file."""
        file = as_json(Export(NOW, "Europe/London", reflections, plans))
        return await self.brings(from_json(file))

    async def brings(
        self, given: Export, tell: Callable[[int], Awaitable[None]] | None = None
    ) -> Brought:
        stone = await self.store.stone(OWNER)
        return await self.importer.bring_back(OWNER, stone, given, tell)

    def on_disk(self, folder: Path) -> str:
        """Every line of the journals, also of what was superseded since."""
        files = [p for p in folder.rglob("*") if p.is_file()]
        return "".join(line for path in files for line in self.store.unsealed(path))

    async def kept(self) -> list[Reflection]:
        return list(await self.store.reflections(OWNER, limit=999))


@pytest.fixture
def place(store: TinyStore, screen: Screen, engine: RubricEngine, library: Library) -> Place:
    return Place(store, screen, engine, library)


def id_of(number: int) -> str:
    return f"{number:016x}"


def reasons(brought: Brought) -> list[tuple[int, Reason]]:
    return [(left.number, left.reason) for left in brought.left_out]


async def test_what_was_taken_along_comes_back_as_it_was_and_once(place: Place) -> None:
    first = place.of(id_of(1), question="What would you ask next time?", thought="Her hopes.")
    amended = place.of(id_of(2), days=3, earlier=(place.of(id_of(2), days=3),))
    amended = replace(amended, note=replace(amended.note, amended_at=NOW))
    right = {d: Level.STRONG for d in Dimension}
    disputed = place.of(id_of(3), days=5, disputed=True, right=right)
    unread = replace(place.of(id_of(4), days=6), feedback=None)
    plan = Plan(id_of(1), "If she cries, then I wait.", "A note.", f"feedback {id_of(1)}", NOW)
    found = await place.takes(first, amended, disputed, unread, plans=(plan,))
    assert (found.reflections, found.plans, found.there, found.left_out) == (4, 1, 0, [])
    assert found.read_anew == 1
    assert await place.kept() == [first, amended, disputed, place.of(id_of(4), days=6)]
    assert list(await place.store.plans(OWNER)) == [plan]
    again = await place.takes(first, amended, disputed, unread, plans=(plan,))
    assert (again.reflections, again.plans, again.there) == (0, 0, 5)


async def test_what_is_there_stays_as_it_is(place: Place) -> None:
    mine = place.of(id_of(1), TEXT.replace("stairs", "wig"))
    await place.store.commit(OWNER, NOW, reflection=mine)
    assert (await place.takes(place.of(id_of(1)))).there == 1
    assert await place.kept() == [mine]


async def test_every_word_is_screened_wherever_it_stands(place: Place, tmp_path: Path) -> None:
    good = place.of(id_of(1))
    hidden = [
        place.of(id_of(2), NAMED),
        place.of(id_of(3), question="And Siobhan Kelly?"),
        place.of(id_of(4), thought="I thought of Siobhan Kelly."),
        place.of(id_of(5), earlier=(place.of(id_of(5), NAMED),)),
        place.of(id_of(6), NAMED, waived=tuple(IdentifierType)),
    ]
    plans = (
        Plan(id_of(7), "If Siobhan Kelly cries, wait.", "A note.", "feedback x", NOW),
        Plan(id_of(8), "If she cries, wait.", "Siobhan Kelly", "feedback x", NOW),
        Plan(id_of(9), "If she cries, wait.", "A tip.", "Siobhan Kelly", NOW, "Siobhan Kelly"),
    )
    found = await place.takes(good, *hidden, plans=plans)
    assert found.reflections == 1 and found.plans == 1
    assert [(left.what, left.number) for left in found.left_out] == [
        *(("reflection", n) for n in range(2, 7)),
        ("plan", 1),
        ("plan", 2),
    ]
    assert all(left.kinds == {IdentifierType.NAME} for left in found.left_out)
    # In codes and names of ours there is no room for words.
    feedback = good.feedback
    assert feedback
    acts = (Act(0, 3, "Siobhan Kelly"),)
    strange = [
        place.of("Siobhan Kelly"),
        place.of(id_of(11), note=replace(good.note, prompt_id="Siobhan Kelly")),
        place.of(id_of(12), feedback=replace(feedback, engine="Siobhan Kelly")),
        place.of(id_of(13), feedback=replace(feedback, strength="Siobhan Kelly wept.")),
        place.of(
            id_of(14),
            feedback=replace(feedback, assessment=replace(feedback.assessment, acts=acts)),
        ),
    ]
    found = await place.takes(*strange)
    assert (found.reflections, found.read_anew) == (5, 3)
    assert TEXT in place.on_disk(tmp_path) and "Siobhan" not in place.on_disk(tmp_path)


@pytest.mark.parametrize("policy", Policy)
async def test_what_a_file_says_was_waived_is_not_believed(
    store: TinyStore, screen: Screen, engine: RubricEngine, library: Library, policy: Policy
) -> None:
    place = Place(store, screen, engine, library, policy)
    dated = place.of(id_of(1), "He cried on 3 March; I waited with him.")
    for waived in ((), (IdentifierType.DATE,), tuple(IdentifierType)):
        found = await place.takes(replace(dated, waived=waived))
        assert [left.kinds for left in found.left_out] == [{IdentifierType.DATE}]
    assert (await place.takes(place.of(id_of(2), waived=tuple(IdentifierType)))).reflections == 1
    assert [(kept.id, kept.waived) for kept in await place.kept()] == [(id_of(2), ())]


async def test_where_marks_are_not_kept_they_do_not_come_in_by_a_file(
    store: TinyStore, screen: Screen, engine: RubricEngine, library: Library
) -> None:
    strict = Place(store, screen, engine, library, Policy.BOUNCE)
    marked = strict.of(id_of(1), TEXT.replace("She", "[NAME]"))
    assert reasons(await strict.takes(marked)) == [(1, Reason.PLACEHOLDERS)]
    assert (await Place(store, screen, engine, library).takes(marked)).reflections == 1


async def test_a_screen_that_fails_lets_nothing_in(
    store: TinyStore, engine: RubricEngine, library: Library
) -> None:
    def broken(text: str) -> Screening:
        raise RuntimeError(text)

    place = Place(store, broken, engine, library)  # type: ignore[arg-type]
    assert reasons(await place.takes(place.of(id_of(1)))) == [(1, Reason.UNREADABLE)]
    assert await place.kept() == []


async def test_a_date_that_cannot_be_is_refused(place: Place) -> None:
    later = place.of(id_of(1), days=-1)
    ancient = place.of(id_of(2))
    ancient = replace(ancient, note=replace(ancient.note, written_at=datetime(1, 1, 1, tzinfo=UTC)))
    amended = place.of(id_of(3))
    amended = replace(amended, note=replace(amended.note, amended_at=NOW + timedelta(days=1)))
    plan = Plan(id_of(4), "If she cries, wait.", "A note.", "x", NOW + timedelta(days=1))
    found = await place.takes(later, ancient, amended, plans=(plan,))
    assert reasons(found) == [(n, Reason.DATE) for n in (1, 2, 3, 1)]
    assert await place.kept() == []


async def test_what_has_had_its_time_stays_away(place: Place) -> None:
    await place.store.change_clinician(OWNER, lambda c: replace(c, keep_months=6))
    plan = Plan(id_of(3), "If she cries, wait.", "A note.", "x", NOW - timedelta(days=200))
    found = await place.takes(
        place.of(id_of(1), days=200), place.of(id_of(2), days=20), plans=(plan,)
    )
    assert (found.reflections, found.plans, found.too_old) == (1, 0, 2)
    assert [r.id for r in await place.kept()] == [id_of(2)]


async def test_feedback_only_keeps_no_words(place: Place, tmp_path: Path) -> None:
    await place.store.change_clinician(OWNER, lambda c: replace(c, feedback_only=True))
    thought = place.of(id_of(1), question="And now?", thought="I might wait.")
    unread = replace(place.of(id_of(2)), feedback=None)
    assert (await place.takes(thought, unread)).reflections == 2
    for kept in await place.kept():
        assert kept.feedback and not (kept.note.text or kept.thought or kept.question)
    assert "I might wait" not in place.on_disk(tmp_path)
    assert id_of(1) in place.on_disk(tmp_path) and TEXT not in place.on_disk(tmp_path)
    # What was kept that way comes in that way, by what its feedback quotes.
    bare = [replace(kept, id=id_of(9)) for kept in await place.kept()][:1]
    assert (await place.takes(*bare)).reflections == 1


async def test_what_is_too_long_or_empty_is_refused(place: Place) -> None:
    long = "She sighed. " * 300
    assert len(long) > MAX_CHARACTERS
    good = place.of(id_of(1))
    found = await place.takes(
        place.of(id_of(2), note=replace(good.note, text=long)),
        place.of(id_of(3), thought=long),
        place.of(id_of(4), question=long),
        place.of(id_of(5), earlier=(good,) * 51),
        place.of(id_of(6), note=replace(good.note, text=" "), feedback=None),
        plans=(
            Plan(id_of(7), long, "A note.", "x", NOW),
            Plan(id_of(8), " ", "A note.", "x", NOW),
        ),
    )
    assert reasons(found) == [
        *((n, Reason.TOO_LONG) for n in range(1, 5)),
        (5, Reason.EMPTY),
        (1, Reason.TOO_LONG),
        (2, Reason.EMPTY),
    ]
    many = Export(NOW, "Europe/London", (good,) * (MOST + 1))
    with pytest.raises(ExportError, match="more than"):
        await place.brings(many)


async def test_a_plan_from_a_file_is_no_try_of_a_teams_tip(place: Place) -> None:
    tips = [Plan(id_of(n), "If she cries, wait.", "A tip.", "T1-team 7", NOW) for n in (1, 2)]
    assert (await place.takes(plans=tuple(tips))).plans == 2
    assert {plan.source for plan in await place.store.plans(OWNER)} == {"export"}
    reflection = place.of(id_of(3))
    others = [from_feedback(reflection, "A note.", NOW), replace(tips[0], id=id_of(4), source=OWN)]
    assert (await place.takes(plans=tuple(others))).plans == 2
    kept = await place.store.plans(OWNER)
    assert made_from(kept, reflection) == others[0]
    assert [plan.source for plan in kept if plan.id == id_of(4)] == [OWN]


async def test_nothing_is_kept_of_somebody_who_was_forgotten_meanwhile(place: Place) -> None:
    many = Export(NOW, "Europe/London", tuple(place.of(id_of(n)) for n in range(5)))

    async def forget(done: int) -> None:
        if done == 2:
            await place.store.erase(OWNER)

    found = await place.brings(many, forget)
    assert found.ended and found.reflections == 2
    assert await place.kept() == []
    assert await place.store.stone(OWNER) is None


async def test_one_who_has_begun_again_meanwhile_is_somebody_else(place: Place) -> None:
    many = Export(NOW, "Europe/London", tuple(place.of(id_of(n)) for n in range(5)))

    async def begin_again(done: int) -> None:
        if done == 2:
            await place.store.erase(OWNER)
            await place.store.put_clinician(Clinician(OWNER, "D1", "Europe/London"))

    assert (await place.brings(many, begin_again)).ended
    assert await place.kept() == []


async def test_what_was_sent_before_somebody_was_forgotten_brings_nothing_back(
    place: Place,
) -> None:
    sent = await place.store.stone(OWNER)
    await place.store.erase(OWNER)
    await place.store.put_clinician(Clinician(OWNER, "D1", "Europe/London"))
    given = Export(NOW, "Europe/London", (place.of(id_of(1)),))
    assert (await place.importer.bring_back(OWNER, sent, given)).ended
    assert await place.kept() == []


async def test_what_another_process_kept_meanwhile_stays_as_it_is(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes while the screen looks."""
    mine = place.of(id_of(1), TEXT.replace("stairs", "wig"))
    plan = Plan(id_of(2), "If she cries, wait.", "A note.", "export", NOW)
    done = replace(plan, done=True)
    screen = place.intake.screen

    async def slow(text: str) -> Screening | None:
        await place.store.commit(OWNER, NOW, reflection=mine)
        await place.store.put_plan(OWNER, done)
        return await screen(text)

    monkeypatch.setattr(place.intake, "screen", slow)
    for theirs in ((place.of(id_of(1)),), ()):
        found = await place.takes(*theirs, plans=(plan,))
        assert (found.reflections, found.plans, found.there) == (0, 0, len(theirs) + 1)
        assert await place.kept() == [mine] and list(await place.store.plans(OWNER)) == [done]
        await place.store.delete_plan(OWNER, plan.id)


@pytest.mark.parametrize(
    "change",
    [
        {"engine": "other"},
        {"strength": "x" * 2000},
        {"assessment": {"levels": {}}},
        {"assessment": {"evidence": {Dimension.EMPATHY: ("not there",)}}},
        {"assessment": {"acts": (Act(0, 9999, "repair"),)}},
        {"assessment": {"acts": (Act(5, 2, "repair"),)}},
        {"assessment": {"acts": (Act(0, 2, "repair", math.nan),)}},
    ],
)
def test_feedback_that_could_not_be_ours_is_known(
    engine: RubricEngine, library: Library, change: dict[str, object]
) -> None:
    read = compose(engine.assess(TEXT), TEXT, library)
    assert is_sound(read, TEXT)
    inside = change.get("assessment")
    if isinstance(inside, dict):
        change = {"assessment": replace(read.assessment, **inside)}
    changed = replace(read, **change)  # type: ignore[arg-type]
    assert isinstance(changed, Feedback) and not is_sound(changed, TEXT)


def test_all_feedback_of_ours_is_sound(engine: RubricEngine, library: Library) -> None:
    notes = Path(__file__).parent / "feedback" / "notes" / "unseen.jsonl"
    texts = [json.loads(line)["text"] for line in notes.read_text("utf-8").splitlines()]
    assert len(texts) > 20
    for text in texts:
        assert is_sound(compose(engine.assess(text), text, library), text)


@pytest.mark.parametrize(
    ("spoil", "place"),
    [
        ('{"reflections": [{"id": ' + "[" * 50_000, "the file"),
        ('{"made_at": ' + "1" * 5000 + "}", "the file"),
        ('{"reflections": [{"x": [' + "1," * 30_000 + "1]}]}", "reflections.0"),
        ('{"reflections": [' + "1," * 300_000 + "1]}", "made_at"),
        ('{"plans": [' + "[]," * 300_000 + "1]}", "made_at"),
    ],
)
def test_a_hostile_file_costs_little(spoil: str, place: str) -> None:
    """Without limits the last two would take hundreds of megabytes, and the third gigabytes."""
    tracemalloc.start()
    with pytest.raises(ExportError) as refused:
        from_json(spoil.encode())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert refused.value.places[0] == place
    assert peak < 100 * len(spoil) + 10_000_000


FIELDS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.text(st.characters(), max_size=3)
    | st.sampled_from(["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "\ud800"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
@given(data=st.data())
async def test_a_file_that_was_tampered_with_is_read_or_refused(
    place: Place, data: st.DataObject
) -> None:
    """One field of a good file is anything at all: an ExportError, or nothing breaks."""
    whole = json.loads(as_json(Export(NOW, "Europe/London", (place.of(id_of(1)),))))
    at = whole
    while True:
        key = data.draw(st.sampled_from(sorted(at) if isinstance(at, dict) else range(len(at))))
        if isinstance(at[key], (dict, list)) and at[key] and data.draw(st.booleans()):
            at = at[key]
            continue
        at[key] = data.draw(FIELDS)
        break
    try:
        given = from_json(json.dumps(whole).encode())
    except ExportError as error:
        assert error.places
        return
    await place.brings(given)
    for kept in await place.kept():
        assert kept.feedback and is_sound(kept.feedback, kept.note.text)
        await place.store.delete_reflection(OWNER, kept.id, NOW)
