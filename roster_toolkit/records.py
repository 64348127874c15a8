"""Rows → distinct statements about people, classes and rows, or what else a profile has rows of.

A student in six classes has six rows that state the same facts about the student. A `View` holds
each distinct statement once, with a join key back to its rows, so that a rule judges 170,000 people
instead of a million rows. Keys are 64-bit hashes of the cells as typed: they select candidates, and
whatever is found is checked again on the strings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl

from roster_toolkit.cleaning import clean as clean  # noqa: PLC0414  (handed on)
from roster_toolkit.cleaning import cleaned
from roster_toolkit.model import Column, Need, Profile, Scope, Upload
from roster_toolkit.rules.short_cuts import Unseen, plain_cells
from roster_toolkit.streaming import collected

#: The column that says what is asked of a row, and the one whose values say what it does.
ROLE, ACTION = "userRole", "action"
#: One line per distinct statement of a view, before its text columns: `first` is the index of a
#: record that says so, `rows` how many do.
VARIANTS = pl.Schema(
    {"key": pl.UInt64, "first": pl.UInt32, "rows": pl.UInt32, "removes": pl.Boolean}
)
#: One line per distinct cell of a column: as typed, and cleaned.
VALUES = pl.Schema({"raw": pl.String, "value": pl.String})
#: Number of cells by which it is told whether those of a column repeat.
_SAMPLE = 5_000
#: The view whose statements a rule judges; one about people judges other kinds of record too, each
#: column in the view that is its home.
VIEW_OF = {
    Scope.ROW: "row",
    Scope.PERSON: "person",
    Scope.PEOPLE: "person",
    Scope.CLASS: "class",
    Scope.CLASSES: "class",
    Scope.CLASS_LISTS: "class",
}


def rows_schema(profile: Profile) -> pl.Schema:
    """One line per record that is judged: what it says in each view, by the `key` of a variant."""
    return pl.Schema({"index": pl.UInt32, **dict.fromkeys(profile.views, pl.UInt64)})


@dataclass(frozen=True)
class View:
    """The distinct statements about one kind of subject.

    `variants` has the shape `VARIANTS`, then one text column for each key of `columns`.
    """

    name: str
    columns: tuple[str, ...]
    variants: pl.DataFrame


@dataclass(frozen=True)
class Records:
    """An upload as statements about people, classes and rows, or what else the profile names.

    `rows` has the shape `rows_schema`; records that are blank, ragged or no records at all are left
    out, for no rule judges them.
    """

    upload: Upload
    profile: Profile
    present: tuple[str, ...]
    """Keys of the columns whose cells can be judged, in the order of the profile."""
    rows: pl.DataFrame
    views: dict[str, View]
    values: dict[str, pl.DataFrame]
    """Column → shape `VALUES`: each distinct cell that needs a look."""

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """Columns that cannot be read: required but absent, or under an uncertain header."""
        return tuple(
            c.key
            for c in self.profile.columns.values()
            if c.judged and c.key not in self.present and not _may_be_absent(c, self.upload)
        )

    def home(self, column: str) -> View:
        """The view in which the cells of a column are judged."""
        return self.views[self.profile.home(self.profile.columns[column].about)]

    def judged_in(self, scope: Scope, column: str) -> View:
        """The view whose statements a rule of that scope judges by a column."""
        if scope in (Scope.PERSON, Scope.PEOPLE, Scope.IDENTIFIERS):
            return self.home(column)
        return self.views[VIEW_OF[scope]]

    def without(self, indices: pl.Series) -> Records:
        """The same, without some records."""
        if indices.is_empty():
            return self
        is_dropped = pl.col("index").is_in(indices.implode())
        dropped_rows, kept_rows = self.rows.filter(is_dropped), self.rows.filter(~is_dropped)
        return replace(
            self,
            rows=kept_rows,
            views={
                name: _without_rows(view, dropped_rows[name]) for name, view in self.views.items()
            },
        )


def read_records(upload: Upload, profile: Profile, unseen: Unseen | None = None) -> Records:
    """The statements of an upload's rows, ready to be judged.

    `unseen`: the cells that no rule needs to see; those that are plain, if it is not said.
    """
    unseen = plain_cells(profile) if unseen is None else unseen
    cells = upload.cells
    present = tuple(
        key for key, column in profile.columns.items() if key in cells.columns and column.judged
    )
    actions = cells[ACTION].unique() if ACTION in present else pl.Series(dtype=pl.String)
    rows = _keys(cells, profile, present, _removing(profile, actions))
    unjudged = pl.concat([upload.blank.cast(pl.UInt32), upload.unjudged.cast(pl.UInt32)])
    if not unjudged.is_empty():
        rows = rows.filter(~pl.col("index").is_in(unjudged.implode()))
    absent = tuple(
        c.key
        for c in profile.columns.values()
        if c.judged and c.key not in present and _may_be_absent(c, upload)
    )
    typed_views = {
        name: _view(name, rows, cells, profile, (present, absent)) for name in profile.views
    }
    values: dict[str, pl.DataFrame] = {}
    for name, view in typed_views.items():
        at_home = [key for key in present if profile.home(profile.columns[key].about) == name]
        values |= _values_to_judge(view.variants, at_home, unseen)
    views = {name: _cleaned(view, values) for name, view in typed_views.items()}
    return Records(upload, profile, present, rows.drop("removes"), views, values)


def _removing(profile: Profile, actions: pl.Series) -> pl.Expr:
    """True for records whose action removes something."""
    spellings = actions.filter(cleaned(actions).is_in(profile.removals)).to_list()
    return pl.col(ACTION).is_in(spellings) if spellings else pl.lit(False)


def _keys(
    cells: pl.DataFrame, profile: Profile, present: tuple[str, ...], removes: pl.Expr
) -> pl.DataFrame:
    """`index`, each record's hash per view, and whether it `removes`."""

    def key(name: str) -> pl.Expr:
        columns = [c for c in _columns(name, profile) if c in present]
        hashed = [pl.col(column).hash(seed) for seed, column in enumerate(columns)]
        flag = pl.when(removes).then(pl.lit(1, pl.UInt64)).otherwise(pl.lit(0, pl.UInt64))
        return pl.sum_horizontal(*hashed, flag)

    keys = (
        cells.lazy()
        .with_row_index("index")
        .select("index", *(key(name).alias(name) for name in profile.views), removes=removes)
    )
    return collected(keys, cells.height)


