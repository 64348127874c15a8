"""Template, dictionary and explanations follow from profile and rules."""

from __future__ import annotations

import pytest

from roster_toolkit.derive import (
    dictionary_rows,
    example_table,
    explain,
    template_csv,
    told_rules,
)
from roster_toolkit.derive.explain import columns_of
from roster_toolkit.ingest import read_upload
from roster_toolkit.model import Column, Evidence, Fix, Profile, Rule, Severity
from roster_toolkit.profile import load_profile, profile_names
from roster_toolkit.rules.examples import example_profile
from roster_toolkit.rules.registry import catalogue
from roster_toolkit.validate import validate

# --- template ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", profile_names())
def test_template_is_found_fault_with_only_for_its_example_rows(name: str) -> None:
    profile = load_profile(name)

    found = validate(read_upload(template_csv(profile), profile), profile)

    rows = [2 + at for at in range(len(profile.template_rows))]
    assert rows
    assert found.findings.select("row", "code").rows() == [(row, 13) for row in rows]
    assert found.faults == ()


def test_template_without_example_rows_is_a_header_alone() -> None:
    profile = load_profile().model_copy(update={"template_rows": ()})

    template = template_csv(profile)

    assert template.startswith(b"action,schoolId,userId,")
    assert template.endswith(b",primary_teacher\n")
    assert template.count(b"\n") == 1


def test_template_quotes_what_would_break_a_row() -> None:
    rows = ({"userLastName": 'Lee, "Jr"'},)
    profile = load_profile().model_copy(update={"template_rows": rows})

    upload = read_upload(template_csv(profile), profile)

    assert upload.cells["userLastName"].to_list() == ['Lee, "Jr"']


# --- dictionary --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", profile_names())
def test_dictionary_has_a_row_for_every_column_in_order(name: str) -> None:
    profile = load_profile(name)

    rows = dictionary_rows(profile)

    assert [row.column for row in rows] == [c.name for c in profile.columns.values()]
    assert all(set(row.evidence) == {"name", "values", "requirement"} for row in rows)
    assert all(row.requirement and row.values and row.description for row in rows)


def test_dictionary_says_what_the_action_removes() -> None:
    """Whoever wants to take one student out of a class must learn it before the portal does it."""
    action = dictionary_rows(load_profile())[0]

    assert "REMOVE-CLASS removes the whole class, with everybody in it" in action.description


def test_dictionary_says_what_a_column_with_a_list_accepts_and_understands() -> None:
    (grade,) = [row for row in dictionary_rows(load_profile()) if row.column == "userGrade"]

    assert grade.requirement == "required for students, blank for staff"
    assert grade.accepts[:3] == ("PK", "K", "1")
    assert grade.values == "PK, K, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12"
    assert "kindergarten" in grade.spellings[Fix.SAFE]["K"]
    assert "freshman" in grade.spellings[Fix.CONFIRM]["9"]
    assert grade.evidence["values"] is Evidence.ASSUMED
    assert grade.example == "3"


def test_dictionary_says_what_is_rejected() -> None:
    (email,) = [row for row in dictionary_rows(load_profile()) if row.column == "userEmail"]

    assert email.values == "an email address; not @amplify…"
    assert email.accepts == ()


# --- explanations ------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["RT102", "rt102", " Rt 102 ", "rt-102", "102", "see RT102."])
def test_a_code_is_explained_however_it_is_written(text: str) -> None:
    assert [rule.code for rule in explain(text, load_profile())] == ["RT102"]


@pytest.mark.parametrize("text", ["shared-email", "Shared Email", "shared_email"])
def test_a_name_is_explained_however_it_is_written(text: str) -> None:
    assert [rule.code for rule in explain(text, load_profile())] == ["RT302"]


def test_several_codes_are_explained_in_their_order() -> None:
    assert [r.code for r in explain("RT302, rt101", load_profile())] == ["RT302", "RT101"]


@pytest.mark.parametrize("text", ["RT999", "999", "", "   ", "\n", "qwerty zxcv", "12", "¿?"])
def test_what_resembles_no_rule_explains_nothing(text: str) -> None:
    assert explain(text, load_profile()) == ()


#: What customers paste, and the rule that answers it. Rules against the roster are asked for as
#: soon as the catalogue has them.
PASTED = {
    "Invalid value for userGrade on line 12": "RT102",
    "Role not recognized: 'teacher'": "RT102",
    "Email already in use": "RT302",
    "Duplicate email address for two users": "RT302",
    "header misspelled": "RT004",
    "Unexpected column 'homeroom'": "RT004",
    "Missing required column: userRole": "RT003",
    "Headers are case sensitive: 'userid' should be 'userId'": "RT005",
    "Required field schoolId is empty": "RT101",
    "userEmail is not a valid email address": "RT103",
    "userId contains invalid characters": "RT104",
    "e-mail domain amplify.com is not permitted": "RT107",
    "Possible social security number in userId": "RT108",
    "#N/A in userId": "RT106",
    "value NULL not allowed": "RT110",
    "Student must have a grade level": "RT201",
    "userGrade must be blank for staff": "RT202",
    "Students cannot be primary teachers": "RT203",
    "classId is required when className is provided": "RT204",
    "students not allowed in third party districts": "RT205",
    "REMOVE-CLASS requires a classId": "RT206",
    "Different last name for the same userId": "RT303",
    "Class 12 has two different names": "RT304",
    "Class size exceeds 80 students": "RT309",
    "Row 14: expected 16 columns but found 15": "RT008",
    "File is empty": "RT002",
    "File must be comma separated": "RT007",
    "The file could not be opened, it appears to be an Excel workbook": "RT001",
    "org_sis_id not found": "RT401",
    "School 0042 does not exist in this district": "RT401",
    "Email belongs to another user in the roster": "RT402",
    "Class to remove not found": "RT407",
}


