"""Lines over an axis, as SVG by hand: both axes logarithmic, one line a variant."""

from __future__ import annotations

import math
from xml.sax.saxutils import escape

COLOURS = ("#2a6f4e", "#a33", "#26557a", "#8a5a00")
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 360, 64, 90, 40, 48
TICKS = (1, 2, 5)


def lines(title: str, across: str, up: str, series: dict[str, list[tuple[float, float]]]) -> str:
    """An SVG of ``series`` (name to points); ``across`` and ``up`` name the axes with their units. All values above zero."""
    points = [point for line in series.values() for point in line]
    if not points:
        raise ValueError("there is nothing to draw")
    x_low, x_high = min(x for x, _ in points), max(x for x, _ in points)
    y_low, y_high = _round_down(min(y for _, y in points)), _round_up(max(y for _, y in points))

    def place(x: float, y: float) -> tuple[float, float]:
        return (LEFT + (WIDTH - LEFT - RIGHT) * _share(x, x_low, x_high), HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * _share(y, y_low, y_high))

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12" role="img">',
        f"<title>{escape(title)}</title>", f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="20" font-weight="bold" fill="#222">{escape(title)}</text>',
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2:.0f}" y="{HEIGHT - 10}" text-anchor="middle" fill="#222">{escape(across)}</text>',
        f'<text transform="translate(16,{HEIGHT / 2:.0f}) rotate(-90)" text-anchor="middle" fill="#222">{escape(up)}</text>',
    ]
    for value in _ticks(y_low, y_high):
        _, y = place(x_low, value)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end" fill="#222">{value:g}</text>')
    for value in sorted({x for x, _ in points} if len({x for x, _ in points}) <= 8 else {x_low, *_ticks(x_low, x_high), x_high}):
        x, _ = place(value, y_low)
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle" fill="#222">{value:g}</text>')
    for colour, (name, line) in zip(COLOURS, series.items(), strict=False):
        drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*point) for point in line))
        x, y = place(*line[-1])
        parts.append(f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="{x + 6:.1f}" y="{y + 4:.1f}" fill="{colour}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _share(value: float, low: float, high: float) -> float:
    return math.log(value / low) / math.log(high / low) if high > low else 0.5


def _ticks(low: float, high: float) -> list[float]:
    """1, 2 and 5 of each power of ten between the two."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    return [digit * 10.0 ** power for power in powers for digit in TICKS if low <= digit * 10.0 ** power <= high]


def _round_down(value: float) -> float:
    return max(digit * 10.0 ** math.floor(math.log10(value)) for digit in TICKS if digit * 10.0 ** math.floor(math.log10(value)) <= value * 1.0001)


def _round_up(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    return min(digit * power for digit in (*TICKS, 10) if digit * power >= value * 0.9999)
