"""Bytes → Upload: the cells as typed, the rows as a spreadsheet numbers them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import polars as pl
import pytest

from roster_toolkit.errors import UnreadableFile
from roster_toolkit.ingest import read_upload
from roster_toolkit.model import ERROR_FILE_COLUMNS, Obstacle, Upload
from roster_toolkit.profile import load_profile

PROFILE = load_profile()


def read(data: bytes | str) -> Upload:
    return read_upload(data.encode() if isinstance(data, str) else data, PROFILE)


def rows(data: bytes | str) -> list[tuple[str, ...]]:
    return read(data).cells.rows()


# --- where the bytes come from ---------------------------------------------------------------


def test_a_path_and_its_bytes_are_read_alike(tmp_path: Path) -> None:
    data = b"userId,schoolId\n007,0711\n"
    path = tmp_path / "fall.csv"
    path.write_bytes(data)

    from_path, from_text = read_upload(path, PROFILE), read_upload(str(path), PROFILE)
    from_bytes = read_upload(data, PROFILE)

    assert from_path.cells.equals(from_bytes.cells)
    assert from_text.cells.equals(from_bytes.cells)
    assert from_path.name == "fall.csv"
    assert from_bytes.name == "users.csv"
    assert from_path.sha256 == from_bytes.sha256 == hashlib.sha256(data).hexdigest()
    assert from_path.size == from_bytes.size == len(data)


def test_a_name_that_is_given_wins(tmp_path: Path) -> None:
    path = tmp_path / "tmp123"
    path.write_bytes(b"userId\n1\n")

    assert read_upload(path, PROFILE, name="fall.csv").name == "fall.csv"


def test_odd_characters_in_a_path_are_no_pattern(tmp_path: Path) -> None:
    path = tmp_path / "users [1]*.csv"
    path.write_bytes(b"userId\n1\n")

    assert read_upload(path, PROFILE).cells.rows() == [("1",)]


def test_a_missing_file_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"no file users\.csv; check"):
        read_upload(tmp_path / "users.csv", PROFILE)


def test_a_folder_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="is a folder; choose"):
        read_upload(tmp_path, PROFILE)


def test_a_file_without_permission_is_unreadable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "open", refuse)

    with pytest.raises(UnreadableFile, match="may not be read; allow"):
        read_upload(tmp_path / "users.csv", PROFILE)


# --- cells -------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_ends_a_record(end: str) -> None:
    assert rows(end.join(["userId,schoolId", "1,2", "3,4", ""])) == [("1", "2"), ("3", "4")]


def test_line_ends_may_be_mixed_and_the_last_may_be_missing() -> None:
    assert rows("userId,schoolId\r\n1,2\n3,4\r5,6") == [("1", "2"), ("3", "4"), ("5", "6")]


def test_quotes_hold_commas_quotes_and_line_breaks() -> None:
    data = 'userId,className\n1,"A, B"\n2,"The ""A"" team"\n3,"one\ntwo\r\nthree\rfour"\n'

    assert rows(data) == [
        ("1", "A, B"),
        ("2", 'The "A" team'),
        ("3", "one\ntwo\r\nthree\rfour"),
    ]


def test_quotes_in_the_middle_of_a_cell_are_kept_as_typed() -> None:
    data = 'userId,className\n1,Robert "Bob" B\n2,5" pipe\n3,"a"b"c\n4,x\n'

    assert rows(data) == [("1", 'Robert "Bob" B'), ("2", '5" pipe'), ("3", 'ab"c'), ("4", "x")]


def test_zeros_spaces_and_words_for_nothing_are_kept_as_typed() -> None:
    data = "userId,className,classId\n007, x ,NULL\n1e5,\ufeffé\u200b,nan\n"

    assert rows(data) == [("007", " x ", "NULL"), ("1e5", "\ufeffé\u200b", "nan")]


def test_a_byte_order_mark_inside_the_file_is_a_character_of_its_cell() -> None:
    assert rows("userId,schoolId\n\ufeff1,2\n") == [("\ufeff1", "2")]


def test_a_blank_cell_is_empty_text_quoted_or_not() -> None:
    cells = read('userId,schoolId,classId\n1,"",\n').cells

    assert cells.rows() == [("1", "", "")]
    assert cells.null_count().sum_horizontal().item() == 0
    assert set(cells.dtypes) == {pl.String}


def test_a_header_may_span_lines() -> None:
    upload = read('"user\nId",schoolId\n1,2\n')

    assert [cell.typed for cell in upload.header] == ["user\nId", "schoolId"]
    assert upload.first_row == 2
    assert upload.cells.rows() == [("1", "2")]


def test_a_text_that_begins_like_a_compressed_stream_is_text() -> None:
    assert rows("xڀ,userId\n1,2\n") == [("1", "2")]


# --- rows --------------------------------------------------------------------------------------


def test_the_header_is_row_1_and_the_first_record_row_2() -> None:
    upload = read("userId\n1\n2\n")

    assert upload.first_row == 2
    assert [upload.row(i) for i in range(upload.cells.height)] == [2, 3]


def test_blank_records_above_the_header_count_as_rows() -> None:
    upload = read('\n,,\n"  ",\nuserId,schoolId\n1,2\n')

    assert [cell.typed for cell in upload.header] == ["userId", "schoolId"]
    assert upload.first_row == 5


def test_blank_records_keep_their_place() -> None:
    upload = read('userId,schoolId\n1,2\n\n,\n" ",\u200b\n3,4\n')

    assert upload.cells.height == 5
    assert upload.blank.to_list() == [1, 2, 3]
    assert upload.ragged.is_empty()
    assert upload.records == 2


def test_blank_lines_at_the_end_are_no_records_but_a_row_of_commas_is() -> None:
    upload = read("userId,schoolId\n1,2\n,\n\n\r\n\n")

    assert upload.cells.rows() == [("1", "2"), ("", "")]
    assert upload.blank.to_list() == [1]


def test_a_record_that_spans_lines_is_one_row() -> None:
    upload = read('userId,className\n1,"a\n\nb"\n2,c\n')

    assert upload.cells["userId"].to_list() == ["1", "2"]


def test_ragged_records_are_padded_or_cut_and_listed() -> None:
    upload = read("userId,schoolId,classId\n1,2\n3,4,5\n6,7,8,9,\n10,11,12\n")

    assert upload.cells.rows() == [
        ("1", "2", ""),
        ("3", "4", "5"),
        ("6", "7", "8"),
        ("10", "11", "12"),
    ]
    assert upload.ragged.rows() == [(0, 2), (2, 5)]
    assert upload.ragged.schema == {"index": pl.UInt32, "found": pl.UInt32}
    assert upload.surplus == {2: ("9", "")}


def test_a_short_record_does_not_hide_a_long_one() -> None:
    """The bytes of one missing and one added comma add up to those of a sound file."""
    upload = read("userId,schoolId,classId\n1,\n2,3,4,")

    assert upload.ragged.rows() == [(0, 2), (1, 4)]


def test_ragged_records_with_quotes_and_line_breaks_keep_their_surplus() -> None:
    upload = read('userId,schoolId\n1,"a\nplain\nb","c, ""d""","e\nplain\nf"\n2,3\n')

    assert upload.cells.rows() == [("1", "a\nplain\nb"), ("2", "3")]
    assert upload.surplus == {0: ('c, "d"', "e\nplain\nf")}


