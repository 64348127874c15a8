"""Whatever the road, the cells are those of Python's csv module."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from roster_toolkit.ingest import read_upload
from roster_toolkit.ingest.csv import parse
from roster_toolkit.model import Obstacle
from roster_toolkit.profile import load_profile

PROFILE = load_profile()
HEADER = ["userId", "schoolId", "className"]

any_text = st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs", "Cc"]), max_size=8
)
tricky = st.text(st.sampled_from("a,\";\t|\n\r \ufeff\u200bé'="), max_size=6)
tables = st.lists(st.lists(any_text | tricky, min_size=3, max_size=3), min_size=1, max_size=8)


@given(
    table=tables,
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    bom=st.booleans(),
)
def test_what_the_csv_module_writes_comes_back_cell_by_cell(
    table: list[list[str]], end: str, quoting: int, *, bom: bool
) -> None:
    file = io.StringIO(newline="")
    if quoting == csv.QUOTE_MINIMAL and any(
        set(cell) & set("\r\n") for row in table for cell in row
    ):
        quoting = csv.QUOTE_ALL  # the writer forgets line breaks other than its own
    csv.writer(file, lineterminator=end, quoting=quoting).writerows([HEADER, *table])
    data = file.getvalue().encode("utf-8-sig" if bom else "utf-8")

    upload = read_upload(data, PROFILE)

    assume(not upload.other_quotes)  # what is in single quotes throughout is read as it is meant
    assert upload.cells.rows() == [tuple(cells) for cells in table]
    assert upload.ragged.is_empty()
    assert upload.obstacle in (None, Obstacle.HEADER_ALONE)


@pytest.mark.slow
@settings(max_examples=300)
@given(
    body=st.text(st.sampled_from('ab,"\n\r \ufeffé'), max_size=40)
    | st.lists(
        st.sampled_from(['"a"', "a", '"a\nb"', ",", "\n", '""', '"', "\r\n", 'a"b"']), max_size=25
    ).map("".join)
)
@example(body="a,\n,aé,b,")
@example(body=',a\n=,=aa""="=,\',a"a\n"""\n="\n')
@example(body="\ufeff,\u200b,\ufeffa,a\n,")
@example(body='"')
@example(body=',,"""",')
@example(body='a"b,c"d,3\n1,2\n')
def test_every_text_is_read_as_the_csv_module_reads_it(body: str) -> None:
    text = ",".join(HEADER) + "\n" + body
    records = list(csv.reader(io.StringIO(text, newline="")))[1:]

    upload = read_upload(text.encode(), PROFILE)

    assume(len(upload.delimiter) == 1)  # with a space, it is read as it is meant
    assume(not upload.other_quotes and not upload.undoubled.len())  # so are other quotes
    if upload.obstacle is not Obstacle.UNCLOSED_QUOTE:
        while records and not records[-1]:
            records.pop()
    assert upload.cells.rows() == [tuple([*cells, "", "", ""][:3]) for cells in records]
    blank = set(upload.blank)
    uneven = {i: cells for i, cells in enumerate(records) if len(cells) != 3 and i not in blank}
    assert upload.ragged.rows() == [(i, len(cells)) for i, cells in uneven.items()]
    assert upload.surplus == {i: tuple(cells[3:]) for i, cells in uneven.items() if len(cells) > 3}


def test_a_header_that_ends_within_a_line_is_followed_by_the_rest_of_it() -> None:
    text = 'userId,schoolId,"x\n,"a\rb",1\n2,3,"c"\n'
    header, *records = csv.reader(io.StringIO(text, newline=""))

    upload = read_upload(text.encode(), PROFILE)

    assert [cell.typed for cell in upload.header] == header
    assert upload.cells.rows() == [tuple([*cells, ""][:3]) for cells in records]


