"""Inputs that nobody thought of: files made and damaged at random, and what must hold for each.

An input is a number: the same number always makes the same file, so that what a run found is one
number to repeat. `python -m tests.fuzzing --count 100000 --seed 1` tries any number of them and
prints those for which a promise does not hold; `--only NUMBER` shows one.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import random
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import polars as pl
from jsonschema import Draft202012Validator

from roster_toolkit.attempts import compare_attempts
from roster_toolkit.cli.check import exit_code
from roster_toolkit.errors import ToolkitError
from roster_toolkit.ingest import read_upload
from roster_toolkit.model import Obstacle, Upload
from roster_toolkit.profile import load_profile
from roster_toolkit.repair import repairable
from roster_toolkit.report.reconciliation import imbalances
from roster_toolkit.reviewing.review import Repair, Review, Verdict, review
from roster_toolkit.reviewing.together import review_together
from roster_toolkit.rosters.context import RosterContext
from roster_toolkit.rosters.download import read_download

REPOSITORY = Path(__file__).parent.parent
SAMPLES = REPOSITORY / "data" / "samples"
SCHEMA = REPOSITORY / "docs" / "review.schema.json"
_ROWS = 6
_AT_ONCE = 100

#: Bytes that mean something to somebody on the road.
NASTY = (
    b'"', b'""', b'"""', b",", b";", b"\t", b"|", b"\n", b"\r", b"\r\n", b"\n\r", b"\r\r\n",
    b"\n\n", b"\0", b"\x1a", b"\x1b[31m", b"\x7f", b"\x0b", b"\x0c", b"\x1c", b"\xef\xbb\xbf",
    b"\xff\xfe", b"\xfe\xff", b"\xc2\xa0", b"\xc2\xad", b"\xe2\x80\x8b", b"\xe2\x80\xa8",
    b"\xe2\x80\xae", b"\xc3", b"\xa9", b"\x81", b"\xed\xa0\x80", b"\xef\xbf\xbe", b"\xef\xbf\xbd",
    b"\xf0\x9f\x98\x80", b"\x85", b"'", b"=", b"+", b"@", b"x\x9c", b"PK\x03\x04", b"sep=,\n",
    b"<html>", b"&#233;", b"&amp;", b"%", b"\xe2\x80\x9c", b",,,,,,,,,,,,,,,,,,,,", b"\\", b"\\N",
    b"#", b"{", b"$1", b"${1}", b"_x000D_",
)  # fmt: skip
#: What stands in the cells of real files.
CELLS = (
    "", " ", "NULL", "n/a", "(no cell)", "'(no cell)", "file", "0", "00", "-1", "1.0", "710000.0",
    "1.23E+05", "1e400", "5-Mar", "3/5/2026", '="0101"', "'0101", "#N/A", "#REF!", "TRUE", "true",
    "False", "REMOVE-CLASS", "remove-class", "Student", "student", "Teacher", "Administrator",
    "K", "PK", "12", "Grade 3", "3rd", "13", "a@b", "ana@school.org", "ANA@SCHOOL.ORG",
    "x@amplify.com", "mailto:ana@school.org", "a@b.org; c@d.org", "José", "JosÃ©",
    "Jos\u00c3\u00ad\u00ad", "Null", "&eacute;", "O'Brien", "Lee, Ana", 'Lee "Bo" Ana', "😀",
    "\u202eana", "\ufeffana", "ana\u00a0", "512-34-6789", "123456789", "1234567890123456789000",
    "x" * 300, "a\nb", "a\rb", "\ufffd", "?", "action", "userId", "Total: 12 rows", "row", "<b>",
    "](x)", "_xFFFE_", "\ufffe",
)  # fmt: skip
HEADERS = (
    "userid", " userId", "userId ", "USERID", "UserID", "user_id", "org_sis_id", "primaryTeacher",
    "userRole", "userRole", "email", "row", "errors", "how to fix", "", "x", "schoolId", "action",
    "\ufeffaction", "sourcedId", "First Name", "userEmial", "'userId", "=userId", "user\nId",
    "a;b;c;d",
)  # fmt: skip
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "mac-roman",
             "cp437", "utf-32", "utf-7", "latin-1")  # fmt: skip
