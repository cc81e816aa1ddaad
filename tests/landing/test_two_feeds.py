"""Several feeds of one dataset and day, landed together."""

import json

from orchestration.feeds.contract import Feed
from tests.landing.kit import DAY, MIDNIGHT_MS, Lab, plain, zipped

HOUR_MS = 3_600_000


def test_answers_of_two_venues_and_a_monthly_file_land_together(lab: Lab) -> None:
    rows = [{"fundingRateTimestamp": str(MIDNIGHT_MS + n * 8 * HOUR_MS), "fundingRate": "0.0001"} for n in range(3)]
    answer = {"result": {"list": [{"symbol": "BTCUSDT", **row} for row in rows]}}
    hyper = [{"coin": "BTC", "time": MIDNIGHT_MS + n * HOUR_MS, "fundingRate": "0.00001"} for n in range(24)]
    monthly = [f"{MIDNIGHT_MS + n * 8 * HOUR_MS},8,0.0002" for n in range(3)]
    bybit = next(feed for feed in _feeds() if feed.name == "bybit.funding")
    plain(lab.archive / "bybit" / bybit.paths[0].format(symbol="BTCUSDT", day=DAY), json.dumps(answer))
    plain(lab.archive / f"hyperliquid/rest/fundingHistory/BTC/{DAY}.json", json.dumps(hyper))
    path = lab.archive / "binance/data/futures/um/monthly/fundingRate/BTCUSDT/BTCUSDT-fundingRate-2026-01.zip"
    zipped(path, "\n".join(["calc_time,funding_interval_hours,last_funding_rate", *monthly]) + "\n")
    for source in ("bybit", "hyperliquid", "binance"):
        lab.fetch(source)
    report = lab.land("own", "funding")
    assert (report.rows_kept, report.rows_quarantined) == (30, 0)
    assert report.venues == ["binance", "bybit", "hyperliquid"]


def _feeds() -> "tuple[Feed, ...]":
    from orchestration.feeds.catalog import FEEDS

    return FEEDS
