"""The tables of a store, and the queries that an analyst finds in it.

A record has one row per half-open interval of snapshots in which it did not change: `valid_from`
inclusive, `valid_to` exclusive. A current record has `valid_to = STILL`, so "as of snapshot n" is
`valid_from <= n AND n < valid_to`.
"""

from __future__ import annotations

from dataclasses import dataclass

from roster_toolkit.model import Entity

#: The layout of the tables; a store of a higher number was made by a newer toolkit. Format 1 had no
#: profiles.
FORMAT = 2
#: `valid_to` of a record that holds in the latest snapshot: the largest INTEGER.
STILL = 2**31 - 1
#: `source` of the placeholder line that prevents the number of a snapshot that was taken back from
#: being reused. A district has one at most, above all its snapshots.
TAKEN_BACK = "taken back"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of records with their intervals."""

    name: str
    key: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    """Column and type, beside `district`, `source`, `valid_from` and `valid_to`."""
    facts: Entity | None = None
    """What further columns, one for each column of a profile, are facts of."""


TABLES = (
    Table(
        "schools",
        ("schoolId",),
        (
            ("schoolId", "VARCHAR"),
            ("schoolName", "VARCHAR"),
            ("lowGrade", "VARCHAR"),
            ("highGrade", "VARCHAR"),
        ),
    ),
    Table("people", ("person",), (("person", "UINTEGER"), ("userId", "VARCHAR")), Entity.PERSON),
    Table(
        "memberships",
        ("person", "schoolId"),
        (("person", "UINTEGER"), ("schoolId", "VARCHAR")),
    ),
    Table(
        "classes",
        ("class",),
        (
            ("class", "UINTEGER"),
            ("classId", "VARCHAR"),
            ("schoolId", "VARCHAR"),
            ("active", "BOOLEAN"),
        ),
        Entity.CLASS,
    ),
    Table(
        "enrollments",
        ("person", "class"),
        (("person", "UINTEGER"), ("class", "UINTEGER"), ("leads", "BOOLEAN")),
    ),
)
#: Columns that no column of a profile may share a name with.
OWN = ("district", "source", "valid_from", "valid_to")

_REGISTERS = """
CREATE TABLE roster_store (format INTEGER NOT NULL);
CREATE TABLE districts (
    district INTEGER NOT NULL, name VARCHAR NOT NULL, source VARCHAR NOT NULL,
    next_person UINTEGER NOT NULL, next_class UINTEGER NOT NULL
);
CREATE TABLE snapshots (
    district INTEGER NOT NULL, snapshot INTEGER NOT NULL, label VARCHAR NOT NULL,
    origin VARCHAR NOT NULL, source VARCHAR NOT NULL, profile VARCHAR NOT NULL,
    made TIMESTAMP NOT NULL, school_list BOOLEAN NOT NULL, school INTEGER NOT NULL,
    staff INTEGER NOT NULL, student INTEGER NOT NULL, "class" INTEGER NOT NULL,
    enrollment INTEGER NOT NULL
);
CREATE TABLE listed_schools (
    district INTEGER NOT NULL, "schoolId" VARCHAR NOT NULL, "schoolName" VARCHAR NOT NULL
);
CREATE TABLE profiles (
    district INTEGER NOT NULL, number INTEGER NOT NULL, toml VARCHAR NOT NULL,
    note VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, made TIMESTAMP NOT NULL,
    taken_back BOOLEAN NOT NULL
);
"""
#: Tables beside those of records, in the order in which they are copied to a new file.
REGISTERS = (
    "districts", "snapshots", "listed_schools", "replaced_lists", "profiles", "undone", "acts",
)  # fmt: skip

#: The list of schools that a snapshot replaced, for undo; one blank line where there was none.
#: Stores of an earlier toolkit get the table when it is first needed.
_REPLACED_LISTS = """
CREATE TABLE IF NOT EXISTS replaced_lists (
    district INTEGER NOT NULL, snapshot INTEGER NOT NULL, "schoolId" VARCHAR NOT NULL,
    "schoolName" VARCHAR NOT NULL
);
"""

#: What was undone and when, with what it was; stores of an earlier toolkit get it at the next undo.
_UNDONE = """
CREATE TABLE IF NOT EXISTS undone (
    district INTEGER NOT NULL, what VARCHAR NOT NULL, number INTEGER NOT NULL,
    origin VARCHAR NOT NULL, note VARCHAR NOT NULL, source VARCHAR NOT NULL,
    made TIMESTAMP NOT NULL, undone_at TIMESTAMP NOT NULL
);
"""

#: Who did what and by which bytes, of every act; what was exported or deleted stands nowhere else.
#: Stores of an earlier toolkit get it at the next act. `district` is 0 once that one is deleted.
_ACTS = """
CREATE TABLE IF NOT EXISTS acts (
    district INTEGER NOT NULL, name VARCHAR NOT NULL, act VARCHAR NOT NULL, number INTEGER NOT NULL,
    done_at TIMESTAMP NOT NULL, who VARCHAR NOT NULL, sha256 VARCHAR NOT NULL
);
"""

_AS_OF = """(
    SELECT * EXCLUDE (district, source, valid_from, valid_to) FROM {table}
    WHERE district = (SELECT district FROM districts WHERE name = district_name)
    AND valid_from <= n AND n < valid_to
)"""

_PERSON = """(
    SELECT DISTINCT person FROM people
    WHERE district = (SELECT district FROM districts WHERE name = district_name)
    AND "userId" = user_id
)"""

_MACROS = """
CREATE MACRO roster_as_of(district_name, n) AS TABLE
WITH p AS {people}, c AS {classes}, m AS {memberships}, e AS {enrollments},
seats AS (
    SELECT e.person, e."class", c."schoolId", e.leads FROM e JOIN c ON e."class" = c."class"
),
places AS (
    SELECT * FROM seats
    UNION ALL
    SELECT m.person, NULL, m."schoolId", NULL FROM m
    WHERE NOT EXISTS (
        SELECT 1 FROM seats s WHERE s.person = m.person AND s."schoolId" = m."schoolId"
    )
)
SELECT s."schoolId", p.* EXCLUDE (person), c.* EXCLUDE ("class", "schoolId", active), s.leads
FROM places s JOIN p ON s.person = p.person LEFT JOIN c ON s."class" = c."class"
ORDER BY s."schoolId", p."userId", c."classId" NULLS FIRST;

