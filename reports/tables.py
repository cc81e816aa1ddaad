"""Which facts stand in which table, in which format. Every cell is a fact, a name or a gap; nothing is computed here.

What does not belong here: HTML (templates) and choosing words (claims).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reports import names
from reports.claims.model import Figure
from reports.facts.model import Fact, FactStore
from reports.numbers import clock_format

SHOWN = 12
"""Rows that a long table shows before the rest folds away."""
LISTED = 30
"""Rows that a page holds of a table, so that a day of hundreds of assets stays a page; facts.json has all."""


@dataclass(frozen=True, slots=True)
class Text:
    """A cell of plain words."""

    text: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A cell whose value was not measured: never a zero."""

    text: str = "n/a"


Cell = Figure | Text | Gap
Columns = tuple[tuple[str, str, str], ...]
"""Per column: its heading, the mart's column, the format."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its header and its cells."""

    head: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption; `rest` are the rows that fold away, and where it is shortened there are more in facts.json."""

    id: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    rest: tuple[Row, ...] = ()
    is_shortened: bool = False

    @property
    def flush_left(self) -> tuple[bool, ...]:
        """Per column: whether it holds words rather than figures."""
        return (True, *(_of_words([row.cells[place] for row in self.rows]) for place in range(len(self.columns) - 1)))


def _of_words(column: Sequence[Cell]) -> bool:
    told = [cell for cell in column if not isinstance(cell, Gap)]
    return bool(told) and all(isinstance(cell, Text) or cell.fact.unit == "name" for cell in told)


_SPLIT: Columns = (("Total", "total_usd", "usd"), ("Longs", "long_usd", "usd"), ("Shorts", "short_usd", "usd"))
_ASSET: Columns = (
    *_SPLIT,
    ("Long share", "long_share", "percent"),
    ("Of open interest", "pct_of_open_interest", "percent"),
    ("Largest order", "largest_order_usd", "usd"),
)
_CAPS: Columns = (
    ("Cap at close", "close_cap_usd", "usd"),
    ("Change", "change_usd", "usd_signed"),
    ("Change %", "change_pct", "percent_signed"),
    ("Contribution", "contribution_pct", "percent_signed"),
    ("Open to low", "open_to_low_pct", "percent_signed"),
    ("Peak to trough", "max_drawdown_pct", "percent_signed"),
    ("peak", "drawdown_peak_at", "clock"),
    ("trough", "drawdown_trough_at", "clock"),
)
_PRICES: Columns = (
    ("Open", "open_usd", "price"),
    ("High", "high_usd", "price"),
    ("Low", "low_usd", "price"),
    ("Close", "close_usd", "price"),
    ("Low in the bar from", "low_at", "clock"),
    ("Bars of", "interval_s", "seconds"),
)
_LEVERAGE: Columns = (
    ("OI in coin, open", "oi_coin_open", "amount"),
    ("close", "oi_coin_close", "amount"),
    ("Change", "oi_coin_change_pct", "percent_signed"),
    ("USD by positions", "oi_usd_change_positions", "usd_signed"),
    ("USD by price", "oi_usd_change_price", "usd_signed"),
    ("Funding before", "funding_8h_open", "rate"),
    ("after", "funding_8h_close", "rate"),
)
_HOURS: Columns = (
    ("Hours complete", "hours_complete", "count"),
    ("partial", "hours_partial", "count"),
    ("missing", "hours_missing", "count"),
)
_FILES: Columns = (
    ("Files", "n", "count"),
    ("Rows kept", "rows_kept", "count"),
    ("set aside", "rows_quarantined", "count"),
    ("instrument unknown", "rows_unknown_instrument", "count"),
)


def by_asset(store: FactStore) -> Table:
    """Liquidations by asset with both sides."""
    return _of_mart(
        store, "by-asset", "Liquidations by asset, USD of the UTC day", "liquidations_by_asset_daily", _ASSET
    )


def by_venue(store: FactStore) -> Table:
    """Liquidations by venue with what each one covers."""
    rows = [
        _venue(store, fact.entity)
        for fact in store
        if fact.id.startswith("liquidations_by_venue.") and fact.metric == "venue"
    ]
    heads = ("Venue", *_heads(_SPLIT), "Share", "Source", *_heads(_HOURS))
    return _table("by-venue", "Liquidations by venue, with the clock hours that each covers", heads, rows)


def _venue(store: FactStore, venue: str) -> Row:
    aggregated = store.value("liquidations_by_venue", venue, "basis") == "aggregated"
    split = _cells(store, ("liquidations_by_venue", venue), _SPLIT)
    share = cell(store.get("liquidations", "share", "venue", venue), "percent")
    kind = Text("an aggregator's sums" if aggregated else "orders")
    dataset = "liquidation_bars" if aggregated else "liquidations"
    return Row(names.venue(venue), (*split, share, kind, *_cells(store, ("coverage", dataset, venue), _HOURS)))


def drops(store: FactStore) -> Table:
    """The four falls of the total cap, each with its name and its times."""
    get = store.row("market_cap_total_daily", "all")
    low, peak, trough = (_clock(store, get(column)) for column in ("low_at", "drawdown_peak_at", "drawdown_trough_at"))
    rows = (
        _drop("Close to close", store, "change", Text("prior close"), Text("close")),
        _drop("Open to low", store, "open_to_low", Text("open"), low),
        _drop("Prior close to low", store, "prior_close_to_low", Text("prior close"), low),
        _drop("Peak to trough", store, "max_drawdown", peak, trough),
    )
    name = store.get("caps", "all", "name")
    caption = f"Market cap of {name.value}" if name else "Total market cap of the assets covered"
    heads = ("Measure", "USD", "Percent", "From", "To (UTC)")
    return Table("drops", f"{caption}: four measures of the day", heads, rows if get("close_cap_usd") else ())


def _drop(head: str, store: FactStore, column: str, start: Cell, end: Cell) -> Row:
    get = store.row("market_cap_total_daily", "all")
    return Row(
        head, (cell(get(f"{column}_usd"), "usd_signed"), cell(get(f"{column}_pct"), "percent_signed"), start, end)
    )


def caps(store: FactStore) -> Table:
    """Market cap by asset."""
    caption = "Market cap by asset; change is close to close, contribution is to the sum of all"
    return _of_mart(store, "caps", caption, "market_cap_changes_daily", _CAPS)


def prices(store: FactStore) -> Table:
    """Open, high, low and close of BTC and ETH at every venue; the other assets fold away."""
    found = [entity.split("@") for entity in store.entities("prices_by_venue_daily")]
    ordered = sorted(found, key=lambda pair: (pair[0] != "BTC", pair[0] != "ETH", pair[0]))
    rows = [
        Row(f"{asset}, {names.venue(venue)}", _cells(store, ("prices_by_venue_daily", asset, venue), _PRICES))
        for asset, venue in ordered
    ]
    split = sum(asset in ("BTC", "ETH") for asset, _ in ordered) or SHOWN
    heads = ("Asset, venue", *_heads(_PRICES))
    return _folded("prices", "Prices by venue in USD, each venue's own bars", heads, rows, split)


def leverage(store: FactStore) -> Table:
    """Open interest in coin and funding, before and after."""
    caption = "Open interest in coin, and funding per eight hours"
    return _of_mart(store, "leverage", caption, "leverage_daily", _LEVERAGE)


def levels(store: FactStore) -> Table:
    """Levels that were broken."""
    first = ("BTC", "ETH")
    entities = sorted(store.entities("level_breaks"), key=lambda entity: entity.split("@")[0] not in first)
    rows = [_level(store, entity) for entity in entities]
    heads = ("Asset", "Level", "What it is", "Side", "Broken at (UTC)", "How", "Undone", "Next")
    return _table("levels", "Levels known before the day that were broken in it", heads, rows)


def _level(store: FactStore, entity: str) -> Row:
    get = store.row("level_breaks", *entity.split("@", 1))
    kind, reclaimed = get("break_kind"), get("reclaimed")
    cells = (
        cell(get("level_usd"), "price"),
        cell(get("kinds"), "text"),
        cell(get("side"), "text"),
        cell(get("broke_at"), "clock"),
        Text(str(kind.value).replace("_", " ")) if kind else Gap(),
        _won_back(kind, reclaimed),
        cell(get("next_level_usd"), "price"),
    )
    return Row(entity.split("@")[0], cells)


def _won_back(kind: Fact | None, reclaimed: Fact | None) -> Cell:
    """A later hourly close on the old side; where the day closed beyond the level, it did not last."""
    if kind is None or reclaimed is None:
        return Gap()
    lasted = "for a while" if kind.value == "daily_close" else "yes"
    return Text(lasted if reclaimed.value else "no")


def coverage(store: FactStore) -> Table:
    """What was expected per venue and dataset, and how many clock hours of it are there."""
    pairs = [fact.entity.split("@") for fact in store if fact.id.startswith("coverage.") and fact.metric == "venue"]
    rows = [
        Row(
            f"{names.dataset(dataset)}, {names.venue(venue)}",
            (*_cells(store, ("coverage", dataset, venue), _HOURS), *_cells(store, ("files", dataset, venue), _FILES)),
        )
        for dataset, venue in pairs
    ]
    heads = ("Dataset, venue", *_heads(_HOURS), *_heads(_FILES))
    return Table("coverage", "Clock hours of the UTC day that were covered, by venue and dataset", heads, tuple(rows))


def unknown(store: FactStore) -> Table:
    """Instruments that no list knows; their rows are in no figure that needs one."""
    pairs = [fact.entity.split("@", 1) for fact in store if fact.id.startswith("unknown.") and fact.metric == "symbol"]
    rows = [
        Row(symbol, (Text(names.venue(venue)), cell(store.get("unknown", venue, symbol, "n_rows"), "count")))
        for venue, symbol in pairs
    ]
    return _table("unknown", "Instruments that are not in the instrument list", ("Symbol", "Venue", "Rows"), rows)


def cell(fact: Fact | None, format: str) -> Cell:
    """A fact in a format, or a gap."""
    return Gap() if fact is None else Figure(fact, format)


def _clock(store: FactStore, fact: Fact | None) -> Cell:
    return cell(fact, clock_format(fact.value if fact else None, store.day))


def _heads(columns: Columns) -> tuple[str, ...]:
    return tuple(head for head, _, _ in columns)


def _cells(store: FactStore, row: tuple[str, ...], columns: Columns) -> tuple[Cell, ...]:
    return tuple(
        _clock(store, store.get(*row, column)) if format == "clock" else cell(store.get(*row, column), format)
        for _, column, format in columns
    )


def _of_mart(store: FactStore, id: str, caption: str, mart: str, columns: Columns) -> Table:
    """One row per asset of a mart."""
    rows = [Row(asset, _cells(store, (mart, asset), columns)) for asset in store.entities(mart)]
    return _table(id, caption, ("Asset", *_heads(columns)), rows)


def _table(id: str, caption: str, heads: tuple[str, ...], rows: Sequence[Row]) -> Table:
    """A table without the columns that nothing was measured for."""
    kept = [place for place in range(len(heads) - 1) if any(not isinstance(row.cells[place], Gap) for row in rows)]
    lean = [Row(row.head, tuple(row.cells[place] for place in kept)) for row in rows]
    columns = (heads[0], *(heads[place + 1] for place in kept))
    return _folded(id, caption, columns, lean, SHOWN)


def _folded(id: str, caption: str, columns: tuple[str, ...], rows: Sequence[Row], shown: int) -> Table:
    """A table that shows its first rows, folds others away and leaves out the rest."""
    return Table(
        id,
        caption,
        columns,
        tuple(rows[:shown]),
        tuple(rows[shown:LISTED]),
        is_shortened=len(rows) > max(shown, LISTED),
    )
