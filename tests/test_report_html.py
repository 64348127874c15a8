"""report.html: one page that says what the other reports say, and harms nobody who opens it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from making import HEADER, file_of, in_class, removal, reviewed, student, teacher

from roster_toolkit.cli.app import main
from roster_toolkit.profile import load_profile
from roster_toolkit.report import html_impact
from roster_toolkit.report.html import PROBLEMS
from roster_toolkit.report.markup import element
from roster_toolkit.report.reconciliation import balance
from roster_toolkit.report.text import TextReport
from roster_toolkit.reviewing.review import Review, review
from roster_toolkit.samples import sample_district
from roster_toolkit.validate import Fault

SAMPLES = Path(__file__).parent.parent / "data/samples"
RIVERTON = SAMPLES / "riverton"
#: Elements that run, load or lead somewhere.
ACTIVE = {"script", "img", "link", "iframe", "object", "embed", "form", "input", "base", "video"}
VOID = {"meta", "rect"}


class Page(HTMLParser):
    """What a browser would make of a page: elements, texts, headings, tables."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, "elements are closed in the order in which they open"

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style" and data.strip():
            self.texts.append((self.open[-1], data))

    @property
    def visible(self) -> str:
        return "\n".join(text for _, text in self.texts)

    def of(self, tag: str) -> list[str]:
        return [text for where, text in self.texts if where == tag]


def page(result: Review, *, values: bool = True) -> Page:
    return Page(result.to_html(values=values))


def riverton() -> Review:
    return review(RIVERTON / "users.csv", against=RIVERTON / "download.csv")


# --- the same words and numbers ------------------------------------------------------------------


def test_it_begins_with_the_verdict_and_the_figures() -> None:
    result = riverton()

    shown = page(result)

    assert shown.of("h1") == ["users.csv"]
    assert shown.texts[2] == ("p", result.sentence)
    figures = dict(zip(shown.of("dt"), shown.of("dd"), strict=True))
    assert figures["rows accepted"] == f"{result.rows.accepted:,}"
    assert figures["rows rejected"] == f"{result.rows.rejected:,}"
    assert figures["problems to fix"] == str(sum(c.severity.rejects for c in result.causes))


def test_problems_stand_in_order_with_example_fix_and_what_they_clear() -> None:
    result = review(file_of([student("A", userGrade="Grade 3"), student("B", userEmail="b")]))

    text = page(result).visible

    for cause in result.causes:
        told = result.told(cause)
        assert told.title in text
        assert f"Fix: {told.how_to_fix}" in text
    assert "Example: row 2 userGrade: “Grade 3” → “3”" in text
    assert text.index(result.told(result.causes[0]).title) < text.index(
        result.told(result.causes[1]).title
    )
    assert "fixing this clears it" in text


def test_rows_with_other_errors_are_not_promised() -> None:
    rows = [student(f"S{n}", userGrade="x", userEmail="" if n < 3 else "a@b.org") for n in range(3)]

    assert "these rows have other errors too" in page(review(file_of(rows))).visible


def test_the_counts_by_category_stand_beside_their_bars() -> None:
    result = riverton()
    shown = page(result)

    rows = re.findall(r'<tr><th scope="row">([^<]+)</th>(.*?)</tr>', result.to_html())
    counted = {
        name: sum(int(n.replace(",", "")) for n in re.findall(r">([\d,]+)<", cells))
        for name, cells in rows
        if "<svg" in cells
    }
    assert counted == dict(result.by_category)
    widths = [float((a["width"] or "").removesuffix("%")) for tag, a in shown.tags if tag == "rect"]
    assert max(widths) == 100.0
    assert all(a["aria-hidden"] == "true" for tag, a in shown.tags if tag == "svg")


def test_the_impact_has_the_outcomes_of_the_other_reports() -> None:
    result = riverton()
    assert result.impact is not None
    shown = page(result)

    for line in result.impact.table.rows():
        cells = [str(line[0]), *(f"{count:,}" for count in line[1:])]
        assert "\n".join(cells) in shown.visible
    assert "Redwood Elementary School" in shown.visible or "NE125" in shown.visible
    assert "Classes that are removed" in shown.of("h3")
    assert "People who stay where the file no longer puts them" in shown.of("h3")


def test_changes_are_counted_and_the_first_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html_impact, "CHANGES", 2)
    result = review(
        file_of([student("S1", userGrade="4"), removal("C1")]),
        against=file_of([student("S1"), in_class(student("S2")), in_class(teacher("R1"))]),
    )

    text = page(result).visible

    total = result.changes_csv().count(b"\n") - 1
    assert f"{total} changes by kind" in text
    assert f"the first 2 of {total} changes" in text
    assert f"changes.csv lists all {total}." in text


