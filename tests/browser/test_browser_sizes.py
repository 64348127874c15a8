"""Small windows and phones: nothing lies over the page, and nothing of it is cut off."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from making import file_of, student

if TYPE_CHECKING:
    from driving import Open, Visitor

pytestmark = pytest.mark.slow

#: Elements that reach beyond the window, apart from tables and charts, which scroll inside.
_CUT_OFF = """() => {
  const wide = window.innerWidth + 1;
  return [...document.querySelectorAll("[data-testid=stMain] :is(button, p, h1, h2, h3, input)")]
    .filter(e => e.checkVisibility() && e.getBoundingClientRect().right > wide)
    .map(e => e.outerHTML.slice(0, 120));
}"""
_SCROLLS_SIDEWAYS = """() => {
  const main = document.querySelector("[data-testid=stMain]");
  return main.scrollWidth > main.clientWidth + 1;
}"""


def open_sample(one: Visitor) -> None:
    one.go()
    one.button("Try a sample district").click()
    one.sees(re.compile("The portal would"))
    one.wait()


def test_on_a_phone_the_menu_goes_away_when_a_page_is_chosen(visitor: Open) -> None:
    one = visitor(width=390)
    one.go()
    one.page.get_by_test_id("stExpandSidebarButton").click()
    one.turn_to("District")

    one.page.get_by_role("heading", name="District", level=1).click(timeout=5_000)
    one.page.reload()
    one.wait()
    one.page.get_by_role("heading", name="District", level=1).click(timeout=5_000)


@pytest.mark.parametrize("width", [390, 1024])
def test_nothing_of_any_part_is_cut_off(visitor: Open, width: int) -> None:
    one = visitor(width=width)
    open_sample(one)
    found = {}
    for part in ("Problems", "Rows", "Fix", "Downloads"):
        one.part(part)
        found[part] = one.page.evaluate(_CUT_OFF)
        if one.page.evaluate(_SCROLLS_SIDEWAYS):
            found[part].append("the page scrolls sideways")

    assert {part: cut for part, cut in found.items() if cut} == {}


def test_a_long_value_lies_over_no_button(visitor: Open) -> None:
    one = visitor(width=1280)
    one.go()
    cell = "Ana.Lee_" * 12 + "school.org"
    one.upload(("users.csv", file_of([student(userEmail=cell), student("S2")])))

    overflowing = one.page.locator("[data-testid=stMain] p").evaluate_all(
        "all => all.filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent)"
    )

    assert overflowing == []


def test_the_first_ten_problems_stand_on_the_first_screen(visitor: Open) -> None:
    one = visitor(width=1280)
    open_sample(one)

    tenth = one.page.get_by_role("heading", level=3).nth(9).bounding_box()

    assert tenth is not None
    assert tenth["y"] + tenth["height"] <= 900


def test_headings_skip_no_level_on_any_part(visitor: Open) -> None:
    one = visitor()
    one.go()
    levels = {"front": levels_of(one)}
    open_sample(one)
    for part in ("Problems", "Rows", "Fix", "Downloads"):
        one.part(part)
        levels[part] = levels_of(one)

    for part, found in levels.items():
        assert found[0] == 1, part
        assert all(after <= before + 1 for before, after in pairwise(found)), part


def levels_of(one: Visitor) -> list[int]:
    headings = one.page.locator("h1, h2, h3, h4")
    found: list[int] = headings.evaluate_all(
        "all => all.filter(e => e.checkVisibility()).map(e => +e.tagName[1])"
    )
    return found


@pytest.mark.parametrize(
    ("page", "part", "told"),
    [
        ("Preview impact", "Records", "The totals by kind and outcome"),
        ("Dictionary and rules", "Rules", "The rules; pick one to read it"),
    ],
)
def test_a_table_shows_all_of_its_columns_on_a_small_laptop(
    visitor: Open, page: str, part: str, told: str
) -> None:
    one = visitor(width=1024)
    open_sample(one)
    one.turn_to(page)
    one.part(part)

    widths = one.page.get_by_test_id("stDataFrame").first.evaluate(
        "e => [e.querySelector('.dvn-scroller').scrollWidth,"
        " e.querySelector('.dvn-scroller').clientWidth]"
    )

    assert widths[0] <= widths[1] + 1, told
