"""Questions in SQL, asked of tables that are at hand; the answer is a frame.

DuckDB reads the tables where they are. A question can change nothing and reach nothing else: no
file, no network, no setting. A question that it cannot answer is answered with a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

from roster_toolkit.errors import UsageError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SETTINGS: dict[str, Any] = {
    "python_enable_replacements": False,  # no variable of ours is ever taken for a table
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
_WORD = re.compile(r"\w+")
_SHOW = re.compile(r"\s*show\s+tables\s*;?\s*", re.IGNORECASE)
_BEFORE_COLON = re.compile(r"^[A-Z][A-Za-z ]+ Error: ")


class _Table:
    """A table that is made when it is asked for, as DuckDB reads it without PyArrow."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._frame.__arrow_c_stream__(requested_schema)


def ask(query: str, tables: Mapping[str, Callable[[], pl.DataFrame]]) -> pl.DataFrame:
    """The answer to one SELECT over `tables`; only those that it names are made.

    Raises UsageError with a sentence where the question cannot be answered.
    """
    words = set(_WORD.findall(query.lower()))
    with duckdb.connect(":memory:", config=_SETTINGS) as con:
        for name, make in tables.items():
            if name in words:
                con.register(name, _Table(make()))
        return answered(con, query, tables)


def answered(con: DuckDBPyConnection, query: str, tables: Iterable[str]) -> pl.DataFrame:
    """The answer of a connection, which from here on reaches nothing but its own tables."""
    if _SHOW.fullmatch(query):
        return pl.DataFrame({"table": list(tables)}, schema={"table": pl.String})
    con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")
    with told(tables):
        kinds = [statement.type for statement in con.extract_statements(query)]
        if kinds != [duckdb.StatementType.SELECT]:
            raise UsageError("A question is one SELECT; nothing can be changed by it.")
        return _in_plain_types(pl.DataFrame(con.sql(query)))


def _in_plain_types(answer: pl.DataFrame) -> pl.DataFrame:
    """Sums are whole numbers again: DuckDB adds them up in more digits than anybody needs."""
    for name, kind in answer.schema.items():
        if kind == pl.Int128 or (isinstance(kind, pl.Decimal) and kind.scale == 0):
            whole = answer[name].cast(pl.Int64, strict=False)
            if whole.null_count() == answer[name].null_count():
                answer = answer.with_columns(whole)
    return answer


@contextmanager
def told(tables: Iterable[str]) -> Iterator[None]:
    """Whatever DuckDB says to a question, as a sentence that helps and holds no cell."""
    try:
        yield
    except (duckdb.CatalogException, duckdb.BinderException, duckdb.ParserException) as error:
        # These speak of the question alone, never of what a table holds.
        names = ", ".join(tables)
        raise UsageError(
            f"The query does not work: {_first(error)}. The tables are {names}."
        ) from None
    except duckdb.PermissionException:
        raise UsageError("A query reads the tables at hand and no file or address.") from None
    except pl.exceptions.DuplicateError:
        raise UsageError(
            "The query gives two columns one name; name them with AS, or join with USING."
        ) from None
    except duckdb.Error as error:
        kind = type(error).__name__.removesuffix("Exception").lower()
        raise UsageError(
            f"The query fails on a value ({kind}); TRY_CAST gives null where a value does not fit."
        ) from None


def _first(error: duckdb.Error) -> str:
    """What DuckDB says in the first place, as the middle of a sentence."""
    said = _BEFORE_COLON.sub("", str(error)).split("\n\nLINE ")[0]
    lines = [line.strip().rstrip("!.") for line in said.splitlines() if line.strip()]
    # Its guess at another table is one of its own.
    return "; ".join(lines[: 1 if isinstance(error, duckdb.CatalogException) else 2])
