"""The page Preview impact tells who stays where a file no longer puts them."""

from __future__ import annotations

from making import Row, in_class, judged_against, student

import roster_toolkit as rt
from app_parts.impact.guard import staying_sentences, unusual_sentences

SCHOOLS = b"schoolId,schoolName\n0711,Ash\n0820,Birch\n"


def judged(rows: list[Row], roster: list[Row]) -> rt.Review:
    return judged_against(roster, rows, SCHOOLS)


def test_a_school_at_which_people_stay_is_a_sentence() -> None:
    roster = [student("S1"), student("S2")]

    review = judged([roster[0] | {"schoolId": "0820"}, roster[1]], roster)

    (sentence,) = staying_sentences(review)
    assert sentence == (
        "Ash (0711): 1 person stays though the file names them at other schools alone; leaving a "
        "row out removes nothing."
    )
    assert staying_sentences(judged(roster, roster)) == []


def test_an_unusual_change_says_what_most_records_share() -> None:
    roster = [student(f"S{n}", userFirstName=f"Kid{n}") for n in range(30)]
    rows = [row | {"userEmail": row["userEmail"].replace("school", "hill")} for row in roster]

    (sentence,) = unusual_sentences(judged(rows, roster))
    rows[0] = roster[0] | {"userLastName": "Ray"}
    (of_most,) = unusual_sentences(judged(rows, roster))

    assert sentence.endswith(" In all of them the domain of userEmail changes.")
    assert of_most.endswith(" In 29 of them the domain of userEmail changes.")


def test_an_unusual_creation_says_what_most_records_share() -> None:
    roster = [in_class(student(f"S{n}"), f"C{n}", className=f"Math {n}") for n in range(20)]
    rows = [row | {"classId": f"N{row['classId']}"} for row in roster]

    classes, enrollments = unusual_sentences(judged(rows, roster))

    assert classes.endswith(" All of them are known under other IDs.")
    assert enrollments.endswith(" All of them are in classes known under other IDs.")


def test_who_stays_and_what_comes_again_are_told_of_a_masked_review_as_well() -> None:
    roster = [
        in_class(student(f"S{n}"), f"C{n}", className=f"{'MATH' if n % 2 else 'Math'} {n}")
        for n in range(20)
    ]
    rows = [
        row | {"classId": f"N{row['classId']}", "className": row["className"].title()}
        for row in roster
    ]
    review = judged(rows, roster)

    masked = review.masked(b"sixteen bytes at least")

    assert review.mass_changes["what"].drop_nulls().len() == 2
    for told in ("kind", "outcome", "number", "what", "of_them"):
        assert masked.mass_changes[told].to_list() == review.mass_changes[told].to_list()
    assert masked.left_behind["userId"].len() == review.left_behind["userId"].len() > 0
    assert len(unusual_sentences(masked)) == len(unusual_sentences(review))
