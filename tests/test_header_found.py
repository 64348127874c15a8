"""Where the header stands, and what stands in its way."""

from __future__ import annotations

import io
import zipfile

import pytest
from making import HEADER, file_of, in_class, places, student, teacher
from repairing import fix_file

from roster_toolkit.ingest import read_upload
from roster_toolkit.model import HeaderMatch, Obstacle
from roster_toolkit.profile import load_profile
from roster_toolkit.reviewing.review import Verdict, review

PROFILE = load_profile()
ROWS = (in_class(teacher("T1")), *(in_class(student(f"S{i}")) for i in range(4)))
FILE = file_of(ROWS)
MARK = b"\xef\xbb\xbf"


def fixed(data: bytes, *confirm: str) -> bytes:
    return fix_file(data, profile=PROFILE, confirm=confirm).fixed.data


@pytest.mark.parametrize(
    "above",
    [
        "Hill District roster export\n",
        "Hill District, all schools, 2026\n",
        "Table 1" + "," * 15 + "\n",
        "sep=,\n",
        "Report\nRun date: 08/14/2026 7:02 AM\n\n",
        "\n" + "," * 15 + "\nTitle\n",
        '"A title\nof two lines"\n',
        "x\n" * 9,
    ],
)
@pytest.mark.parametrize(
    ("end", "mark"),
    [
        ("\n", b""),
        *(
            pytest.param(end, mark, marks=pytest.mark.slow)
            for end, mark in (
                ("\r\n", b""), ("\r", b""), ("\n", MARK), ("\r\n", MARK), ("\r", MARK),
            )
        ),
    ],
)  # fmt: skip
def test_lines_above_the_header_are_one_blocker_and_go(above: str, end: str, mark: bytes) -> None:
    plain = FILE.replace(b"\n", end.encode())
    data = mark + above.replace("\n", end).encode() + plain

    result = review(data)

    assert places(result) == [(None, None, "RT016")]
    assert result.verdict is Verdict.REJECTED
    assert fixed(data) == mark + plain


@pytest.mark.parametrize("above", [b"\n", b"," * 15 + b"\n", b"\n \n"])
def test_blank_lines_alone_above_the_header_are_no_fault_and_stay(above: bytes) -> None:
    result = review(above + FILE)

    assert places(result) == []
    assert result.upload.first_row == above.count(b"\n") + 2
    assert fixed(above + FILE) == above + FILE


def test_rows_below_a_title_keep_the_numbers_of_the_spreadsheet_and_are_judged() -> None:
    data = b"Title\n\n" + file_of([*ROWS, student("S9", userGrade="17")])

    result = review(data)

    assert places(result) == [(None, None, "RT016"), (9, "userGrade", "RT102")]
    assert result.provisional
    assert (result.rows.rejected, result.rows.blank) == (6, 0)


def test_the_header_is_looked_for_in_ten_rows_and_below_titles_in_sixty() -> None:
    assert read_upload(b"a,b,c,d\n" * 9 + FILE, PROFILE).first_row == 11
    assert read_upload(b"a,b,c,d\n" * 10 + FILE, PROFILE).first_row == 2
    assert read_upload(b"x\n" * 59 + FILE, PROFILE).first_row == 61
    assert read_upload(b"x\n" * 60 + FILE, PROFILE).first_row == 2


def test_a_header_of_half_our_names_is_not_looked_beyond() -> None:
    again = FILE.splitlines(keepends=True)[0]

    upload = read_upload(again + FILE, PROFILE)

    assert (upload.above, upload.first_row) == (0, 2)


def test_a_separator_line_is_understood_with_its_separator() -> None:
    data = b"sep=;\n" + FILE.replace(b",", b";")

    assert places(review(data)) == [(None, None, "RT007"), (None, None, "RT016")]
    assert fixed(data) == FILE


