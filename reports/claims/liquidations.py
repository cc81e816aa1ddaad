"""Sentences about liquidations: how much, which side, whose, how fast; and what the headline says of them."""

from collections.abc import Iterator, Mapping, Sequence

from reports import names
from reports.claims import wordings
from reports.claims.history import is_ranked
from reports.claims.model import Draft, Gate, Place, above, below, when, worded
from reports.claims.regime import Regime, is_aggregated, is_one_side_alone, reference_venue
from reports.facts.model import Fact, FactStore

Named = Mapping[str, Fact | None]


def market(store: FactStore) -> dict[str, Fact | None]:
    """The day's totals by name."""
    columns = {"total": "total_usd", "long": "long_usd", "short": "short_usd", "long_share": "long_share"}
    facts = {name: store.get("liquidations_market_daily", column) for name, column in columns.items()}
    return {**facts, "short_share": store.get("liquidations", "short_share")}


def lean(store: FactStore) -> str:
    """The side that was liquidated more."""
    return "long" if (store.number("liquidations_market_daily", "long_share") or 0) >= 0.5 else "short"


def sources(store: FactStore) -> dict[str, Fact | None]:
    """Window and venues, as the first mention names them."""
    kind = "aggregators" if is_aggregated(store) else "venues"
    return {
        "day": store.get("window", "day"),
        "cutoff": store.get("window", "cutoff"),
        "venues": store.get("liquidations", kind, "names"),
        "n": store.get("liquidations", kind, "n"),
    }


def drafts(store: FactStore, regime: Regime) -> list[Draft]:
    """Every sentence about liquidations that may be said of this day."""
    return [
        *_headlines(store, regime),
        *_subjects(store, regime),
        _lead(store),
        _little(store, regime),
        *_none(store, regime),
        _mixed(store),
        _totals(store, regime),
        _leaders(store),
        _busiest(store),
        _largest(store),
    ]


def one_sided(store: FactStore, regime: Regime) -> bool:
    """Whether the day's regime is one of a single side, from orders."""
    return regime.name in ("long_flush", "short_squeeze") and not is_aggregated(store)


def _headlines(store: FactStore, regime: Regime) -> list[Draft]:
    facts = market(store)
    aggregated = is_aggregated(store)
    long = regime.name == "long_flush"
    venue = reference_venue(store, "BTC") or ""
    extreme = store.get("prices_by_venue_daily", "BTC", venue, "low_usd" if long else "high_usd")
    btc = store.get("prices_by_venue_daily", "BTC", venue, "asset")
    words = {"sides": "longs" if long else "shorts", "moved": "fell to" if long else "rose to"}
    share = facts["long_share"] if long else facts["short_share"]
    flush = worded(wordings.ONE_SIDED, **words)
    close = store.get("prices_by_venue_daily", "BTC", venue, "close_usd")
    split = {"total": facts["total"], "long": facts["long"], "short": facts["short"]}
    normal = when("liquidations come from orders of venues", not aggregated)
    known = when("no hour is unknown", not store.value("liquidations", "hours_unseen"))
    return [
        Draft(
            "headline.one_sided", "headline", "M", flush, {"total": facts["total"], "share": share, "asset": btc, "extreme": extreme},
            [when("regime is a long flush or a short squeeze", one_sided(store, regime))],
        ),
        Draft(
            "headline.aggregated", "headline", "M",
            wordings.AGGREGATED,
            {"total": facts["total"], "long_share": facts["long_share"], "assets": store.get("liquidations", "assets", "names"),
             "venues": sources(store)["venues"]},
            [when("all liquidations are an aggregator's sums", aggregated), when("regime is not impaired", not regime.is_impaired)],
        ),
        Draft(
            "headline.two_sided", "headline", "M", wordings.TWO_SIDED,
            split, [when("regime is two-sided", regime.name == "two_sided"), normal, above("long", 1), above("short", 1)],
        ),
        *_positioned(store, regime, btc, close, venue),
        Draft(
            "headline.none", "headline", "M", wordings.NONE,
            {"total": facts["total"], "asset": btc, "close": close}, [below("total", 0)],
        ),
        Draft("headline.none_unpriced", "headline", "M", wordings.NONE_UNPRICED, {"total": facts["total"]}, [below("total", 0)]),
        Draft(
            "headline.quiet", "headline", "M", wordings.QUIET,
            {"total": facts["total"], "asset": btc, "close": close}, [when("regime is quiet", regime.name == "quiet"), known, normal],
        ),
        Draft(
            "headline.alone", "headline", "M", worded(wordings.ONE_SIDE_ALONE, **_side(store)), {"total": facts["total"]},
            [when("one side alone was liquidated", is_one_side_alone(store)), when("regime is not impaired", not regime.is_impaired)],
        ),
        Draft(
            "headline.plain", "headline", "M", wordings.PLAIN, split, [when("regime is not impaired", not regime.is_impaired)],
        ),
    ]  # fmt: skip


