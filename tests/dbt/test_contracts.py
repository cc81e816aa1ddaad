"""Sizes in coins, contracts and dollars: what an order is worth by the kind of its contract."""

import pytest

from tests.dbt.lake import Lake
from tests.dbt.scenarios.contracts import DAY


@pytest.mark.parametrize(
    ("venue", "asset", "long_usd", "short_usd"),
    [
        pytest.param("okx", "BTC", 800_000, 0, id="a thousand contracts of a hundredth of a coin are ten coins"),
        pytest.param("okx", "DOGE", 2_000, 0, id="ten contracts of a thousand coins are ten thousand coins"),
        pytest.param("okx", "ETH", 0, 500, id="fifty inverse contracts of ten dollars are five hundred dollars"),
        pytest.param("deribit", "ETH", 30_000, 0, id="dollars are dollars"),
        pytest.param("hyperliquid", "SOL", 0, 7_000, id="what the dump states stands"),
        pytest.param("binance", "币安人生", 50, 0, id="a name outside ASCII is a name"),
    ],
)
def test_an_order_is_worth_what_its_contract_says(
    warehouse: Lake, venue: str, asset: str, long_usd: float, short_usd: float
) -> None:
    where = f"day = '{DAY}' and venue = '{venue}' and asset = '{asset}'"
    assert warehouse.row("liquidations_by_venue_daily", "long_usd, short_usd", where) == (
        pytest.approx(long_usd),
        pytest.approx(short_usd),
    )


def test_a_quanto_contract_is_reported_rather_than_mispriced(warehouse: Lake) -> None:
    where = f"day = '{DAY}' and venue = 'bitmex' and symbol = 'ETHUSD'"
    assert warehouse.row("unknown_instruments", "n_rows", where) == (1,)
    assert (
        warehouse.rows(f"select * from marts.liquidations_by_venue_daily where day = '{DAY}' and venue = 'bitmex'")
        == []
    )
