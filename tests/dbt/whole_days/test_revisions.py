"""A day that is loaded again changes what was published of it and of later days, and the publication says what."""

from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from orchestration.settings import Settings
from orchestration.warehouse import build
from tests.dbt.whole_days import small_lake as lake
from tests.dbt.whole_days.conftest import copied

CHANGED = "select mart, day, column_name, first_value, value, n_revisions from meta.changed_since_first"
IN_ORDER = "order by mart, day, key, column_name"
CLOSE = f"select close_cap_usd from marts.market_cap_total_daily where day = '{lake.DAY}' and universe = 'all'"


def published(settings: Settings, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(settings.paths.published_db), read_only=True) as db:
        return db.execute(query).fetchall()


def publish(settings: Settings, day: int, shift: float = 1.0) -> None:
    lake.land_market(settings, lake.after(day), shift=shift)
    lake.load(settings, lake.after(day))
    build.publish_built(settings, log=lambda _: None)


@pytest.fixture(scope="module")
def first(at_once: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Three days as they were published first. Not to be changed."""
    settings = copied(at_once, tmp_path_factory.mktemp("first") / "home")
    build.publish_built(settings, log=lambda _: None)
    return settings


@pytest.fixture(scope="module")
def restated(first: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The same, and then the first of the days was restated. Not to be changed."""
    settings = copied(first, tmp_path_factory.mktemp("restated") / "home")
    publish(settings, 0, shift=1.01)
    return settings


def test_a_new_day_changes_of_the_last_one_only_what_closes_at_its_midnight(first: Settings, tmp_path: Path) -> None:
    settings = copied(first, tmp_path / "home")
    assert published(settings, CHANGED) == []
    publish(settings, 3)
    # The settlement at midnight, which the next day's dump has, closes the day before.
    assert {row[2] for row in published(settings, CHANGED)} <= {"funding_8h_close", "funding_apr_close"}


def test_a_restated_dump_is_told_with_what_was_published_first(
    first: Settings, restated: Settings, tmp_path: Path
) -> None:
    settings = copied(restated, tmp_path / "home")
    publish(settings, 0, shift=1.02)
    ((before,),), ((now,),) = published(first, CLOSE), published(settings, CLOSE)
    of_close = f"{CHANGED} where key = 'all' and column_name = 'close_cap_usd' and day = '{lake.DAY}'"
    assert published(settings, of_close) == [("market_cap_total_daily", lake.DAY, "close_cap_usd", before, now, 2)]
    of_caps = f"{CHANGED} where mart = 'market_cap_changes_daily' and column_name = 'change_usd' order by day"
    assert published(settings, of_caps)[-1][1] == lake.DAY + timedelta(days=1)


def test_what_is_restated_and_then_restored_is_no_change(restated: Settings, tmp_path: Path) -> None:
    settings = copied(restated, tmp_path / "home")
    assert published(settings, CHANGED) != []
    publish(settings, 0)
    assert published(settings, CHANGED) == []
    assert published(settings, "select count(*) > 0 from meta.revisions") == [(True,)]


def test_revisions_outlive_a_build_file_made_anew(restated: Settings, tmp_path: Path) -> None:
    settings = copied(restated, tmp_path / "home")
    before = published(settings, f"{CHANGED} {IN_ORDER}")
    settings.paths.warehouse.unlink()
    lake.load(settings, *(lake.after(number) for number in range(3)))
    build.publish_built(settings, log=lambda _: None)
    assert before
    assert published(settings, f"{CHANGED} {IN_ORDER}") == before
