"""What readers meet: one whole publication at a time, never a lock, never half a file."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from small_pipeline import PROJECT, land

from orchestration.settings import Settings
from orchestration.warehouse import build

DAY = date(2026, 1, 10)


@pytest.fixture
def built(settings: Settings, small_project: Path) -> Settings:
    land(settings, DAY, 3)
    build.build(settings, [DAY], project=small_project)
    return settings


def land_and_publish(settings: Settings, day: date, n_orders: int) -> None:
    land(settings, day, n_orders)
    build.build(settings, [day], project=PROJECT)
    build.publish_built(settings)


def rows(relation: str) -> list[tuple[object, ...]]:
    return duckdb.sql(f"select * from {relation} order by all").fetchall()


def published(settings: Settings, mart: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(settings.paths.published_db), read_only=True) as db:
        return db.execute(f"select * from marts.{mart} order by all").fetchall()


def publish_generation(settings: Settings, generation: int) -> None:
    """Put one number into both marts and publish."""
    with duckdb.connect(str(settings.paths.warehouse)) as db:
        db.execute(f"update marts.orders_daily set n_orders = {generation}")
        db.execute(f"update marts.totals_daily set n_orders = {generation}")
        db.execute("insert into raw.unpublished_days select day from marts.totals_daily")
    build.publish_built(settings, log=lambda _: None)


def read_pair(path: Path) -> tuple[int, int]:
    with duckdb.connect(str(path), read_only=True) as db:
        (pair,) = db.execute(
            "select (select max(n_orders) from marts.orders_daily), (select max(n_orders) from marts.totals_daily)"
        ).fetchall()
    return pair


READER = """
import sys, duckdb
path, seen = sys.argv[1], set()
held = duckdb.connect(path, read_only=True)
print("open", flush=True)
while len(seen) < 400:
    for line in sys.stdin:
        break
    else:
        break
print(held.execute("select max(n_orders) from marts.orders_daily").fetchone()[0], flush=True)
"""


def test_a_reader_that_holds_the_file_disturbs_nobody_and_keeps_what_it_opened(built: Settings) -> None:
    publish_generation(built, 0)
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(built.paths.published_db)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert reader.stdin is not None
    assert reader.stdout is not None
    assert reader.stdout.readline() == "open\n"
    for generation in range(1, 21):
        publish_generation(built, generation)
        assert read_pair(built.paths.published_db) == (generation, generation)
    reader.stdin.close()
    assert reader.stdout.readline() == "0\n"
    assert reader.wait(10) == 0


def test_readers_that_reopen_while_publications_are_swapped_always_see_one_whole(built: Settings) -> None:
    publish_generation(built, 0)
    seen: list[tuple[int, int]] = []
    done = threading.Event()
    loop = """
import sys, duckdb
for _ in sys.stdin:
    with duckdb.connect(sys.argv[1], read_only=True) as db:
        print(*db.execute("select (select max(n_orders) from marts.orders_daily),"
                          "(select max(n_orders) from marts.totals_daily)").fetchone(), flush=True)
"""
    reader = subprocess.Popen(
        [sys.executable, "-c", loop, str(built.paths.published_db)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def read() -> None:
        assert reader.stdin is not None
        assert reader.stdout is not None
        while not done.is_set():
            reader.stdin.write("\n")
            reader.stdin.flush()
            first, second = reader.stdout.readline().split()
            seen.append((int(first), int(second)))

    thread = threading.Thread(target=read)
    thread.start()
    for generation in range(1, 21):
        publish_generation(built, generation)
    done.set()
    thread.join(30)
    assert reader.stdin is not None
    reader.stdin.close()
    assert reader.wait(10) == 0
    assert len({first for first, _ in seen}) > 1
    assert all(first == second for first, second in seen)
    assert [first for first, _ in seen] == sorted(first for first, _ in seen)


def test_a_killed_publication_leaves_nothing_that_readers_see_and_is_swept_up(built: Settings) -> None:
    publish_generation(built, 1)
    build.build(built, [DAY], project=PROJECT)
    killed = f"""
