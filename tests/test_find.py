"""One question to all districts of a store: who or what has a name, an ID, an address."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from making import avon_and_brook, file_of, imported, in_class, removal, student, teacher

import roster_toolkit as rt

ZOE = in_class(student("S1", userFirstName="Zoë", userLastName="Núñez"))
ROSA = in_class(teacher("T1", userFirstName="Rosa", userLastName="Diaz"))
SCHOOLS = b"schoolId,schoolName\n0711,Lakeview Elementary\n0042,Hill High\n"


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Avon with Zoë and Rosa, Brook with another Zoë."""
    return avon_and_brook(tmp_path_factory.mktemp("store"), ZOE, ROSA, schools=SCHOOLS)


@pytest.fixture
def store(made_once: Path, tmp_path: Path) -> rt.Store:
    """A copy of it."""
    return rt.Store(shutil.copy(made_once, tmp_path))


def ids(found: list[dict[str, object]] | object) -> list[object]:
    return found["key"].to_list()  # type: ignore[index]


def test_a_person_is_found_by_name_in_every_district_of_the_store(store: rt.Store) -> None:
    found = store.find("zoë")

    assert found.select("district", "kind", "key", "name").rows() == [
        ("Avon", "person", "S1", "Zoë Núñez"),
        ("Brook", "person", "B1", "Zoë Ash"),
    ]


def test_a_hit_says_role_address_and_school(store: rt.Store) -> None:
    (line,) = store.find("rosa").to_dicts()

    assert line == {
        "district": "Avon", "kind": "person", "key": "T1", "name": "Rosa Diaz",
        "role": "Teacher", "email": "t1@school.org", "schools": "Lakeview Elementary (0711)",
    }  # fmt: skip


def test_words_may_stand_in_any_order_without_accents_and_in_any_case(store: rt.Store) -> None:
    assert ids(store["Avon"].find("NUNEZ zoe")) == ["S1"]
    assert ids(store["Avon"].find("zoe ash")) == []


def test_an_address_and_a_class_are_found(store: rt.Store) -> None:
    assert ids(store.find("B1@school.org")) == ["B1"]
    assert store["Avon"].find("C1").select("kind", "key", "name", "schools").rows() == [
        ("class", "C1", "Math", "Lakeview Elementary (0711)")
    ]


def test_an_exact_id_stands_before_those_that_hold_it(store: rt.Store) -> None:
    imported(store, student("S11"), student("AS1"), student("S1"), district="Clay", schools=SCHOOLS)

    assert ids(store["Clay"].find("s1"))[0] == "S1"


def test_only_what_is_there_now_is_found(store: rt.Store) -> None:
    rt.process(
        file_of([removal("C1", "T1")]), store, "Avon", accept=("RT411", "RT412"), name="users.csv"
    )

    assert ids(store["Avon"].find("Math")) == []
    store.undo("Avon", 2)
    assert ids(store["Avon"].find("Math")) == ["C1"]


@pytest.mark.parametrize("text", ["", "   ", "nobody at all", "%", "_", "'; DROP TABLE people; --"])
def test_nothing_is_found_by_nothing_and_a_pattern_is_no_pattern(
    store: rt.Store, text: str
) -> None:
    assert store.find(text).is_empty()


def test_a_store_without_a_district_finds_nobody_and_no_store_says_so(
    store: rt.Store, tmp_path: Path
) -> None:
    store.forget("Avon")
    store.forget("Brook")
    assert store.find("zoe").is_empty()

    with pytest.raises(rt.ToolkitError, match="There is no store"):
        rt.Store(tmp_path / "none.duckdb").find("zoe")
