"""The header line of a file with its faults marked beneath, and the line as it should be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roster_toolkit.causes import (
    SPLIT,
    header_of_both_names,
    header_that_fits,
    raggedness_of,
)
from roster_toolkit.model import HeaderCell, HeaderMatch, HeaderNeed, Obstacle, Profile, Upload
from roster_toolkit.report.phrases import listed, printable

_LONGEST = 30


@dataclass(frozen=True, slots=True)
class HeaderLine:
    """What to show of a header line that has faults."""

    marked: tuple[str, ...]
    """Lines by twos: headers, and carets under those at fault."""
    corrected: str
    """The line to copy."""
    changes: str
    """What has to happen to the columns beneath it; empty where names alone change."""


def header_line(upload: Upload, profile: Profile, width: int, *, values: bool) -> HeaderLine | None:
    """The header line, or None where nothing is wrong with it or there is none."""
    if not upload.header or upload.obstacle is Obstacle.OTHER_FORMAT:
        return None
    absent = _absent(upload, profile)
    if not absent and all(header.match is HeaderMatch.EXACT for header in upload.header):
        return None
    names = [column.name for column in profile.columns.values()]
    if not any(header.key for header in upload.header):
        return HeaderLine(
            tuple(_marked(upload, width, values=values)),
            ",".join(names),
            "The header line may be missing: put this one above the first row.",
        )
    ragged = raggedness_of(upload, profile)
    if ragged is not None and ragged.of_header:
        fits = ",".join(header_that_fits(ragged, upload, profile))
        return HeaderLine(tuple(_marked(upload, width, values=values)), fits, "")
    both = header_of_both_names(upload, profile)
    kept = _kept(upload, profile, both)
    absent = [name for name in absent if name not in kept]
    deleted = len(upload.header) - len(kept) + (1 if both is not None else 0)
    return HeaderLine(
        tuple(_marked(upload, width, values=values)),
        ",".join((*kept, *absent)),
        _changes(deleted, absent, split=both is not None),
    )


def _absent(upload: Upload, profile: Profile) -> list[str]:
    """Names of required columns that no header means, not even probably."""
    present = {header.key for header in upload.header}
    return [
        column.name
        for column in profile.columns.values()
        if column.header is not HeaderNeed.OPTIONAL and column.key not in present
    ]


def _kept(upload: Upload, profile: Profile, both_names: str | None) -> list[str]:
    """The headers that remain, under their right names, each once; two for both names in one."""
    keys: dict[str, None] = {}
    for header in upload.header:
        if header.key:
            keys[header.key] = None
        elif header.typed == both_names:
            keys |= dict.fromkeys(SPLIT)
    return [profile.columns[key].name for key in keys]


def _changes(deleted: int, added: list[str], *, split: bool) -> str:
    parts = ["split the column of names at its comma"] if split else []
    if deleted:
        parts.append("delete the columns that do not belong or stand twice")
    if added:
        parts.append(f"add {listed(added)} at the end")
    return f"With it, {listed(parts)}." if parts else ""


def _marked(upload: Upload, width: int, *, values: bool) -> Iterator[str]:
    """Headers and carets, broken into lines between two headers."""
    headers, carets = "", ""
    for place, header in enumerate(upload.header, start=1):
        typed = _shown(header, place, values=values)
        comma = "" if place == len(upload.header) else upload.delimiter.replace("\t", "⇥")
        if headers and len(headers) + len(typed) + len(comma) > width:
            yield from (headers, carets.rstrip())
            headers, carets = "", ""
        mark = " " if header.match is HeaderMatch.EXACT else "^"
        headers += typed + comma
        carets += mark * max(len(typed), 1) + " " * len(comma)
    yield from (headers, carets.rstrip())


def _shown(header: HeaderCell, place: int, *, values: bool) -> str:
    """A header as typed; without values only where it is certain to be a name of ours."""
    if not values and not header.certain and header.match is not HeaderMatch.REPEATED:
        return f"(column {place})"
    return printable(header.typed, _LONGEST) or "(blank)"
