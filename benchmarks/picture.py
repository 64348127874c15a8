"""How processor time grows with the rows, as an SVG that needs no program and fetches nothing."""

from __future__ import annotations

import html
import math
from collections.abc import Iterator, Mapping, Sequence

#: Name → points (rows, seconds).
Curves = Mapping[str, Sequence[tuple[int, float]]]

_WIDTH, _HEIGHT = 860, 440
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 330, 24, 52
_LABEL = 16
#: Of the curves in their order: reading, and each state alone and beside a stored roster.
_COLORS = ("#5B6470", "#0B5CAD", "#0B5CAD", "#B45309", "#B45309", "#B42318", "#B42318")
_GRID, _TEXT = "#D5DAE1", "#14181F"


def picture(curves: Curves, alt: str) -> str:
    """A line for each curve, both axes in powers of ten; dashed where its name says `stored`."""
    points = [point for curve in curves.values() for point in curve]
    across = _axis([rows for rows, _ in points], _LEFT, _WIDTH - _RIGHT)
    up = _axis([seconds for _, seconds in points], _HEIGHT - _BOTTOM, _TOP)
    drawn = [*_grid(across, up), *_lines(curves, across, up)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{html.escape(alt)}" width="{_WIDTH}" font-size="13" '
        f'font-family="system-ui, sans-serif" fill="{_TEXT}">\n'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#FFFFFF"/>\n'
        + "\n".join(drawn)
        + "\n</svg>\n"
    )


class _Scale:
    """From a value to its place, in powers of ten."""

    def __init__(self, low: int, high: float, begin: float, end: float) -> None:
        self.powers = range(low, math.floor(high) + 1)
        self._low, self._begin = low, begin
        self._step = (end - begin) / (high - low)

    def __call__(self, value: float) -> float:
        return self._begin + (math.log10(value) - self._low) * self._step


def _axis(values: Sequence[float], begin: float, end: float) -> _Scale:
    low = math.floor(math.log10(min(values)) + 1e-9)
    return _Scale(low, max(math.log10(max(values)) + 1e-9, low + 1), begin, end)


def _grid(across: _Scale, up: _Scale) -> Iterator[str]:
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
    for power in across.powers:
        at = across(10.0**power)
        yield f'<path d="M{at:.1f} {_TOP}V{bottom}" stroke="{_GRID}"/>'
        yield _text(f"{10**power:,}", at, bottom + 18, "middle")
    for power in up.powers:
        at = up(10.0**power)
        yield f'<path d="M{_LEFT} {at:.1f}H{right}" stroke="{_GRID}"/>'
        yield _text(f"{10.0**power:g} s", _LEFT - 8, at + 4, "end")
    yield _text("rows", (_LEFT + right) / 2, bottom + 40, "middle")


def _lines(curves: Curves, across: _Scale, up: _Scale) -> Iterator[str]:
    ends = {name: up(curve[-1][1]) for name, curve in curves.items()}
    labels = _spread(ends)
    for (name, curve), color in zip(curves.items(), _COLORS, strict=False):
        dashes = ' stroke-dasharray="6 4"' if "stored" in name else ""
        places = [(across(rows), up(seconds)) for rows, seconds in curve]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        yield f'<path d="M{path}" fill="none" stroke="{color}" stroke-width="2"{dashes}/>'
        for x, y in places:
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{color}"/>'
        right = places[-1][0]
        yield (
            f'<path d="M{right + 5:.1f} {ends[name]:.1f}L{right + 22:.1f} {labels[name]:.1f}" '
            f'stroke="{color}"/>'
        )
        told = f"{name}: {curve[-1][1]:.2f} s"
        yield _text(told, right + 26, labels[name] + 4, "start", color)


def _spread(places: Mapping[str, float]) -> dict[str, float]:
    """Places of labels, from top to bottom, none of them closer than a line to the next."""
    spread: dict[str, float] = {}
    least = -math.inf
    for name, place in sorted(places.items(), key=lambda entry: entry[1]):
        least = max(place, least + _LABEL)
        spread[name] = least
    return spread


def _text(text: str, x: float, y: float, anchor: str, color: str = _TEXT) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{color}">'
        f"{html.escape(text)}</text>"
    )
