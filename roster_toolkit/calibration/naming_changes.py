"""Which column is which, as changes to a profile."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from roster_toolkit.calibration.changes import Change
from roster_toolkit.calibration.model import About, Sure
from roster_toolkit.calibration.naming import Naming
from roster_toolkit.model import Column, Profile

if TYPE_CHECKING:
    from roster_toolkit.calibration.evidence import Evidence


def naming_changes(naming: Naming, evidence: Evidence, base: Profile) -> Iterator[Change]:
    """The portal's names for our columns, its other columns, and those that it does not have."""
    source = evidence.template[0] if evidence.template else ""
    files = tuple(file.name for file in evidence.files)
    stated = (evidence.dictionary[0],) if evidence.dictionary else ()
    sources = (source,) if source else files or stated
    rows = sum(file.rows for file in evidence.files)
    for header, key in naming.keys.items():
        yield _renamed(base.columns[key], header, naming.sure[header], sources, rows)
    for header in naming.extra:
        yield _theirs(header, sources, rows)
    sure = Sure.CERTAIN if source else Sure.LIKELY
    for key in naming.absent:
        column = base.columns[key]
        if column.identifies is None and (source or column.must_be_there):
            yield Change(
                about=About.COLUMN,
                column=key,
                before=f"{column.name}",
                after="absent",
                why="the portal has no such column",
                patch={"columns": {key: {"absent": True, "evidence": {"name": "seen"}}}},
                sources=sources,
                rows_for=rows,
                sure=sure,
            )


def _renamed(column: Column, header: str, sure: str, sources: tuple[str, ...], rows: int) -> Change:
    patch: dict[str, Any] = {"name": header, "evidence": {"name": "seen"}}
    if header != column.name:
        patch["aliases"] = other_names(column, header)
    return Change(
        about=About.HEADER,
        column=column.key,
        before=column.name,
        after=header,
        why="the header that stands over these cells",
        patch={"columns": {column.key: patch}},
        sources=sources,
        rows_for=rows,
        sure=Sure(sure),
        otherwise={} if sure == Sure.CERTAIN else _unpaired(column, header),
    )


def other_names(column: Column, name: str) -> list[str]:
    """The names by which a column is still recognized once it is called `name`."""
    known = dict.fromkeys((column.name, *column.aliases))
    return [other for other in known if other != name]


def _unpaired(column: Column, header: str) -> dict[str, Any]:
    """What holds where a header is none of ours: the portal has a column more, and lacks ours."""
    absent = {} if column.identifies else {column.key: {"absent": True}}
    return {"columns": {header: _unknown(header), **absent}}


def _theirs(header: str, sources: tuple[str, ...], rows: int) -> Change:
    return Change(
        about=About.COLUMN,
        column=header,
        before="unknown",
        after=header,
        why="the portal has this column",
        patch={"columns": {header: _unknown(header)}},
        sources=sources,
        rows_for=rows,
        sure=Sure.CERTAIN,
    )


def _unknown(header: str) -> dict[str, Any]:
    """The table of a column that the toolkit knows nothing of."""
    return {
        "name": header, "about": "row", "header": "optional", "requirement": "optional",
        "kind": "text", "category": header, "judged": False,
        "description": "A column of your portal's that the toolkit does not know.",
        "evidence": {"name": "seen", "values": "inferred", "requirement": "inferred"},
    }  # fmt: skip
