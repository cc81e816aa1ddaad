"""An archive from which something was taken away: coverage says where, the rest stays as it was, and nothing becomes a zero."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from orchestration.landing.fetch import fetch_day
from orchestration.landing.lake import land_day
from orchestration.settings import Settings
from tests.landing.kit import DAY, MIDNIGHT_MS, Lab, gzipped, kline, klines_path, lines, plain, zipped
from tests.landing.test_other_feeds import LIQUIDATIONS, us

HOURS = range(24)
SYMBOLS = ("BTCUSDT", "ETHUSDT")
METRICS = (
    "create_time,symbol,sum_open_interest,sum_open_interest_value,count_toptrader_long_short_ratio,"
    "sum_toptrader_long_short_ratio,count_long_short_ratio,sum_taker_long_short_vol_ratio"
)
FUNDING = "calc_time,funding_interval_hours,last_funding_rate"
FED_BY = {
    "candles": ("binance", "own"),
    "liquidations": ("tardis",),
    "open_interest": ("binance",),
    "funding": ("binance",),
}

Where = tuple[str, str]
"""A dataset and a venue."""


@dataclass(frozen=True)
class Told:
    """What the lake holds of every dataset and venue: rows, a total of what is in them, and (state, reason) of each hour."""

    rows: dict[Where, int]
    totals: dict[Where, float]
    hours: dict[Where, dict[int, tuple[str, str]]]
    zeros: int

    def states(self, where: Where) -> dict[int, str]:
        return {hour: state for hour, (state, _) in self.hours.get(where, {}).items()}

    def not_complete(self, where: Where) -> dict[int, tuple[str, str]]:
        return {hour: told for hour, told in self.hours[where].items() if told[0] != "complete"}


def metrics_path(archive: Path, symbol: str) -> Path:
    return archive / f"binance/data/futures/um/daily/metrics/{symbol}/{symbol}-metrics-{DAY}.zip"


def funding_path(archive: Path, symbol: str) -> Path:
    return archive / f"binance/data/futures/um/monthly/fundingRate/{symbol}/{symbol}-fundingRate-{DAY:%Y-%m}.zip"


def liquidations_path(archive: Path, exchange: str) -> Path:
    return archive / f"tardis/v1/{exchange}/liquidations/{DAY:%Y/%m/%d}/PERPETUALS.csv.gz"


def spot_path(archive: Path) -> Path:
    return archive / f"binance/data/spot/daily/klines/BTCUSDT/1m/BTCUSDT-1m-{DAY}.zip"


def bars_path(archive: Path) -> Path:
    return archive / f"own/candles/kraken-{DAY}.csv"


def metric(sample: int, symbol: str) -> str:
    minute = sample * 5
    return f"{DAY} {minute // 60:02}:{minute % 60:02}:00,{symbol},1000,100000,1,1,1,1"


def whole(archive: Path) -> None:
    """A day of bars of three venues, orders of two, open interest and funding of one; nothing is missing."""
    for symbol in SYMBOLS:
        zipped(klines_path(archive, symbol), lines([kline(minute) for minute in range(1440)]))
        zipped(metrics_path(archive, symbol), lines([metric(sample, symbol) for sample in range(288)], METRICS))
        settled = [f"{MIDNIGHT_MS + hour * 3_600_000 + 7},8,0.0001" for hour in (0, 8, 16)]
        zipped(funding_path(archive, symbol), lines(settled, FUNDING))
    zipped(spot_path(archive), lines([kline(minute, scale=1000) for minute in range(1440)], None))
    bars = [f"kraken,BTC,{DAY} {hour:02}:00:00,3600,100,101,99,100" for hour in HOURS]
    plain(bars_path(archive), lines(bars, "venue,asset,open_at,interval_s,open,high,low,close"))
    for exchange in ("bybit", "bitmex"):
        orders = [
            f"{exchange},XBTUSD,{us(at)},{us(at)},{exchange}{at},sell,{80_000 + at % 89},{1 + at % 7}"
            for at in range(0, 86_400, 60)
        ]
        gzipped(liquidations_path(archive, exchange), lines(orders, LIQUIDATIONS))


def landed(archive: Path, home: Path) -> Told:
    """Fetch and land every dataset of an archive in a home of its own."""
    lab = Lab(archive, Settings(home=home, archive=str(archive), threads=2, assets=("BTC", "ETH")))
    for source in {source for sources in FED_BY.values() for source in sources}:
        fetch_day(lab.settings, source, DAY)
    told = Told({}, {}, {}, 0)
    zeros = 0
    measured = {"candles": "close", "liquidations": "quantity", "open_interest": "oi_base", "funding": "rate"}
    for dataset, measure in measured.items():
        land_day(lab.settings, dataset, DAY)
        for venue, value in lab.rows(dataset, f"venue, {measure}"):
            told.rows[dataset, venue] = told.rows.get((dataset, venue), 0) + 1
            told.totals[dataset, venue] = told.totals.get((dataset, venue), 0.0) + value
            zeros += value == 0
    for dataset, venue, hour, state, reason in lab.rows("coverage", "dataset, venue, hour, state, reason"):
        told.hours.setdefault((dataset, venue), {})[hour] = (state, reason)
    return Told(told.rows, told.totals, told.hours, zeros)


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Told]:
    root = tmp_path_factory.mktemp("whole")
    whole(root / "archive")
    return root / "archive", landed(root / "archive", root / "home")


def without(untouched: tuple[Path, Told], tmp_path: Path, hide: Callable[[Path], None]) -> Told:
    """The same archive after something was hidden from it."""
    archive = tmp_path / "archive"
    shutil.copytree(untouched[0], archive)
    hide(archive)
    return landed(archive, tmp_path / "home")


def the_rest_is_the_same(told: Told, before: Told, touched: Where) -> None:
    """Every other dataset and venue has the rows, totals and hours that it had, and no zero stands for what is gone."""
    for part in ("rows", "totals", "hours"):
        kept, had = ({k: v for k, v in getattr(one, part).items() if k != touched} for one in (told, before))
        assert kept == had
    assert told.zeros == 0


def test_an_archive_that_lacks_nothing_is_complete_throughout(untouched: tuple[Path, Told]) -> None:
    told = untouched[1]
    assert told.rows == {
        ("candles", "binance"): 2880,
        ("candles", "binance-spot"): 1440,
        ("candles", "kraken"): 24,
        ("liquidations", "bybit"): 1440,
        ("liquidations", "bitmex"): 1440,
        ("open_interest", "binance"): 576,
        ("funding", "binance"): 6,
    }
    assert {where: told.states(where) for where in told.hours} == {
        where: dict.fromkeys(HOURS, "complete") for where in told.rows
    }


@pytest.mark.parametrize(
    ("where", "hide"),
    [
        (("candles", "binance-spot"), spot_path),
        (("candles", "kraken"), bars_path),
        (("liquidations", "bybit"), lambda archive: liquidations_path(archive, "bybit")),
        (("liquidations", "bitmex"), lambda archive: liquidations_path(archive, "bitmex")),
    ],
    ids=["spot", "bars", "orders of bybit", "orders of bitmex"],
)
def test_nothing_is_said_of_a_venue_whose_only_file_is_hidden(
    where: Where, hide: Callable[[Path], Path], untouched: tuple[Path, Told], tmp_path: Path
) -> None:
    told = without(untouched, tmp_path, lambda archive: hide(archive).unlink())
    assert where not in told.hours
    assert where not in told.rows
    the_rest_is_the_same(told, untouched[1], where)


@pytest.mark.parametrize(
    ("dataset", "path"), [("open_interest", metrics_path), ("funding", funding_path), ("candles", klines_path)]
)
def test_nothing_is_said_of_a_dataset_all_of_whose_files_are_hidden(
    dataset: str, path: Callable[[Path, str], Path], untouched: tuple[Path, Told], tmp_path: Path
) -> None:
    def hide(archive: Path) -> None:
        for symbol in SYMBOLS:
            path(archive, symbol).unlink()

    told = without(untouched, tmp_path, hide)
    assert (dataset, "binance") not in told.hours
    assert (dataset, "binance") not in told.rows
    the_rest_is_the_same(told, untouched[1], (dataset, "binance"))


@pytest.mark.parametrize(
    ("dataset", "path", "reason"),
    [("open_interest", metrics_path, "12 of 12 rows"), ("candles", klines_path, "60 of 60 rows")],
)
def test_one_symbol_s_hidden_file_halves_the_rows_that_are_expected(
    dataset: str, path: Callable[[Path, str], Path], reason: str, untouched: tuple[Path, Told], tmp_path: Path
) -> None:
    told = without(untouched, tmp_path, lambda archive: path(archive, "ETHUSDT").unlink())
    where = (dataset, "binance")
    assert {said for _, said in told.hours[where].values()} == {reason}
    assert told.rows[where] == untouched[1].rows[where] // 2
    the_rest_is_the_same(told, untouched[1], where)


def test_hours_hidden_inside_the_files_are_missing_with_the_count(untouched: tuple[Path, Told], tmp_path: Path) -> None:
    def hide(archive: Path) -> None:
        for symbol in SYMBOLS:
            kept = [kline(minute) for minute in range(1440) if not 600 <= minute < 750]
            zipped(klines_path(archive, symbol), lines(kept))

    told = without(untouched, tmp_path, hide)
    where = ("candles", "binance")
    assert told.not_complete(where) == {
        10: ("missing", "0 of 120 rows"),
        11: ("missing", "0 of 120 rows"),
        12: ("partial", "60 of 120 rows"),
    }
    assert told.rows[where] == 2880 - 300
    assert told.totals[where] == untouched[1].totals[where] - 300 * 100
    the_rest_is_the_same(told, untouched[1], where)


def test_hours_hidden_of_one_symbol_are_partial(untouched: tuple[Path, Told], tmp_path: Path) -> None:
    def hide(archive: Path) -> None:
        kept = [kline(minute) for minute in range(1440) if minute // 60 != 4]
        zipped(klines_path(archive, "ETHUSDT"), lines(kept))

    told = without(untouched, tmp_path, hide)
    assert told.not_complete(("candles", "binance")) == {4: ("partial", "60 of 120 rows")}
    the_rest_is_the_same(told, untouched[1], ("candles", "binance"))


def test_a_cut_tail_of_rows_is_missing_from_the_cut_on(untouched: tuple[Path, Told], tmp_path: Path) -> None:
    def hide(archive: Path) -> None:
        for symbol in SYMBOLS:
            zipped(metrics_path(archive, symbol), lines([metric(n, symbol) for n in range(20 * 12 + 6)], METRICS))

    told = without(untouched, tmp_path, hide)
    assert told.not_complete(("open_interest", "binance")) == {
        20: ("partial", "12 of 24 rows"),
        **dict.fromkeys((21, 22, 23), ("missing", "0 of 24 rows")),
    }
    the_rest_is_the_same(told, untouched[1], ("open_interest", "binance"))


def test_a_cut_tail_of_hourly_bars_is_missing(untouched: tuple[Path, Told], tmp_path: Path) -> None:
    def hide(archive: Path) -> None:
        path = bars_path(archive)
        path.write_text("".join(path.read_text().splitlines(keepends=True)[:-3]))

    told = without(untouched, tmp_path, hide)
    assert told.states(("candles", "kraken")) == {
        **dict.fromkeys(range(21), "complete"),
        **dict.fromkeys((21, 22, 23), "missing"),
    }
    the_rest_is_the_same(told, untouched[1], ("candles", "kraken"))


def test_a_liquidations_file_cut_in_transfer_covers_nothing(untouched: tuple[Path, Told], tmp_path: Path) -> None:
    def hide(archive: Path) -> None:
        path = liquidations_path(archive, "bybit")
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    told = without(untouched, tmp_path, hide)
    where = ("liquidations", "bybit")
    assert told.hours[where] == dict.fromkeys(HOURS, ("missing", "the file of the day could not be read"))
    assert where not in told.rows
    the_rest_is_the_same(told, untouched[1], where)


def test_one_symbol_s_file_cut_in_transfer_makes_the_venue_partial(
    untouched: tuple[Path, Told], tmp_path: Path
) -> None:
    def hide(archive: Path) -> None:
        path = klines_path(archive, "ETHUSDT")
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    told = without(untouched, tmp_path, hide)
    where = ("candles", "binance")
    assert set(told.states(where).values()) == {"partial"}
    assert all("could not be read" in reason for _, reason in told.hours[where].values())
    assert told.rows[where] == 1440
    the_rest_is_the_same(told, untouched[1], where)


def test_orders_that_became_unreadable_make_the_day_partial(untouched: tuple[Path, Told], tmp_path: Path) -> None:
    def hide(archive: Path) -> None:
        rows = [
            f"bybit,XBTUSD,{us(at)},{us(at)},{at},sell,{'x' if at >= 72_000 else 80_000},1"
            for at in range(0, 86_400, 60)
        ]
        gzipped(liquidations_path(archive, "bybit"), lines(rows, LIQUIDATIONS))

    told = without(untouched, tmp_path, hide)
    where = ("liquidations", "bybit")
    assert told.hours[where] == dict.fromkeys(HOURS, ("partial", "240 rows of the day could not be used"))
    assert told.rows[where] == 1200
    the_rest_is_the_same(told, untouched[1], where)


def test_what_comes_back_is_counted_as_if_it_had_never_been_away(untouched: tuple[Path, Told], tmp_path: Path) -> None:
    archive, home = tmp_path / "archive", tmp_path / "home"
    shutil.copytree(untouched[0], archive)
    path = liquidations_path(archive, "bybit")
    content = path.read_bytes()
    path.unlink()
    assert landed(archive, home) != untouched[1]
    path.write_bytes(content)
    assert landed(archive, home) == untouched[1]
