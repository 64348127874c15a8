"""A shared host's server: fit to let people sign in, and its files for who is signed in alone.

A page asks who looks at it; a file that is uploaded or downloaded goes past the pages. So the
signed cookie is looked at before these routes, too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.util import find_spec
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import streamlit as st
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.runtime.secrets import secrets_singleton
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from app_parts.access import (
    ACCESS_VARIABLE,
    NOBODY,
    AccessError,
    Asker,
    access_file,
    asker_of,
    offer_sign_in,
    read_access,
    verified_email,
)

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

#: Parts of a path behind which files lie. They are looked for anywhere in it, so that no prefix of
#: a proxy, and no slash too many, leads past.
_MEDIA, _UPLOAD = "media", "upload_file"
#: Where Streamlit's own routes begin, and those of them that lead to the pages, which ask by
#: themselves who somebody is. Whatever else is there, or comes with another version, takes signing
#: in.
_ROUTES = "_stcore"
_OPEN = frozenset({"health", "host-config", "stream", "bidi-components"})
#: Scripts, fonts and styles.
_ASSETS = "/static/"
#: What the section [auth] of the secrets holds, for one provider.
_KEYS = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
#: Characters of a secret that nobody guesses.
_LONG = 32
_LOCAL = ("localhost", "127.0.0.1")


class SignedInOnly:
    """Middleware that hands files out, and takes them, where somebody is signed in."""

    def __init__(self, app: ASGIApp) -> None:
        """Take the application before which it stands."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        parts = _parts(scope) if scope["type"] == "http" else []
        if _is_guarded(parts):
            who = _asker_of_request(HTTPConnection(scope).cookies)
            if not (who.checks_anywhere if _UPLOAD in parts else who.grants):
                refusal = PlainTextResponse("Sign in first.", status_code=403)
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _parts(scope: Scope) -> list[str]:
    """The parts of a path; none of Streamlit's own assets, which are the same for everybody."""
    base = f"/{st.get_option('server.baseUrlPath').strip('/')}".rstrip("/")
    path = scope["path"].removeprefix(scope.get("root_path", "")).removeprefix(base)
    return [] if path.startswith(_ASSETS) else path.split("/")


def _is_guarded(parts: list[str]) -> bool:
    """Whether it takes somebody who is signed in."""
    own = (after for part, after in pairwise(parts) if part == _ROUTES)
    return _MEDIA in parts or any(after not in _OPEN for after in own)


def _asker_of_request(cookies: Mapping[str, str]) -> Asker:
    """Who sends a request, by the cookie that Streamlit signed when they signed in."""
    email = verified_email(_claims(cookies))
    if not email:
        return NOBODY
    try:
        return asker_of(email)
    except AccessError:  # the page says so, and the log
        return NOBODY


def _claims(cookies: Mapping[str, str]) -> dict[str, Any]:
    """What the provider said of who is signed in; nothing where the signature is not ours."""
    secret = get_cookie_secret()

    def decoded(name: str) -> bytes | None:
        return decode_signed_value(secret, name, cookies.get(name, "").encode("utf-8", "replace"))

    signed = get_cookie_with_chunks(decoded, USER_COOKIE_NAME)
    try:
        claims = json.loads(signed or b"{}")
    except ValueError:
        return {}
    return claims if isinstance(claims, dict) else {}


def make_ready() -> None:
    """Let people sign in from now on.

    Raises AccessError, which says what is missing: a host that is half set up lets nobody in.
    """
    path = access_file()
    if path is None:
        raise AccessError(
            f"serve.py is for a shared host: name the list of who may do what in {ACCESS_VARIABLE}."
        )
    read_access(path)
    if find_spec("authlib") is None or find_spec("httpx") is None:
        raise AccessError("Sign-in takes Authlib and HTTPX: pip install -r requirements-host.txt.")
    if st.get_option("server.trustedUserHeaders"):
        raise AccessError(
            "server.trustedUserHeaders lets a header say who somebody is; leave it out of the "
            "settings where people sign in."
        )
    _must_be_whole(secrets_singleton.get("auth", {}) if _has_secrets() else {})
    offer_sign_in()


def _has_secrets() -> bool:
    try:
        return secrets_singleton.load_if_toml_exists()
    except OSError as error:
        raise AccessError(
            f".streamlit/secrets.toml cannot be read: {error.strerror}. The user of the app must, "
            "and nobody else."
        ) from None


def _must_be_whole(auth: Mapping[str, Any]) -> None:
    """Raise where the section [auth] of .streamlit/secrets.toml lets nobody sign in safely."""
    missing = [key for key in _KEYS if not auth.get(key)]
    if missing:
        raise AccessError(
            f"The section [auth] of .streamlit/secrets.toml lacks {', '.join(missing)}; "
            "docs/sign-in.md shows a whole one."
        )
    if len(str(auth["cookie_secret"])) < _LONG:
        raise AccessError(
            f"cookie_secret in .streamlit/secrets.toml must have {_LONG} characters or more: "
            'python -c "import secrets; print(secrets.token_hex(32))" makes one.'
        )
    for key in ("redirect_uri", "server_metadata_url"):
        address = urlsplit(str(auth[key]))
        if address.scheme != "https" and address.hostname not in _LOCAL:
            raise AccessError(f"{key} in .streamlit/secrets.toml must begin with https://.")
