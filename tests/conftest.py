"""What every test stands on."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    import roster_toolkit as rt

if "PYTEST_XDIST_WORKER" in os.environ and "POLARS_MAX_THREADS" not in os.environ:
    # Side by side, workers of many threads take each other's time: files of a few rows cost 6 %
    # less with one thread. Polars reads the number once; what a test starts as a process of its
    # own (the command line, the app, a notebook) has all threads, as a user's does.
    os.environ["POLARS_MAX_THREADS"] = "1"
    import polars as pl

    pl.thread_pool_size()
    del os.environ["POLARS_MAX_THREADS"]

# Modules are compiled once and kept in __pycache__, even where the environment says not to:
# otherwise each worker compiles all tests anew (8 s), and each process that a test starts the
# package (0.2 s).
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Where Jupyter brought it along, jsonschema would load a grammar of international addresses, which
# takes each worker four seconds to make. No schema of ours or of a notebook's has such a format.
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]

# CI looks at the same examples in every run; a developer's machine looks for new ones. The blob
# lets a failure of either be repeated elsewhere.
settings.register_profile("house", deadline=None, derandomize="CI" in os.environ, print_blob=True)
settings.load_profile("house")


@pytest.fixture
def app_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the app keeps its store in this test, not that of whoever runs it."""
    path = tmp_path / "roster.duckdb"
    monkeypatch.setenv("ROSTER_STORE", str(path))
    return path


@pytest.fixture(scope="session")
def story_made_once(tmp_path_factory: pytest.TempPathFactory) -> rt.Story:
    """The sample district, made once for all tests of a worker; nobody may change it."""
    import roster_toolkit as rt

    return rt.sample_story(tmp_path_factory.mktemp("riverton"))


@pytest.fixture(scope="module")
def story(story_made_once: rt.Story, tmp_path_factory: pytest.TempPathFactory) -> rt.Story:
    """A copy of it for the tests of a module."""
    folder = tmp_path_factory.mktemp("story") / "riverton"
    shutil.copytree(story_made_once.store.parent, folder)
    made = {each.name: getattr(story_made_once, each.name) for each in fields(story_made_once)}
    paths = {name: folder / at.name for name, at in made.items() if isinstance(at, Path)}
    return replace(story_made_once, **paths)


@pytest.fixture(autouse=True)
def no_page_fails(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A page that catches a fault of ours says so in words; a test must not take that for good."""
    yield
    failed = [r.getMessage() for r in caplog.get_records("call") if r.name == "roster_toolkit.app"]
    assert not failed
