"""Sound files go from their plain text to sorted Parquet in one pass, as most files of most days do.

The first line that does not parse, bad row or repeat ends the pass, and all is read once more, by `stage` and `rows`, which name them.
"""

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from orchestration.feeds.contract import Feed, Table
from orchestration.feeds.datasets import VENUE, Dataset
from orchestration.landing.archive import Candidate
from orchestration.landing.bundle import bundle
from orchestration.landing.rows import NamedFile, judge, judgement, name_paths
from orchestration.landing.span import one_day
from orchestration.landing.stage import read_in_passing
from orchestration.settings import Settings
from orchestration.sql import quoted

_LITERAL = re.compile(r"'[^']*'|\d+")


@dataclass(frozen=True)
class Part:
    """A feed's judged rows: the relation of that name, and where one pass made it, the file behind it.

    The file has the columns and the order of the lake's; its rows are all of `venue`, or begin with theirs where that is None.
    """

    name: str
    file: Path | None = None
    venue: str | None = None


def land_sound(
    db: duckdb.DuckDBPyConnection,
    settings: Settings,
    feed: Feed,
    dataset: Dataset,
    day: date,
    dumps: Sequence[Candidate],
    work: Path,
) -> Part | None:
    """Create `judged` of the day's rows without staging them; None where any line, row or file is not good."""
    place = work / "bundles"
    place.mkdir()
    try:
        files = [settings.paths.dumps / dump.dump_path for dump in dumps]
        bundles = bundle(files, place, feed.reader, settings.threads)
        if bundles is None or not isinstance(feed.reader, Table):
            return None
        read_in_passing(db, feed.reader, bundles, "staged", is_numbered=feed.of_trades)
        numbered = list(enumerate(dumps))
        if feed.of_trades:
            return _fold(db, feed, dataset, day, numbered)
        return _pass_through(db, feed, dataset, day, numbered, work)
    except duckdb.Error:
        return None
    finally:
        shutil.rmtree(place)


def _fold(
    db: duckdb.DuckDBPyConnection, feed: Feed, dataset: Dataset, day: date, dumps: Sequence[NamedFile]
) -> Part | None:
    judge(db, feed, dataset, one_day(day), dumps)
    is_bad = db.execute("select 1 from judged where reason is not null limit 1").fetchone()
    return None if is_bad else Part(feed.name)


def _pass_through(
    db: duckdb.DuckDBPyConnection, feed: Feed, dataset: Dataset, day: date, dumps: Sequence[NamedFile], work: Path
) -> Part | None:
    name_paths(db, feed, day, dumps)
    target, venue = work / f"{feed.name}.parquet", _only_venue(db, feed)
    columns = {**({} if venue else {"venue": "VARCHAR"}), **{n: column.type for n, column in dataset.columns.items()}}
    keys = [*([] if venue else ["venue"]), *_sort_keys(feed, dataset)]
    _write(db, judgement(feed, dataset, one_day(day)), columns, keys, target)
    if _has_repeats(db, keys, target):
        return None
    named = f"{quoted(venue)}::varchar as venue, " if venue else ""
    db.execute(
        f"create temp view judged as select {named}*, null::varchar as reason "
        f"from read_parquet({quoted(str(target))}, hive_partitioning = false)"
    )
    return Part(feed.name, target, venue)


def _only_venue(db: duckdb.DuckDBPyConnection, feed: Feed) -> str | None:
    """The one venue that all of the files are of; None where there are several, or only rows say."""
    if feed.rows_name_venues:
        return None
    found = db.execute(f"select distinct {feed.venue} from (select paths as path from paths)").fetchall()
    return found[0][0] if len(found) == 1 and re.fullmatch(VENUE, found[0][0] or "") else None


def _sort_keys(feed: Feed, dataset: Dataset) -> list[str]:
    """What tells the dataset's rows apart, less what is the same in every row of the feed."""
    keys = [name for name in dataset.unique if not _LITERAL.fullmatch(feed.select.get(name, "''"))]
    return keys or list(dataset.unique[:1])


def _write(
    db: duckdb.DuckDBPyConnection, judged: str, columns: Mapping[str, str], keys: Sequence[str], target: Path
) -> None:
    """Write judged rows in order. The first bad one ends the statement with its reason as a duckdb.Error."""
    typed = ", ".join(f'"{name}"::{kind} as "{name}"' for name, kind in columns.items())
    names, order = (", ".join(f'"{name}"' for name in listed) for listed in (columns, keys))
    db.execute(
        f"""
        copy (
            select {typed}
            from (
                select {names} from ({judged})
                where case when reason is null then true else error(reason)::boolean end
                order by {order}
            )
        ) to {quoted(str(target))} (format parquet, compression zstd)
        """
    )


def _has_repeats(db: duckdb.DuckDBPyConnection, keys: Sequence[str], target: Path) -> bool:
    """Rows that agree in all keys stand side by side in a sorted file."""
    names = ", ".join(f'"{name}"' for name in keys)
    # Two rows may share a hash, which costs a second look and nothing else.
    query = f"""
        select 1
        from (select hash({names}) as told, lag(told) over () as told_before from read_parquet($f))
        where told = told_before limit 1
    """
    return db.execute(query, {"f": str(target)}).fetchone() is not None
