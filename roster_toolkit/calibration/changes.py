"""Changes to a profile while they are being found, and the profile that they make of another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from roster_toolkit.calibration.model import About, Sure
from roster_toolkit.calibration.toml_text import toml_text
from roster_toolkit.errors import UsageError
from roster_toolkit.model import Profile
from roster_toolkit.profile import overlaid, profile_of_text
from roster_toolkit.text import quoted


@dataclass(frozen=True)
class Change:
    """One change: what it lays over the profile, and what speaks for it."""

    about: About
    column: str
    before: str
    after: str
    why: str
    patch: Mapping[str, Any]
    sources: tuple[str, ...] = ()
    rows_for: int = 0
    rows_against: int = 0
    example_row: int | None = None
    sure: Sure = Sure.LIKELY
    otherwise: Mapping[str, Any] = field(default_factory=dict)
    """What is laid over the profile where the change is declined."""

    @property
    def place(self) -> tuple[About, str]:
        """What it changes; a later change of the same place takes its place."""
        return self.about, self.column


@dataclass
class Changes:
    """The changes found so far, over the tables of a profile."""

    base: Profile
    onto: Mapping[str, Any]
    """The tables that the changes are laid over."""
    found: dict[tuple[About, str], Change] = field(default_factory=dict)

    def add(self, changes: Iterable[Change]) -> None:
        """Take changes in; one that changes nothing takes an earlier one of its place back."""
        for change in changes:
            self.found.pop(change.place, None)
            if change.before != change.after:
                self.found[change.place] = change

    def extend(self, change: Change) -> None:
        """Take a change in beside an earlier one of its place."""
        earlier = self.found.get(change.place)
        if earlier is not None:
            change = replace(
                change,
                before=earlier.before,
                patch=overlaid(earlier.patch, change.patch),
                sources=tuple(dict.fromkeys((*earlier.sources, *change.sources))),
                rows_for=earlier.rows_for + change.rows_for,
            )
        self.found[change.place] = change

    def tables(self, chosen: Iterable[Change] | None = None) -> dict[str, Any]:
        """The tables that the changes lay over the base, one's own beneath them."""
        tables: dict[str, Any] = dict(self.onto)
        for change in self.found.values() if chosen is None else chosen:
            tables = overlaid(tables, change.patch)
        return tables

    def profile(self, chosen: Iterable[Change] | None = None) -> Profile:
        """The profile with the changes made."""
        return profile_of(self.tables(chosen), self.base)


def profile_of(
    tables: Mapping[str, Any], base: Profile, label: str = "the learned profile"
) -> Profile:
    """The profile of some tables, with what else must follow from them."""
    return profile_of_text(toml_text(with_consequences(tables, base)), label)


def with_consequences(tables: Mapping[str, Any], base: Profile) -> dict[str, Any]:
    """The tables with roles, example rows and order as the learned values have them.

    What the base says of administrators, of OneRoster's roles and in the template's rows is said in
    the base's words; a learned profile says it in the portal's.
    """
    told = {
        key: _translation(key, tables, base)
        for key, column in base.columns.items()
        if column.vocabulary
    }
    roles = told.get("userRole", {})
    more: dict[str, Any] = {}
    if any(theirs != ours for ours, theirs in roles.items()):
        more["parts"] = {
            part: [roles.get(r, r) for r in named] for part, named in base.parts.items()
        }
        more["oneroster"] = {"roles": {r: roles.get(v, v) for r, v in base.oneroster.roles.items()}}
    columns = tables.get("columns", {})
    changed = any(o != t for words in told.values() for o, t in words.items()) or bool(columns)
    if changed and base.template_rows:
        more["template_rows"] = [
            _example_row(row, told, tables, base) for row in base.template_rows
        ]
    return overlaid(tables, more)


def _translation(key: str, tables: Mapping[str, Any], base: Profile) -> dict[str, str]:
    """Each of the base's values of a column, and the portal's first spelling of it."""
    column = base.columns[key]
    name = tables.get("columns", {}).get(key, {}).get("vocabulary", column.vocabulary)
    given = tables.get("vocabularies", {}).get(name, {})
    accepts = given.get("accepts")
    ours = base.vocabularies[column.vocabulary or ""]
    if not accepts:
        return {value: value for value in ours.accepts}
    meanings, others = given.get("means", {}), given.get("safe", {})
    translated = {}
    for value in ours.accepts:
        same = [v for v in accepts if value.lower() in (v.lower(), *others.get(v, ()))]
        alike = [v for v in accepts if meanings and meanings.get(v) == ours.means.get(value)]
        translated[value] = value if value in accepts else next(iter((*same, *alike, *accepts)))
    return translated


def _example_row(
    row: Mapping[str, str],
    told: Mapping[str, Mapping[str, str]],
    tables: Mapping[str, Any],
    base: Profile,
) -> dict[str, str]:
    """An example row of the template in the portal's words, with what the portal asks for."""
    columns = tables.get("columns", {})
    spelled = {
        key: told.get(key, {}).get(value, value)
        for key, value in row.items()
        if not columns.get(key, {}).get("absent")
    }
    student = base.values_meaning("userRole", "student")
    whose = "students" if row.get("userRole") in student else "staff"
    for key, column in columns.items():
        need = column.get("requirement")
        asked = need.get(whose) if isinstance(need, Mapping) else need
        if asked in ("required", "with-class", "staff-with-class") and not spelled.get(key):
            accepts = (
                tables.get("vocabularies", {}).get(column.get("vocabulary", ""), {}).get("accepts")
            )
            ours = list(told.get(key, {}).values())
            spelled[key] = (accepts or ours or [f"{100 + len(spelled)}"])[-1]
        if asked == "blank":
            spelled.pop(key, None)
    return spelled


def day_of(given: str | None) -> str:
    """A day as `YYYY-MM-DD`, today where none is given."""
    if given is None:
        return datetime.now(UTC).date().isoformat()
    try:
        return date.fromisoformat(given).isoformat()
    except (TypeError, ValueError):
        raise UsageError(f"There is no day {quoted(str(given))}; write it as 2026-11-30.") from None
