"""Write requirements.lock: every package of the toolkit and of sign-in, exactly, with its hashes.

What is locked already stays as it is, unless `--upgrade` is given. Needs uv (requirements-dev.txt)
and the registry that pip uses; its address does not get into the file.
"""  # noqa: INP001 - a script is no package

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = "requirements.lock"
HEADER = """\
# Every package that requirements-host.txt needs (the toolkit, and sign-in on a shared host),
# exactly, on any system and any Python from 3.11 on; the hash of each file that it may come in.
# Written by scripts/lock.py. To install just this:
# pip install --require-hashes -r requirements.lock
"""
COMMAND = (
    "uv", "pip", "compile", "requirements-host.txt", "--output-file", LOCK, "--universal",
    "--python-version", "3.11", "--generate-hashes", "--no-header", "--annotation-style", "line",
    "--quiet",
)  # fmt: skip


def main() -> int:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--upgrade", action="store_true", help="take the newest of what may move")
    more = ["--upgrade"] if parser.parse_args().upgrade else []
    done = subprocess.run([sys.executable, "-m", *COMMAND, *more], cwd=ROOT, check=False)  # noqa: S603  (our own command)
    if done.returncode == 0:
        lines = (ROOT / LOCK).read_text(encoding="utf-8")
        (ROOT / LOCK).write_text(HEADER + lines, encoding="utf-8", newline="\n")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
