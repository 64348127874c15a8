"""A plain script that uses the library ends without a word that it did not print itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

#: Whatever opens a file, a store, a question or a chart, as an analyst's script would.
SCRIPT = """
import sys
from pathlib import Path

import roster_toolkit as rt

folder = Path(sys.argv[1])
store = rt.Store(folder / "roster.duckdb")
rt.import_data("data/samples/clean.csv", store, "Avon")
avon = store["Avon"]
review = rt.review("data/samples/bad-grades.csv", against=avon)
{what}
"""
EVERYTHING = """
review.sql("FROM findings LIMIT 1")
store.sql("FROM people LIMIT 1")
avon.sql("FROM history LIMIT 1")
rt.compare("data/samples/clean.csv", avon)
rt.review(review.sql("FROM rows").drop("row", "outcome"))
avon.history(avon.roster().people["userId"][0])
review.repair()
review.plot.causes()._repr_mimebundle_()
review.select()._repr_html_()
review.errors_xlsx()
rt.pandera_schema(review.profile)
rt.explain("duplicate email")
held = [review.sql("FROM rows"), avon.directory(), review]
"""
#: A question that fails leaves its error, and with it a connection, behind.
FAILED = """
try:
    review.sql("FROM nowhere")
except rt.ToolkitError as error:
    kept = error
"""


def said_at_the_end(what: str, folder: Path) -> str:
    script = SCRIPT.format(what=what)
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", script, str(folder)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    return done.stderr


@pytest.mark.slow
def test_a_script_that_asks_everything_ends_quietly(tmp_path: Path) -> None:
    assert said_at_the_end(EVERYTHING, tmp_path) == ""


def test_a_script_whose_question_failed_ends_quietly(tmp_path: Path) -> None:
    assert said_at_the_end(FAILED, tmp_path) == ""
