"""`python -m tests.bench.bare ROOT DAY`: a night's bare work, with neither Dagster nor dbt.

Unpacks and parses the day's dumps into Parquet, runs the models' SQL (ROOT/models.json) on the lake and publishes by copying the
file, then draws, writes and lints the recap. The lake that the models read is the one that tidemark made of the same dumps.
"""

import json
import shutil
import sys
from datetime import date
from pathlib import Path

import duckdb

from orchestration.settings import engine, load
from reports.recap import write_recap
from tests.bench.landing import parse_alone
from tests.bench.market import CASES


def main(root: Path, day: date) -> None:
    """Do it once."""
    for case in CASES:
        parse_alone(case, root, day)
    settings = load(root / "home", str(root / "archive"))
    with duckdb.connect(str(settings.paths.warehouse), config=engine(settings)) as db:
        for statement in json.loads((root / "models.json").read_text()):
            db.execute(statement)
    (root / "bare").mkdir(exist_ok=True)
    shutil.copyfile(settings.paths.published_db, root / "bare" / "published.duckdb")
    write_recap(root / "bare" / "published.duckdb", root / "bare" / "recaps", day)


if __name__ == "__main__":
    main(Path(sys.argv[1]), date.fromisoformat(sys.argv[2]))
