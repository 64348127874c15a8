"""Section 3, "Four severities", "One pass" and "Conservation", and header faults, as verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from making import HEADER, check, file_of, in_class, places, skipped, student, teacher

from roster_toolkit.errors import ToolkitError
from roster_toolkit.model import Profile
from roster_toolkit.profile import load_profile
from roster_toolkit.reviewing.review import Review, RowCounts, Verdict, review

SOUND = in_class(teacher())


def under(changed: Mapping[str, str], *rows: dict[str, str]) -> Review:
    """The review of rows under a header in which some names are written differently."""
    written = [{changed.get(name, name): cell for name, cell in row.items()} for row in rows]
    return review(file_of(written, [changed.get(name, name) for name in HEADER]))


def with_header(header: Sequence[str], *rows: dict[str, str]) -> Review:
    return review(file_of(rows, header))


# --- verdicts ------------------------------------------------------------------------------------


def test_file_without_findings_is_clean() -> None:
    result = check(SOUND, student())

    assert result.verdict is Verdict.CLEAN
    assert result.rows == RowCounts(accepted=2, rejected=0, blank=0)
    assert result.causes == ()


def test_blank_row_is_only_worth_knowing() -> None:
    result = check(SOUND, {}, student())

    assert result.verdict is Verdict.CLEAN
    assert result.rows == RowCounts(accepted=2, rejected=0, blank=1)


def test_warnings_reject_nothing() -> None:
    result = check(SOUND | {"userLastName": " Lee"})

    assert result.verdict is Verdict.WARNINGS
    assert result.rows == RowCounts(accepted=1, rejected=0, blank=0)


def test_good_rows_are_taken_beside_rejected_ones() -> None:
    result = check(SOUND, student(userEmail="bo"), {}, student("S2"))

    assert result.verdict is Verdict.ERRORS
    assert result.rows == RowCounts(accepted=2, rejected=1, blank=1)
    assert result.rejected_rows.to_list() == [3]


def test_row_with_several_errors_is_rejected_once() -> None:
    result = check(SOUND, student(userEmail="bo", userGrade="13", userId=""))

    assert result.rows == RowCounts(accepted=1, rejected=1, blank=0)


def all_or_nothing() -> Profile:
    return load_profile("batch-upload").model_copy(update={"on_error": "file"})


def test_where_one_error_rejects_the_file_no_row_is_taken() -> None:
    rows = [SOUND, student(userEmail="bo"), {}, student("S2")]

    result = review(file_of(rows), profile=all_or_nothing())

    assert result.verdict is Verdict.ERRORS
    assert result.rows == RowCounts(accepted=0, rejected=3, blank=1)
    assert places(result) == places(check(*rows))


def test_where_one_error_rejects_the_file_warnings_still_do_not() -> None:
    result = review(file_of([SOUND | {"userLastName": " Lee"}]), profile=all_or_nothing())

    assert result.rows == RowCounts(accepted=1, rejected=0, blank=0)


def test_blocker_rejects_every_record() -> None:
    result = with_header([*HEADER, "Notes"], SOUND, {}, student())

    assert result.verdict is Verdict.REJECTED
    assert result.rows == RowCounts(accepted=0, rejected=2, blank=1)


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (b"", "RT002"),
        (b"\n\n", "RT002"),
        (file_of([]), "RT002"),
        (b"PK\x03\x04 a workbook \x00\x01\x02\xff\xfe", "RT001"),
        (file_of([SOUND]).replace(b",", b";"), "RT007"),
        (file_of([SOUND]) + b',0711,"S2', "RT010"),
        (b"sourcedId,status,orgSourcedIds,givenName,familyName\n1,active,2,Ana,Lee\n", "RT011"),
    ],
)
def test_rejected_file_is_a_review_with_that_verdict(source: bytes, code: str) -> None:
    result = review(source)

    assert result.verdict is Verdict.REJECTED
    assert code in {found for _, _, found in places(result)}
    assert result.rows.accepted == 0


def test_file_that_is_not_there_is_no_review() -> None:
    with pytest.raises(ToolkitError):
        review("no/such/users.csv")


def test_other_encoding_is_a_warning() -> None:
    result = review(file_of([SOUND | {"userLastName": "Núñez"}]).decode().encode("cp1252"))

    assert [code for _, _, code in places(result)] == ["RT009"]
    assert result.verdict is Verdict.WARNINGS


# --- one pass: all findings at once --------------------------------------------------------------


def test_number_of_findings_has_no_cap() -> None:
    rows = [student(f"S{at}", userEmail=f"bad{at}") for at in range(3000)]

    result = check(*rows)

    assert result.by_rule == {"RT103": 3000}


def test_header_cells_rows_and_relations_are_judged_together() -> None:
    rows = [
        in_class(student("S1", userEmail="bo"), primary_teacher="TRUE"),
        student("S2", userGrade=""),
        student("S3", userEmail="s4@school.org"),
        student("S4"),
    ]

    result = with_header([*HEADER, "Notes"], *rows)

    assert {code for _, _, code in places(result)} == {
        "RT004",
        "RT103",
        "RT203",
        "RT201",
        "RT302",
        "RT307",
    }


# --- header --------------------------------------------------------------------------------------

REQUIRED = [
    name
    for name in HEADER
    if name not in {"userDistrictId", "userStateId", "classDisplayName", "classSubject"}
]


@pytest.mark.parametrize("name", REQUIRED)
def test_required_header_may_not_be_missing(name: str) -> None:
    result = with_header([other for other in HEADER if other != name], SOUND)

    assert places(result, "RT003") == [(None, name, "RT003")]
    assert result.verdict is Verdict.REJECTED


@pytest.mark.parametrize("name", sorted(set(HEADER) - set(REQUIRED)))
def test_optional_header_may_be_missing(name: str) -> None:
    result = with_header([other for other in HEADER if other != name], SOUND)

    assert result.verdict is Verdict.CLEAN


@pytest.mark.parametrize("written", ["useremail", "USEREMAIL", " userEmail", "userEmail "])
def test_header_that_is_right_but_for_case_or_space_is_rejected_and_understood(
    written: str,
) -> None:
    result = under({"userEmail": written}, SOUND, student(userEmail="bo"))

    assert places(result) == [(None, "userEmail", "RT005"), (3, "userEmail", "RT103")]
    assert result.findings["suggestion"].to_list() == ["userEmail", None]


def test_other_known_name_of_a_column_is_rejected_and_understood() -> None:
    names = {"schoolId": "org_sis_id", "primary_teacher": "primaryTeacher"}

    result = under(names, SOUND, student(schoolId="07/11"))

    assert places(result) == [
        (None, None, "RT004"),
        (None, None, "RT004"),
        (3, "schoolId", "RT104"),
    ]
    assert set(result.findings["suggestion"].drop_nulls()) == {"schoolId", "primary_teacher"}


def test_misspelled_header_names_the_likely_one_and_its_cells_are_not_judged() -> None:
    result = under({"userEmail": "userEmial"}, SOUND, student(userEmail="bo"))

    assert places(result) == [(None, None, "RT004"), (None, "userEmail", "RT003")]
    assert result.findings["suggestion"].to_list() == ["userEmail", None]


def test_repeated_header_leaves_its_cells_unjudged() -> None:
    result = with_header([*HEADER, "userGrade"], SOUND, student(userGrade="13"))

    assert places(result) == [(None, "userGrade", "RT006")]


def test_all_header_faults_are_said_at_once() -> None:
    header = ["schoolId", "action", *HEADER[2:], "userGrade", "Notes"]
    header[header.index("userEmail")] = "useremail"
    header.remove("className")

    result = with_header(header, SOUND)

    assert {code for row, _, code in places(result) if row is None} == {
        "RT003",
        "RT004",
        "RT005",
        "RT006",
        "RT012",
    }


def test_action_need_not_stand_first() -> None:
    result = with_header([*HEADER[1:], "action"], SOUND)

    assert places(result) == [(None, "action", "RT012")]
    assert result.verdict is Verdict.WARNINGS


def test_order_of_the_other_columns_does_not_matter() -> None:
    result = with_header(["action", *reversed(HEADER[1:])], SOUND, student(userEmail="bo"))

    assert places(result) == [(3, "userEmail", "RT103")]


# --- what cannot be judged is skipped, and said to be ---------------------------------------------


@pytest.mark.parametrize(
    ("column", "codes"),
    [
        ("userRole", {"RT201", "RT202", "RT203", "RT303", "RT307", "RT308", "RT309"}),
        ("userGrade", {"RT201", "RT202", "RT303"}),
        ("userEmail", {"RT302", "RT303"}),
        ("className", {"RT204", "RT304"}),
        ("schoolId", {"RT304", "RT306"}),
        ("primary_teacher", {"RT203", "RT308"}),
        ("action", {"RT206", "RT310"}),
        ("userId", {"RT301", "RT302", "RT303", "RT305", "RT306", "RT308", "RT309"}),
        (
            "classId",
            {"RT204", "RT206", "RT301", "RT304", "RT306", "RT307", "RT308", "RT309", "RT310"},
        ),
    ],
)
@pytest.mark.parametrize("fault", ["missing", "misspelled", "repeated"])
def test_rule_without_its_column_is_skipped_and_says_why(
    column: str, codes: set[str], fault: str
) -> None:
    header = {
        "missing": [name for name in HEADER if name != column],
        "misspelled": [name if name != column else f"{name}z" for name in HEADER],
        "repeated": [*HEADER, column],
    }[fault]

    said = skipped(with_header(header, SOUND, SOUND, student()))

    assert codes <= said.keys() <= codes | {"RT205"}
    assert set(said.values()) == {f"{column} cannot be read"}


@pytest.mark.parametrize(
    ("column", "codes"),
    [
        ("userStateId", {"RT303", "RT305"}),
        ("classSubject", {"RT204", "RT304"}),
    ],
)
def test_optional_column_that_stands_there_twice_is_not_taken_for_blank(
    column: str, codes: set[str]
) -> None:
    result = with_header([*HEADER, column], SOUND)

    assert skipped(result).keys() == codes


def test_other_columns_are_judged_beside_the_one_that_cannot_be_read() -> None:
    header = [name for name in HEADER if name != "userEmail"]

    result = with_header(header, student(), student(), student(userLastName="Li"))

    assert places(result, "RT303") == [(4, "userLastName", "RT303")]


def test_removed_and_used_class_is_found_without_roles() -> None:
    header = [name for name in HEADER if name != "userRole"]
    rows = [teacher("T1", action="REMOVE-CLASS", classId="C1"), SOUND]

    result = with_header(header, *rows)

    assert places(result, "RT310") == [(2, "classId", "RT310"), (3, "classId", "RT310")]


def test_sound_file_skips_only_what_needs_a_roster() -> None:
    assert skipped(check(SOUND)) == {}


# --- conservation --------------------------------------------------------------------------------


def test_sums_balance() -> None:
    rows = [
        SOUND,
        {},
        student("S1", userEmail="bo", userGrade="13"),
        student("S1", userLastName="Li "),
        student("S2", userStateId="123456789"),
        in_class(student("S2"), "C2"),
        in_class(student("S2"), "C2"),
    ]

    result = check(*rows)

    total = result.findings.height
    assert result.rows.accepted + result.rows.rejected + result.rows.blank == len(rows)
    assert sum(cause.findings for cause in result.causes) == total
    assert sum(result.by_rule.values()) == total
    assert sum(result.by_severity.values()) == total
    assert sum(result.by_category.values()) == total


def test_findings_are_counted_by_category_of_their_column() -> None:
    rows = [student("S1", schoolId="07/11", userGrade="13"), student("S2", userGrade="13"), {}]

    result = with_header([*HEADER, "Notes"], *rows, student("S3"))

    assert result.by_category == {"userGrade": 2, "file": 1, "header": 1, "org_sis_id": 1}


def test_rows_beneath_a_faulty_header_are_judged_provisionally() -> None:
    rows = [student("S1", userGrade="99")]
    header = ["UserGrade" if name == "userGrade" else name for name in HEADER]
    faulty = file_of([row | {"UserGrade": row["userGrade"]} for row in rows], header)

    lines = review(faulty).findings.select("row", "code", "provisional").rows()

    assert lines == [(None, "RT005", False), (2, "RT102", True)]
    assert not check(*rows).provisional
