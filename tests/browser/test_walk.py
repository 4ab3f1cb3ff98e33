"""A clinician's and a lead's way through the bot, in the page, with mouse and keyboard."""

from __future__ import annotations

from pathlib import Path

from bot.demo import AMARA, CHANNEL, LEILA
from bot.playground.server import Playground
from prompts.library import Library
from tests.browser.chromium import Page
from tests.reflections.test_calendars import WEEKLY, ics

NOTE = (
    "She said she was frightened of falling again. I asked what frightened her most, and we agreed "
    "to start with two steps by the window."
)
NAMED = NOTE.replace("She", "Siobhan", 1)


async def command(page: Page, text: str) -> None:
    await page.fill("#composer", text)
    await page.press("Enter")


async def bring_a_note(page: Page) -> None:
    """By the form, to the feedback that quotes it."""
    await page.click("button", "Reflect")
    await page.fill("dialog textarea", NOTE)
    await page.click("dialog .primary")
    await page.gone("dialog")
    await page.reads("I asked what frightened her most")


async def test_from_the_prompt_over_a_marked_note_to_feedback_and_history(
    page: Page, slack: Playground, library: Library
) -> None:
    await page.click("button", "Reflect")
    await page.fill("dialog textarea", NAMED)
    await page.click("dialog .primary")
    await page.until("find('dialog textarea').value.startsWith('[NAME] said')", "the marked note")
    await page.reads("Nothing has been kept")

    await page.fill("dialog textarea", NOTE)
    await page.click("dialog .primary")
    await page.gone("dialog")
    await page.see(".message", "Alliance")
    await page.reads(library.say("frame.strength"))
    await page.reads("“I asked what frightened her most")
    assert "Siobhan" not in str(slack.messages(AMARA.id))

    await page.click("button", library.say("frame.details"))
    await page.reads(library.say("frame.details_title"))
    await page.press("Escape")
    await page.gone("dialog")

    await command(page, "/alliance history")
    await page.reads("She said she was frightened of falling again")
    await page.click("dialog button", library.say("history.open"))
    await page.until("find('.modal-head [aria-label=Back]')", "the note, on top of the history")
    await page.click(".modal-head button", "Back")
    await page.click(".modal-head button", "Close")
    await page.gone("dialog")


async def test_a_leads_tip_reaches_the_channel_and_the_others_see_it_as_new(
    page: Page, slack: Playground, library: Library
) -> None:
    await page.click(".side-row", LEILA.name)
    await page.see(".side-row[aria-pressed=true]", LEILA.name)
    await command(page, "/alliance tip")
    await page.click("dialog label", "Now")
    await page.click("dialog .primary")
    await page.gone("dialog")
    await page.until("find('.side-row.unread')", "an unread mark on the channel")
    await page.click(".side-row", "team-alliance")
    (tip,) = slack.messages(CHANNEL)
    await page.see(".message[data-key]", "Alliance")
    await page.gone(".side-row.unread")

    await page.click(".side-row", "Ben Castillo")
    await page.see(".side-row[aria-pressed=true]", "Ben Castillo")
    await page.see(f'[data-key="{tip["ts"]}"]')
    await page.click(f'[data-key="{tip["ts"]}"] [aria-label="Add a reaction"]')
    await page.click(f'[data-key="{tip["ts"]}"] .emoji-menu button', "heart")
    await page.see(".reaction[aria-pressed=true]", "heart, 1: Ben Castillo")
    await page.click("button", library.say("tip.try"))
    await page.click("dialog .primary")
    await page.reads("It's in your list.")
    await page.press("Escape")
    await page.gone("dialog")


async def test_a_lead_writes_a_tip_sees_it_and_finds_it_in_the_calendar(
    page: Page, library: Library
) -> None:
    words = "Before you explain anything, ask what the person already knows."
    await page.click(".side-row", LEILA.name)
    await page.see(".side-row[aria-pressed=true]", LEILA.name)
    await command(page, "/alliance tip")
    await page.click("dialog button", library.say("tip.write_own"))
    await page.fill("dialog textarea", f"{words} @channel")
    await page.run("find('dialog select').selectedIndex = 1")
    await page.run("find('dialog select').dispatchEvent(new Event('change', {bubbles: true}))")
    await page.click("dialog .primary")
    await page.see("dialog .error")
    await page.fill("dialog textarea", words)
    await page.click("dialog .primary")
    await page.reads(library.say("tip.preview", channel="#team-alliance"))
    await page.reads(words)
    await page.click("dialog .primary")
    await page.gone("dialog")
    await command(page, "/alliance tips")
    await page.reads(words)
    await page.click("dialog button", "Close")
    await page.gone("dialog")


async def test_nobody_sees_anothers_messages_or_home(page: Page) -> None:
    await bring_a_note(page)
    for name in ("Ben Castillo", LEILA.name):
        await page.click(".side-row", name)
        await page.see(".side-row[aria-pressed=true]", name)
        await page.click("[role=tab]", "Home")
        await page.see(".home-body")
        everything = await page.run("JSON.stringify([document.body.innerText, document.title])")
        assert "frightened" not in everything
        await page.click("[role=tab]", "Messages")


async def test_forget_me_takes_everything_away(page: Page, library: Library) -> None:
    await bring_a_note(page)
    await command(page, "/alliance forget me")
    await page.fill("dialog input", "yes")
    await page.click("dialog .danger, dialog .primary")
    await page.see("dialog .error")
    await page.fill("dialog input", library.say("erase.word"))
    await page.click("dialog .danger, dialog .primary")
    await page.gone("dialog")
    await page.until("!find('#messages').innerText.includes('frightened')", "the messages gone")
    await command(page, "/alliance history")
    await page.reads(library.say("history.empty").split("`")[0])


