"""Rows corrected on the page: suggestions, a value at once, checking again, and the way back."""

from __future__ import annotations

import pytest
from making import file_of, student
from opening import picked, sound, table, text_of
from streamlit.testing.v1 import AppTest

import roster_toolkit as rt
from app_parts.session import Desk

EDITOR = "Rows to correct; the frozen column says what to fix"
EDITS = "Your edits, before and after"
#: 30 rows of which every other says student, and every tenth has no address.
ROWS = [
    student(f"S{number}", userRole="Student" if number % 2 else "student")
    | ({"userEmail": ""} if number % 10 == 0 else {})
    for number in range(1, 61)
]
FILE = file_of(ROWS)


def page_of(desk: Desk, **narrowed: str) -> AppTest:
    """The rows of a selection, to be edited, and nothing else."""

    def script() -> None:
        import streamlit as st

        from app_parts.check.edit import edit_rows

        here = st.session_state["desk"]
        chosen = here.review.select(**st.session_state["narrowed"])
        edit_rows(here, here.review, chosen, key="all")

    app = AppTest.from_function(script, default_timeout=30)
    app.session_state["desk"], app.session_state["narrowed"] = desk, narrowed
    return sound(app.run())


def desk_with(data: bytes, name: str = "users.csv") -> Desk:
    desk = Desk()
    desk.take(name, data)
    desk.judge(lambda _: None)
    assert desk.review is not None
    return desk


def review_on(desk: Desk) -> rt.Review:
    assert desk.review is not None
    return desk.review


def editor(app: AppTest) -> list[dict[str, object]]:
    return table(app, EDITOR)


def test_a_page_holds_25_rows_and_says_what_to_fix_in_each() -> None:
    app = page_of(desk_with(FILE))

    assert len(editor(app)) == 25
    assert editor(app)[0]["row"] == 3
    assert editor(app)[0]["what to fix"] == "userRole → Student"
    told = "userRole → Student; userEmail: A required cell is blank"
    assert editor(app)[4]["what to fix"] == told


def test_the_columns_at_fault_stand_first_and_blanks_are_blank() -> None:
    line = editor(page_of(desk_with(FILE)))[4]

    assert list(line)[:4] == ["row", "what to fix", "userRole", "userEmail"]
    assert (line["userEmail"], line["classId"]) == ("", "")


def test_one_click_takes_the_suggestions_of_a_page() -> None:
    desk = desk_with(FILE)
    app = page_of(desk)

    sound(app.button(key="take-page").click().run())
    assert len(desk.typed) == 25
    assert {line["userRole"] for line in editor(app)} == {"Student"}

    assert not app.button(key="check-again").disabled


def test_all_suggestions_are_taken_at_once_and_checked_again() -> None:
    desk = desk_with(FILE)
    app = page_of(desk)

    sound(app.button(key="take-all").click().run())
    sound(app.button(key="check-again").click().run())

    assert desk.typed == {}
    assert review_on(desk).edits.height == 30
    assert desk.data == FILE.replace(b",student,", b",Student,")
    assert review_on(desk).rows.rejected == 6


def test_only_what_the_problem_is_about_is_taken() -> None:
    data = file_of([student("S1", userRole="student", userGrade="3rd")])
    desk = desk_with(data)
    app = page_of(desk, column="userGrade")

    sound(app.button(key="take-page").click().run())

    assert desk.typed == {(2, "userGrade"): "3"}


def test_a_value_is_replaced_in_all_of_its_rows() -> None:
    rows = [student(f"S{number}", schoolId="0199") for number in range(3)]
    schools = b"schoolId,schoolName\n0101,Avon\n"
    desk = desk_with(file_of(rows))
    desk.review = rt.review(desk.data, against=file_of([student("S9")]), schools=schools)
    app = page_of(desk, column="schoolId")

    new = next(box for box in app.text_input if box.label == "Becomes")
    sound(new.set_value("0101").run())
    button = next(button for button in app.button if button.label == "Change all 3")
    sound(button.click().run())

    assert desk.typed == {(row, "schoolId"): "0101" for row in (2, 3, 4)}


def test_a_value_of_a_closed_list_may_become_blank_where_a_blank_is_right() -> None:
    """Else whoever typed Add would be offered nothing but the removal of the class."""
    desk = desk_with(file_of([student(f"S{number}", action="Add") for number in range(3)]))
    app = page_of(desk, column="action")

    new = next(box for box in app.selectbox if box.label == "Becomes")
    assert new.options == ["REMOVE-CLASS", "(blank)"]
    sound(new.set_value("").run())
    button = next(button for button in app.button if button.label == "Change all 3")
    sound(button.click().run())

    assert desk.typed == {(row, "action"): "" for row in (2, 3, 4)}


def test_a_value_of_a_closed_list_becomes_no_blank_where_every_row_needs_one() -> None:
    desk = desk_with(file_of([student(f"S{number}", userRole="pupil") for number in range(3)]))
    app = page_of(desk, column="userRole")

    new = next(box for box in app.selectbox if box.label == "Becomes")

    assert new.options == ["Student", "Teacher", "Administrator"]


