"""Liquidations per day over as much history as is loaded, up to a year, with the day marked."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

import altair as alt
import duckdb

from reports import numbers
from reports.charts import axes, canvas, query
from reports.charts.marks import Box, Label, Layer, table
from reports.charts.model import Chart
from reports.charts.style import COLOURS, HATCH, plot_width
from reports.facts.model import EXACT

_DAYS = 365
_HEIGHT = 210
_TOP = 30.0
_VISIBLE = 3.0
"""Pixels that the day itself has at least, however long the history."""


def build(db: duckdb.DuckDBPyConnection, day: date, digits: int = EXACT) -> Chart | None:
    """Draw the days up to `day` and not beyond; none with fewer than two of them."""
    days = query.rows(db, _TOTALS, first=day - timedelta(days=_DAYS - 1), last=day)
    if len(days) < 2 or days[-1]["day"] != day or not max(row["total_usd"] for row in days):
        return None
    cover = query.coverage(db, day, query.LIQUIDATIONS)
    simulated = cover.simulated or any(row["simulated"] for row in days)
    absent = _absent(days)
    note = "Hatched: days not loaded, which is not zero." if absent else ""
    return canvas.draw(
        id="liquidations-history",
        title="Liquidated per day",
        finding=_finding(days, digits),
        caption=query.caption("USD liquidated per UTC day, the marked one last", day, cover, note, simulated=simulated),
        layers=_layers(days, absent, digits),
        height=_HEIGHT,
        simulated=simulated,
    )


def _layers(days: Sequence[query.Row], absent: Sequence[query.Row], digits: int) -> list[Layer]:
    first, count = days[0]["day"], _span(days)
    row = axes.Row(_TOP, _HEIGHT, 0, max(day["total_usd"] for day in days) * 1.04)
    domain, per_day = (0.0, float(count)), plot_width() / count
    gap = 0.0 if count > 120 else 0.1
    bars = [
        {"a": at + gap, "b": at + 1 - gap, "y": day["total_usd"], "zero": 0}
        for day in days
        for at in [(day["day"] - first).days]
    ]
    bars[-1]["a"] = min(bars[-1]["a"], bars[-1]["b"] - _VISIBLE / per_day)
    place = (axes.x("a", domain), alt.X2("b"), row.y("y"), alt.Y2("zero"))
    return [
        *[Box(run["a"] * per_day, run["b"] * per_day, _TOP, _HEIGHT, HATCH) for run in absent],
        row.axis(axes.FORMATS["usd"], ticks=4),
        table(bars[:-1]).mark_rect(color=COLOURS["bar"]).encode(*place),
        table(bars[-1:]).mark_rect(color=COLOURS["heat"]).encode(*place),
        _dates(first, count),
        Label(_headline(days[-1], digits), plot_width(), 10, "heat", align="right", bold=True),
    ]


def _headline(today: query.Row, digits: int) -> str:
    return f"{numbers.short_day(today['day'])}: {numbers.usd(today['total_usd'], digits)}"


def _span(days: Sequence[query.Row]) -> int:
    return int((days[-1]["day"] - days[0]["day"]).days) + 1


def _absent(days: Sequence[query.Row]) -> list[query.Row]:
    """Return the runs of days without data as half-open spans, in days from the first."""
    first = days[0]["day"]
    starts = [(day["day"] - first).days for day in days]
    return [{"a": before + 1, "b": after} for before, after in pairwise(starts) if after - before > 1]


def _dates(first: date, count: int) -> alt.Chart:
    """Name about five days, each under the middle of its bar, the last one being the day itself."""
    step = max(1, -(-count // 5))
    ticks = {at + 0.5: axes.short_date(first + timedelta(days=at)) for at in range(count - 1, -1, -step)}
    return axes.x_axis(sorted(ticks), axes.named_ticks(ticks), (0.0, float(count)))


def _finding(days: Sequence[query.Row], digits: int) -> str:
    """Rank and count are left to the prose, which knows how far the look-back is covered."""
    today, earlier = days[-1], max(day["total_usd"] for day in days[:-1])
    compared = "more than on any" if today["total_usd"] > earlier else "not more than on the largest"
    total, name = numbers.usd(today["total_usd"], digits), numbers.short_day(today["day"])
    return f"{total} were liquidated on {name}, {compared} earlier day loaded."


_TOTALS = """
select day, total_usd, simulated
from marts.liquidations_market_daily
where day between $first and $last and total_usd is not null
order by day
"""
