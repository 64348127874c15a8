"""The one address that a cell means."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from roster_toolkit.rules.addresses import MEANS_NO_ADDRESS, meant_address


@given(st.text("a1.-_@ ;\n", max_size=9).filter(re.compile(MEANS_NO_ADDRESS + r"\Z").match))
def test_the_quick_pattern_leaves_out_no_cell_that_means_an_address(cell: str) -> None:
    """Whatever counts as an address, and whatever domains the file uses."""
    anything = re.compile("")
    assert meant_address(cell, ["a.a1"], anything) is None