def _columns(view: str, profile: Profile) -> tuple[str, ...]:
    columns = tuple(c.key for c in profile.about(*profile.views[view]))
    return (*columns, *_asked_by_row(profile, columns)) if view == "row" else columns


def _asked_by_row(profile: Profile, columns: tuple[str, ...]) -> tuple[str, ...]:
    """What rules over a row ask besides its own facts: the role, and what depends on it.

    Few profiles need more than the role; with the class there is a statement for every class.
    """
    if ROLE not in profile.columns:
        return ()
    blank = profile.needing(
        lambda need: Need.BLANK is need.students or Need.NOT_YES is need.students
    )
    asked = [column.key for column in (*profile.asked_by_role, *blank)]
    if any(
        Need.WITH_CLASS in (c.requirement.students, c.requirement.staff)
        for c in profile.asked_by_role
    ):
        asked.append("classId")
    return tuple(key for key in dict.fromkeys([ROLE, *asked]) if key not in columns)


def _may_be_absent(column: Column, upload: Upload) -> bool:
    """Whether a column that cannot be read is simply absent, so that its cells count as blank."""
    uncertain = any(header.key == column.key for header in upload.header)
    return not column.must_be_there and not uncertain


def _view(
    name: str,
    rows: pl.DataFrame,
    cells: pl.DataFrame,
    profile: Profile,
    columns_known: tuple[tuple[str, ...], tuple[str, ...]],
) -> View:
    """The distinct statements of a view; `columns_known` are those present and those absent."""
    present, absent = columns_known
    grouped = (
        rows.lazy()
        .group_by(pl.col(name).alias("key"))
        .agg(
            first=pl.col("index").min(),
            rows=pl.len().cast(pl.UInt32),
            removes=pl.col("removes").first(),
        )
        .sort("first")
    )
    variants = collected(grouped, rows.height)
    columns = _columns(name, profile)
    in_file = [key for key in columns if key in present]
    blank = [pl.lit("").alias(key) for key in columns if key in absent]
    facts = _at(cells.select(in_file), variants["first"]) if in_file else pl.DataFrame()
    frame = pl.concat([variants, facts], how="horizontal").with_columns(blank)
    return View(name, tuple(key for key in columns if key in frame.columns), frame)


