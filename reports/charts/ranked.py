"""Liquidations by asset and by venue: who was hit most, split into longs and shorts, ranked by USD.

What belongs here: horizontal bars with their values written beside them. What does not: changes of market cap.
"""

from collections.abc import Sequence
from datetime import date

import duckdb

from reports import names, numbers
from reports.charts import canvas, query
from reports.charts.marks import Box, Label
from reports.charts.model import Chart
from reports.charts.style import COLOURS, plot_width
from reports.facts.model import EXACT

_MOST = 8
_STEP = 34
_TOP = 30
_LEFT = {"asset": 66, "venue": 104}
_VALUES = 168
"""Pixels kept free for what is written beside the longest bar."""


def by_asset(db: duckdb.DuckDBPyConnection, day: date, digits: int = EXACT) -> Chart | None:
    """Rank the assets by liquidated USD; those after the eighth are summed to one bar."""
    return _chart(db, day, "asset", query.rows(db, _ASSETS, day=day), digits)


def by_venue(db: duckdb.DuckDBPyConnection, day: date, digits: int = EXACT) -> Chart | None:
    """Rank the venues, each with the hours of the day that it covers completely; none if there is only one."""
    ranked = [{**row, "name": names.venue(row["name"])} for row in query.rows(db, _VENUES, day=day)]
    return _chart(db, day, "venue", ranked, digits) if len(ranked) > 1 else None


def _chart(db: duckdb.DuckDBPyConnection, day: date, kind: str, ranked: list[query.Row], digits: int) -> Chart | None:
    if not ranked or not ranked[0]["total_usd"]:
        return None
    cover = query.coverage(db, day, query.LIQUIDATIONS)
    shown = [*ranked[:_MOST], *_rest(ranked[_MOST:])]
    simulated = cover.simulated or any(row["simulated"] for row in ranked)
    return canvas.draw(
        id=f"liquidations-by-{kind}",
        title=f"Liquidated by {kind}",
        finding=_finding(ranked, kind, digits),
        caption=query.caption(f"USD liquidated per {kind}", day, cover, simulated=simulated),
        layers=[*_legend(), *_bars(shown, _LEFT[kind]), *_texts(shown, _LEFT[kind], digits)],
        height=_TOP + _STEP * len(shown),
        simulated=simulated,
        left=_LEFT[kind],
        bottom=6,
    )


def _rest(rows: Sequence[query.Row]) -> list[query.Row]:
    if not rows:
        return []
    sums = {column: sum(row[column] for row in rows) for column in ("total_usd", "long_usd", "short_usd")}
    return [{"name": "others", "hours_complete": None, **sums}]


def _legend() -> list[Label]:
    return [Label("Longs", 0, 10, "long_text", bold=True), Label("Shorts", 54, 10, "short_text", bold=True)]


def _bars(shown: Sequence[query.Row], left: int) -> list[Box]:
    scale = _pixels_per_usd(shown, left)
    boxes = []
    for row, y in zip(shown, _middles(len(shown)), strict=True):
        longs, end = row["long_usd"] * scale, row["total_usd"] * scale
        boxes.append(Box(0, longs, y - 11, y + 11, COLOURS["long"]))
        boxes.append(Box(longs, end, y - 11, y + 11, COLOURS["short"]))
    return boxes


def _texts(shown: Sequence[query.Row], left: int, digits: int) -> list[Label]:
    scale = _pixels_per_usd(shown, left)
    labels = []
    for row, y in zip(shown, _middles(len(shown)), strict=True):
        labels.append(Label(row["name"], -8, y, align="right", bold=True))
        labels.append(
            Label(f"{numbers.usd(row['total_usd'], digits)} · {_note(row)}", row["total_usd"] * scale + 8, y, "muted")
        )
    return labels


def _note(row: query.Row) -> str:
    if row.get("hours_complete") is not None:
        return f"{row['hours_complete']}/24 h"
    return f"{numbers.percent(row['long_usd'] / row['total_usd'])} long" if row["total_usd"] else "none"


def _pixels_per_usd(shown: Sequence[query.Row], left: int) -> float:
    return (plot_width(left) - _VALUES) / float(max(row["total_usd"] for row in shown))


def _middles(count: int) -> list[float]:
    return [_TOP + _STEP * (number + 0.5) for number in range(count)]


def _finding(ranked: Sequence[query.Row], kind: str, digits: int) -> str:
    whole, first = sum(row["total_usd"] for row in ranked), ranked[0]
    if first["total_usd"] == whole:
        return f"All of {numbers.usd(whole, digits)} liquidated was {_where(first, kind)}, {_longs(first)}."
    named = [
        f"{row['name']} with {numbers.usd(row['total_usd'], digits)} ({_longs(row)})"
        for row in ranked[:3]
        if row["total_usd"]
    ]
    share = numbers.percent(first["total_usd"] / whole)
    return f"Most liquidated by {kind}: {names.listing(named)}; {first['name']} is {share} of {numbers.usd(whole, digits)}."


def _where(row: query.Row, kind: str) -> str:
    return f"{'on' if kind == 'venue' else 'in'} {row['name']}"


def _longs(row: query.Row) -> str:
    return f"{numbers.percent(row['long_usd'] / row['total_usd'])} longs"


_ASSETS = """
select asset as name, total_usd, long_usd, short_usd, null as hours_complete, simulated
from marts.liquidations_by_asset_daily
where day = $day
order by rank
"""

_VENUES = """
select
    venue as name,
    sum(total_usd) as total_usd,
    sum(long_usd) as long_usd,
    sum(short_usd) as short_usd,
    max(hours_complete) as hours_complete,
    bool_or(simulated) as simulated
from marts.liquidations_by_venue_daily
where day = $day
group by venue
order by total_usd desc, venue
"""
