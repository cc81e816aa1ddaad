"""The lake's datasets: columns with units, what makes a row good, what makes it unique.

Feeds translate their own columns into these; every rule below holds for every feed. Facts of one vendor's format do not belong here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

VENUE = "[a-z0-9][a-z0-9_.-]{0,40}"
"""What a venue may be called: it becomes a folder."""

REPEAT = "repeats an earlier row"
"""Reason of a row that agrees with an earlier one in all of `unique`; it takes nothing from what the file covers."""


@dataclass(frozen=True)
class Column:
    """One column of a dataset: DuckDB type, unit and meaning, and whether it may be empty."""

    type: str
    meaning: str
    nullable: bool = False


@dataclass(frozen=True)
class Dataset:
    """A table of the lake, one Parquet file per venue and UTC day.

    `time` is the column that assigns a row to its day. A row is bad when a predicate of `rules` (reason to SQL) is true.
    Rows that agree in all of `unique` are repeats: the first is kept. Files are sorted by it: what is sampled, by instrument
    first, as dumps come and as it packs best. A file of a whole day without a row stands for a calm day only where there are
    such days.
    """

    name: str
    columns: Mapping[str, Column]
    time: str | None = None
    rules: Mapping[str, str] = field(default_factory=dict)
    unique: tuple[str, ...] = ()
    has_calm_days: bool = False

    @property
    def required(self) -> tuple[str, ...]:
        """Columns without which a row says nothing."""
        return tuple(name for name, column in self.columns.items() if not column.nullable)


_ORIGIN = {
    "feed": Column("VARCHAR", "feed that read the row, `source.dataset`"),
    "dump_path": Column("VARCHAR", "dump file it came from, `source/path as published`"),
}
_NAMES = {
    "symbol": Column("VARCHAR", "instrument as the venue names it", nullable=True),
    "asset": Column("VARCHAR", "base asset, only where the dump itself states it", nullable=True),
}


# No price, volume or supply comes near; products of two below it are still finite. NaN sorts above every number.
_TOO_MUCH = "1e30"


def _finite_positive(*columns: str) -> dict[str, str]:
    return {f"{name} is not a positive number": f"not ({name} > 0 and {name} < {_TOO_MUCH})" for name in columns}


def _finite_not_negative(*columns: str) -> dict[str, str]:
    return {f"{name} is negative or not a number": f"not ({name} >= 0 and {name} < {_TOO_MUCH})" for name in columns}


_NAMED = {"neither symbol nor asset": "symbol is null and asset is null"}

CANDLES = Dataset(
    "candles",
    {
        "open_at": Column("TIMESTAMP", "start of the bar, UTC"),
        "interval_s": Column("INTEGER", "length of the bar in seconds"),
        **_NAMES,
        "open": Column("DOUBLE", "first price, quote units per unit of the symbol's base"),
        "high": Column("DOUBLE", "highest price, same unit"),
        "low": Column("DOUBLE", "lowest price, same unit"),
        "close": Column("DOUBLE", "last price, same unit"),
        "base_volume": Column("DOUBLE", "traded, base units", nullable=True),
        "quote_volume": Column("DOUBLE", "traded, quote units", nullable=True),
        "n_trades": Column("BIGINT", "number of trades", nullable=True),
        **_ORIGIN,
    },
    time="open_at",
    rules={
        **_NAMED,
        **_finite_positive("open", "high", "low", "close"),
        **_finite_not_negative("base_volume", "quote_volume"),
        "n_trades is not a count": "n_trades < 0",
        "high is below low, open or close": "high < greatest(low, open, close)",
        "low is above open or close": "low > least(open, close)",
        "interval_s is not between 1 second and 1 day": "interval_s not between 1 and 86400",
        "open_at is not on the bar's grid": "epoch_us(open_at) % (interval_s::BIGINT * 1000000) <> 0",
    },
    unique=("symbol", "asset", "open_at", "interval_s"),
)

FUNDING = Dataset(
    "funding",
    {
        "settled_at": Column("TIMESTAMP", "settlement as published, may be some milliseconds late, UTC"),
        **_NAMES,
        "rate": Column("DOUBLE", "settled rate as a fraction of notional for one interval (0.0001 = 1 basis point)"),
        "interval_h": Column("DOUBLE", "hours that the rate covers, where the dump states it", nullable=True),
        **_ORIGIN,
    },
    time="settled_at",
    rules={
        **_NAMED,
        "rate is not a number between -1 and 1": "not (isfinite(rate) and abs(rate) <= 1)",
        "interval_h is not between 0 and 24 hours": "not (interval_h > 0 and interval_h <= 24)",
    },
    unique=("symbol", "asset", "settled_at"),
)

OPEN_INTEREST = Dataset(
    "open_interest",
    {
        "observed_at": Column("TIMESTAMP", "when it was observed, UTC"),
        **_NAMES,
        "oi_base": Column("DOUBLE", "open interest in base units, one side", nullable=True),
        "oi_contracts": Column("DOUBLE", "open interest in contracts, one side", nullable=True),
        "oi_usd": Column("DOUBLE", "open interest in USD or the quote coin as published, one side", nullable=True),
        **_ORIGIN,
    },
    time="observed_at",
    rules={
        **_NAMED,
        "no open interest in the row": "oi_base is null and oi_contracts is null and oi_usd is null",
        **_finite_not_negative("oi_base", "oi_contracts", "oi_usd"),
    },
    unique=("symbol", "asset", "observed_at"),
)

LIQUIDATIONS = Dataset(
    "liquidations",
    {
        "occurred_at": Column("TIMESTAMP", "when the venue liquidated, UTC"),
        **_NAMES,
        "order_side": Column(
            "VARCHAR", "'buy' or 'sell' as published; who was liquidated is a fact per feed", nullable=True
        ),
        "liquidated_side": Column("VARCHAR", "'long' or 'short' where the dump says so outright", nullable=True),
        "quantity": Column("DOUBLE", "size in `quantity_unit`", nullable=True),
        "quantity_unit": Column("VARCHAR", "'base', 'contracts' or 'usd'", nullable=True),
        "price": Column("DOUBLE", "price in quote units", nullable=True),
        "price_basis": Column("VARCHAR", "'average', 'execution', 'bankruptcy', 'order' or 'mark'", nullable=True),
        "notional_usd": Column("DOUBLE", "USD value, only where the dump states it", nullable=True),
        "order_id": Column("VARCHAR", "the venue's identifier", nullable=True),
        **_ORIGIN,
    },
    time="occurred_at",
    rules={
        **_NAMED,
        "side is neither buy nor sell": "order_side not in ('buy', 'sell')",
        "liquidated_side is neither long nor short": "liquidated_side not in ('long', 'short')",
        "no side": "order_side is null and liquidated_side is null",
        **_finite_positive("quantity", "price", "notional_usd"),
        "neither quantity with price nor notional_usd": "notional_usd is null and (quantity is null or price is null)",
        "quantity_unit is not base, contracts or usd": "notional_usd is null and quantity_unit not in ('base', 'contracts', 'usd')",
    },
    unique=(
        "occurred_at",
        "symbol",
        "asset",
        "order_side",
        "liquidated_side",
        "quantity",
        "price",
        "notional_usd",
        "order_id",
    ),
    has_calm_days=True,
)

LIQUIDATION_BARS = Dataset(
    "liquidation_bars",
    {
        "open_at": Column("TIMESTAMP", "start of the bar, UTC"),
        "interval_s": Column("INTEGER", "length of the bar in seconds"),
        "asset": Column("VARCHAR", "base asset"),
        "long_usd": Column("DOUBLE", "USD of liquidated longs as the aggregator states it"),
        "short_usd": Column("DOUBLE", "USD of liquidated shorts as the aggregator states it"),
        **_ORIGIN,
    },
    time="open_at",
    rules={
        **_finite_not_negative("long_usd", "short_usd"),
        "interval_s is not between 1 second and 1 day": "interval_s not between 1 and 86400",
    },
    unique=("open_at", "interval_s", "asset"),
)

CAPS = Dataset(
    "caps",
    {
        "observed_at": Column("TIMESTAMP", "start of the day at whose END the values hold, UTC"),
        "asset": Column("VARCHAR", "base asset"),
        "cap_usd": Column("DOUBLE", "market capitalisation in USD", nullable=True),
        "price_usd": Column("DOUBLE", "price in USD", nullable=True),
        "supply": Column("DOUBLE", "circulating supply in coins", nullable=True),
        **_ORIGIN,
    },
    time="observed_at",
    rules={
        **_finite_positive("cap_usd", "price_usd", "supply"),
        "neither cap nor price nor supply": "cap_usd is null and price_usd is null and supply is null",
    },
    unique=("observed_at", "asset"),
)

DELEVERAGINGS = replace(LIQUIDATIONS, name="deleveragings")

REFERENCE_PRICES = Dataset(
    "reference_prices",
    {
        "open_at": Column("TIMESTAMP", "start of the bar, UTC"),
        "interval_s": Column("INTEGER", "length of the bar in seconds"),
        "symbol": Column("VARCHAR", "instrument as the venue names it"),
        "kind": Column("VARCHAR", "'mark', 'index' (quote units) or 'premium' (fraction of the index)"),
        "open": Column("DOUBLE", "first value of the bar"),
        "high": Column("DOUBLE", "highest value"),
        "low": Column("DOUBLE", "lowest value"),
        "close": Column("DOUBLE", "last value"),
        **_ORIGIN,
    },
    time="open_at",
    rules={
        "kind is not mark, index or premium": "kind not in ('mark', 'index', 'premium')",
        "value is not a finite number": f"not (greatest(abs(open), abs(high), abs(low), abs(close)) < {_TOO_MUCH})",
        "price is not positive": "kind <> 'premium' and not (low > 0)",
        "high is below low, open or close": "high < greatest(low, open, close)",
        "low is above open or close": "low > least(open, close)",
        "interval_s is not between 1 second and 1 day": "interval_s not between 1 and 86400",
    },
    unique=("symbol", "kind", "open_at", "interval_s"),
)

DEPTH = Dataset(
    "depth",
    {
        "observed_at": Column("TIMESTAMP", "when the book was seen, UTC"),
        **_NAMES,
        "side": Column("VARCHAR", "'bid' or 'ask'"),
        "within_pct": Column(
            "DOUBLE", "distance from the middle of the book in percent, up to which orders are summed"
        ),
        "depth_base": Column(
            "DOUBLE", "resting size in base units (contracts where the venue counts in contracts)", nullable=True
        ),
        "depth_quote": Column("DOUBLE", "resting size in quote units", nullable=True),
        **_ORIGIN,
    },
    time="observed_at",
    rules={
        **_NAMED,
        "side is neither bid nor ask": "side not in ('bid', 'ask')",
        "within_pct is not between 0 and 100": "not (within_pct > 0 and within_pct <= 100)",
        "no depth in the row": "depth_base is null and depth_quote is null",
        **_finite_not_negative("depth_base", "depth_quote"),
    },
    unique=("symbol", "asset", "observed_at", "side", "within_pct"),
)

POSITIONING = Dataset(
    "positioning",
    {
        "observed_at": Column("TIMESTAMP", "when it was observed, UTC"),
        **_NAMES,
        "top_accounts_long_short": Column("DOUBLE", "long over short accounts among the largest", nullable=True),
        "top_positions_long_short": Column(
            "DOUBLE", "long over short positions among the largest accounts", nullable=True
        ),
        "accounts_long_short": Column("DOUBLE", "long over short accounts, all", nullable=True),
        "taker_buy_sell": Column("DOUBLE", "volume of takers that bought over those that sold", nullable=True),
        **_ORIGIN,
    },
    time="observed_at",
    rules={
        **_NAMED,
        **_finite_not_negative(
            "top_accounts_long_short", "top_positions_long_short", "accounts_long_short", "taker_buy_sell"
        ),
    },
    unique=("symbol", "asset", "observed_at"),
)

COVERAGE = Dataset(
    "coverage",
    {
        "dataset": Column("VARCHAR", "dataset that is spoken of"),
        "hour": Column("INTEGER", "hour of the UTC day, 0 to 23"),
        "state": Column("VARCHAR", "'complete', 'partial' or 'missing'"),
        "reason": Column("VARCHAR", "what the state rests on"),
        "rows_seen": Column("BIGINT", "good rows of that hour"),
        "rows_expected": Column("BIGINT", "rows that a complete hour has, where the cadence is known", nullable=True),
    },
)

DUMP_FILES = Dataset(
    "dump_files",
    {
        "source": Column("VARCHAR", "who published the file"),
        "dataset": Column("VARCHAR", "dataset that it fills"),
        "feed": Column("VARCHAR", "feed that read it, `source.dataset`"),
        "dump_path": Column("VARCHAR", "`source/path as published`"),
        "sha256": Column("VARCHAR", "SHA-256 of the file as fetched, hexadecimal"),
        "bytes": Column("BIGINT", "size of the file as fetched"),
        "rows_in": Column("BIGINT", "rows of that venue and day found in the file"),
        "rows_kept": Column("BIGINT", "rows that went into the lake"),
        "rows_quarantined": Column("BIGINT", "rows that did not, each with a reason in `quarantine`"),
        "simulated": Column("BOOLEAN", "the archive says that its data is simulated"),
    },
)

QUARANTINE = Dataset(
    "quarantine",
    {
        "dataset": Column("VARCHAR", "dataset that the row was meant for"),
        "feed": Column("VARCHAR", "feed that read it"),
        "dump_path": Column("VARCHAR", "file it stands in"),
        "row_number": Column("BIGINT", "line of the file, from 1; 0 means the file as a whole"),
        "reason": Column("VARCHAR", "why it was not kept"),
        "raw": Column("VARCHAR", "the row as read"),
    },
)

DATASETS: Mapping[str, Dataset] = {
    dataset.name: dataset
    for dataset in (
        CANDLES,
        FUNDING,
        OPEN_INTEREST,
        LIQUIDATIONS,
        LIQUIDATION_BARS,
        CAPS,
        DELEVERAGINGS,
        REFERENCE_PRICES,
        DEPTH,
        POSITIONING,
    )
}
PROVENANCE: Mapping[str, Dataset] = {dataset.name: dataset for dataset in (COVERAGE, DUMP_FILES, QUARANTINE)}
ALL: Mapping[str, Dataset] = {**DATASETS, **PROVENANCE}