def test_a_file_that_changes_nothing_says_so() -> None:
    result = review(file_of([student()]), against=file_of([student()]))

    assert "The roster would stay as it is." in page(result).visible


def test_what_was_not_checked_is_named_with_its_reason() -> None:
    result = review(file_of([student()]))

    text = page(result).visible

    assert "there is no roster to compare with" in text
    assert all(f"({skip.code})" in text for skip in result.skipped)


def test_a_fault_of_ours_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    result = review(file_of([student()]))
    monkeypatch.setattr(Review, "faults", (Fault("RT102", "failed"),))

    assert "our own fault: failed" in page(result).visible


def test_it_says_on_what_it_rests_and_which_file_it_is_about() -> None:
    result = review(file_of([student()]))
    text = page(result).visible

    assert result.rests_on in text
    assumed = [column.name for column in result.profile.in_file if column.assumed]
    assert all(name in text for name in assumed)
    assert result.upload.sha256 in text
    assert result.profile.sha256 in text
    assert "batch-upload" in text


def test_a_wrong_header_line_is_shown_with_the_one_to_copy() -> None:
    data = file_of([student()]).replace(b"userEmail", b"userEmial")

    shown = page(review(data))

    marked, corrected = shown.of("pre")
    assert "userEmial" in marked
    assert "^^^^^^^^^" in marked
    assert corrected == ",".join(HEADER)


def test_the_impact_after_the_fixes_stands_beside_it(tmp_path: Path) -> None:
    data = file_of([student("S1", userGrade="Grade 3"), student("S2")])
    (tmp_path / "users.csv").write_bytes(data)
    (tmp_path / "now.csv").write_bytes(file_of([student("S2")]))

    main([
        "check", str(tmp_path / "users.csv"), "--against", str(tmp_path / "now.csv"),
        "--out", str(tmp_path / "out"),
    ])  # fmt: skip

    written = Page((tmp_path / "out" / "report.html").read_text(encoding="utf-8"))
    assert "With the fixes that need no yes" in written.of("h3")


# --- every kind of file --------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("values", [True, False])
@pytest.mark.parametrize(
    "source",
    [
        *sorted(path.name for path in SAMPLES.glob("*.csv") if path.name != "hard-mixture.csv"),
        "not-a-csv.xlsx",
    ],
)
def test_every_sample_gives_a_whole_page(source: str, values: bool) -> None:  # noqa: FBT001
    result = reviewed(SAMPLES / source)

    shown = page(result, values=values)

    assert shown.open == []
    assert shown.of("h1") == [source]
    assert result.sentence in shown.visible
    assert "None" not in shown.visible.replace("None of", "")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"%PDF-1.4", file_of([])])
def test_a_file_without_rows_gives_a_page_too(data: bytes) -> None:
    text = page(review(data)).visible

    assert "Not foreseen, as there is no roster to compare with." in text
    assert "list every row" not in text


def test_a_clean_file_has_nothing_to_fix() -> None:
    text = page(review(file_of([student()]))).visible

    assert "There is nothing to fix." in text
    assert "Errors and warnings by category" not in text


def test_a_rejected_file_would_do_nothing_to_the_roster() -> None:
    data = file_of([student()]).replace(b"userEmail", b"userEmial")

    text = page(review(data, against=file_of([student()]))).visible

    assert "Not foreseen, as the file is rejected." in text


def test_thousands_of_problems_are_cut_and_counted() -> None:
    wide = [*HEADER, *(f"odd{n}" for n in range(5_000))]
    result = review(file_of([student()], wide))
    many = sample_district(2_000, seed=9, fault_rate=0.9, profile=load_profile()).csv
    more = review(many)

    assert len(result.to_html()) < 200_000
    rest = len(more.causes) - PROBLEMS
    said = f"And {rest} more problem" in page(more).visible
    assert said is (rest > 0)


def test_problems_beyond_the_limit_say_where_they_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("roster_toolkit.report.html.PROBLEMS", 2)
    result = review(SAMPLES / "bad-grades.csv")

    shown = page(result)

    rest = sum(cause.findings for cause in result.causes[2:])
    assert f"And 2 more problems with {rest} errors: review.json lists them all" in shown.visible
    assert shown.visible.count("Fix: ") == 2


