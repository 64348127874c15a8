"""Cells without invisible characters and surrounding white space."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from roster_toolkit.cleaning import clean, cleaned

_SIGNS = "aZ~! .\t\n\r\x0b\x7f\u00a0\u00ad\u0085\u200b\ufeffÃéá»"


@given(st.lists(st.text(_SIGNS, max_size=6), max_size=8))
def test_many_cells_are_cleaned_as_each_of_them_is(cells: list[str]) -> None:
    typed = pl.Series("cell", cells, pl.String)
    each = typed.to_frame().select(clean(pl.col("cell"))).to_series()
    assert cleaned(typed).to_list() == each.to_list()
    assert typed.to_list() == cells, "the cells as they were typed stay"
