"""A line chart of days by size of drop, as SVG text."""

import math
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 880, 460
LEFT, RIGHT, TOP, BOTTOM = 64, 250, 44, 52
TICKS = (0.5, 1, 2, 4, 8, 16, 32, 60)
COLORS = ("#1b6ca8", "#c0392b", "#2e8b57", "#8e44ad", "#7f8c8d", "#d68910", "#16a085", "#34495e")


@dataclass(frozen=True)
class Line:
    """One line of the chart.

    Attributes:
        name: what the legend says.
        points: size of the drop in per cent and days, above 0.
        is_dashed: drawn with gaps, as bounds are.
    """

    name: str
    points: tuple[tuple[float, float], ...]
    is_dashed: bool = False


def chart(title: str, lines: list[Line]) -> str:
    """Draw days (logarithmic) over the size of the drop.

    Args:
        title: stands above the chart.
        lines: in the order of the legend, eight at most.

    Returns:
        An SVG document of 880 by 460 pixels.
    """
    sizes = sorted({size for line in lines for size, _ in line.points})
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        ' font-family="sans-serif" font-size="13" role="img">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        _text(LEFT, 24, title, "start"),
        _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, "drop of revenue, %", "middle"),
    ]
    for days in TICKS:
        y = _y(days)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#ddd" fill="none"/>')
        parts.append(_text(LEFT - 8, y + 4, f"{days:g}", "end"))
    parts += [_text(_x(size, sizes), HEIGHT - BOTTOM + 20, f"{size:g}", "middle") for size in sizes]
    for number, (line, color) in enumerate(zip(lines, COLORS, strict=False)):
        parts += _line(line, color, sizes)
        y = TOP + 10 + 24 * number
        dash = ' stroke-dasharray="6 4"' if line.is_dashed else ""
        x = WIDTH - RIGHT + 20
        parts.append(f'<path d="M{x} {y}h28" stroke="{color}" stroke-width="2"{dash}/>')
        parts.append(_text(x + 36, y + 4, line.name, "start"))
    return "\n".join([*parts, "</svg>", ""])


def _line(line: Line, color: str, sizes: list[float]) -> list[str]:
    places = [(_x(size, sizes), _y(days)) for size, days in sorted(line.points)]
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    dash = ' stroke-dasharray="6 4"' if line.is_dashed else ""
    drawn = [f'<path d="M{path}" stroke="{color}" stroke-width="2" fill="none"{dash}/>']
    if not line.is_dashed:
        drawn += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{color}"/>' for x, y in places]
    return drawn


def _x(size: float, sizes: list[float]) -> float:
    width = WIDTH - LEFT - RIGHT - 40
    return LEFT + 20 + width * (size - sizes[0]) / (sizes[-1] - sizes[0])


def _y(days: float) -> float:
    lowest, highest = math.log(TICKS[0]), math.log(TICKS[-1])
    share = (math.log(max(days, TICKS[0])) - lowest) / (highest - lowest)
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