def _at(cells: pl.DataFrame, ascending: pl.Series) -> pl.DataFrame:
    """Some records by position, in order: a filter moves texts in half the time of a look-up."""
    wanted = pl.repeat(value=False, n=cells.height, dtype=pl.Boolean, eager=True)
    return cells.filter(wanted.scatter(ascending, True))


def _values_to_judge(
    statements: pl.DataFrame, columns: Sequence[str], unseen: Unseen
) -> dict[str, pl.DataFrame]:
    """Column → its distinct cells that need judging: `raw` and `value` (cleaned).

    All columns are asked in one query, but those of which most cells repeat: a pattern is looked
    for in their distinct cells.
    """
    cells = {key: pl.col(key) for key in columns}
    cells |= {key: cells[key].filter(~unseen[key]) for key in cells.keys() & unseen.keys()}
    distinct = {key: seen.unique().implode() for key, seen in cells.items()}
    repeated = [key for key in columns if _mostly_repeated(statements[key])]
    asked = [statements.select(distinct[key] for key in columns if key not in repeated)]
    asked += [statements[key].unique().to_frame().select(distinct[key]) for key in repeated]
    listed = {key: cells[0] for found in asked for key, cells in found.to_dict().items()}
    raw = pl.concat([pl.Series(dtype=pl.String), *listed.values()])
    together, values, start = pl.DataFrame([raw, cleaned(raw)], VALUES), {}, 0
    for key, cells in listed.items():  # cleaned at once, for most are a few cells or none
        values[key] = together.slice(start, cells.len())
        start += cells.len()
    return values


def _mostly_repeated(cells: pl.Series) -> bool:
    """Whether most of many cells say what another one says, as far as the first ones tell."""
    first = cells.head(_SAMPLE)
    return cells.len() > _SAMPLE and 2 * first.n_unique() < first.len()


def _cleaned(view: View, values: dict[str, pl.DataFrame]) -> View:
    """The view with its cells cleaned."""
    cleaned_columns = []
    for key in view.columns:
        if key not in values or values[key].is_empty():
            continue
        dirty = values[key].filter(pl.col("raw") != pl.col("value"))
        if dirty.is_empty():
            continue
        cells = view.variants[key]
        positions = cells.is_in(dirty["raw"].implode()).arg_true()
        if not positions.is_empty():
            cleaned = cells.gather(positions).replace_strict(dirty["raw"], dirty["value"])
            cleaned_columns.append(cells.scatter(positions, cleaned))
    return (
        replace(view, variants=view.variants.with_columns(cleaned_columns))
        if cleaned_columns
        else view
    )


def _without_rows(view: View, dropped: pl.Series) -> View:
    """The view without some records; a statement without records goes.

    The few that are concerned are looked up: a join would copy all texts of all statements.
    """
    counts = dropped.value_counts(name="gone").rename({view.name: "key"})
    keys = view.variants["key"]
    at = keys.is_in(counts["key"].implode()).arg_true()
    gone = keys.gather(at).replace_strict(counts["key"], counts["gone"], return_dtype=pl.UInt32)
    rows = view.variants["rows"]
    rows = rows.scatter(at, rows.gather(at) - gone)
    variants = view.variants.with_columns(rows)
    stays = rows > 0
    return replace(view, variants=variants if stays.all() else variants.filter(stays))
