"""Which assets the day's change of market cap came from: USD, and the share of the whole market's cap that it was."""

from collections.abc import Sequence
from datetime import date

import duckdb

from reports import names, numbers
from reports.charts import canvas, query, words
from reports.charts.marks import Box, Label, Layer
from reports.charts.model import Chart
from reports.charts.style import COLOURS, plot_width

_MOST = 9
_STEP = 32
_LEFT = 66
_NOTE = 178
"""Pixels of the column at the right in which the values stand."""


def build(db: duckdb.DuckDBPyConnection, day: date) -> Chart | None:
    """Rank the assets of the index by the size of their change, close to close; none without a prior close."""
    changes = query.rows(db, _CHANGES, day=day)
    if not changes:
        return None
    cover = query.coverage(db, day, query.CAPS)
    simulated = cover.simulated or any(row["simulated"] for row in changes)
    shown = changes[:_MOST]
    return canvas.draw(
        id="cap-change-by-asset",
        title="Change of market cap by asset",
        finding=_finding(changes),
        caption=query.caption("USD, close to close, and its share of the prior total", day, cover, simulated=simulated),
        layers=_layers(shown),
        height=_STEP * len(shown) + 4,
        simulated=simulated,
        left=_LEFT,
        bottom=6,
    )


def _layers(shown: Sequence[query.Row]) -> list[Layer]:
    zero, scale = _scale([row["change_usd"] for row in shown])
    marks: list[Layer] = []
    for number, row in enumerate(shown):
        y, end = _STEP * (number + 0.5) + 2, zero + row["change_usd"] * scale
        fill = COLOURS["fall" if row["change_usd"] < 0 else "rise"]
        marks.append(Box(min(zero, end), max(zero, end), y - 10, y + 10, fill))
        marks.append(Label(row["asset"], -8, y, align="right", bold=True))
        marks.append(_note(row, y))
    return [*marks, Box(zero - 0.5, zero + 0.5, 0, _STEP * len(shown) + 4, COLOURS["axis"])]


def _scale(changes: Sequence[float]) -> tuple[float, float]:
    """Return the pixel of zero, and pixels per USD."""
    low, high = min(*changes, 0.0), max(*changes, 0.0)
    scale = (plot_width(_LEFT) - _NOTE) / ((high - low) or 1.0)
    return -low * scale, scale


def _note(row: query.Row, y: float) -> Label:
    share = f" · {words.points(row['contribution_pct'])}" if row["contribution_pct"] is not None else ""
    role = "fall_text" if row["change_usd"] < 0 else "rise_text"
    return Label(numbers.usd_signed(row["change_usd"]) + share, plot_width(_LEFT), y, role, align="right")


def _finding(changes: Sequence[query.Row]) -> str:
    parts = [
        f"{row['asset']} {'lost' if row['change_usd'] < 0 else 'gained'} {numbers.usd(abs(row['change_usd']))}"
        for row in changes[:3]
    ]
    return f"Largest changes of market cap by asset: {names.listing(parts)}."


_CHANGES = """
select asset, change_usd, contribution_pct, simulated
from marts.market_cap_changes_daily
where day = $day and in_index and change_usd is not null
order by abs(change_usd) desc, asset
"""
