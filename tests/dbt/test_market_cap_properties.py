"""What holds of any market: parts make the whole, a peak comes before its trough, and only prices move the index."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.dbt.compiled import Models

FIRST = date(2025, 7, 1)
ASSETS = {"BTC": "coin", "ETH": "coin", "SOL": "coin", "USDT": "stablecoin"}
BARS = 4
MODELS = (
    *("int_day_prices", "int_supply", "int_universe", "int_caps", "int_cap_changes", "int_market_cap_changes"),
    *("int_left_out", "int_market_cap_points", "int_market_cap_drawdowns", "int_drawdowns"),
    *("market_cap_changes_daily", "market_cap_total_daily", "market_cap_index_daily", "market_dominance_daily"),
)
NEAR = 1e-9


@dataclass(frozen=True)
class Coin:
    """Prices at the ends of the bars of both days, supplies of both days, and bars that are missing."""

    prices: Sequence[float]
    supplies: Sequence[float | None]
    missing: frozenset[int]


PRICE = st.floats(0.5, 2)
SUPPLY = st.one_of(st.none(), st.floats(1, 1e6))
COIN = st.builds(
    Coin,
    st.lists(PRICE, min_size=2 * BARS + 1, max_size=2 * BARS + 1),
    st.tuples(SUPPLY, SUPPLY),
    st.frozensets(st.integers(0, 2 * BARS - 1), max_size=1),
)
Market = dict[str, Coin]
# Several at once, each on two days of its own: running the models is most of what an example costs.
MARKETS = st.lists(st.dictionaries(st.sampled_from(sorted(ASSETS)), COIN, min_size=1), min_size=1, max_size=8)
EXAMPLES = settings(max_examples=35, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    compiled = Models(tmp_path_factory.mktemp("compiled"), MODELS)
    compiled.declare(
        "int_prices",
        "day date, asset varchar, interval_s integer, open_at timestamp, close_at timestamp,"
        " open_usd double, high_usd double, low_usd double, close_usd double, n_venues integer, fx_assumed boolean",
    )
    columns = "day date, venue varchar, asset varchar, cap_usd double, price_usd double, supply double"
    compiled.declare("stg_raw__caps", columns)
    compiled.declare("universe", "asset varchar, class varchar, valid_from date, valid_until date")
    compiled.declare("build_days", "day date")
    compiled.declare("int_simulated", "day date, simulated boolean, simulated_with_prior boolean")
    return compiled


def test_a_market_of_two_coins_is_told(models: Models) -> None:
    rising = Coin([1.0] * 4 + [2.0] * 5, (10, 20), frozenset())
    _run(models, [{"BTC": rising, "ETH": rising}])
    columns = "select n_assets, close_cap_usd, change_usd from marts.market_cap_total_daily where universe = 'all' order by day"
    assert [tuple(row.values()) for row in models.rows(columns)] == [(2, 40, None), (2, 80, 40)]


@EXAMPLES
@given(markets=MARKETS)
def test_parts_make_the_whole_in_any_market(models: Models, markets: list[Market]) -> None:
    _run(models, markets)
    for total in models.rows("select * from marts.market_cap_total_daily"):
        where = f"day = '{total['day']}' and in_index" + (" and not is_stable" if total["universe"] != "all" else "")
        members = models.rows(f"select * from marts.market_cap_changes_daily where {where}")
        contributions = [row["contribution_pct"] for row in members if row["contribution_pct"] is not None]
        assert bool(contributions) == (total["contribution_pct"] is not None)
        assert sum(contributions) == pytest.approx(total["contribution_pct"] or 0, rel=NEAR, abs=NEAR)
        assert sum(row["close_cap_usd"] for row in members) == pytest.approx(total["close_cap_usd"], rel=NEAR)
    for row in models.rows("select * from marts.market_cap_changes_daily where change_usd is not null"):
        effects = row["price_effect_usd"] + (row["supply_effect_usd"] or 0)
        assert effects == pytest.approx(row["change_usd"], rel=NEAR, abs=NEAR * row["close_cap_usd"])
    sums = "sum(dominance_all) as of_all, sum(dominance_ex_stables) as of_coins, sum(dominance_all_change) as moved"
    for row in models.rows(f"select {sums} from marts.market_dominance_daily group by day"):
        assert row["of_all"] == pytest.approx(1, abs=NEAR)
        assert row["of_coins"] is None or row["of_coins"] == pytest.approx(1, abs=NEAR)
        assert row["moved"] is None or row["moved"] == pytest.approx(0, abs=NEAR)


@EXAMPLES
@given(markets=MARKETS)
def test_a_drawdown_falls_from_a_peak_to_a_later_trough(models: Models, markets: list[Market]) -> None:
    _run(models, markets)
    for mart in ("market_cap_total_daily", "market_cap_changes_daily"):
        for row in models.rows(f"select * from marts.{mart} where max_drawdown_pct is not null"):
            assert max(row["max_drawdown_pct"], row["max_drawdown_usd"]) <= 0
            assert row["drawdown_peak_at"] <= row["drawdown_trough_at"]
            assert row["max_drawdown_pct"] <= row["open_to_low_pct"] + NEAR
            assert row["recovered_share"] is None or row["recovered_share"] >= 0
            assert row["found_footing"] == (None if row["recovered_share"] is None else row["recovered_share"] >= 0.25)
    for total in models.rows("select * from marts.market_cap_total_daily"):
        where = f"day = '{total['day']}' and universe = '{total['universe']}'"
        points = models.rows(f"select cap_usd from intermediate.int_market_cap_points where {where} order by n")
        path = [row["cap_usd"] for row in points]
        deepest = min(low / high - 1 for n, low in enumerate(path) for high in path[: n + 1])
        assert total["max_drawdown_pct"] == pytest.approx(deepest, rel=NEAR)


@EXAMPLES
@given(markets=MARKETS)
def test_members_and_supplies_that_change_at_midnight_do_not_move_the_index(
    models: Models, markets: list[Market]
) -> None:
    _run(models, markets)
    levels = models.rows("select * from marts.market_cap_index_daily order by universe, day")
    assert len(levels) == len(models.rows("select 1 from marts.market_cap_total_daily"))
    for before, after in pairwise(levels):
        if before["universe"] == after["universe"] and before["chained_since_day"] == after["chained_since_day"]:
            assert after["index_open"] == pytest.approx(before["index_close"], rel=NEAR)


def _run(models: Models, markets: list[Market]) -> None:
    starts = [FIRST + timedelta(days=3 * number) for number in range(len(markets))]
    days = [start + timedelta(days=number) for start in starts for number in range(2)]
    each = [
        (start, asset, coin) for start, market in zip(starts, markets, strict=True) for asset, coin in market.items()
    ]
    models.run(
        {
            "int_prices": [bar for start, asset, coin in each for bar in _bars(start, asset, coin)],
            "stg_raw__caps": [cap for start, asset, coin in each for cap in _caps(start, asset, coin)],
            "universe": [(asset, kind, date(2020, 1, 1), None) for asset, kind in ASSETS.items()],
            "build_days": [(day,) for day in days],
            "int_simulated": [(day, False, False) for day in days],
        }
    )


def _bars(start: date, asset: str, coin: Coin) -> Iterator[tuple[Any, ...]]:
    prices, length = _prices(asset, coin), timedelta(hours=24 // BARS)
    for n in sorted(set(range(2 * BARS)) - coin.missing):
        first, last = prices[n : n + 2]
        open_at = datetime(start.year, start.month, start.day) + n * length
        ends = (first, max(first, last), min(first, last), last)
        yield (open_at.date(), asset, 86400 // BARS, open_at, open_at + length, *ends, 1, False)


def _caps(start: date, asset: str, coin: Coin) -> Iterator[tuple[Any, ...]]:
    for number, supply in enumerate(coin.supplies):
        if supply is not None:
            published = _prices(asset, coin)[BARS * (number + 1)]
            yield (start + timedelta(days=number), "v", asset, None, published, supply)


def _prices(asset: str, coin: Coin) -> Sequence[float]:
    """A stablecoin without whole bars has one price a day, so that only one that stands still does so over midnight."""
    return coin.prices if ASSETS[asset] == "coin" else [coin.prices[0]] * (2 * BARS + 1)
