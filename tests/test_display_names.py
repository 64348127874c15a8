"""Display names of classes, edited in bulk: rows that change nothing else in the roster."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import HEADER, Row, file_of, imported, in_class, student, teacher

import roster_toolkit as rt
from roster_toolkit.__main__ import main
from roster_toolkit.impact.next_roster import next_roster
from roster_toolkit.reviewing.display_names import DisplayNames, display_names
from roster_toolkit.rosters.context import RosterContext
from roster_toolkit.rosters.download import read_download

PROFILE = rt.load_profile()
ROSA = in_class(
    teacher("T1", userFirstName="Rosa"), primary_teacher="TRUE", classDisplayName="Room 12"
)
ZOE = in_class(student("S1", userFirstName="Zoë"), classDisplayName="Room 12")


def rows_of(data: bytes) -> list[Row]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def edited(data: bytes, names: Mapping[str, str]) -> bytes:
    """The file with other display names, by the ID of their class; every other cell as it was."""
    rows = rows_of(data)
    return file_of(
        row | {"classDisplayName": names.get(row["classId"], row["classDisplayName"])}
        for row in rows
    )


def context_of(*rows: Row, **changed: pl.DataFrame) -> RosterContext:
    """A roster of these rows, some of its frames changed."""
    roster = read_download(file_of(rows), PROFILE).roster
    return RosterContext(replace(roster, **changed), district="Avon")


def names_of(*rows: Row, profile: rt.Profile = PROFILE, **changed: pl.DataFrame) -> DisplayNames:
    return display_names(context_of(*rows, **changed), profile)


def who(names: DisplayNames) -> dict[str, str]:
    """Class → the person in its row."""
    return {row["classId"]: row["userId"] for row in rows_of(names.csv)}


def happens(result: rt.Review) -> dict[str, int]:
    """What would happen but `no changes`."""
    assert result.impact is not None
    return {
        f"{kind} {outcome}": number
        for kind, outcomes in result.impact.totals.items()
        for outcome, number in outcomes.items()
        if number and outcome is not rt.Outcome.NO_CHANGES
    }


@pytest.fixture(scope="module")
def riverton(story: rt.Story) -> rt.StoredDistrict:
    return rt.Store(story.store)["Riverton"]


# --- the round trip ------------------------------------------------------------------------------


@pytest.mark.slow
def test_as_it_comes_the_file_has_no_fault_and_changes_nothing(
    riverton: rt.StoredDistrict,
) -> None:
    for district in riverton.store:
        result = rt.review(district.display_names().csv, against=district)

        assert result.verdict is rt.Verdict.CLEAN
        assert happens(result) == {}
        assert result.impact is not None
        assert result.impact.display_names.is_empty()


def test_two_edited_names_are_all_that_changes(riverton: rt.StoredDistrict) -> None:
    new = {"0102ART003": "Fine arts, 1A", "0115LIT003": "Ñandú & Co"}
    data = edited(riverton.display_names().csv, new)

    result = rt.review(data, against=riverton)

    assert happens(result) == {"class updated": 2}
    assert result.impact is not None
    assert result.impact.display_names.select("classId", "before", "after").rows() == [
        ("0102ART003", "Art with Flores", "Fine arts, 1A"),
        ("0115LIT003", "", "Ñandú & Co"),
    ]
    changes = rows_of(result.changes_csv())
    assert {line["field"] for line in changes} == {"classDisplayName"}
    assert {line["key"]: line["after"] for line in changes} == new


def test_processed_it_is_the_same_roster_with_other_names(
    riverton: rt.StoredDistrict, tmp_path: Path
) -> None:
    file, store = tmp_path / "users.csv", tmp_path / "roster.duckdb"
    store.write_bytes(riverton.store.path.read_bytes())
    copy = rt.Store(store)["Riverton"]
    data = copy.display_names().csv
    new = {row["classId"]: f"Room {n}" for n, row in enumerate(rows_of(data))}
    file.write_bytes(edited(data, new))

    # So many classes at once are a mass change, as in any other file.
    assert set(rt.process(file, copy.store, "Riverton").held) == {"RT412"}
    rt.process(file, copy.store, "Riverton", accept=["RT412"])

    changes = copy.compare().changes
    assert set(changes["field"]) == {"classDisplayName"}
    assert dict(changes.select("key", "after").iter_rows()) == new


def test_every_class_has_one_row_by_school_and_name(riverton: rt.StoredDistrict) -> None:
    names = riverton.display_names()

    active = riverton.roster().classes.filter("active")
    rows = rows_of(names.csv)
    assert sorted(row["classId"] for row in rows) == sorted(active["classId"])
    assert rows == sorted(rows, key=lambda row: (row["schoolId"], row["className"], row["classId"]))
    assert names.classes["row"].to_list() == list(range(2, len(rows) + 2))
    assert names.classes.drop("row").rows() == [
        tuple(row[name] for name in ("schoolId", "classId", "className", "classDisplayName"))
        for row in rows
    ]
    assert riverton.display_names().csv == names.csv


def test_no_pupil_is_in_the_file_where_staff_can_stand_for_a_class(
    riverton: rt.StoredDistrict,
) -> None:
    assert {row["userRole"] for row in rows_of(riverton.display_names().csv)} == {"Teacher"}


def test_one_school_alone(riverton: rt.StoredDistrict) -> None:
    rows = rows_of(riverton.display_names("0109").csv)

    assert {row["schoolId"] for row in rows} == {"0109"}
    everything = rows_of(riverton.display_names().csv)
    assert len(rows) == sum(row["schoolId"] == "0109" for row in everything)


# --- who stands for a class ----------------------------------------------------------------------


def test_the_row_is_that_of_the_primary_teacher_as_the_roster_has_it() -> None:
    aide = in_class(teacher("T0"), primary_teacher="FALSE", classDisplayName="Room 12")

    names = names_of(ROSA, ZOE, aide)

    assert rows_of(names.csv) == [dict.fromkeys(HEADER, "") | ROSA]


def test_a_student_stands_for_a_class_without_staff() -> None:
    assert who(names_of(ZOE)) == {"C1": "S1"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"userEmail": "rosa at school"}, {"userEmail": ""}, {"userGrade": "4"},
        {"userLastName": "N/A"}, {"userEmail": "s2@school.org"},
    ],
)  # fmt: skip
def test_whoever_would_be_rejected_does_not_stand_for_a_class(wrong: Row) -> None:
    names = names_of(ROSA | wrong, ZOE, student("S2"))

    assert who(names) == {"C1": "S1"}


def test_whoever_is_no_member_of_the_school_would_become_one_by_the_row() -> None:
    roster = context_of(ROSA, ZOE).roster
    rosa = roster.people.filter(userId="T1")["person"].item()
    elsewhere = pl.when(pl.col("person") == rosa).then(pl.lit("0042")).otherwise("schoolId")

    names = names_of(ROSA, ZOE, memberships=roster.memberships.with_columns(schoolId=elsewhere))

    assert who(names) == {"C1": "S1"}


def test_whoever_works_at_two_schools_has_a_row_at_both_or_none() -> None:
    """With a row at one of them they would seem to leave the other (RT417)."""
    other = in_class(teacher("T2", schoolId="0042"), "C2", schoolId="0042")
    both = ROSA | {"schoolId": "0042", "classId": "C3", "classDisplayName": ""}
    member = {k: v for k, v in ROSA.items() if "class" not in k.lower()} | {"schoolId": "0042"}
    member["primary_teacher"] = ""

    assert who(names_of(ROSA, ZOE, both)) == {"C1": "T1", "C3": "T1"}
    alone = context_of(ROSA, ZOE, member, other)
    names = display_names(alone, PROFILE)
    assert who(names) == {"C1": "S1", "C2": "T2"}
    assert rt.review(names.csv, against=alone).by_rule == {}


def test_in_a_district_of_a_third_party_only_staff_stand_for_a_class() -> None:
    names = names_of(
        ROSA, ZOE, in_class(student("S2"), "C2"), profile=rt.load_profile("third-party")
    )

    assert who(names) == {"C1": "T1"}
    assert names.left_out["classId"].to_list() == ["C2"]


def test_staff_whom_no_third_party_supplies_go_first() -> None:
    coach = in_class(teacher("T9"), primary_teacher="FALSE", classDisplayName="Room 12")
    roster = context_of(ROSA, coach).roster
    source = pl.when(userId="T1").then(pl.lit("clever")).otherwise("source").alias("source")
    context = RosterContext(
        replace(roster, people=roster.people.with_columns(source)), sources=("clever",)
    )

    names = display_names(context, rt.load_profile("third-party"))

    assert who(names) == {"C1": "T9"}


# --- what cannot be named ------------------------------------------------------------------------


def test_classes_that_no_row_can_name_are_left_out_and_said() -> None:
    no_grade = in_class(teacher("T2"), "C2", classGrade="")
    roster = context_of(ROSA, no_grade, in_class(teacher("T3"), "C3")).roster
    emptied = roster.enrollments.filter(pl.col("class") != 2)

    names = names_of(ROSA, no_grade, in_class(teacher("T3"), "C3"), enrollments=emptied)

    assert who(names) == {"C1": "T1"}
    assert names.left_out.select("classId", "why").rows() == [
        ("C2", "no row of theirs would be accepted and change nothing else"),
        ("C3", "nobody is in them whom a row could name"),
    ]
    assert "1 class (“C3”), as nobody is in them" in names.left_out_because
    assert "1 class (“C3”)" in repr(names)


def test_removed_classes_are_no_classes_anymore() -> None:
    roster = context_of(ROSA, in_class(teacher("T2"), "C2")).roster
    closed = roster.classes.with_columns(active=pl.col("classId") != "C2")

    names = names_of(ROSA, in_class(teacher("T2"), "C2"), classes=closed)

    assert who(names) == {"C1": "T1"}
    assert names.left_out.is_empty()


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ((student(),), "'Avon' has no classes, so no display names to edit."),
        ((ZOE | {"classGrade": ""},), "There is no display name to edit. Left out: 1 class"),
    ],
)
def test_where_there_is_nothing_to_edit_a_sentence_says_so(
    rows: tuple[Row, ...], sentence: str
) -> None:
    with pytest.raises(rt.UsageError) as trouble:
        names_of(*rows)

    assert sentence in str(trouble.value)


def test_an_unknown_school_is_answered_with_those_that_have_classes() -> None:
    with pytest.raises(rt.UsageError, match=r"no class at a school '9'; it has some at '0711'\."):
        display_names(context_of(ROSA), PROFILE, "9")


def test_a_profile_of_another_file_gets_a_sentence(riverton: rt.StoredDistrict) -> None:
    context = riverton.against()

    with pytest.raises(rt.UsageError, match=r"goes with a profile of users\.csv"):
        display_names(context, rt.load_profile("demographics"))


def test_a_portal_without_the_column_gets_a_sentence() -> None:
    columns = dict(PROFILE.columns)
    columns["classDisplayName"] = columns["classDisplayName"].model_copy(update={"absent": True})

    with pytest.raises(rt.UsageError, match="no column for display names"):
        names_of(ROSA, profile=PROFILE.model_copy(update={"columns": columns}))


# --- the cell to edit ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["=SUM(A1)", "+1 team", "'quoted'", 'a "b", c', "Zoë's", "<b>x"])
def test_a_name_stands_byte_for_byte(name: str) -> None:
    rows = (ROSA | {"classDisplayName": name}, ZOE | {"classDisplayName": name})
    names = names_of(*rows)

    assert rows_of(names.csv)[0]["classDisplayName"] == name
    assert happens(rt.review(names.csv, against=context_of(*rows))) == {}


def test_a_cell_that_is_cleared_keeps_the_name() -> None:
    data = edited(names_of(ROSA, ZOE).csv, {"C1": ""})

    assert happens(rt.review(data, against=context_of(ROSA, ZOE))) == {}


@pytest.mark.parametrize("on_error", ["row", "file"])
def test_a_placeholder_is_there_to_be_replaced(on_error: str) -> None:
    profile = PROFILE.model_copy(update={"on_error": on_error})
    rows = (ROSA | {"classDisplayName": "TBD"}, in_class(teacher("T2", userEmail="?"), "C2"))
    names = names_of(*rows, in_class(teacher("T3"), "C2"), profile=profile)
    context = context_of(*rows, in_class(teacher("T3"), "C2"))

    assert who(names) == {"C1": "T1", "C2": "T3"}
    result = rt.review(edited(names.csv, {"C1": "Room 7"}), against=context, profile=profile)
    assert happens(result) == {"class updated": 1}


# --- any roster ----------------------------------------------------------------------------------


@st.composite
def rosters(draw: st.DrawFn) -> RosterContext:
    """Rosters as imports leave them: with cells that an upload would be rejected for."""
    classes = [
        {
            "classId": f"C{n}",
            "schoolId": draw(st.sampled_from(["1", "2"])),
            "className": draw(st.sampled_from(["Math", "Art", "N/A", ""])),
            "classDisplayName": draw(st.sampled_from(["", "Room 1", "TBD", "=x"])),
            "classGrade": draw(st.sampled_from(["3", "3", "K", "99", ""])),
        }
        for n in range(draw(st.integers(1, 4)))
    ]
    rows: list[Row] = []
    for n in range(draw(st.integers(1, 6))):
        make = draw(st.sampled_from([student, teacher]))
        address = draw(st.sampled_from([f"p{n}@s.org", f"p{n}@s.org", "same@s.org", "?", ""]))
        person = make(f"P{n}", userEmail=address, schoolId=draw(st.sampled_from(["1", "2"])))
        person |= {"userGrade": draw(st.sampled_from([person["userGrade"], "3"]))}
        flags = st.sampled_from(["TRUE", "FALSE", ""])
        rows += [person]
        rows += [
            person | group | {"primary_teacher": draw(flags)}
            for group in draw(st.lists(st.sampled_from(classes), max_size=3, unique_by=id))
        ]
    roster = read_download(file_of(rows), PROFILE).roster
    gone = draw(st.lists(st.booleans(), min_size=roster.memberships.height))
    kept = roster.memberships.filter(~pl.Series(gone[: roster.memberships.height]))
    return RosterContext(replace(roster, memberships=kept), district="Avon")


def facts(roster: rt.Roster) -> list[Any]:
    """Everything that a roster says but display names."""
    classes = roster.classes.drop("classDisplayName", "source").sort("class")
    others = (
        roster.people.drop("source").sort("person"),
        roster.memberships.drop("source").sort("person", "schoolId"),
        roster.enrollments.drop("source").with_columns(pl.col("leads").fill_null(value=False)),
        roster.schools.select("schoolId").sort("schoolId"),
    )
    return [sorted(frame.rows()) for frame in (classes, *others)]


@pytest.mark.slow
@given(rosters())
@settings(max_examples=10)
def test_whatever_the_roster_only_display_names_change(context: RosterContext) -> None:
    roster = context.roster
    try:
        names = display_names(context, PROFILE)
    except rt.UsageError:
        return
    new = {class_id: f"New {class_id}" for class_id in names.classes["classId"]}

    untouched = rt.review(names.csv, against=context)
    renamed = rt.review(edited(names.csv, new), against=context)

    assert untouched.impact is not None
    assert not untouched.impact.changes_anything
    assert renamed.rows.rejected == 0
    assert renamed.impact is not None
    assert happens(renamed) == {"class updated": len(new)}
    after = next_roster(renamed.impact, roster, "portal")
    assert facts(after) == facts(roster)
    both = [*names.classes["classId"], *names.left_out["classId"]]
    assert sorted(both) == sorted(roster.classes["classId"])


# --- told ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def two_renamed() -> rt.Review:
    art = in_class(teacher("T2", schoolId="0042"), "C2", className="Art", classDisplayName="=Art")
    context = context_of(ROSA, ZOE, art)
    new = {"C1": "Room 14", "C2": "Studio"}
    return rt.review(edited(display_names(context, PROFILE).csv, new), against=context)


def test_the_json_has_class_before_and_after(two_renamed: rt.Review) -> None:
    assert json.loads(two_renamed.json())["display_names"] == [
        {"schoolId": "0042", "classId": "C2", "className": "Art", "before": "=Art",
         "after": "Studio"},
        {"schoolId": "0711", "classId": "C1", "className": "Math", "before": "Room 12",
         "after": "Room 14"},
    ]  # fmt: skip


def test_the_page_has_a_table_and_without_values_a_number(two_renamed: rt.Review) -> None:
    page = two_renamed.to_html()
    assert "<caption>Display names that change</caption>" in page
    assert "<td>Room 12</td><td>Room 14</td>" in page

    page = two_renamed.to_html(values=False)
    assert "2 classes get another display name." in page
    assert "Room 14" not in page


def test_masked_the_names_are_pseudonyms(two_renamed: rt.Review) -> None:
    masked = two_renamed.masked(b"sixteen secret bytes")

    assert masked.impact is not None
    told = masked.impact.display_names
    assert told.height == 2
    assert not {"C1", "C2"} & set(told["classId"])
    assert not {"Room 12", "Room 14", "Studio"} & {*told["before"], *told["after"]}


# --- the command ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Avon with Rosa and Zoë, Brook without a class."""
    store = rt.Store(tmp_path_factory.mktemp("store") / "roster.duckdb")
    imported(store, ROSA, ZOE)
    imported(store, student("B1"), district="Brook")
    return store.path