def test_surplus_cells_keep_their_carriage_returns() -> None:
    upload = read('userId,schoolId\r\n1,2,"a\r\nb"\r\n')

    assert upload.surplus == {0: ("a\r\nb",)}


def test_a_long_record_with_loose_quotes_does_not_damage_the_next() -> None:
    upload = read('userId,schoolId,classId\n1,aa""="=,\',a"a\n"""\n="\n')

    assert upload.cells.rows() == [("1", 'aa""="=', "'"), ('"\n=', "", "")]


def test_a_record_whose_only_content_is_surplus_is_not_blank() -> None:
    upload = read("userId,schoolId\n,,x\n1,2\n")

    assert upload.blank.is_empty()
    assert upload.surplus == {0: ("x",)}


# --- delimiters --------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_recognised_by_the_header(delimiter: str) -> None:
    upload = read(f'userId{delimiter}className\n1{delimiter}"a{delimiter}b"\n')

    assert upload.delimiter == delimiter
    assert upload.cells.rows() == [("1", f"a{delimiter}b")]


def test_a_comma_inside_a_header_does_not_hide_semicolons() -> None:
    assert read('userId;schoolId;"name, last"\n1;2;3\n').delimiter == ";"


def test_a_semicolon_inside_a_header_is_no_delimiter() -> None:
    assert read("userId,a;b;c,schoolId\n1,2,3\n").delimiter == ","


