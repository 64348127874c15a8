"""One page of rows with their errors and the names they belong to, and the row that is picked."""

from __future__ import annotations

import polars as pl

import roster_toolkit as rt
from app_parts.check.names import IN_FRONT, key_of_column, names_of, with_names
from app_parts.check.row import show_row
from app_parts.session import Desk
from app_parts.table import paged, whole
from app_parts.text import counted, prose


def show_rows(desk: Desk, review: rt.Review, chosen: rt.Selection, *, key: str) -> None:
    """The rows of a selection, a page at a time; what stands on no row is listed by itself."""
    total = chosen.rows.len()
    if not total:
        _without_rows(desk, review, chosen, key)
        return
    about = f" with {counted(chosen.count, 'error or warning', 'errors and warnings')}"
    prose(f"{counted(total, 'row')}{about if chosen.count else ''}. Pick a row to see all of it.")
    pages: dict[int, pl.DataFrame] = {}

    def fetch(number: int) -> pl.DataFrame:
        page = pages[number] = chosen.page(number)
        return with_names(review, page)

    line = paged(
        fetch, total, key=f"{desk.attempt}-{key}", alt="Rows; the cells at fault are colored",
        pick=True, faulty=chosen.faulty, frozen=IN_FRONT,
    )  # fmt: skip
    if line is not None:
        page = next(iter(pages.values()))
        show_row(review, int(page["row"][line]))


def _without_rows(desk: Desk, review: rt.Review, chosen: rt.Selection, key: str) -> None:
    """What concerns a class or an ID as a whole stands on no row: the values themselves."""
    lines = chosen.findings.select("column", "value", "suggestion").unique(maintain_order=True)
    prose(
        f"{counted(lines.height, 'error or warning', 'errors and warnings')} about the file, a "
        "class or an ID as a whole; no row is rejected for this."
    )
    lines = lines.with_columns(pl.col("value").fill_null(""))
    names = {
        header: names_of(review, key_of_column(review, header), part["value"])
        for (header,), part in lines.partition_by("column", as_dict=True).items()
    }
    told = [names[header].get(value, "") for header, value, _ in lines.iter_rows()]
    named = lines.select("column", "value", pl.Series("name", told, dtype=pl.String), "suggestion")
    whole(named, key=f"{desk.attempt}-{key}", alt="What was found, by column and value")
