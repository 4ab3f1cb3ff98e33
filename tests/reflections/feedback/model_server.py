"""A real HTTP server that speaks the protocol of chat completions, and breaks on demand."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import openai
from aiohttp import web
from aiohttp.test_utils import TestServer

assert openai, "its import takes seconds on a busy machine, which no deadline of a test allows for"

Reading = dict[str, Any]
NO_READING: Reading = {
    "encounter": True,
    "safety": "none",
    "acts": [],
    "strength": "",
    "opening": "",
    "next_step": "",
}


def reading(*acts: tuple[str, str], **changes: Any) -> Reading:
    """An answer with these (code, quote) acts."""
    return {
        **NO_READING,
        "acts": [{"code": code, "quote": quote} for code, quote in acts],
        **changes,
    }


class ModelServer:
    """``reads`` makes the answer to a note; ``fault`` names how the server misbehaves, and
    ``times`` holds how often it does (None for always). Every request is kept."""

    FAULTS = (
        "hang", "drip", "disconnect", "half", "429", "429 later", "redirect", "400", "401", "404",
        "500", "503", "html", "not json", "no choices", "prose", "wrong shape", "unknown safety",
        "cut off", "cut off but whole", "refusal", "filtered", "empty", "no content", "no acts",
        "invented quotes",
    )  # fmt: skip

    def __init__(self) -> None:
        self.reads: Callable[[str], Reading] = lambda note: NO_READING
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.fault = ""
        self.times: int | None = None
        self.broke = False
        self.unknown: set[str] = set()
        self.elsewhere = ""
        self.usage: dict[str, int] | None = {"prompt_tokens": 1000, "completion_tokens": 200}
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self._complete)
        self._server = TestServer(app)
        self._hung = asyncio.Event()

    async def start(self) -> None:
        await self._server.start_server()

    async def stop(self) -> None:
        self._hung.set()
        await self._server.close()

    @property
    def url(self) -> str:
        """The base URL of the API."""
        return str(self._server.make_url("/v1"))

    def breaks(self, fault: str, times: int | None = None) -> None:
        self.fault, self.times = fault, times
        self.broke = True

    @property
    def notes(self) -> list[str]:
        """The notes it was asked to read."""
        return [json.loads(r["messages"][-1]["content"])["note"] for r in self.requests]

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        self.requests.append(asked)
        self.headers.append(dict(request.headers))
        fault = self.fault if self.times is None or self.times > 0 else ""
        if fault and self.times is not None:
            self.times -= 1
        for name in sorted(self.unknown):
            if name in asked or (
                name == "json_schema" and name in str(asked.get("response_format"))
            ):
                return _error(400, f"Unrecognized request argument supplied: {name}")
        note = json.loads(asked["messages"][-1]["content"])["note"]
        if fault:
            return await self._misbehave(fault, request, note)
        return self._answer(json.dumps(self.reads(note)))

    async def _misbehave(self, fault: str, request: web.Request, note: str) -> web.StreamResponse:
        whole = json.dumps(self.reads(note))
        match fault:
            case "hang":
                await self._hung.wait()
                return _error(500, "too late")
            case "disconnect":
                assert request.transport
                request.transport.abort()
                return web.Response()
            case "half":
                response = web.StreamResponse(headers={"Content-Type": "application/json"})
                await response.prepare(request)
                await response.write(b'{"id": "x", "choices": [{"mess')
                assert request.transport
                request.transport.close()
                return response
            case "429":
                return _error(429, "Rate limit reached")
            case "429 later":
                return _error(429, f"Rate limit reached for {note}", {"Retry-After": "120"})
            case "400" | "401" | "404" | "500" | "503":
                return _error(int(fault), f"cannot do it: {note}")
            case "redirect":
                return web.Response(status=307, headers={"Location": self.elsewhere or "/v1/other"})
            case "drip":
                response = web.StreamResponse(headers={"Content-Type": "application/json"})
                await response.prepare(request)
                while not self._hung.is_set():
                    await response.write(b" ")
                    await asyncio.sleep(0.02)
                return response
            case "html":
                return web.Response(text="<html>Bad gateway</html>", content_type="text/html")
            case "not json":
                return web.Response(text="{oops", content_type="application/json")
            case "no choices":
                return web.json_response({"id": "x", "object": "chat.completion", "choices": []})
            case "prose":
                return self._answer("Here is what I think of this note: it is lovely.")
            case "wrong shape":
                return self._answer('{"levels": {"empathy": "strong"}}')
            case "unknown safety":
                return self._answer(json.dumps({**self.reads(note), "safety": "fine"}))
            case "cut off":
                return self._answer(whole[: len(whole) // 2], reason="length")
            case "cut off but whole":
                return self._answer(whole, reason="length")
            case "refusal":
                return self._answer(None, refusal="I can't help with that.")
            case "filtered":
                return self._answer("", reason="content_filter")
            case "empty":
                return self._answer("")
            case "no content":
                return self._answer(None)
            case "no acts":
                return self._answer(json.dumps(NO_READING))
            case "invented quotes":
                made = reading(
                    ("cue_emotion", "he wept about his late brother"),
                    ("resp_closed", "laughed and left the room"),
                )
                return self._answer(json.dumps(made))
        raise AssertionError(fault)

    def _answer(
        self, content: str | None, *, reason: str = "stop", refusal: str | None = None
    ) -> web.Response:
        return web.json_response(
            {
                "id": "chatcmpl-1",
                "object": "chat.completion",
                "created": 1,
                "model": "made-up",
                "choices": [
                    {
                        "index": 0,
                        "finish_reason": reason,
                        "message": {"role": "assistant", "content": content, "refusal": refusal},
                    }
                ],
                **({"usage": _usage(self.usage)} if self.usage else {}),
            }
        )


def _usage(counts: dict[str, int]) -> dict[str, int]:
    return {**counts, "total_tokens": sum(counts.values())}


def _error(status: int, message: str, headers: dict[str, str] | None = None) -> web.Response:
    body = {"error": {"message": message, "type": "server_error", "param": None, "code": None}}
    return web.json_response(body, status=status, headers=headers)
