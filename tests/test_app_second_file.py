"""users.csv and demographics.csv in the app, without a browser: dropped together, and alone."""

from __future__ import annotations

from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from opening import open_page, picked, sound, table, text_of

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

pytestmark = pytest.mark.usefixtures("app_store")

SAMPLES = Path("data/samples")
ALT = "The files and what the portal would say"
USERS, SECOND = "clean.csv", "demographics-problems.csv"
#: Values of that file that are no words of ours.
SECRETS = ("Unicorn", "perhaps", "half price", "=1+1")


def dropped(*names: str) -> AppTest:
    app = open_page("check")
    files = [(name, (SAMPLES / name).read_bytes(), "text/csv") for name in names]
    return sound(app.file_uploader(key="file-0").set_value(files).run())


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.get("download_button")]


def test_both_files_in_one_drop_have_a_verdict_each() -> None:
    app = dropped(USERS, SECOND)

    verdicts = {line["file"]: line["what the portal would do"] for line in table(app, ALT)}
    assert verdicts[USERS] == "The portal would accept all 120 rows; there is nothing to fix."
    assert str(verdicts[SECOND]).startswith("The portal would accept 12 of 24 rows and reject 12.")


def test_the_second_file_is_judged_by_the_students_of_the_first() -> None:
    app = picked(dropped(USERS, SECOND), ALT, 1)

    told = unescape(text_of(app))
    assert "Demographics · students as in users.csv" in told
    assert "2 IDs in userId that are nobody's" in told
    assert "enrolled students are not in the file; nothing happens to them" in told


def test_alone_it_says_what_it_cannot_know() -> None:
    app = dropped("demographics.csv")

    assert "Demographics · not compared with users.csv or a roster" in text_of(app)
    assert any("no users.csv and no roster" in expander.label for expander in app.expander)


@pytest.mark.parametrize("view", ["causes", "repair", "downloads"])
def test_its_values_are_named_on_no_part_of_the_page_but_the_rows(view: str) -> None:
    app = picked(dropped(USERS, SECOND), ALT, 1)
    app.session_state["view"] = view

    sound(app.run())

    shown = unescape(text_of(app)) + "".join(block.value for block in app.code)
    shown += "".join(box.label for box in app.checkbox)
    assert not [secret for secret in SECRETS if secret in shown]


def test_its_files_are_called_after_it() -> None:
    app = picked(dropped(USERS, SECOND), ALT, 1)
    app.session_state["view"] = "downloads"

    sound(app.run())

    assert "Download demographics-errors.csv" in labels(app)
    assert "Download demographics-errors.xlsx" in labels(app)


def test_it_has_no_impact_and_the_page_says_so() -> None:
    app = dropped("demographics.csv")
    app.switch_page("app_pages/impact.py")

    sound(app.run())

    assert "A demographics.csv changes no roster: there is nothing to preview." in text_of(app)


def test_of_two_users_files_none_is_taken_for_the_one_that_goes_with_it() -> None:
    app = open_page("check")
    names = (USERS, "removals.csv", "demographics.csv")
    files = [(name, (SAMPLES / name).read_bytes(), "text/csv") for name in names]
    first = sound(app.file_uploader(key="file-0").set_value(files).run())
    app = open_page("check")
    other = sound(app.file_uploader(key="file-0").set_value(files[::-1]).run())

    verdicts = [
        {line["file"]: line["what the portal would do"] for line in table(each, ALT)}
        for each in (first, other)
    ]
    assert verdicts[0] == verdicts[1]
