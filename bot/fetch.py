"""Fetching what a person has linked to, such as a calendar, or given to Slack, without being led
astray.

Whoever gives a link chooses where this server connects to. So: https alone; no address that is not
public, whatever the name resolves to, by whatever redirects; no large, slow or endless answers.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

MOST_BYTES = 4 << 20
MOST_SECONDS = 20
MOST_REDIRECTS = 3
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_HEADERS = {"Accept": "text/calendar", "Accept-Encoding": "identity", "User-Agent": "alliance-bot"}

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class FetchError(Exception):
    """Nothing was fetched: ``reason`` is ``not_https``, ``private``, ``unreachable``, ``refused``,
    ``too_large`` or ``too_long``. It names neither the link nor what came back."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def is_public(address: IPAddress) -> bool:
    """Whether an address is one that anybody may reach; never one that hides another in it."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        if address.sixtofour or address.teredo or address in _NAT64 or address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


async def fetch(
    link: str,
    *,
    allowed: Callable[[IPAddress], bool] = is_public,
    resolver: AbstractResolver | None = None,
    trust: ssl.SSLContext | None = None,
    seconds: float = MOST_SECONDS,
) -> bytes:
    """What a link leads to, at most MOST_BYTES; raises FetchError."""
    private = False

    def connect_to(info: aiohttp.AddrInfoType) -> socket.socket:
        """Called with the very address that is connected to next, so that a name which resolves
        to another one the second time, or a number written oddly, makes no difference."""
        nonlocal private
        family, kind, proto, _, where = info
        if not allowed(ipaddress.ip_address(str(where[0]).partition("%")[0])):
            private = True
            raise PermissionError("not a public address")
        return socket.socket(family, kind, proto)

    connector = aiohttp.TCPConnector(
        socket_factory=connect_to,
        resolver=resolver,
        ssl=trust or True,
        use_dns_cache=False,
        force_close=True,
    )
    try:
        async with (
            asyncio.timeout(seconds),
            aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
            ) as session,
        ):
            return await _follow(session, link)
    except TimeoutError:
        raise FetchError("too_long") from None
    except aiohttp.InvalidURL:
        raise FetchError("not_https") from None
    except (aiohttp.ClientError, OSError, ValueError):
        raise FetchError("private" if private else "unreachable") from None


async def _follow(session: aiohttp.ClientSession, link: str) -> bytes:
    """Redirects are followed here, each looked at like the first link."""
    url = URL(link)
    for _ in range(MOST_REDIRECTS + 1):
        if url.scheme != "https" or not url.host or url.user or url.password:
            raise FetchError("not_https")
        async with session.get(url, allow_redirects=False, headers=_HEADERS) as answer:
            if answer.status in (301, 302, 303, 307, 308) and "Location" in answer.headers:
                url = url.join(URL(answer.headers["Location"]))
                continue
            if answer.status != 200:
                raise FetchError("refused")
            found = bytearray()
            async for chunk in answer.content.iter_chunked(1 << 16):
                found += chunk
                if len(found) > MOST_BYTES:
                    raise FetchError("too_large")
            return bytes(found)
    raise FetchError("refused")


async def download(
    client: AsyncWebClient,
    file: Mapping[str, Any],
    most_bytes: int = MOST_BYTES,
    seconds: float = MOST_SECONDS,
) -> bytes:
    """A file of Slack's, with the bot's own token, so it is asked of Slack alone; raises
    FetchError."""
    url = URL(str(file.get("url_private_download") or file.get("url_private") or ""))
    slack = url.scheme == "https" and (url.host or "").endswith(".slack.com")
    if not slack and (not url.host or url.origin() != URL(client.base_url).origin()):
        raise FetchError("unreachable")
    headers = {"Authorization": f"Bearer {client.token}"}
    try:
        async with (
            asyncio.timeout(seconds),
            aiohttp.ClientSession() as session,
            session.get(url, headers=headers) as answer,
        ):
            data = bytearray()
            async for chunk in answer.content.iter_chunked(1 << 16):
                data += chunk
                if len(data) > most_bytes:
                    raise FetchError("too_large")
            if answer.status != 200:
                raise FetchError("refused")
            return bytes(data)
    except (aiohttp.ClientError, OSError, TimeoutError):
        raise FetchError("unreachable") from None
