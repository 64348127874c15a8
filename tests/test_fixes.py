"""The repair bench: what it repairs, what it leaves alone, and what it takes back."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from repairing import fix_file

from roster_toolkit import review
from roster_toolkit.errors import ToolkitError, UsageError
from roster_toolkit.ingest import read_upload
from roster_toolkit.model import HeaderNeed
from roster_toolkit.profile import load_profile
from roster_toolkit.repair import Fixed, apply_fixes, write_fixed
from roster_toolkit.repair.csv_records import Scanner
from roster_toolkit.validate import validate

PROFILE = load_profile()
HEADER = (
    "action,schoolId,userId,userRole,userFirstName,userLastName,userEmail,userGrade,"
    "classId,className,classGrade,primary_teacher\n"
)
SOUND = ",0711,S1,Student,Ana,Lee,ana@school.org,3,C1,Math,3,\n"
STAFF = ",0711,T1,Teacher,Ana,Lee,a@b.org,,,,,\n"
OTHER = ",0711,S2,Student,Bo,Diaz,bo@school.org,3,C1,Math,3,\n"


def fix(file: str | bytes, *confirm: str) -> str:
    return fixed(file, *confirm).data.decode()


def fixed(file: str | bytes, *confirm: str) -> Fixed:
    data = file.encode() if isinstance(file, str) else file
    return fix_file(data, profile=PROFILE, confirm=confirm).fixed


def log(file: str | bytes, *confirm: str) -> list[tuple[object, ...]]:
    return fixed(file, *confirm).log.rows()


def why_not(file: str | bytes, *confirm: str) -> list[tuple[object, ...]]:
    return fixed(file, *confirm).not_made.select("row", "column", "code", "why").rows()


# --- cells ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "mended", "code"),
    [
        (",0711,S1,student,Ana,Lee,", ",0711,S1,Student,Ana,Lee,", "RT102"),
        (",0711,S1,Student, Ana ,Lee,", ",0711,S1,Student,Ana,Lee,", "RT105"),
        (",0711,S1,Student,An\u200ba,Lee,", ",0711,S1,Student,Ana,Lee,", "RT105"),
    ],
)
def test_a_safe_repair_is_made_unasked(typed: str, mended: str, code: str) -> None:
    file = HEADER + SOUND.replace(",0711,S1,Student,Ana,Lee,", typed)

    assert fix(file) == HEADER + SOUND.replace(",0711,S1,Student,Ana,Lee,", mended)
    assert [line[2] for line in log(file)] == [code]


def test_the_log_names_a_cell_by_the_header_that_stands_above_it_in_the_copy() -> None:
    file = HEADER.replace("userRole", "role") + SOUND.replace("Student", "student")

    assert log(file) == [(2, "role", "RT102", "student", "Student")]
    assert log(file, "RT004:role") == [
        (None, "userRole", "RT004", "role", "userRole"),
        (2, "userRole", "RT102", "student", "Student"),
    ]


def test_what_is_not_repaired_is_named_by_its_header_as_well() -> None:
    file = HEADER.replace("userEmail", "email") + SOUND.replace("ana@", "ana@@")

    assert why_not(file) == [
        (None, "email", "RT004", "not confirmed"),
        (2, "email", "RT103", "not confirmed"),
    ]


def test_a_sound_file_keeps_every_byte() -> None:
    header = "\ufeff" + HEADER.replace("\n", "\r\n")
    file = header + '"",0711,"S1",Student,A"na,Le\'e,a@b.org,3,C1,"Math, ""A""",3,\r\n\r\n\r\n'

    assert fix(file) == file
    assert log(file) == []


def test_other_cells_of_a_changed_record_keep_their_quotes() -> None:
    record = '"",0711,"S1",student,"Ana",Lee,ana@school.org,03,C1,"Math, ""A""",3,\r\n'

    repaired = fix(HEADER + OTHER + record)

    assert repaired == HEADER + OTHER + record.replace("student", "Student").replace("03", "3")


def test_a_record_over_two_lines_keeps_its_line_break() -> None:
    record = SOUND.replace("Math", '"Math\nA"')

    assert fix(HEADER + record.replace("Student", "student") + OTHER.replace("C1", "C2")) == (
        HEADER + record + OTHER.replace("C1", "C2")
    )


