"""The Check page while the mask is on: everything but what makes or takes a file."""

from __future__ import annotations

from app_parts.check.report import masked_report
from app_parts.mask import masked, turn_off
from app_parts.session import Desk
from app_parts.text import callout


def check_masked(desk: Desk) -> None:
    """The report on the file on the desk in pseudonyms."""
    if desk.trouble:
        callout("This file cannot be checked.", "bad", detail="Turn off the mask to see why.")
    elif desk.review is None:
        turn_off("Files are chosen without a mask.")
    else:
        before = None if desk.before is None else masked(desk.before)
        masked_report(desk, masked(desk.review), before)
