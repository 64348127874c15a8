"""Classes whose display name changes, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from roster_toolkit.impact.preview import Impact
from roster_toolkit.text import counted, quoted

#: Maximum classes that are listed.
_CLASSES = 5
_LONGEST = 26


def display_name_lines(impact: Impact, *, values: bool) -> Iterator[str]:
    """How many display names change, and with `values` the first of them before and after."""
    names = impact.display_names
    if names.is_empty():
        return
    classes = counted(names.height, "class gets", "classes get")
    yield f"{classes} another display name{':' if values else '.'}"
    if not values:
        return
    for texts in names.head(_CLASSES).select("classId", "before", "after").iter_rows():
        class_id, before, after = (quoted(text, _LONGEST) for text in texts)
        yield f"  {class_id}: {before} → {after}"
    if (rest := names.height - _CLASSES) > 0:
        yield f"  and {counted(rest, 'more class', 'more classes')}; changes.csv lists all of them"
