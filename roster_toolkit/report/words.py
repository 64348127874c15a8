"""Findings in the words of their rules, filled in only when somebody reads them.

A rule's sentence has places for a value, a suggestion and facts of the profile. Those of the
profile are filled once for each rule and column; values by Polars, for all findings at once.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from roster_toolkit.assessment import Assessment
from roster_toolkit.model import Profile, Rule, Scope, Severity
from roster_toolkit.report.stated import SEVERAL, with_stated
from roster_toolkit.text import (
    HIDDEN,
    listed,
    number,
    printable,
    printable_column,
    quoted,
    quoted_column,
)

#: What a finding is called when it is told to a person.
SEVERITY = {
    Severity.BLOCKER: "Error",
    Severity.ERROR: "Error",
    Severity.WARNING: "Warning",
    Severity.INFO: "Note",
}
#: What a sentence says where there is more than one likely value, or none.
_UNSAID = "another one"
#: Characters of a sentence that sums up.
_SENTENCE = 120
#: Words for a column in front of its name; without a name they would say it twice.
_OF_COLUMN = re.compile(r"\b(?:[Tt]he |one |a )?(?:column |header )?$")


def ours(rule: Rule) -> bool:
    """Whether the values of a rule's findings are words of ours, such as the name of an encoding.

    All others come from the customer's file.
    """
    if rule.scope is Scope.PEOPLE_TOGETHER:
        return True  # two counts, and the name that we know the district by
    return rule.scope is Scope.FILE and rule.category is None


def summed_up(rule: Rule) -> bool:
    """Whether the values of a rule's findings are sentences of ours with figures from the file."""
    return rule.scope in (Scope.SCHOOL_TOTALS, Scope.LEFT_BEHIND)


@dataclass(frozen=True)
class Words:
    """The sentences of the rules for one profile; without `values`, nothing of the file in them."""

    profile: Profile
    values: bool = True

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
        """What is wrong, for one finding, or for all of a cause in its `columns`."""
        if _wants_our_value(rule) and not value:
            return f"{rule.title}."
        given = {
            "value": self._shown(rule, value),
            "suggestion": _UNSAID if suggestion is None else self._shown(rule, suggestion),
            "stated": stated,
        }
        spoken = rule.words_in(key).message
        if suggestion is None and rule.message_if:
            found = pl.select(_which(rule, pl.lit(value or ""))).item()
            spoken = spoken if found is None else list(rule.message_if.values())[found]
        pieces = self._pieces(spoken, columns or _only(key))
        return "".join(given.get(name, text) for text, name in pieces)

    def how_to_fix(self, rule: Rule, key: str | None, columns: tuple[str, ...] = ()) -> str:
        """What to do, for all findings of a rule in a column, or of a cause in its `columns`."""
        pieces = self._pieces(rule.words_in(key).how_to_fix, columns or _only(key))
        return "".join(text for text, _ in pieces)

    def columns_named(self, keys: tuple[str, ...]) -> str:
        """The headers of columns as a person lists them."""
        return listed(self.profile.columns[key].name for key in keys) if keys else ""

    def told(self, findings: pl.DataFrame, review: Assessment) -> pl.DataFrame:
        """Findings in the engine's narrow form with `message` and `how_to_fix`, in their order.

        `column` and `code` count as the engine counts them.
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
                message=self._message_column(
                    rules[code], key := None if place is None else keys[place]
                ),
                how_to_fix=self._fix_column(rules[code], key),
            )
            for (code, place), part in numbered.partition_by("code", "column", as_dict=True).items()
        ]
        if not parts:
            text = pl.lit(None, dtype=pl.String)
            return findings.with_columns(severity=text, rule=text, message=text, how_to_fix=text)
        return pl.concat(parts).sort("at").drop("at", "stated")

    def _message_column(self, rule: Rule, key: str | None) -> pl.Expr:
        value = pl.col("value").fill_null("")
        suggestion = pl.col("suggestion")
        shown = printable_column(value) if summed_up(rule) else quoted_column(value)
        given = {
            "value": value if ours(rule) else shown,
            "suggestion": quoted_column(suggestion).fill_null(_UNSAID),
        }
        if not self.values:
            given = dict.fromkeys(given, pl.lit(HIDDEN))
        given["stated"] = pl.col("stated")

        def spoken(text: str) -> pl.Expr:
            pieces = self._pieces(text, _only(key))
            return pl.concat_str([given.get(name, pl.lit(piece)) for piece, name in pieces])

        message = spoken(rule.words_in(key).message)
        for place, text in enumerate(rule.message_if.values()):
            holds = pl.col("suggestion").is_null() & (_which(rule, value) == place)
            message = pl.when(holds).then(spoken(text)).otherwise(message)
        if not _wants_our_value(rule):
            return message
        return pl.when(value == "").then(pl.lit(f"{rule.title}.")).otherwise(message)

    def _fix_column(self, rule: Rule, key: str | None) -> pl.Expr:
        fixed = pl.lit(self.how_to_fix(rule, key))
        if not self.values:
            return fixed
        likely = pl.col("suggestion")
        verb = pl.when(pl.col("safe")).then(pl.lit(" Write ")).otherwise(pl.lit(" Probably "))
        return (
            pl.when(likely.is_null()).then(fixed)
            .when(likely == "").then(pl.lit(_blank(self.how_to_fix(rule, key))))
            .otherwise(pl.concat_str(fixed, verb, quoted_column(likely), pl.lit(".")))
        )  # fmt: skip

    def _shown(self, rule: Rule, value: str | None) -> str:
        if ours(rule):
            return printable(value or "")
        if self.values and summed_up(rule):
            return printable(value or "", _SENTENCE)
        return quoted(value or "") if self.values else HIDDEN

    def _pieces(self, text: str, keys: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        """A sentence as pairs of text and the name of a place that is still open (or "")."""
        facts = self._facts(keys)
        for literal, name, _, _ in string.Formatter().parse(text):
            if literal:
                yield _without_article(literal) if name == "column" and not keys else literal, ""
            if name is not None:
                yield (facts[name], "") if name in facts else ("", name)

    def _facts(self, keys: tuple[str, ...]) -> dict[str, str]:
        """What the profile says of columns, for the places of a sentence."""
        column = self.profile.columns[keys[0]] if keys else None
        vocabulary = self.profile.vocabulary_of(column) if column else None
        domains = self.profile.kinds[column.kind].forbidden_domains if column else ()
        return {
            "column": self.columns_named(keys) or "the column",
            "accepts": ", ".join(vocabulary.accepts) if vocabulary else "the accepted values",
            "forbidden_domains": ", ".join(domains) or "the portal's own",
            "class_size": number(self.profile.thresholds["class_size"]),
        }


def _which(rule: Rule, value: pl.Expr) -> pl.Expr:
    """The place of the special message that a value gets, if any."""
    matches = [value.str.contains(pattern) for pattern in rule.message_if]
    return pl.coalesce(pl.when(match).then(pl.lit(place)) for place, match in enumerate(matches))


def _wants_our_value(rule: Rule) -> bool:
    """Whether a rule's sentence has a place for words of ours, which must not stay empty."""
    return ours(rule) and rule.names_value


def _only(key: str | None) -> tuple[str, ...]:
    """The columns of a finding: one or none."""
    return (key,) if key else ()


def _without_article(text: str) -> str:
    """What stands before “the column”, where it ends with words for the same."""
    return _OF_COLUMN.sub("", text)


def _blank(how_to_fix: str) -> str:
    """What to do where the cell should be left blank."""
    return how_to_fix if "blank" in how_to_fix else f"{how_to_fix} Leave it blank."