async def test_with_the_keyboard_alone(page: Page) -> None:
    """From the top of the page to a note, its feedback, its Home, and back."""
    await page.press("Tab")
    await page.see("a.skip:focus")
    await page.tab_to("button", "Reflect")
    await page.press("Enter")
    await page.see("dialog textarea:focus")
    await page.write(NAMED)
    await page.tab_to("dialog .primary")
    await page.press("Enter")
    await page.until("find('dialog textarea').value.startsWith('[NAME]')", "the marked note")
    await page.see("dialog textarea:focus")
    await page.tab_to("dialog .primary")
    await page.press("Space")
    await page.gone("dialog")
    await page.reads("I asked what frightened her most")
    focus = await page.run("document.activeElement !== document.body")
    assert focus, "the focus is somewhere when the form has gone"

    await page.tab_to("#composer")
    await page.write("/")
    await page.see("#commands [aria-selected=true]", "/alliance")
    await page.press("Tab")
    await page.write("history")
    await page.press("Enter")
    await page.see("dialog")
    await page.press("Escape")
    await page.gone("dialog")

    await page.run("document.querySelector('#tab-messages').focus()")
    await page.press("ArrowRight")
    await page.see("#tab-home[aria-selected=true]:focus")
    await page.see(".home-body button")


async def test_the_clock_is_moved_from_the_page(page: Page, slack: Playground) -> None:
    await page.click(".bar-button", "Skip to after the next clinic")
    await page.until("document.querySelectorAll('.message').length === 2", "another prompt")
    await page.see("h2", "Thursday 26 November")


async def test_an_app_that_does_not_answer_is_said_so(page: Page, slack: Playground) -> None:
    slack.sockets.ack_timeout = 0.05
    slack.sockets.sockets.clear()
    await command(page, "/alliance help")
    await page.see("#toast", "This app didn’t respond")


async def test_a_click_counts_although_something_arrives_while_the_button_is_down(
    page: Page, slack: Playground
) -> None:
    async def arrives() -> None:
        drawn = await page.run("document.title")
        await slack.say(LEILA.id, "good morning", channel=CHANNEL)
        await page.run(
            "new Promise((seen) => { const s = new EventSource('/page/U0AMARA/stream');"
            " s.onmessage = () => { s.close(); setTimeout(seen, 50); }; })"
        )
        assert await page.run("document.title") == drawn, "the page waits"

    await page.click(".side-row", "Ben Castillo", meanwhile=arrives)
    await page.see(".side-row[aria-pressed=true]", "Ben Castillo")
    await page.see(".side-row.unread", "team-alliance")


async def test_a_message_is_changed_answered_in_a_thread_and_deleted(
    page: Page, slack: Playground
) -> None:
    await page.click(".side-row", "team-alliance")
    await page.fill("#composer", "frist & <last>")
    await page.press("Enter")
    await page.reads("frist & <last>")
    await page.press("ArrowUp")
    await page.until("find('#composer').value === 'frist & <last>'", "the message to change")
    await page.fill("#composer", "first & <last>")
    await page.press("Enter")
    await page.see(".edited")
    assert slack.messages(CHANNEL)[0]["text"] == "first &amp; &lt;last&gt;"

    await page.click(".message [aria-label='Reply in a thread']")
    await page.reads("Replying in a thread")
    await page.write("an answer")
    await page.press("Enter")
    await page.see(".replies .message", "Amara Obi")
    assert slack.messages(CHANNEL)[1]["thread_ts"] == slack.messages(CHANNEL)[0]["ts"]

    await page.click("[aria-label='Change the message']")
    await page.reads("Changing a message")
    await page.press("Escape")
    await page.until("find('#composer').value === '' && !find('.thread-note.shown')", "no change")
    await page.click("[aria-label='Delete the message']")
    await page.until("!document.body.innerText.includes('first &')", "the message gone")


async def test_a_picture_is_attached_and_shown(
    page: Page, slack: Playground, tmp_path: Path
) -> None:
    picture = tmp_path / "leaf.svg"
    picture.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">'
        '<circle cx="20" cy="20" r="18" fill="green"/></svg>'
    )
    await page.click(".side-row", "team-alliance")
    await page.see("h1", "#team-alliance")
    await page.attach("#files", picture)
    await page.until("find('.message img')?.naturalWidth === 40", "the picture")
    (message,) = slack.messages(CHANNEL)
    assert message["subtype"] == "file_share"
    assert message["files"][0]["mimetype"] == "image/svg+xml"


async def test_clinics_are_taken_from_a_calendar_file(
    page: Page, slack: Playground, library: Library, tmp_path: Path
) -> None:
    rota = tmp_path / "rota.ics"
    rota.write_bytes(ics(WEEKLY))
    await page.click("[role=tab]", "Home")
    await page.click("button", library.say("calendar.button"))
    await page.see("dialog .primary")
    await page.attach("dialog input[type=file]", rota)
    await page.until("Boolean(find('dialog input[type=file]').files.length)", "the file's name")
    await page.click("dialog .primary", library.say("calendar.form_submit"))
    kept = library.say("calendar.kept_file")
    await slack.wait_for(lambda: kept in str(slack.views(AMARA.id)), 60, "what came of it")
    await page.reads(kept)
    await page.click("dialog button", "Close")
    await page.gone("dialog")
    await page.reads("with “clinic” in the title")


async def test_buttons_of_the_home_tab_work_when_it_was_drawn_again(
    page: Page, library: Library
) -> None:
    await page.click("[role=tab]", "Home")
    await page.click("button", library.say("home.reminders_start"))
    await page.reads(library.say("home.reminders_stop"))
    await page.click("button", library.say("home.why"))
    await page.see("dialog h2", library.say("why.title"))
