"""A district's page as one place: its file, portal, roster and history, without a browser."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from making import Row, avon_and_brook, file_of, imported, in_class, student, teacher
from opening import clicked, open_page, picked, sound, table, text_of, words_of

import roster_toolkit as rt
from app_parts.labels import in_label
from app_parts.session import Basis, Desk

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

ROSA = in_class(teacher("T1", userFirstName="Rosa", userLastName="Diaz"), primary_teacher="TRUE")
ZOE = in_class(student("S1", userFirstName="Zoë", userLastName="Núñez"))
SCHOOLS = b"schoolId,schoolName\n0711,Lakeview Elementary\n"
DONE = "What was done, the latest first"
IN_ROSTER, ELSEWHERE = "Found in the roster", "Found in other districts"
IN_FILE = "Found in the file"


pytestmark = pytest.mark.usefixtures("app_store")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Avon with Rosa and Zoë, Brook with another Zoë."""
    return avon_and_brook(tmp_path_factory.mktemp("districts"), ROSA, ZOE, schools=SCHOOLS)


@pytest.fixture
def store(made: Path, app_store: Path) -> rt.Store:
    """A copy of it."""
    shutil.copy(made, app_store)
    return rt.Store(app_store)


def on_desk(*rows: Row, district: str | None = "Avon") -> Desk:
    """A desk with a file of these rows, compared with Avon unless told otherwise."""
    desk = Desk(basis=Basis(district=district))
    desk.take("users.csv", file_of(rows))
    return desk


def opened(desk: Desk | None = None, **place: str) -> AppTest:
    return open_page("roster", desk, **place)


def acts(app: AppTest) -> list[tuple[object, object]]:
    return [(line["what was done"], line["file or note"]) for line in table(app, DONE)]


# --- its file ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("store")
def test_without_a_file_the_page_takes_one_and_compares_it_with_the_district() -> None:
    app = opened(district="Avon")
    assert "No file yet. Drop a users.csv here, and it is compared with Avon." in words_of(app)

    app.file_uploader(key="district-file-Avon-0").upload("users.csv", file_of([student("N1")]))
    sound(app.run())

    assert "This file would create 1 student." in words_of(app)
    assert app.session_state["desk"].basis.district == "Avon"
    assert app.button(key="process").label == "Process into Avon"


@pytest.mark.usefixtures("store")
def test_a_file_with_errors_says_how_many_rows_and_leads_to_the_fixes() -> None:
    app = opened(on_desk(student("N1"), student("N2", userGrade="99")))

    assert "The portal would accept 1 of 2 rows" in words_of(app)
    assert app.button(key="to-check").label == "Fix 1 row on the Check page"
    assert "1 row that would be rejected is left out." in words_of(app)


@pytest.mark.usefixtures("store")
def test_a_file_that_is_compared_with_another_district_is_compared_with_this_one_on_a_click() -> (
    None
):
    app = opened(on_desk(student("N1"), district="Brook"), district="Avon")
    assert "users.csv is compared with Brook." in words_of(app)
    assert not [button for button in app.button if button.key == "process"]

    app = clicked(app, "compare-here")

    assert app.session_state["desk"].basis.district == "Avon"
    assert "This file would create 1 student." in words_of(app)


@pytest.mark.usefixtures("store")
def test_a_rejected_file_leads_to_the_check_and_cannot_be_processed() -> None:
    desk = on_desk(student("N1"))
    desk.take("users.csv", desk.data.replace(b"schoolId", b"SchoolId"))

    app = opened(desk)

    assert app.button(key="to-check").label == "Fix 1 row on the Check page"
    assert not [button for button in app.button if button.key == "process"]


def test_the_file_of_another_district_is_asked_about_first_of_all(store: rt.Store) -> None:
    imported(
        store,
        *[student(f"S{n}", userFirstName=f"A{n}") for n in range(20)],
        district="Clay",
        schools=SCHOOLS,
    )
    strangers = [student(f"X{n}", userFirstName=f"B{n}", userLastName="Q") for n in range(20)]

    app = opened(on_desk(*strangers, district="Clay"), district="Clay")

    assert "Is this Clay's file?" in words_of(app)
    assert words_of(app).index("Is this Clay's file?") < words_of(app).index("would create")


# --- from a preview to processed and to undone ---------------------------------------------------


def test_a_file_is_processed_and_undone_on_the_page(store: rt.Store) -> None:
    app = opened(on_desk(student("N1")))
    assert "Save this as Avon's new roster here. Nothing is sent to the portal." in words_of(app)

    app = clicked(clicked(app, "process"), "process-now")
    assert "Processed: the roster of Avon is now snapshot 2." in words_of(app)
    assert acts(app) == [("Processed: snapshot 2", "users.csv"),
                         ("Imported: snapshot 1", "download.csv")]  # fmt: skip
    app = clicked(clicked(app, "undo-2"), "do-undo")

    assert "Snapshot 2 of Avon was undone; the roster is snapshot 1 again." in words_of(app)
    assert acts(app)[0] == ("Undone: snapshot 2", "users.csv")
    assert store.district("Avon").snapshots == (1,)
    assert app.button(key="process").label == "Process into Avon"
    assert "This file would create 1 student." in words_of(app)


def test_what_would_be_undone_is_said_before_and_can_be_left(store: rt.Store) -> None:
    rt.process(file_of([student("N1")]), store, "Avon", name="users.csv")

    app = clicked(opened(district="Avon"), "undo-2")
    assert "The roster is then what it was in snapshot 1." in words_of(app)
    assert app.button(key="do-undo").label == "Undo snapshot 2 of Avon"
    app = clicked(app, "undo-not")

    assert store.district("Avon").snapshots == (1, 2)
    assert not [button for button in app.button if button.key == "do-undo"]


