"""The rules that compare a file with the roster, sentence by sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl
import pytest
from making import (
    HEADER,
    Place,
    Row,
    file_of,
    in_class,
    judged_against,
    places,
    removal,
    student,
    teacher,
)

from roster_toolkit.impact.mass_change import mass_changes
from roster_toolkit.model import Scope
from roster_toolkit.profile import load_profile
from roster_toolkit.reviewing.review import Review, review
from roster_toolkit.rosters.context import RosterContext
from roster_toolkit.rosters.download import read_download

ANA = student("0S1", userDistrictId="D1")
BO = student("S2", userFirstName="Bo", userLastName="Diaz")
CY = teacher("T1", userFirstName="Cy")
ROSTER = [in_class(ANA, "0C1"), in_class(BO, "0C1"), in_class(CY, "0C1"), in_class(CY, "C2")]
SCHOOLS = b"schoolId,schoolName\n0711,Ash\n0820,Birch\n"


def judge(*rows: Row, roster: Sequence[Row] = ROSTER, schools: bytes | None = SCHOOLS) -> Review:
    return judged_against(roster, rows, schools)


def found(code: str, *rows: Row) -> list[Place]:
    """Where a rule finds something in a file judged against the roster."""
    return places(judge(*rows), code)


def subjects(result: Review, code: str) -> list[str]:
    return result.findings.filter(pl.col("code") == code)["value"].to_list()


def suggestions(result: Review, code: str) -> list[str | None]:
    return result.findings.filter(pl.col("code") == code)["suggestion"].to_list()


def why_skipped(result: Review) -> dict[str, str]:
    return {skip.code: skip.why for skip in result.skipped}


# --- what there is to judge by -------------------------------------------------------------------


def test_without_a_roster_every_rule_about_it_is_skipped_and_says_so() -> None:
    result = review(file_of([ANA]))

    of_imports = (Scope.IMPORTED_PARTS, Scope.IMPORTED_SCHOOLS)
    skipped = {
        code
        for code, rule in result.rules.items()
        if code >= "RT400" and rule.scope not in of_imports
    }
    assert set(why_skipped(result)) == skipped
    assert set(why_skipped(result).values()) == {"there is no roster to compare with"}


def test_schools_are_not_judged_without_a_list_of_them() -> None:
    result = judge(ANA | {"schoolId": "0900"}, schools=None)

    assert subjects(result, "RT401") == []
    assert why_skipped(result)["RT401"] == "there is no list of the district's schools"


@pytest.mark.parametrize("column", HEADER)
def test_no_missing_column_makes_a_rule_about_the_roster_fail(column: str) -> None:
    data = file_of([in_class(ANA)], [name for name in HEADER if name != column])

    result = review(data, against=file_of(ROSTER), previous_upload=file_of(ROSTER))

    assert result.faults == ()


# --- RT401 and RT406: schools, and lost zeros ----------------------------------------------------


def test_a_school_that_is_not_on_the_list_is_unknown() -> None:
    assert found("RT401", ANA | {"schoolId": "9999"}) == [(2, "schoolId", "RT401")]


def test_an_unknown_school_names_the_likely_one() -> None:
    assert suggestions(judge(ANA | {"schoolId": "0821"}), "RT401") == ["0820"]


def test_an_unknown_school_that_is_as_near_to_two_schools_names_none() -> None:
    schools = b"schoolId,schoolName\n210,Ash\n215,Birch\n"

    assert suggestions(judge(ANA | {"schoolId": "2150"}, schools=schools), "RT401") == [None]


def test_two_unknown_schools_are_not_both_taken_for_one() -> None:
    rows = [student("N1", schoolId="0822"), student("N2", schoolId="0826")]

    assert suggestions(judge(*rows), "RT401") == [None, None]


def test_a_school_with_another_id_is_known_by_its_people() -> None:
    """A school whose ID merely looks alike would get the students of two schools."""
    there = [student(f"S{n}", schoolId="0711" if n < 3 else "0820") for n in range(6)]
    rows = [row | {"schoolId": {"0711": "0821", "0820": "A9"}[row["schoolId"]]} for row in there]

    found = suggestions(judge(*rows, roster=there), "RT401")

    assert found == ["0711"] * 3 + ["0820"] * 3


def test_a_school_whose_people_come_from_several_schools_is_not_known_by_them() -> None:
    there = [student(f"S{n}", schoolId=school) for n, school in enumerate(["0711", "0820"] * 3)]
    rows = [row | {"schoolId": "A9"} for row in there]

    assert set(suggestions(judge(*rows, roster=there), "RT401")) == {None}


def test_the_name_of_a_school_in_the_place_of_its_id_tells_the_id() -> None:
    schools = b"schoolId,schoolName\n0711,Ash Grove\n0820,Birch\n0930,Elm Park\n0931,Elm Park\n"
    typed = ["Ash Grove", "BIRCH", "Elm Park"]
    rows = [student(f"N{at}", schoolId=name) for at, name in enumerate(typed)]

    result = judge(*rows, schools=schools)

    assert places(result, "RT104", "RT401") == [
        (2, "schoolId", "RT401"),
        (3, "schoolId", "RT401"),
        (4, "schoolId", "RT104"),
    ]
    assert suggestions(result, "RT401") == ["0711", "0820"]


def test_the_school_of_a_removal_must_be_known_too() -> None:
    assert found("RT401", removal("C2", schoolId="9999")) == [(2, "schoolId", "RT401")]


def test_lost_zeros_of_a_school_take_the_place_of_an_unknown_school() -> None:
    result = judge(ANA | {"schoolId": "820"})

    assert suggestions(result, "RT406") == ["0820"]
    assert subjects(result, "RT401") == []


def test_lost_zeros_of_a_person_are_told_before_anything_else_about_them() -> None:
    result = judge(ANA | {"userId": "S1"})

    assert suggestions(result, "RT406") == ["0S1"]
    assert not {"RT402", "RT403", "RT404"} & set(result.by_rule)


def test_lost_zeros_of_a_class_to_remove_take_the_place_of_an_unknown_class() -> None:
    result = judge(removal("C1"))

    assert suggestions(result, "RT406") == ["0C1"]
    assert subjects(result, "RT407") == []


def test_an_id_that_the_roster_knows_has_lost_no_zeros() -> None:
    roster = [ANA, student("S1", userFirstName="Eve", userEmail="eve@school.org")]

    result = judge(roster[1], roster=roster)

    assert result.by_rule == {}


def test_a_cell_that_the_file_alone_shows_to_be_wrong_is_not_judged_again() -> None:
    rows = [in_class(ANA, "0C1"), in_class(BO, "0C1", schoolId="9999")]

    assert found("RT304", *rows) == [(2, "schoolId", "RT304"), (3, "schoolId", "RT304")]
    assert found("RT401", *rows) == []


# --- RT402 to RT405: who is this person? ---------------------------------------------------------


def test_an_address_of_somebody_else_is_taken_whatever_its_letter_case() -> None:
    row = student("N1", userFirstName="Eve", userEmail="S2@School.org")

    assert found("RT402", row) == [(2, "userEmail", "RT402")]


def test_an_address_that_its_owner_gives_up_is_free() -> None:
    rows = [BO | {"userEmail": "bo@school.org"}, student("N1", userEmail="s2@school.org")]

    assert found("RT402", *rows) == []


def test_an_address_is_not_given_up_by_a_row_that_is_rejected() -> None:
    gives_up = BO | {"userEmail": "bo@school.org", "userGrade": "99"}
    rows = [gives_up, student("N1", userEmail="s2@school.org")]

    assert found("RT402", *rows) == [(3, "userEmail", "RT402")]


def test_one_taken_address_keeps_the_next_from_being_free() -> None:
    wants_cy = BO | {"userEmail": CY["userEmail"]}
    wants_bo = student("N1", userEmail="s2@school.org")

    assert found("RT402", wants_bo, wants_cy) == [
        (2, "userEmail", "RT402"),
        (3, "userEmail", "RT402"),
    ]


def test_a_chain_of_taken_addresses_is_followed_to_its_end() -> None:
    chain = crowd(300)
    wants = [row | {"userEmail": f"s{n + 1}@school.org"} for n, row in enumerate(chain)]

    moving = judge(*wants, roster=chain)
    blocked = judge(*wants[:-1], roster=chain)

    assert subjects(moving, "RT402") == []
    assert len(subjects(blocked, "RT402")) == 299


def test_two_people_may_exchange_their_addresses() -> None:
    rows = [BO | {"userEmail": CY["userEmail"]}, CY | {"userEmail": BO["userEmail"]}]

    assert judge(*rows).by_rule == {"RT423": 2}


def test_an_address_of_another_district_is_taken_and_nobody_is_named() -> None:
    known = read_download(file_of(ROSTER), load_profile())
    elsewhere = replace(known, addresses=pl.Series(["eve@school.org"]))

    result = review(file_of([student("N1", userEmail="Eve@school.org")]), against=elsewhere)

    assert subjects(result, "RT402") == ["Eve@school.org"]
    assert suggestions(result, "RT402") == [None]


def test_an_address_shared_in_the_file_is_told_as_that_alone() -> None:
    one, two = (student(user, userEmail="s2@school.org") for user in ("N1", "N2"))

    assert found("RT302", one, two) == [(2, "userEmail", "RT302"), (3, "userEmail", "RT302")]
    assert found("RT402", one, two) == []


def test_a_new_id_with_all_else_equal_is_a_renumbered_person() -> None:
    result = judge(ANA | {"userId": "N1"}, in_class(ANA, "0C1", userId="N1"))

    assert places(result, "RT403") == [(None, "userId", "RT403")]
    assert subjects(result, "RT403") == ["N1"]
    assert result.rejected_rows.is_empty()


def test_a_blank_cell_is_no_change_beside_a_new_id() -> None:
    assert found("RT403", ANA | {"userId": "N1", "userDistrictId": ""}) != []


def test_a_cell_in_error_is_no_change_beside_a_new_id() -> None:
    row = ANA | {"userId": "N1", "userGrade": "99"}

    assert found("RT404", row) == []
    assert found("RT403", row) != []


def test_a_new_id_and_other_changes_reject_all_rows_of_the_person() -> None:
    new = ANA | {"userId": "N1"}

    rows = [new | {"userDistrictId": "D9"}, in_class(new, "0C1", userDistrictId="")]

    assert found("RT404", *rows) == [(2, "userId", "RT404"), (3, "userId", "RT404")]
    assert found("RT403", *rows) == []


def test_a_new_id_and_another_letter_case_of_the_address_are_two_changes() -> None:
    assert found("RT404", ANA | {"userId": "N1", "userEmail": "0S1@school.org"}) != []


def test_a_finding_of_a_renumbering_with_changes_has_the_category_failed() -> None:
    result = judge(ANA | {"userId": "N1", "userGrade": "4"})

    assert result.by_category == {"Failed": 1}


def test_nobody_is_renumbered_whose_own_id_the_file_uses() -> None:
    result = judge(ANA | {"userId": "N1"}, in_class(ANA, "0C1"))

    assert not {"RT403", "RT404"} & set(result.by_rule)


def test_another_name_with_the_address_of_a_person_is_no_renumbering() -> None:
    assert found("RT402", ANA | {"userId": "N1", "userLastName": "Li"}) != []


def test_a_known_id_with_another_name_and_address_is_used_again() -> None:
    row = BO | {"userFirstName": "Eve", "userLastName": "Roy", "userEmail": "eve@school.org"}

    assert found("RT405", row, in_class(row)) == [(None, "userId", "RT405")]


@pytest.mark.parametrize("kept", ["userFirstName", "userLastName", "userEmail"])
def test_an_id_is_not_used_again_where_one_of_names_and_address_stays(kept: str) -> None:
    row = BO | {"userFirstName": "Eve", "userLastName": "Roy", "userEmail": "eve@school.org"}

    assert found("RT405", row | {kept: BO[kept]}) == []


# --- RT407 and RT408: classes --------------------------------------------------------------------


def test_a_class_that_nobody_ever_knew_cannot_be_removed() -> None:
    result = judge(removal("C9"))

    assert places(result, "RT407") == [(2, "classId", "RT407")]
    assert result.by_category == {"Failed": 1}


def test_a_class_at_another_school_moves_with_a_warning_once() -> None:
    rows = [in_class(row, "0C1", schoolId="0820") for row in (ANA, BO)]

    result = judge(*rows)

    assert places(result, "RT408") == [(None, "schoolId", "RT408")]
    assert subjects(result, "RT408") == ["0C1"]


def test_a_removal_from_another_school_moves_nothing() -> None:
    assert found("RT408", removal("0C1", schoolId="0820")) == []


def test_an_inactive_class_may_begin_anew_at_another_school_or_be_removed_again() -> None:
    known = read_download(file_of(ROSTER), load_profile())
    classes = known.roster.classes.with_columns(active=pl.lit(value=False))
    closed: RosterContext = replace(known, roster=replace(known.roster, classes=classes))

    rows = [in_class(ANA, "0C1", schoolId="0820"), removal("C2")]
    result = review(file_of(rows), against=closed)

    assert not {"RT407", "RT408"} & set(result.by_rule)


# --- RT409 and RT415: people ---------------------------------------------------------------------


def test_a_student_who_becomes_staff_is_a_warning_about_the_person() -> None:
    row = ANA | {"userRole": "Teacher", "userGrade": ""}

    assert found("RT409", row, in_class(row)) == [(None, "userRole", "RT409")]


def test_a_teacher_who_becomes_an_administrator_stays_staff() -> None:
    assert found("RT409", CY | {"userRole": "Administrator"}) == []


def test_a_role_in_conflict_is_not_compared_with_the_roster() -> None:
    assert found("RT409", ANA, ANA | {"userRole": "Teacher", "userGrade": ""}) == []


def third_party(*rows: Row) -> Review:
    known = read_download(file_of(ROSTER), load_profile())
    people = known.roster.people.with_columns(source=pl.lit("clever"))
    roster = replace(known.roster, people=people)
    supplied = replace(known, roster=roster, sources=("clever",))
    return review(file_of(rows), profile="third-party", against=supplied)


def test_staff_whom_the_third_party_supplies_are_a_warning() -> None:
    assert subjects(third_party(CY), "RT415") == ["T1"]


def test_staff_whom_the_third_party_lacks_are_welcome() -> None:
    assert subjects(third_party(teacher("T9")), "RT415") == []


def test_staff_of_an_earlier_upload_do_not_come_from_the_third_party() -> None:
    known = replace(read_download(file_of(ROSTER), load_profile()), sources=("clever",))

    result = review(file_of([CY]), profile="third-party", against=known)

    assert subjects(result, "RT415") == []


# --- RT307 and RT309: class lists in file and roster together ------------------------------------


def test_a_class_whose_teacher_only_the_roster_knows_has_one() -> None:
    assert subjects(judge(in_class(ANA, "0C1")), "RT307") == []


def test_a_class_that_loses_its_teacher_in_the_file_has_none() -> None:
    rows = [in_class(ANA, "C2"), in_class(CY, "C2", userRole="Student", userGrade="3")]

    assert subjects(judge(*rows), "RT307") == ["C2"]


def test_students_whom_only_the_roster_knows_count_in_the_size_of_a_class() -> None:
    there = [in_class(student(f"S{n}")) for n in range(50)]
    new = [in_class(student(f"N{n}")) for n in range(31)]

    assert subjects(judge(*new, roster=there), "RT309") == ["C1"]
    assert subjects(judge(*new[:30], roster=there), "RT309") == []


def test_a_student_in_file_and_roster_counts_once_in_the_size_of_a_class() -> None:
    there = [in_class(student(f"S{n}")) for n in range(50)]

    assert subjects(judge(*there, *there[:31], roster=there), "RT309") == []


def test_a_renumbered_student_counts_once_in_the_size_of_a_class() -> None:
    there = [in_class(student(f"S{n}")) for n in range(50)]
    new = [row | {"userId": f"N{n}"} for n, row in enumerate(there)]

    assert subjects(judge(*new, roster=there), "RT309") == []


def test_people_of_a_class_that_was_removed_no_longer_count() -> None:
    known = read_download(file_of(ROSTER), load_profile())
    classes = known.roster.classes.with_columns(active=pl.lit(value=False))
    closed = replace(known, roster=replace(known.roster, classes=classes))

    assert subjects(review(file_of([in_class(ANA, "0C1")]), against=closed), "RT307") == ["0C1"]


def test_a_class_that_is_only_removed_is_not_asked_for_a_teacher() -> None:
    roster = [in_class(ANA, "C3")]

    assert subjects(judge(removal("C3"), roster=roster), "RT307") == []


# --- RT423: a column that slid past the others ---------------------------------------------------

THREE = [
    student(f"S{n}", userFirstName=first, userLastName=last, userEmail=f"{first}@school.example")
    for n, (first, last) in enumerate([("Ana", "Lee"), ("Bo", "Diaz"), ("Cy", "Roy")])
]


def with_others(*columns: str) -> list[Row]:
    """The three, each with what the next of them has in some columns."""
    following = [*THREE[1:], THREE[0]]
    return [
        person | {column: other[column] for column in columns}
        for person, other in zip(THREE, following, strict=True)
    ]


def test_addresses_that_slid_by_one_person_are_told() -> None:
    result = judge(*with_others("userEmail"), roster=THREE)

    assert places(result, "RT423") == [(None, "userEmail", "RT423")] * 3
    assert result.rows.rejected == 0


def test_names_that_slid_by_one_person_are_told_once_a_person() -> None:
    result = judge(*with_others("userFirstName", "userLastName"), roster=THREE)

    assert places(result, "RT423") == [(None, "userLastName", "RT423")] * 3


def test_state_ids_that_slid_by_one_person_are_told() -> None:
    there = [person | {"userStateId": f"90{n}"} for n, person in enumerate(THREE)]
    rows = [row | {"userStateId": f"90{(n + 1) % 3}"} for n, row in enumerate(there)]

    result = judge(*rows, roster=there)

    assert places(result, "RT423") == [(None, "userStateId", "RT423")] * 3


def test_a_file_without_second_ids_is_judged_by_its_addresses() -> None:
    header = [name for name in HEADER if name not in ("userStateId", "userDistrictId")]
    rows = with_others("userEmail")

    result = review(file_of(rows, header), against=file_of(THREE), schools=SCHOOLS)

    assert subjects(result, "RT423") == ["S0", "S1", "S2"]
    assert "RT423" not in why_skipped(result)


def test_two_people_with_each_others_address_are_told() -> None:
    ana, bo = (person["userEmail"] for person in THREE[:2])
    rows = [THREE[0] | {"userEmail": bo.upper()}, THREE[1] | {"userEmail": ana}, THREE[2]]

    assert subjects(judge(*rows, roster=THREE), "RT423") == ["S0", "S1"]


def test_an_address_that_its_owner_gives_up_for_a_new_one_may_be_taken_over() -> None:
    rows = [THREE[0] | {"userEmail": "head@school.example"}]
    rows.append(THREE[1] | {"userEmail": THREE[0]["userEmail"]})

    assert subjects(judge(*rows, roster=THREE), "RT423") == []


def test_a_domain_that_changes_trades_nothing() -> None:
    rows = [row | {"userEmail": row["userEmail"].replace("school", "new")} for row in THREE]

    assert subjects(judge(*rows, roster=THREE), "RT423") == []


def test_first_names_that_change_alone_are_nobody_elses() -> None:
    rows = [THREE[0] | {"userFirstName": "Bo"}, THREE[1] | {"userFirstName": "Ana"}]

    assert subjects(judge(*rows, roster=THREE), "RT423") == []


# --- RT424: first and last name in each other's place --------------------------------------------


def test_names_that_changed_places_are_told_with_their_person() -> None:
    turned = BO | {"userFirstName": BO["userLastName"], "userLastName": BO["userFirstName"]}

    result = judge(ANA, turned)

    assert places(result, "RT424") == [(None, "userLastName", "RT424")]
    assert subjects(result, "RT424") == ["S2"]
    assert result.rows.rejected == 0


@pytest.mark.parametrize("names", [("Bob", "Diaz"), ("Bo", "Diaz-Lee"), ("bo", "DIAZ"), ("", "Bo")])
def test_names_that_change_otherwise_are_not_swapped(names: tuple[str, str]) -> None:
    changed = BO | dict(zip(("userFirstName", "userLastName"), names, strict=True))

    assert subjects(judge(changed), "RT424") == []


def test_somebody_with_one_name_twice_has_no_names_to_swap() -> None:
    both = student("S2", userFirstName="Thomas", userLastName="Thomas")

    assert subjects(judge(both, roster=[both]), "RT424") == []


# --- RT308: a primary teacher whom the file leaves out stays one ---------------------------------

EVE = teacher("T2", userFirstName="Eve", userLastName="Roy")
CY_LEADS = in_class(CY, "0C1", primary_teacher="TRUE")


def leads(person: Row, primary: str = "TRUE") -> Row:
    return in_class(person, "0C1", primary_teacher=primary)


def test_a_new_primary_teacher_stands_beside_the_one_whom_the_file_leaves_out() -> None:
    assert subjects(judge(leads(EVE), roster=[CY_LEADS]), "RT308") == ["0C1"]


@pytest.mark.parametrize(("primary", "told"), [("FALSE", []), ("", ["0C1"])])
def test_the_former_primary_teacher_is_one_until_a_row_says_false(
    primary: str, told: list[str]
) -> None:
    result = judge(leads(EVE), leads(CY, primary), roster=[CY_LEADS])

    assert subjects(result, "RT308") == told


def test_a_primary_teacher_with_a_new_id_is_no_second_one() -> None:
    renumbered = leads(CY | {"userId": "T9"})

    assert subjects(judge(renumbered, roster=[CY_LEADS]), "RT308") == []


def test_two_primary_teachers_of_the_roster_are_no_news_of_a_file_that_names_one() -> None:
    assert subjects(judge(CY_LEADS, roster=[CY_LEADS, leads(EVE)]), "RT308") == []


def test_a_co_teacher_beside_the_primary_teacher_of_the_roster_is_welcome() -> None:
    assert subjects(judge(leads(EVE, "FALSE"), roster=[CY_LEADS]), "RT308") == []


# --- RT411 and RT412: what a file would do -------------------------------------------------------


def test_a_removal_that_reaches_people_who_are_not_in_the_file_is_a_warning() -> None:
    result = judge(removal("0C1"))

    assert places(result, "RT411") == [(None, "classId", "RT411")]
    assert subjects(result, "RT411") == ["0C1"]


def test_a_removal_of_a_class_whose_people_all_stand_in_the_file_is_none() -> None:
    rows = [removal("0C1", row["userId"]) for row in (ANA, BO, CY)]

    assert subjects(judge(*rows), "RT411") == []


def test_a_removal_of_an_empty_class_reaches_nobody() -> None:
    known = read_download(file_of(ROSTER), load_profile())
    empty = replace(known, roster=replace(known.roster, enrollments=known.roster.enrollments[:0]))

    assert subjects(review(file_of([removal("0C1")]), against=empty), "RT411") == []


def crowd(number: int, **cells: str) -> list[Row]:
    return [student(f"S{n}", **cells) for n in range(number)]


def test_more_than_a_quarter_updated_in_the_year_is_a_mass_change() -> None:
    changed = crowd(21, userGrade="4")

    assert subjects(judge(*changed, roster=crowd(80)), "RT412") == [
        "0711: 21 of 80 student records updated (userGrade)"
    ]
    assert subjects(judge(*changed, roster=crowd(84)), "RT412") == []


def test_several_mass_changes_are_told_in_a_sentence() -> None:
    known = [in_class(row, f"C{n}", className="Math") for n, row in enumerate(crowd(30))]
    changed = [row | {"userGrade": "4", "classId": f"N{row['classId']}"} for row in known]

    result = judge(*changed, roster=known)

    (cause,) = [cause for cause in result.causes if cause.code == "RT412"]
    assert result.told(cause).title == (
        f"In {cause.members} ways, far more of a school's records would change than is usual"
    )


def test_fewer_than_twenty_records_are_never_a_mass_change() -> None:
    assert subjects(judge(*crowd(19, userGrade="4"), roster=crowd(19)), "RT412") == []
    assert subjects(judge(*crowd(20, userGrade="4"), roster=crowd(20)), "RT412") != []


def test_more_than_a_tenth_removed_in_the_year_is_a_mass_change() -> None:
    roster = [in_class(row, f"C{n // 20}") for n, row in enumerate(crowd(190))]
    longer = [in_class(row, f"C{n // 20}") for n, row in enumerate(crowd(200))]

    assert subjects(judge(removal("C0"), roster=roster), "RT412") == [
        "0711: 20 of 190 enrollment records removed"
    ]
    assert subjects(judge(removal("C0"), roster=longer), "RT412") == []


@pytest.mark.parametrize(("season", "warned"), [("in-year", 1), ("rollover", 0), ("first", 0)])
def test_the_season_decides_how_much_change_is_usual(season: str, warned: int) -> None:
    rows = crowd(40, userGrade="4")

    result = review(file_of(rows), against=file_of(crowd(80)), season=season)

    assert len(subjects(result, "RT412")) == warned


# --- RT413: edits made in the portal -------------------------------------------------------------


def since(row: Row, *, roster: Row, previous: Row, **options: str) -> Review:
    return review(
        file_of([row]), against=file_of([roster]), previous_upload=file_of([previous]), **options
    )


@pytest.mark.parametrize(
    ("column", "said", "now"),
    [
        ("userLastName", "Leigh", "Lee"),
        ("userEmail", "ana@school.org", "Ana@school.org"),
        ("userGrade", "3", "4"),
        ("classDisplayName", "Ours", "Theirs"),
        ("className", "Maths", "Math"),
        ("schoolId", "0711", "0820"),
    ],
)
def test_a_file_that_takes_back_an_edit_of_the_portal_is_told(
    column: str, said: str, now: str
) -> None:
    old, new = in_class(ANA, **{column: said}), in_class(ANA, **{column: now})

    result = since(old, roster=new, previous=old)

    assert places(result, "RT413") == [(2, column, "RT413")]
    assert subjects(result, "RT413") == [said]
    assert suggestions(result, "RT413") == [now]


def test_a_flag_of_a_primary_teacher_that_is_taken_back_is_told() -> None:
    old, new = (in_class(CY, primary_teacher=flag) for flag in ("TRUE", "FALSE"))

    result = since(old, roster=new, previous=old)

    assert places(result, "RT413") == [(2, "primary_teacher", "RT413")]
    assert suggestions(result, "RT413") == ["FALSE"]


def test_an_edit_that_is_taken_back_stands_on_every_row_that_says_so() -> None:
    old = ANA | {"userLastName": "Leigh"}
    rows = [in_class(old, "0C1"), in_class(old, "C2")]

    result = review(file_of(rows), against=file_of(ROSTER), previous_upload=file_of(rows))

    assert places(result, "RT413") == [(2, "userLastName", "RT413"), (3, "userLastName", "RT413")]


def test_a_value_that_the_file_changes_itself_takes_nothing_back() -> None:
    result = since(ANA | {"userLastName": "Li"}, roster=ANA, previous=ANA | {"userLastName": "Le"})

    assert subjects(result, "RT413") == []


def test_a_value_that_the_roster_has_takes_nothing_back() -> None:
    assert subjects(since(ANA, roster=ANA, previous=ANA | {"userLastName": "Le"}), "RT413") == []


def test_a_blank_cell_takes_nothing_back() -> None:
    blank = ANA | {"userDistrictId": ""}

    assert subjects(since(blank, roster=ANA, previous=blank), "RT413") == []


def test_a_value_that_was_rejected_last_time_was_never_edited() -> None:
    result = since(
        ANA | {"userLastName": "Le"},
        roster=ANA,
        previous=ANA | {"userLastName": "Le", "userGrade": "99"},
    )

    assert subjects(result, "RT413") == []


def test_somebody_whom_the_last_upload_did_not_name_was_not_edited() -> None:
    result = since(ANA | {"userLastName": "Le"}, roster=ANA, previous=BO)

    assert subjects(result, "RT413") == []


def test_edits_are_not_judged_without_the_previous_upload() -> None:
    assert why_skipped(judge(ANA))["RT413"] == "there is no previous upload to compare with"


def test_edits_are_judged_in_a_staff_upload_too() -> None:
    old = CY | {"userLastName": "Leigh"}

    result = since(old, roster=CY, previous=old, profile="third-party")

    assert subjects(result, "RT413") == ["Leigh"]


def test_the_guard_tells_the_totals_that_it_warns_of() -> None:
    result = judge(*crowd(21, userGrade="4"), roster=crowd(80))
    assert result.impact is not None
    assert result.against is not None

    lines = mass_changes(result.impact, result.against.roster, result.profile, "in-year")
    quiet = mass_changes(result.impact, result.against.roster, result.profile, "rollover")

    assert lines.rows() == [("0711", "student", "updated", 21, 80, 0.25)]
    assert quiet.rows() == []
