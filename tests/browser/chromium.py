"""Chromium, driven over its own DevTools protocol: what a person does, and waits for what they see.

Nothing here sleeps: a wait is a question that the page itself answers when its answer is yes.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless=new",
    "--no-sandbox",  # it only ever opens our own page; containers have no user namespaces
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
)
WAIT_SECONDS = 10
KEYS = {
    "Enter": ("Enter", 13, "\r"),
    "Tab": ("Tab", 9, ""),
    "Escape": ("Escape", 27, ""),
    "ArrowDown": ("ArrowDown", 40, ""),
    "ArrowUp": ("ArrowUp", 38, ""),
    "ArrowRight": ("ArrowRight", 39, ""),
    "Space": ("Space", 32, " "),
}

# The page's side. `find` looks for what a person sees: an element that is drawn, is not behind a
# modal, and has this name (its label, what labels it, or its text).
HELPERS = """
window.find = (selector, name) => [...document.querySelectorAll(selector)].filter((node) => {
  if (!node.checkVisibility({ visibilityProperty: true })) return false;
  const modal = [...document.querySelectorAll("dialog[open]")].at(-1);
  if (modal && !modal.contains(node)) return false;
  if (name == null) return true;
  const copy = node.cloneNode(true);
  copy.querySelectorAll('[aria-hidden="true"]').forEach((part) => part.remove());
  const said = node.getAttribute("aria-label") ?? node.labels?.[0]?.textContent ?? copy.textContent;
  return said.replace(/\\s+/g, " ").trim().startsWith(name);
}).at(-1);
window.until = (question, seconds) => new Promise((done) => {
  const end = performance.now() + seconds * 1000;
  const look = () => {
    let answer = null;
    try { answer = question(); } catch (problem) { answer = null; }
    if (answer || performance.now() > end) done(answer instanceof Node ? true : answer || null);
    else setTimeout(look, 15);
  };
  look();
});
"""


class NoChromium(Exception):
    """There is no browser; the message says how to come by one."""


def executable() -> str:
    """Where Chromium is: ``CHROMIUM`` names one, otherwise the search path does."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        raise NoChromium(
            "The browser tests need Chromium: `apt-get install chromium`, or set CHROMIUM to the "
            "path of Chrome or Chromium."
        )
    return found


