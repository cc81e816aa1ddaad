"""Dagster's daemon as it is, but it looks after backfills and runs every second instead of every half minute."""

from dagster import DagsterInstance
from dagster._daemon import controller
from dagster._daemon.cli import main

controller.DEFAULT_DAEMON_INTERVAL_SECONDS = 1
# A home's settings for Dagster are written anew by each start, so what they say is set here.
DagsterInstance.run_monitoring_poll_interval_seconds = property(lambda _: 1)  # type: ignore[assignment, method-assign]

if __name__ == "__main__":
    main()
