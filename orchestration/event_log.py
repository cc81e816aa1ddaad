"""Dagster's SQLite event log, made fast enough for runs over many days; named in `dagster.yaml`, nothing else belongs here.

A run over N days plans and records one materialisation per asset and day. The stock class makes an engine, connects and
commits for each: 27 s for 10 assets and 90 days (measured 2026-11, 4 cores). With the connection kept and each batch
written in one transaction it is 1 s. Files and tables are the stock ones.
"""

import json
import os
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from dagster import DagsterEventType, EventLogEntry
from dagster._core.storage.event_log import SqlEventLogStorage, SqlEventLogStorageTable, SqliteEventLogStorage
from dagster._core.storage.event_log.base import EventLogStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy import ColumnElement, Connection, Engine, create_engine, delete, func, select

from orchestration.planned_days import PLANNED, PlannedDays
from orchestration.run_launcher import PulsedEventLogStorage

os.environ.setdefault("DAGSTER_EVENT_BATCH_SIZE", "1000")

BATCHED = (DagsterEventType.ASSET_MATERIALIZATION, *PLANNED)
_BUSY_TIMEOUT_S = 30
_OPEN_FILES = 8
"""The index and the runs used last: the UI reads the logs of any number of runs, one file each."""


class BatchedSqliteEventLogStorage(PulsedEventLogStorage, PlannedDays, SqliteEventLogStorage):
    """The stock storage with connections that stay open and `store_event_batch`."""

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> "BatchedSqliteEventLogStorage":
        """What the stock class does, but of this class."""
        return cls(inst_data=inst_data, **config_value)

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store what a run plans and the materialisations that it made at once; anything else one by one."""
        together = [event for event in events if event.dagster_event_type in BATCHED]
        for event in events:
            if event.dagster_event_type not in BATCHED:
                self.store_event(event)
        for run_id in sorted({event.run_id for event in together}):
            self._store_together(run_id, [event for event in together if event.run_id == run_id])

    def _store_together(self, run_id: str, events: Sequence[EventLogEntry]) -> None:
        """The run's own log has a row per event, the index one per day."""
        planned = [event for event in events if event.dagster_event_type in PLANNED]
        made = [event for event in events if event.dagster_event_type not in PLANNED]
        rows = [self._event_to_row(event) for event in made]
        with self.run_connection(run_id) as connection:
            connection.execute(SqlEventLogStorageTable.insert(), [*map(self._event_to_row, planned), *rows])
        with self.index_transaction() as connection:
            self._store_planned(connection, planned)
            self._store_made(connection, made, rows)

    def _store_made(self, connection: Connection, events: Sequence[EventLogEntry], rows: list[dict[str, Any]]) -> None:
        if not rows:
            return
        connection.execute(SqlEventLogStorageTable.insert(), rows)
        newest: int = connection.execute(select(func.max(SqlEventLogStorageTable.c.id))).scalar_one()
        ids = range(newest - len(rows) + 1, newest + 1)
        self._store_asset_event_tags(connection, events, ids)
        for event, event_id in last_of_each_asset(events, ids):
            self._store_asset_event(connection, event, event_id)

    def _each(self, texts: Sequence[str]) -> ColumnElement[str]:
        return func.json_each(json.dumps(texts)).table_valued("value").c.value

    def forget(self, run_id: str) -> int:
        """Remove the log of a run but not what the index knows of its materialisations; returns the bytes that it had."""
        with self._db_lock:
            if engine := self._engines.pop(run_id, None):
                engine.dispose()
            self._initialized_dbs.discard(run_id)
            files = [
                path for suffix in ("", "-wal", "-shm") if (path := Path(self.path_for_shard(run_id) + suffix)).exists()
            ]
            size = sum(path.stat().st_size for path in files)
            for path in files:
                path.unlink()
        return size

    def wipe(self) -> None:
        """Let go of the files before they are removed."""
        self._let_go()
        super().wipe()

    def dispose(self) -> None:
        """Close everything."""
        self._let_go()
        super().dispose()

    @cached_property
    def _engines(self) -> OrderedDict[str, Engine]:
        return OrderedDict()

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock, self._engine(shard).begin() as connection:
            yield connection

    def _engine(self, shard: str) -> Engine:
        if shard not in self._engines:
            timeout = {"timeout": _BUSY_TIMEOUT_S}
            self._engines[shard] = create_engine(
                self.conn_string_for_shard(shard), pool_size=1, max_overflow=-1, connect_args=timeout
            )
        self._engines.move_to_end(shard)
        if shard not in self._initialized_dbs:
            self._initdb(self._engines[shard])
            self._initialized_dbs.add(shard)
        while len(self._engines) > _OPEN_FILES:
            self._engines.popitem(last=False)[1].dispose()
        return self._engines[shard]

    def _let_go(self) -> None:
        while self._engines:
            self._engines.popitem()[1].dispose()


def forget(storage: EventLogStorage, run_id: str) -> int:
    """Remove what any storage says of a run besides its assets; returns the bytes that it had."""
    if isinstance(storage, BatchedSqliteEventLogStorage):
        return storage.forget(run_id)
    assert isinstance(storage, SqlEventLogStorage)
    events = SqlEventLogStorageTable
    of_run = (events.c.run_id == run_id) & events.c.asset_key.is_(None)
    with storage.run_connection(run_id) as connection:
        size: int | None = connection.execute(select(func.sum(func.length(events.c.event))).where(of_run)).scalar_one()
        connection.execute(delete(events).where(of_run))
    return size or 0


def last_of_each_asset(events: Sequence[EventLogEntry], ids: Sequence[int]) -> list[tuple[EventLogEntry, int]]:
    """An asset's own row holds only its newest event."""
    last = {event.get_dagster_event().asset_key: (event, event_id) for event, event_id in zip(events, ids, strict=True)}
    return list(last.values())
