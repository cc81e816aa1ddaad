"""The bare work of a night or of a backfill, in one process with neither Dagster nor dbt.

`python -m tests.bench.bare ROOT FIRST LAST` unpacks and parses the dumps into Parquet, runs the models' SQL (ROOT/models.json) on
the lake and publishes by copying the file, then draws, writes and lints the recaps. The lake that the models read is the one that
tidemark made of the same dumps.
"""

import gzip
import json
import shutil
import sys
import zipfile
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import duckdb

from orchestration.settings import Settings, engine, load
from reports.recap import write_recap
from tests.bench.landing import parse_alone
from tests.bench.market import CASES

_READERS = {"csv": "read_csv({}, union_by_name = true)", "ndjson": "read_json_objects({})"}


def main(root: Path, first: date, last: date) -> None:
    """Do it once; of one day the dumps are those of the cases, else all of the archive."""
    settings = load(root / "home", str(root / "archive"))
    if first == last:
        for case in CASES:
            parse_alone(case, root, first)
    else:
        parse_all(root / "archive", root / "bare")
    with duckdb.connect(str(settings.paths.warehouse), config=engine(settings)) as db:
        for statement in json.loads((root / "models.json").read_text()):
            db.execute(statement)
    _write_recaps(settings, root / "bare", [first + timedelta(days=n) for n in range((last - first).days + 1)])


def parse_all(archive: Path, to: Path) -> None:
    """Unpack every dump and read those with the same columns at once, as whoever has no more than this to do would."""
    plain: dict[tuple[str, str], list[Path]] = defaultdict(list)
    dumps = [path for path in sorted(archive.rglob("*")) if path.is_file() and path.suffix in (".zip", ".gz", ".csv")]
    (to / "plain").mkdir(parents=True)
    with ThreadPoolExecutor(4) as pool:
        for (header, kind), path in pool.map(lambda numbered: _unpack(*numbered, to / "plain"), enumerate(dumps)):
            plain[header, kind].append(path)
    with duckdb.connect(config={"threads": 4}) as db:
        for number, ((_, kind), files) in enumerate(plain.items()):
            rows = _READERS[kind].format([str(file) for file in files])
            db.execute(f"copy (from {rows}) to '{to}/{number}.parquet' (format parquet, compression zstd)")
    shutil.rmtree(to / "plain")


def _unpack(number: int, dump: Path, to: Path) -> tuple[tuple[str, str], Path]:
    """The text of a dump, with its first line, which dumps of a kind share, and the format of its lines."""
    kind = "ndjson" if ".ndjson" in dump.suffixes else "csv"
    path = to / f"{number}.{kind}"
    with path.open("wb") as out:
        if dump.suffix == ".zip":
            with zipfile.ZipFile(dump) as archive, archive.open(archive.infolist()[0]) as packed:
                shutil.copyfileobj(packed, out, 1 << 20)
        else:
            with (gzip.open if dump.suffix == ".gz" else open)(dump, "rb") as packed:
                shutil.copyfileobj(packed, out, 1 << 20)
    with path.open() as text:
        return (text.readline() if kind == "csv" else "", kind), path


def _write_recaps(settings: Settings, to: Path, days: list[date]) -> None:
    to.mkdir(exist_ok=True)
    shutil.copyfile(settings.paths.published_db, to / "published.duckdb")
    for day in days:
        write_recap(to / "published.duckdb", to / "recaps", day)


if __name__ == "__main__":
    main(Path(sys.argv[1]), date.fromisoformat(sys.argv[2]), date.fromisoformat(sys.argv[3]))
