"""The repair bench: safe repairs, and those that a person said yes to, byte-true elsewhere.

Repairs are tried on the table in memory, judged again by all rules, and taken back where they would
make a new error. Only then is the file written, from its own bytes wherever they can stay.
"""

from __future__ import annotations

from roster_toolkit.fixes.confirm import Confirmed
from roster_toolkit.fixes.files import (
    Drafted,
    apply_fixes,
    draft_repairs,
    fix_file,
    name_of_copy,
    repairable,
    write_fixed,
)
from roster_toolkit.fixes.log import NOT_CONFIRMED
from roster_toolkit.fixes.model import Fixed
from roster_toolkit.fixes.offer import repairs_on_offer

__all__ = [
    "NOT_CONFIRMED",
    "Confirmed",
    "Drafted",
    "Fixed",
    "apply_fixes",
    "draft_repairs",
    "fix_file",
    "name_of_copy",
    "repairable",
    "repairs_on_offer",
    "write_fixed",
]
