"""One person or class through all snapshots of a district."""

from __future__ import annotations

from typing import TYPE_CHECKING

from roster_toolkit.store.connect import frame, rows
from roster_toolkit.store.schema import STILL

if TYPE_CHECKING:
    import polars as pl
    from duckdb import DuckDBPyConnection

_PERSON = """
SELECT valid_from AS since, NULLIF(valid_to, $still) AS until,
    * EXCLUDE (district, valid_from, valid_to) FROM people
WHERE district = $district AND person IN (
    SELECT person FROM people WHERE district = $district AND "userId" = $key
) ORDER BY person, since
"""
_CLASS = """
SELECT valid_from AS since, NULLIF(valid_to, $still) AS until,
    * EXCLUDE (district, valid_from, valid_to) FROM classes
WHERE district = $district AND "class" IN (
    SELECT "class" FROM classes WHERE district = $district AND "classId" = $key
) ORDER BY "class", since
"""
#: Records are shown under their last ID.
_CLASSES_OF = """
WITH named AS (
    SELECT "class", arg_max("classId", valid_from) AS "classId",
        arg_max("className", valid_from) AS "className"
    FROM classes WHERE district = $district GROUP BY "class"
)
SELECT e.valid_from AS since, NULLIF(e.valid_to, $still) AS until, named."classId",
    named."className", e.leads, e.source
FROM enrollments e JOIN named ON named."class" = e."class"
WHERE e.district = $district AND e.person IN (
    SELECT person FROM people WHERE district = $district AND "userId" = $key
) ORDER BY since, "classId"
"""
_MEMBERS_OF = """
WITH named AS (
    SELECT person, arg_max("userId", valid_from) AS "userId",
        arg_max("userFirstName", valid_from) AS "userFirstName",
        arg_max("userLastName", valid_from) AS "userLastName"
    FROM people WHERE district = $district GROUP BY person
)
SELECT e.valid_from AS since, NULLIF(e.valid_to, $still) AS until, named."userId",
    named."userFirstName", named."userLastName", e.leads, e.source
FROM enrollments e JOIN named ON named.person = e.person
WHERE e.district = $district AND e."class" IN (
    SELECT "class" FROM classes WHERE district = $district AND "classId" = $key
) ORDER BY since, e.leads DESC, "userId"
"""


def of_person(con: DuckDBPyConnection, district: int, user_id: str) -> pl.DataFrame:
    """`since`, `until` (null while it holds) and the facts of a person, also under other IDs."""
    return _query(con, _PERSON, district, user_id)


def of_class(con: DuckDBPyConnection, district: int, class_id: str) -> pl.DataFrame:
    """`since`, `until` and the facts of a class; it is not `active` after it was removed."""
    return _query(con, _CLASS, district, class_id)


def classes_of(con: DuckDBPyConnection, district: int, user_id: str) -> pl.DataFrame:
    """`since`, `until`, `classId`, `className`, `leads`, `source` of a person's enrollments."""
    return _query(con, _CLASSES_OF, district, user_id)


def members_of(con: DuckDBPyConnection, district: int, class_id: str) -> pl.DataFrame:
    """`since`, `until`, `userId`, first and last name, `leads`, `source` of a class's members."""
    return _query(con, _MEMBERS_OF, district, class_id)


def tables(con: DuckDBPyConnection) -> list[str]:
    """The tables and views of a store that a question may be about."""
    query = (
        "SELECT table_name FROM duckdb_tables() WHERE table_name <> 'roster_store' UNION ALL "
        "SELECT function_name || '(' || array_to_string(parameters, ', ') || ')' "
        "FROM duckdb_functions() WHERE NOT internal ORDER BY ALL"
    )
    return [name for (name,) in rows(con, query)]


def _query(con: DuckDBPyConnection, query: str, district: int, key: str) -> pl.DataFrame:
    return frame(con, query, still=STILL, district=district, key=key)
