"""The page in its main states, judged by axe: nothing serious, nothing critical."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest

from bot.demo import AMARA, CHANNEL, LEILA
from bot.playground.server import Playground
from tests.browser.chromium import Page
from tests.browser.test_walk import NAMED, bring_a_note, command

GRAVE = ("serious", "critical")


@pytest.fixture(scope="session")
def axe() -> str:
    return (files("axe_core_python") / "axe.min.js").read_text("utf-8")


async def judge(page: Page, axe: str, where: str) -> None:
    """Fails with rule, element and remedy of each grave finding."""
    if not await page.run("Boolean(window.axe)"):
        await page.run(f"{axe};0")
    # Colours are judged as they are, not half-way through a transition.
    await page.run("Promise.all(document.getAnimations().map((a) => a.finished))")
    answer = await page.run("axe.run(document, { resultTypes: ['violations'] })")
    found = [
        f"{v['id']} ({v['impact']}): {n['html'][:160]}\n    {n['failureSummary']}"
        for v in answer["violations"]
        if v["impact"] in GRAVE
        for n in v["nodes"]
    ]
    assert not found, f"{where}:\n" + "\n".join(found)
    assert len(json.dumps(answer["passes"])) > 1000, "the rules did run"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1100, 375])
async def test_no_state_has_a_grave_finding(
    page: Page, slack: Playground, axe: str, scheme: str, width: int
) -> None:
    await page.prefer(prefers_color_scheme=scheme, prefers_reduced_motion="reduce")
    await page.size(width, 760, phone=width < 720)
    await judge(page, axe, "a prompt")

    await page.click("button", "Reflect")
    await page.click("dialog .primary")
    await page.see("dialog .error")
    await judge(page, axe, "a form with an error")
    await page.fill("dialog textarea", NAMED)
    await page.click("dialog .primary")
    await page.reads("Nothing has been kept")
    await judge(page, axe, "a marked note")
    await page.press("Escape")
    await page.gone("dialog")

    await bring_a_note(page)
    await slack.react(AMARA.id, "heart", slack.messages(AMARA.id)[-1]["ts"])
    await page.see(".reaction")
    await judge(page, axe, "feedback")
    await command(page, "/alliance help")
    await page.see(".ephemeral")
    await page.click("#composer")
    await page.write("/")
    await page.see("#commands li")
    await judge(page, axe, "help and the menu of commands")
    await page.fill("#composer", "")

    await command(page, "/alliance history")
    await page.see("dialog")
    await judge(page, axe, "history")
    await page.press("Escape")
    await page.gone("dialog")

    await page.click("[role=tab]", "Home")
    await page.see(".home-body")
    await judge(page, axe, "Home")

    await slack.say(LEILA.id, "a question", channel=CHANNEL)
    if width < 720:
        await page.click(".menu-button")
    await page.see(".side-row.unread")
    await judge(page, axe, "the sidebar with something new")
    await page.click(".side-row", "team-alliance")
    await page.see(".message")
    await judge(page, axe, "a channel")


async def test_the_judge_does_find_what_is_wrong(page: Page, axe: str) -> None:
    await page.see("button", "Reflect")
    await page.run("document.querySelector('#main').append(document.createElement('button'))")
    await page.run("document.querySelector('.head h1').style.color = '#ccc'")
    with pytest.raises(AssertionError, match=r"(?s)color-contrast.*button-name|button-name.*color"):
        await judge(page, axe, "a page with two faults")
