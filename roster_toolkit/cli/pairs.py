"""Options that take two files and are given again and again: `--refused UPLOAD ERRORS`.

Typer reads an option of two values, and one that is given again, but not both in one. So the two
words are made one before it reads them, with a character between that no word of a command line
can hold. `--refused UPLOAD=ERRORS` is understood too.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from roster_toolkit.errors import UsageError

_BETWEEN = "\0"


def joined(words: Sequence[str], options: Sequence[str]) -> list[str]:
    """The words of a command, with the two that follow each of the options made one."""
    made: list[str] = []
    expected = 0
    for word in words:
        is_option = word.startswith("-") and word != "-"
        if is_option:
            name, equals, _ = word.partition("=")
            expected = (1 if equals else 2) if name in options else 0
            made.append(word)
        elif expected == 1:
            made[-1] += _BETWEEN + word
            expected = 0
        else:
            made.append(word)
            expected = max(expected - 1, 0)
    return made


def apart(word: str, option: str, what: str) -> tuple[str, str]:
    """The two files of one use of an option; raises UsageError where there are not two."""
    if _BETWEEN in word:
        halves = [word.split(_BETWEEN, 1)]
    else:
        halves = [[word[:at], word[at + 1 :]] for at, c in enumerate(word) if c == "="]
    for first, second in halves:
        if Path(first).is_file() and Path(second).is_file():  # a path may hold "=" itself
            return first, second
    if not halves or not all(halves[0]):
        raise UsageError(f"{option} takes two files: {what}.")
    return halves[0][0], halves[0][1]
