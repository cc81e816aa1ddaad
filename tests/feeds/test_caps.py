"""Market capitalisations: whose day a value is of, which of several coins a symbol means, and what no list states."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from orchestration.feeds.coingecko import MARKETS
from tests.landing.conftest import lab
from tests.landing.kit import DAY, Lab, plain

__all__ = ["lab"]

CAPS = "venue, observed_at::varchar, asset, cap_usd, price_usd, supply"


def coin(symbol: str = "btc", cap: float | None = 1.57e12, at: str = "2026-02-01T06:30:01.123Z") -> dict[str, object]:
    return {
        "id": symbol,
        "symbol": symbol,
        "name": symbol,
        "current_price": 78_702.4,
        "market_cap": cap,
        "market_cap_rank": 1,
        "circulating_supply": 19_982_729.0,
        "last_updated": at,
    }


def coingecko(lab: Lab, records: object, day: date = DAY) -> None:
    plain(lab.archive / f"coingecko/coins_markets/{day}.json", json.dumps(records))


def test_values_asked_for_after_midnight_are_of_the_day_that_ended(lab: Lab) -> None:
    coingecko(lab, [coin(), coin("eth", at="2026-01-31T23:59:00.000Z")])
    report = lab.land("coingecko", "caps")
    assert lab.rows("caps", CAPS) == [
        ("coingecko", "2026-01-31 00:00:00", "BTC", 1.57e12, 78_702.4, 19_982_729.0),
        ("coingecko", "2026-01-31 00:00:00", "ETH", 1.57e12, 78_702.4, 19_982_729.0),
    ]
    assert report.coverage == {"coingecko": 24}


def test_the_larger_of_two_coins_of_one_symbol_is_meant(lab: Lab) -> None:
    coingecko(lab, [coin("btc", 5e11), coin("sol", 4e11), coin("BTC", 3e9)])
    report = lab.land("coingecko", "caps")
    assert lab.rows("caps", "asset, cap_usd") == [("BTC", 5e11), ("SOL", 4e11)]
    assert lab.quarantined() == [(3, "repeats an earlier row")]
    assert report.coverage == {"coingecko": 24}


@pytest.mark.parametrize("at", ["2026-01-30T23:59:59Z", "2026-02-02T00:00:00Z"])
def test_a_coin_last_updated_on_another_day_is_not_of_this_one(at: str, lab: Lab) -> None:
    coingecko(lab, [coin(), coin("old", at=at)])
    lab.land("coingecko", "caps")
    assert lab.rows("caps", "asset") == [("BTC",)]
    assert lab.quarantined() == [(2, "observed_at is not of the file's day")]


@pytest.mark.parametrize("cap", [0, None])
def test_a_capitalisation_that_is_not_known_is_empty_and_no_zero(cap: int | None, lab: Lab) -> None:
    coingecko(lab, [coin(cap=cap)])
    lab.land("coingecko", "caps")
    assert lab.rows("caps", "cap_usd, price_usd") == [(None, 78_702.4)]


def test_an_answer_that_refuses_is_quarantined_whole(lab: Lab) -> None:
    coingecko(lab, {"status": {"error_code": 429, "error_message": "You've exceeded the Rate Limit."}})
    lab.land("coingecko", "caps")
    assert [line for line, _ in lab.quarantined()] == [0]
    assert set(lab.states("caps", "coingecko").values()) == {"missing"}


def test_the_list_of_now_is_asked_for_once_a_day_and_works_without_a_key() -> None:
    assert MARKETS.request is not None
    assert MARKETS.request.snapshot
    assert MARKETS.key is not None
    assert not MARKETS.key.is_needed


LISTED = '"rank","name","symbol","price_usd","market_cap_usd","volume24h_usd"'


def coinmarketcap(lab: Lab, *rows: str, name: str = "coinmarketcap_2026-01-31_top100.csv") -> None:
    plain(lab.archive / f"coinmarketcap/listings/{name}", "\n".join([LISTED, *rows]) + "\n")


def test_numbers_of_forty_digits_are_read(lab: Lab) -> None:
    coinmarketcap(
        lab, '1,"Bitcoin","BTC",78702.385502630000000000000000,1572688463359.58444300000000000000000000000000,5.5'
    )
    lab.land("coinmarketcap", "caps")
    assert lab.rows("caps", CAPS) == [
        ("coinmarketcap", "2026-01-31 00:00:00", "BTC", pytest.approx(1_572_688_463_359.584), 78_702.38550263, None)
    ]


def test_an_export_is_of_the_day_in_its_name_alone(lab: Lab) -> None:
    coinmarketcap(lab, '1,"Bitcoin","BTC",78702.4,1572688463359,5')
    coinmarketcap(lab, '1,"Bitcoin","BTC",1,1,5', name="coinmarketcap_top100.csv")
    assert lab.land("coinmarketcap", "caps").rows_kept == 1
    assert lab.land("coinmarketcap", "caps", DAY + timedelta(days=1)).rows_kept == 0


def test_a_listed_coin_that_shares_its_symbol_is_left_out_and_a_broken_row_is_named(lab: Lab) -> None:
    coinmarketcap(lab, '1,"A","UP",2,200,5', '2,"B","UP",3,100,5', '3,"C","C",x,100,5', '4,"D","D",-1,100,5')
    lab.land("coinmarketcap", "caps")
    assert lab.rows("caps", "asset, cap_usd") == [("UP", 200.0)]
    assert [line for line, _ in lab.quarantined()] == [3, 4, 5]


def messari(lab: Lab, points: Sequence[Sequence[object]], slug: str = "bitcoin") -> None:
    document = {"error": None, "data": {"points": points}, "metadata": {"pointSchemas": []}}
    plain(lab.archive / f"messari/messari_{slug}_marketcap.json", json.dumps(document, indent=2))


def midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def test_a_point_is_of_the_day_that_begins_at_its_stamp(lab: Lab) -> None:
    days = [DAY + timedelta(days=n) for n in (-1, 0, 1)]
    messari(lab, [[midnight(day), 1.5e12 + n, 60.1, 1.6e12] for n, day in enumerate(days)])
    report = lab.land("messari", "caps")
    assert lab.rows("caps", CAPS) == [("messari", "2026-01-31 00:00:00", "BTC", 1.5e12 + 1, None, None)]
    assert report.coverage == {"messari": 24}


def test_a_series_that_does_not_reach_the_day_covers_nothing(lab: Lab) -> None:
    messari(lab, [[midnight(DAY - timedelta(days=1)), 1.5e12, 60.1, 1.6e12]])
    assert lab.land("messari", "caps").coverage == {"messari": 0}


@pytest.mark.parametrize(("slug", "asset"), [("solana", "SOL"), ("HYPE", "HYPE"), ("some-unknown-coin", None)])
def test_a_slug_is_a_ticker_only_where_that_is_known(slug: str, asset: str | None, lab: Lab) -> None:
    messari(lab, [[midnight(DAY), 9e10, 2.5, 1e11]], slug)
    lab.land("messari", "caps")
    assert lab.rows("caps", "asset") == ([(asset,)] if asset else [])
    assert lab.quarantined() == ([] if asset else [(1, "asset is empty or not of its type")])


def test_a_stamp_that_is_no_time_is_quarantined_and_stops_nothing(lab: Lab) -> None:
    messari(lab, [[9_000_000_000_000_000_000, 1e12, 1, 1], [midnight(DAY), 1.5e12, 60.1, 1.6e12], [midnight(DAY), "x"]])
    assert lab.land("messari", "caps").rows_kept == 1
    assert lab.quarantined() == [
        (1, "observed_at is empty or not of its type"),
        (3, "cap: not of its type"),
    ]
