"""Fetching a link that somebody gave: from a real https server, and never from within."""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot import fetch as fetching
from bot.fetch import FetchError, fetch, is_public

CALENDAR = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


class Names(AbstractResolver):
    """Names that lead to the test's server, or wherever; each look gives the next address."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.addresses: dict[str, list[str]] = {}
        self.looks = 0

    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[ResolveResult]:
        self.looks += 1
        known = self.addresses.get(host, ["127.0.0.1"])
        address = known.pop(0) if len(known) > 1 else known[0]
        version = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [
            ResolveResult(
                hostname=host, host=address, port=self.port, family=version, proto=0, flags=0
            )
        ]

    async def close(self) -> None: ...


class Server:
    """``calendar.test`` and ``other.test`` over https, with a certificate that the test trusts."""

    def __init__(self, names: Names, trust: ssl.SSLContext) -> None:
        self.names = names
        self.trust = trust
        self.answers: dict[str, Callable[[], web.StreamResponse]] = {}
        self.asked: list[str] = []
        self.slow = 0.0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        await asyncio.sleep(self.slow)
        return self.answers.get(request.path, lambda: web.Response(body=CALENDAR))()

    async def fetch(self, link: str, **how: Any) -> bytes:
        """As the product fetches, but for this one server, which is not public."""
        how = {"allowed": lambda a: str(a) == "127.0.0.1" or is_public(a)} | how
        return await fetch(link, resolver=self.names, trust=self.trust, **how)

    async def reason(self, link: str, **how: Any) -> str:
        with pytest.raises(FetchError) as caught:
            await self.fetch(link, **how)
        return caught.value.reason


def certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "calendar.test")])
    now = dt.datetime.now(dt.UTC)
    names = [x509.DNSName("calendar.test"), x509.DNSName("other.test")]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    path.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + made.public_bytes(pem)
    )
    return path


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    path = certificate(tmp_path)
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(path)
    made = Server(Names(0), ssl.create_default_context(cafile=path))
    app = web.Application()
    app.router.add_get("/{path:.*}", made.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=serving).start()
    made.names.port = runner.addresses[0][1]
    yield made
    await runner.cleanup()


def moved(to: str) -> Callable[[], web.StreamResponse]:
    return lambda: web.Response(status=302, headers={"Location": to})


async def test_a_calendar_is_fetched_also_when_it_has_moved(server: Server) -> None:
    assert await server.fetch("https://calendar.test/a.ics") == CALENDAR
    server.answers["/old.ics"] = moved("/a.ics")
    server.answers["/older.ics"] = moved("https://other.test/old.ics")
    assert await server.fetch("https://calendar.test/older.ics") == CALENDAR


@pytest.mark.parametrize(
    "link",
    [
        "http://calendar.test/a.ics",
        "file:///etc/passwd",
        "ftp://calendar.test/a.ics",
        "https://",
        "https:///a.ics",
        "https://amara:secret@calendar.test/a.ics",
        "calendar.test/a.ics",
        "",
        "https://[::1",
    ],
)
async def test_nothing_but_https_is_asked(server: Server, link: str) -> None:
    assert await server.reason(link) in ("not_https", "unreachable")
    assert server.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.7", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "224.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1", "240.0.0.1",
        "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "fec0::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "2001:db8::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    ],
)  # fmt: skip
async def test_an_address_that_is_not_public_is_never_connected_to(
    server: Server, address: str
) -> None:
    assert not is_public(ipaddress.ip_address(address))
    server.names.addresses["calendar.test"] = [address]
    assert await server.reason("https://calendar.test/a.ics", allowed=is_public) == "private"
    literal = f"[{address}]" if ":" in address else address
    reason = await server.reason(f"https://{literal}:{server.names.port}/a", allowed=is_public)
    assert reason in ("private", "unreachable")
    assert server.asked == []


@pytest.mark.parametrize("host", ["2130706433", "127.1", "0x7f.1", "0177.0.0.1", "localhost"])
async def test_odd_names_of_this_machine_are_not_taken(host: str) -> None:
    """With the system's own resolver."""
    with pytest.raises(FetchError) as caught:
        await fetch(f"https://{host}/a.ics")
    assert caught.value.reason in ("private", "unreachable", "not_https")


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses_are(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


async def test_a_redirect_to_within_is_not_followed(server: Server) -> None:
    server.names.addresses["other.test"] = ["10.0.0.7"]
    server.answers["/a.ics"] = moved("https://other.test/within.ics")
    assert await server.reason("https://calendar.test/a.ics") == "private"
    server.answers["/a.ics"] = moved("https://169.254.169.254/latest/meta-data/")
    assert await server.reason("https://calendar.test/a.ics") == "private"
    server.answers["/a.ics"] = moved("http://calendar.test/plain.ics")
    assert await server.reason("https://calendar.test/a.ics") == "not_https"
    assert set(server.asked) == {"/a.ics"}


async def test_a_name_that_changes_its_address_gains_nothing(server: Server) -> None:
    """What is connected to is what was looked at, not what a second look would give."""
    server.names.addresses["calendar.test"] = ["127.0.0.1", "10.0.0.7"]
    assert await server.fetch("https://calendar.test/a.ics") == CALENDAR
    assert server.names.looks == 1
    assert await server.reason("https://calendar.test/a.ics") == "private"
    server.names.addresses["calendar.test"] = ["127.0.0.1", "10.0.0.7"]
    server.answers["/a.ics"] = moved("/b.ics")
    assert await server.reason("https://calendar.test/a.ics") == "private"
    assert server.asked == ["/a.ics", "/a.ics"]


async def test_answers_that_are_large_endless_or_slow_are_cut_off(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MOST_BYTES", 1000)
    server.answers["/large"] = lambda: web.Response(body=b"x" * 1001)
    assert await server.reason("https://calendar.test/large") == "too_large"
    server.answers["/round"] = moved("/round")
    assert await server.reason("https://calendar.test/round") == "refused"
    assert server.asked.count("/round") == 4
    server.answers["/gone"] = lambda: web.Response(status=410)
    assert await server.reason("https://calendar.test/gone") == "refused"

    server.slow = 5
    assert await server.reason("https://calendar.test/slow", seconds=0.2) == "too_long"


async def test_a_certificate_that_nobody_vouches_for_is_refused(server: Server) -> None:
    with pytest.raises(FetchError) as caught:
        await fetch("https://calendar.test/a", resolver=server.names, allowed=lambda _: True)
    assert caught.value.reason == "unreachable" and server.asked == []
