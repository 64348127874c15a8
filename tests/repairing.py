"""A file repaired, with the checks of the file before and after, for tests of repairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
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
    profile: Profile
    against: RosterContext | None
    name: str

    @cached_property
    def upload(self) -> Upload:
        """The repaired file as it is read again, by the tests that ask for it."""
        return read_upload(self.fixed.data, self.profile, name=self.name)

    @cached_property
    def after(self) -> Validation:
        """What is wrong with it still."""
        return validate(self.upload, self.profile, self.against)


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
    return Repaired(fixed, before, profile, against, upload.name)
