"""Small packages that ask for a whole machine are looked at before anything is made of them."""

from __future__ import annotations

import datetime as dt
import io
import resource
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import xlsxwriter
from making import HEADER, file_of, student

from roster_toolkit.errors import ToolkitError
from roster_toolkit.model import Obstacle
from roster_toolkit.reviewing.review import Review, Verdict, review
from roster_toolkit.rosters.oneroster import files
from roster_toolkit.rosters.oneroster.files import OneRosterFiles

REPOSITORY = Path(__file__).parent.parent
SHEET = "xl/worksheets/sheet1.xml"


def book(change: Callable[[xlsxwriter.Workbook, xlsxwriter.worksheet.Worksheet], object]) -> bytes:
    """A workbook of two students, and what `change` adds."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"use_zip64": False}) as made:
        sheet = made.add_worksheet("Sheet1")
        for r, row in enumerate([dict(zip(HEADER, HEADER, strict=True)), student(), student("S2")]):
            for c, name in enumerate(HEADER):
                if row.get(name):
                    sheet.write_string(r, c, row[name])
        change(made, sheet)
    return target.getvalue()


PLAIN = book(lambda *_: None)


def edited(data: bytes, part: str, edit: Callable[[bytes], bytes], name: str = "") -> bytes:
    """The package with one part changed, or under another name."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as parts,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for known in parts.namelist():
            content = parts.read(known)
            made.writestr(
                name if name and known == part else known,
                edit(content) if known == part else content,
            )
    return target.getvalue()


def with_rows(rows: bytes) -> bytes:
    return edited(
        PLAIN, SHEET, lambda sheet: sheet.replace(b"</sheetData>", rows + b"</sheetData>")
    )


def is_not_read(data: bytes) -> None:
    result = review(data)
    assert result.verdict is Verdict.REJECTED
    assert result.upload.obstacle is Obstacle.WORKBOOK
    assert result.upload.header == ()
    assert result.faults == ()


FAR = [
    b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    b"<row r='1048576'><c t='n' s='0' r = 'XFD1048576' ><v>1</v></c></row>",
    b'<row r="9"><c r="XFD1048576"><f>1+1</f><v>2</v></c></row>',
    b'<row r="1048576"><c r="xfd1048576" t="inlineStr"><is><t>x</t></is></c></row>',
    b'<row><c r="XFD9"><v>1</v></c></row><row r="1048575"/><row><c><v>1</v></c></row>',
    b'<row r="9">'
    + b"<c/>" * 16_000
    + b'<c><v>1</v></c></row><row r="40000"><c><v>1</v></c></row>',
    (
        b'<x:row xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" r="1048576">'
        b'<x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>'
    ),
    b'<row r="4294967295"><c r="XFD4294967295"><v>1</v></c></row>',
    b'<row r="-5"><c r="A-5"><v>1</v></c></row>',
    b'<row r="x"><c r="??"><v>1</v></c></row>',
]


@pytest.mark.parametrize("rows", FAR[:7], ids=range(7))
def test_a_far_cell_does_not_make_a_sheet_of_billions(rows: bytes) -> None:
    is_not_read(with_rows(rows))


@pytest.mark.parametrize("rows", FAR[7:], ids=range(3))
def test_a_place_that_is_none_makes_nothing_fail(rows: bytes) -> None:
    assert review(with_rows(rows)).faults == ()


@pytest.mark.parametrize(
    "name", ["xl/worksheets/_.bin", "xl/media/image1.png", "xl/drawings/a.vml"]
)
def test_a_sheet_under_another_name_is_looked_at_too(name: str) -> None:
    data = edited(with_rows(FAR[0]), SHEET, lambda sheet: sheet, name)
    rels = "xl/_rels/workbook.xml.rels"
    old = b"worksheets/sheet1.xml"

    is_not_read(
        edited(data, rels, lambda text: text.replace(old, name.removeprefix("xl/").encode()))
    )


