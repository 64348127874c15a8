"""What must hold for any file beside any roster."""

from __future__ import annotations

import random
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from making import HEADER, Row, file_of
from test_metamorphic import assert_balanced, counted_findings, few, tables

from roster_toolkit.reviewing.review import Review, review

SCHOOLS = b"schoolId,schoolName\n0711,Ash\n0800,Birch\n"
#: IDs as they stand, and as programs make them.
FORMS = {
    "schoolId": ["0711", "711", "711.0", "0800", "00800", "9"],
    "userId": ["S1", "0S1", "7", "007", "7.0", "0070", "70"],
    "classId": ["C1", "0C1", "9", "09", "9.0"],
}


def judge(rows: Sequence[Row], roster: Sequence[Row], *missing: str) -> Review:
    header = [name for name in HEADER if name not in missing]
    return review(file_of(rows, header), against=file_of(roster), schools=SCHOOLS)


@st.composite
def with_forms(draw: st.DrawFn) -> list[Row]:
    """A table in which IDs stand in several forms."""
    rows = draw(tables)
    return [
        row | {key: draw(st.sampled_from(forms)) for key, forms in FORMS.items() if row.get(key)}
        for row in rows
    ]


@few
@given(rows=with_forms(), roster=with_forms(), chance=st.randoms(use_true_random=False))
def test_the_order_of_file_and_roster_changes_no_finding_but_its_row(
    rows: list[Row], roster: list[Row], chance: random.Random
) -> None:
    order = list(range(len(rows)))
    chance.shuffle(order)
    other = chance.sample(roster, len(roster))

    before, after = judge(rows, roster), judge([rows[at] for at in order], other)

    assert_balanced(before)
    if roster_of(before) == roster_of(after):  # rows of a download that differ may be a tie
        assert counted_findings(before, range(len(rows))) == counted_findings(after, order)
        if before.impact is not None:
            assert before.left_behind.equals(after.left_behind)


def roster_of(result: Review) -> list[list[tuple[object, ...]]]:
    assert result.against is not None
    roster = result.against.roster
    return [frame.rows() for frame in (roster.people, roster.classes, roster.enrollments)]


@few
@given(rows=with_forms())
def test_a_file_beside_itself_leaves_nobody_behind(rows: list[Row]) -> None:
    download = file_of(row | {"action": ""} for row in rows)

    result = review(download, against=download)

    assert_balanced(result)
    assert not {"RT406", "RT416", "RT417"} & set(result.by_rule)


@few
@given(
    rows=with_forms(),
    roster=with_forms(),
    missing=st.sets(st.sampled_from(HEADER), min_size=1, max_size=6),
)
def test_no_missing_column_makes_a_rule_about_the_roster_fail(
    rows: list[Row], roster: list[Row], missing: set[str]
) -> None:
    assert_balanced(judge(rows, roster, *missing))


@few
@given(rows=with_forms(), roster=with_forms())
def test_no_table_makes_a_rule_about_the_roster_fail_in_a_staff_upload(
    rows: list[Row], roster: list[Row]
) -> None:
    assert_balanced(review(file_of(rows), profile="third-party", against=file_of(roster)))
