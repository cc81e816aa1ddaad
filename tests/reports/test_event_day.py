"""What an event day must be able to say: each idea is said on a day whose gate holds, and kept silent with a reason on another."""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from reports.claims import Claim, judge
from reports.facts import FactStore, gather
from tests.reports.published import DAY, MARKETS, Market

IDEAS = {
    "more than $N liquidated, mostly longs": "headline.one_sided",
    "the two assets that led": "takeaway.leaders",
    "the two assets that led, after breaking levels": "why.breaks",
    "leverage flushed": "leverage.flushed",
    "selling across venues": "why.venues",
    "breakdown turned into a cascade within minutes": "why.cascade",
    "among the largest": "lead.history",
    "largest since": "liquidations.since",
    "longs positioned around supports that failed": "why.at_level",
    "the unwind was fast": "liquidations.busiest",
    "so much off the total cap": "lead.caps",
    "then footing": "lead.footing.true",
    "an asset saw so much as it slipped below a level": "brunt.slipped.ETH",
    "leverage had built in a range before": "why.built.BTC",
    "other large caps elevated": "brunt.elevated",
    "thinner names moved more": "brunt.thin",
    "open interest was elevated before": "leverage.elevated",
    "feedback over hours": "why.feedback",
    "funding reset": "leverage.reset.BTC",
    "consolidation or continuation": "outlook.range",
    "analog days with what followed": "outlook.analogs",
}


def claim(store: FactStore, id: str) -> Claim:
    return next(found for found in judge(store).claims if found.id == id)


@pytest.fixture(scope="module")
def cascade(publish: Callable[[Market], Path], tmp_path_factory: pytest.TempPathFactory) -> FactStore:
    """The event day, with a level of BTC that broke some minutes before the first wave."""
    published = tmp_path_factory.mktemp("cascade") / "tidemark.duckdb"
    shutil.copyfile(publish(MARKETS["event"]), published)
    at = datetime(2026, 1, 31, 15, 0)
    row = (DAY, "BTC", "round 82000", 82000.0, "round number", "support", at, "touch", True, 80000.0)
    with duckdb.connect(str(published)) as db:
        db.execute(f"insert into marts.level_breaks values ({', '.join('?' * len(row))})", row)
        return gather(db, DAY)


@pytest.mark.parametrize("idea", IDEAS)
def test_an_event_day_says_it(idea: str, cascade: FactStore) -> None:
    found = claim(cascade, IDEAS[idea])
    assert found.said, found.reason
    assert found.text


@pytest.mark.parametrize("idea", IDEAS)
def test_a_day_whose_gate_is_false_keeps_silent_with_a_reason(idea: str, facts: Callable[[Market], FactStore]) -> None:
    days = [facts(MARKETS[name]) for name in ("quiet", "two_sided", "impaired", "uncovered")]
    # A sentence about an asset that a day knows nothing of is not even drafted there.
    silent = [found for store in days for found in judge(store).claims if found.id == IDEAS[idea] and not found.said]
    assert silent
    assert all(
        found.reason.startswith(("does not hold: ", "not measured: ")) or "stands in its place" in found.reason
        for found in silent
    )


def test_a_quiet_day_is_a_short_recap(facts: Callable[[Market], FactStore]) -> None:
    words = {
        name: sum(len(found.text.split()) for found in judge(facts(MARKETS[name])).claims)
        for name in ("quiet", "event")
    }
    assert words["quiet"] < 0.6 * words["event"]
