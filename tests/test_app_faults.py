"""A fault of ours on a page: a sentence, and no cell of the file in the log."""

from __future__ import annotations

import logging

import pytest

from app_parts.faults import WithoutValues, exception_and_line, filter_values_from_log


def raised() -> ValueError:
    try:
        int("ana@school.org")
    except ValueError as fault:
        return fault
    pytest.fail("nothing was raised")


def test_a_fault_is_known_by_its_kind_and_place() -> None:
    assert exception_and_line(raised()) == "ValueError in test_app_faults.py, line 14"


def test_the_log_of_a_page_leaves_the_message_of_an_exception_out(
    caplog: pytest.LogCaptureFixture,
) -> None:
    logger = logging.getLogger("a page")
    logger.addFilter(WithoutValues())

    logger.error("Uncaught app execution", exc_info=raised())

    assert "ana@school.org" not in caplog.text
    assert "ValueError in test_app_faults.py" in caplog.text


@pytest.mark.parametrize(
    "name", ["streamlit.error_util", "streamlit.runtime.backend_operation_handler"]
)
def test_what_fails_on_a_page_or_in_a_download_is_logged_without_its_message(name: str) -> None:
    filter_values_from_log()
    filter_values_from_log()

    filters = [type(one) for one in logging.getLogger(name).filters]
    assert filters.count(WithoutValues) == 1
