"""What stops an import: nothing is stored until a person says that it is meant."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from making import Row, file_of, imported, in_class, store_of, student, teacher
from test_oneroster import Tables, folder_of, zip_of

from roster_toolkit.districts import Store
from roster_toolkit.errors import UsageError
from roster_toolkit.model import Part
from roster_toolkit.operations.importing import Imported, import_data, import_schools
from roster_toolkit.rosters.roster import Kind

STAFF = [in_class(teacher(f"T{n}"), f"C{n}", primary_teacher="TRUE") for n in range(3)]
STUDENTS = [in_class(student(f"S{n}"), f"C{n % 3}") for n in range(12)]
DISTRICT = [*STAFF, *STUDENTS]
#: People of another district, at a school that happens to have the same ID.
OTHERS = [in_class(student(f"X{n}", userEmail=f"x{n}@brook.org"), "B1") for n in range(12)]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "roster.duckdb")


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return store_of(tmp_path_factory.mktemp("avon"), *DISTRICT).path


@pytest.fixture
def avon(made_once: Path, tmp_path: Path) -> Store:
    """A store in which the district is already."""
    return Store(shutil.copy(made_once, tmp_path))


def school_list(store: Store, *ids: str) -> Path:
    path = store.path.with_name("schools.csv")
    lines = ["schoolId,schoolName", *(f"{school},School {school}" for school in ids)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def sentence_of(imported: Imported, code: str) -> str:
    return " ".join(imported.reasons[code])


# --- what is no reason to stop -------------------------------------------------------------------


def test_a_first_import_is_silent(store: Store) -> None:
    assert imported(store, *DISTRICT).snapshot == 1


def test_parts_are_imported_one_after_the_other(store: Store) -> None:
    thirty = [student(f"S{n}") for n in range(30)]
    staff = [teacher(f"T{n}") for n in range(25)]
    elsewhere = [student(f"E{n}", schoolId="0820") for n in range(30)]

    assert imported(store, *thirty, part=Part.STUDENTS).snapshot == 1
    assert imported(store, *staff, part=Part.STAFF).snapshot == 2
    assert imported(store, *elsewhere, school="0820").snapshot == 3
    assert imported(store, *thirty, *staff, *elsewhere, part=Part.ALL).before == 3


def test_a_few_changes_and_the_same_data_again_are_no_matter(avon: Store) -> None:
    changed = [*DISTRICT[1:], in_class(student("S99"), "C1"), STAFF[0] | {"userLastName": "Roy"}]

    assert imported(avon, *changed).held == {}
    assert imported(avon, *changed).snapshot is None


def test_new_ids_of_the_same_people_are_no_other_district(store: Store) -> None:
    named = [s | {"userLastName": f"Lee{n}"} for n, s in enumerate(STUDENTS)]
    imported(store, *STAFF, *named)

    held = imported(store, *STAFF, *(s | {"userId": f"9{s['userId']}"} for s in named)).held

    assert "RT418" not in held
    assert "RT412" not in held


def test_zeros_that_a_spreadsheet_took_are_no_other_district(store: Store) -> None:
    def people(zeros: str) -> list[Row]:
        return [student(f"{zeros}{n}", userEmail=f"{zeros}{n}@a.org") for n in range(100, 112)]

    imported(store, *people("00"))

    assert "RT418" not in imported(store, *people("")).held


# --- mass change ---------------------------------------------------------------------------------


def test_last_years_file_with_half_the_people_stops(store: Store) -> None:
    crowd = [student(f"S{n}") for n in range(100)]
    imported(store, *crowd)

    stopped = imported(store, *crowd[:60])

    assert (stopped.snapshot, stopped.before, dict(stopped.held)) == (None, 1, {"RT412": 1})
    assert sentence_of(stopped, "RT412") == (
        "At school 0711, 40 of 100 students would leave (40%): more than is usual at this time of "
        "the school year."
    )
    assert stopped.would[Kind.STUDENT] == {"created": 0, "updated": 0, "no changes": 60,
                                           "removed": 40}  # fmt: skip
    assert store.district("Avon").snapshots == (1,)
    assert imported(store, *crowd[:60], accept=["RT412"]).snapshot == 2


def test_the_season_tells_how_much_is_usual(store: Store) -> None:
    crowd = [student(f"S{n}") for n in range(100)]
    imported(store, *crowd)

    assert imported(store, *crowd[:60], season="rollover").snapshot == 2
    with pytest.raises(UsageError, match="no season 'spring'"):
        imported(store, *crowd, season="spring")


def test_a_download_with_an_open_quote_says_so(store: Store) -> None:
    path = store.path.with_name("download.csv")
    path.write_bytes(file_of(DISTRICT).replace(b"Student", b'"Student', 1))

    with pytest.raises(
        UsageError, match=r"download\.csv has a quote in row 5 that is never closed"
    ):
        import_data(path, store, "Avon")


def test_ids_that_excel_changed_are_said_on_a_first_import_too(store: Store) -> None:
    done = imported(
        store,
        in_class(student("710000.0"), "C1"), in_class(student("7.1E+05"), "5-Mar"),
        in_class(student("S3"), "C1"),
    )  # fmt: skip

    assert done.snapshot == 1
    assert done.notes == (
        "2 values of userId are what Excel made of the real IDs: 7.1E+05, 710000.0.",
        "1 value of classId is what Excel made of the real ID: 5-Mar.",
    )


def test_people_who_share_an_address_are_said(store: Store) -> None:
    shared = {"userEmail": "Home@avon.org"}
    done = imported(
        store, student("S1", **shared), student("S2", userEmail="home@avon.org"), student("S3"),
        student("S4", userEmail=""), student("S5", userEmail=""),
    )  # fmt: skip

    assert done.snapshot == 1
    assert done.notes == ("2 people have an email address that others have too: S1, S2.",)


def test_rows_inside_a_cell_are_not_left_out_without_a_word(store: Store) -> None:
    swallowed = file_of([student("S2"), student("S3")]).decode().partition("\n")[2]
    rows = [student("S1", userFirstName=f"Ana{swallowed}"), student("S4")]

    done = imported(store, *rows)

    (note,) = done.notes
    assert note == (
        "1 cell has whole rows inside, which are not imported: a quotation mark is closed too late."
    )


def test_columns_that_a_download_lacks_and_people_without_a_role_are_said(store: Store) -> None:
    path = store.path.with_name("download.csv")
    path.write_text("schoolId,userId,userRole\n0711,S1,Pupil\n0711,S2,Student\n0711,T1,\n")

    done = import_data(path, store, "Avon")

    assert done.notes[0].startswith("The file has none of the columns userFirstName, userL")
    assert done.notes[1:] == (
        "2 people have no role that counts, and are neither staff nor students: S1, T1.",
    )


def test_a_download_whose_rows_differ_is_said(store: Store) -> None:
    elsewhere = student("S3", schoolId="0820")

    done = imported(
        store,
        in_class(student("S1"), "C1"), in_class(student("S1", userGrade="4"), "C2"),
        in_class(student("S2"), "C1"), in_class(elsewhere, "C1"), in_class(elsewhere, "C2"),
    )  # fmt: skip

    assert done.snapshot == 1
    assert done.notes == (
        "1 person has more than one userGrade, of which one counts: S1.",
        "2 classes have more than one schoolId, of which one counts: C1, C2.",
    )
    assert imported(store, *DISTRICT, district="Brook").notes == ()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"userEmail": "{}@new.org"}, "30 students would change (userEmail of 30)."),
        ({"userId": "{}.0"}, "30 students would change (userId of 30)."),
        (
            {"userId": "{}.0", "userStateId": "{}X", "userDistrictId": "{}X", "schoolId": "0820"},
            "would change (schoolId of 30, userDistrictId of 30, userId of 30 and 1 more column).",
        ),
    ],
)
def test_what_would_change_of_many_is_named(
    store: Store, changed: dict[str, str], told: str
) -> None:
    imported(store, *(student(f"S{n}") for n in range(30)))

    stopped = imported(
        store,
        *(
            student(f"S{n}") | {key: value.format(f"S{n}") for key, value in changed.items()}
            for n in range(30)
        ),
    )

    assert "RT412" in stopped.held
    assert stopped.consequence.endswith(told)


def test_a_small_district_is_not_emptied_either(avon: Store) -> None:
    stopped = imported(avon, *STAFF, *STUDENTS[:3])

    assert sentence_of(stopped, "RT412").startswith(
        "In Avon, 9 of 12 students would leave (75%): more"
    )


# --- another district ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"), [("00{}", "{}"), ("{}", "00{}"), ("{}", "{}.0"), ("S{}", "s{}")]
)
def test_ids_that_a_spreadsheet_changed_stop_in_a_small_district_too(
    store: Store, before: str, after: str
) -> None:
    def people(form: str) -> list[Row]:
        numbers = range(710, 722)
        return [student(form.format(n), userEmail=f"s{n}@avon.org") for n in numbers]

    imported(store, *people(before))

    stopped = imported(store, *people(after))

    assert dict(stopped.held) == {"RT412": 1}
    assert sentence_of(stopped, "RT412").startswith(
        "In Avon, 12 of 12 students would get an ID with other zeros in front, a .0 behind or "
        "other capitals (100%)"
    )
    assert imported(store, *people("9{}")).held == {}


def test_the_file_of_another_district_stops_and_that_is_said_first(avon: Store) -> None:
    stopped = imported(avon, *OTHERS)

    assert list(stopped.held) == ["RT418", "RT419", "RT412"]
    assert sentence_of(stopped, "RT418") == (
        "12 of 12 students are unknown to Avon: this may be another district's file."
    )
    assert not imported(avon, *OTHERS, accept=["RT418"]).snapshot
    assert imported(avon, *OTHERS, accept=["RT418", "RT419", "RT412"]).snapshot == 2


@pytest.mark.parametrize(("unknown", "stops"), [(12, True), (9, False)])
def test_at_least_ten_people_and_four_fifths_of_them_are_unknown(
    avon: Store, unknown: int, *, stops: bool
) -> None:
    stopped = imported(avon, *STUDENTS[:3], *OTHERS[:unknown])

    assert ("RT418" in stopped.held) is stops


# --- data that are not whole ---------------------------------------------------------------------


def test_students_alone_imported_as_everything_would_lose_the_staff(avon: Store) -> None:
    stopped = imported(avon, *STUDENTS)

    assert dict(stopped.held) == {"RT419": 1}
    assert sentence_of(stopped, "RT419") == (
        "The data is not complete: it has no staff members, and the 3 of the roster would leave."
    )
    assert imported(avon, *STUDENTS, part=Part.STUDENTS).held == {}


def test_a_staff_file_imported_as_students_or_everything_stops(avon: Store) -> None:
    as_students = imported(avon, *STAFF, part=Part.STUDENTS)
    as_all = imported(avon, *STAFF)

    assert (
        "The data is not complete: it has no students, and the 12 of the roster would leave."
        in (as_students.reasons["RT419"])
    )
    assert (
        "The data is not complete: it has no students, and the 12 of the roster would leave."
        in (as_all.reasons["RT419"])
    )
    assert avon.district("Avon").snapshots == (1,)


def test_a_first_import_of_a_part_that_is_not_in_the_file_stops(store: Store) -> None:
    stopped = imported(store, *STAFF, part=Part.STUDENTS)

    assert sentence_of(stopped, "RT419") == "The data is not complete: it has no students."
    assert not store.path.exists()


def test_data_without_a_class_would_end_all_classes(avon: Store) -> None:
    people = [*(teacher(f"T{n}") for n in range(3)), *(student(f"S{n}") for n in range(12))]

    stopped = imported(avon, *people)

    assert sentence_of(stopped, "RT419") == (
        "The data is not complete: it has no classes, and the 3 of the roster would end. "
        "The data is not complete: it has no enrollments, and the 15 of the roster would end."
    )


# --- schools -------------------------------------------------------------------------------------


def test_a_list_of_other_schools_stops(store: Store) -> None:
    stopped = imported(store, *DISTRICT, schools=school_list(store, "0101", "0102"))

    assert sentence_of(stopped, "RT420") == (
        "Schools are missing: the district's list lacks 1 school where people or classes would be: "
        "0711."
    )
    assert not store.path.exists()
    listed = school_list(store, "0101", "0102")
    assert imported(store, *DISTRICT, schools=listed, accept=["RT420"]).snapshot == 1


def test_a_school_outside_the_list_that_is_known_stops(store: Store) -> None:
    imported(store, *DISTRICT, schools=school_list(store, "0711", "0820"))

    stopped = imported(store, *DISTRICT, student("S50", schoolId="0999"))

    assert "lacks 1 school where people or classes would be: 0999." in sentence_of(stopped, "RT420")


def test_schools_that_were_outside_the_list_before_are_not_said_again(store: Store) -> None:
    listed = school_list(store, "0820")
    imported(store, *DISTRICT, schools=listed, accept=["RT420"])

    assert imported(store, *DISTRICT, student("S50")).snapshot == 2


def test_an_export_must_hold_the_schools_where_others_stay(store: Store) -> None:
    imported(store, teacher("T50", schoolId="0999"))

    stopped = export_brought(store, exported())

    assert "people or classes would be: 0999." in sentence_of(stopped, "RT420")


def test_a_list_by_itself_must_hold_the_schools_where_people_are(avon: Store) -> None:
    stopped = import_schools(school_list(avon, "711"), avon, "Avon")

    assert list(stopped.held) == ["RT420"]
    assert avon.district("Avon").snapshots == (1,)
    assert import_schools(school_list(avon, "711"), avon, "Avon", accept=["RT420"]).snapshot == 2
    assert import_schools(school_list(avon, "0711"), avon, "Avon").snapshot == 3


def test_a_list_without_any_school_is_never_stored(avon: Store) -> None:
    assert list(import_schools(school_list(avon), avon, "Avon").held) == ["RT420"]
    with pytest.raises(UsageError, match="no school"):
        import_schools(school_list(avon), avon, "Avon", accept=["RT420"])


def test_only_what_stops_an_import_can_be_accepted(store: Store) -> None:
    with pytest.raises(UsageError, match="RT411 cannot be accepted: only RT412, RT418, RT419"):
        imported(store, *DISTRICT, accept=["RT411"])


def test_a_profile_can_switch_a_reason_off(store: Store) -> None:
    ours = store.path.with_name("ours.toml")
    ours.write_text('extends = "batch-upload"\nname = "ours"\nversion = "1"\n'
                    "[rules.RT419]\nenabled = false\n", encoding="utf-8")  # fmt: skip
    from roster_toolkit.profile import load_profile

    imported(store, *DISTRICT)

    assert imported(store, *STUDENTS, profile=load_profile(ours)).snapshot == 2


# --- OneRoster -----------------------------------------------------------------------------------


def exported(people: int = 12) -> Tables:
    """A district of one school, with a teacher and students in one class."""
    enrolled = {"classSourcedId": "c1", "schoolSourcedId": "o1"}
    users = [{"sourcedId": "t1", "role": "teacher"}]
    users += [{"sourcedId": f"u{n}", "role": "student"} for n in range(people)]
    return {
        "orgs": [{"sourcedId": "o1", "name": "Oak", "type": "school", "identifier": "0711"}],
        "users": [
            user
            | {"orgSourcedIds": "o1", "givenName": "Ann", "familyName": user["sourcedId"],
               "email": f"{user['sourcedId']}@oak.org", "enabledUser": "true"}
            for user in users
        ],
        "classes": [{"sourcedId": "c1", "title": "Math", "schoolSourcedId": "o1"}],
        "enrollments": [
            {"sourcedId": f"e{user['sourcedId']}", "userSourcedId": user["sourcedId"]} | enrolled
            for user in users
        ],
    }  # fmt: skip


def export_brought(store: Store, tables: Tables, **how: object) -> Imported:
    folder = folder_of(store.path.with_name("oneroster"), tables)
    for path in folder.iterdir():
        if path.stem not in tables:
            path.unlink()
    archive = zip_of(store.path.with_name("oneroster.zip"), tables)
    stopped = import_data(folder, store, "Avon", **how)  # type: ignore[arg-type]
    again = import_data(archive, store, "Avon", **how)  # type: ignore[arg-type]
    assert again.held == stopped.held
    return stopped


def manifest(**modes: str) -> list[dict[str, str]]:
    return [{"propertyName": f"file.{name}", "value": mode} for name, mode in modes.items()]


@pytest.mark.parametrize("files", [("users",), ("orgs", "users", "classes", "enrollments")])
def test_a_delta_by_its_manifest_stops_on_a_first_import_too(
    store: Store, files: tuple[str, ...]
) -> None:
    delta = exported(1) | {"manifest": manifest(**dict.fromkeys(files, "delta"))}

    first = export_brought(store, delta)
    export_brought(store, exported() | {"manifest": manifest(users="bulk")})
    second = export_brought(store, delta)

    assert dict(first.held) == {"RT419": 1}
    assert "changes only (delta)" in sentence_of(second, "RT419")
    assert second.would[Kind.STUDENT]["removed"] == 11
    assert store.district("Avon").snapshots == (1,)
    assert export_brought(store, delta, accept=["RT419", "RT412"]).snapshot == 2


def test_rows_to_be_deleted_without_a_manifest_speak_of_a_delta(store: Store) -> None:
    export_brought(store, exported())
    tables = exported()
    tables["users"][3]["status"] = "toBeDeleted"

    stopped = export_brought(store, tables)
    whole = export_brought(store, tables | {"manifest": manifest(users="bulk")})

    assert dict(stopped.held) == {"RT419": 1}
    assert "1 row of users.csv is to be deleted" in sentence_of(stopped, "RT419")
    assert (whole.snapshot, whole.held) == (2, {})
    assert "1 row of users.csv is to be deleted and left out." in whole.notes


def test_an_export_without_enrollments_stops(store: Store) -> None:
    export_brought(store, exported())

    stopped = export_brought(store, exported() | {"enrollments": []})

    assert sentence_of(stopped, "RT419") == (
        "The data is not complete: it has no enrollments, and the 13 of the roster would end."
    )


@pytest.mark.parametrize(
    "org", [{"type": "department"}, {"status": "tobedeleted"}, {"type": "local"}]
)
def test_an_export_without_a_school_is_never_stored(store: Store, org: dict[str, str]) -> None:
    tables = exported()
    tables["orgs"][0] |= org

    stopped = export_brought(store, tables)

    assert next(iter(stopped.held)) == "RT420"
    assert "orgs.csv holds no school, so nobody has a place." in stopped.notes
    assert not any(note.startswith("Schools go by") for note in stopped.notes)
    with pytest.raises(UsageError, match="holds no school"):
        export_brought(store, tables, accept=list(stopped.held))
    assert not store.path.exists()


def test_an_export_without_a_school_takes_no_school_from_a_district(store: Store) -> None:
    export_brought(store, exported())
    tables = exported()
    tables["orgs"][0]["type"] = "district"

    stopped = export_brought(store, tables)
    export_brought(store, tables, accept=list(stopped.held))

    assert list(stopped.held) == ["RT420", "RT419", "RT412"]  # nobody would keep their school
    assert store.roster("Avon").schools["schoolId"].to_list() == ["0711"]


@pytest.mark.parametrize("kind", ["school", "School ", " SCHOOL", "school\u00a0"])
def test_a_school_is_a_school_in_any_spelling(store: Store, kind: str) -> None:
    tables = exported()
    tables["orgs"][0]["type"] = kind

    assert export_brought(store, tables).snapshot == 1


def two_schools() -> Tables:
    """The district with a second school, where a student is too."""
    tables = exported()
    tables["orgs"].append(
        {"sourcedId": "o2", "name": "Elm", "type": "school", "identifier": "0820"}
    )
    tables["users"].append(tables["users"][1] | {"sourcedId": "v1", "orgSourcedIds": "o2"})
    return tables


def test_an_export_of_one_school_takes_the_others_from_no_list(store: Store) -> None:
    export_brought(store, two_schools())

    one = export_brought(store, exported(people=11), school="0711")

    assert (one.snapshot, dict(one.held)) == (2, {})
    assert store.roster("Avon").schools["schoolId"].to_list() == ["0711", "0820"]
    assert store.against("Avon").roster.school_list
    other = exported() | {"orgs": [two_schools()["orgs"][1]]}
    assert list(export_brought(store, exported(), school="0711").held) == []
    with pytest.raises(UsageError, match="nobody of the school '0711'"):
        export_brought(store, other, school="0711")


@pytest.mark.parametrize("field", ["userSourcedId", "classSourcedId"])
def test_enrollments_that_all_name_nobody_stop_a_first_import_too(store: Store, field: str) -> None:
    tables = exported()
    for enrollment in tables["enrollments"]:
        enrollment[field] = enrollment[field] + ".0"

    stopped = export_brought(store, tables)

    assert dict(stopped.held) == {"RT419": 1}
    assert sentence_of(stopped, "RT419").endswith(
        ": no row of enrollments.csv names both a user and a class that come in."
    )
    delta = tables | {"manifest": manifest(users="delta")}
    assert dict(export_brought(store, delta).held) == {"RT419": 1}


def test_one_file_of_an_export_says_that_all_of_them_are_imported(store: Store) -> None:
    folder = folder_of(store.path.with_name("oneroster"), exported())

    for name in ("users.csv", "enrollments.csv"):
        with pytest.raises(UsageError, match=rf"^{name} is a OneRoster file, .* folder or zip"):
            import_data(folder / name, store, "Avon")
