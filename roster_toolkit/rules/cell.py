"""RT1xx: what a cell says, judged on the distinct values of its column.

Each function gets the column and the profile, and returns an expression over `value` (cleaned) and
`raw` (as typed), or None where it has nothing to say about that column. At most one error stands on
a cell: `supersedes` says which rule speaks first. What a cell went through on its way (a wrong
encoding, a spreadsheet) is judged in `cell_text`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from roster_toolkit.cleaning import spelled
from roster_toolkit.model import (
    Column,
    Effect,
    Entity,
    Evidence,
    Fix,
    Profile,
    Scope,
    Severity,
    Vocabulary,
)
from roster_toolkit.rules.addresses import MEANS_NO_ADDRESS, SEVERAL_ADDRESSES, meant_address
from roster_toolkit.rules.registry import rule

VALUE = pl.col("value")
RAW = pl.col("raw")
FILLED = VALUE != ""


#: Letters from which on a likeness between two words means something.
_LONG_ENOUGH = 5
#: How alike two words are, of 100: that have a part in common, and letter by letter.
_ALIKE, _NEARLY_WHOLE = 75, 85
#: What may stand around the letters of a value without a meaning of its own.
_AROUND = r"[^\p{L}\p{N}?\\/<>]"
#: Distinct wrong values beyond which a column is not misspelled but something else.
_TOO_MANY = 1000


@rule(
    "RT101", "missing-value",
    scope=Scope.CELL, severity=Severity.ERROR, evidence=Evidence.INFERRED,
    title="A required cell is blank",
    message="{column} is blank.",
    how_to_fix="Fill in {column}: every row needs it.",
    also_said=("required field is empty", "missing required value", "{column} cannot be blank",
               "{column} is required", "{column} is mandatory", "must not be null",
               "null value violates not-null constraint", "please provide {column}",
               "no {column} given"),
    bad={"userFirstName": ["", "   "]},
    good={"userFirstName": ["Ana", "Bo"]},
)  # fmt: skip
def missing_value(column: Column, profile: Profile) -> pl.Expr | None:
    """Every row must fill this cell; spaces alone count as blank too."""
    return VALUE == "" if column.requirement.always else None


def _accepted_spelling(column: Column, profile: Profile) -> Mapping[Fix, pl.Expr]:
    """The accepted value that another spelling stands for."""
    vocabulary = profile.vocabulary_of(column)
    if vocabulary is None:
        return {}
    safe = {value.lower().replace("_", " "): value for value in vocabulary.accepts}
    safe |= {other: value for value, others in vocabulary.safe.items() for other in others}
    spellings = pl.Series("value", list(safe), pl.String).to_frame()
    closed_up = dict(
        zip(spellings.select(_closed_up(VALUE)).to_series(), safe.values(), strict=True)
    )
    likely = {other: value for value, others in vocabulary.likely.items() for other in others}
    near = pl.col("value").map_batches(
        lambda values: _nearest(values, vocabulary), return_dtype=pl.String
    )
    return {
        Fix.SAFE: pl.coalesce(
            spelled(VALUE).replace_strict(safe, default=None, return_dtype=pl.String),
            _closed_up(VALUE).replace_strict(closed_up, default=None, return_dtype=pl.String),
        ),
        Fix.CONFIRM: pl.coalesce(
            spelled(VALUE).replace_strict(likely, default=None, return_dtype=pl.String), near
        ),
    }


def _closed_up(value: pl.Expr) -> pl.Expr:
    """A spelling without what stands before and behind its letters: `Gr. 3`, `gr-3` and `Gr3`.

    What stands between two numbers stays: `Grade 1-2` is no `grade 12`. So do signs of doubt and
    of programs: `Y?` is no sure yes, and the null of MySQL, a backslash and an N, is no `no`.
    """
    behind = spelled(value).str.replace_all(rf"(\p{{L}}){_AROUND}+", "$1")
    return behind.str.replace_all(rf"{_AROUND}+(\p{{L}})", "$1")


def _nearest(values: pl.Series, vocabulary: Vocabulary) -> pl.Series:
    """Accepted words that values resemble; short codes and numbers resemble everything.

    A word that removes must be spelled nearly whole: whoever types `remove` beside a student means
    the student, not the class.
    """
    words = {
        word.lower(): word
        for word in vocabulary.accepts
        if len(word) >= _LONG_ENOUGH and not any(map(str.isdigit, word))
    }
    distinct = values.unique()
    if not words or distinct.len() > _TOO_MANY:
        return pl.Series([None] * values.len(), dtype=pl.String)
    from rapidfuzz import fuzz, process

    removing = vocabulary.meaning(*Effect)
    close = {}
    for value in distinct:
        best = process.extractOne(value.lower(), words.keys(), score_cutoff=_ALIKE)
        word = words[best[0]] if best else None
        if best and word in removing and fuzz.ratio(value.lower(), best[0]) < _NEARLY_WHOLE:
            word = None
        close[value] = word
    return values.replace_strict(close, return_dtype=pl.String)


@rule(
    "RT102", "unaccepted-value",
    scope=Scope.CELL, severity=Severity.ERROR, evidence=Evidence.INFERRED,
    title="A value is not one of the allowed ones",
    many="{n} values that are not allowed in {column}",
    message="{value} is not allowed in {column}.",
    how_to_fix="Use one of: {accepts}.", closed_list=True,
    fixes=(Fix.SAFE, Fix.CONFIRM), suggest=_accepted_spelling,
    also_said=("invalid value for {column}", "must be one of the allowed values",
               "not in the list of accepted values", "{column} is not recognized",
               "unsupported {column}", "bad code", "{column} must be TRUE or FALSE", "invalid role",
               "invalid grade level", "invalid input value for enum", "option not available",
               "{column} must be between K and 12", "grade level must be K-12",
               "value out of range"),
    bad={"userGrade": ["Grade 3", "03", "KG"]},
    good={"userGrade": ["3", "12", "K"]},
)  # fmt: skip
def unaccepted_value(column: Column, profile: Profile) -> pl.Expr | None:
    """Only certain values are allowed here, and capitalization counts.

    Another system's vocabulary ("Grade 3", "03") or another spelling ("student") throughout a
    column is the usual cause; the profile knows what most of them mean.
    """
    vocabulary = profile.vocabulary_of(column)
    if vocabulary is None:
        return None
    other = FILLED & ~VALUE.is_in(vocabulary.accepts)
    return other & _means_another(vocabulary) if vocabulary.open else other


def _means_another(vocabulary: Vocabulary) -> pl.Expr:
    """Whether a value is another spelling of one that is accepted."""
    tables = (vocabulary.safe, vocabulary.likely)
    others = {word for table in tables for words in table.values() for word in words}
    others |= {value.lower() for value in vocabulary.accepts}
    return VALUE.str.to_lowercase().is_in(sorted(others))


@rule(
    "RT113", "unlisted-value",
    scope=Scope.CELL, severity=Severity.WARNING, evidence=Evidence.INFERRED,
    title="A value that nobody has seen the portal accept yet",
    many="{n} values in {column} that nobody has seen the portal accept yet",
    message="{value} is not among the values of {column} that your portal is known to accept.",
    how_to_fix="Compare it with your portal's data dictionary; known are: {accepts}.",
    closed_list=True,
    shown_with="""
