"""Facts that follow from others by arithmetic: shares, changes of price, hours covered, names of groups.

Each keeps its formula and its inputs. Nothing here reads the database.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from reports import events, names
from reports.facts.marts import CAPS, LEVERAGE, LIQUIDATIONS, PRICES
from reports.facts.model import EXACT, Fact, FactStore, Unit, Value, fact_id

States = Sequence[Mapping[str, Any]]
_GROUPS = {"liquidations": LIQUIDATIONS, "prices": PRICES, "caps": CAPS, "leverage": LEVERAGE}
FLUSHED = -0.08
"""Change of open interest in coin at which leverage counts as flushed."""
FLAT_FUNDING, HIGH_FUNDING = 0.00005, 0.0001
"""Funding per eight hours that counts as reset, after it was at least so high."""
LEADERS, SOON = ("BTC", "ETH"), timedelta(minutes=30)
"""Whose levels the market watches, and how soon after a break a wave followed it."""
NEAR_LEVEL = 0.01
"""How far beyond a level the mart `liquidations_at_levels` counts."""
FEW = 3
"""Up to so many assets a sum is called by their names: two assets are not the market."""


def derive(store: FactStore, states: States) -> None:
    """Add the derived facts to the store."""
    _window(store)
    _shares(store)
    _hours(store)
    _waves(store)
    _liquidation_sources(store)
    _hours_covered(store, states)
    _universes(store)
    _price_changes(store)
    _signals(store)
    _cascade(store)
    _files(store)
    _events(store)


def _window(store: FactStore) -> None:
    start = datetime.combine(store.day, time())
    _state(store, "window", "day", store.day, "day")
    _state(store, "window", "start", start, "instant")
    _state(store, "window", "cutoff", start + timedelta(days=1), "instant")
    _state(store, "window", "hours", 24, "count")
    _state(store, "window", "funding_hours", 8, "count")
    _state(store, "window", "month_days", 30, "count")
    _state(store, "window", "year_days", 365, "count")
    _state(store, "window", "near_level", NEAR_LEVEL, "fraction")


def _shares(store: FactStore) -> None:
    market = store.get("liquidations_market_daily", "total_usd")
    long = store.get("liquidations_market_daily", "long_share")
    if long:
        _derive(store, ("liquidations", "short_share"), 1 - long.number, "fraction", "1 - long_share", long)
    if not market or not market.value:
        return
    for kind in ("asset", "venue"):
        mart = "liquidations_by_asset_daily" if kind == "asset" else "liquidations_by_venue"
        for fact in [fact for fact in store if fact.id.startswith(f"{mart}.") and fact.metric == "total_usd"]:
            share = _divide(fact, market)
            _derive(
                store,
                ("liquidations", "share", kind, fact.entity),
                share,
                "fraction",
                "total_usd / market",
                fact,
                market,
            )
    busiest = store.get("liquidations_market_daily", "busiest_1h_usd")
    if busiest:
        _derive(
            store, ("liquidations", "busiest_1h_share"), _divide(busiest, market), "fraction", "busiest_1h_usd / total_usd",
            busiest, market,
        )  # fmt: skip


def _hours(store: FactStore) -> None:
    """The clock hour with most liquidations, and its share of the day."""
    hours = [fact for fact in store if fact.id.startswith("liquidations_by_hour.") and fact.metric == "total_usd"]
    total = sum(fact.number for fact in hours)
    if not hours or not total:
        return
    most = max(hours, key=lambda fact: fact.number)
    at = store.get("liquidations_by_hour", most.entity, "hour")
    assert at is not None
    _derive(store, ("liquidations", "busiest_hour", "usd"), most.value, "usd", "max(total_usd)", *hours)
    _derive(store, ("liquidations", "busiest_hour", "hour"), at.value, "hour", "hour of max(total_usd)", *hours)
    _derive(
        store, ("liquidations", "busiest_hour", "share"), most.number / total, "fraction",
        "max(total_usd) / sum(total_usd)", *hours,
    )  # fmt: skip


def _waves(store: FactStore) -> None:
    """How many waves there were, when each was at its busiest, and what they hold together."""
    waves = {
        metric: [fact for fact in store if fact.model == "marts.liquidation_waves" and fact.metric == metric]
        for metric in ("total_usd", "peak_at")
    }
    market = store.get("liquidations_market_daily", "total_usd")
    if not waves["total_usd"] or not market or not market.value:
        return
    total = sum(fact.number for fact in waves["total_usd"])
    clocks = names.listing([f"{fact.value:%H:%M}" for fact in waves["peak_at"]])
    sums = (*waves["total_usd"], market)
    _derive(store, ("liquidations", "waves", "n"), len(waves["peak_at"]), "count", "count of waves", *waves["peak_at"])
    _derive(store, ("liquidations", "waves", "peaks"), clocks, "name", "peak_at of each wave", *waves["peak_at"])
    _derive(
        store, ("liquidations", "waves", "share"), total / market.number, "fraction", "sum(total_usd) / market", *sums
    )


def _liquidation_sources(store: FactStore) -> None:
    """Which venues stated orders, which aggregators stated sums; a venue of an aggregate is not known."""
    found = [fact for fact in store if fact.id.startswith("liquidations_by_venue.") and fact.metric == "basis"]
    for called, basis in (("venues", "orders"), ("aggregators", "aggregated")):
        chosen = [fact for fact in found if fact.value == basis]
        if chosen:
            listed = names.listing([names.venue(fact.entity) for fact in chosen])
            _derive(store, ("liquidations", called, "names"), listed, "name", f"venues of basis {basis}", *chosen)
            _derive(store, ("liquidations", called, "n"), len(chosen), "count", f"count of basis {basis}", *chosen)
    assets = [fact for fact in store if fact.model == "marts.liquidations_by_asset_daily" and fact.metric == "asset"]
    if 0 < len(assets) <= FEW:
        listed = names.listing([str(fact.value) for fact in assets])
        _derive(store, ("liquidations", "assets", "names"), listed, "name", "assets by rank", *assets)


def _hours_covered(store: FactStore, states: States) -> None:
    """Clock hours of each group of datasets: seen by some venue, complete at all expected ones, seen by none."""
    for group, datasets in _GROUPS.items():
        chosen = [state for state in states if state["dataset"] in datasets]
        if not chosen:
            continue
        by_hour = {hour: {state["state"] for state in chosen if state["hour"] == hour} for hour in range(24)}
        seen = [hour for hour, found in by_hour.items() if found - {"missing"}]
        _state(store, group, "venues_expected", len({state["venue"] for state in chosen}), "count")
        _state(store, group, "hours_seen", len(seen), "count")
        _state(store, group, "hours_unseen", 24 - len(seen), "count")
        complete = sum(found == {"complete"} for found in by_hour.values())
        _state(store, group, "hours_complete", complete, "count")
        _state(store, group, "hours_incomplete", 24 - complete, "count")
        if seen:
            _state(store, group, "hours_span", spans(seen), "name")


def spans(hours: Sequence[int]) -> str:
    """Write clock hours as half-open spans: [3, 4, 9] -> 03:00–05:00 and 09:00–10:00."""
    merged: list[list[int]] = []
    for hour in sorted(hours):
        if merged and merged[-1][1] == hour:
            merged[-1][1] = hour + 1
        else:
            merged.append([hour, hour + 1])
    return names.listing([f"{start:02d}:00–{end:02d}:00" for start, end in merged])


def _universes(store: FactStore) -> None:
    """What the sum of caps may be called, and how many assets it is of."""
    assets = [
        str(fact.entity)
        for fact in store
        if fact.model == "marts.market_cap_changes_daily" and fact.metric == "in_index" and fact.value
    ]
    for fact in [fact for fact in store if fact.model == "marts.market_cap_total_daily" and fact.metric == "n_assets"]:
        count = int(fact.number)
        whole = fact.entity == "all"
        name = names.listing(assets) if whole and 0 < len(assets) == count <= FEW else ""
        _derive(store, ("caps", fact.entity, "is_market"), count > FEW, "flag", f"n_assets > {FEW}", fact)
        if name:
            _derive(store, ("caps", fact.entity, "name"), name, "name", "assets of the index", fact)


def _price_changes(store: FactStore) -> None:
    opens = [fact for fact in store if fact.model == "marts.prices_by_venue_daily" and fact.metric == "open_usd"]
    for start in opens:
        for metric, column in (("change", "close_usd"), ("open_to_low", "low_usd")):
            end = store.get("prices_by_venue_daily", *start.entity.split("@"), column)
            if end:
                value = end.number / start.number - 1
                _derive(
                    store,
                    ("prices", *start.entity.split("@"), metric),
                    value,
                    "fraction",
                    f"{column} / open_usd - 1",
                    end,
                    start,
                )


def _signals(store: FactStore) -> None:
    """Which signs of a finished flush the day itself shows, by the rules of the method; later days decide the others."""
    btc = store.row("leverage_daily", "BTC")
    change, before, after = btc("oi_coin_change_pct"), btc("funding_8h_open"), btc("funding_8h_close")
    found: list[tuple[str, bool, tuple[Fact, ...]]] = []
    if change:
        found.append(("open interest flushed", change.number <= FLUSHED, (change,)))
    if before and after:
        reset = abs(after.number) <= FLAT_FUNDING and abs(before.number) >= HIGH_FUNDING
        found.append(("funding reset", reset, (before, after)))
    breaks = [fact for fact in store if fact.id.startswith("level_breaks.BTC.") and fact.metric == "break_kind"]
    supports = [fact for fact in breaks if store.value("level_breaks", *fact.entity.split("@", 1), "side") == "support"]
    if supports:
        repaired = all(fact.value != "daily_close" for fact in supports)
        found.append(("broken support won back by the close", repaired, tuple(supports)))
    if not found:
        return
    inputs = tuple(fact for *_, facts in found for fact in facts)
    for called, holds in (("seen", True), ("missing", False)):
        chosen = [name for name, seen, _ in found if seen is holds]
        _derive(store, ("signals", f"n_{called}"), len(chosen), "count", f"count of signals {called}", *inputs)
        if chosen:
            _derive(store, ("signals", called), names.listing(chosen), "name", f"signals {called}", *inputs)
    _derive(store, ("signals", "n"), len(found), "count", "count of signals that can be read", *inputs)


def _cascade(store: FactStore) -> None:
    """The first wave that began within half an hour of a break, and the last break before it; of levels of one minute the roundest."""
    breaks = [fact for fact in store if fact.id.startswith("level_breaks.") and fact.metric == "broke_at"]
    waves = [fact for fact in store if fact.id.startswith("liquidation_waves.") and fact.metric == "started_at"]
    pairs = [
        (wave, broken)
        for wave in waves
        for broken in breaks
        if broken.entity.split("@")[0] in LEADERS and timedelta() <= _instant(wave) - _instant(broken) <= SOON
    ]
    if not pairs:
        return
    wave, broken = min(
        pairs, key=lambda pair: (_instant(pair[0]), -_instant(pair[1]).timestamp(), _roundness(store, pair[1]))
    )
    row = store.row("level_breaks", *broken.entity.split("@", 1))
    level, asset = row("level_usd"), row("asset")
    assert level is not None
    assert asset is not None
    lag = int((_instant(wave) - _instant(broken)).total_seconds())
    _derive(store, ("cascade", "lag_s"), lag, "seconds", "started_at - broke_at", wave, broken)
    _derive(
        store, ("cascade", "started_at"), wave.value, "instant", "first wave within 30 minutes of a break", wave, broken
    )
    _derive(
        store, ("cascade", "level_usd"), level.value, "usd_price", "last level broken before it", level, wave, broken
    )
    _derive(store, ("cascade", "asset"), asset.value, "name", "asset of that level", asset, wave, broken)


def _instant(fact: Fact) -> datetime:
    assert isinstance(fact.value, datetime)
    return fact.value


def _roundness(store: FactStore, broken: Fact) -> tuple[int, str]:
    level = f"{store.number('level_breaks', *broken.entity.split('@', 1), 'level_usd') or 0:.0f}"
    return len(level.rstrip("0")), broken.id


def _files(store: FactStore) -> None:
    """Files, rows kept, rows that were not kept, over everything read for the day."""
    _state(store, "files", "n", len({file.path for file in store.files}), "count")
    for metric in ("rows_in", "rows_kept", "rows_quarantined", "rows_unknown_instrument"):
        _state(store, "files", metric, sum(getattr(file, metric) for file in store.files), "count")


def _events(store: FactStore) -> None:
    """What the user's event file says of the day, word for word."""
    for number, event in enumerate(events.of(store.day), 1):
        for metric, text in (("text", event.text), ("source", event.source)):
            store.add(
                Fact(
                    id=fact_id("events", str(number), metric), metric=metric, entity=f"event {number}", window=_window_of(store.day),
                    value=text, unit="name", as_of=datetime.combine(store.day + timedelta(days=1), time()), coverage="unknown",
                    model="events.toml", column=metric, where={"day": store.day, "event": number}, dump_files=(),
                )
            )  # fmt: skip


