"""At what prices positions were liquidated: longs and shorts by price, with the levels that broke.

What belongs here: the asset of BTC and ETH with more liquidated. What does not: liquidations by time.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from datetime import date

import duckdb

from reports import numbers
from reports.charts import axes, canvas, query
from reports.charts.marks import Box, Label, Layer
from reports.charts.model import Chart
from reports.charts.style import COLOURS, SMALL, plot_width
from reports.facts.model import EXACT

_HEIGHT = 330
_TOP = 30
_MOST = 28
"""Bars; of a wider range of prices, neighbouring bins are drawn as one."""
_LEVELS = 4
_APART = 18
_NOTE = 150
"""Pixels kept free at the right, where the levels are named."""


def build(db: duckdb.DuckDBPyConnection, day: date, digits: int = EXACT) -> Chart | None:
    """Draw longs and shorts by price; none without orders that have one."""
    bins = query.rows(db, _BINS, day=day)
    if not bins:
        return None
    asset = bins[0]["asset"]
    levels = query.rows(db, _BROKEN, day=day, asset=asset)
    cover = query.coverage(db, day, query.LIQUIDATIONS)
    simulated = cover.simulated or any(row["simulated"] for row in bins)
    note = "Bars: realised liquidations, not orders to come. Dashed: levels that broke."
    return canvas.draw(
        id="liquidations-by-price",
        title=f"{asset} liquidated by price",
        finding=_finding(asset, bins, digits),
        caption=query.caption("USD liquidated by price of the order", day, cover, note, simulated=simulated),
        layers=_layers(bins, levels, digits),
        height=_HEIGHT,
        simulated=simulated,
        bottom=8,
    )


def _layers(bins: Sequence[query.Row], levels: Sequence[query.Row], digits: int) -> list[Layer]:
    low, high = min(row["from_usd"] for row in bins), max(row["to_usd"] for row in bins)
    row = axes.Row(_TOP, _HEIGHT - 6, low, high)
    bars = _merged(bins)
    most = max(bars, key=lambda bar: bar["long"] + bar["short"])
    scale = (plot_width() - _NOTE) / (most["long"] + most["short"])
    marks: list[Layer] = [row.axis(axes.FORMATS["price"], ticks=6)]
    for bar in bars:
        top, bottom = row.at(bar["to_usd"]) + 1, row.at(bar["from_usd"])
        longs, end = bar["long"] * scale, (bar["long"] + bar["short"]) * scale
        marks += [Box(0, longs, top, bottom, COLOURS["long"]), Box(longs, end, top, bottom, COLOURS["short"])]
    usd, middle = most["long"] + most["short"], (most["from_usd"] + most["to_usd"]) / 2
    marks.append(Label(numbers.usd(usd, digits), usd * scale + 8, row.at(middle)))
    shown = [level for level in levels if low <= level["level_usd"] <= high]
    marks += [axes.rule(row, level["level_usd"], "muted", (4, 3)) for level in _spaced(row, shown)]
    marks += [_named(row, level) for level in _spaced(row, shown)]
    legend = [Label("Longs", 0, 10, "long_text", bold=True), Label("Shorts", 62, 10, "short_text", bold=True)]
    return [*marks, *legend]


def _merged(bins: Sequence[query.Row]) -> list[dict[str, float]]:
    """Neighbouring bins as one, so that there are no more bars than can be told apart."""
    first, last = min(row["bin"] for row in bins), max(row["bin"] for row in bins)
    step = math.ceil((last - first + 1) / _MOST)
    bars: dict[int, dict[str, float]] = defaultdict(
        lambda: {"long": 0.0, "short": 0.0, "from_usd": math.inf, "to_usd": 0.0}
    )
    for row in bins:
        bar = bars[(row["bin"] - first) // step]
        bar[row["liquidated_side"]] += row["total_usd"]
        bar["from_usd"], bar["to_usd"] = min(bar["from_usd"], row["from_usd"]), max(bar["to_usd"], row["to_usd"])
    return list(bars.values())


def _spaced(row: axes.Row, levels: Sequence[query.Row]) -> list[query.Row]:
    """The levels with room to be named, the roundest first."""
    kept: list[query.Row] = []
    for level in sorted(levels, key=lambda level: len(f"{level['level_usd']:.0f}".rstrip("0"))):
        if all(abs(row.at(level["level_usd"]) - row.at(other["level_usd"])) >= _APART for other in kept):
            kept.append(level)
    return kept[:_LEVELS]


def _named(row: axes.Row, level: query.Row) -> Label:
    y = row.at(level["level_usd"]) - 9
    return Label(numbers.price(level["level_usd"]), plot_width(), y, "muted", "right", SMALL)


def _finding(asset: str, bins: Sequence[query.Row], digits: int) -> str:
    most = max(bins, key=lambda row: row["total_usd"])
    usd, low, high = (
        numbers.usd(most["total_usd"], digits),
        numbers.price(most["from_usd"]),
        numbers.price(most["to_usd"]),
    )
    where = f"between {low} and {high}, more than in any other half percent of price"
    return f"{usd} of {asset} {most['liquidated_side']}s were liquidated {where}."


_BINS = """
with sums as (
    select asset, sum(total_usd) as usd from marts.liquidations_by_price
    where day = $day and asset in ('BTC', 'ETH') group by asset
)
select asset, liquidated_side, bin, from_usd, to_usd, total_usd, simulated
from marts.liquidations_by_price
where day = $day and asset = (select asset from sums order by usd desc, asset limit 1)
order by bin, liquidated_side
"""
_BROKEN = "select distinct level_usd from marts.level_breaks where day = $day and asset = $asset order by level_usd"
