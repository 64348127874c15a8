"""The app as a server: on a port of its own, from when it answers until it is no longer needed.

What measures, photographs or tests the running app starts it here.
"""

from __future__ import annotations

import http.client
import os
import re
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.process import ROOT

#: Seconds that a server may take until it answers, and until it has ended.
_SECONDS = 60


def free_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
        return port


def readme_command() -> list[str]:
    """What README.md says starts the app, with the interpreter of this run.

    Raises LookupError where it no longer says it.
    """
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"<!-- run-command -->\n```sh\n(.*?)\n```", readme, re.DOTALL)
    if block is None:
        raise LookupError("README.md has no fenced block under <!-- run-command -->.")
    starts = shlex.split(block[1].rpartition("&&")[2])
    return [word.replace(".venv/bin/", f"{Path(sys.executable).parent}/") for word in starts]


@contextmanager
def running_app(
    folder: Path, settings: Mapping[str, str], *, port: int, command: Sequence[str] = ()
) -> Iterator[subprocess.Popen[bytes]]:
    """The app from when it answers, with its store and its log, `server.log`, in a folder.

    `settings`: what else stands in its environment; `command`: another one than README.md's.
    Raises RuntimeError where it ends early or does not answer.
    """
    own = {"ROSTER_STORE": str(folder / "roster.duckdb"), "STREAMLIT_SERVER_PORT": str(port)}
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(  # noqa: S603 - our own
            list(command) or readme_command(),
            cwd=ROOT, stdout=log, stderr=log, env=os.environ | own | settings,
        )  # fmt: skip
        try:
            _wait_for_answer(server, port)
            yield server
        finally:
            server.terminate()
            server.wait(timeout=_SECONDS)


def _wait_for_answer(server: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end:
        if server.poll() is not None:
            raise RuntimeError(f"The app ended with {server.returncode} before it answered.")
        if _is_healthy(port):
            return
        time.sleep(0.1)
    raise RuntimeError(f"The app did not answer within {_SECONDS} seconds.")


def _is_healthy(port: int) -> bool:
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        asking.request("GET", "/_stcore/health")
        return asking.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        asking.close()
