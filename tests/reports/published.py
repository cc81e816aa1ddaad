"""A small published database made by hand: raw rows of one day, and the marts worked out from them by plain SQL.

`Market` says what happened; `write(path)` makes the file that a recap is written from.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb

DAY = date(2026, 1, 31)
SHAPE = (1, 1, 2, 1, 1, 2, 2, 3, 2, 2, 3, 3, 4, 6, 5, 7, 16, 38, 30, 14, 9, 6, 3, 2)
SUPPLY = {"BTC": 19.98e6, "ETH": 120.7e6, "SOL": 566e6, "XRP": 60.7e9, "DOGE": 168e9}
PRICES = {"BTC": 84211.4, "ETH": 2706.2, "SOL": 117.25, "XRP": 1.7432, "DOGE": 0.11534}


@dataclass
class Market:
    """One day: liquidated USD by venue, asset and side; the fall of prices; what was covered."""

    day: date = DAY
    longs: dict[str, float] = field(
        default_factory=lambda: {"ETH": 1.09e9, "BTC": 7.4e8, "SOL": 1.9e8, "XRP": 6.7e7, "DOGE": 1.3e7}
    )
    shorts: dict[str, float] = field(
        default_factory=lambda: {"ETH": 6e7, "BTC": 4.8e7, "SOL": 1.1e7, "XRP": 4.2e6, "DOGE": 4e5}
    )
    venues: dict[str, float] = field(default_factory=lambda: {"binance": 0.6, "bybit": 0.3, "bitmex": 0.1})
    price_venues: tuple[str, ...] = ("binance", "bybit")
    assets: tuple[str, ...] = ("BTC", "ETH", "SOL", "XRP", "DOGE")
    capped: tuple[str, ...] = ("BTC", "ETH", "SOL", "XRP", "DOGE")
    low: float = -0.105
    close: float = -0.066
    oi_change: float = -0.11
    aggregated: bool = False
    hours: Sequence[int] = tuple(range(24))
    states: dict[str, str] = field(default_factory=dict)
    simulated: bool = False
    breaks: bool = True
    regime: str = "long_flush"

    def write(self, path: Path) -> Path:
        """Write the database; an older one is replaced."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        with duckdb.connect(str(path)) as db:
            db.execute(_RAW)
            self._candles(db)
            self._liquidations(db)
            self._files(db)
            db.execute(_MARTS)
            self._caps(db)
            self._leverage(db)
            self._history(db)
            self._regime(db)
        return path

    def _at(self, minutes: float) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day) + timedelta(minutes=minutes)

    def _factor(self, minute: float) -> float:
        """Flat until 13:00, the low at 17:30, part of the way back by the close."""
        ripple = 0.002 * math.sin(minute / 47)
        if minute < 780:
            return 1 + ripple * min(1, minute / 60)
        if minute < 1050:
            return 1 + self.low * (minute - 780) / 270
        return 1 + self.low + (self.close - self.low) * (minute - 1050) / 390

    def _candles(self, db: duckdb.DuckDBPyConnection) -> None:
        rows = []
        for asset in self.assets:
            for number, venue in enumerate(self.price_venues):
                for hour in range(24):
                    path = [
                        PRICES[asset] * (1 + number * 0.0002) * self._factor(hour * 60 + m) for m in range(0, 61, 5)
                    ]
                    bar = (path[0], max(path), min(path), path[-1])
                    rows.append(
                        (
                            self._at(hour * 60),
                            3600,
                            f"{asset}USDT",
                            asset,
                            *bar,
                            "own.candles",
                            "own/candles/x.parquet",
                            venue,
                            self.day,
                        )
                    )
        _fill(db, "raw.candles", rows)

    def _liquidations(self, db: duckdb.DuckDBPyConnection) -> None:
        rows, bars = [], []
        weight = sum(SHAPE[hour] for hour in self.hours)
        for (side, by_asset), order in zip(
            (("long", self.longs), ("short", self.shorts)), ("sell", "buy"), strict=True
        ):
            for asset, usd in by_asset.items():
                for hour in self.hours:
                    part = usd * SHAPE[hour] / weight
                    bars.append(
                        (
                            self._at(hour * 60),
                            3600,
                            asset,
                            part if side == "long" else 0.0,
                            part if side == "short" else 0.0,
                        )
                    )
                    for venue, share in self.venues.items():
                        at, tag = self._at(hour * 60 + 20), f"{venue}/l.csv.gz"
                        rows.append(
                            (
                                at,
                                f"{asset}USDT",
                                asset,
                                order,
                                side,
                                part * share,
                                None,
                                None,
                                None,
                                part * share,
                                f"{venue}.liquidations",
                                tag,
                                venue,
                                self.day,
                            )
                        )
        if self.aggregated:
            _fill(
                db,
                "raw.liquidation_bars",
                [(*bar, "coinglass.bars", "coinglass/b.csv", "coinglass", self.day) for bar in bars],
            )
        elif self.venues:
            _fill(db, "raw.liquidations", rows)

    def _files(self, db: duckdb.DuckDBPyConnection) -> None:
        venues = ["coinglass"] if self.aggregated else list(self.venues)
        kind = "liquidation_bars" if self.aggregated else "liquidations"
        pairs = [(kind, venue) for venue in venues] + [("candles", venue) for venue in self.price_venues]
        pairs += [("caps", "coinmetrics")] * bool(self.capped) + [("open_interest", "binance"), ("funding", "binance")]
        files, hours = [], []
        for number, (dataset, venue) in enumerate(pairs):
            source = "own" if dataset == "candles" else venue
            path, sha = f"{source}/{dataset}/{venue}.csv.gz", f"{number:064x}"
            quarantined = 2 if dataset == kind else 0
            file = (source, dataset, f"{source}.{dataset}", venue, self.day, path, sha, 1000, 102, 100, quarantined, 0)
            files.append((*file, None, self.simulated))
            for hour in range(24):
                is_order = dataset == kind
                state = self.states.get(venue, "complete") if is_order else "complete"
                seen = hour in self.hours or not is_order
                row = (state, "as read") if seen else ("missing", "no rows")
                hours.append((self.day, hour, venue, dataset, *row))
        _fill(db, "marts.dump_files", files)
        _fill(db, "marts.coverage_hourly", hours)

    def _caps(self, db: duckdb.DuckDBPyConnection) -> None:
        if not self.capped:
            return
        path = [
            (minute, sum(SUPPLY[asset] * PRICES[asset] for asset in self.capped) * self._factor(minute))
            for minute in range(0, 1441, 5)
        ]
        _fill(db, "marts.market_cap_path", [(self.day, "all", self._at(minute), cap) for minute, cap in path])
        whole = path[0][1]
        for universe in ("all", "ex_stables"):
            n = (len(self.capped), 3600, 0.37, self.close > self.low, self.simulated)
            _fill(db, "marts.market_cap_total_daily", [(self.day, universe, *self._drops(path), *n)])
        for asset in self.capped:
            cap = SUPPLY[asset] * PRICES[asset]
            scaled = self._drops([(minute, point * cap / whole) for minute, point in path])
            prices = [PRICES[asset] * f for f in (1, 1.002, 1 + self.low, 1 + self.close)]
            row = (
                self.day,
                asset,
                *scaled,
                cap * self.close / whole,
                *prices,
                SUPPLY[asset],
                self.day,
                2,
                3600,
                True,
                False,
                self.simulated,
            )
            _fill(db, "marts.market_cap_changes_daily", [row])
        caps = [
            (
                self._at(0),
                asset,
                None,
                None,
                SUPPLY[asset],
                "coinmetrics.caps",
                "coinmetrics/x.csv",
                "coinmetrics",
                self.day,
            )
            for asset in self.capped
        ]
        _fill(db, "raw.caps", caps)

    def _drops(self, path: list[tuple[int, float]]) -> tuple[object, ...]:
        """Columns open_cap_usd to drawdown_trough_at, in the order of the marts."""
        caps = [cap for _, cap in path]
        trough = min(range(len(caps)), key=caps.__getitem__)
        peak = max(range(trough + 1), key=caps.__getitem__)
        first, low, fall = caps[0], caps[trough], caps[trough] - caps[peak]
        prior = first * 1.001
        return (
            first, max(caps), low, caps[-1], prior, caps[-1] - prior, caps[-1] / prior - 1, low - first, low / first - 1,
            low - prior, low / prior - 1, fall, fall / caps[peak], self._at(path[trough][0]), self._at(path[peak][0]),
            self._at(path[trough][0]), caps[-1] - prior, 0.0,
        )  # fmt: skip

    def _leverage(self, db: duckdb.DuckDBPyConnection) -> None:
        percentile = 0.98 if self.regime == "long_flush" else None
        funding = 0.00009 if self.regime == "quiet" else -0.00004
        days = 90 if percentile else None
        for asset, coins in {"BTC": 98_000.0, "ETH": 2.1e6}.items():
            after, usd = coins * (1 + self.oi_change), coins * PRICES[asset]
            row = (
                self.day, asset, coins, after, self.oi_change, usd, after * PRICES[asset] * (1 + self.close),
                usd * self.oi_change, after * PRICES[asset] * self.close, 0.0001, funding, 2, 2, percentile, days, self.simulated,
            )  # fmt: skip
            _fill(db, "marts.leverage_daily", [row])
        if self.breaks:
            level = (
                self.day,
                "BTC",
                "round 80000",
                80000.0,
                "round number",
                "support",
                self._at(920),
                "hourly_close",
                False,
                78000.0,
            )
            _fill(db, "marts.level_breaks", [level])

    def _regime(self, db: duckdb.DuckDBPyConnection) -> None:
        if self.regime == "long_flush" and self.capped:
            n = len(self.capped)
            breadth = (self.day, n, 0, n, self.close, self.close, self.close, n, 1.0)
            _fill(db, "marts.market_breadth_daily", [breadth])
            _fill(db, "marts.market_dominance_daily", [(self.day, "BTC", 1, 0.59, 0.64)])
            _fill(db, "marts.streaks_daily", [(self.day, 3, 0)])
            _fill(db, "marts.volatility_daily", [(self.day, "BTC", 0.98, 300, 0.97, 84, False, None)])
            _fill(db, "marts.funding_market_daily", [(self.day, 0.0002, 0.00001, 0.53, n, 1)])
        _fill(db, "marts.regime_daily", [(self.day, self.regime, "as the test says")])

    def _history(self, db: duckdb.DuckDBPyConnection) -> None:
        """Two waves, a place among 84 days, and one throttled venue, where orders were read all day."""
        if self.aggregated or len(self.hours) < 24 or not self.venues:
            return
        total = sum(self.longs.values()) + sum(self.shorts.values())
        for wave, (start, share, move) in enumerate(((905, 0.2, -0.021), (1002, 0.5, -0.043)), 1):
            times = (self._at(start), self._at(start + 20), self._at(start + 55))
            row = (self.day, wave, *times, total * share, total * share * 0.9, share, move, "ETH", "bybit")
            _fill(db, "marts.liquidation_waves", [row])
            side = "long" if self.longs and sum(self.longs.values()) > total / 2 else "short"
            _fill(db, "marts.wave_feedback", [(self.day, wave, "ETH", side, 2 + 3 * wave, True)])
        since, larger = date(2025, 11, 9), date(2025, 12, 1)
        _fill(db, "marts.event_history", [(self.day, "a", total, 1, 31, 2, 84, 2, 84, since, 0.99, larger, 0.094)])
        for number, (ratio, change) in enumerate(((0.3, -0.02), (0.7, 0.01), (0.2, -0.01), (0.6, None)), 1):
            analog = (self.day, since + timedelta(days=9 * number), 4e8, 4e8 * ratio, ratio, change)
            _fill(db, "marts.analog_days", [analog])
        if self.regime == "long_flush" and self.capped:
            self._how(db, total)
        throttled = (self.day, 17, "binance", "ETHUSDT", "latest_per_symbol_second", 1400, 0.24)
        _fill(db, "marts.liquidation_saturation_hourly", [throttled])

    def _how(self, db: duckdb.DuckDBPyConnection, total: float) -> None:
        """How a flush came about: leverage built in a range, levels lost first, venues, others that stood out."""
        for wave, share in ((1, 0.2), (2, 0.5)):
            for venue, part in self.venues.items():
                row = (self.day, wave, venue, total * share * part, total * share * part, part, 90.0, True)
                _fill(db, "marts.wave_venues", [row])
        if self.breaks:
            eth = (
                self.day,
                "ETH",
                "round 2600",
                2600.0,
                "round number",
                "support",
                self._at(860),
                "daily_close",
                False,
                2400.0,
            )
            _fill(db, "marts.level_breaks", [eth])
            near = (self.day, "ETH", "round 2600", 2600.0, "support", 5e8, 1.09e9, 5e8 / 1.09e9)
            _fill(db, "marts.liquidations_at_levels", [near])
        built = (self.day, "BTC", 12, 84000.0, 91000.0, 1 / 12, 80_000.0, 98_000.0, 0.225, 0.225 / 12)
        _fill(db, "marts.leverage_build_ups", [built])
        for asset, usd, z in (("SOL", 2.01e8, 4.1), ("XRP", 7.12e7, 2.6), ("DOGE", 1.34e7, 0.4)):
            _fill(db, "marts.liquidations_asset_history", [(self.day, asset, usd, usd / 9.3, 9.3, 84, z)])
        thin = (self.day, "XRP", -0.121, -0.065, 1.1, 60, -0.0715, -0.0495)
        _fill(db, "marts.relative_moves_daily", [thin])
        _fill(db, "marts.volatility_daily", [(self.day, "XRP", 1.4, 300, 0.97, 84, True, "spread")])
        levels = (self.day, "BTC", 78653.0, 78000.0, "round number", 80000.0, "round number")
        _fill(db, "marts.next_levels_daily", [levels])


