"""One recap with page, mail and ten charts in a warm process, many of them over all cores, and how big they are.

The published database is a hand-made event day of all marts, repeated for each day of the backfill.
"""

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from email import message_from_bytes, policy
from functools import partial
from pathlib import Path

import duckdb

from orchestration.parallel import each_day
from reports.recap import write_recap
from tests.reports.published import DAY, MARKETS
from tests.reports_charts import market

ROUNDS = 3
DAYS = 365


def report(n_days: int = DAYS) -> None:
    """Print seconds of one recap, the share of linear speed-up over the cores, and the sizes of page and mail."""
    with tempfile.TemporaryDirectory(prefix="tidemark-bench-") as folder:
        published, recaps = _published(Path(folder) / "tidemark.duckdb", n_days), Path(folder) / "recaps"
        days = [DAY - timedelta(days=n) for n in range(n_days)]
        recap = write_recap(published, recaps, DAY)
        one = min(_timed(published, recaps, [DAY], 1) for _ in range(ROUNDS))
        page, mail = recap.page.stat().st_size // 1000, _html(recap.folder / "email.eml") // 1000
        print(f"a recap with {recap.n_charts} charts in a warm process: {one:.2f} s")
        print(f"  page {page} KB, HTML of the mail {mail} KB")
        cores = os.cpu_count() or 1
        few = days[: max(n_days // 10, 2 * cores)]
        alone = _timed(published, recaps, few, 1) / len(few)
        together = _timed(published, recaps, days, cores) / len(days)
        print(f"{n_days} recaps over {cores} cores: {together * len(days):.0f} s, {alone:.2f} s each alone")
        print(f"  ratio to linear {alone / together / cores:.2f}")


def _published(path: Path, n_days: int) -> Path:
    MARKETS["event"].write(path)
    with duckdb.connect(str(path)) as db:
        _with_charts(db)
        tables = db.execute("select table_name from duckdb_tables() where schema_name = 'marts'").fetchall()
        for (table,) in tables:
            db.execute(
                f'insert into marts."{table}" select m.* replace (m.day - cast(n.days_back as integer) as day) '
                f'from marts."{table}" as m, generate_series(1, {n_days - 1}) as n(days_back) where m.day = $day',
                {"day": DAY},
            )
    return path


def _with_charts(db: duckdb.DuckDBPyConnection) -> None:
    """The bins of liquidations by price, which the hand-made day of the texts has none of."""
    rows = market.event_day().execute("select * from marts.liquidations_by_price").fetchall()
    db.executemany(
        "insert into marts.liquidations_by_price (day, asset, liquidated_side, bin, from_usd, to_usd, total_usd, simulated) "
        "values (?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )


def _timed(published: Path, recaps: Path, days: Sequence[date], workers: int) -> float:
    start = time.perf_counter()
    done = each_day(partial(_tell, published, recaps), days, workers, lambda _: None)
    for _, outcome in done:
        if isinstance(outcome, Exception):
            raise outcome
    return time.perf_counter() - start


def _tell(published: Path, recaps: Path, day: date, log: Callable[[str], None]) -> None:
    write_recap(published, recaps, day, refresh=False)


def _html(eml: Path) -> int:
    body = message_from_bytes(eml.read_bytes(), policy=policy.default).get_body(("html",))
    assert body is not None
    return len(body.get_content().encode())
