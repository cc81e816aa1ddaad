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
    path = query.rows(db, _PATH, day=day)
    totals = query.rows(db, _TOTAL, day=day)
    if len(path) < 2 or not totals or not totals[0]["max_drawdown_pct"]:
        return None
    total = totals[0]
    ends = _ends(total)
    # The path has every fifth minute; the ends of the fall lie between them.
    points = sorted([point for point in path if point["at"] not in {end["at"] for end in ends}] + ends, key=_at)
    cover = query.coverage(db, day, query.PRICES)
    name = _name(db, day, total["n_assets"])
    simulated = cover.simulated or total["simulated"]
    return canvas.draw(
        id="market-cap-path",
        title=f"{name} market cap over the day",
        finding=_path_finding(name, total, points),
        caption=query.caption(f"USD, every {_every(total['resolution_s'])}", day, cover, simulated=simulated),
        layers=_path_layers(
            points, ends, total, f"{name} {numbers.usd(points[0]['cap'])} → {numbers.usd(points[-1]['cap'])}"
        ),
        height=_HEIGHT,
        simulated=simulated,
    )


def _name(db: duckdb.DuckDBPyConnection, day: date, count: int) -> str:
    assets = [row["asset"] for row in query.rows(db, _IN_INDEX, day=day)]
    return " + ".join(assets) if count == len(assets) <= _FEW else f"Total ({words.plural(count, 'asset')})"


def _ends(total: query.Row) -> list[query.Row]:
    """Peak and trough of the deepest fall."""
    fall = abs(total["max_drawdown_usd"])
    peak = {"at": total["drawdown_peak_at"], "cap": fall / abs(total["max_drawdown_pct"])}
    return [peak, {"at": total["drawdown_trough_at"], "cap": peak["cap"] - fall}]


def _at(point: query.Row) -> datetime:
    at: datetime = point["at"]
    return at


def _path_layers(
    points: Sequence[query.Row], ends: Sequence[query.Row], total: query.Row, headline: str
) -> list[Layer]:
    row = axes.Row(30, _HEIGHT - 6, *axes.padded([point["cap"] for point in points], 0.2, 0.16))
    start = points[0]["at"]
    data = [{"x": _hours(point["at"], start), "y": point["cap"]} for point in points]
    peak, trough = ends
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
