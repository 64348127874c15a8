"""Tables of which the browser gets one page at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

if TYPE_CHECKING:
    import polars as pl
    from pandas.io.formats.style import Styler
    from streamlit.elements.lib.column_types import ColumnConfig

PAGE = 100
#: Columns of long text, and their pixels.
_WIDTHS = {"errors": 210, "name": 130}
_FAULTY = "background-color: rgba(214, 69, 65, .28)"


def paged(
    fetch: Callable[[int], pl.DataFrame],
    total: int,
    *,
    key: str,
    alt: str,
    pick: bool = False,
    faulty: Callable[[int], pl.DataFrame] | None = None,
    frozen: Sequence[str] = ("row",),
) -> int | None:
    """Show one page of a long table, and give the line of that page that is picked, if any.

    `fetch` gives page `n`, counted from 1; `key` must name what the table is narrowed to, so that
    neither page nor picked line survives another choice; `alt` says what the table shows;
    `faulty` gives the cells of a page to mark, as `row` and `column`; `frozen` columns stay in
    view when the table is moved sideways.
    """
    pages = max(1, -(-total // PAGE))
    number = st.session_state.get(f"{key}-page", 1)
    number = min(number, pages)
    frame = fetch(number)
    styled = frame if faulty is None else _marked(frame, faulty(number))
    options: dict[str, Any] = {
        "hide_index": True,
        "column_config": {
            name: _column(name, kind, pinned=name in frozen) for name, kind in frame.schema.items()
        },
        "placeholder": "",
        "key": f"{key}-rows-{number}",
        "alt": alt,
        "height": min(38 + 35 * max(frame.height, 1), 460),
    }
    picked: int | None = None
    if pick:
        event = st.dataframe(styled, on_select="rerun", selection_mode="single-row", **options)
        lines = event["selection"]["rows"]
        picked = lines[0] if lines else None
    else:
        st.dataframe(styled, **options)
    if pages > 1:
        first = (number - 1) * PAGE + 1
        st.pagination(pages, key=f"{key}-page", width="stretch")
        st.caption(f"{first:,} to {min(first + PAGE - 1, total):,} of {total:,}")
    return picked


def whole(listed: pl.DataFrame, *, key: str, alt: str) -> None:
    """Show a table a page at a time, with nothing to pick."""
    paged(lambda page: page_of(listed, page), listed.height, key=key, alt=alt)


def page_of(listed: pl.DataFrame, page: int) -> pl.DataFrame:
    """One page of a table."""
    return listed.slice((page - 1) * PAGE, PAGE)


def _column(name: str, kind: pl.DataType, *, pinned: bool) -> ColumnConfig:
    """How a column is shown: row numbers whole and without commas, as a spreadsheet has them."""
    if not kind.is_numeric():
        return st.column_config.Column(width=_WIDTHS.get(name), pinned=pinned)
    shape = "%d" if name == "row" else "localized"
    return st.column_config.NumberColumn(format=shape, pinned=pinned)


def _marked(frame: pl.DataFrame, faulty: pl.DataFrame) -> Styler:
    """A page with its faulty cells colored."""
    table = frame.to_pandas().set_index("row", drop=False)
    colors = table.map(lambda _: "").astype(object)
    for row, column in faulty.iter_rows():
        colors.loc[row, column] = _FAULTY
    return table.style.apply(lambda _: colors, axis=None)