SEEDS = (
    b"", b"\n", b'"', b"userId", b"action,schoolId,userId\n", b"schoolId,userId\n0711,S1\n",
    b'action,"schoolId\n', b"row,errors,how to fix\n1,,\n", b"a;b;c\n1;2;3\n", b"\xef\xbb\xbf",
    b"schoolId,userId,row,errors,how to fix\n0711,S1,2,,\n(no cell),(no cell),3,x,\n",
    b"sourcedId,status,orgSourcedIds,givenName\na,b,c,d\n", b"sep=;\nschoolId;userId\n1;2\n",
)  # fmt: skip


# --- making inputs -------------------------------------------------------------------------------


@cache
def sources() -> tuple[bytes, ...]:
    """What inputs are made from: samples, small seeds, workbooks, error files."""
    samples = [path.read_bytes() for path in sorted(SAMPLES.glob("*.csv"))]
    errors = review(_few(random.Random(0), samples[2]))
    books = [(SAMPLES / "not-a-csv.xlsx").read_bytes(), errors.errors_xlsx(), _book()]
    return (*samples, *samples, *SEEDS, errors.errors_csv(), *books)


def _book() -> bytes:
    import xlsxwriter

    lines = _few(random.Random(1), (SAMPLES / "clean.csv").read_bytes()).decode().splitlines()
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as made:
        sheet = made.add_worksheet("users")
        for row, cells in enumerate(csv.reader(lines)):
            sheet.write_row(row, 0, cells)
    return target.getvalue()


def _few(rng: random.Random, data: bytes) -> bytes:
    """The header of a file and some of its lines."""
    head, *lines = data.splitlines(keepends=True) or [b""]
    first = rng.randrange(len(lines)) if lines else 0
    return head + b"".join(lines[first : first + rng.randint(0, _ROWS)])


def made(number: int) -> bytes:
    """The input of a number."""
    rng = random.Random(number)
    source = rng.choice(sources())
    if source[:2] == b"PK":
        return _damaged_book(rng, source)
    data = source if source in SEEDS else _few(rng, source)
    for _ in range(rng.choice((0, 1, 1, 1, 2, 2, 3, 5, 8))):
        data = rng.choice(_CHANGES)(rng, data)
    return data


def made_beside(number: int) -> bytes:
    """A second file, of demographics, to go with the input of a number."""
    rng = random.Random(f"beside {number}")
    name = rng.choice(("demographics.csv", "demographics-problems.csv"))
    data = _few(rng, (SAMPLES / name).read_bytes())
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        data = rng.choice(_CHANGES)(rng, data)
    return data


