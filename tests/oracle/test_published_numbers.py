"""What others published of known days: their sums, shares, orders and ranks, as this warehouse makes them of the same parts.

The figures are quoted from CoinGlass by the press and from Amberdata's report on October 2025; they are of other windows and other
venues than any dump here, so what is held to is their arithmetic.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from orchestration.settings import Settings
from tests.dbt.lake import Lake, Row, at, hourly
from tests.dbt.whole_days import small_lake

LARGEST_DAYS = {
    date(2025, 10, 10): 19.16e9,
    date(2021, 4, 18): 9.94e9,
    date(2021, 5, 19): 9.01e9,
    date(2021, 2, 22): 4.10e9,
    date(2021, 9, 7): 3.65e9,
    date(2025, 9, 22): 3.62e9,
    date(2021, 2, 23): 3.15e9,
    date(2021, 4, 23): 2.92e9,
    date(2021, 4, 16): 2.77e9,
    date(2021, 5, 13): 2.47e9,
}
EVENT = date(2026, 1, 31)
VENUES_DAY = date(2026, 1, 19)
VENUES = {
    "hyperliquid": 261.25e6,
    "bybit": 238.56e6,
    "binance": 172.02e6,
    "bitget": 61.84e6,
    "okx": 60.67e6,
    "gate": 40.90e6,
    "htx": 27.57e6,
    "coinex": 6.29e6,
}
ONE_ORDER = date(2025, 10, 10)
CAP_BEFORE, CAP_AFTER = 2.904e12, 2.73e12


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """The published parts as rows of a lake, built once."""
    lake = Lake(tmp_path_factory.mktemp("published"))
    for day, usd in LARGEST_DAYS.items():
        if day != ONE_ORDER:
            _liquidations(lake, day, {("12:00", "BTC", "long"): usd})
    _liquidations(lake, ONE_ORDER, _october())
    _liquidations(lake, EVENT, _january())
    for venue, usd in VENUES.items():
        _liquidations(lake, VENUES_DAY, {("12:00", "BTC", "long"): usd}, venue)
    _liquidations(lake, date(2026, 2, 5), {("12:00", "BTC", "long"): 1.16e9, ("13:00", "BTC", "short"): 221.5e6})
    _cap(lake)
    days = {date.fromisoformat(place.name.removeprefix("day=")) for place in lake.settings.paths.lake.glob("*/*/day=*")}
    lake.build(sorted(days))
    return lake


def test_the_event_enters_the_list_of_largest_days_at_the_tenth_place(market: Lake) -> None:
    assert market.row("event_history", "rank_all, total_usd", f"day = '{EVENT}'") == (10, pytest.approx(2.5615e9))
    same_venues = f"basis = (select basis from marts.event_history where day = '{EVENT}')"
    largest = market.rows(f"select day from marts.event_history where {same_venues} order by total_usd desc limit 9")
    assert [day for (day,) in largest] == list(LARGEST_DAYS)[:9]


def test_longs_and_shorts_make_the_total_and_the_share_is_not_over_95_percent(market: Lake) -> None:
    columns = "total_usd, long_usd, short_usd, long_share"
    row = market.row("liquidations_market_daily", columns, f"day = '{EVENT}'")
    assert row == pytest.approx((2.5615e9, 2.4068e9, 154.7e6, 0.9396), rel=1e-5)
    february = market.row("liquidations_by_asset_daily", "total_usd", "day = '2026-02-05' and asset = 'BTC'")
    assert february == (pytest.approx(1.3815e9),)


def test_ether_stands_above_bitcoin_and_holds_the_largest_order(market: Lake) -> None:
    query = f"select asset, total_usd from marts.liquidations_by_asset_daily where day = '{EVENT}' order by rank"
    assert market.rows(query)[:2] == [("ETH", pytest.approx(1.15e9)), ("BTC", pytest.approx(788e6))]
    columns = "largest_order_asset, largest_order_usd"
    assert market.row("liquidations_market_daily", columns, f"day = '{EVENT}'") == ("ETH", pytest.approx(222.65e6))


def test_venues_sum_to_what_is_named_and_not_to_the_published_total(market: Lake) -> None:
    query = f"select venue, total_usd from marts.liquidations_by_venue_daily where day = '{VENUES_DAY}' order by 2 desc"
    assert market.rows(query) == [(venue, pytest.approx(usd)) for venue, usd in VENUES.items()]
    (total,) = market.row("liquidations_market_daily", "total_usd", f"day = '{VENUES_DAY}'")
    assert total == pytest.approx(869.10e6)
    assert total / 870.90e6 == pytest.approx(0.998, abs=5e-4)


def test_windows_inside_one_day_are_told_apart(market: Lake) -> None:
    columns = "total_usd, busiest_1m_usd, busiest_1m_at, busiest_1h_usd, busiest_12h_usd"
    day, minute, minute_at, hour, half = market.row("liquidations_market_daily", columns, f"day = '{ONE_ORDER}'")
    assert (day, minute, hour) == pytest.approx((19.38e9, 3.21e9, 6.93e9))
    assert minute_at == at(ONE_ORDER, "21:15:00")
    assert hour < half < day


def test_a_cap_that_falls_by_174_billion_falls_by_six_percent(market: Lake) -> None:
    columns = "open_cap_usd, close_cap_usd, prior_close_cap_usd, change_usd, change_pct"
    row = market.row("market_cap_total_daily", columns, f"day = '{EVENT}' and universe = 'all'")
    assert row == pytest.approx((CAP_BEFORE, CAP_AFTER, CAP_BEFORE, -174e9, -0.0599), rel=1e-3)


@dataclass(frozen=True)
class Published:
    """A figure that others printed of a real day, and how ours stands to it."""

    figure: float
    mart: str
    column: str
    where: str
    at_least: float
    at_most: float
    why: str


OF_THE_DAY = f"day = '{EVENT}' and asset = "
REAL = {
    "BTC opened": Published(
        84_211, "prices_daily", "open_usd", f"{OF_THE_DAY}'BTC'", 0.9999, 1.0001, "a median of five venues"
    ),
    "BTC low": Published(
        75_500, "prices_daily", "low_usd", f"{OF_THE_DAY}'BTC'", 1, 1.001, "one venue's low under a median of five"
    ),
    "BTC closed": Published(
        78_707, "prices_daily", "close_usd", f"{OF_THE_DAY}'BTC'", 0.9999, 1.0001, "a median of five venues"
    ),
    "ETH opened": Published(
        2_706, "prices_daily", "open_usd", f"{OF_THE_DAY}'ETH'", 0.9995, 1.0001, "a median of five venues"
    ),
    "ETH low": Published(
        2_202, "prices_daily", "low_usd", f"{OF_THE_DAY}'ETH'", 1, 1.012, "one venue's low under a median of five"
    ),
    "ETH closed": Published(
        2_450, "prices_daily", "close_usd", f"{OF_THE_DAY}'ETH'", 0.9995, 1.0005, "a median of five venues"
    ),
    "BTC liquidated": Published(
        788e6,
        "liquidations_by_asset_daily",
        "total_usd",
        f"{OF_THE_DAY}'BTC'",
        0.35,
        0.45,
        "24 hours to 1 February 07:06 of all venues and pairs, against one pair's aggregate by UTC day",
    ),
}


@pytest.mark.parametrize("name", REAL)
def test_our_figures_of_a_real_day_stand_beside_the_published(real_market: Settings, name: str) -> None:
    theirs = REAL[name]
    query = f"select {theirs.column} from marts.{theirs.mart} where {theirs.where}"
    ((ours,),) = small_lake.query(real_market, query)
    assert theirs.at_least <= ours / theirs.figure <= theirs.at_most, (ours, theirs.figure, theirs.why)


def _january() -> Mapping[tuple[str, str, str], float]:
    """2.5615 billion, 154.7 million of it shorts; Ether 1.15 billion with one order of 222.65 million, Bitcoin 788 million."""
    longs = {"ETH": 1.15e9 - 222.65e6, "BTC": 788e6, "SOL": 2.4068e9 - 1.15e9 - 788e6}
    several = {(f"18:{n:02}", asset, "long"): usd / 8 for asset, usd in longs.items() for n in range(8)}
    return {**several, ("17:00", "ETH", "long"): 222.65e6, ("19:00", "SOL", "short"): 154.7e6}


def _october() -> Mapping[tuple[str, str, str], float]:
    """6.93 billion between 20:50 and 21:30, of which 3.21 in the minute of 21:15; the rest of 19.38 spread over the day."""
    wave = {("20:50", "BTC", "long"): 1.86e9, ("21:15", "BTC", "long"): 3.21e9, ("21:29", "BTC", "long"): 1.86e9}
    rest = (16.87e9 - 6.93e9) / 8
    longs = {(f"{hour:02}:00", "BTC", "long"): rest for hour in range(1, 17, 2)}
    return {**wave, **longs, ("03:30", "BTC", "short"): 2.51e9}


def _liquidations(lake: Lake, day: date, parts: Mapping[tuple[str, str, str], float], venue: str = "stated") -> None:
    rows: list[Row] = [
        {"occurred_at": at(day, f"{clock}:00"), "asset": asset, "liquidated_side": side, "notional_usd": usd}
        for (clock, asset, side), usd in parts.items()
    ]
    lake.put("liquidations", venue, day, rows, feed="own.liquidations")


def _cap(lake: Lake) -> None:
    coins = 30e6
    before, after = CAP_BEFORE / coins, CAP_AFTER / coins
    for day, last in ((EVENT - timedelta(days=1), before), (EVENT, after)):
        bars = hourly(day, {0: (before,) * 4, 17: (before, before, last, last)}, symbol="BTCUSDT")
        lake.put("candles", "binance", day, bars)
        lake.put("caps", "coinmetrics", day, [{"observed_at": day, "asset": "BTC", "supply": coins}])
