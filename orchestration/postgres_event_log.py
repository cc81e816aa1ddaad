"""Dagster's PostgreSQL event log with connections that stay open; named in `dagster.yaml`, nothing else belongs here.

The stock class connects anew for each statement, several times an event, and a night has hundreds of events. Tables are the
stock ones.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from dagster import EventLogEntry
from dagster._core.storage.event_log import SqlEventLogStorageTable
from dagster._serdes import ConfigurableClassData
from dagster_postgres.event_log import PostgresEventLogStorage
from dagster_postgres.utils import pg_url_from_config

from orchestration.event_log import BATCHED, last_of_each_asset
from orchestration.run_launcher import PulsedEventLogStorage

_STATEMENT_MS = 60_000
_RECYCLE_S = 600
_MOST_MORE = 20


class PooledPostgresEventLogStorage(PulsedEventLogStorage, PostgresEventLogStorage):
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
        """Store materialisations, planned or done, at once; anything else one by one."""
        together = [event for event in events if event.dagster_event_type in BATCHED]
        for event in events:
            if event.dagster_event_type not in BATCHED:
                self.store_event(event)
        if not together:
            return
        table = SqlEventLogStorageTable
        with self.index_transaction() as connection:
            # Rows of one INSERT get their ids in its order.
            inserted = connection.execute(
                table.insert().values([self._event_to_row(event) for event in together]).returning(table.c.id)
            )
            ids = [row[0] for row in inserted]
            self._store_asset_event_tags(connection, together, ids)
            for event, event_id in last_of_each_asset(together, ids):
                self._store_asset_event(connection, event, event_id)