def test_a_faulty_header_below_a_title_is_judged_too() -> None:
    data = b"Title\n" + FILE.replace(b"userGrade", b"USERGRADE")

    assert places(review(data)) == [(None, None, "RT016"), (None, "userGrade", "RT005")]
    assert fixed(data) == FILE


def test_a_person_above_the_header_is_never_taken_away() -> None:
    header, *rest, last = FILE.splitlines(keepends=True)
    data = b"".join([last, header, *rest])

    result = fix_file(data, profile=PROFILE)

    assert places(review(data)) == [(None, None, "RT016")]
    assert result.fixed.data == data


def test_a_header_quoted_as_a_whole_loses_its_quotes() -> None:
    header, *rest = FILE.splitlines(keepends=True)
    data = b'"' + header[:-1] + b'"\n' + b"".join(rest)

    assert places(review(data)) == [(None, None, "RT016")]
    assert fixed(data) == FILE


@pytest.mark.parametrize("behind", [b"", b",,,", b";"])
def test_lines_quoted_as_a_whole_lose_their_quotes(behind: bytes) -> None:
    plain = file_of([*ROWS, in_class(student("S8"), userFirstName="Ana, Maria")])
    lines = [b'"' + line.replace(b'"', b'""') + b'"' + behind for line in plain.splitlines()]
    data = b"\n".join([*lines, b""])

    assert places(review(data)) == [(None, None, "RT016")]
    assert fixed(data) == plain


def test_a_workbook_with_a_title_row_says_both() -> None:
    pytest.importorskip("xlsxwriter")
    import xlsxwriter

    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    sheet = book.add_worksheet("users")
    sheet.write_row(0, 0, ["Hill District"])
    for at, line in enumerate(FILE.decode().splitlines(), start=1):
        sheet.write_row(at, 0, line.split(","))
    book.close()
    assert zipfile.is_zipfile(content)

    upload = read_upload(content.getvalue(), PROFILE, name="users.xlsx")

    assert upload.obstacle is Obstacle.WORKBOOK
    assert (upload.above, upload.first_row, upload.records) == (1, 3, len(ROWS))


# --- no header at all --------------------------------------------------------------------------


def test_a_file_without_a_header_is_told_so_and_given_one() -> None:
    data = b"".join(FILE.splitlines(keepends=True)[1:])

    result = review(data)

    assert {code for _, _, code in places(result)} == {"RT003"}
    assert len(result.causes) == 1
    assert result.header_line is not None
    assert result.header_line.corrected == ",".join(HEADER)
    assert "missing" in result.header_line.changes
    assert fixed(data, "RT004") == data


# --- what unknown headers mean -----------------------------------------------------------------

SPANISH = [
    "acción", "idEscuela", "idUsuario", "idDistrito", "idEstado", "rol", "nombre", "apellido",
    "correo", "grado", "idClase", "nombreClase", "nombreVisible", "gradoClase", "materia",
    "maestroPrincipal",
]  # fmt: skip


def people() -> list[dict[str, str]]:
    staff = [in_class(teacher("T1"), primary_teacher="TRUE", classSubject="Math")]
    return staff + [in_class(student(f"S{i}"), classSubject="Math") for i in range(9)]


def test_translated_headers_are_paired_by_what_their_cells_hold_and_renamed_if_confirmed() -> None:
    right = file_of(people())
    data = right.replace(right.splitlines()[0], ",".join(SPANISH).encode())

    result = review(data)

    assert [cell.key for cell in result.upload.header] == list(HEADER)
    assert fixed(data) == data
    assert fixed(data, "RT004") == right


FRENCH = [
    "action", "idÉcole", "idUtilisateur", "idDistrict", "idÉtat", "rôle", "prénom", "nom",
    "courriel", "niveau", "idClasse", "nomClasse", "nomAffiché", "niveauClasse", "matière",
    "enseignantPrincipal",
]  # fmt: skip
GERMAN = [
    "Aktion", "SchulID", "BenutzerID", "BezirksID", "LandesID", "Rolle", "Vorname", "Nachname",
    "E-Mail", "Klassenstufe", "KlassenID", "Klassenname", "Anzeigename", "Stufe der Klasse", "Fach",
    "Hauptlehrkraft",
]  # fmt: skip


