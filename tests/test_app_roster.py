"""The roster page, without a browser: each state that somebody can meet."""

from __future__ import annotations

import dataclasses
import io
import re
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
from making import file_of, imported, in_class, student, teacher
from opening import open_page, picked, sound, table, text_of

import roster_toolkit as rt

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

Row = dict[str, str]

SCHOOLS = b"schoolId,schoolName\n0711,Lakeview Elementary\n0042,Hill High\n"
ROSA = in_class(teacher("T1", userFirstName="Rosa", userLastName="Diaz"), primary_teacher="TRUE")
ZOE = in_class(student("S1", userFirstName="Zoë", userLastName="Núñez"))
LI = in_class(student("S2", userFirstName="Li", userLastName="Wei"))
#: A name that is markup wherever text is taken for it.
EVIL = "![x](http://evil.example/a.png)<img src=x>"


pytestmark = pytest.mark.usefixtures("app_store")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Avon with two snapshots: in the second, Zoë has another name and Li has left."""
    folder = tmp_path_factory.mktemp("avon")
    store = rt.Store(folder / "roster.duckdb")
    for rows, label in (
        ([ROSA, ZOE, LI], "first"),
        ([ROSA, ZOE | {"userLastName": "Lee"}], "second"),
    ):
        imported(store, *rows, label=label, schools=SCHOOLS)
    return store.path


@pytest.fixture
def store(made: Path, app_store: Path) -> rt.Store:
    """A copy of it."""
    shutil.copy(made, app_store)
    return rt.Store(app_store)


def opened(section: str = "Overview") -> AppTest:
    return open_page("roster", section=section)


def listed(app: AppTest, alt: str, column: str) -> list[object]:
    return [line[column] for line in table(app, alt)]


def fact(app: AppTest, field: str) -> str:
    found = re.search(rf">{field}</th><td[^>]*>([^<]*)</td>", text_of(app))
    assert found
    return found[1]


HISTORY = "What changed, snapshot by snapshot"
CHANGES = "The changes, field by field"
STUDENTS = "Students of the chosen snapshot"


# --- empty, and in trouble -----------------------------------------------------------------------


def test_without_a_store_the_page_says_what_a_roster_is_for_and_asks_for_one(
    app_store: Path,
) -> None:
    app = opened()

    assert "A roster is who and what your district has in the portal" in text_of(app)
    assert app.button(key="import-now").disabled
    assert app.button(key="sample-roster").label == "Try a sample district"
    assert not app_store.exists(), "looking makes no store"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"not a store", "is not a store of rosters"),
        (b"12345678DUCK" + bytes(90), "cannot be read"),
    ],
)
def test_what_is_no_store_gets_a_sentence_and_the_page_stays_usable(
    app_store: Path, content: bytes, sentence: str
) -> None:
    app_store.write_bytes(content)

    app = opened()

    assert sentence in text_of(app)
    assert app.button(key="sample-roster")
    assert app_store.read_bytes() == content


@pytest.mark.usefixtures("store")
def test_a_store_of_a_newer_toolkit_gets_a_sentence_and_another_try(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as older:
        older.setattr("roster_toolkit.store.connect.FORMAT", 0)
        app = opened()
        assert "was made by a newer Roster Toolkit" in text_of(app)

    app.button(key="try-again").click().run()
    assert "Processing is" in text_of(app)


@pytest.mark.usefixtures("store")
def test_a_store_that_fails_in_the_middle_leaves_the_other_sections_usable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def in_use(*_: object, **__: object) -> None:
        raise rt.ToolkitError("The store is in use by another program.")

    app = opened()
    monkeypatch.setattr(rt.Store, "against", in_use)
    monkeypatch.setattr(rt.Store, "roster", in_use)

    app.session_state["section"] = "Browse"
    sound(app.run())
    assert "The store is in use by another program." in text_of(app)

    app.session_state["section"] = "Snapshots"
    sound(app.run())
    assert "Processing is active" in text_of(app)


# --- districts and snapshots ---------------------------------------------------------------------


@pytest.mark.usefixtures("store")
def test_snapshots_stand_with_their_counts_the_latest_first() -> None:
    app = opened("Snapshots")
    alt = "The snapshots of this district with their counts, the latest first."

    assert listed(app, alt, "label") == ["second", "first"]
    assert listed(app, alt, "students") == [1, 2]
    assert "Processing is active: every school has a unique ID." in text_of(app)


def test_schools_without_a_unique_id_keep_processing_inactive_and_are_named(
    app_store: Path, tmp_path: Path
) -> None:
    schools = tmp_path / "schools.csv"
    schools.write_bytes(b"schoolId,schoolName\n0711,Lakeview\n,Hill <b>High</b>\n")
    imported(rt.Store(app_store), ZOE, schools=schools)

    app = opened()

    assert "Processing is not active: 1 school has no unique ID." in text_of(app)
    assert "Hill &lt;b&gt;High&lt;/b&gt;" in text_of(app)


def test_one_of_several_districts_and_an_earlier_snapshot_can_be_chosen(store: rt.Store) -> None:
    imported(store, ZOE, district="Bexley")
    app = opened("Browse")
    assert app.selectbox(key="district").options == ["Avon", "Bexley"]
    assert listed(app, STUDENTS, "userLastName") == ["Lee"]

    app.selectbox(key="snapshot").select("1").run()

    assert listed(app, STUDENTS, "userLastName") == ["Núñez", "Wei"]
    assert app.query_params == {"section": "Browse", "district": "Avon", "snapshot": "1"}
    assert "Not the latest: the roster as it was then." in [c.value for c in app.caption]


# --- browse --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("store")
def test_a_search_finds_by_name_and_stays_out_of_the_address() -> None:
    app = opened("Browse")
    app.selectbox(key="snapshot").select("1").run()

    app.text_input(key="search").set_value("zoë núñez").run()

    assert listed(app, STUDENTS, "userId") == ["S1"]
    assert "1 student found." in text_of(app)
    assert "núñez" not in str(app.query_params).lower()


@pytest.mark.usefixtures("store")
def test_a_search_for_nobody_says_what_is_in_the_other_lists() -> None:
    app = opened("Browse")

    app.text_input(key="search").set_value("rosa").run()

    assert "No students found." in text_of(app)
    assert "In the other lists: 1 staff member" in text_of(app)


@pytest.mark.usefixtures("store")
def test_a_picked_student_shows_facts_schools_and_classes_and_leads_to_the_class() -> None:
    app = picked(opened("Browse"), STUDENTS, 0)
    assert "Zoë Lee" in text_of(app)
    assert fact(app, "userId") == "S1"
    assert listed(app, "Schools of this person", "schoolName") == ["Lakeview Elementary"]

    app = picked(app, "Classes of this person", 0)

    assert "Zoë Lee (S1) → Math (C1)" in text_of(app)
    assert "1 student and 1 staff member at the school 0711." in text_of(app)
    assert listed(app, "People in this class", "userId") == ["T1", "S1"]
    assert listed(app, HISTORY, "before") == ["S2 Li Wei"]
    assert "S1" not in str(app.query_params)
    app.button(key="to-list").click().run()
    assert listed(app, STUDENTS, "userId") == ["S1"]


@pytest.mark.usefixtures("store")
def test_the_back_button_closes_what_was_opened_last() -> None:
    app = picked(picked(opened("Browse"), STUDENTS, 0), "Classes of this person", 0)
    assert app.query_params["open"] == "2"

    app.query_params["open"] = "1"
    assert "Zoë Lee" in text_of(sound(app.run()))

    app.query_params["open"] = "nonsense"
    assert listed(sound(app.run()), STUDENTS, "userId") == ["S1"]


@pytest.mark.usefixtures("store")
def test_the_history_of_a_person_is_told_field_by_field() -> None:
    app = picked(opened("Browse"), STUDENTS, 0)

    assert listed(app, HISTORY, "field") == ["userLastName"]
    assert listed(app, HISTORY, "before") == ["Núñez"]
    assert listed(app, HISTORY, "after") == ["Lee"]


def test_a_person_is_followed_back_to_a_former_id(app_store: Path) -> None:
    store = rt.Store(app_store)
    imported(store, LI)
    imported(store, LI | {"userId": "S9"})
    app = picked(opened("Browse"), STUDENTS, 0)
    assert listed(app, HISTORY, "before") == ["S2"]

    app.selectbox(key="snapshot").select("1").run()

    assert fact(app, "userId") == "S2"


@pytest.mark.usefixtures("store")
def test_who_left_is_not_in_the_later_snapshot_but_has_a_history() -> None:
    app = opened("Browse")
    app.selectbox(key="snapshot").select("1").run()
    app = picked(app, STUDENTS, 1)
    assert "Li Wei" in text_of(app)

    app.selectbox(key="snapshot").select("2").run()

    assert "They are not in snapshot 2." in text_of(app)
    assert listed(app, HISTORY, "field") == ["record", "class"]


@pytest.mark.usefixtures("store")
def test_a_picked_school_leads_to_its_students() -> None:
    app = opened("Browse")
    app.session_state["list"] = "school"
    app.run()

    app = picked(app, "Schools of the chosen snapshot", 0)

    assert app.selectbox(key="roster-school").value == "0042"
    assert "There are no students at this school." in text_of(app)


def test_a_page_holds_a_hundred_lines(app_store: Path) -> None:
    imported(rt.Store(app_store), *[student(f"S{n:03}") for n in range(101)])

    app = opened("Browse")

    assert len(listed(app, STUDENTS, "userId")) == 100
    app.pagination[0].select(2).run()
    assert listed(app, STUDENTS, "userId") == ["S100"]


def test_no_name_becomes_markup(app_store: Path) -> None:
    rows = [in_class(student("S1", userFirstName=EVIL, schoolId=EVIL), className=EVIL)]
    imported(rt.Store(app_store), *rows, district=EVIL, label=EVIL)

    app = picked(opened("Browse"), STUDENTS, 0)
    app = picked(app, "Classes of this person", 0)

    for section in (
        "Overview", "Browse", "Snapshots", "Compare", "Class names", "Import",
        "Download your data", "Delete"
    ):  # fmt: skip
        app.session_state["section"] = section
        sound(app.run())
        words = [e.value for kind in (app.markdown, app.caption, app.warning) for e in kind]
        words += [e.label for kind in (app.button, app.text_input, app.selectbox) for e in kind]
        assert not [word for word in words if "evil" in word]
        assert "<img" not in text_of(app)


# --- compare -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("store")
def test_two_snapshots_are_compared_field_by_field_with_names() -> None:
    app = opened("Compare")
    assert "From snapshot 1 to 2: 1 updated, 2 removed" in text_of(app)

    app.session_state["kind"] = "student"
    sound(app.run())

    table = next(table for table in app.dataframe if table.proto.alt == CHANGES)
    assert sorted(map(tuple, table.value.to_numpy().tolist())) == [
        ("student", "S1", "Zoë Lee", "updated", "userLastName", "Núñez", "Lee"),
        ("student", "S2", "Li Wei", "removed", "", "", ""),
    ]


@pytest.mark.usefixtures("store")
def test_who_left_is_opened_from_the_changes_where_they_were_and_back() -> None:
    app = opened("Compare")

    app = picked(app, CHANGES, listed(app, CHANGES, "key").index("S2"))
    assert "Li Wei" in text_of(app)
    assert app.session_state["snapshot"] == "1"

    app.button(key="to-changes").click().run()
    assert listed(app, CHANGES, "kind")


@pytest.mark.usefixtures("store")
def test_an_enrollment_among_the_changes_leads_to_its_person() -> None:
    app = opened("Compare")

    line = listed(app, CHANGES, "kind").index("enrollment")
    assert listed(app, CHANGES, "name")[line] == "Li Wei in Math"
    app = picked(app, CHANGES, line)

    assert "Li Wei" in text_of(app)


def test_keys_that_stand_more_than_once_are_reported(
    store: rt.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    twice = pl.DataFrame({"kind": ["class"], "key": ["C1"], "side": ["after"], "times": [2]})
    found = dataclasses.replace(store["Avon"].compare(), repeated=twice)
    monkeypatch.setattr(rt.StoredDistrict, "compare", lambda *_: found)

    app = opened("Compare")

    assert "1 key is in a snapshot more than once" in text_of(app)
    assert listed(app, "Keys that are there more than once", "key") == ["C1"]


@pytest.mark.usefixtures("store")
def test_changes_are_searched_by_id_and_value() -> None:
    app = opened("Compare")

    app.text_input(key="changed").set_value("NÚÑEZ").run()
    assert listed(app, CHANGES, "key") == ["S1"]

    app.text_input(key="changed").set_value("nobody").run()
    assert "No change has this text." in text_of(app)


def test_the_same_snapshot_twice_and_a_single_one_are_no_comparison(store: rt.Store) -> None:
    app = opened("Compare")
    app.selectbox(key="from").select("2").run()
    assert "These are the same snapshot." in text_of(app)

    imported(store, ZOE, district="Bexley")
    app = opened("Compare")
    app.selectbox(key="district").select("Bexley").run()
    assert "There is one snapshot, and nothing to compare it with." in text_of(app)


# --- import --------------------------------------------------------------------------------------


def import_on_page(app: AppTest, name: str, content: bytes, turn: int = 0) -> AppTest:
    app.file_uploader(key=f"import-{turn}").upload(name, content).run()
    app.button(key="import-now").click().run()
    return sound(app)


def test_a_district_goes_from_import_to_forgotten(app_store: Path) -> None:
    app = opened()
    app.text_input(key="import-name-0").set_value("Avon").run()
    app.file_uploader(key="import-schools-0").upload("schools.csv", SCHOOLS).run()

    app = import_on_page(app, "august.csv", file_of([ROSA, ZOE, LI]))
    assert "Imported: this is snapshot 1 of Avon." in text_of(app)
    app = import_on_page(app, "september.csv", file_of([ROSA, ZOE, student("")]), turn=1)
    assert "Imported as snapshot 2. Since snapshot 1: 2 removed" in text_of(app)
    assert "1 row was left out" in text_of(app)
    assert "row 4" in text_of(app)
    app.button(key="see-changes").click().run()
    assert app.session_state["section"] == "Compare"
    assert "From snapshot 1 to 2: 2 removed" in text_of(app)
    app.session_state["section"] = "Browse"
    sound(app.run())
    assert listed(app, STUDENTS, "userId") == ["S1"]
    app.session_state["section"] = "Download your data"
    sound(app.run())
    assert "2 people" in text_of(app)
    assert app.get("download_button")

    app.session_state["section"] = "Delete"
    sound(app.run())
    app.button(key="forget-district").click().run()
    assert app.button(key="do-forget").disabled
    app.text_input(key="sure-district").set_value("Avon").run()
    app.button(key="do-forget").click().run()

    assert "Deleted permanently: Avon." in text_of(app)
    assert "A roster is who and what" in text_of(app)
    assert rt.Store(app_store).districts() == ()


@pytest.mark.usefixtures("store")
def test_an_import_without_a_difference_makes_no_snapshot() -> None:
    app = opened("Import")

    app = import_on_page(app, "again.csv", file_of([ROSA, ZOE | {"userLastName": "Lee"}]))

    assert "Nothing differs from snapshot 2, so none was made." in text_of(app)


def test_a_school_list_can_be_imported_by_itself(store: rt.Store) -> None:
    app = opened("Import")
    listed = b"schoolId,schoolName\n0711,Lakeview\n,Hill High\n"
    app.file_uploader(key="import-schools-0").upload("schools.csv", listed).run()
    assert "nobody leaves the roster" in text_of(app)

    app.button(key="import-now").click().run()

    assert "Imported as snapshot 3." in text_of(app)
    assert "Processing is not active: 1 school has no unique ID." in text_of(app)
    assert store.roster("Avon").people.height == 2


def test_a_new_district_of_a_known_name_is_the_known_one(store: rt.Store) -> None:
    app = opened("Import")
    app.selectbox(key="into-Avon-0").select("").run()
    app.text_input(key="import-name-0").set_value("Avon").run()
    assert "This district is known" in text_of(app)

    app = import_on_page(app, "more.csv", file_of([ROSA, ZOE, LI]))

    assert store.district("Avon").snapshots == (1, 2, 3)


@pytest.mark.usefixtures("store")
def test_people_of_another_part_are_left_aside_and_counted() -> None:
    app = opened("Import")
    app.selectbox(key="import-part").select(rt.Part.STAFF).run()

    app = import_on_page(app, "staff.csv", file_of([ROSA, teacher("T2"), ZOE]))

    assert "Left aside, because they are not in the part that you chose: 1 person." in text_of(app)
    assert "1 created" in text_of(app)


def test_oneroster_files_are_taken_as_a_zip(app_store: Path) -> None:
    files = {
        "orgs.csv": "sourcedId,name,type,identifier\no1,Lakeview,school,0711\n",
        "users.csv": "sourcedId,orgSourcedIds,role,givenName,familyName,email,grades,identifier\n"
        "u1,o1,student,Ana,Lee,ana@school.org,03,S1\n",
        "classes.csv": "sourcedId,title,classCode,schoolSourcedId,courseSourcedId,grades\n",
        "enrollments.csv": "sourcedId,classSourcedId,schoolSourcedId,userSourcedId,role,primary\n",
        "courses.csv": "sourcedId,title\n",
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    app = opened()
    app.text_input(key="import-name-0").set_value("Avon").run()

    app = import_on_page(app, "oneroster.zip", packed.getvalue())

    assert "Imported: this is snapshot 1 of Avon." in text_of(app)
    assert rt.Store(app_store).district("Avon").source == "oneroster"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("photo.png", b"\x89PNG\r\n\x1a\n" + bytes(64)),
        ("users.csv", b""),
        ("oneroster.zip", b"PK\x03\x04 cut off"),
        ("../../etc/users.csv", b"a,b\n1,2\n"),
        ("..", b"a,b\n1,2\n"),
        ("\x00ß" * 300 + ".csv", b"a,b\n1,2\n"),
    ],
)
def test_a_file_that_cannot_be_imported_gets_a_sentence(
    app_store: Path, name: str, content: bytes
) -> None:
    app = opened()
    app.text_input(key="import-name-0").set_value("Avon").run()

    app = import_on_page(app, name, content)

    assert "Nothing was imported." in text_of(app)
    assert not app_store.exists() or not rt.Store(app_store).districts()


@pytest.mark.usefixtures("store")
def test_nothing_of_an_upload_stays_on_the_desk() -> None:
    app = opened("Import")

    app = import_on_page(app, "new.csv", file_of([ROSA, ZOE, LI]))

    folder = Path(app.session_state["desk"].folder.name)
    assert list(folder.iterdir()) == []


# --- download and forget -------------------------------------------------------------------------


def test_a_third_party_gives_its_staff_and_admins_only(app_store: Path) -> None:
    imported(rt.Store(app_store), ROSA, ZOE, district_source="clever")

    app = opened("Download your data")

    assert app.selectbox(key="download-part").options == ["All staff", "All admins"]
    assert "1 person" in text_of(app)


@pytest.mark.usefixtures("store")
def test_a_download_warns_of_excel_and_says_when_there_is_nobody() -> None:
    app = opened("Download your data")
    assert "Excel drops leading zeros" in app.warning[0].value

    app.selectbox(key="download-school").select("0042").run()

    assert "there is nothing to download" in text_of(app)
    assert not app.get("download_button")


def test_earlier_snapshots_are_forgotten_when_the_box_is_checked(store: rt.Store) -> None:
    app = opened("Delete")

    app.button(key="forget-earlier").click().run()
    assert "1 snapshot of Avon before number 2 will be deleted permanently." in text_of(app)
    assert app.button(key="do-forget-earlier").disabled
    app.checkbox(key="sure-earlier").check().run()
    app.button(key="do-forget-earlier").click().run()

    assert "Deleted permanently: 1 snapshot of Avon." in text_of(app)
    assert store.district("Avon").snapshots == (2,)


# --- what stops an import, and what is taken back ------------------------------------------------


def test_an_import_that_would_lose_somebody_asks_first(store: rt.Store) -> None:
    app = opened("Import")

    students = (student(f"S{n}", schoolId="0711") for n in range(2, 9))
    app = import_on_page(app, "all.csv", file_of([ROSA, ZOE, *students]), turn=0)
    assert "Nothing was imported. Look at this first." not in text_of(app)

    app = import_on_page(app, "staff.csv", file_of([ROSA]), turn=1)

    assert "Nothing was imported. Look at this first." in text_of(app)
    assert "it has no students, and the 8 of the roster would leave." in text_of(app)
    assert "Imported as it is, 8 students and 1 enrollment would leave." in text_of(app)
    before = store.district("Avon").latest
    assert app.button(key="import-accepted").disabled
    for box in [box for box in app.checkbox if (box.key or "").startswith("import-accept-")]:
        box.check().run()
    assert store.district("Avon").latest == before
    app.button(key="import-accepted").click().run()

    assert "9 removed" in text_of(app)
    assert store.district("Avon").latest != before


def test_the_latest_snapshot_is_undone_once_it_is_said_what_that_means(store: rt.Store) -> None:
    app = opened()

    app.button(key="undo-2").click().run()
    assert "The roster is then what it was in snapshot 1." in text_of(app)
    assert store.district("Avon").snapshots == (1, 2)
    app.button(key="do-undo").click().run()

    assert "Snapshot 2 of Avon was undone; the roster is snapshot 1 again." in text_of(sound(app))
    assert store.district("Avon").snapshots == (1,)


def test_the_first_snapshot_leaves_an_empty_district_that_can_be_filled(store: rt.Store) -> None:
    store.undo("Avon", 2)
    app = opened()

    app.button(key="undo-1").click().run()
    app.button(key="do-undo").click().run()

    assert "Snapshot 1 of Avon was undone; the district is empty now." in text_of(app)
    assert "A roster is who and what" in text_of(app)
    app.text_input(key="import-name-0").set_value("Avon").run()
    app = import_on_page(app, "august.csv", file_of([ROSA]))
    assert "Imported: this is snapshot 3 of Avon." in text_of(app)
