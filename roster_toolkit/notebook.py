"""What there is to see of each public object: a sentence first, then tables."""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatch

import polars as pl

from roster_toolkit.attempts import Progress
from roster_toolkit.causes import Cause
from roster_toolkit.display import Picture, Table, pairs
from roster_toolkit.districts import Store, StoredDistrict
from roster_toolkit.drilldown import RowView, Selection
from roster_toolkit.errors import ToolkitError
from roster_toolkit.impact.preview import Impact
from roster_toolkit.impact.record import RecordView
from roster_toolkit.model import Profile, Rule, Upload
from roster_toolkit.operations.importing import Imported
from roster_toolkit.operations.processing import Processed
from roster_toolkit.reviewing.many import Reviews
from roster_toolkit.reviewing.review import CausesInOrder, Repair, Review
from roster_toolkit.reviewing.sql_tables import causes_frame
from roster_toolkit.rosters.difference import Difference
from roster_toolkit.rosters.directory import Directory
from roster_toolkit.rosters.outcomes import Outcome
from roster_toolkit.rosters.roster import Kind, Roster
from roster_toolkit.store.model import Snapshot
from roster_toolkit.text import counted, listed, number

_CAUSE_COLUMNS = ("cause", "severity", "code", "title", "rows", "clears", "how_to_fix")
_EXAMPLES = 5


@singledispatch
def picture_of(shown: object) -> Picture:
    """The picture of an object."""
    return Picture(f"<{type(shown).__name__}>")


# --- a review and what it leads to ---------------------------------------------------------------


@picture_of.register
def _(shown: Review) -> Picture:
    rows = shown.rows
    figures = {
        "rows taken": rows.taken,
        "rows refused": rows.refused,
        "causes": len(shown.causes),
        "findings": shown.findings.height,
    }
    tables = [pairs("The file in figures", figures), _causes(shown)]
    if shown.impact is not None:
        tables.append(_outcomes(shown.impact))
    skipped = sorted({skip.code for skip in shown.skipped})
    note = f"Not judged: {', '.join(skipped)}." if skipped else ""
    return Picture(f"{shown.upload.name}: {shown.sentence}", tuple(tables), note)


@picture_of.register
def _(shown: CausesInOrder) -> Picture:
    review = shown.review
    findings = counted(review.findings.height, "finding")
    if not shown:
        return Picture("There is nothing to correct.")
    explain = "explains" if len(shown) == 1 else "explain"
    sentence = f"{counted(len(shown), 'cause')} {explain} {findings}; correct the first one first."
    return Picture(sentence, (_causes(review),))


def _causes(review: Review) -> Table:
    told = causes_frame(review).select(_CAUSE_COLUMNS)
    return Table("What to correct, in this order", told.rename({"how_to_fix": "how to fix"}))


@picture_of.register
def _(shown: Cause) -> Picture:
    where = f" in {shown.column}" if shown.column else ""
    clears = f", clears {number(shown.clears)}" if shown.severity.refuses else ""
    sentence = (
        f"Cause {shown.number}: {shown.code}{where}, {counted(shown.findings, 'finding')} on "
        f"{counted(shown.rows, 'row')}{clears}."
    )
    facts = {
        "severity": shown.severity.value,
        "made of": shown.claim.value,
        "values": shown.values or (shown.value or "",),
        "schools": shown.schools,
        "example row": shown.example_row,
        "example": shown.example_value,
        "likely value": shown.example_suggestion,
    }
    return Picture(sentence, (pairs("The cause in facts", facts),))


@picture_of.register
def _(shown: Selection) -> Picture:
    findings, rows = counted(shown.count, "finding"), counted(shown.rows.len(), "row")
    page = shown.page(1, _EXAMPLES)
    told = Table("Findings by category", shown.by("category"))
    return Picture(f"{findings} on {rows}.", (told, Table("The first rows", page)))


