"""Section 3, "Causes": header and records together, whole columns, what one value would mend."""

from __future__ import annotations

import polars as pl
import pytest
from making import HEADER, Row, check, file_of, in_class, student, teacher

from roster_toolkit.causes import Cause, Claim
from roster_toolkit.model import Severity
from roster_toolkit.report.header_line import header_line
from roster_toolkit.report.headings import heading, what_to_do
from roster_toolkit.report.json import summary
from roster_toolkit.report.verdict import verdict
from roster_toolkit.report.words import Words
from roster_toolkit.reviewing.review import Review, review


def lines(header: list[str], records: list[list[str]]) -> bytes:
    """A file of any shape."""
    return "\n".join(",".join(line) for line in (header, *records)).encode() + b"\n"


def cells_of(row: Row) -> list[str]:
    return [row.get(name, "") for name in HEADER]


def people(count: int = 6) -> list[Row]:
    """A class; nobody's last cell is blank."""
    taught = in_class(teacher("T1", primary_teacher="TRUE"))
    return [
        taught,
        *[in_class(student(f"S{at}", primary_teacher="FALSE")) for at in range(count - 1)],
    ]


def words_of(result: Review, cause: Cause) -> tuple[str, str]:
    words = Words(result.profile)
    return heading(cause, result, words), what_to_do(cause, result, words)


def of_error(result: Review) -> list[tuple[str, str | None, int]]:
    """Code, column and findings of the causes that reject something."""
    return [(c.code, c.column, c.findings) for c in result.causes if c.severity.rejects]


# --- records that are all too long or too short by the same --------------------------------------


def last_first(count: int = 6) -> bytes:
    """A file with one column for names, written “Last, First” without quotation marks."""
    header = [name for name in HEADER if name != "userLastName"]
    header[header.index("userFirstName")] = "Name"
    records = []
    for row in people(count):
        cells = cells_of(row)
        cells[6:8] = [row["userLastName"], f" {row['userFirstName']}"]
        records.append(cells)
    return lines(header, records)


def test_a_name_that_falls_apart_at_its_comma_is_one_cause_that_clears_every_row() -> None:
    result = review(last_first())

    (cause,) = result.causes
    assert (cause.claim, cause.code, cause.severity) == (Claim.HEADER, "RT008", Severity.BLOCKER)
    assert (cause.findings, cause.rows, cause.clears) == (6 + 3, 6, 6)
    assert words_of(result, cause) == (
        "Every row has 1 cell more than the header, in the place of “Name”",
        "Write userLastName,userFirstName in the header row instead of “Name”.",
    )


def test_the_header_to_copy_puts_the_names_where_their_cells_are() -> None:
    data = last_first()
    result = review(data)

    line = header_line(result.upload, result.profile, 100, values=True)

    assert line is not None
    assert (line.changes, line.corrected.count("Name,user")) == ("", 2)
    mended = review(line.corrected.encode() + b"\n" + data.split(b"\n", 1)[1])
    assert mended.rows.rejected == 0


def test_a_header_without_a_name_that_its_records_have_is_one_cause() -> None:
    header = [name for name in HEADER if name != "userGrade"]
    result = review(lines(header, [cells_of(row) for row in people()]))

    (cause,) = result.causes
    assert (cause.clears, words_of(result, cause)[1]) == (
        6, "Write the missing userGrade into the header row, above its cells.",
    )  # fmt: skip


def test_a_name_that_may_be_missing_is_named_where_its_cells_are_there() -> None:
    header = [name for name in HEADER if name != "classDisplayName"]
    result = review(lines(header, [cells_of(row) for row in people()]))

    (cause,) = result.causes
    assert (cause.severity, cause.clears, words_of(result, cause)[1]) == (
        Severity.ERROR, 6,
        "Write the missing classDisplayName into the header row, above its cells.",
    )  # fmt: skip


def test_names_that_no_record_has_cells_for_are_one_cause() -> None:
    header = [*HEADER, "gender", "dob"]
    result = review(lines(header, [cells_of(row) for row in people()]))

    (cause,) = result.causes
    assert words_of(result, cause) == (
        "Every row has 2 cells fewer than the header",
        "Delete “gender” and “dob” from the header row: no row has cells for them.",
    )


