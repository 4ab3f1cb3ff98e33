"""A copy that its owner brings back, over the real bot and a stand-in for Slack."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.listeners import imports
from reflections.export import as_json, from_json
from reflections.model import Reflection
from reflections.stores import StoreError
from tests.scenario.conftest import AMARA, BEN, World, words
from tests.scenario.test_once import Process, process

__all__ = ["process"]
WIG = "She was gutted about the wig; I said that made sense and asked what the worst part was."
NAMED = "She cried about Siobhan Kelly; I waited."


@pytest.fixture
def over() -> str:
    """Nothing here knows of the wire."""
    return "socket"


@pytest.fixture
def read_by() -> str:
    """No model is asked."""
    return "rules"


def shown(world: World, user: str = AMARA) -> str:
    """The words of the form that stands open."""
    return words(world.slack.views(user)[-1]["blocks"])


def told(world: World, user: str = AMARA) -> str:
    return words(world.heard(user)[-1]["blocks"])


def file(content: bytes) -> dict[str, Any]:
    return {"name": "reflections.json", "mimetype": "application/json", "content": content}


async def brings(world: World, content: bytes, user: str = AMARA) -> dict[str, Any]:
    await world.types(user, "import")
    return await world.sends(user, file=[file(content)])


async def copy(world: World, user: str = AMARA) -> bytes:
    """One's own copy, as it comes from the bot."""
    await world.types(user, "export")
    await world.sends(user, kind="json")
    return list(world.slack.workspace.files.values())[-1].content


def changed(content: bytes, change: Callable[[Reflection], Reflection]) -> bytes:
    whole = from_json(content)
    return as_json(replace(whole, reflections=tuple(map(change, whole.reflections))))


async def test_a_copy_comes_back_after_everything_was_forgotten(world: World) -> None:
    await world.says(AMARA, WIG)
    (before,) = await world.bot.services.store.reflections(world.owner(AMARA), limit=9)
    content = await copy(world)
    await world.types(AMARA, "forget me")
    await world.sends(AMARA, word="forget")
    assert await world.kept(AMARA) == []
    await brings(world, content)
    found = "New in your history: 1"
    assert found in shown(world) and found in told(world)
    assert "Slack holds the file" in told(world)
    assert await world.bot.services.store.reflections(world.owner(AMARA), limit=9) == [before]
    await brings(world, content)
    assert "New in your history: 0" in told(world) and "as it is: 1" in told(world)


async def test_the_button_is_where_the_copy_is_made(world: World) -> None:
    await world.types(AMARA, "export")
    await world.presses(AMARA, "import")
    assert "Every word is" in shown(world)


async def test_what_is_refused_is_told_by_day_and_kind_and_never_quoted(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.says(AMARA, WIG)
    content = await copy(world)
    named = changed(content, lambda r: replace(r, id="0" * 16, note=replace(r.note, text=NAMED)))
    with caplog.at_level("DEBUG"):
        await brings(world, named)
    assert "• Reflection of 24 Nov 2026 (number 1 in the file): a name" in told(world)
    assert "Siobhan" not in told(world) + shown(world) + caplog.text + world.on_disk()
    assert await world.kept(AMARA) == [WIG]


async def test_a_copy_of_somebody_elses_is_ones_own_notes_and_nothing_of_theirs(
    world: World,
) -> None:
    await world.says(BEN, WIG)
    content = await copy(world, BEN)
    await brings(world, content)
    assert await world.kept(AMARA) == [WIG]
    store = world.bot.services.store
    (mine,) = await store.reflections(world.owner(AMARA), limit=9)
    await store.delete_reflection(world.owner(AMARA), mine.id, world.now())
    assert await world.kept(BEN) == [WIG]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "It should be the one ending in .json"),
        (b"\xff\xfe", "doesn't fit: the file"),
        (b"{}", "doesn't fit: made_at, time_zone, reflections"),
        (b"[" * 100_000, "doesn't fit: the file"),
        (b'{"made_at": "<!channel>", "x": 1}', "doesn't fit: made_at"),
    ],
)
async def test_what_is_no_copy_is_said_with_its_place_and_can_be_sent_anew(
    world: World, content: bytes, says: str
) -> None:
    await world.says(AMARA, WIG)
    good = await copy(world)
    await brings(world, content)
    assert says in shown(world) and "nothing has been kept" in shown(world)
    assert "<!channel>" not in shown(world)
    await world.sends(AMARA, file=[file(good)])
    assert "as it is: 1" in shown(world), "in the same form"