def _state(store: FactStore, group: str, metric: str, value: Value, unit: Unit) -> None:
    """Add a fact about the day's window, coverage or files as a whole."""
    models = {"files": "marts.dump_files", "window": "window"}
    datasets = _GROUPS.get(group, ())
    store.add(
        Fact(
            id=fact_id(group, metric), metric=metric, entity="market", window=_window_of(store.day), value=value, unit=unit,
            as_of=datetime.combine(store.day + timedelta(days=1), time()), coverage="complete",
            model=models.get(group, "marts.coverage_hourly"),
            column=metric, where={"day": store.day},
            dump_files=tuple(file.number for file in store.files if group == "files" or file.dataset in datasets),
        )
    )  # fmt: skip


def _derive(store: FactStore, parts: tuple[str, ...], value: Value, unit: Unit, formula: str, *inputs: Fact) -> None:
    """Add a fact made of others; it is as well covered as the worst of them."""
    first = inputs[0]
    order = ("complete", "unknown", "partial", "missing")
    store.add(
        Fact(
            id=fact_id(*parts), metric=parts[-1], entity=first.entity, window=first.window, value=value, unit=unit,
            as_of=first.as_of, coverage=max((fact.coverage for fact in inputs), key=order.index), model=first.model,
            column=formula, where=first.where, dump_files=tuple(sorted({number for fact in inputs for number in fact.dump_files})),
            digits=min((fact.digits for fact in inputs), default=EXACT), inputs=tuple(fact.id for fact in inputs),
        )
    )  # fmt: skip


def _window_of(day: date) -> str:
    return f"{day}T00:00Z/{day + timedelta(days=1)}T00:00Z"


def _divide(part: Fact, whole: Fact) -> float:
    return part.number / whole.number
