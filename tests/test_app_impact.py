"""The page that previews the impact, without a browser: each state that somebody can meet."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from making import Row, file_of, imported, in_class, removal, student, teacher
from opening import clicked, open_page, picked, sound, table, text_of

import roster_toolkit as rt
from app_parts.session import Basis, Desk

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

SCHOOLS = b"schoolId,schoolName\n0711,Lakeview Elementary\n0042,Hill High\n"
ROSTER = (
    in_class(teacher("T1", userFirstName="Rosa"), primary_teacher="TRUE"),
    *(in_class(student(f"S{n}", userFirstName="Zoë")) for n in range(1, 5)),
    in_class(student("S5", userFirstName="Li", schoolId="0042"), "C2"),
    in_class(teacher("T2", schoolId="0042"), "C2"),
)
#: One student of each fate: created, updated, in error, transferred, renumbered; and a class gone.
UPLOAD = (
    student("N1"),
    in_class(student("S1", userFirstName="Zoë", userLastName="Diaz")),
    in_class(student("S2", userFirstName="Zoë", userGrade="99")),
    student("S3", userFirstName="Zoë", schoolId="0042"),
    student("S44", userFirstName="Zoë", userEmail="s4@school.org"),
    teacher("T1", userFirstName="Rosa", userRole="Administrator"),
    removal("C2", "T2", schoolId="0042"),
)
#: A name that is markup wherever text is taken for it.
EVIL = "![x](http://evil.example/a.png)<img src=x>"
TOTALS = "Records of each kind by outcome. The choices below lead to the same records."
RECORDS = "The records behind the number"


pytestmark = pytest.mark.usefixtures("app_store")


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = rt.Store(tmp_path_factory.mktemp("store") / "roster.duckdb")
    imported(store, *ROSTER, schools=SCHOOLS)
    return store.path


@pytest.fixture
def store(app_store: Path, made_once: Path) -> rt.Store:
    """Avon as it is, with its list of schools."""
    shutil.copy(made_once, app_store)
    return rt.Store(app_store, patience=0.1)


def on_desk(rows: Iterable[Row], basis: Basis | None = None) -> Desk:
    """A desk with a file of these rows, to be compared with Avon unless told otherwise."""
    desk = Desk(basis=basis or Basis(district="Avon"))
    desk.take("users.csv", file_of(rows))
    return desk


def opened(desk: Desk | None = None, **place: str) -> AppTest:
    """The page with this on the desk."""
    return open_page("impact", desk, **place)


def previewed(store: rt.Store, *rows: Row, profile: str = "batch-upload", **place: str) -> AppTest:
    """The page with a file of these rows on the desk, compared with Avon in the store."""
    assert store.path.exists()
    return opened(on_desk(rows, Basis(profile, "Avon")), **place)


# --- nothing to preview --------------------------------------------------------------------------


def test_without_a_file_the_page_says_where_to_choose_one_and_offers_the_sample() -> None:
    app = opened()

    assert "There is no file to preview yet." in text_of(app)
    assert app.button(key="sample-impact").label == "Try a sample district"
    assert "Choose a file on the Check page" in [link.label for link in app.get("page_link")]


@pytest.mark.usefixtures("store")
def test_a_file_without_a_roster_asks_what_to_compare_it_with() -> None:
    app = opened(on_desk(UPLOAD, Basis()))

    assert "To see that, it needs a roster to compare it with." in text_of(app)
    sound(next(b for b in app.selectbox if b.label == "Compare with").select("Avon").run())

    assert "This file would create 1 student" in text_of(app)


@pytest.mark.usefixtures("store")
def test_a_rejected_file_changes_nothing_and_says_why() -> None:
    desk = on_desk(UPLOAD)
    desk.take("users.csv", desk.data.replace(b"schoolId", b"SchoolId"))

    app = opened(desk)

    assert "The portal would reject the whole file, so nothing would happen" in text_of(app)
    assert not app.dataframe


@pytest.mark.usefixtures("store")
def test_columns_that_are_called_otherwise_are_asked_about_first() -> None:
    desk = on_desk(UPLOAD)
    desk.take("users.csv", desk.data.replace(b"userGrade", b"Klasse"))

    app = opened(desk)

    assert "We can say what would happen to the roster once" in text_of(app)
    assert "In this file, userGrade has another name than we assumed" in text_of(app)
    assert not app.dataframe


def test_a_store_that_cannot_be_read_gets_a_sentence(app_store: Path) -> None:
    app_store.write_bytes(b"not a store")

    app = opened(on_desk(UPLOAD))

    assert "The store cannot be read." in text_of(app)
    assert "is not a store of rosters" in text_of(app)


# --- what would happen ---------------------------------------------------------------------------


def test_the_impact_is_one_sentence_and_a_table_that_adds_up(store: rt.Store) -> None:
    app = previewed(store, *UPLOAD)

    assert (
        "This file would create 1 student, update 4 people, and remove 1 class with 2 "
        "enrollments; 2 records have errors." in text_of(app)
    )
    students = {line["kind"]: line for line in table(app, TOTALS)}["Students"]
    assert students == {
        "kind": "Students", "created": 1, "updated": 3, "no changes": 0, "removed": 0,
        "errors": 1, "not mentioned": 1,
    }  # fmt: skip
    assert "Students: 5 = 1 + 3 + 0 + 0 + 1" in text_of(app)


def test_a_file_that_says_what_the_roster_has_changes_nothing(store: rt.Store) -> None:
    app = previewed(store, *ROSTER)

    assert "This file would change nothing: 18 records stay as the roster has them." in text_of(app)


def test_the_address_leads_to_the_records_of_a_kind_and_outcome(store: rt.Store) -> None:
    app = previewed(store, *UPLOAD, records="Students", outcome="created")

    assert [line["userId"] for line in table(app, RECORDS)] == ["N1"]


def test_records_are_narrowed_to_a_school_that_stays_out_of_the_address(store: rt.Store) -> None:
    app = previewed(store, *UPLOAD)

    sound(app.selectbox(key="records-school").select("0042").run())

    assert [line["userId"] for line in table(app, RECORDS)] == ["S3"]
    assert "0042" not in str(app.query_params)


def test_a_record_shows_its_fields_before_and_after_and_the_rows_that_mention_it(
    store: rt.Store,
) -> None:
    app = previewed(store, *UPLOAD, records="Students", outcome="updated")

    picked(app, RECORDS, 0)

    fields = next(f.value for f in app.dataframe if f.proto.alt.startswith("Each field"))
    assert fields.iloc[0].to_list() == ["userLastName", "Lee", "Diaz", "● changes"]
    assert "1 field would change:" in text_of(app)
    assert "The row of the file that mentions it:" in text_of(app)
    assert app.button(key="show-rows")


def test_the_rows_of_a_record_are_found_on_the_check_page(store: rt.Store) -> None:
    app = previewed(store, *UPLOAD, records="Students", outcome="updated")

    clicked(picked(app, RECORDS, 0), "show-rows")

    assert [title.value for title in app.title] == ["Check a file"]
    assert app.text_input(key="find").value == "row 3"
    assert "S1" not in str(app.query_params)


def test_a_removed_class_shows_everybody_whom_it_reaches(store: rt.Store) -> None:
    app = previewed(store, *UPLOAD)

    clicked(app, "guard-classes")
    picked(app, RECORDS, 0)

    assert "2 people lose this class; 1 of them is not in the file" in text_of(app)
    reached = next(f.value for f in app.dataframe if f.proto.alt.startswith("The enrollments"))
    assert list(reached.iloc[0][["userId", " "]]) == ["S5", "● not in the file"]


def test_the_guard_says_whom_a_removal_reaches_by_name_of_class_and_school(store: rt.Store) -> None:
    app = previewed(store, *UPLOAD)

    assert (
        "Removing the class Math (C2) at Hill High (0042) unenrolls 2 people; 1 of them is not in "
        "the file." in text_of(app)
    )


def test_the_guard_says_what_is_unusual_at_a_school_in_this_season(app_store: Path) -> None:
    crowd = [student(f"S{n}") for n in range(60)]
    store = rt.Store(app_store, patience=0.1)
    imported(store, *crowd, schools=SCHOOLS)

    app = previewed(store, *(row | {"userGrade": "4"} for row in crowd[:20]))

    assert (
        "Lakeview Elementary (0711): 20 of 60 students would be updated (33%). During the school "
        "year, more than 25% is unusual." in text_of(app)
    )


def test_schools_are_a_map_and_a_table(store: rt.Store) -> None:
    app = previewed(store, *UPLOAD, part="Schools")

    lines = table(app, "Records of each kind at each school, by outcome")
    assert {line["schoolId"] for line in lines} == {"0711", "0042"}
    assert {line["name"] for line in lines} == {"Lakeview Elementary", "Hill High"}
    assert len(app.get("plotly_chart")) == 2


def test_people_with_another_id_school_or_role_have_a_section_each(store: rt.Store) -> None:
    app = previewed(store, *UPLOAD, part="New ID, school or role")

    assert [(line["ID so far"], line["new ID"]) for line in table(app, "Renumbered")] == [
        ("S4", "S44")
    ]
    assert [(line["userId"], line["joins"]) for line in table(app, "Transferred")] == [
        ("S3", "Hill High (0042)")
    ]
    assert [(line["role so far"], line["new role"]) for line in table(app, "Changed role")] == [
        ("Teacher", "Administrator")
    ]


def test_a_section_without_anybody_is_not_there(store: rt.Store) -> None:
    app = previewed(store, student("N1"), part="New ID, school or role")

    assert "Nobody changes their ID, school or role." in text_of(app)


def test_the_impact_after_the_automatic_fixes_stands_beside_it_on_request(store: rt.Store) -> None:
    app = previewed(store, student("N1", userGrade="grade 3"), part="After the automatic fixes")

    assert "2 records have errors." in text_of(app)
    clicked(app, "repair-and-foresee")

    assert "After the automatic fixes, this file would create 1 student." in text_of(app)
    after = table(app, "After the automatic fixes: records of each kind by outcome")
    assert after[2]["created"] == 1


def test_what_is_fixed_without_asking_is_told_from_what_needs_a_tick(store: rt.Store) -> None:
    lost = student("N1", schoolId="711", userFirstName=" Ana")

    app = previewed(store, lost, part="After the automatic fixes")

    automatic, ticked = text_of(app).split("Fixed only if you tick it on the Check page")
    zeros, spaces = (rt.catalogue()[code].title for code in ("RT406", "RT105"))
    assert spaces in automatic
    assert zeros not in automatic
    assert zeros in ticked


def test_fixes_that_change_nothing_in_the_impact_are_told_in_a_sentence(store: rt.Store) -> None:
    app = previewed(store, student("N1", userFirstName=" Ana"), part="After the automatic fixes")

    clicked(app, "repair-and-foresee")

    assert "The automatic fixes do not change the impact." in text_of(app)


def test_a_file_with_nothing_to_fix_says_so(store: rt.Store) -> None:
    app = previewed(store, student("N1"), part="After the automatic fixes")

    assert "Nothing in this file would be fixed automatically." in text_of(app)
    assert not [button for button in app.button if button.key == "repair-and-foresee"]


def test_a_cell_never_becomes_markup(store: rt.Store) -> None:
    app = previewed(store, student("N1", userFirstName=EVIL), records="Students", outcome="created")

    picked(app, RECORDS, 0)

    assert "<img" not in text_of(app)
    assert not [text for text in (*app.markdown, *app.caption) if "evil" in text.value]


# --- process -------------------------------------------------------------------------------------


def asked(app: AppTest) -> AppTest:
    return clicked(app, "process")


def test_processing_asks_once_and_makes_the_next_snapshot(store: rt.Store) -> None:
    app = asked(previewed(store, student("N1"), student("N2", userGrade="99")))

    clicked(app, "process-now")

    assert "Processed: the roster of Avon is now snapshot 2." in text_of(app)
    students = table(app, "What became of the records of each kind")[2]
    assert (students["created"], students["errors"]) == (1, 1)
    assert "1 row was rejected." in text_of(app)
    assert [button.label for button in app.get("download_button")] == ["Download users-errors.csv"]
    assert store.district("Avon").snapshots == (1, 2)


def test_processing_waits_until_what_is_unusual_is_accepted(store: rt.Store) -> None:
    app = asked(previewed(store, *UPLOAD))

    assert app.button(key="process-now").disabled
    sound(app.checkbox(key="accept-RT411").check().run())
    assert not app.button(key="process-now").disabled
    clicked(app, "process-now")

    assert "Processed: the roster of Avon is now snapshot 2." in text_of(app)


def test_processing_can_be_left_without_a_change(store: rt.Store) -> None:
    app = asked(previewed(store, student("N1")))

    clicked(app, "process-not")

    assert store.district("Avon").snapshots == (1,)
    assert "This file would create 1 student." in text_of(app)


def test_a_file_of_staff_begins_with_the_records_of_staff(store: rt.Store) -> None:
    page = previewed(store, ROSTER[0] | {"className": "Math"})

    assert next(box for box in page.selectbox if box.label == "Kind of record").value == "staff"
    assert "No such records" not in text_of(page)


def test_the_same_file_again_says_no_changes(store: rt.Store) -> None:
    app = clicked(asked(previewed(store, student("N1"))), "process-now")

    clicked(app, "again")
    assert "This file would change nothing" in text_of(app)
    clicked(asked(app), "process-now")

    assert "No changes: the roster of Avon stays as it was, and no snapshot was made." in text_of(
        app
    )
    assert store.district("Avon").snapshots == (1, 2)


def test_a_school_without_an_id_keeps_processing_disabled_and_is_named(app_store: Path) -> None:
    store = rt.Store(app_store, patience=0.1)
    imported(store, *ROSTER, schools=SCHOOLS + b",West Annex\n")

    app = previewed(store, student("N1"))

    assert app.button(key="process").disabled
    assert "Processing is inactive until every school has an ID of its own." in text_of(app)
    assert "West Annex" in text_of(app)


def test_a_download_is_no_district_to_process_into() -> None:
    app = opened(on_desk(UPLOAD, Basis(download=("download.csv", file_of(ROSTER)))))

    assert app.button(key="process").disabled
    assert "A file is processed into a district of the store." in text_of(app)


def test_a_roster_that_has_changed_meanwhile_is_looked_at_again_first(store: rt.Store) -> None:
    app = previewed(store, student("N1"))
    rt.process(file_of([student("N9")]), store, "Avon")

    sound(app.run())
    assert app.button(key="process").disabled
    assert "The roster has changed since this preview was made." in text_of(app)
    clicked(app, "anew")

    assert not app.button(key="process").disabled
    assert "Compared with Avon, snapshot 2." in text_of(app)


def test_a_store_that_is_in_use_when_it_comes_to_it_gets_a_sentence(
    store: rt.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_use(*_: object, **__: object) -> None:
        raise rt.ToolkitError("The store is in use by another program.")

    app = asked(previewed(store, student("N1")))
    monkeypatch.setattr(rt.Store, "add", in_use)

    clicked(app, "process-now")

    assert "Nothing was processed." in text_of(app)
    assert "The store is in use by another program." in text_of(app)
    assert store.district("Avon").snapshots == (1,)


def test_a_third_party_district_takes_staff_and_has_no_line_for_students(app_store: Path) -> None:
    store = rt.Store(app_store, patience=0.1)
    imported(store, *ROSTER, district_source="clever", schools=SCHOOLS)

    app = previewed(store, teacher("T9"), profile="third-party")
    assert [line["kind"] for line in table(app, TOTALS)] == [
        "Schools", "Staff", "Classes", "Enrollments",
    ]  # fmt: skip
    assert "This file would create 1 staff member." in text_of(app)
    clicked(asked(app), "process-now")

    kinds = [line["kind"] for line in table(app, "What became of the records of each kind")]
    assert kinds == ["Schools", "Staff", "Classes", "Enrollments"]


def test_a_third_party_district_is_not_processed_as_if_it_had_none(app_store: Path) -> None:
    store = rt.Store(app_store, patience=0.1)
    imported(store, *ROSTER, district_source="clever", schools=SCHOOLS)

    app = previewed(store, student("N1"))

    assert app.button(key="process").disabled
    assert "gets its students from a third party" in text_of(app)


# --- the sample district -------------------------------------------------------------------------


@pytest.mark.slow
def test_the_sample_district_opens_with_one_click_and_has_something_to_look_at() -> None:
    app = clicked(opened(), "sample-impact")

    assert "This file would create" in text_of(app)
    assert "Look at this before you upload the file." in text_of(app)
    assert not app.button(key="process").disabled


def test_a_file_of_another_district_is_processed_only_where_it_is_meant(store: rt.Store) -> None:
    app = previewed(store, *(student(f"X{n}", userEmail=f"x{n}@brook.org") for n in range(12)))

    text = unescape(text_of(app))
    assert "Is this Avon's file?" in text
    assert text.index("12 of 12 students are unknown to Avon.") < text.index("would create")
    app.button(key="process").click().run()
    assert app.button(key="process-now").disabled
    sound(app.checkbox(key="accept-RT418").check().run())
    app.button(key="process-now").click().run()

    assert "Processed: the roster of Avon is now snapshot 2." in text_of(app)