@picture_of.register
def _(shown: RowView) -> Picture:
    cells = shown.cells.filter((pl.col("cell") != "") | pl.col("codes").is_not_null())
    return Picture(
        f"Row {number(shown.number)}: {counted(shown.findings.height, 'finding')}.",
        (
            Table("What is wrong", shown.findings, limit=shown.findings.height),
            Table("Cells that are filled or at fault", cells, limit=cells.height),
        ),
    )


@picture_of.register
def _(shown: Progress) -> Picture:
    rows = shown.rows
    causes = (len(shown.cleared), len(shown.left), len(shown.new))
    return Picture(
        f"{counted(rows.cleared, 'row')} cleared, {number(rows.left)} left, {number(rows.new)} "
        f"new; {counted(causes[0], 'cause')} cleared, {causes[1]} left, {causes[2]} new.",
        (Table("Findings by rule", shown.findings, limit=shown.findings.height),),
    )


@picture_of.register
def _(shown: Repair) -> Picture:
    log = shown.fixed.log
    sentence = f"{counted(log.height, 'repair')} made in a copy. {shown.review.sentence}"
    by_code = log.group_by("code", "column").agg(repairs=pl.len())
    by_code = by_code.sort("repairs", "code", "column", descending=[True, False, False])
    return Picture(sentence, (Table("Repairs", by_code), Table("The first of them", log, 5)))


@picture_of.register
def _(shown: Upload) -> Picture:
    header = pl.DataFrame(
        {
            "header": [cell.typed for cell in shown.header],
            "means": [cell.key for cell in shown.header],
            "how sure": [cell.match.value for cell in shown.header],
        },
        schema=dict.fromkeys(("header", "means", "how sure"), pl.String),
    )
    sentence = f"{shown.name}: {counted(shown.records, 'row')}, {shown.encoding}."
    return Picture(sentence, (Table("Its headers", header, limit=header.height),))


@picture_of.register
def _(shown: Reviews) -> Picture:
    files = shown.files
    refused, rows = (int(files[name].sum()) for name in ("refused", "rows"))
    sentence = (
        f"{counted(len(shown), 'file')}: {number(refused)} of {counted(rows, 'row')} would be "
        "refused."
    )
    note = " ".join(f"{name}: {why}" for name, why in shown.unread.items())
    return Picture(
        sentence, (Table("Files", files), Table("What each rule costs", shown.by_rule)), note
    )


# --- impact --------------------------------------------------------------------------------------


def _outcomes(impact: Impact) -> Table:
    return Table("What would become of the records", impact.table.rename({"kind": ""}))


@picture_of.register
def _(shown: Impact) -> Picture:
    sums = {
        outcome: sum(counts[outcome] for counts in shown.totals.values()) for outcome in Outcome
    }
    sentence = (
        f"Records created: {number(sums[Outcome.CREATED])}, "
        f"updated: {number(sums[Outcome.UPDATED])}, removed: {number(sums[Outcome.REMOVED])}, "
        f"without changes: {number(sums[Outcome.NO_CHANGES])}, "
        f"in errors: {number(sums[Outcome.ERRORS])}."
    )
    return Picture(sentence, (_outcomes(shown),))


@picture_of.register
def _(shown: RecordView) -> Picture:
    changed = shown.fields.filter(pl.col("before").ne_missing(pl.col("after")))
    reached = f" It reaches {counted(shown.reaches.height, 'enrollment')}." * bool(
        shown.reaches.height
    )
    sentence = (
        f"{shown.kind} {shown.key} ({shown.name}): {shown.outcome}; "
        f"mentioned by {counted(shown.rows.len(), 'row')} of the file.{reached}"
    )
    return Picture(
        sentence,
        (
            Table("What changes", changed, limit=changed.height),
            Table("Whom it takes along", shown.reaches),
        ),
    )


@picture_of.register
def _(shown: Processed) -> Picture:
    if shown.held:
        codes = listed(shown.held)
        sentence = f"Nothing was changed: {codes} must be accepted first."
    elif shown.snapshot is None:
        sentence = "Nothing was changed: there is nothing new in what the portal would take."
    else:
        sentence = f"Processed: the roster is now snapshot {shown.snapshot}."
    impact = shown.review.impact
    return Picture(sentence, (_outcomes(impact),) if impact else ())


