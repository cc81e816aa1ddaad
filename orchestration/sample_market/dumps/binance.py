"""Binance's archive of USD-M futures: daily klines and metrics, monthly funding rates. Its force orders are in `recorder.py`."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np

from orchestration.sample_market.assets import Asset
from orchestration.sample_market.book import STEP, STEPS, Book, funding
from orchestration.sample_market.dumps.files import write_zip
from orchestration.sample_market.prices import MINUTES, Candles, Floats, day_key, random

ROOT = Path("binance/data/futures/um")
KLINES = "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore\n"
METRICS = (
    "create_time,symbol,sum_open_interest,sum_open_interest_value,count_toptrader_long_short_ratio,"
    "sum_toptrader_long_short_ratio,count_long_short_ratio,sum_taker_long_short_vol_ratio\n"
)
FUNDING = "calc_time,funding_interval_hours,last_funding_rate\n"


def epoch_ms(day: date) -> int:
    """Milliseconds since 1970 of the day's first instant, UTC."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000


def write_klines(archive: Path, asset: Asset, candles: Candles, day: date, forced: Floats, absent: range) -> None:
    """Write one day of one-minute klines; `forced` are the coins liquidated in each minute, `absent` the minutes left out."""
    minutes = candles.minutes_of(day)
    open_, high, low, close = (column[minutes] for column in (candles.open, candles.high, candles.low, candles.close))
    volume, bought = _volumes(asset, day, open_, close, forced)
    mean = (open_ + high + low + close) / 4
    starts = epoch_ms(day) + 60_000 * np.arange(MINUTES)
    counts = 20 + (volume * mean / 900).astype(np.int64)
    columns = (starts, open_, high, low, close, volume, starts + 59_999, volume * mean, counts, bought, bought * mean)
    p, q = f"%.{asset.price_decimals}f", f"%.{asset.quantity_decimals}f"
    row = f"%d,{p},{p},{p},{p},{q},%d,%.4f,%d,{q},%.4f,0\n"
    rows = zip(*(column.tolist() for column in columns), strict=True)
    text = "".join([row % values for minute, values in enumerate(rows) if minute not in absent])
    folder = ROOT / "daily" / "klines" / asset.symbol / "1m"
    write_zip(archive / folder / f"{asset.symbol}-1m-{day}.zip", KLINES + text)


def _volumes(asset: Asset, day: date, open_: Floats, close: Floats, forced: Floats) -> tuple[Floats, Floats]:
    """Traded and taker-bought coins: more when the price moves, never less than what was liquidated."""
    rng = random("volume", asset.name, day_key(day))
    returns = close / open_ - 1
    busy = 0.55 + 0.6 * np.abs(returns) / (np.std(returns) + 1e-9)
    usd = asset.volume_usd / MINUTES * busy * np.exp(0.45 * rng.standard_normal(MINUTES))
    volume = np.round(usd / close + forced * 2.2, asset.quantity_decimals) + asset.step
    share = np.clip(0.5 + 0.12 * np.tanh(returns / 0.001) + 0.05 * rng.standard_normal(MINUTES), 0.05, 0.95)
    return volume, np.round(volume * share, asset.quantity_decimals)


def write_metrics(archive: Path, asset: Asset, candles: Candles, series: Book, day: date) -> None:
    """Write one day of five-minute open interest, 00:00 to 23:55, in no order, as the vendor's files are."""
    rng = random("metrics", asset.name, day_key(day))
    steps = series.steps_of(day)
    coins = series.open_interest["binance"][steps]
    value = coins * candles.open[candles.minutes_of(day)][::STEP]
    accounts = series.long_share[steps] / (1 - series.long_share[steps]) * 1.4
    ratios = [accounts * level * np.exp(0.03 * rng.standard_normal(STEPS)) for level in (1.1, 0.9, 1.0)]
    takers = np.exp(0.15 * rng.standard_normal(STEPS))
    times = [datetime(day.year, day.month, day.day) + timedelta(minutes=STEP * step) for step in range(STEPS)]
    rows = zip(times, coins, value, *ratios, takers, strict=True)
    lines = [f"{at},{asset.symbol},{c:.3f},{v:.4f},{a:.4f},{b:.4f},{n:.4f},{t:.4f}\n" for at, c, v, a, b, n, t in rows]
    text = METRICS + "".join(lines[number] for number in rng.permutation(STEPS))
    write_zip(archive / ROOT / "daily" / "metrics" / asset.symbol / f"{asset.symbol}-metrics-{day}.zip", text)


def write_funding(archive: Path, asset: Asset, series: Book, days: Iterable[date]) -> None:
    """Write funding rates month by month; the file of an unfinished month ends with the last day."""
    months: dict[str, list[str]] = {}
    for day in days:
        late = random("late", asset.name, day_key(day)).integers(0, 12, 3)
        for (hour, rate), delay in zip(funding(series, "binance", day), late, strict=True):
            line = f"{epoch_ms(day) + hour * 3_600_000 + delay},8,{rate:.8f}\n"
            months.setdefault(f"{day:%Y-%m}", []).append(line)
    folder = archive / ROOT / "monthly" / "fundingRate" / asset.symbol
    for month, lines in months.items():
        write_zip(folder / f"{asset.symbol}-fundingRate-{month}.zip", FUNDING + "".join(lines))
