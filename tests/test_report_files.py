"""Files appear whole or not at all."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from roster_toolkit.errors import ToolkitError
from roster_toolkit.files import atomic_write, writable_folder


def write_half(path: Path, error: Exception) -> None:
    with atomic_write(path) as file:
        file.write(b"half")
        raise error


def test_a_written_file_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "review.json"
    path.write_bytes(b"old")

    with atomic_write(path) as file:
        file.write(b"new")

    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_what_breaks_off_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "review.json"
    path.write_bytes(b"old")

    with pytest.raises(ZeroDivisionError):
        write_half(path, ZeroDivisionError())

    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ToolkitError, match=r"^a\.csv cannot be written: the disk is full\.$"):
        write_half(tmp_path / "a.csv", OSError(errno.ENOSPC, "No space left on device"))

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_missing_or_in_the_way_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.csv").mkdir()

    with (
        pytest.raises(ToolkitError, match="a folder of that name"),
        atomic_write(tmp_path / "a.csv"),
    ):
        pass
    with (
        pytest.raises(ToolkitError, match="there is no folder"),
        atomic_write(tmp_path / "b/c.csv"),
    ):
        pass
    (tmp_path / "file").touch()
    with pytest.raises(ToolkitError, match="not a folder"):
        writable_folder(tmp_path / "file" / "below")
