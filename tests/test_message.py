"""The message about a file: short enough to send, and without a cell of anybody in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from making import file_of, in_class, student, teacher

from roster_toolkit.profile import load_profile
from roster_toolkit.report.cures import problems_of
from roster_toolkit.report.files import write_bundle
from roster_toolkit.report.message import LONGEST, message
from roster_toolkit.report.words import Words
from roster_toolkit.reviewing.review import Review, review
from roster_toolkit.samples import hard_mixture, sample_district

SAMPLES = Path(__file__).parent.parent / "data/samples"
RIVERTON = SAMPLES / "riverton"
LINES = 20


def numbered(text: str) -> list[str]:
    """The problems that a message names, as their lines without the number."""
    return re.findall(r"(?m)^\d\. (.*)", text)


def mixture(rows: int, seed: int, rate: float) -> Review:
    return review(sample_district(rows, seed=seed, fault_rate=rate, profile=load_profile()).csv)


# --- the short form ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "result",
    [
        pytest.param(lambda: review(SAMPLES / "hard-mixture.csv"), id="hard mixture"),
        pytest.param(lambda: review(hard_mixture(3, load_profile()).csv), id="another"),
        pytest.param(
            lambda: review(RIVERTON / "users.csv", against=RIVERTON / "download.csv"),
            id="riverton",
        ),
        pytest.param(lambda: mixture(20_000, 3, 0.3), id="20,000 rows"),
        pytest.param(lambda: mixture(3_000, 4, 0.9), id="nearly every row"),
        pytest.param(
            lambda: review(
                sample_district(500, seed=5, fault_rate=0.5, profile=load_profile())
                .csv.replace(b"userEmail", b"userEmial")
                .replace(b"classGrade", b"ClassGrade")
                .replace(b"userRole", b"Role")
            ),
            id="header too",
        ),
    ],
)
def test_however_much_is_wrong_the_message_fits_a_screen(result: object) -> None:
    text = message(result())  # type: ignore[operator]

    assert len(text) <= LONGEST
    assert len(text.splitlines()) <= LINES
    assert 1 <= len(numbered(text)) <= 5
    assert "The attached file lists every row" in text
    assert "Next step: " in text


def test_it_begins_with_the_verdict_and_greets_nobody() -> None:
    result = review(file_of([student(), student("S2", userGrade="x")]))

    assert message(result).splitlines()[0] == f"users.csv, 2 rows: {result.sentence}"


def test_causes_of_one_cure_are_one_problem() -> None:
    rows = [in_class(student(f"S{n}")) for n in range(4)]
    rows[0]["userGrade"], rows[1]["classGrade"], rows[2]["userGrade"] = "x", "y", "z"
    result = review(file_of(rows))

    line, *_ = numbered(message(result))

    assert [cause.code for cause in result.causes[:2]] == ["RT102", "RT102"]
    assert "userGrade and classGrade (3 rows, see row 2)" in line


def test_what_is_accepted_is_said_column_by_column() -> None:
    rows = [student(f"S{n}") for n in range(6)]
    rows[0]["userGrade"], rows[1]["userRole"] = "x", "pupil"

    text = message(review(file_of(rows)))

    assert "In userGrade use one of: PK, K, 1, 2" in text
    assert "In userRole use one of: Student, Teacher, Administrator." in text


def test_columns_that_share_a_list_share_its_sentence() -> None:
    rows = [in_class(student(f"S{n}", userGrade="Grade 3"), classGrade="Grade 3") for n in range(6)]
    rows[0]["userRole"] = "pupil"
    result = review(file_of(rows))

    assert [cause.columns for cause in result.causes] == [
        ("userGrade", "classGrade"), ("userRole",),
    ]  # fmt: skip
    assert "In userGrade and classGrade use one of: PK, K, 1, 2" in message(result)
    assert result.problems[0].how_to_fix.endswith(
        "In userRole use one of: Student, Teacher, Administrator."
    )


def test_a_row_with_two_problems_counts_once_in_a_merged_one() -> None:
    rows = [in_class(student(), classGrade="y", userGrade="x"), student("S2")]

    line, *_ = numbered(message(review(file_of(rows))))

    assert line.endswith("(row 2).")


def test_the_largest_problem_comes_first_and_errors_before_warnings() -> None:
    rows = [student(f"S{n}", userFirstName=" Ana") for n in range(9)]
    rows += [student(f"U{n}", userGrade="") for n in range(3)] + [student("V", userEmail="v")]

    first, second, third = numbered(message(review(file_of(rows))))

    assert "3 students without a userGrade" in first
    assert "userEmail" in second
    assert third.startswith("Warning: ")


def test_what_has_no_room_is_counted() -> None:
    result = mixture(20_000, 3, 0.3)
    named = {
        cause.number
        for problem in problems_of(result, Words(result.profile, values=False))[:5]
        for cause in problem.causes
    }
    errors = sum(c.severity.rejects and c.number not in named for c in result.causes)

    assert f"And {errors} more problems and " in message(result)


def test_every_cause_is_in_one_problem() -> None:
    for result in (mixture(3_000, 4, 0.9), review(SAMPLES / "hard-mixture.csv")):
        problems = problems_of(result, Words(result.profile))
        numbers = [cause.number for problem in problems for cause in problem.causes]

        assert sorted(numbers) == [cause.number for cause in result.causes]


def test_several_faults_of_the_header_are_one_problem_with_a_line_to_copy() -> None:
    data = file_of([student()]).replace(b"schoolId", b"schoolID").replace(b"action", b"Action", 1)
    data = data.replace(b"userRole", b"userRole,userRole", 1).replace(
        b"Student", b"Student,Student"
    )

    text = message(review(data))

    assert numbered(text) == ["2 things are wrong in the header row."]
    assert "`action,schoolId,userId," in text


def test_a_fault_of_the_whole_file_is_no_fault_of_the_header_row() -> None:
    """A header line with commas, pasted into a file with tabs, would make it worse."""
    data = file_of([student()]).replace(b"schoolId", b"schoolID").replace(b",", b"\t")

    text = message(review(b"Hill District\n" + data))

    assert sorted(numbered(text)) == [
        "The column name should be schoolId.",
        "The columns are not separated by commas.",
        "The header is not the first line of the file.",
    ]
    assert "Save the file as “CSV UTF-8 (comma delimited)”" in text
    assert "delete what is above it" in text


def test_names_that_the_message_may_not_show_are_replaced_by_the_header_line_to_copy() -> None:
    data = (
        file_of([student()]).replace(b"userFirstName", b"First").replace(b"userLastName", b"Last")
    )

    text = message(review(data))

    assert "Use this header line: `action,schoolId,userId," in text
    assert "Rename" not in text
    assert text.count("`action,schoolId,userId,") == 1
    assert message(review(data), long=True).count("`action,schoolId,userId,") == 1
    assert "header line" not in message(review(SAMPLES / "bad-grades.csv"), long=True)


def test_a_column_without_a_name_is_called_so_in_a_message_too() -> None:
    data = b"".join(line + b",x\n" for line in file_of([student()]).splitlines())

    assert numbered(message(review(data.replace(b",x\n", b",\n", 1)))) == ["A column has no name."]


def test_faults_of_the_header_without_a_line_to_copy_are_told_one_by_one() -> None:
    text = message(review(b"Student Number,First_Name,Gender,Shoe size\n1,Ana,F,9\n"))

    missing, unknown = numbered(text)
    assert "required columns are missing" in missing
    assert "not the portal's" in unknown
    assert "Rename the columns that should be userId (probably) and userFirstName." in text
    assert "things are wrong" not in text


def test_notes_are_no_problem() -> None:
    text = message(review(file_of([student(), {}, student("S2")])))

    assert not numbered(text)
    assert "upload it in the portal" in text
    assert "attached" not in text


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"%PDF-1.4", file_of([])])
def test_without_rows_nothing_is_attached(data: bytes) -> None:
    text = message(review(data))

    assert "attached" not in text
    assert "check it again" in text


def test_another_format_is_no_file_to_correct() -> None:
    assert "attached" not in message(review(SAMPLES / "oneroster-users.csv"))


def test_where_the_portal_may_call_its_columns_so_the_message_asks() -> None:
    text = message(review(file_of([student()]).replace(b"userFirstName", b"FirstName")))

    assert "come from the portal's template" in text


@pytest.mark.parametrize("long", [False, True])
def test_no_cell_is_in_it(long: bool) -> None:  # noqa: FBT001
    rows = [
        teacher("T9", userFirstName="Zoraya", userEmail="zoraya"),
        in_class(student("S77", userGrade="Zgrade"), "Zclass", className=""),
        student("S78", userRole="Zrole", userFirstName=" Zname"),
        student("S78", userLastName="Zlast"),
    ]

    text = message(review(file_of(rows)), long=long)

    assert not re.findall(r"Z\w+|zoraya|S7\d|T9", text)


@pytest.mark.parametrize("long", [False, True])
def test_it_makes_no_link_and_no_image(long: bool) -> None:  # noqa: FBT001
    name = "![x](http://evil.example/x.png) www.evil.example <b>.csv"
    rows = [student(userEmail="ana(at)school.org"), student("S2")]

    text = message(review(file_of(rows), name=name), long=long)

    assert not [mark for mark in ("![", "](", "://", "www.", "<b") if mark in text]
    assert "`name@school.org`" in text


# --- the long form -------------------------------------------------------------------------------


def test_the_long_form_names_rows_as_ranges() -> None:
    rows = [student(f"S{i}", userGrade="x" if i < 30 or i == 45 else "3") for i in range(50)]

    text = message(review(file_of(rows)), long=True)

    assert "rows 2-31, 47" in text
    assert "Use one of: PK, K, 1" in text


def test_the_long_form_names_every_cause() -> None:
    result = review(SAMPLES / "bad-grades.csv")

    assert len(re.findall(r"(?m)^\d+\. ", message(result, long=True))) == len(result.causes) == 4


def test_a_review_gives_both() -> None:
    result = review(SAMPLES / "bad-grades.csv")

    assert result.message() == message(result)
    assert result.message(long=True) == message(result, long=True)


def test_rows_and_clears_of_a_problem_are_those_of_its_cause() -> None:
    for data in (
        file_of([student("S1", userFirstName=" Ana"), student("S2", userGrade="x")]),
        file_of([student("S1"), student("S2", userGrade="x")]).replace(b"userRole", b"UserRole"),
    ):
        result = review(data)

        for problem in result.problems:
            (cause,) = problem.causes
            assert (problem.rows, problem.clears) == (cause.rows, cause.clears)


def test_without_an_error_file_every_problem_is_named(tmp_path: Path) -> None:
    write_bundle(review(SAMPLES / "bad-grades.csv"), tmp_path, values=False)

    text = (tmp_path / "message.md").read_text("utf-8")

    assert "attached" not in text
    assert "4. " in text
