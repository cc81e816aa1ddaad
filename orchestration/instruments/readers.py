"""How each venue states its instruments, and where, without a key.

Left out: options, contracts whose size is not stated, and spot pairs that are not quoted in USD, USDT or USDC. Days of listing are
UTC, where they are stated; OKX gives its change of system in January 2021 for what is older. Units of each are with its reader.

Read from real answers of 2021 to 2023: Binance futures, OKX, BitMEX, Deribit, Kraken, HTX, Gate, dYdX v3, Phemex. Assumed, as no real
answer was at hand: Binance spot, Bybit v5, Bitget, Bitfinex, Hyperliquid, dYdX v4, and BitMEX contracts settled in USDt, as the venues'
documentation describes them. Known gaps: contracts of Bitget and Gate that are settled in coins; Hyperliquid's builder markets.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
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


_SPOT_QUOTES = ("USD", "USDT", "USDC")


def _of(
    venue: str,
    symbol: str,
    kind: Kind,
    base: str,
    quote: str,
    settlement: str | None = None,
    size: float = 1.0,
    listed: date | None = None,
) -> Instrument:
    name, multiplier = coin(base)
    quoted, settled = coin(quote)[0], coin(settlement or quote)[0]
    return Instrument(venue, symbol, kind, name, quoted, settled, size, multiplier, listed)


def _since(milliseconds: Any) -> date | None:
    """The day of a stamp in milliseconds; None where there is none."""
    stamp = int(milliseconds or 0)
    return datetime.fromtimestamp(stamp / 1000, UTC).date() if stamp > 0 else None


def _on(text: Any) -> date | None:
    """The day that a text begins with: 2021-06-16T08:00:00.000Z or 20200325."""
    return date.fromisoformat(text[:10]) if text else None


def binance_spot(document: Any) -> Iterator[Instrument]:
    """GET api/v3/exchangeInfo."""
    for row in document["symbols"]:
        if row["quoteAsset"] in _SPOT_QUOTES:
            yield _of("binance-spot", row["symbol"], "spot", row["baseAsset"], row["quoteAsset"])


def binance_usd_m(document: Any) -> Iterator[Instrument]:
    """GET fapi/v1/exchangeInfo: sizes are in base units."""
    for row in document["symbols"]:
        base, quote, listed = row["baseAsset"], row["quoteAsset"], _since(row.get("onboardDate"))
        yield _of("binance", row["symbol"], "linear", base, quote, row["marginAsset"], listed=listed)


def binance_coin_m(document: Any) -> Iterator[Instrument]:
    """GET dapi/v1/exchangeInfo: `contractSize` is USD."""
    for row in document["symbols"]:
        size, listed = float(row["contractSize"]), _since(row.get("onboardDate"))
        base, quote, settled = row["baseAsset"], row["quoteAsset"], row["marginAsset"]
        yield _of("binance", row["symbol"], "inverse", base, quote, settled, size, listed)


def bybit(document: Any) -> Iterator[Instrument]:
    """GET v5/market/instruments-info: linear sizes are in base units, an inverse contract is 1 USD."""
    for row in document["result"]["list"]:
        kind: Kind = "inverse" if row["contractType"].startswith("Inverse") else "linear"
        listed = _since(row.get("launchTime"))
        yield _of("bybit", row["symbol"], kind, row["baseCoin"], row["quoteCoin"], row["settleCoin"], listed=listed)
    if document["result"].get("nextPageCursor"):
        raise ValueError("there are more instruments than the answer has")


def bybit_spot(document: Any) -> Iterator[Instrument]:
    """GET v5/market/instruments-info?category=spot."""
    for row in document["result"]["list"]:
        if row["quoteCoin"] in _SPOT_QUOTES:
            yield _of("bybit-spot", row["symbol"], "spot", row["baseCoin"], row["quoteCoin"])


def okx(document: Any) -> Iterator[Instrument]:
    """GET api/v5/public/instruments: a contract is ctVal x ctMult of `ctValCcy`."""
    for row in document["data"]:
        listed = _since(row.get("listTime"))
        if row["instType"] == "SPOT" and row["quoteCcy"] in _SPOT_QUOTES:
            yield _of("okx-spot", row["instId"], "spot", row["baseCcy"], row["quoteCcy"], listed=listed)
        elif row["instType"] in ("SWAP", "FUTURES") and row["ctVal"]:
            base, quote = row["uly"].split("-")
            size = float(row["ctVal"]) * float(row["ctMult"] or 1)
            yield _of("okx", row["instId"], row["ctType"], base, quote, row["settleCcy"], size, listed)


def bitmex(document: Any) -> Iterator[Instrument]:
    """GET api/v1/instrument/active: `multiplier` counts satoshi, `underlyingToPositionMultiplier` contracts per coin.

    Contracts quoted in USDT but settled in bitcoin, which were listed until 2021, are left out.
    """
    for row in document:
        if row["typ"] not in ("FFWCSX", "FFCCSX"):
            continue
        symbol, base, quote = row["symbol"], row["underlying"], row["quoteCurrency"]
        settled, listed = row.get("settlCurrency") or "XBt", _on(row.get("listing"))
        per_contract = abs(row["multiplier"] or 0) / 1e8
        if quote == "USD" and settled == "XBt" and row["isInverse"]:
            yield _of("bitmex", symbol, "inverse", base, quote, settled, per_contract, listed)
        elif quote == "USD" and settled == "XBt" and row["isQuanto"]:
            yield _of("bitmex", symbol, "quanto", base, quote, settled, per_contract, listed)
        elif not row["isInverse"] and not row["isQuanto"] and row.get("underlyingToPositionMultiplier"):
            size = 1 / row["underlyingToPositionMultiplier"]
            yield _of("bitmex", symbol, "linear", base, quote, settled, size, listed)


def deribit(document: Any) -> Iterator[Instrument]:
    """GET api/v2/public/get_instruments: inverse sizes are USD; linear ones (settled in USDC) are in base units."""
    for row in document["result"]:
        if row["kind"] != "future":
            continue
        settled = row.get("settlement_currency") or row["base_currency"]
        kind: Kind = "linear" if settled in ("USDC", "USDT") else "inverse"
        quote = settled if kind == "linear" else "USD"
        size = 1.0 if kind == "linear" else float(row["contract_size"])
        listed = _since(row.get("creation_timestamp"))
        yield _of("deribit", row["instrument_name"], kind, row["base_currency"], quote, settled, size, listed)


def kraken(document: Any) -> Iterator[Instrument]:
    """GET derivatives/api/v3/instruments: PI_ and FI_ are inverse, of 1 USD; PF_ are linear, in base units."""
    kinds: Mapping[str, Kind] = {"futures_inverse": "inverse", "flexible_futures": "linear"}
    for row in document["instruments"]:
        symbol = row["symbol"].upper()
        pair = symbol.split("_")[1]
        if row["type"] in kinds and pair.endswith("USD"):
            base, kind = pair.removesuffix("USD"), kinds[row["type"]]
            settled, listed = base if kind == "inverse" else "USD", _on(row.get("openingDate"))
            yield _of("kraken", symbol, kind, base, "USD", settled, float(row["contractSize"]), listed)


def htx(document: Any) -> Iterator[Instrument]:
    """GET swap-api/v1/swap_contract_info (USD per contract) or linear-swap-api/v1/swap_contract_info (coins per contract)."""
    for row in document["data"]:
        quote = row["contract_code"].split("-")[1]
        kind: Kind = "inverse" if quote == "USD" else "linear"
        settled, size = row["symbol"] if kind == "inverse" else quote, float(row["contract_size"])
        yield _of("htx", row["contract_code"], kind, row["symbol"], quote, settled, size, _on(row.get("create_date")))


def gate(document: Any) -> Iterator[Instrument]:
    """GET api/v4/futures/usdt/contracts: a contract is `quanto_multiplier` coins."""
    for row in document:
        if float(row["quanto_multiplier"]):
            base, quote = row["name"].rsplit("_", 1)
            listed = _since(float(row.get("launch_time") or row.get("create_time") or 0) * 1000)
            yield _of("gate", row["name"], "linear", base, quote, quote, float(row["quanto_multiplier"]), listed)


def bitget(document: Any) -> Iterator[Instrument]:
    """GET api/v2/mix/market/contracts, productType usdt-futures or usdc-futures: sizes are in base units."""
    for row in document["data"]:
        listed = _since(row.get("launchTime"))
        yield _of("bitget", row["symbol"], "linear", row["baseCoin"], row["quoteCoin"], listed=listed)


def hyperliquid(document: Any) -> Iterator[Instrument]:
    """POST info {"type": "meta"}: sizes are in base units, settled in USDC."""
    for row in document["universe"]:
        yield _of("hyperliquid", row["name"], "linear", row["name"], "USDC")


def dydx(document: Any) -> Iterator[Instrument]:
    """GET v4/perpetualMarkets: sizes are in base units, settled in USDC. A base may go on with the token's address."""
    for symbol in document["markets"]:
        base, quote = symbol.rsplit("-", 1)
        yield _of("dydx", symbol, "linear", base.split(",")[0], quote, "USDC")


