"""Encodings, and files that are no table at all."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest

from roster_toolkit.ingest import read_upload
from roster_toolkit.model import Obstacle, Upload
from roster_toolkit.profile import load_profile

PROFILE = load_profile()
NAMES = "userId,userFirstName\n1,José\n2,Zoë\n3,Ann\n"


def read(data: bytes) -> Upload:
    return read_upload(data, PROFILE)


# --- the encoding ladder -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (NAMES.encode(), "utf-8"),
        (NAMES.encode("utf-8-sig"), "utf-8-sig"),
        (NAMES.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + NAMES.encode("utf-16-be"), "utf-16"),
        (NAMES.encode("utf-16-le"), "utf-16"),
        (NAMES.encode("utf-16-be"), "utf-16"),
        (NAMES.encode("cp1252"), "windows-1252"),
        (b"\xef\xbb\xbf" + NAMES.encode("cp1252"), "windows-1252"),
    ],
)
def test_every_encoding_of_the_ladder_gives_the_same_cells(data: bytes, encoding: str) -> None:
    upload = read(data)

    assert upload.encoding == encoding
    assert [cell.typed for cell in upload.header] == ["userId", "userFirstName"]
    assert upload.cells.rows() == [("1", "José"), ("2", "Zoë"), ("3", "Ann")]
    assert upload.obstacle is None
    assert upload.size == len(data)


@pytest.mark.parametrize(
    "names",
    [
        ["Muñoz", "García", "Peña-Ávila", "O’Brien", "D´Angelo", "Zoë"],  # noqa: RUF001
        ["Müller", "Groß", "Šimon", "Ærø", "Østergård", "Åse", "Conceição", "João", "ÉLODIE"],
        ["Año 2º", "¿Quién?", "½ day", "Café – Lecture", "Peña™", "«Été»"],
    ],
)
def test_names_of_western_europe_fit_the_encoding_that_is_guessed(names: list[str]) -> None:
    data = "userId,userFirstName\n" + "".join(f"{n},{name}\n" for n, name in enumerate(names))

    assert read(data.encode("cp1252")).encoding_fits


def test_a_character_across_two_pieces_of_the_file_is_no_fault() -> None:
    data = b"userId\n" + b"x" * ((1 << 18) - 8) + "é\n".encode()

    assert read(data).encoding == "utf-8"


def test_halves_of_a_character_in_distant_pieces_are_no_character() -> None:
    piece = 1 << 18
    data = b"userId\n".ljust(piece - 1, b"x") + b"\xc3" + b"x" * piece + b"\xa9\n"

    assert read(data).encoding == "windows-1252"


def test_a_character_cut_off_at_the_end_is_not_utf8() -> None:
    assert read("userId\né".encode()[:-1]).encoding == "windows-1252"


def test_a_guess_at_the_encoding_shows_the_cells_to_look_at() -> None:
    upload = read(NAMES.encode("cp1252"))

    assert upload.foreign is not None
    assert upload.foreign.rows() == [(0, "userFirstName", "José"), (1, "userFirstName", "Zoë")]


def test_at_most_twenty_cells_are_shown_each_value_once() -> None:
    data = "userId,zzz\n" + "".join(f"é,ü{i}\n" for i in range(40))

    foreign = read(data.encode("cp1252")).foreign

    assert foreign is not None
    assert foreign.height == 20
    assert foreign["column"].to_list() == ["userId"] + ["#1"] * 19


def test_a_sure_encoding_shows_nothing() -> None:
    assert read(NAMES.encode()).foreign is None


@pytest.mark.parametrize("bad", [b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d"])
def test_bytes_that_windows_1252_lacks_are_undecodable_where_no_word_tells_more(bad: bytes) -> None:
    assert read(b"userId\n7" + bad + b"7\n").obstacle is Obstacle.UNDECODABLE


@pytest.mark.parametrize(
    "data", [NAMES.encode("utf-16")[:-1], b"\xff\xfeu\x00\x00\xd8\n\x00", b"\xff\xfe\x00"]
)
def test_broken_utf_16_is_undecodable(data: bytes) -> None:
    assert read(data).obstacle is Obstacle.UNDECODABLE


@pytest.mark.parametrize(
    "data", [b"userId\n1\x002\n", b"\xff\xfe" + "userId\n\0".encode("utf-16-le")]
)
def test_text_with_nul_is_binary(data: bytes) -> None:
    assert read(data).obstacle is Obstacle.BINARY


# --- nothing to read -----------------------------------------------------------------------------


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\n\r\n \n", b",,,\n,,,\n"])
def test_a_file_without_content_is_empty(data: bytes) -> None:
    upload = read(data)

    assert upload.obstacle is Obstacle.EMPTY
    assert upload.header == ()
    assert upload.records == 0


@pytest.mark.parametrize(
    "data",
    [b"userId", b"userId,schoolId\n", b"userId,schoolId\r\n\r\n", b"userId,schoolId\n,\n \n"],
)
def test_a_header_with_no_record_that_has_content_stands_alone(data: bytes) -> None:
    upload = read(data)

    assert upload.obstacle is Obstacle.HEADER_ALONE
    assert upload.header[0].key == "userId"
    assert upload.records == 0


# --- other kinds of file -------------------------------------------------------------------------


def archive(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name in names:
            file.writestr(name, "content " * 50)
    return buffer.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
FILES = [
    (
        archive("[Content_Types].xml", "xl/workbook.xml"),
        Obstacle.WORKBOOK,
        "an Excel workbook (.xlsx)",
    ),
    (archive("xl/workbook.bin"), Obstacle.WORKBOOK, "an Excel workbook (.xlsb)"),
    (OLE + "Workbook".encode("utf-16-le"), Obstacle.WORKBOOK, "an Excel workbook (.xls)"),
    (
        OLE + "EncryptedPackage".encode("utf-16-le"),
        Obstacle.WORKBOOK,
        "an Office file with a password",
    ),
    (
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
        Obstacle.WORKBOOK,
        "an Excel workbook (XML)",
    ),
    (archive("users.csv"), Obstacle.ARCHIVE, "a zip archive"),
    (archive(), Obstacle.ARCHIVE, "a zip archive"),
    (b"PK\x03\x04broken", Obstacle.ARCHIVE, "a zip archive"),
    (gzip.compress(b"userId\n1\n"), Obstacle.ARCHIVE, "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c\x00\x04", Obstacle.ARCHIVE, "a 7-Zip archive"),
    (b"Rar!\x1a\x07\x01\x00", Obstacle.ARCHIVE, "a RAR archive"),
    (b"\x89PNG\r\n\x1a\n\x00\x00", Obstacle.IMAGE, "a PNG image"),
    (b"\xff\xd8\xff\xe0\x00\x10JFIF", Obstacle.IMAGE, "a JPEG image"),
    (b"GIF89a\x01\x00", Obstacle.IMAGE, "a GIF image"),
    (b"BM\x36\x00\x00\x00", Obstacle.IMAGE, "a BMP image"),
    (b"RIFF\x00\x00\x00\x00WEBPVP8 ", Obstacle.IMAGE, "a WebP image"),
    (b"%PDF-1.7\n", Obstacle.PDF, "a PDF document"),
    (b"<!DOCTYPE html>\n<html><body>Sign in</body></html>", Obstacle.WEB_PAGE, "a web page (HTML)"),
    (b"\n <HTML><table><tr><td>userId</td></tr>", Obstacle.WEB_PAGE, "a web page (HTML)"),
    ("<html>é".encode("utf-16"), Obstacle.WEB_PAGE, "a web page (HTML)"),
    (b'[\n  {"userId": "S1", "schoolId": "0711"}\n]', Obstacle.BINARY, "a JSON file"),
    (b'{"users": []}', Obstacle.BINARY, "a JSON file"),
    (b'<?xml version="1.0"?><users><user id="S1"/></users>', Obstacle.BINARY, "an XML file"),
    (OLE, Obstacle.BINARY, "an old Office document"),
    (archive("word/document.xml"), Obstacle.BINARY, "a Word document (.docx)"),
    (bytes(range(256)), Obstacle.BINARY, "a file that is not text"),
    (b"\x01\x02\x03\x04\x05", Obstacle.BINARY, "a file that is not text"),
]


@pytest.mark.parametrize(
    ("data", "obstacle", "detail"), FILES, ids=[f"{i}-{f[2]}" for i, f in enumerate(FILES)]
)
def test_other_kinds_of_file_are_told_apart(data: bytes, obstacle: Obstacle, detail: str) -> None:
    upload = read(data)

    assert (upload.obstacle, upload.obstacle_detail) == (obstacle, detail)
    assert upload.cells.is_empty()


@pytest.mark.parametrize(
    "start", ["BMuser", "RIFF", "GIF", "PK", "7z", "<userId>", "BZh9", "[1]", "{a}", "[{x}]"]
)
def test_a_table_that_begins_a_little_like_another_file_is_a_table(start: str) -> None:
    upload = read(f"{start},userId\n1,2\n".encode())

    assert upload.obstacle is None
    assert upload.cells.rows() == [("1", "2")]


@pytest.mark.parametrize("start", ["<html>", "PAR1_Name", "%PDF-1", "{\\rtf1", "GIF89a", "<svg>"])
def test_a_table_that_begins_like_another_file_is_known_by_our_headers(start: str) -> None:
    upload = read(f"{start},schoolId,userId,userEmail\nx,0711,S1,a@b.org\n".encode())

    assert upload.obstacle is None
    assert upload.cells.rows() == [("x", "0711", "S1", "a@b.org")]


def test_a_file_of_another_known_format_is_named_and_its_records_kept() -> None:
    upload = read(b"sourcedId,status,orgSourcedIds,givenName\na,b,c,d\n")

    assert upload.obstacle is Obstacle.OTHER_FORMAT
    assert upload.obstacle_detail == "a OneRoster file"
    assert upload.records == 1


def test_one_header_of_ours_makes_it_our_file() -> None:
    assert read(b"sourcedId,orgSourcedIds,userid\na,b,c\n").obstacle is None


def test_one_header_of_another_format_is_not_enough() -> None:
    assert read(b"sourcedId,shoe size\na,b\n").obstacle is None


# --- a quote that never closes -------------------------------------------------------------------


def test_an_unclosed_quote_is_found_where_it_opens() -> None:
    upload = read(b'userId,className\n1,"a\nb"\n2,"c\n3,d\n4,e\n\n')

    assert upload.obstacle is Obstacle.UNCLOSED_QUOTE
    assert upload.obstacle_row == 3
    assert upload.cells.rows() == [("1", "a\nb"), ("2", "c\n3,d\n4,e\n\n")]


def test_a_lone_quote_at_the_end_of_the_file_is_unclosed() -> None:
    upload = read(b'userId\n1\n"')

    assert (upload.obstacle, upload.obstacle_row) == (Obstacle.UNCLOSED_QUOTE, 3)


def test_a_quote_that_opens_in_the_header_swallows_the_file() -> None:
    upload = read(b'userId,"schoolId\n1,2\n')

    assert (upload.obstacle, upload.obstacle_row) == (Obstacle.UNCLOSED_QUOTE, 1)
    assert upload.cells.is_empty()
