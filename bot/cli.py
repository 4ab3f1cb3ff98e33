"""The command line. Exit code 0: done; 1: it ran and found something wrong; 2: bad input."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from prompts.library import Dimension, Library
from reflections.model import Feedback, Safety

if TYPE_CHECKING:
    from bot.settings import Settings


T = TypeVar("T")


class BadInput(Exception):
    """What was given cannot be used; the message says what, where, and how to mend it."""


def main(argv: Sequence[str] | None = None) -> int:
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except BadInput as error:
        print(f"alliance-bot {arguments.command}: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        sys.stderr.close()
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="alliance-bot",
        description="A Slack companion for clinicians who want to strengthen the alliance.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(
        name: str, run: Callable[[argparse.Namespace], int], text: str
    ) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        return command

    add("run", _run, "Run the bot in a real workspace (settings: see .env.example).")
    demo = add("demo", _demo, "Run the bot in a playground on this machine; no Slack, no key.")
    demo.add_argument("--port", type=int, default=8765, help="port of the page (8765)")
    demo.add_argument("--no-browser", action="store_true", help="do not open the page")
    add("check", _check, "Check settings, content, screen, engine, data folder and tokens.")
    for name, run, text in (
        ("screen", _screen, "Look for identifying details in a note from standard input."),
        ("feedback", _feedback, "Give feedback on a note from standard input."),
    ):
        command = add(name, run, text)
        command.add_argument(
            "--jsonl", action="store_true", help='read {"id","text"} lines, write JSON lines'
        )
    add("migrate", _data("migrate"), "Bring the database's tables up to date (PostgreSQL).")
    for name, text in (
        ("backup", "Copy what is kept, also while the bot runs, and check the copy."),
        ("restore", "Bring a backup back into an empty store."),
    ):
        command = add(name, _data(name, "folder", "keys"), text)
        command.add_argument("folder", type=Path, help="the folder of the backup")
        command.add_argument(
            "--keys", type=Path, required=True, help="the folder of its keys: another place"
        )
    add("verify", _data("verify"), "Read all that is kept and say what is damaged.")
    move = add(
        "migrate-store",
        _data("migrate_store", "direction"),
        "Copy everything between the data folder and PostgreSQL, and compare.",
    )
    move.add_argument("direction", choices=["to-postgres", "to-folder"])
    bring = add(
        "import",
        _data("import_reflections", "file", "owner"),
        "Bring an export (JSON) back into somebody's history, screened again.",
    )
    bring.add_argument("file", type=Path, help="the export")
    bring.add_argument("--owner", required=True, help="whose: T012AB3CD-U012AB3CD")
    rotate = _data("rotate_key")
    add("rotate-key", rotate, "Wrap all keys by a new master key; stop the bot first.")
    add("new-key", _data("new_key"), "Print a new master key.")
    evaluate = add("evaluate", _evaluate, "Measure the engine on labelled notes.")
    evaluate.add_argument(
        "file", type=Path, help="labelled notes (JSON lines), or an export with disputed feedback"
    )
    evaluate.add_argument(
        "--engine",
        choices=("rubric", "openai"),
        default="rubric",
        help="rubric: the offline engine; openai: the language model of the settings",
    )
    evaluate.add_argument(
        "--cache", type=Path, help="with openai: a folder for its replies, which quote the notes"
    )
    return parser


# ---- the bot ----------------------------------------------------------------------------------


def _run(arguments: argparse.Namespace) -> int:
    from bot import logs
    from bot.bootstrap import run_forever

    settings = _settings()
    logs.configure(settings.alliance_log_level)
    _guard(settings.require_slack)
    return _guard(lambda: asyncio.run(run_forever(settings)))


def _demo(arguments: argparse.Namespace) -> int:
    from bot import demo, logs

    if not 0 <= arguments.port <= 65535:
        raise BadInput(f"--port {arguments.port}: give a number from 0 to 65535")
    logs.configure("WARNING")
    return _guard(lambda: asyncio.run(demo.run(arguments.port, browser=not arguments.no_browser)))


def _check(arguments: argparse.Namespace) -> int:
    from bot.check import check

    settings = _settings()
    return asyncio.run(check(settings, print))


def _data(name: str, *given: str) -> Callable[[argparse.Namespace], int]:
    """A command of ``bot.data``, with what was given for it."""

    def run(arguments: argparse.Namespace) -> int:
        from bot import data

        settings = _settings()
        values = [getattr(arguments, one) for one in given]
        return _guard(lambda: int(getattr(data, name)(settings, *values, print)))

    return run


def _settings() -> Settings:
    from bot.settings import load_settings

    return _guard(load_settings)


def _guard(work: Callable[[], T]) -> T:
    """Run; what an operator can mend becomes one plain message and exit code 2."""
    from bot.settings import SettingsError
    from prompts.library import ContentError
    from reflections.feedback import ModelError
    from reflections.privacy import ScreenResourceError
    from reflections.stores import StoreError

    try:
        return work()
    except (SettingsError, ContentError, ModelError, ScreenResourceError, StoreError) as error:
        raise BadInput(str(error)) from None


# ---- one note, or many ------------------------------------------------------------------------


def _screen(arguments: argparse.Namespace) -> int:
    from reflections.privacy import load_screen

    notes = list(_notes(sys.stdin.buffer, arguments.jsonl))
    rules = _settings().screen_rules
    screen = _guard(load_screen).with_rules(rules)
    for id, text in notes:
        result = screen(text)
        if arguments.jsonl:
            spans = [{"start": f.start, "end": f.end, "type": str(f.type)} for f in result.findings]
            _write(
                {"id": id, "accepted": result.accepted, "spans": spans, "redacted": result.redacted}
            )
            continue
        if result.accepted:
            print("Nothing identifying was found. That is not a guarantee: please look yourself.")
        else:
            kinds = ", ".join(sorted({str(f.type) for f in result.findings}))
            print(f"Found: {kinds}. The note as it could be kept:\n\n{result.redacted}")
    return 0


def _feedback(arguments: argparse.Namespace) -> int:
    from prompts import library as content
    from reflections.feedback import load_engine
    from reflections.feedback.compose import compose

    notes = list(_notes(sys.stdin.buffer, arguments.jsonl))
    engine, library = _guard(load_engine), _guard(content.load)
    for id, text in notes:
        feedback = compose(engine.assess(text), text, library)
        if arguments.jsonl:
            _write({"id": id, **_feedback_row(feedback)})
        else:
            _print_feedback(feedback, library)
    return 0


def _feedback_row(feedback: Feedback) -> dict[str, Any]:
    a = feedback.assessment
    return {
        "encounter": a.encounter,
        "safety": str(a.safety),
        **{str(d): str(a.levels[d]) for d in Dimension},
        "opportunities": [
            {"quote": o.quote, "type": str(o.type), "met": "yes" if o.met else "no"}
            for o in a.opportunities
        ],
        "rupture": a.rupture,
        "repair": str(a.repair) if a.repair else None,
        "evidence": {str(d): list(a.evidence.get(d, ())) for d in Dimension},
        "strength": feedback.strength,
        "opening": feedback.opening,
        "next_step": feedback.next_step,
    }


def _print_feedback(feedback: Feedback, library: Library) -> None:
    from reflections.feedback.compose import parts_of

    say = library.say
    a = feedback.assessment
    if a.safety is Safety.NONE and not a.encounter:
        print(say("frame.not_encounter"))
        return
    for heading, text in parts_of(feedback, library):
        print(f"{heading}\n  {text}\n")
    if a.safety is not Safety.NONE:
        return
    for d in Dimension:
        spans = a.evidence.get(d, ())
        quoted = f" – “{spans[0]}”" if spans else ""
        print(f"{say(f'frame.dimension.{d}')}: {say(f'frame.level.{a.levels[d]}')}{quoted}")
    for o in a.opportunities:
        answered = say(f"frame.opportunity.{'met' if o.met else 'unmet'}")
        print(f"{say(f'frame.opportunity.{o.type}')} · {answered} – “{o.quote}”")
    print(f"\n{say('frame.one_side')}")


def _notes(stream: BinaryIO, jsonl: bool) -> Iterator[tuple[Any, str]]:
    """The notes of standard input; BadInput names the line that is wrong."""
    try:
        given = stream.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(
            f"standard input is not UTF-8 (byte {error.start}); save it as UTF-8"
        ) from None
    if not jsonl:
        if not given.strip():
            raise BadInput("standard input is empty; pipe one note into it, or use --jsonl")
        yield None, given.rstrip("\n")
        return
    for number, line in enumerate(given.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            column = getattr(error, "colno", 1)
            raise BadInput(
                f"line {number}, column {column}: not JSON; expected one object a line"
            ) from None
        if not isinstance(row, dict):
            raise BadInput(f'line {number}: expected an object with "id" and "text"')
        for key in ("id", "text"):
            if key not in row:
                raise BadInput(f'line {number}: "{key}" is missing')
        if not isinstance(row["text"], str):
            raise BadInput(
                f'line {number}: "text" must be a string, not {type(row["text"]).__name__}'
            )
        yield row["id"], row["text"]


def _write(row: dict[str, Any]) -> None:
    # ASCII alone, so that neither a terminal's encoding nor half an emoji can stop the output.
    print(json.dumps(row))


def _evaluate(arguments: argparse.Namespace) -> int:
    from reflections.feedback import load_engine
    from reflections.feedback.baselines import baselines
    from reflections.feedback.evaluate import evaluate, render

    rows = _labelled(arguments.file)
    try:
        if arguments.engine == "openai":
            print(_evaluate_model(rows, arguments.cache))
        else:
            print(render(evaluate(rows, _guard(load_engine))))
            print(f"\n{baselines(rows)}")
    except ValueError as error:
        raise BadInput(f"{arguments.file}: {error}") from None
    return 0


def _labelled(file: Path) -> list[dict[str, Any]]:
    """Labelled notes, a JSON object a line; or those of an export whose writer read them otherwise
    than the engine."""
    from reflections.export import FORMAT, ExportError, from_json, labelled

    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"cannot read {file}: {error}") from None
    if text.lstrip().startswith("{") and f'"{FORMAT}"' in text:
        try:
            found = [dict(row) for row in labelled(from_json(text.encode()))]
        except ExportError as error:
            raise BadInput(f"{file}: {error}") from None
        if not found:
            raise BadInput(
                f"{file}: no feedback in it was disputed, so there is nothing to measure"
            )
        return found
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            rows.append(json.loads(line))
        except ValueError:
            raise BadInput(f"{file}, line {number}: not JSON") from None
    return rows


def _evaluate_model(rows: list[dict[str, Any]], cache: Path | None) -> str:
    """Both engines side by side, and the figures of the model that the settings name."""
    from bot.bootstrap import build_model, load_parts, utc_now
    from reflections.feedback.evaluate import check_rows, evaluate, render
    from reflections.feedback.evaluate_model import read_all, render_comparison, render_cost
    from reflections.feedback.language_model import count_in_memory

    settings = _settings()
    if not settings.reads_with:
        raise BadInput("--engine openai needs OPENAI_API_KEY, and ALLIANCE_MODELS not to be off")
    if cache is None:
        raise BadInput("--engine openai needs --cache FOLDER, where the model's replies are kept")
    check_rows(rows)
    parts = _guard(lambda: load_parts(settings))
    library = parts.libraries[settings.alliance_language]
    model = build_model(settings, library, utc_now, count_in_memory())
    texts = [str(row["text"]) for row in rows]
    try:
        made = asyncio.run(read_all(texts, model, parts.engine, library, parts.screen, cache))
    except OSError as error:
        raise BadInput(f"--cache {cache}: {error.strerror}") from None
    prices = {"in": settings.alliance_model_price_in, "out": settings.alliance_model_price_out}
    rules, read = evaluate(rows, parts.engine), evaluate(rows, made)
    beside = render_comparison(rules, read, made, settings.reads_with, prices)
    return f"{beside}\n\n{render_cost(made, model, prices)}\n\n{render(read)}"