def test_unknown_headers_are_cut_at_what_clearly_separates_them() -> None:
    assert read("alpha;beta;gamma\n1;2;3\n").delimiter == ";"


# --- the toolkit's own error file ----------------------------------------------------------------

_ADDED = ",".join(ERROR_FILE_COLUMNS)


def test_the_error_file_is_read_as_the_customers_own() -> None:
    upload = read(
        f"userId,schoolId,{_ADDED}\n,,file,Bad header,Rename it\n1,2,2,,\n3,,3,No school,Fill it\n"
    )

    assert upload.is_error_file
    assert [cell.typed for cell in upload.header] == ["userId", "schoolId"]
    assert upload.cells.rows() == [("1", "2"), ("3", "")]
    assert upload.first_row == 2


def test_an_error_file_without_faults_of_the_file_keeps_its_first_record() -> None:
    assert rows(f"userId,{_ADDED}\n1,2,,\n") == [("1",)]


def test_one_apostrophe_comes_off_where_the_writer_put_one() -> None:
    typed = ["'=1+1", "''x", "'+1", "'-1", "'@a", "'\ta", "'\ra", "'a", "a'=", "'"]
    data = f"userId,{_ADDED}\n" + "".join(f'"{cell}",2,,\n' for cell in typed)

    plain = read(data).cells["userId"].to_list()

    assert plain == ["=1+1", "'x", "+1", "-1", "@a", "\ta", "\ra", "'a", "a'=", "'"]


def test_apostrophes_of_any_other_file_stay() -> None:
    upload = read("userId\n'=1\n")

    assert not upload.is_error_file
    assert upload.cells.rows() == [("'=1",)]


def test_surplus_cells_after_the_added_ones_stay_surplus() -> None:
    upload = read(f"userId,schoolId,{_ADDED}\n,,file,e,f\n1,2,2,e,f,'=x,y\n1,2\n1\n")

    assert upload.ragged.rows() == [(0, 4), (2, 1)]
    assert upload.surplus == {0: ("=x", "y")}


def test_the_workbook_saved_as_csv_is_read_as_the_customers_own() -> None:
    upload = read(
        f"{_ADDED},userId,schoolId\nfile,Bad header,Rename it,,\n2,,,1,2\n3,No school,Fill it,3,\n"
    )

    assert upload.is_error_file
    assert [cell.typed for cell in upload.header] == ["userId", "schoolId"]
    assert upload.cells.rows() == [("1", "2"), ("3", "")]
    assert upload.first_row == 2
    assert upload.ragged.is_empty()


def test_of_it_the_first_cells_are_ours_whatever_a_record_lacks() -> None:
    upload = read(f"{_ADDED},userId,schoolId\n2,e,f,'=1\n3,e,f,1,(no cell)\n4,e,f,1,2,'=x,y\n")

    assert upload.ragged.rows() == [(0, 1), (1, 1), (2, 4)]
    assert upload.cells["userId"].to_list() == ["=1", "1", "1"]
    assert upload.surplus == {2: ("=x", "y")}


def test_of_it_a_header_without_a_name_is_blank() -> None:
    upload = read(f"{_ADDED},userId,schoolId,(no name),'(no name)\n2,,,1,2,3,4\n")

    assert [cell.typed for cell in upload.header] == ["userId", "schoolId", "", "(no name)"]


def test_two_of_the_three_columns_make_no_error_file() -> None:
    assert not read("userId,row,errors\n1,file,x\n").is_error_file
    assert not read("row,errors,userId,how to fix\n1,file,x,2\n").is_error_file


def test_nothing_stays_of_an_error_file_that_holds_its_first_record_only() -> None:
    assert read(f"userId,{_ADDED}\n,file,e,f\n").obstacle is Obstacle.HEADER_ALONE
