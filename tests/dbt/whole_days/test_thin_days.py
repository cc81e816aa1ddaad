"""A day whose only bars are hourly: coarse, but nothing is skipped."""

from datetime import timedelta

from orchestration.settings import Settings
from tests.dbt.whole_days import small_lake as lake


def test_a_day_of_hourly_bars_has_every_hour_and_says_its_resolution(settings: Settings) -> None:
    prices = [100.0 - hour for hour in range(24)]
    bars = [
        {
            "open_at": lake.at(lake.DAY, hour * 3600),
            "interval_s": 3600,
            "symbol": "BTCUSDT",
            "open": start,
            "high": start,
            "low": start - 1,
            "close": start - 1,
        }
        for hour, start in enumerate(prices)
    ]
    lake.land(settings, "candles", lake.DAY, "binance", bars)
    caps = [{"asset": "BTC", "observed_at": lake.at(lake.DAY), "supply": 10.0}]
    lake.land(settings, "caps", lake.DAY, "coinmetrics", caps)
    lake.load(settings, lake.DAY)
    path = lake.query(settings, """select "at", cap_usd from marts.market_cap_path where universe = 'all' order by 1""")
    assert path == [(lake.at(lake.DAY) + timedelta(hours=hour), 1000.0 - 10 * hour) for hour in range(25)]
    total = "select resolution_s, n_assets, max_drawdown_usd, change_usd from marts.market_cap_total_daily"
    assert lake.query(settings, total) == [(3600, 1, -240.0, None)] * 2
    assert lake.query(settings, "select count(*), sum(covered_s) from marts.prices_hourly") == [(24, 86400)]
    assert lake.query(settings, "select count(*) from marts.liquidations_market_daily") == [(0,)]
