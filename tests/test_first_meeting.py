"""The first meeting with a portal: columns that are not called what we assumed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from making import HEADER, file_of, student, teacher
from opening import words_of
from streamlit.testing.v1 import AppTest

import roster_toolkit as rt
from roster_toolkit.cli.app import main
from roster_toolkit.report.message import message
from roster_toolkit.report.text import TextReport
from roster_toolkit.reviewing.review import Review, review

GOOD = file_of([student(), teacher()])
#: A portal that calls the role and the names of people otherwise.
OTHERWISE = {"userRole": "role", "userFirstName": "given_name", "userLastName": "Nachname"}


def renamed(names: dict[str, str], content: bytes = GOOD) -> bytes:
    header, rest = content.split(b"\n", 1)
    cells = [names.get(name, name) for name in header.decode().split(",")]
    return ",".join(cells).encode() + b"\n" + rest


def typed(result: Review) -> list[str]:
    return [cell.typed for cell in result.perhaps_other_names]


# --- which files are met so -----------------------------------------------------------------------


def test_headers_that_differ_in_assumed_names_are_perhaps_the_portals_own() -> None:
    assert typed(review(renamed(OTHERWISE))) == ["role", "given_name", "Nachname"]


def test_an_inferred_name_is_not_known_either() -> None:
    assert typed(review(renamed({"userGrade": "Klasse"}))) == ["Klasse"]


def test_capitals_of_an_assumed_name_are_assumed_too() -> None:
    assert typed(review(renamed({"userRole": "UserRole"}))) == ["UserRole"]


def test_a_column_that_we_do_not_know_may_be_one_that_is_missing() -> None:
    assert typed(review(renamed({"userRole": "xyzzy"}))) == ["xyzzy"]


@pytest.mark.parametrize(
    "names",
    [
        {"schoolId": "schoolid"},
        {"userId": "user_id"},
        {"primary_teacher": "primaryTeacher"},
        {"classId": "Gruppe"},
        {"userStateId": "userstateid"},
        {"userDistrictId": ""},
        {"userLastName": "userFirstName", "userFirstName": "userFirstName"},
    ],
    ids=str,
)
def test_where_a_known_name_is_broken_it_stays_rejected(names: dict[str, str]) -> None:
    result = review(renamed(OTHERWISE | names))

    assert result.verdict is rt.Verdict.REJECTED
    assert result.perhaps_other_names == ()
    assert result.sentence.startswith("The portal would reject the whole file")


def test_a_column_too_many_is_rejected_where_no_column_is_missing() -> None:
    content = b"".join(line + b",x\n" for line in GOOD.splitlines())

    assert review(content).perhaps_other_names == ()


def test_a_column_too_few_is_rejected() -> None:
    content = file_of([student()], header=[name for name in HEADER if name != "userLastName"])

    assert review(content).perhaps_other_names == ()


def test_a_line_above_the_header_stays_rejected() -> None:
    assert review(b"Roster of Avon\n" + renamed(OTHERWISE)).perhaps_other_names == ()


def test_a_file_without_blockers_has_none() -> None:
    assert review(GOOD).perhaps_other_names == ()


def test_a_name_that_was_seen_at_the_portal_is_known(tmp_path: Path) -> None:
    own = tmp_path / "ours.toml"
    own.write_text('extends = "batch-upload"\n[columns.userRole.evidence]\nname = "seen"\n')

    assert review(renamed({"userRole": "role"}), profile=own).perhaps_other_names == ()


# --- what is said ---------------------------------------------------------------------------------


def test_the_sentence_asks_instead_of_rejecting() -> None:
    assert review(renamed(OTHERWISE)).sentence == (
        "In this file, userRole, userFirstName and userLastName have other names than we "
        "assumed. If it comes from the portal's template, or the portal accepted it, say so, and "
        "the file is checked by the names that it has; if not, the portal would reject the whole "
        "file, all 2 rows."
    )


def test_many_names_are_counted() -> None:
    more = OTHERWISE | {"userEmail": "mail", "userGrade": "Klasse", "className": "Gruppe"}

    assert review(renamed(more)).sentence.startswith(
        "In this file, userRole, userFirstName, userLastName and 3 others have other names than we "
        "assumed."
    )


def test_the_next_step_is_to_learn_from_the_file() -> None:
    text = TextReport(review(renamed(OTHERWISE)), source="my users.csv", command="rt").render()

    assert "Next: rt calibrate --accepted 'my users.csv' --out ours.toml" in text
    assert "If it is neither, a header row to copy." in text
    assert "~RT004" in text
    assert "whole file rejected, unless the portal accepted it" in text


def test_the_next_step_of_any_other_file_is_as_ever() -> None:
    assert "calibrate --accepted" not in TextReport(review(renamed({"action": "Action"}))).render()


def test_the_message_asks_the_customer_without_a_header_of_theirs() -> None:
    told = message(review(renamed(OTHERWISE)))

    assert "does the file come from the portal's template, or did the portal accept it?" in told
    assert "Nachname" not in told


def test_json_says_that_names_are_assumed_and_keeps_the_verdict() -> None:
    told = json.loads(review(renamed(OTHERWISE)).json())

    assert (told["verdict"], told["assumed_names"]) == ("rejected", True)
    assert {cause["assumed"] for cause in told["causes"] if cause["severity"] == "blocker"} == {
        True
    }
    assert json.loads(review(GOOD).json())["assumed_names"] is False


def test_the_exit_code_stays_that_of_a_rejected_file(tmp_path: Path) -> None:
    file = tmp_path / "users.csv"
    file.write_bytes(renamed(OTHERWISE))

    assert main(["check", str(file)]) == 3


# --- on the page ----------------------------------------------------------------------------------


@pytest.fixture
def page(app_store: Path) -> AppTest:
    assert not app_store.exists()
    rows = [student(f"S{n}", userGrade=str(n % 12 + 1)) for n in range(30)]
    app = AppTest.from_file("../app.py", default_timeout=60).run()
    content = renamed({"userRole": "role"}, file_of([*rows, teacher()]))
    app.file_uploader(key="file-0").upload("users.csv", content).run()
    assert not app.exception
    return app


def test_one_click_judges_the_file_by_what_it_teaches(page: AppTest) -> None:
    assert "In this file, userRole has another name than we assumed" in words_of(page)

    assert "rejects the file" not in " ".join(badge.value for badge in page.markdown)

    page.button(key="took-1").click().run()

    assert not page.exception
    assert "Preview, by what this file teaches: The portal would accept all 31 rows" in words_of(
        page
    )
    assert "userRole: userRole → role" in words_of(page)

    page.button(key="keep-learned").click().run()

    assert not page.exception
    assert "The portal would accept all 31 rows" in words_of(page)
    assert "Preview, by" not in words_of(page)
