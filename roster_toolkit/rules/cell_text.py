"""RT1xx: what happened to the text of a cell on its way, in a spreadsheet or a wrong encoding.

The functions are those of `cell`: they get the column and the profile, and return an expression
over `value` (cleaned) and `raw` (as typed), or None.
"""

# ruff: noqa: RUF001  (signs that are taken for other signs are the subject)

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import polars as pl

from roster_toolkit.model import (
    Column,
    Entity,
    Evidence,
    Fix,
    Profile,
    RuleWords,
    Scope,
    Severity,
    Vocabulary,
)
from roster_toolkit.rules.registry import rule

if TYPE_CHECKING:
    from roster_toolkit.garble import Reading

VALUE = pl.col("value")
RAW = pl.col("raw")
FILLED = VALUE != ""
#: More signs that separate cells than stand in a value of several lines, if it is one value.
_CELLS_OF_A_ROW = r"^(?:[^,;\t|^~]*[,;\t|^~]){8}"
#: What a closer look may find garbled; everything else certainly is not.
_SUSPECT = (
    r"[^\x00-\x7F\p{L}\p{M}\p{N}]|[³¹¼½¾]|[ÂÃĂŸƒ]|[A-Za-z][ŽŠŒ]|[ÄÅÐÑ][ŒœŽžŠšª-º]|[A-Z][šœžÕ]|Õs"
    r"|[A-Za-z][a-z]+[À-Ý]|[A-Za-z][ⁿΓΘΣΦΩα-ω]"
    r"|\\u[0-9A-Fa-f]{4}|\\['’\"]|%(?:2|[C-F])[0-9A-F]|=[C-F][0-9A-F]=[0-9A-F]{2}"
    r"|[\x00-\x08\x0B\x0C\x0E-\x1F\x7F]|&[#A-Za-z][A-Za-z0-9]*;|\p{L}\?|\?\p{L}"
)


@rule(
    "RT105", "stray-whitespace",
    scope=Scope.CELL, severity=Severity.WARNING, evidence=Evidence.ASSUMED,
    title="Extra spaces or invisible characters",
    many="{n} values in {column} with extra spaces or invisible characters",
    message="{value} has extra spaces around it or invisible characters in it.",
    how_to_fix="Remove the extra spaces and invisible characters.",
    # Said of the file, which has no column: cells that are blank and have no header.
    in_column={"": RuleWords(
        title="Blank cells after the last column",
        message="There are blank cells after the last column.",
        how_to_fix="Delete them; nothing is in them.",
    )},
    fixes=(Fix.SAFE,), suggest=lambda column, profile: {Fix.SAFE: VALUE},
    also_said=("leading or trailing spaces", "extra spaces in the field",
               "whitespace around the value", "invisible or non-printing characters",
               "value needs to be trimmed"),
    bad={"userLastName": [" Lee", "Lee\u200b", "Lee\u00a0"]},
    good={"userLastName": ["Lee", "de la Cruz"]},
)  # fmt: skip
def stray_whitespace(column: Column, profile: Profile) -> pl.Expr | None:
    """Spaces that nobody sees; the toolkit reads the value without them, the portal may not."""
    return FILLED & (RAW != VALUE)


@rule(
    "RT114", "rows-in-a-cell",
    scope=Scope.CELL, severity=Severity.ERROR, evidence=Evidence.INFERRED,
    title="Whole rows are inside one cell",
    many="{n} cells in {column} with whole rows inside",
    message="Whole rows are inside this cell: a quotation mark is closed too late.",
    how_to_fix="In a text editor, delete the quotation mark at the start of this cell, or close it "
    "right behind the value.",
    supersedes=("RT103", "RT104", "RT102", "RT105", "RT109", "RT111", "RT113"),
    also_said=("unbalanced quotation marks", "rows swallowed by a quotation mark",
               "several records in one field", "field contains line breaks"),
    bad={"userFirstName": ["Bo,Lee,bo@school.org,3,,,,\n,0711,S3,Student,Cy"]},
    good={"userFirstName": ["Bo"], "classId": ["C1"], "className": ["Art,\nMusic"],
          "classGrade": ["3"]},
)  # fmt: skip
def rows_in_a_cell(column: Column, profile: Profile) -> pl.Expr | None:
    """Between two stray quotation marks, whole rows become one long value.

    Nobody in these rows is enrolled, and no other rule sees them. A name may hold a line break, and
    commas too, but not as many as a row.
    """
    return VALUE.str.contains(r"[\r\n]") & VALUE.str.contains(_CELLS_OF_A_ROW)


