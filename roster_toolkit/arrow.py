"""Frames and answers handed between Polars and DuckDB as Arrow streams, without PyArrow.

Nothing is imported here: Polars remembers the type of whatever it makes a frame of until the very
end, and with the type all that its module holds. Were that DuckDB, it would end with a page of
complaints about leaks.
"""

from __future__ import annotations

from typing import Protocol


class HasStream(Protocol):
    """A frame of Polars, or an answer of DuckDB."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """It as a stream of Arrow arrays."""


class Streamed:
    """What is behind it, known as a stream and by no other type."""

    __slots__ = ("_behind",)

    def __init__(self, behind: HasStream) -> None:
        """Wrap a frame or an answer."""
        self._behind = behind

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """It as a stream of Arrow arrays."""
        return self._behind.__arrow_c_stream__(requested_schema)
