"""Synthetic districts: clean where they should be, at fault exactly where the key says."""

from __future__ import annotations

import csv
import importlib.util
import io
import re
import zipfile
from collections import defaultdict
from pathlib import Path

import polars as pl
import pytest

from roster_toolkit.model import Entity, Profile
from roster_toolkit.profile import load_profile
from roster_toolkit.samples import (
    Family,
    Sample,
    clean_district,
    families,
    hard_mixture,
    sample_district,
    score,
)
from roster_toolkit.samples.catalog import BY_CODE

BATCH, THIRD = load_profile("batch-upload"), load_profile("third-party")
Row = dict[str, str]


def rows_of(frame: pl.DataFrame) -> list[Row]:
    return frame.fill_null("").to_dicts()


def groups_by(rows: list[Row], key: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row[key]:
            found[row[key]].append(row)
    return found


def facts_of(profile: Profile, about: Entity) -> list[str]:
    return [column.key for column in profile.about(about)]


@pytest.fixture(scope="module", params=[BATCH, THIRD], ids=["batch-upload", "third-party"])
def clean(request: pytest.FixtureRequest) -> tuple[Profile, list[Row]]:
    return request.param, rows_of(clean_district(3000, 5, request.param))


@pytest.mark.parametrize("rows", [1, 2, 7, 8, 9, 30, 59, 60, 61, 200, 2399, 4801])
@pytest.mark.parametrize("profile", [BATCH, THIRD], ids=["batch-upload", "third-party"])
def test_a_district_has_exactly_the_rows_asked_for(rows: int, profile: Profile) -> None:
    frame = clean_district(rows, 3, profile)

    assert frame.height == rows
    assert frame.columns == list(profile.columns)


def test_same_seed_gives_same_bytes_and_another_seed_gives_others() -> None:
    first = sample_district(1000, seed=1, profile=BATCH)
    again = sample_district(1000, seed=1, profile=BATCH)
    other = sample_district(1000, seed=2, profile=BATCH)

    assert first.csv == again.csv
    assert first.answer_key.equals(again.answer_key)
    assert first.csv != other.csv


def test_a_clean_file_is_plain_utf8_with_the_template_header() -> None:
    content = sample_district(300, seed=1, fault_rate=0, profile=BATCH).csv

    text = content.decode()
    records = list(csv.reader(io.StringIO(text), strict=True))
    assert "\r" not in text
    assert not text.startswith("\ufeff")
    assert records[0] == [column.name for column in BATCH.columns.values()]
    assert {len(record) for record in records} == {len(BATCH.columns)}
    assert '"Reading, Writing & More' in text


def test_clean_cells_are_acceptable_and_trimmed(clean: tuple[Profile, list[Row]]) -> None:
    profile, rows = clean
    placeholders = set(profile.words["placeholders"])
    damage = [re.compile(pattern) for pattern in profile.words["spreadsheet_damage"]]

    for key in profile.columns:
        column = profile.columns[key]
        vocabulary, pattern = profile.vocabulary_of(column), profile.kinds[column.kind].pattern
        for value in {row[key] for row in rows} - {""}:
            assert value == value.strip()
            assert value.isprintable()
            assert value.lower() not in placeholders
            assert value[0] not in "=+-@"
            assert not any(expression.search(value) for expression in damage)
            assert not re.search("Ã|Â|â€|\ufffd", value)
            assert vocabulary is None or value in vocabulary.accepts
            assert pattern is None or re.fullmatch(pattern, value)
            assert column.kind != "identifier" or not re.fullmatch("[0-9]{9}", value)


def test_clean_rows_are_complete(clean: tuple[Profile, list[Row]]) -> None:
    profile, rows = clean
    examples = {row["userId"] for row in profile.template_rows}

    for row in rows:
        required = ["schoolId", "userId", "userRole", "userFirstName", "userLastName", "userEmail"]
        assert all(row[key] for key in required)
        assert bool(row["userGrade"]) == (row["userRole"] == "Student")
        assert row["userRole"] != "Student" or row["primary_teacher"] != "TRUE"
        assert bool(row["classId"]) == bool(row["className"]) == bool(row["classGrade"])
        assert row["classId"] or not (row["classSubject"] or row["classDisplayName"])
        assert row["userId"] not in examples
    assert profile is BATCH or not any(row["userRole"] == "Student" for row in rows)


def test_clean_people_agree_and_share_nothing(clean: tuple[Profile, list[Row]]) -> None:
    profile, rows = clean
    people = groups_by(rows, "userId")

    for key in facts_of(profile, Entity.PERSON):
        assert all(len({row[key] for row in own}) == 1 for own in people.values())
    for key in ("userEmail", "userStateId", "userDistrictId"):
        values = [own[0][key].lower() for own in people.values() if own[0][key]]
        assert len(values) == len(set(values))
    assert len({own.lower().lstrip("0") for own in people}) == len(people)
    schools = {row["schoolId"] for row in rows}
    assert len({school.lower().lstrip("0") for school in schools}) == len(schools)


def test_clean_classes_agree_and_have_one_primary_teacher(clean: tuple[Profile, list[Row]]) -> None:
    profile, rows = clean
    classes = groups_by(rows, "classId")

    for own in classes.values():
        for key in [*facts_of(profile, Entity.CLASS), "schoolId"]:
            assert len({row[key] for row in own}) == 1
        assert sum(row["primary_teacher"] == "TRUE" for row in own) == 1
        assert sum(row["userRole"] == "Student" for row in own) <= 30
        assert len({row["userId"] for row in own}) == len(own)
    assert len({own.lower().lstrip("0") for own in classes}) == len(classes)


def test_a_clean_district_is_varied() -> None:
    rows = rows_of(clean_district(10_000, 1, BATCH))

    people = groups_by(rows, "userId")
    assert {row["userRole"] for row in rows} == {"Student", "Teacher", "Administrator"}
    assert any(row["schoolId"].startswith("0") for row in rows)
    assert any(row["schoolId"][0].isalpha() for row in rows)
    assert any(len({row["schoolId"] for row in own}) == 2 for own in people.values())
    assert {len(own) for own in people.values()} >= {1, 6}
    names = {row["userLastName"] for row in rows}
    assert names >= {"O'Brien", "Núñez", "Nguyễn", "Smith-Jones", "de la Cruz"}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_kind_of_fault_is_planted_in_ten_thousand_rows(seed: int) -> None:
    sample = sample_district(10_000, seed=seed, profile=BATCH)

    assert set(sample.answer_key["code"]) == set(BY_CODE) - {"RT205"}
    assert sample.answer_key["row"].n_unique() < 150
    assert sum(cause.findings for cause in sample.planted) == sample.answer_key.height


def test_a_staff_upload_gets_the_faults_that_staff_can_have() -> None:
    sample = sample_district(2000, seed=1, profile=THIRD)

    student_faults = {"RT201", "RT203", "RT307", "RT309"}
    assert set(sample.answer_key["code"]) == set(BY_CODE) - student_faults


def test_the_key_speaks_of_rows_as_a_spreadsheet_counts_them() -> None:
    sample = sample_district(2000, seed=4, profile=BATCH)
    records = list(csv.reader(io.StringIO(sample.csv.decode())))

    blank = sample.answer_key.filter(pl.col("code") == "RT014")["row"]
    assert all(not any(records[row - 1]) for row in blank)
    ragged = sample.answer_key.filter(pl.col("code") == "RT008")["row"]
    header = list(BATCH.columns)
    whole = (0, len(header))
    assert [n for n, record in enumerate(records, 1) if len(record) not in whole] == [*ragged]
    for row, column, _, value in sample.answer_key.drop_nulls(["row", "column"]).rows():
        assert records[row - 1][header.index(column)] == value


def test_rows_with_a_planted_error_differ_from_the_clean_district_and_others_do_not() -> None:
    sample = sample_district(5000, seed=4, profile=BATCH, roster=True)
    assert sample.roster is not None

    before, after = rows_of(sample.roster), rows_of(sample.frame)
    changed = {
        n + 2 for n, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1]
    }
    changed |= {row + 2 for row in sample.lines}
    one_row = sample.answer_key.filter(pl.col("code").str.contains("^RT([01]|20)"))
    assert set(one_row["row"]) <= changed
    at_large = sample.answer_key.filter(pl.col("row").is_null())
    assert not at_large.is_empty()
    assert len(changed) < 5000 * 0.1


