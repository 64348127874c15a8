"""`review`: read a file, validate it, preview its impact and find its causes."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import polars as pl

from roster_toolkit.asked import OneOrMore
from roster_toolkit.assessment import (
    DEFAULT_SEASON,
    Assessment,
    RowCounts,
    Verdict,
    category_of,
    has_any,
    rejected_records,
)
from roster_toolkit.attempts import Progress as SinceLast
from roster_toolkit.attempts import compare_attempts
from roster_toolkit.causes import Cause, find_causes
from roster_toolkit.display import Shown
from roster_toolkit.drilldown import OneOrMoreNumbered, RowView, Selection
from roster_toolkit.errors import UsageError
from roster_toolkit.impact.mass_change import as_season_allows, judge_impact, without_roster
from roster_toolkit.impact.preview import Impact, preview_impact
from roster_toolkit.impact.record import RecordView, trace_record
from roster_toolkit.ingest import read_upload
from roster_toolkit.ingest.kinds import read_as_what_it_is
from roster_toolkit.ingest.source import UNNAMED_FRAME, FileSource, bytes_of
from roster_toolkit.model import (
    Capability,
    Fix,
    Profile,
    Rule,
    Severity,
    Upload,
)
from roster_toolkit.report.basis import rests_on
from roster_toolkit.report.cause_text import titles_text
from roster_toolkit.report.cause_view import ToldCause, view_of
from roster_toolkit.report.cures import Problem, problems_of
from roster_toolkit.report.errors_csv import errors_csv
from roster_toolkit.report.header_line import HeaderLine, header_line
from roster_toolkit.report.json import review_json
from roster_toolkit.report.message import message
from roster_toolkit.report.tables import changes_csv, edits_csv, log_csv, without_private
from roster_toolkit.report.verdict import left_out_text, verdict
from roster_toolkit.report.words import Words, findings_of_row
from roster_toolkit.reviewing.confirming import Confirmable, Confirmation, confirmed_items
from roster_toolkit.reviewing.judged_by import (
    Known,
    chosen_by_default,
    context_of,
    previous_statements,
    profile_for,
    require_season,
)
from roster_toolkit.reviewing.plot import Plot
from roster_toolkit.reviewing.sql_tables import answer
from roster_toolkit.rosters.context import RosterContext
from roster_toolkit.rosters.roster import Roster
from roster_toolkit.text import printable
from roster_toolkit.validate import NO_ROSTER, Validation, validate

if TYPE_CHECKING:
    from roster_toolkit.repair import Drafted, Edits, Fixed

__all__ = [
    "DEFAULT_SEASON",
    "CausesInOrder",
    "Progress",
    "Repair",
    "Review",
    "RowCounts",
    "Verdict",
    "category_of",
    "rejected_records",
    "review",
]

#: Width at which a header line wraps.
_WIDTH = 100
#: A function that is called with the name of each stage as it begins.
Progress = Callable[[str], None]


class CausesInOrder(Shown, tuple[Cause, ...]):  # noqa: SLOT001  (a tuple takes no named slots)
    """The causes in the order of correction; renders as a table."""

    _review: Review

    @classmethod
    def of(cls, review: Review) -> CausesInOrder:
        """The causes of a review."""
        causes = cls(review.found.causes)
        causes._review = review
        return causes

    @property
    def review(self) -> Review:
        """The review whose causes they are."""
        return self._review

    def __repr__(self) -> str:
        """A line for each cause: number, severity, what is wrong, rows, code."""
        return titles_text(self._review)


@dataclass(frozen=True, repr=False)
class Review(Shown, Assessment):
    """Everything that can be said about a file before it is sent.

    >>> review = rt.review(story.upload, against=riverton)
    >>> print(review.sentence.split(". ")[0])
    The portal would accept 2,556 of 3,101 rows and reject 545
    >>> review.select(code="RT406")
    108 errors and warnings on 108 rows.
    >>> review.row(988).findings["column"].to_list()
    ['userEmail', 'userGrade']
    """

    edited_from: Review | None = field(default=None, repr=False)
    """The review of the file as it came, where cells of it were edited by hand since."""
    cells_edited: Edits | None = field(default=None, repr=False)
    """These cells, by their place."""
    edits_left: pl.DataFrame | None = field(default=None, repr=False)
    """Edits of the last list that were not made, as their `before` is not the cell."""

    def __repr__(self) -> str:
        """The verdict and the causes, as plain text."""
        return f"{self.upload.name}: {self.sentence}\n{self.causes!r}"

    @cached_property
    def causes(self) -> CausesInOrder:
        """What to correct, the most rewarding first."""
        return CausesInOrder.of(self)

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """The causes as problems, the largest of each severity first.

        Causes that are fixed in the same way are one problem; every cause is in one.

        >>> review.problems[0].rows
        260
        """
        return problems_of(self, Words(self.profile))

    def masked(self, key: str | Path | bytes | None = None) -> Review:
        """The same review with a stable pseudonym in place of each name, address and ID.

        Whatever is shown or written of it is masked: it can be handed to somebody who may not see
        the people. The same person has the same pseudonym in each file and roster masked by the
        same `key`: the path of a key file, or its bytes; by default the file beside the store,
        which is made when it is first needed. A masked review edits and repairs nothing, for
        pseudonyms are no values of the file. Raises ToolkitError where the key cannot be used.

        >>> review.masked(b"sixteen secret bytes").row(988).cells["cell"][2]
        'ID-...'
        """
        from roster_toolkit.masking import mask_assessment, mask_key

        if self.is_masked:
            return self
        without_edits = replace(self, edited_from=None, cells_edited=None, edits_left=None)
        return mask_assessment(without_edits, mask_key(key))

    # --- from numbers to rows --------------------------------------------------------------------

    def select(
        self,
        *,
        category: OneOrMore | None = None,
        code: OneOrMore | None = None,
        school: OneOrMore | None = None,
        value: OneOrMore | None = None,
        cause: OneOrMoreNumbered | None = None,
        row: int | Iterable[int] | None = None,
        severity: OneOrMore | None = None,
        column: OneOrMore | None = None,
    ) -> Selection:
        """The findings that are all of this, and the rows they stand on; all without a word.

        Whatever is named narrows, and each takes one or several: `code=["RT102", "RT103"]`.
        `Selection.select` narrows further. Raises UsageError, with what is near, for what there is
        not.
        """
        return self._sheet.everything().select(
            category=category, code=code, school=school, value=value, cause=cause, row=row,
            severity=severity, column=column,
        )  # fmt: skip

    def search(self, text: str) -> Selection:
        """The rows with this userId, classId, address or number, exact ones first.

        Rows without a finding are found too.
        """
        return self._sheet.search(text)

    def row(self, number: int) -> RowView:
        """One row, cell by cell, with all that is wrong in it.

        Raises UsageError where the file has no such row.
        """
        cells = self._sheet.cells_of(number)
        return RowView(number, cells, findings_of_row(self, number))

    # --- from the impact to records --------------------------------------------------------------

    def record(self, kind: str, key: str) -> RecordView:
        """One record before and after, the rows that mention it, and whom its removal reaches.

        An enrollment's key is `userId in classId`. Raises UsageError where there is none.
        """
        return trace_record(self._touched, kind, key)

    # --- cells edited by hand --------------------------------------------------------------------

    def edit(self, row: int, column: str, value: str) -> Review:
        """The review of a copy with another text in one cell; blank text clears it.

        `row` is as a spreadsheet shows it, `column` the header as it stands in the file. Everything
        else keeps its bytes, and nothing is written. Raises UsageError where there is no such cell,
        or the text fits into none.

        >>> review.edit(988, "userGrade", "7").edits.rows()
        [(988, 'userGrade', 'grade 7', '7')]
        """
        if not isinstance(value, str):
            raise UsageError("The new value of a cell is text: '3', not 3.")
        return self.edited(_one_edit(row, column, value))

    def edited(self, edits: pl.DataFrame | str | Path | bytes) -> Review:
        """The review of a copy with a list of edits made in it, beside those made before.

        `edits` is a file as `fix --edits` takes it, or a frame with the columns `row`, `column`,
        `value` and, if an edit is to be made only where the cell still holds it, `before`. What is
        left out for that is in `edits_left`. Raises UsageError where one of them names no cell;
        then none is made.
        """
        from roster_toolkit.repair import EDITED_CELLS, located, read_edits, together

        self._must_not_be_masked()
        wanted = edits if isinstance(edits, pl.DataFrame) else read_edits(edits)
        cells = located(self.upload, self.profile, wanted)
        fits = pl.col("fits")
        made = pl.DataFrame(schema=EDITED_CELLS)
        if self.cells_edited is not None:
            made = self.cells_edited.cells
        made = together(made, cells.filter(fits).drop("fits"))
        return _with_cells(self.original, made, left=wanted.filter(~cells["fits"]))

    @property
    def original(self) -> Review:
        """The review of the file as it came: this one, unless cells were edited since."""
        return self.edited_from or self

    @property
    def edits(self) -> pl.DataFrame:
        """The cells edited so far: `row`, `column`, `before` (as it came) and `value`."""
        from roster_toolkit.repair import EDITS, edits_made

        if self.cells_edited is None:
            return pl.DataFrame(schema=EDITS)
        return edits_made(self.cells_edited.came, self.cells_edited.cells)

    def undo(self, row: int, column: str) -> Review:
        """The review without one of these edits; all of them are undone in `original`.

        `column` as `edit` takes it. Raises UsageError where the cell was not edited.
        """
        from roster_toolkit.repair import places_of

        made = self.cells_edited
        if made is not None and isinstance(row, int):
            place = places_of(made.came, self.profile, [str(column)])[str(column)]
            undone = (pl.col("index") == row - made.came.first_row) & (pl.col("place") == place)
            rest = made.cells.filter(~undone)
            if rest.height < made.cells.height:
                return _with_cells(self.original, rest)
        raise UsageError(f"{printable(str(column))} in row {row} was not edited.")

    def edits_csv(self) -> bytes:
        """The edits as the file that `fix --edits` takes, safe from formulas."""
        return edits_csv(self.edits)

    # --- repairs ---------------------------------------------------------------------------------

    @cached_property
    def repairs(self) -> pl.DataFrame:
        """What can be repaired: `code`, `kind` (`safe` or `confirm`), `values`, `rows`.

        Nothing of a masked review.
        """
        from roster_toolkit.repair import repairs_on_offer
        from roster_toolkit.repair.proposals import OFFER

        if self.is_masked:
            return pl.DataFrame(schema=OFFER)
        return repairs_on_offer(self.upload, self.validation, self.profile, self.cells_edited)

    def repair(
        self,
        confirm: Confirmation = (),
        *,
        name: str | None = None,
        progress: Progress | None = None,
    ) -> Repair:
        """A corrected copy with all safe fixes and those confirmed.

        `confirm` takes a rule (`RT103`), one of its values (`RT103:value`), a problem
        (`review.causes[0]`, or its number from 1), or several of them; a problem stands for its
        values. `name` is what the copy is called in reports, if not as the file itself. Nothing is
        written. Raises ToolkitError where there is nothing to confirm, or the file cannot be
        repaired or has changed since it was read.
        """
        from roster_toolkit.repair import name_of_copy

        self._must_not_be_masked()
        confirmed = confirmed_items(confirm, self.select(), self.rules)
        fixed, drafted = self._fixed(confirmed)
        stage = _Stages(progress)
        name = name or name_of_copy(self.upload.name)
        with stage("read", "Reading the copy"):  # as the file that it was, whatever it resembles
            upload = read_upload(fixed.data, self.profile, name=name)
            validation = drafted.found_in(upload)
        after = (
            self._as_it_came(upload, fixed.data)
            if upload.sha256 == self.upload.sha256
            else _copy_judged(self, upload, fixed.data, stage, validation)
        )
        return Repair(fixed, after, compare_attempts(self, after), self, confirmed)

    def _as_it_came(self, upload: Upload, data: bytes) -> Review:
        """The review of a copy in which nothing was changed."""
        return replace(
            self, upload=upload, source=data, edited_from=None, cells_edited=None, edits_left=None
        )

    def fixed(self, confirm: Sequence[str] = ()) -> Fixed:
        """The same copy, not reviewed: its bytes, what was changed and what was not."""
        self._must_not_be_masked()
        return self._fixed(confirm)[0]

    def _fixed(self, confirm: Sequence[str]) -> tuple[Fixed, Drafted]:
        from roster_toolkit.repair import fixed_by

        if self.source is None:
            raise UsageError(f"{self.upload.name} cannot be fixed: its bytes are not at hand.")

        def draft() -> Drafted:
            return self._draft(confirm) if confirm else self._drafted

        return fixed_by(draft, self.source, self.upload, self.profile, self.rules)

    def _must_not_be_masked(self) -> None:
        if self.is_masked:
            raise UsageError(
                "A masked review holds pseudonyms: edit and fix the review that it was made of."
            )

    @cached_property
    def _drafted(self) -> Drafted:
        """The table with its safe repairs."""
        return self._draft(())

    def _draft(self, confirm: Sequence[str]) -> Drafted:
        from roster_toolkit.repair import draft_repairs

        return draft_repairs(
            self.upload, self.validation, self.profile,
            confirm=confirm, against=self.against, own=self.own_rules, edits=self.cells_edited,
        )  # fmt: skip

    @cached_property
    def impact_after_repairs(self) -> Impact | None:
        """The impact as it would be with the safe repairs; None where they change nothing of it.

        Only errors keep a row out of the roster, so nothing is computed where no safe repair is
        about an error, nor for a masked review.
        """
        safe = self.repairs.filter(pl.col("kind") == Fix.SAFE.value)["code"]
        if self.upload.obstacle is not None or not self.profile.can(Capability.IMPACT):
            return None  # conversion of a workbook is no safe repair: leading zeros may be lost
        if self.against is None or not any(self.rules[code].severity.rejects for code in safe):
            return None
        upload, validation = self._drafted.state.draft.upload, self._drafted.state.validation
        impact = _impact_of(upload, validation, self.against.roster, self.profile)
        same = impact and self.impact and impact.totals == self.impact.totals
        return None if same else impact

    # --- in words --------------------------------------------------------------------------------

    @cached_property
    def sentence(self) -> str:
        """What the portal would do with the file, as a person would say it."""
        return verdict(self)

    @property
    def left_out_sentence(self) -> str:
        """How many enrolled students a second file leaves out; blank where nobody can say."""
        return "" if self.left_out is None else left_out_text(self.left_out)

    @cached_property
    def rests_on(self) -> str:
        """On how much that is known of the portal the verdict rests, in a sentence or two.

        >>> review.rests_on
        'Of 16 columns 8 are known, 8 are assumed.'
        """
        return rests_on(self.profile)

    def told(self, cause: Cause) -> ToldCause:
        """A cause in words."""
        return view_of(cause, self, Words(self.profile))

    @cached_property
    def header_line(self) -> HeaderLine | None:
        """The header line with its faults marked, and corrected; None where it has none."""
        return header_line(self.upload, self.profile, _WIDTH, values=True)

    def errors_csv(self, *, rejected: bool = False) -> bytes:
        """users-errors.csv: the rows, or with `rejected` the rejected ones, with their errors."""
        return b"".join(errors_csv(self, rejected=rejected))

    def errors_xlsx(
        self, *, rejected: bool = False, progress: Callable[[float], None] | None = None
    ) -> bytes:
        """The same as a workbook to correct in, with the problems beside it.

        `progress` is called with the share that is written, from 0 to 1.
        """
        from roster_toolkit.report.errors_xlsx import write_errors_xlsx

        buffer = io.BytesIO()
        write_errors_xlsx(self, buffer, rejected=rejected, progress=progress)
        return buffer.getvalue()

    def message(self, *, long: bool = False) -> str:
        """A message for a mail or a ticket, without any value of a cell: at most a screen.

        It names the five largest problems and goes with the error file, which lists every row;
        with `long` it names every cause and its rows.
        """
        return message(self, long=long)

    def to_html(self, *, values: bool = True) -> str:
        """The review as one page to read, print and hand on: report.html.

        It fetches nothing and runs nothing; without `values` no cell of the file is in it.
        """
        from roster_toolkit.report.html import html_report

        return html_report(self, values=values)

    def changes_csv(self) -> bytes:
        """What the file would change in the roster, field by field.

        Raises UsageError where there is no roster, or the file is rejected.
        """
        if self.impact is None or self.against is None:
            raise UsageError(f"There are no changes to tell: {self.no_impact_because}.")
        return changes_csv(self.impact, self.against.roster)

    def json(self, *, findings: bool = False) -> bytes:
        """The review as `roster-review/2`, with `findings` each of them."""
        return b"".join(review_json(self, findings=findings, seconds=False))

    def sql(self, query: str) -> pl.DataFrame:
        """The answer to a question in SQL (DuckDB's), one SELECT.

        The tables: `findings`; `causes`; `rows` (the file, with `row` and `outcome`); with a roster
        also `changes`, `people`, `classes`, `enrollments` and `schools`. A question reads nothing
        else and changes nothing. Raises UsageError, in a sentence, where it cannot be answered.

        >>> review.sql("SELECT count(*) FROM findings WHERE code = 'RT406'").item()
        108
        """
        return answer(self, query)

    @property
    def plot(self) -> Plot:
        """Charts: `categories()`, `causes()`, `impact()`, `schools()`."""
        return Plot(self)


@dataclass(frozen=True, repr=False)
class Repair(Shown):
    """A corrected copy of a file, checked at once.

    >>> repair = review.repair()
    >>> repair.review.rows.rejected < review.rows.rejected
    True
    >>> repair.progress
    253 rows cleared, 292 left, 0 new; 4 problems cleared, 18 left, 0 new.
    """

    fixed: Fixed
    """The corrected bytes, what was changed and what was not."""
    review: Review
    """The review of the corrected copy, against the same roster."""
    progress: SinceLast
    """What the repairs cleared, left and brought to light."""
    before: Review = field(repr=False)
    """The review of the file as it came."""
    confirmed: tuple[str, ...] = ()
    """What was confirmed, as it was said."""

    @property
    def log(self) -> pl.DataFrame:
        """What was changed, as `fixed.log`; no value of a private column."""
        return without_private(self.fixed.log, self.review.profile)

    @property
    def not_made(self) -> pl.DataFrame:
        """What was not changed and why, as `fixed.not_made`; no value of a private column."""
        return without_private(self.fixed.not_made, self.review.profile)

    def log_csv(self) -> bytes:
        """Every changed cell, before and after, safe from formulas."""
        return log_csv(self.fixed, self.review.profile)

    def confirm(self, *more: Confirmable) -> Repair:
        """The same file repaired anew, with more that is confirmed."""
        return self.before.repair((*self.confirmed, *more))


class _Stages:
    """Reports the stages of a review as they begin, and measures them."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, name: str, words: str) -> Iterator[None]:
        """Measure one stage; stages of one name add up."""
        if self._progress is not None:
            self._progress(words)
        began = perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + perf_counter() - began


def review(
    source: FileSource,
    *,
    profile: str | Path | Profile | None = None,
    name: str | None = None,
    against: FileSource | RosterContext | Known | None = None,
    schools: FileSource | None = None,
    season: str = DEFAULT_SEASON,
    previous_upload: FileSource | None = None,
    beside: FileSource | Review | None = None,
    rules: Sequence[Rule] = (),
    progress: Progress | None = None,
) -> Review:
    """Read a file, judge it, foresee its impact and find the causes.

    `source` is the path of a file, its bytes, or a frame of Polars, which is judged as the file
    that it would be: its columns as the header, null as a blank cell, whole numbers as digits, yes
    and no as TRUE and FALSE, dates as ISO 8601, numbers with a decimal point as they are, so that
    an ID like 710000.0 is found (RT106). Wherever a file is taken, a frame is. `name` is how the
    file is called in reports (a frame is called `frame`). `against` is
    the roster as it is: a download of current data in users.csv layout, a district of a store
    (`store["Avon"]`) or a snapshot of it; `schools` the district's own list of schools. The profile
    is the district's, or `batch-upload`, unless one is named or the header is that of another file
    of the portal's, such as demographics.csv; `beside` is the users.csv that is uploaded with such
    a file, or its review. `season` names the thresholds for
    mass changes. `previous_upload` is the file that was uploaded last time, by which edits made in
    the portal since then are known. `rules` are your own, besides those of the toolkit.
    Raises `ToolkitError` only where there is no file to speak of, or the profile, the roster or the
    season cannot be used: a file that the portal would reject is a review with that verdict.

    >>> rt.review(file).rows
    RowCounts(accepted=133, rejected=27, blank=0)
    >>> rt.review(story.upload, against=riverton).rows
    RowCounts(accepted=2556, rejected=545, blank=1)
    >>> frame = review.select(code="RT103").frame().drop("row", "errors")
    >>> rt.review(frame, against=riverton, name="addresses.csv").rows.rejected == frame.height
    True
    """
    if isinstance(source, pl.DataFrame | pl.LazyFrame):
        source, name = bytes_of(source), name or UNNAMED_FRAME
    if not isinstance(source, str | Path | bytes):
        raise UsageError(
            "A review takes the path of a file, its bytes, or a frame of Polars (pl.from_pandas "
            "makes one of another)."
        )
    usual = profile_for(profile, against)
    require_season(season, usual)
    stage = _Stages(progress)
    with stage("read", "Reading the file"):
        # Beside a users.csv that is judged by a profile of one's own, a second file is known still.
        sought = usual if beside is None else chosen_by_default(usual)
        upload, chosen = read_as_what_it_is(source, sought, name=name)
        chosen = usual if chosen is sought else chosen
    with stage("read", "Reading the roster"):
        context = context_of(chosen, usual, against, schools, beside)
        if context and previous_upload is not None and chosen.can(Capability.ROSTER):
            context = replace(context, previous=previous_statements(previous_upload, chosen))
    return _judged(upload, chosen, context, source=source, season=season, rules=rules, stage=stage)


def _judged(
    upload: Upload,
    profile: Profile,
    context: RosterContext | None,
    *,
    source: str | Path | bytes | None,
    season: str,
    rules: Sequence[Rule],
    stage: _Stages,
    validation: Validation | None = None,
) -> Review:
    """The review of a file that has been read; `validation` is what is known of it by now."""
    with stage("validate", "Judging the rows"):
        validation = validation or validate(upload, profile, context, own=rules)
    with stage("impact", "Foreseeing the impact"):
        validation, impact = _with_impact(upload, validation, context, profile, season)
    with stage("causes", "Finding the causes"):
        causes = find_causes(upload, validation, profile)
    seconds = {**stage.seconds, "total": sum(stage.seconds.values())}
    return Review(
        upload, profile, validation, causes, seconds, context, impact, source, season, tuple(rules)
    )


def _copy_judged(
    original: Review,
    upload: Upload,
    data: bytes,
    stage: _Stages,
    validation: Validation | None = None,
) -> Review:
    """The review of a changed copy, by all that its original was judged by."""
    return _judged(
        upload, original.profile, original.against, source=data, season=original.season,
        rules=original.own_rules, stage=stage, validation=validation,
    )  # fmt: skip


def _with_cells(original: Review, cells: pl.DataFrame, left: pl.DataFrame | None = None) -> Review:
    """A file with some cells edited, judged anew from its bytes, as any file is."""
    from roster_toolkit.repair import Edits, edited_copy

    if cells.is_empty():
        return original if left is None or left.is_empty() else replace(original, edits_left=left)
    if original.source is None:
        raise UsageError(f"{original.upload.name} cannot be edited: its bytes are not at hand.")
    stage = _Stages(None)
    with stage("read", "Reading the file"):
        data, upload = edited_copy(original.source, original.upload, original.profile, cells)
    copy = _copy_judged(original, upload, data, stage)
    edits = Edits(original.upload, cells)
    return replace(copy, edited_from=original, cells_edited=edits, edits_left=left)


def _one_edit(row: int, column: str, value: str) -> pl.DataFrame:
    """A list of one edit; UsageError where the value is no text that a file can hold."""
    try:
        return pl.DataFrame({"row": [row], "column": [column], "value": [value]})
    except (UnicodeEncodeError, pl.exceptions.PolarsError, OverflowError, TypeError):
        raise UsageError("That is no cell and no text for it.") from None


def _with_impact(
    upload: Upload,
    validation: Validation,
    context: RosterContext | None,
    profile: Profile,
    season: str,
) -> tuple[Validation, Impact | None]:
    """Preview the impact; returns it with the validation and its findings on mass changes."""
    if not profile.can(Capability.IMPACT):
        return validation, None
    if context is None:
        return without_roster(validation, NO_ROSTER), None
    validation = as_season_allows(validation, profile, season)
    impact = _impact_of(upload, validation, context.roster, profile)
    if impact is None:
        why = "the file is rejected, so nothing would happen"
        return without_roster(validation, why), None
    return judge_impact(validation, impact, context.roster, profile, season), impact


def _impact_of(
    upload: Upload, validation: Validation, roster: Roster, profile: Profile
) -> Impact | None:
    """The impact of the rows that are accepted; None where the whole file is rejected."""
    if has_any(validation, Severity.BLOCKER) or validation.as_read is None:
        return None
    rejected = rejected_records(upload, validation, profile)
    return preview_impact(upload, validation.as_read, rejected, roster, validation.renumbered)
