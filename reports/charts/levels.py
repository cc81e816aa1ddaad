"""The price of one asset by hour, with the levels that broke that day and the next one beyond them."""

from collections.abc import Sequence
from datetime import date, datetime

import altair as alt
import duckdb

from reports import numbers
from reports.charts import axes, canvas, query, words
from reports.charts.marks import Label, Layer, table
from reports.charts.model import Chart
from reports.charts.style import COLOURS, SMALL, plot_width

_HEIGHT = 270
_MOST = 5
_APART = 17
"""Pixels between two levels below which only the first is written beside."""
_BREAKS = {
    "support": {"touch": "touched", "hourly_close": "hourly close below", "daily_close": "daily close below"},
    "resistance": {"touch": "touched", "hourly_close": "hourly close above", "daily_close": "daily close above"},
}

_UNDONE = {"support": " and won back", "resistance": " and given back"}


def build(db: duckdb.DuckDBPyConnection, day: date, asset: str) -> Chart | None:
    """Draw closes and the range of each hour; none with fewer than two hours of prices."""
    hours = query.rows(db, _HOURS, day=day, asset=asset)
    if len(hours) < 2:
        return None
    levels = query.rows(db, _LEVELS, day=day, asset=asset)[:_MOST]
    cover = query.coverage(db, day, query.PRICES)
    return canvas.draw(
        id=f"price-{asset.lower()}",
        title=f"{asset} by hour" + (", with the levels that broke" if levels else ""),
        finding=_finding(asset, hours, levels),
        caption=query.caption("USD, median of venues; line: hourly close, band: hourly range", day, cover),
        layers=_layers(asset, hours, levels),
        height=_HEIGHT,
        simulated=cover.simulated,
    )


def _layers(asset: str, hours: Sequence[query.Row], levels: Sequence[query.Row]) -> list[Layer]:
    values = [row[name] for row in hours for name in ("low_usd", "high_usd")] + [row["level_usd"] for row in levels]
    row = axes.Row(28, _HEIGHT - 4, *axes.padded(values, 0.1, 0.06))
    headline = f"{asset} {numbers.price(hours[0]['open_usd'])} → {numbers.price(hours[-1]['close_usd'])}"
    return [
        row.axis(axes.FORMATS["price"], ticks=4),
        *_price(row, hours),
        *[mark for level in levels for mark in _level(row, level)],
        *_level_names(row, levels, hours),
        axes.x_axis(),
        Label(headline, 0, 8, "line", bold=True),
    ]


def _price(row: axes.Row, hours: Sequence[query.Row]) -> list[Layer]:
    ranges = [
        {"a": hour["hour"], "b": hour["hour"] + 1, "y": hour["low_usd"], "y2": hour["high_usd"]} for hour in hours
    ]
    closes = {hour["hour"] + 1: hour["close_usd"] for hour in hours}
    closes |= {0: hours[0]["open_usd"]} if hours[0]["hour"] == 0 else {}
    points = [{"x": hour, "y": closes.get(hour)} for hour in range(25)]
    band = table(ranges).mark_rect(color=COLOURS["band"])
    line = table(points).mark_line(color=COLOURS["line"], strokeWidth=2.5)
    return [
        band.encode(axes.x("a"), alt.X2("b"), row.y("y"), alt.Y2("y2")),
        line.encode(axes.x("x"), row.y("y")),
    ]


def _level(row: axes.Row, level: query.Row) -> list[Layer]:
    shape = "triangle-down" if level["side"] == "support" else "triangle-up"
    mark = table([{"x": _hour(level["broke_at"]), "y": level["level_usd"]}])
    point = mark.mark_point(shape=shape, filled=True, size=110, color=COLOURS["heat"], opacity=1)
    return [
        axes.rule(row, level["level_usd"], "heat", dash=(5, 3)),
        point.encode(axes.x("x"), row.y("y")),
    ]


def _level_names(row: axes.Row, levels: Sequence[query.Row], hours: Sequence[query.Row]) -> list[Label]:
    """Write what broke and when, on the side where the price is not, as far as the names keep apart."""
    names: list[Label] = []
    taken: list[float] = []
    for level in levels:
        y = row.at(level["level_usd"]) - 9
        if all(abs(y - other) >= _APART for other in taken):
            taken.append(y)
            left = _is_free_on_the_left(level["level_usd"], hours)
            x = 4 if left else plot_width() - 2
            names.append(Label(_words(level), x, y, "heat", align="left" if left else "right", size=SMALL))
    return names


def _is_free_on_the_left(level_usd: float, hours: Sequence[query.Row]) -> bool:
    near = [abs(hour["close_usd"] - level_usd) for hour in hours if hour["hour"] < 12]
    far = [abs(hour["close_usd"] - level_usd) for hour in hours if hour["hour"] >= 12]
    return bool(near) and (not far or min(near) >= min(far))


def _words(level: query.Row) -> str:
    how = _BREAKS[level["side"]][level["break_kind"]]
    return f"{numbers.price(level['level_usd'])} {how}, {numbers.clock(level['broke_at'])}"


def _hour(at: datetime) -> float:
    return at.hour + at.minute / 60 + at.second / 3600


def _finding(asset: str, hours: Sequence[query.Row], levels: Sequence[query.Row]) -> str:
    low = min(hours, key=lambda hour: hour["low_usd"])
    first, last = hours[0]["open_usd"], hours[-1]["close_usd"]
    direction = "rose" if last > first else "fell" if last < first else "stood still"
    text = (
        f"{asset} {direction} from {numbers.price(first)} to {numbers.price(last)} in the median of venues, with a low of "
        f"{numbers.price(low['low_usd'])} in the hour {words.hour_span(low['hour'])} UTC."
    )
    broken = [f"{_words(level)} UTC{_UNDONE[level['side']] if level['reclaimed'] else ''}" for level in levels]
    return text + (f" Levels: {'; '.join(broken)}." if broken else "")


_HOURS = """
select hour(open_at) as hour, open_usd, high_usd, low_usd, close_usd
from marts.prices_hourly
where day = $day and asset = $asset and close_usd is not null
order by open_at
"""

_LEVELS = """
select level_usd, side, broke_at, break_kind, reclaimed
from marts.level_breaks
where day = $day and asset = $asset and broke_at is not null
order by case break_kind when 'daily_close' then 0 when 'hourly_close' then 1 else 2 end, broke_at, level_usd
"""
