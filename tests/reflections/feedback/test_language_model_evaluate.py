"""`evaluate --engine openai` and `check`, as processes, with a server on this machine."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from pathlib import Path

from tests.reflections.feedback.model_server import ModelServer, reading
from tests.reflections.feedback.test_language_model import NOTE, server

__all__ = ["server"]
ROWS = [
    {"id": "a", "text": NOTE, "empathy": "strong", "partnership": "partial",
     "expectations": "not_evident", "safety": "none", "encounter": True},
    {"id": "b", "text": "Siobhan cried; I waited.", "empathy": "partial",
     "partnership": "not_evident", "expectations": "not_evident"},
    {"id": "c", "text": "I can't go on like this.", "empathy": "not_evident",
     "partnership": "not_evident", "expectations": "not_evident", "safety": "clinician_distress"},
]  # fmt: skip


PATIENT = {"ALLIANCE_MODEL_TIMEOUT": "60", "ALLIANCE_MODEL_DEADLINE": "60"}
"""For a process that imports everything anew while other tests run."""


def figures(out: str) -> dict[str, tuple[str, str]]:
    """The lines that hold both engines side by side."""
    pairs = re.findall(r"^(\S.*?) {2,}([\d.]+|not measured) {2}([\d.]+|not measured)$", out, re.M)
    return {name: (rules, model) for name, rules, model in pairs}


async def evaluate(*arguments: str, **environment: str) -> tuple[int, str, str]:
    return await alliance("evaluate", *arguments, **environment)


async def alliance(*arguments: str, **environment: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments,
        cwd=Path(__file__).parents[3],
        env={**{k: v for k, v in os.environ.items() if "OPENAI" not in k}, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


async def test_agreement_tokens_and_cost_and_a_second_run_from_the_cache(
    server: ModelServer, tmp_path: Path
) -> None:
    file, cache = tmp_path / "rows.jsonl", tmp_path / "cache"
    file.write_text("\n".join(map(json.dumps, ROWS)), encoding="utf-8")
    settings = {
        "OPENAI_API_KEY": "k",
        "OPENAI_BASE_URL": server.url,
        "ALLIANCE_MODEL": "made-up",
        "ALLIANCE_MODEL_PRICE_IN": "2",
        "ALLIANCE_MODEL_PRICE_OUT": "8",
        "OPENAI_LOG": "debug",
        **PATIENT,
    }
    given = (str(file), "--engine", "openai", "--cache", str(cache))
    code, out, err = await evaluate(*given, **settings)
    assert code == 0, err
    assert server.notes == [NOTE], "neither what identifies nor what comes before coaching is sent"
    assert "empathy: kappa" in out and "safety, recall             1.000" in out
    assert "read by model            1 notes" in out
    assert "not sent, screen         1 notes" in out
    assert "tokens in, out           1000, 200" in out
    assert "price of this run        0.0036" in out
    beside = figures(out)
    assert beside["empathy, kappa"] and beside["safety, recall"] == ("1.000", "1.000")
    assert beside["price of 1,000 notes"] == ("0.000", "3.600")
    assert "not measured" not in beside["seconds a note, median"]
    assert "scared" not in out + err and "Siobhan" not in out + err, "whatever the library logs"

    code, out, err = await evaluate(*given, **settings)
    assert code == 0, err
    assert len(server.requests) == 1
    assert "from the cache           1 notes" in out
    assert "tokens in, out           0, 0" in out
    assert figures(out)["price of 1,000 notes"] == ("0.000", "3.600"), "what it cost when it did"
    assert figures(out)["seconds a note, median"][1] == beside["seconds a note, median"][1]
    (kept,) = cache.iterdir()
    assert kept.stat().st_mode & 0o077 == 0

    server.reads = lambda note: reading(("P1", "asked when it worries him most"))
    code, out, _ = await evaluate(*given, **{**settings, "ALLIANCE_MODEL": "another"})
    assert code == 0 and len(server.requests) == 2, "another model has its own replies"


async def test_what_is_missing_is_named(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"text": "x"}', encoding="utf-8")
    code, _, err = await evaluate(str(file), "--engine", "openai")
    assert code == 2 and "OPENAI_API_KEY" in err
    key = {"OPENAI_API_KEY": "k"}
    code, _, err = await evaluate(str(file), "--engine", "openai", **key, ALLIANCE_MODELS="off")
    assert code == 2 and "ALLIANCE_MODELS" in err
    code, _, err = await evaluate(str(file), "--engine", "openai", **key)
    assert code == 2 and "--cache" in err
    code, _, err = await evaluate(
        str(file), "--engine", "openai", "--cache", str(tmp_path / "c"), **key
    )
    assert code == 2 and "row 1 has no empathy" in err


async def test_check_asks_the_model_once(server: ModelServer, tmp_path: Path) -> None:
    settings = {
        "OPENAI_API_KEY": "k",
        "OPENAI_BASE_URL": server.url,
        "ALLIANCE_MODEL": "made-up",
        "ALLIANCE_DATA_DIR": str(tmp_path / "data"),
        **PATIENT,
    }
    _, out, _ = await alliance("check", **settings)
    assert "ok    language model: made-up answers" in out
    server.breaks("401")
    code, out, _ = await alliance("check", **settings)
    assert code == 1 and "WRONG language model: made-up gave no reading" in out
    assert len(server.requests) == 2
    _, out, _ = await alliance("check", **settings, ALLIANCE_MODELS="off")
    assert "ok    language model: off" in out and len(server.requests) == 2
