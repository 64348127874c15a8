"""Small files for tests: rows said in a few words, and the findings as plain tuples."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from roster_toolkit.districts import Store
from roster_toolkit.operations.importing import Imported, import_data
from roster_toolkit.profile import load_profile
from roster_toolkit.reviewing.review import Review, review
from roster_toolkit.rosters.context import RosterContext
from roster_toolkit.rosters.download import read_download
from roster_toolkit.rosters.roster import Roster

Row = dict[str, str]
#: Row number or None, column or None, code.
Place = tuple[int | None, str | None, str]

#: The headers of the default profile, so that a new column is in every file that is made here.
HEADER = tuple(column.name for column in load_profile().columns.values())


def student(user: str = "S1", **cells: str) -> Row:
    """A sound student without a class."""
    row = {"schoolId": "0711", "userId": user, "userRole": "Student", "userFirstName": "Ana"}
    row |= {"userLastName": "Lee", "userEmail": f"{user.lower()}@school.org", "userGrade": "3"}
    return row | cells


def teacher(user: str = "T1", **cells: str) -> Row:
    """A sound teacher without a class."""
    return student(user) | {"userRole": "Teacher", "userGrade": ""} | cells


def in_class(row: Row, class_id: str = "C1", **cells: str) -> Row:
    """The same person in a class."""
    return row | {"classId": class_id, "className": "Math", "classGrade": "3"} | cells


def removal(class_id: str = "C1", user: str = "R1", **cells: str) -> Row:
    """A sound row that removes a class."""
    return teacher(user) | {"action": "REMOVE-CLASS", "classId": class_id} | cells


def file_of(rows: Iterable[Mapping[str, str]], header: Sequence[str] = HEADER) -> bytes:
    """A users.csv of rows; cells that a row does not give are blank."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([row.get(name, "") for name in header] for row in rows)
    return text.getvalue().encode()


def check(*rows: Mapping[str, str], profile: str = "batch-upload") -> Review:
    """The review of a file of these rows, the first of them being row 2."""
    return review(file_of(rows), profile=profile)


def judged_against(
    roster: Iterable[Mapping[str, str]],
    rows: Iterable[Mapping[str, str]],
    schools: bytes | None = None,
) -> Review:
    """The review of a file of these rows against a roster of those, with the district's list."""
    return review(file_of(rows), against=_roster_known(file_of(roster), schools))


@cache
def _roster_known(download: bytes, schools: bytes | None) -> RosterContext:
    """What is read of a download; most tests of a module judge against the same."""
    return read_download(download, load_profile(), schools)


def roster_of(*rows: Mapping[str, str]) -> Roster:
    """The roster that a download of these rows is."""
    return read_download(file_of(rows), load_profile()).roster


def imported(
    store: Store,
    *rows: Mapping[str, str],
    district: str = "Avon",
    schools: bytes | Path | None = None,
    **how: object,
) -> Imported:
    """Import a download of these rows, a file beside the store, with the district's list."""
    download, listed = (store.path.with_name(name) for name in ("download.csv", "schools.csv"))
    download.write_bytes(file_of(rows))
    if isinstance(schools, bytes):
        listed.write_bytes(schools)
        schools = listed
    return import_data(download, store, district, schools=schools, **how)  # type: ignore[arg-type]


def store_of(folder: Path, *rows: Mapping[str, str], **how: object) -> Store:
    """A store in a folder, into which these rows were imported."""
    store = Store(folder / "roster.duckdb")
    imported(store, *rows, **how)  # type: ignore[arg-type]
    return store


def avon_and_brook(folder: Path, *avon: Mapping[str, str], schools: bytes) -> Path:
    """A store of two districts: Avon with these people, and Brook with a Zoë of its own."""
    store = store_of(folder, *avon, schools=schools)
    zoe = student("B1", userFirstName="Zoë", userLastName="Ash")
    imported(store, zoe, district="Brook", schools=schools)
    return store.path


@cache
def reviewed(sample: Path) -> Review:
    """The review of a file that stays as it is; tests of several modules look at the same."""
    return review(sample)


def mixed_faults() -> Review:
    """Two schools, four rules: some of everything to be selected, in rows 3, 4, 5 and 6."""
    return check(
        student("S1"),
        student("S2", userGrade="99"),
        student("S3", userGrade="98", userEmail="broken", schoolId="0712"),
        teacher("T1", userGrade="4"),
        student("S4", userGrade="99", schoolId=" 0712"),
    )


def places(result: Review, *codes: str) -> list[Place]:
    """Where these rules found something, in the order of rows; all rules if none is named."""
    lines = result.findings.select("row", "column", "code").rows()
    chosen = [place for place in lines if not codes or place[2] in codes]
    return sorted(chosen, key=lambda place: (place[0] or 0, place[1] or "", place[2]))


def codes(result: Review) -> list[str]:
    """The codes of all findings, sorted."""
    return sorted(result.findings["code"].to_list())


def skipped(result: Review) -> dict[str, str]:
    """Rules that could not judge the file by itself, and why."""
    return {skip.code: skip.why for skip in result.skipped if skip.code < "RT4"}


#: A program that writes to a store and is killed before what it wrote leaves its log.
_KILLED = """
import duckdb, os, sys
con = duckdb.connect(sys.argv[1])
con.execute("UPDATE districts SET name = 'Avon Valley' WHERE name = 'Avon'")
os._exit(1)
"""


def killed_writer(store: Path) -> None:
    """Let a program that renames Avon to Avon Valley die over a store."""
    subprocess.run([sys.executable, "-c", _KILLED, str(store)], check=False)
