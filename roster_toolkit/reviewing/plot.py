"""`review.plot`: the charts of one review."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from roster_toolkit.assessment import Assessment
from roster_toolkit.drilldown import Selection
from roster_toolkit.errors import UsageError
from roster_toolkit.impact.preview import Impact
from roster_toolkit.report.cause_view import view_of
from roster_toolkit.report.words import Words
from roster_toolkit.rosters.outcomes import Outcome
from roster_toolkit.rosters.roster import Kind

if TYPE_CHECKING:
    from roster_toolkit.report.charts import Figure

#: Bars of a chart of a selection.
_BARS = 12
#: What findings are counted by, in the words of a chart.
_SAID = {"code": "rule"}


@dataclass(frozen=True, slots=True)
class Plot:
    """The charts of a review; each method draws one, and Plotly is loaded by the first of them."""

    review: Assessment

    def categories(self) -> Figure:
        """Findings by error category, stacked by severity."""
        from roster_toolkit.report import charts

        counts = self.review.findings.group_by("category", "severity").agg(findings=pl.len())
        return charts.categories(counts)

    def selection(self, selection: Selection, by: str = "category") -> Figure:
        """The findings of a selection by category, code, school or value, the most frequent twelve.

        Each bar carries the name that `Selection.by` gives it, and its severity, as `customdata`.
        Raises UsageError where findings are not counted by that.
        """
        from roster_toolkit.report import charts

        counts = selection.by(by, "severity").rename({"name": "category"})
        names = counts["category"].unique(maintain_order=True).head(_BARS)
        shown = counts.filter(pl.col("category").is_in(names.implode()))
        titles = {code: f"{rule.title} ({code})" for code, rule in self.review.rules.items()}
        labels = titles if by == "code" else {"": "(blank)"}
        return charts.categories(shown, of=_SAID.get(by, by), labels=labels)

    def causes(self) -> Figure:
        """The causes in the order of correction, with the rows that each clears."""
        from roster_toolkit.report import charts

        words = Words(self.review.profile)
        views = (view_of(cause, self.review, words) for cause in self.review.causes)
        lines = [(v.number, v.title, v.severity.value, v.rows, v.clears) for v in views]
        names = ("number", "title", "severity", "rows", "clears")
        kinds = (pl.UInt32, pl.String, pl.String, pl.UInt32, pl.UInt32)
        schema = dict(zip(names, kinds, strict=True))
        return charts.causes(pl.DataFrame(lines, schema=schema, orient="row"))

    def impact(self) -> Figure:
        """What becomes of each kind of record; raises UsageError where there is no impact."""
        from roster_toolkit.report import charts

        return charts.impact(self._impact.totals)

    def schools(self, kind: str | None = None) -> Figure:
        """Schools by what happens at them: the shares that change, or all outcomes of one kind.

        Raises UsageError where there is no impact, or where there is no such kind.
        """
        from roster_toolkit.report import charts

        kinds = [each.value for each in self._impact.kinds if each is not Kind.SCHOOL]
        if kind is not None and kind not in kinds:
            raise UsageError(f"There is no kind {kind!r}; it is one of {', '.join(kinds)}.")
        words = {outcome.value.replace(" ", "_"): outcome.value for outcome in Outcome}
        return charts.schools(self.review.by_school.rename(words), kind=kind)

    @property
    def _impact(self) -> Impact:
        if self.review.impact is None:
            raise UsageError(f"No impact can be drawn: {self.review.no_impact_because}.")
        return self.review.impact
