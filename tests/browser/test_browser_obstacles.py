"""What cannot be checked is answered with a sentence, whatever it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from conftest import served
from driving import SAMPLES

import roster_toolkit as rt

if TYPE_CHECKING:
    from pathlib import Path

    from driving import Open

pytestmark = pytest.mark.slow

CUT_OFF = (SAMPLES / "clean.csv").read_bytes()[:700] + b'\n,"Riverton'


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("photo.png", b"\x89PNG\r\n\x1a\n" + bytes(64)),
        ("users.csv", CUT_OFF),
        ("not-a-csv.xlsx", (SAMPLES / "not-a-csv.xlsx").read_bytes()),
        ("users.csv", b""),
    ],
    ids=["png", "cut off", "xlsx", "empty"],
)
def test_a_file_that_is_no_table_is_answered_with_a_sentence(
    visitor: Open, name: str, data: bytes
) -> None:
    one = visitor()
    one.go()

    one.upload((name, data))

    review = rt.review(data, name=name)
    assert review.verdict is rt.Verdict.REJECTED
    one.sees(review.sentence)


def test_a_file_over_the_limit_is_answered_with_the_command_line(
    visitor: Open, tmp_path: Path
) -> None:
    with served(tmp_path, STREAMLIT_SERVER_MAX_UPLOAD_SIZE="1") as small:
        one = visitor(small)
        one.go()

        one.upload(("users.csv", b"action\n" + b"x" * 1_100_000))

        one.sees(re.compile("1.?MB or smaller|must be 1|exceed", re.IGNORECASE))
        one.sees(re.compile("more than 1 MB use the command line"))
        one.sees("python -m roster_toolkit check users.csv --out report")
        one.leave()