def _fill(db: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    if not rows:
        return
    marks = f"({', '.join('?' * len(rows[0]))})"
    for start in range(0, len(rows), 200):
        part = rows[start : start + 200]
        db.execute(
            f"insert into {table} values {', '.join([marks] * len(part))}", [value for row in part for value in row]
        )


_DROPS = """
    open_cap_usd double, high_cap_usd double, low_cap_usd double, close_cap_usd double, prior_close_cap_usd double,
    change_usd double, change_pct double, open_to_low_usd double, open_to_low_pct double, prior_close_to_low_usd double,
    prior_close_to_low_pct double, max_drawdown_usd double, max_drawdown_pct double, low_at timestamp,
    drawdown_peak_at timestamp, drawdown_trough_at timestamp, price_effect_usd double, supply_effect_usd double
"""
_RAW = f"""
create schema raw; create schema marts;
create table raw.candles (open_at timestamp, interval_s integer, symbol varchar, asset varchar, open double, high double,
    low double, close double, feed varchar, dump_path varchar, venue varchar, day date);
create table raw.liquidations (occurred_at timestamp, symbol varchar, asset varchar, order_side varchar,
    liquidated_side varchar, quantity double, quantity_unit varchar, price double, price_basis varchar,
    notional_usd double, feed varchar, dump_path varchar, venue varchar, day date);
create table raw.liquidation_bars (open_at timestamp, interval_s integer, asset varchar, long_usd double,
    short_usd double, feed varchar, dump_path varchar, venue varchar, day date);
create table raw.caps (observed_at timestamp, asset varchar, cap_usd double, price_usd double, supply double,
    feed varchar, dump_path varchar, venue varchar, day date);
create table marts.dump_files (source varchar, dataset varchar, feed varchar, venue varchar, day date, path varchar,
    sha256 varchar, bytes bigint, rows_in bigint, rows_kept bigint, rows_quarantined bigint,
    rows_unknown_instrument bigint, fetched_at timestamp, simulated boolean);
create table marts.coverage_hourly (day date, hour integer, venue varchar, dataset varchar, state varchar, reason varchar);
create table marts.market_cap_path (day date, universe varchar, "at" timestamp, cap_usd double);
create table marts.market_cap_total_daily (day date, universe varchar, {_DROPS}, n_assets integer, resolution_s integer,
    recovered_share double, found_footing boolean, simulated boolean);
create table marts.market_cap_changes_daily (day date, asset varchar, {_DROPS}, contribution_pct double,
    open_price_usd double, high_price_usd double, low_price_usd double, close_price_usd double, supply double,
    supply_day date, n_venues integer, resolution_s integer, in_index boolean, is_stable boolean, simulated boolean);
create table marts.leverage_daily (day date, asset varchar, oi_coin_open double, oi_coin_close double,
    oi_coin_change_pct double, oi_usd_open double, oi_usd_close double, oi_usd_change_positions double,
    oi_usd_change_price double, funding_8h_open double, funding_8h_close double, n_venues_oi integer,
    n_venues_funding integer, oi_percentile double, oi_lookback_days integer, simulated boolean);
create table marts.level_breaks (day date, asset varchar, level varchar, level_usd double, kinds varchar, side varchar,
    broke_at timestamp, break_kind varchar, reclaimed boolean, next_level_usd double);
create table marts.liquidation_waves (day date, wave integer, started_at timestamp, peak_at timestamp, ended_at timestamp,
    total_usd double, long_usd double, share_of_day double, price_move_pct double, leader_asset varchar, leader_venue varchar);
create table marts.wave_feedback (day date, wave integer, leader_asset varchar, liquidated_side varchar, n_alternations integer,
    is_feedback boolean);
create table marts.side_guard_daily (day date, venue varchar, asset varchar, change_pct double, long_share double, n_orders bigint,
    total_usd double, passes boolean);
create table marts.market_breadth_daily (day date, n_assets integer, advancers integer, decliners integer,
    median_change_pct double, equal_weight_change_pct double, cap_weight_change_pct double, n_assets_30d integer,
    share_at_30d_closing_low double);
create table marts.market_dominance_daily (day date, asset varchar, cap_rank integer, dominance_all double, dominance_ex_stables double);
create table marts.streaks_daily (day date, cap_falling_days integer, cap_rising_days integer);
create table marts.volatility_daily (day date, asset varchar, realised_volatility double, return_interval_s integer,
    rv_percentile_365d double, n_days integer, is_thin boolean, thin_evidence varchar);
create table marts.wave_venues (day date, wave integer, venue varchar, total_usd double, long_usd double, share_of_wave double,
    times_outside double, has_wave boolean);
create table marts.liquidations_at_levels (day date, asset varchar, level varchar, level_usd double, side varchar, beyond_usd double,
    side_usd double, beyond_share double);
create table marts.leverage_build_ups (day date, asset varchar, n_days integer, range_low_usd double, range_high_usd double,
    range_width_pct double, oi_coin_start double, oi_coin_end double, oi_coin_change_pct double, oi_coin_daily_pct double);
create table marts.liquidations_asset_history (day date, asset varchar, total_usd double, median_usd double, times_median double,
    n_days integer, robust_z double);
create table marts.relative_moves_daily (day date, asset varchar, return_pct double, btc_return_pct double, beta_to_btc double,
    n_days integer, expected_pct double, excess_pct double);
create table marts.next_levels_daily (day date, asset varchar, close_usd double, below_usd double, below_kinds varchar, above_usd double,
    above_kinds varchar);
create table marts.liquidations_by_price (day date, asset varchar, liquidated_side varchar, bin integer, from_usd double, to_usd double,
    from_open_pct double, total_usd double, n_orders bigint, priced_share double, simulated boolean);
create table marts.funding_market_daily (day date, funding_8h_open double, funding_8h_close double, oi_share double,
    n_assets integer, n_venues integer);
create table marts.regime_daily (day date, regime varchar, reason varchar);
create table marts.event_history (day date, basis varchar, total_usd double, rank_ytd integer, n_ytd integer,
    rank_365d integer, n_365d integer, rank_all integer, n_days integer, since_day date, percentile_365d double,
    largest_since date, share_of_oi double);
create table marts.analog_days (day date, analog_day date, total_usd double, next_total_usd double, next_ratio double,
    next_change_pct double);
create table marts.liquidation_saturation_hourly (day date, hour integer, venue varchar, instrument varchar,
    reports varchar, n_orders bigint, saturation double);
create table marts.absent_instruments (day date, venue varchar, dataset varchar, symbol varchar);
create table marts.unknown_instruments (day date, venue varchar, symbol varchar, dataset varchar, n_rows bigint,
    first_dump_path varchar, seed_line varchar);
"""
_MARTS = """
create view orders as
select day, venue, asset, occurred_at as happened_at, liquidated_side as side, notional_usd as usd, 'orders' as basis from raw.liquidations
union all
select day, venue, asset, open_at, 'long', long_usd, 'aggregated' from raw.liquidation_bars
union all
select day, venue, asset, open_at, 'short', short_usd, 'aggregated' from raw.liquidation_bars;

create table marts.liquidations_by_asset_daily as
select day, asset, row_number() over (partition by day order by sum(usd) desc, asset)::integer as rank,
    sum(usd) as total_usd, coalesce(sum(usd) filter (where side = 'long'), 0) as long_usd,
    coalesce(sum(usd) filter (where side = 'short'), 0) as short_usd,
    coalesce(sum(usd) filter (where side = 'long'), 0) / nullif(sum(usd), 0) as long_share,
    case when min(basis) = 'orders' then count(*) end as n_orders,
    case when min(basis) = 'orders' then max(usd) end as largest_order_usd,
    case when min(basis) = 'orders' then max_by(venue, usd) end as largest_order_venue,
    case when min(basis) = 'orders' then max_by(happened_at, usd) end as largest_order_at,
    null::double as pct_of_open_interest, min(basis) as basis, count(distinct venue) as n_venues, false as simulated
from orders group by day, asset;

create table marts.liquidations_by_venue_daily as
select day, venue, asset, sum(usd) as total_usd, coalesce(sum(usd) filter (where side = 'long'), 0) as long_usd,
    coalesce(sum(usd) filter (where side = 'short'), 0) as short_usd, case when min(basis) = 'orders' then count(*) end as n_orders,
    'complete' as coverage, 24 as hours_complete, 0 as hours_partial, min(basis) as basis, false as simulated
from orders group by day, venue, asset;
update marts.liquidations_by_venue_daily set
    hours_complete = (select count(*) from marts.coverage_hourly c where c.venue = liquidations_by_venue_daily.venue
        and c.dataset in ('liquidations', 'liquidation_bars') and c.state = 'complete');

create table marts.liquidations_hourly as
select day, hour(happened_at)::integer as hour, asset, coalesce(sum(usd) filter (where side = 'long'), 0) as long_usd,
    coalesce(sum(usd) filter (where side = 'short'), 0) as short_usd, sum(usd) as total_usd, count(*) as n_orders
from orders group by day, hour(happened_at), asset;

create table marts.liquidations_market_daily as
with hours as (select day, hour, sum(total_usd) as usd from marts.liquidations_hourly group by day, hour)
select day, sum(total_usd) as total_usd, sum(long_usd) as long_usd, sum(short_usd) as short_usd,
    sum(long_usd) / nullif(sum(total_usd), 0) as long_share, sum(n_orders)::bigint as n_orders, max(n_venues) as n_venues,
    count(*) as n_assets, null::double as r24_max_usd, null::timestamp as r24_max_at, null::double as busiest_1m_usd,
    null::timestamp as busiest_1m_at, null::double as busiest_5m_usd, null::timestamp as busiest_5m_at,
    (select max(usd) from hours) as busiest_1h_usd,
    (select max_by(day + to_hours(hour), usd) from hours) as busiest_1h_at,
    max(largest_order_usd) as largest_order_usd, max_by(asset, largest_order_usd) as largest_order_asset,
    max_by(largest_order_venue, largest_order_usd) as largest_order_venue,
    max_by(largest_order_at, largest_order_usd) as largest_order_at,
    case when min(basis) = 'orders' then 60 else 3600 end as resolution_s, false as simulated
from marts.liquidations_by_asset_daily group by day;

create table marts.prices_by_venue_daily as
select day, asset, venue, arg_min(open, open_at) as open_usd, max(high) as high_usd, min(low) as low_usd,
    arg_max(close, open_at) as close_usd, arg_min(open_at, low) as low_at, arg_max(open_at, high) as high_at,
    3600 as interval_s, count(*) as n_bars
from raw.candles group by day, asset, venue;

create table marts.prices_hourly as
select day, asset, open_at, median(open) as open_usd, median(high) as high_usd, median(low) as low_usd,
    median(close) as close_usd, count(*)::integer as n_venues
from raw.candles group by day, asset, open_at;
drop view orders;
"""

_SMALL = {"BTC": 30e6, "ETH": 20e6}
MARKETS = {
    "event": Market(),
    "squeeze": Market(
        longs={"BTC": 4e7},
        shorts={"BTC": 3.6e8, "ETH": 2e8},
        low=0.02,
        close=0.06,
        oi_change=-0.04,
        breaks=False,
        regime="short_squeeze",
    ),
    "two_sided": Market(
        longs={"BTC": 3e8}, shorts={"BTC": 2.8e8}, low=-0.02, close=0.01, breaks=False, regime="two_sided"
    ),
    "quiet": Market(longs=_SMALL, shorts=_SMALL, low=-0.01, close=0.002, oi_change=0.01, breaks=False, regime="quiet"),
    "rally": Market(
        longs={"BTC": 3.1e7, "ETH": 1.2e7},
        shorts={"BTC": 6.4e7, "ETH": 2.8e7},
        low=0.005,
        close=0.041,
        oi_change=-0.012,
        breaks=False,
        regime="rally_without_leverage",
    ),
    "drawdown": Market(
        longs={"BTC": 5.2e7, "ETH": 3.3e7},
        shorts={"BTC": 1.4e7, "ETH": 8e6},
        low=-0.085,
        close=-0.061,
        oi_change=-0.02,
        regime="drawdown_without_liquidations",
    ),
    "impaired": Market(
        regime="impaired",
        venues={"binance": 1.0},
        longs={"ETH": 3e6},
        shorts={"ETH": 1e6},
        hours=(14, 15, 16),
        states={"binance": "partial"},
        capped=(),
    ),
    "aggregated": Market(
        aggregated=True,
        assets=("BTC", "ETH"),
        capped=("BTC", "ETH"),
        longs={"BTC": 274e6},
        shorts={"BTC": 25.2e6},
        breaks=False,
    ),
    "uncovered": Market(longs={}, shorts={}, venues={}, regime="uncovered"),
}
"""One market per regime that a recap has words for."""