def test_the_same_review_gives_the_same_bytes() -> None:
    one, other = riverton().to_html(), riverton().to_html()

    assert one == other


# --- no harm -------------------------------------------------------------------------------------

HOSTILE = (
    "<script>alert(1)</script>",
    "\"onmouseover='x'",
    "'><img src=x onerror=alert(1)>",
    "</title></style></td><h1>x",
    "&lt;b&gt;",
    "\u202egnp.exe\u2066",
    '=HYPERLINK("http://evil.example","x")',
    "javascript:alert(1)",
    "\x07\x1b[31m",
    "]]><!--",
)


@pytest.mark.parametrize("value", HOSTILE)
def test_a_cell_is_text_wherever_it_stands(value: str) -> None:
    rows = [
        in_class(student(value, userGrade=value, userRole=value), value, className=value),
        in_class(student("S2", userFirstName=value, userLastName=value, userEmail=value), value),
        student("S3", schoolId=value, userFirstName=f" {value}"),
        removal(value),
    ]
    now = [in_class(student("S2"), value), in_class(student("S8", userFirstName=value), value)]
    wide = [*HEADER, value]
    result = review(file_of(rows, wide), against=file_of(now), name=f"{value}.csv")

    text = result.to_html()
    shown = Page(text)

    plain = page(review(file_of([student("S2", userGrade="x")], [*HEADER, "x"])))
    assert {tag for tag, _ in shown.tags} <= {tag for tag, _ in plain.tags} | {"h3", "svg", "rect"}
    assert not {tag for tag, _ in shown.tags} & ACTIVE
    assert not [a for _, attrs in shown.tags for a in attrs if a.startswith("on")]
    assert all((attrs["href"] or "").startswith("#") for tag, attrs in shown.tags if tag == "a")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", text)


def test_what_turns_text_around_or_rings_a_bell_is_replaced() -> None:
    assert element("p", "a\u202e<b>\x07") == "<p>a·&lt;b&gt;·</p>"
    assert element("p", element("b", "x"), 1_000, None, title='"') == (
        '<p title="&quot;"><b>x</b>1,000</p>'
    )


def test_a_cell_is_shown_as_it_is() -> None:
    result = review(file_of([student(userGrade="<script>&amp;"), student("S2")]))

    assert "“<script>&amp;” " in page(result).visible


def test_the_browser_is_told_to_load_and_run_nothing() -> None:
    shown = page(riverton())

    policy = next(a["content"] for tag, a in shown.tags if "http-equiv" in a and tag == "meta")
    assert policy == (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    )
    assert not {tag for tag, _ in shown.tags} & ACTIVE
    assert not [a for _, attrs in shown.tags for a in attrs if a in ("style", "src", "srcset")]
    assert "url(" not in riverton().to_html()


def test_without_values_no_cell_is_in_it() -> None:
    rows = [
        in_class(student("Zid", userGrade="Zgrade", userRole="Zrole"), "Zclass"),
        teacher("T1", userFirstName=" Zname", userEmail="zmail@z.org", schoolId="Zschool"),
        student("S2", userFirstName="Zother"),
        student("S2", userFirstName="Zthird"),
        removal("Zgone"),
    ]
    now = [in_class(student("Zsix"), "Zgone"), student("S2", schoolId="Zseven")]
    result = review(file_of(rows, [*HEADER, "Zheader"]), against=file_of(now))
    fine = review(file_of(rows), against=file_of(now))

    for one in (result, fine):
        assert re.findall(r"Z\w+|zmail", one.to_html()), "the test names cells that do appear"
        assert not re.findall(r"Z\w+|zmail", one.to_html(values=False))


# --- for everybody -------------------------------------------------------------------------------


def test_headings_tables_and_language_are_marked() -> None:
    shown = page(riverton())

    assert shown.tags[0] == ("html", {"lang": "en"})
    levels = [int(tag[1]) for tag, _ in shown.tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - before <= 1 for before, later in pairwise(levels))
    tags = [tag for tag, _ in shown.tags]
    assert tags.count("table") == tags.count("caption")
    assert all("scope" in attrs for tag, attrs in shown.tags if tag == "th")
    named = {attrs["id"] for _, attrs in shown.tags if "id" in attrs}
    assert {(a["href"] or "")[1:] for tag, a in shown.tags if tag == "a"} == named


def test_the_text_report_has_the_same_verdict_and_sums() -> None:
    result = riverton()
    text = " ".join(TextReport(result).render().split())
    shown = page(result).visible

    assert balance(result) in shown
    assert balance(result) in text
    assert result.sentence in text
