"""The three floors: imports go down only, and importing has no side effects."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = ("prompts", "reflections", "bot")
SLACK = ("slack_bolt", "slack_sdk", "aiohttp")
MODULES = sorted(p for floor in FLOORS for p in (ROOT / floor).rglob("*.py"))


def imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports by dots"
            names.add((node.module or "").partition(".")[0])
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_go_down(path: Path) -> None:
    floor = FLOORS.index(path.relative_to(ROOT).parts[0])
    above = set(FLOORS[floor + 1 :]) | {"tests"}
    assert not imports(path) & above
    if FLOORS[floor] != "bot":
        assert not imports(path) & set(SLACK), "what names Slack belongs in bot/"


def test_the_playground_knows_nothing_of_the_product() -> None:
    for path in (ROOT / "bot" / "playground").rglob("*.py"):
        text = path.read_text("utf-8")
        assert "from reflections" not in text and "from prompts" not in text
        assert "from bot." not in text.replace("from bot.playground", "")


def test_views_are_pure() -> None:
    for path in (ROOT / "bot" / "views").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            assert not isinstance(node, ast.AsyncFunctionDef | ast.Await), path
            if isinstance(node, ast.Attribute):
                assert node.attr not in {"now", "utcnow", "open", "read_text"}, path


def test_importing_reads_no_files_and_opens_no_sockets() -> None:
    """What is needed is loaded by the composition root, where an error can be told properly."""
    code = (
        "import sys\n"
        "seen = []\n"
        "def hook(event, args):\n"
        "    path = str(args[0]) if event == 'open' else ''\n"
        "    if path.endswith(('.yaml', '.npz', '.json', '.env')) and '-packages' not in path:\n"
        "        seen.append(path)\n"
        "    if event in ('socket.connect', 'socket.bind'):\n"
        "        seen.append(event)\n"
        "sys.addaudithook(hook)\n"
        "import bot.bootstrap, bot.cli, bot.demo\n"
        "print(seen)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == "[]"


def test_listeners_speak_each_readers_own_language() -> None:
    """``services.library`` asks whose; the workspace's words are for when nobody is known."""
    found = {
        path.name
        for path in (ROOT / "bot" / "listeners").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in ("of", "own")
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "libraries"
    }
    unknown = {"messages.py", "commands.py", "home.py"}
    assert found == unknown, "where it is not known yet, or cannot be read, who they are"


def test_dates_and_times_are_written_by_the_language() -> None:
    """Names never come from the process's locale; a clock of 24 hours is for machines alone."""
    locale, hours = set(), set()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            texts = [node.format_spec] if isinstance(node, ast.FormattedValue) else []
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "strftime":
                texts = list(node.args)
            spec = "".join(ast.unparse(text) for text in texts if text)
            if re.search(r"%[aAbBpcxX]", spec):
                locale.add(path.name)
            if re.search(r"%[HI]", spec):
                hours.add(path.name)
    assert locale == set()
    # A form's time picker, a spreadsheet, the keys of clinics, what an operator reads.
    assert hours == {"forms.py", "export.py", "model.py", "schedule.py", "check.py"}
