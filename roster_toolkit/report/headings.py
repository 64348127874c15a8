"""The title and the remedy of a problem."""

from __future__ import annotations

import re

import polars as pl

from roster_toolkit.assessment import Assessment
from roster_toolkit.causes import Cause, Claim, column_of_both_names, filled_in_first_rows
from roster_toolkit.ingest.headers import LAST_FIRST
from roster_toolkit.model import Entity, Evidence, Rule, Scope
from roster_toolkit.report.header_causes import (
    header_heading,
    header_remedy,
    ragged_heading,
    ragged_remedy,
)
from roster_toolkit.report.stated import SEVERAL, stated_by
from roster_toolkit.report.words import Words, ours
from roster_toolkit.rules.cell import missing_value
from roster_toolkit.rules.file import ragged_row
from roster_toolkit.rules.registry import rule_of
from roster_toolkit.text import counted, lowered, number, quoted

_VALUES_IN_HEADING = 3
_COLUMNS_IN_HEADING = 3
_RAGGED, _BLANK = rule_of(ragged_row).code, rule_of(missing_value).code
#: Scopes of rules that judge cells or rows on their own, not several rows together.
_OF_ONE_ROW = (Scope.CELL, Scope.ROW, Scope.PERSON, Scope.CLASS)


def heading(cause: Cause, review: Assessment, words: Words) -> str:
    """The title of a cause: what is wrong, in one line without a period.

    The portal's own words for it stand behind it, where they are known.
    """
    return _heading(cause, review, words) + portal_says(cause, review, words)


def portal_says(cause: Cause, review: Assessment, words: Words) -> str:
    """The portal's own words for a cause, in brackets; blank where it has none, or several."""
    rule = review.rules[cause.code]
    said = {words.portal_says(rule, key) for key in cause.columns or (cause.column,)}
    return said.pop() if len(said) == 1 else ""


def _heading(cause: Cause, review: Assessment, words: Words) -> str:
    rule = review.rules[cause.code]
    if cause.claim is Claim.HEADER and (header_title := header_heading(cause, rule, review, words)):
        return header_title
    if pattern := _pattern_of_rows(cause, review, words):
        return pattern
    if cause.claim is Claim.COLUMN and rule.scope in _OF_ONE_ROW:
        return _about_column(cause, rule, review, words)
    said = rule.words_in(cause.column)
    if said.many and (cause.members > 1 or (said.counts_rows and cause.rows > 1)):
        sentence = _filled(said.many, cause, words)
        return sentence + (_stated(cause, rule, review, words) or _some_values(cause, rule, words))
    if cause.members > 1:
        return f"{rule.title} ({number(cause.members)} different ones)"
    return _about_one(cause, rule, review, words)


def _pattern_of_rows(cause: Cause, review: Assessment, words: Words) -> str | None:
    """The title of a cause that the rows show together and not one by one."""
    if cause.code == _RAGGED:
        return ragged_heading(cause, review, words)
    if _in_first_rows(cause, review):
        return f"{words.columns_named(cause.columns)} is blank below the first row of each group"
    return None


def what_to_do(cause: Cause, review: Assessment, words: Words) -> str:
    """The remedy for a cause, in a sentence or two."""
    rule = review.rules[cause.code]
    if cause.claim is Claim.HEADER:
        return header_remedy(cause, rule, review, words)
    if cause.code == _RAGGED and ragged_heading(cause, review, words):
        return ragged_remedy(review, words) or words.how_to_fix(rule, None)
    if other := _both_names(cause, review):
        last, first = (words.columns_named((key,)) for key in LAST_FIRST)
        return (
            f"Split {words.columns_named((other,))} at its comma: what comes before it is "
            f"{last}, what comes after it {first}."
        )
    if _in_first_rows(cause, review):
        return (
            "Copy the value of each group's first row into the rows below it; look at each whether "
            "it belongs to that group."
        )
    return words.how_to_fix(rule, cause.column, cause.columns)


def assumed(cause: Cause, review: Assessment) -> bool:
    """Whether the rule, the list that it checks or the names it misses are only assumed."""
    if cause.claim is Claim.HEADER and review.perhaps_other_names:
        return True
    rule = review.rules[cause.code]
    marks = {rule.evidence}
    if cause.column and rule.closed_list:
        vocabulary = review.profile.vocabulary_of(review.profile.columns[cause.column])
        marks |= {vocabulary.evidence} if vocabulary else set()
    return Evidence.ASSUMED in marks