def test_a_header_under_which_the_cells_stand_right_is_not_to_be_deleted() -> None:
    header = [*HEADER[:5], "Notes", *HEADER[5:]]
    records = [[*cells[:5], "new", *cells[5:-1]] for cells in map(cells_of, people())]

    result = review(lines(header, records))

    assert [cause.code for cause in result.causes] == ["RT004", "RT008"]
    assert all(
        "Delete “Notes” from the header" not in words_of(result, c)[1] for c in result.causes
    )


def test_a_cell_more_in_every_record_is_one_cause_of_its_own() -> None:
    result = review(lines(list(HEADER), [[*cells_of(row), "new"] for row in people()]))

    (cause,) = result.causes
    assert (cause.code, cause.severity, cause.clears) == ("RT008", Severity.ERROR, 6)
    assert words_of(result, cause)[0] == "Every row has 1 cell more than the header"


def test_a_record_that_differs_from_the_others_is_another_cause() -> None:
    records = [[*cells_of(row), "new"] for row in people(12)]
    records[3] = [*records[3], "more", "still more"]

    result = review(lines(list(HEADER), records))

    assert of_error(result) == [("RT008", None, 11), ("RT008", None, 1)]


def test_a_few_ragged_records_say_nothing_of_the_header() -> None:
    header = [*HEADER, "Notes"]
    records = [[*cells_of(row), ""] for row in people(12)]
    records[3] = records[3][:-1]

    result = review(lines(header, records))

    assert [cause.code for cause in result.causes] == ["RT004", "RT008"]


def test_another_blocker_keeps_the_header_from_clearing_anything() -> None:
    result = review(last_first().replace(b"schoolId", b"SchoolId"))

    assert [(cause.code, cause.clears) for cause in result.causes] == [("RT005", 0), ("RT008", 0)]


# --- one account of the header -------------------------------------------------------------------


def test_headers_under_other_names_are_one_cause_that_says_what_each_should_be() -> None:
    data = file_of(people(2)).replace(b"userRole", b"Role").replace(b"userFirstName", b"First Name")

    result = review(data)

    (cause,) = result.causes
    assert (cause.code, cause.members, cause.clears) == ("RT004", 2, 2)
    assert words_of(result, cause) == (
        "2 column names should be different: “Role” → userRole, “First Name” → userFirstName",
        "Rename “Role” to userRole and “First Name” to userFirstName.",
    )


def test_headers_with_and_without_a_likely_meaning_are_told_apart_in_one_cause() -> None:
    rows = [row | {"Notes": "x", "Room": "y"} for row in people(2)]
    data = file_of(rows, [*HEADER, "Notes", "Room"]).replace(b"userRole", b"Role")

    result = review(data)

    (cause,) = result.causes
    assert words_of(result, cause)[1] == (
        "Rename “Role” to userRole. Rename the others if they are misspellings, or delete their "
        "columns."
    )


def test_unknown_headers_are_named_as_they_are_typed() -> None:
    """The portal's own names stood there as those that are not the portal's."""
    rows = [row | {"Notes": "x", "Room": "y"} for row in people(2)]
    data = file_of(rows, [*HEADER, "Notes", "Room"]).replace(b"userRole", b"Role")

    result = review(data)

    (cause,) = result.causes
    title = "3 column names are not the portal's"
    assert heading(cause, result, Words(result.profile, values=False)) == title
    assert words_of(result, cause)[0] == f"{title}: “Role”, “Notes”, “Room”"


def test_a_column_too_many_is_to_be_deleted_where_the_portal_lacks_none() -> None:
    result = review(file_of([student("S1", Comments="new")], [*HEADER, "Comments"]))

    (cause,) = result.causes
    assert what_to_do(cause, result, Words(result.profile)) == (
        "Delete the column: all columns that the portal needs are there."
    )


def test_a_column_too_many_may_be_one_that_need_not_be_there() -> None:
    header = [name for name in HEADER if name != "classDisplayName"]

    result = review(file_of([student("S1", Caption="Blue")], [*header, "Caption"]))

    (cause,) = result.causes
    assert what_to_do(cause, result, Words(result.profile)) == (
        "If it holds classDisplayName, name it so; else delete the column."
    )


# --- both names in one column --------------------------------------------------------------------


def with_both_names(name: str = "Student Name", between: str = ", ", without: str = "") -> bytes:
    header = [name if column == "userFirstName" else column for column in HEADER]
    header = [column for column in header if column not in ("userLastName", without)]
    rows = []
    for row in people():
        both = f"{row['userLastName']}{between}{row['userFirstName']}"
        rows.append(row | {name: f'"{both}"'})
    return lines(header, [[row.get(column, "") for column in header] for row in rows])


