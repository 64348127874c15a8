"""The repair bench: safe repairs, and those that a person said yes to, byte-true elsewhere.

Repairs are tried on the table in memory, judged again by all rules, and taken back where they would
make a new error. Only then is the file written, from its own bytes wherever they can stay.
"""

from __future__ import annotations

from roster_toolkit.repair.apply import (
    Drafted,
    apply_fixes,
    draft_repairs,
    name_of_copy,
    repairable,
    write_fixed,
)
from roster_toolkit.repair.confirm import Confirmed
from roster_toolkit.repair.log import NOT_CONFIRMED
from roster_toolkit.repair.model import Fixed
from roster_toolkit.repair.proposals import repairs_on_offer

__all__ = [
    "NOT_CONFIRMED",
    "Confirmed",
    "Drafted",
    "Fixed",
    "apply_fixes",
    "draft_repairs",
    "name_of_copy",
    "repairable",
    "repairs_on_offer",
    "write_fixed",
]
