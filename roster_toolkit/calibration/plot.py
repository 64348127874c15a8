"""`calibration.plot`: the chart of what was learned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from roster_toolkit.calibration.model import Counts
    from roster_toolkit.report.charts import Figure


@dataclass(frozen=True, slots=True)
class Plot:
    """The chart of a calibration; Plotly is loaded when it is drawn."""

    before: Counts
    after: Counts

    def agreement(self) -> Figure:
        """Rows that were judged as the portal judged them, too strictly, too leniently."""
        from roster_toolkit.report import charts

        return charts.agreement(
            {
                name: (counts.agree, counts.too_strict, counts.too_lenient)
                for name, counts in (("before", self.before), ("now", self.after))
            }
        )
