"""What the project's seed says: sizes that decide about notionals, the universe on every venue, and agreement with real answers."""

import gzip
import itertools
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orchestration.instruments import readers, seed
from orchestration.instruments.model import Instrument
from orchestration.settings import DEFAULT_ASSETS

SEEDS = Path(__file__).parents[2] / "dbt_project/seeds"
CAPTURES = Path(__file__).parents[3] / "shared/real/captures/cryptofeed"
ROWS = seed.read(SEEDS / "instruments.csv")
COINS = DEFAULT_ASSETS


def stated(venue: str, symbol: str, day: str = "2026-01-31") -> tuple[str, str, str, str, float, float] | None:
    """Kind, base, quote, settlement, contract size and multiplier that hold on a day."""
    held = [row for row in ROWS if row[:2] == (venue, symbol) and row[8] <= day]
    if not held:
        return None
    row = max(held, key=lambda found: found[8])
    return row[2], row[3], row[4], row[5], float(row[6]), float(row[7])


@pytest.mark.parametrize(
    ("venue", "symbol", "expected"),
    [
        ("okx", "BTC-USDT-SWAP", ("linear", "BTC", "USDT", "USDT", 0.01, 1)),
        ("okx", "ETH-USDT-SWAP", ("linear", "ETH", "USDT", "USDT", 0.1, 1)),
        ("okx", "DOGE-USDT-SWAP", ("linear", "DOGE", "USDT", "USDT", 1000, 1)),
        ("okx", "BTC-USD-SWAP", ("inverse", "BTC", "USD", "BTC", 100, 1)),
        ("okx", "ETH-USD-SWAP", ("inverse", "ETH", "USD", "ETH", 10, 1)),
        ("bitmex", "XBTUSD", ("inverse", "BTC", "USD", "BTC", 1, 1)),
        ("bitmex", "ETHUSD", ("quanto", "ETH", "USD", "BTC", 1e-6, 1)),
        ("deribit", "BTC-PERPETUAL", ("inverse", "BTC", "USD", "BTC", 10, 1)),
        ("deribit", "ETH-PERPETUAL", ("inverse", "ETH", "USD", "ETH", 1, 1)),
        ("deribit", "SOL_USDC-PERPETUAL", ("linear", "SOL", "USDC", "USDC", 1, 1)),
        ("htx", "BTC-USD", ("inverse", "BTC", "USD", "BTC", 100, 1)),
        ("htx", "ETH-USD", ("inverse", "ETH", "USD", "ETH", 10, 1)),
        ("htx", "BTC-USDT", ("linear", "BTC", "USDT", "USDT", 0.001, 1)),
        ("kraken", "PI_XBTUSD", ("inverse", "BTC", "USD", "BTC", 1, 1)),
        ("kraken", "PF_XBTUSD", ("linear", "BTC", "USD", "USD", 1, 1)),
        ("gate", "BTC_USDT", ("linear", "BTC", "USDT", "USDT", 0.0001, 1)),
        ("gate", "ETH_USDT", ("linear", "ETH", "USDT", "USDT", 0.01, 1)),
        ("bybit", "BTCUSD", ("inverse", "BTC", "USD", "BTC", 1, 1)),
        ("bybit", "BTCPERP", ("linear", "BTC", "USDC", "USDC", 1, 1)),
        ("dydx", "BTC-USD", ("linear", "BTC", "USD", "USDC", 1, 1)),
        ("hyperliquid", "BTC", ("linear", "BTC", "USDC", "USDC", 1, 1)),
        ("hyperliquid", "kPEPE", ("linear", "PEPE", "USDC", "USDC", 1, 1000)),
        ("binance", "1000PEPEUSDT", ("linear", "PEPE", "USDT", "USDT", 1, 1000)),
        ("bybit", "SHIB1000USDT", ("linear", "SHIB", "USDT", "USDT", 1, 1000)),
        ("binance", "币安人生USDT", ("linear", "币安人生", "USDT", "USDT", 1, 1)),
        ("binance-spot", "BTCUSDC", ("spot", "BTC", "USDC", "USDC", 1, 1)),
        ("okx-spot", "BTC-USD", ("spot", "BTC", "USD", "USD", 1, 1)),
    ],
)
def test_the_seed_states_what_a_contract_is(venue: str, symbol: str, expected: tuple[Any, ...]) -> None:
    assert stated(venue, symbol) == pytest.approx(expected)


def test_coin_margined_contracts_of_binance_are_100_usd_of_btc_and_10_of_others() -> None:
    sizes = {row[1]: (row[3], float(row[6])) for row in ROWS if row[0] == "binance" and row[2] == "inverse"}
    assert len(sizes) > 30
    assert {symbol for symbol, (base, size) in sizes.items() if size != (100 if base == "BTC" else 10)} == set()


