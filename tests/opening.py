"""The app without a browser: a page as its script leaves it, and what is read and pressed there."""

from __future__ import annotations

from functools import cache
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from making import file_of, student
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

import roster_toolkit as rt

if TYPE_CHECKING:
    import pytest
    from streamlit.testing.v1.element_tree import Dataframe

    from app_parts.session import Desk

APP = Path(__file__).parent.parent / "app.py"
#: Seconds that one run of a page may take on a busy machine.
_PATIENCE = 30

# Each run of a page looks through all installed packages for components, which takes twice as long
# as the page itself. What is installed does not change while tests run: so look once.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)


def store_with_avon(folder: Path, monkeypatch: pytest.MonkeyPatch) -> rt.Store:
    """The store that the app opens, with the district Avon, in which there is one student."""
    path = folder / "roster.duckdb"
    monkeypatch.setenv("ROSTER_STORE", str(path))
    path.write_bytes(_avon())
    return rt.Store(path)


@cache
def _avon() -> bytes:
    """A store, made once and then copied."""
    with TemporaryDirectory() as folder:
        path, download = Path(folder) / "roster.duckdb", Path(folder) / "download.csv"
        download.write_bytes(file_of([student()]))
        rt.import_data(download, rt.Store(path), "Avon")
        return path.read_bytes()


def sound(app: AppTest) -> AppTest:
    """The same app, which met no exception."""
    assert not app.exception
    return app


def open_page(page: str, desk: Desk | None = None, **address: str) -> AppTest:
    """A page as it first appears, with this desk, and `address` behind the ? of its address."""
    app = AppTest.from_file(APP, default_timeout=_PATIENCE)
    app.switch_page(f"app_pages/{page}.py")
    if desk is not None:
        app.session_state["desk"] = desk
    for name, word in address.items():
        app.query_params[name] = word
    return sound(app.run())


def text_of(app: AppTest) -> str:
    """Everything that the page says as text of ours, of a file or of the store, as HTML."""
    return " ".join(element.proto.body for element in sound(app).get("html"))


def words_of(app: AppTest) -> str:
    """The same as a reader sees it, without the signs of HTML for single characters."""
    return unescape(text_of(app))


def clicked(app: AppTest, key: str) -> AppTest:
    """The page after a button was pressed."""
    return sound(app.button(key=key).click().run())


def table(app: AppTest, alt: str) -> list[dict[str, object]]:
    """The lines of the table with this description."""
    return list(_frame(app, alt).value.to_dict("records"))


def picked(app: AppTest, alt: str, line: int) -> AppTest:
    """The page after a line of a table was picked."""
    selection = {"rows": [line], "columns": [], "cells": []}
    app.session_state[_frame(app, alt).key] = {"selection": selection}
    return sound(app.run())


def _frame(app: AppTest, alt: str) -> Dataframe:
    return next(frame for frame in app.dataframe if frame.proto.alt == alt)