@pytest.mark.parametrize(
    ("typed", "mended", "code"),
    [
        (",ana@@school.org,3,", ",ana@school.org,3,", "RT103"),
        (",ana@school.org,freshman,", ",ana@school.org,9,", "RT102"),
    ],
)
def test_a_likely_repair_waits_for_a_yes(typed: str, mended: str, code: str) -> None:
    file = HEADER + SOUND.replace(",ana@school.org,3,", typed)

    assert fix(file) == file
    assert [line[2:] for line in why_not(file)] == [(code, "not confirmed")]
    assert fix(file, code) == file.replace(typed, mended)


def test_a_yes_may_be_for_one_value() -> None:
    file = HEADER + SOUND.replace("ana@", "ana@@") + OTHER.replace("bo@", "bo@@")

    assert fix(file, "RT103:bo@@school.org") == file.replace("bo@@", "bo@")


def test_several_yeses_may_stand_in_one_item_even_with_a_comma_in_the_value() -> None:
    bad = SOUND.replace("ana@school.org", '"ana@school,org"').replace(",3,C1", ",freshman,C1")
    good = SOUND.replace(",3,C1", ",9,C1")

    assert fix(HEADER + bad + OTHER, "RT103:ana@school,org,RT102") == HEADER + good + OTHER


@pytest.mark.parametrize(
    ("code", "bad", "good"),
    [
        ("RT202", STAFF.replace("org,,", "org,3,"), STAFF),
        ("RT203", SOUND.replace(",3,\n", ",3,TRUE\n"), SOUND),
        ("RT110", SOUND.replace(",0711", "n/a,0711"), SOUND),
        ("RT109", SOUND.replace("Lee", "NÃºÃ±ez"), SOUND.replace("Lee", "Núñez")),
        ("RT106", SOUND.replace("C1", "5-Mar"), SOUND.replace("C1", "3-5")),
    ],
)  # fmt: skip
def test_what_loses_something_is_done_only_if_confirmed(code: str, bad: str, good: str) -> None:
    assert fix(HEADER + bad) == HEADER + bad
    assert fix(HEADER + bad, code) == HEADER + good


def test_one_line_of_the_log_tells_of_a_cell_with_several_faults() -> None:
    file = HEADER + SOUND.replace(",3,C1", ", Grade 3 ,C1")

    assert log(file) == [(2, "userGrade", "RT102", " Grade 3 ", "3")]


def test_where_the_better_repair_is_not_confirmed_the_space_still_goes() -> None:
    file = HEADER + SOUND.replace("ana@school", " ana@@school")

    assert log(file) == [(2, "userEmail", "RT105", " ana@@school.org", "ana@@school.org")]


def test_a_repair_may_call_for_another() -> None:
    file = HEADER + ",0711,T1,t,Ana,Lee,a@b.org,3,,,,\n"

    assert fix(file, "RT102,RT202") == HEADER + ",0711,T1,Teacher,Ana,Lee,a@b.org,,,,,\n"


# --- what is taken back --------------------------------------------------------------------------


def test_a_repair_that_would_make_an_error_elsewhere_is_taken_back() -> None:
    """The mended ID belongs to somebody else already."""
    file = HEADER + SOUND + OTHER.replace("S2", '"=""S1"""')

    assert fix(file, "RT106") == file
    assert why_not(file, "RT106")[0][3] == "would make a new error (RT303)"


def test_nobody_is_offered_the_address_of_somebody_else() -> None:
    file = HEADER + SOUND + OTHER.replace("bo@school.org", "ana@@school.org")

    assert fix(file, "RT103") == file
    assert why_not(file, "RT103") == []


def test_a_repair_that_leaves_the_cell_wrong_is_taken_back() -> None:
    file = HEADER + SOUND.replace("ana@school.org", "ana@ amplify.com")

    assert fix(file, "RT103") == file
    assert why_not(file, "RT103")[0][3] == "would make a new error (RT107)"


def test_only_the_repair_at_fault_is_taken_back() -> None:
    """Read as a student, the row would lack a grade; the grade of its class is still put right."""
    file = HEADER + ",0711,S1,student,Ana,Lee,ana@school.org,,C1,Math,03,\n"

    assert fix(file) == file.replace(",03,", ",3,")
    assert why_not(file) == [(2, "userRole", "RT102", "would make a new error (RT201)")]


