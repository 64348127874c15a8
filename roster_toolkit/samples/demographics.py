"""demographics.csv of a synthetic district: one row for each student, clean or with faults.

The values are drawn at random and tell of nobody. Faults are written down by hand from the
contract, each on a row of its own.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import polars as pl

from roster_toolkit.model import Profile
from roster_toolkit.samples.fault_planner import KEY_SCHEMA
from roster_toolkit.samples.names import seeded
from roster_toolkit.samples.sample import Sample, causes_of

_Row = dict[str, str | None]
_Finding = tuple[int, str, str, str]

_KEY, _GENDER, _LANGUAGE, _MEALS = "userId", "gender", "homeLanguage", "mealStatus"
_RACES = (
    "americanIndianOrAlaskaNative", "asian", "blackOrAfricanAmerican",
    "nativeHawaiianOrOtherPacificIslander", "white",
)  # fmt: skip
_SEVERAL = "twoOrMoreRaces"
_LANGUAGES = ("English", "Español", "Tiếng Việt", "Русский", "Mandarin", "Hmong", "Somali")
_SHARE_OF_SEVERAL = 0.15
#: An ID that no district of ours gives.
_NOBODY = "09990001"
#: Column, what is written into it, and the code of what that is.
_CELLS = (
    (_KEY, "", "RT101"),
    (_KEY, "1.23E+05", "RT106"),
    (_GENDER, "male", "RT102"),
    (_GENDER, "Unicorn", "RT102"),
    (_MEALS, "half price", "RT102"),
    ("migrant", "perhaps", "RT102"),
    (_GENDER, " Female", "RT105"),
    (_LANGUAGE, "N/A", "RT110"),
    (_LANGUAGE, "=1+1", "RT111"),
    (_LANGUAGE, "EspaÃ±ol", "RT109"),
)
_TITLES = {
    "RT101": "blank IDs", "RT102": "values in other words", "RT105": "extra spaces",
    "RT106": "IDs that a spreadsheet changed", "RT109": "garbled text", "RT110": "placeholders",
    "RT111": "values that look like formulas", "RT301": "students twice",
    "RT303": "rows that contradict each other", "RT501": "IDs that are nobody's",
    "RT502": "staff members", "RT503": "races that contradict each other",
}  # fmt: skip


def clean_demographics(
    users: pl.DataFrame, seed: int, profile: Profile, enrolling: Profile
) -> pl.DataFrame:
    """One row for each student of `users`, the rows of a users.csv under `enrolling`."""
    rng = seeded(seed, "demographics")
    students = pl.col("userRole").is_in(enrolling.values_meaning("userRole", "student"))
    ids = users.filter(students)[_KEY].unique(maintain_order=True)
    rows = [_about(student, rng, profile) for student in ids]
    return pl.DataFrame(rows, schema=dict.fromkeys(profile.columns, pl.String))


def demographics(users: pl.DataFrame, seed: int, profile: Profile, enrolling: Profile) -> Sample:
    """The same without a fault, as a sample."""
    clean = clean_demographics(users, seed, profile, enrolling)
    return Sample(profile, clean, pl.DataFrame(schema=KEY_SCHEMA), ())


def faulty_demographics(
    users: pl.DataFrame, seed: int, profile: Profile, enrolling: Profile
) -> Sample:
    """The same with a fault of each kind, to be judged beside that users.csv.

    `users` has 16 students or more.
    """
    rows = clean_demographics(users, seed, profile, enrolling).to_dicts()
    key = [*_in_cells(rows), *_in_rows(rows, profile)]
    twice, contradicted = len(_CELLS) + 3, len(_CELLS) + 4
    staff = pl.col("userRole").is_in(enrolling.values_meaning("userRole", "staff"))
    for whose, code in ((users.filter(staff)[_KEY][0], "RT502"), (_NOBODY, "RT501")):
        rows.append({**rows[-1], _KEY: whose})
        key.append((len(rows) + 1, _KEY, code, whose))
    meals = profile.vocabularies[profile.columns[_MEALS].vocabulary or ""].accepts
    rows += [dict(rows[twice]), rows[contradicted] | {_MEALS: meals[0]}]
    rows[contradicted][_MEALS] = meals[-1]
    for first, last, column, code in (
        (twice, len(rows) - 2, _KEY, "RT301"),
        (contradicted, len(rows) - 1, _MEALS, "RT303"),
    ):
        key += [(at + 2, column, code, rows[at][column] or "") for at in (first, last)]
    answers = pl.DataFrame(key, schema=KEY_SCHEMA, orient="row")
    answers = answers.sort("row", "column", "code", "value", nulls_last=True)
    frame = pl.DataFrame(rows, schema=dict.fromkeys(profile.columns, pl.String))
    return Sample(profile, frame, answers, causes_of(answers, _TITLES))


def _in_cells(rows: list[_Row]) -> Iterator[_Finding]:
    """Write the faults of single cells into the first rows."""
    for place, (column, text, code) in enumerate(_CELLS):
        rows[place][column] = text or None
        yield place + 2, column, code, text.strip()


def _in_rows(rows: list[_Row], profile: Profile) -> Iterator[_Finding]:
    """Lose the zeros of an ID, and let races contradict each other, in the rows after those."""
    place, (yes, no) = len(_CELLS), _yes_and_no(profile)
    rows[place][_KEY] = bare = (rows[place][_KEY] or "").lstrip("0")
    yield place + 2, _KEY, "RT501", bare
    for number, said in ((1, yes), (3, no)):  # one race and several; three and not several
        place += 1
        races = {race: yes if at < number else no for at, race in enumerate(_RACES)}
        rows[place] |= races | {_SEVERAL: said}
        yield place + 2, _SEVERAL, "RT503", said


def _about(student: str, rng: random.Random, profile: Profile) -> _Row:
    """The row of one student."""
    row: _Row = {}
    for key, column in profile.columns.items():
        vocabulary = profile.vocabulary_of(column)
        row[key] = rng.choice(vocabulary.accepts) if vocabulary else None
    races = rng.sample(_RACES, 2 if rng.random() < _SHARE_OF_SEVERAL else 1)
    yes, no = _yes_and_no(profile)
    row |= {race: yes if race in races else no for race in _RACES}
    row[_SEVERAL] = yes if len(races) > 1 else no
    row[_KEY], row[_LANGUAGE] = student, rng.choice(_LANGUAGES)
    return row


def _yes_and_no(profile: Profile) -> tuple[str, str]:
    yes, no = (profile.values_meaning(_SEVERAL, meaning)[0] for meaning in ("yes", "no"))
    return yes, no
