"""The headers of every answer: the app's own, and the policy that follows Streamlit's page."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from app_parts.headers import SecurityHeaders, content_security_policy

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send


def answer_with(*headers: tuple[bytes, bytes]) -> dict[bytes, bytes]:
    """The headers of an answer that brings some of its own."""
    sent: list[Message] = []

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"x"})

    async def keep(message: Message) -> None:
        sent.append(message)

    async def nothing() -> Message:
        return {}

    asyncio.run(SecurityHeaders(app)({"type": "http"}, nothing, keep))
    assert sent[1] == {"type": "http.response.body", "body": b"x"}
    return dict(sent[0]["headers"])


def test_what_an_answer_says_itself_is_kept() -> None:
    headers = answer_with((b"Referrer-Policy", b"origin"), (b"content-type", b"text/plain"))

    assert headers[b"referrer-policy"] == b"origin"
    assert headers[b"content-type"] == b"text/plain"
    assert headers[b"x-frame-options"] == b"DENY"


def test_only_the_inline_scripts_of_the_page_are_allowed() -> None:
    page = "<script>a = 1</script><script type=module src=x.js></script><script>b = 2</script>"

    policy = content_security_policy(page)

    assert len(re.findall(r"'sha256-[A-Za-z0-9+/]{43}='", policy)) == 2
    assert "unsafe-eval" not in policy
    assert "script-src 'unsafe-inline'" not in policy
    assert "sha256" not in content_security_policy("<p>no script</p>")
