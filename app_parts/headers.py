"""What a browser is told to refuse: scripts, frames and requests that are none of the app's own."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_PAGE = Path(streamlit.__file__).parent / "static" / "index.html"


def content_security_policy(page: str) -> str:
    """The policy for a page of Streamlit's, whose inline scripts are allowed by their digests.

    Beside them no script runs but the server's own files and what Streamlit makes of the app's own
    components. Styles may stand in the page, because Streamlit and the charts write them there.
    """
    digests = (hashlib.sha256(script.encode()).digest() for script in _INLINE.findall(page))
    inline = "".join(f" 'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    return "; ".join((
        "default-src 'none'",
        f"script-src 'self' blob:{inline}",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ))  # fmt: skip


class SecurityHeaders:
    """Middleware that adds the headers to every answer that does not bring its own."""

    def __init__(self, app: ASGIApp) -> None:
        """Take the application around which it stands."""
        self._app = app
        headers = {
            "content-security-policy": content_security_policy(_PAGE.read_text(encoding="utf-8")),
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
            "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
            "referrer-policy": "no-referrer",
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
        }
        self._headers = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back with the headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = [(name.lower(), value) for name, value in message.get("headers", ())]
                names = {name for name, _ in given}
                more = [header for header in self._headers if header[0] not in names]
                message = {**message, "headers": [*given, *more]}
            await send(message)

        await self._app(scope, receive, send_with_headers)
