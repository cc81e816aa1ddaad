"""Plain reading of the written dumps, with none of the project's code: csv, json, gzip and zip only."""

import csv
import gzip
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

UM = Path("binance/data/futures/um")


@dataclass(frozen=True)
class Liquidation:
    """One reported order: venue, asset, second of the day, whether a long was liquidated, price, coins, USD."""

    venue: str
    asset: str
    second: float
    is_long: bool
    price: float
    coins: float
    usd: float

    @property
    def minute(self) -> int:
        return int(self.second // 60)


def midnight(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()


def zipped(path: Path) -> list[dict[str, str]]:
    with zipfile.ZipFile(path) as archive:
        (name,) = archive.namelist()
        return list(csv.DictReader(archive.read(name).decode().splitlines()))


def klines(archive: Path, asset: str, day: date) -> list[dict[str, str]]:
    return zipped(archive / UM / f"daily/klines/{asset}USDT/1m/{asset}USDT-1m-{day}.zip")


def metrics_path(archive: Path, asset: str, day: date) -> Path:
    return archive / UM / f"daily/metrics/{asset}USDT/{asset}USDT-metrics-{day}.zip"


def open_interest(archive: Path, asset: str, day: date) -> dict[str, float]:
    """Coins by create_time, in order of time."""
    rows = zipped(metrics_path(archive, asset, day))
    return dict(sorted((row["create_time"], float(row["sum_open_interest"])) for row in rows))


def funding(archive: Path, asset: str, month: str) -> dict[datetime, float]:
    """Rate by settlement, to the hour."""
    rows = zipped(archive / UM / f"monthly/fundingRate/{asset}USDT/{asset}USDT-fundingRate-{month}.zip")
    return {
        datetime.fromtimestamp(int(row["calc_time"]) // 3_600_000 * 3600, tz=UTC): float(row["last_funding_rate"])
        for row in rows
    }


def recorded(archive: Path, day: date) -> list[dict]:
    with gzip.open(archive / f"binance/recorded/forceOrder/{day}.ndjson.gz", "rt") as lines:
        return [json.loads(line) for line in lines]


def tardis_path(archive: Path, venue: str, kind: str, day: date) -> Path:
    return archive / f"tardis/v1/{venue}/{kind}/{day:%Y/%m/%d}/PERPETUALS.csv.gz"


def tardis(archive: Path, venue: str, kind: str, day: date) -> list[dict[str, str]]:
    with gzip.open(tardis_path(archive, venue, kind, day), "rt") as lines:
        return list(csv.DictReader(lines))


def liquidations(archive: Path, day: date) -> list[Liquidation]:
    found = [*_binance(archive, day)]
    for venue in ("bybit", "bitmex"):
        if tardis_path(archive, venue, "liquidations", day).exists():
            found += _tardis(archive, venue, day)
    return found


def _binance(archive: Path, day: date) -> Iterator[Liquidation]:
    for line in recorded(archive, day):
        if "message" in line:
            order = line["message"]["o"]
            coins, price = float(order["z"]), float(order["ap"])
            second = order["T"] / 1000 - midnight(day)
            yield Liquidation("binance", order["s"][:-4], second, order["S"] == "SELL", price, coins, coins * price)


def _tardis(archive: Path, venue: str, day: date) -> Iterator[Liquidation]:
    for row in tardis(archive, venue, "liquidations", day):
        price, amount = float(row["price"]), float(row["amount"])
        coins = amount / price if venue == "bitmex" else amount
        asset = "BTC" if row["symbol"] == "XBTUSD" else row["symbol"][:-4]
        second = int(row["timestamp"]) / 1e6 - midnight(day)
        yield Liquidation(venue, asset, second, row["side"] == "sell", price, coins, coins * price)


def supplies(archive: Path, asset: str) -> dict[str, tuple[float, float]]:
    """Price at the end of the day and supply, of the days that are complete."""
    with (archive / f"coinmetrics/csv/{asset.lower()}.csv").open() as lines:
        rows = [row for row in csv.DictReader(lines) if row["PriceUSD"]]
    return {row["time"]: (float(row["PriceUSD"]), float(row["SplyCur"])) for row in rows}