@pytest.fixture
def store(made_once: Path, app_store: Path, monkeypatch: pytest.MonkeyPatch) -> rt.Store:
    """A copy of it, where the command looks."""
    monkeypatch.chdir(app_store.parent)
    return rt.Store(shutil.copy(made_once, app_store))


def test_the_command_writes_the_file_and_says_what_to_do(
    store: rt.Store, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["template", "--display-names", "--district", "avon", "-o", "users.csv"]) == 0

    told = capsys.readouterr()
    assert told.out == ""
    assert "1 class. Edit the names in classDisplayName" in told.err
    assert "check users.csv --district Avon" in told.err
    assert Path("users.csv").read_bytes() == store["Avon"].display_names().csv


@pytest.mark.usefixtures("store")
def test_check_tells_the_names_before_and_after(capsys: pytest.CaptureFixture[str]) -> None:
    main(["template", "--display-names", "--district", "Avon", "-o", "users.csv"])
    file = Path("users.csv")
    file.write_bytes(edited(file.read_bytes(), {"C1": "Room 14"}))

    assert main(["check", "users.csv", "--district", "Avon"]) == 0
    told = capsys.readouterr().out
    assert "1 class gets another display name:\n  “C1”: “Room 12” → “Room 14”\n" in told

    assert main(["check", "users.csv", "--district", "Avon", "--no-values"]) == 0
    told = capsys.readouterr().out
    assert "1 class gets another display name.\n" in told
    assert "Room 14" not in told

    main(["check", "users.csv", "--district", "Avon", "--no-values", "--format", "json"])
    assert json.loads(capsys.readouterr().out)["display_names"] is None


