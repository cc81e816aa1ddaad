"""Marks placed by pixel: lines of text and boxes, many of them in one Vega layer each.

What belongs here: what needs no scale. What does not: marks that stand for data on an axis (axes.py).
One layer per label made a chart four times slower to compile than one layer for all of them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import altair as alt

from reports.charts.style import COLOURS, TEXT

Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Label:
    """One line of text; `y` is its middle."""

    text: str
    x: float
    y: float
    role: str = "ink"
    align: Align = "left"
    size: int = TEXT
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle from (x, y) to (x2, y2)."""

    x: float
    x2: float
    y: float
    y2: float
    fill: str
    opacity: float = 1.0


Layer = alt.Chart | Label | Box


def table(rows: Iterable[Mapping[str, Any]]) -> alt.Chart:
    """Start a chart from rows; as a tuple, since Altair copies lists at every step."""
    return alt.Chart(alt.InlineData(values=tuple(rows)))


def compose(layers: Iterable[Layer]) -> list[alt.Chart]:
    """Return charts in drawing order: boxes lie below everything, text above it."""
    charts, labels, boxes = [], [], []
    for layer in layers:
        if isinstance(layer, Label):
            labels.append(layer)
        elif isinstance(layer, Box):
            boxes.append(layer)
        else:
            charts.append(layer)
    return [*_boxes(boxes), *charts, *_texts(labels)]


def _boxes(boxes: Sequence[Box]) -> list[alt.Chart]:
    if not boxes:
        return []
    data = [{"x": b.x, "x2": b.x2, "y": b.y, "y2": b.y2, "fill": b.fill, "opacity": b.opacity} for b in boxes]
    chart = (
        table(data)
        .mark_rect()
        .encode(
            _x("x"),
            _y("y"),
            alt.X2("x2"),
            alt.Y2("y2"),
            alt.Fill("fill", type="nominal", scale=None, legend=None),
            alt.FillOpacity("opacity", type="quantitative", scale=None, legend=None),
        )
    )
    return [chart]


def _texts(labels: Sequence[Label]) -> list[alt.Chart]:
    alike: defaultdict[tuple[Align, int, bool], list[Label]] = defaultdict(list)
    for item in labels:
        alike[item.align, item.size, item.bold].append(item)
    return [_text(*look, items) for look, items in alike.items()]


def _text(align: Align, size: int, bold: bool, labels: Sequence[Label]) -> alt.Chart:
    data = [{"x": item.x, "y": item.y, "text": item.text, "color": COLOURS[item.role]} for item in labels]
    weight: Literal["bold", "normal"] = "bold" if bold else "normal"
    mark = table(data).mark_text(align=align, baseline="middle", fontSize=size, fontWeight=weight)
    chart: alt.Chart = mark.encode(
        _x("x"),
        _y("y"),
        alt.Text("text", type="nominal"),
        alt.Color("color", type="nominal", scale=None, legend=None),
    )
    return chart


def _x(field: str) -> alt.X:
    return alt.X(field, type="quantitative", axis=None, scale=None)


def _y(field: str) -> alt.Y:
    return alt.Y(field, type="quantitative", axis=None, scale=None)
