"""The page that shows every column, list and number of the profiles."""

from __future__ import annotations

from collections.abc import Iterator

from roster_toolkit.derive.dictionary import (
    AND_OTHERS,
    DictionaryRow,
    absent_columns,
    dictionary_rows,
)
from roster_toolkit.derive.markdown import EVIDENCE, GENERATED, code, codes, table
from roster_toolkit.model import HeaderNeed, Profile
from roster_toolkit.profile import load_profile, profile_names

INTRODUCTION = f"""What the toolkit takes a users.csv to be. Each fact is {EVIDENCE}. Whoever
holds the vendor's data dictionary corrects a [profile](profiles.md), not the code.
""".splitlines()
HEADERS = {
    HeaderNeed.REQUIRED: "must be there",
    HeaderNeed.CONDITIONAL: "must be there",
    HeaderNeed.OPTIONAL: "may be missing",
}


def dictionary_page() -> str:
    """The columns, lists and numbers of every profile."""
    lines = ["# Data dictionary", "", GENERATED, *INTRODUCTION, ""]
    descriptions_so_far: dict[str, str] = {}
    for name in profile_names():
        profile = load_profile(name)
        lines += [f"## {profile.title}", ""]
        people = " and ".join(profile.accepts_people)
        evidence = profile.evidence["accepts_people"].value
        lines += [f"Profile {code(name)}, version {profile.version}. {profile.summary}", ""]
        lines += [f"It may bring {people} ({evidence}).", ""]
        for title, section in sections(profile).items():
            text = "\n".join(section)
            lines += [f"### {title} ({name})", ""]
            before = descriptions_so_far.get(title) == text
            lines += [f"As in {load_profile().title}.", ""] if before else section
            descriptions_so_far.setdefault(title, text)
    return "\n".join(lines).rstrip() + "\n"


def sections(profile: Profile) -> dict[str, list[str]]:
    """Title → lines of what a profile says."""
    return {
        "Columns": list(columns(profile)),
        "About each column": list(descriptions(profile)),
        "Other spellings understood": list(spellings(profile)),
        "Forms of values": list(kinds(profile)),
        "Words": list(words(profile)),
        "Numbers": list(numbers(profile)),
        "Seasons": list(seasons(profile)),
    }


def columns(profile: Profile) -> Iterator[str]:
    """The columns at a glance."""

    def line(row: DictionaryRow) -> tuple[str, ...]:
        facts = ("name", "values", "requirement")
        values = codes(row.accepts) if row.accepts and row.judged else row.values
        values += f"; {AND_OTHERS}" if row.accepts and row.judged and row.open else ""
        evidence = " / ".join(row.known(fact) if fact in row.evidence else "–" for fact in facts)
        return (code(row.column), HEADERS[row.header], row.requirement, values, evidence)

    header = ("column", "header", "cell", "accepted values", "name / values / requirement")
    yield from table(header, map(line, dictionary_rows(profile)))
    if absent := absent_columns(profile):
        yield from (absent, "")


def descriptions(profile: Profile) -> Iterator[str]:
    """What each column means, and what else it is called."""
    for row in dictionary_rows(profile):
        parts = [row.description, row.note]
        if row.aliases:
            parts.append(f"Also seen as {codes(row.aliases)}; none of these is a valid header.")
        if row.example:
            parts.append(f"Example: {code(row.example)}.")
        parts.append(f"Error category: {row.category}.")
        yield f"* {code(row.column)}: {' '.join(part for part in parts if part)}"
    yield ""


def spellings(profile: Profile) -> Iterator[str]:
    """What other words for accepted values are taken to mean, in any letter case."""
    yield "None of these is accepted by the portal. *Sure* ones are fixed by `fix`, *likely*"
    yield "ones only if you confirm them."
    yield ""
    rows = (
        (name, code(value), codes(vocabulary.safe.get(value, ())) or "–",
         codes(vocabulary.likely.get(value, ())) or "–")
        for name, vocabulary in profile.vocabularies.items()
        for value in vocabulary.accepts
        if value in vocabulary.safe or value in vocabulary.likely
    )  # fmt: skip
    yield from table(("list", "accepted", "sure", "likely"), rows)


def kinds(profile: Profile) -> Iterator[str]:
    """The form that values of some columns share."""
    for kind in profile.kinds.values():
        facts = [f"{kind.title} ({kind.evidence.value})"]
        if kind.pattern:
            facts.append(f"matches {code(kind.pattern)}")
        if kind.suspicious:
            facts.append(f"should not match {code(kind.suspicious)}")
        if kind.forbidden_domains:
            facts.append(f"no domain begins with {codes(kind.forbidden_domains)}")
        yield f"* {'; '.join(facts)}"
    yield ""


def words(profile: Profile) -> Iterator[str]:
    """Word lists."""
    for name, listed in sorted(profile.words.items()):
        yield f"* {name.replace('_', ' ')}: {codes(listed)}"
    for name, headers in profile.other_formats.items():
        yield f"* headers of {name}: {codes(headers)}"
    yield ""


def numbers(profile: Profile) -> Iterator[str]:
    """Thresholds and settings."""
    for name, number in profile.thresholds.items():
        yield f"* {name.replace('_', ' ')}: {number}"
    row = "rejected rows stay out, the others are accepted"
    consequence = row if profile.on_error == "row" else "one rejected row rejects the file"
    keeps = "keeps what the roster has" if profile.blank_keeps else "empties what the roster has"
    yield f"* after an error: {consequence} ({profile.evidence['on_error'].value})"
    yield f"* a blank optional cell {keeps} ({profile.evidence['blank_keeps'].value})"
    yield ""


def seasons(profile: Profile) -> Iterator[str]:
    """Shares above which RT412 speaks of a mass change."""
    yield from ("Above these shares of a school's records of one kind, RT412 warns.", "")
    rows = (
        (name, season.title, *(share(s) for s in (season.created, season.updated, season.removed)))
        for name, season in profile.seasons.items()
    )
    yield from table(("season", "meaning", "created", "updated", "removed"), rows)


def share(part: float | None) -> str:
    """A share as a percentage."""
    return "–" if part is None else f"{part:.0%}"
