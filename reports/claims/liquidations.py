"""Sentences about liquidations: how much, which side, whose, how fast; and what the headline says of them."""

from collections.abc import Mapping

from reports import names
from reports.claims.model import Draft, Gate, above, below, when
from reports.claims.regime import Regime, is_aggregated, reference_venue
from reports.facts.model import Fact, FactStore

Named = Mapping[str, Fact | None]
_FLUSH = (
    "At least {total} liquidated, {share} of it {sides}, as {asset} {moved} {extreme}",
    "{share} {sides} in at least {total} of liquidations, as {asset} {moved} {extreme}",
    "{asset} {moved} {extreme} while at least {total} was liquidated, {share} of it {sides}",
    "At least {total} in liquidations, {share} {sides}, while {asset} {moved} {extreme}",
    "As {asset} {moved} {extreme}, at least {total} was liquidated: {share} {sides}",
    "Liquidations reach at least {total}, {share} {sides}; {asset} {moved} {extreme}",
    "{asset} {moved} {extreme}, and liquidations came to at least {total}, {share} {sides}",
)
"""Seven, so that by the day's ordinal none returns within a week."""


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
        _mixed(store),
        _totals(store),
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
    words = {"{sides}": "longs" if long else "shorts", "{moved}": "fell to" if long else "rose to"}
    share = facts["long_share"] if long else facts["short_share"]
    flush = [_worded(wording, words) for wording in _FLUSH]
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
            ["{assets} liquidations of at least {total}, {long_share} long, in {venues}' aggregate"],
            {"total": facts["total"], "long_share": facts["long_share"], "assets": store.get("liquidations", "assets", "names"),
             "venues": sources(store)["venues"]},
            [when("all liquidations are an aggregator's sums", aggregated), when("regime is not impaired", not regime.is_impaired)],
        ),
        Draft(
            "headline.two_sided", "headline", "M",
            [
                "At least {total} liquidated on both sides: {long} of longs, {short} of shorts",
                "Both sides liquidated: {long} of longs and {short} of shorts, at least {total} together",
                "Longs {long}, shorts {short}: at least {total} liquidated",
            ],
            split, [when("regime is two-sided", regime.name == "two_sided"), normal],
        ),
        Draft(
            "headline.none", "headline", "M", ["No liquidation was reported where the data covers any; {asset} closed at {close}"],
            {"total": facts["total"], "asset": btc, "close": close}, [below("total", 0)],
        ),
        Draft(
            "headline.quiet", "headline", "M",
            [
                "A quiet day: at least {total} liquidated, {asset} closed at {close}",
                "{asset} closed at {close} on a quiet day, with at least {total} liquidated",
                "Little forced selling or buying: at least {total} liquidated, {asset} at {close}",
            ],
            {"total": facts["total"], "asset": btc, "close": close}, [when("regime is quiet", regime.name == "quiet"), known, normal],
        ),
        Draft(
            "headline.plain", "headline", "M", ["At least {total} liquidated: {long} of longs, {short} of shorts"],
            split, [when("regime is not impaired", not regime.is_impaired)],
        ),
    ]  # fmt: skip


def _worded(wording: str, words: Mapping[str, str]) -> str:
    for slot, word in words.items():
        wording = wording.replace(slot, word)
    return wording


