"""Which columns of which marts become facts, under which unit.

What belongs here: the list, as data. What does not: SQL that runs, arithmetic, words.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from reports.facts.model import Unit

LIQUIDATIONS = ("liquidations", "liquidation_bars")
PRICES = ("candles",)
CAPS = ("candles", "caps")
LEVERAGE = ("open_interest", "funding")


@dataclass(frozen=True, slots=True)
class Mart:
    """A mart at one grain: below the day, one row per value of `keys`; `columns` maps SQL to a unit."""

    name: str
    columns: Mapping[str, Unit]
    datasets: tuple[str, ...]
    keys: tuple[str, ...] = ()
    order: str = ""
    called: str = ""
    """First part of the facts' ids, where the mart is read at more than one grain."""
    grouped: bool = False
    """Columns are aggregates over the rows of a key."""
    where: str = ""
    """SQL that a row must hold to be told of; every row where it is empty."""

    @property
    def prefix(self) -> str:
        """First part of the facts' ids."""
        return self.called or self.name


def _all(unit: Unit, *columns: str) -> dict[str, Unit]:
    return dict.fromkeys(columns, unit)


_SPLIT = _all("usd", "total_usd", "long_usd", "short_usd")
_SUMS = _all("usd", "sum(total_usd)", "sum(long_usd)", "sum(short_usd)")
_LARGEST: dict[str, Unit] = {
    "largest_order_usd": "usd",
    "largest_order_venue": "name",
    "largest_order_asset": "name",
    "largest_order_at": "instant",
}
_USD_AT: tuple[tuple[str, Unit], ...] = (("usd", "usd"), ("at", "instant"))
_BUSIEST: dict[str, Unit] = {
    f"busiest_{window}_{column}": unit for window in ("1m", "5m", "1h", "4h", "12h") for column, unit in _USD_AT
}
_CAPS: dict[str, Unit] = {
    **_all("usd", "open_cap_usd", "high_cap_usd", "low_cap_usd", "close_cap_usd", "prior_close_cap_usd", "change_usd"),
    **_all("usd", "open_to_low_usd", "prior_close_to_low_usd", "max_drawdown_usd", "price_effect_usd", "supply_effect_usd"),
    **_all("fraction", "change_pct", "open_to_low_pct", "prior_close_to_low_pct", "max_drawdown_pct"),
    **_all("instant", "low_at", "drawdown_peak_at", "drawdown_trough_at"),
    "resolution_s": "seconds",
}  # fmt: skip

_TOLD_OF = "asset in ('BTC', 'ETH')"
"""Assets whose levels and build-up are told."""

