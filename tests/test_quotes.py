"""Quotes are regular where they stand around whole cells, whatever pieces a text comes in."""

from __future__ import annotations

import csv
import io
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roster_toolkit.ingest import read_upload
from roster_toolkit.ingest.quotes import Quotes, QuoteSurvey, quotes_of
from roster_toolkit.model import Obstacle
from roster_toolkit.profile import load_profile

PROFILE = load_profile()
texts = st.lists(st.sampled_from(['"', '""', "a", ",", "\n", "\r\n", "é"]), max_size=20).map(
    "".join
)


def surveyed(*pieces: bytes) -> Quotes:
    survey = QuoteSurvey()
    for piece in pieces:
        survey.add(piece)
    return survey.result()


@pytest.mark.parametrize(
    "text",
    [
        "a,b",
        '"a","b"',
        'a,"b, c"\n',
        '"a"\r\n"b"\r\n',
        '"a\nb",""',
        '"a ""b"" c","""",""""""',
        '\ufeff"a",b',
    ],
    ids=["none", "all", "one", "lines", "a line break inside", "doubled", "behind a mark"],
)
def test_quotes_around_whole_cells_are_regular(text: str) -> None:
    assert quotes_of(text.encode()).are_regular(",")


@pytest.mark.parametrize(
    "text",
    ['a"b', 'a,5"', '"a', '"a"b,c', 'a, "b"', '"a" ,b', '""a""', "'\"a\"'", '"a";"b"'],
)
def test_any_other_quotes_are_not(text: str) -> None:
    assert not quotes_of(text.encode()).are_regular(",")


def test_what_stands_around_quotes_depends_on_the_delimiter() -> None:
    assert quotes_of(b'"a";"b"').are_regular(";")


@given(text=texts, at=st.lists(st.integers(0, 30), max_size=4))
def test_pieces_tell_what_the_whole_tells(text: str, at: list[int]) -> None:
    data = text.encode()
    cuts = [0, *sorted(min(cut, len(data)) for cut in at), len(data)]
    pieces = [data[start:end] for start, end in itertools.pairwise(cuts)]

    assert surveyed(*pieces) == quotes_of(data)


@given(st.lists(st.lists(st.text('a,"\n ', max_size=4), min_size=2, max_size=2), max_size=5))
def test_what_the_csv_module_writes_has_regular_quotes(table: list[list[str]]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\n").writerows(table)
    text = file.getvalue()

    quotes = quotes_of(text.encode())

    assert quotes.are_regular(",")
    assert quotes.doubled == sum(cell.count('"') for row in table for cell in row)
    assert quotes.around_cells == text.count('"') - quotes.doubled


@pytest.mark.slow
def test_all_short_texts_are_read_as_the_csv_module_reads_them() -> None:
    for letters in itertools.product('a,"\n', repeat=5):
        body = "".join(letters)
        records = list(csv.reader(io.StringIO(body, newline="")))

        upload = read_upload(f"userId,schoolId\n{body}".encode(), PROFILE)

        if not upload.undoubled.is_empty():
            continue  # read as it is meant
        if upload.obstacle is not Obstacle.UNCLOSED_QUOTE:
            while records and not records[-1]:
                records.pop()
        assert upload.cells.rows() == [tuple([*cells, "", ""][:2]) for cells in records], letters