@pytest.mark.parametrize("words", [SPANISH, FRENCH, GERMAN], ids=["Spanish", "French", "German"])
@pytest.mark.parametrize("swapped", [None, (6, 7), (3, 4), (11, 12), (9, 13), (11, 14)])
def test_translated_headers_are_known_in_any_order(
    words: list[str], swapped: tuple[int, int] | None
) -> None:
    """The header to copy had first and last names swapped where the last name stood first."""
    order, typed = list(HEADER), list(words)
    if swapped:
        for names in (order, typed):
            one, other = swapped
            names[one], names[other] = names[other], names[one]
    data = file_of(people(), order)

    upload = read_upload(data.replace(data.splitlines()[0], ",".join(typed).encode()), PROFILE)

    assert [cell.key for cell in upload.header] == order


OTHER_SYSTEM = [
    "action", "Building", "Pupil Number", "Local ID", "State ID", "Role", "First", "Last", "Mail",
    "Grade", "Section", "Course", "Label", "Section Grade", "Subject", "Primary",
]  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [SPANISH, FRENCH, GERMAN, OTHER_SYSTEM],
    ids=["Spanish", "French", "German", "another system"],
)
@pytest.mark.parametrize("above", ["Lista de alumnos\n", "Hill District\n\nAugust 2026\n"])
@pytest.mark.parametrize("sign", [",", ";"])
def test_a_title_above_a_header_in_other_words_is_told_and_goes(
    words: list[str], above: str, sign: str
) -> None:
    right = file_of(people())
    table = right.replace(right.splitlines()[0], ",".join(words).encode()).decode()

    result = review((above + table.replace(",", sign)).encode())

    assert [cell.typed for cell in result.upload.header] == words
    assert result.upload.above == above.count("\n")
    assert {"RT016", "RT004"} <= set(result.by_rule)
    assert "RT008" not in result.by_rule


@pytest.mark.parametrize("words", [HEADER, SPANISH], ids=["ours", "Spanish"])
def test_a_header_is_found_below_a_page_of_titles(words: list[str]) -> None:
    right = file_of(people())
    table = right.replace(right.splitlines()[0], ",".join(words).encode())

    result = review(b"".join(b"Report, line %d\n" % n for n in range(25)) + table)

    assert [cell.typed for cell in result.upload.header] == list(words)
    assert (result.upload.above, result.upload.first_row) == (25, 27)


def test_below_records_of_people_no_header_is_looked_for_so_far_down() -> None:
    right = file_of(people())

    upload = read_upload(b"Title\n" + b"a,b,c,d,e\n" * 15 + right, PROFILE)

    assert upload.above == 0


def test_two_lines_of_headers_keep_the_one_with_our_names() -> None:
    right = file_of(people())

    upload = read_upload(",".join(SPANISH).encode() + b"\n" + right, PROFILE)

    assert [cell.typed for cell in upload.header] == list(HEADER)


@pytest.mark.parametrize("alone", ["Nombre", "nom", "Apellidos"])
def test_one_translated_name_without_the_other_may_be_over_whole_names(alone: str) -> None:
    header = [*HEADER[:6], alone, *HEADER[8:]]
    rows = [row | {alone: "Ana Lee"} for row in people()]

    keys = {cell.typed: cell.key for cell in read_upload(file_of(rows, header), PROFILE).header}

    assert keys[alone] is None


def test_addresses_and_roles_are_known_wherever_they_stand() -> None:
    header = [*HEADER[:5], "kind", *HEADER[6:8], "contact", *HEADER[9:]]
    data = file_of(people()).replace(",".join(HEADER).encode(), ",".join(header).encode())

    pairs = {cell.typed: cell.key for cell in read_upload(data, PROFILE).header}

    assert (pairs["kind"], pairs["contact"]) == ("userRole", "userEmail")