def test_one_column_with_both_names_is_one_cause_that_says_to_split_it() -> None:
    result = review(with_both_names())

    (cause,) = result.causes
    assert (cause.code, cause.findings, cause.clears) == ("RT003", 3, 6)
    assert words_of(result, cause) == (
        "“Student Name” has userFirstName and userLastName together",
        "Split it at the comma into userLastName and userFirstName.",
    )
    line = header_line(result.upload, result.profile, 100, values=True)
    assert line is not None
    assert "userRole,userLastName,userFirstName,userEmail" in line.corrected
    assert line.changes == (
        "With it, divide “Student Name”, which has “Last, First”, into userLastName and "
        "userFirstName."
    )


@pytest.mark.parametrize("data", [with_both_names("Address"), with_both_names(between=" ")])
def test_another_unknown_column_is_not_taken_for_names(data: bytes) -> None:
    assert [cause.code for cause in review(data).causes] == ["RT003", "RT004"]


def test_another_missing_column_stays_a_cause_beside_the_names() -> None:
    result = review(with_both_names(without="classGrade"))

    assert [(cause.code, cause.members) for cause in result.causes] == [("RT003", 3), ("RT003", 1)]


def test_last_names_that_stand_with_the_first_names_are_to_be_split() -> None:
    rows = [
        row | {"userFirstName": f"{row['userLastName']}, Ana", "userLastName": ""}
        for row in people()
    ]
    result = check(*rows)

    (cause,) = [cause for cause in result.causes if cause.code == "RT101"]
    assert words_of(result, cause) == (
        "userLastName is blank in every row; userFirstName has both names",
        (
            "Split userFirstName at its comma: what comes before it is userLastName, what comes "
            "after it userFirstName."
        ),
    )


# --- whole columns -------------------------------------------------------------------------------

ROSTER = [in_class(student(f"S{at}", schoolId=f"010{at % 4}"), f"C{at % 4}") for at in range(12)]
SCHOOLS = b"schoolId,schoolName\n0100,A\n0101,B\n0102,C\n0103,D\n"


def test_the_lost_zeros_of_all_schools_are_one_cause() -> None:
    rows = [row | {"schoolId": row["schoolId"].lstrip("0")} for row in ROSTER]

    result = review(file_of(rows), against=file_of(ROSTER), schools=SCHOOLS)

    assert of_error(result) == [("RT406", "schoolId", 12)]
    assert [c.claim for c in result.causes if c.code == "RT406"] == [Claim.COLUMN]


def test_what_is_wrong_in_every_column_comes_in_the_order_of_what_it_clears() -> None:
    short = {"Student": "S", "Teacher": "T"}
    rows = [
        row | {"schoolId": row["schoolId"].lstrip("0"), "userRole": short[row["userRole"]]}
        for row in ROSTER
    ]
    half = [row | {"userGrade": "-1", "classGrade": "-1"} for row in rows[::2]]

    result = review(file_of([*half, *rows[1::2]]), against=file_of(ROSTER), schools=SCHOOLS)

    assert of_error(result) == [
        ("RT102", "userRole", 12),
        ("RT102", "userGrade", 12),
        ("RT406", "schoolId", 12),
    ]


def test_shifted_rows_do_not_count_among_the_filled_cells_of_a_column() -> None:
    shifted = []
    for at in range(6):
        cells = cells_of(in_class(student(f"X{at}")))
        shifted.append(dict(zip(HEADER, [*cells[:5], "", *cells[5:-1]], strict=True)))
    rows = [in_class(student(f"S{at}", userGrade="Grade 3")) for at in range(4)]

    result = check(*shifted, *rows, in_class(teacher()))

    assert [(c.claim, c.code) for c in result.causes if c.severity.rejects] == [
        (Claim.SHIFT, "RT208"),
        (Claim.COLUMN, "RT102"),
    ]


def test_nine_digits_in_a_whole_column_come_last_among_the_warnings() -> None:
    rows = [student(f"12345678{at}", userEmail=f"s{at}@school.org") for at in range(9)]
    rows[0]["userLastName"] = "Lee "

    result = check(*rows)

    assert [cause.code for cause in result.causes] == ["RT105", "RT108"]


def test_nine_digits_here_and_there_come_where_their_rows_put_them() -> None:
    rows = [student(f"12345678{at}", userEmail=f"s{at}@school.org") for at in range(5)]
    rows += [student(f"T{at}", userLastName="Lee " if at == 1 else "Lee") for at in range(5)]

    assert [cause.code for cause in check(*rows).causes] == ["RT108", "RT105"]


