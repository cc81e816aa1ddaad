"""Sentences about market cap and prices: which fall is meant, from when to when, and of how many assets."""

from reports.claims import wordings
from reports.claims.model import Draft, Gate, above, below, is_slight, when, worded
from reports.claims.regime import Regime, is_market, reference_assets, reference_venue
from reports.facts.model import Fact, FactStore
from reports.numbers import clock_format, percent_signed

_HOUR_S = 3600
_WORTH_SAYING = 0.05
_NOTABLE = -0.03
"""Drawdown from which the lead tells of it; below that a table does."""


def drafts(store: FactStore, regime: Regime) -> list[Draft]:
    """Every sentence about caps and prices that may be said of this day."""
    priced = [asset for asset in reference_assets(store) if reference_venue(store, asset)]
    prices = [_price(store, asset, priced[0], regime) for asset in priced]
    return [
        *_uncovered(store, regime),
        _drawdown(store),
        _change_takeaway(store),
        _footing(store, found=True),
        _footing(store, found=False),
        _change(store),
        _lead(store),
        _open_to_low(store),
        _most(store),
        *prices,
        *(_positions(store, asset, regime) for asset in priced[:1]),
        *(_price_takeaway(store, asset, regime) for asset in priced[:1]),
    ]


def cap(store: FactStore, column: str) -> Fact | None:
    """A fact of the cap over all assets covered."""
    return store.get("market_cap_total_daily", "all", column)


def universe(store: FactStore) -> tuple[str, dict[str, Fact | None]]:
    """What the sum is called, as a wording and its facts: a sum of two assets is not the market."""
    if is_market(store):
        return "The total market cap of the {n_assets} assets covered", {"n_assets": cap(store, "n_assets")}
    name = store.get("caps", "all", "name")
    together = " together" if name and " and " in str(name.value) else ""
    return "The market cap of {universe}" + together, {"universe": name}


def _drawdown(store: FactStore) -> Draft:
    called, facts = universe(store)
    facts |= {
        "usd": cap(store, "max_drawdown_usd"),
        "pct": cap(store, "max_drawdown_pct"),
        "peak": cap(store, "drawdown_peak_at"),
        "trough": cap(store, "drawdown_trough_at"),
    }
    when_ = _moment(store, "peak", "trough")
    wordings = [
        called + " fell by {usd}, or {pct}, from its peak to its trough (" + when_ + ").",
        called + " lost {usd} at its deepest, {pct} from peak to trough (" + when_ + ").",
    ]
    return Draft("takeaway.drawdown", "takeaway", "M", wordings, facts, [below("pct", _NOTABLE)])


def _change_takeaway(store: FactStore) -> Draft:
    called, facts = universe(store)
    verb, beyond = ("fell", "below") if _is_negative(cap(store, "change_usd")) else ("rose", "above")
    facts |= {"usd": cap(store, "change_usd"), "pct": cap(store, "change_pct"), "close": cap(store, "close_cap_usd")}
    wordings = [
        called + f" {verb} by {{usd}}, or {{pct}}, from close to close, to {{close}}.",
        called + f" {verb} to {{close}}, {{usd}} or {{pct}} {beyond} the close before.",
    ]
    if is_slight(facts["pct"]):
        wordings = [called + " was little changed from close to close, at {close}."]
    deep = store.number("market_cap_total_daily", "all", "max_drawdown_pct") or 0.0
    calm = when(f"the total fell by less than {-_NOTABLE:.0%} within the day", deep > _NOTABLE)
    return Draft("takeaway.change", "takeaway", "M", wordings, facts, [calm])


def _moment(store: FactStore, peak: str, trough: str) -> str:
    """Times as fine as the data: on hourly data an instant is a grid point, and is said to be one."""
    resolution = store.number("market_cap_total_daily", "all", "resolution_s") or 0
    start, end = (
        clock_format(store.value("market_cap_total_daily", "all", f"drawdown_{name}_at"), store.day)
        for name in (peak, trough)
    )
    times = f"{{{peak}:{start}}} to {{{trough}:{end}}} UTC"
    return times + (", on hourly data" if resolution >= _HOUR_S else "")


