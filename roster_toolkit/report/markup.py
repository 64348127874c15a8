"""HTML elements in which every text is escaped, unless it is markup already."""

from __future__ import annotations

import html
from collections.abc import Collection, Iterable, Sequence

from roster_toolkit.text import number, printable

#: Maximum characters of one text.
_LONGEST = 600
#: Elements without content.
_VOID = frozenset({"meta", "rect"})


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


#: What an element holds: a text is escaped, a number gets its separators, markup stays.
Content = str | int | None


def element(tag: str, *content: Content, **attributes: str) -> Markup:
    """An element; an attribute is written without a trailing `_` and with `-` for `_`."""
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{_escaped(value)}"'
        for name, value in attributes.items()
    )
    inner = "".join(map(_inner, content))
    return Markup(f"<{tag}{written}>" if tag in _VOID else f"<{tag}{written}>{inner}</{tag}>")


def joined(parts: Iterable[Content], between: str = "") -> Markup:
    """Several texts and elements as one."""
    return Markup(between.join(map(_inner, parts)))


def paragraph(*content: Content, kind: str = "") -> Markup:
    """A paragraph, with the class `kind` where one is given."""
    return element("p", *content, **({"class_": kind} if kind else {}))


def uncut(text: str) -> Markup:
    """A text of any length, to copy."""
    return Markup(html.escape(printable(text, len(text) + 1)))


def table(
    caption: Content,
    head: Sequence[Content],
    rows: Iterable[Sequence[Content]],
    *,
    numeric: Collection[int] = (),
    kind: str = "",
) -> Markup:
    """A table whose first cells head their rows; columns at `numeric` stand to the right."""
    style = [{"class_": "number"} if place in numeric else {} for place in range(len(head))]
    heads = (element("th", name, scope="col", **style[at]) for at, name in enumerate(head))
    body = (
        element("tr", *(_cell(cell, at, style[at]) for at, cell in enumerate(row))) for row in rows
    )
    return element(
        "table",
        element("caption", caption),
        element("thead", element("tr", *heads)),
        element("tbody", *body),
        **({"class_": kind} if kind else {}),
    )


def wide_table(
    caption: str,
    head: Sequence[Content],
    rows: Iterable[Sequence[Content]],
    *,
    numeric: Collection[int] = (),
    kind: str = "",
) -> Markup:
    """A table that may be wider than a screen: it scrolls by itself, by the keyboard too."""
    content = table(caption, head, rows, numeric=numeric, kind=kind)
    return element("div", content, class_="wide", role="region", aria_label=caption, tabindex="0")


def _cell(content: Content, place: int, style: dict[str, str]) -> Markup:
    if place:
        return element("td", content, **style)
    return element("th", content, scope="row", **style)


def _inner(content: Content) -> str:
    match content:
        case None:
            return ""
        case Markup():
            return content
        case int():
            return number(content)
    return _escaped(content)


def _escaped(text: str) -> str:
    return html.escape(printable(text, _LONGEST))
