"""The page that documents every rule, from the rules themselves."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence

from roster_toolkit.derive.explain import example_table
from roster_toolkit.derive.markdown import EVIDENCE, GENERATED, code, table, visible
from roster_toolkit.derive.rule_words import EFFECT, SCOPES, categories, how_to_fix
from roster_toolkit.model import Fix, Profile, Rule
from roster_toolkit.profile import load_profile, profile_names
from roster_toolkit.rules.examples import example_profile, profile_of_roster
from roster_toolkit.rules.registry import catalogue

INTRODUCTION = f"""How each rule is known is said beside it: {EVIDENCE}. An assumed rule is
useful; it is not the vendor's.

`python -m roster_toolkit explain CODE` shows an entry in the terminal, and finds one for an error
text that you paste. A profile can switch a rule off or change its severity: see
[profiles](profiles.md).
""".splitlines()
#: Rows of an example beyond which the rest is only counted.
MOST_ROWS = 6
REPAIRS = {
    (): "no fix",
    (Fix.SAFE,): "safe: it loses nothing, and `fix` makes it automatically",
    (Fix.CONFIRM,): "probably right: `fix` makes it only if you confirm it",
    (Fix.SAFE, Fix.CONFIRM): "safe or probably right, depending on the value",
}


def rules_page() -> str:
    """Every rule of the catalogue, with its proof."""
    profile = load_profile()
    rules = catalogue()
    lines = ["# Rules", "", GENERATED, *INTRODUCTION, ""]
    overview = (
        (
            f"[{rule.code}](#{anchor(rule)})",
            rule.name,
            rule.severity.value,
            " or ".join(fix.value for fix in rule.fixes) or "–",
            rule.evidence.value,
        )
        for rule in rules.values()
    )
    lines += table(("code", "name", "severity", "fix", "evidence"), overview)
    scope = ""
    for rule in rules.values():
        if rule.code[2] != scope:
            scope = rule.code[2]
            lines += [f"## RT{scope}xx: {SCOPES[scope]}", ""]
        lines += entry(rule, profile if rule.shown_with == profile.name else None)
    return "\n".join(lines).rstrip() + "\n"


def anchor(rule: Rule) -> str:
    """The place of a rule on the page."""
    return f"{rule.code}-{rule.name}".lower()


def entry(rule: Rule, profile: Profile | None) -> Iterator[str]:
    """One rule: facts, words, proof."""
    chosen = profile or example_profile(rule.shown_with)
    fix = how_to_fix(rule, chosen, "the [allowed values](data_dictionary.md)")
    yield from (f"### {rule.code} {rule.name}", "", f"**{rule.title}.**", "")
    for paragraph in inspect.cleandoc(rule.why).split("\n\n"):
        yield from (" ".join(paragraph.split()), "")
    yield f"* Severity: {rule.severity.value}: {EFFECT[rule.severity]}"
    yield f"* Evidence: {rule.evidence.value}"
    yield f"* Category: {', '.join(categories(rule, chosen))}"
    yield f"* How to fix: {fix}"
    yield f"* Fix: {REPAIRS[tuple(sorted(rule.fixes, key=list(Fix).index))]}"
    if profile is None and rule.shown_with in profile_names():
        yield f"* Shown with the profile {code(chosen.name)}"
    elif profile is None:
        yield from (
            "* Shown with a profile that says:",
            "",
            "```toml",
            rule.shown_with.strip(),
            "```",
        )
    yield ""
    if rule.roster:
        yield from example("The roster", rule.roster, profile_of_roster(chosen))
    if rule.previous:
        yield from example("The upload before", rule.previous, chosen)
    yield from example("Wrong", rule.bad, chosen)
    yield from example("Right", rule.good, chosen)


def example(
    title: str, cells: Mapping[str, Sequence[str]] | bytes, profile: Profile
) -> Iterator[str]:
    """An example as a small table, or as the lines of a file."""
    example_cells = example_table(cells, profile)
    yield from (f"{title}:", "")
    if isinstance(cells, bytes):
        yield "```text"
        yield from (visible(line) for (line,) in example_cells.rows[:MOST_ROWS])
        yield from ("```", "")
        return
    yield from table(
        example_cells.header, (tuple(map(code, row)) for row in example_cells.rows[:MOST_ROWS])
    )
    if len(example_cells.rows) > MOST_ROWS:
        yield from (f"… and so on, {len(example_cells.rows)} rows.", "")