CREATE MACRO class_lists(district_name, n) AS TABLE
WITH p AS {people}, c AS {classes}, e AS {enrollments}
SELECT c.* EXCLUDE ("class", active), e.leads, p.* EXCLUDE (person)
FROM c JOIN e ON e."class" = c."class" JOIN p ON p.person = e.person
ORDER BY c."classId", e.leads DESC, p."userId";

CREATE MACRO history_of_person(district_name, user_id) AS TABLE
SELECT valid_from AS since, NULLIF(valid_to, {still}) AS until,
    * EXCLUDE (district, valid_from, valid_to)
FROM people
WHERE district = (SELECT district FROM districts WHERE name = district_name)
AND person IN {person}
ORDER BY person, since;

CREATE MACRO classes_of_person(district_name, user_id) AS TABLE
SELECT e.valid_from AS since, NULLIF(e.valid_to, {still}) AS until, c."classId", e.leads, e.source
FROM enrollments e
JOIN (
    SELECT DISTINCT "class", "classId" FROM classes
    WHERE district = (SELECT district FROM districts WHERE name = district_name)
) c ON e."class" = c."class"
WHERE e.district = (SELECT district FROM districts WHERE name = district_name)
AND e.person IN {person}
ORDER BY since, c."classId";
"""


def definition() -> str:
    """The SQL that makes an empty store."""
    registers = _REGISTERS + _REPLACED_LISTS + _UNDONE + _ACTS
    return registers + "".join(map(_definition, TABLES)) + _macros()


def replaced_lists() -> str:
    """The SQL that adds the table of replaced lists of schools where a store lacks it."""
    return _REPLACED_LISTS


def undone() -> str:
    """The SQL that adds the table of undos where a store lacks it."""
    return _UNDONE


def acts() -> str:
    """The SQL that adds the table of acts where a store lacks it."""
    return _ACTS


def quoted(name: str) -> str:
    """A name as SQL takes it, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'


def _definition(table: Table) -> str:
    columns = [("district", "INTEGER"), *table.columns, ("source", "VARCHAR")]
    columns += [("valid_from", "INTEGER"), ("valid_to", "INTEGER")]
    column_sql = ", ".join(
        f"{quoted(name)} {kind} NOT NULL{_blank(kind)}" for name, kind in columns
    )
    return f"CREATE TABLE {table.name} ({column_sql});\n"


def _blank(kind: str) -> str:
    """Text that an earlier store does not have is blank when its records are copied."""
    return " DEFAULT ''" if kind == "VARCHAR" else ""


def _macros() -> str:
    parts = {table.name: _AS_OF.format(table=table.name) for table in TABLES}
    return _MACROS.format(**parts, person=_PERSON, still=STILL)
