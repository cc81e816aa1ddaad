"""The charts of one day's recap: `build(db, day)` returns those whose data is there, in the order they are read.

What belongs here: the order. What does not: drawing (canvas.py, axes.py), queries and words (one module per chart).
"""

from collections.abc import Iterator
from datetime import date

import altair as alt
import duckdb
from altair.utils import schemapi

from reports.charts import by_price, cap_change, heatmap, history, hourly, levels, leverage, market_cap, ranked
from reports.charts.model import Chart
from reports.facts.model import EXACT

__all__ = ["Chart", "build"]

_ASSETS = ("BTC", "ETH")
"""Those with a price and a leverage chart of their own."""


def build(db: duckdb.DuckDBPyConnection, day: date, digits: int = EXACT) -> list[Chart]:
    """Draw every chart of `day` that schema `marts` has data for; liquidations with as many digits as coverage allows."""
    # Checking every part against the schema takes longer than drawing it; a test does that instead.
    with schemapi.debug_mode(False), alt.data_transformers.enable(consolidate_datasets=False):
        return [chart for chart in _all(db, day, digits) if chart is not None]


def _all(db: duckdb.DuckDBPyConnection, day: date, digits: int) -> Iterator[Chart | None]:
    yield hourly.build(db, day, digits)
    yield ranked.by_asset(db, day, digits)
    yield market_cap.path(db, day)
    yield cap_change.build(db, day)
    yield from (levels.build(db, day, asset) for asset in _ASSETS)
    yield from (leverage.build(db, day, asset) for asset in _ASSETS)
    yield heatmap.build(db, day, digits)
    yield ranked.by_venue(db, day, digits)
    yield by_price.build(db, day, digits)
    yield history.build(db, day, digits)
