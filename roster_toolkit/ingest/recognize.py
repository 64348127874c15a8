"""Files that are no table of text, told apart by their first bytes or words.

People send workbooks, archives and web pages under the name users.csv; the sentence they get names
what they sent. Every test is on fixed marks of the format, so that no bytes can make it fail.
"""

from __future__ import annotations

import csv
import io
import mmap
import re
from collections.abc import Sequence

from roster_toolkit.ingest.decode import probably_utf8
from roster_toolkit.ingest.error_file import is_error_file
from roster_toolkit.ingest.headers import header_names, known_headers, visible
from roster_toolkit.model import Obstacle, Profile

Recognized = tuple[Obstacle, str]

#: Bytes at the start of a file → what it is. Formats whose inside decides stand in functions below.
_MARKS: tuple[tuple[bytes, Obstacle, str], ...] = (
    (b"\x1f\x8b", Obstacle.ARCHIVE, "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", Obstacle.ARCHIVE, "a 7-Zip archive"),
    (b"Rar!\x1a\x07", Obstacle.ARCHIVE, "a RAR archive"),
    (b"BZh91AY&SY", Obstacle.ARCHIVE, "a bzip2 archive"),
    (b"\xfd7zXZ\x00", Obstacle.ARCHIVE, "an xz archive"),
    (b"\x28\xb5\x2f\xfd", Obstacle.ARCHIVE, "a Zstandard archive"),
    (b"\x89PNG\r\n\x1a\n", Obstacle.IMAGE, "a PNG image"),
    (b"\xff\xd8\xff", Obstacle.IMAGE, "a JPEG image"),
    (b"GIF87a", Obstacle.IMAGE, "a GIF image"),
    (b"GIF89a", Obstacle.IMAGE, "a GIF image"),
    (b"II*\x00", Obstacle.IMAGE, "a TIFF image"),
    (b"MM\x00*", Obstacle.IMAGE, "a TIFF image"),
    (b"%PDF-", Obstacle.PDF, "a PDF document"),
    (b"{\\rtf", Obstacle.BINARY, "a rich text document (.rtf)"),
    (b"SQLite format 3\x00", Obstacle.BINARY, "an SQLite database"),
    (b"PAR1", Obstacle.BINARY, "a Parquet file"),
)

#: Names inside a zip file → what it is. Names are never compressed.
_ZIP_CONTENT: tuple[tuple[bytes, Obstacle, str], ...] = (
    (b"xl/workbook.xml", Obstacle.WORKBOOK, "an Excel workbook (.xlsx)"),
    (b"xl/workbook.bin", Obstacle.WORKBOOK, "an Excel workbook (.xlsb)"),
    (b"opendocument.spreadsheet", Obstacle.WORKBOOK, "an OpenDocument spreadsheet (.ods)"),
    (b"Index/Document.iwa", Obstacle.WORKBOOK, "an Apple Numbers spreadsheet"),
    (b"xl/", Obstacle.WORKBOOK, "an Excel workbook (.xlsx)"),
    (b"word/document.xml", Obstacle.BINARY, "a Word document (.docx)"),
)

#: Names inside an OLE2 file (old Office formats, and new ones with a password), in UTF-16.
_OLE_CONTENT: tuple[tuple[str, Obstacle, str], ...] = (
    ("EncryptedPackage", Obstacle.WORKBOOK, "an Office file with a password"),
    ("Workbook", Obstacle.WORKBOOK, "an Excel workbook (.xls)"),
    ("Book", Obstacle.WORKBOOK, "an Excel workbook (.xls)"),
    ("WordDocument", Obstacle.BINARY, "a Word document (.doc)"),
)

_PHOTO_BRANDS = (b"heic", b"heix", b"mif1", b"avif")
#: What a text begins like → what it is; the first that fits.
_WORDS: tuple[tuple[re.Pattern[str], Obstacle, str], ...] = (
    (
        re.compile(r"(?s)(?=<).*urn:schemas-microsoft-com:office:spreadsheet"),
        Obstacle.WORKBOOK,
        "an Excel workbook (XML)",
    ),
    (
        re.compile(r"(?si)(?=<).*(?:<!doctype\s+html|<html\b|<head\b|<body\b|<table\b)"),
        Obstacle.WEB_PAGE,
        "a web page (HTML)",
    ),
    (re.compile(r"(?s)(?=<).*<svg"), Obstacle.IMAGE, "an SVG image"),
    (re.compile(r"<\?xml"), Obstacle.BINARY, "an XML file"),
    # An object with a name in it, or a list that begins with one.
    (re.compile(r'(?:\[\s*)?\{\s*"(?:[^"\\]|\\.)*"\s*:'), Obstacle.BINARY, "a JSON file"),
)
#: Control characters that no program writes into a table; tab, line ends and the like are left out.
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")
_HEAD = 4096
_MOST_CONTROLS = 0.05
_FEWEST_HEADERS = 2
#: A line with as many headers of ours is one of our tables, whatever its first letters mean.
_SURELY_OURS = 3