def _positioned(store: FactStore, regime: Regime, btc: Fact | None, close: Fact | None, venue: str) -> list[Draft]:
    """Headlines of days on which price and positions say more than what was liquidated."""
    first, low = (store.get("prices_by_venue_daily", "BTC", venue, f"{name}_usd") for name in ("open", "low"))
    rose = bool(first and close and close.number > first.number)
    fell = bool(first and close and close.number < first.number)
    facts = {"asset": btc, "close": close, "total": market(store)["total"]}
    oi = store.get("leverage_daily", "BTC", "oi_coin_change_pct")
    orders = when("liquidations come from orders of venues", not is_aggregated(store))
    some = above("total", 1)
    new = {"new_shorts": fell, "new_longs": rose}.get(regime.name, False)
    return [
        Draft(
            "headline.new_positions", "headline", "M", worded(wordings.NEW_POSITIONS, moved="rose to" if rose else "fell to"),
            {**facts, "oi": oi}, [when("positions were opened the way the price went", new), above("oi", 0.01), orders, some],
        ),
        Draft(
            "headline.rally_without_leverage", "headline", "M", wordings.RALLY_WITHOUT_LEVERAGE, facts,
            [when("regime is a rally without leverage", rose and regime.name == "rally_without_leverage"), orders, some],
        ),
        Draft(
            "headline.drawdown_without_liquidations", "headline", "M", wordings.DRAWDOWN_WITHOUT_LIQUIDATIONS,
            {"asset": btc, "low": low, "total": facts["total"]},
            [when("regime is a drawdown without liquidations", regime.name == "drawdown_without_liquidations"), orders, some],
        ),
    ]  # fmt: skip


def worded_apart(places: Sequence[Place], told: Sequence[str]) -> Iterator[tuple[Place, list[str]]]:
    """The places where one thing is said, each with the wordings in another order: of a day no two say it alike."""
    for at, place in enumerate(places):
        yield place, [*told[2 * at :], *told[: 2 * at]]


def _side(store: FactStore) -> dict[str, str]:
    return {"sides": f"{lean(store)}s", "Sides": f"{lean(store)}s".capitalize()}


def _subjects(store: FactStore, regime: Regime) -> list[Draft]:
    facts, day = market(store), store.get("window", "day")
    scope = {"assets": store.get("liquidations", "assets", "names")}
    total = {"total": facts["total"]}
    share = {**total, "share": facts[f"{lean(store)}_share"], "day": day}
    return [
        Draft(
            "subject.assets", "subject", "M", ["{assets}: {total} liquidated, {share} " + lean(store) + ", {venues} · {day:short_day}"],
            {**share, **scope, "venues": sources(store)["venues"]},
            [when("all liquidations are an aggregator's sums", is_aggregated(store))],
        ),
        Draft("subject.total", "subject", "M", ["{total} liquidated, {share} " + lean(store) + " · {day:short_day}"], share),
        Draft("subject.none", "subject", "M", ["No liquidation reported · {day:short_day}"], {**total, "day": day}, [below("total", 0)]),
        Draft("subject.sum", "subject", "M", ["{total} liquidated · {day:short_day}"], {**total, "day": day}),
    ]  # fmt: skip


