"""A shared host in a browser: signing in with a provider, what is there then, and signing out."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import pytest
from conftest import served
from making import file_of, in_class, student, teacher

import roster_toolkit as rt
from benchmarks.serving import free_port

if TYPE_CHECKING:
    from driving import Open, Visitor
    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow

#: Address → whether the provider says that it is theirs.
ACCOUNTS = {"ana@avon.org": True, "leo@avon.org": True, "eve@avon.org": False, "new@else.org": True}
LIST = "".join(
    f'[[grant]]\nemail = "{email}"\ndistrict = "Avon"\nrole = "{role}"\n'
    for email, role in (("ana@avon.org", "enrollment"), ("leo@avon.org", "look"),
                        ("eve@avon.org", "enrollment"))
)  # fmt: skip
_SECONDS = 30
#: Where the pages of the provider, not ours, take their style from; it is answered here.
_STYLE = "https://cdn.jsdelivr.net/"


@dataclass(frozen=True)
class Host:
    """A shared host, its provider and its store."""

    address: str
    provider: str
    store: rt.Store


def asked(
    address: str, method: str, path: str, body: str = "", **headers: str
) -> tuple[int, bytes]:
    """Status and bytes of an answer, without a browser."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=_SECONDS)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@contextmanager
def provider(folder: Path) -> Iterator[str]:
    """An OpenID provider that knows the accounts."""
    port = free_port()
    address = f"http://localhost:{port}"
    with (folder / "provider.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)],
            stdout=log, stderr=log, env=os.environ | {"AUTHLIB_INSECURE_TRANSPORT": "1"},
        )  # fmt: skip
        try:
            for _ in range(_SECONDS * 10):
                assert server.poll() is None, (folder / "provider.log").read_text()
                if answers(address):
                    break
            for email, verified in ACCOUNTS.items():
                claims = json.dumps({"email": email, "email_verified": verified})
                made = asked(address, "PUT", f"/users/{quote(email)}", claims,
                             **{"Content-Type": "application/json"})  # fmt: skip
                assert made[0] == http.HTTPStatus.NO_CONTENT
            yield address
        finally:
            server.terminate()
            server.wait(timeout=_SECONDS)


def answers(address: str) -> bool:
    try:
        return asked(address, "GET", "/.well-known/openid-configuration")[0] == http.HTTPStatus.OK
    except OSError:
        time.sleep(0.1)
        return False


