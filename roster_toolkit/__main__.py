"""`python -m roster_toolkit`: the command line."""

from __future__ import annotations

import atexit
import os
import sys
from contextlib import suppress
from typing import NoReturn

from roster_toolkit.cli.app import main

__all__ = ["main", "run"]


def run() -> NoReturn:
    """Run a command as a program of its own."""
    atexit.register(_say_no_more)
    sys.exit(main())


def _say_no_more() -> None:
    """Close stderr at the very end, where DuckDB 2.0 lists what its binding did not tidy up.

    Nobody who checks a file can do anything about it, and nothing is lost by it.
    """
    with suppress(OSError, ValueError):
        sys.stderr.flush()
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


if __name__ == "__main__":
    run()
