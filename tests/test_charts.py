"""The charts: right numbers, colors that everybody can tell apart, and no markup of a cell."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

import roster_toolkit as rt
from roster_toolkit.report import charts
from roster_toolkit.reviewing.plot import Plot
from roster_toolkit.rosters.outcomes import Outcome
from roster_toolkit.rosters.roster import Kind
from roster_toolkit.store.model import Snapshot

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

LINK = '<a href="http://evil.example">click</a>'


def drawn(figure: Figure) -> dict[str, Any]:
    return dict(json.loads(figure.to_json()))


def counts(**outcomes: int) -> dict[Outcome, int]:
    named = {"created": 0, "updated": 0, "no changes": 0, "removed": 0, "errors": 0, **outcomes}
    return {outcome: named[outcome.value] for outcome in Outcome}


# --- numbers -----------------------------------------------------------------------------------


def test_categories_are_stacked_by_severity_and_stand_most_first() -> None:
    found = pl.DataFrame(
        {
            "category": ["userGrade", "userEmail", "userEmail"],
            "severity": ["error", "error", "warning"],
            "findings": [3, 2, 5],
        }
    )

    figure = drawn(charts.categories(found))

    assert figure["layout"]["yaxis"]["ticktext"] == ["userEmail", "userGrade"]
    assert [(bar["name"], bar["x"], bar["y"]) for bar in figure["data"]] == [
        ("error", [2, 3], [0, 1]),
        ("warning", [5], [0]),
    ]
    assert figure["data"][0]["customdata"] == [["userEmail", "error"], ["userGrade", "error"]]


def test_a_selection_is_drawn_by_what_it_can_be_narrowed_to_next() -> None:
    review = rt.review("data/samples/bad-grades.csv")
    chosen = review.select(category="userGrade")

    figure = review.plot.selection(chosen, "code")

    counts = chosen.by("code")
    bars = [bar["customdata"][0][0] for bar in drawn(figure)["data"]]
    assert bars[0] == counts["name"][0]
    assert figure.layout.meta["alt"].startswith("Errors and warnings by rule: ")
    assert f"({counts['name'][0]}) {counts['findings'][0]}" in figure.layout.meta["alt"]


def test_a_cause_shows_what_it_clears_and_what_it_touches_besides() -> None:
    found = pl.DataFrame(
        {"number": [1], "title": ["t"], "severity": ["error"], "rows": [10], "clears": [4]}
    )

    bars = drawn(charts.causes(found))["data"]

    assert [(bar["name"], bar["x"]) for bar in bars] == [
        ("cleared by fixing this", [4]),
        ("have other errors too", [6]),
    ]


def test_twelve_causes_are_drawn_and_the_others_are_counted() -> None:
    found = pl.DataFrame(
        {"number": range(1, 15), "title": "t", "severity": "error", "rows": 2, "clears": 1}
    )

    figure = drawn(charts.causes(found))

    assert len(figure["data"][0]["x"]) == 12
    assert "2 more problems not drawn." in figure["layout"]["meta"]["alt"]


def test_outcomes_are_shares_of_the_records_of_their_kind() -> None:
    figure = drawn(
        charts.impact({Kind.STUDENT: counts(created=1, updated=3), Kind.CLASS: counts()})
    )

    shares = {bar["name"]: bar["x"] for bar in figure["data"]}
    assert shares["created"] == [0.25, 0]
    assert shares["updated"] == [0.75, 0]
    assert figure["layout"]["yaxis"]["ticktext"] == ["student: 4", "class: 0"]


def a_school(kind: str, school: str = "01", name: str = "Oak", **outcomes: int) -> dict[str, Any]:
    actual = {outcome.value: number for outcome, number in counts(**outcomes).items()}
    return {"school": school, "name": name, "kind": kind, **actual}


def test_a_school_is_mapped_by_the_share_of_its_records_that_change() -> None:
    frame = pl.DataFrame(
        [
            a_school("student", updated=1, **{"no changes": 3}),
            a_school("class", removed=2),
        ]
    )

    heat, points = drawn(charts.schools(frame))["data"]

    assert heat["x"] == ["student", "class"]
    assert heat["z"] == [[0.25, 1.0]]
    assert heat["text"] == [["1", "2"]]
    assert [cell[1:3] for cell in points["customdata"]] == [["student", 1], ["class", 2]]


def test_a_school_is_mapped_by_the_outcomes_of_one_kind() -> None:
    frame = pl.DataFrame([a_school("student", created=1, errors=3), a_school("class", removed=2)])

    heat, _ = drawn(charts.schools(frame, kind="student"))["data"]

    assert heat["x"] == ["created", "updated", "no changes", "removed", "errors"]
    assert heat["z"] == [[0.25, 0.0, 0.0, 0.0, 0.75]]


def a_snapshot(number: int, label: str, students: int) -> Snapshot:
    made = datetime(2026, 9, number)  # noqa: DTZ001 - a store's times are plain
    numbers = dict.fromkeys(Kind, 1) | {Kind.STUDENT: students}
    return Snapshot("Avon", number, label, "f.csv", "portal", "p", made, True, numbers)


def test_snapshots_are_lines_of_counts_one_strip_for_each_kind() -> None:
    figure = drawn(charts.timeline([a_snapshot(1, "August", 10), a_snapshot(2, "", 12)]))

    students = figure["data"][0]
    assert (students["name"], students["x"], students["y"]) == ("student", [1, 2], [10, 12])
    assert figure["layout"]["xaxis"]["ticktext"] == ["1: August", "2: f.csv"]


# --- safe, readable, repeatable ----------------------------------------------------------------


def labels_of(value: object) -> list[str]:
    """Every text of a figure that Plotly would draw."""
    if isinstance(value, dict):
        kept = {name: part for name, part in value.items() if name not in {"customdata", "meta"}}
        return [text for part in kept.values() for text in labels_of(part)]
    if isinstance(value, list):
        return [text for part in value for text in labels_of(part)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize(
    "figure",
    [
        charts.categories(
            pl.DataFrame({"category": [LINK], "severity": ["error"], "findings": [1]})
        ),
        charts.causes(
            pl.DataFrame(
                {"number": [1], "title": [LINK], "severity": ["info"], "rows": [1], "clears": [1]}
            )
        ),
        charts.schools(pl.DataFrame([a_school("class", LINK, LINK, created=1)])),
        charts.schools(pl.DataFrame([a_school("class", LINK, "", created=1)])),
        charts.timeline([a_snapshot(1, LINK, 1)]),
    ],
    ids=["categories", "causes", "schools", "schools without a name", "timeline"],
)
def test_no_text_of_a_cell_becomes_markup(figure: Figure) -> None:
    texts = labels_of(drawn(figure))

    assert any("&lt;a href" in text for text in texts)
    assert not any("<a" in text for text in texts)


def linear(color: str) -> list[float]:
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]


def luminance(channels: Sequence[float]) -> float:
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), channels, strict=True))


def seen(channels: Sequence[float], eye: Sequence[Sequence[float]]) -> tuple[float, float, float]:
    """A color in CIELAB as an eye with that matrix sees it."""
    red, green, blue = (
        min(1, max(0, sum(a * b for a, b in zip(row, channels, strict=True)))) for row in eye
    )
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    x, y, z = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


#: Machado, Oliveira and Fernandes 2009, severity 1.
EYES = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "without red": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "without green": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "without blue": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
PALETTES = [charts.SEVERITY_COLORS, charts.OUTCOME_COLORS]


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("palette", PALETTES, ids=["severities", "outcomes"])
def test_every_eye_tells_the_colors_apart(palette: dict[str, str], eye: str) -> None:
    seen_so = [seen(linear(color), EYES[eye]) for color in palette.values()]

    assert min(math.dist(a, b) for a, b in itertools.combinations(seen_so, 2)) > 25


@pytest.mark.parametrize("palette", PALETTES, ids=["severities", "outcomes"])
@pytest.mark.parametrize("ground", ["#FFFFFF", "#0E1117"])
def test_every_color_stands_out_on_white_and_on_near_black(
    palette: dict[str, str], ground: str
) -> None:
    for color in palette.values():
        light, dark = sorted((luminance(linear(c)) for c in (color, ground)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 2.9


def test_the_same_numbers_draw_the_same_figure() -> None:
    review = rt.review("data/samples/bad-grades.csv")

    assert Plot(review).categories().to_json() == Plot(review).categories().to_json()
    assert Plot(review).causes().to_json() == Plot(review).causes().to_json()


def test_a_figure_names_no_address_to_fetch_from() -> None:
    figure = Plot(rt.review("data/samples/bad-grades.csv")).causes()

    assert "http" not in figure.to_json()


# --- review.plot -------------------------------------------------------------------------------


def test_a_review_draws_its_categories_as_it_counts_them() -> None:
    review = rt.review("data/samples/bad-grades.csv")

    bars = drawn(Plot(review).categories())["data"]

    assert sum(sum(bar["x"]) for bar in bars) == review.findings.height


def test_a_review_draws_its_impact_as_it_counts_it() -> None:
    review = rt.review("data/samples/bad-grades.csv", against="data/samples/clean.csv")

    bars = drawn(Plot(review).impact())["data"]
    _, points = drawn(Plot(review).schools("student"))["data"]

    assert review.impact is not None
    assert sum(numbers[2] for bar in bars for numbers in bar["customdata"]) == sum(
        sum(outcomes.values()) for outcomes in review.impact.totals.values()
    )
    schools = review.by_school["school"].unique(maintain_order=True).to_list()
    assert [school for school, *_ in points["customdata"][:: len(rt.Outcome)]] == schools


def test_an_impact_that_is_not_foreseen_is_a_sentence() -> None:
    review = rt.review("data/samples/bad-grades.csv")

    with pytest.raises(rt.UsageError, match="there is no roster to compare with"):
        Plot(review).impact()


def test_a_kind_that_is_not_there_is_a_sentence() -> None:
    review = rt.review("data/samples/bad-grades.csv", against="data/samples/clean.csv")

    with pytest.raises(rt.UsageError, match="no kind 'pupil'; it is one of staff, student"):
        Plot(review).schools("pupil")
