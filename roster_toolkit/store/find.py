"""Find people and classes by name, ID or address in all districts of a store at once.

One query over the records that hold now: to read the rosters of a hundred districts would take a
minute where this takes a moment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from roster_toolkit.store.connect import frame
from roster_toolkit.store.read import columns_of
from roster_toolkit.store.schema import STILL, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl
    from duckdb import DuckDBPyConnection

#: Columns of each table in which is searched; a store has those that its profiles brought.
_SEARCHED = {
    "people": ("userId", "userFirstName", "userLastName", "userEmail", "userDistrictId",
               "userStateId"),
    "classes": ("classId", "className", "classDisplayName"),
}  # fmt: skip
_QUERY = """
WITH found AS (
    SELECT district, 'person' AS kind, person AS number, "userId" AS key, {name} AS name,
        {role} AS role, {email} AS email, {same_person} AS same
    FROM people WHERE valid_to = $still AND {in_person} {of_district}
    UNION ALL
    SELECT district, 'class', "class", "classId", {class_name}, '', '', {same_class}
    FROM classes WHERE valid_to = $still AND active AND {in_class} {of_district}
),
places AS (
    SELECT m.district, 'person' AS kind, m.person AS number, m."schoolId" FROM memberships m
    JOIN found f ON f.kind = 'person' AND f.district = m.district AND f.number = m.person
    WHERE m.valid_to = $still
    UNION ALL
    SELECT c.district, 'class', c."class", c."schoolId" FROM classes c
    JOIN found f ON f.kind = 'class' AND f.district = c.district AND f.number = c."class"
    WHERE c.valid_to = $still
),
named AS (
    SELECT p.district, kind, number, string_agg(
        CASE WHEN coalesce(s."schoolName", '') = '' THEN p."schoolId"
        ELSE s."schoolName" || ' (' || p."schoolId" || ')' END, ', ' ORDER BY p."schoolId"
    ) AS schools
    FROM places p LEFT JOIN schools s
    ON s.district = p.district AND s."schoolId" = p."schoolId" AND s.valid_to = $still
    GROUP BY ALL
)
SELECT d.name AS district, f.kind, key, f.name, role, email, coalesce(schools, '') AS schools
FROM found f JOIN districts d ON d.district = f.district
LEFT JOIN named n ON n.district = f.district AND n.kind = f.kind AND n.number = f.number
ORDER BY same DESC, d.name, f.kind DESC, f.name, key
"""


def find(con: DuckDBPyConnection, text: str, district: int | None) -> pl.DataFrame:
    """`district`, `kind`, `key`, `name`, `role`, `email`, `schools` of what holds every word.

    What has the text itself as a cell stands first.
    """
    words = text.split()
    people, classes = columns_of(con, "people"), columns_of(con, "classes")
    in_person = _searched("people", people)
    in_class = _searched("classes", classes)
    names = [name for name in ("userFirstName", "userLastName") if name in people]
    query = _QUERY.format(
        name=f"concat_ws(' ', {', '.join(map(quoted, names))})" if names else "''",
        role=_cell("userRole", people),
        email=_cell("userEmail", people),
        class_name=_cell("className", classes),
        in_person=_hold(in_person, words),
        in_class=_hold(in_class, words),
        same_person=_same(in_person),
        same_class=_same(in_class),
        of_district="" if district is None else "AND district = $district",
    )
    values = {f"w{place}": word for place, word in enumerate(words)}
    which = {} if district is None else {"district": district}
    return frame(con, query, still=STILL, whole=" ".join(words), **values, **which)


def _searched(table: str, there: Sequence[str]) -> list[str]:
    """The cells in which is searched, as SQL: in lower case, without accents."""
    return [f"strip_accents(lower({quoted(c)}))" for c in _SEARCHED[table] if c in there]


def _cell(column: str, there: Sequence[str]) -> str:
    return quoted(column) if column in there else "''"


def _hold(cells: Sequence[str], words: Sequence[str]) -> str:
    """SQL condition: each word stands in one of the cells or another."""
    whole = f"concat_ws(' ', {', '.join(cells)})"
    held = (f"contains({whole}, strip_accents(lower($w{place})))" for place in range(len(words)))
    return " AND ".join(held) or "false"


def _same(cells: Sequence[str]) -> str:
    """SQL condition: one of the cells is the text itself."""
    return f"strip_accents(lower($whole)) IN ({', '.join(cells)})"
