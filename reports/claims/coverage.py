"""Sentences about what the day's data covers and what it does not. A gap is named; nothing is said about what it hides."""

from reports.claims import wordings
from reports.claims.liquidations import market, plural, sources, worded_apart
from reports.claims.market import cap
from reports.claims.model import Draft, Gate, Place, above, when, worded
from reports.claims.regime import Regime, is_aggregated, is_market
from reports.facts.model import Fact, FactStore

_NOT_COVERED = {
    "candles": "Prices were not covered.",
    "funding": "Funding was not covered.",
    "open_interest": "Open interest was not covered.",
    "caps": "Supply was not covered, so there is no market cap.",
}

_FIRST: tuple[Place, ...] = ("takeaway", "lead", "coverage")
"""Where a lack is said before anything else."""


def drafts(store: FactStore, regime: Regime) -> list[Draft]:
    """Every sentence about coverage that may be said of this day."""
    return [
        *_impaired(store, regime),
        *_liquidations(store, regime),
        _universe(store),
        *_prices(store),
        *_absent(store),
        *_absent_instruments(store),
        *_rows(store),
        _simulated(store),
    ]


def _impaired(store: FactStore, regime: Regime) -> list[Draft]:
    """Headline, first takeaway and first line of the lead where liquidations are weakly covered."""
    hours = {name: store.get("liquidations", f"hours_{name}") for name in ("seen", "unseen", "span")}
    total = market(store)["total"]
    facts: dict[str, Fact | None] = {"total": total, "hours": store.get("window", "hours")}
    amount, phrase = "No liquidation", "no liquidation reported"
    if total and total.value:
        facts["venues"] = sources(store)["venues"]
        amount, phrase = "At least {total}", "at least {total} liquidated on {venues}"
    said = {"said": phrase, "Said": phrase[0].upper() + phrase[1:]}
    impaired = when("liquidations are weakly covered", regime.name == "impaired")
    some = Gate("some clock hours were seen by no venue", lambda _: bool(store.value("liquidations", "hours_unseen")))
    is_uncovered, was_read = regime.name == "uncovered", any(file.dataset == "liquidations" for file in store.files)
    unread = when("no liquidation source was read", is_uncovered and not was_read)
    uncounted = when("no liquidation that was read could be counted", is_uncovered and was_read)
    all_ = when("every clock hour was seen by some venue", store.value("liquidations", "hours_unseen") == 0)
    only = {name: fact for name, fact in {**facts, **hours}.items() if name != "total"}
    known = worded(
        wordings.LEAD_HOURS,
        on=", on {venues}" if "venues" in only else "",
        are="is" if hours["unseen"] and hours["unseen"].value == 1 else "are",
    )
    day = store.get("window", "day")
    return [
        Draft("headline.hours", "headline", "M", worded(wordings.HOURS, **said), {**facts, "seen": hours["seen"]}, [impaired, some]),
        Draft(
            "headline.gaps", "headline", "M", worded(wordings.GAPS, **said),
            {name: fact for name, fact in facts.items() if name != "hours"}, [impaired, all_],
        ),
        Draft(
            "subject.hours", "subject", "M", [f"{amount} in {{seen}} of {{hours}} h covered · {{day:short_day}}"],
            {"total": total, "hours": facts["hours"], "seen": hours["seen"], "day": day}, [impaired, some],
        ),
        Draft(
            "subject.gaps", "subject", "M", [f"Incomplete data: {amount[0].lower()}{amount[1:]} · {{day:short_day}}"],
            {"total": total, "day": day}, [impaired, all_],
        ),
        *(
            Draft(f"{place}.hours", place, "M", told, only, [impaired, some])
            for place, told in worded_apart(_FIRST, known)
        ),
        *(
            Draft(f"{place}.gaps", place, "E", told, {}, [impaired, all_])
            for place, told in worded_apart(_FIRST, wordings.LEAD_GAPS)
        ),
        *(
            Draft(f"{place}.uncovered", place, "E", told, {}, [unread])
            for place, told in worded_apart(_FIRST, wordings.LEAD_UNCOVERED)
        ),
        *(
            Draft(f"{place}.uncounted", place, "E", told, {}, [uncounted])
            for place, told in worded_apart(_FIRST, wordings.LEAD_UNCOUNTED)
        ),
    ]  # fmt: skip