def test_what_is_uncertain_is_never_a_certain_name() -> None:
    data = file_of(people()).replace(b"userEmail", b"contact")

    assert [c.match for c in read_upload(data, PROFILE).header if c.typed == "contact"] == [
        HeaderMatch.LIKELY
    ]


def test_a_column_beside_a_complete_header_is_never_renamed() -> None:
    header = (*HEADER, "parentEmail", "homeroom")
    rows = [{**row, "parentEmail": "p@home.org", "homeroom": "12"} for row in people()]

    upload = read_upload(file_of(rows, header), PROFILE)

    assert [cell.key for cell in upload.header[-2:]] == [None, None]


@pytest.mark.parametrize("typed", ["userEmail*", "userEmail (required)", "userEmail [Required]"])
def test_a_mark_behind_a_header_does_not_hide_its_name(typed: str) -> None:
    data = file_of(people()).replace(b"userEmail", typed.encode())

    assert fixed(data, "RT004") == file_of(people())


def test_last_comma_first_without_quotes_is_mended_by_the_header_line_alone() -> None:
    right = file_of(people())
    lines = right.decode().splitlines()
    header = lines[0].replace("userFirstName,userLastName", "Name")
    data = "\n".join([header, *(line.replace("Ana,Lee", "Lee, Ana") for line in lines[1:])])

    after = fixed(data.encode() + b"\n", "RT004").decode()

    assert fixed(data.encode() + b"\n") == data.encode() + b"\n"
    assert after.splitlines()[0] == lines[0].replace(
        "userFirstName,userLastName", "userLastName,userFirstName"
    )
    assert "Lee,Ana" in after
    assert review(after.encode()).verdict is Verdict.CLEAN


def test_both_names_in_one_column_are_seen_where_the_other_is_blank() -> None:
    result = review(file_of([student(f"S{i}", userFirstName="Lee, Ana", userLastName="")
                             for i in range(5)]))  # fmt: skip

    assert set(result.findings["suggestion"]) == {"Lee"}


def test_both_names_in_one_column_are_said_with_the_header_line() -> None:
    header = [*HEADER[:6], "Name", *HEADER[8:]]
    rows = [{**student(f"S{i}"), "Name": "Lee, Ana"} for i in range(5)]

    line = review(file_of(rows, header)).header_line

    assert line is not None
    assert "divide “Name”" in line.changes
    assert line.corrected == ",".join([*HEADER[:6], "userLastName", "userFirstName", *HEADER[8:]])


# --- nameless columns --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("behind_header", "behind_rows"),
    [(",", ","), (",,,", ",,,"), (", , ", ",, "), (",", ""), (",Unnamed: 16,Column1", ",,")],
)
def test_nameless_blank_columns_at_the_end_are_one_cause_and_go(
    behind_header: str, behind_rows: str
) -> None:
    header, *rows = FILE.decode().splitlines()
    data = "\n".join([header + behind_header, *(row + behind_rows for row in rows), ""]).encode()

    result = review(data)

    assert {code for _, _, code in places(result)} == {"RT004"}
    assert len(result.causes) == 1
    assert fixed(data) == FILE


def test_blank_cells_behind_the_last_column_are_stray_space_of_the_file() -> None:
    header, *rows = FILE.decode().splitlines()
    data = "\n".join([header, *(row + "," for row in rows), ""]).encode()

    assert places(review(data)) == [(None, None, "RT105")]
    assert fixed(data) == FILE


def test_a_comma_inside_a_value_that_pushes_a_blank_cell_out_is_a_ragged_row() -> None:
    row = b",0711,S9,,,Student,Ana,Lee,s9@school.org,3,C1,Math, advanced,,3,Math,\n"

    assert places(review(FILE + row)) == [(7, None, "RT008")]


