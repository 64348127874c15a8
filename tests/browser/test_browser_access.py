"""Everybody can use it: no serious finding of axe on any page, and the keyboard is enough."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from driving import PAGES, SAMPLES

if TYPE_CHECKING:
    from driving import Open, Visitor

#: What the control that has the focus is called.
_FOCUSED = """() => {
  const found = document.activeElement;
  const control = found.matches("a, button, input, summary, textarea");
  return control ? found.getAttribute("aria-label") || found.innerText : "";
}"""
_GRAVE = {"serious", "critical"}
#: What to look into on each page, with a file on the desk: the words of a part or a tab.
PARTS = {
    "Check a file": ("Look into the rows", "Repair", "Downloads"),
    "Preview impact": ("Schools", "New ID, school or role", "After the safe repairs"),
    "Roster": ("Browse", "Compare", "Import", "Download your data", "Forget"),
    "Dictionary and rules": ("Rules", "Template", "Addresses for students"),
}


def hindrances(one: Visitor) -> list[str]:
    """What hinders somebody on the page as it stands, each with an element that shows it."""
    found = Axe().run(one.page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{each['id']}: {node['target']} {node['html'][:200]}"
        for each in found
        if each["impact"] in _GRAVE
        for node in each["nodes"][:3]
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_serious_hinders_anybody_on_the_empty_pages(visitor: Open, *, dark: bool) -> None:
    one = visitor(dark=dark)
    found = {}
    for path in PAGES:
        one.go(path)
        found[path] = hindrances(one)

    assert {path: faults for path, faults in found.items() if faults} == {}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_serious_hinders_anybody_in_any_part_of_a_page(
    visitor: Open, *, dark: bool
) -> None:
    one = visitor(dark=dark)
    one.go()
    one.button("Open the sample district").click()
    one.sees(re.compile("The portal would take"))
    found = {}
    for page, parts in PARTS.items():
        one.turn_to(page)
        found[page] = hindrances(one)
        for part in parts:
            one.part(part)
            found[f"{page}: {part}"] = hindrances(one)

    assert {place: faults for place, faults in found.items() if faults} == {}


def test_the_keyboard_is_enough_to_upload_and_to_open_a_cause(visitor: Open) -> None:
    one = visitor()
    page = one.go()

    def tab_to(text: str) -> None:
        for _ in range(40):
            page.keyboard.press("Tab")
            told = page.evaluate(_FOCUSED)
            if text in told:
                return
        raise AssertionError(f"no tab stop says {text!r}")

    tab_to("Upload")
    with page.expect_file_chooser() as choosing:
        page.keyboard.press("Enter")
    choosing.value.set_files(SAMPLES / "bad-emails.csv")
    one.sees(re.compile("The portal would take"))
    one.wait()

    page.locator("body").focus()
    tab_to("Show rows")
    page.keyboard.press("Enter")
    one.sees(re.compile("Pick a row"))

    assert page.get_by_role("radio", name="Look into the rows").is_checked()
