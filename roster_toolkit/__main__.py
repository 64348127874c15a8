"""`python -m roster_toolkit`: the command line."""

from __future__ import annotations

import sys

from roster_toolkit.cli.app import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