# --- rosters and the store -----------------------------------------------------------------------


@picture_of.register
def _(shown: Roster) -> Picture:
    classes = shown.classes.filter("active").height
    sentence = (
        f"{counted(shown.schools.height, 'school')}, "
        f"{counted(shown.people.height, 'person', 'people')}, "
        f"{counted(classes, 'class', 'classes')} and "
        f"{counted(shown.enrollments.height, 'enrollment')}."
    )
    return Picture(sentence, (Table("Schools", shown.schools.select("schoolId", "schoolName")),))


@picture_of.register
def _(shown: Directory) -> Picture:
    schools = shown.records(Kind.SCHOOL)
    return Picture(picture_of(shown.roster).sentence, (Table("Schools", schools),))


@picture_of.register
def _(shown: Store) -> Picture:
    try:
        known = shown.districts()
    except ToolkitError as error:
        return Picture(str(error))
    told = pl.DataFrame(
        {
            "district": [district.name for district in known],
            "source": [district.source for district in known],
            "snapshots": [len(district.snapshots) for district in known],
        },
        schema={"district": pl.String, "source": pl.String, "snapshots": pl.UInt32},
    )
    sentence = f"{shown.path.name} holds {counted(len(known), 'district')}."
    return Picture(sentence, (Table("Districts", told),))


@picture_of.register
def _(shown: StoredDistrict) -> Picture:
    try:
        made = shown.snapshots
        source = shown.source
    except ToolkitError as error:
        return Picture(str(error))
    sentence = f"{shown.name} ({source}): {counted(len(made), 'snapshot')}."
    return Picture(sentence, (Table("Snapshots", _snapshots(made), limit=len(made)),))


def _snapshots(made: Iterable[Snapshot]) -> pl.DataFrame:
    lines = [
        {
            "snapshot": one.number,
            "made (UTC)": f"{one.made:%Y-%m-%d %H:%M}",
            "label": one.label,
            "from": one.origin,
            **{kind.value: one.counts[kind] for kind in Kind},
        }
        for one in made
    ]
    return pl.DataFrame(lines)


@picture_of.register
def _(shown: Difference) -> Picture:
    if shown.nothing:
        return Picture("The two rosters are the same.")
    counts = shown.table.rename({"kind": ""})
    sentence = f"{counted(shown.changes.height, 'difference')} between the two rosters."
    return Picture(
        sentence, (Table("Records", counts), Table("The first differences", shown.changes))
    )


@picture_of.register
def _(shown: Imported) -> Picture:
    if shown.held:
        made = f"Nothing was changed: {listed(shown.held)} must be accepted first."
    elif shown.snapshot is None:
        made = "Nothing is new in it, so no snapshot was made."
    else:
        made = f"Imported as snapshot {shown.snapshot}."
    left_out = shown.dropped.len()
    told = f" {counted(left_out, 'row')} left out." if left_out else ""
    why = (sentence for sentences in shown.reasons.values() for sentence in sentences)
    return Picture(made + told, note=" ".join((*why, *shown.notes)))


# --- profiles and rules --------------------------------------------------------------------------


@picture_of.register
def _(shown: Profile) -> Picture:
    columns = pl.DataFrame(
        {
            "header": [column.name for column in shown.columns.values()],
            "header is": [column.header.value for column in shown.columns.values()],
            "cell is": [column.requirement.value for column in shown.columns.values()],
            "what it holds": [column.description for column in shown.columns.values()],
        }
    )
    sentence = f"Profile {shown.name}, version {shown.version}: {shown.summary}"
    return Picture(sentence, (Table("Columns", columns, limit=columns.height),))


@picture_of.register
def _(shown: Rule) -> Picture:
    facts = {
        "says": shown.message,
        "how to fix": shown.how_to_fix,
        "severity": shown.severity.value,
        "known by": shown.evidence.value,
        "why": shown.why.split("\n\n")[0],
    }
    return Picture(f"{shown.code} {shown.name}: {shown.title}.", (pairs("The rule", facts),))
