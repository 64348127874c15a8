"""Plotly charts of a review and of a district's history: the only module that imports Plotly.

Frames and counts go in, figures come out. Text that may contain a cell (a school's name, a title
that quotes a value) is escaped, as Plotly renders links and markup. Nothing is fetched, and figures
are deterministic. `figure.layout.meta["alt"]` describes each in a sentence, for screen readers.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
import plotly.io
import polars as pl
from plotly.graph_objects import Figure
from plotly.subplots import make_subplots

from roster_toolkit.display import CLASSES
from roster_toolkit.model import Severity
from roster_toolkit.report.svg import picture
from roster_toolkit.rosters.outcomes import Outcome
from roster_toolkit.rosters.roster import Kind
from roster_toolkit.store.model import Snapshot
from roster_toolkit.text import counted, number, printable

__all__ = [
    "Chart",
    "Figure",
    "agreement",
    "as_text",
    "categories",
    "causes",
    "impact",
    "schools",
    "timeline",
]

# Distinguishable for every kind of color vision, with contrast on white and on near-black.
SEVERITY_COLORS = {
    Severity.BLOCKER: "#8249D1",
    Severity.ERROR: "#A83B3B",
    Severity.WARNING: "#BD8D1C",
    Severity.INFO: "#5D95A8",
}
OUTCOME_COLORS = {
    Outcome.CREATED: "#3BA86A",
    Outcome.UPDATED: "#2664FF",
    Outcome.NO_CHANGES: "#606980",
    Outcome.REMOVED: "#BA73D1",
    Outcome.ERRORS: "#E65C00",
}
AGREEMENT_COLORS = {
    "judged the same": "#3BA86A",
    "too strict": "#E65C00",
    "too lenient": "#BA73D1",
}
#: Outcomes whose bars need dark digits for contrast.
_BRIGHT = (Outcome.CREATED, Outcome.REMOVED, Outcome.ERRORS)
_SHARES = ((0.0, "#E4E7EC"), (0.5, "#F4A261"), (1.0, "#B23A0E"))
_DARK, _WHITE = "#14181F", "#FFFFFF"
_INK, _GRID, _CLEAR = "#767676", "rgba(128,128,128,0.25)", "rgba(0,0,0,0)"
#: Maximum characters of a label beside a bar.
_LABEL = 56
_BAR, _FRAME = 34, 96
_LISTED_CAUSES, _LISTED_SCHOOLS = 12, 40
_CHANGING = tuple(outcome for outcome in Outcome if outcome is not Outcome.NO_CHANGES)
_LOOK = go.layout.Template(
    layout={
        "font": {"color": _INK, "size": 13},
        "paper_bgcolor": _CLEAR,
        "plot_bgcolor": _CLEAR,
        "xaxis": {"gridcolor": _GRID, "zerolinecolor": _GRID, "automargin": True},
        "yaxis": {"gridcolor": _GRID, "zerolinecolor": _GRID, "automargin": True},
        "legend": {
            "orientation": "h",
            "y": 1.0,
            "yanchor": "bottom",
            "x": 0.0,
            "traceorder": "normal",
        },
        "margin": {"l": 8, "r": 24, "t": 40, "b": 40},
    }
)


class Chart(Figure):  # type: ignore[misc]  # Plotly ships no types
    """A figure that also shows where Plotly does not run: in a notebook exported to HTML, in mail.

    A notebook keeps two forms of it: the figure itself, for JupyterLab and VS Code, and a picture
    without any script, which exporters choose and which takes 10 kB instead of Plotly's 4 MB.
    `show()` is Plotly's own, by the renderer that is set there.
    """

    _ipython_display_ = None  # Plotly's would send the first form alone

    def _repr_mimebundle_(self, *_args: object, **_options: object) -> dict[str, Any]:
        """The figure, the picture, and the sentence that describes it."""
        figure = plotly.io.renderers["plotly_mimetype"].to_mimebundle(self.to_dict())
        return {**figure, "text/html": self._repr_html_(), "text/plain": self.layout.meta["alt"]}

    def _repr_html_(self) -> str:
        """The picture."""
        return f'<div class="{CLASSES}">{self.svg()}</div>'

    def svg(self) -> str:
        """The picture alone."""
        drawn = self.to_plotly_json()
        return picture(drawn["data"], drawn["layout"])


def as_text(value: str, longest: int = _LABEL) -> str:
    """Escape a value for Plotly: no link, no markup, no control character."""
    return html.escape(printable(value, longest), quote=False)


def categories(
    counts: pl.DataFrame,
    *,
    longest: int = _LABEL,
    of: str = "category",
    labels: Mapping[str, str] | None = None,
) -> Figure:
    """Errors and warnings by category, most first, stacked by severity.

    `counts`: `category`, `severity`, `findings`. Each bar carries category and severity as
    `customdata`. `of` says what else the categories are, `labels` what stands beside their bars.
    """
    labels = labels or {}
    totals = counts.group_by("category").agg(pl.col("findings").sum())
    order = totals.sort("findings", "category", descending=[True, False])["category"].to_list()
    figure = _figure("errors and warnings", len(order))
    for severity, color in SEVERITY_COLORS.items():
        part = counts.filter(pl.col("severity") == severity.value)
        if part.is_empty():
            continue
        findings = dict(part.select("category", "findings").iter_rows())
        names = [name for name in order if name in findings]
        figure.add_bar(
            orientation="h",
            name=severity.value,
            y=[order.index(name) for name in names],
            x=[findings[name] for name in names],
            customdata=[[name, severity.value] for name in names],
            text=[number(findings[name]) for name in names],
            textposition="auto",
            marker={"color": color, "line": {"width": 0}},
            hovertemplate="%{x:,}<extra>" + severity.value + "</extra>",
        )
    _label_rows(figure, [as_text(labels.get(name, name), longest) for name in order])
    figure.update_layout(barmode="stack", clickmode="event+select")
    ordered = totals.sort("findings", "category", descending=[True, False]).iter_rows()
    totals_text = ", ".join(f"{labels.get(name, name)} {number(total)}" for name, total in ordered)
    return _with_alt(figure, f"Errors and warnings by {of}: {totals_text or 'there are none'}.")


def causes(frame: pl.DataFrame) -> Figure:
    """The causes in the order of correction, each with the rows that it clears and touches.

    `frame`: `number`, `title`, `severity`, `rows`, `clears`. Each bar carries the number of its
    cause as `customdata`. The first twelve are drawn.
    """
    drawn = frame.head(_LISTED_CAUSES)
    figure = _figure("rows", drawn.height)
    places = list(range(drawn.height))
    colors = [SEVERITY_COLORS[Severity(severity)] for severity in drawn["severity"]]
    clears, rows = drawn["clears"].to_list(), drawn["rows"].to_list()
    touched = [row - clear for row, clear in zip(rows, clears, strict=True)]
    numbers = [[cause] for cause in drawn["number"]]
    for name, values, opacity in (
        ("cleared by fixing this", clears, 1.0),
        ("have other errors too", touched, 0.4),
    ):
        figure.add_bar(
            orientation="h",
            name=name,
            y=places,
            x=values,
            customdata=numbers,
            marker={"color": colors, "opacity": opacity, "line": {"width": 0}},
            hovertemplate="%{x:,} rows<extra>" + name + "</extra>",
            showlegend=False,
        )
    titles = drawn.select("number", "title").iter_rows()
    _label_rows(figure, [as_text(f"{cause}. {title}") for cause, title in titles])
    figure.update_layout(barmode="stack")
    more = frame.height - drawn.height
    rest = f" {counted(more, 'more problem')} not drawn." if more else ""
    return _with_alt(
        figure,
        f"{counted(drawn.height, 'problem')}, biggest wins first, by the rows that have it; "
        f"the full bar is what fixing it alone clears.{rest}",
    )


def impact(totals: Mapping[Kind, Mapping[Outcome, int]]) -> Figure:
    """What becomes of each kind of record, as shares of those that the file touches.

    `totals`: kind → outcome → records. Each part of a bar carries kind, outcome and number as
    `customdata`.
    """
    kinds = list(totals)
    sums = {kind: sum(totals[kind].values()) for kind in kinds}
    figure = _figure("share of the records that the file touches", len(kinds))
    for outcome, color in OUTCOME_COLORS.items():
        numbers = [totals[kind][outcome] for kind in kinds]
        figure.add_bar(
            orientation="h",
            name=outcome.value,
            y=list(range(len(kinds))),
            x=[n / (sums[kind] or 1) for n, kind in zip(numbers, kinds, strict=True)],
            customdata=[[k.value, outcome.value, n] for k, n in zip(kinds, numbers, strict=True)],
            text=[number(n) if n else "" for n in numbers],
            textposition="inside",
            insidetextfont={"color": _DARK if outcome in _BRIGHT else _WHITE},
            insidetextanchor="middle",
            marker={"color": color, "line": {"width": 0}},
            hovertemplate="%{customdata[2]:,} (%{x:.1%})<extra>" + outcome.value + "</extra>",
        )
    _label_rows(figure, [f"{kind.value}: {number(sums[kind])}" for kind in kinds])
    # Plotly hides a number that does not fit its part; hovering still shows it.
    figure.update_layout(barmode="stack", uniformtext={"mode": "hide", "minsize": 11})
    figure.update_xaxes(tickformat=".0%", range=[0, 1])
    sentences = "; ".join(
        f"{kind.value}: " + ", ".join(f"{number(totals[kind][o])} {o.value}" for o in Outcome)
        for kind in kinds
    )
    return _with_alt(figure, f"What becomes of the records: {sentences}.")


def agreement(counts: Mapping[str, tuple[int, int, int]]) -> Figure:
    """How a profile judges beside the portal.

    `counts`: `before`, `now` → rows judged the same, too strictly, too leniently.
    """
    names = list(counts)
    figure = _figure("rows whose answer by the portal is known", len(names))
    for place, (title, color) in enumerate(AGREEMENT_COLORS.items()):
        rows = [counts[name][place] for name in names]
        figure.add_bar(
            orientation="h",
            name=title,
            y=list(range(len(names))),
            x=rows,
            text=[number(n) if n else "" for n in rows],
            textposition="inside",
            insidetextfont={"color": _DARK},
            insidetextanchor="middle",
            marker={"color": color, "line": {"width": 0}},
            hovertemplate="%{x:,} rows<extra>" + title + "</extra>",
        )
    _label_rows(figure, names)
    figure.update_layout(barmode="stack", uniformtext={"mode": "hide", "minsize": 11})
    sentences = "; ".join(
        f"{name}: "
        + ", ".join(f"{number(n)} {title}" for n, title in zip(rows, AGREEMENT_COLORS, strict=True))
        for name, rows in counts.items()
    )
    return _with_alt(figure, f"Rows judged beside the portal. {sentences}.")


def schools(frame: pl.DataFrame, *, kind: str | None = None) -> Figure:
    """Schools by what happens at them, as shares, in the order of the frame.

    `frame`: `school`, `name`, `kind` and a column of counts for each outcome. With a `kind`, a
    column of the map is an outcome of that kind; without one it is a kind, and shows the records
    that do not stay as they are. The first forty schools are drawn. Each cell carries school,
    column and number as `customdata` of a point.
    """
    lines = frame if kind is None else frame.filter(pl.col("kind") == kind)
    chosen = lines.unique("school", maintain_order=True).head(_LISTED_SCHOOLS)
    order = chosen["school"].to_list()
    counts = _counts_by_school(lines)
    if kind is None:
        heads = [k.value for k in Kind if (frame["kind"] == k.value).any()]
        cells = [[_changing(counts.get((school, head))) for head in heads] for school in order]
    else:
        heads = [outcome.value for outcome in Outcome]
        cells = [
            [_share_of(counts.get((school, kind)), outcome) for outcome in Outcome]
            for school in order
        ]
    figure = _figure("", len(order))
    figure.add_heatmap(
        x=heads,
        y=list(range(len(order))),
        z=[[share for share, _ in row] for row in cells],
        text=[[number(n) if n else "" for _, n in row] for row in cells],
        texttemplate="%{text}",
        hoverinfo="skip",
        colorscale=_SHARES,
        zmin=0,
        zmax=1,
        xgap=2,
        ygap=2,
        colorbar={"tickformat": ".0%", "thickness": 12},
    )
    _make_cells_points(figure, heads, order, cells)
    names = chosen["name"].to_list() if "name" in chosen.columns else order
    _label_rows(figure, [as_text(name or key) for key, name in zip(order, names, strict=True)])
    figure.update_xaxes(side="top", type="category", showgrid=False)
    figure.update_yaxes(showgrid=False)
    what = f"each outcome of the kind {kind}" if kind else "what changes of each kind"
    return _with_alt(figure, f"{counted(len(order), 'school')} by the share of {what}.")


def _make_cells_points(
    figure: Figure, heads: list[str], order: list[str], cells: list[list[tuple[float | None, int]]]
) -> None:
    """Overlay an invisible point on each cell of a heatmap, as cells cannot be selected."""
    figure.add_scatter(
        mode="markers",
        x=heads * len(order),
        y=[place for place in range(len(order)) for _ in heads],
        customdata=[
            [school, head, n, "" if share is None else f"({share:.1%})"]
            for school, row in zip(order, cells, strict=True)
            for head, (share, n) in zip(heads, row, strict=True)
        ],
        hovertemplate="%{customdata[2]:,} %{customdata[3]}<extra>%{x}</extra>",
        marker={"size": _BAR, "symbol": "square", "opacity": 0},
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
        showlegend=False,
    )
    # Unlimited distance: a click anywhere in a cell selects its point.
    figure.update_layout(hovermode="closest", hoverdistance=-1, clickmode="event+select")


def timeline(snapshots: Sequence[Snapshot]) -> Figure:
    """How many records of each kind a district had, snapshot by snapshot, each kind in a strip."""
    kinds = [Kind.STUDENT, Kind.STAFF, Kind.CLASS, Kind.ENROLLMENT, Kind.SCHOOL]
    figure = make_subplots(
        figure=Chart(),
        rows=len(kinds),
        shared_xaxes=True,
        vertical_spacing=0.06,
        subplot_titles=[kind.value for kind in kinds],
    )
    figure.update_layout(template=_LOOK, height=4 * _FRAME + 5 * _BAR, showlegend=False)
    numbers = [snapshot.number for snapshot in snapshots]
    labels = [
        as_text(f"{s.number}: {s.label or s.origin or s.made.isoformat(' ')}") for s in snapshots
    ]
    for place, kind in enumerate(kinds, start=1):
        counts = [snapshot.counts[kind] for snapshot in snapshots]
        figure.add_scatter(
            row=place,
            col=1,
            name=kind.value,
            x=numbers,
            y=counts,
            mode="lines+markers+text",
            text=[number(n) for n in counts],
            textposition="top center",
            customdata=[[n, label] for n, label in zip(numbers, labels, strict=True)],
            line={"color": OUTCOME_COLORS[Outcome.UPDATED], "shape": "hv"},
            cliponaxis=False,
            hovertemplate="%{customdata[1]}: %{y:,}<extra>" + kind.value + "</extra>",
        )
    figure.update_yaxes(showticklabels=False, showgrid=False, zeroline=False)
    figure.update_xaxes(tickmode="array", tickvals=numbers, ticktext=labels)
    figure.update_annotations(x=0, xanchor="left", font={"size": 12})
    return _with_alt(figure, f"Records of each kind in {counted(len(numbers), 'snapshot')}.")


Counts = Mapping[Outcome, int]


def _counts_by_school(lines: pl.DataFrame) -> dict[tuple[str, str], Counts]:
    """School and kind → outcome → records."""
    columns = [outcome.value for outcome in Outcome]
    return {
        (school, kind): dict(zip(Outcome, numbers, strict=True))
        for school, kind, *numbers in lines.select("school", "kind", *columns).iter_rows()
    }


def _share_of(counts: Counts | None, *outcomes: Outcome) -> tuple[float | None, int]:
    """Share (None of zero) and number of the records with one of the outcomes."""
    whole = sum(counts.values()) if counts else 0
    part = sum(counts[outcome] for outcome in outcomes) if counts else 0
    return (part / whole if whole else None), part


def _changing(counts: Counts | None) -> tuple[float | None, int]:
    return _share_of(counts, *_CHANGING)


def _figure(measured: str, rows: int) -> Figure:
    """An empty figure of horizontal rows."""
    figure = Chart()
    figure.update_layout(template=_LOOK, height=_FRAME + _BAR * max(rows, 1), bargap=0.25)
    figure.update_xaxes(title_text=measured)
    return figure


def _label_rows(figure: Figure, labels: Iterable[str]) -> None:
    """Label the rows from the top; rows are positions, so Plotly takes no label for a number."""
    texts = list(labels)
    figure.update_yaxes(
        tickmode="array",
        tickvals=list(range(len(texts))),
        ticktext=texts,
        range=[len(texts) - 0.5, -0.5],
        ticklabelstandoff=6,
    )


def _with_alt(figure: Figure, sentence: str) -> Figure:
    figure.update_layout(meta={"alt": sentence})
    return figure