def binary_format(data: bytes | mmap.mmap) -> Recognized | None:
    """The binary format that a file begins like, if any is known."""
    head = bytes(data[:_HEAD])
    for mark, obstacle, detail in _MARKS:
        if head.startswith(mark):
            return obstacle, detail
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"):
        return _inside_zip(data)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _inside_ole(data)
    return _marked_elsewhere(head)


def _inside_zip(data: bytes | mmap.mmap) -> Recognized:
    for mark, obstacle, detail in _ZIP_CONTENT:
        if data.find(mark) >= 0:
            return obstacle, detail
    return Obstacle.ARCHIVE, "a zip archive"


def _inside_ole(data: bytes | mmap.mmap) -> Recognized:
    for mark, obstacle, detail in _OLE_CONTENT:
        if data.find(mark.encode("utf-16-le")) >= 0:
            return obstacle, detail
    return Obstacle.BINARY, "an old Office document"


def _marked_elsewhere(head: bytes) -> Recognized | None:
    """Formats whose mark does not stand at the very start, or is too short to trust alone."""
    brand = head[8:12]
    marks = (
        (head[:4] == b"RIFF" and brand == b"WEBP", Obstacle.IMAGE, "a WebP image"),
        (head[4:8] == b"ftyp" and brand in _PHOTO_BRANDS, Obstacle.IMAGE, "a HEIC image"),
        (head[:2] == b"BM" and b"\x00" in head[:16], Obstacle.IMAGE, "a BMP image"),
        (head[:4] == b"\x00\x00\x01\x00", Obstacle.IMAGE, "an icon"),
        (head[257:262] == b"ustar", Obstacle.ARCHIVE, "a tar archive"),
        (head.lstrip()[:5] == b"%PDF-", Obstacle.PDF, "a PDF document"),
    )
    return next(((obstacle, detail) for matches, obstacle, detail in marks if matches), None)


def text_format(head: str) -> Recognized | None:
    """What a text is, by its first few thousand characters, if it is no table."""
    start = head[:_HEAD].lstrip("\ufeff \t\r\n")
    for pattern, obstacle, detail in _WORDS:
        if pattern.match(start):
            return obstacle, detail
    if len(_CONTROLS.findall(start)) > _MOST_CONTROLS * len(start):
        return Obstacle.BINARY, "a file that is not text"
    return None


def begins_with_our_header(head: bytes, profile: Profile) -> bool:
    """Whether the first record of a text is a header of ours, or that of our error file.

    A column may be called `PAR1_Name` or `<html>`, in quotes or not, and still stand in a table.
    """
    if not probably_utf8(head):
        return False
    text = head.decode(errors="ignore").removeprefix("\ufeff")
    typed = next(filter(None, csv.reader(io.StringIO(text, newline=""))), [])
    return is_error_file(typed) or known_headers(typed, profile) >= _SURELY_OURS


def other_format(typed: Sequence[str], profile: Profile) -> str | None:
    """The known other format that a header belongs to, as words.

    At least two of its headers, no fewer than mean one of our required columns, and none of ours as
    the template has it. Two of them could be none of ours and are not common to many systems, or
    one where all headers are its own. Letter case, surrounding space and marks such as [Required]
    are ignored. Where several fit, the one with most headers wins.
    """
    names = header_names(profile)
    if any(visible(text).casefold() in names.case for text in typed):
        return None
    words = {names.unmarked(text) for text in typed}
    common = {names.bare(text) for text in profile.words.get("common_headers", ())}
    telling = {
        names.unmarked(text)
        for text in typed
        if names.meaning(text)[1] is None and names.bare(text) not in common
    }
    ours = names.required_known(typed)
    hits: dict[str, int] = {}
    for name, other in profile.other_formats.items():
        known_headers = {names.unmarked(header) for header in other}
        matching = words & known_headers
        decisive = len(matching & telling) >= _FEWEST_HEADERS or matching == words
        if len(matching) >= max(_FEWEST_HEADERS, ours) and matching & telling and decisive:
            hits[name] = len(matching)
    best = max(hits, key=lambda name: hits[name], default="")
    if not best:
        return None
    article = "an" if best[:1] in "AEIU" else "a"
    return f"{article} {best} file"
