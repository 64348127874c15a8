"""The engine and the slow second opinion agree on random rosters and files.

A case is one small world: a roster, and a file that does many things to it. Worlds share no ID, no
school and no address, so that several can stand in one file: what is foreseen for one must not
depend on its neighbours, and many cases cost one review.
"""

from __future__ import annotations

import csv
import io
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache

import polars as pl
import pytest
from making import HEADER, Row, file_of, removal, student, teacher
from reference_impact import (
    TOGETHER,
    Foreseen,
    class_sizes,
    cleaned,
    foresee,
    judge,
    mass_changes,
    mass_changes_together,
    roster_of,
)

from roster_toolkit.impact.next_roster import next_roster
from roster_toolkit.model import Profile
from roster_toolkit.profile import load_profile
from roster_toolkit.reviewing.review import Review, rejected_records, review
from roster_toolkit.rosters.context import RosterContext
from roster_toolkit.rosters.download import read_download

NAMES = [("Ana", "Lee"), ("Bo", "Diaz"), ("Cy", "Roy"), ("Di", "Kim"), ("Ed", "Fox"), ("Flo", "Ng")]
OTHERS = [("Gus", "Orr"), ("Hal", "Poe"), ("Ida", "Ray")]
SUBJECTS = ["Math", "Art", "Music"]
#: Rules that the reference judges; those of the file alone are taken as they were found.
JUDGED = {"RT307", "RT309", *(f"RT40{n}" for n in range(1, 10))}
#: The size of a class above which the profile of the cases warns, so that small worlds reach it.
CLASS_SIZE = 3


@dataclass
class World:
    """A roster and a file; lines of the file are cells as they stand, ragged ones too."""

    name: str
    chance: random.Random
    download: list[Row] = field(default_factory=list)
    inactive: set[str] = field(default_factory=set)
    schools: list[str] = field(default_factory=list)
    """The district's own list."""
    rows: list[Row] = field(default_factory=list)

    def pick(self, column: str) -> str:
        """A value that some row of the file has in a column, or a made-up one."""
        said = sorted({row[column] for row in self.rows if row.get(column)})
        return self.chance.choice(said) if said else ""

    def of_person(self) -> list[Row]:
        user = self.pick("userId")
        return [row for row in self.rows if row.get("userId") == user]

    def of_class(self) -> list[Row]:
        class_id = self.pick("classId")
        return [row for row in self.rows if class_id and row.get("classId") == class_id]

    def some(self, rows: list[Row]) -> list[Row]:
        """All of the rows, mostly, or one of them."""
        return rows if self.chance.random() < 0.7 or not rows else [self.chance.choice(rows)]

    def address(self, number: object) -> str:
        return f"p{number}@w{self.name}.org"


def world_of(seed: int) -> World:
    """A roster of a few people and classes, and a file of one to twelve rows about them."""
    world = World(str(1000 + seed), random.Random(f"world {seed}"))  # noqa: S311  (no secret)
    people_the_roster(world)
    chance = world.chance
    kept = [dict(row) for row in world.download if chance.random() < 0.75]
    world.rows = kept[: chance.randint(1, 10)] or [dict(world.download[0])]
    for change in chance.choices(CHANGES, k=chance.choice([0, 1, 1, 2, 2, 3, 4, 6])):
        change(world)
    world.rows = world.rows[:12]
    chance.shuffle(world.rows)
    return world


def people_the_roster(world: World) -> None:
    chance, name = world.chance, world.name
    schools = [f"0{name}1", f"{name}2"]
    world.schools = [*schools, f"{name}3"]
    classes = [
        {
            "classId": f"{zeros}{name}9{n}",
            "className": f"{SUBJECTS[n]} class",
            "classDisplayName": chance.choice(["", "Ours"]),
            "classGrade": str(n + 1),
            "classSubject": chance.choice(["", SUBJECTS[n]]),
            "schoolId": chance.choice(schools),
        }
        for n, zeros in enumerate(chance.choices(["", "0", "00"], k=3))
    ]
    for number, (first, last) in enumerate(NAMES[: chance.randint(2, 6)]):
        make = student if chance.random() < 0.7 else teacher
        person = make(
            f"{chance.choice(['', '0', '00', 'S'])}{name}{number}",
            schoolId=chance.choice(schools),
            userFirstName=first,
            userLastName=last,
            userEmail=world.address(number),
            userDistrictId=chance.choice(["", f"D{name}{number}"]),
        )
        stays = chance.random() < 0.4
        if stays:
            world.download.append(person)
        for of in chance.sample(classes, chance.randint(0 if stays else 1, 2)):
            flag = "" if make is student else chance.choice(["TRUE", "FALSE", ""])
            world.download.append(person | of | {"primary_teacher": flag})
    if chance.random() < 0.4:
        world.inactive = {chance.choice(classes)["classId"]}
    rostered = {row.get("classId") for row in world.download}
    world.inactive &= rostered  # a class without any row is not in the download