def _about_column(cause: Cause, rule: Rule, review: Assessment, words: Words) -> str:
    """The title of a cause about a whole column."""
    name = words.columns_named(cause.columns)
    one = len(cause.columns) == 1
    everywhere = cause.rows >= review.upload.records
    blank = not cause.example_value and cause.value in (None, "") and not any(cause.values)
    if blank and not review.profile.hides(cause.columns):
        where = "every row" if everywhere else counted(cause.rows, "row")
        other = _both_names(cause, review)
        both = f"; {words.columns_named((other,))} has both names" if other else ""
        return f"{name} {'is' if one else 'are'} blank in {where}{both}"
    if rule.closed_list:
        values = _some_values(cause, rule, words)
        return f"{name} {'has' if one else 'have'} values that are not allowed throughout{values}"
    title = _of_its_kind(cause, rule) or lowered(rule.title)
    return f"{_columns(cause, words)} throughout: {title}"


def _columns(cause: Cause, words: Words) -> str:
    """The headers of a cause's columns, or how many they are."""
    if len(cause.columns) > _COLUMNS_IN_HEADING:
        return counted(len(cause.columns), "column")
    return words.columns_named(cause.columns)


def _of_its_kind(cause: Cause, rule: Rule) -> str | None:
    """What the rule says of such values, where all that are listed are of one special kind."""
    values = [value for value in (cause.value, *cause.values) if value]
    if not values or cause.suggestions:
        return None
    for pattern, message in rule.message_if.items():
        if all(re.search(pattern, value) for value in values):
            return message.format(value="the cell").removesuffix(".")
    return None


def _both_names(cause: Cause, review: Assessment) -> str | None:
    """The column that holds both names of the people of whom the cause's column is blank."""
    if cause.code != _BLANK or cause.column not in LAST_FIRST:
        return None
    return column_of_both_names(cause.column, _rows(cause, review), review.upload)


def _in_first_rows(cause: Cause, review: Assessment) -> bool:
    """Whether the cause's column is filled in the first row of each group alone."""
    if cause.code != _BLANK or cause.column is None:
        return False
    rows = _rows(cause, review)
    return filled_in_first_rows(cause.column, rows, review.upload, review.profile)


def _rows(cause: Cause, review: Assessment) -> pl.Series:
    findings = review.found.findings
    return findings.filter(pl.col("cause") == cause.number)["row"]


def _about_one(cause: Cause, rule: Rule, review: Assessment, words: Words) -> str:
    """The title of a cause with a single member."""
    if not words.values and not ours(rule) and rule.words_in(cause.column).names_value:
        at = _columns(cause, words)
        title = rule.words_in(cause.column).title
        return f"{title} ({at})" if at else title
    by_value = rule.cause_by_value
    subject = None if by_value else _subject(cause, rule, review)
    value = cause.example_value if subject else cause.value
    stated = _stated(cause, rule, review, words).removeprefix(": ") or SEVERAL
    message = words.sentence(
        rule, cause.column, value, cause.example_suggestion, columns=cause.columns, stated=stated
    ).removesuffix(".")
    if rule.habit and len(cause.columns) > 1:
        message += f" in {_columns(cause, words)}"
    if not subject or not cause.value or not words.values:
        return message
    return f"{words.columns_named((subject,))} {quoted(cause.value)}: {lowered(message)}"


def _subject(cause: Cause, rule: Rule, review: Assessment) -> str | None:
    """The column that identifies the person, class or other record that the cause is about."""
    profile = review.profile
    if rule.scope in (Scope.CLASS, Scope.CLASSES):
        return profile.key_of(Entity.CLASS)
    if rule.scope not in (Scope.PERSON, Scope.PEOPLE) or cause.column is None:
        return None
    return profile.key_of(profile.home(profile.columns[cause.column].about))


def _filled(many: str, cause: Cause, words: Words) -> str:
    column = _columns(cause, words) or "several columns"
    return many.format(n=number(cause.members), rows=counted(cause.rows, "row"), column=column)


def _stated(cause: Cause, rule: Rule, review: Assessment, words: Words) -> str:
    """The contradicting statements of the rows, behind a colon; blank where not asked for."""
    if not words.values or not rule.words_in(cause.column).names_stated:
        return ""
    stated = stated_by(cause.number, review)
    return f": {stated}" if stated else ""


def _some_values(cause: Cause, rule: Rule, words: Words) -> str:
    """The largest values behind a colon, for rules on vocabularies and for headers."""
    of_list = rule.closed_list and rule.names_value
    if not of_list and cause.claim is not Claim.HEADER:
        return ""
    names = {column.name for column in words.profile.columns.values()}
    values = (cause.value,) if cause.value else cause.values
    quotable = [value for value in values if value and (words.values or value in names)]
    if not quotable:
        return ""
    first = ", ".join(quoted(value, 30)[1:-1] for value in quotable[:_VALUES_IN_HEADING])
    return f": {first}{' …' if cause.members > min(len(quotable), _VALUES_IN_HEADING) else ''}"
