"""`python -m roster_toolkit`: the command line."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

__all__ = ["main", "run"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; every exception becomes one sentence."""
    from roster_toolkit.cli.app import main as command_line

    return command_line(arguments)


def run() -> NoReturn:
    """Run a command as a program of its own.

    It ends before there is garbage worth a search. Searching while modules load, and once more
    through all of them at the end, took 140 of the 320 ms that a check of ten rows took beside
    loading Polars. What exit handlers and buffers have to do is done all the same. A command that
    goes on for long, as `batch` may, switches the search on again.
    """
    gc.disable()
    atexit.register(_say_no_more)
    code = main()
    gc.freeze()
    sys.exit(code)


def _say_no_more() -> None:
    """Close stderr at the very end, where DuckDB 2.0 lists what its binding did not tidy up.

    Nobody who checks a file can do anything about it, and nothing is lost by it.
    """
    with suppress(OSError, ValueError):
        sys.stderr.flush()
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


if __name__ == "__main__":
    run()
