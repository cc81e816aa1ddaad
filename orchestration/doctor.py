"""`tidemark doctor`: look at everything a run needs, and say for each thing that is wrong how to mend it."""

import os
import shutil
import smtplib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import duckdb
import filelock
import httpx

from orchestration.feeds.catalog import FEEDS
from orchestration.settings import Settings

_NEEDED_BYTES = 5 << 30
_VERSIONS = {"dagster": "1.13.", "dagster-dbt": "0.29.", "dbt-core": "1.11.", "dbt-duckdb": "1.11.", "duckdb": "2."}


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `remedy` is empty where all is well."""

    subject: str
    state: str
    remedy: str = ""

    @property
    def is_well(self) -> bool:
        """Nothing is to be done."""
        return not self.remedy

    def __str__(self) -> str:
        """One line."""
        return f"{'ok  ' if self.is_well else 'WRONG'} {self.subject}: {self.state}" + (
            f" -> {self.remedy}" if self.remedy else ""
        )


def examine(settings: Settings) -> list[Finding]:
    """Look at settings, home, disk, versions, archives, locks, publication and mail."""
    looks: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
        _home,
        _disk,
        _versions,
        _archive,
        _lock,
        _published,
        _mail,
    )
    return [finding for look in looks for finding in look(settings)]


def _home(settings: Settings) -> Iterator[Finding]:
    place = next(path for path in (settings.home, *settings.home.parents) if path.exists())
    well = os.access(place, os.W_OK)
    yield Finding("home", str(settings.home), "" if well else f"make {place} writable, or choose another with --home")


def _disk(settings: Settings) -> Iterator[Finding]:
    place = next(path for path in (settings.home, *settings.home.parents) if path.exists())
    free = shutil.disk_usage(place).free
    yield Finding(
        "disk",
        f"{free / 1e9:.1f} GB free",
        "" if free > _NEEDED_BYTES else f"free at least {_NEEDED_BYTES / 1e9:.0f} GB",
    )


def _versions(settings: Settings) -> Iterator[Finding]:
    python = ".".join(map(str, sys.version_info[:3]))
    yield Finding(
        "python", python, "" if (3, 11) <= sys.version_info[:2] < (3, 14) else "use Python 3.11, 3.12 or 3.13"
    )
    for package, prefix in _VERSIONS.items():
        try:
            found = version(package)
        except PackageNotFoundError:
            found = "not installed"
        yield Finding(
            package,
            found,
            "" if found.startswith(prefix) else f"run `make setup`: {prefix}x is what this release is tested with",
        )


def _archive(settings: Settings) -> Iterator[Finding]:
    if settings.archive and "://" not in settings.archive:
        there = Path(settings.archive).is_dir()
        yield Finding(
            "archive", settings.archive, "" if there else "the folder is not there: give another with --archive"
        )
        return
    addresses = {settings.archive} if settings.archive else {feed.address for feed in FEEDS if feed.address}
    for address in sorted(filter(None, addresses)):
        yield _reach(address)


def _reach(address: str) -> Finding:
    try:
        httpx.head(address, timeout=10, follow_redirects=True)
    except httpx.HTTPError as error:
        return Finding(
            "archive",
            f"{address}: {type(error).__name__}",
            "check the network, a proxy, or mirror it and use --archive",
        )
    return Finding("archive", f"{address} answers")


def _lock(settings: Settings) -> Iterator[Finding]:
    path = settings.paths.build / ".lock"
    if not path.exists():
        yield Finding("lock", "no build yet")
        return
    try:
        with filelock.FileLock(path, timeout=0):
            yield Finding("lock", "free")
    except filelock.Timeout:
        yield Finding(
            "lock", "held: a build is running", "wait for it; the kernel frees the lock when the process ends"
        )


def _published(settings: Settings) -> Iterator[Finding]:
    path = settings.paths.published_db
    if not path.exists():
        yield Finding("published", "nothing yet")
        return
    try:
        with duckdb.connect(str(path), read_only=True) as db:
            days = db.execute("select count(distinct day) from marts.dump_files").fetchone()
    except duckdb.Error as error:
        yield Finding(
            "published", str(error).splitlines()[0], "delete it and run `tidemark run`: it is made anew from the lake"
        )
        return
    yield Finding("published", f"{days[0] if days else 0} days")


def _mail(settings: Settings) -> Iterator[Finding]:
    mail = settings.mail
    if not mail.host:
        yield Finding("mail", "no host set: recaps stay .eml files")
        return
    try:
        kind = smtplib.SMTP_SSL if mail.tls == "tls" else smtplib.SMTP
        with kind(mail.host, mail.port, timeout=mail.timeout_s) as server:
            server.noop()
    except OSError as error:
        yield Finding("mail", f"{mail.host}:{mail.port}: {error}", "check [mail] host, port and tls in tidemark.toml")
        return
    yield Finding(
        "mail", f"{mail.host}:{mail.port} answers", "" if mail.every_list else "set [mail] to in tidemark.toml"
    )
