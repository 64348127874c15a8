"""How each public object renders: a sentence first, then tables."""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatch

import polars as pl

from roster_toolkit.attempts import Progress
from roster_toolkit.batch import Batch, Reviews
from roster_toolkit.batch.text import SHOWN, told
from roster_toolkit.calibration.calibrate import Calibration
from roster_toolkit.calibration.model import Proposal
from roster_toolkit.calibration.telling import TITLES, sentence
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
from roster_toolkit.report.drill import branches
from roster_toolkit.report.words import found
from roster_toolkit.reviewing.display_names import DisplayNames
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
def picture_of(subject: object) -> Picture:
    """Render an object as a sentence and tables."""
    return Picture(f"<{type(subject).__name__}>")


# --- a review and what it leads to ---------------------------------------------------------------


@picture_of.register
def _(subject: Review) -> Picture:
    rows = subject.rows
    figures = {
        "rows accepted": rows.accepted,
        "rows rejected": rows.rejected,
        "problems": len(subject.causes),
        "errors and warnings": subject.findings.height,
    }
    tables = [pairs("The file in figures", figures), _causes(subject)]
    if subject.impact is not None:
        tables.append(_outcomes(subject.impact))
    skipped = sorted({skip.code for skip in subject.skipped})
    note = f"Not checked: {', '.join(skipped)}." if skipped else ""
    return Picture(f"{subject.upload.name}: {subject.sentence}", tuple(tables), note)


@picture_of.register
def _(subject: CausesInOrder) -> Picture:
    review = subject.review
    findings = review.findings.height
    if not subject:
        return Picture("There is nothing to fix.")
    sentence = f"{found(findings)} from {counted(len(subject), 'problem')}."
    return Picture(sentence, (_causes(review),))


def _causes(review: Review) -> Table:
    frame = causes_frame(review).select(_CAUSE_COLUMNS)
    return Table("Problems to fix, biggest wins first", frame.rename({"how_to_fix": "how to fix"}))


@picture_of.register
def _(subject: Cause) -> Picture:
    where = f" in {subject.column}" if subject.column else ""
    clears = f", clears {number(subject.clears)}" if subject.severity.rejects else ""
    sentence = (
        f"Problem {subject.number}: {subject.code}{where}, {found(subject.findings)} on "
        f"{counted(subject.rows, 'row')}{clears}."
    )
    facts = {
        "severity": subject.severity.value,
        "made of": subject.claim.value,
        "values": subject.values or (subject.value or "",),
        "schools": subject.schools,
        "example row": subject.example_row,
        "example": subject.example_value,
        "likely value": subject.example_suggestion,
    }
    return Picture(sentence, (pairs("The problem in facts", facts),))


@picture_of.register
def _(subject: Selection) -> Picture:
    findings, rows = found(subject.count), counted(subject.rows.len(), "row")
    sound = subject.count == 0 and subject.rows.len() > 0  # a search finds rows without faults too
    tables = (Table("The first rows", subject.page(1, _EXAMPLES)),) if sound else ()
    return Picture(f"{findings} on {rows}.", tables, branches=branches(subject))


@picture_of.register
def _(subject: RowView) -> Picture:
    cells = subject.cells.filter((pl.col("cell") != "") | pl.col("codes").is_not_null())
    return Picture(
        f"Row {number(subject.number)}: {found(subject.findings.height)}.",
        (
            Table("What is wrong", subject.findings, limit=subject.findings.height),
            Table("Cells that are filled or at fault", cells, limit=cells.height),
        ),
    )


@picture_of.register
def _(subject: Progress) -> Picture:
    rows = subject.rows
    causes = (len(subject.cleared), len(subject.left), len(subject.new))
    return Picture(
        f"{counted(rows.cleared, 'row')} cleared, {number(rows.left)} left, {number(rows.new)} "
        f"new; {counted(causes[0], 'problem')} cleared, {causes[1]} left, {causes[2]} new.",
        (Table("Errors and warnings by rule", subject.findings, limit=subject.findings.height),),
    )


@picture_of.register
def _(subject: Repair) -> Picture:
    log = subject.fixed.log
    sentence = f"{counted(log.height, 'fix', 'fixes')} made in a copy. {subject.review.sentence}"
    by_code = log.group_by("code", "column").agg(fixes=pl.len())
    by_code = by_code.sort("fixes", "code", "column", descending=[True, False, False])
    return Picture(sentence, (Table("Fixes", by_code), Table("The first of them", log, 5)))


