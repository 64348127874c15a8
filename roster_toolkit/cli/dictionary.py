"""dictionary: the columns of a profile."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from roster_toolkit.cli.options import DEFAULT_PROFILE, DictionaryOption, Format, FormatOption
from roster_toolkit.cli.terminal import emit_bytes, emit_text, width

if TYPE_CHECKING:
    from roster_toolkit.derive.dictionary import DictionaryRow
    from roster_toolkit.model import Profile


def dictionary(
    *, profile: DictionaryOption = DEFAULT_PROFILE, form: FormatOption = Format.TEXT
) -> None:
    r"""Explain the columns of users.csv.

    What they hold, when they must be filled, and how that is known.

    \b
    Example:
      python -m roster_toolkit dictionary
      python -m roster_toolkit dictionary --profile third-party --format json
    """
    from roster_toolkit.derive.dictionary import dictionary_rows
    from roster_toolkit.profile import load_profile

    chosen = load_profile(profile)
    rows = dictionary_rows(chosen)
    if form is Format.JSON:
        document = {
            "profile": {"name": chosen.name, "version": chosen.version, "sha256": chosen.sha256},
            "columns": [asdict(row) for row in rows],
        }
        emit_bytes(
            [json.dumps(document, ensure_ascii=False, indent=1, default=dict).encode() + b"\n"]
        )
    else:
        emit_text("\n".join(_lines(chosen, rows)) + "\n")


def _lines(profile: Profile, rows: tuple[DictionaryRow, ...]) -> Iterator[str]:
    from roster_toolkit.derive.dictionary import absent_columns

    yield f"{profile.title} ({profile.name} {profile.version}). In brackets: how it is known."
    yield from textwrap.wrap(profile.summary, width())
    for row in rows:
        yield ""
        yield f"{row.column}  (header {row.header.value}; name {row.known('name')})"
        facts = (
            f"{row.description} {row.note}".rstrip(),
            f"When: {row.requirement} [{row.known('requirement')}].",
            f"Values: {row.values} [{row.known('values')}]."
            + (f" Example: {row.example}" if row.example else ""),
        )
        for fact in facts:
            yield from textwrap.wrap(
                fact, width(), initial_indent="    ", subsequent_indent="      "
            )
    if absent := absent_columns(profile):
        yield ""
        yield from textwrap.wrap(absent, width())
