"""What a review shows of itself: the one door through which it reaches the layer above."""

from __future__ import annotations

from roster_toolkit.districts import StoredDistrict
from roster_toolkit.report.answers import answer
from roster_toolkit.report.header_line import HeaderLine, header_line
from roster_toolkit.report.message import message
from roster_toolkit.report.plot import DistrictPlot, Plot, ReviewsPlot
from roster_toolkit.report.tables import log_csv
from roster_toolkit.report.told import (
    ToldCause,
    as_json,
    causes_text,
    changes_as_csv,
    errors_as_csv,
    errors_as_xlsx,
    findings_of_row,
    told,
)
from roster_toolkit.report.verdict import verdict
from roster_toolkit.reviewing.many import Reviews
from roster_toolkit.reviewing.review import Review

__all__ = [
    "DistrictPlot",
    "HeaderLine",
    "Plot",
    "ReviewsPlot",
    "ToldCause",
    "answer",
    "as_json",
    "causes_text",
    "changes_as_csv",
    "errors_as_csv",
    "errors_as_xlsx",
    "findings_of_row",
    "header_line",
    "log_csv",
    "message",
    "plot",
    "plot_district",
    "plot_reviews",
    "told",
    "verdict",
]


def plot(review: Review) -> Plot:
    """The charts of a review."""
    return Plot(review)


def plot_district(district: StoredDistrict) -> DistrictPlot:
    """The charts of a district."""
    return DistrictPlot(district)


def plot_reviews(reviews: Reviews) -> ReviewsPlot:
    """The charts of several reviews."""
    return ReviewsPlot(reviews)
