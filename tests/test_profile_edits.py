"""What a person states of their portal by hand becomes a profile by which files are judged."""

from __future__ import annotations

import polars as pl
import pytest
from making import file_of, student

import roster_toolkit as rt

START = 'extends = "batch-upload"'
DAY = "2026-11-29"


def edited(*edits: rt.ColumnEdit, start: str = START) -> rt.EditedProfile:
    return rt.edited_profile(start, edits, date=DAY)


def test_a_renamed_column_is_read_under_its_new_name_and_known_by_its_old_one() -> None:
    profile = edited(rt.ColumnEdit("userGrade", name="grade")).profile

    column = profile.columns["userGrade"]
    assert column.name == "grade"
    assert "userGrade" in column.aliases
    assert column.evidence["name"] is rt.Evidence.SEEN
    assert "Set by hand on 2026-11-29." in column.note
    file = file_of([student()]).replace(b"userGrade", b"grade")
    assert rt.review(file, profile=profile).verdict is rt.Verdict.CLEAN


def test_the_text_says_the_same_as_the_profile() -> None:
    made = edited(
        rt.ColumnEdit("userRole", accepts=("S", "T", "A")),
        rt.ColumnEdit("classSubject", absent=True),
    )

    again = rt.profile_of_text(made.toml, "ours")
    assert again.columns == made.profile.columns
    assert again.vocabularies == made.profile.vocabularies


def test_what_else_names_a_value_names_the_new_one() -> None:
    profile = edited(
        rt.ColumnEdit("userRole", accepts=("S", "T", "A")),
        rt.ColumnEdit("userGrade", accepts=("K", "01", "02", "03")),
    ).profile

    assert profile.parts["admins"] == ("A",)
    assert profile.template_rows[1]["userGrade"] == "03"


def test_values_mean_what_those_mean_that_they_stand_for() -> None:
    profile = edited(
        rt.ColumnEdit("userRole", accepts=("Admin", "Learner", "Instructor")),
        rt.ColumnEdit("primary_teacher", accepts=("Y", "N")),
    ).profile

    assert profile.values_meaning("userRole", "student") == ("Learner",)
    assert profile.values_meaning("userRole", "staff") == ("Admin", "Instructor")
    assert profile.values_meaning("primary_teacher", "yes") == ("Y",)


def test_what_was_written_before_is_repaired_into_what_is_written_now() -> None:
    profile = edited(rt.ColumnEdit("userGrade", accepts=("KG", "01", "02", "03"))).profile

    spellings = profile.vocabularies["userGrade"].safe
    assert "3" in spellings["03"]
    assert "kindergarten" in spellings["KG"]


def test_a_value_of_which_nothing_tells_what_it_means_is_asked_about() -> None:
    start = rt.ColumnEdit("userRole", accepts=("Student", "Teacher", "Zed", "Administrator"))

    with pytest.raises(rt.UsageError, match=r"Zed means in userRole.*staff, student"):
        edited(start)

    told = rt.ColumnEdit("userRole", accepts=("Student", "Zed"), means={"Zed": "staff"})
    assert edited(told).profile.values_meaning("userRole", "staff") == ("Zed",)


def test_a_list_may_be_left_open() -> None:
    profile = edited(rt.ColumnEdit("userGrade", more=True)).profile

    column = profile.columns["userGrade"]
    assert profile.vocabulary_of(column).open
    assert profile.vocabulary_of(column).accepts == rt.load_profile().vocabularies["grade"].accepts


#: One belongs to the ID of a class alone.
CHOICES = {w: a for w, a in rt.requirement_choices(rt.load_profile()).items() if a != "class-key"}


@pytest.mark.parametrize("words", CHOICES)
def test_whatever_can_be_asked_can_be_chosen_in_words(words: str) -> None:
    profile = edited(rt.ColumnEdit("classSubject", requirement=CHOICES[words])).profile

    told = next(r for r in rt.dictionary_rows(profile) if r.column == "classSubject")
    assert told.requirement == words.replace("blank or FALSE for", "blank for")


def test_an_edited_table_says_what_is_changed_and_nothing_else() -> None:
    profile = rt.load_profile()
    table = rt.editable_columns(profile)
    assert rt.edits_of(profile, table) == ()

    role = pl.col("column") == "userRole"
    said = pl.lit(["Student", "Tutor = staff"])
    changed = table.with_columns(
        accepts=pl.when(role).then(said).otherwise("accepts"),
        absent=pl.col("column") == "classSubject",
    )

    assert rt.edits_of(profile, changed) == (
        rt.ColumnEdit("userRole", accepts=("Student", "Tutor"), means={"Tutor": "staff"}),
        rt.ColumnEdit("classSubject", absent=True),
    )


def test_an_edit_goes_over_what_was_learned_before() -> None:
    first = edited(rt.ColumnEdit("userGrade", name="grade"))

    second = edited(rt.ColumnEdit("userRole", accepts=("S", "T", "A")), start=first.toml)

    assert second.profile.columns["userGrade"].name == "grade"


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (rt.ColumnEdit("nothing", name="x"), "There is no column nothing"),
        (rt.ColumnEdit("userGrade", name=" "), "userGrade needs a name"),
        (rt.ColumnEdit("userGrade", accepts=()), "userGrade has no accepted values left"),
        (rt.ColumnEdit("userId", accepts=("1",)), "userId is an ID"),
        (rt.ColumnEdit("userGrade", name="userId"), "userId"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(edit: rt.ColumnEdit, sentence: str) -> None:
    with pytest.raises(rt.ToolkitError, match=sentence):
        edited(edit)
