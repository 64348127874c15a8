"""The header line of a file with its faults marked beneath, and the corrected line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from roster_toolkit.causes import header_that_fits, raggedness_of
from roster_toolkit.cleaning import BLANK
from roster_toolkit.ingest.headers import LAST_FIRST, absent_headers
from roster_toolkit.ingest.pairing import with_pairs
from roster_toolkit.ingest.whole_names import holds_whole_names
from roster_toolkit.model import HeaderCell, HeaderMatch, Obstacle, Profile, Upload
from roster_toolkit.repair.headers import place_of_whole_names
from roster_toolkit.text import listed, printable, quoted

_LONGEST = 30
#: Names of ours from which on a line is a header, however it is written.
_SEVERAL_NAMES = 3
_PERHAPS_MISSING = "The header row may be missing: put this one above the first row."
_NOT_SEPARATED = (
    "The names in the first row are not separated by commas, and it may be so below: save the file "
    "as “CSV UTF-8 (comma delimited)”."
)


@dataclass(frozen=True, slots=True)
class HeaderLine:
    """A header line with faults, marked and corrected."""

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
    absent = absent_headers(upload.header, profile)
    if not absent and all(header.match is HeaderMatch.EXACT for header in upload.header):
        return None
    marked = tuple(_marked(upload, width, values=values))
    if upload.lacks_header:
        first = "row 1" if upload.first_row == 2 else f"row {upload.first_row - 1}"  # noqa: PLR2004
        changes = f"The header row is missing: put this one above {first}, which is a person."
        return HeaderLine(marked, ",".join(_by_content(upload, profile)), changes)
    if not any(header.key for header in upload.header):
        names = ",".join(column.name for column in profile.in_file)
        in_one_cell = _names_within(upload.header, profile) >= _SEVERAL_NAMES
        changes = _NOT_SEPARATED if in_one_cell else _PERHAPS_MISSING
        return HeaderLine(marked, names, changes)
    ragged = raggedness_of(upload, profile)
    if ragged is not None and ragged.of_header:
        return HeaderLine(marked, ",".join(header_that_fits(ragged, upload, profile)), "")
    line = _Corrected(upload, profile, absent, values=values)
    return HeaderLine(marked, ",".join(line.names), line.changes())


def _names_within(headers: tuple[HeaderCell, ...], profile: Profile) -> int:
    """How many of our names stand in the headers, whatever stands around them."""
    typed = " ".join(header.typed for header in headers).casefold()
    return sum(column.name.casefold() in typed for column in profile.in_file)


def twins_that_differ(upload: Upload) -> frozenset[str]:
    """Keys of columns that stand more than once and hold different cells: none is superfluous."""
    places: dict[str, list[int]] = {}
    for place, header in enumerate(upload.header):
        if header.key and header.match is HeaderMatch.REPEATED:
            places.setdefault(header.key, []).append(place)
    return frozenset(
        key
        for key, (first, *others) in places.items()
        if any(
            not upload.cells.to_series(first).equals(upload.cells.to_series(other))
            for other in others
        )
    )


def _by_content(upload: Upload, profile: Profile) -> list[str]:
    """Names for the columns of a file without a header line, inferred from their cells.

    The template's names where the number of columns is that of all columns, or of the required
    ones.
    """
    columns = list(profile.in_file)
    needed = [column for column in columns if column.must_be_there]
    for chosen in (columns, needed):
        if len(chosen) == len(upload.header):
            return [column.name for column in chosen]
    unnamed = (
        HeaderCell(f"{place}", HeaderMatch.UNKNOWN, None) for place in range(len(upload.header))
    )
    paired = with_pairs(tuple(unnamed), upload.cells, profile)
    if not all(cell.key for cell in paired):
        return [column.name for column in columns]
    return [profile.columns[cell.key].name for cell in paired if cell.key]


class _Corrected:
    """The corrected headers, and the changes to the columns that they require."""

    def __init__(
        self, upload: Upload, profile: Profile, absent: list[str], *, values: bool
    ) -> None:
        self.upload, self.profile, self.values = upload, profile, values
        self.names: list[str] = []
        self.deleted, self.blank, self.split, self.misnamed = 0, 0, "", ""
        self.unknown: list[str] = []
        self.absent = list(absent)
        self.apart = place_of_whole_names(upload, profile)
        self.twins = twins_that_differ(upload)
        for place, header in enumerate(upload.header):
            self._take(place, header)
        if not self.absent:
            # Nothing is missing, so an unknown column cannot be a misspelled one.
            self.names = [name for name in self.names if name not in self.unknown]
            self.deleted += len(self.unknown)
            self.unknown = []
        self.names += [profile.columns[key].name for key in self.absent]

    def _take(self, place: int, header: HeaderCell) -> None:
        name = self.profile.columns[header.key].name if header.key else None
        if name is not None:
            if name in self.names and header.key in self.twins and len(self.absent) == 1:
                self._rename_a_twin(header.key, self.absent.pop())
            elif name in self.names:
                self.deleted += 1
            else:
                self.names.append(name)
        elif place == self.upload.index_column or place in self.upload.nameless:
            self.blank += place != self.upload.index_column
        elif place == self.apart:
            self._two_names()
        elif set(LAST_FIRST) <= set(self.absent) and holds_whole_names(
            self.upload, place, self.profile
        ):
            self.split = self._shown(place, header)
            self._two_names()
        elif self.upload.cells.to_series(place).str.contains(BLANK).all():
            self.deleted += 1
        else:
            header_text = printable(header.typed) if self.values else f"(column {place + 1})"
            self.names.append(header_text)
            self.unknown.append(header_text)

    def _rename_a_twin(self, key: str, missing: str) -> None:
        """One of two columns of a name takes the one that is missing, in the template's order."""
        name, meant = self.profile.columns[key].name, self.profile.columns[missing].name
        self.misnamed = f"see which of the two columns {name} is {meant}"
        order = list(self.profile.columns)
        if order.index(missing) < order.index(key):
            self.names[self.names.index(name)], meant = meant, name
        self.names.append(meant)
        self.misnamed = (
            f"see which of the two columns {name} is {self.profile.columns[missing].name}"
        )

    def _two_names(self) -> None:
        self.names += [self.profile.columns[key].name for key in LAST_FIRST]
        self.absent = [key for key in self.absent if key not in LAST_FIRST]

    def _shown(self, place: int, header: HeaderCell) -> str:
        return quoted(header.typed, _LONGEST) if self.values else f"column {place + 1}"

    def changes(self) -> str:
        """The required changes to the columns, in a sentence or two; blank where there are none."""
        parts = []
        if self.upload.index_column is not None:
            parts.append("delete the first column, which only counts the rows")
        if self.blank:
            parts.append("delete the blank columns at the end")
        if self.split:
            names = listed([self.profile.columns[key].name for key in LAST_FIRST])
            parts.append(f"divide {self.split}, which has “Last, First”, into {names}")
        if self.misnamed:
            parts.append(self.misnamed)
        if self.deleted:
            parts.append("delete the columns that do not belong or are there twice")
        missing = [self.profile.columns[key].name for key in self.absent]
        if missing and not self.unknown:
            parts.append(f"add {listed(missing)} at the end")
        sentences = [f"With it, {listed(parts)}."] if parts else []
        if missing and self.unknown:
            unknown = [quoted(text, _LONGEST) for text in self.unknown]
            what = listed(unknown) if self.values else "the columns with unknown names"
            sentences.append(f"First see what is in {what}: it may be {listed(missing, 'or')}.")
        return " ".join(sentences)


def _marked(upload: Upload, width: int, *, values: bool) -> Iterator[str]:
    """Pairs of lines, headers and carets, wrapped between two headers."""
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
    """A header as typed; without values only where it certainly is a column's name."""
    if not values and not header.certain and header.match is not HeaderMatch.REPEATED:
        return f"(column {place})"
    return printable(header.typed, _LONGEST) or "(blank)"
