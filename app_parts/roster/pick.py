"""A list of which one line is picked, to go where it leads."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from app_parts.table import PAGE, paged

if TYPE_CHECKING:
    import polars as pl

_PICKS = "picks"


def picked(
    fetch: Callable[[int], pl.DataFrame], total: int, *, narrowed: tuple[object, ...], alt: str
) -> int | None:
    """Show a list a page at a time, and give the place in all of it that is picked, once.

    Who comes back finds the page where they were, with nothing picked on it: each pick gives the
    table another name. `narrowed` says what the list is narrowed to.
    """
    key = _key(narrowed)
    at: int = st.session_state.get(f"{key}-page", 1)
    line = paged(fetch, total, key=key, alt=alt, pick=True)
    if line is None:
        return None
    st.session_state[_PICKS] = st.session_state.get(_PICKS, 0) + 1
    st.session_state[f"{_key(narrowed)}-page"] = at
    return (at - 1) * PAGE + line


def _key(narrowed: tuple[object, ...]) -> str:
    return f"list-{hash((*map(str, narrowed), st.session_state.get(_PICKS)))}"
