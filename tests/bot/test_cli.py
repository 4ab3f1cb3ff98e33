"""The command line: JSON lines in and out, and clear words for what cannot be used."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from bot.check import SCOPES
from prompts.library import Dimension
from reflections.model import Level, Safety

ROOT = Path(__file__).parents[2]
NOTE = "She was frightened of the stairs. I said that sounded exhausting and asked which ones."


def alliance(
    *arguments: str, given: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        input=given,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**{k: v for k, v in os.environ.items() if "SLACK" not in k}, **environment},
        check=False,
    )


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_the_screen_follows_a_workspaces_own_rules() -> None:
    rules = {
        "ALLIANCE_SCREEN_ALLOW": "Siobhan",
        "ALLIANCE_SCREEN_DENY": "falls pathway",
        "ALLIANCE_SCREEN_ID_PATTERNS": r"\bpx\d{3}\b",
    }
    text = "Siobhan is on the falls pathway, PX123."
    done = alliance("screen", "--jsonl", given=json.dumps({"id": 1, "text": text}), **rules)
    assert done.returncode == 0, done.stderr
    assert lines(done.stdout)[0]["redacted"] == "Siobhan is on the [NAME], [ID]."


@pytest.mark.parametrize("pattern", ["(", "x*", "y" * 201])
def test_a_pattern_that_cannot_work_is_named(pattern: str) -> None:
    done = alliance("screen", given="x", ALLIANCE_SCREEN_ID_PATTERNS=pattern)
    assert done.returncode == 2
    assert "ALLIANCE_SCREEN_ID_PATTERNS: a pattern" in done.stderr


def test_screen_marks_spans_on_the_given_text() -> None:
    text = "Siobhan rang from 07700 900318."
    rows = [{"id": "a", "text": text}, {"id": 7, "text": "He waited."}]
    done = alliance("screen", "--jsonl", given="\n".join(map(json.dumps, rows)))
    assert done.returncode == 0, done.stderr
    first, second = lines(done.stdout)
    assert (first["id"], first["accepted"], second["id"], second["accepted"]) == (
        "a",
        False,
        7,
        True,
    )
    assert [(text[s["start"] : s["end"]], s["type"]) for s in first["spans"]] == [
        ("Siobhan", "NAME"),
        ("07700 900318", "PHONE"),
    ]
    assert first["redacted"] == "[NAME] rang from [PHONE]."
    assert second["spans"] == [] and second["redacted"] == "He waited."


def test_feedback_has_every_field_and_quotes_verbatim() -> None:
    done = alliance("feedback", "--jsonl", given=json.dumps({"id": "n", "text": NOTE}))
    assert done.returncode == 0, done.stderr
    (row,) = lines(done.stdout)
    assert list(row) == [
        "id", "encounter", "safety", "empathy", "partnership", "expectations", "opportunities",
        "rupture", "repair", "evidence", "strength", "opening", "next_step",
    ]  # fmt: skip
    assert row["safety"] in list(Safety) and row["encounter"] is True
    for dimension in Dimension:
        assert row[dimension] in list(Level)
        assert all(quote in NOTE for quote in row["evidence"][dimension])
    assert row["opportunities"][0]["quote"] in NOTE
    assert row["opportunities"][0]["met"] in ("yes", "no")


@pytest.mark.parametrize("command", ["screen", "feedback"])
@pytest.mark.parametrize(
    ("given", "says"),
    [
        ('{"id": 1, "text": "x"}\n{"id": 2', "line 2, column"),
        ('{"id": 1}', 'line 1: "text" is missing'),
        ('\n{"text": "x"}', 'line 2: "id" is missing'),
        ('{"id": 1, "text": 5}', 'line 1: "text" must be a string, not int'),
        ("[1]", "line 1: expected an object"),
    ],
)
def test_bad_lines_are_named_and_nothing_is_written(command: str, given: str, says: str) -> None:
    done = alliance(command, "--jsonl", given=given)
    assert done.returncode == 2
    assert says in done.stderr and command in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("command", ["screen", "feedback"])
def test_an_empty_note_is_refused(command: str) -> None:
    done = alliance(command, given="  \n")
    assert done.returncode == 2 and "standard input is empty" in done.stderr


def test_bytes_that_are_not_utf8_are_named() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "screen"], input=b"caf\xe9", capture_output=True, cwd=ROOT,
        check=False,
    )  # fmt: skip
    assert done.returncode == 2 and b"UTF-8" in done.stderr


def test_one_note_is_printed_for_a_person() -> None:
    screened = alliance("screen", given="Siobhan rang.")
    assert "[NAME] rang." in screened.stdout
    feedback = alliance("feedback", given=NOTE)
    assert feedback.returncode == 0
    assert "Empathy: shows clearly" in feedback.stdout or "Empathy: some signs" in feedback.stdout


def test_run_without_tokens_says_which_and_where(tmp_path: Path) -> None:
    done = alliance("run", ALLIANCE_DATA_DIR=str(tmp_path))
    assert done.returncode == 2
    assert "SLACK_BOT_TOKEN is not set" in done.stderr
    assert "SLACK_APP_TOKEN is not set" in done.stderr


def test_a_wrong_setting_is_named_without_its_value(tmp_path: Path) -> None:
    done = alliance(
        "run",
        SLACK_BOT_TOKEN="xapp-secret",
        ALLIANCE_TIME_ZONE="London",
        ALLIANCE_LEADS="leila",
    )
    assert done.returncode == 2
    for name in ("SLACK_BOT_TOKEN", "ALLIANCE_TIME_ZONE", "ALLIANCE_LEADS"):
        assert name in done.stderr
    assert "xapp-secret" not in done.stderr


def test_check_asks_for_the_scopes_of_the_manifest() -> None:
    manifest = json.loads((ROOT / "manifest.json").read_text())
    assert sorted(SCOPES) == sorted(manifest["oauth_config"]["scopes"]["bot"])


def test_check_names_what_is_missing(tmp_path: Path) -> None:
    done = alliance("check", ALLIANCE_DATA_DIR=str(tmp_path / "data"))
    assert done.returncode == 1
    assert "ok    privacy screen" in done.stdout
    assert "WRONG Slack: SLACK_BOT_TOKEN is not set" in done.stdout


def test_the_demo_starts_serves_its_page_and_stops_on_ctrl_c() -> None:
    demo = subprocess.Popen(
        [sys.executable, "-m", "bot", "demo", "--no-browser", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert demo.stdout
    try:
        url = next(line for line in demo.stdout if "http://" in line).split()[-1]
        with urllib.request.urlopen(url) as page:
            assert page.status == 200 and b"<html" in page.read()
        demo.send_signal(signal.SIGINT)
        assert demo.wait(timeout=30) == 0
        assert demo.stderr and "Traceback" not in demo.stderr.read()
    finally:
        demo.kill()


def test_a_port_in_use_is_a_plain_message() -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = alliance("demo", "--no-browser", "--port", port)
    assert done.returncode == 2 and f"port {port} cannot be used" in done.stderr


def test_run_stops_on_ctrl_c_while_slack_cannot_be_reached(tmp_path: Path) -> None:

    run = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={
            **os.environ,
            "SLACK_BOT_TOKEN": "xoxb-x",
            "SLACK_APP_TOKEN": "xapp-x",
            "SLACK_API_URL": "http://127.0.0.1:9/api/",
            "ALLIANCE_DATA_DIR": str(tmp_path / "data"),
        },
    )
    assert run.stderr
    try:
        said = next(line for line in run.stderr if "does not answer" in line)
        assert "Ctrl-C stops" in said
        run.send_signal(signal.SIGINT)
        assert run.wait(timeout=20) == 0
    finally:
        run.kill()
