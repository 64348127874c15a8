"""The rules, applied to every row of a frame as it stands.

The engine judges each distinct statement once and finds its rows afterwards. Here the same
expressions run over all rows, with none of its short cuts: slower, and a second opinion.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl

from roster_toolkit.model import Effect, GroupJudgement, HeaderNeed, Profile, Rule, Scope
from roster_toolkit.records import VIEW_OF, clean

#: Which cells a rule reads. A cell that one rule about people calls wrong is null for the next
#: rule about people, and as it was for a rule about classes.
_READ_BY = {**VIEW_OF, Scope.IDENTIFIERS: "row"}
#: A row is looked at for a shift if it has this many errors.
_SUSPICIOUS = 2

#: What the rules range over that a sheet applies.
COVERED = frozenset({*_READ_BY, Scope.CELL, Scope.RECORD, Scope.ENROLLMENTS})

Place = tuple[str, str | None]
"""Code of a rule, and key of the column at which it stands; None for the row as a whole."""


@dataclass
class Sheet:
    """The rows of a frame, under column keys, as the rules read them one after the other."""

    profile: Profile
    rules: Mapping[str, Rule]
    raw: pl.DataFrame
    """Cells as they are; columns that are not text, or not ours, are left out."""
    judged: pl.Series = field(init=False)
    """True for rows that have a vote: not blank, not shifted."""
    read: dict[str, pl.DataFrame] = field(init=False)
    """Kind of subject → cleaned cells, those in error null, with `removes`."""
    faults: dict[Place, pl.Series] = field(default_factory=dict)
    """Where a rule stands → which rows are at fault."""

    @classmethod
    def of(cls, frame: pl.DataFrame, profile: Profile, rules: Mapping[str, Rule]) -> Sheet:
        """The frame, judged by every rule that rejects rows and can be judged row by row."""
        text = [c for c in profile.columns.values() if frame.schema.get(c.name) == pl.String]
        raw = frame.select(pl.col(c.name).fill_null("").alias(c.key) for c in text)
        sheet = cls(profile, rules, raw)
        sheet._clean()
        sheet._judge_cells()
        sheet._judge_rows()
        sheet._judge_shifts()
        sheet._judge_together()
        return sheet

    def _clean(self) -> None:
        cells = self.raw.select(clean(pl.all()))
        absent = [
            pl.lit("").alias(column.key)
            for column in self.profile.columns.values()
            if column.key not in self.raw.columns and column.header is HeaderNeed.OPTIONAL
        ]
        self.judged = ~cells.select(pl.all_horizontal(pl.all() == "")).to_series()
        removes = (
            pl.col("action").is_in(self.profile.removals)
            if "action" in cells.columns
            else pl.lit(value=False)
        )
        cells = cells.with_columns(*absent, removes=removes)
        self.read = {"row": cells, "person": cells, "class": cells}

    def _over(self, *kinds: Scope) -> Iterator[Rule]:
        return (r for r in self.rules.values() if r.scope in kinds and r.severity.rejects)

    def _keep(self, rule: Rule, key: str | None, fault: pl.Series) -> pl.Series:
        """Note which rows a rule rejects."""
        fault = fault.fill_null(value=False) & self.judged
        self.faults[rule.code, key] = fault
        return fault

    def _blank_out(self, key: str, wrong: pl.Series, *kinds: str) -> None:
        """Cells in error become null for the rules that come after."""
        cell = pl.when(~wrong).then(pl.col(key)).alias(key)
        for kind in kinds or tuple(self.read):
            self.read[kind] = self.read[kind].with_columns(cell)

    def _judge_cells(self) -> None:
        """RT1xx; where several hold, the one that supersedes the others speaks."""
        rules = [rule for rule in self.rules.values() if rule.scope is Scope.CELL]
        replaced = {code for rule in rules if rule.severity.rejects for code in (rule.code,)}
        for key in self.raw.columns:
            column = self.profile.columns[key]
            cells = pl.DataFrame({"raw": self.raw[key], "value": self.read["row"][key]})
            holds = {}
            for rule in rules:
                fault = rule.judge(column, self.profile)
                if fault is not None and (rule.severity.rejects or replaced & {*rule.supersedes}):
                    holds[rule.code] = cells.select(fault.fill_null(value=False)).to_series()
            wrong = pl.repeat(value=False, n=cells.height, dtype=pl.Boolean, eager=True)
            for code, fault in holds.items():
                rule = self.rules[code]
                if not rule.severity.rejects:
                    continue
                for other, earlier in holds.items():
                    if code in self.rules[other].supersedes:
                        fault = fault & ~earlier  # noqa: PLW2901  (narrowed step by step)
                wrong |= self._keep(rule, key, fault)
            self._blank_out(key, wrong)

    def _can_read(self, kind: str, key: str, *spoken: pl.Expr) -> bool:
        """Whether all columns that expressions speak of stand in the frame."""
        roots = {key, *(name for fault in spoken for name in fault.meta.root_names())}
        return all(name in self.read[kind].columns for name in roots & {*self.profile.columns})

    def _judge_rows(self) -> None:
        """RT2xx."""
        for rule in self._over(Scope.ROW, Scope.PERSON, Scope.CLASS):
            kind = _READ_BY[rule.scope]
            for key, fault in rule.judge(self.profile).items():
                if self._can_read(kind, key, fault):
                    wrong = self._keep(rule, key, self.read[kind].select(fault).to_series())
                    self._blank_out(key, wrong, kind)

    def _judge_shifts(self) -> None:
        """RT208, on rows with several errors; they have no vote afterwards."""
        for rule in self._over(Scope.RECORD):
            if not self.faults:
                continue
            errors = pl.DataFrame(
                [
                    fault.cast(pl.UInt32).alias(str(at))
                    for at, fault in enumerate(self.faults.values())
                ]
            )
            suspects = (errors.sum_horizontal() >= _SUSPICIOUS).arg_true()
            if suspects.is_empty():
                continue
            columns = tuple(self.profile.columns[key] for key in self.raw.columns)
            cells = self.raw[suspects].select(clean(pl.all()))
            fault = cells.select(rule.judge(self.profile, columns)).to_series()
            shifted = self._keep_indices(rule, None, suspects.filter(fault))
            self.judged &= ~shifted

    def _voters(self, kind: str) -> pl.DataFrame:
        """Rows that have a vote, with their `index`, each standing for itself."""
        rows = self.read[kind].with_row_index("index").filter(self.judged)
        return rows.filter(~pl.col("removes")).with_columns(rows=pl.lit(1, pl.UInt32))

    def _keep_indices(self, rule: Rule, key: str | None, indices: pl.Series) -> pl.Series:
        every = pl.int_range(self.raw.height, dtype=pl.UInt32, eager=True)
        return self._keep(rule, key, every.is_in(indices.implode()))

    def _judge_together(self) -> None:
        """RT3xx, as far as they reject rows."""
        for rule in self._over(Scope.PEOPLE, Scope.CLASSES, Scope.IDENTIFIERS):
            kind = _READ_BY[rule.scope]
            voters = self._voters(kind)
            for key, group in rule.judge(self.profile).items():
                if self._can_read(kind, key, group.by, pl.col(group.differ)):
                    self._keep_indices(rule, key, _at_fault(voters, group))
        for rule in self._over(Scope.ENROLLMENTS):
            if self._can_read("row", "userId", pl.col("classId")):
                pairs = self._voters("row").filter(pl.col("userId") != "", pl.col("classId") != "")
                again = pairs.filter(rule.judge(self.profile))["index"]
                self._keep_indices(rule, "classId", again)
        for rule in self._over(Scope.CLASS_LISTS):
            self._judge_class_list(rule)

    def _judge_class_list(self, rule: Rule) -> None:
        """RT310, and whatever else asks only how many rows use and remove a class."""
        counts = ("members", "class_removals")
        fault = rule.judge(self.profile)
        known = {*fault.meta.root_names()} <= {*counts, "classId"}
        if not known or not self._can_read("class", "classId", pl.col("action")):
            return
        removal = self.profile.values_meaning("action", Effect.REMOVE_CLASS)
        rows = self.read["class"].with_row_index("index").filter(self.judged)
        lists = rows.filter(pl.col("classId") != "").with_columns(
            members=(~pl.col("removes")).sum().over("classId"),
            class_removals=pl.col("action").is_in(removal).sum().over("classId"),
        )
        self._keep_indices(rule, rule.column or "classId", lists.filter(fault)["index"])


def _at_fault(voters: pl.DataFrame, group: GroupJudgement) -> pl.Series:
    """Indices of the rows that a comparison with those of the same group finds wrong.

    Comparing costs most of all, so groups that state one value only are left out first.
    """
    grouped = voters.with_columns(group=group.by).filter(pl.col("group") != "")
    stated = grouped.filter(pl.col(group.differ) != "").select("group", group.differ).unique()
    differing = stated.filter(pl.col("group").is_duplicated())["group"].unique()
    rivals = grouped.filter(pl.col("group").is_in(differing.implode()))
    return rivals.with_columns(fault=group.fault).filter("fault")["index"]
