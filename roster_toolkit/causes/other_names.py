"""Headers that are perhaps right: names of columns that we merely assumed or inferred otherwise."""

from __future__ import annotations

from roster_toolkit.model import Column, HeaderCell, HeaderMatch, Profile, Upload


def headers_called_otherwise(upload: Upload, profile: Profile) -> tuple[HeaderCell, ...]:
    """The headers that may be the portal's own names for columns whose names are not known.

    In the order of the file. Empty where a name that is known does not stand in the file exactly,
    and where something besides names is wrong with the header line: then the portal does reject it.
    A header that means no column of ours counts where a column that must be there is missing.
    """
    if upload.obstacle or upload.lacks_header or upload.index_column is not None:
        return ()
    missing = missing_names(upload, profile)
    if any(column.name_known for column in missing):
        return ()
    otherwise = []
    for cell in upload.header:
        column = profile.columns[cell.key] if cell.key else None
        if _at_fault(cell, column):
            return ()
        if cell.match is HeaderMatch.EXACT:
            continue
        if (not column.name_known) if column else missing:
            otherwise.append(cell)
    return tuple(otherwise)


def missing_names(upload: Upload, profile: Profile) -> tuple[Column, ...]:
    """Columns that must be there and whose name does not stand in the file exactly so."""
    exact = {cell.key for cell in upload.header if cell.match is HeaderMatch.EXACT}
    return tuple(
        column for column in profile.in_file if column.must_be_there and column.key not in exact
    )


def _at_fault(cell: HeaderCell, column: Column | None) -> bool:
    """Whether a header is wrong whatever the portal calls its columns.

    What merely resembles a known name, or stands at its place, may be another column.
    """
    if cell.match is HeaderMatch.REPEATED or not cell.typed.strip():
        return True
    return (
        column is not None
        and column.name_known
        and cell.match in (HeaderMatch.CASE, HeaderMatch.ALIAS)
    )