def test_a_preview_of_a_roster_that_has_changed_is_made_anew_on_a_click(store: rt.Store) -> None:
    app = opened(on_desk(student("N1")))
    rt.process(file_of([student("N1")]), store, "Avon", name="other.csv")

    app = sound(app.run())
    assert "The roster has changed since this preview was made." in words_of(app)
    app = clicked(app, "anew")

    assert "This file would change nothing" in words_of(app)


# --- its portal ----------------------------------------------------------------------------------


def test_the_profile_says_its_version_and_what_is_known_and_is_undone_there(
    store: rt.Store,
) -> None:
    store["Avon"].set_profile('extends = "batch-upload"', "from the template")
    app = opened(district="Avon")
    assert "Avon's own profile, version 1" in words_of(app)
    assert "columns" in words_of(app)
    assert acts(app)[0] == ("Portal profile kept: version 1", "from the template")

    app = clicked(app, "undo-version-1")

    assert "Version 1 of Avon's own profile was undone" in words_of(app)
    assert acts(app)[0] == ("Portal profile undone: version 1", "from the template")
    assert store.district("Avon").own_profile is None


@pytest.mark.usefixtures("store")
def test_the_portal_is_taught_for_this_district() -> None:
    app = clicked(opened(district="Brook"), "teach")

    assert [title.value for title in app.title] == ["Your portal"]
    assert app.session_state["desk"].basis.district == "Brook"
    assert app.session_state["step"] == "learn"


def test_a_profile_that_cannot_be_read_is_told_and_undone(
    store: rt.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store["Avon"].set_profile('extends = "batch-upload"', "first")

    def unreadable(*_: object, **__: object) -> None:
        raise rt.ToolkitError("Avon's own profile cannot be read.")

    with monkeypatch.context() as broken:
        broken.setattr(rt.Store, "profile_of", unreadable)
        app = opened(district="Avon")
        assert "cannot be read." in words_of(app)
        assert acts(app)

        app = clicked(app, "undo-version-1")

    assert store.district("Avon").own_profile is None


# --- one box that finds --------------------------------------------------------------------------


def found(app: AppTest, alt: str) -> list[object]:
    return [line.get("ID", line.get("row")) for line in table(app, alt)]


@pytest.mark.usefixtures("store")
def test_a_name_is_found_in_the_file_the_roster_and_the_other_districts() -> None:
    app = opened(on_desk(in_class(student("N1", userFirstName="Zoë", userLastName="New"))))

    app.text_input(key="find-everywhere").set_value("zoë").run()

    assert found(app, IN_FILE) == [2]
    assert found(app, IN_ROSTER) == ["S1"]
    assert found(app, ELSEWHERE) == ["B1"]
    assert "zo" not in str(app.query_params).lower()


@pytest.mark.usefixtures("store")
def test_a_hit_of_the_roster_and_one_elsewhere_open_who_it_is() -> None:
    app = opened(district="Avon")
    app.text_input(key="find-everywhere").set_value("zoe").run()

    app = picked(app, ELSEWHERE, 0)

    assert app.selectbox(key="district").value == "Brook"
    assert "Zoë Ash" in words_of(app)
    assert "B1" not in str(app.query_params)


@pytest.mark.usefixtures("store")
def test_a_hit_of_the_file_leads_to_its_row_on_the_check_page() -> None:
    app = opened(on_desk(ZOE, student("N1")))
    app.text_input(key="find-everywhere").set_value("N1").run()

    app = picked(app, IN_FILE, 0)

    assert [title.value for title in app.title] == ["Check a file"]
    assert "row 3" in [field.value for field in app.text_input]


@pytest.mark.usefixtures("store")
def test_who_is_nowhere_is_said_to_be_nowhere() -> None:
    app = opened(district="Avon")

    app.text_input(key="find-everywhere").set_value("nobody").run()

    assert "Nothing found in Avon's roster or in the other districts here." in words_of(app)


@pytest.mark.usefixtures("store")
def test_the_check_page_finds_in_the_rosters_too_and_leads_there() -> None:
    app = open_page("check", on_desk(student("N1")))
    app.text_input(key="find").set_value("nunez").run()
    assert found(app, IN_ROSTER) == ["S1"]

    app = picked(app, IN_ROSTER, 0)

    assert [title.value for title in app.title] == ["District"]
    assert "Zoë Núñez" in text_of(app)


@pytest.mark.usefixtures("store")
def test_the_sample_district_is_searched_by_itself() -> None:
    desk = Desk()
    desk.open_sample()

    app = opened(desk)
    app.text_input(key="find-everywhere").set_value("Rosa Diaz").run()

    assert "T1" not in [*found_anywhere(app)]


def found_anywhere(app: AppTest) -> list[object]:
    alts = {frame.proto.alt for frame in app.dataframe} & {IN_ROSTER, ELSEWHERE}
    return [key for alt in alts for key in found(app, alt)]


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Avon", "Avon"),
        ("St. Mary's (K-8) & Núñez", "St. Mary's (K-8) & Núñez"),
        ("![x](http://evil.example/a.png)", "this district"),
        (":material/home:", "this district"),
        ("*Avon*", "this district"),
        ("__Avon__", "this district"),
        ("www.evil.example", "this district"),
        ("<b>Avon", "this district"),
    ],
)
def test_a_districts_name_stands_in_a_label_where_it_is_no_markup(name: str, label: str) -> None:
    assert in_label(name) == label
