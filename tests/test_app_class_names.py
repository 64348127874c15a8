"""Class names on a district's page, without a browser: from the button to what becomes of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from making import Row, file_of, imported, in_class, student, teacher
from opening import open_page, table, words_of
from streamlit.runtime.media_file_manager import MediaFileManager

import roster_toolkit as rt
from app_parts.session import Basis, Desk

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

ROSA = in_class(teacher("T1"), primary_teacher="TRUE", classDisplayName="Room 12")
ART = in_class(teacher("T2", schoolId="0042"), "C2", className="Art", classDisplayName="Studio")
NO_GRADE = in_class(student("S3"), "C3", className="Music", classGrade="")
EDITED = "Display names before and after"

pytestmark = pytest.mark.usefixtures("app_store")
Offered = list[Callable[[], bytes]]


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> Offered:
    """What the buttons of a page would bring; a file is made when its button is pressed."""
    found: Offered = []
    add = MediaFileManager.add_deferred

    def heard(self: MediaFileManager, data: Callable[[], bytes], *rest: str, **more: str) -> str:
        found.append(data)
        return add(self, data, *rest, **more)

    monkeypatch.setattr(MediaFileManager, "add_deferred", heard)
    return found


def section() -> AppTest:
    return open_page("roster", section="Class names", district="Avon")


def test_the_button_brings_the_file_and_the_page_says_what_to_do(
    app_store: Path, offered: Offered
) -> None:
    store = rt.Store(app_store)
    imported(store, ROSA, ART)

    app = section()

    assert [button.label for button in app.get("download_button")] == [
        "Download class names to edit (users.csv)"
    ]
    assert offered[-1]() == store["Avon"].display_names().csv
    assert "2 classes: one row each" in words_of(app)
    assert "Change the names in the column classDisplayName, and nothing else." in words_of(app)
    assert "Excel drops leading zeros" in app.warning[0].value


def test_one_school_alone(app_store: Path, offered: Offered) -> None:
    store = rt.Store(app_store)
    imported(store, ROSA, ART)

    app = section().selectbox(key="names-school").select("0042").run()

    assert offered[-1]() == store["Avon"].display_names("0042").csv
    assert "1 class: one row each" in words_of(app)


def test_an_edited_name_is_shown_before_and_after(app_store: Path, offered: Offered) -> None:
    imported(rt.Store(app_store), ROSA, ART)
    section()
    rows = list(csv.DictReader(io.StringIO(offered[-1]().decode())))
    desk = Desk(basis=Basis(district="Avon"))
    desk.take("users.csv", file_of(
        row | ({"classDisplayName": "Room 14"} if row["classId"] == "C1" else {}) for row in rows
    ))  # fmt: skip

    assert "This file would update 1 class." in words_of(open_page("roster", desk, district="Avon"))
    app = open_page("impact", desk, part="Class display names")

    assert table(app, EDITED) == [
        {"school": "0711", "classId": "C1", "className": "Math",
         "display name so far": "Room 12", "after the file": "Room 14"},
    ]  # fmt: skip


def test_where_no_name_changes_the_preview_says_so(app_store: Path) -> None:
    imported(rt.Store(app_store), ROSA, ART)
    desk = Desk(basis=Basis(district="Avon"))
    desk.take("users.csv", file_of([ROSA]))

    app = open_page("impact", desk, part="Class display names")

    assert "No class gets another display name." in words_of(app)


def test_classes_that_no_row_can_name_are_listed(app_store: Path) -> None:
    imported(rt.Store(app_store), ROSA, NO_GRADE)

    app = section()

    assert "1 class is left out:" in words_of(app)
    assert [line["classId"] for line in table(app, "Classes left out")] == ["C3"]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([student()], "'Avon' has no classes, so no display names to edit."),
        ([NO_GRADE], "Left out: 1 class (“C3”)"),
    ],
)
def test_where_there_is_nothing_to_edit_a_sentence_stands_for_the_button(
    app_store: Path, rows: list[Row], sentence: str
) -> None:
    imported(rt.Store(app_store), *rows)

    app = section()

    assert "There are no class names to edit." in words_of(app)
    assert sentence in words_of(app)
    assert not app.get("download_button")


def test_after_an_import_the_names_are_those_of_the_new_roster(
    app_store: Path, offered: Offered
) -> None:
    imported(rt.Store(app_store), ROSA)
    app = section()

    imported(rt.Store(app_store), ROSA | {"classDisplayName": "Room 99"})
    app.run()

    assert b"Room 99" in offered[-1]()