def test_a_repair_that_outvotes_other_rows_is_taken_back() -> None:
    """Two cells that nobody could read become a majority against a third."""
    rows = [SOUND, *[SOUND.replace("C1", c).replace(",3,C", ",04,C") for c in ("C2", "C3")]]
    file = HEADER + "".join(rows)

    assert fix(file) == file
    assert {line[3] for line in why_not(file)} == {"would make a new error (RT303)"}


def test_a_shifted_row_is_left_alone() -> None:
    shifted = ",0711,S9,Ana,Lee,ana@school.org,03,C1,Math,3,,\n"

    assert fix(HEADER + shifted) == HEADER + shifted


# --- records -------------------------------------------------------------------------------------


def test_blank_records_go_and_blank_lines_at_the_end_stay() -> None:
    file = HEADER + "\n" + SOUND + ",,,,,,,,,,,\n \n" + OTHER + "\n\n"

    assert fix(file) == HEADER + SOUND + OTHER + "\n\n"
    assert [line[:3] for line in log(file)] == [(r, None, "RT014") for r in (2, 4, 5)]


def test_of_exact_repeats_the_first_stays() -> None:
    file = HEADER + SOUND + OTHER + SOUND.replace("Lee", '"Lee"') + SOUND.replace(",3,\n", ",03,\n")

    assert fix(file) == HEADER + SOUND + OTHER
    assert [line[:3] for line in log(file)] == [(4, None, "RT301"), (5, None, "RT301")]


def test_repeats_that_differ_stay() -> None:
    file = HEADER + SOUND + SOUND.replace(",3,\n", ",3,FALSE\n")

    assert fix(file) == file


def test_a_repeat_that_decides_a_vote_stays() -> None:
    """Two rows against one: without the repeat nobody could tell which is right."""
    file = HEADER + SOUND + SOUND + SOUND.replace("Lee", "Li").replace("C1", "C2")

    assert fix(file) == file
    assert why_not(file) == [(3, None, "RT301", "would make a new error (RT303)")]


def test_rows_of_the_template_go_if_confirmed() -> None:
    sample = ",0711,T1001,Teacher,Sample,Teacher,sample.teacher@school.example,,C1,Math,3,TRUE\n"

    assert fix(HEADER + sample + SOUND) == HEADER + sample + SOUND
    assert why_not(HEADER + sample + SOUND) == [(2, None, "RT013", "not confirmed")]
    assert fix(HEADER + sample + SOUND, "RT013") == HEADER + SOUND
    assert fix(HEADER + sample, "RT013") == HEADER + sample


# --- the file as a whole -------------------------------------------------------------------------


def test_capitals_of_headers_are_put_right() -> None:
    file = HEADER.replace("schoolId", " SchoolID ") + SOUND

    assert fix(file) == HEADER + SOUND
    assert log(file) == [(None, "schoolId", "RT005", " SchoolID ", "schoolId")]


def test_a_likely_header_is_renamed_if_confirmed_and_its_cells_are_repaired() -> None:
    file = HEADER.replace("userGrade", '"userGrad"') + SOUND.replace(",3,C1", ",03,C1")

    assert fix(file) == file
    assert why_not(file) == [(None, "userGrad", "RT004", "not confirmed")]
    assert fix(file, "RT004:userGrad") == HEADER + SOUND


BORN = HEADER.replace("userGrade", "userGrade,Birthdate") + SOUND.replace(
    ",3,C1", ",3,2016-05-01,C1"
)


def test_a_column_that_the_portal_has_not_is_deleted_if_confirmed() -> None:
    assert fix(BORN) == BORN
    assert why_not(BORN) == [(None, "Birthdate", "RT004", "not confirmed")]
    assert fix(BORN, "RT004:Birthdate") == HEADER + SOUND
    assert log(BORN, "RT004") == [(None, "Birthdate", "RT004", "Birthdate", "")]


def test_it_stays_where_a_cell_of_it_was_edited_by_hand() -> None:
    edited = review(BORN.encode()).edit(2, "Birthdate", "2016-05-02")

    assert b"2016-05-02" in edited.fixed(["RT004"]).data
    assert edited.repairs.is_empty()


