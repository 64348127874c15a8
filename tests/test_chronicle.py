"""What changed about a person or a class, snapshot by snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl
from making import file_of, in_class, student

from roster_toolkit.districts import Store
from roster_toolkit.operations.importing import import_data
from roster_toolkit.rosters.changes import chronicle_of_class, chronicle_of_person, key_at

FACTS = {
    "since": pl.Int32, "until": pl.Int32, "person": pl.UInt32, "userId": pl.String,
    "userLastName": pl.String, "source": pl.String,
}  # fmt: skip
CLASSES = {
    "since": pl.Int32, "until": pl.Int32, "classId": pl.String, "className": pl.String,
    "leads": pl.Boolean, "source": pl.String,
}  # fmt: skip
CLASS = {
    "since": pl.Int32, "until": pl.Int32, "class": pl.UInt32, "classId": pl.String,
    "className": pl.String, "active": pl.Boolean, "source": pl.String,
}  # fmt: skip
MEMBERS = {
    "since": pl.Int32, "until": pl.Int32, "userId": pl.String, "userFirstName": pl.String,
    "userLastName": pl.String, "leads": pl.Boolean, "source": pl.String,
}  # fmt: skip


def history_of(schema: Mapping[str, type[pl.DataType]], *rows: tuple[object, ...]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=schema, orient="row")


def of_person(*rows: tuple[object, ...], first: int = 1) -> list[tuple[object, ...]]:
    return chronicle_of_person(history_of(FACTS, *rows), history_of(CLASSES), first=first).rows()


def test_who_was_there_from_the_first_and_never_changed_has_no_chronicle() -> None:
    assert of_person((1, None, 7, "S1", "Lee", "portal")) == []


def test_a_fact_that_changed_stands_with_before_and_after() -> None:
    lines = of_person((1, 3, 7, "S1", "Núñez", "portal"), (3, None, 7, "S1", "Lee", "upload"))

    assert lines == [(3, "userLastName", "Núñez", "Lee")]


def test_a_new_id_is_a_change_like_any_other() -> None:
    lines = of_person((1, 2, 7, "S1", "Lee", "p"), (2, None, 7, "S9", "Lee", "p"))

    assert lines == [(2, "userId", "S1", "S9")]


def test_who_came_left_and_came_again_is_told_so() -> None:
    lines = of_person((2, 3, 7, "S1", "Lee", "p"), (5, None, 7, "S1", "Wei", "p"))

    assert lines == [
        (2, "record", "", "in the roster"),
        (3, "record", "in the roster", ""),
        (5, "record", "", "in the roster"),
    ]


def test_two_people_who_had_one_id_are_not_mixed() -> None:
    lines = of_person((1, 2, 7, "S1", "Lee", "p"), (2, None, 8, "S1", "Wei", "p"))

    assert lines == [(2, "record", "", "in the roster"), (2, "record", "in the roster", "")]


def test_classes_joined_left_and_led_are_lines_of_their_own() -> None:
    classes = history_of(
        CLASSES,
        (1, 2, "C1", "Math", False, "p"),
        (2, 4, "C1", "Math", True, "p"),
        (3, None, "C2", "Art", False, "p"),
    )
    facts = history_of(FACTS, (1, None, 7, "T1", "Diaz", "p"))

    assert chronicle_of_person(facts, classes, first=1).rows() == [
        (2, "class", "C1 Math", "C1 Math (primary teacher)"),
        (3, "class", "", "C2 Art"),
        (4, "class", "C1 Math (primary teacher)", ""),
    ]


def test_a_removed_class_went_though_the_store_still_knows_it() -> None:
    history = history_of(
        CLASS, (1, 2, 5, "C1", "Math", True, "p"), (2, None, 5, "C1", "Math", False, "p")
    )
    members = history_of(MEMBERS, (1, 2, "S1", "Ana", "Lee", False, "p"))

    assert chronicle_of_class(history, members, first=1).rows() == [
        (2, "record", "in the roster", ""),
        (2, "member", "S1 Ana Lee", ""),
    ]


def test_the_id_of_a_snapshot_is_found_under_a_later_one() -> None:
    history = history_of(FACTS, (2, 4, 7, "S1", "Lee", "p"), (4, None, 7, "S9", "Lee", "p"))

    assert [key_at(history, "userId", n) for n in (1, 2, 3, 4, 5)] == [None, "S1", "S1", "S9", "S9"]


def test_a_store_tells_the_same_under_either_id(tmp_path: Path) -> None:
    store, download = Store(tmp_path / "roster.duckdb"), tmp_path / "download.csv"
    ana = student("S1", userEmail="ana@school.org")
    for rows in ([ana, student("S2")], [in_class(ana | {"userId": "S9"}), student("S2")]):
        download.write_bytes(file_of(rows))
        import_data(download, store, "Avon")

    avon = store["Avon"]

    expected = [(2, "class", "", "C1 Math"), (2, "userId", "S1", "S9")]
    assert avon.changes_of("S9").rows() == expected
    assert avon.changes_of("S1").rows() == expected
    assert avon.changes_of_class("C1").rows() == [
        (2, "record", "", "in the roster"), (2, "member", "", "S9 Ana Lee"),
    ]  # fmt: skip
