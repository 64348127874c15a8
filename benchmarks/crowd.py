"""Many people at once on one app: seconds to the verdict, memory, and whose file each of them sees.

`python -m benchmarks.crowd --people 20 --rows 20000`

Starts the app as the README does, opens as many browser sessions as there are people, drops a file
of their own on each at the same time, and again. Every file has a name and a person that no other
has; a session that shows another's is told, and ends the run with exit code 1.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import roster_toolkit as rt
from benchmarks.serving import free_port, running_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run")
_PATIENCE = 600_000
_MEGABYTE = 1 << 20


def memory(server: subprocess.Popen[bytes]) -> int:
    """Megabytes that the app holds in memory."""
    status = Path(f"/proc/{server.pid}/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024 // _MEGABYTE


def file_of(person: int, rows: int) -> tuple[str, bytes]:
    """The file of a person: a name and a district that no other has."""
    made = rt.sample_district(rows, seed=person, fault_rate=0.01, profile=rt.load_profile())
    return f"file-of-{person}.csv", made.csv


def shown(page: Page, name: str) -> float:
    """When the verdict on a file stood on a page."""
    page.get_by_text(name).first.wait_for()
    page.get_by_text("The portal would").first.wait_for()
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    return time.perf_counter()


def crowd(browser: Browser, address: str, people: int) -> list[Page]:
    """A page for each, each in a session of its own."""
    pages = []
    for _ in range(people):
        page = browser.new_context().new_page()
        page.set_default_timeout(_PATIENCE)
        page.goto(address)
        page.get_by_test_id("stFileUploaderDropzoneInput").first.wait_for(state="attached")
        pages.append(page)
    return pages


def dropped(pages: list[Page], files: list[tuple[str, bytes]]) -> tuple[list[float], list[str]]:
    """Seconds from the drop to each verdict, and what somebody saw of another's."""
    began = time.perf_counter()
    for page, (name, data) in zip(pages, files, strict=True):
        drop = page.get_by_test_id("stFileUploaderDropzoneInput").first
        drop.set_input_files({"name": name, "mimeType": "text/csv", "buffer": data})
    seconds = [shown(page, name) - began for page, (name, _) in zip(pages, files, strict=True)]
    names = {name for name, _ in files}
    mixed = []
    for page, (own, data) in zip(pages, files, strict=True):
        text = " ".join(page.locator("body").inner_text().split())
        mixed += [f"{own} sees {name}" for name in names - {own} if name in text]
        rejected = f"{rt.review(data).rows.rejected:,}"
        if rejected not in text:
            mixed.append(f"{own} sees another's numbers")
    return sorted(seconds), mixed


def main() -> int:
    """Run it and print a table."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--rows", type=int, default=20_000)
    given = parser.parse_args()
    port = free_port()
    with (
        tempfile.TemporaryDirectory() as name,
        running_app(Path(name), {}, port=port) as server,
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=[*_FLAGS])
        say = lambda line: print(line, flush=True)  # noqa: E731, T201
        say(f"before anybody comes: {memory(server)} MB")
        pages = crowd(browser, f"http://127.0.0.1:{port}", given.people)
        say(f"{given.people} pages open: {memory(server)} MB")
        files = [file_of(person, given.rows) for person in range(given.people)]
        seconds, mixed = dropped(pages, files)
        say(
            f"{given.people} × {given.rows:,} rows: first verdict after {seconds[0]:.1f} s, half "
            f"after {seconds[len(seconds) // 2]:.1f} s, last after {seconds[-1]:.1f} s; "
            f"{memory(server)} MB; {len(mixed)} mix-ups"
        )
        for page in pages:
            page.context.close()
        for minutes in (1, 2):
            time.sleep(60)
            say(f"{minutes} min after all have left: {memory(server)} MB")
        browser.close()
    return 1 if mixed else 0


if __name__ == "__main__":
    sys.exit(main())
