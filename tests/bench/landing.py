"""Zipped dumps to the lake, against unzipping and DuckDB's typed CSV reader alone, in one run.

Bare is what nobody can do without, as written by hand: unpack by `zipfile` and `gzip` in four threads, read with known types,
write one zstd Parquet file, unsorted. Landing adds checks, quarantine with line numbers, coverage by hour, provenance, the hash of
every dump, and one sorted file per venue. Landing inflates by ISA-L; a second ratio is to a bare run that does so too.
"""

import gzip
import shutil
import tempfile
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from operator import itemgetter
from pathlib import Path
from statistics import median

import duckdb
from isal import igzip

from orchestration.landing import inflate
from orchestration.landing.fetch import fetch_day
from orchestration.landing.lake import land_day
from orchestration.settings import load
from tests.bench.market import CASES, DAY, Case

ROUNDS = 9


def report() -> None:
    """Print rows per second of both, and the median of their ratios in each round, by the clock and by the processors' time."""
    for case in CASES:
        with tempfile.TemporaryDirectory() as folder:
            _compare(case, Path(folder))


def _compare(case: Case, root: Path) -> None:
    base = root / "archive" / case.feed.source
    n_rows = case.write(root / "archive", DAY)
    settings = load(root / "home", str(root / "archive"))
    fetching, _ = _timed(lambda: fetch_day(settings, case.feed.source, DAY))
    rounds = [
        (
            _timed(lambda: parse_alone(case, root)),
            _timed(lambda: parse_alone(case, root, by_isal=True)),
            _timed(lambda: land_day(settings, case.feed.dataset, DAY)),
        )
        for _ in range(ROUNDS)
    ]
    bare, _, landing = (median(seconds for seconds, _ in times) for times in zip(*rounds, strict=True))
    by_clock, by_cpu, isal = (
        median(pick(bare) / pick(land) for bare, land in pairs)
        for pick, pairs in (
            (itemgetter(0), [(bare, land) for bare, _, land in rounds]),
            (itemgetter(1), [(bare, land) for bare, _, land in rounds]),
            (itemgetter(0), [(isal, land) for _, isal, land in rounds]),
        )
    )
    n_files = sum(1 for path in base.rglob("*") if path.is_file())
    print(f"landing {case.feed.name}: {n_rows:,} rows of {n_files} files")
    print(f"  bare  {bare:6.2f} s  {n_rows / bare:12,.0f} rows/s")
    print(f"  land  {landing:6.2f} s  {n_rows / landing:12,.0f} rows/s")
    print(
        f"  ratio {by_clock:.2f} by the clock, {by_cpu:.2f} by the processors' time; to bare work by ISA-L {isal:.2f}"
    )
    print(f"  fetching from a folder with SHA-256 before it: {fetching:.2f} s")


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock and of all processors."""
    start, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start, time.process_time() - cpu


def parse_alone(case: Case, root: Path, day: date = DAY, by_isal: bool = False) -> None:
    """Unpack the day's dumps and read them with known types into one Parquet file."""
    plain = root / "plain"
    plain.mkdir()
    dumps = case.files(root / "archive", day)

    def unpack(numbered: tuple[int, Path]) -> None:
        number, file = numbered
        with (plain / f"{number}.csv").open("wb") as out:
            if file.suffix == ".zip":
                with zipfile.ZipFile(file) as archive:
                    if by_isal:
                        out.writelines(inflate.zipped(archive, archive.infolist()[0]))
                    else:
                        with archive.open(archive.infolist()[0]) as packed:
                            shutil.copyfileobj(packed, out, 1 << 20)
            else:
                with (igzip if by_isal else gzip).open(file) as packed:
                    shutil.copyfileobj(packed, out, 1 << 20)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(unpack, enumerate(dumps)))
    types = "{" + ", ".join(f"'{name}': '{kind}'" for name, kind in case.reader.columns.items()) + "}"
    with duckdb.connect(config={"threads": 4}) as db:
        db.execute(
            f"copy (select * from read_csv('{plain}/*.csv', columns = {types}, header = true, auto_detect = false)) "
            f"to '{root}/bare.parquet' (format parquet, compression zstd)"
        )
    shutil.rmtree(plain)