extends = "batch-upload"
[vocabularies.role]
accepts = ["Student", "Teacher", "Administrator"]
open = true
""",
    bad={"userRole": ["Librarian"], "userGrade": [""]},
    good={"userRole": ["Teacher"], "userGrade": [""]},
)  # fmt: skip
def unlisted_value(column: Column, profile: Profile) -> pl.Expr | None:
    """A list learned from examples may lack values, so an unknown one is no error.

    Another spelling of a known value is one all the same, and RT102 says so.
    """
    vocabulary = profile.vocabulary_of(column)
    if vocabulary is None or not vocabulary.open:
        return None
    return FILLED & ~VALUE.is_in(vocabulary.accepts) & ~_means_another(vocabulary)


def _mended_address(column: Column, profile: Profile) -> Mapping[Fix, pl.Expr]:
    """The one address that a cell holds, or the same under a domain that the file uses."""
    pattern = re.compile(profile.kinds[column.kind].pattern or "")

    def mended(cells: pl.Series) -> pl.Series:
        # The domains of the file stand beside each cell; a list for each would take as long again.
        domains: list[str] = next(iter(cells.struct.field("domains").head(1).to_list()), [])
        values = cells.struct.field("value")
        at = (~values.str.contains(MEANS_NO_ADDRESS)).arg_true()
        told = [meant_address(value, domains, pattern) for value in values.gather(at)]
        return values.clear(values.len()).scatter(at, pl.Series(told, dtype=pl.String))

    return {Fix.CONFIRM: pl.struct("value", "domains").map_batches(mended, return_dtype=pl.String)}


@rule(
    "RT103", "malformed-email",
    scope=Scope.CELL, severity=Severity.ERROR, evidence=Evidence.CONFIRMED,
    title="Not a valid email address",
    many="{n} different invalid email addresses in {column}",
    message="{value} is not a valid email address.",
    message_if={SEVERAL_ADDRESSES: "{value} contains two addresses; only one is allowed."},
    how_to_fix="Type one address such as name@school.org: one @, a dot in the part after it, no "
    "spaces or accents.",
    fixes=(Fix.CONFIRM,), suggest=_mended_address, supersedes=("RT104", "RT102", "RT113"),
    also_said=("invalid email address", "not a valid email", "email format is incorrect",
               "malformed email"),
    bad={"userEmail": ["ana.school.org", "ana@@school.org", "ana@school", "a na@school.org"]},
    good={"userEmail": ["ana@school.org", "b.o'neil+x@mail.school.org"]},
)  # fmt: skip
def malformed_email(column: Column, profile: Profile) -> pl.Expr | None:
    """No mail system would accept this address; the portal wants the standard format."""
    return _misses_pattern(column, profile) if column.kind == "email" else None


@rule(
    "RT104", "malformed-identifier",
    scope=Scope.CELL, severity=Severity.ERROR, evidence=Evidence.CONFIRMED,
    title="An ID contains characters that are not allowed",
    many="{n} different IDs in {column} with characters that are not allowed",
    message="{value} is not a valid ID.",
    how_to_fix="Type the ID as the system that it came from has it: letters and digits (hyphen, "
    "dot and underscore are allowed).",
    fixes=(Fix.CONFIRM,), supersedes=("RT102", "RT113"),
    also_said=("invalid characters in ID", "ID may only contain letters and numbers",
               "ID must be alphanumeric", "special characters or spaces are not allowed in ID",
               "ID format is invalid", "{column} contains special characters"),
    bad={"userId": ["12 34", "Ä17", "12/34"]},
    good={"userId": ["1234", "A17", "12-34"]},
)  # fmt: skip
def malformed_identifier(column: Column, profile: Profile) -> pl.Expr | None:
    """IDs are strings of letters and digits; anything else cannot be matched reliably."""
    return None if column.kind == "email" else _misses_pattern(column, profile)


def _misses_pattern(column: Column, profile: Profile) -> pl.Expr | None:
    kind = profile.kinds[column.kind]
    misses = [~VALUE.str.contains(kind.pattern)] if kind.pattern else []
    if kind.longest is not None:
        misses.append(VALUE.str.len_chars() > kind.longest)
    return FILLED & pl.any_horizontal(misses) if misses else None


@rule(
    "RT107", "rejected-email-domain",
    scope=Scope.CELL, severity=Severity.ERROR, evidence=Evidence.CONFIRMED,
    title="The portal rejects this email domain",
    many="{n} addresses in {column} with an email domain that the portal rejects",
    message="The email domain of {value} is not allowed.",
    how_to_fix="Use a district address; the portal rejects email domains that begin with: "
    "{forbidden_domains}.",
    supersedes=("RT103", "RT104", "RT102", "RT113"),
    also_said=("email domain is not allowed", "domain is blocked",
               "addresses of this domain cannot be used",
               "email addresses ending in this domain are not allowed"),
    bad={"userEmail": ["ana@amplify.com", "ana@Amplify-test.org"]},
    good={"userEmail": ["ana@school.org", "amplify@school.org"]},
)  # fmt: skip
def rejected_email_domain(column: Column, profile: Profile) -> pl.Expr | None:
    """The vendor's own domains belong to the vendor's own people."""
    domains = profile.kinds[column.kind].forbidden_domains
    if not domains:
        return None
    domain = VALUE.str.to_lowercase().str.extract(r"@([^@]*)$")
    return pl.any_horizontal(domain.str.starts_with(start.lower()) for start in domains)


@rule(
    "RT108", "ssn-like-identifier",
    scope=Scope.CELL, severity=Severity.WARNING, evidence=Evidence.CONFIRMED,
    title="An ID looks like a social security number",
    many="{n} nine-digit IDs in {column}, like social security numbers",
    message="{value} has nine digits, like a social security number.",
    how_to_fix="If these are social security numbers, use other IDs; if not, leave them as they "
    "are.",
    last_throughout=True,
    also_said=("ID appears to be an SSN", "social security numbers must not be used as ID",
               "nine digit ID"),
    bad={"userId": ["123456789", "512-34-6789", "512.34.6789"]},
    good={"userId": ["12345678", "A12345678", "51-234-6789", "512.346.789"]},
)  # fmt: skip
def ssn_like_identifier(column: Column, profile: Profile) -> pl.Expr | None:
    """The vendor strongly discourages nine-digit IDs, which could be social security numbers.

    They are often written with hyphens, as in 512-34-6789, or with dots or spaces.
    """
    pattern = profile.kinds[column.kind].suspicious
    return VALUE.str.contains(pattern) if pattern else None


def _nothing(column: Column, profile: Profile) -> Mapping[Fix, pl.Expr]:
    """A blank, where the column allows one in every row."""
    return {Fix.CONFIRM: pl.lit("")} if column.requirement.ever_blank else {}


@rule(
    "RT110", "placeholder-value",
    scope=Scope.CELL, severity=Severity.ERROR, evidence=Evidence.ASSUMED,
    title="A placeholder such as “N/A” was typed instead of a real value",
    many="{n} different placeholders in {column}",
    message="{value} was typed instead of a real value.",
    how_to_fix="Type the real value; leave the cell blank where none is required.",
    fixes=(Fix.CONFIRM,), suggest=_nothing, habit=True,
    supersedes=("RT107", "RT103", "RT104", "RT102", "RT111", "RT113"),
    also_said=("N/A is not a value", "dummy or placeholder data", "test data in a field",
               "default value left in the field"),
    bad={"userEmail": ["NULL", "n/a", "TBD", "test@test.com"]},
    good={"userEmail": ["ana@school.org", "nullable@school.org"]},
)  # fmt: skip
def placeholder_value(column: Column, profile: Profile) -> pl.Expr | None:
    """NULL and TBD are not names, and one test address cannot belong to many people.

    People are called Null and Na: written as a name is written, it is one.
    """
    small = VALUE.str.to_lowercase()
    placeholder = small.is_in(profile.words["placeholders"])
    if marks := profile.words.get("marks_of_nothing"):
        placeholder |= small.str.contains("|".join(marks))
    if profile.kinds[column.kind].names is Entity.PERSON:
        placeholder &= ~VALUE.is_in(profile.words.get("names_like_placeholders", ()))
    return placeholder
