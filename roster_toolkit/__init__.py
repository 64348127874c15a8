"""Roster Toolkit: what a users.csv would do, before anything is sent.

The public API. `__init__.pyi` beside this file lists its names and their modules, for type checkers
and for this package alike: a name is imported when it is first used, so that a program which needs
one of them does not load Polars, DuckDB and Pandera for the others.
"""

from __future__ import annotations

import lazy_loader

from roster_toolkit import display

_load, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> object:
    """A public name, from the module where it lives."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return _load(name)


def _picture_of(shown: object) -> display.Picture:
    """What an object looks like, told by the layer above all of them."""
    from roster_toolkit.notebook import picture_of

    return picture_of(shown)


display.show_with(_picture_of)
