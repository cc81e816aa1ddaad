"""Sizes, colours and Vega defaults that every chart shares.

What belongs here: constants. What does not: the palette itself (reports.theme).
"""

from dataclasses import asdict
from typing import Any

import altair as alt

from reports import theme

WIDTH = 520
"""Design width in pixels: 1:1 in a 600 px mail, and 15 px text is still 9.5 px on a 360 px telephone."""
LEFT = 58
RIGHT = 16
TEXT = 15
SMALL = 14
COLOURS = asdict(theme.SHIPPED_LIGHT)
HATCH = "#010203"
"""Stands for the hatching of gaps while Vega draws: it knows colours and gradients but no patterns."""


def plot_width(left: int = LEFT) -> int:
    """Return the width of the plot between its margins, in pixels."""
    return WIDTH - left - RIGHT


def config() -> alt.Config:
    """Return the Vega-Lite configuration: quiet axes, no frame, no titles, no ARIA inside the picture."""
    axis: dict[str, Any] = {
        "domain": False,
        "gridColor": COLOURS["grid"],
        "labelColor": COLOURS["muted"],
        "labelFontSize": SMALL,
        "labelPadding": 6,
        "tickColor": COLOURS["axis"],
        "title": None,
    }
    return alt.Config(
        aria=False,
        font=theme.CHART_FONT,
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(**axis),
        axisY=alt.AxisConfig(ticks=False),
        axisX=alt.AxisConfig(grid=False, tickSize=5),
    )