PERPETUALS = {
    "binance": "{}USDT",
    "bybit": "{}USDT",
    "okx": "{}-USDT-SWAP",
    "bitget": "{}USDT",
    "gate": "{}_USDT",
    "htx": "{}-USDT",
}
SIZE_NOT_KNOWN = {("okx", "BNB"), ("okx", "SUI"), ("okx", "HYPE"), ("gate", "HYPE"), ("htx", "SUI"), ("htx", "HYPE")}


@pytest.mark.parametrize("venue", PERPETUALS)
def test_every_coin_asked_for_by_default_has_its_usdt_perpetual(venue: str) -> None:
    for asset in COINS:
        found = stated(venue, PERPETUALS[venue].format(asset))
        if (venue, asset) in SIZE_NOT_KNOWN:
            assert found is None
        else:
            assert found is not None, asset
            assert (found[:3], found[5]) == (("linear", asset, "USDT"), 1)


@pytest.mark.parametrize(("venue", "form"), [("binance-spot", "{}{}"), ("bybit-spot", "{}{}"), ("okx-spot", "{}-{}")])
def test_every_coin_asked_for_by_default_has_its_spot_pairs(venue: str, form: str) -> None:
    for quote in ("USDT", "USDC"):
        for asset in COINS:
            assert stated(venue, form.format(asset, quote)) == ("spot", asset, quote, quote, 1, 1)


def test_the_old_luna_is_not_the_new_one() -> None:
    before, after = (stated("okx-spot", "LUNA-USDT", day) for day in ("2022-05-09", "2022-05-28"))
    assert before is not None
    assert after is not None
    assert (before[1], after[1]) == ("LUNC", "LUNA")
    assert stated("binance", "LUNAUSDT", "2022-05-09") == ("linear", "LUNC", "USDT", "USDT", 1, 1)
    assert stated("binance", "LUNA2USDT", "2022-05-09") is None


def test_the_seed_stays_small_and_says_nothing_twice() -> None:
    assert (SEEDS / "instruments.csv").stat().st_size < 400_000
    assert len(ROWS) < 6_000
    assert len({(*row[:2], row[8]) for row in ROWS}) == len(ROWS)
    repeated = [now for was, now in itertools.pairwise(ROWS) if was[:8] == now[:8]]
    assert repeated == []


def answers(name: str) -> list[Any]:
    """What a venue answered, of options nothing."""
    if not (CAPTURES / name).exists():
        pytest.skip("real captures are not here (shared/real beside the project)")
    with gzip.open(CAPTURES / name, "rt", encoding="utf-8") as lines:
        found = [re.match(r"(\S+) -> [\d.]+: (.*)", line) for line in lines]
    return [json.loads(answer[2]) for answer in found if answer and "instType=OPTION" not in answer[1]]


@pytest.mark.parametrize(
    ("name", "read", "at_least"),
    [
        ("BINANCE_FUTURES", readers.binance_usd_m, 122),
        ("BINANCE_DELIVERY", readers.binance_coin_m, 36),
        ("BITMEX", readers.bitmex, 17),
        ("DERIBIT", readers.deribit, 37),
        ("DYDX", readers.dydx, 27),
        ("GATEIO_FUTURES", readers.gate, 302),
        ("HUOBI_SWAP", readers.htx, 171),
        ("KRAKEN_FUTURES", readers.kraken, 17),
        ("OKX", readers.okx, 600),
        ("PHEMEX", readers.phemex, 37),
    ],
)
def test_all_that_real_answers_state_is_in_the_seed(name: str, read: readers.Reader, at_least: int) -> None:
    found = {row.symbol: row for document in answers(f"{name}.0.gz") for row in read(document)}
    assert len(found) >= at_least
    told = {(row[0], row[1], *row[2:6], float(row[6]), float(row[7])) for row in ROWS}
    assert [row for row in found.values() if row.base != "LUNA" and as_told(row) not in told] == []


def as_told(row: Instrument) -> tuple[str | float, ...]:
    size = float(f"{row.contract_size:.12g}")
    return row.venue, row.symbol, row.kind, row.base, row.quote, row.settlement, size, row.multiplier


def test_real_answers_of_bybit_are_in_the_seed() -> None:
    for row in answers("BYBIT.0.gz")[0]["result"]:
        base, quote = row["base_currency"], row["quote_currency"]
        kind, settled = ("inverse", base) if quote == "USD" else ("linear", quote)
        assert stated("bybit", row["name"]) == (kind, base, quote, settled, 1, 1)


def test_a_refresh_with_real_answers_of_their_day_changes_nothing() -> None:
    documents = [row for document in answers("DERIBIT.0.gz") for row in readers.deribit(document)]
    assert seed.merged(ROWS, documents, date(2022, 4, 1)) == ROWS
