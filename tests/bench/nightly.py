"""What Dagster and dbt cost: a night of a real-sized day in a cold process, and loading the definitions.

Bare is the same work in one process that imports neither: unzip and parse the same dumps into DuckDB, run the same models'
SQL as dbt compiled it, draw and write the same recap.
"""

import json
import sys
import tempfile
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from orchestration.settings import Settings, load
from tests.bench.clock import seconds
from tests.bench.compiled import statements
from tests.bench.market import CASES, DAY, ORDERS, SYMBOLS, symbols

_IMPORTS = "import dagster, dagster_dbt, dbt.cli.main, dbt.adapters.duckdb"


def report() -> None:
    """Print the seconds of a night and of its bare work, and how long the definitions take to load."""
    with tempfile.TemporaryDirectory(prefix="tidemark-bench-") as folder:
        _night(Path(folder))
    _definitions()


def _night(root: Path) -> None:
    days = (DAY - timedelta(days=1), DAY)
    n_rows = [write_day(root / "archive", day) for day in days][-1]
    settings = load(root / "home", str(root / "archive"))
    took = [seconds(_tidemark(settings, "run", "--day", str(day))) for day in days][-1]
    bare = seconds(bare_work(settings, root, DAY, DAY))
    imports = seconds([sys.executable, "-c", _IMPORTS])
    print(
        f"a night: {SYMBOLS} symbols' minute bars, open interest, funding and {ORDERS:,} liquidations; {n_rows:,} rows"
    )
    print(
        f"  tidemark run, cold process {took:.1f} s; bare work {bare:.1f} s; importing Dagster and dbt {imports:.1f} s"
    )
    print(f"  ratio to the bare work, imports aside: {(took - imports) / bare:.2f}")


def _definitions() -> None:
    loading, importing = (
        min(seconds([sys.executable, "-c", code]) for _ in range(5))
        for code in ("from orchestration.definitions import defs; defs.get_repository_def()", "import dagster_dbt")
    )
    print(
        f"definitions: {loading:.2f} s, importing dagster_dbt alone {importing:.2f} s; ratio {loading / importing:.2f}"
    )


def bare_work(settings: Settings, root: Path, first: date, last: date) -> Sequence[str]:
    """The command that does the same as the build of these days that the home has just had."""
    (root / "models.json").write_text(json.dumps(statements(settings)))
    return [sys.executable, "-m", "tests.bench.bare", str(root), str(first), str(last)]


def _tidemark(settings: Settings, *args: str) -> Sequence[str]:
    places = ("--home", str(settings.home), "--archive", str(settings.archive))
    return [str(Path(sys.executable).with_name("tidemark")), *args, *places]


def write_day(archive: Path, day: date) -> int:
    """The day's dumps and a supply and funding for every asset; returns their rows."""
    n_rows = sum(case.write(archive, day) for case in CASES)
    rates = [f"binance,{day} {hour:02}:00:00,{symbol},0.0001" for symbol in symbols() for hour in (0, 8, 16)]
    supplies = [f"coinmetrics,{day} 00:00:00,{symbol.removesuffix('USDT')},1000000" for symbol in symbols()]
    n_rows += _own(archive, "funding", day, "venue,settled_at,symbol,rate", rates)
    return n_rows + _own(archive, "caps", day, "venue,observed_at,asset,supply", supplies)


def _own(archive: Path, dataset: str, day: date, header: str, rows: Sequence[str]) -> int:
    path = archive / "own" / dataset / f"{day}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join((header, *rows, "")))
    return len(rows)