@pytest.fixture(scope="module")
def host(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """The host, with the districts Avon and Brook."""
    assert chromium
    folder = tmp_path_factory.mktemp("host")
    store = rt.Store(folder / "roster.duckdb")
    for district, word in (("Avon", "Ash"), ("Brook", "Birch")):
        download = folder / "download.csv"
        names = {"userLastName": word}
        download.write_bytes(
            file_of([in_class(teacher("T1", **names)), in_class(student("S1", **names))])
        )
        rt.import_data(download, store, district)
    port = free_port()
    with provider(folder) as at:
        secrets = {
            "redirect_uri": f"http://localhost:{port}/oauth2callback",
            "cookie_secret": "of the tests alone, and long enough for them",
            "client_id": "roster",
            "client_secret": "of the tests alone",
            "server_metadata_url": f"{at}/.well-known/openid-configuration",
        }
        (folder / ".streamlit").mkdir()
        lines = [f"{name} = {json.dumps(value)}" for name, value in secrets.items()]
        (folder / ".streamlit" / "secrets.toml").write_text("\n".join(["[auth]", *lines]))
        (folder / "access.toml").write_text(LIST)
        with served(
            folder, command=[sys.executable, "serve.py"], port=port, HOME=str(folder),
            ROSTER_ACCESS=str(folder / "access.toml"),
        ) as address:  # fmt: skip
            yield Host(address.replace("127.0.0.1", "localhost"), at, store)


@pytest.fixture
def arrive(visitor: Open, host: Host) -> Callable[[], Visitor]:
    """Somebody who opens the host; the provider is the one place elsewhere that they see."""

    def arrive() -> Visitor:
        someone = visitor(host.address)
        someone.context.route(f"{_STYLE}**", lambda route: route.fulfill(body=""))
        at_home = someone._at_home  # noqa: SLF001  the watch of a visitor, but for the provider

        def at_home_or_provider(url: str) -> None:
            if not url.startswith((host.provider, _STYLE)):
                at_home(url)

        someone._at_home = at_home_or_provider  # type: ignore[method-assign]  # noqa: SLF001
        someone.go()
        return someone

    return arrive


def signed_in(someone: Visitor, email: str) -> Visitor:
    """The same visitor, back from the provider."""
    someone.button("Sign in").click()
    someone.page.get_by_placeholder("sub").fill(email)
    someone.page.get_by_role("button", name="Authorize").click()
    someone.page.get_by_role("button", name="Sign out").wait_for()
    someone.wait()
    return someone


def test_nobody_sees_a_page_or_takes_a_file(arrive: Callable[[], Visitor], host: Host) -> None:
    someone = arrive()

    someone.sees("Sign in with the account of your organization.")
    assert someone.page.get_by_role("link", name="District").count() == 0
    someone.go("roster?district=Avon&section=Browse")
    assert "Ash" not in someone.everything()
    for method, path in (
        ("GET", "/media/0.csv"), ("GET", "//media/0.csv"), ("PUT", "/_stcore/upload_file/a/b"),
        ("GET", "/_stcore/metrics"),
    ):  # fmt: skip
        assert asked(host.address, method, path)[0] == http.HTTPStatus.FORBIDDEN


def test_who_signs_in_works_in_their_district_and_it_is_written_down(
    arrive: Callable[[], Visitor], host: Host
) -> None:
    ana = signed_in(arrive(), "ana@avon.org")
    ana.sees("Signed in as ana@avon.org")
    ana.upload(("users.csv", file_of([student("S2")])))
    ana.sees("users.csv")

    ana.turn_to("District")
    assert "Brook" not in ana.everything()
    ana.part("Download your data")
    with ana.page.expect_download() as coming:
        ana.button("Download users.csv").click()
    data = coming.value.path().read_bytes()
    link = urlsplit(coming.value.url).path

    assert b"Ash" in data
    last = host.store["Avon"].journal().row(0, named=True)
    assert (last["act"], last["who"]) == ("exported", "ana@avon.org")
    assert last["sha256"] == hashlib.sha256(data).hexdigest()
    assert asked(host.address, "GET", link) == (http.HTTPStatus.FORBIDDEN, b"Sign in first.")
    forged = {"Cookie": "_streamlit_user=eyJlbWFpbCI6ImFuYUBhdm9uLm9yZyJ9.x.y"}
    assert asked(host.address, "GET", link, **forged)[0] == http.HTTPStatus.FORBIDDEN
    cookies = {cookie["name"]: cookie["value"] for cookie in ana.context.cookies(host.address)}
    mine = {"Cookie": f"_streamlit_user={cookies['_streamlit_user']}"}
    assert asked(host.address, "GET", link, **mine) == (http.HTTPStatus.OK, data)


def test_who_takes_a_file_that_was_compared_with_their_district_is_written_down(
    arrive: Callable[[], Visitor], host: Host
) -> None:
    ana = signed_in(arrive(), "ana@avon.org")
    ana.upload(("users.csv", file_of([student("S2")])))
    ana.turn_to("District")
    ana.button("Compare it with Avon").click()
    ana.button("Choose another file").wait_for()
    ana.wait()
    ana.turn_to("Check a file")
    ana.part("Downloads")
    with ana.page.expect_download() as coming:
        ana.button("Download changes.csv").click()
    data = coming.value.path().read_bytes()

    assert b"S2" in data
    last = host.store["Avon"].journal().row(0, named=True)
    assert (last["act"], last["who"]) == ("exported", "ana@avon.org")
    assert last["sha256"] == hashlib.sha256(data).hexdigest()


def test_who_may_look_uploads_nothing_past_the_pages(
    arrive: Callable[[], Visitor], host: Host
) -> None:
    leo = signed_in(arrive(), "leo@avon.org")

    assert leo.page.get_by_role("link", name="Check a file").count() == 0
    assert leo.page.get_by_role("tab", name="Import").count() == 0
    cookies = {cookie["name"]: cookie["value"] for cookie in leo.context.cookies(host.address)}
    his = {"Cookie": f"_streamlit_user={cookies['_streamlit_user']}"}
    refused = asked(host.address, "PUT", "/_stcore/upload_file/a/b", **his)
    assert refused == (http.HTTPStatus.FORBIDDEN, b"Sign in first.")


def test_who_is_taken_off_the_list_sees_nothing_from_the_next_click_on(
    arrive: Callable[[], Visitor], host: Host
) -> None:
    leo = signed_in(arrive(), "leo@avon.org")
    leo.turn_to("District")
    leo.part("Browse")
    leo.sees("1 student. Pick a line to open it.")
    listing = host.store.path.with_name("access.toml")
    listing.write_text(LIST.replace("leo@", "lea@"))

    try:
        leo.page.get_by_label("Search by ID, name or address").fill("S1")  # draws the list alone
        leo.sees("You have no access yet.")
    finally:
        listing.write_text(LIST)

    assert "1 student" not in leo.everything()


@pytest.mark.parametrize(
    ("email", "why"),
    [
        ("eve@avon.org", "Your email address is not verified."),
        ("new@else.org", "You have no access yet."),
    ],
)
def test_who_has_no_access_is_told_why_and_sees_nothing(
    email: str, why: str, arrive: Callable[[], Visitor]
) -> None:
    someone = signed_in(arrive(), email)

    someone.sees(why)
    assert "Avon" not in someone.everything()


def test_who_signs_out_leaves_nothing_at_the_tab(arrive: Callable[[], Visitor], host: Host) -> None:
    ana = signed_in(arrive(), "ana@avon.org")
    ana.upload(("mine.csv", file_of([student("S2")])))
    ana.sees("mine.csv")
    other_tab = ana.context.new_page()
    other_tab.goto(host.address)
    other_tab.get_by_text("Signed in as ana@avon.org").wait_for()

    ana.button("Sign out").click()
    ana.page.get_by_role("button", name="End session").click()
    ana.page.get_by_role("button", name="Sign in").wait_for()

    assert not [
        c for c in ana.context.cookies(host.address) if c["name"].startswith("_streamlit_user")
    ]
    other_tab.get_by_role("link", name="District").click()  # what was open goes on, as told
    other_tab.get_by_role("tab", name="Download your data").wait_for()
    other_tab.reload()
    other_tab.get_by_role("button", name="Sign in").wait_for()
    other_tab.close()
    leo = signed_in(ana, "leo@avon.org")
    assert "mine.csv" not in leo.everything()
