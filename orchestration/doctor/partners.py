"""What runs talk to: archives, the mail relay, Dagster's database and its daemon."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from orchestration import dagster_home
from orchestration.doctor.finding import Finding, Look
from orchestration.feeds.catalog import FEEDS
from orchestration.settings import Settings
from reports.relay import DeliveryError, Relay, SmtpSettings

if TYPE_CHECKING:
    from dagster import DagsterInstance

_WRONG_BY_S = 120
_SILENT_S = 300


def _archive(settings: Settings) -> Iterator[Finding]:
    if settings.archive and "://" not in settings.archive:
        there = Path(settings.archive).is_dir()
        yield Finding(
            "archive", settings.archive, "" if there else "the folder is not there: give another with --archive"
        )
        return
    addresses = {settings.archive} if settings.archive else {feed.address for feed in FEEDS if feed.address}
    for address in sorted(filter(None, addresses)):
        yield from _reach(address)


def _reach(address: str) -> Iterator[Finding]:
    try:
        answer = httpx.head(address, timeout=10, follow_redirects=True)
    except httpx.HTTPError as error:
        remedy = "check the network, a proxy, or mirror it and use --archive"
        yield Finding("archive", f"{address}: {type(error).__name__}", remedy)
        return
    yield Finding("archive", f"{address} answers")
    if (told := answer.headers.get("Date")) and abs(wrong := _ahead_of(told)) > _WRONG_BY_S:
        state = f"{abs(wrong) / 60:.0f} minutes {'after' if wrong > 0 else 'before'} that of {address}"
        yield Finding(
            "clock", state, "set the clock right (`timedatectl set-ntp true`): it decides which day is yesterday"
        )


def _ahead_of(told: str) -> float:
    try:
        return (datetime.now(UTC) - parsedate_to_datetime(told)).total_seconds()
    except (TypeError, ValueError):
        return 0


def _mail(settings: Settings) -> Iterator[Finding]:
    mail = settings.mail
    if not mail.host:
        yield Finding("mail", "no host set: recaps stay .eml files")
        return
    try:
        with Relay(SmtpSettings(**mail.model_dump(exclude={"to", "lists"})), None, lambda _: None) as relay:
            relay.connect()
    except DeliveryError as error:
        remedy = "check [mail] host, port, tls and user in tidemark.toml, and TIDEMARK_SMTP_PASSWORD"
        yield Finding("mail", str(error), remedy)
        return
    where = f"{mail.host}:{mail.port} answers" + (" and takes the password" if mail.user and mail.password else "")
    yield Finding("mail", where, "" if mail.every_list else "set [mail] to in tidemark.toml")


def _dagster(settings: Settings) -> Iterator[Finding]:
    if not (settings.postgres.host or settings.paths.dagster.exists()):
        yield Finding("dagster", "no run yet")
        return
    try:
        with dagster_home.instance(settings) as instance:
            yield Finding("dagster", f"{instance.get_runs_count():,} runs")
            yield from _nightly(settings, instance)
    except Exception as error:
        where = settings.postgres.host or settings.paths.dagster
        yield Finding("dagster", f"{where}: {_reason(error)}", _history_remedy(settings))


def _history_remedy(settings: Settings) -> str:
    if settings.postgres.host:
        return (
            "check that PostgreSQL runs, [postgres] in tidemark.toml, TIDEMARK_POSTGRES_PASSWORD, "
            "and that requirements/extras.txt is installed"
        )
    return f"put {settings.paths.dagster} back from a backup, or delete it: data stay, the history of runs is lost"


def _reason(error: Exception) -> str:
    causes: list[BaseException] = [error]
    while cause := causes[-1].__cause__ or causes[-1].__context__:
        causes.append(cause)
    return " ".join(str(causes[-1]).split()) or type(error).__name__


def _nightly(settings: Settings, instance: "DagsterInstance") -> Iterator[Finding]:
    """The choice made in the UI goes before `[nightly] on`, and nothing of both happens without a daemon."""
    from dagster._core.definitions.run_request import InstigatorType
    from dagster._core.scheduler.instigation import InstigatorStatus

    chosen = {
        state.instigator_name: state.status
        for state in instance.all_instigator_state(instigator_type=InstigatorType.SCHEDULE)
    }.get("nightly", InstigatorStatus.DECLARED_IN_CODE)
    if chosen == InstigatorStatus.STOPPED and settings.nightly.on:
        state = "switched off in the UI, although [nightly] on = true"
        yield Finding("nightly", state, "switch the schedule `nightly` on in the UI, or take [nightly] on out")
        return
    if chosen != InstigatorStatus.RUNNING and not settings.nightly.on:
        yield Finding("nightly", "off: nothing runs by itself")
        return
    heard = [
        status.last_heartbeat.timestamp for status in instance.get_daemon_statuses().values() if status.last_heartbeat
    ]
    if time.time() - max(heard, default=0) > _SILENT_S:
        state = f"on, but the daemon was last heard {_ago(max(heard))}" if heard else "on, but no daemon ever ran"
        yield Finding("nightly", state, "start it: `systemctl start tidemark-daemon`, or `tidemark ui`")
        return
    yield Finding("nightly", "on, the daemon runs")


def _ago(moment: float) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d %H:%M} UTC"


LOOKS: tuple[Look, ...] = (_archive, _mail, _dagster)
