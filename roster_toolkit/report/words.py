"""Render findings in the words of their rules, lazily: only when a report needs them.

A rule's message is a template with placeholders for a value, a suggestion and facts of the profile.
Facts of the profile are filled in once per rule and column; values by Polars, for all findings at
once.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import polars as pl

from roster_toolkit.assessment import Assessment
from roster_toolkit.model import Column, Effect, Need, Profile, Rule, Scope, Severity, Upload
from roster_toolkit.report.stated import SEVERAL, with_stated
from roster_toolkit.text import (
    HIDDEN,
    counted,
    listed,
    number,
    printable,
    printable_column,
    quoted,
    quoted_column,
)

#: The names of severities in reports.
SEVERITY = {
    Severity.BLOCKER: "Error",
    Severity.ERROR: "Error",
    Severity.WARNING: "Warning",
    Severity.INFO: "Note",
}
#: What stands for a value that is never named.
_PRIVATE = "this value"
#: Replacement for a missing suggestion.
_NO_SUGGESTION = "another one"
#: Maximum characters of a summary sentence.
_LONGEST_SENTENCE = 120
#: Maximum characters of the portal's own words.
_LONGEST_SAID = 200
#: Words for a column before its placeholder; dropped where the fallback repeats them.
_OF_COLUMN = re.compile(r"\b(?:[Tt]he |one |a )?(?:column |header )?$")


def found(findings: int) -> str:
    """Findings as they are called to people: errors and warnings."""
    return counted(findings, "error or warning", "errors and warnings")


def ours(rule: Rule) -> bool:
    """Whether the values of a rule's findings are the toolkit's own words, such as an encoding.

    All others are cells of the customer's file.
    """
    if rule.scope is Scope.PEOPLE_TOGETHER:
        return True  # two counts and the district's name
    return rule.scope is Scope.FILE and rule.category is None


def summed_up(rule: Rule) -> bool:
    """Whether the values of a rule's findings are generated sentences with counts of the file."""
    return rule.scope in (Scope.SCHOOL_TOTALS, Scope.LEFT_BEHIND)


