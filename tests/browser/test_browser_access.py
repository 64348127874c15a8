"""Everybody can use it: no serious finding of axe on any page, and the keyboard is enough."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from driving import PAGES, SAMPLES
from playwright.sync_api import TimeoutError as TooLate

if TYPE_CHECKING:
    from driving import Open, Visitor
    from playwright.sync_api import FileChooser

pytestmark = pytest.mark.slow

#: What the control that has the focus is called.
_FOCUSED = """() => {
  const found = document.activeElement;
  const control = found.matches("a, button, input, summary, textarea");
  return control ? found.getAttribute("aria-label") || found.innerText : "";
}"""
_IS_DARK = """(() => {
  const color = getComputedStyle(document.querySelector(".stApp")).backgroundColor;
  return Math.max(...color.match(/\\d+/g).slice(0, 3).map(Number)) < 128;
})()"""
_GRAVE = {"serious", "critical"}
#: What to look into on each page, with a file on the desk: the words of a part or a tab.
PARTS = {
    "Check a file": ("Rows", "Fix", "Downloads"),
    "Preview impact": (
        "Schools",
        "New ID, school or role",
        "Class display names",
        "After the automatic fixes",
    ),
    "District": (
        "Browse",
        "Snapshots",
        "Compare",
        "Class names",
        "Import",
        "Download your data",
        "Delete",
    ),
    "Dictionary and rules": ("Rules", "Template", "Addresses for students"),
}


def hindrances(one: Visitor) -> list[str]:
    """What hinders somebody on the page as it stands, each with an element that shows it.

    In the dark only colors differ, so nothing else is looked at twice.
    """
    found = _judged(one, {"resultTypes": ["violations"]})
    one.page.emulate_media(color_scheme="dark")
    one.wait_for(_IS_DARK)
    found += _judged(one, {"runOnly": ["color-contrast"]})
    one.page.emulate_media(color_scheme="light")
    one.wait_for(f"!({_IS_DARK})")
    return found


def _judged(one: Visitor, options: dict[str, object]) -> list[str]:
    violations = Axe().run(one.page, options=options).response["violations"]
    return [
        f"{each['id']}: {node['target']} {node['html'][:200]}"
        for each in violations
        if each["impact"] in _GRAVE
        for node in each["nodes"][:3]
    ]


def test_nothing_serious_hinders_anybody_on_the_empty_pages(visitor: Open) -> None:
    one = visitor()
    found = {}
    for path in PAGES:
        one.go(path)
        found[path] = hindrances(one)

    assert {path: faults for path, faults in found.items() if faults} == {}


@pytest.mark.parametrize("pages", [[*PARTS][::2], [*PARTS][1::2]], ids=", ".join)
def test_nothing_serious_hinders_anybody_in_any_part_of_a_page(
    visitor: Open, pages: list[str]
) -> None:
    one = visitor()
    one.go()
    one.button("Try a sample district").click()
    one.sees(re.compile("The portal would"))
    found = {}
    for page in pages:
        one.turn_to(page)
        found[page] = hindrances(one)
        for part in PARTS[page]:
            one.part(part)
            found[f"{page}: {part}"] = hindrances(one)

    assert {place: faults for place, faults in found.items() if faults} == {}


def test_the_keyboard_is_enough_to_upload_and_to_open_a_cause(visitor: Open) -> None:
    one = visitor()
    page = one.go()

    def tab_to(text: str) -> None:
        for _ in range(40):
            page.keyboard.press("Tab")
            focused = page.evaluate(_FOCUSED)
            if text in focused:
                return
        raise AssertionError(f"no tab stop says {text!r}")

    def choose_a_file() -> FileChooser:
        """Press the button; again where the page was drawn anew under the pressing finger."""
        for _ in range(3):
            one.wait()
            page.locator("body").focus()
            tab_to("Upload")
            with suppress(TooLate), page.expect_file_chooser(timeout=5_000) as choosing:
                page.keyboard.press("Space")
                return choosing.value
        raise AssertionError("no file can be chosen with the keyboard")

    choose_a_file().set_files(SAMPLES / "bad-emails.csv")
    one.sees(re.compile("The portal would"))
    one.wait()

    page.locator("body").focus()
    tab_to("Show rows")
    page.keyboard.press("Enter")
    one.sees(re.compile("Pick a row"))

    assert page.get_by_role("radio", name="Rows", exact=True).is_checked()