def test_it_stays_where_it_may_be_a_column_that_is_missing() -> None:
    file = BORN.replace("userEmail,", "").replace("ana@school.org,", "")

    assert fix(file, "RT004") == file
    assert why_not(file) == []


def test_it_stays_where_a_column_is_missing_that_only_some_files_need() -> None:
    state = replace(PROFILE.columns["userStateId"], header=HeaderNeed.CONDITIONAL)
    profile = replace(PROFILE, columns={**PROFILE.columns, "userStateId": state})

    assert review(BORN.encode(), profile=profile).repairs.is_empty()


def test_it_stays_where_a_row_has_a_cell_more_than_the_header() -> None:
    file = BORN + SOUND.replace("S1", "S2").replace(",3,C1", ",3,2016-05-01,F,C1")

    assert fix(file, "RT004") == file


def test_a_header_that_stands_twice_is_left_alone() -> None:
    file = HEADER.replace("className", "usergrade") + SOUND

    assert fix(file, "RT004") == file


def test_another_delimiter_becomes_the_comma() -> None:
    file = (HEADER + SOUND).replace(",", ";").replace("Math", "Math, A").replace("\n", "\r\n")

    assert fix(file) == (HEADER + SOUND).replace("Math", '"Math, A"').replace("\n", "\r\n")
    assert log(file) == [(None, None, "RT007", ";", ",")]


@pytest.mark.parametrize("encoding", ["utf-16", "windows-1252"])
def test_another_encoding_becomes_utf8(encoding: str) -> None:
    file = HEADER + SOUND.replace("Ana", '"André"').replace("Student", "student")

    assert fix(file.encode(encoding)) == file.replace("student", "Student")


FOREIGN = {
    "cp1250": ["Wałęsa", "Śliwiński", "Kozłowski"],
    "cp1251": ["Иванов", "Петрова"],
    "cp1253": ["Παπαδόπουλος", "Γεωργίου"],
    "cp1254": ["Yıldız", "Şahin", "Aydoğan"],  # noqa: RUF001
    "cp1255": ["מזרחי", "כהן"],
    "cp1256": ["محمد", "فاطمة"],
    "gbk": ["王小明", "张伟"],
    "euc-kr": ["김민준", "이서연"],
}


@pytest.mark.parametrize("encoding", FOREIGN)
def test_names_of_another_code_page_are_not_made_utf8_without_a_yes(encoding: str) -> None:
    """Read as Windows-1252 they are other letters, and as UTF-8 nothing would restore them."""
    people = [f",0711,S{n},student,Ana,{name},s{n}@school.org,3,,,,\n"
              for n, name in enumerate(FOREIGN[encoding])]  # fmt: skip
    file = (HEADER + "".join(people)).encode(encoding)
    copy = fixed(file)

    assert copy.data == file.replace(b"student", b"Student")
    assert "RT009" not in copy.log["code"].to_list()
    assert (None, None, "RT009", "not confirmed") in why_not(file)
    confirmed = fixed(copy.data, "RT009").log.row(0)
    assert confirmed == (None, None, "RT009", "windows-1252", "utf-8")


def test_a_copy_that_stays_in_a_code_page_takes_no_letters_which_that_lacks() -> None:
    file = (HEADER + SOUND.replace("Lee", "Wałęsa")).encode("cp1250")
    file += OTHER.replace("Diaz", "Nguy&#7877;n").encode()

    with pytest.raises(UsageError, match="stays windows-1252, as its names do not fit that"):
        fix(file, "RT109")


def test_the_action_column_goes_first() -> None:
    file = HEADER.replace("action,schoolId", "schoolId,action") + SOUND.replace(
        ",0711,S1", "0711,,S1"
    )

    assert fix(file) == HEADER + SOUND
    assert log(file) == [(None, "action", "RT012", "column 2", "column 1")]


def test_ragged_records_stay_ragged() -> None:
    ragged = ";0711;S2;student\n;0711;S3;Student;Bo;Li;bo@x.org;3;C1;Math;3;;a,b;c\n"
    file = HEADER.replace(",", ";") + SOUND.replace(",", ";") + ragged

    mended = ',0711,S2,student\n,0711,S3,Student,Bo,Li,bo@x.org,3,C1,Math,3,,"a,b",c\n'
    assert fix(file) == HEADER + SOUND + mended