# --- one cure is one problem ---------------------------------------------------------------------


def test_spellings_of_one_value_stand_alone_together() -> None:
    grades = ["3rd", "Grade 3", "third grade", "3rd", "Grade 3", "13"]
    rows = [student(f"S{at}", userGrade=grade) for at, grade in enumerate(grades)]

    result = check(*rows, *[student(f"T{at}") for at in range(30)])

    largest, other = result.causes
    assert (largest.findings, largest.value, set(largest.values)) == (
        5, None, {"3rd", "Grade 3", "third grade"},
    )  # fmt: skip
    assert (other.findings, other.value) == (1, "13")


def test_a_cause_of_many_values_lists_them_with_counts_and_what_was_meant() -> None:
    grades = ["3rd", "3rd", "KG", "x"]
    rows = [student(f"S{at}", userGrade=grade) for at, grade in enumerate(grades)]

    (cause,) = check(*rows, *[student(f"T{at}") for at in range(30)]).causes

    assert [(one.value, one.findings, one.suggestion) for one in cause.largest] == [
        ("3rd", 2, "3"),
        ("KG", 1, "K"),
        ("x", 1, None),
    ]


def test_a_school_that_two_rules_would_mend_alike_is_one_problem() -> None:
    rows = [row | {"schoolId": "101"} if row["schoolId"] == "0101" else row for row in ROSTER]
    rows[0] = rows[0] | {"schoolId": "01011"}

    result = review(file_of(rows), against=file_of(ROSTER), schools=SCHOOLS)

    assert (result.by_rule["RT401"], result.by_rule["RT406"]) == (1, 3)
    assert of_error(result) == [("RT406", "schoolId", 4)]


def test_the_same_words_in_two_columns_of_one_list_are_one_cause() -> None:
    rows = [in_class(student(f"S{at}", userGrade="KG"), classGrade="KG") for at in range(5)]

    result = check(*rows, *[in_class(student(f"T{at}"), "C2") for at in range(20)])

    (cause,) = [cause for cause in result.causes if cause.code == "RT102"]
    assert (cause.columns, cause.findings, cause.derived) == (("userGrade", "classGrade"), 10, 5)
    assert words_of(result, cause)[0] == "“KG” is not allowed in userGrade and classGrade"


def test_an_odd_word_beside_the_same_ones_is_a_cause_of_its_own_column() -> None:
    rows = [in_class(student(f"S{at}", userGrade="KG"), classGrade="KG") for at in range(9)]
    rows[0]["classGrade"] = "x"

    result = check(*rows, *[in_class(student(f"T{at}"), "C2") for at in range(20)])

    assert [cause for cause in of_error(result) if cause[0] == "RT102"] == [
        ("RT102", "userGrade", 17),
        ("RT102", "classGrade", 1),
    ]


def test_other_words_in_two_columns_of_one_list_are_two_causes() -> None:
    rows = [in_class(student(f"S{at}", userGrade="KG"), classGrade="3rd") for at in range(5)]

    result = check(*rows, *[in_class(student(f"T{at}"), "C2") for at in range(20)])

    assert of_error(result) == [("RT102", "userGrade", 5), ("RT102", "classGrade", 5)]


def test_causes_do_not_depend_on_the_order_of_rows() -> None:
    grades = ["3rd", "Grade 3", "KG", "-1", "x"] * 4
    rows = [in_class(student(f"S{at}", userGrade=g), classGrade=g) for at, g in enumerate(grades)]

    def seen(result: Review) -> list[tuple[object, ...]]:
        return [(c.code, c.column, c.largest, c.findings, c.clears) for c in result.causes]

    assert seen(check(*rows)) == seen(check(*reversed(rows)))


# --- every rejected row keeps a finding that is not derived ---------------------------------------


@pytest.mark.parametrize("data", [last_first(), file_of(ROSTER).replace(b"Student", b"S")])
def test_findings_are_shared_out_among_the_causes(data: bytes) -> None:
    result = review(data)

    assert sum(cause.findings for cause in result.causes) == result.findings.height
    kept = result.findings.filter(~pl.col("derived"), pl.col("row").is_not_null())["row"]
    assert set(result.rejected_rows) <= set(kept)


# --- promises ------------------------------------------------------------------------------------