import os, signal
from pathlib import Path
from orchestration.settings import Settings
from orchestration.warehouse import build, publish
publish.swap_in = lambda part, target: os.kill(os.getpid(), signal.SIGKILL)
build.publish_built(Settings(home=Path({str(built.home)!r})))
"""
    done = subprocess.run([sys.executable, "-c", killed], check=False)
    assert done.returncode == -signal.SIGKILL
    published = built.paths.published
    assert len(list(published.glob(".tidemark-*"))) == 1
    assert len(list(published.glob("*/.*.part"))) == 2
    assert read_pair(built.paths.published_db) == (1, 1)
    assert [path.name for path in published.glob("*.duckdb") if not path.name.startswith(".")] == ["tidemark.duckdb"]
    publish_generation(built, 2)
    assert read_pair(built.paths.published_db) == (2, 2)
    assert not [*published.glob(".tidemark-*"), *published.glob("*/.*.part")]


def test_the_publication_holds_marts_seeds_and_all_of_the_lake_in_the_older_format(built: Settings) -> None:
    land(built, DAY + timedelta(days=40), 4)
    report = build.publish_built(built)
    assert report.marts == {"orders_daily": 1, "totals_daily": 1}
    with duckdb.connect(str(built.paths.published_db), read_only=True) as db:
        assert db.execute("select count(*), count(distinct day) from raw.liquidations").fetchall() == [(7, 2)]
        assert db.execute("select count(*) from raw.quarantine").fetchall() == [(0,)]
        assert db.execute("select name from seeds.venues").fetchall() == [("Binance",), ("Bybit",)]
        (tags,) = db.execute("select tags from duckdb_databases() where not internal").fetchall()
    assert tags[0]["storage_version"].startswith("v1.5.0")
    parquet = built.paths.published / "orders_daily" / "2026-01.parquet"
    assert duckdb.sql(f"select day, n_orders from '{parquet}'").fetchall() == [(DAY, 3)]


def test_days_published_one_by_one_are_those_published_at_once(settings: Settings, small_project: Path) -> None:
    for n, n_orders in ((40, 1), (0, 2), (3, 3), (40, 4), (3, 5)):
        land_and_publish(settings, DAY + timedelta(days=n), n_orders)
    for mart in ("orders_daily", "totals_daily"):
        by_turns = published(settings, mart)
        assert len(by_turns) == 3
        assert rows(f"'{settings.paths.published}/{mart}/*.parquet'") == by_turns
        settings.paths.published_db.rename(settings.home / "by-turns.duckdb")
        build.publish_built(settings)
        assert published(settings, mart) == by_turns
    assert [file.name for file in sorted(settings.paths.published.glob("orders_daily/*"))] == [
        "2026-01.parquet",
        "2026-02.parquet",
    ]


def test_a_build_file_made_anew_replaces_all_that_was_published(built: Settings) -> None:
    land_and_publish(built, DAY + timedelta(days=40), 1)
    built.paths.warehouse.unlink()
    build.build(built, [DAY], project=PROJECT)
    build.publish_built(built)
    assert [row[0] for row in published(built, "orders_daily")] == [DAY]
    assert rows(f"'{built.paths.published}/orders_daily/*.parquet'") == published(built, "orders_daily")


def test_the_file_does_not_grow_by_being_published_again(built: Settings) -> None:
    build.publish_built(built)
    size = built.paths.published_db.stat().st_size
    for generation in range(20):
        publish_generation(built, generation)
    assert built.paths.published_db.stat().st_size <= 1.5 * size


def test_publishing_twice_gives_the_same_parquet_bytes(built: Settings) -> None:
    build.publish_built(built)
    files = sorted(built.paths.published.glob("*/*.parquet"))
    before = [file.read_bytes() for file in files]
    build.publish_built(built)
    assert [file.read_bytes() for file in files] == before


def test_publishing_waits_for_a_build_of_another_process_and_says_so(built: Settings) -> None:
    holder = f"""
import sys, time
from pathlib import Path
from orchestration.warehouse.lock import held
with held(Path({str(built.paths.build)!r}), "build", print):
    print("held", flush=True)
    time.sleep(1.5)
"""
    other = subprocess.Popen([sys.executable, "-c", holder], stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    lines: list[str] = []
    start = time.monotonic()
    build.publish_built(built, lines.append)
    assert time.monotonic() - start > 0.5
    assert f"publish: waiting, the warehouse is in use: build, process {other.pid}" in lines[0]
    assert other.wait(10) == 0


def test_the_lock_of_a_killed_process_is_free(built: Settings) -> None:
    holder = f"""
import os, signal
from pathlib import Path
from orchestration.warehouse.lock import held
with held(Path({str(built.paths.build)!r}), "build", print):
    os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", holder], check=False).returncode == -signal.SIGKILL
    lines: list[str] = []
    build.publish_built(built, lines.append)
    assert lines == []
    assert os.path.exists(built.paths.published_db)