@picture_of.register
def _(subject: Upload) -> Picture:
    header = pl.DataFrame(
        {
            "header": [cell.typed for cell in subject.header],
            "means": [cell.key for cell in subject.header],
            "how sure": [cell.match.value for cell in subject.header],
        },
        schema=dict.fromkeys(("header", "means", "how sure"), pl.String),
    )
    sentence = f"{subject.name}: {counted(subject.records, 'row')}, {subject.encoding}."
    return Picture(sentence, (Table("Its headers", header, limit=header.height),))


@picture_of.register
def _(subject: Reviews) -> Picture:
    files = subject.files
    rejected, rows = (int(files[name].sum()) for name in ("rejected", "rows"))
    sentence = (
        f"{counted(len(subject), 'file')}: {number(rejected)} of {counted(rows, 'row')} would be "
        "rejected."
    )
    note = " ".join(f"{name}: {why}" for name, why in subject.unread.items())
    return Picture(
        sentence, (Table("Files", files), Table("What each rule costs", subject.by_rule)), note
    )


@picture_of.register
def _(subject: Batch) -> Picture:
    tables = (
        Table("What deserves attention first", subject.files.select(SHOWN)),
        Table("Problems that several files have", subject.common),
        Table("What each rule costs", subject.by_rule),
    )
    return Picture(told(subject.files), tables)


# --- impact --------------------------------------------------------------------------------------


def _outcomes(impact: Impact) -> Table:
    return Table("What would become of the records", impact.table.rename({"kind": ""}))


@picture_of.register
def _(subject: Impact) -> Picture:
    sums = {
        outcome: sum(counts[outcome] for counts in subject.totals.values()) for outcome in Outcome
    }
    sentence = (
        f"Records created: {number(sums[Outcome.CREATED])}, "
        f"updated: {number(sums[Outcome.UPDATED])}, removed: {number(sums[Outcome.REMOVED])}, "
        f"without changes: {number(sums[Outcome.NO_CHANGES])}, "
        f"in errors: {number(sums[Outcome.ERRORS])}."
    )
    return Picture(sentence, (_outcomes(subject),))


@picture_of.register
def _(subject: RecordView) -> Picture:
    changed = subject.fields.filter(pl.col("before").ne_missing(pl.col("after")))
    reached = f" It ends {counted(subject.reaches.height, 'enrollment')}." * bool(
        subject.reaches.height
    )
    sentence = (
        f"{subject.kind} {subject.key} ({subject.name}): {subject.outcome}; "
        f"mentioned by {counted(subject.rows.len(), 'row')} of the file.{reached}"
    )
    return Picture(
        sentence,
        (
            Table("What changes", changed, limit=changed.height),
            Table("Who else loses an enrollment", subject.reaches),
        ),
    )


@picture_of.register
def _(subject: Processed) -> Picture:
    if subject.held:
        codes = listed(subject.held)
        sentence = f"Nothing was changed: {codes} must be accepted first."
    elif subject.snapshot is None:
        sentence = "Nothing was changed: there is nothing new in what the portal would accept."
    else:
        sentence = f"Processed: the roster is now snapshot {subject.snapshot}."
    impact = subject.review.impact
    return Picture(sentence, (_outcomes(impact),) if impact else ())


# --- rosters and the store -----------------------------------------------------------------------


@picture_of.register
def _(subject: Roster) -> Picture:
    classes = subject.classes.filter("active").height
    sentence = (
        f"{counted(subject.schools.height, 'school')}, "
        f"{counted(subject.people.height, 'person', 'people')}, "
        f"{counted(classes, 'class', 'classes')} and "
        f"{counted(subject.enrollments.height, 'enrollment')}."
    )
    return Picture(sentence, (Table("Schools", subject.schools.select("schoolId", "schoolName")),))


@picture_of.register
def _(subject: Directory) -> Picture:
    schools = subject.records(Kind.SCHOOL)
    return Picture(picture_of(subject.roster).sentence, (Table("Schools", schools),))


@picture_of.register
def _(subject: Store) -> Picture:
    try:
        districts = subject.districts()
    except ToolkitError as error:
        return Picture(str(error))
    frame = pl.DataFrame(
        {
            "district": [district.name for district in districts],
            "source": [district.source for district in districts],
            "snapshots": [len(district.snapshots) for district in districts],
        },
        schema={"district": pl.String, "source": pl.String, "snapshots": pl.UInt32},
    )
    sentence = f"{subject.path.name} holds {counted(len(districts), 'district')}."
    return Picture(sentence, (Table("Districts", frame),))


@picture_of.register
def _(subject: StoredDistrict) -> Picture:
    try:
        snapshots = subject.snapshots
        source = subject.source
    except ToolkitError as error:
        return Picture(str(error))
    sentence = f"{subject.name} ({source}): {counted(len(snapshots), 'snapshot')}."
    return Picture(sentence, (Table("Snapshots", _snapshots(snapshots), limit=len(snapshots)),))


