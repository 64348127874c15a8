"""The portal's own words for our rules: from its reports, and from its help page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from roster_toolkit.calibration.changes import Change
from roster_toolkit.calibration.model import About, Sure
from roster_toolkit.calibration.report import header_in
from roster_toolkit.derive.explain import explain_lines
from roster_toolkit.rules.registry import catalogue

if TYPE_CHECKING:
    from roster_toolkit.calibration.documents.help_page import HelpEntry
    from roster_toolkit.calibration.texts import Meaning
    from roster_toolkit.model import Profile

#: Share of a text's rows in which the rule finds fault, and of the rule's rows that have the text.
_COVERS, _BACK = 0.8, 0.3


def of_reports(
    meanings: Sequence[Meaning], profile: Profile, sources: tuple[str, ...]
) -> Iterator[Change]:
    """The text that a report has for a rule, in a column or wherever it stands."""
    keys = {column.name: column.key for column in profile.columns.values()}
    best: dict[tuple[str, str], Meaning] = {}
    for found in meanings:
        if (
            found.covers < _COVERS
            or found.back < _BACK
            or not found.code.startswith(("RT1", "RT2", "RT3"))
        ):
            continue
        place = found.code, keys.get(found.header or "", "")
        if place not in best or found.rows > best[place].rows:
            best[place] = found
    for (code, key), found in sorted(best.items()):
        yield _says(code, key, found.text, sources, rows=found.rows, sure=Sure.LIKELY)


def of_help_page(
    entries: Sequence[HelpEntry], profile: Profile, source: str, known: set[str]
) -> Iterator[Change]:
    """The texts of a help page that are plainly about one rule and stand in no report."""
    keys = {column.name: column.key for column in profile.in_file}
    said = set(known)
    for entry in entries:
        lines = explain_lines(entry.text, profile)
        if len(lines) != 1 or not lines[0].fits or lines[0].rules[0].code in said:
            continue
        code = lines[0].rules[0].code
        header = header_in(entry.text, list(keys))
        if header is None:
            said.add(code)
        yield _says(
            code, keys.get(header or "", ""), entry.text, (source,), rows=0, sure=Sure.GUESS
        )


def _says(
    code: str, key: str, text: str, sources: tuple[str, ...], *, rows: int, sure: Sure
) -> Change:
    patch: dict[str, Any] = {"says": text}
    where: Mapping[str, Any] = {"columns": {key: patch}} if key else patch
    return Change(
        about=About.MESSAGE,
        column=f"{code} {key}".strip(),
        before="",
        after=text,
        why=f"what your portal says where we say “{catalogue()[code].title}”",
        patch={"rules": {code: where}},
        sources=sources,
        rows_for=rows,
        sure=sure,
    )
