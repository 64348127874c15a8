"""Masking: no name, address or ID in anything that is shown or written, and all else as it was."""

from __future__ import annotations

import json
import re
import stat
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import reviewed
from typer.testing import CliRunner

import roster_toolkit as rt
from roster_toolkit.cli.app import app
from roster_toolkit.masking import mask_key
from roster_toolkit.pseudonyms import READS_MASKED, Pseudonym, Pseudonyms

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
SAMPLES = sorted(
    path
    for path in Path("data/samples").iterdir()
    if path.suffix in (".csv", ".xlsx") and path.is_file()
)
HEADER = (
    "action,schoolId,userId,userDistrictId,userStateId,userRole,userFirstName,userLastName,"
    "userEmail,userGrade,classId,className,classDisplayName,classGrade,classSubject,primary_teacher"
)


def _row(user: str, **cells: str) -> str:
    """A row of users.csv about somebody whose every fact holds a canary."""
    facts = {
        "action": "", "schoolId": "0711", "userId": f"CANARY{user}",
        "userDistrictId": f"canaryd{user}", "userStateId": f"canarys{user}", "userRole": "Student",
        "userFirstName": f"Canaryann{user}", "userLastName": f"O'Canary{user}",
        "userEmail": f"canary{user}@canary.example", "userGrade": "3", "classId": "CANARYC1",
        "className": "Canary's Algebra", "classDisplayName": "Ms. Canary", "classGrade": "3",
        "classSubject": "Canary studies", "primary_teacher": "",
    } | cells  # fmt: skip
    return ",".join(f'"{facts[name]}"' for name in HEADER.split(","))


#: The roster: some of its people come again in the file, some are left out of it.
DOWNLOAD = "\n".join(
    [
        HEADER,
        *(_row(f"{number}") for number in range(10)),
        _row("T1", userRole="Teacher", userGrade="", primary_teacher="TRUE"),
        *(_row(f"R{n}", classId="CANARYR1", className="Canary removed") for n in range(4)),
        _row("007", userId="007CANARY", userEmail="seven@canary.example"),
        _row("L1", userFirstName="Canaryback", userLastName="Canaryagain", classId="",
             className="", classDisplayName="", classGrade="", classSubject=""),
        _row("M1", schoolId="0820", classId="CANARYM1"),
    ]
)  # fmt: skip
#: Something for most rules to find, in people who are canaries.
ROWS = (
        _row("0"), _row("1", userGrade="Canary"), _row("2", userRole="Canaryrole"),
        _row("3", userEmail="canary three@canary"), _row("4", userId="canary 4"),
        _row("5", userEmail="a@canary.example; b@canary.example"),
        _row("6", userEmail="canary@amplify.com"), _row("7", userLastName="CanaryÃ±o"),
        _row("8"), _row("8", userLastName="Canaryother"), _row("8", userLastName="O'Canary8"),
        _row("lower", userId="canary8"),
        _row("9", userEmail="CANARY0@canary.example"),
        _row("9", userFirstName=" Canaryann9 "), _row("9", userFirstName="Canary\u200bann9"),
        _row("N1", userFirstName="Canaryback", userLastName="Canaryagain", classId="",
             className="", classDisplayName="", classGrade="", classSubject=""),
        _row("N2", userEmail="canaryR0@canary.example"),
        _row("N3", userEmail="canaryR1@canary.example", userFirstName="CanaryannR1",
             userLastName="O'CanaryR1", userGrade="4"),
        _row("N4", schoolId="Canaryschool"), _row("N5", classId="CANARYC2", className=""),
        _row("N6", classId="CANARYC3", className="3/5/2024"),
        _row("N7", userFirstName="NULL", userLastName="=CANARY()"),
        _row("N8", userId="7CANARY", userEmail="canary8@canary.example"),
        _row("N9", userDistrictId="canaryd0"), _row("T1", userRole="Student"),
        _row("M1", classId="CANARYM1"),
        _row("R0", action="REMOVE-CLASS", classId="CANARYR1"),
        _row("x", classId="CANARYX", className="A"), _row("x", classId="CANARYX", className="B"),
        "CANARYs,0711,CANARYz,canaryd,Canaryann,Canaryson,canary@canary.example,3,CANARYC1,C,3,,,,,",
)  # fmt: skip
_BEYOND = _row("long") + ',"x","y",Canarysurplus,canary-more@canary.example'
_FOOTER = "Report by Mrs. Canary"
#: A file that is judged against the roster, and one that the portal rejects for its headers.
UPLOADS = {
    "Canary upload.csv": [HEADER, *ROWS, _BEYOND, _FOOTER],
    "Canary columns.csv": [
        HEADER + ",Canary Homeroom,homeroom teacher",
        *(row + ',"Mr. Canaryface","Canaryface, Joe"' for row in ROWS),
        _BEYOND, _FOOTER,
    ],
}  # fmt: skip
SCHOOLS = "schoolId,schoolName\n0711,Canary Elementary\n0820,Canary High\n"


