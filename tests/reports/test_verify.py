"""Verification finds what a changed number, row, text or file leaves behind."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from reports.recap import write_recap
from reports.verify import verify
from tests.reports.published import DAY, MARKETS, Market

Publish = Callable[[Market], Path]


@pytest.fixture
def copy(written: tuple[Path, Path], tmp_path: Path) -> tuple[Path, Path]:
    """The event day's database and recap, to be spoilt."""
    published, recaps = written
    shutil.copytree(recaps, tmp_path / "recaps")
    shutil.copy(published, tmp_path / "tidemark.duckdb")
    return tmp_path / "tidemark.duckdb", tmp_path / "recaps"


def misses(published: Path, recaps: Path) -> str:
    return "\n".join(map(str, verify(published, recaps, DAY).misses))


@pytest.mark.parametrize("name", sorted(MARKETS))
def test_every_fact_of_a_sound_recap_is_derived_again(name: str, publish: Publish, tmp_path: Path) -> None:
    published = publish(MARKETS[name])
    recap = write_recap(published, tmp_path, DAY)
    result = verify(published, tmp_path, DAY)
    assert list(map(str, result.misses)) == []
    assert result.n_checked >= recap.n_facts
    assert result.n_from_raw > 10


@pytest.mark.parametrize(
    "id",
    [
        "liquidations_market_daily.total_usd",
        "liquidations.share.asset.ETH",
        "liquidations_by_hour.17.long_usd",
        "coverage.liquidations.binance.hours_complete",
        "files.rows_kept",
        "prices.BTC.binance.change",
    ],
)
def test_a_changed_fact_is_a_miss(copy: tuple[Path, Path], id: str) -> None:
    path = copy[1] / "2026-01-31" / "facts.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    (fact,) = [fact for fact in document["facts"] if fact["id"] == id]
    fact["value"] *= 2
    path.write_text(json.dumps(document), encoding="utf-8")
    assert f"{id}: the recap has" in misses(*copy)


def test_a_mart_that_disagrees_with_the_raw_rows_is_a_miss(copy: tuple[Path, Path]) -> None:
    with duckdb.connect(str(copy[0])) as db:
        db.execute("delete from raw.liquidations where asset = 'BTC' and venue = 'bybit' and hour(occurred_at) = 17")
    assert "liquidations_by_asset_daily.BTC.total_usd from raw rows" in misses(*copy)


def test_a_price_that_disagrees_with_the_raw_bars_is_a_miss(copy: tuple[Path, Path]) -> None:
    with duckdb.connect(str(copy[0])) as db:
        db.execute(
            "update raw.candles set low = low - 100 where asset = 'BTC' and venue = 'binance' and hour(open_at) = 17"
        )
    assert "prices_by_venue_daily.BTC.binance.low_usd from raw rows" in misses(*copy)


def test_a_price_in_a_stablecoin_that_did_not_count_at_that_coin_s_own_is_a_miss(copy: tuple[Path, Path]) -> None:
    with duckdb.connect(str(copy[0])) as db:
        db.execute(
            """
            create schema seeds; create table seeds.usd_coins as select 'USDT' as coin, 'stablecoin' as kind;
            create table seeds.instruments as
            select 'binance' as venue, 'BTCUSDT' as symbol, 'BTC' as base, 'linear' as kind, 1.0 as contract_size, 1.0 as multiplier,
                date '2019-09-01' as valid_from, 'USDT' as quote, 'USDT' as settlement;
            insert into raw.candles (open_at, interval_s, asset, open, high, low, close, venue, day)
            select day, 60, 'USDT', 1, 1, 1, 0.99, 'kraken-spot', day from (select distinct day from raw.candles)
            """
        )
    assert "prices_by_venue_daily.BTC.binance.open_usd from raw rows" not in misses(*copy)
    with duckdb.connect(str(copy[0])) as db:
        db.execute("update raw.candles set interval_s = 3600 where asset = 'USDT'")
    assert "prices_by_venue_daily.BTC.binance.open_usd from raw rows" in misses(*copy)


def test_a_changed_text_is_a_miss(copy: tuple[Path, Path]) -> None:
    page = copy[1] / "2026-01-31" / "index.html"
    page.write_text(page.read_text(encoding="utf-8").replace(">$788M<", ">$789M<", 1), encoding="utf-8")
    assert "$789M is not how fact" in misses(*copy)


def test_another_hash_of_a_dump_file_is_a_miss(copy: tuple[Path, Path]) -> None:
    with duckdb.connect(str(copy[0])) as db:
        db.execute("update marts.dump_files set sha256 = repeat('f', 64) where venue = 'bitmex'")
    assert "dump file bitmex/liquidations/bitmex.csv.gz" in misses(*copy)


def test_a_place_that_is_no_place_is_not_run(copy: tuple[Path, Path]) -> None:
    path = copy[1] / "2026-01-31" / "facts.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["facts"][0]["column"] = "1 from marts.dump_files); drop table marts.dump_files; --"
    path.write_text(json.dumps(document), encoding="utf-8")
    assert "a place that is none" in misses(*copy)


def test_a_recap_that_is_not_there_is_a_miss(written: tuple[Path, Path], tmp_path: Path) -> None:
    assert "no index.html" in misses(written[0], tmp_path)