def _mixed(store: FactStore) -> Draft:
    """Where an aggregator's sums stand in for assets without orders, the lead says how much of the total they are."""
    both = [store.get("liquidations", kind, "names") for kind in ("venues", "aggregators")]
    summed = [fact for fact in store if fact.id.startswith("liquidations_by_venue.") and fact.value == "aggregated"]
    usd = store.get("liquidations_by_venue", summed[0].entity, "total_usd") if summed else None
    wording = "Of this, {usd} is {aggregator}'s aggregate for assets without reported orders; the exchanges in it are not stated."
    gate = when("orders and an aggregator's sums are both in the total", all(both))
    return Draft("lead.liquidations_mixed", "lead", "M", [wording], {"usd": usd, "aggregator": both[1]}, [gate])


def _lead(store: FactStore) -> Draft:
    facts = {**sources(store), **market(store)}
    used = ["day", "cutoff", "venues", "n", "total", "long", "short", "long_share"]
    split = "{long} of longs and {short} of shorts, a long share of {long_share}"
    if is_one_side_alone(store):
        used, split = used[:5], f"all of it {lean(store)}s"
    chosen = {name: facts[name] for name in used}
    if is_aggregated(store):
        scope = store.get("liquidations", "assets", "names")
        tail = " It is {n} aggregator's figure; which exchanges it adds up is not stated in the data."
        told = worded(wordings.LEAD_AGGREGATED, split=split, scope=" of {assets}" if scope else "")
        return Draft(
            "lead.liquidations",
            "lead",
            "M",
            [text + tail for text in told],
            chosen | ({"assets": scope} if scope else {}),
        )
    where = "{n} venue ({venues})" if facts["n"] and facts["n"].value == 1 else "{n} venues ({venues})"
    hours = store.get("liquidations", "hours_seen")
    if store.value("liquidations", "hours_unseen"):
        where += f", in the {{seen}} clock {plural('hour', hours)} that the data covers"
        chosen |= {"seen": hours}
    return Draft("lead.liquidations", "lead", "M", worded(wordings.LEAD, where=where, split=split), chosen)


def _none(store: FactStore, regime: Regime) -> list[Draft]:
    """The day's first takeaway and first sentence where liquidations were covered and none was reported."""
    n = store.get("liquidations", "venues_expected")
    facts = {
        "day": store.get("window", "day"),
        "cutoff": store.get("window", "cutoff"),
        "n": n,
        "total": market(store)["total"],
    }
    told = worded(wordings.LEAD_NONE, expected=f"the {{n}} {plural('venue', n)} expected")
    return [
        Draft(f"{place}.liquidations_none", place, "M", wordings_, facts, [below("total", 0)])
        for place, wordings_ in worded_apart(("lead", "takeaway"), told)
    ]


def plural(noun: str, n: Fact | None) -> str:
    """The noun as the number before it wants it."""
    return noun if n and n.value == 1 else f"{noun}s"


def _little(store: FactStore, regime: Regime) -> Draft:
    """What it means that a deep fall went by with few liquidations."""
    facts = {"total": market(store)["total"]}
    wording = "That is little for a fall that deep, which is consistent with selling that leverage did not force."
    deep = when("regime is a drawdown without liquidations", regime.name == "drawdown_without_liquidations")
    return Draft("lead.liquidations_little", "lead", "I", [wording], facts, [deep, above("total", 1)])


