"""A notebook that is exported to HTML shows its charts and its rows, in a browser without a net."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest
from driving import REPOSITORY
from nbclient import NotebookClient

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow
CELLS = [
    "import roster_toolkit as rt",
    "review = rt.review('data/samples/hard-mixture.csv', against='data/samples/clean.csv')",
    "review",
    "review.plot.causes()",
    "review.plot.categories()",
    "review.plot.impact()",
    "review.plot.schools()",
    "review.select()",
]


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A notebook, run and exported as the notebooks' own settings say."""
    folder = tmp_path_factory.mktemp("exported")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in CELLS])
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute(cwd=str(REPOSITORY))
    (folder / "n.ipynb").write_text(nbformat.writes(notebook), encoding="utf-8")
    settings = str(REPOSITORY / "notebooks" / "offline.json")
    export = [sys.executable, "-m", "nbconvert", "--to", "html", "--config", settings, "n.ipynb"]
    done = subprocess.run(export, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "n.html"


@pytest.fixture
def page(chromium: Browser, exported: Path) -> Iterator[tuple[Page, list[str]]]:
    """The exported page, and every address that it asked for."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    opened = context.new_page()
    opened.goto(exported.as_uri(), wait_until="networkidle")
    yield opened, asked
    context.close()


def test_an_exported_notebook_shows_its_charts_and_asks_the_network_for_nothing(
    page: tuple[Page, list[str]],
) -> None:
    opened, asked = page

    pictures = opened.locator("svg[role=img]")
    assert pictures.count() == 4
    for chart in pictures.all():
        box = chart.bounding_box()
        assert box
        assert box["width"] > 400
        assert box["height"] > 80
        assert chart.locator("rect").count() > 0
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert len([url for url in asked if url.startswith("file:")]) == 1


def test_an_exported_notebook_leads_from_a_category_down_to_the_rows(
    page: tuple[Page, list[str]],
) -> None:
    opened, asked = page
    rows = opened.locator("details table")

    assert not rows.first.is_visible()
    line = opened.locator("details").first
    for _ in ("category", "rule", "school", "value"):
        if line.get_attribute("open") is None:
            line.locator("> summary").click()
        if line.locator("> table").count():
            break
        line = line.locator("> details").first

    assert line.locator("> table").is_visible()
    assert line.locator("tbody tr").count() == 5
    assert "userId" in line.locator("thead").inner_text()
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
