"""What one box finds outside the file: in the roster of its district, and in the other districts.

A page with such a box hands over what was typed: `found_in_rosters(desk, text, district)`. Neither
the text nor a person's ID ever stands in an address.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import streamlit as st

import roster_toolkit as rt
from app_parts.roster.breadcrumbs import Step
from app_parts.roster.data import found_in_store
from app_parts.roster.pick import picked
from app_parts.table import page_of
from app_parts.text import callout, counted, prose

if TYPE_CHECKING:
    from app_parts.session import Desk

_DISTRICT_PAGE = "app_pages/roster.py"
_PERSON = "person"


def found_in_rosters(desk: Desk, text: str, district: str | None) -> None:
    """The hits in the roster of a district and in the others of this store, each a way there.

    `district`: the one whose roster stands first; None where there is none.
    """
    if not text.strip() or not desk.store.path.exists():
        return
    try:
        found = found_in_store(desk.store, text)
    except rt.ToolkitError as trouble:
        callout("The rosters cannot be searched just now.", "careful", detail=str(trouble))
        return
    if found.is_empty():
        own = f"{district}'s roster or in the other districts here" if district else "any roster"
        prose(f"Nothing found in {own}.")
        return
    here = pl.col("district") == (district or "")
    _hits(desk, found.filter(here), f"In {district}'s roster", "Found in the roster", text)
    _hits(desk, found.filter(~here), "In other districts here" if district else "In the districts "
          "here", "Found in other districts", text)  # fmt: skip


def _hits(desk: Desk, hits: pl.DataFrame, place: str, alt: str, text: str) -> None:
    """A page of hits; the line that is picked opens the person or class."""
    if hits.is_empty():
        return
    people = hits.filter(pl.col("kind") == _PERSON).height
    numbers = ((people, "person", "people"), (hits.height - people, "class", "classes"))
    told = " and ".join(counted(*each) for each in numbers if each[0])
    prose(f"{place}: {told}. Pick a line to open it.", strong=True)
    several = hits["district"].n_unique() > 1 or alt == "Found in other districts"
    table = hits.select(
        "name",
        pl.col("key").alias("ID"),
        *(["district"] if several else []),
        pl.when(pl.col("role") == "").then("kind").otherwise("role").alias("who or what"),
        "email",
        "schools",
    )
    line = picked(
        lambda page: page_of(table, page), table.height, narrowed=("find", alt, text), alt=alt
    )
    if line is not None:
        district, kind, key = hits.select("district", "kind", "key").row(line)
        desk.opened[:] = [Step(district, kind, key)]
        place_there = {"section": "Browse", "district": district, "open": "1"}
        st.switch_page(_DISTRICT_PAGE, query_params=place_there)
