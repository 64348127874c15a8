"""The server of a shared host: whom it hands files to, and when it begins at all."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from app_parts import access, signed_in
from app_parts.access import AccessError
from app_parts.signed_in import SignedInOnly, make_ready

REPOSITORY = Path(__file__).parent.parent
SECRET = "of the tests alone, and long enough for them"  # noqa: S105
ANA = {"is_logged_in": True, "email": "ana@avon.org", "email_verified": True}
LEO = ANA | {"email": "leo@avon.org"}
LIST = "".join(
    f'[[grant]]\nemail = "{email}@avon.org"\ndistrict = "Avon"\nrole = "{role}"\n'
    for email, role in (("ana", "enrollment"), ("leo", "look"))
)
AUTH = {
    "redirect_uri": "https://roster.example/oauth2callback",
    "cookie_secret": SECRET,
    "client_id": "roster",
    "client_secret": "x",
    "server_metadata_url": "https://id.example/.well-known/openid-configuration",
}
PASSED = 200


@pytest.fixture
def listing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The list of a shared host, whose server signs cookies with the secret."""
    path = tmp_path / "access.toml"
    path.write_text(LIST)
    monkeypatch.setenv("ROSTER_ACCESS", str(path))
    monkeypatch.setattr(signed_in, "get_cookie_secret", lambda: SECRET)
    state_secrets(monkeypatch, AUTH)
    yield path
    access._SIGN_IN_OFFERED.clear()  # noqa: SLF001  a server never stops offering it


def state_secrets(monkeypatch: pytest.MonkeyPatch, auth: dict[str, str]) -> None:
    stated = SimpleNamespace(load_if_toml_exists=lambda: True, get={"auth": auth}.get)
    monkeypatch.setattr(signed_in, "secrets_singleton", stated)


def cookie(claims: object, secret: str = SECRET) -> str:
    value = create_signed_value(secret, "_streamlit_user", json.dumps(claims)).decode()
    return f"_streamlit_user={value}"


def status(path: str, cookies: str = "", method: str = "GET", kind: str = "http") -> int:
    """What becomes of a request."""
    answers: list[Any] = []

    async def passed_on(_scope: object, _receive: object, send: Any) -> None:  # noqa: ANN401
        await send({"type": "http.response.start", "status": PASSED, "headers": []})

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: dict[str, Any]) -> None:
        answers.append(message)

    headers = [(b"cookie", cookies.encode())] if cookies else []
    scope = {"type": kind, "path": path, "method": method, "headers": headers}
    asyncio.run(SignedInOnly(passed_on)(scope, receive, send))
    return int(answers[0]["status"])


MEDIA, UPLOAD = "/media/abc.csv", "/_stcore/upload_file/session/file"


@pytest.mark.usefixtures("listing")
@pytest.mark.parametrize(
    "path",
    [MEDIA, UPLOAD, "//media/abc.csv", "/sub/media/abc.csv", "/_stcore/metrics",
     "/_stcore/of-another-version", "/_stcore/script-health-check", "/x/static/media/abc.csv"],
)  # fmt: skip
@pytest.mark.parametrize(
    "cookies",
    [
        "",
        "_streamlit_user=x",
        cookie(ANA, "another secret"),
        cookie(ANA | {"email_verified": False}),
        cookie(ANA | {"email": "new@else.org"}),
        cookie(ANA | {"is_logged_in": False}),
        cookie(["ana@avon.org"]),
    ],
    ids=[
        "none",
        "no cookie",
        "another secret",
        "not verified",
        "no access",
        "signed out",
        "a list",
    ],
)
def test_a_file_is_refused_where_nobody_with_access_is_signed_in(path: str, cookies: str) -> None:
    assert status(path, cookies) == 403


@pytest.mark.usefixtures("listing")
def test_who_is_signed_in_gets_files_and_who_may_check_uploads_them() -> None:
    assert status(MEDIA, cookie(ANA)) == PASSED
    assert status(MEDIA, cookie(LEO)) == PASSED
    assert status(UPLOAD, cookie(ANA), "PUT") == PASSED
    assert status(UPLOAD, cookie(LEO), "PUT") == 403


@pytest.mark.usefixtures("listing")
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/roster",
        "/_stcore/health",
        "/_stcore/host-config",
        "/static/media/font.woff2",
        "/_stcore/bidi-components/x.js",
        "/auth/login",
        "/oauth2callback",
        "/component/x",
    ],
)
def test_the_way_to_sign_in_is_open(path: str) -> None:
    assert status(path) == PASSED


@pytest.mark.usefixtures("listing")
def test_a_websocket_is_left_to_the_pages() -> None:
    assert status("/_stcore/stream", kind="websocket") == PASSED


def test_a_slip_in_the_list_closes_the_files_at_once(listing: Path) -> None:
    listing.write_text(LIST + "slip")

    assert status(MEDIA, cookie(ANA)) == 403


# --- when it begins -------------------------------------------------------------------------------


@pytest.mark.usefixtures("listing")
def test_a_host_that_is_whole_lets_people_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signed_in, "find_spec", lambda name: name)

    make_ready()

    assert access.sign_in_offered()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"client_id": "", "client_secret": ""}, "lacks client_id, client_secret"),
        ({"cookie_secret": "short"}, "must have 32 characters or more"),
        ({"redirect_uri": "http://roster.example/"}, "redirect_uri .* must begin with https"),
        ({"server_metadata_url": "http://id.example/"}, "server_metadata_url .* https"),
    ],
)
@pytest.mark.usefixtures("listing")
def test_a_host_that_is_half_set_up_does_not_begin(
    change: dict[str, str], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signed_in, "find_spec", lambda name: name)
    state_secrets(monkeypatch, AUTH | change)

    with pytest.raises(AccessError, match=why):
        make_ready()

    assert not access.sign_in_offered()


@pytest.mark.usefixtures("listing")
def test_a_host_whose_secrets_its_user_may_not_read_does_not_begin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def closed() -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(signed_in, "find_spec", lambda name: name)
    monkeypatch.setattr(signed_in, "secrets_singleton", SimpleNamespace(load_if_toml_exists=closed))

    with pytest.raises(AccessError, match=r"secrets\.toml cannot be read: Permission denied"):
        make_ready()


@pytest.mark.usefixtures("listing")
def test_a_host_where_a_header_says_who_somebody_is_does_not_begin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(signed_in, "find_spec", lambda name: name)
    monkeypatch.setattr(signed_in.st, "get_option", lambda _: {"X-User": "email"})

    with pytest.raises(AccessError, match="trustedUserHeaders"):
        make_ready()


@pytest.mark.parametrize("missing", ["authlib", "httpx"])
@pytest.mark.usefixtures("listing")
def test_a_host_without_what_speaks_with_the_provider_does_not_begin(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signed_in, "find_spec", lambda name: None if name == missing else name)

    with pytest.raises(AccessError, match=r"pip install -r requirements-host\.txt"):
        make_ready()


@pytest.mark.slow
def test_the_server_ends_with_a_sentence_where_the_list_has_a_slip(tmp_path: Path) -> None:
    (tmp_path / "access.toml").write_text('[[grant]]\nemail = "ana@avon.org"\n')
    settings = {"ROSTER_ACCESS": str(tmp_path / "access.toml"), "HOME": str(tmp_path)}

    done = subprocess.run(
        [sys.executable, "serve.py"], cwd=REPOSITORY, env=os.environ | settings,
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip

    assert done.returncode == 2
    assert "grant 1 is wrong: district must be a text" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
