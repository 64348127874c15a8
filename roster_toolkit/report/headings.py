"""A cause as a heading: what is wrong, how often, where."""

from __future__ import annotations

from collections.abc import Mapping

from roster_toolkit.causes import Cause, Claim
from roster_toolkit.model import About, Evidence, HeaderCell, HeaderMatch, Over, Rule
from roster_toolkit.report.phrases import counted, lowered, number, quoted
from roster_toolkit.report.words import Words, ours
from roster_toolkit.review import Review

#: Code → several of it in one cause. With `{rows}` it also serves for one value in several rows.
_MANY: Mapping[str, str] = {
    "RT003": "{n} required headers are missing",
    "RT004": "{n} headers do not belong in the file",
    "RT005": "{n} headers are wrongly capitalised",
    "RT006": "{n} headers stand more than once",
    "RT008": "{rows} with more or fewer cells than the header",
    "RT013": "{rows} left in from the template",
    "RT014": "{rows} without any content",
    "RT102": "{n} values that are not accepted in {column}",
    "RT103": "{n} different malformed addresses in {column}",
    "RT104": "{n} different IDs in {column} with characters that are not allowed",
    "RT105": "{n} values in {column} with stray spaces or invisible characters",
    "RT106": "{n} values in {column} that a spreadsheet program has changed",
    "RT107": "{n} addresses of a refused domain in {column}",
    "RT108": "{n} nine-digit IDs in {column}, like social security numbers",
    "RT109": "{n} values with garbled letters in {column}",
    "RT110": "{n} different placeholders in {column}",
    "RT111": "{n} values in {column} that begin like a formula",
    "RT201": "{n} students without a {column}",
    "RT202": "{n} members of staff with a {column}",
    "RT203": "{rows} of students marked in {column}",
    "RT204": "{n} classes without {column}",
    "RT206": "{rows} that remove a class but do not say which",
    "RT208": "{rows} whose cells are shifted to the left or right",
    "RT301": "{n} enrollments that stand in several rows",
    "RT302": "{n} addresses in {column} that several people share",
    "RT303": "{n} people whose rows contradict each other in {column}",
    "RT304": "{n} classes whose rows contradict each other in {column}",
    "RT305": "{n} values in {column} that several people share",
    "RT306": "{n} groups of IDs in {column} that differ only by letter case or leading zeros",
    "RT307": "{n} classes without a teacher",
    "RT308": "{n} classes with several primary teachers",
    "RT309": "{n} classes with very many students",
    "RT310": "{n} classes both removed and rostered",
    "RT401": "{n} unknown schools",
    "RT402": "{n} addresses that belong to somebody else",
    "RT403": "{n} people with a new ID",
    "RT404": "{n} people with a new ID and other changes",
    "RT405": "{n} IDs that belonged to somebody else",
    "RT406": "{n} IDs in {column} that lost their leading zeros",
    "RT407": "{n} removals of classes that nobody knows",
    "RT408": "{n} classes that move to another school",
    "RT409": "{n} people whose role changes",
    "RT411": "{n} removals that reach people who are not in the file",
    "RT412": "{n} mass changes",
    "RT413": "{n} edits made in the portal that this file takes back",
    "RT415": "{n} members of staff whom the third-party source supplies already",
}
#: Code → what to do about several headers at once.
_FIX_MANY: Mapping[str, str] = {
    "RT003": "Add each of them, spelled exactly so.",
    "RT005": "Write each exactly as in the template, capitals included, without spaces around it.",
    "RT006": "Keep one column of each name and delete the others.",
}
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
    many = _MANY.get(cause.code)
    if many and (cause.members > 1 or ("{rows}" in many and cause.rows > 1)):
        return _filled(many, cause, words) + _some_values(cause, rule, words)
    if cause.members > 1:
        return f"{rule.title} ({number(cause.members)} different ones)"
    return _about_one(cause, rule, words)


def what_to_do(cause: Cause, review: Review, words: Words) -> str:
    """How to correct a cause, in a sentence or two."""
    rule = review.rules[cause.code]
    if cause.claim is Claim.HEADER:
        if renamed := _renamed(cause, review):
            return "Rename it." if renamed.certain else "Rename it, or delete the column."
        if cause.members > 1 and cause.code in _FIX_MANY:
            return _FIX_MANY[cause.code]
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