def _before_the_spreadsheet(column: Column, profile: Profile) -> Mapping[Fix, pl.Expr]:
    """`3-5`, where a spreadsheet made the fifth of March of it; `0101` for `="0101"`."""
    kind, vocabulary = profile.kinds[column.kind], profile.vocabulary_of(column)
    guesses = [VALUE.str.extract('^="([^"]+)"$')]
    if kind.digits_kept or vocabulary:
        guesses.append(VALUE.str.extract("^['’‘`](.+)$"))
    if kind.digits_kept:
        guesses.append(VALUE.str.extract(r"^([0-9]+)\.0*$"))
    if kind.digits_kept or vocabulary or kind.names is Entity.CLASS:
        guesses += [*_typed_as_month_and_day(profile)]
    guess = pl.coalesce(guesses)
    if vocabulary:
        guess = pl.when(guess.is_in(vocabulary.accepts)).then(guess)
    elif kind.pattern:
        guess = pl.when(guess.str.contains(kind.pattern)).then(guess)
    return {Fix.CONFIRM: guess}


def _typed_as_month_and_day(profile: Profile) -> tuple[pl.Expr, ...]:
    """What was typed, for a date: `3-5` for 5-Mar, 2026-03-05 and 3/5/2026."""
    months = {
        name: str(number)
        for number, names in enumerate(profile.words.get("months", ()), 1)
        for name in names.split()
    }
    name = VALUE.str.to_lowercase().str.extract(r"^[0-9]+(?:\. ?| |-)(\p{L}+)\.?$")
    month = name.replace_strict(months, default=None, return_dtype=pl.String)
    by_name = month + "-" + VALUE.str.extract("^0?([0-9]+)")
    iso = VALUE.str.extract_groups(r"^[0-9]{4}[-/]0?([0-9]+)[-/]0?([0-9]+)(?:$|[ T])")
    slashes = VALUE.str.extract_groups(r"^0?([0-9]|1[0-2])/0?([0-9]+)/[0-9]+(?:$| )")
    dates = (parts.struct.field("1") + "-" + parts.struct.field("2") for parts in (iso, slashes))
    return (by_name, *dates)


@rule(
    "RT106", "spreadsheet-damage",
    scope=Scope.CELL, severity=Severity.ERROR, evidence=Evidence.CONFIRMED,
    title="Excel changed this value",
    many="{n} values in {column} that Excel changed",
    message="{value} is what Excel made of the real value.",
    how_to_fix="Copy {column} again from the system it came from; in Excel, format the column as "
    "Text before the values go in.",
    fixes=(Fix.CONFIRM,), suggest=_before_the_spreadsheet,
    supersedes=("RT110", "RT107", "RT103", "RT104", "RT102", "RT109", "RT111",
                "RT113"),
    also_said=("ID in scientific notation", "a value such as #REF! or 1.23E+05",
               "Excel changed the number to a date", "value reformatted by the spreadsheet",
               "formula error in the cell", "number format turned the value into an exponent"),
    bad={"userId": ["1.23E+05", "5-mar", "2026-03-05", "710000.0", "500.", '="0101"', "#N/A",
                    "#CALC!"]},
    good={"userId": ["123000", "3-5", "E05", "1E5", "2026-03", "71.05", "0101", "N-A"]},
)  # fmt: skip
def spreadsheet_damage(column: Column, profile: Profile) -> pl.Expr | None:
    """Long numbers in scientific notation, 3-5 turned into a date, a formula that failed.

    A date may be meant in free text, but not in an identifier, a grade or the name of a class.
    """
    kind, lists = profile.kinds[column.kind], ["spreadsheet_damage"]
    vocabulary = profile.vocabulary_of(column)
    if vocabulary is not None:
        lists += ["damaged_dates"] if _has_numbers(vocabulary) else []
        lists += ["marked_as_text"]
    elif kind.digits_kept:
        lists += ["damaged_dates", "marked_as_text", "damaged_identifiers"]
    elif kind.names is Entity.CLASS:
        lists += ["damaged_dates", "damaged_class_names"]
    patterns = [pattern for name in lists for pattern in profile.patterns(name)]
    if not patterns:
        return None
    damaged = VALUE.str.contains("|".join(f"(?:{pattern})" for pattern in patterns))
    return damaged & ~VALUE.is_in(vocabulary.accepts) if vocabulary else damaged


def _has_numbers(vocabulary: Vocabulary) -> bool:
    """Whether a spreadsheet could make a date of an accepted value."""
    return any(map(str.isdigit, "".join(vocabulary.accepts)))


def _readings(cells: pl.Series, column: Column, profile: Profile) -> list[Reading | None]:
    """What each cell looks like; None for the many that cannot be garbled."""
    from roster_toolkit.garble import read_back

    kind = profile.kinds[column.kind]
    is_name, is_free = kind.names is Entity.PERSON, not (kind.pattern or column.vocabulary)
    return [
        read_back(cell, is_name=is_name, is_free=is_free) if suspect else None
        for cell, suspect in zip(cells, cells.str.contains(_SUSPECT), strict=True)
    ]


