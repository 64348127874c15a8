"""Output of the commands: text, bytes, messages, and the names of slow stages."""

from __future__ import annotations

import inspect
import json
import os
import re
import shutil
import sys
import textwrap
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

#: The command in help and advice.
COMMAND = "python -m roster_toolkit"
_PLAIN = str.maketrans({"█": "#", "→": ">", "…": "...", "“": '"', "”": '"', "·": "?", "⇥": ">"})
#: Control characters that could steer a terminal.
_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_NARROWEST, _USUAL, _WIDEST = 79, 96, 100
#: Seconds after which a stage counts as slow.
_LONG = 1.0


def help_of(command: Callable[..., object]) -> str:
    """The docstring of a command as its help, in which a marked example keeps its lines."""
    return inspect.cleandoc(command.__doc__ or "").replace("\\b", "\b")


def emit_text(text: str) -> None:
    """Write text to stdout, replacing characters that its encoding lacks."""
    encoding = sys.stdout.encoding or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = text.translate(_PLAIN).encode(encoding, "replace").decode(encoding)
    _write(lambda: sys.stdout.write(text))


def emit_bytes(pieces: Iterable[bytes]) -> None:
    """Write UTF-8 to stdout, whatever its encoding."""

    def write() -> None:
        sys.stdout.flush()
        for piece in pieces:
            sys.stdout.buffer.write(piece)

    _write(write)


def emit_json(document: object) -> None:
    """Write one object as JSON to stdout."""
    text = json.dumps(document, ensure_ascii=False, indent=1).encode("utf-8", "replace")
    emit_bytes([text, b"\n"])


def coded(code: str, sentence: str) -> list[str]:
    """A sentence behind the code of its rule, in lines: `  RT412  In Avon, 30 of 30 …`."""
    head = f"  {code}  "
    return textwrap.wrap(sentence, _WIDEST, initial_indent=head, subsequent_indent=" " * len(head))


def complain(sentence: str) -> None:
    """Write one sentence to stderr."""
    encoding = sys.stderr.encoding or "utf-8"
    sentence = _STEERING.sub("?", sentence)
    sys.stderr.write(f"{sentence.encode(encoding, 'replace').decode(encoding)}\n")


def width() -> int:
    """Characters of a line."""
    if not sys.stdout.isatty():
        return _USUAL
    return min(max(shutil.get_terminal_size().columns, _NARROWEST), _WIDEST)


def colors() -> bool:
    """Whether stdout is a terminal that shows colors."""
    if not sys.stdout.isatty() or "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb":
        return False
    return os.name != "nt" or "WT_SESSION" in os.environ


def _write(write: Callable[[], object]) -> None:
    """Write and flush; ignore a closed pipe (`| head`)."""
    try:
        write()
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes stdout again at exit, and would raise there.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def stages() -> Iterator[Callable[[str], None]]:
    """Yield a function to call with each stage as it begins; names slow stages on a terminal."""
    timer: threading.Timer | None = None
    watched = sys.stderr.isatty()

    def begin(stage: str) -> None:
        nonlocal timer
        if timer is not None:
            timer.cancel()
        if watched and stage:
            timer = threading.Timer(_LONG, sys.stderr.write, (f"{stage} …\n",))
            timer.daemon = True
            timer.start()

    try:
        yield begin
    finally:
        begin("")
