"""Titles and remedies of causes about the header line."""

from __future__ import annotations

from collections.abc import Iterator

from roster_toolkit.assessment import Assessment
from roster_toolkit.causes import (
    Cause,
    Raggedness,
    header_of_both_names,
    header_that_fits,
    raggedness_of,
)
from roster_toolkit.ingest.headers import LAST_FIRST, absent_headers, visible
from roster_toolkit.model import HeaderCell, HeaderMatch, Rule
from roster_toolkit.report.header_line import twins_that_differ
from roster_toolkit.report.words import Words
from roster_toolkit.rules.file import ragged_row
from roster_toolkit.rules.header import missing_header, repeated_header, unknown_header
from roster_toolkit.rules.registry import rule_of
from roster_toolkit.text import counted, listed, number, quoted

#: Maximum headers that a sentence names.
_HEADERS_NAMED = 5
#: Names up to which a row of one cell may lack cells and not what separates them.
_FEW_NAMES = 3
_RAGGED, _MISSING, _UNKNOWN, _REPEATED = (
    rule_of(judge).code for judge in (ragged_row, missing_header, unknown_header, repeated_header)
)
_CHANGED = (HeaderMatch.CASE, HeaderMatch.ALIAS, HeaderMatch.LIKELY)


def header_heading(cause: Cause, rule: Rule, review: Assessment, words: Words) -> str | None:
    """The title of a cause about the header; None where the rule's own message says it."""
    if cause.code == _RAGGED:
        return ragged_heading(cause, review, words)
    if cause.code == _MISSING and review.upload.lacks_header:
        return "The file has no header row"
    if cause.value is not None:
        return _about_one(cause, rule, review, words)
    if (typed := _both_names(cause, review)) is not None:
        which = quoted(typed, 30) if words.values else "One column"
        return f"{which} has {words.columns_named(cause.columns)} together"
    pairs = _renamed(review) if cause.code == _UNKNOWN else []
    if len(pairs) < cause.members:
        return _unknown(cause, rule, review, words) if pairs else None
    renamings = [_pair(cell, review, words) for cell in pairs[:_HEADERS_NAMED]]
    more = " …" if len(pairs) > _HEADERS_NAMED else ""
    return f"{number(len(pairs))} column names should be different: {', '.join(renamings)}{more}"


def _unknown(cause: Cause, rule: Rule, review: Assessment, words: Words) -> str:
    """The title of unknown headers of which some mean no column: named as they are typed."""
    title = rule.many.format(n=number(cause.members))
    if not words.values:
        return title
    strange = (HeaderMatch.ALIAS, HeaderMatch.LIKELY, HeaderMatch.UNKNOWN)
    typed = [cell.typed for cell in review.upload.header if cell.match in strange]
    named = [quoted(name, 30) for name in typed if visible(name)]
    more = " …" if len(named) > _HEADERS_NAMED else ""
    return f"{title}: {', '.join(named[:_HEADERS_NAMED])}{more}"


def header_remedy(cause: Cause, rule: Rule, review: Assessment, words: Words) -> str:
    """The remedy for a cause about the header."""
    if plain := _remedy_of_kind(cause, review, words):
        return plain
    if cause.members == 1:
        if renamed := _renaming(cause, review):
            return "Rename it." if renamed.certain else "Rename it, or delete the column."
        return words.how_to_fix(rule, _key_of(cause, review))
    if cause.code == _UNKNOWN:
        return " ".join(_of_many(cause, review, words))
    return rule.fix_many or words.how_to_fix(rule, None)


