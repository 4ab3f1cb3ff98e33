"""The commands that look after what is kept. They print counts and places, never a word of it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from bot.bootstrap import build_importer, build_store, load_parts
from bot.settings import Settings, SettingsError
from reflections.export import ExportError, from_json
from reflections.stores import StoreError, keeping
from reflections.stores.keeping import Checked
from reflections.stores.records import RecordStore
from reflections.stores.seal import MasterKey, master_key, new_master_text
from reflections.stores.tiny import TinyStore

T = TypeVar("T")
Say = Callable[[str], None]


def migrate(settings: Settings, say: Say) -> int:
    if not settings.alliance_database_url:
        say("No ALLIANCE_DATABASE_URL is set; the data folder needs no migration.")
        return 0
    from reflections.stores.postgres import migrate as upgrade

    upgrade(settings.alliance_database_url)
    say("The database's tables are up to date.")
    return 0


def backup(settings: Settings, to: Path, keys_to: Path, say: Say) -> int:
    if to.resolve() == keys_to.resolve() or to.resolve() in keys_to.resolve().parents:
        raise StoreError("--keys must be another place than the backup: who has both can read it")
    if settings.alliance_database_url:
        made = _opened(build_store(settings), lambda s: keeping.backup_store(s, to, keys_to))
    else:
        made = keeping.backup_folder(settings.alliance_data_dir, to, keys_to, _master(settings))
    return _report(f"Backed up to {to}, keys to {keys_to}", made, say)


def restore(settings: Settings, kept: Path, keys: Path, say: Say) -> int:
    """A backup of PostgreSQL has its own master key beside its keys."""
    own = keys / keeping.OWN_MASTER
    text = "" if own.exists() else settings.alliance_master_key
    file = own if own.exists() else _master_file(settings)
    store = build_store(settings)
    if not own.exists() and isinstance(store, TinyStore):
        master_key(text, file, may_make=False)  # the old one has to be there, not a new one
    made = _opened(store, lambda s: keeping.restore(kept, keys, text, file, s))
    return _report(f"Restored from {kept}", made, say)


def verify(settings: Settings, say: Say) -> int:
    if settings.alliance_database_url:
        found = _opened(build_store(settings), keeping.verify_store)
    else:
        folder = settings.alliance_data_dir
        if not (folder / "shards").is_dir():
            raise StoreError(f"there is no data in {folder} (ALLIANCE_DATA_DIR)")
        found = keeping.verify_folder(folder, folder / "keys", _master(settings))
    return _report("Read everything", found, say)


def migrate_store(settings: Settings, direction: str, say: Say) -> int:
    if not settings.alliance_database_url:
        raise SettingsError("ALLIANCE_DATABASE_URL is not set: the address of the PostgreSQL")
    from reflections.stores.postgres import PostgresStore
    from reflections.stores.postgres import migrate as upgrade

    upgrade(settings.alliance_database_url)
    tiny = TinyStore(
        settings.alliance_data_dir, settings.alliance_master_key, settings.alliance_master_key_file
    )
    postgres = PostgresStore(
        settings.alliance_database_url, settings.alliance_master_key, _master_file(settings)
    )

    async def copy(folder: RecordStore) -> Checked:
        await postgres.open()
        try:
            if direction == "to-postgres":
                return await keeping.copy(folder, postgres)
            return await keeping.copy(postgres, folder)
        finally:
            await postgres.close()

    made = _opened(tiny, copy)
    return _report("Copied and compared by count and hash", made, say)


def rotate_key(settings: Settings, say: Say) -> int:
    new = os.environ.get("ALLIANCE_NEW_MASTER_KEY", "")
    if settings.alliance_database_url:
        from reflections.stores.postgres import PostgresStore

        if not new:
            raise SettingsError(
                "ALLIANCE_NEW_MASTER_KEY is not set: put a new key there (`alliance-bot new-key`)"
            )
        store = build_store(settings)
        assert isinstance(store, PostgresStore)
        master = MasterKey(new, "ALLIANCE_NEW_MASTER_KEY")
        count = _opened(store, lambda _: store.rewrap(master))
    else:
        count = keeping.rotate_folder(
            settings.alliance_data_dir, settings.alliance_master_key, _master_file(settings), new
        )
    say(f"{count} keys are wrapped by the new master key.")
    if new:
        say("Now set ALLIANCE_MASTER_KEY (or the key's file) to it, and start the bot again.")
    say("Backups of keys from before still need the old one.")
    return 0


def import_reflections(settings: Settings, file: Path, owner: str, say: Say) -> int:
    """Bring an export back into somebody's history, as they could themselves in Slack."""
    try:
        given = from_json(file.read_bytes())
    except OSError as error:
        raise StoreError(f"cannot read {file}: {error.strerror}") from None
    except ExportError as error:
        raise StoreError(f"{file}: {error}") from None
    opened = build_store(settings)
    importer = build_importer(settings, opened, load_parts(settings))

    async def bring(store: RecordStore) -> int:
        if await store.clinician(owner) is None:
            raise StoreError(
                f"{owner} is not known here: it is the workspace's id, a hyphen and the person's "
                "id, such as T012AB3CD-U012AB3CD, and they have to have written to the bot once"
            )
        try:
            brought = await importer.bring_back(owner, await store.stone(owner), given)
        except ExportError as error:
            raise StoreError(f"{file}: {error}") from None
        for left in brought.left_out:
            why = ", ".join(sorted(left.kinds)) or left.reason.value
            say(f"NOT KEPT {left.what} {left.number}, of {left.day}: {why}")
        say(
            f"{brought.reflections} reflections and {brought.plans} plans are new; "
            f"{brought.there} were there already; {brought.too_old} are older than they keep them."
        )
        return 1 if brought.left_out else 0

    return _opened(opened, bring)


def new_key(settings: Settings, say: Say) -> int:
    say(new_master_text())
    return 0


def _opened(store: RecordStore, work: Callable[[RecordStore], Coroutine[Any, Any, T]]) -> T:
    async def run() -> T:
        await store.open()
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(run())


def _master_file(settings: Settings) -> Path:
    return settings.alliance_master_key_file or settings.alliance_data_dir / "master.key"


def _master(settings: Settings) -> MasterKey:
    return master_key(settings.alliance_master_key, _master_file(settings), may_make=False)


def _report(done: str, checked: Checked, say: Say) -> int:
    say(f"{done}: {checked.owners} people and teams, {checked.records} records.")
    for problem in checked.problems:
        say(f"WRONG {problem}")
    return 1 if checked.problems else 0