MARTS: tuple[Mart, ...] = (
    Mart(
        "liquidations_market_daily",
        {
            **_SPLIT,
            "long_share": "fraction",
            **_all("count", "n_orders", "n_venues", "n_assets"),
            **_all("usd", "r24_max_usd", "r24_cutoff_usd"),
            "r24_max_at": "instant",
            **_BUSIEST,
            **_LARGEST,
            "resolution_s": "seconds",
        },
        LIQUIDATIONS,
    ),
    Mart(
        "liquidations_by_asset_daily",
        {
            **_SPLIT,
            **_all("fraction", "long_share", "pct_of_open_interest"),
            **_all("count", "rank", "n_orders", "n_venues"),
            **_LARGEST,
            "basis": "name",
        },
        LIQUIDATIONS,
        keys=("asset",),
        order="rank",
    ),
    Mart(
        "liquidations_by_venue_daily",
        {
            **_SUMS,
            **_all("count", "sum(n_orders)", "count(*)", "max(hours_complete)", "max(hours_partial)"),
            "sum(long_usd) / nullif(sum(total_usd), 0) as long_share": "fraction",
            "min(basis)": "name",
        },
        LIQUIDATIONS,
        keys=("venue",),
        order="sum(total_usd) desc",
        called="liquidations_by_venue",
        grouped=True,
    ),
    Mart(
        "liquidations_hourly",
        _SUMS,
        LIQUIDATIONS,
        keys=("hour",),
        order="hour",
        called="liquidations_by_hour",
        grouped=True,
    ),
    Mart(
        "liquidations_hourly",
        {"max(total_usd) as busiest_hour_usd": "usd", "arg_max(hour, total_usd) as busiest_hour": "hour"},
        LIQUIDATIONS,
        keys=("asset",),
        called="liquidations_hourly",
        grouped=True,
    ),
    Mart(
        "liquidation_waves",
        {
            **_all("instant", "peak_at", "ended_at"),
            **_all("usd", "total_usd", "long_usd"),
            **_all("fraction", "share_of_day", "price_move_pct"),
            **_all("name", "leader_asset", "leader_venue"),
        },
        LIQUIDATIONS,
        keys=("started_at",),
        order="started_at",
    ),
    Mart(
        "wave_venues",
        {"total_usd": "usd", "share_of_wave": "fraction", "times_outside": "ratio", "has_wave": "flag"},
        LIQUIDATIONS,
        keys=("wave", "venue"),
        order="wave, total_usd desc",
    ),
    Mart(
        "wave_feedback",
        {"n_alternations": "count", "liquidated_side": "name", "leader_asset": "name", "is_feedback": "flag"},
        LIQUIDATIONS,
        keys=("wave",),
        order="wave",
    ),
    Mart(
        "side_guard_daily",
        {**_all("fraction", "change_pct", "long_share"), "total_usd": "usd"},
        LIQUIDATIONS,
        keys=("asset", "venue"),
        order="total_usd desc",
        where="not passes",
    ),
    Mart(
        "regime_daily",
        _all("name", "regime", "reason"),
        LIQUIDATIONS,
    ),
    Mart(
        "event_history",
        {
            **_all("rank", "rank_ytd", "rank_365d", "rank_all"),
            **_all("count", "n_ytd", "n_365d", "n_days"),
            **_all("day", "since_day", "largest_since"),
            **_all("fraction", "percentile_365d", "share_of_oi"),
        },
        LIQUIDATIONS,
    ),
    Mart(
        "liquidations_asset_history",
        {"times_median": "ratio", "robust_z": "ratio", "n_days": "count"},
        LIQUIDATIONS,
        keys=("asset",),
        order="total_usd desc",
    ),
    Mart(
        "liquidations_by_price",
        {
            "max(total_usd) as most_usd": "usd",
            "arg_max(from_usd, total_usd) as most_from_usd": "usd_price",
            "arg_max(to_usd, total_usd) as most_to_usd": "usd_price",
        },
        LIQUIDATIONS,
        keys=("asset",),
        grouped=True,
        where=_TOLD_OF,
    ),
    Mart(
        "liquidations_at_levels",
        {**_all("usd", "beyond_usd", "side_usd"), "beyond_share": "fraction"},
        (*LIQUIDATIONS, *PRICES),
        keys=("asset", "level"),
        order="beyond_share desc",
    ),
    Mart(
        "analog_days",
        {
            "count(*)": "count",
            "median(next_ratio)": "fraction",
            "count(*) filter (where next_ratio >= 0.5) as n_half_again": "count",
            "count(next_change_pct) as n_moves": "count",
            "count(*) filter (where next_change_pct < 0) as n_lower": "count",
        },
        LIQUIDATIONS,
        called="analogs",
        grouped=True,
    ),
    Mart(
        "liquidation_saturation_hourly",
        {"max(saturation)": "fraction", "max(n_orders)": "count", "min(reports)": "name"},
        LIQUIDATIONS,
        keys=("venue",),
        called="saturation",
        grouped=True,
    ),
    Mart(
        "market_cap_total_daily",
        {
            **_CAPS,
            "recovered_share": "fraction",
            "found_footing": "flag",
            "n_assets": "count",
        },
        CAPS,
        keys=("universe",),
        order="universe",
    ),
    Mart(
        "market_cap_changes_daily",
        {
            **_CAPS,
            "contribution_pct": "fraction",
            **_all("usd_price", "open_price_usd", "high_price_usd", "low_price_usd", "close_price_usd"),
            **_all("coin", "supply"),
            "supply_day": "day",
            "n_venues": "count",
            **_all("flag", "in_index", "is_stable"),
        },
        CAPS,
        keys=("asset",),
        order="close_cap_usd desc nulls last",
    ),
    Mart(
        "market_breadth_daily",
        {
            **_all("count", "n_assets", "advancers", "decliners", "n_assets_30d"),
            **_all("fraction", "median_change_pct", "equal_weight_change_pct", "cap_weight_change_pct", "share_at_30d_closing_low"),
        },
        CAPS,
    ),
    Mart("market_dominance_daily", _all("fraction", "dominance_all", "dominance_ex_stables"), CAPS, keys=("asset",), order="cap_rank"),
    Mart("streaks_daily", _all("count", "cap_falling_days", "cap_rising_days"), CAPS),
    Mart(
        "volatility_daily",
        {
            **_all("fraction", "realised_volatility", "rv_percentile_365d"),
            "return_interval_s": "seconds",
            "n_days": "count",
            "is_thin": "flag",
            "thin_evidence": "name",
        },
        PRICES,
        keys=("asset",),
    ),
    Mart(
        "relative_moves_daily",
        {**_all("fraction", "return_pct", "expected_pct", "excess_pct"), "beta_to_btc": "ratio", "n_days": "count"},
        PRICES,
        keys=("asset",),
        order="abs(excess_pct) desc",
        where="asset in (select asset from marts.volatility_daily where day = $day and is_thin)",
    ),
    Mart(
        "next_levels_daily",
        {**_all("usd_price", "close_usd", "below_usd", "above_usd"), **_all("name", "below_kinds", "above_kinds")},
        PRICES,
        keys=("asset",),
        where=_TOLD_OF,
    ),
    Mart(
        "prices_by_venue_daily",
        {
            **_all("usd_price", "open_usd", "high_usd", "low_usd", "close_usd"),
            **_all("instant", "low_at", "high_at"),
            "interval_s": "seconds",
            "n_bars": "count",
        },
        PRICES,
        keys=("asset", "venue"),
        order="asset, venue",
    ),
    Mart(
        "prices_hourly",
        {
            "arg_min(open_usd, open_at) as open_usd": "usd_price",
            "max(high_usd) as high_usd": "usd_price",
            "min(low_usd) as low_usd": "usd_price",
            "arg_max(close_usd, open_at) as close_usd": "usd_price",
            "arg_min(open_at, low_usd) as low_at": "instant",
            "arg_max(open_at, high_usd) as high_at": "instant",
        },
        PRICES,
        keys=("asset",),
        grouped=True,
    ),
    Mart(
        "leverage_daily",
        {
            **_all("coin", "oi_coin_open", "oi_coin_close"),
            **_all("usd", "oi_usd_open", "oi_usd_close", "oi_usd_change_positions", "oi_usd_change_price"),
            **_all("fraction", "oi_coin_change_pct", "oi_percentile"),
            **_all("fraction_per_8h", "funding_8h_open", "funding_8h_close"),
            **_all("count", "n_venues_oi", "n_venues_funding", "oi_lookback_days"),
        },
        LEVERAGE,
        keys=("asset",),
        order="oi_usd_open desc nulls last",
    ),
    Mart(
        "leverage_build_ups",
        {
            **_all("usd_price", "range_low_usd", "range_high_usd"),
            **_all("fraction", "range_width_pct", "oi_coin_change_pct"),
            "n_days": "count",
        },
        (*LEVERAGE, *PRICES),
        keys=("asset",),
        where=_TOLD_OF,
    ),
    Mart(
        "funding_market_daily",
        {**_all("fraction_per_8h", "funding_8h_open", "funding_8h_close"), "oi_share": "fraction", **_all("count", "n_assets", "n_venues")},
        LEVERAGE,
    ),
    Mart(
        "level_breaks",
        {
            **_all("usd_price", "level_usd", "next_level_usd"),
            **_all("name", "kinds", "side", "break_kind"),
            "broke_at": "instant",
            "reclaimed": "flag",
        },
        PRICES,
        keys=("asset", "level"),
        order="broke_at",
    ),
    Mart(
        "coverage_hourly",
        {
            "count(*) filter (where state = 'complete') as hours_complete": "count",
            "count(*) filter (where state = 'partial') as hours_partial": "count",
            "count(*) filter (where state = 'missing') as hours_missing": "count",
        },
        (),
        keys=("dataset", "venue"),
        called="coverage",
        grouped=True,
    ),
    Mart(
        "dump_files",
        _all("count", "count(*)", "sum(rows_in)", "sum(rows_kept)", "sum(rows_quarantined)", "sum(rows_unknown_instrument)"),
        (),
        keys=("dataset", "venue"),
        called="files",
        grouped=True,
    ),
    Mart(
        "absent_instruments",
        {"count(*)": "count", "min(symbol)": "name"},
        (),
        keys=("dataset", "venue"),
        called="absent",
        grouped=True,
    ),
    Mart(
        "unknown_instruments",
        {"sum(n_rows)": "count", "min(dataset)": "name"},
        (),
        keys=("venue", "symbol"),
        called="unknown",
        grouped=True,
    ),
)  # fmt: skip


def column_id(sql: str) -> str:
    """Name a column in ids: its alias where it has one, the column inside `sum()`, else itself."""
    if " as " in sql:
        return sql.split(" as ")[1]
    inner = sql[sql.find("(") + 1 :].rstrip(")") if "(" in sql else sql
    return "n" if inner == "*" else inner