_BITFINEX_NAMES = {
    "UST": "USDT",
    "ALG": "ALGO",
    "ATO": "ATOM",
    "DSH": "DASH",
    "IOT": "IOTA",
    "MNA": "MANA",
    "QTM": "QTUM",
}


def bitfinex(document: Any) -> Iterator[Instrument]:
    """GET v2/conf/pub:list:pair:futures: pairs like BTCF0:USTF0; sizes are in base units."""
    for pair in document[0]:
        base, quote = (name.removesuffix("F0") for name in pair.split(":"))
        names = _BITFINEX_NAMES.get(base, base), _BITFINEX_NAMES.get(quote, quote)
        yield _of("bitfinex", f"t{pair}", "linear", *names)


def phemex(document: Any) -> Iterator[Instrument]:
    """GET exchange/public/cfg/v2/products: a contract is `contractSize` of its underlying asset, USD of inverse ones."""
    for row in document["data"]["products"]:
        if row["type"] != "Perpetual":
            continue
        asset, settled, quote = row["contractUnderlyingAssets"], row["settleCurrency"], row["quoteCurrency"]
        size = float(row["contractSize"])
        if asset == quote:
            yield _of("phemex", row["symbol"], "inverse", settled, quote, settled, size)
        else:
            yield _of("phemex", row["symbol"], "linear", asset, quote, settled, size)


