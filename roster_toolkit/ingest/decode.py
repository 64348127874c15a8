"""The encoding ladder: byte order mark, strict UTF-8, UTF-16 without a mark, windows-1252.

A file of the last rung may be MacRoman or a code page of MS-DOS, as which spreadsheet programs save
it too. It is read so only where its words leave no doubt.

Everything after this module works on UTF-8 bytes. A file that already is UTF-8 is never copied:
one pass over it, in pieces, takes the digest and all facts at once, and can run in a thread beside
the parser.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from dataclasses import dataclass, replace
from itertools import islice

from roster_toolkit.ingest.quotes import Quotes, QuoteSurvey
from roster_toolkit.ingest.source import Source

UTF8, UTF8_BOM, UTF16, WINDOWS = "utf-8", "utf-8-sig", "utf-16", "windows-1252"
#: What a file that is not Unicode may have been read as, by codec.
SINGLE_BYTE = {
    "cp1252": WINDOWS,
    "mac_roman": "macroman",
    "cp437": "cp437",
    "cp850": "cp850",
}

#: The quotes of pieces of 256 KB would take twice the processor time, as asking Polars takes some.
_PIECE = 1 << 21
_HEAD = 1 << 12
#: A word with a letter beyond ASCII, and how many are looked at to tell the encoding.
_BEYOND_ASCII = re.compile(rb"[A-Za-z'-]*[\x80-\xff][A-Za-z\x80-\xff'-]*")
_ENOUGH_WORDS = 50_000
#: Share of one half of the bytes that must be zero for UTF-16 of mostly Latin text.
_SURELY = 0.9


@dataclass(frozen=True)
class Survey:
    """What one pass over all bytes tells."""

    sha256: str
    is_utf8: bool
    has_nul: bool
    quotes: Quotes
    carriage_returns: int
    lone_returns: int
    """Carriage returns with no line feed behind them."""

    @property
    def has_quote(self) -> bool:
        """Whether there is any quote."""
        return self.quotes.count > 0


@dataclass(frozen=True)
class Text:
    """A file as UTF-8 bytes, with the encoding it had."""

    source: Source
    encoding: str
    survey: Survey
    fits: bool = True
    """Whether the words are plausible in the encoding that was guessed."""

    @property
    def bom(self) -> int:
        """Bytes of the byte order mark, which is no text."""
        return 3 if self.source.data[:3] == codecs.BOM_UTF8 else 0


def survey(source: Source, *, sure_utf8: bool = False) -> Survey:
    """One pass over the bytes: digest, validity as UTF-8, and the characters that matter.

    With `sure_utf8` somebody else proves that, and it is taken for granted here.
    """
    digest, quotes = hashlib.sha256(), QuoteSurvey()
    has_nul, returns, paired, last = False, 0, 0, b""
    for piece in source.pieces(_PIECE):
        digest.update(piece)
        has_nul = has_nul or b"\x00" in piece
        quotes.add(piece)
        if b"\r" in piece or last == b"\r":
            returns += piece.count(b"\r")
            paired += piece.count(b"\r\n") + (last == b"\r" and piece[:1] == b"\n")
        last = piece[-1:]
    valid = sure_utf8 or is_utf8(source)
    return Survey(digest.hexdigest(), valid, has_nul, quotes.result(), returns, returns - paired)


def is_utf8(source: Source) -> bool:
    """Whether all bytes are strict UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    pending = False
    for piece in source.pieces(_PIECE):
        if pending or not piece.isascii():
            try:
                decoder.decode(piece)
            except UnicodeDecodeError:
                return False
            pending = bool(decoder.getstate()[0])
    return not pending


def has_utf16_mark(head: bytes) -> bool:
    """Whether the bytes begin with the byte order mark of UTF-16."""
    return head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


def probably_utf8(head: bytes) -> bool:
    """Whether the start of a file speaks against nothing, so that parsing may begin at once."""
    if b"\x00" in head or has_utf16_mark(head):
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def as_text(source: Source, facts: Survey) -> Text | None:
    """The file as UTF-8, by the first rung of the ladder that holds; None if none does."""
    head = bytes(source.data[:_HEAD])
    if facts.has_nul or has_utf16_mark(head):
        wide = utf16_codec(head)
        return _decoded(source, wide, UTF16) if wide else None
    if facts.is_utf8:
        return Text(source, UTF8_BOM if head.startswith(codecs.BOM_UTF8) else UTF8, facts)
    codec, fits = single_byte_codec(bytes(source.data))
    text = _decoded(source, codec, SINGLE_BYTE[codec])
    return text and replace(text, fits=fits)


def single_byte_codec(data: bytes) -> tuple[str, bool]:
    """The encoding of text that is not Unicode, and whether its words are plausible in it.

    Windows-1252 unless they say that it is MacRoman or a code page of MS-DOS.
    """
    from roster_toolkit.garble import WINDOWS as USUAL
    from roster_toolkit.garble import codec_of_words, fit_windows

    found = (match[0] for match in _BEYOND_ASCII.finditer(data))
    words = sorted(set(islice(found, _ENOUGH_WORDS)))
    codec = codec_of_words(words)
    return codec, codec != USUAL or fit_windows(words)


def _decoded(source: Source, codec: str, encoding: str) -> Text | None:
    data = bytes(source.data).removeprefix(codecs.BOM_UTF8 if codec in SINGLE_BYTE else b"")
    try:
        text = data.decode(codec)
        data = text.encode()
    except UnicodeError:
        return None
    decoded = source.recoded(data)
    return Text(decoded, encoding, survey(decoded))


def utf16_codec(head: bytes) -> str | None:
    """The codec of a text in UTF-16, by its start; None where it is something else."""
    return "utf-16" if has_utf16_mark(head) else _unmarked_utf16(head)


def _unmarked_utf16(head: bytes) -> str | None:
    """The codec of UTF-16 text without a mark: nearly every second byte zero, no other one."""
    low, high = head[0::2], head[1::2]
    for zeros, letters, codec in ((high, low, "utf-16-le"), (low, high, "utf-16-be")):
        if b"\x00" not in letters and zeros.count(0) >= max(_SURELY * len(zeros), 2):
            return codec
    return None


def in_its_encoding(data: bytes, source: Source, encoding: str) -> bytes | None:
    """UTF-8 text as the bytes that `source` would have for it; None where it has no such letters.

    What was decoded by `as_text` comes back as it was, byte order mark included.
    """
    if encoding in (UTF8, UTF8_BOM):
        return data
    mark, codec = _mark_and_codec(bytes(source.data[:_HEAD]), encoding)
    try:
        return mark + data.decode().encode(codec)
    except UnicodeEncodeError:
        return None


def _mark_and_codec(head: bytes, encoding: str) -> tuple[bytes, str]:
    if encoding == UTF16:
        marked = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
        if head[:2] in marked:
            return head[:2], marked[head[:2]]
        return b"", _unmarked_utf16(head) or UTF16
    codecs_by_encoding = {name: codec for codec, name in SINGLE_BYTE.items()}
    mark = codecs.BOM_UTF8 if head.startswith(codecs.BOM_UTF8) else b""
    return mark, codecs_by_encoding[encoding]


def recoded(text: Text, data: bytes) -> Text:
    """The same text in other bytes of UTF-8."""
    source = text.source.recoded(data)
    return replace(text, source=source, survey=survey(source))


def with_line_feeds(data: bytes) -> bytes:
    """Every line end as LF; for text without quotes, where no line end is content."""
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