def test_no_fault_is_planted_at_rate_nought() -> None:
    sample = sample_district(500, seed=1, fault_rate=0, profile=BATCH, roster=True)

    assert sample.answer_key.is_empty()
    assert sample.planted == ()
    assert sample.frame.equals(sample.roster)


def test_score_of_the_key_itself_is_perfect() -> None:
    sample = sample_district(3000, seed=1, profile=BATCH)

    table = score(sample.answer_key, sample)

    assert table["recall"].to_list() == [1.0] * table.height
    assert table["precision"].to_list() == [1.0] * table.height
    assert table["code"][-1] == "all"


def test_score_of_a_clean_district_is_a_line_of_noughts() -> None:
    sample = sample_district(100, seed=1, fault_rate=0, profile=BATCH)

    table = score(sample.answer_key, sample)

    assert table.rows() == [("all", 0, 0, 0, None, None)]


def test_score_counts_what_was_missed_and_what_was_wrong() -> None:
    sample = sample_district(3000, seed=1, profile=BATCH)
    missed = sample.answer_key.filter(pl.col("code") != "RT103")
    clean_row = next(n for n in range(2, 3000) if n not in set(sample.answer_key["row"]))
    wrong = pl.DataFrame(
        [(clean_row, "userEmail", "RT107", "x")], schema=missed.schema, orient="row"
    )

    table = {row["code"]: row for row in score(pl.concat([missed, wrong]), sample).to_dicts()}

    assert table["RT103"]["recall"] == 0
    assert table["RT103"]["precision"] is None
    assert table["RT107"]["recall"] == 1
    assert table["RT107"]["precision"] < 1


