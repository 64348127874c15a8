"""The house around the code: layers, style, requirements, and facts in their one place."""

from __future__ import annotations

import ast
import itertools
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

import roster_toolkit
from roster_toolkit import model
from roster_toolkit.profile import load_profile, profile_names

REPOSITORY = Path(__file__).parent.parent
PACKAGE = REPOSITORY / "roster_toolkit"
HEAVY = ("duckdb", "pandas", "pandera", "plotly", "polars", "streamlit")


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)


def run_module(*arguments: str) -> None:
    """Run a tool as `python -m`, and fail with what it said."""
    done = run(sys.executable, "-m", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr


def tracked_files() -> list[str]:
    # A clone that another user owns is no reason for git to say nothing.
    done = run("git", "-c", "safe.directory=*", "ls-files", "-z")
    assert done.returncode == 0, done.stderr
    return [name for name in done.stdout.split("\0") if (REPOSITORY / name).is_file()]


# --- layers, style, types ----------------------------------------------------------------------


def test_every_module_imports_only_what_lies_below_it() -> None:
    done = run(Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache")

    assert done.returncode == 0, done.stdout + done.stderr


def test_ruff_finds_nothing() -> None:
    run_module("ruff", "check", "--no-cache", ".")


def test_ruff_would_format_nothing_anew() -> None:
    run_module("ruff", "format", "--no-cache", "--check", ".")


@pytest.mark.slow
def test_mypy_strict_passes_on_the_package() -> None:
    run_module("mypy", "--strict")


# --- what is installed, shipped and loaded -----------------------------------------------------


@pytest.mark.parametrize("name", sorted(path.name for path in REPOSITORY.glob("requirements*.txt")))
def test_every_requirement_has_its_exact_version_and_a_reason(name: str) -> None:
    lines = (REPOSITORY / name).read_text(encoding="utf-8").splitlines()

    requirements = [ln for ln in lines if ln and not ln.startswith(("#", "-r "))]

    assert requirements
    pinned = re.compile(r"[a-z][a-z0-9-]*(\[[a-z]+\])?==[0-9]+(\.[0-9]+)+ +# \S.*")
    assert [line for line in requirements if not pinned.fullmatch(line)] == []


def test_every_file_of_the_package_is_shipped_with_it() -> None:
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    shipped = settings["tool"]["setuptools"]["package-data"]["roster_toolkit"]

    inside = [name.removeprefix("roster_toolkit/") for name in tracked_files()
              if name.startswith("roster_toolkit/") and not name.endswith(".py")]  # fmt: skip

    assert {f"profiles/{name}.toml" for name in profile_names()} <= set(inside)
    assert [name for name in inside if not any(fnmatch(name, glob) for glob in shipped)] == []


@pytest.mark.parametrize("module", ["roster_toolkit", "roster_toolkit.profile"])
def test_importing_loads_nothing_heavy(module: str) -> None:
    done = run(sys.executable, "-c", f"import sys, {module}; print(*sys.modules)")

    assert done.returncode == 0, done.stderr
    assert sorted(set(done.stdout.split()) & set(HEAVY)) == []


def test_no_module_of_the_package_loads_streamlit() -> None:
    script = (
        "import importlib, pkgutil, sys, roster_toolkit as rt\n"
        "for module in pkgutil.walk_packages(rt.__path__, 'roster_toolkit.'):\n"
        "    if not module.name.endswith('__main__'):\n"
        "        importlib.import_module(module.name)\n"
        "print(*sys.modules)\n"
    )

    done = run(sys.executable, "-c", script)

    assert done.returncode == 0, done.stderr
    assert "streamlit" not in done.stdout.split()


# --- the app ------------------------------------------------------------------------------------

PAGES = sorted(REPOSITORY.glob("app_pages/*.py"))
PAGES_AND_PARTS = [REPOSITORY / "app.py", *PAGES, *sorted(REPOSITORY.glob("app_parts/**/*.py"))]
#: Calls whose text Streamlit reads as Markdown.
MARKDOWN = {"error", "header", "info", "markdown", "subheader", "success", "title", "toast",
            "warning", "write"}  # fmt: skip


def inner_names(source: str) -> list[str]:
    """What a page uses of the package beside its public names."""
    public = set(roster_toolkit.__all__)
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == PACKAGE.name:
            found.append(f"{node.lineno}: from {node.module} import")
        if isinstance(node, ast.Import):
            inside = (name.name for name in node.names if name.name.startswith(f"{PACKAGE.name}."))
            found += [f"{node.lineno}: import {name}" for name in inside]
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "rt":
            found += [f"{node.lineno}: rt.{node.attr}"] * (node.attr not in public)
    return found


def texts_made_up_as_markdown(source: str) -> list[str]:
    """Lines on which a text that is put together is handed over as Markdown."""
    return [
        f"{node.lineno}: st.{node.func.attr}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "st"
        and node.func.attr in MARKDOWN
        and not all(isinstance(argument, ast.Constant) for argument in node.args)
    ]


@pytest.mark.parametrize("module", PAGES_AND_PARTS, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_a_page_speaks_to_the_package_by_its_public_names(module: Path) -> None:
    assert inner_names(module.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("module", PAGES_AND_PARTS, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_a_page_hands_over_no_markdown_that_could_hold_a_cell(module: Path) -> None:
    assert texts_made_up_as_markdown(module.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_a_page_is_thin(page: Path) -> None:
    assert len(page.read_text(encoding="utf-8").splitlines()) <= 60


@pytest.mark.parametrize(
    "source",
    ["from roster_toolkit.model import Rule", "import roster_toolkit.model", "rt.no_such_name()"],
)
def test_a_name_that_is_not_public_is_found(source: str) -> None:
    assert inner_names(source) != []
    assert inner_names("import roster_toolkit as rt\nrt.review(data)") == []


@pytest.mark.parametrize("source", ['st.error(f"No {name}")', "st.title(desk.name)"])
def test_a_cell_in_markdown_is_found(source: str) -> None:
    assert texts_made_up_as_markdown(source) != []
    assert texts_made_up_as_markdown('st.title("Roster")') == []


# --- one fact, one place -----------------------------------------------------------------------


@cache
def facts_of_the_profiles() -> Mapping[str, str]:
    """Text that may stand in a profile alone → the place in the profile where it stands."""
    facts: dict[str, str] = {}
    for name in profile_names():
        profile = load_profile(name)
        for key, column in profile.columns.items():
            for text in (column.name, column.category, *column.aliases):
                facts[text] = f"columns.{key}"
        for key, kind in profile.kinds.items():
            for text in (kind.pattern, kind.plain, kind.suspicious, *kind.forbidden_domains):
                facts[text or ""] = f"kinds.{key}"
        for key, vocabulary in profile.vocabularies.items():
            for table in (vocabulary.safe, vocabulary.likely, {"": vocabulary.accepts}):
                for text in (word for words in table.values() for word in words):
                    facts[text] = f"vocabularies.{key}"
        for key, words in profile.words.items():
            facts.update(dict.fromkeys(words, f"words.{key}"))
    own = words_of_the_engine()
    return {text: place for text, place in facts.items() if len(text) > 1 and text not in own}


def words_of_the_engine() -> set[str]:
    """Names by which the code knows columns, kinds, lists and their meanings.

    Frames of our own may go by the words of a key, such as `class_id` or `subject`.
    """
    own: set[str] = set()
    for enum in vars(model).values():
        if isinstance(enum, type) and issubclass(enum, StrEnum):
            own.update(enum)
    for name in profile_names():
        profile = load_profile(name)
        own.update(profile.columns, profile.kinds, profile.vocabularies, profile.thresholds)
        own.update(m for v in profile.vocabularies.values() for m in v.means.values())
        for key in profile.columns:
            words = [word.lower() for word in re.findall("[A-Z]?[a-z]+", key)]
            ends = itertools.combinations(range(len(words) + 1), 2)
            own.update("_".join(words[start:end]) for start, end in ends)
    return own | {"true", "false"}  # of programs and of style sheets


def constants(tree: ast.Module) -> Iterator[ast.Constant]:
    """Constants that the code works with: docstrings and the examples of a rule are left out."""
    exempt: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            exempt.add(node.value)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "rule":
            for keyword in node.keywords:
                if keyword.arg in {"bad", "good", "roster"}:
                    exempt.update(ast.walk(keyword.value))
    return (n for n in ast.walk(tree) if isinstance(n, ast.Constant) and n not in exempt)


def misplaced_facts(source: str, module: Path = Path("example.py")) -> list[str]:
    """Where code repeats what a profile says, as `line: text (place in the profile)`."""
    facts = facts_of_the_profiles()
    class_size = load_profile().thresholds["class_size"]
    found = []
    for constant in constants(ast.parse(source, module)):
        value = constant.value
        text = value.decode(errors="replace") if isinstance(value, bytes) else value
        if isinstance(text, str) and text in facts:
            found.append(f"{constant.lineno}: {text} ({facts[text]})")
        # The other threshold is 20, a number that means many things.
        if re.search(rf"\b{class_size}\b(?! ?%)", str(text)):
            found.append(f"{constant.lineno}: {text} (thresholds.class_size)")
    return found


#: What any portal may say, in its papers or in a made-up one: a word there is no fact of ours.
OF_ANY_PORTAL = ("calibration/documents", "calibration/families.py", "calibration/report.py",
                 "samples/portal.py")  # fmt: skip


def test_nothing_about_a_column_or_a_value_stands_anywhere_but_in_a_profile() -> None:
    modules = sorted(
        module
        for module in PACKAGE.rglob("*.py")
        if not module.relative_to(PACKAGE).as_posix().startswith(OF_ANY_PORTAL)
    )

    found = [
        f"{module.relative_to(REPOSITORY)}:{fact}"
        for module in modules
        for fact in misplaced_facts(module.read_text(encoding="utf-8"), module)
    ]

    assert len(modules) > len(profile_names())
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        'if role == "Teacher": pass',
        'GRADES = {"kindergarten": 0}',
        'alias = "org_sis_id"',
        'alias = "school id"',
        'message = f"{n}" "tbd"',
        "refused = b'amplify'",
        "small = size <= 80",
        'message = "more than 80 students"',
        'rule("RT101", message="Administrator")',
    ],
)
def test_a_fact_outside_a_profile_is_found(source: str) -> None:
    assert misplaced_facts(source) != []


@pytest.mark.parametrize(
    "source",
    [
        '"""Teacher"""',
        "role = 1  # Teacher",
        'def f():\n    "Teacher"',
        'rule("RT101", bad={"userRole": ["Teacher"]}, good={"userRole": ["Student"]})',
        'keys = ("schoolId", "primary_teacher")',
        'columns = ["school_id", "subject"]',
        'staff = profile.values_meaning("userRole", "staff")',
        'message = "at least 80 % of its cells"',
    ],
)
def test_what_is_no_fact_is_not_taken_for_one(source: str) -> None:
    assert misplaced_facts(source) == []


# --- what leaves the house ---------------------------------------------------------------------

# A class of one letter, [k] for k, keeps the expression from finding itself.
PRIVATE = re.compile(
    r"""
      /wor[k]/ | /tmp/bash_job[s] | /roo[t]/ | /(home|Users)/\w    # a path of one machine
    | pypi\.org | pythonhoste[d] | npmj[s] | index-ur[l] | find-link[s]    # a registry
    | \b(sub-?)?(?<!user-)agen[t]s?\b | \bhelpe[r]s?\b | \b(coding|chat|earlier)\ sessio[n]s?\b
    """,
    re.VERBOSE | re.IGNORECASE,
)


@pytest.mark.slow
def test_no_file_tells_where_or_how_it_was_made() -> None:
    names = tracked_files()

    found = [
        f"{name}:{number}: {match[0]}"
        for name in names
        for number, line in enumerate(
            (REPOSITORY / name).read_text(encoding="utf-8", errors="replace").splitlines(), 1
        )
        if (match := PRIVATE.search(line))
    ]

    assert "pyproject.toml" in names
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "cd /wor~k/main",
        "https://pypi~.org/simple",
        "pip install --index-ur~l=x",
        "a help~er wrote it",
        "a sub-agen~t",
        "an agen~t of ours",
        "in an earlier sessio~n",
    ],
)
def test_a_trace_of_its_making_is_found(text: str) -> None:
    assert PRIVATE.search(text.replace("~", ""))
    assert not PRIVATE.search(text)
