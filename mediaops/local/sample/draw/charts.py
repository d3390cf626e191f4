"""Charts as a team makes them for articles: one idea, a title in words, few colours.

A chart is told by a dict: ``kind`` (line, bars, area, scatter, rings), ``title``, ``note``, ``x``, ``y``,
``series`` {name: [numbers]} and for bars ``labels``. The numbers come with the catalogue, not from chance.
"""

# numpy and PyAV leave the types of much arithmetic and of encoding unknown.
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from mediaops.local.sample.draw.canvas import Drawn, Random, font, ink, mix
from mediaops.local.sample.draw.covers import wrapped

THEMES = (
    ("#fbf8f2", "#2b2a33", ("#c8553d", "#2f6690", "#d9a441", "#588157")),
    ("#ffffff", "#1f2937", ("#4f46e5", "#f59e0b", "#10b981", "#ef4444")),
    ("#f2f6f4", "#17332c", ("#2a7f62", "#d1495b", "#edae49", "#30638e")),
    ("#182030", "#eef2f7", ("#7dd3c0", "#f7b267", "#f4845f", "#9d8df1")),
    ("#fdf3ec", "#3d2b2b", ("#8c4a5f", "#e58f65", "#3e7c83", "#c9a227")),
)
SUPERSAMPLE = 2


