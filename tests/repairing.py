"""A file repaired, with the checks of the file before and after, for tests of repairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from roster_toolkit.ingest import read_upload
from roster_toolkit.model import Profile, Upload
from roster_toolkit.repair import Fixed, apply_fixes
from roster_toolkit.rosters.context import RosterContext
from roster_toolkit.validate import Validation, validate


@dataclass(frozen=True)
class Repaired:
    """A repaired file with the checks of the file before and after."""

    fixed: Fixed
    before: Validation
    after: Validation
    upload: Upload
    """The repaired file as it was read again."""


def fix_file(
    source: str | Path | bytes,
    *,
    profile: Profile,
    confirm: Sequence[str] = (),
    against: RosterContext | None = None,
    name: str | None = None,
) -> Repaired:
    """A file repaired, with the checks before and after."""
    upload = read_upload(source, profile, name=name)
    before = validate(upload, profile, against)
    fixed = apply_fixes(source, upload, before, profile, confirm=confirm, against=against)
    again = read_upload(fixed.data, profile, name=upload.name)
    return Repaired(fixed, before, validate(again, profile, against), again)
