"""From the portal's papers to a file that is judged as the portal judges it, and back."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from conftest import served
from making import file_of, student
from portals import Portal
from test_browser_access import hindrances

import roster_toolkit as rt

if TYPE_CHECKING:
    from pathlib import Path

    from driving import Open, Visitor

pytestmark = pytest.mark.slow

PORTAL = Portal(1)
SENT, ROWS = PORTAL.file(2, 120), 120
FRESH = PORTAL.good_file(9, 60)
PATIENT = 240_000


def roster_of(content: bytes) -> bytes:
    """A download of current data with the schools that a file names, and one student in each."""
    upload = rt.read_upload(content, rt.load_profile(), name="users.csv")
    place = [cell.typed for cell in upload.header].index("schoolId")
    schools = upload.cells.to_series(place).unique(maintain_order=True).to_list()
    return file_of(student(f"HERE{n}", schoolId=school) for n, school in enumerate(schools))


def drop(one: Visitor, label: str, name: str, content: bytes) -> None:
    """Drop a file on the place of that label."""
    place = one.page.get_by_test_id("stFileUploader").filter(has_text=label)
    place.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content}
    )
    one.wait()
    one.sees(re.compile(re.escape(name)))


def test_a_portal_is_learned_kept_for_a_district_and_taken_back(
    visitor: Open, tmp_path: Path
) -> None:
    download = tmp_path / "download.csv"
    download.write_bytes(roster_of(FRESH))
    rt.import_data(download, rt.Store(tmp_path / "roster.duckdb"), "Avon")
    with served(tmp_path) as address:
        one = visitor(address)
        one.page.set_default_timeout(PATIENT)
        one.go("portal")
        one.sees("Nothing was learned from your portal yet")
        one.button("Learn from your files").click()
        one.wait()
        drop(one, "The portal's template", "template.csv", PORTAL.template())
        drop(one, "A file that the portal accepted", "accepted.csv", PORTAL.good_file(1, ROWS))
        drop(one, "The file that you sent", "sent.csv", SENT)
        drop(one, "The error report", "report.csv", PORTAL.report(SENT))
        one.page.get_by_role("button", name="Learn", exact=True).click()

        one.sees(re.compile(r"now \d+ of 240 are"))
        one.sees("The proposals")
        one.wait()
        last = one.page.get_by_role("checkbox").last
        assert last.is_checked()
        one.page.get_by_test_id("stCheckbox").last.locator("label").click()
        one.sees("You said no")
        one.wait()

        one.part("Keep")
        one.sees("Not kept yet: no file is checked by this.")
        one.button("Keep it for Avon").click()
        one.sees("Kept: version 1 of Avon's own profile.")
        one.turn_to("Check a file")
        one.upload(("fresh.csv", FRESH))
        one.sees("The portal would accept all 60 rows")
        one.sees("Avon's own profile, version 1")

        one.turn_to("Your portal")
        one.part("Keep")
        one.button("Undo version 1").click()
        one.sees("Version 1 was undone")
        one.turn_to("Check a file")
        one.sees("The portal would reject")
        assert "The portal would accept all" not in one.everything()
        one.leave()


def test_a_name_is_typed_into_the_table_and_judges_the_file_at_hand(visitor: Open) -> None:
    one = visitor()
    one.go()
    one.upload(("users.csv", file_of([student()]).replace(b"userGrade", b"grade")))
    one.sees("The portal would reject")
    one.turn_to("Your portal")
    one.part("Edit by hand")
    place = one.page.get_by_test_id("stDataFrame").locator("canvas").first.bounding_box()
    assert place is not None
    header, line = place["x"] + place["width"] * 0.2, place["y"] + 35 * 10.5
    for _ in range(5):  # a click while the table is being drawn is lost
        one.page.mouse.click(header, line)
        one.page.keyboard.press("Enter")
        typing = one.page.locator("#portal textarea, #portal input")
        one.page.wait_for_timeout(1000)
        if typing.count():
            break
    one.page.keyboard.press("Control+A")
    one.page.keyboard.type("grade", delay=50)
    one.page.keyboard.press("Enter")

    one.sees("1 column changed by hand.")
    one.sees("1 row more would be accepted.")
    one.part("What is known")
    one.sees("No file is checked by it until you keep it.")
    one.part("Edit by hand")
    one.sees("1 column changed by hand.")


def test_nothing_serious_hinders_anybody_where_a_made_up_portal_is_learned(visitor: Open) -> None:
    one = visitor()
    one.page.set_default_timeout(PATIENT)
    one.go("portal")
    one.button(re.compile("Try a made-up portal")).click()
    one.sees("users-errors.csv")
    one.wait()
    found = {"papers": hindrances(one)}
    one.page.get_by_role("button", name="Learn", exact=True).click()
    one.sees("The proposals")
    one.wait()
    for part in ("Proposals", "What is known", "Edit by hand", "Keep"):
        one.part(part)
        found[part] = hindrances(one)

    assert {place: faults for place, faults in found.items() if faults} == {}
    levels = one.page.locator("h1, h2, h3").evaluate_all("all => all.map(e => +e.tagName[1])")
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
