"""Facts and claims of recaps are tables of the published database, and stay there when it is published anew."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from small_pipeline import land

from orchestration.settings import Settings
from orchestration.warehouse import build
from orchestration.warehouse.recap_tables import publish_recaps

DAY, LATER = date(2026, 1, 10), date(2026, 1, 11)
FACT = {
    "id": "m.total_usd", "metric": "total_usd", "entity": "market", "window": "a/b", "value": 2.5, "unit": "usd",
    "as_of": "2026-01-11T00:00:00Z", "coverage": "complete", "model": "marts.m", "column": "total_usd", "where": {"day": "2026-01-10"},
    "dump_files": [1, 3], "digits": 3, "inputs": [],
}  # fmt: skip
NAME = {**FACT, "id": "m.asset", "value": "BTC", "unit": "name", "inputs": ["m.total_usd"]}
GATE = {"conditions": ["total at least 1"], "holds": True, "reason": None}
SAID = {"id": "lead.x", "place": "lead", "grade": "M", "text": "It's $2.50.", "facts": ["m.total_usd"], "gate": GATE}
SILENT = {**SAID, "id": "lead.y", "text": None, "gate": {**GATE, "holds": False, "reason": "not measured: a"}}


def tell(settings: Settings, day: date, headline: str = "A day") -> None:
    folder = settings.paths.recaps / str(day)
    folder.mkdir(parents=True, exist_ok=True)
    facts: dict[str, Any] = {"day": str(day), "simulated": False, "dump_files": [], "facts": [FACT, NAME]}
    claims = {
        "day": str(day), "headline": headline, "subject": "s", "regime": "quiet", "regime_rule": "r", "impaired": False,
        "simulated": True, "claims": [SAID, SILENT],
    }  # fmt: skip
    (folder / "facts.json").write_text(json.dumps(facts), encoding="utf-8")
    (folder / "claims.json").write_text(json.dumps(claims), encoding="utf-8")


def rows(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(settings.paths.published_db), read_only=True) as db:
        return db.execute(query).fetchall()


@pytest.fixture
def published(settings: Settings, small_project: Path) -> Settings:
    land(settings, DAY, 3)
    build.build(settings, [DAY], project=small_project)
    build.publish_built(settings, project=small_project)
    return settings


def test_facts_and_claims_are_there_to_query_and_a_day_told_again_replaces_its_own(published: Settings) -> None:
    for day in (DAY, LATER):
        tell(published, day)
    publish_recaps(published, [DAY, LATER])
    tell(published, DAY, "A day, corrected")
    publish_recaps(published, [DAY])
    assert rows(published, "select day, headline, simulated from recaps.days order by day") == [
        (DAY, "A day, corrected", True),
        (LATER, "A day", True),
    ]
    facts = f"select id, value, number, unit, as_of::varchar, dump_files, inputs, row_key ->> '$.day' from recaps.facts where day = '{DAY}'"
    assert rows(published, f"{facts} order by id desc") == [
        ("m.total_usd", "2.5", 2.5, "usd", "2026-01-11 00:00:00", [1, 3], [], "2026-01-10"),
        ("m.asset", "BTC", None, "name", "2026-01-11 00:00:00", [1, 3], ["m.total_usd"], "2026-01-10"),
    ]
    claims = f"select reading_order, id, text, is_said, reason, gates, facts from recaps.claims where day = '{DAY}' order by 1"
    assert rows(published, claims) == [
        (1, "lead.x", "It's $2.50.", True, None, ["total at least 1"], ["m.total_usd"]),
        (2, "lead.y", None, False, "not measured: a", ["total at least 1"], ["m.total_usd"]),
    ]


@pytest.mark.parametrize("is_whole", [False, True])
def test_a_new_publication_keeps_them(published: Settings, small_project: Path, is_whole: bool) -> None:
    tell(published, DAY)
    publish_recaps(published, [DAY])
    before = rows(published, "select * from recaps.facts order by all")
    land(published, LATER, 4)
    build.build(published, [LATER], project=small_project)
    if is_whole:
        with duckdb.connect(str(published.paths.published_db)) as db:
            db.execute("drop table meta.lake")
    build.publish_built(published, project=small_project)
    assert len(rows(published, "select * from marts.totals_daily")) == 2
    assert rows(published, "select * from recaps.facts order by all") == before


def test_a_day_without_a_recap_publishes_nothing(published: Settings) -> None:
    before = published.paths.published_db.stat().st_ino
    publish_recaps(published, [LATER])
    assert published.paths.published_db.stat().st_ino == before
