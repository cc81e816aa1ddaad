"""How answers become rows: listing days, what is left out, the order of refreshes, and sources that fail."""

import functools
import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.instruments import readers, seed
from orchestration.instruments.model import Instrument, coin
from orchestration.instruments.refresh import refresh
from tests.conftest import Run

TODAY = date(2026, 11, 23)
LISTED_MS = 1_652_400_000_000  # 2022-05-13
ONE_OKX = {
    "instType": "FUTURES",
    "instId": "BTC-USD-220520",
    "uly": "BTC-USD",
    "ctType": "inverse",
    "ctVal": "100",
    "ctMult": "1",
    "settleCcy": "BTC",
    "listTime": str(LISTED_MS),
}


def bybit_answer(cursor: str = "") -> dict[str, Any]:
    row = {
        "symbol": "SHIB1000USDT",
        "contractType": "LinearPerpetual",
        "baseCoin": "SHIB1000",
        "quoteCoin": "USDT",
        "settleCoin": "USDT",
        "launchTime": str(LISTED_MS),
    }
    return {"result": {"list": [row], "nextPageCursor": cursor}}


@pytest.mark.parametrize(
    ("read", "document", "line"),
    [
        (readers.okx, {"data": [ONE_OKX]}, "okx,BTC-USD-220520,inverse,BTC,USD,BTC,100,1,2022-05-13"),
        (readers.bybit, bybit_answer(), "bybit,SHIB1000USDT,linear,SHIB,USDT,USDT,1,1000,2022-05-13"),
        (
            readers.binance_coin_m,
            {
                "symbols": [
                    {
                        "symbol": "ETHUSD_220624",
                        "baseAsset": "ETH",
                        "quoteAsset": "USD",
                        "marginAsset": "ETH",
                        "contractSize": 10,
                        "onboardDate": LISTED_MS,
                    }
                ]
            },
            "binance,ETHUSD_220624,inverse,ETH,USD,ETH,10,1,2022-05-13",
        ),
        (
            readers.htx,
            {
                "data": [
                    {
                        "symbol": "DOGE",
                        "contract_code": "DOGE-USDT",
                        "contract_size": 100.0,
                        "create_date": "20210202",
                    }
                ]
            },
            "htx,DOGE-USDT,linear,DOGE,USDT,USDT,100,1,2021-02-02",
        ),
        (
            readers.gate,
            [{"name": "ETH_USDT", "quanto_multiplier": "0.01", "create_time": 0}],
            "gate,ETH_USDT,linear,ETH,USDT,USDT,0.01,1,2019-09-01",
        ),
        (
            readers.bitmex,
            [
                {
                    "symbol": "SOLUSDT",
                    "typ": "FFWCSX",
                    "underlying": "SOL",
                    "quoteCurrency": "USDT",
                    "settlCurrency": "USDt",
                    "isInverse": False,
                    "isQuanto": False,
                    "multiplier": 100,
                    "underlyingToPositionMultiplier": 10000,
                    "listing": "2022-01-05T04:00:00.000Z",
                }
            ],
            "bitmex,SOLUSDT,linear,SOL,USDT,USDT,0.0001,1,2022-01-05",
        ),
        (
            readers.deribit,
            {
                "result": [
                    {
                        "instrument_name": "ETH-PERPETUAL",
                        "kind": "future",
                        "base_currency": "ETH",
                        "contract_size": 1.0,
                        "creation_timestamp": 1_552_568_454_000,
                    }
                ]
            },
            "deribit,ETH-PERPETUAL,inverse,ETH,USD,ETH,1,1,2019-03-14",
        ),
        (readers.bitfinex, [["BTCF0:USTF0"]], "bitfinex,tBTCF0:USTF0,linear,BTC,USDT,USDT,1,1,2019-09-01"),
        (
            readers.dydx,
            {"markets": {"MEW,RAYDIUM,4K3DYJ-USD": {}}},
            'dydx,"MEW,RAYDIUM,4K3DYJ-USD",linear,MEW,USD,USDC,1,1,2019-09-01',
        ),
        (
            readers.phemex,
            {
                "data": {
                    "products": [
                        {"type": "Spot", "symbol": "sBTCUSDT", "quoteCurrency": "USDT"},
                        {
                            "type": "Perpetual",
                            "symbol": "BTCUSD",
                            "contractUnderlyingAssets": "USD",
                            "settleCurrency": "BTC",
                            "quoteCurrency": "USD",
                            "contractSize": 1.0,
                        },
                    ]
                }
            },
            "phemex,BTCUSD,inverse,BTC,USD,BTC,1,1,2019-09-01",
        ),
    ],
)
def test_a_new_symbol_holds_from_its_listing_where_that_is_stated(
    read: readers.Reader, document: Any, line: str
) -> None:
    assert seed.text(seed.merged([], read(document), TODAY)).splitlines()[1:] == [line]


