"""RT401: the school that an unknown ID probably means."""

from __future__ import annotations

from collections import Counter

import polars as pl

from roster_toolkit.rosters.roster import Roster
from roster_toolkit.validate.run import Run

#: Similarity score of 100 that makes a known ID a likely one.
_LIKELY = 75
#: People of an unknown school whom the roster must have, and the share of them at one school.
_PEOPLE, _SHARE = 2, 0.8


def likely_schools(run: Run, unknown: pl.Series, roster: Roster) -> dict[str, str | None]:
    """Unknown ID → the school that it probably means, or None.

    Its name tells most; then where the roster has the people whom the file puts there; then
    likeness.
    """
    if unknown.is_empty():
        return {}
    names, by_people = ids_by_name(roster), _by_people(run, unknown, roster)
    nearest = _nearest(unknown, roster.schools["schoolId"])
    return {
        school: names.get(school.lower(), by_people.get(school, nearest[school]))
        for school in unknown
    }


def ids_by_name(roster: Roster) -> dict[str, str]:
    """Name of a school in small letters → its ID, where the list has that name once.

    Whoever has the names at hand types them where the ID belongs.
    """
    named = roster.schools.select("schoolId", name=pl.col("schoolName").str.to_lowercase())
    named = named.filter(pl.col("name") != "", ~pl.col("name").is_duplicated())
    return dict(named.select("name", "schoolId").iter_rows())


def _by_people(run: Run, unknown: pl.Series, roster: Roster) -> dict[str, str]:
    """Unknown ID → the school of the roster at which nearly all people of its rows are."""
    kinds, people = run.records.views["row"].variants, run.records.views["person"].variants
    if "schoolId" not in kinds.columns or "userId" not in people.columns:
        return {}
    there = kinds.filter(pl.col("schoolId").is_in(unknown.implode())).select("schoolId", row="key")
    named = run.records.rows.filter(pl.col("row").is_in(there["row"].implode()))
    known = roster.memberships.select("person", was="schoolId").join(
        roster.people.select("person", "userId"), on="person"
    )
    placed = (
        named.join(there, on="row")
        .select("schoolId", key="person")
        .join(people.select("key", "userId"), on="key")
        .select("schoolId", "userId")
        .unique()
        .join(known, on="userId")
    )
    everybody = pl.col("userId").n_unique().over("schoolId")
    most = (
        placed.group_by("schoolId", "was", everybody=everybody)
        .agg(people=pl.len())
        .filter(pl.col("everybody") >= _PEOPLE, pl.col("people") >= _SHARE * pl.col("everybody"))
        .sort("schoolId", "people", "was", descending=[False, True, False])
        .unique("schoolId", keep="first")
    )
    return dict(most.select("schoolId", "was").iter_rows())


def _nearest(unknown_ids: pl.Series, roster_ids: pl.Series) -> dict[str, str | None]:
    """Unknown ID → the most similar ID of the roster, None below `_LIKELY`.

    None too where two of the roster are as near, or two unknown ones are nearest to the same:
    people would land at another school.
    """
    from rapidfuzz import process

    choices = roster_ids.sort().to_list()
    found: dict[str, str | None] = {}
    for value in unknown_ids:
        best = process.extract(value, choices, score_cutoff=_LIKELY, limit=2)
        tie = len(best) > 1 and best[0][1] == best[1][1]
        found[value] = best[0][0] if best and not tie else None
    times = Counter(found.values())
    return {value: near if times[near] == 1 else None for value, near in found.items()}