def _subjects(store: FactStore, regime: Regime) -> list[Draft]:
    facts, day = market(store), store.get("window", "day")
    scope = {"assets": store.get("liquidations", "assets", "names")}
    share = {"total": facts["total"], "share": facts[f"{lean(store)}_share"], "day": day}
    return [
        Draft(
            "subject.assets", "subject", "M", ["{assets}: {total} liquidated, {share} " + lean(store) + ", {venues} · {day:short_day}"],
            {**share, **scope, "venues": sources(store)["venues"]},
            [when("all liquidations are an aggregator's sums", is_aggregated(store))],
        ),
        Draft("subject.total", "subject", "M", ["{total} liquidated, {share} " + lean(store) + " · {day:short_day}"], share),
        Draft("subject.sum", "subject", "M", ["{total} liquidated · {day:short_day}"], {"total": facts["total"], "day": day}),
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
    used = ("day", "cutoff", "venues", "n", "total", "long", "short", "long_share")
    split = "{long} of longs and {short} of shorts, a long share of {long_share}"
    if is_aggregated(store):
        scope = store.get("liquidations", "assets", "names")
        wording = "On {day}, from the start of the UTC day to its cut-off at {cutoff:cutoff}, {venues}' aggregate puts liquidations"
        wording += (" of {assets}" if scope else "") + f" at no less than {{total}}: {split}. "
        wording += "It is {n} aggregator's figure; which exchanges it adds up is not stated in the data."
        chosen = {name: facts[name] for name in used} | ({"assets": scope} if scope else {})
        return Draft("lead.liquidations", "lead", "M", [wording], chosen)
    where = "{n} venue, {venues}" if facts["n"] and facts["n"].value == 1 else "{n} venues ({venues})"
    hours = store.get("liquidations", "hours_seen")
    if store.value("liquidations", "hours_unseen"):
        where += ", in the {seen} clock hours that the data covers"
    wordings = [
        f"In the UTC day of {{day}}, up to the cut-off at {{cutoff:cutoff}} UTC, at least {{total}} of positions was reported "
        f"liquidated on {where}: {split}.",
        f"Reports from {where} add up to at least {{total}} liquidated in the UTC day of {{day}}, cut off at {{cutoff:cutoff}} "
        f"UTC: {split}.",
        f"At least {{total}} was reported liquidated on {where} between the start of {{day}} and the cut-off at "
        f"{{cutoff:cutoff}} UTC: {split}.",
    ]
    chosen = {name: facts[name] for name in used} | ({"seen": hours} if "{seen}" in where else {})
    return Draft("lead.liquidations", "lead", "M", wordings, chosen)


def _totals(store: FactStore) -> Draft:
    wordings = [
        f"Liquidations of at least {{total}}: {{long}} of longs against {{short}} of shorts, {{share}} {lean(store)}.",
        f"At least {{total}} liquidated: longs {{long}}, shorts {{short}}, which makes {{share}} {lean(store)}.",
    ]
    facts = market(store)
    chosen = {name: facts[name] for name in ("total", "long", "short")} | {"share": facts[f"{lean(store)}_share"]}
    if is_aggregated(store):
        scope = store.get("liquidations", "assets", "names")
        wordings = [
            "{venues}' aggregate puts liquidations"
            + (" of {assets}" if scope else "")
            + " at {total} or more: {long} of longs, {short} of shorts."
        ]
        chosen |= {"venues": sources(store)["venues"], **({"assets": scope} if scope else {})}
    return Draft("takeaway.totals", "takeaway", "M", wordings, chosen)


def _leaders(store: FactStore) -> Draft:
    assets = [fact for fact in store if fact.model == "marts.liquidations_by_asset_daily" and fact.metric == "asset"]
    facts: dict[str, Fact | None] = {}
    for place, asset in zip(("first", "second"), assets, strict=False):
        facts[place] = asset
        facts[f"{place}_usd"] = store.get("liquidations_by_asset_daily", str(asset.value), "total_usd")
        facts[f"{place}_share"] = store.get("liquidations", "share", "asset", str(asset.value))
    wordings = [
        "{first} led with {first_usd} ({first_share}), ahead of {second} with {second_usd} ({second_share}).",
        "Most was liquidated in {first}, {first_usd} or {first_share} of the total; {second} followed with {second_usd}, {second_share}.",
    ]
    several = when("at least two assets have liquidations", len(assets) > 1)
    return Draft("takeaway.leaders", "takeaway", "D", wordings, facts, [several])


def _busiest(store: FactStore) -> Draft:
    facts = {
        "usd": store.get("liquidations_market_daily", "busiest_1h_usd"),
        "at": store.get("liquidations_market_daily", "busiest_1h_at"),
        "share": store.get("liquidations", "busiest_1h_share"),
        "total": store.get("liquidations_market_daily", "total_usd"),
    }
    seen = when("every hour of the day was seen by some venue", store.value("liquidations", "hours_unseen") == 0)
    wordings = ["The busiest hour began at {at:clock} UTC and held {usd}, {share} of the reported total."]
    return Draft("liquidations.busiest", "liquidations", "M", wordings, facts, [above("total", 1), seen])


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
