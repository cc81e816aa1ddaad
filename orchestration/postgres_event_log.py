"""Dagster's PostgreSQL event log with connections that stay open; named in `dagster.yaml`, nothing else belongs here.

The stock class connects anew for each statement, several times an event, and a night has hundreds of events. Tables are the
stock ones.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from dagster import DagsterEventType, EventLogEntry
from dagster._core.storage.event_log import SqlEventLogStorageTable
from dagster._serdes import ConfigurableClassData
from dagster_postgres.event_log import PostgresEventLogStorage
from dagster_postgres.utils import pg_url_from_config
from sqlalchemy import ColumnElement, Connection, Engine, Text, func, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from orchestration.event_log import BATCHED, last_of_each_asset
from orchestration.planned_days import PLANNED, PlannedDays
from orchestration.run_launcher import Pulse, PulsedEventLogStorage

_STATEMENT_MS = 60_000
_RECYCLE_S = 600
_MOST_MORE = 20
_GIVE_UP = text("set tcp_keepalives_idle = 30; set tcp_keepalives_interval = 10; set tcp_keepalives_count = 3")
"""A host that is gone without a word is given up after a minute."""


class DatabasePulse:
    """Locks of the database, for processes of any host that reaches it: the server frees them when the connection is gone."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._held: set[str] = set()

    def start(self, run_id: str) -> None:
        """The run is done by this process from now on."""
        if run_id in self._held:
            return
        if not self._connection:
            self._connection = self._engine.connect()
            self._connection.execute(_GIVE_UP)
        self._connection.execute(select(func.pg_advisory_lock(_key(run_id))))
        self._held.add(run_id)

    def stop(self) -> None:
        """The runs of this process are over, and their states are stored."""
        self._held.clear()
        if connection := self._connection:
            self._connection = None
            connection.invalidate()
            connection.close()

    def is_felt(self, run_id: str) -> bool:
        """Whether a process does the run."""
        with self._engine.connect() as connection:
            is_free: bool = connection.execute(select(func.pg_try_advisory_xact_lock_shared(_key(run_id)))).scalar_one()
        return not is_free


def _key(run_id: str) -> ColumnElement[int]:
    """The number that stands for a run among the database's locks."""
    return func.hashtextextended(f"tidemark run {run_id}", 0)


class PooledPostgresEventLogStorage(PulsedEventLogStorage, PlannedDays, PostgresEventLogStorage):
    """The stock storage as the webserver has it, and the materialisations of a run stored at once."""

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> "PooledPostgresEventLogStorage":
        """What the stock class does, but of this class and with a pool."""
        storage = cls(postgres_url=pg_url_from_config(config_value), inst_data=inst_data)
        storage.optimize_for_webserver(_STATEMENT_MS, _RECYCLE_S, _MOST_MORE)
        return storage

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store what a run plans and the materialisations that it made at once; anything else one by one."""
        for event in events:
            if event.dagster_event_type not in BATCHED:
                self.store_event(event)
        with self.index_transaction() as connection:
            self._store_planned(connection, [event for event in events if event.dagster_event_type in PLANNED])
            made = [event for event in events if event.dagster_event_type is DagsterEventType.ASSET_MATERIALIZATION]
            self._store_made(connection, made)

    def _store_made(self, connection: Connection, events: Sequence[EventLogEntry]) -> None:
        if not events:
            return
        table = SqlEventLogStorageTable
        # Rows of one INSERT get their ids in its order.
        rows = [self._event_to_row(event) for event in events]
        ids = [row[0] for row in connection.execute(table.insert().values(rows).returning(table.c.id))]
        self._store_asset_event_tags(connection, events, ids)
        for event, event_id in last_of_each_asset(events, ids):
            self._store_asset_event(connection, event, event_id)

    @cached_property
    def pulse(self) -> Pulse:
        """Felt by every host that has this history."""
        return DatabasePulse(self._engine)

    def _each(self, texts: Sequence[str]) -> ColumnElement[str]:
        return func.unnest(literal(list(texts), ARRAY(Text))).column_valued("text")
