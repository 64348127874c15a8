"""SQL queries over frames in memory; the result is a frame.

DuckDB reads the frames in place. A query can change nothing and reach nothing else: no file, no
network, no setting. A query that fails raises a UsageError with a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

from roster_toolkit.arrow import Streamed
from roster_toolkit.errors import UsageError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from duckdb.sqltypes import DuckDBPyType

_SETTINGS: dict[str, Any] = {
    "python_enable_replacements": False,  # no variable of ours is ever taken for a table
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
_NO_FRAME = "The answer cannot be shown as a table; cast its values to VARCHAR."
_WORD = re.compile(r"\w+")
_SHOW = re.compile(r"\s*show\s+tables\s*;?\s*", re.IGNORECASE)
_NOT_IN_FRAMES = ("union", "interval")
_NESTED = ("struct", "list", "map", "array")
_BEFORE_COLON = re.compile(r"^[A-Z][A-Za-z ]+ Error: ")


def ask(query: str, tables: Mapping[str, Callable[[], pl.DataFrame]]) -> pl.DataFrame:
    """The answer to one SELECT over `tables`; only those that it names are made.

    Raises UsageError with a sentence where the query cannot be answered.
    """
    words = set(_WORD.findall(_as_text(query).lower()))
    with duckdb.connect(":memory:", config=_SETTINGS) as con:
        for name, make in tables.items():
            if name in words:
                con.register(name, Streamed(make()))
        return run_query(con, query, tables)


def run_query(con: DuckDBPyConnection, query: str, tables: Iterable[str]) -> pl.DataFrame:
    """The answer of a connection, which from here on reaches nothing but its own tables."""
    if _SHOW.fullmatch(_as_text(query)):
        return pl.DataFrame({"table": list(tables)}, schema={"table": pl.String})
    con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")
    with _errors_as_sentences(tables):
        kinds = [statement.type for statement in con.extract_statements(query)]
        if kinds != [duckdb.StatementType.SELECT]:
            raise UsageError("A question is one SELECT; nothing can be changed by it.")
        answer = con.sql(query)
        if answer is None:
            raise UsageError("A question is one SELECT; nothing can be changed by it.")
        _require_types(answer.types)
        return _in_plain_types(pl.DataFrame(Streamed(answer)))


def _as_text(query: object) -> str:
    """The question, where it is one."""
    try:
        text = query if isinstance(query, str) else ""
        text.encode()
    except UnicodeEncodeError:  # half of a character
        text = ""
    if not text.strip():
        raise UsageError("A question is one SELECT, given as text.")
    return text


def _require_types(types: Iterable[DuckDBPyType]) -> None:
    """Raise UsageError for values that no frame holds: Polars would end the program over them."""
    for kind in types:
        if kind.id in _NOT_IN_FRAMES:
            raise UsageError(
                f"The answer holds values of the type {kind.id.upper()}; cast them to VARCHAR."
            )
        if kind.id in _NESTED:
            children = (child for _, child in kind.children)
            _require_types(child for child in children if isinstance(child, type(kind)))


def _in_plain_types(answer: pl.DataFrame) -> pl.DataFrame:
    """Sums are whole numbers again: DuckDB adds them up in more digits than anybody needs."""
    for name, kind in answer.schema.items():
        if kind == pl.Int128 or (isinstance(kind, pl.Decimal) and kind.scale == 0):
            whole = answer[name].cast(pl.Int64, strict=False)
            if whole.null_count() == answer[name].null_count():
                answer = answer.with_columns(whole)
    return answer


@contextmanager
def _errors_as_sentences(tables: Iterable[str]) -> Iterator[None]:
    """Turn an error of DuckDB into a UsageError: a sentence that helps and holds no cell."""
    try:
        yield
    except (duckdb.CatalogException, duckdb.BinderException, duckdb.ParserException) as error:
        # These speak of the question alone, never of what a table holds.
        names = ", ".join(tables)
        raise UsageError(
            f"The query does not work: {_first_message(error)}. The tables are {names}."
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
    except (pl.exceptions.PolarsError, RecursionError):
        raise UsageError(_NO_FRAME) from None
    except BaseException as error:
        # Where the compiled part of Polars gives up, it raises what no `except Exception` catches.
        if type(error).__name__ != "PanicException":
            raise
        raise UsageError(_NO_FRAME) from None


def _first_message(error: duckdb.Error) -> str:
    """What DuckDB says in the first place, as the middle of a sentence."""
    message = _BEFORE_COLON.sub("", str(error)).split("\n\nLINE ")[0]
    lines = [line.strip().rstrip("!.") for line in message.splitlines() if line.strip()]
    # Its guess at another table is one of its own.
    return "; ".join(lines[: 1 if isinstance(error, duckdb.CatalogException) else 2])