def _liquidations(store: FactStore, regime: Regime) -> list[Draft]:
    aggregated = is_aggregated(store)
    found = sources(store)
    hours = {"complete": store.get("liquidations", "hours_complete"), "hours": store.get("window", "hours")}
    aggregate = (
        "Liquidations are {venues}' aggregate: the exchanges in it are not stated, "
        "and order-level liquidations were not covered."
    )
    orders = (
        "Liquidations come from the orders that {venues} reported; "
        "{complete} of {hours} clock hours are complete at every venue expected."
    )
    only = "Liquidations of assets other than {assets} were not covered."
    return [
        Draft(
            "coverage.aggregate", "coverage", "M", [aggregate],
            {"venues": found["venues"]}, [when("aggregator only", aggregated)],
        ),
        Draft(
            "coverage.assets", "coverage", "M", [only],
            {"assets": store.get("liquidations", "assets", "names")}, [when("aggregator only", aggregated)],
        ),
        Draft(
            "coverage.orders", "coverage", "M", [orders],
            {"venues": found["venues"], **hours}, [when("orders were read", not aggregated)],
        ),
        Draft(
            "coverage.lower_bound", "coverage", "E",
            ["Venues need not publish every order they liquidate, so every total of liquidations here is a lower bound."],
            {}, [when("liquidations were read", regime.name != "uncovered")],
        ),
    ]  # fmt: skip


def _universe(store: FactStore) -> Draft:
    facts = {"n": cap(store, "n_assets"), "names": store.get("caps", "all", "name")}
    wording = f"Market cap is that of the {{n}} {plural('asset', facts['n'])} covered, {{names}}, and not of the whole market."
    return Draft("coverage.universe", "coverage", "M", [wording], facts, [when("few assets", not is_market(store))])


def _prices(store: FactStore) -> list[Draft]:
    coarse = [
        fact
        for fact in store
        if fact.model == "marts.prices_by_venue_daily" and fact.metric == "interval_s" and fact.value == 3600
    ]
    every = [fact for fact in store if fact.model == "marts.prices_by_venue_daily" and fact.metric == "interval_s"]
    facts: dict[str, Fact | None] = {"interval": max(coarse, key=lambda fact: fact.id) if coarse else None}
    wording = "Prices are bars of {interval}, so highs and lows are exact but their times are known to the bar only."
    hourly = when("every price is hourly", bool(coarse) and len(coarse) == len(every))
    return [Draft("coverage.resolution", "coverage", "M", [wording], facts, [hourly])]


def _absent(store: FactStore) -> list[Draft]:
    read = {file.dataset for file in store.files}
    return [
        Draft(
            f"coverage.no_{dataset}",
            "coverage",
            "E",
            [said],
            {},
            [when(f"no {dataset} file was read", dataset not in read)],
        )
        for dataset, said in _NOT_COVERED.items()
    ]


def _absent_instruments(store: FactStore) -> list[Draft]:
    """One sentence per dataset and venue that lacks what it had the day before."""
    drafts = []
    for fact in store:
        if fact.model == "marts.absent_instruments" and fact.metric == "n":
            dataset, venue = str(fact.where["dataset"]), str(fact.where["venue"])
            facts = {name: store.get("absent", dataset, venue, name) for name in ("n", "venue", "symbol")}
            wordings = [_ABSENT[fact.value == 1].replace("[rows]", _SAMPLED[dataset])]
            drafts.append(Draft(f"coverage.absent.{dataset}.{venue}", "coverage", "M", wordings, facts))
    return drafts


_ABSENT = {
    True: "{venue:venue} had [rows] of {n} more instrument the day before, {symbol}: a file is missing, or it was delisted or expired.",
    False: "{venue:venue} had [rows] of {n} more instruments the day before, such as {symbol}: files are missing, or they were delisted.",
}
_SAMPLED = {"candles": "prices", "funding": "funding", "open_interest": "open interest"}


def _rows(store: FactStore) -> list[Draft]:
    facts = {name: store.get("files", column) for name, column in _ROWS.items()}
    kept = {name: facts[name] for name in ("files", "rows_in", "kept")}
    aside = {"quarantined": facts["quarantined"]}
    unknown = {"unknown": facts["unknown"]}
    nouns = {name: plural("file" if name == "files" else "row", fact) for name, fact in facts.items()}
    read = f"Read: {{files}} dump {nouns['files']}, {{rows_in}} {nouns['rows_in']} of the day, {{kept}} kept."
    set_aside = f"Set aside with a reason: {{quarantined}} {nouns['quarantined']} (kept in quarantine, in no figure)."
    unlisted = (
        f"Of an instrument that is not listed, without a side or without a price in USD: {{unknown}} {nouns['unknown']}, "
        "in no figure that needs these."
    )
    return [
        Draft("coverage.rows", "coverage", "M", [read], kept),
        Draft("coverage.quarantined", "coverage", "M", [set_aside], aside, [above("quarantined", 1)]),
        Draft("coverage.unknown", "coverage", "M", [unlisted], unknown, [above("unknown", 1)]),
    ]


_ROWS = {
    "files": "n",
    "rows_in": "rows_in",
    "kept": "rows_kept",
    "quarantined": "rows_quarantined",
    "unknown": "rows_unknown_instrument",
}


def _simulated(store: FactStore) -> Draft:
    said = "Simulated data: this day was made by the sample market and describes no real trading."
    return Draft(
        "coverage.simulated", "coverage", "E", [said], {}, [when("a file of the day is simulated", store.simulated)]
    )