def test_a_nameless_column_with_content_stays() -> None:
    header, *rows = FILE.decode().splitlines()
    data = "\n".join([header + ",", *(row + ",x" for row in rows), ""]).encode()

    assert fixed(data, "RT004") == data


@pytest.mark.parametrize("name", ["", "Unnamed: 0"])
@pytest.mark.parametrize("first", [0, 1])
def test_a_programs_count_of_the_rows_goes_if_confirmed(name: str, first: int) -> None:
    header, *rows = FILE.decode().splitlines()
    counted = [f"{n},{row}" for n, row in enumerate(rows, start=first)]
    data = "\n".join([f"{name},{header}", *counted, ""]).encode()

    assert places(review(data)) == [(None, None, "RT004")]
    assert fixed(data) == data
    assert fixed(data, "RT004") == FILE


# --- other systems' files ----------------------------------------------------------------------


GOOGLE = (
    "First Name [Required],Last Name [Required],Email Address [Required],Password [Required],"
    "Org Unit Path [Required]"
)


@pytest.mark.parametrize(
    ("header", "named"),
    [
        ("user_id,login_id,first_name,last_name,email,status", "Canvas"),
        ("course_id,user_id,role,section_id,status", "Canvas"),
        ("SIS ID,School SIS ID,Username,First Name,Last Name,Grade", "School Data Sync"),
        ("Section SIS ID,SIS ID", "School Data Sync"),
        ("sourcedId,username,givenName,familyName,email", "version 2.1"),
        ("userSourcedId,orgSourcedId,role,sessionSourcedId,isPrimary", "version 2.1"),
        (GOOGLE, "Google Workspace"),
        ("username,firstname,lastname,email,course1,role1", "Moodle"),
        ("username,password,firstname,lastname,email", "Moodle"),
        ("sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName",
         "OneRoster"),
        ("School_id,Student_id,Student_number,Last_name,First_name,Grade", "Clever"),
        ("School_id,Section_id,Student_id", "Clever"),
    ],
)  # fmt: skip
def test_another_systems_file_is_told_as_what_it_is(header: str, named: str) -> None:
    cells = ",".join(["x"] * len(header.split(",")))

    result = review(f"{header}\n{cells}\n".encode())

    assert places(result) == [(None, None, "RT011")]
    assert named in result.upload.obstacle_detail


@pytest.mark.parametrize(
    "header",
    [
        "Action,School ID,Student ID,Role,First Name,Last Name,Email Address,Grade,Section ID",
        "action,school_id,user_id,role,first_name,last_name,email,grade,class_id,class_name",
        "School_id,Student_id,First_name,Last_name,Email,Role,Grade,Section_id,Course_name,Primary",
        "username,schoolId,userId,role,firstname,lastname,email,grade,password",
        "School_Number,Student_Number,First_Name,Last_Name,Grade_Level,Gender,Student_Email",
        "Student_Number,First_Name,Last_Name,Gender",
        "Student_Number,First_Name,Middle_Name,Last_Name,Course_Name,Course_Number,Section_Number",
        "Student Number,First Name,Last Name,Email Address,Grade,Section Name,Section Number",
        "Employee ID,First Name,Last Name,Email Address,Department,Role",
        "firstname,lastname,email,department,city,grade",
    ],
)
def test_a_file_in_words_that_many_systems_use_is_no_certain_systems(header: str) -> None:
    cells = ",".join(["x"] * len(header.split(",")))

    assert review(f"{header}\n{cells}\n".encode()).upload.obstacle is None


def test_a_header_that_is_quoted_as_a_whole_below_the_header_is_a_record() -> None:
    header, *rows = FILE.splitlines(keepends=True)
    data = header + rows[0] + b'"' + header.strip() + b'"\n' + b"".join(rows[1:])

    result = review(data)

    assert not result.upload.quoted_lines
    assert result.verdict is Verdict.ERRORS
    assert {row for row, _, _ in places(result)} == {3}
