"""What holds for every edit of every file, whatever form the file has."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from test_fixes_properties import COLUMNS, EXAMPLES, PROFILE, WORDS, files, records
from test_fixes_properties import written as file_of_rows

from roster_toolkit.ingest import read_upload
from roster_toolkit.repair.csv_records import Scanner
from roster_toolkit.reviewing.review import review

pytestmark = pytest.mark.slow

texts = st.one_of(
    st.sampled_from(sorted({word for words in WORDS for word in words if "\n" not in word})),
    st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), max_size=6),
)


@settings(max_examples=EXAMPLES * 4)
@given(files(), st.data())
def test_edits_change_just_their_cells_and_undone_give_the_bytes_back(
    file: bytes, data: st.DataObject
) -> None:
    result = review(file)
    upload = result.upload
    assume(upload.obstacle is None)
    blank = set(upload.blank)
    filled = [index for index in range(upload.cells.height) if index not in blank]
    names = [cell.typed for cell in upload.header]
    named = [place for place, name in enumerate(names) if name.strip() and names.count(name) == 1]
    chosen = data.draw(
        st.dictionaries(
            st.tuples(st.sampled_from(filled), st.sampled_from(named)), texts, max_size=4
        )
    )
    table = [list(row) for row in upload.cells.rows()]
    edited = result
    for (index, place), value in chosen.items():
        edited = edited.edit(upload.row(index), names[place], value)
        table[index][place] = value

    assert isinstance(edited.source, bytes)
    again = read_upload(edited.source, PROFILE)
    while len(table) > again.cells.height:
        assert not any(table.pop())
    assert [list(row) for row in again.cells.rows()] == table
    assert again.encoding in (upload.encoding, "utf-8")
    assert again.delimiter == upload.delimiter
    if upload.encoding != "utf-16":
        changed = {index for index, place in chosen}
        _other_records_keep_their_bytes(file, edited.source, upload.delimiter, changed)
    for row, column in edited.edits.select("row", "column").rows():
        edited = edited.undo(row, column)
    assert edited.source == file


def _other_records_keep_their_bytes(
    file: bytes, copy: bytes, delimiter: str, changed: set[int]
) -> None:
    scanner = Scanner(delimiter)
    mark = 3 if file.startswith(b"\xef\xbb\xbf") else 0
    before, after = ([mark, *scanner.ends(data, mark)] for data in (file, copy))
    assert len(before) == len(after)
    for at in range(len(before) - 1):
        if at - 1 not in changed:
            assert file[before[at] : before[at + 1]] == copy[after[at] : after[at + 1]]


@settings(max_examples=EXAMPLES)
@given(texts)
def test_a_value_comes_through_a_list_of_edits_as_it_is(value: str) -> None:
    file = file_of_rows(COLUMNS, [tuple(words[0] for words in WORDS)])

    edited = review(file).edit(2, "userLastName", value)

    assert review(file).edited(edited.edits_csv()).source == edited.source
    assert edited.upload.cells["userLastName"][0] == value


@settings(max_examples=EXAMPLES)
@given(files(), st.sampled_from(["Student", "student", "x", " Lee ", "=Lee"]), st.data())
def test_an_edited_cell_is_in_the_corrected_copy_as_it_was_typed(
    file: bytes, value: str, data: st.DataObject
) -> None:
    result = review(file)
    assume(result.upload.obstacle is None and "userRole" in result.upload.cells.columns)
    blank = set(result.upload.blank)
    index = data.draw(
        st.sampled_from([i for i in range(result.upload.cells.height) if i not in blank])
    )
    row = result.upload.row(index)
    # What a cell holds already is no edit: a fix may still change it.
    assume(result.upload.cells["userRole"][index] != value)

    fixed = result.edit(row, "userRole", value).fixed()

    dropped = fixed.log.filter(pl.col("after").is_null())["row"].to_list()
    if row not in dropped:
        at = row - sum(number < row for number in dropped if number is not None) - 1
        header, *_ = table = records(fixed.data)
        assert table[at][header.index("userRole")] == value