class Chromium:
    """One browser process with a profile of its own, thrown away on :meth:`stop`."""

    def __init__(self) -> None:
        binary = executable()
        self._profile = tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True)
        self._process = subprocess.Popen(
            [binary, *FLAGS, f"--user-data-dir={self._profile.name}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        said = []
        for line in self._process.stderr or ():
            said.append(line)
            if line.startswith("DevTools listening on "):
                self.address = line.split()[-1]
                return
        raise NoChromium(f"{binary} did not start: {''.join(said[-5:])}")

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
        self._profile.cleanup()

    @asynccontextmanager
    async def page(self, url: str) -> AsyncIterator[Page]:
        """A window of its own, with cookies and storage of its own, at this address."""
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(self.address, max_msg_size=0) as socket,
        ):
            page = Page(socket)
            listening = asyncio.create_task(page.listen())
            try:
                await page.open(url)
                yield page
                await page.send("Target.disposeBrowserContext", {"browserContextId": page.context})
            finally:
                listening.cancel()


class Page:
    """One window. ``problems`` are the errors that its scripts and its console have reported."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.problems: list[str] = []
        self.context = ""
        self._socket = socket
        self._session: str | None = None
        self._ids = itertools.count(1)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}

    async def listen(self) -> None:
        async for frame in self._socket:
            message = json.loads(frame.data)
            if answer := self._answers.pop(message.get("id", 0), None):
                answer.set_result(message)
            elif message.get("method") == "Runtime.exceptionThrown":
                details = message["params"]["exceptionDetails"]
                self.problems.append(details.get("exception", {}).get("description", str(details)))
            elif message.get("method") == "Log.entryAdded":
                entry = message["params"]["entry"]
                if entry["level"] == "error":
                    self.problems.append(f"{entry['text']} {entry.get('url', '')}")

    async def send(self, method: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """One command of the protocol; raises RuntimeError for one that is refused."""
        number = next(self._ids)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        frame: dict[str, Any] = {"id": number, "method": method, "params": params or {}}
        if self._session and not method.startswith("Target."):
            frame["sessionId"] = self._session
        await self._socket.send_json(frame)
        message = await asyncio.wait_for(answer, WAIT_SECONDS * 3)
        if "error" in message:
            raise RuntimeError(f"{method}: {message['error']['message']}")
        return dict(message["result"])

    async def open(self, url: str) -> None:
        self.context = (await self.send("Target.createBrowserContext"))["browserContextId"]
        where = {"url": "about:blank", "browserContextId": self.context}
        target = (await self.send("Target.createTarget", where))["targetId"]
        attached = await self.send("Target.attachToTarget", {"targetId": target, "flatten": True})
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            await self.send(f"{domain}.enable")
        await self.send("Emulation.setFocusEmulationEnabled", {"enabled": True})
        await self.send("Page.addScriptToEvaluateOnNewDocument", {"source": HELPERS})
        await self.size(1100, 760)
        await self.send("Page.navigate", {"url": url})
        await self.see("#messages, #panel")

    async def size(self, width: int, height: int, *, phone: bool = False) -> None:
        """The window's size in CSS pixels."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone}
        await self.send("Emulation.setDeviceMetricsOverride", metrics)

    async def prefer(self, **features: str) -> None:
        """Media preferences, such as ``prefers_color_scheme="dark"``."""
        rows = [{"name": k.replace("_", "-"), "value": v} for k, v in features.items()]
        await self.send("Emulation.setEmulatedMedia", {"features": rows})

    async def run(self, script: str) -> Any:
        """The value of an expression; a promise is awaited. Raises RuntimeError."""
        question = {"expression": script, "awaitPromise": True, "returnByValue": True}
        answer = await self.send("Runtime.evaluate", question)
        if "exceptionDetails" in answer:
            raise RuntimeError(str(answer["exceptionDetails"].get("exception", answer)))
        return answer["result"].get("value")

    async def until(self, question: str, what: str = "") -> Any:
        """Waits until a JavaScript expression is true; AssertionError with what stands there."""
        found = await self.run(f"until(() => ({question}), {WAIT_SECONDS})")
        if not found:
            shown = await self.run(
                "(document.querySelector('dialog[open]') ?? document.body)?.innerText"
            )
            raise AssertionError(f"{what or question} did not come about; the page shows:\n{shown}")
        return found

    async def see(self, selector: str, name: str | None = None) -> str:
        """Waits for an element, by what a person would call it; returns its text."""
        script = f"find({json.dumps(selector)}, {json.dumps(name)})"
        await self.until(f"Boolean({script})", f"{selector} {name or ''}".strip())
        return str(await self.run(f"{script}.innerText"))

    async def reads(self, text: str) -> None:
        """Waits until these words can be read, in the modal where one is open."""
        said = "(document.querySelector('dialog[open]') ?? document.body).innerText"
        await self.until(f"{said}.includes({json.dumps(text)})", repr(text))

    async def gone(self, selector: str, name: str | None = None) -> None:
        """Waits until there is no such element."""
        await self.until(f"!find({json.dumps(selector)}, {json.dumps(name)})", f"no {selector}")

    async def click(
        self,
        selector: str,
        name: str | None = None,
        meanwhile: Callable[[], Awaitable[Any]] | None = None,
    ) -> None:
        """A click of the mouse in the middle of an element that nothing covers; ``meanwhile``
        happens between press and release."""
        script = f"""(() => {{
          const node = find({json.dumps(selector)}, {json.dumps(name)});
          if (!node) return null;
          node.scrollIntoView({{ block: "nearest" }});
          const box = node.getBoundingClientRect();
          const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
          const top = document.elementFromPoint(x, y);
          return node.contains(top) ? [x, y] : null;
        }})()"""
        x, y = await self.until(script, f"{selector} {name or ''} to click")
        await self._mouse("mousePressed", x, y)
        if meanwhile:
            await meanwhile()
        await self._mouse("mouseReleased", x, y)

    async def _mouse(self, kind: str, x: float, y: float) -> None:
        event = {"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1}
        await self.send("Input.dispatchMouseEvent", event)

    async def point(self, x: float, y: float) -> None:
        """Moves the mouse there."""
        await self.send("Input.dispatchMouseEvent", {"type": "mouseMoved", "x": x, "y": y})

    async def write(self, text: str) -> None:
        """Types into what has the focus."""
        await self.send("Input.insertText", {"text": text})

    async def fill(self, selector: str, text: str, name: str | None = None) -> None:
        """Replaces what stands in a field."""
        await self.click(selector, name)
        await self.run("document.activeElement.select?.()")
        await self.write(text)

    async def attach(self, selector: str, file: Path) -> None:
        """Chooses a file where the page asks for one."""
        handle = await self.send(
            "Runtime.evaluate", {"expression": f"document.querySelector({json.dumps(selector)})"}
        )
        where = {"files": [str(file)], "objectId": handle["result"]["objectId"]}
        await self.send("DOM.setFileInputFiles", where)

    async def press(self, key: str, *, shift: bool = False) -> None:
        """A key of the keyboard."""
        code, number, text = KEYS[key]
        event = {
            "key": " " if key == "Space" else key,
            "code": code,
            "windowsVirtualKeyCode": number,
            "modifiers": 8 if shift else 0,
        }
        await self.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": text, **event})
        await self.send("Input.dispatchKeyEvent", {"type": "keyUp", **event})

    async def tab_to(self, selector: str, name: str | None = None) -> None:
        """Tab, as often as it takes (60 times at most), until the focus is there."""
        wanted = f"find({json.dumps(selector)}, {json.dumps(name)})"
        await self.see(selector, name)
        for _ in range(60):
            if await self.run(f"document.activeElement === {wanted}"):
                return
            await self.press("Tab")
        raise AssertionError(f"the Tab key does not reach {selector} {name or ''}")

    async def picture(self, file: Path) -> None:
        """A screenshot, as PNG."""
        answer = await self.send("Page.captureScreenshot", {"format": "png"})
        await asyncio.to_thread(file.write_bytes, base64.b64decode(answer["data"]))
