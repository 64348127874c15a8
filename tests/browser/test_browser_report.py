"""report.html as whoever gets it opens it: nothing is fetched, it fits, it prints."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from driving import SAMPLES

import roster_toolkit as rt
from roster_toolkit.report import html_impact

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow

#: Width of the printed part of a sheet in pixels of a style sheet: 28 mm are margins.
_PAPER = {"A4": round(182 / 25.4 * 96), "Letter": round(188 / 25.4 * 96)}
_TOO_WIDE = """() => [...document.querySelectorAll("body, body *")].filter(one =>
  !one.parentElement.closest(".wide") && one.getBoundingClientRect().right > innerWidth + 1
).map(one => one.outerHTML.slice(0, 100))"""
_CUT = """() => [...document.querySelectorAll("body *")].filter(one =>
  one.getBoundingClientRect().right > innerWidth + 1).map(one => one.outerHTML.slice(0, 100))"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the sample district, with values that no line holds, and every change."""
    folder = SAMPLES / "riverton"
    data = (folder / "users.csv").read_bytes().replace(b",grade 7,", b",%b," % (b"g" * 90), 5)
    now = (folder / "download.csv").read_bytes().replace(b",Miller,", b",%b," % (b"M" * 200))
    review = rt.review(data, against=now, schools=folder / "schools.csv")
    path = tmp_path_factory.mktemp("report") / "report.html"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(html_impact, "CHANGES", 1_000)
        path.write_text(review.to_html(), encoding="utf-8")
    return path


def opened(
    chromium: Browser, path: Path, width: int, scheme: str = "light"
) -> tuple[Page, list[str]]:
    """The page, and what it asked for or complained of."""
    context = chromium.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page = context.new_page()
    heard: list[str] = []
    page.on("request", lambda request: heard.append(request.url))
    page.on("console", lambda message: heard.append(message.text))
    page.goto(path.as_uri())
    return page, heard


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_it_fits_every_screen_and_fetches_nothing(
    chromium: Browser, report: Path, width: int, scheme: str
) -> None:
    page, heard = opened(chromium, report, width, scheme)

    assert page.evaluate(_TOO_WIDE) == []
    assert heard == [report.as_uri()]
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 31)"
    assert dark is (scheme == "dark")
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_hinders_anybody(chromium: Browser, report: Path, scheme: str) -> None:
    page, _ = opened(chromium, report, 1024, scheme)

    violations = Axe().run(page).response["violations"]

    assert [(each["id"], each["nodes"][0]["html"][:150]) for each in violations] == []
    page.context.close()


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_nothing_is_cut_on_paper(chromium: Browser, report: Path, paper: str) -> None:
    page, _ = opened(chromium, report, _PAPER[paper])
    page.emulate_media(media="print")

    assert page.evaluate(_CUT) == []
    assert page.pdf(format=paper).startswith(b"%PDF")
    page.context.close()


def test_the_dark_page_prints_on_white(chromium: Browser, report: Path) -> None:
    page, _ = opened(chromium, report, 1024, "dark")
    page.emulate_media(media="print", color_scheme="dark")

    body = "getComputedStyle(document.body)"
    assert page.evaluate(f"{body}.backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate(f"{body}.color") == "rgb(0, 0, 0)"
    page.context.close()
