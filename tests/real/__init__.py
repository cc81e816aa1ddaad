"""Real days from `../shared/real`: an archive put together in the vendors' layout, and the three days that must come out right."""

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

SHARED = Path(__file__).resolve().parents[3] / "shared" / "real"
MISSING = f"real dumps are not here ({SHARED.parent.name}/{SHARED.name} beside the project)"


@dataclass(frozen=True)
class RealDay:
    """A day to tell, and the parts of the real data that it is told from."""

    name: str
    day: date
    parts: tuple[str, ...]


DAYS = (
    RealDay("hourly series and an aggregator", date(2026, 1, 31), ("own", "coinglass", "coinmetrics")),
    RealDay("minute bars of five alts on top", date(2026, 2, 5), ("own", "coinglass", "coinmetrics", "binance")),
    RealDay("three hours of a force-order log", date(2025, 12, 27), ("force_orders", "own")),
)


def write_archive(target: Path, parts: tuple[str, ...]) -> Path:
    """Lay the chosen parts out as `<target>/<source>/<vendor path>`; own files get the documented column names."""
    target.mkdir(parents=True, exist_ok=True)
    for part in parts:
        {
            "own": _own_files,
            "coinglass": _coinglass,
            "coinmetrics": _coinmetrics,
            "binance": _binance,
            "force_orders": _force_orders,
        }[part](target)
    return target


def _own_files(target: Path) -> None:
    """Rename the columns of the multi-venue series; nothing else is changed."""
    series = {
        "candles": (
            "candles",
            "timestamp as open_at, 3600 as interval_s, venue, coin as asset, "
            'o as "open", h as high, l as low, c as "close", v as base_volume',
        ),
        "funding": ("funding_rates", "timestamp as settled_at, venue, coin as asset, funding_rate as rate"),
        "open_interest": ("open_interest", "timestamp as observed_at, venue, coin as asset, oi_usd"),
    }
    with duckdb.connect() as db:
        for dataset, (name, columns) in series.items():
            file = target / "own" / dataset / "multivenue.parquet"
            file.parent.mkdir(parents=True, exist_ok=True)
            source = SHARED / "series" / "multivenue" / f"{name}.parquet"
            db.execute(f"copy (select {columns} from read_parquet('{source}')) to '{file}' (format parquet)")


def _coinglass(target: Path) -> None:
    _copy(SHARED / "series" / "coinglass" / "coinglass_BTC_liquidation_10y_1h.csv", target / "coinglass")


def _coinmetrics(target: Path) -> None:
    for asset in ("btc", "eth"):
        (excerpt,) = (SHARED / "marketcap").glob(f"coinmetrics_{asset}_excerpt_*.csv")
        _copy(excerpt, target / "coinmetrics" / "csv", f"{asset}.csv")


def _binance(target: Path) -> None:
    shutil.copytree(SHARED / "archive" / "binance", target / "binance", dirs_exist_ok=True)


def _force_orders(target: Path) -> None:
    _copy(SHARED / "logs" / "binance_forceOrder" / "riftfern_binance.csv", target / "binance" / "logs" / "forceOrder")


def _copy(file: Path, folder: Path, name: str | None = None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, folder / (name or file.name))
