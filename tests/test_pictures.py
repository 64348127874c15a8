"""A chart shows where Plotly does not run: as a picture without a script, 10 kB and no request."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from datetime import datetime
from functools import cache

import polars as pl
import pytest

import roster_toolkit as rt
from roster_toolkit.report import charts
from roster_toolkit.rosters.outcomes import Outcome
from roster_toolkit.rosters.roster import Kind
from roster_toolkit.store.model import Snapshot

LINK = '<a href="http://evil.example">click</a>'
SVG = "{http://www.w3.org/2000/svg}"


def snapshots(*students: int) -> list[Snapshot]:
    made = datetime(2026, 9, 1)  # noqa: DTZ001 - a store's times are plain
    return [
        Snapshot("Avon", n, LINK, "f.csv", "portal", "p", made, True,
                 dict.fromkeys(Kind, 1) | {Kind.STUDENT: count})
        for n, count in enumerate(students, 1)
    ]  # fmt: skip


def outcomes(**counts: int) -> dict[Outcome, int]:
    return {outcome: counts.get(outcome.value.replace(" ", "_"), 0) for outcome in Outcome}


def a_school(name: str) -> Mapping[str, object]:
    numbers = {outcome.value: n for n, outcome in enumerate(Outcome)}
    return {"school": "01", "name": name, "kind": "student", **numbers}


CATEGORIES = pl.DataFrame(
    {
        "category": ["userGrade", LINK, "userGrade"],
        "severity": ["error", "error", "warning"],
        "findings": [1200, 3, 40],
    }
)
CAUSES = pl.DataFrame(
    {"number": [1], "title": [LINK], "severity": ["error"], "rows": [10], "clears": [4]}
)
#: Each is drawn when a test first looks at it, not for those who only list the tests.
FIGURES = {
    "categories": lambda: charts.categories(CATEGORIES),
    "causes": lambda: charts.causes(CAUSES),
    "impact": lambda: charts.impact(
        {Kind.STUDENT: outcomes(created=1, updated=3), Kind.CLASS: outcomes()}
    ),
    "schools": lambda: charts.schools(pl.DataFrame([a_school(LINK)])),
    "schools by outcome": lambda: charts.schools(pl.DataFrame([a_school(LINK)]), kind="student"),
    "timeline": lambda: charts.timeline(snapshots(10, 25, 12)),
    "one snapshot": lambda: charts.timeline(snapshots(10)),
    "agreement": lambda: charts.agreement({"before": (5, 1, 0), "now": (6, 0, 0)}),
    "nothing": lambda: charts.categories(CATEGORIES.clear()),
    "no cause": lambda: charts.causes(CAUSES.clear()),
    "no school": lambda: charts.schools(pl.DataFrame([a_school("x")]).clear()),
}


@cache
def figure(name: str) -> charts.Chart:
    return FIGURES[name]()


def elements_of(picture: str) -> ET.Element:
    return ET.fromstring(picture)  # noqa: S314 - our own


def texts_of(figure: charts.Chart) -> list[str]:
    return ["".join(text.itertext()) for text in elements_of(figure.svg()).iter(f"{SVG}text")]


@pytest.mark.parametrize("name", FIGURES)
def test_a_notebook_keeps_the_figure_and_a_picture_of_it(name: str) -> None:
    kept = figure(name)._repr_mimebundle_()

    assert set(kept) == {"application/vnd.plotly.v1+json", "text/html", "text/plain"}
    assert kept["text/plain"] == figure(name).layout.meta["alt"]
    assert len(kept["text/html"]) < 20_000


@pytest.mark.parametrize("name", FIGURES)
def test_a_picture_is_described_runs_no_script_and_fetches_nothing(name: str) -> None:
    picture = figure(name)._repr_html_()

    root = elements_of(figure(name).svg())
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "g", "rect", "path", "text", "title", "circle"}
    assert root.get("role") == "img"
    assert root.get("aria-label") == figure(name).layout.meta["alt"]
    assert re.findall(r"href|src=|url\(|@import|<script|<a\b", picture.replace(LINK, "")) == [
        "href"
    ] * picture.count("href=")
    assert "<a " not in picture


def test_a_cell_in_a_picture_is_text() -> None:
    assert any(LINK in text for text in texts_of(figure("schools")))


def test_bars_carry_their_numbers_and_names() -> None:
    texts = texts_of(figure("categories"))

    assert texts[:2] == ["error", "warning"]
    assert {"userGrade", "1,200", "0", "errors and warnings"} <= set(texts)


def test_a_row_whose_bars_are_too_narrow_has_its_sum_behind() -> None:
    assert "10" in texts_of(figure("causes"))
    assert "3" in texts_of(figure("categories"))


def test_shares_go_to_a_hundred_per_cent() -> None:
    texts = texts_of(figure("impact"))

    assert {"0%", "50%", "100%", "student: 4"} <= set(texts)


def test_a_map_names_schools_and_kinds() -> None:
    assert {"created", "updated", "errors", "4"} <= set(texts_of(figure("schools by outcome")))


def test_snapshots_are_steps_with_their_counts() -> None:
    assert {"student", "10", "25", "12"} <= set(texts_of(figure("timeline")))


@pytest.mark.parametrize("most", [0, 1, 3, 7, 99, 545, 12_345, 1_000_000])
def test_the_scale_is_of_round_numbers_and_reaches_beyond_the_longest_bar(most: int) -> None:
    findings = pl.DataFrame({"category": ["x"], "severity": ["error"], "findings": [most]})

    texts = texts_of(charts.categories(findings))

    ticks = texts[1 : texts.index("errors and warnings")]
    numbers = [int(tick.replace(",", "")) for tick in ticks]
    assert numbers[0] == 0
    assert numbers[-1] >= most
    assert 2 <= len(numbers) <= 7


def test_the_charts_of_a_review_and_of_many_are_pictures() -> None:
    review = rt.review("data/samples/bad-grades.csv")

    for figure in (review.plot.causes(), review.plot.categories()):
        assert "<svg" in figure._repr_html_()