def _damaged_book(rng: random.Random, data: bytes) -> bytes:
    if rng.random() < 0.3:
        return rng.choice(_OF_BYTES)(rng, data)
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as parts, zipfile.ZipFile(target, "w") as book:
        names = parts.namelist()
        chosen = rng.choice([*names, "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
        for name in names:
            content = parts.read(name)
            if name == chosen:
                content = rng.choice((*_OF_BYTES, _cell))(rng, content)
            book.writestr(zipfile.ZipInfo(name), content)  # of no day: the same bytes always
    return target.getvalue()


def _span(rng: random.Random, data: bytes, most: int = 12) -> tuple[int, int]:
    start = rng.randint(0, len(data))
    return start, min(len(data), start + rng.randint(0, most))


def _flip(rng: random.Random, data: bytes) -> bytes:
    start, _ = _span(rng, data)
    return data[:start] + bytes([rng.randrange(256)]) + data[start + 1 :]


def _insert(rng: random.Random, data: bytes) -> bytes:
    start, _ = _span(rng, data)
    return data[:start] + rng.choice(NASTY) * rng.choice((1, 1, 1, 2, 5)) + data[start:]


def _delete(rng: random.Random, data: bytes) -> bytes:
    start, end = _span(rng, data, rng.choice((1, 4, 40)))
    return data[:start] + data[end:]


def _repeat(rng: random.Random, data: bytes) -> bytes:
    start, end = _span(rng, data, 200)
    return data[:end] + data[start:end] * rng.randint(1, 3) + data[end:]


def _cut(rng: random.Random, data: bytes) -> bytes:
    start, _ = _span(rng, data)
    return data[:start] if rng.random() < 0.7 else data[start:]


def _splice(rng: random.Random, data: bytes) -> bytes:
    other = _few(rng, rng.choice(sources()[:30]))
    return data + other if rng.random() < 0.5 else _cut(rng, data) + _cut(rng, other)


def _line_ends(rng: random.Random, data: bytes) -> bytes:
    ends = (b"\r", b"\r\n", b"\n\n", b"\n\r", b"\r\r\n", b",\n", b"\r\n\r\n")
    if rng.random() < 0.5:
        return data.replace(b"\r\n", b"\n").replace(b"\n", rng.choice(ends))
    return data.replace(b"\n", rng.choice(ends), 1)


def _delimiter(rng: random.Random, data: bytes) -> bytes:
    return data.replace(b",", rng.choice((b";", b"\t", b"|", b" ", b", ", b'","')))


def _encode(rng: random.Random, data: bytes) -> bytes:
    text = data.decode("utf-8", "replace")
    return text.encode(rng.choice(ENCODINGS), "replace")


def _cell(rng: random.Random, data: bytes) -> bytes:
    """A cell with another text, quoted or not."""
    cells = data.split(b",")
    text = rng.choice(CELLS).encode()
    if rng.random() < 0.4 or b"\n" in text or b"," in text:
        text = b'"' + text.replace(b'"', b'""') + b'"'
    cells[rng.randrange(len(cells))] = text
    return b",".join(cells)


def _header(rng: random.Random, data: bytes) -> bytes:
    head, line_end, rest = data.partition(b"\n")
    names = head.split(b",")
    at = rng.randrange(len(names))
    match rng.randrange(5):
        case 0:
            names[at] = rng.choice(HEADERS).encode()
        case 1:
            names.insert(at, rng.choice(HEADERS).encode())
        case 2:
            names.pop(at)
        case 3:
            rng.shuffle(names)
        case _:
            names[at] = names[at].swapcase()
    return b",".join(names) + line_end + rest


def _lines(rng: random.Random, data: bytes) -> bytes:
    """Lines in another order, said twice, or with one that is no record."""
    lines = data.splitlines(keepends=True) or [b""]
    at = rng.randrange(len(lines))
    match rng.randrange(5):
        case 0:
            rng.shuffle(lines)
        case 1:
            lines.insert(at, lines[rng.randrange(len(lines))])
        case 2:
            lines.insert(at, rng.choice((b"\n", b",,,\n", b" \n", b"Total: 12\n", b"Oak School\n")))
        case 3:
            lines[at] = b'"' + lines[at].rstrip(b"\r\n").replace(b'"', b'""') + b'"\n'
        case _:
            lines = [line.rstrip(b"\r\n") + b",\n" for line in lines]
    return b"".join(lines)


def _quotes(rng: random.Random, data: bytes) -> bytes:
    """Every cell in marks that are no quotation marks, or a cell with quotes behind a backslash."""
    if not rng.randrange(2):
        return data.replace(b",", b',"Bo \\"Jo\\"",', rng.randrange(1, 40))
    mark = rng.choice(("'", "“", '""', '"""', "`")).encode()
    lines = (line.split(b",") for line in data.splitlines())
    return b"".join(b",".join(mark + cell + mark for cell in line) + b"\n" for line in lines)


_OF_BYTES = (_flip, _insert, _insert, _delete, _repeat, _cut)
_CHANGES = (*_OF_BYTES, _cell, _cell, _cell, _header, _header, _lines, _lines, _splice, _line_ends,
            _delimiter, _encode, _quotes)  # fmt: skip


# --- what must hold ------------------------------------------------------------------------------


#: How much is tried: the review, with the safe repairs, and with likely repairs, the error files
#: read back and the rows in another order.
REVIEWED, REPAIRED, CLOSELY = range(3)
#: Of sixteen inputs, the one that is also judged together with a second file.
_WITH_A_SECOND = 5
_DEPTHS = (CLOSELY, REPAIRED, REPAIRED, REPAIRED, *[REVIEWED] * 4)
#: The same where very many are tried: a third of the time for each.
_LIGHTLY = (*_DEPTHS[:4], *[REVIEWED] * 60)


@cache
def roster() -> RosterContext:
    """A roster to judge inputs by: the first people of the clean sample."""
    lines = (SAMPLES / "clean.csv").read_bytes().splitlines(keepends=True)
    return read_download(b"".join(lines[:80]), load_profile())


@cache
def _contract() -> Any:  # noqa: ANN401  jsonschema tells no type
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def broken_promises(
    data: bytes, *, against: RosterContext | None = None, depth: int = CLOSELY
) -> list[str]:
    """The promises that do not hold for an input, each in a few words; none is right."""
    try:
        result = review(data, against=against)
        broken = [*_of_review(result), *_of_reading(result.upload, data)]
        if depth >= REPAIRED and repairable(result.upload):
            broken += _of_repairs(result, data, depth)
        if depth >= CLOSELY:
            _use(result)
        if depth >= CLOSELY and repairable(result.upload):
            broken += [*_of_edits(result, data), *_of_error_files(result)]
            broken += _of_order(result, data, against)
    except ToolkitError as error:
        return [f"a file was not reviewed at all: {error}"]
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        return [f"{type(error).__name__} was raised"]
    return broken


def _of_review(result: Review, when: str = "") -> Iterator[str]:
    if result.faults:
        yield f"{when}a rule failed: {result.faults[0].what}"
    yield from (f"{when}does not add up: {what}" for what in imbalances(result))
    document = json.loads(result.json(findings=True))
    for error in _contract().iter_errors(document):
        yield f"{when}the JSON is not what the schema says at {error.json_path}"
    rejected = result.verdict is Verdict.REJECTED
    if exit_code(result) not in ((3,) if rejected else (0, 1)):
        yield f"{when}the exit code is {exit_code(result)} for the verdict {result.verdict}"
    if rejected and result.rows.accepted:
        yield f"{when}rows are accepted of a file that is rejected"
    if not result.sentence or not result.message():
        yield f"{when}there are no words"


def _of_reading(upload: Upload, data: bytes) -> Iterator[str]:
    """The cells are those of Python's csv module."""
    if upload.obstacle not in (None, Obstacle.HEADER_ALONE) or upload.is_error_file:
        return
    if upload.quoted_lines or _in_own_quotes(upload) or len(upload.delimiter) > 1:
        return  # the quotes around whole lines, or spaces before quotes, are taken off first
    if upload.other_delimiter:
        return  # the same sign is put between all cells first
    records = [cells for cells, _ in _records(_text(upload, data), upload.delimiter)]
    typed = [cell.typed for cell in upload.header]
    if records[upload.first_row - 2 : upload.first_row - 1] != [typed]:
        return  # the header is told in another way than by the csv module alone
    body = records[upload.first_row - 1 :]
    while body and not body[-1]:
        body.pop()
    width = len(typed)
    if upload.cells.rows() != [tuple([*cells, *[""] * width][:width]) for cells in body]:
        yield "the cells are not those of the csv module"


def _in_own_quotes(upload: Upload) -> bool:
    """Whether other quotes than those of a CSV file were read as they are meant."""
    return bool(upload.other_quotes) or upload.undoubled.len() > 0


def _text(upload: Upload, data: bytes) -> str:
    encoding = "utf-8-sig" if upload.encoding.startswith("utf-8") else upload.encoding
    if encoding == "utf-16" and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"
    if encoding == "windows-1252":
        encoding, data = "cp1252", data.removeprefix(b"\xef\xbb\xbf")
    return data.decode(encoding)


def _records(text: str, delimiter: str) -> Iterator[tuple[list[str], str]]:
    """Each record with its text, as the csv module takes it line by line."""
    taken: list[str] = []

    def lines() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            taken.append(line)
            yield line

    for cells in csv.reader(lines(), delimiter=delimiter):
        yield cells, "".join(taken)
        taken.clear()


def _of_repairs(result: Review, data: bytes, depth: int) -> Iterator[str]:
    likely = (
        []
        if depth < CLOSELY
        else result.repairs.filter(kind="confirm")["code"].unique(maintain_order=True).to_list()
    )
    for confirm in ([], likely) if likely else ([],):
        when = "after a repair, " if not confirm else "after a confirmed repair, "
        repair = result.repair(confirm)
        yield from _of_review(repair.review, when)
        yield from _no_worse(result, repair.review, when)
        yield from _nothing_else(result, repair, data, when)
        yield from _as_by_itself(repair, when)


def _as_by_itself(repair: Repair, when: str) -> Iterator[str]:
    """What is said of the copy is what is said of it as a file that somebody hands in."""
    said = repair.review
    alone = review(
        repair.fixed.data, profile=said.profile, name=said.upload.name, against=said.against
    )
    if alone.json(findings=True) != said.json(findings=True):
        yield f"{when}the copy is judged in another way than by itself"


def _use(result: Review) -> None:
    """Ask for all that pages and commands show of a file; nothing may be raised."""
    selected = result.select()
    for row in selected.rows.head(1):
        result.row(row)
    result.search("a")
    result.to_html()
    result.errors_csv()
    result.errors_xlsx()
    compare_attempts(result, result)
    if not result.upload.is_error_file:
        result.masked().json(findings=True)


def _errors(result: Review) -> Counter[str]:
    rejecting = [code for code, rule in result.rules.items() if rule.severity.rejects]
    return Counter({code: result.by_rule.get(code, 0) for code in rejecting})


def _no_worse(before: Review, after: Review, when: str) -> Iterator[str]:
    if before.verdict is Verdict.REJECTED:
        return  # what a header hid comes to light
    if after.rows.rejected > before.rows.rejected:
        yield f"{when}more rows are rejected"
    if more := _errors(after) - _errors(before):
        yield f"{when}there is a new error: {', '.join(sorted(more))}"


def _nothing_else(result: Review, repair: Repair, data: bytes, when: str) -> Iterator[str]:
    """What is not in the log keeps its bytes, and what is in it is what it says."""
    log, upload = repair.fixed.log, result.upload
    whole = log.filter(pl.col("row").is_null())
    plain = upload.obstacle is None and upload.encoding.startswith("utf-8")
    if plain and whole.is_empty():
        yield from _by_the_log(result, repair, data, when)


def _by_the_log(result: Review, repair: Repair, data: bytes, when: str) -> Iterator[str]:
    log, upload = repair.fixed.log, result.upload
    dropped = set(log.filter(pl.col("column").is_null())["row"])
    changed: dict[int, dict[str, tuple[str, str]]] = {}
    for row, column, before, after in log.drop_nulls("column").select(
        "row", "column", "before", "after"
    ).iter_rows():  # fmt: skip
        changed.setdefault(row, {})[column] = (before, after)
    names = [cell.typed for cell in upload.header]
    old = list(_records(_text(upload, data), upload.delimiter))
    new = iter(_records(_text(repair.review.upload, repair.fixed.data), ","))
    for row, (cells, raw) in enumerate(old, start=1):
        if row in dropped:
            continue
        found, now = next(new, ([], ""))
        if row not in changed:
            if now != raw:
                yield f"{when}a record that is not in the log has other bytes"
                return
            continue
        expected = list(cells)
        for column, (before, after) in changed[row].items():
            if expected[names.index(column)] != before:
                yield f"{when}the log says of a cell what was not there"
                return
            expected[names.index(column)] = after
        if found != expected:
            yield f"{when}a record does not hold what the log says"
            return
    if next(new, None) is not None:
        yield f"{when}there are more records than before"


def _of_edits(result: Review, data: bytes) -> Iterator[str]:
    """Edits change just their cells, are judged as their bytes are, and can be undone."""
    upload = result.upload
    names = [cell.typed for cell in upload.header]
    single = [place for place, name in enumerate(names) if name.strip() and names.count(name) == 1]
    blank = set(upload.blank)
    filled = [index for index in range(upload.cells.height) if index not in blank]
    if upload.lacks_header or not single or not filled:
        return
    table = [list(row) for row in upload.cells.rows()]
    edited = result
    for index, place, value in ((filled[0], single[0], '=a, "b"'), (filled[-1], single[-1], " ñ ")):
        edited = edited.edit(upload.row(index), names[place], value)
        table[index][place] = value
    if edited.upload.cells.rows() != [tuple(cells) for cells in table]:
        yield "an edit changes more than its cell"
    if not isinstance(edited.source, bytes):
        yield "an edited file has no bytes"
    elif edited.json(findings=True) != review(
        edited.source, name=edited.upload.name, against=result.against
    ).json(findings=True):  # fmt: skip
        yield "an edited file is judged otherwise than its bytes"
    for row, column in edited.edits.select("row", "column").rows():
        edited = edited.undo(row, column)
    if edited.source != data:
        yield "edits that are undone do not give the file back"


def _of_error_files(result: Review) -> Iterator[str]:
    """Both error files bring every cell back."""
    if not result.upload.cells.height:
        return
    for name, written in (("csv", result.errors_csv()), ("xlsx", result.errors_xlsx())):
        again = review(written)
        lost = str.maketrans("\ufffe\uffff", "\ufffd\ufffd") if name == "xlsx" else {}
        if not again.upload.is_error_file:
            yield f"users-errors.{name} is not known for ours"
        elif _as_read(again.upload, {}) != _as_read(result.upload, lost):
            yield f"users-errors.{name} brings back other cells"


def _as_read(upload: Upload, lost: dict[int, str]) -> tuple[object, ...]:
    def plain(cells: Iterable[str]) -> tuple[str, ...]:
        return tuple(cell.translate(lost) for cell in cells)

    return (
        plain(cell.typed for cell in upload.header),
        [plain(row) for row in upload.cells.rows()],
        upload.ragged.rows(),
        {at: plain(rest) for at, rest in upload.surplus.items()},
    )


def _of_order(result: Review, data: bytes, against: RosterContext | None) -> Iterator[str]:
    """Another order of the rows changes no number."""
    upload = result.upload
    if upload.obstacle is not None or upload.blank.len() or upload.is_error_file:
        return
    if _in_own_quotes(upload) or len(upload.delimiter) > 1:
        return
    text = _text(upload, data)
    records = [raw for _, raw in _records(text, upload.delimiter)]
    head, body = records[: upload.first_row - 1], records[upload.first_row - 1 :]
    if len(body) != upload.cells.height or not text.endswith(("\n", "\r")) or "\r" in text:
        return
    other = "".join([*head, *reversed(body)]).encode(
        "utf-8" if upload.encoding.startswith("utf-8") else "cp1252", "replace"
    )
    mark = b"\xef\xbb\xbf" if upload.encoding == "utf-8-sig" else b""
    if upload.encoding == "utf-16":
        return
    again = review(mark + other, against=against)
    if again.upload.first_row != upload.first_row or again.upload.header != upload.header:
        return  # another line was taken for the header
    if upload.reordered.height or again.upload.reordered.height:
        return  # what stands below a second header is told by the order
    if again.rows != result.rows or again.by_rule != result.by_rule:
        yield "another order of the rows gives other numbers"


# --- trying many ---------------------------------------------------------------------------------


def misread(number: int) -> list[str]:
    """The promises of reading alone, in a fraction of the time."""
    data = made(number)
    try:
        return [*_of_reading(read_upload(data, load_profile()), data)]
    except Exception as error:  # noqa: BLE001  whatever it is, it is what is looked for
        return [f"{type(error).__name__} was raised"]


def tried(number: int, *, lightly: bool = False) -> list[str]:
    """The promises that the input of a number breaks.

    Every other input is judged by a roster too, every other one repaired, and every eighth looked
    at closely, which takes ten times as long; `lightly`, of 64 inputs three are repaired, one is
    looked at closely, and none is judged with a second file.
    """
    depths = _LIGHTLY if lightly else _DEPTHS
    against = roster() if number % 2 else None
    broken = broken_promises(made(number), against=against, depth=depths[number // 2 % len(depths)])
    paired = not lightly and number % 16 == _WITH_A_SECOND
    return [*broken, *_of_pair(number)] if paired else broken


def _of_pair(number: int) -> list[str]:
    """The promises that an input and a second file break when they are judged together."""
    broken: list[str] = []
    try:
        for one in review_together([made(number), made_beside(number)], against=roster()):
            broken += _of_review(one, "of two files, ")
            if repairable(one.upload):
                broken += _of_review(one.repair().review, "of two files, after a repair, ")
    except ToolkitError:  # two of one kind
        pass
    except Exception as error:  # noqa: BLE001  whatever it is, it is what is looked for
        return [f"of two files, {type(error).__name__} was raised"]
    return broken


def _tried_some(numbers: range, *, lightly: bool) -> list[tuple[int, list[str]]]:
    return [(number, broken) for number in numbers if (broken := tried(number, lightly=lightly))]


def main(arguments: list[str] | None = None) -> int:
    """Try inputs and print what broke; the exit code is 1 where anything did."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzzing", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="how many inputs")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other inputs")
    parser.add_argument("--jobs", type=int, default=1, help="processes side by side")
    parser.add_argument("--lightly", action="store_true", help="look closely at fewer of them")
    parser.add_argument("--only", type=int, help="show the input of this number, and try it")
    given = parser.parse_args(arguments)
    say: Callable[[str], object] = lambda line: print(line, flush=True)  # noqa: E731, T201
    if given.only is not None:
        say(repr(made(given.only)))
        broken = tried(given.only)
        say("\n".join(broken) or "holds")
        return 1 if broken else 0
    first = given.seed * 10_000_000
    last = first + given.count
    parts = [range(at, min(at + _AT_ONCE, last)) for at in range(first, last, _AT_ONCE)]
    found = 0
    with ProcessPoolExecutor(given.jobs, mp_context=get_context("spawn")) as pool:
        for part in pool.map(partial(_tried_some, lightly=given.lightly), parts):
            for number, broken in part:
                found += 1
                say(f"{number}: {'; '.join(broken)}")
    say(f"{given.count} inputs, {found} broke a promise")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