def _snapshots(snapshots: Iterable[Snapshot]) -> pl.DataFrame:
    lines = [
        {
            "snapshot": snapshot.number,
            "made (UTC)": f"{snapshot.made:%Y-%m-%d %H:%M}",
            "label": snapshot.label,
            "from": snapshot.origin,
            **{kind.value: snapshot.counts[kind] for kind in Kind},
        }
        for snapshot in snapshots
    ]
    return pl.DataFrame(lines)


@picture_of.register
def _(subject: DisplayNames) -> Picture:
    rows = counted(subject.classes.height, "row")
    sentence = f"A users.csv of {rows}, one for each class. {subject.left_out_because}".rstrip()
    return Picture(
        sentence, (Table("Classes", subject.classes), Table("Left out", subject.left_out))
    )


@picture_of.register
def _(subject: Difference) -> Picture:
    if subject.nothing:
        return Picture("The two rosters are the same.")
    counts = subject.table.rename({"kind": ""})
    sentence = f"{counted(subject.changes.height, 'difference')} between the two rosters."
    return Picture(
        sentence, (Table("Records", counts), Table("The first differences", subject.changes))
    )


@picture_of.register
def _(subject: Imported) -> Picture:
    if subject.held:
        sentence = f"Nothing was changed: {listed(subject.held)} must be accepted first."
    elif subject.snapshot is None:
        sentence = "Nothing is new in it, so no snapshot was made."
    else:
        sentence = f"Imported as snapshot {subject.snapshot}."
    left_out = subject.dropped.len()
    rest = f" {counted(left_out, 'row')} left out." if left_out else ""
    reasons = (reason for group in subject.reasons.values() for reason in group)
    return Picture(sentence + rest, note=" ".join((*reasons, *subject.notes)))


# --- learning a portal ---------------------------------------------------------------------------


@picture_of.register
def _(subject: Calibration) -> Picture:
    proposals = pl.DataFrame(
        [
            {
                "": proposal.number,
                "what": TITLES[proposal.about],
                "column": proposal.column,
                "before": proposal.before,
                "after": proposal.after,
                "rows for": proposal.rows_for,
                "rows against": proposal.rows_against,
                "how sure": proposal.sure.value,
                "chosen": proposal.accepted,
            }
            for proposal in subject.proposals
        ]
    )
    before, after = subject.agreement
    agreement = pl.DataFrame(
        {
            "": ["rows your portal judged", "judged the same", "too strict", "too lenient"],
            "before": [before.rows, before.agree, before.too_strict, before.too_lenient],
            "now": [after.rows, after.agree, after.too_strict, after.too_lenient],
        }
    )
    unexplained = pl.DataFrame(
        [{"text": text.text, "rows": text.rows} for text in subject.unexplained],
        schema={"text": pl.String, "rows": pl.UInt32},
    )
    tables = (
        Table("What should change", proposals, limit=proposals.height),
        Table("Agreement with your portal", agreement if after.rows else agreement.clear()),
        Table("What your portal says that nothing here explains", unexplained),
    )
    return Picture(sentence(subject), tables, " ".join(n.text for n in subject.notices))


@picture_of.register
def _(subject: Proposal) -> Picture:
    state = "chosen" if subject.accepted else "waiting"
    facts = {
        "before": subject.before,
        "after": subject.after,
        "why": subject.why,
        "seen in": tuple(dict.fromkeys(subject.sources)),
        "rows for": subject.rows_for,
        "rows against": subject.rows_against,
        "example row": subject.example_row,
        "how sure": subject.sure.value,
    }
    about = f"{TITLES[subject.about]}: {subject.column}"
    return Picture(
        f"Proposal {subject.number} ({state}). {about}, {subject.before} → {subject.after}.",
        (pairs("The proposal in facts", facts),),
    )


# --- profiles and rules --------------------------------------------------------------------------


@picture_of.register
def _(subject: Profile) -> Picture:
    columns = pl.DataFrame(
        {
            "header": [column.name for column in subject.columns.values()],
            "header is": [column.header.value for column in subject.columns.values()],
            "cell is": [column.requirement.value for column in subject.columns.values()],
            "what it holds": [column.description for column in subject.columns.values()],
        }
    )
    sentence = f"Profile {subject.name}, version {subject.version}: {subject.summary}"
    return Picture(sentence, (Table("Columns", columns, limit=columns.height),))


@picture_of.register
def _(subject: Rule) -> Picture:
    facts = {
        "says": subject.message,
        "how to fix": subject.how_to_fix,
        "severity": subject.severity.value,
        "known by": subject.evidence.value,
        "why": subject.why.split("\n\n")[0],
    }
    return Picture(f"{subject.code} {subject.name}: {subject.title}.", (pairs("The rule", facts),))
