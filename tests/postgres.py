"""A real PostgreSQL for the tests: the one that is named, else one of our own, else a clear error.

``ALLIANCE_TEST_DATABASE_URL`` names a server on which databases may be made. Without it the
system's own binaries make a cluster in a temporary folder, reachable by a socket in there alone.
PostgreSQL refuses to run as root, so root hands it to another user.
"""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HOW = (
    "the tests of the PostgreSQL store need a PostgreSQL: install it (Debian: apt-get install "
    "postgresql), or set ALLIANCE_TEST_DATABASE_URL to a server on which databases may be made"
)


class NoPostgres(Exception):
    """There is none on this machine; the message says what to do."""


def binaries() -> Path:
    places = [Path(p).resolve().parent for p in (shutil.which("postgres"),) if p]
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    places += [Path("/opt/homebrew/opt/postgresql/bin"), Path("/usr/local/opt/postgresql/bin")]
    for place in places:
        if (place / "initdb").exists() and (place / "pg_ctl").exists():
            return place
    raise NoPostgres(HOW)


@contextmanager
def server() -> Iterator[str]:
    """The address of a server, for as long as the context lasts."""
    named = os.environ.get("ALLIANCE_TEST_DATABASE_URL")
    if named:
        yield named
        return
    bin = binaries()
    folder = Path(tempfile.mkdtemp(prefix="alliance-pg-"))
    user = None
    if os.geteuid() == 0:
        user = next((u for u in ("postgres", "nobody") if _known(u)), None)
        if user is None:
            raise NoPostgres(HOW)
        shutil.chown(folder, user)
    data = folder / "data"

    def run(*command: str) -> None:
        done = subprocess.run(
            command, user=user, cwd=folder, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise NoPostgres(f"{command[0]} failed: {done.stdout}{done.stderr}\n{HOW}")

    try:
        run(str(bin / "initdb"), "-D", str(data), "-A", "trust", "-U", "alliance", "-E", "UTF8")
        options = f"-k {folder} -c listen_addresses= -c max_connections=100"
        log = str(folder / "log")
        run(str(bin / "pg_ctl"), "-D", str(data), "-w", "-o", options, "-l", log, "start")
        try:
            yield f"postgresql://alliance@/postgres?host={folder}"
        finally:
            run(str(bin / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _known(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True


def new_database(address: str, template: str = "template1") -> str:
    """Make a database of its own on the server; its address."""
    import psycopg
    from sqlalchemy import make_url

    name = f"alliance_{os.getpid()}_{next(_number)}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return make_url(address).set(database=name).render_as_string(hide_password=False)


def drop_database(address: str, database: str) -> None:
    import psycopg
    from sqlalchemy import make_url

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{make_url(database).database}" WITH (FORCE)')


_number = itertools.count()