def test_the_error_file_becomes_a_file_to_upload() -> None:
    added = ",row,errors,how to fix\n"
    file = (
        HEADER.replace("\n", added)
        + ",,,,,,,,,,,,file,RT012,Move it\n"
        + SOUND.replace("Lee", "'=Lee").replace("\n", ',2,"RT111\nRT102",Look\n')
        + OTHER.replace("Student", "student").replace("\n", ",3,,\n")
    )

    assert fix(file) == HEADER + SOUND.replace("Lee", "=Lee") + OTHER
    assert [line[1:] for line in log(file)] == [
        ("row", None, "row", None),
        ("errors", None, "errors", None),
        ("how to fix", None, "how to fix", None),
        ("userRole", "RT102", "student", "Student"),
    ]


@pytest.mark.parametrize(
    "file",
    [b"", HEADER.encode(), b"PK\x03\x04\x00", (HEADER + ',0711,"S1\n').encode()],
    ids=["empty", "header alone", "archive", "unclosed quote"],
)
def test_what_cannot_be_read_cannot_be_repaired(file: bytes) -> None:
    with pytest.raises(ToolkitError, match=r"^nothing to fix: "):
        fix(file)


@pytest.mark.parametrize("item", ["RT999", "RT302", "nonsense"])
def test_a_yes_to_what_cannot_be_confirmed_is_a_slip(item: str) -> None:
    with pytest.raises(UsageError, match=item.upper()):
        fix(HEADER + SOUND, item)


def test_the_file_must_be_the_one_that_was_checked() -> None:
    upload = read_upload((HEADER + SOUND).encode(), PROFILE)
    validation = validate(upload, PROFILE)

    with pytest.raises(UsageError, match="has changed"):
        apply_fixes((HEADER + OTHER).encode(), upload, validation, PROFILE)


def test_the_customers_file_is_never_written(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_text(HEADER + SOUND.replace("Student", "student"), encoding="utf-8")
    result = fix_file(path, profile=PROFILE).fixed

    with pytest.raises(UsageError, match="another name"):
        write_fixed(result, path, source=path)
    write_fixed(result, tmp_path / "out.csv", source=path)

    assert path.read_text(encoding="utf-8") == HEADER + SOUND.replace("Student", "student")
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == HEADER + SOUND
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["out.csv", "users.csv"]


def test_the_check_of_the_result_knows_what_remains() -> None:
    file = HEADER + SOUND.replace("Student", "student") + OTHER.replace("bo@", "bo@@")

    result = fix_file(file.encode(), profile=PROFILE)

    assert set(result.before.findings["code"]) == {102, 103}
    assert set(result.after.findings["code"]) == {103, 307}


# --- where records stand in the bytes ------------------------------------------------------------


@given(st.text(alphabet='a,"\r\n;', max_size=40))
def test_records_and_cells_are_found_where_the_csv_module_finds_them(text: str) -> None:
    data = text.encode()
    scanner = Scanner(",")

    ends = scanner.ends(data, 0)
    spans = [data[a:b] for a, b in zip([0, *ends], ends, strict=False)]

    assert b"".join(spans) == data
    if _ends_inside_quotes(text):
        return  # an obstacle: such a file is not repaired
    expected = list(csv.reader(io.StringIO(text, newline="")))
    assert len(spans) == len(expected)
    assert scanner.ends(data, 0, records=len(expected)) == ends
    for span, cells in zip(spans, expected, strict=True):
        raw, line_end = scanner.cells(span)
        assert b",".join(raw) + line_end == span
        assert len(raw) == max(len(cells), 1)


def _ends_inside_quotes(text: str) -> bool:
    return list(csv.reader(io.StringIO(text + "\x00,", newline="")))[-1][-1:] != [""]


def test_a_short_record_keeps_its_cells_where_the_action_column_moves() -> None:
    data = b"schoolId;userId;action;userRole\n0711;S1;;Student\na note\n"

    assert fixed(data).data.splitlines()[-1] == b"a note"
