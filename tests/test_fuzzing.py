"""What must hold for any bytes, for some inputs made at random; `fuzzing` tries more on request."""

from __future__ import annotations

import os

import fuzzing
import pytest

#: Some seconds' worth of inputs; `FUZZ_TIMES` asks for so many times as many.
_TIMES = int(os.environ.get("FUZZ_TIMES", "1"))
_READ, _TRIED, _PARTS = 800 * _TIMES, 64 * _TIMES, 4
#: The first part suffices on a working day.
parts = pytest.mark.parametrize(
    "part", [0, *(pytest.param(part, marks=pytest.mark.slow) for part in range(1, _PARTS))]
)


@parts
def test_any_bytes_are_read_as_the_csv_module_reads_them(part: int) -> None:
    numbers = range(part, _READ, _PARTS)

    broken = {number: reason for number in numbers if (reason := fuzzing.misread(number))}

    assert broken == {}


@parts
def test_any_bytes_keep_every_promise(part: int) -> None:
    numbers = range(part, _TRIED, _PARTS)

    broken = {number: reason for number in numbers if (reason := fuzzing.tried(number))}

    assert broken == {}


def test_a_number_makes_the_same_input_every_time() -> None:
    assert [fuzzing.made(n) for n in range(40)] == [fuzzing.made(n) for n in range(40)]
    assert len({fuzzing.made(n) for n in range(400)}) > 300


def test_a_broken_promise_is_told_with_the_number_of_its_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fuzzing, "imbalances", lambda _: ("rows",))

    assert fuzzing.main(["--only", "10"]) == 1
    assert "does not add up: rows" in capsys.readouterr().out