def test_a_far_cell_that_is_only_formatted_does_no_harm() -> None:
    def far(made: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        sheet.write_blank(1_048_575, 16_383, None, made.add_format({"bold": True}))

    assert review(book(far)).upload.records == 2


@pytest.mark.slow
def test_a_stray_cell_at_the_bottom_of_the_sheet_does_no_harm() -> None:
    result = review(with_rows(b'<row r="1048576"><c r="B1048576" t="str"><v>x</v></c></row>'))

    assert result.upload.records > 2
    assert result.faults == ()


@cache
def unpacking_to(size: int) -> bytes:
    return with_rows(b"<row><c><v>1</v></c></row>" * 3 + b" " * size)


def bomb(size: int, declared: int | None = None) -> bytes:
    """A workbook of which a part unpacks to so many bytes, and may say otherwise."""
    data = unpacking_to(size)
    if declared is None:
        return data
    found = bytearray(data)
    name = SHEET.encode()
    entry = found.index(b"PK\x01\x02", found.rindex(name) - 60)
    local = struct.unpack_from("<I", found, entry + 42)[0]
    struct.pack_into("<I", found, entry + 24, declared)
    struct.pack_into("<I", found, local + 22, declared)
    return bytes(found)


@pytest.mark.slow
@pytest.mark.parametrize("declared", [None, 1000, 0, 2**32 - 2])
def test_a_workbook_that_unpacks_a_thousandfold_is_not_unpacked(declared: int | None) -> None:
    is_not_read(bomb(80_000_000, declared))


def test_what_a_workbook_says_of_its_size_is_not_believed() -> None:
    assert review(bomb(1000)).upload.header != ()
    is_not_read(bomb(70_000_000, 1000))


@pytest.mark.parametrize(
    "parts",
    [
        {"content.xml": b"<x/>", "mimetype": b"application/vnd.oasis.opendocument.spreadsheet"},
        {"xl/workbook.bin": b"x"},
    ],
)
def test_two_kinds_of_workbook_in_one_are_none(parts: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / "users.ods"
    path.write_bytes(PLAIN)
    with zipfile.ZipFile(path, "a") as made:
        for name, content in parts.items():
            made.writestr(name, content)

    is_not_read(path.read_bytes())
    assert review(path).upload.header == ()


def test_a_workbook_by_any_file_name_is_read(tmp_path: Path) -> None:
    for name in ("users.csv", "users.xls", "users.ods", "use[r]s.xlsx", "us\udcffers.xlsx"):
        (tmp_path / name).write_bytes(PLAIN)

        assert review(tmp_path / name).upload.records == 2


def in_two_gigabytes(path: Path) -> subprocess.CompletedProcess[bytes]:
    """A check of a file by a process that may have no more memory than that."""
    return subprocess.run(
        [sys.executable, "-m", "roster_toolkit", "check", str(path)],
        capture_output=True, check=False, cwd=REPOSITORY,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30)),
    )  # fmt: skip


@pytest.mark.slow
def test_the_process_stays_small(tmp_path: Path) -> None:
    for name, data in {"far": with_rows(FAR[0]), "bomb": bomb(300_000_000, 1000)}.items():
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(data)

        run = in_two_gigabytes(path)

        assert run.returncode == 3, run.stderr
        assert b"an Excel workbook" in run.stdout


# --- workbooks as programs really write them -----------------------------------------------------


def of(result: Review) -> tuple[int, int]:
    return result.upload.records, len(result.upload.header)


def test_what_spreadsheets_put_into_workbooks_makes_nothing_fail() -> None:
    def everything(made: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        bold, date = made.add_format({"bold": True}), made.add_format({"num_format": "m/d/yy"})
        sheet.merge_range("A10:D12", "merged", bold)
        sheet.write_formula("B14", "=1+1", None, 2)
        sheet.write_formula("C14", "=NA()", None, "#N/A")
        sheet.write_rich_string("D14", bold, "rich", " text")
        sheet.write_datetime("E14", dt.datetime(1900, 1, 1), date)  # noqa: DTZ001
        sheet.write_number("F14", 1e300)
        sheet.write_number("G14", -1, date)
        sheet.write_url("H14", "https://school.org/")
        sheet.write_comment("A14", "a note")
        sheet.data_validation("A1:A9", {"validate": "list", "source": ["REMOVE-CLASS"]})
        sheet.add_table("A20:C25")
        sheet.hide()
        made.add_worksheet("shown").activate()

    result = review(book(everything))

    assert of(result)[1] == len(HEADER)
    assert result.faults == ()


def test_dates_of_the_other_calendar_are_dates() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"date_1904": True}) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, ["schoolId", "userId", "userEmail"])
        style = made.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_datetime(1, 0, dt.datetime(2026, 3, 5), style)  # noqa: DTZ001

    assert review(target.getvalue()).upload.cells["schoolId"].to_list() == ["2026-03-05"]


