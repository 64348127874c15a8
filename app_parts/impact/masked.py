"""The Impact page while the mask is on: what would happen, without the button that makes it so."""

from __future__ import annotations

from app_parts.impact.display_names import display_names
from app_parts.impact.guard import guard
from app_parts.impact.people import people
from app_parts.impact.place import RECORDS, SCHOOLS, show_parts
from app_parts.impact.preview import headline
from app_parts.impact.records import records
from app_parts.impact.schools import schools
from app_parts.impact.totals import totals
from app_parts.mask import masked, masked_line, turn_off
from app_parts.session import Desk

_PARTS = {
    RECORDS: records,
    SCHOOLS: schools,
    "New ID, school or role": people,
    "Class display names": display_names,
}


def preview_masked(desk: Desk) -> None:
    """The impact of the file on the desk in pseudonyms."""
    if desk.processed is not None or desk.review is None or desk.review.impact is None:
        turn_off("There is no preview to mask.")
        return
    review = masked(desk.review)
    masked_line(review)
    headline(review)
    totals(desk, review)
    guard(review)
    show_parts(desk, review, _PARTS)
