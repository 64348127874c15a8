"""What is installed: exactly locked, allowed by its license, and each package there for a use."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).parent.parent
sys.path.insert(0, str(REPOSITORY / "scripts"))
import licenses  # noqa: E402  the script, from where it is kept

PINNED = sorted(path.name for path in REPOSITORY.glob("requirements*.txt"))
#: What the image holds: the toolkit, and what lets people sign in.
HOST = "requirements-host.txt"
LOCK = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8")


def requirements_of(name: str) -> list[Requirement]:
    """What a file of requirements names itself."""
    lines = (REPOSITORY / name).read_text(encoding="utf-8").splitlines()
    texts = (line.partition("#")[0].strip() for line in lines if not line.startswith("-r "))
    return [Requirement(text) for text in texts if text]


# --- the lock file -----------------------------------------------------------------------------


def test_the_lock_names_every_requirement_in_its_version() -> None:
    versions = {package.name: package.versions for package in licenses.locked()}

    for requirement in [*requirements_of("requirements.txt"), *requirements_of(HOST)]:
        (specifier,) = requirement.specifier
        assert versions[canonicalize_name(requirement.name)] == (specifier.version,)


def test_the_lock_names_hashes_for_every_package_and_nothing_else() -> None:
    entries = re.findall(r"^\S.*(?:\n    .*)*", re.sub(r"(?m)^#.*\n", "", LOCK), re.MULTILINE)

    assert len(entries) == sum(len(package.versions) for package in licenses.locked())
    for entry in entries:
        first, *others = entry.split("\n")
        hashes = [line for line in others if not line.startswith("    # via ")]
        assert re.fullmatch(r"[a-z0-9-]+==[\w.]+( ; [\w .'<>=!]+)? \\", first)
        assert hashes, first
        wrong = [line for line in hashes if not re.fullmatch(
            r"    --hash=sha256:[0-9a-f]{64}( \\)?", line)]  # fmt: skip
        assert wrong == []


def test_the_lock_names_no_host() -> None:
    assert (
        re.findall(r"https?:|\bwww\.|--(?:extra-)?index|--find-link[s]|--trusted-host", LOCK) == []
    )


def test_whatever_a_locked_package_needs_is_locked_too() -> None:
    versions = {package.name: package.versions for package in licenses.locked()}
    here = licenses.installed(HOST)

    assert set(here) - set(versions) == set()
    assert {"streamlit", "starlette", "polars-runtime-32", "authlib", "httpx"} <= set(here)


@pytest.mark.slow
def test_signing_in_loads_nothing_that_is_not_locked() -> None:
    script = (
        "import sys; before = {*sys.modules}; import authlib.integrations.starlette_client; "
        "print(*{*sys.modules} - before)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )

    tops = {name.partition(".")[0] for name in done.stdout.split()}
    loaded = {canonicalize_name(each) for top, names in packages_distributions().items()
              for each in names if top in tops}  # fmt: skip
    assert {"authlib", "httpx", "cryptography"} <= loaded
    assert loaded - {package.name for package in licenses.locked()} == set()


# --- licenses ----------------------------------------------------------------------------------


def test_every_installed_package_has_a_license_that_is_allowed() -> None:
    assert licenses.not_allowed("requirements-dev.txt") == []
    assert licenses.not_allowed("requirements-notebooks.txt") == []


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("GPL-3.0-only OR MIT", True),
        ("MIT AND GPL-3.0-only", False),
        ("(Apache-2.0 AND BSD-2-Clause)", True),
        ("GPL-3.0-only", False),
        ("", False),
    ],
)
def test_a_license_is_allowed_if_each_part_or_one_to_choose_is(
    expression: str, *, allowed: bool
) -> None:
    assert licenses.is_allowed(expression) == allowed


def test_the_page_of_licenses_names_every_package_of_the_lock() -> None:
    page = (REPOSITORY / licenses.PAGE).read_text(encoding="utf-8")
    here = licenses.installed(HOST)
    rows = dict(re.findall(r"^\| (\S+) \| (.+) \|$", page, re.MULTILINE)[1:])

    assert list(rows) == [package.name for package in licenses.locked()]
    for package in licenses.locked():
        versions, _, told = rows[package.name].partition(" | ")
        assert versions == ", ".join(package.versions)
        # Another version, on another Python, may word its license otherwise.
        if package.name in here and (here[package.name].version,) == package.versions:
            assert told == licenses.license_of(here[package.name])


@pytest.mark.parametrize(
    ("name", "why"),
    [("no-such-package", "it is not installed here"), ("axe-playwright-python", "names none")],
)
def test_a_package_without_a_stated_license_is_told_in_a_sentence(
    name: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(licenses, "STATED", {})
    here = licenses.installed("requirements-dev.txt")

    with pytest.raises(LookupError, match=f"^{name} has no license that is known: .*{why}"):
        licenses.license_for_page(name, here)


# --- what is pinned is used --------------------------------------------------------------------

#: Packages that nothing imports → a file, and what in it shows that they are used.
RUN_OTHERWISE = {
    "authlib": ("app_parts/signed_in.py", 'find_spec("authlib")'),
    "fastexcel": ("roster_toolkit/ingest/workbook.py", "fastexcel"),
    "httpx": ("app_parts/signed_in.py", '"httpx"'),
    "import-linter": ("tests/test_house.py", "lint-imports"),
    "ipykernel": ("notebooks/1_triage_a_file.ipynb", '"name": "python3"'),
    "jupyterlab": ("README.md", ".venv/bin/jupyter lab notebooks"),
    "mypy": ("tests/test_house.py", 'run_module("mypy"'),
    "oidc-provider-mock": ("tests/browser/test_browser_sign_in.py", '"oidc_provider_mock"'),
    "papermill": ("README.md", ".venv/bin/papermill"),
    "nbconvert": ("README.md", ".venv/bin/jupyter nbconvert"),
    "pre-commit": ("CONTRIBUTING.md", "`pre-commit install`"),
    "pytest-xdist": ("README.md", "-m pytest -n 2"),
    "ruff": ("tests/test_house.py", 'run_module("ruff"'),
    "uv": ("scripts/lock.py", '"uv", "pip", "compile"'),
}
#: Where what a file of requirements names may be imported.
PLACES = {
    "requirements.txt": ("roster_toolkit", "app_pages", "app_parts"),
    "requirements-dev.txt": ("tests", "scripts", "notebooks"),
    "requirements-notebooks.txt": ("scripts", "notebooks", "tests"),
    "requirements-host.txt": ("app_parts",),
    "requirements-cluster.txt": ("roster_toolkit", "tests"),
    "requirements-benchmarks.txt": ("benchmarks",),
}


@cache
def imported_in(folder: str) -> set[str]:
    """Packages that the modules of a folder import, each by the name it is installed under."""
    modules: set[str] = set()
    for path in (REPOSITORY / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {name.name.split(".")[0] for name in node.names}
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.add(node.module.split(".")[0])
            if isinstance(node, ast.Call) and node.args:  # importlib.import_module, importorskip
                first = node.args[0]
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in {"import_module", "importorskip"} and isinstance(first, ast.Constant):
                    modules.add(str(first.value).split(".")[0])
    known = packages_distributions()
    return {canonicalize_name(each) for name in modules for each in known.get(name, [name])}


def unused(name: str) -> list[str]:
    """Requirements of a file that nothing imports and nothing else runs."""
    imported = set().union(*map(imported_in, PLACES[name]))
    return [
        requirement.name
        for requirement in requirements_of(name)
        if canonicalize_name(requirement.name) not in imported
        and requirement.name not in RUN_OTHERWISE
    ]


@pytest.mark.slow
@pytest.mark.parametrize("name", PINNED)
def test_every_package_that_is_pinned_is_used(name: str) -> None:
    assert unused(name) == []


@pytest.mark.parametrize("package", RUN_OTHERWISE)
def test_what_nothing_imports_is_run_where_it_is_said(package: str) -> None:
    path, words = RUN_OTHERWISE[package]

    assert words in (REPOSITORY / path).read_text(encoding="utf-8")
    assert package in {each.name for name in PINNED for each in requirements_of(name)}


def test_the_package_that_is_shipped_needs_what_is_pinned() -> None:
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))

    dependencies = settings["tool"]["setuptools"]["dynamic"]["dependencies"]
    assert dependencies == {"file": ["requirements.txt"]}
