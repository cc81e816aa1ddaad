"""What assets are given: the settings and the functions that do the work, one per arrow of the pipeline.

Tests and other assemblies hand in others. Imports happen on first use: loading the definitions pays for none of them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.settings import Settings
from orchestration.warehouse.build import PROJECT, BuildReport, Event, build, publish_built
from orchestration.warehouse.publish import PublishReport

if TYPE_CHECKING:
    from orchestration.alerts.failures import FailedRun
    from orchestration.landing.fetch import FetchReport
    from orchestration.landing.lake import LandReport
    from orchestration.landing.plan import Planned
    from orchestration.warehouse.mirror import MirrorReport

Log = Callable[[str], None]


def _fetch_days(settings: Settings, source: str, days: Sequence[date], log: Log) -> "Mapping[date, FetchReport]":
    from orchestration.landing.fetch import fetch_days

    reports = fetch_days(settings, source, days, log)
    if settings.is_lake_shared:
        from orchestration.warehouse.shared_lake import share_fetched

        for day in days:
            share_fetched(settings, source, day)
    return reports


def _land_day(settings: Settings, dataset: str, day: date, log: Log) -> "LandReport":
    from orchestration.landing.lake import land_day

    if not settings.is_lake_shared:
        return land_day(settings, dataset, day, log)
    from orchestration.warehouse.shared_lake import share_landed, take_landed

    take_landed(settings, dataset, day)
    report = land_day(settings, dataset, day, log)
    share_landed(settings, dataset, day)
    return report


def _write_recap(published: Path, recaps: Path, day: date) -> Any:
    from reports.facts import NoDataError
    from reports.recap import write_recap

    if not published.exists():
        raise NoDataError(day)
    return write_recap(published, recaps, day, refresh=False)


def _refresh_archive(recaps: Path, days: Sequence[date]) -> None:
    from reports.recap import refresh_archive

    refresh_archive(recaps, days)


def _publish_recaps(settings: Settings, days: Sequence[date], log: Log) -> None:
    from orchestration.warehouse.recap_tables import publish_recaps

    publish_recaps(settings, days, log)


def _mirror(settings: Settings, log: Log) -> "MirrorReport":
    from orchestration.warehouse.mirror import mirror

    return mirror(settings, log)


def _send(settings: Settings, day: date) -> str:
    from orchestration.mailing import send_recap

    return str(send_recap(settings, day, (), False))


def _alert(settings: Settings, day: date) -> list[str]:
    from orchestration.alerts.thresholds import tell

    return tell(settings, day)


def _tell_failure(settings: Settings, run: "FailedRun") -> str:
    from orchestration.alerts.failures import alert_of
    from orchestration.alerts.post import post

    return post(settings, alert_of(run, settings, datetime.now(UTC).date()))


def _late_dumps(settings: Settings, day: date) -> "list[Planned]":
    from orchestration.landing.plan import late_dumps

    return [] if settings.offline else late_dumps(settings, day)


@dataclass(frozen=True)
class Work:
    """The pipeline's functions. `tell` hears each line of progress besides Dagster's own log."""

    settings: Settings
    fetch_days: Callable[[Settings, str, Sequence[date], Log], "Mapping[date, FetchReport]"] = _fetch_days
    land_day: Callable[[Settings, str, date, Log], "LandReport"] = _land_day
    write_recap: Callable[[Path, Path, date], Any] = _write_recap
    refresh_archive: Callable[[Path, Sequence[date]], None] = _refresh_archive
    publish_recaps: Callable[[Settings, Sequence[date], Log], None] = _publish_recaps
    mirror: "Callable[[Settings, Log], MirrorReport]" = _mirror
    send: Callable[[Settings, date], str] = _send
    alert: Callable[[Settings, date], list[str]] = _alert
    tell_failure: "Callable[[Settings, FailedRun], str]" = _tell_failure
    late_dumps: "Callable[[Settings, date], list[Planned]]" = _late_dumps
    project: Path = PROJECT
    tell: Log = lambda _: None

    def build(
        self, days: Iterable[date], log: Log, select: Sequence[str], on_event: Callable[[Event], None]
    ) -> BuildReport:
        """Replace the days in the warehouse, and with a lake that is shared those that other hosts have landed."""
        if not self.settings.is_lake_shared:
            return build(self.settings, days, log, select, on_event, self.project)
        from orchestration.warehouse.shared_lake import taken_over

        with taken_over(self.settings, log) as others:
            return build(self.settings, [*days, *others], log, select, on_event, self.project)

    def publish(self, log: Log) -> PublishReport:
        """Give readers what is built."""
        return publish_built(self.settings, log, self.project)
