"""Rows and axes: where data lands on the plot, so that several rows share one picture and one time axis.

What belongs here: scales, axes, shading of gaps. What does not: what a chart says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import altair as alt

from reports.charts.marks import Box, table
from reports.charts.query import Gap, spans
from reports.charts.style import COLOURS, HATCH, plot_width

HOURS = (0.0, 24.0)
_USD = "replace(replace(format(abs(datum.value),'$.3~s'),'G','B'),'k','K')"
_HOUR = "(datum.value<10?'0':'')+datum.value+(datum.value==24?':00 UTC':':00')"
FORMATS = {
    "usd": f"(datum.value<0?'−':'')+{_USD}",
    "usd_unsigned": _USD,
    "price": "'$'+format(datum.value,',~f')",
    "number": "replace(format(datum.value,'.3~s'),'k','K')",
    "percent": "replace(format(datum.value*100,'~f'),'-','−')+'%'",
    "hour": _HOUR,
}


@dataclass(frozen=True, slots=True)
class Row:
    """A horizontal band of the plot: pixels `top` to `bottom` hold data from `high` to `low`."""

    top: float
    bottom: float
    low: float
    high: float

    def y(self, field: str) -> alt.Y:
        """Encode a field on this row, without an axis."""
        return alt.Y(field, type="quantitative", axis=None, scale=self._scale())

    def at(self, value: float) -> float:
        """Return the pixel of a value."""
        return self.bottom - (value - self.low) / (self.high - self.low) * (self.bottom - self.top)

    def axis(self, expression: str, ticks: int = 4, values: Sequence[float] | None = None) -> alt.Chart:
        """Draw this row's grid lines and labels; `expression` is a Vega expression over `datum.value`."""
        axis = alt.Axis(
            orient="left",
            grid=True,
            labelExpr=expression,
            tickCount=ticks,
            values=list(values) if values else alt.Undefined,
        )
        frame = table([{"y": self.low}]).mark_point(color=COLOURS["grid"], opacity=0)
        chart: alt.Chart = frame.encode(y=alt.Y("y", type="quantitative", axis=axis, scale=self._scale()))
        return chart

    def _scale(self) -> alt.Scale:
        return alt.Scale(domain=[self.low, self.high], range=[self.bottom, self.top], nice=False, zero=False)


def x(field: str, domain: tuple[float, float] = HOURS) -> alt.X:
    """Encode a field on the horizontal axis, without drawing it."""
    return alt.X(field, type="quantitative", axis=None, scale=alt.Scale(domain=list(domain), nice=False, zero=False))


def x_axis(
    values: Sequence[float] = (0, 6, 12, 18, 24), expression: str = _HOUR, domain: tuple[float, float] = HOURS
) -> alt.Chart:
    """Draw the horizontal axis; the hours of a day unless told otherwise."""
    axis = alt.Axis(
        values=list(values),
        labelExpr=expression,
        labelFlush=True,
        domain=True,
        domainColor=COLOURS["axis"],
        orient="bottom",
    )
    scale = alt.Scale(domain=list(domain), nice=False, zero=False)
    frame = table([{"x": domain[0]}]).mark_point(color=COLOURS["grid"], opacity=0)
    chart: alt.Chart = frame.encode(x=alt.X("x", type="quantitative", axis=axis, scale=scale))
    return chart


def named_ticks(names: Mapping[float, str]) -> str:
    """Return a label expression that names each tick value."""
    pairs = ",".join(f"'{value:g}':'{name}'" for value, name in names.items())
    return "({" + pairs + "})[''+datum.value]"


def short_date(day: date) -> str:
    """Name a day on an axis: 31 Jan."""
    return f"{day.day} {day:%b}"


def gap_boxes(gaps: Mapping[int, Gap], top: float, bottom: float, width: float = plot_width()) -> list[Box]:
    """Hatch the hours nothing is known of, and shade those that are partly covered; `width` is that of 24 hours."""
    kinds: tuple[tuple[Gap, str], ...] = (("missing", HATCH), ("partial", COLOURS["grid"]))
    hour = width / 24
    return [
        Box(start * hour, end * hour, top, bottom, fill) for kind, fill in kinds for start, end in spans(gaps, kind)
    ]


def rule(row: Row, value: float, role: str = "axis", dash: Sequence[float] = ()) -> alt.Chart:
    """Draw a level across the whole row."""
    mark = table([{"y": value}]).mark_rule(color=COLOURS[role], strokeDash=list(dash) or [1, 0])
    chart: alt.Chart = mark.encode(y=row.y("y"))
    return chart


def padded(values: Sequence[float], below: float = 0.08, above: float = 0.08) -> tuple[float, float]:
    """Return low and high of the values with margins as fractions of their range; never an empty range."""
    low, high = min(values), max(values)
    room = (high - low) or abs(high) * 0.01 or 1.0
    return low - room * below, high + room * above
