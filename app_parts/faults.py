"""A fault of ours on a page: a sentence for the person, and a line without any cell in the log."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from app_parts.text import callout

if TYPE_CHECKING:
    import streamlit as st

#: Where Streamlit writes what a page, or what is made for a download, did not catch, its message
#: included.
_OF_STREAMLIT = ("streamlit.error_util", "streamlit.runtime.backend_operation_handler")
_LOG = logging.getLogger("roster_toolkit.app")


class WithoutValues(logging.Filter):
    """Keeps the message of an exception out of the log: Polars names cells in some."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Say the kind of the exception and where it was raised."""
        if record.exc_info and record.exc_info[1] is not None:
            record.msg, record.args = exception_and_line(record.exc_info[1]), ()
            record.exc_info = record.exc_text = None
        return True


def filter_values_from_log() -> None:
    """Do so for whatever Streamlit logs of a page, once per server."""
    for logger in map(logging.getLogger, _OF_STREAMLIT):
        if not any(isinstance(filter_, WithoutValues) for filter_ in logger.filters):
            logger.addFilter(WithoutValues())


def exception_and_line(fault: BaseException) -> str:
    """The kind of an exception, and the file and line that raised it."""
    last = traceback.extract_tb(fault.__traceback__)[-1:]
    where = "".join(f" in {Path(frame.filename).name}, line {frame.lineno}" for frame in last)
    return f"{type(fault).__name__}{where}"


def run(page: st.Page) -> None:
    """Draw a page; where that fails, say so in words and go on."""
    try:
        page.run()
    except Exception as fault:  # noqa: BLE001  the outermost place: whatever it is, it is ours
        place = exception_and_line(fault)
        _LOG.error("A page failed: %s", place)  # without the message, for it may hold a cell
        callout(
            "Something went wrong here, and it is our fault.",
            "bad",
            detail="Your file and your roster are as they were. Go to another page, or reload this "
            f"one; if it happens again, report this: {place}.",
        )