@pytest.fixture(scope="module")
def canaries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("canaries")
    (folder / "Canary download.csv").write_text(DOWNLOAD, encoding="utf-8")
    for name, lines in UPLOADS.items():
        (folder / name).write_text("\n".join(lines), encoding="utf-8")
    headless = "\n".join(UPLOADS["Canary columns.csv"][1:])
    (folder / "headless.csv").write_text(headless, encoding="utf-8")
    (folder / "Canary schools.csv").write_text(SCHOOLS, encoding="utf-8")
    return folder


@pytest.fixture(scope="module", params=UPLOADS)
def real(canaries: Path, request: pytest.FixtureRequest) -> rt.Review:
    return rt.review(
        canaries / request.param,
        against=canaries / "Canary download.csv",
        schools=canaries / "Canary schools.csv",
        previous_upload=canaries / "Canary download.csv",
    )


def _unzipped(data: bytes) -> str:
    with zipfile.ZipFile(BytesIO(data)) as parts:
        return "\n".join(parts.read(name).decode(errors="replace") for name in parts.namelist())


def _texts(review: rt.Review) -> Iterator[tuple[str, str]]:
    """Everything that can be had of a review as text, and what it is."""
    yield "repr", repr(review)
    yield "notebook", review._repr_html_()
    yield "causes in a notebook", review.causes._repr_html_()
    yield "sentence", review.sentence
    yield "header line", repr(review.header_line)
    yield "message", review.message() + review.message(long=True)
    yield "report", review.to_html()
    yield "error file", review.errors_csv().decode()
    yield "rejected rows", review.errors_csv(rejected=True).decode()
    yield "workbook", _unzipped(review.errors_xlsx())
    yield "JSON", review.json(findings=True).decode()
    yield "causes", "\n".join(repr(review.told(cause)) for cause in review.causes)
    for table in ("findings", "causes", "rows"):
        yield f"SQL {table}", review.sql(f"FROM {table}").write_csv()
    for chart in (review.plot.categories(), review.plot.causes()):
        yield "chart", chart.to_json()
    yield "cells", review.upload.cells.write_csv() + repr(review.upload.header)
    yield "file", repr((review.upload.name, review.upload.surplus, review.upload.foreign))
    yield "findings", review.validation.findings.write_csv() + review.found.findings.write_csv()
    yield "causes as data", repr([vars_of(cause) for cause in review.causes])
    for row in review.select().rows.head(20):
        view = review.row(row)
        yield f"row {row}", view.cells.write_csv() + view.findings.write_csv()
    if review.impact is not None:
        yield from _texts_of_impact(review)


def vars_of(cause: rt.Cause) -> tuple[object, ...]:
    return (cause.value, cause.values, cause.largest, cause.example_value, cause.example_suggestion)


