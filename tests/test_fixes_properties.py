"""What holds for every file that is repaired, whatever is wrong with it."""

from __future__ import annotations

import csv
import io
import os
from collections import Counter

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from repairing import Repaired, fix_file

from roster_toolkit.ingest import read_upload
from roster_toolkit.model import Obstacle
from roster_toolkit.profile import load_profile
from roster_toolkit.repair import Fixed
from roster_toolkit.repair.csv_records import Scanner
from roster_toolkit.report.errors_csv import errors_csv
from roster_toolkit.reviewing.review import review

pytestmark = pytest.mark.slow
PROFILE = load_profile()
#: Each example is judged several times, a tenth of a second each; `FIX_EXAMPLES` asks for more.
EXAMPLES = int(os.environ.get("FIX_EXAMPLES", "15"))
COLUMNS = [
    "action", "schoolId", "userId", "userRole", "userFirstName", "userLastName", "userEmail",
    "userGrade", "classId", "className", "classGrade", "primary_teacher", "classDisplayName",
]  # fmt: skip
#: For each column, cells that some rule finds fault with beside cells that are sound.
WORDS = [
    ["", "", "", "REMOVE-CLASS", "remove class", "n/a"],
    ["0711", "0711", "0712", " 0711"],
    ["S1", "S1", "S2", "S3", " S2", "T1001", "5-Mar"],
    ["Student", "Student", "student", "Teacher", "t", " Teacher ", ""],
    ["Ana", "Ana", " Ana", "An\u200ba", "Ana\nBea", "Sample"],
    ["Lee", "Lee", "Núñez", "NÃºÃ±ez", '"Lee"', "Teacher", "=Lee"],
    ["a@x.org", "a@x.org", "b@x.org", "a@@x.org", " a@x.org", "A@x.org", "a@amplify.com",
     "a@ amplify.com", "sample.teacher@school.example", "TBD"],
    ["3", "3", "03", "4", "Grade 3", " 3 ", "", "freshman"],
    ["C1", "C1", "C2", "", " C1", "#N/A"],
    ["Math", "Math", "Math, A", " Math", "", "Mathé"],
    ["3", "3", "03", "", "4"],
    ["", "", "TRUE", "yes", "x", "FALSE"],
    ["", "", "n/a", " Math", "Math"],
]  # fmt: skip
CONFIRMED = ("RT004", "RT013", "RT102", "RT103", "RT106", "RT109", "RT110", "RT202", "RT203")

Row = tuple[str, ...]
rows = st.lists(
    st.one_of(
        st.tuples(*(st.sampled_from(words) for words in WORDS)),
        st.tuples(*(st.sampled_from(words[:3]) for words in WORDS)),
        st.just(("",) * len(COLUMNS)),
    ),
    min_size=1,
    max_size=6,
)
confirmations = st.sampled_from([(), CONFIRMED, ("RT103:a@@x.org", "RT102")])
headers = st.sampled_from(
    [
        COLUMNS,
        COLUMNS,
        ["Action", *COLUMNS[1:6], " useremail", *COLUMNS[7:]],
        [*COLUMNS[:7], "userGrad", *COLUMNS[8:]],
        [*COLUMNS[:12], "notes"],
    ]
)


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """A file of ours, in all the dress that files come in."""
    return written(
        draw(headers),
        draw(rows),
        delimiter=draw(st.sampled_from([",", ",", ",", ";"])),
        end=draw(st.sampled_from(["\n", "\r\n", "\r"])),
        quoting=draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
        encoding=draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])),
        action=draw(st.sampled_from([0, 0, 2])),
        tail=draw(st.sampled_from(["", "\n\n", "x,y\n"])),
    )


def written(
    header: list[str],
    body: list[Row],
    *,
    delimiter: str = ",",
    end: str = "\n",
    quoting: int = csv.QUOTE_MINIMAL,
    encoding: str = "utf-8",
    action: int = 0,
    tail: str = "",
) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting)  # type: ignore[arg-type]
    for record in [header, *body]:
        cells = list(record)
        cells.insert(action, cells.pop(0))
        writer.writerow(cells)
    return (text.getvalue() + tail).encode(encoding)


def repaired(file: bytes, *confirm: str) -> Repaired | None:
    if read_upload(file, PROFILE).obstacle is not None:
        return None
    return fix_file(file, profile=PROFILE, confirm=confirm)


def records(data: bytes) -> list[list[str]]:
    """What a spreadsheet would show of a repaired file."""
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@settings(max_examples=EXAMPLES)
@given(files(), confirmations)
@example(written([*COLUMNS[:12], "notes"], []) + b",0711,S1,,,,,,,,,,\n", ("RT004",))
def test_whatever_a_file_looks_like_its_repair_keeps_its_promises(
    file: bytes, confirm: tuple[str, ...]
) -> None:
    result = repaired(file, *confirm)

    if result is not None:
        what_is_written_can_be_read_again(result)
        the_log_explains_every_difference(file, result)
        fixing_twice_is_fixing_once(result, confirm)


def what_is_written_can_be_read_again(result: Repaired) -> None:
    assert not set(result.after.findings["code"]) & {5, 7, 9, 14}
    assert result.upload.obstacle is not Obstacle.UNCLOSED_QUOTE


def fixing_twice_is_fixing_once(once: Repaired, confirm: tuple[str, ...]) -> None:
    assert once.upload.obstacle is None
    twice = fix_file(once.fixed.data, profile=PROFILE, confirm=confirm)
    assert twice.fixed.data == once.fixed.data
    assert twice.fixed.log.is_empty()


