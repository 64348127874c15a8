"""What the app tells a browser to refuse, and that the browser does refuse it."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from driving import Open

#: Tries what only somebody else's script would do, and tells the directives that kept it from it.
_TRIES = """
async ([elsewhere]) => {
  const refused = new Set();
  addEventListener('securitypolicyviolation', event => refused.add(event.effectiveDirective));
  const add = (tag, settings) => document.body.append(
      Object.assign(document.createElement(tag), settings));
  add('script', {textContent: 'window.wasRun = true'});
  add('script', {src: elsewhere + '/x.js'});
  add('img', {src: elsewhere + '/x.png'});
  add('iframe', {src: elsewhere + '/'});
  add('link', {rel: 'stylesheet', href: elsewhere + '/x.css'});
  add('object', {data: elsewhere + '/x'});
  add('base', {href: elsewhere});
  try { await fetch(elsewhere + '/x'); } catch {}
  try { new WebSocket(elsewhere.replace('http', 'ws') + '/x'); } catch {}
  await new Promise(done => setTimeout(done, 300));
  return [[...refused].sort(), window.wasRun === true];
}
"""


@pytest.mark.slow
def test_a_script_that_got_into_the_page_reaches_nobody(visitor: Open) -> None:
    heard: list[str] = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        guest = visitor()
        page = guest.go()
        refused, was_run = page.evaluate(_TRIES, [f"http://127.0.0.1:{server.server_port}"])
        server.shutdown()

    assert heard == []
    assert not was_run
    assert refused == [
        "base-uri", "connect-src", "frame-src", "img-src", "object-src", "script-src-elem",
        "style-src-elem",
    ]  # fmt: skip
    guest.complaints.clear()  # of what was tried


@pytest.mark.slow
def test_the_app_is_shown_in_no_frame_of_another_page(visitor: Open) -> None:
    guest = visitor()
    page = guest.go()
    page.route(
        "**/around",
        lambda route: route.fulfill(body=f"<iframe src='{guest.address}/'></iframe>"),
    )

    page.goto(f"{guest.address}/around")
    page.wait_for_timeout(300)

    framed = [frame for frame in page.frames if frame.parent_frame is not None]
    assert [frame.url for frame in framed] == ["chrome-error://chromewebdata/"]
    guest.complaints.clear()  # of what was tried


@pytest.mark.slow
@pytest.mark.parametrize("path", ["", "impact", "_stcore/health", "favicon.png", "nowhere/x.js"])
def test_every_answer_carries_the_headers(visitor: Open, path: str) -> None:
    guest = visitor()

    headers = guest.context.request.get(f"{guest.address}/{path}").headers

    assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