def _texts_of_impact(review: rt.Review) -> Iterator[tuple[str, str]]:
    yield "changes", review.changes_csv().decode()
    yield "left behind", review.left_behind.write_csv()
    yield "mass changes", review.mass_changes.write_csv()
    yield "schools", review.by_school.write_csv()
    assert review.against is not None
    roster = review.against.roster
    for frame in (roster.people, roster.classes, roster.schools, review.impact.people,
                  review.impact.compared.people, review.impact.compared.fields,
                  review.impact.person_schools, review.impact.enrollments):  # fmt: skip
        yield "roster", frame.write_csv()
    yield "impact", repr(review.impact) + review.impact._repr_html_()
    yield "chart", review.plot.impact().to_json() + review.plot.schools().to_json()
    for kind in rt.Kind:
        records = review.records(kind)
        yield kind, records.write_csv() + review.records(kind, "unmentioned").write_csv()
        for key in records["key"].head(5):
            view = review.record(kind, key)
            yield f"{kind} in a notebook", view._repr_html_() + view.reaches.write_csv()


def _assert_no_canary(texts: Iterator[tuple[str, str]]) -> None:
    for what, text in texts:
        found = re.search(r".{0,40}canary.{0,40}", text, re.IGNORECASE)
        assert found is None, f"{what}: {found[0]}"


# --- canaries -----------------------------------------------------------------------


def test_without_a_mask_the_canaries_are_everywhere(real: rt.Review) -> None:
    told = {what for what, text in _texts(real) if "canary" in text.lower()}

    assert told >= {
        "repr", "notebook", "causes in a notebook", "error file", "rejected rows", "workbook",
        "JSON", "causes", "causes as data", "SQL findings", "SQL rows", "cells", "file", "findings",
    }  # fmt: skip
    if real.impact is not None:
        assert told >= {"changes", "left behind", "roster", "student", "class", "enrollment"}
    else:
        assert "header line" in told


def test_most_rules_have_something_to_say_of_the_canaries(real: rt.Review) -> None:
    assert len(real.by_rule) >= 20, sorted(real.by_rule)


def test_no_canary_is_in_anything_that_a_masked_review_shows_or_writes(real: rt.Review) -> None:
    _assert_no_canary(_texts(real.masked(KEY)))


def test_no_canary_is_in_what_a_masked_review_of_a_file_without_a_header_shows(
    canaries: Path,
) -> None:
    review = rt.review(canaries / "headless.csv")

    assert review.upload.lacks_header
    _assert_no_canary(_texts(review.masked(KEY)))


def test_no_canary_is_in_a_file_whose_header_names_the_wrong_columns() -> None:
    names = HEADER.split(",")
    swapped = {"schoolId": "userLastName", "userRole": "userFirstName", "userGrade": "userEmail"}
    swapped |= {new: old for old, new in swapped.items()}
    header = ",".join(swapped.get(name, name) for name in names)
    rows = [_row(f"{number}") for number in range(60)]

    _assert_no_canary(_texts(rt.review("\n".join([header, *rows]).encode()).masked(KEY)))


def test_no_canary_is_in_the_reviews_of_many_files(canaries: Path) -> None:
    (canaries / "Canary folder.csv").mkdir()
    reviews = rt.review_files([*canaries.glob("Canary *.csv")]).masked(KEY)

    assert len(reviews) == 4
    assert len(reviews.unread) == 1
    for frame in (reviews.files, reviews.findings, reviews.causes, reviews.sql("FROM files")):
        _assert_no_canary(iter([("frame", frame.write_csv())]))
    _assert_no_canary(iter([("repr", repr(reviews) + reviews._repr_html_() + repr(list(reviews)))]))