def _totals(store: FactStore, regime: Regime) -> Draft:
    told = [
        f"Liquidations of at least {{total}}: {{long}} of longs against {{short}} of shorts, {{share}} {lean(store)}.",
        f"At least {{total}} liquidated: longs {{long}}, shorts {{short}}, which makes {{share}} {lean(store)}.",
    ]
    facts = market(store)
    chosen = {name: facts[name] for name in ("total", "long", "short")} | {"share": facts[f"{lean(store)}_share"]}
    if is_ranked(store, regime):
        told = [
            f"At least {{total}} liquidated, {{share}} of it {lean(store)}s: by USD the {{rank:place}} of {{n}} days that can be compared.",
            f"At least {{total}} liquidated, {{share}} {lean(store)}, by USD the {{rank:place}} of the {{n}} days that can be compared.",
        ]
        ranks = {"rank": store.get("event_history", "rank_all"), "n": store.get("event_history", "n_days")}
        chosen = {"total": facts["total"], "share": chosen["share"], **ranks}
    if is_one_side_alone(store):
        told = [
            f"Liquidations of at least {{total}}, all of it {lean(store)}s.",
            f"At least {{total}} liquidated, all of it {lean(store)}s.",
        ]
        chosen = {"total": facts["total"]}
    if is_aggregated(store):
        scope = store.get("liquidations", "assets", "names")
        split = f"all of it {lean(store)}s" if is_one_side_alone(store) else "{long} of longs, {short} of shorts"
        told = [
            "{venues}' aggregate puts liquidations"
            + (" of {assets}" if scope else "")
            + f" at {{total}} or more: {split}."
        ]
        chosen |= {"venues": sources(store)["venues"], **({"assets": scope} if scope else {})}
    return Draft("takeaway.totals", "takeaway", "M", told, chosen, [above("total", 1)])


def _leaders(store: FactStore) -> Draft:
    assets = [fact for fact in store if fact.model == "marts.liquidations_by_asset_daily" and fact.metric == "asset"]
    facts: dict[str, Fact | None] = {}
    for place, asset in zip(("first", "second"), assets, strict=False):
        facts[place] = asset
        facts[f"{place}_usd"] = store.get("liquidations_by_asset_daily", str(asset.value), "total_usd")
        facts[f"{place}_share"] = store.get("liquidations", "share", "asset", str(asset.value))
    told = [
        "{first} led with {first_usd} ({first_share}), ahead of {second} with {second_usd} ({second_share}).",
        "Most was liquidated in {first}, {first_usd} or {first_share} of the total; {second} followed with {second_usd}, {second_share}.",
    ]
    several = when("at least two assets have liquidations", len(assets) > 1)
    return Draft("takeaway.leaders", "takeaway", "D", told, facts, [several])


def _busiest(store: FactStore) -> Draft:
    facts = {
        "usd": store.get("liquidations_market_daily", "busiest_1h_usd"),
        "at": store.get("liquidations_market_daily", "busiest_1h_at"),
        "share": store.get("liquidations", "busiest_1h_share"),
        "total": store.get("liquidations_market_daily", "total_usd"),
    }
    seen = when("every hour of the day was seen by some venue", store.value("liquidations", "hours_unseen") == 0)
    told = ["The busiest hour began at {at:clock} UTC and held {usd}, {share} of the reported total."]
    return Draft("liquidations.busiest", "liquidations", "M", told, facts, [above("total", 1), seen])


def _largest(store: FactStore) -> Draft:
    venue = store.get("liquidations_market_daily", "largest_order_venue")
    facts = {
        "usd": store.get("liquidations_market_daily", "largest_order_usd"),
        "asset": store.get("liquidations_market_daily", "largest_order_asset"),
        "venue": venue,
    }
    at = store.get("liquidations_market_daily", "largest_order_at")
    wording = "The largest reported order was {usd} of {asset} on {venue:venue}"
    named: Gate = when("the venue is known", venue is not None and bool(names.venue(str(venue.value))))
    return Draft(
        "liquidations.largest", "liquidations", "M", [wording + (", at {at:clock} UTC." if at else ".")],
        facts | ({"at": at} if at else {}), [named],
    )  # fmt: skip
