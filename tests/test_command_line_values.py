"""What the command line converts itself, and what it leaves to Typer."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import pytest
import typer
from typer.core import TyperCommand

from roster_toolkit.cli.options import Format
from roster_toolkit.cli.values import Command
from roster_toolkit.errors import UsageError

VALUES = (
    "users.csv", "-", "", " ", "text", "TEXT", "json", "jso", "3", "x y", "é", "C:\\x",
    "no/such/file", "two\nlines", "\udce9",
)  # fmt: skip


def answer(command: type[TyperCommand], kind: type, *words: str) -> object:
    """What a command with one argument of that type is given; a complaint, if it is not run."""
    app = typer.Typer()

    def run(value: object, also: object = None) -> object:
        return value, also

    run.__annotations__ = {"value": kind, "also": kind | None}
    app.command(cls=command)(run)
    try:
        return app(args=words, standalone_mode=False)
    except typer.exceptions.TyperException as complaint:
        return type(complaint), complaint.format_message()


@pytest.mark.parametrize("kind", [str, Path, Format, int, float])
@pytest.mark.parametrize("value", VALUES)
def test_a_value_comes_to_the_same_as_by_typer(kind: type, value: str) -> None:
    if kind is Path and not value.strip():
        pytest.skip("a blank path is refused")
    for words in ([], ["--", value], ["--also", value, "text"], ["--also", value, "--", value]):
        ours, typers = (answer(command, kind, *words) for command in (Command, TyperCommand))

        assert ours == typers
        assert repr(ours) == repr(typers)


@pytest.mark.parametrize(
    ("words", "named"), [(["--", ""], "VALUE"), (["--also", " ", "text"], "--also")]
)
def test_a_blank_path_is_not_the_folder_that_one_happens_to_be_in(
    words: list[str], named: str
) -> None:
    with pytest.raises(UsageError, match=f"^{named} is blank; give the path"):
        answer(Command, Path, *words)


@pytest.mark.parametrize("kind", [list[str], list[Path], list[int]], ids=["str", "Path", "int"])
@pytest.mark.parametrize("words", [[], ["a.csv"], ["a.csv", "-"], ["1", "2"], ["1", "x"]])
def test_several_values_come_to_the_same_as_by_typer(kind: type, words: list[str]) -> None:
    ours, typers = (answer(command, kind, *words) for command in (Command, TyperCommand))

    assert ours == typers
    assert repr(ours) == repr(typers)


def test_a_folder_and_a_file_that_nobody_may_read_come_to_the_same(tmp_path: Path) -> None:
    locked = tmp_path / "locked.csv"
    locked.touch(mode=0)

    for place in (tmp_path, locked, tmp_path / "new" / "folder"):
        assert answer(Command, Path, str(place)) == answer(TyperCommand, Path, str(place))


def test_what_is_no_plain_value_is_left_to_typer() -> None:
    class Size(StrEnum):
        SMALL = "small"

    for value in ("small", "Small", "small "):
        assert answer(Command, Size, value) == answer(TyperCommand, Size, value)
