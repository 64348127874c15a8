"""The container: what Dockerfile says, and the app as it would run in one."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import pytest
from test_served import listener

from benchmarks.serving import free_port

REPOSITORY = Path(__file__).parent.parent
TEXT = re.sub(r"\\\n", " ", (REPOSITORY / "Dockerfile").read_text(encoding="utf-8"))
INSTRUCTIONS = [tuple(line.split(None, 1)) for line in TEXT.splitlines() if line[:1].isupper()]
#: The last stage: what is run.
RUN = INSTRUCTIONS[max(n for n, (word, _) in enumerate(INSTRUCTIONS) if word == "FROM") :]
_SECONDS = 90
#: Where what a provider knows of the app is mounted.
SECRETS = ".streamlit/secrets.toml"


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


def test_no_secret_is_in_it() -> None:
    lines = TEXT.replace(SECRETS, "").splitlines()
    told = "\n".join(line for line in lines if not line.startswith("#"))

    assert not re.search(r"(?i)password|secret|token|api.?key|^ARG ", told, re.MULTILINE)
    assert SECRETS not in copied()


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


@dataclass
class Container:
    """What CMD started from what is copied."""

    root: Path
    port: int
    server: subprocess.Popen[bytes]

    @property
    def log(self) -> str:
        """What it wrote."""
        return (self.root / "log").read_text()

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and bytes of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_SECONDS)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def becomes_healthy(self) -> bool:
        """Whether it answers within a while."""
        end = time.monotonic() + _SECONDS
        while not healthy(self.port) and self.server.poll() is None and time.monotonic() < end:
            time.sleep(0.5)
        return healthy(self.port)


@contextmanager
def started(root: Path, mounted: dict[str, str], **named: str) -> Iterator[Container]:
    """The app with a root that cannot be written.

    `mounted`: path → text of files that the image has not; `named`: variables of the environment.
    """
    if not (shutil.which("unshare") and shutil.which("setpriv") and os.geteuid() == 0):
        pytest.skip("only root can take away what a container takes away")
    if subprocess.run([*OWN_DISK, "mount", "-o", "remount,ro,bind", "/"], check=False).returncode:
        pytest.skip("no file system can be mounted here")
    for name in ("app", "data", "tmp"):
        (root / name).mkdir()
    for name in copied():
        source, target = REPOSITORY / name, root / "app" / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    for name, text in mounted.items():
        (root / "app" / name).write_text(text)
    port = free_port()
    settings = (
        environment()
        | named
        | {
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "HOME": str(root / "tmp"),
            "TMPDIR": str(root / "tmp"),
            "ROSTER_STORE": str(root / "data" / "roster.duckdb"),
            "STREAMLIT_SERVER_PORT": str(port),
        }
    )
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
        container = Container(root, port, server)
        try:
            yield container
        finally:
            server.terminate()
            server.wait(timeout=_SECONDS)
    assert "Traceback" not in container.log, container.log
    assert "Read-only file system" not in container.log, container.log
    assert asked == [], "it asked the world outside"


def healthy(port: int) -> bool:
    """What the health check of the image says."""
    (check,) = said("HEALTHCHECK")
    command = json.loads(check[check.index("[") :].replace("8501", str(port)))
    return subprocess.run(
        [sys.executable, *command[1:]], capture_output=True, check=False
    ).returncode == 0  # fmt: skip


@pytest.mark.slow
def test_the_app_is_healthy_with_a_root_that_cannot_be_written(tmp_path: Path) -> None:
    with started(tmp_path, {}) as container:
        assert container.becomes_healthy(), container.log
        assert container.get("/media/0.csv")[0] == http.HTTPStatus.NOT_FOUND

    assert sorted(path.name for path in (tmp_path / "app").iterdir()) == sorted(copied())


ACCESS = '[[grant]]\nemail = "ana@avon.org"\ndistrict = "Avon"\nrole = "enrollment"\n'
AUTH = """[auth]
redirect_uri = "https://roster.example.org/oauth2callback"
cookie_secret = "of the tests alone, and long enough for them"
client_id = "roster"
client_secret = "of the tests alone"
server_metadata_url = "https://login.example.org/.well-known/openid-configuration"
"""


@pytest.mark.slow
def test_with_list_and_secrets_people_sign_in(tmp_path: Path) -> None:
    (tmp_path / "access.toml").write_text(ACCESS)

    with started(
        tmp_path, {SECRETS: AUTH}, ROSTER_ACCESS=str(tmp_path / "access.toml")
    ) as container:
        assert container.becomes_healthy(), container.log
        assert container.get("/media/0.csv") == (http.HTTPStatus.FORBIDDEN, b"Sign in first.")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mounted", "named", "missing"),
    [
        ({SECRETS: AUTH}, {}, "name the list of who may do what in ROSTER_ACCESS"),
        ({"access.toml": ACCESS}, {"ROSTER_ACCESS": "access.toml"}, "lacks redirect_uri"),
        ({SECRETS: AUTH}, {"ROSTER_ACCESS": ""}, "cannot be read"),
    ],
    ids=["secrets alone", "list alone", "a list without a name"],
)
def test_with_half_of_it_it_does_not_begin(
    mounted: dict[str, str], named: dict[str, str], missing: str, tmp_path: Path
) -> None:
    with started(tmp_path, mounted, **named) as container:
        assert container.server.wait(timeout=_SECONDS) != 0

    assert missing in container.log


def test_a_server_that_does_not_answer_is_not_healthy() -> None:
    assert not healthy(free_port())