def _footing(store: FactStore, found: bool) -> Draft:
    facts = {
        "recovered": cap(store, "recovered_share"),
        "footing": cap(store, "found_footing"),
        "cutoff": store.get("window", "cutoff"),
    }
    said = "It then found footing: {recovered} of that fall was recovered by {cutoff:cutoff} UTC, without a new low."
    unsaid = "By {cutoff:cutoff} UTC {recovered} of that fall had been recovered."
    gate = Gate(f"found_footing is {found}", lambda facts: bool(facts["footing"].value) is found)
    some = above("recovered", _WORTH_SAYING)
    deep = store.number("market_cap_total_daily", "all", "max_drawdown_pct") or 0.0
    fell = when(f"the total fell by at least {-_NOTABLE:.0%}", deep <= _NOTABLE)
    return Draft(f"lead.footing.{found}".lower(), "lead", "D", [said if found else unsaid], facts, [gate, fell, some])


def _change(store: FactStore) -> Draft:
    called, facts = universe(store)
    change = cap(store, "change_usd")
    verb = "lower" if _is_negative(change) else "higher"
    facts |= {"change": change, "pct": cap(store, "change_pct"), "close": cap(store, "close_cap_usd")}
    wording = called + " closed at {close}, {change} or {pct} " + verb + " than the close before."
    if is_slight(facts["pct"]):
        wording = called + " closed at {close}, little changed from the close before."
    return Draft("market_cap.change", "market_cap", "M", [wording], facts)


def _lead(store: FactStore) -> Draft:
    """The deepest fall, which the sentence on footing then refers to."""
    called, facts = universe(store)
    names = {
        "usd": "max_drawdown_usd",
        "pct": "max_drawdown_pct",
        "peak": "drawdown_peak_at",
        "trough": "drawdown_trough_at",
    }
    facts |= {name: cap(store, column) for name, column in names.items()} | {"close": cap(store, "close_cap_usd")}
    wording = called + " fell by {usd}, or {pct}, between its peak and its trough ({when}), and closed at {close}."
    wording = wording.replace("{when}", _moment(store, "peak", "trough"))
    return Draft("lead.caps", "lead", "M", [wording], facts, [below("pct", _NOTABLE)])


def _open_to_low(store: FactStore) -> Draft:
    names = {"open": "open_cap_usd", "low": "low_cap_usd", "usd": "open_to_low_usd", "pct": "open_to_low_pct"}
    facts = {name: cap(store, column) for name, column in names.items()}
    wording = "The sum opened at {open} and went as low as {low}, {usd} or {pct} under the open."
    return Draft("market_cap.open_to_low", "market_cap", "M", [wording], facts, [below("pct", _NOTABLE)])


def _most(store: FactStore) -> Draft:
    changes = [
        fact for fact in store if fact.model == "marts.market_cap_changes_daily" and fact.metric == "change_pct"
        and not store.value("market_cap_changes_daily", fact.entity, "is_stable")
    ]  # fmt: skip
    ranked = sorted(changes, key=lambda fact: fact.number)
    facts: dict[str, Fact | None] = {"worst": None, "best": None}
    if ranked:
        facts = {"worst": ranked[0], "best": ranked[-1]}
        facts |= {
            f"{name}_asset": store.get("market_cap_changes_daily", fact.entity, "asset")
            for name, fact in facts.items()
            if fact
        }
    several = when("at least three assets have a change of cap", len(ranked) > 2)
    printed = {percent_signed(fact.number) for fact in (facts["worst"], facts["best"]) if fact}
    apart = when("their changes differ in print", len(printed) == 2)
    words = {name: f"{'down' if _is_negative(facts[name]) else 'up'} {{{name}}}" for name in ("worst", "best")}
    words |= {name: "little changed" for name in words if is_slight(facts[name])}
    wording = f"Close to close, {{worst_asset}} did worst, {words['worst']}, and {{best_asset}} best, {words['best']}."
    return Draft("market_cap.most", "market_cap", "D", [wording], facts, [several, apart])