def test_no_canary_is_in_what_check_prints_and_writes(canaries: Path, tmp_path: Path) -> None:
    key = tmp_path / "key.txt"
    key.write_text("ab" * 32)
    for form in ("text", "json"):
        ran = CliRunner().invoke(
            app,
            ["check", str(canaries / "Canary upload.csv"), "--against",
             str(canaries / "Canary download.csv"),
             "--schools", str(canaries / "Canary schools.csv"),
             "--previous", str(canaries / "Canary download.csv"), "--findings", "--format", form,
             "--out", str(tmp_path / "out"), "--mask", "--mask-key", str(key)],
        )  # fmt: skip

        assert ran.exit_code in (1, 3), ran.output
        _assert_no_canary(iter([("stdout", ran.stdout)]))
    written = sorted((tmp_path / "out").iterdir())
    assert all(path.name.startswith("masked-") for path in written)
    assert "masked-users-fixed.csv" not in {path.name for path in written}
    for path in written:
        data = path.read_bytes()
        text = _unzipped(data) if path.suffix == ".xlsx" else data.decode()
        _assert_no_canary(iter([(path.name, text)]))
        assert "ab" * 16 not in text
        if path.name == "masked-review.json":
            assert json.loads(text)["masked"] is True
        elif path.name != "masked-changes.csv":
            assert "Masked: pseudonyms stand for names, addresses and IDs." in text, path.name


#: A fourth of them suffices on a working day: the canaries are in every column.
SAMPLES_BY_DAY = [
    pytest.param(path, marks=pytest.mark.slow if place % 4 else (), id=path.stem)
    for place, path in enumerate(SAMPLES)
]


@pytest.mark.parametrize("sample", SAMPLES_BY_DAY)
def test_no_personal_cell_of_a_sample_is_in_its_masked_review(sample: Path) -> None:
    real = reviewed(sample.resolve())
    personal = [key for key, column in real.profile.columns.items() if column.personal]
    cells = [real.upload.cells[key] for key in real.upload.cells.columns if key in personal]
    cells += [real.upload.cells[key] for key in real.upload.cells.columns if key.startswith("#")]
    values = pl.concat([pl.Series(dtype=pl.String), *cells]).unique()
    known = {word.lower() for names in real.profile.vocabularies.values() for word in names.accepts}
    known |= {*real.profile.words["placeholders"], *map(str.lower, real.profile.columns), "white"}
    secrets = {value.strip() for value in values if len(value.strip()) > 3}
    secrets = {secret for secret in secrets if secret.lower() not in known}

    masked = real.masked(KEY)
    for text in (
        repr(masked), masked.message(), masked.errors_csv().decode(),
        masked.json(findings=True).decode(), masked.causes._repr_html_(),
    ):  # fmt: skip
        assert not secrets & set(re.findall(r"[\w.@+'-]+", text))


# --- everything else is as it was ---------------------------------------------------


def test_numbers_places_and_order_are_those_of_the_real_review(real: rt.Review) -> None:
    masked = real.masked(KEY)

    for name in ("rows", "verdict", "by_rule", "by_category", "sentence", "rests_on"):
        assert getattr(masked, name) == getattr(real, name), name
    assert [c.code for c in masked.causes] == [c.code for c in real.causes]
    assert masked.findings.drop("value", "suggestion").equals(
        real.findings.drop("value", "suggestion")
    )
    if real.impact is not None and masked.impact is not None:
        assert masked.impact.totals == real.impact.totals
        for kind in rt.Kind:
            assert masked.records(kind).height == real.records(kind).height


def test_a_record_and_its_rows_are_found_by_the_pseudonym_of_its_id(story: rt.Story) -> None:
    real = rt.review(story.upload, against=rt.Store(story.store)[story.district])
    masked = real.masked(KEY)
    people = real.records("student")["key"], masked.records("student")["key"]
    assert people[0].len() == people[1].len()
    pseudonyms = Pseudonyms(KEY)
    for key in people[0].head(20):
        pseudonym = pseudonyms.of(key, Pseudonym.ID)
        before, after = real.record("student", key), masked.record("student", pseudonym)
        assert (before.outcome, before.rows.to_list()) == (after.outcome, after.rows.to_list())
        assert masked.search(pseudonym).rows.equals(real.search(key).rows)