def _before_the_misreading(column: Column, profile: Profile) -> Mapping[Fix, pl.Expr]:
    """The letters that were meant, where one reading alone gives plain words."""
    if profile.kinds[column.kind].pattern or column.vocabulary:
        return {}

    def restored(cells: pl.Series) -> pl.Series:
        told = (reading and reading.restored for reading in _readings(cells, column, profile))
        return pl.Series(list(told), dtype=pl.String)

    return {Fix.CONFIRM: RAW.map_batches(restored, return_dtype=pl.String)}


@rule(
    "RT109", "garbled-text",
    scope=Scope.CELL, severity=Severity.WARNING, evidence=Evidence.ASSUMED,
    title="Accented letters are scrambled",
    many="{n} values in {column} with scrambled letters",
    message="{value} has scrambled letters: they were read in the wrong encoding.",
    how_to_fix="Type the letters correctly, or export the file again as CSV UTF-8.",
    fixes=(Fix.CONFIRM,), suggest=_before_the_misreading, supersedes=("RT105",),
    also_said=("strange characters in names", "special characters or accents are garbled",
               "accented letters display incorrectly", "mojibake",
               "names show question marks or symbols", "non-ASCII characters",
               "unexpected character"),
    bad={"userLastName": ["NÃºÃ±ez", "GarcÃ\u00ada", "M√ºller", "Pe├▒a", "Hern‡ndez",
                          "O&#39;Brien", "Mu?oz", "Nu\ufffdez", "Nu\u0007ez"]},
    good={"userLastName": ["Núñez", "García", "Müller", "Peña", "Hernández",
                           "O’Brien", "Smith–Jones", "Nguyễn", "李"]},
)  # fmt: skip
def garbled_text(column: Column, profile: Profile) -> pl.Expr | None:
    """A name that was written in one encoding and read in another shows up like this in class.

    It is judged as typed: what looks like a space or like nothing may be half of a letter.
    """

    def garbled(cells: pl.Series) -> pl.Series:
        if not cells.str.contains(_SUSPECT).any():
            return pl.repeat(False, cells.len(), dtype=pl.Boolean, eager=True)
        told = _readings(cells, column, profile)
        return pl.Series([bool(reading and reading.garbled) for reading in told], dtype=pl.Boolean)

    return RAW.map_batches(garbled, return_dtype=pl.Boolean)


@rule(
    "RT111", "formula-like-value",
    scope=Scope.CELL, severity=Severity.WARNING, evidence=Evidence.ASSUMED,
    title="Excel would run the value as a formula",
    many="{n} values in {column} that begin like a formula",
    message="{value} begins like a formula.",
    how_to_fix="Remove the first character unless it belongs to the value.",
    also_said=("cell starts with an equals sign", "possible CSV injection",
               "value may run as a formula", "row contains a formula"),
    bad={"userLastName": ["=HYPERLINK(1)", "+Lee", "-Lee", "@Lee", "\tLee"]},
    good={"userLastName": ["Lee", "Lee=x"]},
)  # fmt: skip
def formula_like_value(column: Column, profile: Profile) -> pl.Expr | None:
    """Opened in a spreadsheet, such a cell may run as a formula on somebody's machine.

    -1 is no formula where other systems write a grade so.
    """
    formula = VALUE.str.contains(r"^[=+\-@]") | (FILLED & RAW.str.starts_with("\t"))
    vocabulary = profile.vocabulary_of(column)
    if vocabulary is None:
        return formula
    spellings = [*vocabulary.safe.values(), *vocabulary.likely.values()]
    return formula & ~VALUE.str.to_lowercase().is_in(
        [word for words in spellings for word in words]
    )


@rule(
    "RT112", "rounded-identifier",
    scope=Scope.CELL, severity=Severity.WARNING, evidence=Evidence.INFERRED,
    title="Long IDs end in zeros",
    many="{n} long IDs in {column} that all end in zeros",
    message="{value} may have lost its end in Excel.",
    how_to_fix="Compare {column} with the system it came from; in Excel, format the column as Text "
    "before the values go in.",
    also_said=("ID rounded by the spreadsheet", "long ID ends in zeros"),
    bad={"userStateId": ["9912140633506400", "9912140633500020"]},
    good={"userStateId": ["9912140633506400", "9912140633500021"]},
)  # fmt: skip
def rounded_identifier(column: Column, profile: Profile) -> pl.Expr | None:
    """A spreadsheet keeps fifteen digits of a number; all further ones become zeros.

    One such ID may happen to end in a zero. Where all long ones of a column do, two people may have
    been given one ID, and none of them is found again.
    """
    kept = profile.kinds[column.kind].digits_kept
    if kept is None:
        return None
    long = VALUE.str.contains(f"^[0-9]{{{kept + 1},}}$")
    rounded = VALUE.str.contains(f"^[0-9]{{{kept}}}0+$")
    several = VALUE.filter(rounded).n_unique() > 1
    return rounded & several & ~(long & ~rounded).any()
