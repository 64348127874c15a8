"""A file of another district: nearly everybody in it is unknown, and that is said first of all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from making import Row, file_of, in_class, student, teacher

from roster_toolkit.__main__ import main
from roster_toolkit.districts import Store
from roster_toolkit.errors import UsageError
from roster_toolkit.operations.importing import import_data
from roster_toolkit.operations.processing import process
from roster_toolkit.profile import load_profile
from roster_toolkit.reviewing.review import Review, review
from roster_toolkit.rosters.context import RosterContext
from roster_toolkit.rosters.download import read_download

PROFILE = load_profile()
ROSTER = [
    in_class(teacher("T1")),
    *(
        in_class(student(f"S{n}", userLastName=f"Lee{n}", userEmail=f"s{n}@avon.org"))
        for n in range(15)
    ),
]
OTHERS = [student(f"X{n}", userLastName=f"Roy{n}", userEmail=f"x{n}@brook.org") for n in range(12)]


def avon(rows: list[Row] = ROSTER) -> RosterContext:
    return replace(read_download(file_of(rows), PROFILE), district="Avon")


def judged(*rows: Row, against: RosterContext | None = None, season: str = "in-year") -> Review:
    return review(file_of(rows), against=against or avon(), season=season)


def said(result: Review) -> list[str]:
    return [result.told(cause).title for cause in result.causes if cause.code == "RT418"]


def test_it_is_said_first_of_all_before_errors_and_a_header_at_fault() -> None:
    rejected = [student("X99", userEmail="no address")]
    result = judged(*OTHERS, *rejected)
    bad_header = file_of(OTHERS).replace(b"userGrade", b"Grade")

    assert result.causes[0].code == "RT418"
    assert said(result) == [
        "13 of 13 students are unknown to Avon: this may be another district's file"
    ]
    assert review(bad_header, against=avon()).causes[0].code == "RT418"


@pytest.mark.parametrize(
    ("known", "unknown", "found"), [(3, 12, 1), (2, 10, 1), (0, 9, 0), (4, 12, 0), (0, 10, 1)]
)
def test_ten_people_and_four_fifths_of_them(known: int, unknown: int, found: int) -> None:
    result = judged(*ROSTER[1 : known + 1], *OTHERS[:unknown])

    assert len(said(result)) == found


def test_rows_are_not_people() -> None:
    of_one = [in_class(OTHERS[0], f"C{n}") for n in range(30)]

    assert said(judged(*of_one)) == []


def test_an_empty_roster_and_a_first_upload_are_silent() -> None:
    assert said(judged(*OTHERS, against=avon([]))) == []
    assert said(judged(*OTHERS, season="first")) == []


def test_people_with_new_ids_are_known_also_where_more_has_changed() -> None:
    new_ids = [row | {"userId": f"N{row['userId']}"} for row in ROSTER[1:]]
    new_grades = [row | {"userGrade": "4"} for row in new_ids]
    new_addresses = [
        row | {"userEmail": row["userEmail"].replace("avon", "avon-schools")} for row in new_grades
    ]

    assert said(judged(*new_ids)) == []
    assert said(judged(*new_grades)) == []
    assert said(judged(*new_addresses)) == []


def as_others(rows: list[Row], **changed: str) -> list[Row]:
    """Other people under the same IDs."""
    return [
        row
        | {"userFirstName": "Eva", "userLastName": f"Roy{n}", "userEmail": f"e{n}@brook.org"}
        | changed
        for n, row in enumerate(rows)
    ]


def test_other_people_under_ids_of_the_district_are_unknown() -> None:
    assert said(judged(*as_others(ROSTER))) == [
        "16 of 16 people are unknown to Avon: this may be another district's file"
    ]
    assert len(said(judged(*as_others(ROSTER[1:8]), *OTHERS[:5]))) == 1
    assert said(judged(*as_others(ROSTER[:10]), *ROSTER[10:])) == []


def test_who_keeps_a_name_or_an_address_is_known() -> None:
    married = [
        row | {"userLastName": f"Roy{n}", "userEmail": f"roy{n}@avon.org"}
        for n, row in enumerate(ROSTER)
    ]
    rotated = [
        row | {"userId": other["userId"]}
        for row, other in zip(ROSTER[1:], [*ROSTER[2:], ROSTER[1]], strict=True)
    ]
    new_domain = [
        row | {"userEmail": row["userEmail"].replace("avon", "avon-schools")} for row in rotated
    ]
    swapped = [
        row
        | {
            "userFirstName": row["userLastName"].upper(),
            "userLastName": row["userFirstName"].upper(),
            "userEmail": row["userEmail"].replace("avon", "avon-schools"),
        }
        for row in ROSTER
    ]

    for rows in (married, rotated, new_domain, swapped, as_others(ROSTER, userEmail="")):
        assert said(judged(*rows)) == []


def test_ids_without_their_zeros_are_known() -> None:
    def people(zeros: str) -> list[Row]:
        return [student(f"{zeros}{n}", userEmail=f"s{n}@avon.org") for n in range(100, 115)]

    assert said(judged(*people(""), against=avon(people("00")))) == []


def test_the_first_staff_beside_students_are_no_other_district() -> None:
    staff = [teacher(f"T{n}", userEmail=f"t{n}@avon.org") for n in range(20, 32)]

    assert said(judged(*staff, against=avon(ROSTER[1:]))) == []
    assert len(said(judged(*staff))) == 1


def test_new_staff_of_a_third_party_district_at_its_schools_are_silent() -> None:
    staff = [teacher(f"T{n}", userEmail=f"t{n}@avon.org") for n in range(20, 32)]
    elsewhere = [row | {"schoolId": "0999"} for row in staff]

    here = review(file_of(staff), against=avon(), profile="third-party")
    there = review(file_of(elsewhere), against=avon(), profile="third-party")

    assert said(here) == []
    assert len(said(there)) == 1


def test_without_values_the_sentence_holds_no_cell() -> None:
    assert "13 of 13" in judged(*OTHERS, student("X99", userEmail="x@y.org")).message()
    assert "X0" not in judged(*OTHERS).message()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    path = tmp_path / "download.csv"
    path.write_bytes(file_of(ROSTER))
    store = Store(tmp_path / "roster.duckdb")
    import_data(path, store, "Avon")
    return store


def test_an_import_of_other_people_under_the_same_ids_stops(store: Store) -> None:
    path = store.path.with_name("download.csv")
    path.write_bytes(file_of(as_others(ROSTER)))

    stopped = import_data(path, store, "Avon")

    assert next(iter(stopped.held)) == "RT418"
    assert stopped.reasons["RT418"] == (
        "16 of 16 people are unknown to Avon: this may be another district's file.",
    )
    assert process(file_of(as_others(ROSTER)), store, "Avon").held["RT418"] == 1


def test_the_file_of_a_known_district_does_not_become_another_one_in_silence(store: Store) -> None:
    download = store.path.with_name("download.csv")
    few = store.path.with_name("few.csv")
    few.write_bytes(file_of([*ROSTER[:9], *OTHERS[:9]]))

    stopped = import_data(download, store, "Avno")
    shared = import_data(few, store, "Brook")

    assert list(stopped.reasons) == ["RT418"]
    assert stopped.reasons["RT418"][0] == (
        "16 of 16 people have the email address of somebody in another district of the store: "
        "this may be another district's file."
    )
    assert shared.snapshot == 1
    assert [each.name for each in store.districts()] == ["Avon", "Brook"]
    assert import_data(download, store, "Avno", accept=["RT418"]).snapshot == 1


def test_processing_stops_until_it_is_accepted(store: Store) -> None:
    stopped = process(file_of(OTHERS), store, "Avon")

    assert (stopped.snapshot, dict(stopped.held)) == (None, {"RT418": 1})
    assert process(file_of(OTHERS), store, "Avon", accept=["RT418"]).snapshot == 2


def test_the_command_line_says_it_first_and_exits_1(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    path = store.path.with_name("users.csv")
    path.write_bytes(file_of(OTHERS))
    where = (str(path), "--district", "Avon", "--store", str(store.path))

    main(["check", *where])
    checked = capsys.readouterr().out
    code = main(["process", *where])
    processed = capsys.readouterr().out

    assert "  1  warning 12 of 12 students are unknown to Avon: this may be another" in checked
    assert code == 1
    assert "RT418" in processed
    assert "add --accept RT418." in processed
    assert store.district("Avon").snapshots == (1,)


def test_students_do_not_come_into_a_third_party_district_by_another_profile(
    tmp_path: Path,
) -> None:
    path = tmp_path / "download.csv"
    path.write_bytes(file_of(ROSTER))
    store = Store(tmp_path / "clever.duckdb")
    import_data(path, store, "Clover", district_source="clever")

    with pytest.raises(UsageError, match="staff only"):
        process(file_of([student("S99")]), store, "Clover", profile="batch-upload")
    staff = process(file_of([teacher("T9")]), store, "Clover", profile="batch-upload")
    by_default = process(file_of([student("S99"), teacher("T8")]), store, "Clover")

    assert staff.snapshot == 2
    assert by_default.review.rows.rejected == 1
    assert "S99" not in store.roster("Clover").people["userId"]