def test_checking_again_says_what_it_cleared() -> None:
    desk = desk_with(FILE)
    before = review_on(desk)
    app = page_of(desk)
    sound(app.button(key="take-all").click().run())

    sound(app.button(key="check-again").click().run())

    assert desk.before is before
    assert "Since the last check: 24 rows cleared, 6 left, 0 new;" in text_of(app)


def test_one_edit_is_undone_before_and_after_it_is_checked() -> None:
    desk = desk_with(file_of([student("S1", userRole="student"), student("S2", userRole="t")]))
    app = page_of(desk)
    sound(app.button(key="take-page").click().run())
    assert [line["state"] for line in table(app, EDITS)] == ["not checked yet"] * 2

    picked(app, EDITS, 0)
    sound(app.button(key="undo-edit").click().run())
    assert [*desk.typed] == [(3, "userRole")]

    sound(app.button(key="check-again").click().run())
    assert table(app, EDITS) == [
        {"row": 3, "column": "userRole", "before": "t", "now": "Teacher",
         "state": "in the corrected file"},
    ]  # fmt: skip
    picked(app, EDITS, 0)
    sound(app.button(key="undo-edit").click().run())
    assert review_on(desk).edits.is_empty()


def test_undoing_all_brings_the_file_back_as_it_came() -> None:
    desk = desk_with(FILE)
    first = review_on(desk)
    app = page_of(desk)
    sound(app.button(key="take-all").click().run())
    sound(app.button(key="check-again").click().run())

    sound(app.button(key="undo-edits").click().run())

    assert (desk.data, desk.review, desk.came) == (FILE, first, None)


def test_an_edit_that_cannot_be_made_is_a_sentence_and_nothing_is_lost() -> None:
    desk = desk_with(FILE)
    desk.typed[3, "userLastName"] = "Lee\nRoy"
    app = page_of(desk)

    sound(app.button(key="check-again").click().run())

    assert "The new value of userLastName in row 3 holds a line break" in text_of(app)
    assert desk.typed == {(3, "userLastName"): "Lee\nRoy"}


def test_edits_stay_where_the_file_is_judged_by_something_else() -> None:
    desk = desk_with(FILE)
    app = page_of(desk)
    sound(app.button(key="take-all").click().run())
    sound(app.button(key="check-again").click().run())
    desk.typed[11, "userEmail"] = "s10@school.org"

    desk.judge_anew(desk.basis)
    desk.judge(lambda _: None)

    assert review_on(desk).edits.height == 30
    assert review_on(desk).original.source == FILE
    assert desk.typed == {(11, "userEmail"): "s10@school.org"}


def test_another_file_begins_without_edits() -> None:
    desk = desk_with(FILE)
    desk.typed[3, "userRole"] = "Student"

    desk.take("users.csv", FILE)

    assert (desk.typed, desk.edits, desk.came) == ({}, None, None)


def test_a_column_that_stands_twice_is_shown_but_not_edited() -> None:
    data = FILE.replace(b",userGrade,", b",userRole,", 1)
    app = page_of(desk_with(data))

    frame = next(frame for frame in app.dataframe if frame.proto.alt == EDITOR)
    config = frame.proto.columns
    assert '"userRole (2)": {"disabled": true}' in config
    assert '"userRole"' in config


@pytest.mark.parametrize("data", [b"", b"S1,Ana,Lee,ana@school.org,3\nS2,Bo,Roy,b@s.org,4\n"])
def test_what_has_no_table_of_ours_cannot_be_edited_here(data: bytes) -> None:
    app = page_of(desk_with(data))

    assert not app.dataframe
    assert not app.button


def test_an_edit_keeps_the_fixes_that_were_ticked_and_both_are_in_the_corrected_file() -> None:
    file = file_of([student("S1", userEmail="ana1@@school.org"), student("S2", userEmail="")])
    desk = Desk()
    desk.take("users.csv", file)
    desk.judge(lambda _: None)
    code = "RT103"
    desk.confirm(code, yes=True)
    assert desk.review is not None

    desk.take_edited(desk.review.edit(3, "userEmail", "ben@school.org"))

    assert desk.confirmed == {code}
    corrected = desk.correct()
    assert corrected.review.rows.rejected == 0
    assert b"ana1@school.org" in corrected.data
    assert b"ben@school.org" in corrected.data


def test_the_original_file_comes_back_with_its_edits() -> None:
    desk = Desk()
    desk.take("users.csv", file_of([student("S1", userEmail=""), student("S2", userEmail="")]))
    desk.judge(lambda _: None)
    assert desk.review is not None
    desk.take_edited(desk.review.edit(2, "userEmail", "ana@school.org"))
    edited = desk.data

    desk.take_next_attempt("again.csv", file_of([student("S3")]))
    desk.judge(lambda _: None)
    desk.back_to_original()

    assert (desk.name, desk.data) == ("users.csv", edited)
    assert desk.review is not None
    assert desk.review.edits.height == 1
    assert desk.original is None
