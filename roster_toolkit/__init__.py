"""Roster Toolkit: what a users.csv would do, before anything is sent.

The public API, re-exported. Names are imported when they are first used, so that a program which
needs one of them does not load Polars, DuckDB and Pandera for the others.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from roster_toolkit.errors import (
    ProfileError,
    ToolkitError,
    UnreadableFile,
    UsageError,
)

if TYPE_CHECKING:
    from roster_toolkit.causes import Cause
    from roster_toolkit.derive import explain, pandera_schema, template_csv
    from roster_toolkit.fixes import apply_fixes
    from roster_toolkit.impact import Impact
    from roster_toolkit.ingest import read_upload
    from roster_toolkit.model import Profile, Rule, Upload
    from roster_toolkit.profile import load_profile, profile_names
    from roster_toolkit.review import Review, Verdict, review
    from roster_toolkit.rules.registry import catalogue as rules
    from roster_toolkit.samples import sample_district

__all__ = [
    "Cause",
    "Impact",
    "Profile",
    "ProfileError",
    "Review",
    "Rule",
    "ToolkitError",
    "UnreadableFile",
    "Upload",
    "UsageError",
    "Verdict",
    "apply_fixes",
    "explain",
    "load_profile",
    "pandera_schema",
    "profile_names",
    "read_upload",
    "review",
    "rules",
    "sample_district",
    "template_csv",
]

_HOMES = {
    "Cause": "causes",
    "Impact": "impact",
    "Profile": "model",
    "Review": "review",
    "Rule": "model",
    "Upload": "model",
    "Verdict": "review",
    "apply_fixes": "fixes",
    "explain": "derive",
    "load_profile": "profile",
    "pandera_schema": "derive",
    "profile_names": "profile",
    "read_upload": "ingest",
    "review": "review",
    "rules": "rules.registry",
    "sample_district": "samples",
    "template_csv": "derive",
}


def __getattr__(name: str) -> object:
    """The public name, from the module where it lives."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = import_module(f"{__name__}.{_HOMES[name]}")
    found = getattr(home, "catalogue" if name == "rules" else name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """The public names, for completion."""
    return sorted(__all__)
