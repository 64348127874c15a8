"""A chart as a picture that needs no program: for exported notebooks, mail, and any other page.

It draws the figures of `charts`, and no others: rows of bars, a map of shares, strips of lines. The
figure stays the only source of its numbers, names and colors. Text takes the color of the page, and
each part says its number to whoever points at it. Nothing is fetched and no script runs.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

_WIDTH, _ROW, _BAR, _TOP, _BOTTOM, _PAD = 860, 32, 24, 34, 42, 8
_STRIP, _HEAD = 84, 22
#: Room that a letter takes, and the widest label in letters.
_LETTER, _LONGEST = 7.4, 56
_GRID = "rgba(128,128,128,0.35)"
_DARK, _WHITE = "#14181F", "#FFFFFF"
#: From this brightness on (of 255) dark text can be read better than white.
_BRIGHT = 115
#: Room beside a chart for a number.
_BESIDE = 48
_STEPS = (1, 2, 2.5, 5, 10)
_TICKS = 5


def picture(data: Sequence[Mapping[str, Any]], layout: Mapping[str, Any]) -> str:
    """The SVG of a figure, given as its traces and its layout."""
    kinds = {trace["type"] for trace in data}
    if "heatmap" in kinds:
        height, parts = _map(next(t for t in data if t["type"] == "heatmap"), layout)
    elif "scatter" in kinds:
        height, parts = _strips(data, layout)
    else:
        height, parts = _bars(data, layout)
    alt = layout.get("meta", {}).get("alt", "")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-label="{html.escape(alt)}" width="{_WIDTH}" fill="currentColor" font-size="13" '
        'font-family="system-ui, sans-serif" style="max-width: 100%; height: auto">'
        f"{''.join(parts)}</svg>"
    )


# --- bars ----------------------------------------------------------------------------------------


def _bars(data: Sequence[Mapping[str, Any]], layout: Mapping[str, Any]) -> tuple[int, list[str]]:
    labels = layout["yaxis"]["ticktext"]
    left = _room_for(labels)
    totals = [0.0] * len(labels)
    for trace in data:
        for place, value in zip(trace["y"], trace["x"], strict=True):
            totals[place] += value
    shares = "%" in layout["xaxis"].get("tickformat", "")
    ticks = [0, 0.25, 0.5, 0.75, 1.0] if shares else _ticks(max(totals, default=0))
    scale = (_WIDTH - left - _BESIDE) / (ticks[-1] or 1)
    bottom = _TOP + _ROW * max(len(labels), 1)
    parts = _legend([(t["name"], t["marker"]["color"]) for t in data if t.get("showlegend", True)])
    for tick in ticks:
        at = left + tick * scale
        parts.append(f'<path d="M{at:.1f} {_TOP}V{bottom}" stroke="{_GRID}"/>')
        parts.append(_text(f"{tick:.0%}" if shares else f"{tick:,.10g}", at, bottom + 16, "middle"))
    measured = layout["xaxis"].get("title", {}).get("text", "")
    parts.append(_text(measured, (left + _WIDTH) / 2, bottom + 34, "middle"))
    parts += _labels(labels, left)
    parts += _segments(data, totals, left, scale, shares=shares)
    return bottom + _BOTTOM, parts


def _segments(
    data: Sequence[Mapping[str, Any]],
    totals: Sequence[float],
    left: float,
    scale: float,
    *,
    shares: bool,
) -> Iterator[str]:
    """The bars with their numbers inside; where none fits, the sum of a row behind it."""
    begun, unsaid = [float(left)] * len(totals), [True] * len(totals)
    for trace in data:
        texts = trace.get("text") or [""] * len(trace["x"])
        for at, (place, value, text) in enumerate(zip(trace["y"], trace["x"], texts, strict=True)):
            color, width, top = _color(trace, at), value * scale, _TOP + _ROW * place
            opacity = trace["marker"].get("opacity", 1)
            said = text or f"{value:,.10g}"
            yield (
                f'<rect x="{begun[place]:.1f}" y="{top + (_ROW - _BAR) / 2}" width="{width:.1f}" '
                f'height="{_BAR}" fill="{color}" opacity="{opacity}">'
                f"<title>{_safe(trace['name'])}: {_safe(said)}</title></rect>"
            )
            if text and width > len(text) * _LETTER + _PAD:
                unsaid[place] = False
                middle = begun[place] + width / 2
                yield _text(text, middle, top + _ROW / 2 + 4, "middle", _readable_on(color))
            begun[place] += width
    for place, total in enumerate(totals):
        if unsaid[place] and not shares:
            yield _text(f"{total:,.10g}", begun[place] + 6, _TOP + _ROW * place + 20)


def _color(trace: Mapping[str, Any], at: int) -> str:
    colors = trace["marker"]["color"]
    return str(colors if isinstance(colors, str) else colors[at])


def _ticks(most: float) -> list[float]:
    """Round numbers from zero to beyond the largest one."""
    if most <= 0:
        return [0, 1]
    size = 10 ** (len(str(int(most))) - 1)
    candidates = (step * power for power in (size / 10, size) for step in _STEPS)
    step = next(s for s in candidates if s * _TICKS >= most and (s >= 1 or most < 1))
    count = int(-(-most // step))
    return [step * n for n in range(count + 1)]


# --- a map of shares ------------------------------------------------------------------------------


def _map(trace: Mapping[str, Any], layout: Mapping[str, Any]) -> tuple[int, list[str]]:
    labels, heads = layout["yaxis"]["ticktext"], trace["x"]
    left = _room_for(labels)
    wide = (_WIDTH - left) / max(len(heads), 1)
    scale = [(share, color) for share, color in trace["colorscale"]]
    parts = _legend([(f"{share:.0%}", color) for share, color in scale])
    top = _TOP + _HEAD
    parts += [
        _text(head, left + wide * (n + 0.5), top - 7, "middle") for n, head in enumerate(heads)
    ]
    parts += _labels(labels, left, top)
    for row, (shares, texts) in enumerate(zip(trace["z"], trace["text"], strict=True)):
        for column, (share, text) in enumerate(zip(shares, texts, strict=True)):
            if share is None:
                continue
            color, at, y = _between(scale, share), left + wide * column, top + _ROW * row
            parts.append(
                f'<rect x="{at + 1:.1f}" y="{y + 1}" width="{wide - 2:.1f}" height="{_ROW - 2}" '
                f'fill="{color}"><title>{_safe(heads[column])}: {_safe(text or "0")} '
                f"({share:.1%})</title></rect>"
            )
            parts.append(_text(text, at + wide / 2, y + 20, "middle", _readable_on(color)))
    return top + _ROW * max(len(labels), 1) + _PAD, parts


def _between(scale: Sequence[tuple[float, str]], share: float) -> str:
    """The color of a share."""
    for (low, dark), (high, bright) in pairwise(scale):
        if share <= high:
            part = (share - low) / (high - low)
            mixed = zip(_channels(dark), _channels(bright), strict=True)
            return "#" + "".join(f"{round(a + (b - a) * part):02X}" for a, b in mixed)
    return scale[-1][1]


# --- strips of lines ------------------------------------------------------------------------------


def _strips(data: Sequence[Mapping[str, Any]], layout: Mapping[str, Any]) -> tuple[int, list[str]]:
    names = {key: axis for key, axis in layout.items() if key.startswith("xaxis")}
    ticks = next(axis for axis in names.values() if axis.get("ticktext") is not None)
    numbers, labels = list(ticks["tickvals"]), list(ticks["ticktext"])
    step = (_WIDTH - 2 * _BESIDE) / max(len(numbers) - 1, 1)
    x_of = {number: _BESIDE + step * n for n, number in enumerate(numbers)}
    parts: list[str] = []
    for strip, trace in enumerate(data):
        parts += _line(trace, x_of, _STRIP * strip)
    bottom = _STRIP * len(data) + 14
    short = max(int(step / _LETTER), 4)
    ends = {0: "start", len(numbers) - 1: "end"} if len(numbers) > 1 else {}
    parts += [
        _text(_cut(label, short), x_of[number], bottom, ends.get(n, "middle"))
        for n, (number, label) in enumerate(zip(numbers, labels, strict=True))
    ]
    return bottom + _PAD, parts


def _line(trace: Mapping[str, Any], x_of: Mapping[int, float], top: float) -> Iterator[str]:
    """One kind of record: its name, its counts, and the steps between them."""
    counts, color = trace["y"], trace["line"]["color"]
    low, high = min(counts, default=0), max(counts, default=0)
    tall = _STRIP - 2 * _HEAD
    points = [
        (x_of[number], top + _STRIP - 12 - tall * (count - low) / ((high - low) or 1) * 0.8)
        for number, count in zip(trace["x"], counts, strict=True)
    ]
    yield _text(trace["name"], 0, top + 14)
    path = "".join(f"H{x:.1f}V{y:.1f}" for x, y in points)
    if points:
        x, y = points[0]
        yield f'<path d="M{x:.1f} {y:.1f}{path}" fill="none" stroke="{color}" stroke-width="2"/>'
    for (x, y), text in zip(points, trace["text"], strict=True):
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{color}"/>'
        yield _text(text, x + 6, y - 8)


# --- words and colors -----------------------------------------------------------------------------


def _legend(entries: Sequence[tuple[str, str]]) -> list[str]:
    parts, at = [], 0.0
    for name, color in entries:
        parts.append(f'<rect x="{at:.0f}" y="6" width="12" height="12" fill="{color}"/>')
        parts.append(_text(name, at + 18, 17))
        at += 18 + len(name) * _LETTER + 20
    return parts


def _labels(labels: Sequence[str], left: float, top: float = _TOP) -> list[str]:
    return [_text(label, left - _PAD, top + _ROW * n + 20, "end") for n, label in enumerate(labels)]


def _room_for(labels: Sequence[str]) -> float:
    longest = max((len(html.unescape(label)) for label in labels), default=0)
    return min(longest, _LONGEST) * _LETTER + 2 * _PAD


def _text(words: str, x: float, y: float, anchor: str = "start", fill: str = "") -> str:
    """Words at a place; `fill` where they do not stand on the page itself."""
    if not words:
        return ""
    color = f' fill="{fill}"' * bool(fill)
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{color}>{_safe(words)}</text>'


def _safe(words: str) -> str:
    """A text of a figure, which is escaped for Plotly already, or plain."""
    return html.escape(html.unescape(words))


def _cut(words: str, longest: int) -> str:
    plain = html.unescape(words)
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _readable_on(color: str) -> str:
    """Dark or white, whichever stands out more."""
    red, green, blue = _channels(color)
    return _DARK if 0.299 * red + 0.587 * green + 0.114 * blue > _BRIGHT else _WHITE