def _remedy_of_kind(cause: Cause, review: Assessment, words: Words) -> str | None:
    """The remedy for a header fault of a recognized kind; None for any other."""
    if cause.code == _RAGGED:
        return ragged_remedy(review, words)
    if cause.code == _MISSING and review.upload.lacks_header:
        return "Put the header row above the first row, as it is shown; each name over its column."
    if cause.code == _UNKNOWN and cause.members == 1:
        return _of_nobody(cause.value or "", review) or _superfluous(cause, review)
    if cause.code == _REPEATED:
        return _misnamed(review, words)
    if _both_names(cause, review) is not None:
        return f"Split it at the comma into {words.columns_named(LAST_FIRST)}."
    return None


def _of_nobody(typed: str, review: Assessment) -> str | None:
    """What to do about a header, or columns without a name, over nothing of anybody."""
    at = review.upload.index_column
    if at is not None and review.upload.header[at].typed == typed:
        return "Delete this column: it only counts the rows."
    return None if typed else _nameless(review)


def _superfluous(cause: Cause, review: Assessment) -> str | None:
    """What to do about the one header of no column of the portal's, where none is missing.

    It may be meant as one that need not be there: then the column is not to be deleted.
    """
    upload, profile = review.upload, review.profile
    if _key_of(cause, review) or absent_headers(upload.header, profile):
        return None
    present = {header.key for header in upload.header}
    others = [c.name for c in profile.columns.values() if c.judged and c.key not in present]
    if others:
        return f"If it holds {listed(others, 'or')}, name it so; else delete the column."
    return "Delete the column: all columns that the portal needs are there."


def _nameless(review: Assessment) -> str | None:
    """What to do about columns without a name that hold nothing."""
    if review.upload.nameless:
        return "Delete the blank columns at the end: they have no name and nothing in them."
    unnamed = [
        cells
        for cell, cells in zip(
            review.upload.header, review.upload.cells.iter_columns(), strict=True
        )
        if not visible(cell.typed)
    ]
    if unnamed and all((cells.str.strip_chars() == "").all() for cells in unnamed):
        return (
            "Delete it: it has no name and nothing in it."
            if len(unnamed) == 1
            else "Delete them: they have no name and nothing in them."
        )
    return None


def _misnamed(review: Assessment, words: Words) -> str | None:
    """What to do about columns of one name that hold different cells while others are missing."""
    absent = absent_headers(review.upload.header, review.profile)
    if not absent or not twins_that_differ(review.upload):
        return None
    return (
        f"Their cells differ, and {words.columns_named(tuple(absent))} "
        f"{'is' if len(absent) == 1 else 'are'} missing: rename one of them."
    )


def _both_names(cause: Cause, review: Assessment) -> str | None:
    """The header of the column that holds both names, where the cause is about it."""
    if cause.code != _MISSING or len(cause.columns) != len(LAST_FIRST):
        return None
    typed = header_of_both_names(review.upload, review.profile)
    return typed if typed in cause.values else None


def _of_many(cause: Cause, review: Assessment, words: Words) -> Iterator[str]:
    """The remedy for several unknown headers: which to rename, what to do with the rest."""
    pairs = _renamed(review)
    if pairs:
        renamings = [_pair(cell, review, words, arrow=" to ") for cell in pairs[:_HEADERS_NAMED]]
        rest = len(pairs) - _HEADERS_NAMED
        where = " as the corrected header row has them" if words.values else ""
        more = [f"{number(rest)} more{where}"] if rest > 0 else []
        which = "" if words.values else "the columns that should be "
        yield f"Rename {which}{listed([*renamings, *more])}."
    if cause.members > len(pairs):
        yield (
            "Rename the others if they are misspellings, or delete their columns."
            if pairs
            else "Rename those that are misspellings, and delete the columns of the others."
        )


def _about_one(cause: Cause, rule: Rule, review: Assessment, words: Words) -> str:
    header = cause.value or ""
    if renamed := _renaming(cause, review):
        typed = f" {quoted(renamed.typed)}" if words.values else ""
        sure = "" if renamed.certain else "probably "
        return f"The column name{typed} should {sure}be {header}"
    key = _key_of(cause, review)
    if not header and rule.names_value:
        return "A column has no name"
    if not words.values and not key:
        return rule.title
    return words.sentence(rule, key, header).removesuffix(".")


