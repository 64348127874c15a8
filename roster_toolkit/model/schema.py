"""The records of a profile, checked by Pydantic.

Only for tables that somebody else wrote. The profiles that come with the toolkit are checked by the
tests, which also see to it that both ways give the same.
"""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter

from roster_toolkit.model.record import Record

R = TypeVar("R", bound=Record)


def checked(record: type[R], table: object) -> R:
    """The record that a table tells of; raises pydantic's ValidationError."""
    sound: R = _adapter(record).validate_python(table)  # type: ignore[arg-type]
    return sound


@cache
def _adapter(record: type[Record]) -> TypeAdapter[Any]:
    return TypeAdapter(record)
