"""OneRoster CSV files → a roster."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roster_toolkit.__main__ import main
from roster_toolkit.errors import UsageError
from roster_toolkit.model import Entity
from roster_toolkit.profile import load_profile
from roster_toolkit.rosters.download import read_download
from roster_toolkit.rosters.oneroster.reading import read_oneroster
from roster_toolkit.rosters.roster import Roster, facts_of
from roster_toolkit.samples import clean_district
from roster_toolkit.samples.sample import csv_bytes

PROFILE = load_profile()
Tables = dict[str, list[dict[str, str]]]

#: The fields of OneRoster 1.1, in the order of its CSV tables.
FIELDS = {
    "manifest": "propertyName,value",
    "orgs": "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId",
    "users": "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,"
    "givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password",
    "courses": "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,"
    "orgSourcedId,subjects,subjectCodes",
    "classes": "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,"
    "location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods",
    "enrollments": "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,"
    "role,primary,beginDate,endDate",
    "roles": "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,"
    "orgSourcedId,userProfileSourcedId",
}
ROLES = {"Student": "student", "Teacher": "teacher", "Administrator": "administrator"}


def as_csv(name: str, rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, FIELDS[name].split(","), restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def folder_of(path: Path, tables: Mapping[str, list[dict[str, str]]]) -> Path:
    path.mkdir(exist_ok=True)
    for name, rows in tables.items():
        (path / f"{name}.csv").write_bytes(as_csv(name, rows))
    return path


def small() -> Tables:
    """A district with a school, a teacher and a student in one class."""
    enrolled = {"classSourcedId": "c1", "schoolSourcedId": "o1"}
    return {
        "orgs": [
            {"sourcedId": "d", "name": "District", "type": "district", "identifier": "D"},
            {"sourcedId": "o1", "name": "Oak", "type": "school", "identifier": "0711"},
        ],
        "users": [
            {
                "sourcedId": "u1", "role": "teacher", "orgSourcedIds": "o1", "givenName": "Ann",
                "familyName": "O'Hara", "email": "ann@oak.org", "identifier": "E1",
            },
            {
                "sourcedId": "u2", "role": "student", "orgSourcedIds": "d,o1", "givenName": "Bo",
                "familyName": "Núñez", "email": "bo@oak.org", "identifier": "0042",
                "grades": "03", "userIds": "{Fed:1},{stateID: 88}",
            },
        ],
        "courses": [{"sourcedId": "k1", "title": "Maths", "subjects": "Math", "grades": "03"}],
        "classes": [
            {"sourcedId": "c1", "title": "Math 3 A", "courseSourcedId": "k1"}
            | {"schoolSourcedId": "o1"}
        ],
        "enrollments": [
            {"sourcedId": "e1", "userSourcedId": "u1", "role": "teacher", "primary": "true"}
            | enrolled,
            {"sourcedId": "e2", "userSourcedId": "u2", "role": "student", "primary": "false"}
            | enrolled,
        ],
    }  # fmt: skip


def read(
    tmp_path: Path, tables: Tables, *, ids: str = "sourcedId"
) -> tuple[Roster, tuple[str, ...]]:
    return read_oneroster(folder_of(tmp_path / "oneroster", tables), PROFILE, ids=ids)


def by_id(roster: Roster) -> list[list[tuple[object, ...]]]:
    """The frames of a roster with people and classes by their IDs; nobody leads but staff."""
    who = roster.people.select("person", "userId", "userRole")
    what = roster.classes.select("class", "classId")
    leads = pl.when(pl.col("userRole") == "Teacher").then("leads")
    frames = (
        roster.schools.select("schoolId"),
        roster.people.select("userId", *facts_of(PROFILE, Entity.PERSON)),
        roster.memberships.join(who, on="person").select("userId", "schoolId"),
        roster.classes.select("classId", *facts_of(PROFILE, Entity.CLASS), "active"),
        roster.enrollments.join(who, on="person").join(what, on="class")
        .select("userId", "classId", leads=leads),
    )  # fmt: skip
    return [sorted(frame.rows()) for frame in frames]


# --- the round trip ------------------------------------------------------------------------------


def as_oneroster(district: pl.DataFrame) -> Tables:
    """Rows of users.csv as OneRoster tables."""
    rows = district.fill_null("").rows(named=True)
    users, classes, enrollments, schools = {}, {}, [], {}
    orgs: dict[str, set[str]] = {}
    for number, row in enumerate(rows):
        user, school, group = row["userId"], row["schoolId"], row["classId"]
        schools[school] = {
            "sourcedId": f"org-{school}", "name": f"School {school}", "type": "school",
            "identifier": school, "parentSourcedId": "district",
        }  # fmt: skip
        orgs.setdefault(user, set()).add(f"org-{school}")
        grade = row["userGrade"]
        users[user] = {
            "sourcedId": user, "status": "active", "enabledUser": "true",
            "role": ROLES[row["userRole"]], "username": row["userEmail"],
            "userIds": f"{{stateId:{row['userStateId']}}}", "givenName": row["userFirstName"],
            "familyName": row["userLastName"], "identifier": row["userDistrictId"],
            "email": row["userEmail"], "orgSourcedIds": ",".join(sorted(orgs[user])),
            "grades": "KG" if grade == "K" else grade.zfill(2) if grade.isdigit() else grade,
        }  # fmt: skip
        if not group:
            continue
        classes[group] = {
            "sourcedId": group, "title": row["className"], "grades": row["classGrade"],
            "schoolSourcedId": f"org-{school}", "subjects": row["classSubject"],
        }  # fmt: skip
        enrollments.append(
            {
                "sourcedId": f"e{number}", "classSourcedId": group, "userSourcedId": user,
                "schoolSourcedId": f"org-{school}", "role": ROLES[row["userRole"]],
                "primary": "true" if row["primary_teacher"] == "TRUE" else "false",
            }
        )  # fmt: skip
    return {
        "manifest": [{"propertyName": "oneroster.version", "value": "1.1"}],
        "orgs": [
            {"sourcedId": "district", "name": "District", "type": "district"},
            *schools.values(),
        ],
        "users": list(users.values()),
        "classes": list(classes.values()),
        "enrollments": enrollments,
    }


def test_an_export_of_oneroster_1_0_has_its_grades_under_another_name(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "oneroster", small())
    for name in ("users", "classes", "courses"):
        path = folder / f"{name}.csv"
        path.write_bytes(path.read_bytes().replace(b"grades", b"grade", 1))

    roster, notes = read_oneroster(folder, PROFILE)

    assert sorted(roster.people["userGrade"]) == ["", "3"]
    assert roster.classes["classGrade"].to_list() == ["3"]
    assert not [note for note in notes if "grades" in note]


def test_a_district_as_oneroster_is_the_districts_own_roster(tmp_path: Path) -> None:
    district = clean_district(2_000, 3, PROFILE).with_columns(
        classDisplayName=pl.lit(None, pl.String)
    )

    roster, notes = read(tmp_path, as_oneroster(district))

    assert by_id(roster) == by_id(read_download(csv_bytes(district, PROFILE), PROFILE).roster)
    assert notes == ("Schools go by their identifier.",)
    assert roster.school_list
    assert not roster.schools.filter(schoolName="").height


# --- field by field ------------------------------------------------------------------------------


def test_users_classes_and_enrollments_are_read_field_by_field(tmp_path: Path) -> None:
    roster, _ = read(tmp_path, small())

    nothing = dict.fromkeys(facts_of(PROFILE, Entity.PERSON), "")
    assert roster.people.drop("source").rows(named=True) == [
        nothing | {
            "person": 0, "userId": "u1", "userDistrictId": "E1", "userStateId": "",
            "userRole": "Teacher", "userFirstName": "Ann", "userLastName": "O'Hara",
            "userEmail": "ann@oak.org", "userGrade": "",
        },
        nothing | {
            "person": 1, "userId": "u2", "userDistrictId": "0042", "userStateId": "88",
            "userRole": "Student", "userFirstName": "Bo", "userLastName": "Núñez",
            "userEmail": "bo@oak.org", "userGrade": "3",
        },
    ]  # fmt: skip
    (group,) = roster.classes.rows(named=True)
    assert (group["classId"], group["className"], group["schoolId"]) == ("c1", "Math 3 A", "0711")
    assert (group["classGrade"], group["classSubject"], group["active"]) == ("3", "Math", True)
    assert roster.enrollments["leads"].to_list() == [True, None]
    assert roster.schools.select("schoolId", "schoolName").rows() == [("0711", "Oak")]


def test_identifiers_can_be_the_ids(tmp_path: Path) -> None:
    roster, _ = read(tmp_path, small(), ids="identifier")

    assert roster.people.select("userId", "userDistrictId").rows() == [("0042", "u2"), ("E1", "u1")]
    assert roster.enrollments["leads"].to_list() == [None, True]


@pytest.mark.parametrize("identifier", ["", "0711"])
def test_schools_without_identifiers_of_their_own_go_by_sourced_id(
    tmp_path: Path, identifier: str
) -> None:
    tables = small()
    tables["orgs"].append({"sourcedId": "o2", "type": "school", "identifier": identifier})

    roster, notes = read(tmp_path, tables)

    assert roster.schools["schoolId"].to_list() == ["o1", "o2"]
    assert notes[0].startswith("Schools go by their sourcedId, not their identifier: ")


def test_roles_of_1_2_stand_in_a_file_of_their_own(tmp_path: Path) -> None:
    tables = small()
    roles = []
    for user in tables["users"]:
        role, orgs = user.pop("role"), user.pop("orgSourcedIds")
        roles += [
            {"sourcedId": f"r{user['sourcedId']}{org}", "userSourcedId": user["sourcedId"],
             "roleType": kind, "role": what, "orgSourcedId": org}
            for org in orgs.split(",")
            for kind, what in (("secondary", "guardian"), ("primary", role))
        ]  # fmt: skip

    roster, notes = read(tmp_path, tables | {"roles": roles})

    assert roster.people["userRole"].to_list() == ["Teacher", "Student"]
    assert roster.memberships.select("person", "schoolId").rows() == [(0, "0711"), (1, "0711")]
    assert notes == ("Schools go by their identifier.",)


def test_what_is_not_active_and_who_is_no_part_of_a_roster_is_left_out(tmp_path: Path) -> None:
    tables = small()
    tables["users"][0]["status"] = "tobedeleted"
    tables["users"].append({"sourcedId": "u3", "role": "Guardian", "orgSourcedIds": "o1"})
    tables["users"].append({"sourcedId": "u4", "role": "wizard", "orgSourcedIds": "o1"})

    roster, notes = read(tmp_path, tables)

    assert roster.people["userId"].to_list() == ["u2"]
    assert "1 user has the role 'Guardian', which is not ours, and is left out." in notes
    assert "1 user has the role 'wizard', which is not ours, and is left out." in notes
    assert "1 row of users.csv is to be deleted and left out." in notes
    assert "1 enrollment names a user that is not in the roster: u1." in notes


def test_problems_are_notes(tmp_path: Path) -> None:
    tables = small()
    tables["users"] += [tables["users"][1] | {"sourcedId": ""}, dict(tables["users"][1])]
    tables["users"].append({"sourcedId": "u5", "role": "aide", "orgSourcedIds": "nowhere"})
    tables["users"].append(
        {"sourcedId": "u6", "role": "student", "orgSourcedIds": "o1", "grades": "13"}
    )
    tables["classes"].append({"sourcedId": "c2", "title": "x", "schoolSourcedId": "gone"})
    tables["classes"].append({"sourcedId": "c3", "grades": "KG,01", "schoolSourcedId": "o1"})
    tables["enrollments"].append({"userSourcedId": "u2", "classSourcedId": "c9"})
    tables["manifest"] = [{"propertyName": "file.users", "value": "Delta"}]

    roster, notes = read(tmp_path, tables)

    assert set(notes) == {
        "users.csv holds changes only (delta): whoever is not in it seems to be gone.",
        "Schools go by their identifier.",
        "1 row of users.csv has no sourcedId.",
        "1 row of users.csv repeats a sourcedId, of which the first counts: u2.",
        "The grade '13' of people is not an accepted one: 1.",
        "1 class is at no known school: c2.",
        "1 class has several grades, of which the first counts: c3.",
        "1 enrollment names a class that is not in the roster: c9.",
        "1 org of a user is not in orgs.csv: nowhere.",
        "1 person is at no school: u5.",
        "2 people have no email address: u5, u6.",
    }
    assert roster.classes.filter(classId="c3")["classGrade"].to_list() == ["K"]


# --- the files -----------------------------------------------------------------------------------


def zip_of(path: Path, tables: Tables, folder: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, rows in tables.items():
            made.writestr(f"{folder}{name}.csv", as_csv(name, rows))
    return path


@pytest.mark.parametrize("folder", ["", "export/", "../../", "/etc/", "C:/"])
def test_a_zip_reads_like_its_folder_and_leaves_no_file(tmp_path: Path, folder: str) -> None:
    path = zip_of(tmp_path / "oneroster.zip", small(), folder)

    roster, _ = read_oneroster(path, PROFILE)

    assert roster.people["userId"].to_list() == ["u1", "u2"]
    assert [file.name for file in tmp_path.iterdir()] == ["oneroster.zip"]


def test_an_export_in_a_folder_of_a_folder_is_found(tmp_path: Path) -> None:
    outer = tmp_path / "download"
    (outer / "export").mkdir(parents=True)
    folder_of(outer / "export" / "2026-03-02", small())

    roster, _ = read_oneroster(outer, PROFILE)

    assert roster.people["userId"].to_list() == ["u1", "u2"]
    folder_of(outer / "export" / "2026-03-03", small())
    with pytest.raises(UsageError, match="download holds more than one export"):
        read_oneroster(outer, PROFILE)
    folder_of(outer / "latest", small())
    assert read_oneroster(outer, PROFILE)[0].people.height == 2


def test_a_file_of_another_kind_beside_an_export_hides_it_not(tmp_path: Path) -> None:
    folder_of(tmp_path / "oneroster", small())
    (tmp_path / "users.csv").write_text("schoolId,userId\n")

    assert read_oneroster(tmp_path, PROFILE)[0].people.height == 2


def test_a_zip_that_unpacks_to_too_much_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("roster_toolkit.rosters.oneroster.files._MAX_BYTES", 100)

    with pytest.raises(UsageError, match="unpacks to more than"):
        read_oneroster(zip_of(tmp_path / "bomb.zip", small()), PROFILE)


def test_what_is_no_oneroster_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "users.csv").write_text("a")
    (tmp_path / "no.zip").write_bytes(b"PK\x03\x04 no")
    empty = tmp_path / "empty"
    empty.mkdir()

    for path in (tmp_path / "none", tmp_path / "users.csv", tmp_path / "no.zip", empty, tmp_path):
        with pytest.raises(UsageError):
            read_oneroster(path, PROFILE)
    with pytest.raises(UsageError, match="sourcedId, identifier"):
        read_oneroster(tmp_path, PROFILE, ids="name")


@pytest.mark.parametrize(
    ("name", "encoding", "comes_in", "read_as"),
    [
        ("Núñez", "cp1252", "Núñez", "windows-1252"),
        ("Núñez-Ibáñez", "mac_roman", "Núñez-Ibáñez", "macroman"),
        ("Wałęsa", "cp1250", "Wa³êsa", "windows-1252, which its names do not fit"),
    ],
)
def test_users_in_another_encoding_are_told_as_what_they_were_read(
    tmp_path: Path, name: str, encoding: str, comes_in: str, read_as: str
) -> None:
    folder = folder_of(tmp_path / "oneroster", small())
    text = (folder / "users.csv").read_text(encoding="utf-8").replace("Núñez", name)
    (folder / "users.csv").write_bytes(text.encode(encoding))

    roster, notes = read_oneroster(folder, PROFILE)

    assert comes_in in roster.people["userLastName"].to_list()
    told = f"users.csv is not UTF-8 and was read as {read_as}: check names with accents."
    assert told in notes


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_files_in_utf_16_are_read_as_a_users_csv_in_it_is(tmp_path: Path, encoding: str) -> None:
    """It is no guess, so that there is nothing to check."""
    folder = folder_of(tmp_path / "oneroster", small())
    expected, notes = read_oneroster(folder, PROFILE)
    for file in folder.glob("*.csv"):
        file.write_bytes(file.read_text(encoding="utf-8").encode(encoding))

    roster, notes_of_utf_16 = read_oneroster(folder, PROFILE)

    assert roster.people.equals(expected.people)
    assert roster.enrollments.equals(expected.enrollments)
    assert notes_of_utf_16 == notes


def test_headers_may_be_shuffled_in_any_case_and_encoding(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "oneroster", small())
    text = (folder / "users.csv").read_text(encoding="utf-8").replace("familyName", " FAMILYNAME")
    (folder / "users.csv").write_bytes(text.encode("cp1252"))
    orgs = (folder / "orgs.csv").read_bytes()
    (folder / "orgs.csv").write_bytes(b"\xef\xbb\xbf" + orgs)

    roster, _ = read_oneroster(folder, PROFILE)

    assert roster.people["userLastName"].to_list() == ["O'Hara", "Núñez"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_damage_makes_it_fail(tmp_path: Path, data: st.DataObject) -> None:
    path = zip_of(tmp_path / "oneroster.zip", small())
    sound = path.read_bytes()
    name = data.draw(st.sampled_from(["users", "orgs", "classes", "enrollments", "courses", "zip"]))
    place, junk = data.draw(st.integers(0, 900)), data.draw(st.binary(max_size=30))
    if name == "zip":
        path.write_bytes(sound[:place] + junk + sound[place + len(junk) :])
    else:
        with zipfile.ZipFile(path, "w") as made:
            for other, rows in small().items():
                text = as_csv(other, rows)
                damaged = text[:place] + junk + text[place + 5 :]
                made.writestr(f"{other}.csv", damaged if other == name else text)

    try:
        roster, notes = read_oneroster(path, PROFILE)
    except UsageError:
        return
    assert roster.people["userId"].is_unique().all()
    assert all(note.endswith(".") for note in notes)


# --- what is left out or changed is counted and said ---------------------------------------------


def of_roles(*roles: tuple[str, ...]) -> Tables:
    """The small district by 1.2: user, role type, role, org, and when the role ended."""
    tables = small()
    for user in tables["users"]:
        del user["role"], user["orgSourcedIds"]
    tables["orgs"].append({"sourcedId": "o2", "type": "school", "identifier": "0820"})
    names = ("userSourcedId", "roleType", "role", "orgSourcedId", "endDate")
    return tables | {
        "roles": [
            {"sourcedId": f"r{n}"} | dict(zip(names, role, strict=False))
            for n, role in enumerate(roles)
        ]
    }


def roles_read(tmp_path: Path, *roles: tuple[str, ...]) -> tuple[dict[str, str], tuple[str, ...]]:
    folder = folder_of(tmp_path / "oneroster", of_roles(*roles))
    roster, notes = read_oneroster(folder, PROFILE, day=date(2026, 11, 25))
    folder_of(folder, of_roles(*reversed(roles)))
    again, _ = read_oneroster(folder, PROFILE, day=date(2026, 11, 25))
    assert by_id(again) == by_id(roster)
    return dict(roster.people.select("userId", "userRole").iter_rows()), notes


U2 = ("u2", "primary", "student", "o1")


@pytest.mark.parametrize(
    ("roles", "role"),
    [
        ([("u1", "primary", "guardian", "o1"), ("u1", "secondary", "teacher", "o1")], "Teacher"),
        ([("u1", "primary", "student", "o1"), ("u1", "secondary", "teacher", "o1")], "Teacher"),
        ([("u1", "primary", "student", "o1"), ("u1", "secondary", "proctor", "o1")], "Student"),
        ([("u1", "primary", "aide", "o1")], "Teacher"),
        ([("u1", "primary", "Teacher", "o1"), ("u1", "secondary", "principal", "o2")], "Teacher"),
        ([("u1", "primary", "principal", "o2"), ("u1", "secondary", "teacher", "o1")],
         "Administrator"),
        ([("u1", "primary", "parent", "o1"), ("u1", "secondary", "principal", "o1"),
          ("u1", "secondary", "teacher", "o1")], "Teacher"),
        ([("u1", "primary", "student", "o1", "2025-06-01"),
          ("u1", "secondary", "teacher", "o1", "2027-06-01")], "Teacher"),
        ([("u1", "primary", "teacher", "o1", "06/01/2025"),
          ("u1", "primary", "student", "o1", "soon")], "Student"),
    ],
)  # fmt: skip
def test_one_role_counts_and_that_of_staff_first(
    tmp_path: Path, roles: list[tuple[str, ...]], role: str
) -> None:
    assert roles_read(tmp_path, *roles, U2)[0] == {"u1": role, "u2": "Student"}


def test_what_was_weighed_is_said(tmp_path: Path) -> None:
    _, notes = roles_read(
        tmp_path, ("u1", "primary", "guardian", "o1"), ("u1", "secondary", "teacher", "o2"),
        U2, ("u2", "secondary", "proctor", "o1"), ("u2", "secondary", "aide", "o1", "2024-01-31"),
    )  # fmt: skip

    assert "1 person has several roles and comes in as staff: u1." in notes
    assert "1 student helps out and comes in as a student: u2." in notes
    assert "1 role ended before 2026-11-25 and does not count: u2." in notes


def test_whose_roles_have_all_ended_is_left_out_and_said(tmp_path: Path) -> None:
    people, notes = roles_read(tmp_path, ("u1", "primary", "aide", "o1", "2025-06-01"), U2)

    assert people == {"u2": "Student"}
    assert "1 user has no role that still holds and is left out: u1." in notes


def test_roles_at_another_school_are_memberships_but_not_those_of_a_guardian(
    tmp_path: Path,
) -> None:
    tables = of_roles(
        ("u1", "primary", "teacher", "o1"), ("u1", "secondary", "principal", "o2"),
        U2, ("u2", "secondary", "guardian", "o2"),
    )  # fmt: skip

    roster, _ = read(tmp_path, tables)

    assert roster.memberships.select("person", "schoolId").rows() == [
        (0, "0711"), (0, "0820"), (1, "0711"),
    ]  # fmt: skip


def test_users_whom_the_roles_lack_keep_the_role_of_users_csv(tmp_path: Path) -> None:
    tables = small() | {"roles": [{"userSourcedId": "u2", "role": "student", "orgSourcedId": "o1"}]}

    roster, _ = read(tmp_path, tables)

    assert roster.people["userRole"].to_list() == ["Teacher", "Student"]


def test_enrollments_that_ended_are_left_out_by_a_given_day(tmp_path: Path) -> None:
    tables = small()
    tables["enrollments"][0]["endDate"] = "2026-11-24"
    tables["enrollments"][1]["endDate"] = "2026-11-25T00:00:00Z"
    folder = folder_of(tmp_path / "oneroster", tables)

    roster, notes = read_oneroster(folder, PROFILE, day=date(2026, 11, 25))
    earlier, _ = read_oneroster(folder, PROFILE, day=date(2026, 11, 24))

    assert roster.enrollments.height == 1
    assert "1 enrollment ended before 2026-11-25 and is left out: u1." in notes
    assert earlier.enrollments.height == 2


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("2026-11-24 00:00:00", 1), ("2026/11/24", 1), ("20261124", 1),
        ("11/24/26", 1), ("11/24/27", 2), ("11/24/2026 0:00", 1), ("2027/01/05", 2),
    ],
)  # fmt: skip
def test_the_end_of_an_enrollment_is_read_as_a_spreadsheet_leaves_it(
    tmp_path: Path, typed: str, left: int
) -> None:
    tables = small()
    tables["enrollments"][0]["endDate"] = typed

    roster, notes = read_oneroster(
        folder_of(tmp_path / "oneroster", tables), PROFILE, day=date(2026, 11, 25)
    )

    assert roster.enrollments.height == left
    assert ("1 enrollment ended before 2026-11-25 and is left out: u1." in notes) == (left == 1)


def test_an_end_that_is_no_date_ends_nothing_and_is_said(tmp_path: Path) -> None:
    tables = of_roles(("u1", "primary", "teacher", "o1", "soon"), U2)
    tables["enrollments"][0]["endDate"] = "Jun 1, 2026"

    roster, notes = read(tmp_path, tables)

    assert roster.enrollments.height == 2
    assert (
        "1 row of enrollments.csv has an endDate that is no date and counts as not ended: u1."
        in notes
    )
    assert "1 row of roles.csv has an endDate that is no date and counts as not ended: u1." in notes


def test_disabled_users_stay_where_they_are_in_a_class_and_that_is_said(tmp_path: Path) -> None:
    tables = small()
    tables["users"][1]["enabledUser"] = "FALSE"
    tables["users"].append(tables["users"][1] | {"sourcedId": "u3", "email": "cy@oak.org"})

    roster, notes = read(tmp_path, tables)

    assert roster.people["userId"].to_list() == ["u1", "u2"]
    assert "1 user is disabled but in a class, and comes in: u2." in notes
    assert "1 user is disabled and in no class, and is left out: u3." in notes


def test_a_grade_that_probably_means_another_is_changed_and_counted(tmp_path: Path) -> None:
    tables = small()
    tables["users"][1]["grades"] = "TK"
    tables["classes"][0]["grades"] = "tk"

    roster, notes = read(tmp_path, tables)

    assert roster.people["userGrade"].to_list() == ["", "PK"]
    assert "The grade 'TK' of people is taken as PK: 1." in notes
    assert "The grade 'tk' of classes is taken as PK: 1." in notes


def test_columns_and_files_that_are_missing_are_said(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "oneroster", small())
    text = (folder / "users.csv").read_text(encoding="utf-8")
    changed = text.replace("familyName", "surname").replace("grades", "level")
    (folder / "users.csv").write_text(changed, encoding="utf-8")
    (folder / "enrollments.csv").unlink()

    roster, notes = read_oneroster(folder, PROFILE)

    assert roster.people["userLastName"].to_list() == ["", ""]
    assert "users.csv has none of the columns grades, familyName: blank throughout." in notes
    assert "There is no enrollments.csv, so there are no enrollments." in notes


# --- what can't be read is refused, and nobody is lost in silence --------------------------------


@pytest.mark.parametrize("name", ["orgs", "users", "classes", "enrollments"])
@pytest.mark.parametrize(
    "spoiled",
    [
        lambda text: text.replace(",", ";").encode(),
        lambda text: text.replace(",", "\t").encode(),
        lambda text: text.partition("\n")[2].encode(),
    ],
    ids=["semicolons", "tabs", "no header"],
)
def test_a_file_without_its_keys_is_a_sentence(
    tmp_path: Path, name: str, spoiled: Callable[[str], bytes]
) -> None:
    folder = folder_of(tmp_path / "oneroster", small())
    file = folder / f"{name}.csv"
    file.write_bytes(spoiled(file.read_text(encoding="utf-8")))

    with pytest.raises(
        UsageError, match=rf"{name}\.csv has no column \w*ourcedId.*commas, in UTF-8"
    ):
        read_oneroster(folder, PROFILE)


def test_a_file_without_a_byte_holds_no_records(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "oneroster", small())
    (folder / "enrollments.csv").write_bytes(b"")

    roster, notes = read_oneroster(folder, PROFILE)

    assert roster.enrollments.is_empty()
    assert not [note for note in notes if note.startswith("1 enrollment")]
    (folder / "users.csv").write_bytes(b"")
    with pytest.raises(UsageError, match=r"users\.csv is empty"):
        read_oneroster(folder, PROFILE)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("orgs", "o1"), ("orgs", "o2"), ("users", "u1"), ("users", "u2"), ("classes", "c1"),
        ("enrollments", "e1"), ("enrollments", "e2"),
    ],
)  # fmt: skip
def test_a_quote_that_is_never_closed_loses_no_record_in_silence(
    tmp_path: Path, name: str, key: str
) -> None:
    tables = small()
    tables["orgs"].append(tables["orgs"][1] | {"sourcedId": "o2", "identifier": "0820"})
    tables["classes"].append(tables["classes"][0] | {"sourcedId": "c2"})
    file = folder_of(tmp_path / "oneroster", tables) / f"{name}.csv"
    sound = file.read_text(encoding="utf-8")
    place = sound.index(f"\n{key},") + 1
    file.write_text(f'{sound[:place]}"{sound[place:]}', encoding="utf-8")

    row = sound[:place].count("\n") + 1
    with pytest.raises(UsageError, match=rf"{name}\.csv: a quotation mark in row {row} "):
        read_oneroster(file.parent, PROFILE)


def test_a_quote_that_is_closed_rows_later_loses_none_either(tmp_path: Path) -> None:
    tables = small()
    tables["users"] += [tables["users"][1] | {"sourcedId": f"u{n}"} for n in range(3, 9)]
    folder = folder_of(tmp_path / "oneroster", tables)
    file = folder / "users.csv"
    text = file.read_text(encoding="utf-8").replace("\nu3,", '\n"u3,').replace("\nu6,", '\n"u6,')
    file.write_text(text, encoding="utf-8")

    with pytest.raises(UsageError, match=r"users\.csv: a quotation mark in row 4 "):
        read_oneroster(folder, PROFILE)


def with_lines(folder: Path, name: str, change: Callable[[list[str]], list[str]]) -> Path:
    file = folder / f"{name}.csv"
    lines = change(file.read_text(encoding="utf-8").splitlines())
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_a_row_with_more_or_fewer_cells_than_its_header_is_said(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "oneroster", small())
    with_lines(folder, "users", lambda lines: [*lines[:2], lines[2].replace("Bo,", "Bo, Jr,")])
    with_lines(folder, "classes", lambda lines: [lines[0], lines[1].rstrip(",")])

    _, notes = read_oneroster(folder, PROFILE)

    assert (
        "1 row of users.csv has more cells than its header, so that values may be in the wrong "
        "columns: row 3."
    ) in notes
    assert (
        "1 row of classes.csv has fewer cells than its header, and those that are missing count as "
        "blank: row 2."
    ) in notes


def test_a_name_that_a_line_end_broke_in_two_is_said_with_both_rows(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "oneroster", small())
    with_lines(folder, "users", lambda lines: [*lines[:2], *lines[2].split("ez", 1)])

    (note,) = (note for note in read_oneroster(folder, PROFILE)[1] if "fewer cells" in note)
    assert note.startswith("2 rows of users.csv have fewer cells than its header")
    assert note.endswith(": row 3, row 4.")


def test_blank_cells_behind_the_last_column_and_blank_lines_are_no_matter(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "oneroster", small())
    sound = read_oneroster(folder, PROFILE)
    for name in small():
        with_lines(folder, name, lambda lines: [lines[0], *(line + ",," for line in lines[1:]), ""])

    roster, notes = read_oneroster(folder, PROFILE)

    assert (by_id(roster), notes) == (by_id(sound[0]), sound[1])


def test_a_name_of_several_lines_and_a_lone_quote_in_one_are_no_matter(tmp_path: Path) -> None:
    tables = small()
    tables["classes"][0]["title"] = "Math, 3 A\nfirst, second\nthird"
    tables["manifest"] = [{"propertyName": "source.systemName", "value": "Our SIS,\nversion 9"}]
    folder = folder_of(tmp_path / "oneroster", tables)
    file = folder / "users.csv"
    file.write_text(file.read_text(encoding="utf-8").replace(",Bo,", ',6" Bo,'), encoding="utf-8")

    roster, _ = read_oneroster(folder, PROFILE)

    assert roster.classes["className"].to_list() == ["Math, 3 A\nfirst, second\nthird"]
    assert roster.people["userFirstName"].to_list() == ["Ann", '6" Bo']


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("role", "pupil", "2 users have the role 'pupil'"),
        ("role", "", "2 users have no role"),
        ("status", "gone", "2 rows of users.csv"),
    ],
)
def test_an_export_of_which_nobody_comes_in_is_a_sentence_with_the_reason(
    tmp_path: Path, field: str, value: str, why: str
) -> None:
    tables = small()
    tables["users"] = [user | {field: value} for user in tables["users"][:2]]

    with pytest.raises(UsageError, match=f"Nobody in users.csv can be imported: {why}"):
        read_oneroster(folder_of(tmp_path / "oneroster", tables), PROFILE)


def test_the_reason_why_nobody_comes_in_names_no_pupil(tmp_path: Path) -> None:
    tables = small() | {"enrollments": []}
    tables["users"] = [user | {"enabledUser": "false"} for user in tables["users"][:2]]

    with pytest.raises(UsageError, match=r"2 users are disabled and in no class, .* left out\.$"):
        read_oneroster(folder_of(tmp_path / "oneroster", tables), PROFILE)


def test_roles_of_nobody_take_nobody_out_in_silence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"Nobody in users\.csv can be imported: .* no role"):
        roles_read(tmp_path)


def test_a_user_with_a_row_for_each_school_is_at_all_of_them(tmp_path: Path) -> None:
    tables = of_roles(U2) | {"roles": []}
    del tables["roles"]
    tables["users"] = [
        user | {"role": role, "orgSourcedIds": org}
        for user, role, org in (
            (tables["users"][0], "parent", "o1"),
            (tables["users"][0], "teacher", "o1"),
            (tables["users"][0], "teacher", "o2"),
            (tables["users"][1], "student", "o1"),
        )
    ]

    roster, notes = read(tmp_path, tables)

    assert roster.people.select("userId", "userRole").rows() == [
        ("u1", "Teacher"),
        ("u2", "Student"),
    ]
    assert roster.memberships.filter(pl.col("person") == 0)["schoolId"].to_list() == [
        "0711",
        "0820",
    ]
    assert "2 rows of users.csv repeat a sourcedId, of which the first counts: u1." in notes
    assert "1 person has several rows in users.csv, whose roles and schools all count: u1." in notes
    assert not [note for note in notes if "parent" in note]


@pytest.mark.parametrize("roles", ["guardian,teacher", "teacher, administrator", "Teacher,teacher"])
def test_several_roles_in_one_cell_are_several_roles(tmp_path: Path, roles: str) -> None:
    tables = small()
    tables["users"][0]["role"] = roles

    roster, notes = read(tmp_path, tables)

    assert roster.people["userRole"].to_list() == ["Teacher", "Student"]
    assert roster.enrollments.height == 2
    assert not [note for note in notes if "not ours" in note]


def test_a_class_id_of_several_schools_is_said(tmp_path: Path) -> None:
    tables = of_roles(("u1", "primary", "teacher", "o2"), U2)
    tables["classes"].append(tables["classes"][0] | {"schoolSourcedId": "o2"})

    _, notes = read(tmp_path, tables)

    assert (
        "1 class ID is used at several schools, and all of their people come into the first class: "
        "c1." in notes
    )


def test_classes_of_an_org_that_is_no_school_are_said_with_its_type(tmp_path: Path) -> None:
    tables = small()
    tables["orgs"].append({"sourcedId": "o5", "type": "High School", "identifier": "0900"})
    tables["classes"].append(tables["classes"][0] | {"sourcedId": "c5", "schoolSourcedId": "o5"})

    _, notes = read(tmp_path, tables)

    assert "1 org has classes and is no school by its type: o5 (High School)." in notes


@pytest.mark.parametrize(
    ("yes", "no"), [("true", "false"), ("TRUE", "FALSE"), ("1", "0"), ("Yes", "No"), ("Y", "n")]
)
def test_yes_and_no_are_read_as_programs_write_them(tmp_path: Path, yes: str, no: str) -> None:
    tables = small()
    tables["enrollments"][0]["primary"] = yes
    tables["users"].append(tables["users"][1] | {"sourcedId": "u3", "enabledUser": no})

    roster, _ = read(tmp_path, tables)

    assert roster.people["userId"].to_list() == ["u1", "u2"]
    assert roster.enrollments["leads"].to_list() == [True, None]


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    tables = small()
    tables["orgs"].append({"sourcedId": "o2", "name": "Elm", "type": "school"})
    tables["users"].append(tables["users"][1] | {"sourcedId": "u3", "email": ""})
    tables["users"].append(tables["users"][1] | {"sourcedId": "u4", "status": "A"})
    tables["users"].append(tables["users"][1] | {"sourcedId": "u5", "status": "Withdrawn"})

    _, notes = read(tmp_path, tables)

    assert (
        "Schools go by their sourcedId, not their identifier: not every school has one (o2)."
        in notes
    )
    assert "1 person has no email address: u3." in notes
    assert "2 rows of users.csv are not active (a, withdrawn) and left out." in notes


def test_schools_that_share_an_identifier_are_named(tmp_path: Path) -> None:
    tables = small()
    tables["orgs"].append(tables["orgs"][1] | {"sourcedId": "o2"})

    _, notes = read(tmp_path, tables)

    assert (
        "Schools go by their sourcedId, not their identifier: two schools share one (o1, o2)."
        in notes
    )


def test_who_is_at_no_school_is_said_where_a_roster_is_exported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = small()
    tables["users"].append(
        tables["users"][0] | {"sourcedId": "u9", "orgSourcedIds": "d", "email": "cy@oak.org"}
    )
    where = ("--district", "Avon", "--store", str(tmp_path / "roster.duckdb"))
    main(["snapshot", "import", str(folder_of(tmp_path / "oneroster", tables)), *where])
    capsys.readouterr()

    assert main(["snapshot", "export", "--data", "staff", *where]) == 0

    told = capsys.readouterr()
    assert "u9" not in told.out
    assert told.err == "1 person is at no school and so in no row of it.\n"
    main(["snapshot", "export", "--data", "admins", *where])
    assert capsys.readouterr().err == ""
