"""Deribit: public endpoints of hourly funding, and of the last trades, among which are the liquidations.

Address: https://www.deribit.com, without a key; answers are kept as `rest/<method>/<instrument>/<day>.json`. Times are milliseconds.

Funding accrues all the time; a record tells the `interest_1h` of the hour that ends at its time. An hour without a record is not
covered.

A trade by which a position was liquidated says whose: `T` the taker's, `M` the maker's, `MT` both. `direction` is the taker's, so the
maker's order is the opposite one, and a trade of `MT` is two liquidations. `amount` is in USD on inverse instruments and in base units
on those whose name has a `_` (BTC_USDC-PERPETUAL); prices are executions. There is no dump: trades come
1,000 a page from the day's first on, until none is left (`has_more`), some hundred pages for a busy instrument, so the feed is on request.
Trades of the instant at which a page ends stand in the next one too, and are repeats. Of what was saved otherwise it is not known
whether it went to the end, so an hour is known in part at best. Assumed, as no real answer was at hand: that
dated and linear instruments carry `liquidation` as perpetuals do.
"""

from typing import Any

from orchestration.feeds.contract import Coverage, Feed, JsonDocument, Pages, Request, instant

ADDRESS = "https://www.deribit.com"
_PERPETUAL = {"symbol": "{asset}-PERPETUAL"}
_OF_THE_DAY = "instrument_name={symbol}&start_timestamp={start_ms}&end_timestamp={end_ms}"
_OPPOSITE = "case direction when 'buy' then 'sell' when 'sell' then 'buy' end"

FUNDING = Feed(
    name="deribit.funding",
    dataset="funding",
    address=ADDRESS,
    paths=("rest/get_funding_rate_history/{symbol}/{day}.json",),
    asks_for=_PERPETUAL,
    request=Request(f"api/v2/public/get_funding_rate_history?{_OF_THE_DAY}"),
    reader=JsonDocument(
        {"timestamp": ("$.timestamp", "BIGINT"), "interest_1h": ("$.interest_1h", "DOUBLE")},
        records="$.result[*]",
    ),
    select={
        "settled_at": instant('"timestamp"'),
        "symbol": "path.symbol",
        "rate": "interest_1h",
        "interval_h": "1",
    },
    venue="'deribit'",
    coverage=Coverage.CADENCE,
    published="at once",
)


def _newer(answer: dict[str, dict[str, Any]], midnight_ms: int) -> object:
    return answer["result"]["trades"][-1]["timestamp"] if answer["result"]["has_more"] else None


LIQUIDATIONS = Feed(
    name="deribit.liquidations",
    dataset="liquidations",
    address=ADDRESS,
    paths=("rest/get_last_trades_by_instrument_and_time/{symbol}/{day}.json",),
    asks_for=_PERPETUAL,
    request=Request(
        f"api/v2/public/get_last_trades_by_instrument_and_time?{_OF_THE_DAY}&count=1000&sorting=asc",
        pages=Pages("start_timestamp", _newer),
    ),
    reader=JsonDocument(
        {
            "timestamp": ("$.timestamp", "BIGINT"),
            "instrument_name": ("$.instrument_name", "VARCHAR"),
            "direction": ("$.direction", "VARCHAR"),
            "amount": ("$.amount", "DOUBLE"),
            "price": ("$.price", "DOUBLE"),
            "trade_id": ("$.trade_id", "VARCHAR"),
            "liquidation": ("$.liquidation", "VARCHAR"),
        },
        records="$.result.trades[*]",
    ),
    where="liquidation is not null",
    select={
        "occurred_at": instant('"timestamp"'),
        "symbol": "instrument_name",
        # One row an element: a trade of MT becomes two.
        "order_side": (
            f"unnest(case liquidation when 'T' then [direction] when 'M' then [{_OPPOSITE}]"
            f" when 'MT' then [direction, {_OPPOSITE}] else [null] end)"
        ),
        "quantity": "amount",
        "quantity_unit": "case when contains(instrument_name, '_') then 'base' else 'usd' end",
        "price": "price",
        "price_basis": "'execution'",
        "order_id": "trade_id",
    },
    venue="'deribit'",
    coverage=Coverage.ROWS_SEEN,
    on_request=True,
    published="at once",
)

FEEDS = (FUNDING, LIQUIDATIONS)