@pytest.mark.parametrize("end", ["", "\r\n"])
def test_lines_that_end_with_two_characters_take_the_same_road(
    end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = ['1,"a, b",c', "2,d", "", '"3",e,f,"g"', '4,"",', "5,h,i"]
    text = "\r\n".join([",".join(HEADER), *rows]) + end
    records = list(csv.reader(io.StringIO(text, newline="")))[1:]
    monkeypatch.setattr(parse, "find_shape", lambda *_: pytest.fail("the slow road was taken"))

    upload = read_upload(text.encode(), PROFILE)

    assert upload.cells.rows() == [tuple([*cells, "", "", ""][:3]) for cells in records]
    assert upload.ragged.rows() == [(1, 2), (3, 4)]
    assert upload.surplus == {3: ("g",)}
    assert list(upload.blank) == [2]


@settings(max_examples=200)
@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
    | st.text(st.sampled_from('a,;"\n\r\t|\0 '), max_size=40)
)
def test_every_text_gives_an_upload_and_agrees_where_csv_accepts_it(text: str) -> None:
    upload = read_upload(text.encode(), PROFILE)

    if upload.obstacle is not None or len(upload.delimiter) > 1 or upload.other_quotes:
        return
    try:
        lines = io.StringIO(text.removeprefix("\ufeff"), newline="")
        records = list(csv.reader(lines, delimiter=upload.delimiter, strict=True))
    except csv.Error:
        return
    body = records[upload.first_row - 1 :]
    if all(len(cells) == len(upload.header) for cells in body):
        assert upload.cells.rows() == [tuple(cells) for cells in body]


@settings(max_examples=300)
@given(
    st.binary(max_size=200)
    | st.tuples(
        st.sampled_from(
            [
                b"",
                b"\xff\xfe",
                b"\xfe\xff",
                b"\xef\xbb\xbf",
                b"PK\x03\x04",
                b"x\x9c",
                b"x\x01",
                b"\x28\xb5\x2f\xfd",
            ]
        ),
        st.binary(max_size=60),
    ).map(b"".join)
    | st.binary(max_size=60).map(lambda data: b"userId,schoolId\n" + data)
)
def test_any_bytes_give_an_upload(data: bytes) -> None:
    upload = read_upload(data, PROFILE)

    assert upload.size == len(data)
    assert upload.obstacle is not None or upload.records > 0


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_agreement_holds_across_the_pieces_that_are_parsed_at_once(end: str) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator=end)
    writer.writerow(HEADER)
    for i in range(30_000):
        name = 'one,\n"two"\n\nthree' * (i % 7) if i % 5 == 0 else "Math"
        writer.writerow([str(i), "0711", name][: 2 if i % 97 == 0 else 3])
    records = list(csv.reader(io.StringIO(file.getvalue(), newline="")))[1:]

    upload = read_upload(file.getvalue().encode(), PROFILE)

    assert upload.cells.rows() == [tuple([*cells, ""][:3]) for cells in records]
    assert upload.ragged["index"].to_list() == list(range(0, 30_000, 97))


@pytest.mark.parametrize(
    "body",
    [
        "1,2,3\n\n4,5\n6,7,8,9\n",
        "1\r2,3\r",
        '1,"a,b","c ""d"""\n2,"",x\n',
        '1,"a\nb\n\nc",d\r\n2,3,4\r\n',
        '1,2,"a\n\nb","c\nd\ne"\n3,4,5\n',
        '1,Robert "Bob" B,2\n3,4\n',
    ],
)
def test_regular_files_need_no_reading_record_by_record(
    body: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        pytest.fail("took seconds where a moment would do")

    monkeypatch.setattr(parse, "read_with_csv_module", refuse)

    assert read_upload(f"userId,schoolId,className\n{body}".encode(), PROFILE).obstacle is None


@settings(max_examples=60)
@given(
    above=st.lists(
        st.sampled_from(["Title", "a,b", "", ",,", '"two\nlines"', "sep=,"]), min_size=1, max_size=5
    ),
    table=tables,
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_every_road_begins_at_the_same_header_below_a_title(
    above: list[str], table: list[list[str]], end: str
) -> None:
    names = [column.name for column in PROFILE.columns.values()]
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(
        [[*row, *names[3:]] for row in [names[:3], *table]]
    )
    data = end.join([*above, file.getvalue()]).encode()

    upload = read_upload(data, PROFILE)

    assert [cell.typed for cell in upload.header] == names
    nothing = all(line.strip(",") == "" for line in above)
    assert upload.above == (0 if nothing else len(above))
    assert upload.first_row == len(above) + 2
    assert upload.cells.rows() == [(*row, *names[3:]) for row in table]
