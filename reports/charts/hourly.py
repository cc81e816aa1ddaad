"""Liquidations by hour, mirrored: shorts above zero, longs below, under the price of BTC on the same clock."""

from datetime import date

import altair as alt
import duckdb

from reports import numbers
from reports.charts import axes, canvas, query, words
from reports.charts.marks import Box, Label, Layer, table
from reports.charts.model import Chart
from reports.charts.style import COLOURS, plot_width
from reports.facts.model import EXACT

_WAVE_NOTE = "Bands: waves of liquidations."
_PRICE_ROW = (26.0, 112.0)
_BAR_ROW = (158.0, 350.0)
_HEIGHT = 384


def build(db: duckdb.DuckDBPyConnection, day: date, digits: int = EXACT) -> Chart | None:
    """Draw the day's hourly liquidations; none where no liquidation was read."""
    bars = query.rows(db, _BARS, day=day)
    if not bars:
        return None
    cover = query.coverage(db, day, query.LIQUIDATIONS)
    prices = query.rows(db, _PRICES, day=day)
    waves = query.rows(db, _WAVES, day=day)
    longs, shorts = sum(bar["long_usd"] for bar in bars), sum(bar["short_usd"] for bar in bars)
    layers = [
        *(_band(wave) for wave in waves),
        *axes.gap_boxes(cover.gaps, *_BAR_ROW),
        *(_price_row(prices) if prices else []),
        *_bar_row(bars, longs, shorts, digits),
        axes.x_axis(),
    ]
    return canvas.draw(
        id="liquidations-hourly",
        title="Liquidations by hour" + (", with the price of BTC" if prices else ""),
        finding=_finding(bars, longs, shorts, cover, digits),
        caption=query.caption(
            "USD liquidated per hour", day, cover, _WAVE_NOTE if waves else "", query.gap_note(cover)
        ),
        layers=layers,
        height=_HEIGHT,
        simulated=cover.simulated,
    )


def _band(wave: query.Row) -> Box:
    """A wave, from its first minute to its last, behind both rows."""
    hour = plot_width() / 24
    return Box(wave["a"] * hour, wave["b"] * hour, _PRICE_ROW[0], _BAR_ROW[1], COLOURS["band"])


def _bar_row(bars: list[query.Row], longs: float, shorts: float, digits: int) -> list[Layer]:
    high, low = max(bar["short_usd"] for bar in bars), max(bar["long_usd"] for bar in bars)
    room = max(high, low) or 1.0
    row = axes.Row(*_BAR_ROW, -max(low, room * 0.12) * 1.02, max(high, room * 0.12) * 1.02)
    data = [
        {"a": bar["hour"] + 0.1, "b": bar["hour"] + 0.9, "zero": 0, "long": -bar["long_usd"], "short": bar["short_usd"]}
        for bar in bars
    ]
    chart = table(data)
    across = (axes.x("a"), alt.X2("b"), alt.Y2("zero"))
    return [
        row.axis(axes.FORMATS["usd_unsigned"]),
        chart.mark_rect(color=COLOURS["short"]).encode(*across, row.y("short")),
        chart.mark_rect(color=COLOURS["long"]).encode(*across, row.y("long")),
        axes.rule(row, 0),
        Label(_side("Shorts", shorts, bars, "short_usd", digits), 0, _BAR_ROW[0] - 13, "short_text", bold=True),
        Label(_side("Longs", longs, bars, "long_usd", digits), 0, _BAR_ROW[1] + 15, "long_text", bold=True),
    ]


def _price_row(prices: list[query.Row]) -> list[Layer]:
    row = axes.Row(*_PRICE_ROW, *axes.padded([price["close_usd"] for price in prices]))
    closes = {price["hour"] + 1: price["close_usd"] for price in prices}
    closes |= {0: prices[0]["open_usd"]} if prices[0]["hour"] == 0 else {}
    points = [{"x": hour, "y": closes.get(hour)} for hour in range(25)]
    line = table(points).mark_line(color=COLOURS["line"], strokeWidth=2.5)
    path = f"BTC {numbers.price(prices[0]['open_usd'])} → {numbers.price(prices[-1]['close_usd'])}"
    return [
        row.axis(axes.FORMATS["price"], ticks=3),
        line.encode(axes.x("x"), row.y("y")),
        Label(path, 0, 8, "line", bold=True),
    ]


def _side(name: str, total: float, bars: list[query.Row], column: str, digits: int) -> str:
    if not total:
        return f"{name}: none"
    peak = max(bars, key=lambda bar: bar[column])
    return f"{name} {numbers.usd(total, digits)} · most {words.hour_span(peak['hour'])}, {numbers.usd(peak[column], digits)}"


def _finding(bars: list[query.Row], longs: float, shorts: float, cover: query.Coverage, digits: int) -> str:
    if not longs + shorts:
        return "No liquidation was reported in any covered hour of the day."
    peak = max(bars, key=lambda bar: bar["long_usd"] + bar["short_usd"])
    busiest = peak["long_usd"] + peak["short_usd"]
    gaps = " Some hours are not fully covered." if cover.gaps else ""
    total = f"Longs worth {numbers.usd(longs, digits)} and shorts worth {numbers.usd(shorts, digits)} were liquidated"
    if "missing" in cover.gaps.values():
        return f"{total} in the hours covered.{gaps}"
    return (
        f"{total}; the busiest hour was {words.hour_span(peak['hour'])} UTC with {numbers.usd(busiest, digits)}, "
        f"{numbers.percent(busiest / (longs + shorts))} of the day.{gaps}"
    )


_BARS = """
select hour, sum(long_usd) as long_usd, sum(short_usd) as short_usd
from marts.liquidations_hourly
where day = $day
group by hour
order by hour
"""

_PRICES = """
select hour(open_at) as hour, open_usd, close_usd
from marts.prices_hourly
where day = $day and asset = 'BTC' and close_usd is not null
order by open_at
"""

_WAVES = """
select date_diff('second', day::timestamp, started_at) / 3600 as a, date_diff('second', day::timestamp, ended_at) / 3600 as b
from marts.liquidation_waves
where day = $day
order by started_at
"""