def _price_facts(store: FactStore, asset: str) -> dict[str, Fact | None]:
    venue = reference_venue(store, asset) or ""
    columns = {
        "asset": "asset",
        "venue": "venue",
        "open": "open_usd",
        "low": "low_usd",
        "high": "high_usd",
        "close": "close_usd",
    }
    return {name: store.get("prices_by_venue_daily", asset, venue, column) for name, column in columns.items()}


def _price(store: FactStore, asset: str, first: str, regime: Regime) -> Draft:
    """The day of one asset; the venue is named once where it is the same for both."""
    facts = _price_facts(store, asset)
    venue = reference_venue(store, asset) or ""
    facts["change"] = store.get("prices", asset, venue, "change")
    verb = "down" if _is_negative(facts["change"]) else "up"
    moved = "little changed" if is_slight(facts["change"]) else f"{verb} {{change}}"
    path = f"traded between {{low}} and {{high}} and closed at {{close}}, {moved}"
    if asset == first and regime.is_told_by_price:
        facts["day"] = store.get("window", "day")
        return Draft(f"lead.price.{asset}", "lead", "M", worded(wordings.LEAD_PRICE, path=path), facts)
    if asset == first or venue != reference_venue(store, first):
        return Draft(
            f"lead.price.{asset}",
            "lead",
            "M",
            [f"On {{venue:venue}}, {{asset}} opened the day at {{open}}, {path}."],
            facts,
        )
    del facts["venue"]
    return Draft(f"lead.price.{asset}", "lead", "M", [f"{{asset}} opened at {{open}} there, {path}."], facts)


def _positions(store: FactStore, asset: str, regime: Regime) -> Draft:
    """What open interest did while the price rose without new leverage."""
    row = store.row("leverage_daily", asset)
    facts = {"asset": row("asset"), "change": row("oi_coin_change_pct")}
    went = "was little changed" if is_slight(facts["change"]) else "fell by {change}"
    wording = (
        f"Open interest in {{asset}} {went} in coin meanwhile, which is consistent with a rise without new leverage."
    )
    rally = when("regime is a rally without leverage", regime.name == "rally_without_leverage")
    return Draft("lead.positions", "lead", "I", [wording], facts, [rally, below("change", 0)])


def _price_takeaway(store: FactStore, asset: str, regime: Regime) -> Draft:
    facts = {name: fact for name, fact in _price_facts(store, asset).items() if name != "high"}
    wordings = [
        "{asset} opened at {open} on {venue:venue}, fell as low as {low} and closed at {close}.",
        "On {venue:venue} {asset} went from {open} to a low of {low} and closed at {close}.",
    ]
    if regime.name == "rally_without_leverage":
        del facts["low"]
        facts["change"] = store.get("prices", asset, reference_venue(store, asset) or "", "change")
        wordings = [
            "{asset} rose by {change} on {venue:venue}, from {open} to {close} at the close.",
            "On {venue:venue} {asset} opened at {open} and closed at {close}, up {change}.",
        ]
    return Draft("takeaway.price", "takeaway", "M", wordings, facts)


def _uncovered(store: FactStore, regime: Regime) -> list[Draft]:
    asset = (reference_assets(store) or ["BTC"])[0]
    price = _price_facts(store, asset)
    facts = {name: price[name] for name in ("asset", "low", "close")}
    gate = when("no liquidation source was read", regime.name == "uncovered")
    day = store.get("window", "day")
    named = {"asset": price["asset"], "close": price["close"], "day": day}
    return [
        Draft(
            "headline.uncovered", "headline", "M",
            wordings.UNCOVERED, facts, [gate],
        ),
        Draft("subject.uncovered", "subject", "M", ["{asset} at {close}, liquidations not covered · {day:short_day}"], named, [gate]),
    ]  # fmt: skip


def _is_negative(fact: Fact | None) -> bool:
    return fact is not None and isinstance(fact.value, int | float) and fact.value < 0
