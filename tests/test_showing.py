"""Every public object shows itself: short in a terminal, escaped in a notebook."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest
from making import file_of, in_class, removal, student, teacher

import roster_toolkit as rt
from roster_toolkit.display import ROWS, Table, table, text

SCRIPT = "<script>alert(1)</script>"
LINK = '<a href="http://evil.example">x</a>'


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """One object of each kind, every name in it being markup."""
    folder = tmp_path_factory.mktemp("world")
    evil = {"userFirstName": SCRIPT, "userLastName": LINK}
    download = folder / "download.csv"
    pupils = [in_class(student(f"S{n}", **evil), className=SCRIPT) for n in range(1, 4)]
    download.write_bytes(file_of([*pupils, in_class(teacher())]))
    (folder / "schools.csv").write_text(f"schoolId,schoolName\n0711,{SCRIPT}\n")
    store = rt.Store(folder / "roster.duckdb")
    imported = rt.import_data(download, store, SCRIPT, schools=folder / "schools.csv", label=LINK)
    upload = folder / "users.csv"
    rows = [student("S1", **evil, userGrade=SCRIPT), student("S9", **evil, userStateId=LINK)]
    upload.write_bytes(file_of([*rows, removal("C1", userFirstName=SCRIPT)]))
    review = rt.review(upload, against=store[SCRIPT], name=f"{SCRIPT}.csv")
    held = rt.process(upload, store, SCRIPT)
    done = rt.process(upload, store, SCRIPT, accept=["RT411"])
    district = store[SCRIPT]
    taken = file_of([student("S1"), student("S2")]).replace(b"userGrade", SCRIPT.encode())
    learned = rt.calibrate(accepted=[(f"{SCRIPT}.csv", taken)])
    return {
        "Review": review,
        "causes": review.causes,
        "Cause": review.causes[0],
        "Selection": review.select(),
        "search": review.search("S1"),
        "RowView": review.row(2),
        "Impact": review.impact,
        "RecordView": review.record("class", "C1"),
        "Repair": review.repair(),
        "Progress": review.repair().progress,
        "Upload": review.upload,
        "Profile": review.profile,
        "Rule": review.rules["RT302"],
        "Store": store,
        "StoredDistrict": district,
        "Roster": district.roster(1),
        "Directory": district.directory(1),
        "Difference": district.compare(),
        "Imported": imported,
        "held": held,
        "Processed": done,
        "Calibration": learned,
        "Proposal": learned.proposals[-1],
    }


NAMES = [
    "Review", "causes", "Cause", "Selection", "search", "RowView", "Impact", "RecordView", "Repair",
    "Progress", "Upload", "Profile", "Rule", "Store", "StoredDistrict", "Roster", "Directory",
    "Difference", "Imported", "held", "Processed", "Calibration", "Proposal",
]  # fmt: skip


class Tags(HTMLParser):
    """The tags and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)


@pytest.mark.parametrize("name", NAMES)
def test_html_holds_no_markup_of_a_cell_and_fetches_nothing(
    world: dict[str, object], name: str
) -> None:
    page = world[name]._repr_html_()  # type: ignore[attr-defined]

    tags = Tags()
    tags.feed(page)
    assert tags.tags <= {"div", "style", "p", "table", "caption", "thead", "tbody", "tr", "th",
                         "td", "details", "summary", "span"}  # fmt: skip
    assert tags.attributes <= {"class", "scope", "open"}
    assert not re.search(r"@import|url\(", page)
    assert len(page) < 30_000


@pytest.mark.parametrize("name", NAMES)
def test_html_begins_with_a_sentence(world: dict[str, object], name: str) -> None:
    page = world[name]._repr_html_()  # type: ignore[attr-defined]

    assert re.search(r"</style><p>[^<]{8,}[.:!?<]", page)


@pytest.mark.parametrize("name", NAMES)
def test_a_terminal_is_told_in_a_few_lines(world: dict[str, object], name: str) -> None:
    for told in (repr(world[name]), str(world[name])):
        assert 5 < len(told) < 4000
        assert len(told.splitlines()) < 30
        assert "shape:" not in told


def test_what_is_escaped_can_be_read_in_html(world: dict[str, object]) -> None:
    page = world["RowView"]._repr_html_()  # type: ignore[attr-defined]

    assert "&lt;script&gt;" in page


def test_a_program_that_typesets_formulas_leaves_cells_alone(world: dict[str, object]) -> None:
    page = world["Review"]._repr_html_()  # type: ignore[attr-defined]

    assert 'class="roster-toolkit tex2jax_ignore mathjax_ignore"' in page


def test_a_long_table_is_cut_and_says_so() -> None:
    actual = table(Table("Numbers", pl.DataFrame({"n": range(1000)})))

    assert actual.count("<tr>") == ROWS + 1
    assert "<caption>Numbers (12 of 1,000)</caption>" in actual


def test_control_characters_and_very_long_cells_are_harmless() -> None:
    assert text("a\x1b[31mb\u202e") == "a·[31mb·"
    assert len(text("x" * 10_000)) < 200


def test_a_store_that_is_not_there_is_a_sentence_too(tmp_path: Path) -> None:
    store = rt.Store(tmp_path / "none.duckdb")

    assert "There is no store" in repr(store)
    assert "There is no store" in store._repr_html_()


@pytest.mark.parametrize("make", [lambda: rt.review("data/samples/clean.csv").causes])
def test_nothing_to_correct_is_said(make: Callable[[], object]) -> None:
    assert repr(make()) == "Nothing to fix."
