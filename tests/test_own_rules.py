"""A rule of one's own: judged like any other, and gone when the review is."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from making import file_of, in_class, removal, student, teacher

import roster_toolkit as rt
from roster_toolkit.model import Rule, Severity

if TYPE_CHECKING:
    import polars as pl


def a_rule(
    judge: Callable[[], Any], *, column: str = "userFirstName", code: str = "RT901", **facts: str
) -> Rule:
    words = {
        "title": "A first name with a nickname",
        "message": "{value} holds a nickname.",
        "how_to_fix": "Write the first name alone.",
        **facts,
    }
    return rt.rule(code, "nickname-in-name", column=column, **words)(judge)  # type: ignore[arg-type]


def brackets() -> pl.Expr:
    """Brackets end up on report cards."""
    return rt.col("userFirstName").str.contains(r"[(]")


BOB = student("S2", userFirstName="Robert (Bob)")
FILE = file_of([student(), BOB])


def test_a_rule_of_ones_own_is_judged_like_any_other() -> None:
    review = rt.review(FILE, rules=[a_rule(brackets)])

    assert review.by_rule == {"RT901": 1}
    assert review.findings.select("row", "column", "value", "severity", "category").rows() == [
        (3, "userFirstName", "Robert (Bob)", "warning", "userFirstName")
    ]
    (cause,) = review.causes
    assert review.told(cause).title == "userId “S2”: “Robert (Bob)” holds a nickname"
    assert review.row(3).findings["how_to_fix"].to_list() == ["Write the first name alone."]
    assert review.rules["RT901"].why == "Brackets end up on report cards."


def test_it_may_reject_rows() -> None:
    review = rt.review(FILE, rules=[a_rule(brackets, severity="error")])

    assert review.verdict is rt.Verdict.ERRORS
    assert review.rows.rejected == 1


def test_it_enters_no_catalogue() -> None:
    rt.review(FILE, rules=[a_rule(brackets)])

    assert "RT901" not in rt.catalogue()
    assert rt.review(FILE).by_rule == {}


def test_a_repaired_copy_is_judged_by_it_too() -> None:
    file = file_of([student(userGrade="grade 3"), BOB])

    after = rt.review(file, rules=[a_rule(brackets)]).repair().review

    assert after.by_rule == {"RT901": 1}


def test_a_cell_in_error_is_not_judged_again() -> None:
    own = a_rule(lambda: rt.col("userGrade") != "", column="userGrade")

    review = rt.review(file_of([student(userGrade="99")]), rules=[own])

    assert set(review.by_rule) == {"RT102"}


def test_it_is_not_about_a_row_that_removes_a_class() -> None:
    own = a_rule(lambda: rt.col("className") == "", column="className")
    file = file_of([removal("C1"), in_class(teacher(), "C2")])

    assert "RT901" not in rt.review(file, rules=[own]).by_rule


@pytest.mark.parametrize(
    ("own", "sentence"),
    [
        (lambda: a_rule(brackets, code="RT102"), "a code from RT900 to RT999, not 'RT102'"),
        (lambda: a_rule(brackets, severity="grave"), "'grave' is none of blocker, error, warning"),
        (lambda: a_rule(brackets, severity="blocker"), "cannot reject the file; say 'error'"),
        (lambda: a_rule(brackets, column="userFirstNam"), "Did you mean userFirstName?"),
        (lambda: a_rule(lambda: rt.col("clasName") == ""), "Did you mean className?"),
        (lambda: a_rule(lambda: rt.col("className") == ""), "className is no fact of the same"),
        (lambda: a_rule(lambda: True), "gives bool, not an expression"),
        (lambda: brackets, "what the decorator `rule` makes of a function"),
    ],
    ids=["code", "severity", "blocker", "column", "asked", "beside", "value", "undecorated"],
)
def test_a_slip_is_answered_with_a_sentence(own: Callable[[], Any], sentence: str) -> None:
    with pytest.raises(rt.UsageError, match=sentence.replace("?", r"\?")):
        rt.review(FILE, rules=[own()])


def test_one_code_for_two_rules_is_answered_with_a_sentence() -> None:
    with pytest.raises(rt.UsageError, match="RT901 is the code of two rules"):
        rt.review(FILE, rules=[a_rule(brackets), a_rule(brackets)])


def test_a_rule_that_fails_is_a_fault_and_hides_nothing() -> None:
    broken = a_rule(lambda: rt.col("userFirstName").str.to_integer() > 1)

    review = rt.review(file_of([student(userGrade="99")]), rules=[broken])

    assert [fault.code for fault in review.faults] == ["RT901"]
    assert review.by_rule == {"RT102": 1}
    assert review.rules["RT901"].severity is Severity.WARNING


def test_the_rule_of_the_page_on_profiles_does_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (Path(__file__).parent.parent / "docs" / "profiles.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    (tmp_path / "users.csv").write_bytes(FILE)
    monkeypatch.chdir(tmp_path)
    said: dict[str, Any] = {}

    exec(code, said)  # noqa: S102  (the page's own words)

    assert said["review"].by_rule == {"RT901": 1}
