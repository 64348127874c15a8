"""Everything that is measured, in one command.

    python -m benchmarks                                          the table, about five minutes
    python -m benchmarks --peers --write docs/benchmarks.md       and the page; at most twelve
    python -m benchmarks --rows 10000000 --only checks            half an hour, 16 GiB
    python -m benchmarks --only peers --peers                     a part alone

Processor time (user and system) of whole processes in turn: that and its ratio to a bare read hold
on a machine with other work, the clock does not.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks import bench, page, peers
from benchmarks.process import say
from benchmarks.startup import TURNS as STARTS
from benchmarks.startup import startup

#: The largest size of all but checks: a workbook of errors has no more rows.
_MOST_OF_OTHERS = 1_000_000


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is asked for, print it, and write it into the page."""
    options = _options(arguments)
    interpreter = peers.environment() if options.peers else None
    measured: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sizes = [bench.Files(folder, rows) for rows in options.rows]
        svg = (options.write or folder / "page.md").with_suffix(".svg")
        bench.warm_up(folder)
        if "startup" in options.only:
            measured["startup"] = page.startup_part(startup(folder, options.turns or STARTS))
        if "checks" in options.only:
            lines = [line for files in sizes for line in bench.checks(files, options.turns)]
            measured["checks"] = page.checks_part(bench.with_growth(lines), svg)
        small = [files for files in sizes if files.rows <= _MOST_OF_OTHERS]
        if "others" in options.only:
            lines = [line for files in small for line in bench.others(files, options.turns)]
            measured["others"] = page.others_part(bench.with_growth(lines))
        if "peers" in options.only:
            if interpreter is None:
                say("The peers of other makers are left out: ask for them with --peers.")
            turns = options.turns or peers.TURNS
            found = [one for files in small for one in peers.contenders(files, interpreter, turns)]
            theirs = peers.versions(interpreter) if interpreter else {}
            measured["peers"] = page.peers_part(found, theirs)
    if options.write:
        text = options.write.read_text(encoding="utf-8")
        options.write.write_text(page.written(text, measured), encoding="utf-8", newline="\n")
        say(f"Written: {options.write} and {svg.name} beside it.")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rows", type=int, nargs="+", default=list(bench.SIZES), metavar="N")
    parser.add_argument("--only", nargs="+", choices=page.PARTS, default=list(page.PARTS))
    parser.add_argument("--turns", type=int, metavar="N", help="fewer where there is less time")
    parser.add_argument("--peers", action="store_true", help="measure those of other makers too")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="write the figures into a page")
    options = parser.parse_args(arguments)
    if options.write:
        _fails_without_places(parser, options)
    return options


def _fails_without_places(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """End at once where the page has no place for a part, rather than after all is measured."""
    try:
        text = options.write.read_text(encoding="utf-8")
        page.written(text, dict.fromkeys(options.only, ""))
    except (OSError, ValueError) as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