@pytest.mark.parametrize(
    ("read", "document", "left"),
    [
        (
            readers.binance_spot,
            {
                "symbols": [
                    {"symbol": "BTCTRY", "baseAsset": "BTC", "quoteAsset": "TRY"},
                    {"symbol": "ETHBTC", "baseAsset": "ETH", "quoteAsset": "BTC"},
                    {"symbol": "BTCUSDC", "baseAsset": "BTC", "quoteAsset": "USDC"},
                ]
            },
            ["BTCUSDC"],
        ),
        (
            readers.bybit_spot,
            {
                "result": {
                    "list": [
                        {"symbol": "BTCEUR", "baseCoin": "BTC", "quoteCoin": "EUR"},
                        {"symbol": "BTCUSDT", "baseCoin": "BTC", "quoteCoin": "USDT"},
                    ]
                }
            },
            ["BTCUSDT"],
        ),
        (
            readers.okx,
            {
                "data": [
                    {"instType": "SPOT", "instId": "OKB-BTC", "baseCcy": "OKB", "quoteCcy": "BTC"},
                    {"instType": "SPOT", "instId": "OKB-USD", "baseCcy": "OKB", "quoteCcy": "USD"},
                    {"instType": "OPTION", "instId": "BTC-USD-220514-22000-C", "ctVal": "1"},
                ]
            },
            ["OKB-USD"],
        ),
    ],
)
def test_pairs_without_a_dollar_price_and_options_are_left_out(
    read: readers.Reader, document: Any, left: list[str]
) -> None:
    assert [row.symbol for row in read(document)] == left


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("SHIB1000", ("SHIB", 1000)),
        ("1MBABYDOGE", ("BABYDOGE", 1e6)),
        ("1000000BOB", ("1000000BOB", 1)),
        ("BOB", ("BOB", 1)),
        ("LUNA2", ("LUNA", 1)),
        ("1000LUNC", ("LUNC", 1000)),
        ("C98", ("C98", 1)),
        ("X10", ("X10", 1)),
    ],
)
def test_units_before_and_behind_a_coin_s_name(name: str, expected: tuple[str, float]) -> None:
    assert coin(name) == expected


def linear(symbol: str, size: float = 1.0, listed: date | None = None) -> Instrument:
    return Instrument("okx", symbol, "linear", symbol, "USDT", "USDT", size, 1.0, listed)


def sizes(rows: Sequence[seed.Row]) -> list[tuple[str, str, str]]:
    return [(row[1], row[6], row[8]) for row in rows]


def test_a_relisted_symbol_keeps_the_day_that_it_had() -> None:
    rows = seed.merged([], [linear("A", listed=date(2021, 3, 4))], TODAY)
    assert seed.merged(rows, [linear("A", listed=date(2025, 1, 1))], TODAY) == rows


def test_a_second_change_is_a_third_row() -> None:
    rows = seed.merged([], [linear("A")], date(2024, 1, 1))
    rows = seed.merged(rows, [linear("A", 10)], date(2025, 1, 1))
    rows = seed.merged(rows, [linear("A")], date(2026, 1, 1))
    assert sizes(rows) == [("A", "1", "2019-09-01"), ("A", "10", "2025-01-01"), ("A", "1", "2026-01-01")]


def test_answers_older_than_what_is_known_change_nothing_of_it() -> None:
    rows = seed.merged(seed.merged([], [linear("A")], TODAY), [linear("A", 10)], TODAY)
    assert seed.merged(rows, [linear("A"), linear("A", 7)], date(2025, 1, 1)) == rows
    assert sizes(seed.merged(rows, [linear("B")], date(2025, 1, 1)))[-1] == ("B", "1", "2019-09-01")


@given(st.data())
def test_refreshes_in_any_order_give_the_same_seed(data: st.DataObject) -> None:
    listed = st.none() | st.dates(date(2019, 1, 1), date(2026, 1, 1))
    sized = st.builds(linear, st.sampled_from("ABCDEF"), st.sampled_from([0.01, 1.0, 1000.0]), listed)
    facts = data.draw(st.lists(sized, unique_by=lambda row: row.symbol, min_size=1))
    seen = st.tuples(st.lists(st.sampled_from(facts)), st.dates(date(2026, 1, 1), TODAY))
    visits = [*data.draw(st.lists(seen)), (facts, TODAY)]

    def after(order: Sequence[tuple[list[Instrument], date]]) -> list[seed.Row]:
        rows: list[seed.Row] = []
        for found, day in order:
            rows = seed.merged(rows, found, day)
        return rows

    once = after(visits)
    assert {row[1] for row in once} == {row.symbol for row in facts}
    assert after(data.draw(st.permutations(visits))) == once
    assert after([*visits, *visits]) == once


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "seed.csv"
    found.write_text(seed.text([("okx", "GONE", "linear", "GONE", "USDT", "USDT", "1", "1", "2019-09-01")]))
    return found


