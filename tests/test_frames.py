"""A frame is judged as the file that it would be."""

from __future__ import annotations

import hashlib
import math
from datetime import UTC, date, datetime, time, timedelta

import polars as pl
import pytest
from making import HEADER, file_of, in_class, places, student, teacher

import roster_toolkit as rt
from roster_toolkit.ingest.framed import frame_as_csv

ROWS = [student("S1"), in_class(student("S2", userGrade="99")), in_class(teacher("T1"))]


def frame_of(*rows: dict[str, str]) -> pl.DataFrame:
    return pl.DataFrame([{name: row.get(name) for name in HEADER} for row in rows or ROWS],
                        schema=dict.fromkeys(HEADER, pl.String))  # fmt: skip


def cells(*values: object, kind: pl.DataType | type[pl.DataType] | None = None) -> list[str]:
    """The cells of a column, as they stand in the file."""
    frame = pl.DataFrame({"a": pl.Series(values, dtype=kind), "b": ["x"] * len(values)})
    return [line.removesuffix(",x") for line in frame_as_csv(frame).decode().splitlines()[1:]]


# --- as text -------------------------------------------------------------------------------------


def test_text_stays_as_it_is_and_a_null_is_blank() -> None:
    assert cells("0711", " x ", "", None, 'a "b", c') == ["0711", " x ", "", "", '"a ""b"", c"']


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (pl.Series([710000, None], dtype=pl.Int64), "710000"),
        (pl.Series([2**63, None], dtype=pl.UInt64), "9223372036854775808"),
        (pl.Series([True, None]), "TRUE"),
        (pl.Series([False, None]), "FALSE"),
        (pl.Series([date(2026, 9, 1), None]), "2026-09-01"),
        (pl.Series([datetime(2026, 9, 1, 8, 5), None]), "2026-09-01T08:05:00"),  # noqa: DTZ001
        (pl.Series([datetime(2026, 9, 1, 8, 5, tzinfo=UTC), None]), "2026-09-01T08:05:00"),
        (pl.Series([time(8, 5), None]), "08:05:00"),
        (pl.Series(["3", None], dtype=pl.Categorical), "3"),
        (pl.Series(["3", None], dtype=pl.Enum(["K", "3"])), "3"),
        (pl.Series([710000.0, None]), "710000.0"),
        (pl.Series([0.5, None]), "0.5"),
        (pl.Series([None, None]), ""),
    ],
)
def test_every_kind_of_cell_has_one_text(given: pl.Series, text: str) -> None:
    assert cells(*given, kind=given.dtype) == [text, ""]


def test_a_header_is_quoted_where_it_must_be() -> None:
    assert frame_as_csv(pl.DataFrame({'a,"b"': ["1"], "c": ["2"]})) == b'"a,""b""",c\n1,2\n'


# --- judged --------------------------------------------------------------------------------------


def test_a_frame_gives_the_review_of_the_file_that_it_would_be() -> None:
    of_frame, of_file = rt.review(frame_of()), rt.review(file_of(ROWS), name="frame")

    assert of_frame.findings.equals(of_file.findings)
    assert of_frame.json() == of_file.json()
    assert places(of_frame, "RT102") == [(3, "userGrade", "RT102")]
    assert of_frame.upload.name == "frame"
    assert of_frame.upload.sha256 == hashlib.sha256(file_of(ROWS)).hexdigest()
    assert rt.review(frame_of(), name="users.csv").upload.name == "users.csv"


def test_a_lazy_frame_is_collected() -> None:
    assert rt.review(frame_of().lazy()).rows == rt.review(frame_of()).rows


def test_numbers_of_a_frame_are_judged_as_what_stands_there() -> None:
    frame = frame_of().with_columns(
        userId=pl.Series([710000.0, 1.5e19, math.nan]), userGrade=pl.Series([3, 99, None])
    )

    review = rt.review(frame)

    assert places(review, "RT106") == [(2, "userId", "RT106"), (3, "userId", "RT106")]
    assert review.select(code="RT106", row=2).findings["suggestion"].to_list() == ["710000"]
    assert places(review, "RT110") == [(4, "userId", "RT110")]
    assert places(review, "RT102") == [(3, "userGrade", "RT102")]


def test_what_is_fixed_of_a_frame_is_a_file() -> None:
    rows = [student("S1", userGrade="3rd"), student("S2")]

    repair = rt.review(frame_of(*rows)).repair()

    assert repair.fixed.data == file_of([student("S1"), student("S2")])


def test_a_frame_is_taken_wherever_a_file_is() -> None:
    roster, schools = frame_of(student("S9")), pl.DataFrame({"schoolId": ["0711"]})
    by_frames = rt.review(frame_of(), against=roster, schools=schools, previous_upload=roster)
    by_files = rt.review(
        file_of(ROWS), against=file_of([student("S9")]), schools=b"schoolId\n0711\n",
        previous_upload=file_of([student("S9")]), name="frame",
    )  # fmt: skip

    assert by_frames.impact is not None
    assert by_files.impact is not None
    assert by_frames.impact.totals == by_files.impact.totals
    assert by_frames.findings.equals(by_files.findings)
    assert rt.read_upload(frame_of(), by_frames.profile).records == 3


def test_a_frame_with_other_columns_is_a_rejected_file() -> None:
    assert rt.review(pl.DataFrame({"a": [1], "b": [2]})).verdict is rt.Verdict.REJECTED
    assert rt.review(pl.DataFrame()).verdict is rt.Verdict.REJECTED


# --- what cannot be ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "kind"),
    [([["a"]], "list"), ([{"a": 1}], "struct"), ([timedelta(1)], "duration"), ([b"x"], "binary")],
)
def test_a_column_that_no_cell_can_hold_is_named(values: list[object], kind: str) -> None:
    with pytest.raises(rt.UsageError, match=f"The column 'classId' holds {kind} values, .* text"):
        rt.review(frame_of(student()).with_columns(classId=pl.Series(values)))


def test_a_lazy_frame_that_cannot_be_read_is_a_sentence() -> None:
    lazy = frame_of().lazy().select(pl.col("nowhere"))

    with pytest.raises(rt.UsageError, match=r"The lazy frame cannot be read .columnnotfound."):
        rt.review(lazy)
