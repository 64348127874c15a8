"""The parts of report.html about a roster: outcomes, removals, who stays, changes."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from roster_toolkit.assessment import Assessment
from roster_toolkit.impact.mass_change import removed_classes
from roster_toolkit.impact.preview import Impact
from roster_toolkit.report.display_names import display_name_lines
from roster_toolkit.report.markup import Markup, element, paragraph, wide_table
from roster_toolkit.report.removals import removal_lines
from roster_toolkit.report.staying import staying_lines
from roster_toolkit.report.tables import changes
from roster_toolkit.report.verdict import left_out_text
from roster_toolkit.rosters.outcomes import Outcome
from roster_toolkit.rosters.roster import Roster
from roster_toolkit.text import counted, number

#: Maximum lines of each table.
SCHOOL_LINES, CLASSES, CHANGES = 120, 40, 30
_OUTCOMES = tuple(outcome.value.replace(" ", "_") for outcome in Outcome)


# --- impact --------------------------------------------------------------------------------------


def impact_section(
    review: Assessment, *, values: bool, repaired: Impact | None
) -> Iterator[Markup]:
    """Outcomes in total and by school, removed classes, people who stay where they were."""
    impact, context = review.impact, review.against
    if review.left_out is not None:
        yield paragraph(left_out_text(review.left_out))
    elif impact is None or context is None:
        yield paragraph(f"Not foreseen, as {review.no_impact_because}.")
    else:
        yield _outcomes("Records by outcome", impact)
        yield paragraph(
            "Not mentioned: the roster has them and the file does not. Nothing happens to them."
        )
        if values:
            yield from _by_school(review)
        yield from _display_names(impact, values=values)
        yield from _removed(impact, context.roster, values=values)
        yield from _staying(review, values=values)
    if repaired is not None:
        yield element("h3", "With the fixes that need no yes")
        yield _outcomes("Records by outcome, once they are made", repaired)


def _outcomes(caption: str, impact: Impact) -> Markup:
    counts = impact.table
    numeric = range(1, counts.width)
    head = ("Kind", *counts.columns[1:])
    return wide_table(caption, head, counts.iter_rows(), numeric=numeric)


def _by_school(review: Assessment) -> Iterator[Markup]:
    """Lines in which something happens, the schools that deserve a look first."""
    unchanged = Outcome.NO_CHANGES.value.replace(" ", "_")
    happens = pl.any_horizontal(pl.col(n) > 0 for n in _OUTCOMES if n != unchanged)
    lines = review.by_school.filter(happens)
    if lines.is_empty():
        return
    rows = lines.head(SCHOOL_LINES).select(
        pl.concat_str("school", pl.lit(" "), "name").str.strip_chars(),
        "kind", *_OUTCOMES, "before",
        pl.when("mass_change").then(pl.lit("yes")).otherwise(pl.lit("")).alias("mass_change"),
    )  # fmt: skip
    head = ("School", "Kind", *(outcome.value for outcome in Outcome), "as it is", "much at once")
    caption = _first(
        "line", lines.height, SCHOOL_LINES, "Records by school, the largest changes first"
    )
    numeric = range(2, 3 + len(_OUTCOMES))
    yield element("h3", "By school")
    yield wide_table(caption, head, rows.iter_rows(), numeric=numeric, kind="schools")
    if lines.height > SCHOOL_LINES:
        yield paragraph("review.json has the numbers of every school.")
    yield paragraph("Much at once: more than is usual in this season.", kind="quiet")


def _display_names(impact: Impact, *, values: bool) -> Iterator[Markup]:
    """The classes whose display name changes, before and after."""
    names = impact.display_names
    if names.is_empty():
        return
    yield element("h3", "Display names of classes")
    if not values:
        for line in display_name_lines(impact, values=False):
            yield paragraph(line)
        return
    caption = _first("class", names.height, CLASSES, "Display names that change", "classes")
    head = ("School", "Class", "Name", "Display name so far", "After the file")
    yield wide_table(caption, head, names.head(CLASSES).iter_rows())
    if names.height > CLASSES:
        yield paragraph(f"changes.csv lists all {number(names.height)}.")


def _removed(impact: Impact, roster: Roster, *, values: bool) -> Iterator[Markup]:
    removed = removed_classes(impact, roster)
    if removed.is_empty():
        return
    yield element("h3", "Classes that are removed")
    people, outside = int(removed["people"].sum()), int(removed["outside"].sum())
    yield paragraph(
        f"{counted(removed.height, 'class is', 'classes are')} removed, and with "
        f"{'it' if removed.height == 1 else 'them'} {counted(people, 'enrollment')}; "
        f"{number(outside)} of these are of people who are not in the file.",
    )
    if values:
        rows = removed.sort("people", "classId", descending=[True, False]).head(CLASSES)
        caption = _first("class", removed.height, CLASSES, "Removed classes", "classes")
        head = ("Class", "School", "Enrollments that end", "Of people not in the file")
        cells = rows.select("classId", "schoolId", "people", "outside").iter_rows()
        yield wide_table(caption, head, cells, numeric=(2, 3))
    for line in removal_lines(impact, roster, values=values):
        yield paragraph(line)


def _staying(review: Assessment, *, values: bool) -> Iterator[Markup]:
    people = review.left_behind
    if people.is_empty():
        return
    yield element("h3", "People who stay where the file no longer puts them")
    if values:
        in_class = pl.col("classId").is_not_null()
        schools = people.group_by("schoolId").agg(
            school=pl.col("userId").filter(~in_class).n_unique(),
            classes=pl.col("userId").filter(in_class).n_unique(),
        )
        rows = schools.sort("schoolId").head(SCHOOL_LINES).iter_rows()
        caption = _first("school", schools.height, SCHOOL_LINES, "People who stay, by school")
        head = ("School", "People who stay at it", "People who stay in a class of it")
        yield wide_table(caption, head, rows, numeric=(1, 2))
    for line in staying_lines(people, values=values):
        yield paragraph(line)


# --- changes -------------------------------------------------------------------------------------


def changes_section(review: Assessment, *, values: bool) -> Iterator[Markup]:
    """How many changes of each sort there are, and the first of them; nothing without a roster."""
    if review.impact is None or review.against is None:
        return
    lines = changes(review.impact, review.against.roster)
    if lines.is_empty():
        yield paragraph("The roster would stay as it is.")
        return
    what = (
        pl.when(pl.col("field") == "record")
        .then(pl.format("record {}", pl.concat_str("before", "after")))
        .when(pl.col("field") == "not in the file").then(pl.lit("ended for people not in the file"))
        .otherwise(pl.format("another {}", "field"))
    )  # fmt: skip
    sums = lines.group_by("kind", what=what).len()
    sums = sums.sort("len", "kind", "what", descending=[True, False, False])
    yield wide_table(
        f"{counted(lines.height, 'change')} by kind",
        ("Kind", "What changes", "Changes"),
        sums.iter_rows(),
        numeric=(2,),
    )
    if not values:
        return
    created = (pl.col("field") == "record") & (pl.col("before") == "")
    ended = (pl.col("after") == "") & pl.col("field").is_in(["record", "not in the file"])
    order = pl.when(ended).then(0).when(created).then(2).otherwise(1)
    first = lines.sort(order, maintain_order=True).head(CHANGES)
    caption = _first("change", lines.height, CHANGES, "Changes, what ends and what differs first")
    head = ("Kind", "Key", "School", "Field", "Before", "After")
    rows = first.select("kind", "key", "school", "field", "before", "after").iter_rows()
    yield wide_table(caption, head, rows, kind="changes")
    if lines.height > CHANGES:
        yield paragraph(f"changes.csv lists all {number(lines.height)}.")


def _first(one: str, count: int, most: int, caption: str, many: str | None = None) -> str:
    """A caption that says how many of all are shown, where some are left out."""
    if count <= most:
        return caption
    return f"{caption}: the first {number(most)} of {counted(count, one, many)}"