@pytest.mark.parametrize("text", [text for text, code in PASTED.items() if code in catalogue()])
def test_a_pasted_error_text_finds_its_rule_among_three(text: str) -> None:
    found = explain(text, load_profile())

    assert PASTED[text] in [rule.code for rule in found]
    assert len(found) <= 3


@pytest.mark.parametrize("code", catalogue())
def test_a_rule_is_found_by_its_own_words(code: str) -> None:
    rule, profile = catalogue()[code], load_profile()
    said = rule.message.format_map(_Filled(column=_header_of(rule, profile)))

    assert rule in explain(rule.title, profile)
    assert explain(said, profile)[0] == rule


def _header_of(rule: Rule, profile: Profile) -> str:
    key = next(iter(columns_of(rule, profile)), "action")
    return profile.columns[key].name


class _Filled(dict[str, str]):
    """Gives something for every value that a message mentions."""

    def __missing__(self, _key: str) -> str:
        return "0711"


def test_a_column_narrows_an_explanation() -> None:
    profile = load_profile()

    person, school = (
        explain("userLastName conflict", profile),
        explain("classGrade conflict", profile),
    )

    assert person[0].code == "RT303"
    assert school[0].code == "RT304"


def test_an_explanation_has_the_severity_of_the_profile() -> None:
    profile = Profile.model_validate(
        load_profile().model_dump() | {"rules": {"RT305": {"severity": "error"}}}
    )

    assert [r.severity for r in explain("RT305", profile)] == [Severity.ERROR]


def test_a_rule_that_the_profile_switches_off_can_still_be_looked_up() -> None:
    profile = Profile.model_validate(
        load_profile().model_dump() | {"rules": {"RT305": {"enabled": False}}}
    )

    assert [r.code for r in explain("RT305", profile)] == ["RT305"]


def test_a_renamed_header_narrows_an_explanation() -> None:
    profile = load_profile()
    renamed = profile.columns["userGrade"].model_copy(update={"name": "Klasse"})
    columns: dict[str, Column] = {**profile.columns, "userGrade": renamed}

    found = explain("Klasse: value invalid", profile.model_copy(update={"columns": columns}))

    assert found[0].code == "RT102"


@pytest.mark.parametrize("code", catalogue())
def test_the_examples_of_a_rule_can_be_shown_as_tables(code: str) -> None:
    rule = catalogue()[code]
    profile = example_profile(rule.shown_with)
    names = {column.name for column in profile.columns.values()}

    for example in (rule.bad, rule.good):
        table = example_table(example, profile)

        assert table.rows
        assert {len(row) for row in table.rows} == {len(table.header)}
        if not isinstance(example, bytes):
            assert set(table.header) <= names


def test_an_example_shows_only_the_columns_that_matter() -> None:
    table = example_table(catalogue()["RT302"].bad, load_profile())

    assert table.header == ("userId", "userEmail")
    assert table.rows == (("1", "ana@school.org"), ("2", "ANA@school.org"))


# --- rules in words ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", profile_names())
def test_every_rule_tells_itself_with_nothing_left_open(name: str) -> None:
    actual = told_rules(load_profile(name))

    assert [rule.code for rule in actual] == list(catalogue())
    for rule in actual:
        said = (rule.title, rule.effect, rule.known, rule.why, rule.how_to_fix, rule.repair)
        assert all(said)
        assert not any("{" in text or "\n " in text for text in said)
        assert rule.categories
        assert rule.bad.rows
        assert rule.good.rows


def test_a_rule_is_told_as_the_profile_has_it() -> None:
    rules = {"RT305": {"severity": "error"}, "RT108": {"enabled": False}}
    profile = Profile.model_validate(load_profile().model_dump() | {"rules": rules})

    actual = {rule.code: rule for rule in told_rules(profile)}

    assert actual["RT305"].effect == "the row is rejected"
    assert not actual["RT108"].enabled
    assert actual["RT305"].enabled


def test_a_rule_against_the_roster_shows_the_roster() -> None:
    actual = {rule.code: rule for rule in told_rules(load_profile())}

    assert actual["RT403"].roster is not None
    assert actual["RT302"].roster is None
    assert actual["RT107"].how_to_fix.endswith("domains that begin with: amplify.")
