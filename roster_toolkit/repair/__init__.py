"""The repair bench: safe repairs, and those that a person said yes to, byte-true elsewhere.

Repairs are tried on the table in memory, judged again by all rules, and taken back where they would
make a new error. Only then is the file written, from its own bytes wherever they can stay.
"""

from __future__ import annotations

from roster_toolkit.repair.apply import (
    Drafted,
    apply_fixes,
    draft_repairs,
    fixed_by,
    name_of_copy,
    repairable,
    write_fixed,
)
from roster_toolkit.repair.confirm import Confirmed
from roster_toolkit.repair.edits import edited_copy, edits_made, located, places_of, together
from roster_toolkit.repair.edits_file import read_edits
from roster_toolkit.repair.log import NOT_CONFIRMED
from roster_toolkit.repair.model import EDIT, EDITED_CELLS, EDITS, Edits, Fixed
from roster_toolkit.repair.proposals import repairs_on_offer

__all__ = [
    "EDIT",
    "EDITED_CELLS",
    "EDITS",
    "NOT_CONFIRMED",
    "Confirmed",
    "Drafted",
    "Edits",
    "Fixed",
    "apply_fixes",
    "draft_repairs",
    "edited_copy",
    "edits_made",
    "fixed_by",
    "located",
    "name_of_copy",
    "places_of",
    "read_edits",
    "repairable",
    "repairs_on_offer",
    "together",
    "write_fixed",
]
