"""Values and tables as Markdown, whatever they hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

#: The first lines of a page that nobody should edit.
GENERATED = "<!-- Written by scripts/build_docs.py; do not edit. -->\n"
#: How facts are known, for the head of a page.
EVIDENCE = (
    "**confirmed** (read in the vendor's help articles), **inferred** (follows from confirmed "
    "facts), **assumed** (ours: the vendor's own data dictionary is not public) or **seen** "
    "(learned from what your own portal handed out, took or reported)"
)


def code(text: str) -> str:
    """A value as a code span; what nobody would see is written as an escape."""
    if not text:
        return "*(blank)*"
    seen = visible(text)
    fence = "``" if "`" in seen else "`"
    space = " " if seen.startswith((" ", "`")) or seen.endswith((" ", "`")) else ""
    return f"{fence}{space}{seen}{space}{fence}"


def visible(text: str) -> str:
    """A text in which every character can be seen."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def codes(values: Iterable[str]) -> str:
    """Values as code spans in a row."""
    return ", ".join(code(value) for value in values)


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Lines of a table, with a blank one after it."""
    yield f"| {' | '.join(header)} |"
    yield f"|{'---|' * len(header)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
    yield ""
