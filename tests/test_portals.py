"""The imagined portals that learning is measured by: they must be right before it can be."""

from __future__ import annotations

import csv
import io
import random
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import portals
import pytest
from portals import Portal, handouts, judging, layouts, lies, measure, people, words
from portals.dialect import IDENTIFIER, assumed

_ROWS = 300
_DIFFICULTIES = (
    "names that resemble none",
    "grades 11 and 12 in no evidence",
    "the flag's no in no evidence",
    "texts name no column",
    "texts are mere codes",
    "few faults in what was sent",
    "addresses may be shared",
    "students need no address",
    "state ID required of students",
    "last name not required",
    "name of a class not required",
    "grade allowed for staff",
    "flag required of staff in class",
    "IDs are narrower",
    "facts of a person may differ",
    "facts of a class may differ",
    "students may be primary",
    "a column of theirs is required",
    "classes spell grades otherwise than people",
    "report in another encoding",
    "report with another delimiter",
    "report in another language",
    "report cut short",
    "one line an error with a number",
    "one line an error without a number",
    "numbers leave out the header",
    "only the bad rows",
    "people in several rows",
    "removals",
    "extra columns that are filled",
    "optional columns left out",
)


def _portals(count: int, *, first: int = 0) -> Iterator[Portal]:
    """So many plain ones and as many hard ones."""
    for seed in range(first, first + count):
        yield Portal(seed)
        yield Portal(seed, hard=True)


def _faced(difficulty: str, count: int = 3) -> list[Portal]:
    """Some hard portals that have that difficulty."""
    found = (
        p for seed in range(400) if difficulty in (p := Portal(seed, hard=True)).difficulties()
    )
    return [next(found) for _ in range(count)]


def _column(portal: Portal, content: bytes, key: str) -> list[str]:
    sheet = judging.read(content)
    column = portal.dialect.column(key)
    assert column is not None
    place = sheet.header.index(column.name)
    return [record[place] for record in sheet.records]


def _students(portal: Portal, content: bytes) -> list[bool]:
    return [role == portal.dialect.roles[0] for role in _column(portal, content, "userRole")]


def _everything(portal: Portal) -> list[object]:
    sent = portal.file(2, _ROWS)
    return [
        portal.template(),
        portal.help_page(),
        portal.good_file(1, _ROWS),
        sent,
        portal.report(sent),
        *(portal.dictionary(form) for form in handouts.FORMS),
    ]


def test_a_number_is_the_same_portal_for_ever() -> None:
    for portal in _portals(3):
        again = Portal(portal.seed, hard=portal.hard)
        other = Portal(portal.seed + 1, hard=portal.hard)

        assert _everything(again) == _everything(portal)
        assert _everything(other) != _everything(portal)


def test_a_good_file_is_taken_whole() -> None:
    for portal in _portals(6):
        for fresh in (False, True):
            content = portal.good_file(1, _ROWS, fresh=fresh)

            assert portal.complaints(content) == [], portal
            assert portal.judge(content) == [True] * _ROWS


def test_held_out_portals_take_their_good_files_and_have_words_of_their_own() -> None:
    for seed in range(4):
        for hard in (False, True):
            portal = Portal(seed, hard=hard, held_out=True)

            assert portal.complaints(portal.good_file(1, _ROWS, fresh=True)) == [], portal
    for pool in ("names", "strange_names", "roles", "grades", "series_grades", "flags"):
        known, held_out = getattr(words.KNOWN, pool), getattr(words.HELD_OUT, pool)
        if isinstance(known, dict):
            known, held_out = known.values(), held_out.values()
            assert not {n for names in known for n in names} & {
                n for names in held_out for n in names
            }
        else:
            assert not set(known) & set(held_out), pool


def test_a_file_with_faults_is_refused_in_part_and_only_where_it_is_complained_of() -> None:
    for portal in _portals(10):
        content = portal.file(2, _ROWS)
        taken = portal.judge(content)

        assert 0 < taken.count(False) < _ROWS / 2, portal
        complained = {index for index, _, _ in portal.complaints(content)}
        assert complained == {index for index, yes in enumerate(taken) if not yes}


def test_a_complaint_names_a_column_of_the_portal() -> None:
    for portal in _portals(5):
        content = portal.file(2, _ROWS)

        named = {column for _, column, _ in portal.complaints(content)}
        assert named <= {column.name for column in portal.dialect.columns}


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(b"schoolId", b"schoolid"), (b"schoolId", b"nobody's"), (b"userDistrictId", b"userStateId")],
)
def test_a_header_that_is_not_the_portals_refuses_every_row(ours: bytes, theirs: bytes) -> None:
    portal = Portal(1)
    content = portal.good_file(1, 60)

    assert portal.judge(content.replace(ours, theirs, 1)) == [False] * 60


