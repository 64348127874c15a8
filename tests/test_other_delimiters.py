"""Rows whose cells another sign separates than those of the header: two files pasted together."""

from __future__ import annotations

import pytest
from making import HEADER, file_of, in_class, places, student, teacher

from roster_toolkit.repair import repairs_on_offer
from roster_toolkit.reviewing.review import Review, review

PEOPLE = [
    in_class(teacher(primary_teacher="TRUE")),
    *(in_class(student(f"S{n}")) for n in range(4)),
]
SIGNS = {"tab": "\t", "semicolon": ";", "bar": "|"}


def mixed(sign: str, *, header: str = ",", first: int = 2, people: object = PEOPLE) -> bytes:
    """The header and the first rows with one sign between cells, the rest with another."""
    lines = file_of(people).decode().splitlines()  # type: ignore[arg-type]
    above = [line.replace(",", header) for line in lines[: 1 + first]]
    return "\n".join(above + [line.replace(",", sign) for line in lines[1 + first :]]).encode()


def told(result: Review) -> list[tuple[str, int]]:
    return [(cause.code, cause.rows) for cause in result.causes]


@pytest.mark.parametrize("sign", SIGNS.values(), ids=SIGNS)
def test_later_rows_with_another_sign_between_cells_are_one_problem(sign: str) -> None:
    result = review(mixed(sign))

    assert told(result) == [("RT020", 3)]
    assert places(result) == [(4, None, "RT020"), (5, None, "RT020"), (6, None, "RT020")]


def test_the_sign_is_named() -> None:
    assert set(review(mixed("\t")).findings["value"]) == {"tabs"}


def test_what_else_is_wrong_in_such_rows_is_told_too() -> None:
    people = [*PEOPLE[:4], PEOPLE[4] | {"userGrade": "99"}]

    result = review(mixed(";", people=people))

    assert places(result, "RT102") == [(6, "userGrade", "RT102")]


@pytest.mark.parametrize("sign", SIGNS.values(), ids=SIGNS)
def test_with_commas_in_them_the_rows_are_right_and_others_keep_their_bytes(sign: str) -> None:
    result = review(mixed(sign))

    fixed = result.repair()

    assert fixed.review.causes == ()
    assert fixed.fixed.data == file_of(PEOPLE).rstrip(b"\n")
    assert fixed.fixed.log["after"].to_list() == [","]


def test_the_log_names_the_sign_which_may_be_none_that_one_sees() -> None:
    assert review(mixed("\t")).repair().fixed.log["before"].to_list() == [
        "tabs between the cells of 3 rows"
    ]


def test_the_repair_is_offered() -> None:
    result = review(mixed("\t"))
    validation = result.validation

    offer = repairs_on_offer(result.upload, validation, result.profile)

    assert offer.select("code", "kind", "rows").rows() == [("RT020", "safe", 3)]


def test_a_comma_in_a_cell_stays_in_it() -> None:
    data = mixed("\t", first=0).replace(b"Math", b"Math, 3rd")

    fixed = review(data).repair()

    assert fixed.review.causes == ()
    assert set(fixed.review.upload.cells["className"]) == {"Math, 3rd"}


def test_a_header_of_semicolons_over_rows_of_commas_becomes_commas_throughout() -> None:
    result = review(mixed(",", header=";"))

    assert told(result) == [("RT007", 5), ("RT020", 3)]
    assert result.repair().review.causes == ()


def test_a_second_header_among_such_rows_is_told_as_one() -> None:
    head, *lines = file_of(PEOPLE).decode().splitlines()
    below = [line.replace(",", ";") for line in (head, *lines[2:])]

    result = review("\n".join([head, *lines[:2], *below]).encode())

    assert dict(told(result)) == {"RT020": 3, "RT015": 1}


@pytest.mark.parametrize(
    "line",
    ["S9;Ana;Lee", "a note; with; signs", ";" * (len(HEADER) + 3)],
    ids=["too few cells", "a note", "blank"],
)
def test_a_line_that_makes_no_sense_by_another_sign_either_stays_what_it_is(line: str) -> None:
    result = review(file_of(PEOPLE) + line.encode() + b"\n")

    assert "RT020" not in result.by_rule


def test_cells_that_hold_such_signs_are_no_rows_of_another_file() -> None:
    many = ";".join("x" * len(HEADER))

    assert review(file_of([*PEOPLE, student("S9", userLastName=many)])).causes == ()


def test_such_a_line_within_a_cell_is_none() -> None:
    within = "\n" + ";".join("x" * len(HEADER)) + "\n"
    data = file_of([*PEOPLE, in_class(student("S9"), className=f"Math{within}")]) + b"x,y\n"

    assert "RT020" not in review(data).by_rule