SOURCES = (
    Source("binance", "https://fapi.binance.com/fapi/v1/exchangeInfo", binance_usd_m),
    Source("binance_coin_m", "https://dapi.binance.com/dapi/v1/exchangeInfo", binance_coin_m),
    Source("binance_spot", "https://api.binance.com/api/v3/exchangeInfo", binance_spot),
    Source("bybit", "https://api.bybit.com/v5/market/instruments-info?category=linear&limit=1000", bybit),
    Source("bybit_inverse", "https://api.bybit.com/v5/market/instruments-info?category=inverse&limit=1000", bybit),
    Source("bybit_spot", "https://api.bybit.com/v5/market/instruments-info?category=spot", bybit_spot),
    Source("okx", "https://www.okx.com/api/v5/public/instruments?instType=SWAP", okx),
    Source("okx_futures", "https://www.okx.com/api/v5/public/instruments?instType=FUTURES", okx),
    Source("okx_spot", "https://www.okx.com/api/v5/public/instruments?instType=SPOT", okx),
    Source("bitmex", "https://www.bitmex.com/api/v1/instrument/active", bitmex),
    Source("deribit", "https://www.deribit.com/api/v2/public/get_instruments?currency=any&kind=future", deribit),
    Source("kraken", "https://futures.kraken.com/derivatives/api/v3/instruments", kraken),
    Source("htx", "https://api.hbdm.com/swap-api/v1/swap_contract_info", htx),
    Source("htx_linear", "https://api.hbdm.com/linear-swap-api/v1/swap_contract_info", htx),
    Source("gate", "https://api.gateio.ws/api/v4/futures/usdt/contracts", gate),
    Source("bitget", "https://api.bitget.com/api/v2/mix/market/contracts?productType=usdt-futures", bitget),
    Source("bitget_usdc", "https://api.bitget.com/api/v2/mix/market/contracts?productType=usdc-futures", bitget),
    Source("hyperliquid", "https://api.hyperliquid.xyz/info", hyperliquid, {"type": "meta"}),
    Source("dydx", "https://indexer.dydx.trade/v4/perpetualMarkets", dydx),
    Source("bitfinex", "https://api-pub.bitfinex.com/v2/conf/pub:list:pair:futures", bitfinex),
    Source("phemex", "https://api.phemex.com/exchange/public/cfg/v2/products", phemex),
)