def test_a_column_may_be_left_out_where_its_header_is_optional_and_nowhere_else() -> None:
    portal = Portal(1)
    chance = random.Random(1)  # noqa: S311 - the same number gives the same rows
    rows = people.district(portal.dialect, chance, 60, fresh=False)
    for column in portal.dialect.columns:
        content = handouts.written(portal.dialect, rows, frozenset({column.key}))

        assert any(portal.judge(content)) != column.header_required, column.name


def test_confirmed_names_are_those_of_every_portal() -> None:
    confirmed = set(words.OURS) - set(words.PLAIN_NAMES)
    for portal in _portals(100):
        header = judging.read(portal.template()).header
        absent = set(words.OURS) - {column.key for column in portal.dialect.columns}

        assert header[0] == "action"
        assert confirmed - absent <= set(header)
        assert len(set(header)) == len(header)


def test_hard_portals_have_each_difficulty_often_enough_to_be_counted() -> None:
    counts = Counter(d for seed in range(1, 201) for d in Portal(seed, hard=True).difficulties())

    assert set(counts) == set(_DIFFICULTIES)
    assert min(counts.values()) >= 10, counts


def test_plain_portals_differ_in_words_and_have_no_difficulty() -> None:
    plain = [Portal(seed) for seed in range(1, 201)]
    counts = Counter(kind for portal in plain for kind in portal.describe())

    assert not any(portal.difficulties() for portal in plain)
    assert not any(kind.startswith("rule: ") for kind in counts)
    common = ("names", "roles", "grades", "flag", "extra column", "absent column", "order")
    assert all(counts[kind] >= 30 for kind in common), counts
    assert sum(kind.startswith("requirement: ") for kind in counts) == 5


@pytest.mark.parametrize(
    "shape", [layouts.ALL_ROWS, layouts.BAD_ROWS, layouts.LINES, layouts.PEOPLE]
)
def test_a_report_tells_back_what_was_refused(shape: str) -> None:
    found = (
        portal
        for seed in range(400)
        if (portal := Portal(seed, hard=True)).layout.shape == shape and not portal.layout.cut
    )
    for _ in range(3):
        portal = next(found)
        content = portal.file(2, _ROWS)
        refused = {index for index, yes in enumerate(portal.judge(content)) if not yes}

        told = portal.told(content, portal.report(content))

        assert refused <= told, portal
        if shape == layouts.LINES:
            assert told == refused, portal
        else:  # rows that look like a refused one
            assert _alike(portal, content, told) == _alike(portal, content, refused), portal


def _alike(portal: Portal, content: bytes, indices: set[int]) -> set[str]:
    ids = _column(portal, content, "userId")
    return {ids[index] for index in indices}


def test_a_report_that_is_cut_short_says_so_and_tells_of_the_first_errors_alone() -> None:
    for portal in _faced("report cut short", 4):
        content = portal.file(2, 600, faults=0.3, fresh=True)
        assert portal.layout.cut is not None
        first = {index for index, _, _ in portal.complaints(content)[: portal.layout.cut]}

        report = portal.report(content)

        last = report.decode(portal.layout.encoding).splitlines()[-1]
        assert str(portal.layout.cut) in last
        assert first <= portal.told(content, report)
        assert len(portal.told(content, report)) < portal.judge(content).count(False)


def test_what_is_withheld_stands_in_fresh_files_alone() -> None:
    for portal in _faced("grades 11 and 12 in no evidence"):
        top = set(portal.dialect.grades[12:])
        assert not top & set(_column(portal, portal.good_file(1), "userGrade"))
        assert top <= set(_column(portal, portal.good_file(1, fresh=True), "userGrade"))
    for portal in _faced("the flag's no in no evidence"):
        no = portal.dialect.flag[1]
        assert no not in _column(portal, portal.good_file(1), "primary_teacher")
        assert no in _column(portal, portal.good_file(1, fresh=True), "primary_teacher")


def test_accepted_files_use_what_the_portal_allows() -> None:
    for portal in _faced("students need no address"):
        content = portal.good_file(1)
        addresses = zip(
            _students(portal, content), _column(portal, content, "userEmail"), strict=True
        )
        assert (True, "") in set(addresses)
    for portal in _faced("grade allowed for staff"):
        content = portal.good_file(1)
        students, grades = _students(portal, content), _column(portal, content, "userGrade")
        assert any(grade for student, grade in zip(students, grades, strict=True) if not student)
    for portal in _faced("last name not required"):
        assert "" in _column(portal, portal.good_file(1), "userLastName")
    for portal in _faced("addresses may be shared"):
        content = portal.good_file(1)
        pairs = zip(
            _column(portal, content, "userEmail"), _column(portal, content, "userId"), strict=True
        )
        holders = Counter(address for address, _ in set(pairs) if address)
        assert max(holders.values()) > 1
    for portal in _faced("removals"):
        assert "REMOVE-CLASS" in _column(portal, portal.good_file(1), "action")


