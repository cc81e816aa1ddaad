"""Venues' metadata, in the shapes that they serve, as rows of the seed; and how a refresh changes it."""

import gzip
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.instruments import readers, seed
from orchestration.instruments.model import Instrument, coin
from orchestration.instruments.refresh import refresh
from tests.conftest import Run

TODAY = date(2026, 11, 23)
CAPTURES = Path(__file__).parents[3] / "shared/real/captures/cryptofeed"
SEED = Path(__file__).parents[2] / "dbt_project/seeds/instruments.csv"

USD_M = {"symbols": [{"symbol": "1000PEPEUSDT", "baseAsset": "1000PEPE", "quoteAsset": "USDT", "marginAsset": "USDT"}]}
COIN_M = {
    "symbols": [
        {"symbol": "BTCUSD_PERP", "baseAsset": "BTC", "quoteAsset": "USD", "marginAsset": "BTC", "contractSize": 100}
    ]
}
BYBIT = {
    "result": {
        "list": [
            {
                "symbol": "BTCUSD",
                "contractType": "InversePerpetual",
                "baseCoin": "BTC",
                "quoteCoin": "USD",
                "settleCoin": "BTC",
            },
            {
                "symbol": "BTCPERP",
                "contractType": "LinearPerpetual",
                "baseCoin": "BTC",
                "quoteCoin": "USDC",
                "settleCoin": "USDC",
            },
        ]
    }
}
OKX = {
    "data": [
        {
            "instType": "SWAP",
            "instId": "DOGE-USDT-SWAP",
            "uly": "DOGE-USDT",
            "ctType": "linear",
            "ctVal": "1000",
            "ctMult": "1",
            "settleCcy": "USDT",
        },
        {
            "instType": "SWAP",
            "instId": "BTC-USD-SWAP",
            "uly": "BTC-USD",
            "ctType": "inverse",
            "ctVal": "100",
            "ctMult": "1",
            "settleCcy": "BTC",
        },
        {"instType": "SPOT", "instId": "BTC-USDT", "baseCcy": "BTC", "quoteCcy": "USDT"},
    ]
}
BITMEX = [
    {
        "symbol": "XBTUSD",
        "typ": "FFWCSX",
        "underlying": "XBT",
        "quoteCurrency": "USD",
        "isInverse": True,
        "isQuanto": False,
        "multiplier": -100000000,
    },
    {
        "symbol": "ETHUSD",
        "typ": "FFWCSX",
        "underlying": "ETH",
        "quoteCurrency": "USD",
        "isInverse": False,
        "isQuanto": True,
        "multiplier": 100,
    },
    {
        "symbol": "SOLUSDT",
        "typ": "FFWCSX",
        "underlying": "SOL",
        "quoteCurrency": "USDT",
        "isInverse": False,
        "isQuanto": False,
        "multiplier": 1,
    },
    {
        "symbol": ".BXBT",
        "typ": "MRCXXX",
        "underlying": "XBT",
        "quoteCurrency": "USD",
        "isInverse": False,
        "isQuanto": False,
        "multiplier": None,
    },
]
DERIBIT = {
    "result": [
        {"instrument_name": "BTC-PERPETUAL", "kind": "future", "base_currency": "BTC", "contract_size": 10.0},
        {
            "instrument_name": "SOL_USDC-PERPETUAL",
            "kind": "future",
            "base_currency": "SOL",
            "settlement_currency": "USDC",
            "contract_size": 1.0,
        },
        {"instrument_name": "BTC-24SEP21-40000-P", "kind": "option", "base_currency": "BTC", "contract_size": 1.0},
    ]
}
KRAKEN = {
    "instruments": [
        {"symbol": "pi_xbtusd", "type": "futures_inverse", "contractSize": 1},
        {"symbol": "PF_ETHUSD", "type": "flexible_futures", "contractSize": 1},
        {"symbol": "in_xbtusd", "type": "spot index"},
    ]
}
HTX = {
    "data": [
        {"symbol": "BTC", "contract_code": "BTC-USD", "contract_size": 100.0},
        {"symbol": "BTC", "contract_code": "BTC-USDT", "contract_size": 0.001},
    ]
}
GATE = [{"name": "BTC_USDT", "quanto_multiplier": "0.0001"}, {"name": "OLD_USDT", "quanto_multiplier": "0"}]

