"""The four numbers at the top of the page. One that was not measured is left out, and so is a note that lacks a fact."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.claims.model import Figure
from reports.facts.model import Fact, FactStore

Part = str | tuple[Fact | None, str]


@dataclass(frozen=True, slots=True)
class Tile:
    """One number, and a line under it."""

    label: str
    figure: Figure
    note: Sequence[str | Figure]
    share: Figure | None = None
    """Drawn as a split bar of longs and shorts."""


def tiles(store: FactStore) -> list[Tile]:
    """Return the tiles of a day, in reading order."""
    return [tile for tile in (_liquidated(store), _long_share(store), _cap(store), _price(store)) if tile]


def _liquidated(store: FactStore) -> Tile | None:
    get = store.row("liquidations_market_daily")
    aggregator = store.get("liquidations", "aggregators", "names")
    label = f"Liquidated, at least, as {aggregator.value} adds it up" if aggregator else "Liquidated, at least"
    note = ("longs ", (get("long_usd"), "usd"), ", shorts ", (get("short_usd"), "usd"))
    return _tile(label, get("total_usd"), "usd", *note, share=get("long_share"))


def _long_share(store: FactStore) -> Tile | None:
    get = store.row("liquidations_market_daily")
    return _tile("Long share", get("long_share"), "percent", "largest order ", (get("largest_order_usd"), "usd"))


def _cap(store: FactStore) -> Tile | None:
    """The fall of the day, or its rise where that was the larger."""
    get, name = store.row("market_cap_total_daily", "all"), store.get("caps", "all", "name")
    whose: tuple[Part, ...] = (", ", (name, "text")) if name else (", ", (get("n_assets"), "count"), " assets")
    label, usd, pct = "Market cap, peak to trough", get("max_drawdown_usd"), get("max_drawdown_pct")
    rise = get("change_pct")
    if rise and pct and rise.number > -pct.number:
        label, usd, pct = "Market cap, close to close", get("change_usd"), rise
    return _tile(label, pct, "percent_signed", (usd, "usd_signed"), *whose)


def _price(store: FactStore) -> Tile | None:
    get = store.row("prices_hourly", "BTC")
    note = ("low ", (get("low_usd"), "price"), ", median of venues")
    return _tile("BTC at the close", get("close_usd"), "price", *note)


def _tile(label: str, fact: Fact | None, format: str, *note: Part, share: Fact | None = None) -> Tile | None:
    if fact is None:
        return None
    return Tile(label, Figure(fact, format), _note(note), Figure(share, "percent") if share else None)


def _note(note: Sequence[Part]) -> list[str | Figure]:
    parts: list[str | Figure] = []
    for part in note:
        if isinstance(part, str):
            parts.append(part)
        elif part[0] is None:
            return []
        else:
            parts.append(Figure(part[0], part[1]))
    return parts
