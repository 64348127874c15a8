"""The container: what Dockerfile says, and the app as it would run in one."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest
from test_served import listener

REPOSITORY = Path(__file__).parent.parent
TEXT = re.sub(r"\\\n", " ", (REPOSITORY / "Dockerfile").read_text(encoding="utf-8"))
INSTRUCTIONS = [tuple(line.split(None, 1)) for line in TEXT.splitlines() if line[:1].isupper()]
#: The last stage: what is run.
RUN = INSTRUCTIONS[max(n for n, (word, _) in enumerate(INSTRUCTIONS) if word == "FROM") :]
_SECONDS = 90


def said(word: str, instructions: list[tuple[str, ...]] = RUN) -> list[str]:
    """What follows an instruction, each time it stands there."""
    return [" ".join(rest.split()) for first, rest in instructions if first == word]


def environment() -> dict[str, str]:
    (line,) = said("ENV")
    return dict(setting.split("=", 1) for setting in line.split())


def copied() -> list[str]:
    """Files and folders of the repository that get into the image, and what installs the rest."""
    lines = [line.split() for line in said("COPY", INSTRUCTIONS) if not line.startswith("--from")]
    return [name for names in lines for name in names[:-1]]


# --- what Dockerfile says ------------------------------------------------------------------------


def test_the_base_is_pinned_to_a_patch_of_the_python_that_the_tests_run() -> None:
    bases = {line.split()[0] for line in said("FROM", INSTRUCTIONS)}

    assert len(bases) == 1
    assert re.fullmatch(r"python:3\.11\.\d+-slim-[a-z]+", bases.pop())


def test_what_is_installed_is_the_lock_file_by_its_hashes() -> None:
    installs = [line for line in said("RUN", INSTRUCTIONS) if "pip install" in line]

    assert len(installs) == 1
    assert "--require-hashes" in installs[0]
    assert installs[0].endswith("-r /tmp/requirements.lock")
    assert not re.search(r"https?://|index-ur[l]|find-link[s]", TEXT)


def test_nobody_is_root_and_only_the_volume_is_theirs() -> None:
    (user,) = said("USER")

    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", user)
    assert said("VOLUME") == ["/data"]
    assert environment()["ROSTER_STORE"] == "/data/roster.duckdb"
    assert f"--owner={user.split(':')[0]}" in said("RUN")[0]
    assert [line for line in said("COPY") if "--chown" in line] == []


def test_no_secret_is_named() -> None:
    assert not re.search(r"(?i)password|secret|token|api.?key|^ARG ", TEXT, re.MULTILINE)


def test_the_image_gets_what_is_copied_and_nothing_else() -> None:
    lines = (REPOSITORY / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    tops = [path.name for path in REPOSITORY.iterdir()]

    def goes_along(name: str) -> bool:
        matches = [rule for rule in rules if fnmatch(name, rule.removeprefix("!"))]
        return not matches or matches[-1].startswith("!")

    assert sorted(filter(goes_along, tops)) == sorted(copied())
    assert {"**/__pycache__", ".streamlit/secrets.toml"} <= set(rules)


def test_the_health_check_asks_streamlit_at_the_port_that_is_served() -> None:
    (check,) = said("HEALTHCHECK")

    assert "'/_stcore/health'" in check
    assert environment()["STREAMLIT_SERVER_PORT"] in check
    assert said("EXPOSE") == [environment()["STREAMLIT_SERVER_PORT"]]


# --- as it runs ----------------------------------------------------------------------------------

#: Runs a command with mounts that nobody else sees.
OWN_DISK = ("unshare", "--mount", "--propagation", "private")
#: Makes everything read-only but a folder for the store and one for temporary files, then goes on
#: as a user without any power over files of others.
READ_ONLY = """
set -e
for folder in "$1" "$2"; do mount --bind "$folder" "$folder"; done
mount --bind "$3" "$3"
mount -o remount,ro,bind "$3"
mount -o remount,ro,bind /
cd "$3"
if touch "$3/written" /written 2>/dev/null; then echo "not read-only" >&2; exit 1; fi
shift 3
exec setpriv --bounding-set=-all --inh-caps=-all --no-new-privs "$@"
"""


@pytest.fixture(scope="module")
def container(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    """The folder of the store, and the port of the app: started by CMD from what is copied."""
    if not (shutil.which("unshare") and shutil.which("setpriv") and os.geteuid() == 0):
        pytest.skip("only root can take away what a container takes away")
    if subprocess.run([*OWN_DISK, "mount", "-o", "remount,ro,bind", "/"], check=False).returncode:
        pytest.skip("no file system can be mounted here")
    root = tmp_path_factory.mktemp("container")
    for name in ("app", "data", "tmp"):
        (root / name).mkdir()
    for name in copied():
        source, target = REPOSITORY / name, root / "app" / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    settings = environment() | {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "HOME": str(root / "tmp"),
        "TMPDIR": str(root / "tmp"),
        "ROSTER_STORE": str(root / "data" / "roster.duckdb"),
        "STREAMLIT_SERVER_PORT": str(port),
    }
    (command,) = said("CMD")
    asked: list[bytes] = []
    with listener(asked) as ear, (root / "log").open("wb") as log:
        proxy = f"http://127.0.0.1:{ear}"
        settings |= dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), proxy)
        server = subprocess.Popen(
            [*OWN_DISK, "bash", "-c", READ_ONLY, "bash",
             root / "data", root / "tmp", root / "app", *json.loads(command)],
            env=settings, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            yield root, port
        finally:
            server.terminate()
            server.wait(timeout=_SECONDS)
    text = (root / "log").read_text()
    assert "Traceback" not in text, text
    assert "Read-only file system" not in text, text
    assert asked == [], "it asked the world outside"


def healthy(port: int) -> bool:
    """What the health check of the image says."""
    (check,) = said("HEALTHCHECK")
    command = json.loads(check[check.index("[") :].replace("8501", str(port)))
    return subprocess.run(
        [sys.executable, *command[1:]], capture_output=True, check=False
    ).returncode == 0  # fmt: skip


@pytest.mark.slow
def test_the_app_is_healthy_with_a_root_that_cannot_be_written(
    container: tuple[Path, int],
) -> None:
    root, port = container

    end = time.monotonic() + _SECONDS
    while not healthy(port) and time.monotonic() < end:
        time.sleep(0.5)

    assert healthy(port), (root / "log").read_text()
    assert sorted(path.name for path in (root / "app").iterdir()) == sorted(copied())


def test_a_server_that_does_not_answer_is_not_healthy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]

    assert not healthy(port)