# --- what a file may do --------------------------------------------------------------------------


def fact_changes(world: World) -> None:
    column, value = world.chance.choice([
        ("userGrade", "4"), ("userGrade", "Grade 3"), ("userGrade", ""), ("userFirstName", "Ana"),
        ("userLastName", "Lee"), ("userLastName", "Orr"), ("userDistrictId", f"D{world.name}9"),
        ("userDistrictId", ""), ("userRole", "teacher"), ("userRole", ""), ("userStateId", "X 1"),
        ("userStateId", f"X{world.name}"), ("userFirstName", "N/A"), ("userId", ""),
        ("userLastName", " Lee "), ("userGrade", "\u200b4"),
    ])  # fmt: skip
    for row in world.some(world.of_person()):
        row[column] = value


def class_fact_changes(world: World) -> None:
    column, value = world.chance.choice([
        ("className", "Maths"), ("className", ""), ("classDisplayName", "Yours"),
        ("classDisplayName", ""), ("classGrade", "12"), ("classGrade", "99"), ("classGrade", ""),
        ("classSubject", "Latin"), ("classSubject", ""), ("classId", ""),
    ])  # fmt: skip
    for row in world.some(world.of_class()):
        row[column] = value


def class_moves(world: World) -> None:
    school = world.chance.choice([*world.schools, f"{world.name}8"])
    for row in world.some(world.of_class()):
        row["schoolId"] = school


def person_moves(world: World) -> None:
    school = world.chance.choice([*world.schools, *[f"{world.name}8"] * 2, "", f"1 {world.name}"])
    for row in world.some(world.of_person()):
        row["schoolId"] = school


def person_joins_another_school(world: World) -> None:
    for row in world.of_person()[:1]:
        blank = dict.fromkeys((name for name in HEADER if name.startswith("class")), "")
        school = world.chance.choice(world.schools)
        world.rows.append(row | blank | {"schoolId": school, "primary_teacher": ""})


def newcomer(world: World) -> None:
    number = world.chance.randint(6, 8)
    first, last = OTHERS[number - 6]
    make = world.chance.choice([student, teacher])
    row = make(
        f"N{world.name}{number}",
        schoolId=world.chance.choice(world.schools),
        userFirstName=first,
        userLastName=last,
        userEmail=world.chance.choice([world.address(number), world.address(0)]),
    )
    world.rows.append(row | {"primary_teacher": world.chance.choice(["", "TRUE", "FALSE"])})
    if world.chance.random() < 0.7:
        enrolled(world)


def enrolled(world: World) -> None:
    """Somebody gets into a class, perhaps a new one; at the class's school, mostly."""
    chance = world.chance
    of = {"classId": f"{world.name}99", "className": "New", "classGrade": "5"}
    known = [row for row in world.rows if row.get("className")]
    if known and chance.random() < 0.7:
        source = chance.choice(known)
        of = {name: source.get(name, "") for name in HEADER if name.startswith("class")}
        of |= {"schoolId": source["schoolId"]} if chance.random() < 0.9 else {}
    for row in world.of_person()[:1]:
        world.rows.append(row | of)


def repeated(world: World) -> None:
    if world.rows:
        row = dict(world.chance.choice(world.rows))
        world.rows.append(row)
        if world.chance.random() < 0.3:
            row["primary_teacher"] = world.chance.choice(["TRUE", "FALSE", ""])


def primary_changes(world: World) -> None:
    value = world.chance.choice(["TRUE", "TRUE", "FALSE", "FALSE", "", "true"])
    for row in world.some(world.of_person()):
        row["primary_teacher"] = value