def test_the_same_person_has_one_pseudonym_in_file_roster_and_messages(real: rt.Review) -> None:
    masked = real.masked(KEY)
    pseudonym = Pseudonyms(KEY).of("CANARY8", Pseudonym.ID)

    assert pseudonym in masked.upload.cells["userId"]
    assert masked.against is not None
    assert pseudonym in masked.against.roster.people["userId"]
    assert pseudonym in masked.errors_csv().decode()


def test_a_reviewer_still_sees_the_shape_of_a_fault(real: rt.Review) -> None:
    masked = real.masked(KEY)
    cells = masked.upload.cells
    rows = {user: at for at, user in enumerate(real.upload.cells["userId"])}

    assert "@" in cells["userEmail"][rows["CANARY5"]].partition("; ")[2]
    assert cells["userEmail"][rows["CANARY3"]].endswith(" @masked.invalid")
    assert re.fullmatch(r"[\w-]+@masked[.]invalid", cells["userEmail"][rows["CANARY0"]])
    spaced = real.upload.cells["userFirstName"].index_of(" Canaryann9 ")
    assert re.fullmatch(r" Name \S+ ", cells["userFirstName"][spaced])
    if cells.columns[-1].startswith("#"):
        assert re.fullmatch(r"Text \S+, Text \S+", cells[cells.columns[-1]][0])


def test_a_wrong_grade_stays_where_it_is_made_of_words_for_grades() -> None:
    grades = ["Grade 13", "third", "7th gr.", "Ms. Grade", "Canary", "123", "-1", "EC"]
    rows = [_row(f"{n}", userGrade=grade) for n, grade in enumerate(grades)]
    masked = rt.review("\n".join([HEADER, *rows]).encode()).masked(KEY)
    shown = masked.upload.cells["userGrade"].to_list()

    assert shown[:3] == grades[:3]
    assert shown[6] == "-1"
    assert all(re.match(READS_MASKED, shown[at]) for at in (3, 4, 5, 7))


def test_a_masked_review_repairs_nothing(real: rt.Review) -> None:
    masked = real.masked(KEY)

    assert masked.repairs.is_empty()
    assert masked.repairs.schema == real.repairs.schema
    assert masked.impact_after_repairs is None
    for act in (masked.repair, masked.fixed, lambda: masked.edit(2, "userGrade", "3")):
        with pytest.raises(rt.UsageError, match="masked review holds pseudonyms"):
            act()
    edited = real.edit(2, "userLastName", "Canarytyped").masked(KEY)
    assert edited.original is edited
    assert edited.edits.is_empty()
    _assert_no_canary(_texts(edited))
    assert masked.masked(OTHER_KEY) is masked


# --- the map ------------------------------------------------------------------------


@given(st.lists(st.text(min_size=1), unique=True, min_size=2, max_size=60))
@settings(max_examples=60, deadline=None)
def test_pseudonyms_are_one_to_one_stable_and_keyed(values: list[str]) -> None:
    texts = pl.Series([value.encode("utf-8", "replace").decode() for value in values]).unique()
    given_once, given_again = (Pseudonyms(KEY).digits(texts).to_list() for _ in range(2))
    elsewhere = Pseudonyms(OTHER_KEY).digits(texts).to_list()

    assert given_once == given_again
    assert len(set(given_once)) == texts.len()
    assert not set(given_once) & set(elsewhere)
    assert all(re.match(READS_MASKED, f"ID-{digits}") for digits in given_once)


def test_two_values_with_the_same_digits_get_more_of_them() -> None:
    short = Pseudonyms(KEY, groups=1)
    short.digits(pl.Series([f"{number}" for number in range(5000)]))

    assert not short.one_to_one
    longer = short.longer()
    longer.digits(pl.Series([f"{number}" for number in range(5000)]))
    assert longer.one_to_one


