"""Who has a store open, as far as the system tells: the process, its machine, and what it runs."""

from __future__ import annotations

import os
import platform
import re
from contextlib import suppress
from pathlib import Path

#: What DuckDB says where another program has the file, on any system.
IN_USE = (
    r"lock on file|Conflicting lock|already open in|already attached|being used by another process"
)
_PROCESSES = Path("/proc")
#: Word in a command → what to call what it runs. The first match counts.
_OURS = (("streamlit", "the app"), ("roster_toolkit", "the command line"))


def is_lock(error: Exception) -> bool:
    """Whether DuckDB refused because another program has the file."""
    return re.search(IN_USE, str(error)) is not None


def holder_of(path: Path, message: str) -> str:
    """Name the holder of a lock by DuckDB's message: `process 812 on HOST, the app`; blank if none.

    A number alone where the system does not show who has the file open; number 0 is a process that
    this machine cannot see.
    """
    found = re.search(r"PID (\d+)", message)
    if found is None:
        return ""
    number = int(found[1])
    if number == 0:
        return "on another machine or in another container"
    if not _has_open(number, path):
        return f"process {number}"
    return f"process {number} on {platform.node()}{_what_it_runs(number)}"


def _has_open(process: int, path: Path) -> bool:
    """Whether a process of this machine has the file open; a remote one may share its number."""
    with suppress(OSError):
        for descriptor in (_PROCESSES / str(process) / "fd").iterdir():
            with suppress(OSError):
                if os.path.samestat(descriptor.stat(), path.stat()):
                    return True
    return False


def _what_it_runs(process: int) -> str:
    """Name our own programs; another one's command may hold anything."""
    with suppress(OSError):
        command = (_PROCESSES / str(process) / "cmdline").read_bytes().decode(errors="replace")
        for word, name in _OURS:
            if word in command:
                return f", {name}"
    return ""