def the_log_explains_every_difference(file: bytes, result: Repaired) -> None:
    upload = read_upload(file, PROFILE)
    expected = replayed(
        [header.typed for header in upload.header],
        [list(row) for row in upload.cells.rows()],
        result.fixed,
    )

    written_records = records(result.fixed.data)
    while written_records and not written_records[-1]:
        written_records.pop()
    assert written_records[0] == expected[0]
    assert len(written_records) == len(expected)
    if upload.ragged.is_empty():
        assert written_records == expected


def replayed(header: list[str], body: list[list[str]], fixed: Fixed) -> list[list[str]]:
    """The table after the log was carried out by hand."""
    gone, taken_off = set(), []
    log = fixed.log.rows(named=True)
    for line in log:
        if line["code"] in {"RT004", "RT005"}:
            at = header.index(line["before"])
            header[at] = line["after"]
            taken_off += [at] if line["after"] == "" else []
    for line in log:
        if line["row"] is None:
            continue
        if line["after"] is None:
            gone.add(line["row"] - 2)
            continue
        cells, at = body[line["row"] - 2], header.index(line["column"])
        assert cells[at] == line["before"]
        cells[at] = line["after"]
    table = [header, *(cells for index, cells in enumerate(body) if index not in gone)]
    for at in sorted(taken_off, reverse=True):
        for cells in table:
            del cells[at]
    if any(line["code"] == "RT012" for line in log):
        at = header.index("action")
        for cells in table:
            cells.insert(0, cells.pop(at))
    return table


def test_which_of_the_repeats_stays_does_not_depend_on_their_order() -> None:
    """Once two of these rows are repaired, three are alike, and dropping two ends a majority."""
    sound = dict(zip(COLUMNS, (words[0] for words in WORDS), strict=True))
    plain, other = sound | {"userRole": "student"}, sound | {"schoolId": "0712"}
    body = [tuple(row.values()) for row in (sound, sound, plain, other | {"userRole": "student"})]

    results = set()
    for order in (body, body[::-1], body[2:] + body[:2], [body[2], *body[:2], body[3]]):
        made = repaired(written(COLUMNS, order))
        assert made is not None
        results.add(tuple(sorted(map(tuple, records(made.fixed.data)))))

    assert len(results) == 1


@settings(max_examples=EXAMPLES)
@given(
    rows,
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.randoms(use_true_random=False),
    confirmations,
)
def test_whatever_its_rows_hold_the_repair_of_a_file_keeps_its_promises(
    body: list[Row],
    end: str,
    quoting: int,
    random: st.DataObject,
    confirm: tuple[str, ...],
) -> None:
    shuffled = list(body)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    file = written(COLUMNS, body, end=end, quoting=quoting)

    result = repaired(file, *confirm)
    in_another_order = repaired(written(COLUMNS, shuffled, end=end, quoting=quoting), *confirm)

    if result is not None:
        no_error_is_new(result)
        records_without_a_repair_keep_their_bytes(file, result)
        if in_another_order is not None:
            the_order_of_rows_does_not_matter(result, in_another_order)


def no_error_is_new(result: Repaired) -> None:
    assert errors(result, after=True) - errors(result, after=False) == Counter()


def errors(result: Repaired, *, after: bool) -> Counter[tuple[object, ...]]:
    """Findings that reject, by rule and column, of rows in the numbering of the repaired file."""
    validation = result.after if after else result.before
    rejecting = [rule.number for rule in validation.rules.values() if rule.severity.rejects]
    findings = validation.findings.filter(pl.col("code").is_in(rejecting))
    dropped = result.fixed.log.filter(pl.col("row").is_not_null(), pl.col("after").is_null())["row"]
    renumbered = []
    for row, column, code in findings.select("row", "column", "code").iter_rows():
        if after or row is None:
            renumbered.append((row, column, code))
        elif row not in dropped:
            renumbered.append((row - int((dropped < row).sum()), column, code))
    return Counter(renumbered)


def records_without_a_repair_keep_their_bytes(file: bytes, result: Repaired) -> None:
    repaired_rows = set(result.fixed.log["row"])
    dropped = set(result.fixed.log.filter(pl.col("after").is_null())["row"])
    before, after = spans(file), spans(result.fixed.data)

    kept = [row for row in range(1, len(before) + 1) if row not in dropped]
    assert len(after) == len(kept)
    for row, span in zip(kept, after, strict=True):
        assert row in repaired_rows or span == before[row - 1]


def spans(data: bytes) -> list[bytes]:
    ends = Scanner(",").ends(data, 0)
    return [data[a:b] for a, b in zip([0, *ends], ends, strict=False)]


def the_order_of_rows_does_not_matter(one: Repaired, other: Repaired) -> None:
    assert sorted(records(one.fixed.data)) == sorted(records(other.fixed.data))


@settings(max_examples=EXAMPLES)
@given(
    headers,
    rows,
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 12), st.integers(0, 3)), max_size=5),
    confirmations,
)
def test_correcting_the_error_file_is_correcting_the_file(
    header: list[str],
    body: list[Row],
    corrections: list[tuple[int, int, int]],
    confirm: tuple[str, ...],
) -> None:
    file = written(header, body)
    checked = review(file)
    if checked.upload.obstacle is not None:
        return
    own = [list(row) for row in checked.upload.cells.rows()]
    theirs = records(b"".join(errors_csv(checked)))
    above = len(theirs) - len(own)  # the header, and the faults of the file if there are any
    for row, column, word in corrections:
        right = WORDS[column][word % len(WORDS[column])]
        own[row % len(own)][column] = right
        theirs[above + row % len(own)][column] = right

    one = repaired(written(header, [tuple(row) for row in own]), *confirm)
    other = repaired(written(theirs[0], [tuple(row) for row in theirs[1:]]), *confirm)

    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert records(other.fixed.data) == records(one.fixed.data)
        assert other.upload.is_error_file is False
