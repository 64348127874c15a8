"""The drill-down that stands whole in a notebook: category, rule, school, value, the first rows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from making import HEADER, check, in_class, student, teacher

from roster_toolkit.display import Branch, Table
from roster_toolkit.drilldown import Selection
from roster_toolkit.report.drill import branches


def lines(inside: tuple[Branch | Table | str, ...], depth: int = 0) -> Iterator[str]:
    """The tree as indented lines; a table is told by its rows."""
    for each in inside:
        indent = "  " * depth
        match each:
            case Branch():
                yield f"{indent}{each.label}: {each.amount}"
                yield from lines(each.inside, depth + 1)
            case Table():
                yield f"{indent}rows {', '.join(map(str, each.frame['row']))}"
            case _:
                yield f"{indent}{each}"


def told(selection: Selection) -> list[str]:
    return list(lines(branches(selection)))


def test_each_line_opens_to_the_next_step_down_to_the_rows() -> None:
    review = check(
        student("S1", userGrade="99"),
        student("S2", userGrade="98", schoolId="0712"),
        student("S3", userGrade="99", schoolId="0712"),
        student("S4", userEmail="broken"),
    )

    title = {code: rule.title for code, rule in review.rules.items()}

    assert told(review.select()) == [
        "userGrade: 3 rows",
        f"  {title['RT102']} (RT102): 3 rows",
        "    0712: 2 rows",
        "      98: 1 row",
        "        rows 3",
        "      99: 1 row",
        "        rows 4",
        "    0711: 1 row",
        "      99: 1 row",
        "        rows 2",
        "userEmail: 1 row",
        f"  {title['RT103']} (RT103): 1 row",
        "    0711: 1 row",
        "      broken: 1 row",
        "        rows 5",
    ]


def test_a_step_without_anything_to_tell_apart_is_left_out() -> None:
    shown = told(check(student("S1", userGrade="")).select())

    assert len(shown) == 4  # a blank grade has no value
    assert shown[-1].strip() == "rows 2"


def test_only_the_first_rows_stand_below_a_value() -> None:
    shown = told(check(*(student(f"S{n}", userGrade="99") for n in range(8))).select(code="RT102"))

    assert [line.strip() for line in shown[-2:]] == [
        "rows 2, 3, 4, 5, 6", "3 more; .frame() gives them all.",
    ]  # fmt: skip


def test_what_is_too_much_for_a_page_is_counted() -> None:
    people = [student(f"S{n}", userGrade=f"x{n}", schoolId=f"07{n % 30}") for n in range(600)]
    selection = check(*people).select(code="RT102")

    shown = told(selection)

    assert "18 more schools; .by('school') lists them all." in {line.strip() for line in shown}
    assert sum("rows " in line and ":" not in line for line in shown) <= 60
    assert len(selection._repr_html_()) < 120_000


def test_findings_are_counted_beside_their_rows_where_those_are_fewer() -> None:
    review = check(student("S1", userGrade="99", userEmail="broken"), student("S2", userGrade="98"))

    assert branches(review.select(code=["RT102", "RT103"]))[0].amount == "2 rows"
    assert branches(check(in_class(student())).select())[0].amount == (
        "1 error or warning on 0 rows"
    )


def test_nothing_found_is_nothing_to_open() -> None:
    assert branches(check(student()).select()) == ()


def test_rows_without_findings_that_a_search_found_are_shown() -> None:
    page = check(student("S1"), teacher("T1")).search("T1")._repr_html_()

    assert "on 1 row." in page
    assert "T1" in page


def test_it_opens_without_a_program_and_holds_cells_as_text() -> None:
    page = check(student("S1", userGrade="<script>x</script>")).select()._repr_html_()

    assert page.count("<details") == 4
    assert re.findall(r"<(script|a|img)\b", page) == []
    assert "&lt;script&gt;" in page


def test_categories_beyond_the_first_dozen_are_counted() -> None:
    review = check(student("S1", **dict.fromkeys(HEADER, "\xa0=#N/A")), student("S2"))
    categories = len(review.by_category)

    *_, last = branches(review.select())

    assert categories > 12
    assert last == f"{categories - 12} more categories; .by('category') lists them all."