@dataclass
class Plot:
    """Where the data goes, in pixels, and what draws there."""

    pen: ImageDraw.ImageDraw
    left: float
    top: float
    right: float
    bottom: float
    back: str
    text: str
    colours: tuple[str, ...]
    unit: float

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Shares of the plot (0..1, y upwards) in pixels."""
        return self.left + x * (self.right - self.left), self.bottom - y * (self.bottom - self.top)


def chart(r: Random, w: int, h: int, told: dict[str, Any]) -> Drawn:
    """Draw the chart that ``told`` tells."""
    back, text, colours = THEMES[int(r.integers(len(THEMES)))]
    image = Image.new("RGB", (w * SUPERSAMPLE, h * SUPERSAMPLE), back)
    pen, unit = ImageDraw.Draw(image), w * SUPERSAMPLE / 100
    serif = bool(r.random() < 0.5)
    face = "Fraunces-SemiBold" if serif else "Inter-SemiBold"
    height = h * SUPERSAMPLE
    pen.text((unit * 6, unit * 5), told["title"], font=font(face, int(unit * 4.2)), fill=ink(text))
    pen.text(
        (unit * 6, unit * 10.8),
        told["note"],
        font=font("Inter-Regular", int(unit * 2.3)),
        fill=ink(mix(text, back, 0.35)),
    )
    plot = Plot(pen, unit * 9, unit * 19, unit * 92, height - unit * 9.5, back, text, colours, unit)
    {"line": _line, "area": _area, "bars": _bars, "scatter": _scatter, "rings": _rings}[told["kind"]](
        plot, told, r
    )
    small = image.resize((w, h), Image.Resampling.BOX)
    names = ", ".join(told["series"])
    words = {
        "line": "Line chart",
        "area": "Area chart",
        "bars": "Bar chart",
        "scatter": "Scatter plot",
        "rings": "Ring chart",
    }
    alt = (
        f"{words[told['kind']]}: {told['title']} ({names})."
        if len(told["series"]) > 1
        else f"{words[told['kind']]}: {told['title']}. {told['note']}."
    )
    return Drawn(np.asarray(small), alt)


def _axes(plot: Plot, told: dict[str, Any], top: float) -> None:
    faint, face = ink(mix(plot.text, plot.back, 0.82)), font("Inter-Regular", int(plot.unit * 1.9))
    grey = ink(mix(plot.text, plot.back, 0.35))
    step = _step(top)
    for index in range(round(top / step) + 1):
        x, y = plot.at(0, index * step / top)
        plot.pen.line((x, y, plot.right, y), fill=faint, width=max(1, int(plot.unit * 0.12)))
        label = f"{index * step:,.0f}" if step >= 1 else f"{index * step:.1f}"
        plot.pen.text((x - plot.unit, y), label, font=face, fill=grey, anchor="rm")
    plot.pen.text(
        (plot.left, plot.top - plot.unit * 2.6), told.get("y", ""), font=face, fill=grey, anchor="lm"
    )
    if told["kind"] != "bars":
        plot.pen.text(
            (plot.right, plot.bottom + plot.unit * 3.4), told.get("x", ""), font=face, fill=grey, anchor="rm"
        )


def _step(most: float) -> float:
    """The distance of grid lines: 1, 2 or 5 times a power of ten, three to six lines."""
    for step in (10.0**power * digit for power in range(-2, 7) for digit in (1, 2, 5)):
        if most / step <= 6:
            return step
    return most


def _top(most: float) -> float:
    step = _step(most)
    return float(np.ceil(most * 1.02 / step) * step)


def _most(told: dict[str, Any]) -> float:
    return max(max(values) for values in told["series"].values())


def _curve(plot: Plot, values: list[float], top: float) -> list[tuple[float, float]]:
    known = np.linspace(0, 1, len(values))
    return [
        plot.at(float(x), float(np.interp(x, known, values)) / top)
        for x in np.linspace(0, 1, max(len(values), 160))
    ]


def _line(plot: Plot, told: dict[str, Any], r: Random) -> None:
    top = _top(_most(told))
    _axes(plot, told, top)
    for (name, values), colour in zip(told["series"].items(), plot.colours, strict=False):
        points = _curve(plot, values, top)
        plot.pen.line(points, fill=ink(colour), width=int(plot.unit * 0.5), joint="curve")
        x, y = points[-1]
        reach = plot.unit * 0.75
        plot.pen.ellipse((x - reach, y - reach, x + reach, y + reach), fill=ink(colour))
        plot.pen.text(
            (x - plot.unit, y - plot.unit * 2.2),
            name,
            font=font("Inter-SemiBold", int(plot.unit * 2.1)),
            fill=ink(colour),
            anchor="rm",
        )


def _area(plot: Plot, told: dict[str, Any], r: Random) -> None:
    series = list(told["series"].items())
    total = np.sum([values for _, values in series], axis=0)
    top = _top(float(np.max(total)))
    _axes(plot, told, top)
    floor = np.zeros(len(total))
    for (name, values), colour in zip(series, plot.colours, strict=False):
        upper = floor + np.asarray(values)
        shape = _curve(plot, upper.tolist(), top) + _curve(plot, floor.tolist(), top)[::-1]
        plot.pen.polygon(shape, fill=ink(mix(colour, plot.back, 0.12)))
        middle = int(len(values) * 0.72)
        x, y = plot.at(0.72, float(floor[middle] + upper[middle]) / 2 / top)
        plot.pen.text(
            (x, y), name, font=font("Inter-SemiBold", int(plot.unit * 2.1)), fill=ink(plot.back), anchor="mm"
        )
        floor = upper


def _bars(plot: Plot, told: dict[str, Any], r: Random) -> None:
    top = _top(_most(told))
    _axes(plot, told, top)
    groups, labels = list(told["series"].items()), told["labels"]
    room = 1 / len(labels)
    for index, label in enumerate(labels):
        for part, (_, values) in enumerate(groups):
            wide = room * 0.66 / len(groups)
            x = index * room + room * 0.17 + part * wide
            x0, y0 = plot.at(x, max(values[index] / top, 0.006))
            x1, y1 = plot.at(x + wide * 0.94, 0)
            strong = len(groups) > 1 or index == int(np.argmax(values))
            colour = plot.colours[part] if strong else mix(plot.colours[part], plot.back, 0.45)
            plot.pen.rounded_rectangle(
                (x0, y0, x1, y1),
                radius=min(plot.unit * 0.4, (y1 - y0) / 2),
                fill=ink(colour),
                corners=(True, True, False, False),
            )
        x, y = plot.at(index * room + room / 2, 0)
        size, wide = int(plot.unit * 1.9), room * 0.94 * (plot.right - plot.left)
        for number, part in enumerate(wrapped(label, "Inter-Regular", size, wide)):
            place = (x, y + plot.unit * (2 + 2.2 * number))
            plot.pen.text(place, part, font=font("Inter-Regular", size), fill=ink(plot.text), anchor="mm")
    if len(groups) > 1:
        for part, (name, _) in enumerate(groups):
            x = plot.right - plot.unit * 16 * (len(groups) - part)
            plot.pen.rectangle(
                (x, plot.top - plot.unit * 3, x + plot.unit * 1.4, plot.top - plot.unit * 1.6),
                fill=ink(plot.colours[part]),
            )
            plot.pen.text(
                (x + plot.unit * 2.2, plot.top - plot.unit * 2.3),
                name,
                font=font("Inter-Regular", int(plot.unit * 1.9)),
                fill=ink(plot.text),
                anchor="lm",
            )


def _scatter(plot: Plot, told: dict[str, Any], r: Random) -> None:
    top = _top(_most(told))
    _axes(plot, told, top)
    for (name, values), colour in zip(told["series"].items(), plot.colours, strict=False):
        for index, value in enumerate(values):
            for _ in range(9):
                share = (index + 0.5 + r.normal(0, 0.35)) / len(values)
                x, y = plot.at(
                    float(np.clip(share, 0.01, 0.99)),
                    float(np.clip(value + r.normal(0, top * 0.05), top * 0.02, top)) / top,
                )
                reach = plot.unit * r.uniform(0.35, 0.9)
                plot.pen.ellipse(
                    (x - reach, y - reach, x + reach, y + reach),
                    fill=ink(mix(colour, plot.back, 0.25)),
                    outline=ink(plot.back),
                )
        plot.pen.line(
            _curve(plot, values, top), fill=ink(mix(colour, plot.text, 0.35)), width=int(plot.unit * 0.28)
        )
        x, y = plot.at(0.97, values[-1] / top)
        plot.pen.text(
            (x, y - plot.unit * 4),
            name,
            font=font("Inter-SemiBold", int(plot.unit * 2.1)),
            fill=ink(colour),
            anchor="rm",
        )


def _rings(plot: Plot, told: dict[str, Any], r: Random) -> None:
    series = [(name, float(values[0])) for name, values in told["series"].items()]
    total, start = sum(value for _, value in series), -90.0
    size = (plot.bottom - plot.top) * 0.5
    cx, cy = plot.left + size * 1.15, (plot.top + plot.bottom) / 2
    for index, (name, value) in enumerate(series):
        end = start + 360 * value / total
        colour = plot.colours[index % len(plot.colours)] if index < 4 else mix(plot.text, plot.back, 0.6)
        plot.pen.pieslice((cx - size, cy - size, cx + size, cy + size), start, end - 1.2, fill=ink(colour))
        y = plot.top + plot.unit * (3 + index * 5.6)
        x = cx + size * 1.3
        plot.pen.rounded_rectangle(
            (x, y - plot.unit, x + plot.unit * 2, y + plot.unit), radius=plot.unit * 0.5, fill=ink(colour)
        )
        share, face = f"{100 * value / total:.0f} %", font("Inter-SemiBold", int(plot.unit * 2.1))
        plot.pen.text((x + plot.unit * 3.4, y), share, font=face, fill=ink(plot.text), anchor="lm")
        face = font("Inter-Regular", int(plot.unit * 2.1))
        plot.pen.text((x + plot.unit * 10, y), name, font=face, fill=ink(plot.text), anchor="lm")
        start = end
    hole = size * 0.58
    plot.pen.ellipse((cx - hole, cy - hole, cx + hole, cy + hole), fill=ink(plot.back))
    plot.pen.text(
        (cx, cy),
        told.get("y", ""),
        font=font("Fraunces-SemiBold", int(plot.unit * 2.4)),
        fill=ink(plot.text),
        anchor="mm",
    )