@pytest.mark.usefixtures("store")
def test_of_many_names_the_first_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [in_class(teacher("T7"), f"C{n}", classDisplayName="x" * 80) for n in range(1, 8)]
    imported(rt.Store(), *rows, district="Cora")
    new = file_of(row | {"classDisplayName": "y" * 80} for row in rows)
    Path("users.csv").write_bytes(new)

    main(["check", "users.csv", "--district", "Cora"])

    told = capsys.readouterr().out
    assert "and 2 more classes; changes.csv lists all of them" in told
    assert max(map(len, told.splitlines())) <= 100


@pytest.mark.usefixtures("store")
def test_without_a_file_the_bytes_go_to_stdout(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["template", "--display-names", "--district", "Avon"]) == 0

    assert capfdbinary.readouterr().out == rt.Store()["Avon"].display_names().csv


@pytest.mark.usefixtures("store")
def test_a_file_that_exists_is_never_written_over(capsys: pytest.CaptureFixture[str]) -> None:
    Path("users.csv").write_text("names that were edited")

    code = main(["template", "--display-names", "--district", "Avon", "-o", "users.csv"])

    assert code == 2
    assert "There is a file users.csv" in capsys.readouterr().err
    assert Path("users.csv").read_text() == "names that were edited"


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--display-names"], "--display-names needs --district"),
        (["--district", "Avon"], "go with --display-names"),
        (["--school", "0711"], "go with --display-names"),
        (["--display-names", "--district", "Bergen"], "no district 'Bergen'; it has 'Avon'"),
        (["--display-names", "--district", "Brook"], "'Brook' has no classes"),
        (["--display-names", "--district", "Avon", "--school", "7"], "no class at a school '7'"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["template", *arguments, "--out", "names.csv"]) == 2

    told = capsys.readouterr().err
    assert sentence in told
    assert told.count("\n") == 1
    assert not Path("names.csv").exists()