@pytest.mark.parametrize(
    "data",
    [
        edited(PLAIN, "xl/workbook.xml", lambda _: b"<workbook><sheets/></workbook>"),
        edited(PLAIN, "xl/workbook.xml", lambda text: text[:200]),
        edited(PLAIN, SHEET, lambda _: b""),
        edited(PLAIN, SHEET, lambda text: text[: len(text) // 2]),
        edited(PLAIN, SHEET, lambda text: text.decode().encode("utf-16")),
        edited(PLAIN, SHEET, lambda text: text.replace(b"<sheetData>", b"<!DOCTYPE a>")),
        edited(PLAIN, "xl/_rels/workbook.xml.rels", lambda _: b"<Relationships/>"),
        PLAIN[:-30],
        PLAIN[: len(PLAIN) // 2],
        b"PK\x03\x04" + PLAIN,
        PLAIN + b"PK\x05\x06" + b"\0" * 18,
        PLAIN * 2,
    ],
    ids=range(12),
)  # fmt: skip
def test_a_damaged_workbook_is_a_rejected_file(data: bytes) -> None:
    result = review(data)

    assert result.verdict is Verdict.REJECTED
    assert result.faults == ()


# --- archives of OneRoster files -----------------------------------------------------------------

ORGS = b"sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n"


def archive(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return path


@pytest.mark.parametrize("declared", [None, 100])
def test_an_archive_that_unpacks_a_thousandfold_is_a_sentence(
    declared: int | None, tmp_path: Path
) -> None:
    path = archive(tmp_path / "o.zip", {"orgs.csv": ORGS, "users.csv": b"x," * 50_000_000})
    if declared is not None:
        data = bytearray(path.read_bytes())
        entry = data.rindex(b"PK\x01\x02")
        struct.pack_into("<I", data, entry + 24, declared)
        path.write_bytes(data)

    with pytest.raises(ToolkitError, match="unpacks to"):
        OneRosterFiles.of(path).table("users", ["sourcedId"])


def test_names_that_lead_elsewhere_lead_nowhere(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    members = {"../orgs.csv": ORGS, "/users.csv": b"sourcedId\nu1\n", "C:\\classes.csv": b"x"}
    found = OneRosterFiles.of(archive(inside / "o.zip", members))

    assert found.table("users", ["sourcedId"])["sourcedId"].to_list() == ["u1"]
    assert [file.name for file in tmp_path.rglob("*")] == ["inside", "o.zip"]


def test_an_archive_in_an_archive_is_not_opened(tmp_path: Path) -> None:
    inner = archive(tmp_path / "inner.zip", {"orgs.csv": ORGS, "users.csv": b"sourcedId\n"})
    outer = archive(tmp_path / "outer.zip", {"inner.zip": inner.read_bytes()})

    with pytest.raises(ToolkitError, match="holds no OneRoster files"):
        OneRosterFiles.of(outer)


@pytest.mark.parametrize("first", ["", 'x"y,1\n'], ids=["plain", "a quote within a cell"])
@pytest.mark.parametrize("width", [500, 20_000])
def test_few_bytes_of_a_file_never_become_many_cells(width: int, first: str) -> None:
    header = ",".join(["userId", *(f"c{n}" for n in range(width - 1))])
    upload = review((header + "\n" + first + "1\n" * 100_000).encode()).upload

    assert upload.obstacle is Obstacle.BINARY
    assert upload.obstacle_detail.startswith(f"a table of {width:,} columns and 100,00")
    assert upload.cells.is_empty()


@pytest.mark.slow
def test_a_wide_file_of_nothing_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    header = b",".join(b"c%d" % n for n in range(16_000))
    path.write_bytes(header + b"\n" + b"1\n" * 200_000)

    run = in_two_gigabytes(path)

    assert run.returncode == 3, run.stderr
    assert b"a table of 16,000 columns" in run.stdout


def test_few_bytes_of_oneroster_never_become_many_cells(tmp_path: Path) -> None:
    header = b",".join(b"c%d" % n for n in range(3_000))
    members = {"orgs.csv": ORGS, "users.csv": header + b"\n" + b"1\n" * 100_000}

    with pytest.raises(ToolkitError):
        OneRosterFiles.of(archive(tmp_path / "o.zip", members)).table("users", ["sourcedId"])


def test_an_honest_archive_is_read_however_well_it_packs(tmp_path: Path) -> None:
    members = {"orgs.csv": ORGS, "users.csv": b"sourcedId,role\n" + b"u1,student\n" * 200_000}

    read = OneRosterFiles.of(archive(tmp_path / "o.zip", members)).table("users", ["role"])

    assert read.height == 200_000
    assert files.OneRosterFiles is OneRosterFiles


def test_archives_are_no_files_to_check(tmp_path: Path) -> None:
    path = archive(tmp_path / "users.zip", {"users.csv": file_of([student()])})

    assert review(path).upload.obstacle is Obstacle.ARCHIVE
