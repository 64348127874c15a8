"""Values of options that can mean one thing only, converted without Pydantic.

Typer converts each value by Pydantic, and to load it takes longer than to check a small file.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args, get_origin

from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from roster_toolkit.errors import UsageError


class _PlainFirst:
    """Converts plain values itself; all others, wrong ones too, are Typer's."""

    def get_params(self, context: Any) -> list[Any]:  # noqa: ANN401  (Typer's own)
        """The parameters, `--help` among them."""
        parameters: list[Any] = super().get_params(context)  # type: ignore[misc]
        for parameter in parameters:
            if isinstance(parameter, TyperArgument | TyperOption):
                vars(parameter).setdefault("process_value", _plain_first(parameter))
        return parameters


class Command(_PlainFirst, TyperCommand):
    """A command that converts plain values itself."""


class Group(_PlainFirst, TyperGroup):
    """Commands of which the same is true."""


def _plain_first(parameter: TyperArgument | TyperOption) -> Callable[..., Any]:
    """The conversion of a parameter's value, and Typer's where the value is not plain."""
    by_typer, after = parameter.process_value, parameter.callback
    kind = parameter.type_descriptor.annotation
    one = parameter.nargs == 1 and not parameter.multiple
    look = plain_value if one else plain_values

    def convert(context: Any, value: Any) -> Any:  # noqa: ANN401  (Typer's own)
        if kind is Path and isinstance(value, str) and not value.strip():
            # It would mean wherever the command happens to run.
            is_option = isinstance(parameter, TyperOption)
            what = parameter.opts[0] if is_option else parameter.metavar or "VALUE"
            raise UsageError(f"{what} is blank; give the path of a file or folder.")
        plain = look(kind, value)
        absent = one and value is None and not parameter.required
        if plain is None and not absent:
            return by_typer(context, value)
        return after(context, parameter, plain) if after else plain

    return convert


def plain_values(kind: object, values: object) -> list[object] | None:
    """Several values as a list of their type; None where one of them takes more than a look."""
    if get_origin(kind) is not list or not isinstance(values, tuple) or not values:
        return None
    (of_each,) = get_args(kind)
    plain = [plain_value(of_each, value) for value in values]
    return None if None in plain else plain


def plain_value(kind: object, value: object) -> object:
    """A value as its type has it; None where that takes more than a look."""
    if not isinstance(kind, type):
        return None
    if kind is Path and isinstance(value, str | Path):
        unreadable = os.path.exists(value) and not os.access(value, os.R_OK)  # noqa: PTH110
        return None if unreadable else Path(value)
    if isinstance(value, kind):
        return value
    if issubclass(kind, StrEnum):
        return next((member for member in kind if member.value == value), None)
    return None
