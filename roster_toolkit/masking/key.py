"""The key of the pseudonyms: a random file beside the store, which no artifact holds."""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from pathlib import Path

from roster_toolkit.errors import ToolkitError, UsageError
from roster_toolkit.files import writable_folder
from roster_toolkit.store.model import store_path

#: The name of the key's file.
KEY_FILE = "mask-key.txt"
#: The environment variable that names another one.
KEY_VARIABLE = "ROSTER_MASK_KEY"
_BYTES = 32
#: Bytes of a key at hand that is taken as it is.
_FEWEST, _MOST = 16, 64
_WRITTEN = re.compile(rf"[0-9a-fA-F]{{{2 * _BYTES}}}")


def key_beside(store: str | Path | None = None) -> Path:
    """Where the key of a store's desk lies: ROSTER_MASK_KEY, else beside the store."""
    named = os.environ.get(KEY_VARIABLE)
    return Path(named) if named else store_path(store).with_name(KEY_FILE)


def mask_key(key: str | Path | bytes | None = None, *, store: str | Path | None = None) -> bytes:
    """The secret bytes: those given, those of a file, or those beside the store.

    The file beside the store is made where there is none yet; one that is named must be there.
    Raises ToolkitError where it is missing, cannot be read or made, or holds no key.
    """
    if isinstance(key, bytes):
        if not _FEWEST <= len(key) <= _MOST:
            raise UsageError(f"A mask key has {_FEWEST} to {_MOST} bytes; this one has {len(key)}.")
        return key
    path = Path(key) if key is not None else key_beside(store)
    if key is None and not path.exists():
        _make(path)
    return _read(path)


def _read(path: Path) -> bytes:
    try:
        text = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise UsageError(
            f"There is no mask key {path}; name another file, or leave it out to use the one "
            "beside the store."
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise UsageError(f"The mask key {path.name} cannot be read: {reason}.") from None
    if not _WRITTEN.fullmatch(text):
        raise UsageError(
            f"{path.name} holds no mask key: a key is {2 * _BYTES} digits from 0 to f in one line. "
            "Masking makes one beside the store by itself."
        )
    return bytes.fromhex(text)


def _make(path: Path) -> None:
    """Write a new key beside its place and give it its name, unless somebody else was faster."""
    writable_folder(path.parent)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        made = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(made, "w", encoding="ascii") as file:
            file.write(f"{secrets.token_hex(_BYTES)}\n")
        _name(temporary, path)
    except OSError as error:
        reason = error.strerror or "the system refuses"
        raise ToolkitError(f"The mask key {path} cannot be made: {reason}.") from None
    finally:
        with suppress(OSError):
            temporary.unlink()


def _name(temporary: Path, path: Path) -> None:
    """Give the new file its name; unlike a renaming, a link takes no other key's place."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        return
    except OSError:  # a disk without links
        if not path.exists():
            temporary.replace(path)
