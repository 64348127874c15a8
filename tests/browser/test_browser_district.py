"""Work on one district in a browser: from a preview to processed and undone, clicks counted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from driving import Open, Visitor
    from playwright.sync_api import Locator

pytestmark = pytest.mark.slow

#: One new student of the sample district.
ONE_STUDENT = (
    b"action,schoolId,userId,userRole,userFirstName,userLastName,userEmail,userGrade,classId,"
    b"className,classGrade,primary_teacher\n"
    b",0102,S99001,Student,Ines,Zamora,izamora_s99001@kingsley-es.example,3,,,,\n"
)


class Clicks:
    """A visitor whose clicks are counted."""

    def __init__(self, one: Visitor) -> None:
        """Begin with none."""
        self.one, self.count = one, 0

    def __call__(self, what: Locator) -> None:
        """Click, and wait until the page is drawn."""
        what.click()
        self.count += 1
        self.one.wait()


def at_the_sample_district(visitor: Open) -> Visitor:
    one: Visitor = visitor()
    one.go("roster")
    one.button(re.compile("sample district")).click()
    one.sees(re.compile("would create 14 students"))
    one.wait()
    return one


def drop_one_student(one: Visitor) -> None:
    """Another file on the desk, by the place that the district's page has for it."""
    one.button("Choose another file").click()
    one.sees("No file yet.")
    one.wait()
    one.upload(("users.csv", ONE_STUDENT))
    one.sees("This file would create 1 student.")


def test_a_preview_with_two_warnings_is_processed_and_undone_in_six_clicks(visitor: Open) -> None:
    one = at_the_sample_district(visitor)
    click = Clicks(one)

    click(one.button("Process into Riverton"))
    asked = one.page.get_by_role("dialog")
    for sentence in ("Yes, people who are not in the file", "Yes, I intended this many changes"):
        click(asked.get_by_text(sentence))
    click(asked.get_by_role("button", name="Process into Riverton"))
    one.sees("Processed: the roster of Riverton is now snapshot 4.")
    click(one.button(re.compile("^Undo snapshot 4")))
    click(one.page.get_by_role("dialog").get_by_role("button", name="Undo snapshot 4 of Riverton"))

    one.sees("Snapshot 4 of Riverton was undone; the roster is snapshot 3 again.")
    one.sees(re.compile("would create 14 students"))
    assert click.count == 6


def test_a_file_that_surprises_nobody_is_processed_and_undone_in_four_clicks(
    visitor: Open,
) -> None:
    one = at_the_sample_district(visitor)
    drop_one_student(one)
    click = Clicks(one)

    click(one.button("Process into Riverton"))
    click(one.page.get_by_role("dialog").get_by_role("button", name="Process into Riverton"))
    one.sees("Processed: the roster of Riverton is now snapshot 4.")
    click(one.button(re.compile("^Undo snapshot 4")))
    click(one.page.get_by_role("dialog").get_by_role("button", name="Undo snapshot 4 of Riverton"))

    one.sees("Snapshot 4 of Riverton was undone; the roster is snapshot 3 again.")
    assert click.count == 4


def test_the_report_of_a_processed_file_has_the_undo_beside_it(visitor: Open) -> None:
    one = at_the_sample_district(visitor)
    drop_one_student(one)
    one.turn_to("Preview impact")

    one.button("Process into Riverton").click()
    asked = one.page.get_by_role("dialog")
    asked.get_by_role("button", name="Process into Riverton").click()
    one.sees("Processed: the roster of Riverton is now snapshot 4.")
    one.button(re.compile("^Undo snapshot 4")).click()
    asked.get_by_role("button", name="Undo snapshot 4 of Riverton").click()

    one.sees("Snapshot 4 of Riverton was undone; the roster is snapshot 3 again.")
    one.sees("This file would create 1 student.")


def test_a_name_is_found_and_opened_and_stays_out_of_the_address(visitor: Open) -> None:
    one = at_the_sample_district(visitor)

    field = one.page.get_by_label("Find a person, class, email or row")
    field.fill("Rosa Ramírez")
    field.press("Enter")
    one.sees(re.compile("In Riverton's roster: 1 person"))
    table = one.page.get_by_test_id("stDataFrame").last
    assert table.is_visible()

    assert "rosa" not in one.page.url.lower()


def test_a_class_name_is_downloaded_edited_and_seen_before_and_after(visitor: Open) -> None:
    one = at_the_sample_district(visitor)

    one.part("Class names")
    name, data = one.download(one.button("Download class names to edit (users.csv)").click)
    assert name == "users.csv"
    edited = data.replace(b"Art with Flores", b"Fine arts with Flores")
    assert edited != data
    one.part("Overview")
    one.button("Choose another file").click()
    one.sees("No file yet.")
    one.wait()
    one.upload((name, edited))
    one.sees("This file would update 1 class.")
    one.turn_to("Preview impact")
    one.part("Class display names")

    one.sees("1 class gets another display name:")
