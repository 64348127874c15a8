"""Files that are broken as files: header, delimiter, encoding, format, title (RT001 to RT016).

Each takes the rows of a clean district and gives the bytes that a customer might send.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Mapping

import polars as pl

from roster_toolkit.model import Profile
from roster_toolkit.samples.names import plain
from roster_toolkit.samples.sample import csv_bytes

#: The parts of the smallest workbook that spreadsheets open.
_WORKBOOK = {
    "[Content_Types].xml": (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.'
        'openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="users" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    ),
    "xl/worksheets/sheet1.xml": (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>action</t></is></c>'
        '<c r="B1" t="inlineStr"><is><t>schoolId</t></is></c></row>'
        "</sheetData></worksheet>"
    ),
}

#: Headers of OneRoster's users.csv; names stand under our keys, the profile knows the aliases.
_ONEROSTER = (
    "sourcedId", "status", "dateLastModified", "enabledUser", "orgSourcedIds", "role", "username",
    "userIds", "userFirstName", "userLastName", "middleName", "identifier", "email", "sms", "phone",
    "agentSourcedIds", "grades", "password",
)  # fmt: skip


def records_of(frame: pl.DataFrame, profile: Profile) -> list[list[str]]:
    """Header and rows as lists of text."""
    header = [profile.columns[key].name for key in frame.columns]
    return [header, *([cell or "" for cell in row] for row in frame.rows())]


def written(records: list[list[str]], delimiter: str = ",") -> str:
    """Records as text, quoted where the delimiter asks for it."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(records)
    return text.getvalue()


def renamed(names: Mapping[str, str]) -> Callable[[pl.DataFrame, Profile], bytes]:
    """Headers written in another way, by column key."""

    def broken(frame: pl.DataFrame, profile: Profile) -> bytes:
        records = records_of(frame, profile)
        records[0] = [
            names.get(key, typed) for key, typed in zip(frame.columns, records[0], strict=True)
        ]
        return written(records).encode()

    return broken


def without(key: str) -> Callable[[pl.DataFrame, Profile], bytes]:
    """A column left out."""
    return lambda frame, profile: csv_bytes(frame.drop(key), profile)


def repeated(key: str) -> Callable[[pl.DataFrame, Profile], bytes]:
    """A column that stands in the file twice."""

    def broken(frame: pl.DataFrame, profile: Profile) -> bytes:
        place = frame.columns.index(key)
        records = records_of(frame, profile)
        return written([[*record, record[place]] for record in records]).encode()

    return broken


def semicolons(frame: pl.DataFrame, profile: Profile) -> bytes:
    """What a spreadsheet of another country saves as CSV."""
    return written(records_of(frame, profile), ";").encode()


def below_a_title(frame: pl.DataFrame, profile: Profile) -> bytes:
    """What a report writes: a title, a blank line, and then the header."""
    return b"Roster of the district, all schools\n\n" + csv_bytes(frame, profile)


def lines_in_quotes(frame: pl.DataFrame, profile: Profile) -> bytes:
    """What a spreadsheet saves where each line stands in one cell."""
    lines = csv_bytes(frame, profile).decode().splitlines()
    return written([[line] for line in lines]).encode()


def windows_1252(frame: pl.DataFrame, profile: Profile) -> bytes:
    """What an old export writes; names beyond Western Europe are spelled plainly."""

    def western(name: str) -> str:
        letters = []
        for letter in name:
            encoded = letter.encode("cp1252", "ignore")
            spelled = letter if encoded else plain(letter)
            letters.append(spelled.upper() if letter.isupper() else spelled)
        return "".join(letters)

    names = ("userFirstName", "userLastName", "classDisplayName")
    frame = frame.with_columns(
        pl.col(key).map_elements(western, return_dtype=pl.String) for key in names
    )
    return csv_bytes(frame, profile).decode().encode("cp1252")


def utf_16(frame: pl.DataFrame, profile: Profile) -> bytes:
    """What a spreadsheet saves as "Unicode text", but with commas."""
    return b"\xff\xfe" + csv_bytes(frame, profile).decode().encode("utf-16-le")


def unclosed_quote(frame: pl.DataFrame, profile: Profile) -> bytes:
    """A quote that opens halfway down and never closes; the file has no other."""
    plainly = frame.with_columns(
        pl.col("className", "classDisplayName").str.replace_all('[",]', "")
    )
    lines = csv_bytes(plainly, profile).decode().splitlines(keepends=True)
    half = len(lines) // 2
    cells = lines[half].split(",")
    cells[frame.columns.index("userLastName")] = '"' + cells[frame.columns.index("userLastName")]
    lines[half] = ",".join(cells)
    return "".join(lines).encode()


def oneroster_users(frame: pl.DataFrame, profile: Profile) -> bytes:
    """A users.csv all right, but OneRoster's."""
    oneroster_headers = profile.other_formats["OneRoster"]
    header = []
    for name in _ONEROSTER:
        aliases = profile.columns[name].aliases if name in profile.columns else ()
        header.append(next((alias for alias in aliases if alias in oneroster_headers), name))
    people = frame.fill_null("").unique("userId", maintain_order=True).to_dicts()
    records = [header]
    for person in people:
        filled = {
            **person,
            "sourcedId": person["userId"],
            "enabledUser": "true",
            "orgSourcedIds": person["schoolId"],
            "role": person["userRole"].lower(),
            "username": person["userEmail"].partition("@")[0],
            "identifier": person["userId"],
            "email": person["userEmail"],
            "grades": person["userGrade"],
        }
        records.append([filled.get(name, "") for name in _ONEROSTER])
    return written(records).encode()


def workbook(_frame: pl.DataFrame, _profile: Profile) -> bytes:
    """A workbook, stored uncompressed and undated so that its bytes are the same everywhere."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        for name, text in _WORKBOOK.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text)
    return content.getvalue()
