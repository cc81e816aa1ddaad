"""Hosts that have nothing in common but the store: what one lands another builds, and nothing of it is lost or changed."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from orchestration.resources import Work
from orchestration.sample_market import calendar, write
from orchestration.settings import Settings
from orchestration.warehouse.object_store import StoreError
from orchestration.warehouse.shared_lake import share_landed, taken_over
from tests.object_store.servers import Server
from tests.object_store.way import Way

FIRST = calendar.EVENT_DAY - timedelta(days=1)
DAYS = [FIRST + timedelta(days=n) for n in range(4)]
SOURCES = ("binance", "coinmetrics", "tardis")
DATASETS = ("candles", "caps", "funding", "liquidations", "open_interest")
Host = Callable[[str], Work]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    archive = tmp_path_factory.mktemp("archive")
    write(archive, first_day=DAYS[0], last_day=DAYS[-1], assets=["BTC"], workers=2)
    return archive


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory, archive: Path) -> Work:
    """A home that shares nothing and has all days."""
    work = Work(Settings(home=tmp_path_factory.mktemp("alone"), archive=str(archive), threads=2))
    land(work, *DAYS)
    return work


@pytest.fixture
def host(tmp_path: Path, archive: Path, server: Server) -> Host:
    """A home by its name, which shares the lake by the store."""
    shared = {"lake": server.lake, "bucket": server.bucket()}
    return lambda name: Work(Settings(home=tmp_path / name, archive=str(archive), threads=2, **shared))


def land(work: Work, *days: date) -> None:
    for source in SOURCES:
        work.fetch_days(work.settings, source, days, print)
    for dataset in DATASETS:
        for day in days:
            work.land_day(work.settings, dataset, day, print)


def lake_of(work: Work) -> dict[str, bytes]:
    """Every file of the lake and of the lists of what was fetched, when and from where left aside."""
    lake = work.settings.paths.lake
    return {path.relative_to(lake).as_posix(): path.read_bytes() for path in sorted(lake.rglob("*.parquet"))}


def take(work: Work) -> list[date]:
    with taken_over(work.settings, print) as days:
        return days


def test_a_host_that_builds_has_what_others_landed_byte_for_byte(host: Host, alone: Work) -> None:
    land(host("one"), *DAYS[:2])
    land(host("two"), *DAYS[2:])
    builder = host("builder")
    assert take(builder) == DAYS
    assert lake_of(builder) == lake_of(alone)
    lists = [
        sorted(path.name for path in work.settings.paths.dumps.rglob("day=*.parquet")) for work in (builder, alone)
    ]
    assert lists[0] == lists[1]
    assert take(builder) == []


def test_what_is_landed_again_is_taken_again_and_what_is_gone_goes(host: Host) -> None:
    one, builder = host("one"), host("builder")
    land(one, *DAYS[:2])
    take(builder)
    gone = one.settings.paths.lake / "liquidations" / "venue=bybit" / f"day={DAYS[1]}"
    assert list(gone.glob("*.parquet"))
    for file in gone.glob("*.parquet"):
        file.unlink()
    share_landed(one.settings, "liquidations", DAYS[1])
    assert take(builder) == DAYS[1:2]
    assert lake_of(builder) == lake_of(one)


def test_days_are_taken_until_they_are_built(host: Host) -> None:
    land(host("one"), DAYS[0])
    builder = host("builder")
    with pytest.raises(KeyboardInterrupt), taken_over(builder.settings, print):
        raise KeyboardInterrupt
    assert take(builder) == DAYS[:1]
    assert take(builder) == []


@pytest.mark.parametrize("sources", [(), ("tardis",)])
def test_a_host_without_the_dumps_leaves_what_another_landed(sources: tuple[str, ...], host: Host) -> None:
    one, other = host("one"), host("other")
    land(one, DAYS[0])
    for source in sources:
        other.fetch_days(other.settings, source, DAYS[:1], print)
    for dataset in DATASETS:
        assert other.land_day(other.settings, dataset, DAYS[0], print).rows_in == 0
    assert lake_of(other) == lake_of(one)
    assert take(host("builder")) == DAYS[:1]
    assert lake_of(host("builder")) == lake_of(one)


def test_a_landing_that_is_cut_leaves_the_day_as_it_was_for_others(host: Host, server: Server) -> None:
    one, builder = host("one"), host("builder")
    land(one, DAYS[0])
    take(builder)
    before = lake_of(builder)
    for file in one.settings.paths.lake.glob(f"liquidations/*/day={DAYS[0]}/*.parquet"):
        file.write_bytes(file.read_bytes() * 3)
    way = Way(server.port, 30_000)
    cut = server.bucket(way.port, retries=0)
    with pytest.raises(StoreError):
        share_landed(one.settings.model_copy(update={"bucket": cut}), "liquidations", DAYS[0])
    assert way.is_cut
    assert (take(builder), lake_of(builder)) == ([], before)
    share_landed(one.settings, "liquidations", DAYS[0])
    assert (take(builder), lake_of(builder)) == (DAYS[:1], lake_of(one))


@pytest.mark.parametrize(
    "name",
    [
        "../outside.parquet",
        "lake/caps/venue=x/day=2026-01-30/../../../../x.parquet",
        "lake/caps/venue=x/day=1999-01-01/part.parquet",
        "tidemark.toml",
    ],
)
def test_a_manifest_names_files_of_its_day_s_lake_and_no_other(name: str, host: Host, server: Server) -> None:
    server.put(f"lake/{DAYS[0]}/caps.json", json.dumps({name: f"{'0' * 64}.parquet"}).encode())
    builder = host("builder")
    with pytest.raises(StoreError, match="which is no file of that day's lake"):
        take(builder)
    assert not list(builder.settings.home.parent.rglob("outside.parquet"))


def test_content_that_is_not_what_its_name_says_is_not_taken(host: Host, server: Server) -> None:
    land(host("one"), DAYS[0])
    for name in server.names(f"lake/{DAYS[0]}/caps"):
        server.put(f"lake/{DAYS[0]}/caps/{name}", b"something else")
    builder = host("builder")
    with pytest.raises(StoreError, match="is not what its name says"):
        take(builder)
    assert not list(builder.settings.paths.lake.glob("caps/*/*/*.parquet"))