def renumbered(world: World) -> None:
    rows = world.of_person()
    old = world.pick("userId")
    rows = [row for row in world.rows if row.get("userId") == old]
    change = world.chance.choice([
        {}, {}, {}, {"userGrade": "5"}, {"userDistrictId": f"D{world.name}7"},
        {"userLastName": "Yu"}, {"userDistrictId": ""},
    ])  # fmt: skip
    for row in world.some(rows):
        row["userId"] = f"R{world.name}{world.chance.randint(0, 1)}"
        row.update(change)
    for row in world.some(rows) if world.chance.random() < 0.15 else ():
        row["userEmail"] = row["userEmail"].upper()


def id_is_altered(world: World) -> None:
    """Zeros in front are lost or filled in, or a number gets decimals."""
    column = world.chance.choice(["userId", "classId", "schoolId"])
    value = world.pick(column)
    altered = world.chance.choice([value.lstrip("0")] * 2 + [f"0{value}", f"{value}.0"])
    rows = [row for row in world.rows if row.get(column) == value]
    for row in world.some(rows):
        row[column] = altered if value else ""


def address_changes(world: World) -> None:
    value = world.chance.choice([
        world.address(world.chance.randint(0, 6)), world.address("new"), world.address("new2"),
        world.address(0).upper(), "nobody", "", world.pick("userEmail").title(),
        "who@amplify.com",
    ])  # fmt: skip
    for row in world.some(world.of_person()):
        row["userEmail"] = value


def addresses_swapped(world: World) -> None:
    one, two = world.of_person(), world.of_person()
    if one and two:
        first, second = one[0]["userEmail"], two[0]["userEmail"]
        for row in one:
            row["userEmail"] = second
        for row in two:
            row["userEmail"] = first


def role_changes(world: World) -> None:
    role = world.chance.choice(["Student", "Teacher", "Administrator"])
    for row in world.some(world.of_person()):
        row["userRole"] = role
        if world.chance.random() < 0.9:
            row["userGrade"] = "3" if role == "Student" else ""


def id_used_again(world: World) -> None:
    for row in world.some(world.of_person()):
        row |= {"userFirstName": "Zoe", "userLastName": "Yu"}
        row["userEmail"] = world.address(world.chance.choice(["zoe", 1]))


def class_removed(world: World) -> None:
    known = sorted({row["classId"] for row in world.download if row.get("classId")})
    class_id = world.chance.choice([*known, *known, f"{world.name}98", "", f"C {world.name}"])
    of = [row for row in world.download if row.get("classId") == class_id] or world.download
    row = dict(world.chance.choice(of)) | {"action": "REMOVE-CLASS", "classId": class_id}
    blank = world.chance.random() < 0.3
    row |= {"className": "", "classGrade": "", "userGrade": ""} if blank else {}
    row |= {"userId": f"{world.name}77"} if world.chance.random() < 0.3 else {}
    if world.chance.random() < 0.2:
        row = removal(class_id.lstrip("0"), f"0{world.name}76", schoolId=world.schools[0])
    if world.chance.random() < 0.6:
        world.rows = [one for one in world.rows if one.get("classId") != class_id]
    world.rows.append(row)
    if world.chance.random() < 0.2:
        world.rows.append(row | {"userLastName": "Twice", "schoolId": world.schools[1]})


def action_misspelt(world: World) -> None:
    for row in world.of_person()[:1]:
        row["action"] = world.chance.choice(["remove-class", "DELETE", " REMOVE-CLASS "])


def row_damaged(world: World) -> None:
    """A ragged row, cells that moved right, or a blank row."""
    if not world.rows:
        return
    row = world.chance.choice(world.rows)
    kind = world.chance.choice(["short", "long", "shifted", "blank"])
    if kind == "blank":
        world.rows.append({})
    elif kind == "shifted":
        cells = ["", *(row.get(name, "") for name in HEADER[1:])]
        row |= dict(zip(HEADER, ["", *cells[:6], "", *cells[7:-1]], strict=True))
        row["classId"] = f"{world.name}93"  # a grade would be a class of all worlds
    else:
        row["ragged"] = kind


