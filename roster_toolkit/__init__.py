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
    from roster_toolkit.attempts import compare_attempts
    from roster_toolkit.causes import Cause
    from roster_toolkit.cli_subprocess import command_line
    from roster_toolkit.derive import (
        DictionaryRow,
        ExampleTable,
        Explanation,
        ToldRule,
        dictionary_rows,
        explain,
        explain_lines,
        pandera_schema,
        template_csv,
        told_rules,
    )
    from roster_toolkit.districts import StoredDistrict
    from roster_toolkit.districts_store import Store
    from roster_toolkit.drilldown import Selection
    from roster_toolkit.impact.mass_change import mass_changes, removed_classes
    from roster_toolkit.impact.preview import Impact, Outcome
    from roster_toolkit.impact.record import RecordView
    from roster_toolkit.ingest import read_upload
    from roster_toolkit.model import Evidence, Fix, Part, Profile, Rule, Severity, Upload
    from roster_toolkit.operations.importing import Imported, import_data, import_schools
    from roster_toolkit.operations.processing import Processed, process
    from roster_toolkit.profile import load_profile, profile_names
    from roster_toolkit.repair import apply_fixes
    from roster_toolkit.repair.placeholders import Placeholders, fill_placeholder_addresses
    from roster_toolkit.report.cause_view import ToldCause
    from roster_toolkit.report.tables import difference_csv
    from roster_toolkit.reviewing.many import Reviews, review_files
    from roster_toolkit.reviewing.review import Repair, Review, Verdict, review
    from roster_toolkit.rosters.changes import key_at
    from roster_toolkit.rosters.compare import Compared
    from roster_toolkit.rosters.difference import Difference, difference
    from roster_toolkit.rosters.directory import ClassList, Directory, Person
    from roster_toolkit.rosters.export import users_csv
    from roster_toolkit.rosters.oneroster.reading import read_oneroster
    from roster_toolkit.rosters.roster import Kind, Roster
    from roster_toolkit.rules.custom import col, rule
    from roster_toolkit.rules.registry import catalogue
    from roster_toolkit.sample_workspace import Story, sample_story
    from roster_toolkit.samples import sample_district
    from roster_toolkit.store import Snapshot, profile_of_source
    from roster_toolkit.text import row_ranges

__all__ = [
    "Cause",
    "ClassList",
    "Compared",
    "DictionaryRow",
    "Difference",
    "Directory",
    "Evidence",
    "ExampleTable",
    "Explanation",
    "Fix",
    "Impact",
    "Imported",
    "Kind",
    "Outcome",
    "Part",
    "Person",
    "Placeholders",
    "Processed",
    "Profile",
    "ProfileError",
    "RecordView",
    "Repair",
    "Review",
    "Reviews",
    "Roster",
    "Rule",
    "Selection",
    "Severity",
    "Snapshot",
    "Store",
    "StoredDistrict",
    "Story",
    "ToldCause",
    "ToldRule",
    "ToolkitError",
    "UnreadableFile",
    "Upload",
    "UsageError",
    "Verdict",
    "apply_fixes",
    "catalogue",
    "col",
    "command_line",
    "compare_attempts",
    "dictionary_rows",
    "difference",
    "difference_csv",
    "explain",
    "explain_lines",
    "fill_placeholder_addresses",
    "import_data",
    "import_schools",
    "key_at",
    "load_profile",
    "mass_changes",
    "pandera_schema",
    "process",
    "profile_names",
    "profile_of_source",
    "read_oneroster",
    "read_upload",
    "removed_classes",
    "review",
    "review_files",
    "row_ranges",
    "rule",
    "sample_district",
    "sample_story",
    "template_csv",
    "told_rules",
    "users_csv",
]

_HOMES = {
    "Cause": "causes",
    "ClassList": "lookup",
    "Compared": "rosters.compare",
    "DictionaryRow": "derive",
    "Difference": "diff",
    "Directory": "lookup",
    "Evidence": "model",
    "ExampleTable": "derive",
    "Explanation": "derive",
    "Fix": "model",
    "Impact": "impact.foresee",
    "Imported": "importing",
    "Kind": "rosters.roster",
    "Outcome": "impact.foresee",
    "Part": "model",
    "Person": "lookup",
    "Placeholders": "fixes.placeholders",
    "Processed": "processing",
    "Profile": "model",
    "RecordView": "impact.tracing",
    "Repair": "reviewing.review",
    "Review": "reviewing.review",
    "Reviews": "reviewing.many",
    "Roster": "rosters.roster",
    "Rule": "model",
    "Selection": "drilldown",
    "Severity": "model",
    "Snapshot": "store",
    "Store": "districts_store",
    "StoredDistrict": "districts",
    "Story": "story",
    "ToldCause": "report.told",
    "ToldRule": "derive",
    "Upload": "model",
    "Verdict": "reviewing.review",
    "apply_fixes": "fixes",
    "catalogue": "rules.registry",
    "col": "rules.own",
    "command_line": "other_process",
    "compare_attempts": "attempts",
    "dictionary_rows": "derive",
    "difference": "diff",
    "difference_csv": "report.tables",
    "explain": "derive",
    "explain_lines": "derive",
    "fill_placeholder_addresses": "fixes.placeholders",
    "import_data": "importing",
    "import_schools": "importing",
    "key_at": "rosters.chronicle",
    "load_profile": "profile",
    "mass_changes": "impact.guard",
    "pandera_schema": "derive",
    "process": "processing",
    "profile_names": "profile",
    "profile_of_source": "store",
    "read_oneroster": "oneroster.reading",
    "read_upload": "ingest",
    "removed_classes": "impact.guard",
    "review": "reviewing.review",
    "review_files": "reviewing.many",
    "row_ranges": "phrases",
    "rule": "rules.own",
    "sample_district": "samples",
    "sample_story": "story",
    "template_csv": "derive",
    "told_rules": "derive",
    "users_csv": "export",
}


def _picture_of(shown: object) -> object:
    return import_module(f"{__name__}.pictures").picture_of(shown)


def __getattr__(name: str) -> object:
    """The public name, from the module where it lives."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = import_module(f"{__name__}.{_HOMES[name]}")
    import_module(f"{__name__}.showing").show_with(_picture_of)
    found = getattr(home, name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """The public names, for completion."""
    return sorted(__all__)
