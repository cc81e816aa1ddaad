"""Dumps put into a home and landed, and what must be true of the lake afterwards."""

import hashlib
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb

from orchestration.feeds.contract import Feed
from orchestration.feeds.datasets import DATASETS
from orchestration.landing.dumps import Receipt, admit
from orchestration.landing.lake import land_day
from orchestration.settings import Settings
from tests.fuzz.expected import Expected, rounded
from tests.fuzz.forge import DAY, Mould
from tests.fuzz.pack import packed, parquet
from tests.fuzz.translate import targets
from tests.landing.kit import Lab

_MOST_DAYS = 3


@dataclass
class Tally:
    """What was done so far."""

    dumps: int = 0
    landings: int = 0
    kept: int = 0
    quarantined: int = 0


class Ground:
    """A home of its own for each day, below one folder that nothing else may write to."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.scratch = root / "scratch"
        self.tally = Tally()

    def check(self, dumps: Sequence[tuple[Mould, bytes]]) -> None:
        """Land dumps of one feed, of a subject each, and compare with the second reading of their plain text."""
        self._clear()
        lab = Lab(self.root / "archive", Settings(home=self.root / "home", threads=min(2, len(dumps))))
        feed = dumps[0][0].feed
        expected: dict[str, Expected] = {}
        with duckdb.connect(config={"threads": 1}) as db:
            db.execute("set timezone = 'UTC'")
            for mould, plain in dumps:
                dump_path = f"{feed.source}/{mould.path}"
                self._admit(lab, dump_path, plain)
                expected[dump_path] = Expected(db, mould, plain)
        before = self._outside(lab)
        self.tally.dumps += len(dumps)
        for day in islice(
            dict.fromkeys([DAY, *(day for file in expected.values() for day in file.days())]), _MOST_DAYS
        ):
            self._check_day(lab, feed, day, expected)
        found = lab.lake_bytes()
        land_day(lab.settings, feed.dataset, DAY)
        assert lab.lake_bytes() == found, "a second landing gives other bytes"
        assert self._outside(lab) == before, "something was written outside of the lake"

    def _check_day(self, lab: Lab, feed: Feed, day: date, expected: dict[str, Expected]) -> None:
        report = land_day(lab.settings, feed.dataset, day)
        told = lab.rows("quarantine", "dump_path, row_number, reason", day)
        kept = _of_lake(lab, feed, day)
        assert all(reason and path in expected for path, _, reason in told)
        for path, file in expected.items():
            numbers = [number for of, number, _ in told if of == path]
            file.compare(day, [row for of, *row in kept if of == path], numbers)
        n_kept = sum(row[-1] for row in kept) if feed.of_trades else len(kept)
        assert (report.rows_in, report.rows_kept) == (n_kept + len(told), n_kept)
        self.tally.landings += 1
        self.tally.kept += n_kept
        self.tally.quarantined += len(told)

    def _clear(self) -> None:
        for name in ("home", "scratch"):
            shutil.rmtree(self.root / name, ignore_errors=True)
        self.scratch.mkdir(parents=True)
        tempfile.tempdir = str(self.scratch)

    def _admit(self, lab: Lab, dump_path: str, plain: bytes) -> None:
        arrived = self.root / "arrived"
        if dump_path.endswith(".parquet"):
            parquet(arrived, plain)
        else:
            arrived.write_bytes(packed(dump_path, plain))
        digest = hashlib.sha256(arrived.read_bytes()).hexdigest()
        receipt = Receipt(dump_path, digest, arrived.stat().st_size, "2026-02-01T06:00:00", "file:", False)
        admit(lab.settings.paths.dumps, receipt, arrived, None)

    def _outside(self, lab: Lab) -> dict[Path, bytes]:
        lake = lab.settings.paths.lake
        files = (path for path in self.root.rglob("*") if path.is_file() and lake not in path.parents)
        return {path: path.read_bytes() for path in files}


def _of_lake(lab: Lab, feed: Feed, day: date) -> list[tuple[Any, ...]]:
    """Rows of the day, each led by the dump that it came from."""
    names = ["dump_path", "venue", *(DATASETS[feed.dataset].columns if feed.of_trades else targets(feed))]
    names = [name for n, name in enumerate(names) if not n or name not in ("feed", "dump_path")]
    rows = lab.rows(feed.dataset, ", ".join(f'"{name}"' for name in names), day)
    return [rounded(row) for row in rows] if feed.of_trades else rows