async def test_a_file_that_is_too_large_is_said(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "MOST_BYTES", 1000)
    await brings(world, b"x" * 1001)
    assert "more than I can read" in shown(world)


async def test_a_long_one_says_so_and_how_far_it_is(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "LONG", 4)
    monkeypatch.setattr(imports, "TELL_EVERY", 2)
    await world.says(AMARA, WIG)
    whole = from_json(await copy(world))
    many = [replace(whole.reflections[0], id=f"{n:016x}") for n in range(5)]
    before = len(world.heard(AMARA))
    world.slack.calls.clear()
    await brings(world, as_json(replace(whole, reflections=tuple(many))))
    first, last = (words(m["blocks"]) for m in world.heard(AMARA)[before:])
    assert "checking 5 reflections" in first and "New in your history: 5" in last
    updates = [body["view"] for name, body in world.slack.calls if name == "views.update"]
    progress = [text for view in updates if "are checked" in (text := words(view["blocks"]))]
    assert [text[:6] for text in progress] == ["2 of 5", "4 of 5"]


async def test_a_form_that_was_closed_is_no_matter(world: World) -> None:
    await world.says(AMARA, WIG)
    content = await copy(world)
    world.slack.faults.refuse("views.update", "not_found")
    await brings(world, content)
    assert "as it is: 1" in told(world)
    world.slack.faults.refuse("views.update", "not_found")
    await brings(world, b"{}")
    assert "doesn't fit: made_at" in told(world), "what was wrong is said all the same"


async def test_a_store_that_fails_is_said_and_the_file_can_be_sent_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.says(AMARA, WIG)
    whole = from_json(await copy(world))
    many = tuple(replace(whole.reflections[0], id=f"{n:016x}") for n in range(3))
    content = as_json(replace(whole, reflections=many))
    store = world.bot.services.store
    commit, calls = store.commit, 0

    async def full(owner: str, *args: Any, **kwargs: Any) -> bool:
        nonlocal calls
        calls += "reflection" in kwargs
        if calls == 2:
            raise StoreError("the disk is full")
        return await commit(owner, *args, **kwargs)

    monkeypatch.setattr(store, "commit", full)
    await brings(world, content)
    assert "What I've kept so far stays" in shown(world)
    await world.sends(AMARA, file=[file(content)])
    assert "New in your history: 2" in told(world) and "as it is: 1" in told(world)


