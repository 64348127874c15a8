"""How the public objects show themselves: a sentence in a terminal, tables in a notebook.

What each looks like is told in `report`, above them all; it is loaded when something is shown.
"""

from __future__ import annotations


class Shown:
    """Something that shows itself: escaped and short, whatever it holds."""

    __slots__ = ()

    def __repr__(self) -> str:
        """A sentence."""
        from roster_toolkit.report.html import text_of

        return text_of(self)

    def __str__(self) -> str:
        """A sentence."""
        return repr(self)

    def _repr_html_(self) -> str:
        """The sentence with tables, for a notebook."""
        from roster_toolkit.report.html import html_of

        return html_of(self)
