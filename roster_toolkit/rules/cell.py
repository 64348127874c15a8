"""RT1xx: what a cell says, judged on the distinct values of its column.

Each function gets the column and the profile, and returns an expression over `value` (cleaned) and
`raw` (as typed), or None where it has nothing to say about that column. At most one error stands on
a cell: `supersedes` says which rule speaks first.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from roster_toolkit.model import Column, Evidence, Fix, Over, Profile, Requirement, Severity
from roster_toolkit.rules.registry import rule

VALUE = pl.col("value")
RAW = pl.col("raw")
FILLED = VALUE != ""


def _mojibake() -> dict[str, str]:
    """What UTF-8 letters become when they are read as Windows-1252, and the letters themselves."""

    def misread(letter: str) -> str:
        return "".join(
            bytes([byte]).decode("cp1252", errors="ignore") or chr(byte)
            for byte in letter.encode("utf-8")
        )

    latin, vietnamese = range(0xA1, 0x180), range(0x1EA0, 0x1EFA)
    punctuation = (0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2026)
    return {misread(chr(code)): chr(code) for code in (*latin, *vietnamese, *punctuation)}


_MOJIBAKE = _mojibake()
_CONTROL = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F\x{FFFD}]"
#: Letters from which on a likeness between two words means something.
_LONG_ENOUGH = 5
#: Distinct wrong values beyond which a column is not misspelled but something else.
_TOO_MANY = 1000
_MONTHS = dict(
    zip(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
        (str(number) for number in range(1, 13)),
        strict=True,
    )
)


@rule(
    "RT101", "missing-value",
    over=Over.CELL, severity=Severity.ERROR, evidence=Evidence.INFERRED,
    title="A required cell is blank",
    message="{column} is blank.",
    how_to_fix="Fill in {column}: every row needs it.",
    bad={"userFirstName": ["", "   "]},
    good={"userFirstName": ["Ana", "Bo"]},
)  # fmt: skip
def missing_value(column: Column, profile: Profile) -> pl.Expr | None:
    """A cell is blank that every row must fill; white space alone is blank too."""
    return VALUE == "" if column.requirement is Requirement.REQUIRED else None


def _accepted_spelling(column: Column, profile: Profile) -> Mapping[Fix, pl.Expr]:
    """The accepted value that another spelling stands for."""
    vocabulary = profile.vocabulary_of(column)
    if vocabulary is None:
        return {}
    spelled = VALUE.str.to_lowercase().str.replace_all(r"[\s_]+", " ")
    safe = {value.lower().replace("_", " "): value for value in vocabulary.accepts}
    safe |= {other: value for value, others in vocabulary.safe.items() for other in others}
    likely = {other: value for value, others in vocabulary.likely.items() for other in others}
    near = pl.col("value").map_batches(
        lambda values: _nearest(values, vocabulary.accepts), return_dtype=pl.String
    )
    return {
        Fix.SAFE: spelled.replace_strict(safe, default=None, return_dtype=pl.String),
        Fix.CONFIRM: pl.coalesce(
            spelled.replace_strict(likely, default=None, return_dtype=pl.String), near
        ),
    }


def _nearest(values: pl.Series, accepted: tuple[str, ...]) -> pl.Series:
    """Accepted words that values resemble; short codes resemble everything and are left out."""
    words = {word.lower(): word for word in accepted if len(word) >= _LONG_ENOUGH}
    distinct = values.unique()
    if not words or distinct.len() > _TOO_MANY:
        return pl.Series([None] * values.len(), dtype=pl.String)
    from rapidfuzz import process

    close = {}
    for value in distinct:
        best = process.extractOne(value.lower(), words.keys(), score_cutoff=75)
        close[value] = words[best[0]] if best else None
    return values.replace_strict(close, return_dtype=pl.String)


@rule(
    "RT102", "unaccepted-value",
    over=Over.CELL, severity=Severity.ERROR, evidence=Evidence.INFERRED,
    title="A value is not one of the accepted ones",
    many="{n} values that are not accepted in {column}",
    message="{value} is not accepted in {column}.",
    how_to_fix="Use one of: {accepts}.",
    fixes=(Fix.SAFE, Fix.CONFIRM), suggest=_accepted_spelling,
    bad={"userGrade": ["Grade 3", "03", "KG"]},
    good={"userGrade": ["3", "12", "K"]},
)  # fmt: skip
def unaccepted_value(column: Column, profile: Profile) -> pl.Expr | None:
    """The column has a closed list, and the value is none of it, letter case included.

    Another system's vocabulary ("Grade 3", "03") or another spelling ("student") throughout a
    column is the usual cause; the profile knows what most of them mean.
    """
    vocabulary = profile.vocabulary_of(column)
    return FILLED & ~VALUE.is_in(vocabulary.accepts) if vocabulary else None


def _mended_address(column: Column, profile: Profile) -> Mapping[Fix, pl.Expr]:
    """The address without the slips of typing, where that makes it a valid one."""
    mended = (
        VALUE.str.replace(r"(?i)^mailto:", "")
        .str.replace_all(r"\s+|[<>\"]", "")
        .str.replace_all(",", ".", literal=True)
        .str.replace_all(r"@{2,}", "@")
        .str.replace_all(r"\.{2,}", ".")
        .str.replace(r"(?i)\(at\)|\[at\]", "@")
        .str.replace_all(r"^\.+|[.;]+$", "")
    )
    pattern = profile.kinds[column.kind].pattern or ""
    return {Fix.CONFIRM: pl.when(mended.str.contains(pattern)).then(mended)}


@rule(
    "RT103", "malformed-email",
    over=Over.CELL, severity=Severity.ERROR, evidence=Evidence.CONFIRMED,
    title="An e-mail address has no valid form",
    many="{n} different malformed addresses in {column}",
    message="{value} is not a valid e-mail address.",
    how_to_fix="Give an address such as name@school.org: one @, a dot in the part behind it, "
    "no spaces.",
    fixes=(Fix.CONFIRM,), suggest=_mended_address, supersedes=("RT104", "RT102"),
    bad={"userEmail": ["ana.school.org", "ana@@school.org", "ana@school", "a na@school.org"]},
    good={"userEmail": ["ana@school.org", "b.o'neil+x@mail.school.org"]},
)  # fmt: skip
def malformed_email(column: Column, profile: Profile) -> pl.Expr | None:
    """An address that no mail system would take; the portal wants the standard format."""
    return _misses_pattern(column, profile) if column.kind == "email" else None


@rule(
    "RT104", "malformed-identifier",
    over=Over.CELL, severity=Severity.ERROR, evidence=Evidence.CONFIRMED,
    title="An ID holds characters that are not allowed",
    many="{n} different IDs in {column} with characters that are not allowed",
    message="{value} is not a valid ID.",
    how_to_fix="Use letters and digits only (hyphen, dot and underscore are tolerated).",
    supersedes=("RT102",),
    bad={"userId": ["12 34", "Ä17", "12/34"]},
    good={"userId": ["1234", "A17", "12-34"]},
)  # fmt: skip
def malformed_identifier(column: Column, profile: Profile) -> pl.Expr | None:
    """IDs are strings of letters and digits; anything else cannot be matched reliably."""
    return None if column.kind == "email" else _misses_pattern(column, profile)


def _misses_pattern(column: Column, profile: Profile) -> pl.Expr | None:
    pattern = profile.kinds[column.kind].pattern
    return FILLED & ~VALUE.str.contains(pattern) if pattern else None


@rule(
    "RT105", "stray-whitespace",
    over=Over.CELL, severity=Severity.WARNING, evidence=Evidence.ASSUMED,
    title="White space or invisible characters around or in a value",
    many="{n} values in {column} with stray spaces or invisible characters",
    message="{value} has white space around it or invisible characters in it.",
    how_to_fix="Remove the spaces before and after the value.",
    fixes=(Fix.SAFE,), suggest=lambda column, profile: {Fix.SAFE: VALUE},
    bad={"userLastName": [" Lee", "Lee\u200b", "Lee\u00a0"]},
    good={"userLastName": ["Lee", "de la Cruz"]},
)  # fmt: skip
def stray_whitespace(column: Column, profile: Profile) -> pl.Expr | None:
    """Spaces that nobody sees; the toolkit reads the value without them, the portal may not."""
    return FILLED & (RAW != VALUE)


def _before_the_spreadsheet(column: Column, profile: Profile) -> Mapping[Fix, pl.Expr]:
    """`3-5`, where a spreadsheet made the fifth of March of it."""
    day = VALUE.str.extract(r"^([0-9]{1,2})-[A-Za-z]{3}$")
    month = VALUE.str.extract(r"^[0-9]{1,2}-([A-Za-z]{3})$")
    number = month.replace_strict(_MONTHS, default=None, return_dtype=pl.String)
    return {Fix.CONFIRM: number + "-" + day}


@rule(
    "RT106", "spreadsheet-damage",
    over=Over.CELL, severity=Severity.ERROR, evidence=Evidence.CONFIRMED,
    title="A spreadsheet program changed the value",
    many="{n} values in {column} that a spreadsheet program has changed",
    message="{value} is what a spreadsheet program made of the real value.",
    how_to_fix="Take {column} from the source system again; in the spreadsheet, format the column "
    "as Text before the values go in.",
    fixes=(Fix.CONFIRM,), suggest=_before_the_spreadsheet,
    supersedes=("RT110", "RT107", "RT103", "RT104", "RT102"),
    bad={"userId": ["1.23E+05", "5-Mar", "#N/A", "#REF!"]},
    good={"userId": ["123000", "3-5", "E05"]},
)  # fmt: skip
def spreadsheet_damage(column: Column, profile: Profile) -> pl.Expr | None:
    """Long numbers in scientific notation, 3-5 turned into a date, a formula that failed."""
    patterns = profile.words["spreadsheet_damage"]
    return VALUE.str.contains("|".join(f"(?:{p})" for p in patterns)) if patterns else None


@rule(
    "RT107", "refused-email-domain",
    over=Over.CELL, severity=Severity.ERROR, evidence=Evidence.CONFIRMED,
    title="The portal refuses addresses of this domain",
    many="{n} addresses of a refused domain in {column}",
    message="The domain of {value} is not allowed.",
    how_to_fix="Use an address of the district; the portal refuses domains that begin with: "
    "{forbidden_domains}.",
    supersedes=("RT103", "RT104", "RT102"),
    bad={"userEmail": ["ana@amplify.com", "ana@Amplify-test.org"]},
    good={"userEmail": ["ana@school.org", "amplify@school.org"]},
)  # fmt: skip
def refused_email_domain(column: Column, profile: Profile) -> pl.Expr | None:
    """The vendor's own domains belong to the vendor's own people."""
    domains = profile.kinds[column.kind].forbidden_domains
    if not domains:
        return None
    domain = VALUE.str.to_lowercase().str.extract(r"@([^@]*)$")
    return pl.any_horizontal(domain.str.starts_with(start.lower()) for start in domains)


@rule(
    "RT108", "ssn-like-identifier",
    over=Over.CELL, severity=Severity.WARNING, evidence=Evidence.CONFIRMED,
    title="An ID looks like a social security number",
    many="{n} nine-digit IDs in {column}, like social security numbers",
    message="{value} has nine digits, as a social security number has.",
    how_to_fix="If these are social security numbers, use other IDs; if not, nothing need be done.",
    last_throughout=True,
    bad={"userId": ["123456789"]},
    good={"userId": ["12345678", "A12345678"]},
)  # fmt: skip
def ssn_like_identifier(column: Column, profile: Profile) -> pl.Expr | None:
    """The vendor strongly discourages nine-digit IDs, which could be social security numbers."""
    pattern = profile.kinds[column.kind].suspicious
    return VALUE.str.contains(pattern) if pattern else None


def _before_the_misreading(column: Column, profile: Profile) -> Mapping[Fix, pl.Expr]:
    """The letters that were meant, where every strange one can be read back."""
    mended = VALUE.str.replace_many(list(_MOJIBAKE), list(_MOJIBAKE.values()))
    return {Fix.CONFIRM: pl.when((mended != VALUE) & ~mended.str.contains(_CONTROL)).then(mended)}


@rule(
    "RT109", "garbled-text",
    over=Over.CELL, severity=Severity.WARNING, evidence=Evidence.ASSUMED,
    title="Letters are garbled",
    many="{n} values with garbled letters in {column}",
    message="{value} holds letters that were read in the wrong encoding.",
    how_to_fix="Correct the letters, or export the file again as CSV UTF-8.",
    fixes=(Fix.CONFIRM,), suggest=_before_the_misreading,
    bad={"userLastName": ["NÃºÃ±ez", "Nu\ufffdez", "Nu\u0007ez"]},
    good={"userLastName": ["Núñez", "Nguyễn"]},
)  # fmt: skip
def garbled_text(column: Column, profile: Profile) -> pl.Expr | None:
    """A name that was written in one encoding and read in another shows up like this in class."""
    return VALUE.str.contains_any(list(_MOJIBAKE)) | VALUE.str.contains(_CONTROL)


def _nothing(column: Column, profile: Profile) -> Mapping[Fix, pl.Expr]:
    """A blank, where the column allows one."""
    return {Fix.CONFIRM: pl.lit("")} if column.requirement is Requirement.OPTIONAL else {}


@rule(
    "RT110", "placeholder-value",
    over=Over.CELL, severity=Severity.ERROR, evidence=Evidence.ASSUMED,
    title="A placeholder stands where a value belongs",
    many="{n} different placeholders in {column}",
    message="{value} is a placeholder, not a value.",
    how_to_fix="Give the real value; leave the cell blank where {column} is optional.",
    fixes=(Fix.CONFIRM,), suggest=_nothing, supersedes=("RT107", "RT103", "RT104", "RT102"),
    bad={"userEmail": ["NULL", "n/a", "TBD", "test@test.com"]},
    good={"userEmail": ["ana@school.org", "nullable@school.org"]},
)  # fmt: skip
def placeholder_value(column: Column, profile: Profile) -> pl.Expr | None:
    """NULL and TBD are not names, and one test address cannot belong to many people."""
    return VALUE.str.to_lowercase().is_in(profile.words["placeholders"])


@rule(
    "RT111", "formula-like-value",
    over=Over.CELL, severity=Severity.WARNING, evidence=Evidence.ASSUMED,
    title="A spreadsheet would take the value for a formula",
    many="{n} values in {column} that begin like a formula",
    message="{value} begins like a formula.",
    how_to_fix="Remove the first character unless it belongs to the value.",
    bad={"userLastName": ["=HYPERLINK(1)", "+Lee", "-Lee", "@Lee", "\tLee"]},
    good={"userLastName": ["Lee", "Lee=x"]},
)  # fmt: skip
def formula_like_value(column: Column, profile: Profile) -> pl.Expr | None:
    """Opened in a spreadsheet, such a cell may run as a formula on somebody's machine."""
    return VALUE.str.contains(r"^[=+\-@]") | (FILLED & RAW.str.starts_with("\t"))
