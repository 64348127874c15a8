"""By what every file of a batch is judged, packed for another process or machine."""

from __future__ import annotations

import hashlib
import io
import pickle
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cache, cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import cloudpickle
import polars as pl

from roster_toolkit.errors import UsageError
from roster_toolkit.ingest.source import FileSource
from roster_toolkit.model import Profile, Rule
from roster_toolkit.reviewing.judged_by import Known, profile_for, require_season, roster_for
from roster_toolkit.reviewing.review import DEFAULT_SEASON, Review, review
from roster_toolkit.rosters.context import RosterContext
from roster_toolkit.rosters.roster import Roster

#: A criterion more, and results of before are not those of today.
_FORM = 1


@cache
def toolkit_version() -> str:
    """The version of this toolkit, as its package or its pyproject.toml tells."""
    try:
        return version("roster-toolkit")
    except PackageNotFoundError:
        text = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
        return next(
            line.partition('"')[2].rstrip('"')
            for line in text.splitlines()
            if line.startswith("version = ")
        )


@dataclass(frozen=True)
class Criteria:
    """The profile, the roster and the rest by which a file is judged."""

    profile: Profile
    against: RosterContext | None = None
    season: str = DEFAULT_SEASON
    rules: tuple[Rule, ...] = ()
    values: bool = True
    """Whether results may hold cells of the files."""
    findings: bool = True
    """Whether results hold every error and warning, or the problems alone."""

    @cached_property
    def packed(self) -> bytes:
        """The same as bytes, for `unpacked`; UsageError where a rule cannot travel.

        By cloudpickle, since a rule of one's own is often a function of a notebook, which no other
        process could import.
        """
        whole = (self.profile, self.against, self.season, self.rules, self.values, self.findings)
        try:
            return cloudpickle.dumps(whole, protocol=pickle.HIGHEST_PROTOCOL)  # type: ignore[no-any-return]
        except (pickle.PicklingError, TypeError, AttributeError):
            raise UsageError(
                "A rule of your own holds something that another process cannot take; define it "
                "as a plain function."
            ) from None

    @cached_property
    def digest(self) -> str:
        """What tells these criteria from others, the toolkit's version included."""
        told = hashlib.sha256(f"{_FORM} {toolkit_version()}".encode())
        for fact in _facts(self):
            told.update(hashlib.sha256(fact).digest())
        return told.hexdigest()

    def judge(self, data: bytes, name: str) -> Review:
        """The review of one file."""
        return review(
            data, name=name, profile=self.profile, against=self.against, season=self.season,
            rules=self.rules,
        )  # fmt: skip


def _facts(value: object) -> Iterator[bytes]:
    """What criteria consist of, the same in every process.

    Not their packed bytes: these hold what an object has worked out so far, which differs.
    """
    match value:
        case Profile():
            yield f"{value.sha256} {value.file} {value.choice}".encode()
        case Rule():
            yield cloudpickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
        case pl.DataFrame() | pl.Series():
            file = io.BytesIO()
            (value.to_frame() if isinstance(value, pl.Series) else value).rechunk().write_ipc(file)
            yield file.getvalue()
        case tuple():
            for one in value:
                yield from _facts(one)
        case Criteria() | RosterContext() | Roster():
            for field in fields(value):
                yield field.name.encode()
                yield from _facts(getattr(value, field.name))
        case _:
            yield repr(value).encode()


def unpacked(packed: bytes) -> Criteria:
    """The criteria that were packed, by the same version of the toolkit."""
    return Criteria(*pickle.loads(packed))  # noqa: S301  (made by `packed`, of this run)


def criteria_of(
    *,
    profile: str | Path | Profile | None = None,
    against: FileSource | RosterContext | Known | None = None,
    schools: FileSource | None = None,
    season: str = DEFAULT_SEASON,
    rules: Sequence[Rule] = (),
    values: bool = True,
    findings: bool = True,
    **others: Any,  # noqa: ANN401
) -> Criteria:
    """The criteria that the options of a review mean, read once for all files.

    Raises ToolkitError with a sentence where one cannot be used.
    """
    if others:
        raise UsageError(f"{next(iter(others))!r} is an option of one review, not of many.")
    chosen = profile_for(profile, against)
    require_season(season, chosen)
    context = roster_for(against, schools, chosen)
    return Criteria(chosen, context, season, tuple(rules), values, findings)
