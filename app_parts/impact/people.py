"""People who change their ID, school or role: each a section, only where there are any."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

import roster_toolkit as rt
from app_parts.impact.records import school_names
from app_parts.session import Desk
from app_parts.table import whole
from app_parts.text import counted, prose

_NAME = pl.concat_str("userFirstName", "userLastName", separator=" ").str.strip_chars()


@dataclass(frozen=True)
class Section:
    """A way in which people change, and who does."""

    title: str
    why: str
    people: pl.DataFrame


def people(desk: Desk, review: rt.Review) -> None:
    """The sections that have anybody in them."""
    filled = [section for section in sections(review) if not section.people.is_empty()]
    if not filled:
        prose("Nobody changes their ID, school or role.")
    for number, section in enumerate(filled):
        prose(f"{section.title}: {counted(section.people.height, 'person', 'people')}", strong=True)
        prose(section.why)
        whole(section.people, key=f"people-{desk.attempt}-{number}", alt=section.title)


def sections(review: rt.Review) -> list[Section]:
    """Renumbered, transferred, and with another role."""
    if review.impact is None or review.against is None:
        return []
    compared, roster = review.impact.compared, review.against.roster
    return [
        Section(
            "Renumbered",
            "They get another ID and stay the same person: their classes and history follow them.",
            _differing(compared, "userId").select(
                "name", pl.col("before").alias("ID so far"), pl.col("after").alias("new ID")
            ),
        ),
        Section(
            "Transferred",
            "They are new at a school. A file never ends a membership, so they also stay at the "
            "school where they were until that is changed in the portal.",
            _transferred(compared, roster),
        ),
        Section(
            "Changed role",
            "Their role in the file is another one than in the roster.",
            _differing(compared, "userRole").select(
                "userId", "name", pl.col("before").alias("role so far"),
                pl.col("after").alias("new role"),
            ),
        ),
    ]  # fmt: skip


def _differing(compared: rt.Compared, field: str) -> pl.DataFrame:
    """`userId`, `name`, `before`, `after` of the people who differ in a field."""
    changed = compared.fields.filter(pl.col("field") == field)
    who = compared.people.select("userId", number="person", name=_NAME)
    return changed.filter(~pl.col("kind").is_in(["class", "enrollment"])).join(who, on="number")


def _transferred(compared: rt.Compared, roster: rt.Roster) -> pl.DataFrame:
    """People whom the roster has, with the schools where they were and those they join."""
    in_roster = compared.people.filter("known").select("person", "userId", name=_NAME)
    names = school_names(roster)
    schools_so_far = _listed(roster.memberships, names, "at so far")
    joined = _listed(compared.memberships.filter(~pl.col("known")), names, "joins")
    return (
        in_roster.join(joined, on="person", maintain_order="left")
        .join(schools_so_far, on="person", how="left", maintain_order="left")
        .select("userId", "name", pl.col("at so far").fill_null(""), "joins")
        .sort("userId")
    )


def _listed(memberships: pl.DataFrame, names: dict[str, str], column: str) -> pl.DataFrame:
    """`person` and their schools in one cell."""
    return memberships.group_by("person").agg(
        pl.col("schoolId").sort().replace(names).str.join(", ").alias(column)
    )
