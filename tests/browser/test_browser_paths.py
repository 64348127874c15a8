"""The main path of each of the three users, from the upload to the file they came for."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import pytest
from driving import SAMPLES

import roster_toolkit as rt

if TYPE_CHECKING:
    from driving import Open

pytestmark = pytest.mark.slow

#: A row of the hard mixture with an address that nobody would type by chance.
PLANTED = (
    b",0164,E21581,DE21581,,Teacher,Marcus,Quispe,marcus.quispe11581.3089@@lakeview-ms.example"
)


def test_an_analyst_goes_from_the_file_to_the_rows_and_the_message(visitor: Open) -> None:
    one = visitor()
    one.go()
    one.upload(SAMPLES / "hard-mixture.csv")

    one.sees("The portal would accept 402 of 10,000 rows and reject 9,598")
    one.sees("9 problems to fix, biggest wins first · 3 warnings and notes")
    one.sees("5,000 different invalid email addresses in userEmail")
    one.part("Rows")
    one.choose("Category", re.compile("^userEmail"))
    one.sees(re.compile("with 6,002 errors and warnings"))
    assert "category=userEmail" in one.page.url

    one.part("Downloads")
    name, errors = one.download(one.button("Download users-errors.csv").click)
    _, message = one.download(one.button("Download message.md").click)

    assert name == "users-errors.csv"
    assert PLANTED in errors
    row = next(row for row in csv.DictReader(io.StringIO(errors.decode("utf-8-sig")))
               if row["userId"] == "E21581")  # fmt: skip
    assert row["row"] == "5"
    assert "is not a valid email address" in row["errors"]
    assert b"9,598" in message
    assert b"quispe" not in message.lower()


def test_a_manager_sees_the_impact_before_it_happens_and_makes_it_happen(visitor: Open) -> None:
    one = visitor()
    one.go()
    one.button("Try a sample district").click()
    one.sees(re.compile("The portal would .* 2,556 of 3,101 rows"))

    one.turn_to("Preview impact")
    one.sees(re.compile("would create 14 students, update 174 people, and remove 1 class"))
    name, changes = one.download(one.button("Download changes.csv").click)
    one.choose("What becomes of it", re.compile("^created"))
    one.sees(re.compile("14 students"))
    assert name == "changes.csv"
    assert changes.startswith(b"kind,key,school,field,before,after")

    one.button("Process into Riverton").click()
    asked = one.page.get_by_role("dialog")
    asked.wait_for()
    for sentence in ("Yes, people who are not in the file", "Yes, I intended this many changes"):
        asked.get_by_text(sentence).click()
        one.wait()
    asked.get_by_role("button", name="Process into Riverton").click()
    one.sees(re.compile("snapshot 4", re.IGNORECASE))

    one.turn_to("District")
    one.sees("Processed: the roster of Riverton is now snapshot 4.")


def test_an_admin_fixes_a_copy_and_checks_it_again(visitor: Open) -> None:
    source = (SAMPLES / "stray-spaces.csv").read_bytes()
    one = visitor()
    one.go()
    one.upload(SAMPLES / "stray-spaces.csv")

    one.part("Fix")
    one.sees(re.compile("^After these fixes: "))
    name, repaired = one.download(one.button(re.compile("^Download corrected users.csv")).click)
    one.button("Check the corrected file").click()
    one.sees("Every row is accepted. There is nothing to fix.")

    assert name == "users.csv"
    assert repaired == rt.review(source).repair().fixed.data
    assert repaired != source
    assert rt.review(repaired).verdict is rt.Verdict.CLEAN
