"""The mask in a real browser: one click, and no name is on the page or in what it downloads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from driving import Open

pytestmark = pytest.mark.slow

_HEADER = (
    "action,schoolId,userId,userRole,userFirstName,userLastName,userEmail,userGrade,classId,"
    "className,classGrade,primary_teacher"
)
_ROWS = [
    f",0711,CANARY{n},Student,Canaryann,Canaryson{n},canary{n}@canary.example,{grade},CANARYC,"
    "Canary class,3,"
    for n, grade in enumerate(["Canary", "third", "3", "3"])
]
_FILE = "\n".join([_HEADER, *_ROWS, ""]).encode()


def test_with_the_mask_on_no_name_is_on_the_page_or_in_what_it_downloads(visitor: Open) -> None:
    one = visitor()
    one.go()
    one.upload(("Canary file.csv", _FILE))
    one.sees(re.compile("The portal would"))
    assert "canary" in one.everything().lower()

    one.page.get_by_text("Mask names, emails and IDs").click()
    one.sees(re.compile("masked: pseudonyms"))
    one.wait()

    for part in ("Problems", "Rows", "Fix", "Downloads"):
        one.part(part)
        assert "canary" not in one.everything().lower(), part
        assert "canary" not in one.page.content().lower(), part
    name, data = one.download(one.button("Download masked-users-errors.csv").click)
    assert name == "masked-users-errors.csv"
    assert b"canary" not in data.lower()
    assert data.count(b"@masked.invalid") == 4

    one.turn_to("District")
    one.sees("The page of a district shows its people as they are.")
    one.turn_to("Check a file")
    one.page.get_by_text("Mask names, emails and IDs").click()
    one.sees(re.compile("Canary file"))
    one.wait()
    one.button("Start over").click()
    one.wait()
    one.upload((name, data))
    one.sees(re.compile("is masked: pseudonyms stand for its names"))
