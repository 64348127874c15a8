"""What spreadsheets, exports and hands do to a cell, and what only looks like it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import polars as pl
import pytest
from making import check, codes, file_of, in_class, places, student, teacher

import roster_toolkit as rt
from roster_toolkit.model import Column, Profile, Scope
from roster_toolkit.profile import load_profile
from roster_toolkit.rules.examples import example_file
from roster_toolkit.rules.registry import catalogue, rules_of
from roster_toolkit.rules.short_cuts import looked_at_closely, sound_values


def offered(result: rt.Review, code: str) -> list[str | None]:
    found = result.findings.filter(pl.col("code") == code).sort("row")
    return found["suggestion"].to_list()


def people(column: str, values: Iterable[str]) -> list[Mapping[str, str]]:
    return [student(f"S{at}") | {column: value} for at, value in enumerate(values)]


# --- garbled letters ------------------------------------------------------------------------------


def test_half_a_letter_is_not_taken_for_a_stray_character() -> None:
    result = check(*people("userLastName", ["GarcÃ\u00ada", "NicolÃ\u00a0"]))

    assert codes(result) == ["RT109", "RT109"]
    assert offered(result, "RT109") == ["García", "Nicolà"]
    assert result.repair().fixed.data == file_of(
        people("userLastName", ["GarcÃ\u00ada", "NicolÃ\u00a0"])
    )


@pytest.mark.parametrize("name", ["محمد", "כהן", "Ιωάννης", "Щербакова"])
def test_nothing_is_taken_out_of_a_garbled_name_of_another_alphabet(name: str) -> None:
    """What looks invisible in it is half of a letter, and without it the name is lost."""
    garbled = name.encode().decode("latin-1")

    result = check(student(userLastName=garbled))

    assert places(result, "RT105") == []
    assert offered(result, "RT109") == [name]
    assert not result.repair().log.height


def test_letters_of_a_central_european_page_read_as_windows_are_garbled() -> None:
    names = [name.encode("cp1250").decode("cp1252") for name in ("Wałęsa", "Kozłowski")]

    result = check(*people("userLastName", [*names, "Müller", "Peña"]))

    assert places(result, "RT109") == [(2, "userLastName", "RT109"), (3, "userLastName", "RT109")]
    # The second may be Kozüowski too, in the eyes of a program.
    assert offered(result, "RT109") == ["Wałęsa", None]
    sections = [in_class(student(), className=name) for name in ("Math³", "½ Day", "1½ hours")]
    assert [places(check(row), "RT109") for row in sections] == [[], [], []]


def test_a_question_mark_is_judged_in_names_and_inside_words() -> None:
    row = in_class(student("S1", userFirstName="Jos?"), className="Ready? Set")
    other = in_class(student("S2"), "C2", className="Espa?ol")

    assert places(check(row, other, in_class(teacher())), "RT109") == [
        (2, "userFirstName", "RT109"),
        (3, "className", "RT109"),
    ]


def test_no_letters_are_offered_for_an_id_that_may_not_hold_them() -> None:
    result = check(student(userId="PeÃ±a1"))

    assert codes(result) == ["RT104", "RT109"]
    assert offered(result, "RT109") == [None]


@pytest.mark.parametrize(("codec", "expected"), [("mac_roman", "macroman"), ("cp437", "cp437")])
def test_a_file_in_another_encoding_is_read_as_it_was_meant(codec: str, expected: str) -> None:
    rows = people("userLastName", ["Muñoz-García", "Peña", "José"])
    data = file_of(rows).decode().encode(codec)

    result = rt.review(data)

    assert result.upload.cells["userLastName"].to_list() == ["Muñoz-García", "Peña", "José"]
    assert result.upload.encoding == expected
    assert places(result) == [(None, None, "RT009")]


# --- spreadsheets ---------------------------------------------------------------------------------

DATES = ["5-Mar", "5-mar", "5-MAR", "12-Sept", "Mar-05", "5-Mar-26", "3/5/2026", "2026-03-05",
         "2026-03-05 00:00:00"]  # fmt: skip
WORDS = ["#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#CALC!", "#SPILL!", "#BLOCKED!",
         "#BUSY!", "#CONNECT!", "#FIELD!", "#GETTING_DATA", "#UNKNOWN!", "#NV", "#BEZUG!", "#¡REF!",
         "Error 2029", "Err:502", "#####"]  # fmt: skip


MADE = [*DATES, *WORDS, "1.23E+05", "9,91E+15", "1.2345E7", '="0101"']


@cache
def spoiled(column: str) -> rt.Review:
    """A file in which each of them stands in a column: of student S0 in row 2, and so on."""
    rows = [in_class(student(f"S{at}"), f"C{at}") for at in range(len(MADE))]
    return check(*(row | {column: value} for row, value in zip(rows, MADE, strict=True)))


@pytest.mark.parametrize("value", MADE)
@pytest.mark.parametrize("column", ["userId", "userGrade", "className"])
def test_what_a_spreadsheet_made_is_one_error(column: str, value: str) -> None:
    row = MADE.index(value) + 2

    found = places(spoiled(column), *(f"RT{n}" for n in range(100, 113)))

    assert [place for place in found if place[0] == row] == [(row, column, "RT106")]


@pytest.mark.parametrize(
    "value",
    [
        "March 5",
        "Mar 5",
        "5 March",
        "5. Mrz",
        "5 mars",
        "05.03.2026",
        "Mar-26",
        "Thursday, March 5, 2026",
        "Donnerstag, 5. März 2026",
        "jueves, 5 de marzo de 2026",
        "jeudi 5 mars 2026",
    ],
)
def test_dates_in_words_are_damage_in_the_name_of_a_class_alone(value: str) -> None:
    named = in_class(student(), className=value)
    person = student("S2", userFirstName=value.split("-", maxsplit=1)[0])

    assert (2, "className", "RT106") in places(check(named))
    assert places(check(person), "RT106") == []


@pytest.mark.parametrize(
    "name", ["Thursday, Room 5", "Friday Art, 2026", "Spring 2026", "5 de Mayo", "May 5 Club"]
)
def test_a_day_in_the_name_of_a_class_is_no_damage(name: str) -> None:
    assert places(check(in_class(student(), className=name)), "RT106") == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("710000.0", "710000"), ("500.", "500"), ("'0101", "0101"), ('="0101"', "0101"),
     ("5-mar", "3-5"), ("1.23E+05", None)],
)  # fmt: skip
def test_what_an_id_was_before_the_spreadsheet_is_offered(typed: str, meant: str | None) -> None:
    result = check(student(userStateId=typed))

    assert codes(result) == ["RT106"]
    assert offered(result, "RT106") == [meant]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("className", "1/2"),
        ("className", "3/4/5"),
        ("className", "9/10/11"),
        ("className", "10/11/12"),
        ("className", "May 2026"),
        ("className", "Set 3"),
        ("className", "Gen 1"),
        ("className", "Reading 12"),
        ("className", "1:30 PM"),
        ("className", "43894"),
        ("classSubject", "March 5"),
        ("userFirstName", "April"),
        ("userFirstName", "'Akela"),
        ("userLastName", "May"),
        ("userStateId", "1E5"),
        ("userStateId", "5E-02"),
        ("userStateId", "12345E7"),
        ("userStateId", "71.05"),
        ("userStateId", "2026-03"),
        ("userStateId", "MAR-05"),
        ("userStateId", "3-5"),
    ],
)
def test_what_may_be_meant_is_no_damage(column: str, value: str) -> None:
    row = in_class(student()) | {column: value}

    assert codes(check(row, in_class(teacher()), student("S9"))).count("RT106") == 0


def test_long_ids_that_all_end_in_zeros_were_rounded() -> None:
    rounded = ["9912140633506400", "9912140633500020", "991214063350012000"]

    result = check(*people("userStateId", [*rounded, "123", "ABC9912140633500011"]))

    assert places(result) == [(row, "userStateId", "RT112") for row in (2, 3, 4)]


@pytest.mark.parametrize(
    "values",
    [
        ["9912140633506400", "9912140633500021"],
        ["9912140633506400", "9912140633506400"],
        ["991214063350640", "991214063350020"],
        ["9912140633506400"],
    ],
)
def test_one_long_id_that_ends_in_zero_or_one_that_does_not_proves_nothing(
    values: list[str],
) -> None:
    assert "RT112" not in codes(check(*people("userStateId", values)))


# --- placeholders, formulas, numbers of people ----------------------------------------------------


@pytest.mark.parametrize("name", ["Null", "Na", "Nan", "Nil", "None", "Test", "Dot", "Ng", "Ditto"])
def test_people_may_be_called_like_a_placeholder(name: str) -> None:
    row = student(userFirstName=name, userLastName=name)

    assert codes(check(row)) == []


@pytest.mark.parametrize("word", ["NULL", "null", "N/A", "none", "TBD", "NA", "Unknown"])
def test_placeholders_stay_placeholders_in_names(word: str) -> None:
    assert codes(check(student(userLastName=word))) == ["RT110"]


def test_a_name_written_like_a_placeholder_is_one_elsewhere() -> None:
    assert codes(check(student(userStateId="Null"))) == ["RT110"]


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [("userGrade", "-1", "RT102"), ("userGrade", "-2", "RT102"), ("userLastName", "-", "RT110"),
     ("userId", '="0101"', "RT106")],
)  # fmt: skip
def test_what_another_rule_understands_is_no_formula(column: str, value: str, code: str) -> None:
    assert codes(check(student() | {column: value})) == [code]


def test_a_social_security_number_may_be_written_with_hyphens_dots_or_spaces() -> None:
    written = ["512-34-6789", "512.34.6789", "512 34 6789"]
    rows = people("userStateId", [*written, "51-234-6789", "512-34-678", "A12-34-6789"])

    assert places(check(*rows), "RT108") == [(row, "userStateId", "RT108") for row in (2, 3, 4)]


# --- addresses ------------------------------------------------------------------------------------

OTHERS = [student("S7"), student("S8"), student("S9")]


@pytest.mark.parametrize(
    "typed",
    [
        "Ana Lee <ana@school.org>",
        "<ana@school.org>",
        '"ana@school.org"',
        "mailto:ana@school.org",
        "Ana <mailto:ana@school.org>",
        "ana@school.org <mailto:ana@school.org>",
        "ana@school.org.",
        "ana@school.org,",
        "ana@school.org;",
        "ana@@school.org",
        "ana @school.org",
        "ana (at) school.org",
        "ana@school",
        "ana@schoolorg",
        "ana@school,org",
        "ana@school..org",
        "ana@scool,org",
        "SMTP:ana@school.org",
        "Email: ana@school.org",
        "http://ana@school.org",
        "ana@school.org (home)",
        "ana\N{FULLWIDTH COMMERCIAL AT}school.org",
        '=HYPERLINK("mailto:ana@school.org","ana@school.org")',
    ],
)
def test_the_one_address_in_a_cell_is_offered(typed: str) -> None:
    assert offered(check(student("S1", userEmail=typed), *OTHERS), "RT103") == ["ana@school.org"]


@pytest.mark.parametrize(
    "typed",
    ["a na@school.org", "ana..lee@school.org", ".ana@school.org", "ana,lee@school.org",
     "ana@x@school.org", "ana@elsewhere", "ñana@school.org", "ana.school.org", "@school.org",
     "ana@school_district.org"],
)  # fmt: skip
def test_no_address_is_made_up(typed: str) -> None:
    assert offered(check(student("S1", userEmail=typed), *OTHERS), "RT103") == [None]


@pytest.mark.parametrize("between", ["; ", ",", "\n", " / ", " and ", " ", "|"])
def test_two_addresses_in_a_cell_are_called_two(between: str) -> None:
    result = check(student("S1", userEmail=f"ana@school.org{between}ana@home.org"), *OTHERS)

    (cause,) = result.causes
    assert result.told(cause).title.endswith("contains two addresses; only one is allowed")
    assert offered(result, "RT103") == [None]


def test_nobody_is_offered_an_address_that_two_people_would_share() -> None:
    rows = [
        student("S1", userEmail="ana@@school.org"),
        student("S2", userEmail="ana@school.org,"),
        student("S3", userEmail="bo@@school.org"),
        student("S4", userEmail="BO@school.org"),
        student("S5", userEmail="cy@@school.org"),
        student("S5", userEmail="cy@school.org"),
    ]

    assert offered(check(*rows), "RT103") == [None, None, None, "cy@school.org"]


def test_a_domain_is_the_files_own_only_where_one_is_plainly_meant() -> None:
    two = [student("S7", userEmail="bo@hill.org"), student("S8", userEmail="cy@hill.net")]

    assert offered(check(student("S1", userEmail="ana@hill"), *two), "RT103") == [None]


# --- rows inside a cell ---------------------------------------------------------------------------


@pytest.mark.parametrize("closing", ['Di "Dee"', 'Di"'])
def test_rows_between_two_stray_quotation_marks_are_not_passed_over(closing: str) -> None:
    names = ["Ana", '"Bo', "Cy", closing, "Eve"]
    rows = [student(f"S{at}", userFirstName=f"({at})") for at in range(len(names))]
    text = file_of(rows).decode()
    for at, name in enumerate(names):
        text = text.replace(f"({at})", name)

    result = rt.review(text.encode())

    assert places(result) == [(3, "userFirstName", "RT114")]
    assert "the rows inside 1 cell could not be checked" in result.sentence
    assert offered(result, "RT114") == [None]


@pytest.mark.parametrize("name", ["Art,\nMusic, Dance", "Art\nMusic", "Art, Music, Dance, Math"])
def test_a_name_on_two_lines_is_no_row_inside_a_cell(name: str) -> None:
    rows = [in_class(teacher(), className=name), in_class(student(), className=name)]

    assert codes(check(*rows)) == []


# --- short cuts -----------------------------------------------------------------------------------


def plain_columns(profile: Profile) -> list[Column]:
    return [c for c in profile.columns.values() if profile.kinds[c.kind].plain and not c.vocabulary]


def test_no_short_cut_hides_what_a_rule_of_the_catalogue_shows_as_bad() -> None:
    assert looked_at_closely(catalogue().values(), load_profile()) == frozenset()


def test_a_rule_about_plain_values_sees_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def lower(column: Column, _: Profile) -> pl.Expr | None:
        value = pl.col("value")
        return (
            (value != "") & (value == value.str.to_lowercase()) if column.kind == "name" else None
        )

    capitals = replace(
        catalogue()["RT105"], code="RT199", name="small-letters", judge=lower, suggest=None,
        fixes=(), bad={"userLastName": ["smith"]}, good={"userLastName": ["Smith"]},
        scope=Scope.CELL,
    )  # fmt: skip
    profile = load_profile()
    with_it = {**rules_of(profile), "RT199": capitals}
    monkeypatch.setattr("roster_toolkit.validate.engine.rules_of", lambda *_: with_it)

    found = rt.review(example_file({"userLastName": ["smith", "Smith"]}, profile)).by_rule

    names = {column.key for column in profile.columns.values() if column.kind == "name"}
    assert looked_at_closely(with_it.values(), profile) == names
    assert found.get("RT199") == 1


def test_a_short_cut_that_a_profile_gives_wrongly_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text('extends = "batch-upload"\n[kinds.name]\nplain = "^.*$"\n')
    garbled = file_of([student(userLastName="NÃºÃ±ez")])

    assert rt.review(garbled, profile=tmp_path / "ours.toml").by_rule == {"RT109": 1}


def test_an_accepted_value_with_which_a_rule_finds_fault_is_no_short_cut(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(
        'extends = "batch-upload"\n[vocabularies.grade]\naccepts = ["3", "TBD"]\n'
    )
    told = file_of([student("S1", userGrade="TBD"), student("S2", userGrade="3")])

    for _ in range(2):  # by what is known from the first time
        found = rt.review(told, profile=tmp_path / "ours.toml").findings
        assert found.select("row", "value").rows() == [(2, "TBD")]


def test_no_rule_finds_fault_with_what_is_not_shown_to_it() -> None:
    profile = load_profile()
    for key, column in profile.columns.items():
        vocabulary = profile.vocabulary_of(column)
        accepted = vocabulary.accepts if vocabulary else ()
        known = sound_values(catalogue().values(), key, profile).to_list()
        assert set(accepted) <= set(known) <= {"", *accepted}


# --- commas in numbers ---------------------------------------------------------------------------


def offers(column: str, *values: str) -> list[str | None]:
    """What is offered for the IDs of some students that are no IDs."""
    rows = [in_class(student(f"S{n}"), f"C{n}") | {column: v} for n, v in enumerate(values)]
    return offered(check(*rows), "RT104")


@pytest.mark.parametrize("column", ["userId", "userStateId", "schoolId"])
def test_ids_with_commas_throughout_are_offered_without_them(column: str) -> None:
    values = ("10,000", "1,234,567", "9,999.00", "812", "12,345.")

    assert offers(column, *values) == ["10000", "1234567", "9999", "12345"]


def test_commas_go_after_a_yes_alone() -> None:
    rows = [student(f"{n},000", userEmail=f"s{n}@school.org") for n in range(10, 14)]
    result = check(*rows)

    assert result.repair().fixed.log.is_empty()
    assert result.repair("RT104").review.causes == ()


@pytest.mark.parametrize(
    "values",
    [
        ("10,000", "10,001"),
        ("10,000", "10,001", "10,002", "10003", "10004"),
        ("101,102", "102,103", "101,103", "101", "102", "103", "104"),
        ("1,2,3", "4,5,6", "7,8,9"),
        ("10,0000", "10,0001", "10,0002"),
    ],
    ids=["two of them", "others have none", "lists of IDs", "single digits", "no thousands"],
)
def test_commas_that_may_be_something_else_are_no_format(values: tuple[str, ...]) -> None:
    assert set(offers("userStateId", *values)) == {None}


def test_ids_of_classes_with_commas_may_be_several_classes() -> None:
    assert set(offers("classId", "101,102", "102,103", "103,104")) == {None}