def saved(folder: Path, **documents: Any) -> Path:
    folder.mkdir()
    for name, document in documents.items():
        (folder / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
    return folder


def test_what_comes_before_a_fault_is_kept_and_the_fault_told(path: Path, tmp_path: Path) -> None:
    folder = saved(
        tmp_path / "answers",
        bybit=bybit_answer(cursor="next"),
        kraken={"instruments": [{"symbol": "noname", "type": "flexible_futures", "contractSize": 1}]},
        okx={"code": "50011", "data": []},
        gate=[{"name": "ETH_USDT", "quanto_multiplier": "0.01"}],
    )
    refreshed = refresh(path, folder, TODAY)
    assert [row[1] for row in refreshed.added] == ["SHIB1000USDT", "ETH_USDT"]
    assert sorted(failure.split(":")[0] for failure in refreshed.failures) == ["bybit", "kraken", "okx"]
    assert "there are more instruments than the answer has" in " ".join(refreshed.failures)


def asked(monkeypatch: pytest.MonkeyPatch, answer: Callable[[httpx.Request], httpx.Response]) -> None:
    client = functools.partial(httpx.Client, transport=httpx.MockTransport(answer))
    monkeypatch.setattr(httpx, "Client", client)


def test_one_venue_that_does_not_answer_leaves_the_others(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "www.okx.com":
            raise httpx.ConnectTimeout("timed out", request=request)
        if request.url.host == "api.hyperliquid.xyz":
            assert json.loads(request.content) == {"type": "meta"}
            return httpx.Response(200, json={"universe": [{"name": "HYPE"}]})
        if request.url.host == "www.deribit.com":
            return httpx.Response(200, text="<html>")
        return httpx.Response(451 if "binance" in request.url.host else 503)

    asked(monkeypatch, answer)
    refreshed = refresh(path, None, TODAY)
    assert [row[:2] for row in refreshed.added] == [("hyperliquid", "HYPE")]
    told = {failure.split(":")[0]: failure for failure in refreshed.failures}
    assert set(told) == {source.name for source in readers.SOURCES} - {"hyperliquid"}
    assert "timed out" in told["okx"]
    assert "451" in told["binance"]
    assert "Expecting value" in told["deribit"]


def test_all_endpoints_are_asked_over_https_without_a_key(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(503)

    asked(monkeypatch, answer)
    refresh(path, None, TODAY)
    assert {request.url.scheme for request in requests} == {"https"}
    assert len(requests) == len(readers.SOURCES)
    assert not any("authorization" in request.headers or "cookie" in request.headers for request in requests)


def test_a_dry_run_shows_the_rows_and_writes_nothing(path: Path, tmp_path: Path, run: Run) -> None:
    folder = saved(tmp_path / "answers", okx={"data": [ONE_OKX]})
    before = path.read_bytes()
    done = run("instruments", "refresh", "--from", folder, "--into", path, "--dry-run")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "okx,BTC-USD-220520,inverse,BTC,USD,BTC,100,1,2022-05-13",
        "1 new rows",
    ]
    assert path.read_bytes() == before


def test_a_changed_size_in_saved_answers_holds_from_their_day(path: Path, tmp_path: Path, run: Run) -> None:
    folder = saved(tmp_path / "answers", okx={"data": [ONE_OKX | {"instId": "GONE", "ctVal": "10"}]})
    done = run("instruments", "refresh", "--from", folder, "--as-of", "2024-02-03", "--into", path)
    assert done.returncode == 0, done.stderr
    assert [(row[6], row[8]) for row in seed.read(path)] == [("1", "2019-09-01"), ("10", "2024-02-03")]
    assert {found.name for found in path.parent.iterdir()} == {"seed.csv", "answers"}


def test_a_day_of_the_answers_without_answers_is_a_wrong_use(path: Path, run: Run) -> None:
    done = run("instruments", "refresh", "--as-of", "2024-02-03", "--into", path)
    assert done.returncode == 2
    assert "--as-of goes with --from" in done.stderr
