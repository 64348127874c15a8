"""Questions in SQL: answered from the tables at hand, and from nothing else."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from making import file_of, student

import roster_toolkit as rt
from roster_toolkit.querying import ask

TABLES = {"letters": lambda: pl.DataFrame({"a": ["x", "y"], "n": [1, 2]})}


def test_a_question_is_answered_with_a_frame() -> None:
    answer = ask("SELECT a, sum(n) AS total FROM Letters GROUP BY a ORDER BY a", TABLES)

    assert answer.rows() == [("x", 1), ("y", 2)]
    assert answer.schema == {"a": pl.String, "total": pl.Int64}


def test_only_tables_that_are_named_are_made() -> None:
    def never() -> pl.DataFrame:
        raise AssertionError

    assert ask("FROM letters", {**TABLES, "costly": never}).height == 2


def test_the_tables_are_listed() -> None:
    assert ask("SHOW TABLES;", TABLES)["table"].to_list() == ["letters"]


def test_a_sum_beyond_64_bits_stays_exact() -> None:
    answer = ask("SELECT sum(n)::HUGEINT * 10000000000000000000 AS big FROM letters", TABLES)

    assert int(answer["big"][0]) == 3 * 10**19


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("SELECT * FROM nowhere", "Table with name nowhere does not exist. The tables are letters"),
        ("SELECT b FROM letters", '"b" not found in FROM clause; Candidate bindings: "a"'),
        ("SELEC 1", "syntax error at or near"),
        ("", "A question is one SELECT"),
        ("SELECT 1; SELECT 2", "A question is one SELECT"),
        ("CREATE TABLE t AS FROM letters", "A question is one SELECT"),
        ("SET enable_external_access = true", "A question is one SELECT"),
        ("SELECT a::INT FROM letters", "fails on a value .conversion.; TRY_CAST"),
        ("SELECT * FROM letters x, letters y", "gives two columns one name"),
    ],
)
def test_a_wrong_question_is_answered_with_a_sentence(query: str, sentence: str) -> None:
    with pytest.raises(rt.UsageError, match=sentence):
        ask(query, TABLES)


def test_no_cell_stands_in_a_sentence() -> None:
    with pytest.raises(rt.UsageError) as caught:
        ask("SELECT error('secret ' || a) FROM letters", TABLES)

    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.fixture
def other_file(tmp_path: Path) -> Path:
    path = tmp_path / "secret.csv"
    path.write_text("a\nsecret\n")
    return path


OUTSIDE = [
    "SELECT * FROM read_csv('{path}')",
    "SELECT * FROM '{path}'",
    "SELECT * FROM read_text('{path}')",
    "SELECT * FROM glob('{path}')",
    "COPY letters TO '{path}'",
    "ATTACH '{path}.duckdb' AS other",
    "INSTALL httpfs",
]


@pytest.mark.parametrize("query", OUTSIDE)
def test_a_question_about_a_review_reaches_no_file(query: str, other_file: Path) -> None:
    review = rt.review("data/samples/bad-grades.csv")

    with pytest.raises(rt.UsageError):
        review.sql(query.format(path=other_file))

    assert other_file.read_text() == "a\nsecret\n"
    assert [path.name for path in other_file.parent.iterdir()] == ["secret.csv"]


@pytest.mark.parametrize("query", OUTSIDE)
def test_a_question_about_a_store_reaches_no_other_file(query: str, other_file: Path) -> None:
    store = a_store(other_file.parent)
    before = store.path.read_bytes()

    with pytest.raises(rt.UsageError):
        store.sql(query.replace("letters", "people").format(path=other_file))

    assert store.path.read_bytes() == before
    assert other_file.read_text() == "a\nsecret\n"


def a_store(folder: Path) -> rt.Store:
    download = folder / "download.csv"
    download.write_bytes(file_of([student()]))
    store = rt.Store(folder / "roster.duckdb")
    rt.import_data(download, store, "Avon")
    return store


def test_a_store_answers_from_its_tables_and_views(tmp_path: Path) -> None:
    store = a_store(tmp_path)

    assert store.sql("SELECT count(*) FROM people").item() == 1
    assert store.sql("SELECT \"userId\" FROM roster_as_of('Avon', 1)").item() == "S1"
    assert "history_of_person(district_name, user_id)" in store.sql("SHOW TABLES")["table"]


def test_nothing_in_a_store_is_changed_by_a_question(tmp_path: Path) -> None:
    store = a_store(tmp_path)

    with pytest.raises(rt.UsageError, match="A question is one SELECT"):
        store.sql("DELETE FROM people")

    assert store["Avon"].roster().people.height == 1


# --- review.sql --------------------------------------------------------------------------------


def test_a_reviews_tables_count_what_the_review_counts() -> None:
    review = rt.review("data/samples/bad-grades.csv", against="data/samples/clean.csv")
    assert review.impact is not None

    by_rule = review.sql("SELECT code, count(*) FROM findings GROUP BY ALL ORDER BY code")
    by_outcome = dict(review.sql("SELECT outcome, count(*) FROM rows GROUP BY ALL").iter_rows())
    students = review.sql(
        "SELECT outcome, count(*) FROM people WHERE kind = 'student' GROUP BY ALL"
    )

    assert dict(by_rule.iter_rows()) == review.by_rule
    assert by_outcome == {"accepted": review.rows.accepted, "rejected": review.rows.rejected}
    assert review.sql("SELECT sum(findings) FROM causes").item() == review.findings.height
    assert dict(students.iter_rows()) == {
        outcome.value: count
        for outcome, count in review.impact.totals[rt.Kind.STUDENT].items()
        if count
    }


def test_every_table_of_a_review_can_be_asked_for() -> None:
    review = rt.review("data/samples/bad-grades.csv", against="data/samples/clean.csv")

    for name in review.sql("SHOW TABLES")["table"]:
        assert review.sql(f"FROM {name} LIMIT 1").width > 2


@pytest.mark.parametrize("name", ["changes", "people", "classes", "enrollments", "schools"])
def test_a_table_that_needs_a_roster_says_so(name: str) -> None:
    review = rt.review("data/samples/bad-grades.csv")

    with pytest.raises(rt.UsageError, match="roster"):
        review.sql(f"FROM {name}")