def test_addresses_that_differ_by_letter_case_alone_begin_alike() -> None:
    masked = rt.review("\n".join(
        [HEADER, _row("1", userEmail="Ana@school.org"), _row("2", userEmail="ana@school.org"),
         _row("3", userEmail="ANA@school.org")]
    ).encode()).masked(KEY)  # fmt: skip
    one, lower, other = masked.upload.cells["userEmail"]
    base = lower.removesuffix("@masked.invalid")

    assert one.startswith(f"{base}+")
    assert other.startswith(f"{base}+")
    assert len({one, lower, other}) == 3


# --- the key ------------------------------------------------------------------------


def test_the_key_is_made_once_beside_the_store_for_its_owner_alone(tmp_path: Path) -> None:
    store = tmp_path / "store" / "roster.duckdb"

    key = mask_key(store=store)

    path = store.with_name("mask-key.txt")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert mask_key(store=store) == key == mask_key(path)
    assert len(key) == 32
    assert [file.name for file in store.parent.iterdir()] == ["mask-key.txt"]


@pytest.mark.parametrize("text", ["", "abc", "xy" * 32, "ab" * 31, "ab" * 33])
def test_a_file_that_holds_no_key_is_refused_with_a_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "key.txt"
    path.write_text(text)

    with pytest.raises(rt.UsageError, match=r"key\.txt holds no mask key: a key is 64 digits"):
        mask_key(path)


def test_a_key_that_is_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(rt.UsageError, match="There is no mask key"):
        mask_key(tmp_path / "nowhere.txt")
    with pytest.raises(rt.UsageError, match="16 to 64 bytes"):
        mask_key(b"short")


# --- masked files are no input ------------------------------------------------------


def test_a_masked_file_is_refused_wherever_a_file_is_asked_for(
    real: rt.Review, canaries: Path, tmp_path: Path
) -> None:
    masked = real.masked(KEY)
    for name, data in (("e.csv", masked.errors_csv()), ("e.xlsx", masked.errors_xlsx())):
        (tmp_path / name).write_bytes(data)
    cells = masked.upload.cells
    (tmp_path / "users.csv").write_bytes(cells.write_csv().encode())
    good = str(canaries / "Canary download.csv")
    store = str(tmp_path / "roster.duckdb")
    runner = CliRunner()
    runner.invoke(app, ["snapshot", "import", good, "--district", "Avon", "--store", store])

    for name in ("e.csv", "e.xlsx", "users.csv"):
        file = str(tmp_path / name)
        for command in (
            ["check", file], ["check", good, "--against", file],
            ["check", good, "--previous", file],
            ["fix", file, "--out", str(tmp_path / "fixed.csv")],
            ["process", file, "--district", "Avon", "--store", store],
            ["snapshot", "import", file, "--district", "Avon", "--store", store],
        ):  # fmt: skip
            ran = runner.invoke(app, command)
            error = str(ran.exception) if ran.exception else ran.output
            assert "is masked: pseudonyms stand for its names" in error + ran.output, command
    assert not (tmp_path / "fixed.csv").exists()


def test_an_error_file_says_in_its_first_record_that_it_is_masked(real: rt.Review) -> None:
    first = real.masked(KEY).errors_csv().decode().splitlines()[1]

    assert "Masked: pseudonyms stand for names, addresses and IDs." in first


def test_an_error_file_without_anybody_in_it_is_known_by_its_first_record() -> None:
    nobody = rt.review(f"{HEADER},x\n{',' * 9}3{',' * 7}\n".encode()).masked(KEY)

    for data in (nobody.errors_csv(), nobody.errors_xlsx()):
        with pytest.raises(rt.UnreadableFile, match="is masked"):
            rt.review(data)


def test_a_class_that_reads_like_a_pseudonym_by_chance_is_no_reason_to_refuse_a_file() -> None:
    rows = [_row("1", className="Class 2024-0000-0001"), _row("2"), _row("3")]

    assert rt.review("\n".join([HEADER, *rows]).encode()).upload.records == 3
