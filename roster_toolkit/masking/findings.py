"""Mask what findings say: whose value it is follows from the rule and its column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from roster_toolkit.masking.values import Form, Mask
from roster_toolkit.model import Rule, Scope
from roster_toolkit.report.words import ours, summed_up
from roster_toolkit.rules.judgement import roster_judgements

_OF_ROSTER = (Scope.SCHOOLS_KNOWN, Scope.PEOPLE_KNOWN, Scope.CLASSES_KNOWN,
              Scope.IDENTIFIERS_KNOWN, Scope.REMOVED_CLASSES)  # fmt: skip


@dataclass(frozen=True)
class _Forms:
    """What a rule's findings in one column hold."""

    value: Form
    suggestion: Form
    parent: Form
    several: bool = False
    """Whether the value is a list."""
    of_school: bool = False
    """Whether it is a sentence that begins with a school."""
    of_district: bool = False
    """Whether it is a sentence that names the district."""


#: What holds our own words alone.
_OURS = _Forms(Form.KEEP, Form.KEEP, Form.KEEP)


def masked_findings(
    findings: pl.DataFrame, rules: Mapping[str, Rule], mask: Mask, district: tuple[str, str]
) -> pl.DataFrame:
    """Findings with `value`, `suggestion` and `parent` masked, in their order.

    `district`: its name, and what stands for it.
    """
    if findings.is_empty():
        return findings
    by_number = {rule.number: rule for rule in rules.values()}
    keys = list(mask.profile.columns)
    numbered = findings.with_row_index("at")
    parts = [
        _part(part, _forms(by_number[code], None if place is None else keys[place], mask), mask,
              district)
        for (code, place), part in numbered.partition_by("code", "column", as_dict=True).items()
    ]  # fmt: skip
    return pl.concat(parts).sort("at").drop("at")


def _forms(rule: Rule, key: str | None, mask: Mask) -> _Forms:
    """The forms of a rule's findings in a column."""
    of_file = _of_no_column(rule, key)
    if of_file is not None:
        return of_file
    person = mask.form_of("userId")
    if key is None:
        return _Forms(Form.UNKNOWN, Form.UNKNOWN, person)
    own = mask.form_of(key)
    return _Forms(
        value=mask.form_of(_subject(rule, key, mask) or key),
        suggestion=own,
        parent=own if rule.cause_by_value else person,
        several=rule.scope is Scope.IDENTIFIERS,
    )


def _of_no_column(rule: Rule, key: str | None) -> _Forms | None:
    """The forms of what is no cell of a column: our own words, and headers."""
    if summed_up(rule):
        return replace(_OURS, of_school=True)
    if rule.scope is Scope.PEOPLE_TOGETHER:
        return replace(_OURS, of_district=True)
    if ours(rule) or (key is None and rule.scope is Scope.CELL):  # blank cells behind the header
        return _OURS
    return replace(_OURS, value=Form.HEADER) if rule.scope is Scope.FILE else None


def _subject(rule: Rule, key: str, mask: Mask) -> str | None:
    """The column whose value names a person or class as a whole, on no row; None for a cell."""
    if rule.severity.rejects:
        return None
    if rule.scope is Scope.CLASS_LISTS:
        return "classId"
    judgement = roster_judgements(rule, mask.profile).get(key) if rule.scope in _OF_ROSTER else None
    return judgement.once if judgement is not None else None


def _part(part: pl.DataFrame, forms: _Forms, mask: Mask, district: tuple[str, str]) -> pl.DataFrame:
    """The findings of one rule in one column, masked."""
    value, parent = part["value"], part["parent"]
    if forms.of_school:
        new = [_sentence(text, mask) for text in (value, parent)]
    elif forms.of_district:
        name, pseudonym = district
        new = [
            text.str.replace_all(name, pseudonym, literal=True) if name else text
            for text in (value, parent)
        ]
    else:
        new_value = (mask.listed if forms.several else mask.column)(value, forms.value)
        same = (parent == value).fill_null(value=False)
        other = mask.column(parent, forms.parent)
        new = [new_value, pl.select(pl.when(same).then(new_value).otherwise(other)).to_series()]
    suggestion = mask.column(part["suggestion"], forms.suggestion)
    return part.with_columns(new[0].alias("value"), suggestion, new[1].alias("parent"))


def _sentence(sentences: pl.Series, mask: Mask) -> pl.Series:
    """Sentences that begin with the ID of a school, or with how many schools it is about."""
    school = sentences.str.extract(r"^([^:]+): ")
    masked = mask.column(school, Form.SCHOOL)
    about_several = school.str.contains(r"^[\d,]+ schools$").fill_null(value=True)
    behind = sentences.str.slice(school.str.len_chars().fill_null(0))
    changed = pl.select(pl.concat_str(pl.lit(masked), pl.lit(behind))).to_series()
    return pl.select(pl.when(about_several).then(sentences).otherwise(changed)).to_series()
