"""The records that the whole toolkit speaks in: data dictionary, rules, uploads.

They are frozen, know nothing of files or engines, and import nothing heavy, so that the command
line can answer `--help` without loading Polars.
"""

from roster_toolkit.model.profile import (
    Column,
    Effect,
    Entity,
    Evidence,
    HeaderNeed,
    Kind,
    OneRoster,
    Part,
    Profile,
    Requirement,
    RuleSetting,
    Season,
    Severity,
    Vocabulary,
)
from roster_toolkit.model.rule import (
    Fix,
    Rule,
    RuleWords,
    Scope,
)
from roster_toolkit.model.upload import (
    ERROR_FILE_COLUMNS,
    ERROR_FILE_MARK,
    ERROR_FILE_SHEET,
    NO_CELL,
    HeaderCell,
    HeaderMatch,
    Obstacle,
    Remark,
    Upload,
)

__all__ = [
    "ERROR_FILE_COLUMNS",
    "ERROR_FILE_MARK",
    "ERROR_FILE_SHEET",
    "NO_CELL",
    "Column",
    "Effect",
    "Entity",
    "Evidence",
    "Fix",
    "HeaderCell",
    "HeaderMatch",
    "HeaderNeed",
    "Kind",
    "Obstacle",
    "OneRoster",
    "Part",
    "Profile",
    "Remark",
    "Requirement",
    "Rule",
    "RuleSetting",
    "RuleWords",
    "Scope",
    "Season",
    "Severity",
    "Upload",
    "Vocabulary",
]
