"""The app as a user starts it, and a browser beside it.

The server is started by the README's own command; the browser is the Chromium that is installed.
Where there is none, a developer's run skips with the reason, and CI fails with it.
"""

from __future__ import annotations

import http.client
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from driving import REPOSITORY, Open, Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
)  # fmt: skip
_SECONDS = 60


def readme_command() -> list[str]:
    """What the README says starts the app, with the interpreter of this run."""
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    block = re.search(r"<!-- run-command -->\n```sh\n(.*?)\n```", readme, re.DOTALL)
    assert block, "README.md has no fenced block under <!-- run-command -->"
    starts = shlex.split(block[1].rpartition("&&")[2])
    return [word.replace(".venv/bin/", f"{Path(sys.executable).parent}/") for word in starts]


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
        return port


@contextmanager
def served(
    folder: Path, *, command: list[str] | None = None, port: int = 0, **options: str
) -> Iterator[str]:
    """The address of the app while it runs, with a store of its own.

    Its log may hold no traceback: that would be a fault that somebody met. `command`: another one
    than the README's; `port`: the one that somebody else must know before.
    """
    port = port or free_port()
    address = f"http://127.0.0.1:{port}"
    settings = {
        "ROSTER_STORE": str(folder / "roster.duckdb"),
        "STREAMLIT_SERVER_PORT": str(port),
    }
    log = folder / "server.log"
    with log.open("wb") as lines:
        server = subprocess.Popen(
            command or readme_command(), cwd=REPOSITORY, stdout=lines, stderr=lines,
            env=os.environ | settings | options,
        )  # fmt: skip
        try:
            _wait_for(port, server)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=_SECONDS)
    log_text = log.read_text(encoding="utf-8", errors="replace")
    assert not [words for words in ("Traceback", "A page failed") if words in log_text], log_text


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(_SECONDS * 10):
        assert server.poll() is None, "the app did not start"
        asking = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
        try:
            asking.request("GET", "/_stcore/health")
            if asking.getresponse().status == http.HTTPStatus.OK:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            asking.close()
    raise AssertionError("the app did not answer")


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
def visitor(chromium: Browser, address: str) -> Iterator[Open]:
    """Opens a browser context on the app; each is watched, and closed at the end."""
    opened: list[Visitor] = []

    def open_one(at: str = address, **how: object) -> Visitor:
        opened.append(Visitor(chromium, at, **how))  # type: ignore[arg-type]
        return opened[-1]

    yield open_one
    for one in opened:
        one.leave()
