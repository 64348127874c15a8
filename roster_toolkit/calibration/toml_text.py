"""Tables → TOML text, as a person would write a profile."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")
#: Characters of a value beyond which it stands on several lines, or under a heading of its own.
_WIDTH = 90
#: Entries of a table that may stand on one line.
_FEW = 4


def toml_text(tables: Mapping[str, Any]) -> str:
    """The text of some tables: plain values first, then each table under its heading."""
    return "\n".join(_table((), tables)).strip() + "\n"


def _table(path: tuple[str, ...], table: Mapping[str, Any]) -> Iterator[str]:
    plain = {key: value for key, value in table.items() if not _has_heading(value, path)}
    if path and (plain or not table):
        yield f"[{'.'.join(map(_key, path))}]"
    for key, value in plain.items():
        yield f"{_key(key)} = {_value(value)}"
    if plain:
        yield ""
    for key, value in table.items():
        if key in plain:
            continue
        if isinstance(value, Mapping):
            yield from _table((*path, key), value)
            continue
        for entry in value:
            yield f"[[{'.'.join(map(_key, (*path, key)))}]]"
            yield from (f"{_key(k)} = {_value(v)}" for k, v in entry.items())
            yield ""


def _has_heading(value: object, path: tuple[str, ...]) -> bool:
    """Whether a value stands under a heading: long tables, and tables that repeat at the top."""
    if isinstance(value, Mapping):
        nested = any(isinstance(v, (Mapping, list, tuple)) for v in value.values())
        return nested or len(value) > _FEW or len(_value(value)) > _WIDTH
    return not path and _are_tables(value)


def _are_tables(value: object) -> bool:
    return isinstance(value, (list, tuple)) and bool(value) and isinstance(value[0], Mapping)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else json.dumps(key, ensure_ascii=False)


def _value(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case Mapping():
            inside = ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items())
            return f"{{ {inside} }}" if inside else "{}"
        case list() | tuple():
            return _array(value)
        case _:
            text = json.dumps(str(value), ensure_ascii=False)
            return text.replace("\x7f", "\\u007f")


def _array(values: Sequence[object]) -> str:
    if _are_tables(values):
        return "[\n" + "".join(f"  {_value(value)},\n" for value in values) + "]"
    return f"[{', '.join(map(_value, values))}]"