CHANGES: list[Callable[[World], None]] = [
    fact_changes, fact_changes, class_fact_changes, class_fact_changes, class_moves, person_moves,
    person_joins_another_school, newcomer, newcomer, enrolled, enrolled, repeated, primary_changes,
    primary_changes, primary_changes, renumbered, renumbered, id_is_altered, id_is_altered,
    address_changes, addresses_swapped, role_changes, id_used_again, class_removed, class_removed,
    class_removed, action_misspelt, row_damaged,
]  # fmt: skip


# --- from worlds to files ------------------------------------------------------------------------


def bytes_of(rows: list[Row]) -> bytes:
    """The file as it is written: a ragged row has a cell too few or too many."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    for row in rows:
        cells = [row.get(name, "") for name in HEADER]
        ragged = row.get("ragged")
        writer.writerow(cells[:-1] if ragged == "short" else cells + ["more"] * bool(ragged))
    return text.getvalue().encode()


def as_read(row: Row) -> Row:
    """The cells of a row as they are read: a short row ends in blanks."""
    row = dict(row)
    return row | ({"primary_teacher": ""} if row.pop("ragged", "") == "short" else {})


@dataclass
class Case:
    """One review of a few worlds, and what the reference says of each."""

    worlds: list[World]
    result: Review
    told: list[Foreseen]
    found: set[tuple[int | None, str, str, str]]


@cache
def lenient() -> Profile:
    """The default profile, with mass changes and classes too large that small worlds can have."""
    profile = load_profile("batch-upload")
    thresholds = profile.thresholds | {"mass_change_records": 2, "class_size": CLASS_SIZE}
    return profile.model_copy(update={"thresholds": thresholds})


def against(worlds: list[World], *, listed: bool) -> RosterContext:
    schools = "schoolId,schoolName\n" + "".join(
        f"{school},One\n" for world in worlds for school in world.schools
    )
    download = file_of(row for world in worlds for row in world.download)
    known = read_download(download, lenient(), schools.encode() if listed else None)
    gone = pl.Series([one for world in worlds for one in world.inactive], dtype=pl.String)
    inactive = known.roster.classes["classId"].is_in(gone.implode())
    numbers = known.roster.classes.filter(inactive)["class"]
    roster = replace(
        known.roster,
        classes=known.roster.classes.with_columns(active=~inactive),
        enrollments=known.roster.enrollments.filter(~pl.col("class").is_in(numbers.implode())),
    )
    return replace(known, roster=roster)


@cache
def case_of(seeds: range) -> Case:
    """The worlds of some seeds in one review; every other one has a list of schools."""
    listed = seeds.start // len(seeds) % 2 == 0
    worlds = [world_of(seed) for seed in seeds]
    rows = [row for world in worlds for row in world.rows]
    result = review(bytes_of(rows), profile=lenient(), against=against(worlds, listed=listed))
    rejected = set(rejected_records(result.upload, result.validation, lenient()))
    errors = result.findings.filter(pl.col("severity") == "error").drop_nulls(["row", "column"])
    of_file = errors.filter(~pl.col("code").is_in(JUDGED))
    wrong = set(of_file.select("row", "column").rows())
    of_row = of_file.filter(pl.col("code") < "RT300")
    misread = set(of_row.select("row", "column").rows())
    damaged = result.findings.filter(pl.col("code").is_in(["RT008", "RT208", "RT013"]))
    silent = set(damaged["row"].to_list())
    elsewhere = set(errors.filter(pl.col("code") != "RT402")["row"].to_list()) | silent
    new_ids = result.findings.filter(pl.col("code") == "RT403")["value"].to_list()
    told, found, start = [], set(), 0
    for world in worlds:
        stop = start + len(world.rows)
        here = [as_read(row) for row in world.rows]
        roster = roster_of(world.download, world.schools if listed else None, world.inactive)
        old_ids = {new: owner(world, here, new) for new in new_ids if world.name == new[1:5]}
        mine = {at - start for at in rejected if start <= at < stop}
        told.append(foresee(here, mine, roster, old_ids))
        bad = {(at - start, column) for at, column in wrong}
        quiet = {at - start for at in silent}
        out = {at - start for at in elsewhere}
        altered = set()
        for at, column, code, value in judge(here, bad, quiet, out, roster):
            found.add((at and at + start, column, code, value))
            if code == "RT406":
                altered.add((at + start, column))
        bad = {(at - start, column) for at, column in misread | altered}
        for class_id, kinds in class_sizes(here, bad, quiet, roster).items():
            if not kinds["staff"] and not kinds["?"]:
                found.add((None, "classId", "RT307", class_id))
            if kinds["student"] > CLASS_SIZE:
                found.add((None, "classId", "RT309", class_id))
        start = stop
    return Case(worlds, result, told, found)


def owner(world: World, rows: list[Row], user: str) -> str:
    """The roster's person who has the address of a person with a new ID."""
    said = {cleaned(row, "userEmail").lower() for row in rows if cleaned(row, "userId") == user}
    return next(row["userId"] for row in world.download if row["userEmail"].lower() in said)


