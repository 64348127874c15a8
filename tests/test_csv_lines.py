"""Many records are written with other cells at once, each in the way in which it stands there."""

from __future__ import annotations

import csv
import io

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roster_toolkit.repair.csv_lines import rewritten

CELLS = pl.DataFrame(
    {
        "a": ["S1", "S2", "S3"],
        "b": ["Lee, Ana", "", 'Lee "Bo"'],
        "c": ["3", "Grade 4", "5"],
    }
)
CHANGES = pl.DataFrame(
    {"at": [1, 2], "place": [2, 0], "after": ["4", "S,3"]}, schema_overrides={"at": pl.UInt32}
)
NONE = CHANGES.clear()


def one(record: str, *cells: str) -> str | None:
    """A record of these cells with another last one."""
    frame = pl.DataFrame({str(at): [cell] for at, cell in enumerate(cells)})
    change = pl.DataFrame({"at": [0], "place": [len(cells) - 1], "after": ["new"]})
    return rewritten(pl.Series([record]), frame, change)[0]


@pytest.mark.parametrize(
    ("records", "anew"),
    [
        (
            ['S1,"Lee, Ana",3\n', "S2,,Grade 4\n", 'S3,"Lee ""Bo""",5'],
            ['S1,"Lee, Ana",3\n', "S2,,4\n", '"S,3","Lee ""Bo""",5'],
        ),
        (
            ['"S1","Lee, Ana","3"\r\n', '"S2","","Grade 4"\r\n', '"S3","Lee ""Bo""","5"\r\n'],
            ['"S1","Lee, Ana","3"\r\n', '"S2","",4\r\n', '"S,3","Lee ""Bo""","5"\r\n'],
        ),
        (
            ['"S1","Lee, Ana","3"\r', '"S2",,"Grade 4"\r', '"S3","Lee ""Bo""","5"\r'],
            ['"S1","Lee, Ana","3"\r', '"S2",,4\r', '"S,3","Lee ""Bo""","5"\r'],
        ),
    ],
    ids=["quotes where needed", "quotes everywhere", "quotes where filled"],
)
def test_other_cells_are_written_and_all_else_keeps_its_bytes(
    records: list[str], anew: list[str]
) -> None:
    assert rewritten(pl.Series(records), CELLS, CHANGES).to_list() == anew


@pytest.mark.parametrize(
    ("record", "cells"),
    [
        ('"S1",x,3\n', ("S1", "x", "3")),
        ('S1,x "3\n', ("S1", 'x "3')),
        ("S1 ,x\n", ("S1", "x")),
        ("S1,x,\n", ("S1", "x")),
        ("S1\n", ("S1", "")),
        ("S2,x\n", ("S1", "x")),
        ("\n", ("", "")),
    ],
    ids=["its own way", "a lone quote", "a space", "too long", "too short", "another", "blank"],
)
def test_a_record_that_is_not_proved_is_left_alone(record: str, cells: tuple[str, ...]) -> None:
    assert one(record, *cells) is None


def test_what_is_left_out_takes_its_delimiter_along() -> None:
    records = pl.Series(["S1,x,3\n", '"S2","","Grade 4"\n', "S3,y,5"])
    cells = CELLS.with_columns(b=pl.Series(["x", "", "y"]))

    anew = rewritten(records, cells, NONE, removed={1})

    assert anew.to_list() == ["S1,3\n", '"S2","Grade 4"\n', "S3,5"]


@given(
    st.lists(st.tuples(*[st.text('ab", \r\n;é', max_size=5)] * 3), min_size=1, max_size=5),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    st.data(),
)
def test_what_programs_write_is_read_as_the_cells_that_were_meant(
    rows: list[tuple[str, ...]], quoting: int, data: st.DataObject
) -> None:
    at, place = data.draw(st.integers(0, len(rows) - 1)), data.draw(st.integers(0, 2))
    after = data.draw(st.text('ab", \r\n;é', max_size=5))
    records = []
    for row in rows:
        text = io.StringIO()
        csv.writer(text, quoting=quoting).writerow(row)  # type: ignore[arg-type]
        records.append(text.getvalue())
    change = pl.DataFrame({"at": [at], "place": [place], "after": [after]}).cast({"at": pl.UInt32})

    anew = rewritten(pl.Series(records), pl.DataFrame(rows, orient="row"), change)

    for index, (row, record) in enumerate(zip(rows, anew, strict=True)):
        wanted = [*row]
        if index == at:
            wanted[place] = after
        assert list(csv.reader(io.StringIO(record, newline=""))) == [wanted]
