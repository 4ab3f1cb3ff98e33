"""Draws docs/images/ anew: the demo on a fixed day, in Chromium. Run by `make screenshots`."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.demo import LEILA, DemoClock, demonstration
from tests.browser.chromium import Chromium, NoChromium, Page

IMAGES = Path(__file__).parent.parent / "docs" / "images"
LARGEST_BYTES = 150_000
TUESDAY = datetime(2026, 11, 24, 12, 30, 30, tzinfo=UTC)
NOTE = (
    "Siobhan was worried that the pain meant damage. I said I could see why that was frightening, "
    "and asked what she most wanted to get back to. The stairs, she said, so we chose two "
    "exercises together. I told her it would be better soon."
)


async def main() -> None:
    browser = Chromium()
    try:
        # The clock stands still, so that a picture differs only where the bot or the page does.
        async with (
            demonstration(DemoClock(TUESDAY, running=False)) as slack,
            browser.page(slack.url) as page,
        ):
            await page.prefer(prefers_color_scheme="light", prefers_reduced_motion="reduce")
            await walk(page)
    finally:
        browser.stop()


async def walk(page: Page) -> None:
    await page.size(960, 480)
    await page.see("button", "Reflect")
    await shoot(page, "prompt")

    await page.size(960, 640)
    await page.click("button", "Reflect")
    await page.fill("dialog textarea", NOTE)
    await page.click("dialog .primary")
    await page.until("find('dialog textarea').value.includes('[NAME]')", "the marked note")
    await shoot(page, "bounce")

    await page.fill("dialog textarea", NOTE.replace("Siobhan", "She"))
    await page.click("dialog .primary")
    await page.gone("dialog")
    await page.reads("What came through")
    await page.size(960, 720)
    await shoot(page, "feedback")
    await page.prefer(prefers_color_scheme="dark", prefers_reduced_motion="reduce")
    await shoot(page, "dark")
    await page.prefer(prefers_color_scheme="light", prefers_reduced_motion="reduce")

    await page.fill("#composer", "/alliance history")
    await page.press("Enter")
    await page.see("dialog")
    await page.size(960, 560)
    await shoot(page, "history")
    await page.press("Escape")
    await page.gone("dialog")

    await page.size(375, 760, phone=True)
    await page.click("[role=tab]", "Home")
    await page.see(".home-body")
    await shoot(page, "home-phone")

    await page.size(960, 480)
    await page.click(".side-row", LEILA.name)
    await page.see(".side-row[aria-pressed=true]", LEILA.name)
    await page.click("[role=tab]", "Messages")
    await page.fill("#composer", "/alliance tip")
    await page.press("Enter")
    await page.see("dialog .primary")
    await page.click("dialog label", "Now")
    await page.click("dialog .primary")
    await page.gone("dialog")
    await page.click(".side-row", "team-alliance")
    await page.see(".message .b-text")
    await shoot(page, "tip")

    await page.click(".side-row", "Alliance")
    await page.fill("#composer", "/alliance tips")
    await page.press("Enter")
    await page.see("dialog")
    await page.size(960, 720)
    await shoot(page, "calendar")


async def shoot(page: Page, name: str) -> None:
    """One picture, without the pointer's traces; raises ValueError where it is too large."""
    await page.run("document.activeElement?.blur()")
    await page.point(0, 0)
    await page.run(
        "new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
    )
    file = IMAGES / f"{name}.png"
    await page.picture(file)
    size = file.stat().st_size
    print(f"{file.relative_to(Path.cwd())}  {size // 1000} kB")
    if size > LARGEST_BYTES:
        raise ValueError(f"{file.name} has {size} bytes, more than {LARGEST_BYTES}")


if __name__ == "__main__":
    IMAGES.mkdir(parents=True, exist_ok=True)
    try:
        asyncio.run(main())
    except NoChromium as problem:
        sys.exit(str(problem))