# --- what the engine says, in the words of the reference ------------------------------------------


def totals(result: Review) -> Counter[tuple[str, str]]:
    assert result.impact is not None
    return Counter({
        (kind.value, outcome.value): number
        for kind, outcomes in result.impact.totals.items()
        for outcome, number in outcomes.items()
    })  # fmt: skip


def by_school(result: Review) -> Counter[tuple[str, str, str]]:
    assert result.impact is not None
    return Counter({
        (school, kind.value, outcome.value): number
        for school, kinds in result.impact.by_school.items()
        for kind, outcomes in kinds.items()
        for outcome, number in outcomes.items()
        if school
    })  # fmt: skip


def removed_pairs(result: Review) -> set[tuple[str, str, bool]]:
    """Person, class, and whether no row mentions the person, of each removed enrollment."""
    assert result.impact is not None
    assert result.against is not None
    roster, impact = result.against.roster, result.impact
    people = dict(roster.people.select("person", "userId").rows())
    people |= dict(impact.people.drop_nulls("person").select("person", "userId").rows())
    classes = dict(roster.classes.select("class", "classId").rows())
    gone = impact.enrollments.filter(pl.col("outcome") == "removed")
    return {
        (people[person], classes[of], outside)
        for person, of, outside in gone.select("person", "class", "outside").rows()
    }


def errors(result: Review) -> Counter[tuple[str, str]]:
    return Counter({key: count for key, count in totals(result).items() if key[1] == "errors"})


def assert_impact_agrees(case: Case) -> None:
    result, actual = case.result, case.told
    impact = result.impact
    assert impact is not None
    assert dict(impact.people.select("userId", "outcome").rows()) == {
        user: outcome for one in actual for user, outcome in one.people.items()
    }
    assert dict(impact.people.select("userId", "kind").rows()) == {
        user: kind for one in actual for user, kind in one.kinds.items()
    }
    assert dict(impact.classes.select("classId", "outcome").rows()) == {
        class_id: outcome for one in actual for class_id, outcome in one.classes.items()
    }
    assert dict(impact.schools.rows()) == {
        school: outcome for one in actual for school, outcome in one.schools.items()
    }
    assert removed_pairs(result) == {
        (*pair, pair in one.outside)
        for one in actual
        for pair, outcome in one.enrollments.items()
        if outcome == "removed"
    }
    assert +totals(result) == sum((one.totals() for one in actual), Counter())
    assert +by_school(result) == sum((one.by_school() for one in actual), Counter())
    fields = impact.compared.fields.select("kind", "key", "field", "before", "after")
    assert set(fields.rows()) == {line for one in actual for line in one.fields}
    assert fields.height == sum(len(one.fields) for one in actual)
    left = {kind.value: number for kind, number in impact.unmentioned.items()}
    expected = sum((one.unmentioned for one in actual), Counter())
    assert left == {kind: expected[kind] for kind in left}


def assert_balanced(case: Case) -> None:
    """For each kind touched = created + updated + no changes + removed + errors."""
    touched: Counter[str] = Counter()
    for one in case.told:
        touched["school"] += len(one.schools)
        touched["class"] += len(one.classes)
        touched["enrollment"] += len(one.enrollments)
        touched.update(kind for kind in one.kinds.values() if kind)
    counted: Counter[str] = Counter()
    for (kind, _), number in totals(case.result).items():
        counted[kind] += number
    assert counted == touched


def assert_rules_agree(case: Case) -> None:
    lines = case.result.findings.select("row", "column", "code", "value").rows()
    assert {line for line in lines if line[2] in JUDGED} == case.found