def test_the_evidence_has_a_fault_of_each_kind_that_only_this_portal_minds() -> None:
    minded = 0
    for portal in _portals(12):
        content = portal.file(2)
        found = judging.complaints(portal.dialect, content)
        told = portal.told(content, portal.report(content))
        for kind in portal.dialect.stricter:
            minded += 1
            missing = kind.removeprefix("missing ")
            assert any(
                one.kind == "required" and one.key == missing
                if missing != kind
                else one.kind == "identifier" and re.fullmatch(IDENTIFIER, one.value)
                for one in found
                if one.index in told
            ), (portal, kind)
    assert minded > 10


def test_people_have_many_rows_where_that_is_the_habit() -> None:
    for portal in _faced("people in several rows"):
        rows = Counter(_column(portal, portal.good_file(1), "userId"))
        assert sum(count >= 4 for count in rows.values()) > len(rows) / 2


@pytest.mark.parametrize("form", handouts.FORMS)
def test_a_dictionary_names_every_column_and_all_roles(form: str) -> None:
    for portal in _portals(4):
        name, content = portal.dictionary(form)
        text = _text_of(content) if form == "xlsx" else content.decode()

        assert name.endswith({"text": "txt"}.get(form, form))
        for column in portal.dialect.columns:
            assert column.name in text
        assert all(role in text for role in portal.dialect.roles)


def _text_of(workbook: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return archive.read("xl/sharedStrings.xml").decode()


def test_a_help_page_holds_the_texts_that_have_no_value_in_them() -> None:
    portal = _faced("texts are mere codes", 1)[0]
    page = portal.help_page().decode()

    for _, _, text in portal.complaints(portal.file(2)):
        assert f"<td>{text}</td>" in page


def test_a_template_is_the_header_alone_or_with_an_example_that_the_portal_would_take() -> None:
    examples = 0
    for portal in _portals(10):
        content = portal.template()
        assert len(list(csv.reader(io.StringIO(content.decode())))) <= 2
        examples += len(portal.judge(content))
        assert all(portal.judge(content))
    assert examples


@pytest.mark.parametrize("lie", lies.LIES)
def test_a_lie_is_added_to_the_truth_and_takes_nothing_of_it_but_a_template(lie: str) -> None:
    portal = Portal(3)
    template, accepted, refused = portal.template(), [portal.good_file(1, 60)], [(b"sent", b"told")]

    false, taken, reported = lies.told_with(
        portal, lie, template=template, accepted=accepted, refused=refused
    )

    assert taken[:1] == accepted
    assert reported[:1] == refused
    lied = (false != template) + (len(taken) - 1) + (len(reported) - 1)
    assert lied == 1
    assert all(not all(portal.judge(content)) for content in taken[1:])


def test_the_portal_that_is_as_we_assume_judges_every_row_as_the_toolkit_does() -> None:
    for seed in range(2):
        portal = Portal(seed, dialect=assumed())
        for content in (portal.good_file(1), portal.file(2, faults=0.2)):
            assert measure.judged(content) == portal.judge(content)


def test_only_the_measuring_knows_the_toolkit() -> None:
    assert portals.__file__ is not None
    for module in Path(portals.__file__).parent.glob("*.py"):
        knows = "import roster_toolkit" in module.read_text("utf-8")
        assert knows == (module.name == "measure.py"), module.name


@pytest.mark.slow
def test_learning_nothing_is_measured_as_no_better_than_before() -> None:
    class Nothing:
        profile = None

    def learn(**_: object) -> Nothing:
        return Nothing()

    one = measure.measured(1, hard=False, lies=True, papers=True, rows=60, learn=learn)

    assert one.learned == one.accepted_alone == one.with_papers == one.before
    assert set(one.with_lies) == set(lies.LIES)
    assert one.before.good_refused == 60
    assert "1 portals, 60 fresh rows" in "\n".join(measure.told([one]))


def test_learning_that_fails_is_a_result_and_ends_nothing() -> None:
    def learn(**_: object) -> object:
        raise ValueError("no such column")

    one = measure.measured(1, hard=True, rows=60, learn=learn)

    assert one.learned is not None
    assert one.learned.share == 0
    assert "no such column" in "\n".join(measure.told([one]))
