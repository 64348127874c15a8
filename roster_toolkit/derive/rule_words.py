"""Everything that a rule has to say of itself, in plain text under a profile's headers.

For whoever shows a rule, on a page, in a terminal or in a notebook: nothing in it is markup.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass

from roster_toolkit.derive.explain import ExampleTable, columns_of, example_table
from roster_toolkit.derive.portal_texts import texts_of_rule
from roster_toolkit.model import Evidence, Fix, Profile, Rule, Scope, Severity
from roster_toolkit.rules.examples import profile_of_examples, profile_of_roster
from roster_toolkit.rules.registry import catalogue, rules_of

#: What a finding of each severity does to the upload.
EFFECT = {
    Severity.BLOCKER: "the whole file is rejected",
    Severity.ERROR: "the row is rejected",
    Severity.WARNING: "the row is accepted, but it is probably not what was meant",
    Severity.INFO: "nothing happens; it is worth knowing",
}
#: How a fact about the portal is known.
KNOWN = {
    Evidence.CONFIRMED: "read in the vendor's help articles",
    Evidence.INFERRED: "follows from what the vendor's help articles say",
    Evidence.ASSUMED: "our best understanding; the vendor's data dictionary is not public",
    Evidence.SEEN: "learned from what your portal handed out, accepted or reported",
}
#: What a rule looks at, by the first digit of its number.
SCOPES = {
    "0": "The file as it was read",
    "1": "What a cell says",
    "2": "What the cells of one row say about each other",
    "3": "What the rows of one file say together",
    "4": "The file against the roster",
    "5": "The second file",
}
_REPAIR: dict[tuple[Fix, ...], str] = {
    (): "not possible",
    (Fix.SAFE,): "safe: it loses nothing and is made automatically",
    (Fix.CONFIRM,): "probably right: it is made only if you confirm it",
    (Fix.SAFE, Fix.CONFIRM): "safe or probably right, depending on the value",
}


@dataclass(frozen=True, slots=True)
class ToldRule:
    """A rule in words, with its proof as small tables.

    >>> rule = rt.told_rules(review.profile)[0]
    >>> (rule.code, rule.title)
    ('RT001', "This isn't a CSV file")
    """

    code: str
    name: str
    title: str
    """What is wrong, as a heading."""
    scope: str
    """What the rule looks at."""
    severity: Severity
    effect: str
    """What a finding does to the upload."""
    evidence: Evidence
    known: str
    """How the rule is known."""
    categories: tuple[str, ...]
    """The error categories under which it is reported."""
    why: str
    how_to_fix: str
    repair: str
    """Whether the toolkit can fix it, and how surely."""
    bad: ExampleTable
    good: ExampleTable
    roster: ExampleTable | None
    """The roster that the examples are compared with, where there is one."""
    portal_says: tuple[str, ...]
    """The portal's own texts for it, in quotes, each with its column where it has one."""
    enabled: bool
    """Whether the profile leaves the rule switched on."""


def told_rules(profile: Profile) -> tuple[ToldRule, ...]:
    """Every rule in words, in the order of their codes; those switched off as well.

    >>> [rule.code for rule in rt.told_rules(review.profile)][:3]
    ['RT001', 'RT002', 'RT003']
    """
    return tuple(told_rule(rule, profile) for rule in {**catalogue(), **rules_of(profile)}.values())


def told_rule(rule: Rule, profile: Profile) -> ToldRule:
    """One rule in words; its example stands under the profile that it is shown with."""
    example_profile = profile_of_examples(rule, profile)
    return ToldRule(
        code=rule.code,
        name=rule.name,
        title=rule.title,
        scope=SCOPES[rule.code[2]],
        severity=rule.severity,
        effect=EFFECT[rule.severity],
        evidence=rule.evidence,
        known=KNOWN[rule.evidence],
        categories=categories(rule, example_profile),
        why="\n\n".join(" ".join(p.split()) for p in inspect.cleandoc(rule.why).split("\n\n")),
        how_to_fix=how_to_fix(rule, example_profile),
        repair=_REPAIR[tuple(sorted(rule.fixes, key=list(Fix).index))],
        bad=example_table(rule.bad, example_profile),
        good=example_table(rule.good, example_profile),
        roster=example_table(rule.roster, profile_of_roster(example_profile))
        if rule.roster
        else None,
        portal_says=texts_of_rule(rule.code, profile),
        enabled=rule.code in rules_of(profile),
    )


def how_to_fix(
    rule: Rule, profile: Profile, listed: str = "the values that are allowed in the column"
) -> str:
    """What to do, with what the profile says of the column if there is only one.

    `listed` stands where several columns have lists of their own.
    """
    keys = columns_of(rule, profile)
    column = profile.columns[keys[0]] if len(keys) == 1 else None
    vocabulary = profile.vocabulary_of(column) if column else None
    return rule.how_to_fix.format(
        column=column.name if column else "the column",
        accepts=", ".join(vocabulary.accepts) if vocabulary else listed,
        forbidden_domains=", ".join(profile.kinds[column.kind].forbidden_domains if column else ()),
        **profile.thresholds,
    )


def categories(rule: Rule, profile: Profile) -> tuple[str, ...]:
    """The error categories under which findings of a rule are reported."""
    if rule.category:
        return (rule.category,)
    columns = [profile.columns[key].category for key in columns_of(rule, profile)]
    if len(columns) == len(profile.columns):
        return ("that of the column",)
    return tuple(dict.fromkeys(columns)) or (Scope.FILE.value,)
