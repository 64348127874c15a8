"""One small file per family of faults, named after what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from roster_toolkit.model import Effect, Profile
from roster_toolkit.profile import load_profile
from roster_toolkit.samples import broken_files as broken
from roster_toolkit.samples.catalog import BY_CODE
from roster_toolkit.samples.demographics import demographics, faulty_demographics
from roster_toolkit.samples.district import clean_district
from roster_toolkit.samples.fault_planner import FaultPlanner
from roster_toolkit.samples.mixture import hard_mixture
from roster_toolkit.samples.names import seeded
from roster_toolkit.samples.sample import Sample, planted_district, sample_of

#: Texts that must reach a reader as text, in whatever they are shown.
PAYLOADS = (
    "<script>alert(1)</script>", "[click](javascript:alert(1))", "<img src=x onerror=alert(1)>",
    "![x](https://payload.example/x.png)", "**bold** `code` | pipe", "{{7*7}} ${7*7}",
    "</td></tr></table><h1>x",
)  # fmt: skip

#: File → what is wrong, faults and how many of each; of 160 rows, batch-upload profile.
MIXED: Mapping[str, tuple[str, Mapping[str, int]]] = {
    "ragged-rows.csv": ("Some rows have too few or too many cells.", {"RT008": 8}),
    "template-rows-left-in.csv": ("The template's example rows were left in.", {"RT013": 1}),
    "blank-rows.csv": ("Rows of commas and empty lines between the records.", {"RT014": 7}),
    "totals-and-footers.csv": (
        "The header again, totals and footers between the records.",
        {"RT015": 5},
    ),
    "missing-values.csv": (
        "Required cells are blank.",
        {"RT101": 6, "RT201": 3, "RT204": 4},
    ),
    "unaccepted-values.csv": (
        "Roles, grades, flags and actions in other words.",
        {"RT102": 10, "RT203": 2},
    ),
    "bad-emails.csv": ("Malformed addresses and rejected email domains.", {"RT103": 9, "RT107": 3}),
    "bad-identifiers.csv": (
        "IDs with other characters, of nine digits, shared, or alike but for zeros.",
        {"RT306": 3, "RT104": 5, "RT108": 3, "RT305": 2},
    ),
    "spreadsheet-damage.csv": (
        "A spreadsheet rewrote numbers and dates, dropped zeros and rounded long IDs.",
        {"RT306": 1, "RT106": 9, "RT112": 1},
    ),
    "placeholders.csv": ("Words for nothing where a value should be.", {"RT110": 10}),
    "stray-spaces.csv": ("Spaces and invisible characters around values.", {"RT105": 14}),
    "garbled-names.csv": ("Names that went through the wrong encoding.", {"RT109": 6}),
    "shifted-rows.csv": ("Cells moved left or right.", {"RT208": 8}),
    "conflicting-people.csv": ("Rows disagree about a person.", {"RT303": 6}),
    "conflicting-classes.csv": ("Rows disagree about a class.", {"RT304": 6}),
    "shared-emails.csv": ("Two people have one address.", {"RT302": 4}),
    "repeated-enrollments.csv": ("The same student twice in a class.", {"RT301": 5}),
}

_Breaker = Callable[[pl.DataFrame, Profile], bytes]
#: File → what is wrong, the codes it shows, and how its bytes come about.
BROKEN: Mapping[str, tuple[str, tuple[str, ...], _Breaker]] = {
    "misspelled-header.csv": (
        "A required header is misspelled.",
        ("RT003", "RT004"),
        broken.renamed({"userFirstName": "userFirstNme"}),
    ),
    "miscapitalized-headers.csv": (
        "Headers in the wrong letter case or with a space.",
        ("RT005",),
        broken.renamed({"userId": "UserID", "classGrade": "classgrade", "userEmail": "userEmail "}),
    ),
    "missing-column.csv": (
        "A required column is missing.",
        ("RT003",),
        broken.without("userGrade"),
    ),
    "repeated-header.csv": (
        "A column stands in it twice.",
        ("RT006",),
        broken.repeated("userEmail"),
    ),
    "semicolons.csv": ("Semicolons instead of commas.", ("RT007",), broken.semicolons),
    "title-above-header.csv": (
        "A title and a blank line stand above the header.",
        ("RT016",),
        broken.below_a_title,
    ),
    "lines-in-quotes.csv": (
        "Every line is quoted as a whole.",
        ("RT016",),
        broken.lines_in_quotes,
    ),
    "windows-1252.csv": ("Not UTF-8 but Windows-1252.", ("RT009",), broken.windows_1252),
    "utf-16.csv": ("Not UTF-8 but UTF-16.", ("RT009",), broken.utf_16),
    "unclosed-quote.csv": ("A quote opens and never closes.", ("RT010",), broken.unclosed_quote),
    "oneroster-users.csv": ("It is OneRoster's users.csv.", ("RT011",), broken.oneroster_users),
    "not-a-csv.xlsx": ("It is a workbook.", ("RT001",), broken.workbook),
}


@dataclass(frozen=True, slots=True)
class Family:
    """One file of the collection."""

    file: str
    wrong: str
    """What is wrong with it, as a sentence."""
    profile: str
    codes: tuple[str, ...]
    content: bytes = field(repr=False)
    sample: Sample | None = field(default=None, repr=False)
    """With its answer key, where the file can be read as a table at all."""
    beside: str = ""
    """The users.csv of the collection that a second file goes with."""


def families(seed: int = 1) -> tuple[Family, ...]:
    """Every file of the collection, by name."""
    return tuple(sorted(_families(seed), key=lambda family: family.file))


def _families(seed: int) -> Iterator[Family]:
    batch, third = load_profile("batch-upload"), load_profile("third-party")
    users = planted_district(120, {}, seed=seed, profile=batch)
    yield _with_key("clean.csv", "Nothing.", users)
    second = load_profile("demographics")
    for file, wrong, made in (
        (
            "demographics.csv",
            "Nothing; the second file, of the students of clean.csv.",
            demographics,
        ),
        (
            "demographics-problems.csv",
            "Most that a demographics.csv can have.",
            faulty_demographics,
        ),
    ):
        sample = made(users.frame, seed, second, batch)
        yield replace(_with_key(file, wrong, sample), beside="clean.csv")
    yield _with_key(
        "staff-only.csv",
        "Nothing; staff only, for a district with a third-party source.",
        planted_district(40, {}, seed=seed, profile=third),
    )
    yield _with_key(
        "students-in-staff-upload.csv",
        "Students where a third party supplies the students.",
        planted_district(120, {"RT205": 5}, seed=seed, profile=third),
    )
    for file, (wrong, counts) in MIXED.items():
        yield _with_key(file, wrong, planted_district(160, counts, seed=seed, profile=batch))
    for file, (wrong, codes, breaker) in BROKEN.items():
        content = breaker(clean_district(60, seed, batch), batch)
        yield Family(file, wrong, batch.name, codes, content)
    for file, wrong, make in (
        ("bad-grades.csv", "Grades in other words, missing, or of staff.", bad_grades),
        ("class-problems.csv", "Without a teacher, with two, too large.", class_problems),
        ("removals.csv", "Removals: proper ones, without a class, of a class in use.", removals),
        ("formulas.csv", "Formulas, HTML and Markdown as names.", formulas),
        ("hard-mixture.csv", "Twelve causes, thousands of findings.", hard_mixture),
    ):
        yield _with_key(file, wrong, make(seed, batch))


def _with_key(file: str, wrong: str, sample: Sample) -> Family:
    codes = tuple(sorted(set(sample.answer_key["code"])))
    return Family(file, wrong, sample.profile.name, codes, sample.csv, sample)


def bad_grades(seed: int, profile: Profile) -> Sample:
    """Grades that a person understands, some they do not, none, and some of staff."""
    planner = FaultPlanner(clean_district(160, seed, profile), seed, profile)
    grades = profile.vocabularies[profile.columns["userGrade"].vocabulary or "grade"]
    safe = [words[n % len(words)] for n, words in enumerate(grades.safe.values())]
    others = [*safe[::3], *[words[0] for words in grades.likely.values()], "13", "Grade Three"]
    for number, text in enumerate(word for word in others if planner.ordinary(word)):
        key = ("userGrade", "userGrade", "classGrade")[number % 3]
        row = planner.take_row()
        if row is not None:
            planner.write([row], key, text)
            planner.expect("RT102", key, [row])
    for code in ("RT201", "RT202"):
        for turn in range(3):
            BY_CODE[code].plant(planner, turn)
    return sample_of(planner)


def class_problems(seed: int, profile: Profile) -> Sample:
    """Four classes of one school: one loses its teacher, one gains another, one gets too many.

    A whole district with such a class would be too long to read, so that of a larger one only
    these classes are kept, and of the students who are moved into the last one row each.
    """
    whole = clean_district(1600, seed, profile)
    school = whole["schoolId"][0]
    grouped = (
        whole.filter(pl.col("schoolId") == school, pl.col("classId").is_not_null())
        .with_columns(staff=pl.col("userRole").is_in(profile.values_meaning("userRole", "staff")))
        .group_by("classId", maintain_order=True)
        .agg(staff_rows=pl.col("staff").sum(), size=pl.len())
        .filter(pl.col("size") > 5)  # noqa: PLR2004 - classes with students
    )
    co_taught = grouped.filter(pl.col("staff_rows") > 1)["classId"][:1]
    plain = grouped.filter(pl.col("staff_rows") == 1)["classId"][:3]
    large = plain[2]
    kept = whole.filter(pl.col("classId").is_in([*co_taught, *plain]))
    members = whole.filter(pl.col("classId") == large)
    students = pl.col("userRole").is_in(profile.values_meaning("userRole", "student"))
    moved = (
        whole.filter(
            pl.col("schoolId") == school,
            students,
            ~pl.col("userId").is_in(kept["userId"].implode()),
        )
        .unique("userId", keep="first", maintain_order=True)
        .head(profile.thresholds["class_size"] + 1)
    )
    facts = {column.key: members[column.key][0] for column in profile.columns.values()}
    planner = FaultPlanner(kept, seed, profile)
    moved = moved.with_columns(pl.lit(facts[key]).alias(key) for key in planner.class_keys)
    planner = FaultPlanner(pl.concat([kept, moved]), seed, profile)
    planner.reserve(large)
    planner.expect_without_row("RT309", "classId", large)
    for code in ("RT308", "RT307"):
        BY_CODE[code].plant(planner, 0)
    return sample_of(planner)


def removals(seed: int, profile: Profile) -> Sample:
    """Removals that are in order, some that name no class, and one of a class in use."""
    planner = FaultPlanner(clean_district(160, seed, profile), seed, profile)
    action = profile.values_meaning("action", Effect.REMOVE_CLASS)[0]
    BY_CODE["RT310"].plant(planner, 0)
    for turn in range(3):
        BY_CODE["RT206"].plant(planner, turn)
    for number in range(4):
        row = planner.take_row()
        if row is None:
            continue
        old = f"{planner.value(row, 'schoolId')}OLD{number + 1}"
        planner.write([row], "action", action)
        planner.write([row], "classId", old)
        for key in planner.class_keys[1:] if number % 2 else ():
            planner.write([row], key, "")
    return sample_of(planner)


def formulas(seed: int, profile: Profile) -> Sample:
    """Formulas, which are a finding, and markup, which is none but must stay text."""
    planner = FaultPlanner(clean_district(160, seed, profile), seed, profile)
    rng = seeded(seed, "payloads")
    for turn in range(6):
        BY_CODE["RT111"].plant(planner, turn)
    for payload in PAYLOADS:
        rows = planner.take_person(*planner.anybody)
        if rows:
            planner.write(rows, rng.choice(("userFirstName", "userLastName")), payload)
    return sample_of(planner)
