"""demographics.csv of a synthetic district: one row for each student, clean or with faults.

The values are drawn at random and tell of nobody. Faults are written down by hand from the
contract, each on a row of its own.
"""

from __future__ import annotations

import random

import polars as pl

from roster_toolkit.model import Profile
from roster_toolkit.samples.fault_planner import KEY_SCHEMA
from roster_toolkit.samples.names import seeded
from roster_toolkit.samples.sample import Sample, causes_of

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
    (_MEALS, "reduced lunch", "RT102"),
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
    key: list[tuple[int | None, str | None, str, str]] = []
    for place, (column, text, code) in enumerate(_CELLS):
        rows[place][column] = text or None
        key.append((place + 2, column, code, text.strip()))
    place = len(_CELLS)
    rows[place][_KEY] = rows[place][_KEY].lstrip("0")
    key.append((place + 2, _KEY, "RT501", rows[place][_KEY]))
    for number, said in ((1, "Yes"), (3, "No")):  # one race and several; three and not several
        place += 1
        rows[place] |= {race: "Yes" if at < number else "No" for at, race in enumerate(_RACES)} | {
            _SEVERAL: said
        }
        key.append((place + 2, _SEVERAL, "RT503", said))
    staff = pl.col("userRole").is_in(enrolling.values_meaning("userRole", "staff"))
    for whose, code in ((users.filter(staff)[_KEY][0], "RT502"), (_NOBODY, "RT501")):
        rows.append({**rows[-1], _KEY: whose})
        key.append((len(rows) + 1, _KEY, code, whose))
    twice, contradicted = rows[place + 1], rows[place + 2]
    rows += [dict(twice), contradicted | {_MEALS: "Other"}]
    contradicted[_MEALS] = "Free"
    for first, last, column, code in (
        (place + 1, len(rows) - 2, _KEY, "RT301"),
        (place + 2, len(rows) - 1, _MEALS, "RT303"),
    ):
        key += [(at + 2, column, code, rows[at][column]) for at in (first, last)]
    answers = pl.DataFrame(key, schema=KEY_SCHEMA, orient="row")
    answers = answers.sort("row", "column", "code", "value", nulls_last=True)
    frame = pl.DataFrame(rows, schema=dict.fromkeys(profile.columns, pl.String))
    return Sample(profile, frame, answers, causes_of(answers, _TITLES))


def _about(student: str, rng: random.Random, profile: Profile) -> dict[str, str | None]:
    """The row of one student."""
    row: dict[str, str | None] = {}
    for key, column in profile.columns.items():
        vocabulary = profile.vocabulary_of(column)
        row[key] = rng.choice(vocabulary.accepts) if vocabulary else None
    races = rng.sample(_RACES, 2 if rng.random() < _SHARE_OF_SEVERAL else 1)
    row |= {race: "Yes" if race in races else "No" for race in _RACES}
    row[_SEVERAL] = "Yes" if len(races) > 1 else "No"
    row[_KEY], row[_LANGUAGE] = student, rng.choice(_LANGUAGES)
    return row
