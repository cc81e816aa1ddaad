"""Liquidations by asset and hour: where and when, as shades of one colour, so that a wave is seen to spread."""

from collections.abc import Sequence
from datetime import date

import duckdb

from reports import numbers
from reports.charts import axes, canvas, query, words
from reports.charts.marks import Box, Label
from reports.charts.model import Chart
from reports.charts.style import COLOURS, plot_width
from reports.facts.model import EXACT
from reports.names import listing

_MOST = 7
_STEP = 30
_TOP = 34
_LEFT = 66
_SHADES = (0.08, 0.2, 0.35, 0.5, 0.75, 1.0)
"""Upper ends of the shades as shares of the largest cell's square root: liquidations span orders of magnitude."""


def build(db: duckdb.DuckDBPyConnection, day: date, digits: int = EXACT) -> Chart | None:
    """Draw the assets with the most liquidated USD; none with fewer than two."""
    cells = query.rows(db, _CELLS, day=day, most=_MOST)
    names = list(dict.fromkeys(cell["asset"] for cell in cells))
    if len(names) < 2:
        return None
    cover = query.coverage(db, day, query.LIQUIDATIONS)
    bottom = _TOP + _STEP * len(names)
    largest = max(cells, key=lambda cell: cell["total_usd"])
    return canvas.draw(
        id="liquidations-heatmap",
        title="When each asset was liquidated",
        finding=_finding(cells, names, digits),
        caption=query.caption("USD liquidated per asset and hour", day, cover, query.gap_note(cover)),
        layers=[
            *axes.gap_boxes(cover.gaps, _TOP, bottom, plot_width(_LEFT)),
            *_cells(cells, names, largest["total_usd"]),
            *[Label(name, -8, _TOP + _STEP * (at + 0.5), align="right", bold=True) for at, name in enumerate(names)],
            Label(_scale(largest, digits), 0, 12, "heat", bold=True),
            axes.x_axis(),
        ],
        height=bottom,
        simulated=cover.simulated,
        left=_LEFT,
    )


def _cells(cells: Sequence[query.Row], names: Sequence[str], largest: float) -> list[Box]:
    hour = plot_width(_LEFT) / 24
    return [
        Box(
            cell["hour"] * hour + 1,
            (cell["hour"] + 1) * hour - 1,
            _TOP + _STEP * names.index(cell["asset"]) + 1.5,
            _TOP + _STEP * (names.index(cell["asset"]) + 1) - 1.5,
            COLOURS["heat"],
            _shade(cell["total_usd"], largest),
        )
        for cell in cells
        if cell["total_usd"] > 0
    ]


def _shade(usd: float, largest: float) -> float:
    share = (usd / largest) ** 0.5
    return next(shade for shade in _SHADES if share <= shade or shade == _SHADES[-1])


def _scale(largest: query.Row, digits: int) -> str:
    return f"Most: {largest['asset']} {words.hour_span(largest['hour'])}, {numbers.usd(largest['total_usd'], digits)}"


def _finding(cells: Sequence[query.Row], names: Sequence[str], digits: int) -> str:
    peaks = [
        max((cell for cell in cells if cell["asset"] == name), key=lambda cell: cell["total_usd"]) for name in names[:3]
    ]
    parts = [
        f"{peak['asset']} {words.hour_span(peak['hour'])} ({numbers.usd(peak['total_usd'], digits)})" for peak in peaks
    ]
    return f"Busiest hour in UTC of the assets with most liquidations: {listing(parts)}."


_CELLS = """
with largest as (
    select asset, sum(total_usd) as day_usd
    from marts.liquidations_hourly
    where day = $day
    group by asset
    having sum(total_usd) > 0
    order by day_usd desc, asset
    limit $most
)

select asset, hour, total_usd
from marts.liquidations_hourly
join largest using (asset)
where day = $day
order by day_usd desc, asset, hour
"""
