"""What a profile is made of: frozen records, and how tables of plain values become them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import cache
from typing import Any, ClassVar, Self, get_args, get_origin, get_type_hints


class Record:
    """Base of the dataclasses of a profile.

    The methods that begin with `model_` are named as Pydantic has them. Pydantic itself is loaded
    only by `model.schema`, for tables that somebody else wrote: to load it takes longer than to
    check a small file.
    """

    __slots__ = ()
    __pydantic_config__: ClassVar[Mapping[str, Any]] = {"extra": "forbid"}

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:  # noqa: ANN401
        """How Pydantic checks a table of this kind."""
        from pydantic_core.core_schema import no_info_before_validator_function

        return no_info_before_validator_function(cls.as_table, handler(source))

    @classmethod
    def as_table(cls, given: Any) -> Any:  # noqa: ANN401  (whatever a profile holds)
        """The table that is meant, where a record may be written in another way."""
        return given

    @classmethod
    def of_sound(cls, table: Mapping[str, Any]) -> Self:
        """The record of a table that is known to be sound; it is not checked."""
        types = _types(cls)  # type: ignore[arg-type]
        return cls(**{key: _value(types[key], value) for key, value in table.items()})

    @classmethod
    def model_validate(cls, table: object) -> Self:
        """The record of a table, checked; raises pydantic's ValidationError."""
        from roster_toolkit.model.schema import checked

        return checked(cls, table)

    def model_copy(self, *, update: Mapping[str, Any]) -> Self:
        """The same record with some fields changed."""
        return replace(self, **update)  # type: ignore[type-var]

    def model_dump(self) -> dict[str, Any]:
        """The record as a table, and the records in it too."""
        return asdict(self)  # type: ignore[call-overload, no-any-return]


@cache
def _types(record: type[Record]) -> Mapping[str, Any]:
    """Field → its type."""
    return get_type_hints(record)


def _value(kind: Any, value: Any) -> Any:  # noqa: ANN401  (whatever a profile holds)
    """A plain value as the type of its field has it."""
    origin, inside = get_origin(kind), get_args(kind)
    if origin is tuple:
        return tuple(_value(inside[0], each) for each in value)
    if origin is Mapping:
        return {key: _value(inside[1], each) for key, each in value.items()}
    if inside:  # a type, or None
        return None if value is None else _value(inside[0], value)
    if isinstance(value, kind):
        return value
    return kind.of_sound(kind.as_table(value)) if issubclass(kind, Record) else kind(value)