def test_score_leaves_out_what_else_is_said_of_a_shifted_row() -> None:
    sample = sample_district(3000, seed=1, profile=BATCH)
    shifted = sample.answer_key.filter(pl.col("code") == "RT208")["row"][0]
    beside = pl.DataFrame(
        [(shifted, "userRole", "RT102", "Ana")], schema=sample.answer_key.schema, orient="row"
    )

    table = score(pl.concat([sample.answer_key, beside]), sample)

    assert table["precision"].min() == 1


@pytest.fixture(scope="module")
def mixture() -> Sample:
    return hard_mixture(1, BATCH)


def test_hard_mixture_has_twelve_causes_and_no_other_finding(mixture: Sample) -> None:
    assert mixture.frame.height == 10_000
    assert len(mixture.planted) == 12
    planted = {(cause.code, cause.column) for cause in mixture.planted}
    assert set(mixture.answer_key.select("code", "column").rows()) == planted
    assert hard_mixture(1, BATCH).csv == mixture.csv


@pytest.mark.parametrize(
    ("code", "column"), [("RT102", "userRole"), ("RT102", "userGrade"), ("RT106", "userStateId")]
)
def test_hard_mixture_damages_whole_columns(mixture: Sample, code: str, column: str) -> None:
    faults = mixture.answer_key.filter(pl.col("code") == code, pl.col("column") == column).height

    assert faults >= 0.8 * mixture.frame[column].drop_nulls().len()


def test_hard_mixture_has_thousands_of_different_addresses(mixture: Sample) -> None:
    addresses = mixture.answer_key.filter(pl.col("code") == "RT103")

    assert addresses["row"].n_unique() == addresses["value"].n_unique() == 5000
    assert mixture.answer_key.filter(pl.col("code") == "RT304").height == 300


def test_hard_mixture_spreads_each_relation_fault_evenly(mixture: Sample) -> None:
    for code in ("RT301", "RT302", "RT304", "RT306", "RT308"):
        values = mixture.answer_key.filter(pl.col("code") == code)["value"].str.to_lowercase()
        shares = values.value_counts()["count"] / values.len()
        assert max(shares) < 0.1


def test_hard_mixture_keeps_the_key_with_the_shuffled_rows(mixture: Sample) -> None:
    cells = rows_of(mixture.frame)

    for row, column, _, value in mixture.answer_key.drop_nulls(["row", "column"]).rows():
        assert cells[row - 2][column] == value


@pytest.fixture(scope="module")
def collection() -> dict[str, Family]:
    return {family.file: family for family in families()}


def test_every_readable_family_shows_what_it_is_named_after(collection: dict[str, Family]) -> None:
    for family in collection.values():
        if family.sample is not None:
            assert family.codes == tuple(sorted(set(family.sample.answer_key["code"])))
            assert family.content == family.sample.csv
            assert family.content.count(b"\n") <= 201 or family.file == "hard-mixture.csv"
        clean = {"clean.csv", "staff-only.csv", "demographics.csv"}
        assert bool(family.codes) == (family.file not in clean)


def test_families_show_every_code_that_can_be_planted(collection: dict[str, Family]) -> None:
    shown = {code for family in collection.values() for code in family.codes}

    assert shown >= set(BY_CODE)


def test_broken_files_are_broken_as_their_names_say(collection: dict[str, Family]) -> None:
    def header(file: str) -> list[str]:
        return collection[file].content.decode().splitlines()[0].split(",")

    names = [column.name for column in BATCH.columns.values()]
    assert set(names) - set(header("misspelled-header.csv")) == {"userFirstName"}
    assert [name.strip().lower() for name in header("miscapitalized-headers.csv")] == [
        name.lower() for name in names
    ]
    assert header("missing-column.csv") == [name for name in names if name != "userGrade"]
    assert header("repeated-header.csv") == [*names, "userEmail"]
    assert header("semicolons.csv") == [";".join(names)]
    assert "sourcedId" in header("oneroster-users.csv")
    assert collection["utf-16.csv"].content.decode("utf-16").startswith("action,")
    assert zipfile.is_zipfile(io.BytesIO(collection["not-a-csv.xlsx"].content))
    with pytest.raises(UnicodeDecodeError):
        collection["windows-1252.csv"].content.decode()
    assert "ñ" in collection["windows-1252.csv"].content.decode("cp1252")
    with pytest.raises(csv.Error, match="unexpected end"):
        list(
            csv.reader(io.StringIO(collection["unclosed-quote.csv"].content.decode()), strict=True)
        )


def test_too_large_a_class_is_too_large(collection: dict[str, Family]) -> None:
    sample = collection["class-problems.csv"].sample
    assert sample is not None
    large = sample.answer_key.filter(pl.col("code") == "RT309")["value"][0]

    members = sample.frame.filter(pl.col("classId") == large, pl.col("userRole") == "Student")

    assert members["userId"].n_unique() > BATCH.thresholds["class_size"]


def test_sample_files_are_up_to_date() -> None:
    path = Path(__file__).parents[1] / "scripts" / "build_samples.py"
    spec = importlib.util.spec_from_file_location("build_samples", path)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)

    assert script.stale(script.contents()) == []
    assert sum(file.stat().st_size for file in script.FOLDER.iterdir()) < 4_000_000
