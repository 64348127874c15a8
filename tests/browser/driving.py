"""A visitor of the app in a real browser, who notices whatever no visitor should ever see."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page

REPOSITORY = Path(__file__).parent.parent.parent
SAMPLES = REPOSITORY / "data" / "samples"
#: Path of each page → its title.
PAGES = {
    "": "Check a file",
    "impact": "Preview impact",
    "roster": "District",
    "portal": "Your portal",
    "dictionary": "Dictionary and rules",
}
#: Where a page looks for its server first, one path too deep; it finds it at the second try.
_TOO_DEEP = re.compile(rf"/(?:{'|'.join(filter(None, PAGES))})/_stcore/(?:health|host-config)$")
_QUIET = '[data-testid="stApp"][data-test-script-state="notRunning"]'
#: Milliseconds that the page must stay quiet, so that a second drawing has begun by then.
_PAUSE = 120
#: Milliseconds until a page that shows nothing new counts as broken; a busy machine is slow.
PATIENCE = 60_000
#: What a page says of a fault of ours; app_parts/faults.py has the words.
_FAULT = "it is our fault"
_TURNED_BY: tuple[Literal["radio"], Literal["tab"]] = ("radio", "tab")


@dataclass
class Visitor:
    """One browser context: its own storage, its own session, its own desk."""

    browser: Browser
    address: str
    width: int = 1280
    dark: bool = False
    complaints: list[str] = field(default_factory=list)
    """Requests that left this machine, and errors of the console."""

    def __post_init__(self) -> None:
        """Open a context that writes down what goes wrong."""
        self.context: BrowserContext = self.browser.new_context(
            viewport={"width": self.width, "height": 900},
            color_scheme="dark" if self.dark else "light",
            reduced_motion="reduce",
            accept_downloads=True,
        )
        self.context.set_default_timeout(PATIENCE)
        self.context.on("request", lambda request: self._at_home(request.url))
        self.context.on("console", self._listen)
        self.page: Page = self.context.new_page()
        self.page.on("websocket", lambda socket: self._at_home(socket.url))
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error.name}"))

    def _at_home(self, url: str) -> None:
        home = self.address.partition("://")[2]
        inside = ("data:", "blob:", f"http://{home}", f"ws://{home}")
        if not url.startswith(inside):
            self.complaints.append(f"left this machine: {url}")

    def _listen(self, message: ConsoleMessage) -> None:
        url = message.location.get("url", "")
        if message.type == "error" and not _TOO_DEEP.search(url):
            self.complaints.append(f"console: {message.text} {url}")

    def go(self, path: str = "") -> Page:
        """Open a page by its address and wait until it is drawn."""
        self.page.goto(f"{self.address}/{path}")
        self.wait()
        return self.page

    def turn_to(self, title: str) -> None:
        """Open another page by its link, in the same session."""
        self.page.get_by_role("link", name=title, exact=True).first.click()  # the menu's
        self.page.get_by_role("heading", name=title, level=1).wait_for()
        self.wait()

    def wait(self) -> None:
        """Wait until the script rests, and still does a moment later."""
        for _ in range(2):
            self.page.locator(_QUIET).wait_for()
            self.page.wait_for_timeout(_PAUSE)
        self.page.locator(_QUIET).wait_for()

    def wait_for(self, expression: str) -> None:
        """Wait until an expression holds.

        The page's policy keeps Playwright's own way of waiting out, which makes code of a text.
        """
        for _ in range(PATIENCE // _PAUSE):
            if self.page.evaluate(expression):
                return
            self.page.wait_for_timeout(_PAUSE)
        raise AssertionError(f"never came true: {expression}")

    def upload(self, *files: Path | tuple[str, bytes]) -> None:
        """Drop a file on the first place that takes one, once the page rests.

        What is dropped while it is drawn anew may land on a place that is about to go.
        """
        self.wait()
        given = [
            file if isinstance(file, Path)
            else {"name": file[0], "mimeType": "text/csv", "buffer": file[1]}
            for file in files
        ]  # fmt: skip
        self.page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(given)  # type: ignore[arg-type]
        self.wait()

    def download(self, click: Callable[[], None]) -> tuple[str, bytes]:
        """Name and bytes of what a click brings, once the page rests.

        What is drawn anew at that moment offers another file by then.
        """
        self.wait()
        with self.page.expect_download() as coming:
            click()
        return coming.value.suggested_filename, coming.value.path().read_bytes()

    def button(self, name: str | re.Pattern[str]) -> Locator:
        """The first button of that name."""
        return self.page.get_by_role("button", name=name).first

    def part(self, name: str) -> None:
        """Turn to a part of the page, whether tabs or a row of buttons lead there.

        Once the page rests: a click on what is drawn anew at that moment is lost.
        """
        self.wait()
        radio, tab = (self.page.get_by_role(role, name=name, exact=True) for role in _TURNED_BY)
        radio.or_(tab).first.click()
        self.wait()

    def choose(self, label: str, option: str | re.Pattern[str]) -> None:
        """Choose in a select box, whatever stands behind the option's name."""
        self.wait()
        box = self.page.get_by_role("combobox", name=label).first
        wanted = self.page.get_by_role("option", name=option).first
        box.click()
        if not wanted.is_visible():
            self.page.wait_for_timeout(_PAUSE)
        if not wanted.is_visible():  # a list that opens while the page settles is closed again
            box.press("ArrowDown")
        wanted.click()
        self.wait()

    def tick(self, text: str) -> None:
        """Tick every box of that text; again where the page was drawn anew under the click."""
        boxes = self.page.get_by_test_id("stCheckbox").filter(has_text=text)
        boxes.first.wait_for()
        for box in boxes.all():
            for _ in range(5):
                if box.get_by_role("checkbox").is_checked():
                    break
                box.locator("label").click()
                self.wait()

    def sees(self, text: str | re.Pattern[str]) -> None:
        """Wait for a text to be on the page."""
        self.page.get_by_text(text).first.wait_for()

    def everything(self) -> str:
        """All text that the page shows."""
        return self.page.locator("body").inner_text()

    def leave(self) -> None:
        """Close the context, and complain of whatever went wrong in it; once."""
        if self.page.is_closed():
            return
        fault = self.page.get_by_test_id("stException").or_(self.page.get_by_text(_FAULT))
        faults = fault.count()
        self.context.close()
        assert not faults, "the page shows a fault of ours"
        assert not self.complaints, "\n".join(self.complaints)


#: Opens a visitor; the options are those of `Visitor`.
Open = Callable[..., Visitor]
