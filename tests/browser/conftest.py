"""The app as a user starts it, and a browser beside it.

The server is started by the README's own command; the browser is the Chromium that is installed.
Where there is none, a developer's run skips with the reason, and CI fails with it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from driving import Open, Visitor

from benchmarks.serving import free_port, running_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
)  # fmt: skip


_OPENED = pytest.StashKey[list[Visitor]]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Tell beside a failure what its pages showed: the browser is gone when somebody reads it."""
    report = yield
    if report.when == "call" and report.failed:
        for one in item.stash.get(_OPENED, []):
            report.sections.append((f"What {one.page.url} showed", one.everything()))
    return report


@contextmanager
def served(
    folder: Path, *, command: Sequence[str] = (), port: int = 0, **options: str
) -> Iterator[str]:
    """The address of the app while it runs, with a store of its own.

    Its log may hold no traceback: that would be a fault that somebody met. `command`: another one
    than the README's; `port`: the one that somebody else must know before.
    """
    port = port or free_port()
    with running_app(folder, options, port=port, command=command):
        yield f"http://127.0.0.1:{port}"
    log = (folder / "server.log").read_text(encoding="utf-8", errors="replace")
    assert not [words for words in ("Traceback", "A page failed") if words in log], log


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for all tests of this folder."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        why = "there is no chromium to try the app in"
        pytest.fail(why) if "CI" in os.environ else pytest.skip(why)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=[*_FLAGS])
        yield opened
        opened.close()


@pytest.fixture(scope="package")
def address(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the app, started once for all tests of this folder."""
    assert chromium
    with served(tmp_path_factory.mktemp("served")) as found:
        yield found


@pytest.fixture
def visitor(chromium: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Open]:
    """Opens a browser context on the app; each is watched, and closed at the end."""
    opened = request.node.stash[_OPENED] = []

    def open_one(at: str = address, **how: object) -> Visitor:
        opened.append(Visitor(chromium, at, **how))  # type: ignore[arg-type]
        return opened[-1]

    yield open_one
    for one in opened:
        one.leave()
