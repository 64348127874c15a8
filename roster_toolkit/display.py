"""How the public objects show themselves: a sentence in a terminal, tables in a notebook.

What each looks like is registered from above (see `roster_toolkit/__init__.py`), so that nothing
down here needs to know it.
"""

from __future__ import annotations

from collections.abc import Callable

from roster_toolkit.display_html import Picture, html_of, text_of

_render: Callable[[object], Picture] | None = None


def show_with(render: Callable[[object], Picture]) -> None:
    """Name the function that gives an object's picture."""
    global _render  # noqa: PLW0603
    _render = render


def _picture(shown: object) -> Picture:
    return _render(shown) if _render else Picture(f"<{type(shown).__name__}>")


class Shown:
    """Something that shows itself: escaped and short, whatever it holds."""

    __slots__ = ()

    def __repr__(self) -> str:
        """A sentence."""
        return text_of(_picture(self))

    def __str__(self) -> str:
        """A sentence."""
        return repr(self)

    def _repr_html_(self) -> str:
        """The sentence with tables, for a notebook."""
        return html_of(_picture(self))
