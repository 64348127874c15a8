"""A cause as a heading: what is wrong, how often, where."""

from __future__ import annotations

from roster_toolkit.causes import Cause, Claim
from roster_toolkit.model import About, Evidence, HeaderCell, HeaderMatch, Over, Rule
from roster_toolkit.report.phrases import counted, lowered, number, quoted
from roster_toolkit.report.words import Words, ours
from roster_toolkit.reviewing.review import Review

_VALUES_IN_HEADING = 3
_SUBJECT = {
    Over.PERSON: About.PERSON, Over.PEOPLE: About.PERSON,
    Over.CLASS: About.CLASS, Over.CLASSES: About.CLASS,
}  # fmt: skip


def heading(cause: Cause, review: Review, words: Words) -> str:
    """What is wrong, in one line without a full stop."""
    rule = review.rules[cause.code]
    if cause.claim is Claim.HEADER and cause.value is not None:
        return _about_header(cause, rule, review, words)
    if cause.claim is Claim.COLUMN and cause.column:
        return _about_column(cause, rule, review, words)
    if rule.many and (cause.members > 1 or ("{rows}" in rule.many and cause.rows > 1)):
        return _filled(rule.many, cause, words) + _some_values(cause, rule, words)
    if cause.members > 1:
        return f"{rule.title} ({number(cause.members)} different ones)"
    return _about_one(cause, rule, words)


def what_to_do(cause: Cause, review: Review, words: Words) -> str:
    """How to correct a cause, in a sentence or two."""
    rule = review.rules[cause.code]
    if cause.claim is Claim.HEADER:
        if renamed := _renamed(cause, review):
            return "Rename it." if renamed.certain else "Rename it, or delete the column."
        if cause.members > 1 and rule.fix_many:
            return rule.fix_many
        return words.how_to_fix(rule, _key_of(cause, review))
    return words.how_to_fix(rule, cause.column)


def assumed(cause: Cause, review: Review) -> bool:
    """Whether the cause rests on something that is assumed about the portal."""
    rule = review.rules[cause.code]
    marks = {rule.evidence}
    if cause.column and "{accepts}" in rule.how_to_fix:
        vocabulary = review.profile.vocabulary_of(review.profile.columns[cause.column])
        marks |= {vocabulary.evidence} if vocabulary else set()
    return Evidence.ASSUMED in marks


def _about_header(cause: Cause, rule: Rule, review: Review, words: Words) -> str:
    meant = cause.value or ""
    if renamed := _renamed(cause, review):
        typed = f" {quoted(renamed.typed)}" if words.values else ""
        sure = "" if renamed.certain else "probably "
        return f"The header{typed} should {sure}read {meant}"
    key = _key_of(cause, review)
    shown = meant if words.values or key else None
    if shown is None:
        return rule.title
    return words.message(rule, key, shown).removesuffix(".")


def _key_of(cause: Cause, review: Review) -> str | None:
    """Key of the column whose header the cause is about."""
    columns = review.profile.columns.values()
    return next((column.key for column in columns if column.name == cause.value), None)


def _renamed(cause: Cause, review: Review) -> HeaderCell | None:
    """The header that means or resembles the name that the cause is about."""
    key = _key_of(cause, review)
    if key is None:
        return None
    changed = (HeaderMatch.CASE, HeaderMatch.ALIAS, HeaderMatch.LIKELY)
    header = review.upload.header
    return next((cell for cell in header if cell.key == key and cell.match in changed), None)


def _about_column(cause: Cause, rule: Rule, review: Review, words: Words) -> str:
    name = review.profile.columns[cause.column or ""].name
    everywhere = cause.rows >= review.upload.records
    if "{value}" not in rule.message:
        where = "every row" if everywhere else counted(cause.rows, "row")
        return f"{name} is blank in {where}"
    if "{accepts}" in rule.how_to_fix:
        return (
            f"{name} is filled in another vocabulary throughout{_some_values(cause, rule, words)}"
        )
    return f"{name} throughout: {lowered(rule.title)}"


def _about_one(cause: Cause, rule: Rule, words: Words) -> str:
    """A heading for a single class, person or value."""
    if not words.values and not ours(rule) and "{value}" in rule.message:
        at = words.profile.columns[cause.column].name if cause.column else ""
        return f"{rule.title} ({at})" if at else rule.title
    subject = None if rule.cause_by_value else _SUBJECT.get(rule.over)
    value = cause.example_value if subject else cause.value
    message = words.message(rule, cause.column, value, cause.example_suggestion).removesuffix(".")
    if not subject or not cause.value or not words.values:
        return message
    key = next(c.name for c in words.profile.columns.values() if c.identifies is subject)
    return f"{key} {quoted(cause.value)}: {lowered(message)}"


def _filled(many: str, cause: Cause, words: Words) -> str:
    column = words.profile.columns[cause.column].name if cause.column else "several columns"
    return many.format(n=number(cause.members), rows=counted(cause.rows, "row"), column=column)


def _some_values(cause: Cause, rule: Rule, words: Words) -> str:
    """The largest values behind a colon, where they say more than their number."""
    of_list = "{accepts}" in rule.how_to_fix and "{value}" in rule.message
    if not of_list and cause.claim is not Claim.HEADER:
        return ""
    names = {column.name for column in words.profile.columns.values()}
    values = (cause.value,) if cause.value else cause.values
    shown = [value for value in values if value and (words.values or value in names)]
    if not shown:
        return ""
    first = ", ".join(quoted(value, 30)[1:-1] for value in shown[:_VALUES_IN_HEADING])
    return f": {first}{' …' if cause.members > min(len(shown), _VALUES_IN_HEADING) else ''}"
