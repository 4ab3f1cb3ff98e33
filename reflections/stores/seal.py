"""Encryption at rest: AES-256-GCM, one data key an owner, each wrapped by one master key.

To forget an owner for good is to delete a key of 60 bytes: what a disk, a snapshot or a forgotten
copy still holds cannot be read any more.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from reflections.stores import StoreError, Unreadable

KEY_BYTES = 32
_NONCE_BYTES = 12
MENDING = (
    "Set ALLIANCE_MASTER_KEY, or ALLIANCE_MASTER_KEY_FILE, to the key that this data was kept "
    "under. Without it nothing here can be read, by anybody."
)


class SealBroken(Exception):
    """The data was not sealed with this key, for this place; or it was changed since."""


class Cipher:
    """Seals bytes with one key, each for one place: ``place`` is authenticated, not stored."""

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)

    def seal(self, data: bytes, place: str) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._aead.encrypt(nonce, data, place.encode())

    def unseal(self, sealed: bytes | memoryview, place: str) -> bytes:
        """Raises SealBroken."""
        try:
            return self._aead.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place.encode())
        except (InvalidTag, ValueError):
            raise SealBroken from None


class MasterKey:
    """Wraps the owners' data keys. Its text is 32 bytes in base64; its repr shows nothing of it."""

    def __init__(self, text: str, origin: str) -> None:
        """``origin`` names where the text came from, for the error."""
        try:
            key = base64.b64decode(text.strip(), validate=True)
        except binascii.Error:
            key = b""
        if len(key) != KEY_BYTES:
            raise StoreError(
                f"{origin} is not a master key: it must be {KEY_BYTES} random bytes in base64 "
                "(44 characters). `alliance-bot new-key` prints one."
            )
        self._cipher = Cipher(key)
        self._origin = origin

    def wrap(self, owner: str, key: bytes) -> bytes:
        return self._cipher.seal(key, f"key of {owner}")

    def unwrap(self, owner: str, wrapped: bytes) -> bytes:
        try:
            return self._cipher.unseal(wrapped, f"key of {owner}")
        except SealBroken:
            raise Unreadable(
                f"the master key from {self._origin} does not open the key of {owner}. {MENDING}"
            ) from None


def new_key() -> bytes:
    return os.urandom(KEY_BYTES)


def new_master_text() -> str:
    return base64.b64encode(new_key()).decode()


def master_key(text: str, file: Path, *, may_make: bool) -> MasterKey:
    """The master key from the environment's ``text``, else from ``file``.

    Where neither is there, a new one is written to ``file`` if ``may_make``: only for a store that
    holds nothing yet. Otherwise StoreError, because an empty history would be a lie.
    """
    if text:
        return MasterKey(text, "ALLIANCE_MASTER_KEY")
    try:
        return MasterKey(file.read_text("ascii"), str(file))
    except FileNotFoundError:
        if not may_make:
            raise StoreError(f"the master key is missing: there is no {file}. {MENDING}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(
            f"cannot read the master key {file}: {type(error).__name__}. {MENDING}"
        ) from None
    made = new_master_text()
    write_whole(file, made.encode() + b"\n")
    return MasterKey(made, str(file))


def tombstone(owner: str, key: bytes) -> str:
    """What is left of somebody who was erased: without the key it names nobody, and it fits only
    the data that was kept under that key, so that who comes back later is not erased again."""
    return hmac.new(key, f"erased {owner}".encode(), hashlib.sha256).hexdigest()


def write_whole(path: Path, data: bytes) -> None:
    """Replace a file as a whole, durably, readable by this user alone. StoreError if it cannot."""
    temporary = path.with_name(path.name + ".tmp")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise StoreError(f"cannot write {path}: {error.strerror}") from None


def sync_folder(folder: Path) -> None:
    """Make new, renamed and deleted names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