#: What the profile allows in the year: the share of a school's records of a kind.
IN_YEAR = {"created": 0.25, "updated": 0.25, "removed": 0.10}


def assert_guard_agrees(case: Case) -> None:
    rows = case.result.findings
    removals = rows.filter(pl.col("code") == "RT411")["value"].to_list()
    assert sorted(removals) == sorted({of for one in case.told for _, of in one.outside})
    masses = rows.filter(pl.col("code") == "RT412")["value"].to_list()
    masses = [mass.partition(" (")[0] for mass in masses]  # without what it consists of
    together = mass_changes_together(case.told, IN_YEAR, 2)
    expected = [
        f"{TOGETHER}: {numbers_in_words(*numbers, kind, outcome)}"
        for (kind, outcome), numbers in together.items()
    ]
    expected += [
        f"{school}: {total_in_words(one, school, kind, outcome)}"
        for one in case.told
        for school, kind, outcome in mass_changes(one, IN_YEAR, 2)
    ]
    assert sorted(masses) == sorted(expected)


def total_in_words(told: Foreseen, school: str, kind: str, outcome: str) -> str:
    number, before = told.by_school()[school, kind, outcome], told.sizes[school, kind]
    return numbers_in_words(number, before, kind, outcome)


def numbers_in_words(number: int, before: int, kind: str, outcome: str) -> str:
    if outcome == "created":
        return f"{number} {kind} records created beside {before}"
    return f"{number} of {before} {kind} records {outcome}"


# --- the agreement -------------------------------------------------------------------------------

ALONE = [range(at, at + 1) for at in range(1000, 1025)]
FEW = [*ALONE, *(range(at, at + 25) for at in range(1025, 1150, 25))]
MANY = [range(at, at + 25) for at in range(0, 1000, 25)]
seeds_of_cases = pytest.mark.parametrize(
    "seeds",
    [*FEW, *(pytest.param(seeds, marks=pytest.mark.slow) for seeds in MANY)],
    ids=lambda seeds: f"{seeds.start}-{seeds.stop - 1}",
)

seeds_of_batches = pytest.mark.parametrize(
    "seeds",
    [*FEW[-5:], *(pytest.param(seeds, marks=pytest.mark.slow) for seeds in MANY)],
    ids=lambda seeds: f"{seeds.start}-{seeds.stop - 1}",
)


@pytest.mark.slow
@seeds_of_cases
def test_engine_agrees_with_a_slow_and_obvious_judge(seeds: range) -> None:
    case = case_of(seeds)

    assert case.result.faults == ()
    assert_impact_agrees(case)
    assert_balanced(case)
    assert_rules_agree(case)
    assert_guard_agrees(case)


@seeds_of_batches
def test_the_same_file_twice_changes_nothing_the_second_time(seeds: range) -> None:
    case = case_of(seeds)
    first, known = case.result.impact, case.result.against
    assert first is not None
    assert known is not None
    after = replace(known, roster=next_roster(first, known.roster, "upload"))
    rows = [row for world in case.worlds for row in world.rows]

    again = review(bytes_of(rows), profile=lenient(), against=after)

    assert again.impact is not None
    assert not again.impact.changes_anything
    assert again.rejected_rows.to_list() == case.result.rejected_rows.to_list()
    assert errors(again) >= errors(case.result)  # a removal hides a rejected row only once


@seeds_of_batches
def test_no_two_people_of_the_next_roster_share_an_address(seeds: range) -> None:
    case = case_of(seeds)
    assert case.result.impact is not None
    assert case.result.against is not None

    people = next_roster(case.result.impact, case.result.against.roster, "upload").people

    address = people["userEmail"].str.to_lowercase()
    assert people.filter(address.is_duplicated())["userId"].to_list() == []


def test_random_worlds_do_whatever_a_file_can_do() -> None:
    cases = [case_of(seeds) for seeds in FEW]

    found = {code for case in cases for code in case.result.findings["code"]}
    outcomes = sum((one.totals() for case in cases for one in case.told), Counter())

    assert found >= JUDGED | {"RT411", "RT412"}
    assert set(outcomes) >= {
        (kind, outcome)
        for kind in ("staff", "student", "class", "enrollment")
        for outcome in ("created", "updated", "no changes", "errors")
    } | {("class", "removed"), ("enrollment", "removed"), ("school", "created")}
