"""Takes the pictures in docs/screenshots: every page, light and dark, on the sample district.

It starts the app with a store of its own and drives the Chromium that is installed. Pictures differ
by the time of day and by fonts, so no test compares them: look at them before you commit them.
"""  # noqa: INP001 - a script is no package

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright

REPOSITORY = Path(__file__).parent.parent
TARGET = REPOSITORY / "docs" / "screenshots"
WIDTH, HEIGHT = 1280, 900
#: A picture in the repository is smaller than this.
MOST_BYTES = 250_000
QUIET = '[data-testid="stApp"][data-test-script-state="notRunning"]'
SCROLL = "top => document.querySelector('[data-testid=stMain]').scrollTo(0, top)"
#: How far an element lies below the top of the page, with some air above it.
FROM_TOP = """e => e.getBoundingClientRect().top - 80
  + document.querySelector('[data-testid=stMain]').scrollTop"""
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
#: Name of the picture → page, and the part of it that is turned to.
PICTURES = {
    "check": ("Check a file", ""),
    "check-rows": ("Check a file", "Rows"),
    "check-repair": ("Check a file", "Fix"),
    "check-downloads": ("Check a file", "Downloads"),
    "impact": ("Preview impact", ""),
    "impact-schools": ("Preview impact", "Schools"),
    "district": ("District", ""),
    "district-browse": ("District", "Browse"),
    "district-compare": ("District", "Compare"),
    "dictionary": ("Dictionary and rules", ""),
    "dictionary-rules": ("Dictionary and rules", "Rules"),
    "dictionary-addresses": ("Dictionary and rules", "Addresses for students"),
}
#: Taken before anything is on the desk.
EMPTY = "empty"
#: Milliseconds that learning may take.
LEARNING = 240_000


def settled(page: Page) -> None:
    """Wait until the page is drawn, and stays so."""
    for _ in range(3):
        page.locator(QUIET).wait_for()
        page.wait_for_timeout(400)


def take(page: Page, name: str) -> None:
    """Take one picture; the pointer and the focus are in none."""
    page.mouse.move(0, HEIGHT - 1)
    page.evaluate("document.activeElement.blur()")
    page.wait_for_timeout(400)
    target = TARGET / f"{name}.png"
    page.screenshot(path=target, animations="disabled")
    size = target.stat().st_size
    if size > MOST_BYTES:
        sys.exit(f"{target.name} has {size:,} bytes; {MOST_BYTES:,} are the most")
    sys.stdout.write(f"{target.relative_to(REPOSITORY)}  {size:,} bytes\n")


def teach(page: Page, theme: str) -> None:
    """The page of the portal, on one that is made up: nothing known, proposals, agreed."""
    page.get_by_role("link", name="Your portal", exact=True).click()
    page.get_by_text("Nothing was learned from your portal yet").first.wait_for()
    settled(page)
    take(page, f"portal-empty-{theme}")
    page.get_by_role("button", name="Just looking? Try a made-up portal").click()
    page.get_by_text("users-errors.csv").first.wait_for()
    page.get_by_role("button", name="Learn", exact=True).click()
    page.get_by_text("Accept all").first.wait_for(timeout=LEARNING)
    settled(page)
    take(page, f"portal-proposals-{theme}")
    page.get_by_role("radio", name="Keep", exact=True).click()
    page.get_by_role("button", name="Use it for this visit only").click()
    page.get_by_text("This is what your files are checked by.").first.wait_for()
    page.get_by_role("radio", name="What is known", exact=True).click()
    settled(page)
    take(page, f"portal-agreed-{theme}")
    page.get_by_role("link", name="Check a file", exact=True).click()
    settled(page)


def tour(browser: Browser, address: str, theme: str) -> None:
    """All pictures in one theme."""
    page = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT},
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",
    ).new_page()
    page.goto(address)
    settled(page)
    take(page, f"{EMPTY}-{theme}")
    teach(page, theme)
    page.get_by_role("button", name="Try a sample district").first.click()
    page.get_by_text("The portal would").first.wait_for()
    settled(page)
    for name, (title, part) in PICTURES.items():
        page.get_by_role("link", name=title, exact=True).click()
        page.get_by_role("heading", name=title, level=1).wait_for()
        top = 0
        if part:
            radio = page.get_by_role("radio", name=part, exact=True)
            turn = radio.or_(page.get_by_role("tab", name=part, exact=True)).first
            turn.click()
            top = turn.evaluate(FROM_TOP)
        settled(page)
        if part == "Rules":
            page.goto(f"{page.url.partition('?')[0]}?part=rules&rule=RT302")
            settled(page)
        page.evaluate(SCROLL, top if top > HEIGHT / 2 else 0)
        take(page, f"{name}-{theme}")


def main() -> None:
    """Take every picture anew."""
    sys.path.insert(0, str(REPOSITORY))  # so that it runs from any folder
    from benchmarks.serving import free_port, running_app

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("there is no chromium to take the pictures with")
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    port = free_port()
    with (
        TemporaryDirectory() as folder,
        running_app(Path(folder), {}, port=port),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS])
        for theme in ("light", "dark"):
            tour(browser, f"http://127.0.0.1:{port}", theme)
        browser.close()


if __name__ == "__main__":
    main()