CASES = {
    "binance_usd_m": (
        readers.binance_usd_m,
        USD_M,
        [Instrument("binance", "1000PEPEUSDT", "linear", "PEPE", "USDT", "USDT", 1, 1000)],
    ),
    "binance_coin_m": (
        readers.binance_coin_m,
        COIN_M,
        [Instrument("binance", "BTCUSD_PERP", "inverse", "BTC", "USD", "BTC", 100)],
    ),
    "bybit": (
        readers.bybit,
        BYBIT,
        [
            Instrument("bybit", "BTCUSD", "inverse", "BTC", "USD", "BTC"),
            Instrument("bybit", "BTCPERP", "linear", "BTC", "USDC", "USDC"),
        ],
    ),
    "okx": (
        readers.okx,
        OKX,
        [
            Instrument("okx", "DOGE-USDT-SWAP", "linear", "DOGE", "USDT", "USDT", 1000),
            Instrument("okx", "BTC-USD-SWAP", "inverse", "BTC", "USD", "BTC", 100),
            Instrument("okx-spot", "BTC-USDT", "spot", "BTC", "USDT", "USDT"),
        ],
    ),
    "bitmex": (
        readers.bitmex,
        BITMEX,
        [
            Instrument("bitmex", "XBTUSD", "inverse", "BTC", "USD", "BTC"),
            Instrument("bitmex", "ETHUSD", "quanto", "ETH", "USD", "BTC", 1e-6),
        ],
    ),
    "deribit": (
        readers.deribit,
        DERIBIT,
        [
            Instrument("deribit", "BTC-PERPETUAL", "inverse", "BTC", "USD", "BTC", 10),
            Instrument("deribit", "SOL_USDC-PERPETUAL", "linear", "SOL", "USDC", "USDC"),
        ],
    ),
    "kraken": (
        readers.kraken,
        KRAKEN,
        [
            Instrument("kraken", "PI_XBTUSD", "inverse", "BTC", "USD", "BTC"),
            Instrument("kraken", "PF_ETHUSD", "linear", "ETH", "USD", "USD"),
        ],
    ),
    "htx": (
        readers.htx,
        HTX,
        [
            Instrument("htx", "BTC-USD", "inverse", "BTC", "USD", "BTC", 100),
            Instrument("htx", "BTC-USDT", "linear", "BTC", "USDT", "USDT", 0.001),
        ],
    ),
    "gate": (readers.gate, GATE, [Instrument("gate", "BTC_USDT", "linear", "BTC", "USDT", "USDT", 0.0001)]),
    "bitget": (
        readers.bitget,
        {"data": [{"symbol": "ETHUSDT", "baseCoin": "ETH", "quoteCoin": "USDT"}]},
        [
            Instrument("bitget", "ETHUSDT", "linear", "ETH", "USDT", "USDT"),
        ],
    ),
    "hyperliquid": (
        readers.hyperliquid,
        {"universe": [{"name": "kPEPE", "szDecimals": 0}]},
        [
            Instrument("hyperliquid", "kPEPE", "linear", "PEPE", "USDC", "USDC", 1, 1000),
        ],
    ),
    "dydx": (
        readers.dydx,
        {"markets": {"BTC-USD": {}}},
        [Instrument("dydx", "BTC-USD", "linear", "BTC", "USD", "USDC")],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_venue_s_metadata_becomes_rows(name: str) -> None:
    read, document, expected = CASES[name]
    assert list(read(document)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("1000000MOG", ("MOG", 1e6)),
        ("1INCH", ("1INCH", 1)),
        ("kBONK", ("BONK", 1000)),
        ("XBT", ("BTC", 1)),
        ("币安人生", ("币安人生", 1)),
    ],
)
def test_a_coin_is_told_from_its_units(name: str, expected: tuple[str, float]) -> None:
    assert coin(name) == expected


def test_a_changed_contract_is_a_row_from_today_on_and_a_delisted_one_stays() -> None:
    first = seed.merged(
        [],
        [
            Instrument("okx", "A", "linear", "A", "USDT", "USDT", 1),
            Instrument("okx", "B", "linear", "B", "USDT", "USDT"),
        ],
        TODAY,
    )
    rows = seed.merged(first, [Instrument("okx", "A", "linear", "A", "USDT", "USDT", 10)], TODAY)
    assert [(row[1], row[6], row[8]) for row in rows] == [
        ("A", "1", "2019-09-01"),
        ("A", "10", "2026-11-23"),
        ("B", "1", "2019-09-01"),
    ]


INSTRUMENTS = st.lists(
    st.builds(
        Instrument,
        venue=st.sampled_from(["a", "b"]),
        symbol=st.sampled_from(["X", "Y", "Z"]),
        kind=st.sampled_from(["linear", "inverse"]),
        base=st.just("X"),
        quote=st.just("USD"),
        settlement=st.just("USD"),
        contract_size=st.sampled_from([0.1, 1.0, 100.0]),
    ),
    unique_by=lambda found: (found.venue, found.symbol),
)


@given(INSTRUMENTS, st.randoms())
def test_the_order_of_sources_does_not_matter_and_twice_changes_nothing(found: list[Instrument], random: Any) -> None:
    once = seed.merged([], found, TODAY)
    random.shuffle(found)
    assert seed.merged([], found, TODAY) == once
    assert seed.merged(once, found, TODAY) == once


def test_a_source_that_cannot_be_read_leaves_the_others(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "seed.csv"
    path.write_text(seed.text([]), encoding="utf-8")
    answers = tmp_path / "answers"
    answers.mkdir()
    for name, text in {"gate": json.dumps(GATE), "okx": "{", "kraken": '{"error": "no"}'}.items():
        (answers / f"{name}.json").write_text(text, encoding="utf-8")
    refreshed = refresh(path, answers, TODAY)
    assert (refreshed.n_new, len(refreshed.failures)) == (1, 2)
    done = run("instruments", "refresh", "--from", answers, "--into", path)
    assert done.returncode == 1
    assert "okx.json" in done.stderr
    assert "kraken: not as expected" in done.stderr
    assert path.read_text(encoding="utf-8").splitlines()[1] == "gate,BTC_USDT,linear,BTC,USDT,USDT,0.0001,1,2019-09-01"


def test_the_project_s_seed_is_as_a_refresh_writes_it() -> None:
    assert SEED.read_text(encoding="utf-8") == seed.text(sorted(seed.read(SEED), key=lambda row: (*row[:2], row[-1])))


def captured(name: str) -> Iterator[Any]:
    if not (CAPTURES / name).exists():
        pytest.skip("real captures are not here (shared/real beside the project)")
    with gzip.open(CAPTURES / name, "rt") as lines:
        found = [re.match(r"\S+ -> [\d.]+: (.*)", line) for line in lines]
    yield from (json.loads(answer[1]) for answer in found if answer)


@pytest.mark.parametrize(
    ("name", "read", "symbol", "kind", "size"),
    [
        ("OKX.0.gz", readers.okx, "BTC-USDT-SWAP", "linear", 0.01),
        ("OKX.0.gz", readers.okx, "ETH-USDT-SWAP", "linear", 0.1),
        ("OKX.0.gz", readers.okx, "BTC-USD-SWAP", "inverse", 100),
        ("BITMEX.0.gz", readers.bitmex, "XBTUSD", "inverse", 1),
        ("BITMEX.0.gz", readers.bitmex, "ETHUSD", "quanto", 1e-6),
        ("DERIBIT.0.gz", readers.deribit, "BTC-PERPETUAL", "inverse", 10),
        ("DERIBIT.0.gz", readers.deribit, "ETH-PERPETUAL", "inverse", 1),
        ("BINANCE_DELIVERY.0.gz", readers.binance_coin_m, "BTCUSD_PERP", "inverse", 100),
        ("BINANCE_DELIVERY.0.gz", readers.binance_coin_m, "ETHUSD_PERP", "inverse", 10),
        ("HUOBI_SWAP.0.gz", readers.htx, "BTC-USD", "inverse", 100),
        ("KRAKEN_FUTURES.0.gz", readers.kraken, "PI_XBTUSD", "inverse", 1),
        ("GATEIO_FUTURES.0.gz", readers.gate, "BTC_USDT", "linear", 0.0001),
    ],
)
def test_real_metadata_says_so_and_the_seed_with_it(
    name: str, read: readers.Reader, symbol: str, kind: str, size: float
) -> None:
    documents = list(captured(name)) if name != "OKX.0.gz" else [d for d in captured(name) if d.get("data")]
    found = {row.symbol: row for document in documents for row in read(document)}
    assert (found[symbol].kind, found[symbol].contract_size) == (kind, pytest.approx(size))
    stated = {(row[0], row[1]): row for row in seed.read(SEED)}[found[symbol].venue, symbol]
    assert (stated[2], float(stated[6])) == (kind, pytest.approx(size))
