"""A repair stands in the record that was judged, and in no other."""

from __future__ import annotations

import csv
import io

import pytest
from making import HEADER, file_of, student

from roster_toolkit.errors import ToolkitError
from roster_toolkit.ingest.decode import survey
from roster_toolkit.ingest.source import Source
from roster_toolkit.profile import load_profile
from roster_toolkit.repair import apply_fixes, csv_records
from roster_toolkit.reviewing.review import Review, review

FIRST = ",".join(HEADER)
ODD_ENDS = ["\r", "\n\r", "\r\r\n", "\n\n\r", "\r\n\r", "\n\r\n\r\n"]


def file_with(ends: str, at: int) -> bytes:
    """Five students, the fourth with a grade to repair, and odd line ends behind one of them."""
    people = [student(f"S{n}", userGrade="Grade 3" if n == 4 else "12") for n in range(1, 6)]
    lines = file_of(people).decode().splitlines(keepends=True)
    lines[at] = lines[at].rstrip("\n") + ends
    return "".join(lines).encode()


def grades(data: bytes) -> dict[str, str]:
    """User → grade, as Python's csv module reads the file."""
    text = io.StringIO(data.decode(), newline="")
    return {row["userId"]: row["userGrade"] for row in csv.DictReader(text) if row["userId"]}


def repaired(result: Review) -> bytes:
    return result.repair(["RT102"]).fixed.data


@pytest.mark.parametrize("ends", ODD_ENDS)
@pytest.mark.parametrize(
    "at", [0, 3, 5, *(pytest.param(at, marks=pytest.mark.slow) for at in (1, 4))]
)
def test_odd_line_ends_never_lead_a_repair_to_another_record(ends: str, at: int) -> None:
    data = file_with(ends, at)

    made = repaired(review(data))

    assert grades(made) == grades(data) | {"S4": "3"}
    assert made.split() == data.replace(b"Grade 3", b"3").split()  # blank records go


@pytest.mark.parametrize("ends", ODD_ENDS)
def test_rows_are_numbered_as_the_csv_module_counts_them(ends: str) -> None:
    data = file_with(ends, 2)
    records = list(csv.reader(io.StringIO(data.decode(), newline="")))
    row = next(at for at, cells in enumerate(records, start=1) if "Grade 3" in cells)

    assert review(data).findings.filter(code="RT102")["row"].to_list() == [row]


@pytest.mark.parametrize("shift", [0, 1, 2])
def test_a_line_end_is_one_across_the_pieces_that_are_read_at_once(shift: int) -> None:
    head = b"userId\r\n"
    data = head.ljust((1 << 18) - shift, b"x") + b"\r\nS1\r\n"

    assert survey(Source("users.csv", data)).lone_returns == 0
    assert survey(Source("users.csv", data.replace(b"x\r\n", b"\r\rx"))).lone_returns == 2


def test_nothing_is_written_where_the_bytes_do_not_hold_the_record_that_was_judged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    result = review(file_of([student("S1"), student("S2", userGrade="Grade 3"), student("S3")]))
    honest = csv_records.Scanner.ends
    monkeypatch.setattr(csv_records.Scanner, "ends", lambda *a: [*honest(*a)[1:], honest(*a)[-1]])

    with pytest.raises(ToolkitError, match="where they were read"):
        repaired(result)


def test_a_header_that_is_not_where_it_was_read_is_not_renamed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = b"\n" + file_of([student()]).replace(b"userId", b"userID")
    result = review(data)
    monkeypatch.setattr(csv_records.Scanner, "end_of_record", lambda _self, _data, start: start)

    with pytest.raises(ToolkitError, match="where they were read"):
        apply_fixes(data, result.upload, result.validation, load_profile())


@pytest.mark.parametrize(
    ("written", "held"),
    [
        (b"a", "a"),
        (b'"a"', "a"),
        (b'"a""b"', 'a"b'),
        (b'"a"b"c', 'ab"c'),
        (b'a"b"', 'a"b"'),
        (b'""', ""),
        (b'""""', '"'),
        (b'"a\r\nb" ', "a\r\nb "),
        (b'"a"""', 'a"'),
        (b'"a"b""c', 'ab""c'),
    ],
)
def test_a_written_cell_holds_what_the_csv_module_reads(written: bytes, held: str) -> None:
    assert next(csv.reader(io.StringIO(written.decode(), newline=""))) == [held]

    assert csv_records.unquoted(written) == held


def test_quoted_long_and_short_records_are_repaired_where_they_stand() -> None:
    lines = [
        FIRST,
        ',0711,S1,,,Student,"Ana ""A""",Lee,s1@x.org,Grade 3,,,,,,',
        ",0711,S2,,,Student,Bo,Lee",
        ",0711,S3,,,Student,Cy,Lee,s3@x.org,Grade 4,,,,,,,,surplus",
        ',0711,S4,,,Student,"Di\nann",Lee,s4@x.org,Grade 5,,,,,,',
    ]
    data = "\n".join(lines).encode()

    made = repaired(review(data))

    assert made == data.replace(b"Grade 3", b"3").replace(b"Grade 5", b"5")