@dataclass(frozen=True)
class Words:
    """Renders the messages of rules for one profile; without `values`, no cell of the file."""

    profile: Profile
    values: bool = True
    private: bool = False
    """Whether values are left out because their column is private."""

    def about(self, keys: Iterable[str]) -> Words:
        """The words for findings in some columns: without values where one of them is private."""
        if not self.values or not self.profile.hides(keys):
            return self
        return replace(self, values=False, private=True)

    def message(
        self,
        rule: Rule,
        key: str | None,
        value: str | None,
        suggestion: str | None = None,
        *,
        columns: tuple[str, ...] = (),
        stated: str = SEVERAL,
    ) -> str:
        """The message for one finding, with the portal's own words where they are known."""
        said = self.portal_says(rule, key)
        sentence = self.sentence(rule, key, value, suggestion, columns=columns, stated=stated)
        return f"{sentence.removesuffix('.')}{said}." if said else sentence

    def portal_says(self, rule: Rule, key: str | None) -> str:
        """The portal's own words for a rule in a column, in brackets; blank where it has none.

        They stand behind our words, never in a template, and never begin a cell: what is in them
        is no placeholder and no formula.
        """
        said = " ".join(self.profile.says(rule.code, key).split())
        return f" (your portal says: {quoted(said, _LONGEST_SAID)})" if said else ""

    def sentence(
        self,
        rule: Rule,
        key: str | None,
        value: str | None,
        suggestion: str | None = None,
        *,
        columns: tuple[str, ...] = (),
        stated: str = SEVERAL,
    ) -> str:
        """Our own message for one finding, or for a cause in its `columns`."""
        if _wants_our_value(rule) and not value:
            return f"{rule.title}."
        words = self.about(columns or _only(key))
        replacements = {
            "value": words.shown(rule, value),
            "suggestion": _NO_SUGGESTION if suggestion is None else words.shown(rule, suggestion),
            "stated": stated,
        }
        template = rule.words_in(key).message
        if suggestion is None and rule.message_if:
            special = pl.select(_which(rule, pl.lit(value or ""))).item()
            template = template if special is None else list(rule.message_if.values())[special]
        pieces = self._pieces(template, columns or _only(key))
        return "".join(replacements.get(name, text) for text, name in pieces)

    def how_to_fix(self, rule: Rule, key: str | None, columns: tuple[str, ...] = ()) -> str:
        """The remedy for the findings of a rule in a column, or for a cause in its `columns`."""
        pieces = self._pieces(rule.words_in(key).how_to_fix, columns or _only(key))
        return "".join(text for text, _ in pieces)

    def columns_named(self, keys: tuple[str, ...]) -> str:
        """The headers of columns, joined as in prose."""
        return listed(self.profile.columns[key].name for key in keys) if keys else ""

    def with_messages(self, findings: pl.DataFrame, review: Assessment) -> pl.DataFrame:
        """Add `severity`, `rule`, `message` and `how_to_fix` to findings, in their order.

        `column` (place in the profile) and `code` (number of the rule) stay numeric.
        """
        rules = {rule.number: rule for rule in review.rules.values()}
        keys = list(self.profile.columns)
        numbered = findings.with_row_index("at").with_columns(stated=pl.lit(SEVERAL))
        if self.values:
            numbered = with_stated(numbered, review)
        parts = [
            part.with_columns(
                severity=pl.lit(SEVERITY[rules[code].severity]),
                rule=pl.lit(rules[code].code),
                message=words.message_column(rules[code], key),
                how_to_fix=words.fix_column(rules[code], key),
            )
            for (code, place), part in numbered.partition_by("code", "column", as_dict=True).items()
            for key in (None if place is None else keys[place],)
            for words in (self.about(_only(key)),)
        ]
        if not parts:
            text = pl.lit(None, dtype=pl.String)
            return findings.with_columns(severity=text, rule=text, message=text, how_to_fix=text)
        return pl.concat(parts).sort("at").drop("at", "stated")

    def message_column(self, rule: Rule, key: str | None) -> pl.Expr:
        """The messages of a rule for a column, from `value`, `suggestion` and `stated`."""
        message, said = self._sentence_column(rule, key), self.portal_says(rule, key)
        return message.str.strip_suffix(".") + pl.lit(f"{said}.") if said else message

    def _sentence_column(self, rule: Rule, key: str | None) -> pl.Expr:
        value = pl.col("value").fill_null("")
        suggestion = pl.col("suggestion")
        quoted_value = printable_column(value) if summed_up(rule) else quoted_column(value)
        replacements = {
            "value": value if ours(rule) else quoted_value,
            "suggestion": quoted_column(suggestion).fill_null(_NO_SUGGESTION),
        }
        if not self.values:
            replacements = dict.fromkeys(replacements, pl.lit(_PRIVATE if self.private else HIDDEN))
        replacements["stated"] = pl.col("stated") if self.values else pl.lit(SEVERAL)

        def filled(text: str) -> pl.Expr:
            pieces = self._pieces(text, _only(key))
            parts = [replacements.get(name, pl.lit(piece)) for piece, name in pieces]
            if self.private and text.startswith("{value}"):
                parts[0] = pl.lit(_PRIVATE.capitalize())
            return pl.concat_str(parts)

        message = filled(rule.words_in(key).message)
        for place, text in enumerate(rule.message_if.values()):
            holds = pl.col("suggestion").is_null() & (_which(rule, value) == place)
            message = pl.when(holds).then(filled(text)).otherwise(message)
        if not _wants_our_value(rule):
            return message
        return pl.when(value == "").then(pl.lit(f"{rule.title}.")).otherwise(message)

    def fix_column(self, rule: Rule, key: str | None) -> pl.Expr:
        """The remedies of a rule for a column, from `suggestion` and `safe`."""
        remedy = pl.lit(self.how_to_fix(rule, key))
        if not self.values:
            return remedy
        likely = pl.col("suggestion")
        verb = pl.when(pl.col("safe")).then(pl.lit(" Write ")).otherwise(pl.lit(" Probably "))
        return (
            pl.when(likely.is_null()).then(remedy)
            .when(likely == "").then(pl.lit(_blank(self.how_to_fix(rule, key))))
            .otherwise(pl.concat_str(remedy, verb, quoted_column(likely), pl.lit(".")))
        )  # fmt: skip

    def shown(self, rule: Rule, value: str | None) -> str:
        """A value in quotes, or what stands in its place."""
        if ours(rule) or (self.values and summed_up(rule)):
            return printable(value or "", _LONGEST_SENTENCE)
        if self.values:
            return quoted(value or "")
        return _PRIVATE if self.private else HIDDEN

    def _pieces(self, text: str, keys: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        """Split a template into pairs of literal text and an open placeholder; one is always ""."""
        facts = self._facts(keys)
        for literal, name, _, _ in string.Formatter().parse(text):
            if literal:
                yield _without_article(literal) if name == "column" and not keys else literal, ""
            if name is not None:
                yield (facts[name], "") if name in facts else ("", name)

    def _facts(self, keys: tuple[str, ...]) -> dict[str, str]:
        """The profile's values for the placeholders of a template."""
        column = self.profile.columns[keys[0]] if keys else None
        domains = self.profile.kinds[column.kind].forbidden_domains if column else ()
        return {
            "column": self.columns_named(keys) or "the column",
            "accepts": self._accepts(column) if column else "the allowed values",
            "forbidden_domains": ", ".join(domains) or "the portal's own",
            "class_size": number(self.profile.thresholds.get("class_size", 0)),
        }

    def _accepts(self, column: Column) -> str:
        """The values of a closed list, and that a blank is right where it always is.

        To one who typed ADD, the only accepted action must not be offered as the one way out, nor
        without what it does to one who means to drop a student: it unenrolls a class.
        """
        vocabulary = self.profile.vocabulary_of(column)
        if vocabulary is None:
            return "the allowed values"
        values = ", ".join(vocabulary.accepts)
        if set(vocabulary.accepts) <= set(self.profile.removals):
            whole_classes = vocabulary.accepts == vocabulary.meaning(Effect.REMOVE_CLASS)
            what = "to remove the whole class" if whole_classes else "to remove"
            alone = "; to take one person out, use the portal" if whole_classes else ""
            return f"{values} {what}; leave the cell blank to add or update{alone}"
        if column.requirement.ever_blank:
            return f"{values}; or leave the cell blank"
        if column.requirement.staff is Need.BLANK:
            return f"{values}; leave the cell blank for staff"
        return values


def _which(rule: Rule, value: pl.Expr) -> pl.Expr:
    """The position in `message_if` of the first pattern that matches a value; null if none."""
    matches = [value.str.contains(pattern) for pattern in rule.message_if]
    return pl.coalesce(pl.when(match).then(pl.lit(place)) for place, match in enumerate(matches))


def _wants_our_value(rule: Rule) -> bool:
    """Whether a rule's message needs a value of the toolkit's own, which must not stay empty."""
    return ours(rule) and rule.names_value


def _only(key: str | None) -> tuple[str, ...]:
    """The column of a finding as a tuple of one or none."""
    return (key,) if key else ()


def _without_article(text: str) -> str:
    """Drop words for a column at the end of a text that “the column” follows."""
    return _OF_COLUMN.sub("", text)


def _blank(how_to_fix: str) -> str:
    """The remedy where the suggestion is a blank cell."""
    return how_to_fix if "blank" in how_to_fix else f"{how_to_fix} Leave it blank."


def profile_named(profile: Profile) -> str:
    """Name and version of a profile, and whose own it is: `ours 2 (Avon's own, version 3)`."""
    whose = f" ({printable(profile.choice.in_words)})" if profile.choice.in_words else ""
    return f"{profile.name} {profile.version}{whose}"


def of_workbook(upload: Upload) -> Iterator[str]:
    """What of a workbook was not read as it is shown, and what to do: a sentence or two of each."""
    if upload.sheets_unread:
        yield _of_unread_sheets(upload)
    if upload.uncalculated:
        yield (
            f"The workbook has {upload.uncalculated}, read here as text. Open it in Excel, save it "
            "there, and check the saved file."
        )


def _of_unread_sheets(upload: Upload) -> str:
    """That other sheets of a workbook have people too, and what to do with them."""
    others = upload.sheets_unread
    which = "the other sheet" if others == 1 else f"the {number(others)} other sheets"
    return (
        f"Only the first sheet with rows was read: nobody on {which} is counted here. Put all rows "
        "on one sheet, or check each sheet as a file of its own."
    )


def findings_of_row(review: Assessment, number: int) -> pl.DataFrame:
    """The findings on a spreadsheet row, the worst first.

    Columns: `code`, `column` (header), `severity`, `message`, `how_to_fix`, `suggestion`.
    """
    names = {place: column.name for place, column in enumerate(review.profile.columns.values())}
    ranks = {rule.number: rule.severity.rank for rule in review.rules.values()}
    severities = {rule.code: rule.severity.value for rule in review.rules.values()}
    findings = review.validation.findings.filter(pl.col("row") == number).sort(
        pl.col("code").replace_strict(ranks, return_dtype=pl.UInt8), maintain_order=True
    )
    return (
        Words(review.profile)
        .with_messages(findings, review)
        .select(
            pl.col("rule").alias("code"),
            pl.col("column").replace_strict(names, default=None, return_dtype=pl.String),
            pl.col("rule").replace_strict(severities, return_dtype=pl.String).alias("severity"),
            "message",
            "how_to_fix",
            "suggestion",
        )
    )
