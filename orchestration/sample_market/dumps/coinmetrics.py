"""Coin Metrics' community csv, one per asset: values of a day as of its END, and a last row that is not complete yet."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from orchestration.sample_market.assets import Asset
from orchestration.sample_market.dumps.files import write_text
from orchestration.sample_market.prices import day_key, random

COLUMNS = "CapMrktCurUSD,PriceUSD,SplyCur"
SUPPLY_DAY = date(2026, 1, 31)  # the day on which an asset's supply is the one of its row in `assets.py`


def write_asset(archive: Path, asset: Asset, closes: dict[date, float]) -> None:
    """Write an asset's days from their closing prices in USD."""
    rows = []
    for day, close in closes.items():
        supply = asset.supply * (1 + asset.supply_growth) ** (day - SUPPLY_DAY).days
        rows.append((day, close, supply))
    _write(archive, asset.name, rows)


def write_stablecoin(archive: Path, name: str, supply: float, days: Sequence[date]) -> None:
    """Write a stablecoin's days: a price within a few basis points of 1, a supply that grows by 0.02 % a day."""
    rows = []
    for day in days:
        price = 1 + 2e-4 * float(random("peg", name, day_key(day)).standard_normal())
        rows.append((day, price, supply * 1.0002 ** (day - SUPPLY_DAY).days))
    _write(archive, name, rows)


def _write(archive: Path, name: str, rows: list[tuple[date, float, float]]) -> None:
    """BTC and ETH have a column more, the reference rate at the START of the day: the vendor's columns differ by asset."""
    wide = name in ("BTC", "ETH")
    lines = [f"time,{COLUMNS}{',ReferenceRateUSD' if wide else ''}"]
    before = ""
    for day, price, supply in rows:
        lines.append(f"{day},{price * supply:.6f},{price:.12g},{supply:.8f}" + (f",{before}" if wide else ""))
        before = f"{price:.12g}"
    lines.append(f"{rows[-1][0] + timedelta(days=1)},,," + (f",{before}" if wide else ""))
    write_text(archive / "coinmetrics" / "csv" / f"{name.lower()}.csv", "\n".join(lines) + "\n")
