"""The total market cap over the day, with its deepest fall from a peak to a later trough."""

from collections.abc import Sequence
from datetime import date, datetime

import altair as alt
import duckdb

from reports import numbers
from reports.charts import axes, canvas, query, words
from reports.charts.marks import Align, Label, Layer, table
from reports.charts.model import Chart
from reports.charts.style import COLOURS, plot_width

_HEIGHT = 250
_FEW = 3
"""Up to so many assets are named in the title: the sum of two is not `the market`."""


def path(db: duckdb.DuckDBPyConnection, day: date) -> Chart | None:
    """Draw the sum of all caps with peak, trough and the drawdown between them; none without a path."""
    points = query.rows(db, _PATH, day=day)
    totals = query.rows(db, _TOTAL, day=day)
    if len(points) < 2 or not totals or totals[0]["drawdown_trough_at"] is None:
        return None
    total = totals[0]
    cover = query.coverage(db, day, query.PRICES)
    name = _name(db, day, total["n_assets"])
    simulated = cover.simulated or total["simulated"]
    return canvas.draw(
        id="market-cap-path",
        title=f"{name} market cap over the day",
        finding=_path_finding(name, total, points),
        caption=query.caption(f"USD, every {_every(total['resolution_s'])}", day, cover, simulated=simulated),
        layers=_path_layers(
            points, total, f"{name} {numbers.usd(points[0]['cap'])} → {numbers.usd(points[-1]['cap'])}"
        ),
        height=_HEIGHT,
        simulated=simulated,
    )


def _name(db: duckdb.DuckDBPyConnection, day: date, count: int) -> str:
    assets = [row["asset"] for row in query.rows(db, _IN_INDEX, day=day)]
    return " + ".join(assets) if count == len(assets) <= _FEW else f"Total ({words.plural(count, 'asset')})"


def _path_layers(points: Sequence[query.Row], total: query.Row, headline: str) -> list[Layer]:
    row = axes.Row(30, _HEIGHT - 6, *axes.padded([point["cap"] for point in points], 0.2, 0.16))
    start = points[0]["at"]
    data = [{"x": _hours(point["at"], start), "y": point["cap"]} for point in points]
    peak, trough = (_nearest(points, total[name]) for name in ("drawdown_peak_at", "drawdown_trough_at"))
    span = [point for point in points if peak["at"] <= point["at"] <= trough["at"]]
    fall = [{"x": _hours(point["at"], start), "y": point["cap"], "peak": peak["cap"]} for point in span]
    line = table(data).mark_line(color=COLOURS["line"], strokeWidth=2.5)
    area = table(fall).mark_area(color=COLOURS["band"])
    return [
        row.axis(axes.FORMATS["usd"], ticks=4),
        area.encode(axes.x("x"), row.y("y"), alt.Y2("peak")),
        line.encode(axes.x("x"), row.y("y")),
        axes.x_axis(),
        Label(headline, 0, 8, "line", bold=True),
        *_mark(row, peak, start, "Peak", "", above=True),
        *_mark(row, trough, start, "Trough", f" (−{numbers.percent(total['max_drawdown_pct'])})", above=False),
    ]


def _mark(row: axes.Row, point: query.Row, start: datetime, name: str, after: str, *, above: bool) -> list[Layer]:
    hour = _hours(point["at"], start)
    dot = table([{"x": hour, "y": point["cap"]}]).mark_point(filled=True, size=70, color=COLOURS["line"], opacity=1)
    across = hour / 24 * plot_width()
    align: Align = "left" if hour < 7 else "right" if hour > 17 else "center"
    text = f"{name} {numbers.usd(point['cap'])}, {numbers.clock(point['at'])}{after}"
    return [
        dot.encode(axes.x("x"), row.y("y")),
        Label(text, across, row.at(point["cap"]) + (-16 if above else 18), align=align),
    ]


def _nearest(points: Sequence[query.Row], at: datetime) -> query.Row:
    return min(points, key=lambda point: abs(point["at"] - at))


def _hours(at: datetime, start: datetime) -> float:
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    return (at - midnight).total_seconds() / 3600


def _every(seconds: int) -> str:
    number, unit = (seconds // 60, "minute") if seconds >= 60 else (seconds, "second")
    return unit if number == 1 else f"{number} {unit}s"


def _path_finding(name: str, total: query.Row, points: Sequence[query.Row]) -> str:
    fall = abs(total["max_drawdown_usd"])
    moved = "higher" if points[-1]["cap"] > points[0]["cap"] else "lower"
    return (
        f"{name} market cap fell by {numbers.usd(fall)} ({numbers.percent(total['max_drawdown_pct'])}) from its peak at "
        f"{numbers.clock(total['drawdown_peak_at'])} to its trough at {numbers.clock(total['drawdown_trough_at'])} UTC, and "
        f"ended the day {moved} at {numbers.usd(points[-1]['cap'])} after {numbers.usd(points[0]['cap'])} at its start."
    )


_PATH = """
select "at", cap_usd as cap
from marts.market_cap_path
where day = $day and universe = 'all' and cap_usd is not null
order by "at"
"""

_TOTAL = """
select *
from marts.market_cap_total_daily
where day = $day and universe = 'all'
"""

_IN_INDEX = """
select asset
from marts.market_cap_changes_daily
where day = $day and in_index
order by close_cap_usd desc, asset
"""
