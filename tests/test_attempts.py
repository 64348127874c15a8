"""Attempts side by side: what a customer's corrections came to."""

from __future__ import annotations

from roster_toolkit.attempts import Counts, Progress, compare_attempts
from roster_toolkit.reviewing.review import review

HEADER = (
    "action,schoolId,userId,userRole,userFirstName,userLastName,userEmail,userGrade,"
    "classId,className,classGrade,primary_teacher\n"
)
TEACHER = ",0711,T1,Teacher,Ina,Fox,ina@school.org,,C1,Math,3,TRUE\n"
SOUND = ",0711,S1,Student,Ana,Lee,ana@school.org,3,C1,Math,3,\n"
NO_GRADE = ",0711,S2,Student,Bo,Diaz,bo@school.org,,C1,Math,3,\n"
NO_EMAIL = ",0711,S3,Student,Cy,Ng,cy.school.org,3,C1,Math,3,\n"


def compared(before: str, after: str) -> Progress:
    return compare_attempts(review((HEADER + before).encode()), review((HEADER + after).encode()))


def codes(progress: Progress) -> tuple[list[str], list[str], list[str]]:
    sides = (progress.cleared, progress.left, progress.new)
    cleared, left, new = ([cause.code for cause in causes] for causes in sides)
    return cleared, left, new


def test_an_attempt_beside_itself_has_everything_left() -> None:
    same = compared(TEACHER + NO_GRADE + NO_EMAIL, TEACHER + NO_GRADE + NO_EMAIL)

    assert codes(same) == ([], ["RT103", "RT201"], [])
    assert same.rows == Counts(cleared=0, left=2, new=0)
    assert same.findings.rows() == [("RT103", 0, 1, 0), ("RT201", 0, 1, 0)]


def test_what_was_corrected_is_cleared_and_what_was_broken_is_new() -> None:
    progress = compared(TEACHER + NO_GRADE + SOUND, TEACHER + NO_EMAIL + SOUND)

    assert codes(progress) == (["RT201"], [], ["RT103"])
    assert progress.rows == Counts(cleared=1, left=0, new=1)


def test_rows_are_known_by_their_keys_and_not_by_their_number() -> None:
    progress = compared(TEACHER + SOUND + NO_GRADE, NO_GRADE + TEACHER)

    assert codes(progress) == ([], ["RT201"], [])
    assert progress.rows == Counts(cleared=0, left=1, new=0)


def test_a_row_that_was_deleted_is_cleared() -> None:
    assert compared(TEACHER + NO_GRADE, TEACHER + SOUND).rows == Counts(1, 0, 0)


def test_a_cause_that_falls_apart_into_smaller_ones_is_not_new() -> None:
    many = [SOUND.replace("S1", f"S{n}").replace("ana@", f"a{n}@@") for n in range(20)]

    progress = compared(TEACHER + "".join(many), TEACHER + "".join(many[:2]))

    assert codes(progress) == ([], ["RT103"], [])
    assert progress.rows == Counts(cleared=18, left=2, new=0)
    assert progress.findings.rows() == [("RT103", 18, 2, 0)]


def test_a_file_that_cannot_be_read_can_be_compared_too() -> None:
    progress = compare_attempts(review(b""), review((HEADER + TEACHER + NO_GRADE).encode()))

    assert codes(progress) == (["RT002"], [], ["RT201"])
    assert progress.rows == Counts(0, 0, 1)


def test_clean_files_have_nothing_to_tell() -> None:
    progress = compared(TEACHER + SOUND, TEACHER + SOUND)

    assert codes(progress) == ([], [], [])
    assert progress.findings.is_empty()
