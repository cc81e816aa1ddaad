"""Open interest in coin and the funding rate of one asset over the last days, read at midnights UTC.

What belongs here: positions and their price. What does not: open interest in USD, which moves with the price alone.
"""

from collections.abc import Sequence
from datetime import date, timedelta

import altair as alt
import duckdb

from reports import numbers
from reports.charts import axes, canvas, query
from reports.charts.marks import Label, Layer, table
from reports.charts.model import Chart
from reports.charts.style import COLOURS

_DAYS = 7
_LEFT = 68
_OI_ROW = (28.0, 128.0)
_FUNDING_ROW = (176.0, 256.0)


def build(db: duckdb.DuckDBPyConnection, day: date, asset: str) -> Chart | None:
    """Draw up to seven days that end with `day`; none where that day has no open interest."""
    first = day - timedelta(days=_DAYS - 1)
    days = query.rows(db, _LEVERAGE, first=first, last=day, asset=asset)
    if not days or days[-1]["day"] != day or days[-1]["oi_coin_close"] is None:
        return None
    cover = query.coverage(db, day, query.LEVERAGE)
    simulated = cover.simulated or any(row["simulated"] for row in days)
    funding = _points(days, "funding_8h_open", "funding_8h_close")
    return canvas.draw(
        id=f"leverage-{asset.lower()}",
        title=f"{asset} open interest and funding, day by day",
        finding=_finding(asset, days),
        caption=query.caption(f"Open interest in {asset}; funding in percent per 8 h", day, cover, simulated=simulated),
        layers=[
            *_oi_row(asset, _points(days, "oi_coin_open", "oi_coin_close"), days),
            *(_funding_row(funding, days) if _values(funding) else []),
            _dates(days[0]["day"], day),
        ],
        height=int(_FUNDING_ROW[1] if _values(funding) else _OI_ROW[1]) + 12,
        simulated=simulated,
        left=_LEFT,
    )


def _points(days: Sequence[query.Row], opening: str, closing: str) -> list[query.Row]:
    """Return one point per midnight, x in days from the first; a missing day leaves a hole in the line."""
    start = days[0]["day"]
    values: dict[int, float | None] = {}
    for row in days:
        at = (row["day"] - start).days
        values[at] = values.get(at) if values.get(at) is not None else row[opening]
        values[at + 1] = row[closing]
    return [{"x": at, "y": values.get(at)} for at in range(max(values) + 1)]


def _values(points: Sequence[query.Row]) -> list[float]:
    return [point["y"] for point in points if point["y"] is not None]


def _oi_row(asset: str, points: list[query.Row], days: Sequence[query.Row]) -> list[Layer]:
    row = axes.Row(*_OI_ROW, *axes.padded(_values(points), 0.1, 0.1))
    change = days[-1]["oi_coin_change_pct"]
    moved = f", {'−' if change < 0 else '+'}{numbers.percent(change)} on the day" if change is not None else ""
    text = f"Open interest {numbers.amount(days[-1]['oi_coin_close'])} {asset}{moved}"
    return [
        row.axis(axes.FORMATS["number"], ticks=3),
        *_line(row, points, "line"),
        Label(text, 0, 8, "line", bold=True),
    ]


def _funding_row(points: list[query.Row], days: Sequence[query.Row]) -> list[Layer]:
    row = axes.Row(*_FUNDING_ROW, *axes.padded([*_values(points), 0.0], 0.1, 0.1))
    now = days[-1]["funding_8h_close"]
    text = f"Funding {numbers.rate(now)} per 8 h at the close" if now is not None else "Funding per 8 h"
    return [
        row.axis(axes.FORMATS["percent"], ticks=3),
        axes.rule(row, 0),
        *_line(row, points, "fall_text"),
        Label(text, 0, _FUNDING_ROW[0] - 20, "fall_text", bold=True),
    ]


def _line(row: axes.Row, points: list[query.Row], role: str) -> list[Layer]:
    chart = table(points)
    place = (axes.x("x", _domain(points)), row.y("y"))
    known = table([point for point in points if point["y"] is not None])
    return [
        chart.mark_line(color=COLOURS[role], strokeWidth=2.5).encode(*place),
        known.mark_point(filled=True, size=36, color=COLOURS[role], opacity=1).encode(*place),
    ]


def _domain(points: Sequence[query.Row]) -> tuple[float, float]:
    return 0.0, float(points[-1]["x"])


def _dates(first: date, last: date) -> alt.Chart:
    count = (last - first).days + 1
    step = 1 if count <= 4 else 2
    ticks = {float(at): axes.short_date(first + timedelta(days=at)) for at in range(count % step, count + 1, step)}
    return axes.x_axis(list(ticks), axes.named_ticks(ticks), (0.0, float(count)))


def _finding(asset: str, days: Sequence[query.Row]) -> str:
    last = days[-1]
    text = f"Open interest in {asset} stood at {numbers.amount(last['oi_coin_close'])} coins at the end of the day"
    if last["oi_coin_change_pct"] is not None:
        moved = "down" if last["oi_coin_change_pct"] < 0 else "up"
        text += f", {moved} {numbers.percent(last['oi_coin_change_pct'])} on the day"
    if last["funding_8h_open"] is not None and last["funding_8h_close"] is not None:
        text += f"; funding went from {numbers.rate(last['funding_8h_open'])} to {numbers.rate(last['funding_8h_close'])} per 8 h".replace(
            "−", "minus "
        )
    return text + "."


_LEVERAGE = """
select day, oi_coin_open, oi_coin_close, oi_coin_change_pct, funding_8h_open, funding_8h_close, simulated
from marts.leverage_daily
where day between $first and $last and asset = $asset and oi_coin_close is not null
order by day
"""
