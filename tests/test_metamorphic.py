"""What must hold for any file, and a slow, obvious second opinion on the rules."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import HEADER, Row, check, file_of, in_class, removal, student, teacher

from roster_toolkit.causes import Cause
from roster_toolkit.model import Severity
from roster_toolkit.reviewing.review import Review, review

# --- nasty files ---------------------------------------------------------------------------------

#: Values of each column; the first ones are sound. Each list has something for every rule.
NASTY = {
    "action": ["", "", "", "", "", " ", "REMOVE-CLASS", "REMOVE-CLASS", "remove class", "n/a"],
    "schoolId": ["0711", "0711", "0711", "711", "0800", " 0711", "", "N/A", "07/11", "123456789"],
    "userId": [
        "S1",
        "S2",
        "S3",
        "S4",
        "S5",
        "s1",
        "0S1",
        "S1 ",
        "S\u200b2",
        "",
        "TBD",
        "S 1",
        "1E+05",
    ],
    "userDistrictId": ["", "", "D1", "D2", "d1", "D3 ", "987654321", "#N/A", "D/1", "null"],
    "userStateId": ["", "", "X1", "X2", "X3", "\ufeffX1", "x y", "-", "000000001"],
    "userRole": [
        "Student",
        "Student",
        "Teacher",
        "Teacher",
        "Administrator",
        "student",
        "",
        "Boss",
    ],
    "userFirstName": ["Ana", "Ana", "Ana", "Bo", "Ana ", "ANA", "", "\u2060", "TBA", "5-Mar"],
    "userLastName": ["Lee", "Lee", "Lee", "lee", "\xa0Lee", "\u200b", "nil", "#REF!", "  "],
    "userEmail": [
        "a@school.org",
        "b@school.org",
        "c@school.org",
        "A@School.org",
        " b@school.org",
        "c@school\u200b.org",
        "d@school.org",
        "",
        "a@school",
        "a.school.org",
        "a@@school.org",
        "a@amplify.com",
        "b@Amplify-x.org",
        "b@amplify",
        "test@test.com",
        "#NAME?",
    ],
    "userGrade": ["3", "3", "", "", "4", " 3", "Grade 3", "03", "k", "3-Mar", "?"],
    "classId": ["C1", "C1", "C2", "c1", "0C1", "", "", " C1", "C 1", "none", "111111111"],
    "className": ["Math", "Math", "Art", "math", "Math ", "", "\ufeff", "undefined", "#VALUE!"],
    "classDisplayName": ["", "", "Ours", "Theirs", "Ours\u200b", "todo"],
    "classGrade": ["3", "3", "3 ", "4", "", "K", "kg", "xxx", "12-Jan"],
    "classSubject": ["", "", "Math", "Arts", "\tMath", "#DIV/0!"],
    "primary_teacher": ["", "", "TRUE", "TRUE", "FALSE", "true", " TRUE", "nan"],
}


def nasty_rows(chance: random.Random, wildness: float) -> list[Row]:
    """A few rows: sound people and classes first, then every cell may be replaced."""
    rows = []
    for _ in range(chance.randint(1, 9)):
        number = chance.choice("1234")
        make = chance.choice([student, student, teacher])
        row = make(f"{make.__name__[0].upper()}{number}")
        if chance.random() < 0.7:
            row = in_class(row, chance.choice(["C1", "C2"]))
        if chance.random() < 0.1:
            row = removal(chance.choice(["C1", "C2", "C3"]), f"T{number}")
        for column, values in NASTY.items():
            if chance.random() < wildness:
                row[column] = chance.choice(values)
        rows.append(row)
    return rows


# --- the second opinion: dictionaries and loops --------------------------------------------------

PERSON = ("userDistrictId", "userStateId", "userRole", "userFirstName", "userLastName")
PERSON += ("userEmail", "userGrade")
CLASS = ("schoolId", "className", "classDisplayName", "classGrade", "classSubject")
IDENTIFIERS = ("schoolId", "userId", "userDistrictId", "userStateId", "classId")
REQUIRED = ("schoolId", "userId", "userRole", "userFirstName", "userLastName", "userEmail")
GRADES = ("PK", "K", *map(str, range(1, 13)))
ACCEPTED = {
    "action": ("REMOVE-CLASS",),
    "userRole": ("Student", "Teacher", "Administrator"),
    "userGrade": GRADES,
    "classGrade": GRADES,
    "primary_teacher": ("TRUE", "FALSE"),
}
PLACEHOLDERS = "null n/a na none nil nan undefined tbd tba todo unknown - -- . ? xxx test@test.com"
DAMAGE = r"\d(\.\d+)?E\+\d\d+|\d+-[A-Z][a-z]{2}|#(N/A|REF!|NAME\?|VALUE!|DIV/0!)"
JUDGED = "RT101 RT102 RT103 RT104 RT107 RT108 RT201 RT202 RT203 RT204 RT206 RT301 RT302 RT303"
JUDGED += " RT304 RT305 RT306 RT308 RT310"

PERSON_NAMES = ("userFirstName", "userLastName")

Finding = tuple[int | None, str | None, str, str]


def cleaned(typed: str) -> str:
    for invisible in "\u200b\u2060\ufeff":
        typed = typed.replace(invisible, "")
    return typed.strip()


def errors_of_cell(column: str, value: str) -> Iterator[str]:
    """All that is wrong with a cell, the first of which is said."""
    if re.fullmatch(DAMAGE, value):
        yield "RT106"
    if value.lower() in PLACEHOLDERS.split():
        yield "RT110"
    if not value and column in REQUIRED:
        yield "RT101"
    if column == "userEmail" and re.search("@amplify[^@]*$", value.lower()):
        yield "RT107"
    if column == "userEmail" and not re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", value):
        yield "RT103"
    if value and column in IDENTIFIERS and not re.fullmatch(r"[A-Za-z0-9._-]+", value):
        yield "RT104"
    if value and column in ACCEPTED and value not in ACCEPTED[column]:
        yield "RT102"


class SecondOpinion:
    """Judges one file the slow way; `shifted` rows (RT208) have no vote."""

    def __init__(self, rows: list[Row], shifted: set[int]) -> None:
        self.found: set[Finding] = set()
        self.rows = {
            at: {column: cleaned(row.get(column, "")) for column in HEADER}
            for at, row in enumerate(rows, start=2)
        }
        self.wrong: set[tuple[int, str]] = set()
        self.judge_cells()
        self.removals = {at for at, row in self.rows.items() if row["action"] == "REMOVE-CLASS"}
        self.judge_rows()
        self.removals -= shifted
        self.voters = [at for at in self.rows if at not in shifted | self.removals]
        self.judge_addresses()
        self.judge_conflicts("userId", PERSON, "RT303")
        self.judge_conflicts("classId", CLASS, "RT304")
        self.judge_enrollments()
        self.judge_people()
        self.judge_classes()
        self.judge_lookalikes()

    def say(self, at: int | None, column: str, code: str, value: str) -> None:
        self.found.add((at, column, code, value))

    def vote(self, at: int, column: str) -> str:
        """The value of a cell, blank if it is in error."""
        return "" if (at, column) in self.wrong else self.rows[at][column]

    def groups(self, *columns: str) -> dict[tuple[str, ...], list[int]]:
        """Rows that vote by what they say in these columns, none of it blank."""
        together = defaultdict(list)
        for at in self.voters:
            key = tuple(self.vote(at, column) for column in columns)
            if all(key):
                together[key].append(at)
        return together

    def judge_cells(self) -> None:
        for at, row in self.rows.items():
            for column, value in row.items():
                code = next(errors_of_cell(column, value), None)
                if code:
                    self.say(at, column, code, value)
                    if value:
                        self.wrong.add((at, column))
                elif column in IDENTIFIERS and re.fullmatch(r"\d{9}", value):
                    self.say(at, column, "RT108", value)

    def judge_rows(self) -> None:
        for at, row in self.rows.items():
            if at not in self.removals:
                self.judge_role(at)
                self.judge_class(at)
            elif not row["classId"]:
                self.say(at, "classId", "RT206", "")

    def judge_role(self, at: int) -> None:
        role, grade = self.vote(at, "userRole"), self.vote(at, "userGrade")
        if role == "Student":
            if not self.rows[at]["userGrade"]:
                self.say(at, "userGrade", "RT201", "")
            if self.vote(at, "primary_teacher") == "TRUE":
                self.say(at, "primary_teacher", "RT203", "TRUE")
                self.wrong.add((at, "primary_teacher"))
        elif role and grade:
            self.say(at, "userGrade", "RT202", grade)
            self.wrong.add((at, "userGrade"))

    def judge_class(self, at: int) -> None:
        if self.vote(at, "classId"):
            for column in ("className", "classGrade"):
                if not self.rows[at][column]:
                    self.say(at, column, "RT204", "")
        elif not self.rows[at]["classId"] and any(self.vote(at, fact) for fact in CLASS[1:]):
            self.say(at, "classId", "RT204", "")

    def judge_conflicts(self, key: str, facts: tuple[str, ...], code: str) -> None:
        for rows in self.groups(key).values():
            for column in facts:
                votes = {at: self.vote(at, column) for at in rows if self.vote(at, column)}
                counts = Counter(votes.values())
                most = max(counts.values(), default=0)
                winners = [value for value, count in counts.items() if count == most]
                for at, value in votes.items():
                    if len(counts) > 1 and (value not in winners or len(winners) > 1):
                        self.say(at, column, code, value)

    def judge_enrollments(self) -> None:
        for (_, class_id), rows in self.groups("userId", "classId").items():
            for at in rows if len(rows) > 1 else []:
                self.say(at, "classId", "RT301", class_id)

    def shared(self, column: str) -> Iterator[tuple[str, dict[str, list[int]]]]:
        """A value that several people state, and the rows of each."""
        stated: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for (user, value), rows in self.groups("userId", column).items():
            stated[value.lower() if column == "userEmail" else value][user] += rows
        yield from ((value, people) for value, people in stated.items() if len(people) > 1)

    def judge_addresses(self) -> None:
        for _, people in list(self.shared("userEmail")):
            rows = list(chain.from_iterable(people.values()))
            bare = {user.removesuffix(".0").lstrip("0") for user in people}
            names = [{self.vote(at, name) for at in rows} - {""} for name in PERSON_NAMES]
            if len(bare) == 1 and "" not in bare and all(len(name) == 1 for name in names):
                usual = max(
                    people, key=lambda user: (len(people[user]), user[-2:] != ".0", len(user))
                )
                self.judge_other_ids(people, usual)
                continue
            for at in rows:
                self.say(at, "userEmail", "RT302", self.rows[at]["userEmail"])

    def judge_other_ids(self, people: dict[str, list[int]], usual: str) -> None:
        """The IDs of one person that differ from the usual one by their zeros."""
        for user in people.keys() - {usual}:
            for at in people[user]:
                self.say(at, "userId", "RT302", user)
                self.wrong.add((at, "userId"))

    def judge_people(self) -> None:
        for column in ("userDistrictId", "userStateId"):
            for value, _ in self.shared(column):
                self.say(None, column, "RT305", value)

    def judge_classes(self) -> None:
        rostered, removed = self.groups("classId"), defaultdict(list)
        for at in self.removals:
            removed[(self.vote(at, "classId"),)].append(at)
        for class_id in rostered.keys() & removed.keys():
            for at in rostered[class_id] + removed[class_id]:
                self.say(at, "classId", "RT310", class_id[0])
        for (class_id,), rows in rostered.items():
            primary = {
                self.vote(at, "userId")
                for at in rows
                if self.vote(at, "primary_teacher") == "TRUE" and self.vote(at, "userRole")
            }
            if len(primary - {""}) > 1:
                self.say(None, "primary_teacher", "RT308", class_id)

    def judge_lookalikes(self) -> None:
        for column in ("schoolId", "userId", "classId"):
            alike = defaultdict(set)
            for (value,) in self.groups(column):
                alike[value.lower().lstrip("0")].add(value)
            for values in alike.values():
                if len(values) > 1:
                    self.say(None, column, "RT306", ", ".join(sorted(values)))


def findings_of(result: Review, wanted: str) -> set[Finding]:
    lines = result.findings.select("row", "column", "code", "value").rows()
    return {
        (at, column, code, value) for at, column, code, value in lines if code in wanted.split()
    }


#: The first suffice on a working day.
SEEDS = [*range(5), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(5, 70))]


@pytest.mark.slow
@pytest.mark.parametrize("wildness", [0.02, 0.08, 0.3])
@pytest.mark.parametrize("seed", SEEDS)
def test_engine_agrees_with_a_slow_and_obvious_judge(seed: int, wildness: float) -> None:
    chance = random.Random(f"{seed} {wildness}")  # noqa: S311  (no secret)
    rows = nasty_rows(chance, wildness)

    result = check(*rows)

    shifted = {at for at, _, code, _ in findings_of(result, "RT208") if at}
    expected = {f for f in SecondOpinion(rows, shifted).found if f[2] in JUDGED.split()}
    assert result.faults == ()
    assert findings_of(result, JUDGED) == expected


# --- properties ----------------------------------------------------------------------------------

people = st.sampled_from(
    [student("S1"), student("S2"), student("S3"), teacher("T1"), teacher("T2")]
)
classes = st.sampled_from(["C1", "C1", "C2"])
sound_rows = people | st.builds(in_class, people, classes) | st.builds(removal, classes)
damages = st.lists(st.sampled_from([(c, v) for c, vs in NASTY.items() for v in vs]), max_size=4)
rows_of_any_kind = st.builds(lambda row, damage: row | dict(damage), sound_rows, damages)
tables = st.lists(rows_of_any_kind, min_size=1, max_size=9)
any_text = st.text(st.characters(codec="utf-8"), max_size=6)
headers = st.lists(
    st.sampled_from(HEADER)
    | st.sampled_from(["userEmial", "email", "USERID", " userId", "", "Notes", "class id", "#1"])
    | any_text,
    min_size=1,
    max_size=18,
)


def few(test: Callable[..., None]) -> Callable[..., None]:
    """Try a few random files, and none on a working day: a check takes its tenth of a second."""
    tried: Callable[..., None] = pytest.mark.slow(settings(max_examples=15)(test))
    return tried


def counted_findings(
    result: Review, row_now: Sequence[int] | None = None
) -> Counter[tuple[object, ...]]:
    """Every finding; `row_now` gives the place of each record, so that shuffled files compare."""
    found = result.findings.select("row", "column", "code", "severity", "value", "suggestion")
    if row_now is None:
        return Counter(found.rows())
    return Counter((row and row_now[row - 2], *rest) for row, *rest in found.rows())


def without_example(cause: Cause) -> Cause:
    return replace(cause, example_row=None, example_value="", example_suggestion=None)


@few
@given(rows=tables, chance=st.randoms(use_true_random=False))
def test_shuffling_rows_changes_no_finding_but_its_row(
    rows: list[Row], chance: random.Random
) -> None:
    order = list(range(len(rows)))
    chance.shuffle(order)

    before, after = check(*rows), check(*(rows[at] for at in order))

    assert counted_findings(before, range(len(rows))) == counted_findings(after, order)
    assert [without_example(c) for c in before.causes] == [without_example(c) for c in after.causes]
    assert before.rows == after.rows


@few
@given(rows=tables)
def test_clean_unrelated_record_removes_no_finding(rows: list[Row]) -> None:
    unrelated = in_class(teacher("Zoe9", schoolId="Z9"), "Z9", className="Zoology")

    before, after = (_apart_from_domains(check(*each)) for each in (rows, [*rows, unrelated]))

    assert before <= after
    assert not (after - before)


def _apart_from_domains(result: Review) -> Counter[tuple[object, ...]]:
    """What was found; a broken domain is mended by the addresses beside it, so without that."""
    return Counter(
        (*finding[:-1], None if "RT103" in finding else finding[-1])
        for finding in counted_findings(result).elements()
    )


@few
@given(rows=tables)
def test_check_says_the_same_twice(rows: list[Row]) -> None:
    once, twice = check(*rows), check(*rows)

    assert once.findings.equals(twice.findings)
    assert once.causes == twice.causes


def assert_balanced(result: Review) -> None:
    findings, causes = result.findings, result.causes
    assert result.faults == ()
    assert [cause.number for cause in causes] == list(range(1, len(causes) + 1))
    assert findings["cause"].null_count() == 0
    assert findings["derived"].null_count() == 0
    for cause in causes:
        own = findings.filter(findings["cause"] == cause.number)
        assert cause.findings == own.height
        assert cause.derived == own["derived"].sum()
        assert cause.clears <= cause.rows
    assert sum(cause.findings for cause in causes) == findings.height
    assert sum(result.by_rule.values()) == findings.height
    assert sum(result.by_severity.values()) == findings.height
    assert sum(result.by_category.values()) == findings.height
    assert result.rows.accepted + result.rows.rejected == result.upload.records


def assert_rejected_rows_keep_a_problem_of_their_own(result: Review) -> None:
    rejecting = [severity.value for severity in Severity if severity.rejects]
    errors = result.findings.filter(result.findings["severity"].is_in(rejecting)).drop_nulls("row")
    kept = errors.filter(~errors["derived"])
    assert set(kept["row"]) == set(errors["row"])


@few
@given(rows=tables)
def test_findings_rows_and_causes_balance(rows: list[Row]) -> None:
    result = check(*rows)

    assert_balanced(result)
    assert_rejected_rows_keep_a_problem_of_their_own(result)
    assert result.rows.accepted + result.rows.rejected + result.rows.blank == len(rows)


@few
@given(rows=tables, header=headers)
def test_no_header_however_wrong_makes_a_rule_fail(rows: list[Row], header: list[str]) -> None:
    result = review(file_of(rows, header))

    assert_balanced(result)


@few
@given(rows=tables, missing=st.sets(st.sampled_from(HEADER), min_size=1, max_size=len(HEADER) - 2))
def test_no_missing_column_makes_a_rule_fail(rows: list[Row], missing: set[str]) -> None:
    result = review(file_of(rows, [name for name in HEADER if name not in missing]))

    assert_balanced(result)
    assert missing.isdisjoint(result.findings.drop_nulls("row")["column"].drop_nulls())


@few
@given(
    cells=st.lists(
        st.lists(any_text, min_size=len(HEADER), max_size=len(HEADER)), min_size=1, max_size=5
    )
)
def test_no_text_however_strange_makes_a_rule_fail(cells: list[list[str]]) -> None:
    result = review(file_of(dict(zip(HEADER, row, strict=True)) for row in cells))

    assert_balanced(result)


@few
@given(rows=tables)
def test_no_table_makes_a_rule_fail_in_a_staff_upload(rows: list[Row]) -> None:
    result = check(*rows, profile="third-party")

    assert_balanced(result)
    assert_rejected_rows_keep_a_problem_of_their_own(result)
