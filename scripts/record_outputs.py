"""Record every byte that the commands hand out on the samples, to compare two states of the code.

Run it before and after a change that should change nothing, each time into a folder of its own,
then `diff -r` the two folders. Seconds are left out: nothing else may differ between two runs.
"""  # noqa: INP001 - a script is no package

from __future__ import annotations

import argparse
import contextlib
import io
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = Path("data/samples")
RIVERTON = SAMPLES / "riverton"
ROSTER = ("--against", f"{RIVERTON}/download.csv", "--schools", f"{RIVERTON}/schools.csv")
CONFIRMED = "RT004,RT103,RT106,RT109,RT110,RT202,RT203"
_SECONDS = re.compile(rb'"seconds":\s*\{[^}]*\}')
_DAY = re.compile(rb"\b\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?\b")


def run(name: str, out: Path, *words: str | Path) -> None:
    """Run one command; its exit code, output and complaints go into files named `name`."""
    from roster_toolkit.cli.app import main

    stdout, stderr = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
        code = main([str(word) for word in words])
    for stream, ending in ((stdout, "out"), (stderr, "err")):
        stream.flush()
        written = stream.buffer.getvalue()  # type: ignore[attr-defined]
        written = written.replace(str(out).encode(), b"OUT")
        if words[0] in {"process", "snapshot"}:
            written = _DAY.sub(b"DAY", written)  # when a snapshot was made
        (out / f"{name}.{ending}").write_bytes(_SECONDS.sub(b'"seconds": {}', written))
    (out / f"{name}.exit").write_text(f"{code}\n")


def check_and_fix(name: str, out: Path, file: Path, *options: str) -> None:
    """Everything that a file leads to: report, JSON, all artifacts, both kinds of repair."""
    run(f"{name}.check", out, "check", file, *options)
    artifacts = out / f"{name}.artifacts"
    run(
        f"{name}.json", out, "check", file, "--format", "json", "--findings", "--out", artifacts,
        *options,
    )  # fmt: skip
    run(f"{name}.private", out, "check", file, "--format", "json", "--no-values", *options)
    log = ("--log", out / f"{name}.fixed.log.csv")
    run(f"{name}.fix", out, "fix", file, "--out", out / f"{name}.fixed.csv", *log, *options)
    run(
        f"{name}.confirm", out, "fix", file, "--out", out / f"{name}.confirmed.csv", "--confirm",
        CONFIRMED, *options,
    )  # fmt: skip


def district(out: Path) -> None:
    """A district from its first import to a file processed, and what is read back of it."""
    place = ("--store", out / "roster.duckdb", "--district", "Riverton")
    schools = ("--schools", RIVERTON / "schools.csv")
    run("district.1-import", out, "snapshot", "import", RIVERTON / "download.csv", *place, *schools)
    run("district.2-check", out, "check", RIVERTON / "users.csv", *place)
    run("district.3-process", out, "process", RIVERTON / "users.csv", *place)
    accepted = ("--accept", "RT411,RT412")
    run("district.4-accepted", out, "process", RIVERTON / "users.csv", *place, *accepted)
    for verb in ("list", "show", "export"):
        run(f"district.5-{verb}", out, "snapshot", verb, *place)
    run("district.6-compare", out, "snapshot", "compare", "1", "2", *place)
    run("district.7-undo", out, "snapshot", "undo", *place)
    run("district.8-undone", out, "snapshot", "undo", *place, "--number", "2")
    run("district.9-forget", out, "snapshot", "forget", *place, "--yes")
    (out / "roster.duckdb").unlink()  # its bytes hold the moment of each snapshot


def two_files(out: Path) -> None:
    """users.csv and demographics.csv, judged together and one by the other."""
    users, second = SAMPLES / "clean.csv", SAMPLES / "demographics-problems.csv"
    run("two-files.text", out, "check", users, second)
    folder = out / "two-files.artifacts"
    run("two-files.json", out, "check", users, second, "--format", "json", "--out", folder)
    run("two-files.with", out, "check", second, "--with", users, "--findings")


def catalogue(out: Path) -> None:
    """What follows from rules and profiles."""
    for command in ("rules", "dictionary", "template"):
        run(command, out, command)
    for text in ("RT102", "RT406", "userGrade must be one of PK, K, 1"):
        run(f"explain.{text.replace(' ', '-')}", out, "explain", text)
    run("sample", out, "sample", out / "sample", "--rows", "2000", "--fault-rate", "0.05")


@contextlib.contextmanager
def from_the_root() -> Iterator[None]:
    """In the root of this checkout, whose package is the one that runs."""
    sys.path.insert(0, str(ROOT))
    os.environ["COLUMNS"] = "100"
    os.environ["ROSTER_STORE"] = str(Path(tempfile.gettempdir()) / "no-such-store.duckdb")
    with contextlib.chdir(ROOT):
        yield


def main() -> int:
    """Record everything into one folder, which is emptied first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="a folder for the outputs; emptied first")
    out = parser.parse_args().out.resolve()
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    with from_the_root():
        for file in sorted(SAMPLES.iterdir()):
            if file.suffix in {".csv", ".xlsx"}:
                check_and_fix(file.stem, out, file)
        check_and_fix("riverton", out, RIVERTON / "users.csv")
        check_and_fix("riverton-with-roster", out, RIVERTON / "users.csv", *ROSTER)
        district(out)
        two_files(out)
        catalogue(out)
    sys.stdout.write(f"{sum(1 for _ in out.rglob('*'))} files in {out}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
