"""report.html: a review as one page to read, print and hand on.

It is one file without a script, fetches nothing, and says so to the browser. Every text is escaped
(`markup`), and words and numbers are those of the other reports. The same input gives the same
bytes: no date stands in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from roster_toolkit.assessment import Assessment
from roster_toolkit.causes import Cause
from roster_toolkit.impact.preview import Impact
from roster_toolkit.model import MASKED_MARK, Evidence, Severity
from roster_toolkit.report.basis import rests_on
from roster_toolkit.report.cause_view import CauseView, view_of
from roster_toolkit.report.header_line import header_line
from roster_toolkit.report.headings import assumed
from roster_toolkit.report.html_impact import changes_section, impact_section
from roster_toolkit.report.markup import (
    Content,
    Markup,
    element,
    joined,
    paragraph,
    table,
    uncut,
    wide_table,
)
from roster_toolkit.report.page_style import STYLE
from roster_toolkit.report.reconciliation import balance, imbalances
from roster_toolkit.report.verdict import verdict
from roster_toolkit.report.words import Words, profile_named
from roster_toolkit.text import counted, listed, number

#: Nothing is loaded and nothing runs; the style stands in the page.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
#: Maximum problems in full, and characters of the example of one.
PROBLEMS = 100
_ROOM = 160
_FOOTER = "Made on this computer by Roster Toolkit. This page fetches nothing from anywhere."
#: Width at which a header line wraps.
_WIDTH = 78
#: Maximum lines of one.
_HEADER_LINES = 12
_SEVERITIES = (
    ("Errors", "error", (Severity.BLOCKER, Severity.ERROR)),
    ("Warnings", "warning", (Severity.WARNING,)),
    ("Notes", "note", (Severity.INFO,)),
)
_GROUPS = (
    ("Problems that reject the whole file", Severity.BLOCKER),
    ("Problems that reject rows", Severity.ERROR),
    ("Warnings: accepted, but probably not what you meant", Severity.WARNING),
    ("Notes", Severity.INFO),
)


def html_report(review: Assessment, *, values: bool = True, repaired: Impact | None = None) -> str:
    """The whole page; without `values`, no cell of the file is in it.

    `repaired` is the impact with the fixes that need no yes, where it differs.
    """
    return _Page(review, values, repaired).render()


@dataclass(frozen=True)
class _Page:
    """One page about one review."""

    review: Assessment
    values: bool
    repaired: Impact | None

    @cached_property
    def words(self) -> Words:
        """The sentences of the rules."""
        return Words(self.review.profile, self.values)

    def render(self) -> str:
        """The document."""
        sections = {
            "problems": ("Problems to fix", self._problems()),
            "categories": ("Errors and warnings by category", self._categories()),
            "impact": (
                "What it would do to the roster",
                impact_section(self.review, values=self.values, repaired=self.repaired),
            ),
            "changes": ("Changes", changes_section(self.review, values=self.values)),
            "not-checked": ("What was not checked", self._not_checked()),
            "basis": ("What this rests on", self._basis()),
            "file": ("The file and how it was checked", self._file()),
        }
        shown = {
            key: (title, parts)
            for key, (title, content) in sections.items()
            if (parts := list(content))
        }
        head = element(
            "head",
            element("meta", charset="utf-8"),
            element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
            element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            element("meta", name="referrer", content="no-referrer"),
            element("title", f"{self.review.upload.name}: report"),
            element("style", Markup(STYLE)),
        )
        links = (
            element("li", element("a", title, href=f"#{key}")) for key, (title, _) in shown.items()
        )
        body = element(
            "body",
            element("header", *self._top()),
            element("nav", element("ul", *links), aria_label="Sections"),
            element(
                "main",
                *(
                    element("section", element("h2", title, id=key), *parts)
                    for key, (title, parts) in shown.items()
                ),
            ),
            element("footer", paragraph(_FOOTER)),
        )
        document = f"<!DOCTYPE html>\n{element('html', head, body, lang='en')}\n"
        # A closing tag a line, so that two reports can be compared line by line.
        for tag in ("</tr>", "</section>", "</h2>", "</thead>", "</head>", "</header>", "</nav>"):
            document = document.replace(tag, f"{tag}\n")
        return document

    # --- verdict and figures ---------------------------------------------------------------------

    def _top(self) -> Iterator[Markup]:
        review = self.review
        yield element("h1", review.upload.name)
        yield paragraph(verdict(review), kind=f"verdict {review.verdict.value}")
        if review.is_masked:
            yield paragraph(MASKED_MARK)
        if review.perhaps_other_names:
            yield paragraph(
                "Does the file come from the portal's template, or did the portal accept it?"
            )
        yield element(
            "dl",
            *(
                element("div", element("dt", name), element("dd", count))
                for name, count in self._figures()
            ),
            class_="figures",
        )

    def _figures(self) -> Iterator[tuple[str, int]]:
        review, rows = self.review, self.review.rows
        yield "rows accepted", rows.accepted
        yield "rows rejected", rows.rejected
        if rows.blank:
            yield "blank rows", rows.blank
        rejecting = [cause for cause in review.causes if cause.severity.rejects]
        yield f"problem{'s' if len(rejecting) != 1 else ''} to fix", len(rejecting)
        for name, _, severities in _SEVERITIES[:2]:
            yield name.lower(), sum(review.by_severity.get(each, 0) for each in severities)

    # --- problems --------------------------------------------------------------------------------

    def _problems(self) -> Iterator[Markup]:
        review, causes = self.review, self.review.causes
        if not causes:
            yield paragraph("There is nothing to fix.")
            return
        come = "comes" if review.validation.findings.height == 1 else "come"
        first = "; the biggest wins stand first" if len(causes) > 1 else ""
        files = listed(map(review.called, ("errors.csv", "errors.xlsx")))
        where = f" {files} list every row."
        yield paragraph(
            f"{_findings(causes)} {come} from {counted(len(causes), 'problem')}{first}."
            f"{where if review.upload.records and self.values else ''}"
        )
        if review.provisional and len(causes) > 1:
            yield paragraph(
                "The rows are checked only under the column names whose meaning is certain."
            )
        yield from self._header()
        for caption, severity in _GROUPS:
            shown = [cause for cause in causes[:PROBLEMS] if cause.severity is severity]
            if shown:
                rows = [(cause.number, *self._problem(cause)) for cause in shown]
                head = ("No.", "What is wrong, and how to fix it", "Rows")
                yield table(caption, head, rows, kind="problems")
        if rest := causes[PROBLEMS:]:
            where = f", {review.called('errors.csv')} their rows" if self.values else ""
            more = f"And {counted(len(rest), 'more problem')} with {_findings(rest)}"
            yield paragraph(f"{more}: {review.artifact('review.json')} lists them all{where}.")
        if any(assumed(cause, review) for cause in causes[:PROBLEMS]):
            yield paragraph("~ Rests on what is assumed about the portal.", kind="quiet")

    def _header(self) -> Iterator[Markup]:
        """The header line with its faults marked, and the corrected one."""
        line = header_line(self.review.upload, self.review.profile, _WIDTH, values=self.values)
        if line is None or not self.review.by_severity.get(Severity.BLOCKER):
            return
        yield element("h3", "The header row")
        marked = [uncut(part) for part in line.marked if part]
        if len(marked) > _HEADER_LINES:
            marked[_HEADER_LINES:] = [Markup("…")]
        yield paragraph("As it is, with a mark under each name that is wrong:")
        yield element("pre", joined(marked, "\n"))
        yield paragraph(f"As it should be, to copy. {line.changes}".rstrip())
        yield element("pre", uncut(line.corrected))

    def _problem(self, cause: Cause) -> tuple[Markup, Markup]:
        """What is wrong and how to fix it; how many rows that touches and frees."""
        view = view_of(cause, self.review, self.words, _ROOM)
        parts = [paragraph(view.title, kind="what"), paragraph(f"Fix: {view.how_to_fix}")]
        if view.example:
            parts.append(paragraph(f"Example: {view.example.removeprefix('see ')}"))
        if view.largest:
            parts.append(paragraph(f"Most often: {view.largest}"))
        mark = "~" if view.assumed else ""
        column = f"{view.column} · " if view.column else ""
        parts.append(paragraph(f"{column}Code {mark}{view.code}", kind="quiet"))
        return joined(parts), joined(paragraph(line) for line in _reach(view))

    # --- categories ------------------------------------------------------------------------------

    def _categories(self) -> Iterator[Markup]:
        """Counts by category and severity; the last column of the table is a chart of them."""
        counts = self._counts_by_category()
        places = range(len(_SEVERITIES))
        used = [place for place in places if any(row[place] for row in counts.values())]
        if not counts:
            return
        most = max(map(sum, counts.values()))
        names = [joined((_key(place), _SEVERITIES[place][0])) for place in used]
        rows: list[tuple[Content, ...]] = [
            (category, *(row[place] for place in used), _bar(row, most))
            for category, row in counts.items()
        ]
        yield wide_table(
            f"{number(self.review.validation.findings.height)} by the portal's error category",
            ("Category", *names, "Share"),
            rows,
            numeric=range(1, len(used) + 1),
            kind="chart",
        )

    def _counts_by_category(self) -> dict[str, list[int]]:
        """Category → errors, warnings, notes; in the order of the other reports."""
        counts = {category: [0] * len(_SEVERITIES) for category in self.review.by_category}
        place = {each.value: at for at, (_, _, group) in enumerate(_SEVERITIES) for each in group}
        lines = self.review.findings.group_by("category", "severity").len()
        for category, severity, findings in lines.iter_rows():
            counts[category][place[severity]] += findings
        return counts

    # --- what was not checked, and what it rests on ----------------------------------------------

    def _not_checked(self) -> Iterator[Markup]:
        review = self.review
        reasons: dict[str, list[str]] = {}
        for skip in review.skipped:
            reasons.setdefault(skip.why, []).append(
                f"{review.rules[skip.code].title} ({skip.code})"
            )
        for fault in review.faults:
            reasons.setdefault(f"our own fault: {fault.what}", []).append(fault.code)
        if not reasons:
            yield paragraph("Every check was made.")
            return
        checks = counted(sum(map(len, reasons.values())), "check was", "checks were")
        rows = [(why, joined(map(paragraph, titles))) for why, titles in reasons.items()]
        yield wide_table(f"{checks} not made", ("Why", "What was not looked for"), rows)

    def _basis(self) -> Iterator[Markup]:
        profile = self.review.profile
        yield paragraph(rests_on(profile))
        columns = [column for column in profile.in_file if column.assumed]
        rows = [(column.name, _assumed_of(column.evidence)) for column in columns]
        if rows:
            yield wide_table("What is assumed about the portal", ("Column", "Assumed"), rows)
        if said := [assumed(cause, self.review) for cause in self.review.causes]:
            of_all = f"Of {counted(len(said), 'problem')}, {number(sum(said))}"
            yield paragraph(f"{of_all} {'rests' if sum(said) == 1 else 'rest'} on an assumption.")

    def _file(self) -> Iterator[Markup]:
        review, upload, profile = self.review, self.review.upload, self.review.profile
        facts: list[tuple[str, str | int]] = [
            ("File", upload.name),
            ("SHA-256 of the file", upload.sha256),
            ("Size", counted(upload.size, "byte")),
            ("Rows", upload.records),
            *([("Encoding", upload.encoding)] if upload.encoding else []),
            (
                "Cells separated by",
                {",": "commas", "\t": "tabs"}.get(upload.delimiter, upload.delimiter),
            ),
            ("Profile", profile_named(profile)),
            ("SHA-256 of the profile", profile.sha256),
        ]
        if review.against is not None:
            of = f", snapshot {review.against.snapshot}" if review.against.snapshot else ""
            facts.append(("Compared with the roster", f"{review.against.district}{of}"))
            if review.season in profile.seasons:
                facts.append(("Season", profile.seasons[review.season].title))
        yield table("Facts", ("Fact", "Value"), facts, kind="facts")
        yield paragraph(f"{balance(review)}.")
        for what in imbalances(review):
            yield paragraph(f"This does not add up, which is our own fault: {what}.")


def _reach(view: CauseView) -> Iterator[str]:
    """How many rows a problem touches, and what fixing it does for them."""
    if view.severity is Severity.BLOCKER:
        yield "whole file"
        return
    if not view.rows:
        yield "no single row"
        return
    yield counted(view.rows, "row")
    if not view.severity.rejects:
        return
    if view.clears == view.rows:
        yield "fixing this clears " + ("it" if view.rows == 1 else "all of them")
    elif view.clears:
        yield f"fixing this clears {number(view.clears)} of them; the others have more errors"
    else:
        yield "it has other errors too" if view.rows == 1 else "these rows have other errors too"


def _bar(counts: Sequence[int], most: int) -> Markup:
    """A bar of a chart, in parts by severity; what it says stands in numbers beside it."""
    parts, left = [], 0.0
    for (_, name, _), count in zip(_SEVERITIES, counts, strict=True):
        width = 100 * count / most
        place = {"x": f"{left:.2f}%", "width": f"{width:.2f}%", "height": "100%"}
        if count:
            parts.append(element("rect", class_=name, **place))
        left += width
    return element("svg", *parts, class_="bar", aria_hidden="true", focusable="false")


def _key(place: int) -> Markup:
    """The color of a severity in the chart."""
    return element("span", "■ ", class_=f"key {_SEVERITIES[place][1]}", aria_hidden="true")


def _findings(causes: Sequence[Cause]) -> str:
    """Errors, warnings and notes of causes, counted apart."""
    counts = (
        (one, sum(cause.findings for cause in causes if cause.severity in severities))
        for one, (_, _, severities) in zip(("error", "warning", "note"), _SEVERITIES, strict=True)
    )
    return listed(counted(count, one) for one, count in counts if count)


def _assumed_of(evidence: Mapping[str, Evidence]) -> str:
    facts = [fact for fact, known in evidence.items() if known is Evidence.ASSUMED]
    return ", ".join({"values": "allowed values"}.get(fact, fact) for fact in facts)