def _pair(cell: HeaderCell, review: Assessment, words: Words, arrow: str = " → ") -> str:
    """A header as typed and as it should read; without `words.values` only the latter."""
    header = review.profile.columns[cell.key or ""].name
    if not cell.certain:
        header += " (probably)"
    return f"{quoted(cell.typed, 30)}{arrow}{header}" if words.values else header


def _renamed(review: Assessment) -> list[HeaderCell]:
    """Headers that mean or resemble another name, in the order of the file."""
    matches = (HeaderMatch.ALIAS, HeaderMatch.LIKELY)
    return [cell for cell in review.upload.header if cell.key and cell.match in matches]


def _key_of(cause: Cause, review: Assessment) -> str | None:
    """Key of the column whose header the cause is about."""
    columns = review.profile.columns.values()
    return next((column.key for column in columns if column.name == cause.value), None)


def _renaming(cause: Cause, review: Assessment) -> HeaderCell | None:
    """The header that means or resembles the name that the cause is about."""
    key = _key_of(cause, review)
    if key is None:
        return None
    header = review.upload.header
    return next((cell for cell in header if cell.key == key and cell.match in _CHANGED), None)


# --- uniform raggedness --------------------------------------------------------------------------


def ragged_heading(cause: Cause, review: Assessment, words: Words) -> str | None:
    """The title of uniform raggedness; None where the records differ in several ways."""
    ragged = raggedness_of(review.upload, review.profile)
    if ragged is None or not (ragged.of_header or cause.value == str(ragged.cells)):
        return None
    every = "Every row has" if cause.rows >= review.upload.records else "Nearly every row has"
    many = ragged.cells > ragged.names
    apart = counted(abs(ragged.cells - ragged.names), "cell")
    where = ""
    if many and ragged.surplus and words.values:
        where = f", in the place of {listed(quoted(name, 30) for name in ragged.surplus)}"
    return f"{every} {apart} {'more' if many else 'fewer'} than the header{where}"


def ragged_remedy(review: Assessment, words: Words) -> str | None:
    """The remedy for uniform raggedness."""
    ragged = raggedness_of(review.upload, review.profile)
    if ragged is None:
        return None
    if ragged.cells == 1 and ragged.names > _FEW_NAMES:
        return (
            "Separate the cells of the rows as those of the header are, by commas; no row may "
            "stand in quotation marks as a whole."
        )
    if ragged.missing:
        return _names_to_write(ragged, review, words)
    if ragged.surplus:
        return _names_to_delete(ragged, words)
    if ragged.cells > ragged.names:
        return (
            "Find the cell that has no column name: add the name to the header row, or delete the "
            "column. Put a value that contains a comma in quotation marks."
        )
    return (
        "Find the column that has no cells: delete its name from the header row, or add its cells."
    )


def _names_to_write(ragged: Raggedness, review: Assessment, words: Words) -> str:
    absent = {review.profile.columns[key].name for key in ragged.missing}
    fits = header_that_fits(ragged, review.upload, review.profile)
    names = ",".join(name for name in fits if name in absent)
    if not ragged.surplus:
        return f"Write the missing {names} into the header row, above its cells."
    if not words.values:
        return f"Write {names} in the header row instead of the name at their place."
    instead = listed(quoted(name, 30) for name in ragged.surplus)
    return f"Write {names} in the header row instead of {instead}."


def _names_to_delete(ragged: Raggedness, words: Words) -> str:
    if not words.values or not all(ragged.surplus):
        return "Delete the column names that have no cells below them, and their commas."
    names = listed(quoted(name, 30) for name in ragged.surplus)
    cells = "cells for it" if len(ragged.surplus) == 1 else "cells for them"
    return f"Delete {names} from the header row: no row has {cells}."
