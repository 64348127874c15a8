"""What SECURITY.md promises of the running server, tried with the server itself."""

from __future__ import annotations

import base64
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from benchmarks.serving import free_port, running_app

_SECONDS = 60


@dataclass
class Served:
    """The app as a user starts it."""

    port: int
    folder: Path
    """Where its temporary folders are made."""
    asked: list[bytes] = field(default_factory=list)
    """What it asked of the world outside."""

    def knock(self, origin: str, path: str = "/_stcore/stream") -> tuple[socket.socket, int]:
        """A websocket opened by a page of some origin, and the status of the answer."""
        door = socket.create_connection(("127.0.0.1", self.port), timeout=_SECONDS)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            f"GET {path} HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Protocol: streamlit",
            f"Origin: {origin}",
        ]
        door.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        return door, int(door.recv(4096).split(b" ")[1])

    def visit(self) -> socket.socket:
        """A tab in which the app has begun to run."""
        door, status = self.knock(f"http://127.0.0.1:{self.port}")
        assert status == 101
        begin = BackMsg()
        begin.rerun_script.query_string = ""
        payload = begin.SerializeToString()
        assert len(payload) < 126
        door.sendall(bytes([0x82, 0x80 | len(payload), 0, 0, 0, 0]) + payload)
        return door


def wait_until(holds: Callable[[], bool], seconds: float = _SECONDS) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.1)
    return holds()


@contextmanager
def listener(heard: list[bytes]) -> Iterator[int]:
    """A proxy that writes down what it is asked, and answers nothing."""
    with socket.create_server(("127.0.0.1", 0)) as ear:

        def listen() -> None:
            while True:
                try:
                    door, _ = ear.accept()
                except OSError:
                    return
                heard.append(door.recv(200))
                door.close()

        threading.Thread(target=listen, daemon=True).start()
        yield ear.getsockname()[1]
        ear.shutdown(socket.SHUT_RDWR)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The server by the README's own command, before any visitor, with sessions that end soon."""
    folder = tmp_path_factory.mktemp("server")
    (folder / "tmp").mkdir()
    asked: list[bytes] = []
    port = free_port()
    with listener(asked) as ear:
        proxy = f"http://127.0.0.1:{ear}"
        settings = {
            "STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": "1",
            "TMPDIR": str(folder / "tmp"),
            **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), proxy),
        }
        with running_app(folder, settings, port=port):
            yield Served(port, folder / "tmp", asked)
    wording = (folder / "server.log").read_text()
    assert "Traceback" not in wording
    assert "still kept" not in wording


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://127.0.0.2", "file://", "x"]
)
def test_a_page_of_another_origin_is_refused_and_nobody_is_asked(
    served: Served, origin: str
) -> None:
    began = time.monotonic()

    door, status = served.knock(origin)

    door.close()
    assert status == 403
    assert time.monotonic() - began < 5
    assert served.asked == []


@pytest.mark.slow
def test_what_a_closed_tab_held_goes_without_another_visitor(served: Served) -> None:
    def folders() -> list[Path]:
        return [path for path in served.folder.iterdir() if path.is_dir()]

    tabs = [served.visit() for _ in range(3)]
    assert wait_until(lambda: len(folders()) == 3)

    for tab in tabs[:2]:
        tab.close()
    assert wait_until(lambda: len(folders()) == 1, 30)

    tabs[2].close()
    assert wait_until(lambda: not folders(), 30)
    assert served.asked == []
