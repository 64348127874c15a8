"""The pages say what rules and profiles say, and every rule is fit to be on one."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from roster_toolkit.derive import explain
from roster_toolkit.derive.markdown import code, table
from roster_toolkit.errors import ProfileError
from roster_toolkit.model import Evidence, Rule
from roster_toolkit.profile import load_profile, profile_names
from roster_toolkit.rules.registry import catalogue, rules_of

REPOSITORY = Path(__file__).parent.parent
DOCS = REPOSITORY / "docs"
RULES = list(catalogue().values())

# --- generated pages -----------------------------------------------------------------------------


def build(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "scripts/build_docs.py", *options]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)


def test_no_page_is_stale() -> None:
    done = build("--check")

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_is_documented(rule: Rule) -> None:
    page = (DOCS / "rules.md").read_text(encoding="utf-8")

    start = page.index(f"\n### {rule.code} {rule.name}\n")
    entry = page[start : page.find("\n### ", start + 1)]

    assert f"**{rule.title}.**" in entry
    assert f"Severity: {rule.severity.value}" in entry
    assert f"Evidence: {rule.evidence.value}" in entry
    assert "\nWrong:\n" in entry
    assert "\nRight:\n" in entry
    assert f"](#{rule.code.lower()}-{rule.name})" in page


@pytest.mark.parametrize("page", ["rules.md", "data_dictionary.md", "profiles.md"])
def test_no_place_of_a_sentence_stays_open(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    prose = re.sub(r"`[^`\n]*`|```.*?```|``.*?``", "", text, flags=re.DOTALL)

    assert re.findall(r"\{\w*\}", prose) == []


@pytest.mark.parametrize("name", profile_names())
def test_every_column_and_every_mark_of_evidence_is_in_the_dictionary(name: str) -> None:
    page = (DOCS / "data_dictionary.md").read_text(encoding="utf-8")
    profile = load_profile(name)

    for column in profile.columns.values():
        marks = " / ".join(column.evidence[f].value for f in ("name", "values", "requirement"))
        assert re.search(rf"\| `{column.name}` \|.*\| {marks} \|", page)
        assert all(f"`{alias}`" in page for alias in column.aliases)
    assert all(f"| {season} |" in page for season in profile.seasons)
    assert all(evidence.value in page for evidence in Evidence)


@pytest.mark.parametrize(
    "page", ["docs/rules.md", "docs/data_dictionary.md", "docs/profiles.md", "CONTRIBUTING.md"]
)
def test_every_link_leads_somewhere(page: str) -> None:
    path = REPOSITORY / page
    text = path.read_text(encoding="utf-8")
    anchors = {
        re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    }

    for target in re.findall(r"\]\(([^)]+)\)", re.sub(r"``.*?``|`[^`\n]*`", "", text)):
        if target.startswith("#"):
            assert target[1:] in anchors
        else:
            assert (path.parent / target).is_file()


def test_a_table_holds_whatever_stands_in_a_cell() -> None:
    lines = list(table(("value",), [(code(value),) for value in ("a|b", "`x`", "", " a\t\u200b")]))

    assert lines[2:6] == [r"| `a\|b` |", "| `` `x` `` |", "| *(blank)* |", r"| `  a\t\u200b ` |"]


# --- the catalogue -------------------------------------------------------------------------------

#: Words that name a cure.
CURES = re.compile(r"\b(unique|valid|check|ensure|must|should|required|correct|fix)\b")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_is_named_after_its_fault(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", rule.name)
    assert not CURES.search(rule.name.replace("-", " "))
    assert explain(rule.name, load_profile()) == (rule,)


def test_no_two_rules_share_a_name_or_a_title() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert len({rule.title for rule in RULES}) == len(RULES)


# --- the page that is written by hand ------------------------------------------------------------

EXAMPLES = re.findall(
    r"```toml\n(.*?)```", (DOCS / "profiles.md").read_text(encoding="utf-8"), flags=re.DOTALL
)


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_an_example_of_the_page_about_profiles_loads(number: int, tmp_path: Path) -> None:
    path = tmp_path / "example.toml"
    path.write_text(EXAMPLES[number], encoding="utf-8")

    profile = load_profile(path)

    assert profile.sha256 != load_profile().sha256
    assert rules_of(profile)


def test_the_page_about_profiles_shows_every_table_of_one() -> None:
    shown = {key for example in EXAMPLES for key in tomllib.loads(example)}

    assert {"columns", "vocabularies", "kinds", "rules", "thresholds", "seasons"} <= shown
    assert len(EXAMPLES) >= 7


def test_the_sentence_that_the_page_quotes_is_the_one_that_is_said(tmp_path: Path) -> None:
    path = tmp_path / "our-district.toml"
    path.write_text('extends = "batch-upload"\n[columns.userGrad]\n', encoding="utf-8")
    page = " ".join((DOCS / "profiles.md").read_text(encoding="utf-8").split())

    with pytest.raises(ProfileError, match="Did you mean userGrade") as caught:
        load_profile(path)

    assert str(caught.value) in page


def test_contributing_names_only_what_is_there() -> None:
    text = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\b((?:scripts|roster_toolkit|docs)/[\w./-]*\w)", text))

    assert named
    assert [name for name in sorted(named) if not (REPOSITORY / name).exists()] == []