async def test_what_nobody_thought_of_is_told_and_no_word_of_it(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await world.says(AMARA, WIG)
    content = await copy(world)

    async def broken(*_: object) -> None:
        raise ValueError(WIG)

    monkeypatch.setattr(world.bot.services.importer, "bring_back", broken)
    with caplog.at_level("DEBUG", "alliance"):
        await brings(world, content)
        assert "Something went wrong in me" in shown(world)
        world.slack.faults.refuse("views.update", "not_found")
        await brings(world, content)
    assert "Something went wrong in me" in told(world)
    assert "ValueError at " in caplog.text and "wig" not in caplog.text


async def test_who_was_forgotten_while_the_file_came_gets_nothing_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.says(AMARA, WIG)
    content = await copy(world)
    download, store, owner = imports.download, world.bot.services.store, world.owner(AMARA)
    (clinician,) = [c for c in await store.clinicians() if c.id == owner]

    async def slow(*args: Any) -> bytes:
        await store.erase(owner)
        await store.put_clinician(clinician)
        return await download(*args)

    monkeypatch.setattr(imports, "download", slow)
    await brings(world, content)
    assert await world.kept(AMARA) == []


async def test_what_a_restart_may_cut_off_says_what_to_do(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.says(AMARA, WIG)
    content = await copy(world)

    async def cut_off(*_: object) -> bytes:
        raise asyncio.CancelledError

    monkeypatch.setattr(imports, "download", cut_off)
    await brings(world, content)
    assert "If you haven't heard from me by tomorrow, send it again" in shown(world)


async def test_each_reason_is_told_for_what_it_is(world: World) -> None:
    await world.says(AMARA, WIG)
    content = await copy(world)
    later = world.now() + timedelta(days=3)
    dated = changed(
        content, lambda r: replace(r, id="0" * 16, note=replace(r.note, written_at=later))
    )
    await brings(world, dated)
    assert "a date that it can't have" in told(world)
    assert "think I can see" not in told(world) and "other words" not in told(world)
    named = changed(content, lambda r: replace(r, id="0" * 16, note=replace(r.note, text=NAMED)))
    await brings(world, named)
    assert "think I can see" in told(world) and "other words" in told(world)
    assert "doesn't fit" not in told(world)


async def test_a_double_click_is_one(world: World) -> None:
    await world.says(AMARA, WIG)
    whole = from_json(await copy(world))
    fresh = replace(whole, reflections=(replace(whole.reflections[0], id="f" * 16),))
    await world.types(AMARA, "import")
    before = len(world.heard(AMARA))
    values = {"file": [file(as_json(fresh))]}
    await asyncio.gather(
        *(world.slack.submit(AMARA, values) for _ in range(2)), return_exceptions=True
    )
    await world.settled()
    (heard,) = world.heard(AMARA)[before:]
    assert "New in your history: 1" in words(heard["blocks"])
    assert await world.kept(AMARA) == [WIG, WIG]


async def test_after_kill_9_the_file_is_sent_again_and_nothing_is_kept_twice(
    process: Process, tmp_path: Path
) -> None:
    slack, number = process.slack, 60

    def heard(words_: str) -> bool:
        return any(words_ in words(m.get("blocks")) for m in slack.messages(AMARA))

    def files() -> list[bytes]:
        return [f.content for f in slack.workspace.files.values() if f.shared == ["D0AMARA"]]

    def lines() -> int:
        (journal,) = tmp_path.rglob("*AMARA*.journal")
        return journal.read_bytes().count(b"\n")

    async def opened(form: str) -> None:
        slack.workspace.stack(AMARA).clear()
        await slack.command(AMARA, "/alliance", form)
        await slack.wait_for(lambda: slack.views(AMARA), 20, "the form")

    async def copied(count: int) -> bytes:
        await opened("export")
        await slack.submit(AMARA, {"kind": "json"})
        await slack.wait_for(lambda: len(files()) == count, 30, "the copy")
        return files()[-1]

    async def bring(content: bytes) -> None:
        await opened("import")
        await slack.submit(AMARA, {"file": [file(content)]})

    await process.start()
    await slack.say(AMARA, WIG)
    await slack.wait_for(lambda: heard("One thing to try"), 30, "the feedback")
    whole = from_json(await copied(1))
    many = tuple(replace(whole.reflections[0], id=f"{n:016x}") for n in range(number))
    content = as_json(replace(whole, reflections=many))
    before = lines()
    await bring(content)
    await slack.wait_for(lambda: lines() > before + 5, 30, "a few of them")
    await process.kill()
    assert not heard("Your file is read"), "it came in the middle"

    await process.start()
    await bring(content)
    await slack.wait_for(lambda: heard("Your file is read"), 60, "the rest")
    kept = [r.id for r in from_json(await copied(2)).reflections]
    assert len(kept) == number + 1 and {r.id for r in many} < set(kept)
    assert len(set(kept)) == len(kept)
