"""How each venue states its instruments, and where. Options, and contracts whose size is not stated, are left out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.instruments.model import Instrument, Kind, coin

Reader = Callable[[Any], Iterator[Instrument]]


@dataclass(frozen=True)
class Source:
    """A public endpoint; `body` makes it a POST. A saved answer is called `<name>.json`."""

    name: str
    address: str
    read: Reader
    body: Mapping[str, str] | None = None


def _of(
    venue: str, symbol: str, kind: Kind, base: str, quote: str, settlement: str | None = None, size: float = 1.0
) -> Instrument:
    name, multiplier = coin(base)
    quoted, settled = coin(quote)[0], coin(settlement or quote)[0]
    return Instrument(venue, symbol, kind, name, quoted, settled, size, multiplier)


def binance_spot(document: Any) -> Iterator[Instrument]:
    """GET api/v3/exchangeInfo."""
    for row in document["symbols"]:
        yield _of("binance-spot", row["symbol"], "spot", row["baseAsset"], row["quoteAsset"])


def binance_usd_m(document: Any) -> Iterator[Instrument]:
    """GET fapi/v1/exchangeInfo: sizes are in base units."""
    for row in document["symbols"]:
        yield _of("binance", row["symbol"], "linear", row["baseAsset"], row["quoteAsset"], row["marginAsset"])


def binance_coin_m(document: Any) -> Iterator[Instrument]:
    """GET dapi/v1/exchangeInfo: `contractSize` is USD."""
    for row in document["symbols"]:
        size = float(row["contractSize"])
        yield _of("binance", row["symbol"], "inverse", row["baseAsset"], row["quoteAsset"], row["marginAsset"], size)


def bybit(document: Any) -> Iterator[Instrument]:
    """GET v5/market/instruments-info: linear sizes are in base units, an inverse contract is 1 USD."""
    for row in document["result"]["list"]:
        kind: Kind = "inverse" if row["contractType"].startswith("Inverse") else "linear"
        yield _of("bybit", row["symbol"], kind, row["baseCoin"], row["quoteCoin"], row["settleCoin"])


def bybit_spot(document: Any) -> Iterator[Instrument]:
    """GET v5/market/instruments-info?category=spot."""
    for row in document["result"]["list"]:
        yield _of("bybit-spot", row["symbol"], "spot", row["baseCoin"], row["quoteCoin"])


def okx(document: Any) -> Iterator[Instrument]:
    """GET api/v5/public/instruments: a contract is ctVal x ctMult of `ctValCcy`."""
    for row in document["data"]:
        if row["instType"] == "SPOT":
            yield _of("okx-spot", row["instId"], "spot", row["baseCcy"], row["quoteCcy"])
        elif row["instType"] in ("SWAP", "FUTURES") and row["ctVal"]:
            base, quote = row["uly"].split("-")
            size = float(row["ctVal"]) * float(row["ctMult"] or 1)
            yield _of("okx", row["instId"], row["ctType"], base, quote, row["settleCcy"], size)


def bitmex(document: Any) -> Iterator[Instrument]:
    """GET api/v1/instrument/active: `multiplier` counts satoshi; an inverse contract is 1 USD. Linear ones are left out."""
    for row in document:
        if row["typ"] not in ("FFWCSX", "FFCCSX") or row["quoteCurrency"] != "USD":
            continue
        if row["isInverse"]:
            yield _of("bitmex", row["symbol"], "inverse", row["underlying"], "USD", "XBT")
        elif row["isQuanto"]:
            yield _of("bitmex", row["symbol"], "quanto", row["underlying"], "USD", "XBT", row["multiplier"] / 1e8)


def deribit(document: Any) -> Iterator[Instrument]:
    """GET api/v2/public/get_instruments: inverse sizes are USD; linear ones (settled in USDC) are in base units."""
    for row in document["result"]:
        if row["kind"] != "future":
            continue
        settled = row.get("settlement_currency") or row["base_currency"]
        kind: Kind = "linear" if settled in ("USDC", "USDT") else "inverse"
        quote = settled if kind == "linear" else "USD"
        size = 1.0 if kind == "linear" else float(row["contract_size"])
        yield _of("deribit", row["instrument_name"], kind, row["base_currency"], quote, settled, size)


def kraken(document: Any) -> Iterator[Instrument]:
    """GET derivatives/api/v3/instruments: PI_ and FI_ are inverse, of 1 USD; PF_ are linear, in base units."""
    kinds: Mapping[str, Kind] = {"futures_inverse": "inverse", "flexible_futures": "linear"}
    for row in document["instruments"]:
        symbol = row["symbol"].upper()
        pair = symbol.split("_")[1]
        if row["type"] in kinds and pair.endswith("USD"):
            base, kind = pair.removesuffix("USD"), kinds[row["type"]]
            yield _of(
                "kraken", symbol, kind, base, "USD", base if kind == "inverse" else "USD", float(row["contractSize"])
            )


def htx(document: Any) -> Iterator[Instrument]:
    """GET swap-api/v1/swap_contract_info (USD per contract) or linear-swap-api/v1/swap_contract_info (coins per contract)."""
    for row in document["data"]:
        quote = row["contract_code"].split("-")[1]
        kind, settled = ("inverse", row["symbol"]) if quote == "USD" else ("linear", quote)
        yield _of("htx", row["contract_code"], kind, row["symbol"], quote, settled, float(row["contract_size"]))  # type: ignore[arg-type]


def gate(document: Any) -> Iterator[Instrument]:
    """GET api/v4/futures/usdt/contracts: a contract is `quanto_multiplier` coins."""
    for row in document:
        if float(row["quanto_multiplier"]):
            base, quote = row["name"].rsplit("_", 1)
            yield _of("gate", row["name"], "linear", base, quote, quote, float(row["quanto_multiplier"]))


def bitget(document: Any) -> Iterator[Instrument]:
    """GET api/v2/mix/market/contracts?productType=usdt-futures: sizes are in base units."""
    for row in document["data"]:
        yield _of("bitget", row["symbol"], "linear", row["baseCoin"], row["quoteCoin"])


def hyperliquid(document: Any) -> Iterator[Instrument]:
    """POST info {"type": "meta"}: sizes are in base units, settled in USDC."""
    for row in document["universe"]:
        yield _of("hyperliquid", row["name"], "linear", row["name"], "USDC")


def dydx(document: Any) -> Iterator[Instrument]:
    """GET v4/perpetualMarkets: sizes are in base units, settled in USDC."""
    for symbol in document["markets"]:
        base, quote = symbol.split("-")
        yield _of("dydx", symbol, "linear", base, quote, "USDC")


SOURCES = (
    Source("binance", "https://fapi.binance.com/fapi/v1/exchangeInfo", binance_usd_m),
    Source("binance_coin_m", "https://dapi.binance.com/dapi/v1/exchangeInfo", binance_coin_m),
    Source("binance_spot", "https://api.binance.com/api/v3/exchangeInfo", binance_spot),
    Source("bybit", "https://api.bybit.com/v5/market/instruments-info?category=linear&limit=1000", bybit),
    Source("bybit_inverse", "https://api.bybit.com/v5/market/instruments-info?category=inverse&limit=1000", bybit),
    Source("bybit_spot", "https://api.bybit.com/v5/market/instruments-info?category=spot", bybit_spot),
    Source("okx", "https://www.okx.com/api/v5/public/instruments?instType=SWAP", okx),
    Source("okx_spot", "https://www.okx.com/api/v5/public/instruments?instType=SPOT", okx),
    Source("bitmex", "https://www.bitmex.com/api/v1/instrument/active", bitmex),
    Source("deribit", "https://www.deribit.com/api/v2/public/get_instruments?currency=any&kind=future", deribit),
    Source("kraken", "https://futures.kraken.com/derivatives/api/v3/instruments", kraken),
    Source("htx", "https://api.hbdm.com/swap-api/v1/swap_contract_info", htx),
    Source("htx_linear", "https://api.hbdm.com/linear-swap-api/v1/swap_contract_info", htx),
    Source("gate", "https://api.gateio.ws/api/v4/futures/usdt/contracts", gate),
    Source("bitget", "https://api.bitget.com/api/v2/mix/market/contracts?productType=usdt-futures", bitget),
    Source("hyperliquid", "https://api.hyperliquid.xyz/info", hyperliquid, {"type": "meta"}),
    Source("dydx", "https://indexer.dydx.trade/v4/perpetualMarkets", dydx),
)