def test_no_promise_is_made_of_a_column_that_is_missing() -> None:
    header = [name for name in HEADER if name != "userEmail"]

    said = verdict(review(file_of(people(2), header)))

    assert said == (
        "The portal would reject the whole file, all 2 rows. Fix this problem, then check again: "
        "userEmail could not be checked."
    )


def test_no_promise_is_made_of_rows_that_could_not_be_judged() -> None:
    said = verdict(review(file_of(people(2)) + b",0711,S9,Student\n"))

    assert said == (
        "The portal would accept 2 of 3 rows and reject 1. Fix this problem, then check again: "
        "1 row with too many or too few cells could not be checked."
    )


def test_a_file_of_another_system_gets_the_next_step() -> None:
    data = b"sourcedId,status,orgSourcedIds,givenName,familyName,enabledUser\n1,active,2,A,L,true\n"

    said = verdict(review(data))

    assert said.startswith("The portal would reject the whole file: this is a OneRoster")
    assert "will be accepted" not in said
    assert said.count(".") >= 2


def test_a_header_and_an_error_in_every_row_are_told_one_after_the_other() -> None:
    rows = [student("S1", userGrade="x"), student("S2", userGrade="x")]

    assert verdict(review(file_of(rows).replace(b"action", b"Action"))) == (
        "The portal would reject the whole file, all 2 rows. Fix this problem, and then 1 more "
        "problem, which rejects all 2 rows."
    )


# --- JSON ----------------------------------------------------------------------------------------


def test_json_lists_the_largest_values_with_their_findings_and_what_was_meant() -> None:
    grades = ["3rd", "3rd", "KG"]
    rows = [student(f"S{at}", userGrade=grade) for at, grade in enumerate(grades)]
    result = check(*rows, *[student(f"T{at}") for at in range(30)])

    (cause,) = summary(result)["causes"]
    (hidden,) = summary(result, values=False)["causes"]

    assert (cause["value"], cause["values"]) == (None, ["3rd", "KG"])
    assert cause["largest"] == [
        {"value": "3rd", "findings": 2, "suggestion": "3"},
        {"value": "KG", "findings": 1, "suggestion": "K"},
    ]
    assert (hidden["values"], hidden["largest"]) == ([], [])


# --- filled in only in the first row of each group -----------------------------------------------


def only_first_of(size: int, *keys: str) -> Review:
    """Nine people of three classes; cells of `keys` are blank but in each `size`-th row."""
    people = [in_class(student(f"S{n}"), f"C{n // 3}", schoolId=f"71{n // 3}") for n in range(9)]
    blank = dict.fromkeys(keys, "")
    return review(file_of(row | blank if n % size else row for n, row in enumerate(people)))


def test_a_school_in_the_first_row_of_each_group_alone_is_told_as_such() -> None:
    result = only_first_of(3, "schoolId")

    (cause,) = [cause for cause in result.causes if cause.code == "RT101"]
    told = result.told(cause)
    assert told.title == "schoolId is blank below the first row of each group"
    assert told.how_to_fix.startswith(
        "Copy the value of each group's first row into the rows below"
    )
    assert result.repair().fixed.log.is_empty()


def test_a_person_in_the_first_row_alone_and_classes_below_is_one_problem() -> None:
    person = ("userId", "userRole", "userFirstName", "userLastName", "userEmail")

    result = only_first_of(3, *person)

    (problem,) = [one for one in result.problems if one.causes[0].code == "RT101"]
    assert len(problem.causes) == len(person)
    assert problem.how_to_fix.startswith("Copy the value of each group's first row")


@pytest.mark.parametrize(
    ("size", "keys"),
    [(3, ("userEmail",)), (3, ("userId",)), (3, ("userRole",))],
    ids=["addresses", "IDs", "roles"],
)
def test_what_other_people_lack_is_not_the_value_of_the_person_above(
    size: int, keys: tuple[str, ...]
) -> None:
    result = only_first_of(size, *keys)

    told = [result.told(cause) for cause in result.causes if cause.code == "RT101"]
    assert told
    assert all("first row" not in one.title + one.how_to_fix for one in told)


def test_a_school_that_stands_in_two_rows_in_turn_is_merely_missing_in_others() -> None:
    rows = [student(f"S{n}", schoolId="0711" if n < 2 else "") for n in range(9)]

    (cause,) = [cause for cause in review(file_of(rows)).causes if cause.code == "RT101"]

    assert review(file_of(rows)).told(cause).title == "schoolId is blank"
