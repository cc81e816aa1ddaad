"""What a run stands on: home, disk, Python and packages, the parsed models, the clock."""

import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from orchestration.doctor.finding import Finding, Look
from orchestration.settings import Settings
from orchestration.warehouse import build

_NEEDED_BYTES = 5 << 30
_AHEAD_S = 120
_VERSIONS = {"dagster": "1.13.", "dagster-dbt": "0.29.", "dbt-core": "1.11.", "dbt-duckdb": "1.11.", "duckdb": "2."}


def _home(settings: Settings) -> Iterator[Finding]:
    place = _nearest(settings.home)
    try:
        tempfile.TemporaryFile(dir=place).close()
    except OSError as error:
        remedy = f"make {place} a folder that this user may write into, or choose another with --home"
        yield Finding("home", f"{settings.home}: {error.strerror}", remedy)
        return
    yield Finding("home", str(settings.home))


def _disk(settings: Settings) -> Iterator[Finding]:
    remedy = f"free at least {_NEEDED_BYTES / 1e9:.0f} GB, or let old dumps go with [retention] in tidemark.toml"
    paths = settings.paths
    for place in {_nearest(each).stat().st_dev: each for each in (paths.published, paths.lake, paths.home)}.values():
        free = shutil.disk_usage(_nearest(place)).free
        where = "" if place == paths.home else f" at {place}"
        yield Finding("disk", f"{free / 1e9:.1f} GB free{where}", "" if free > _NEEDED_BYTES else remedy)


def _versions(_: Settings) -> Iterator[Finding]:
    python = ".".join(map(str, sys.version_info[:3]))
    yield Finding(
        "python", python, "" if (3, 11) <= sys.version_info[:2] < (3, 14) else "use Python 3.11, 3.12 or 3.13"
    )
    for package, prefix in _VERSIONS.items():
        try:
            found = version(package)
        except PackageNotFoundError:
            found = "not installed"
        remedy = f"run `make setup`: {prefix}x is what this release is tested with"
        yield Finding(package, found, "" if found.startswith(prefix) else remedy)


def _models(_: Settings) -> Iterator[Finding]:
    try:
        build.manifest_path()
    except build.BuildError:
        yield Finding("models", "not parsed: Dagster cannot load them", "run `make setup`")
        return
    yield Finding("models", "parsed")


def _clock(settings: Settings) -> Iterator[Finding]:
    """A run writes at the clock's time, so what is of the future shows that the clock was turned back, or is wrong now."""
    written = [
        path.stat().st_mtime for path in (settings.paths.published_db, settings.paths.warehouse) if path.exists()
    ]
    ahead = max(written, default=0) - time.time()
    if ahead > _AHEAD_S:
        remedy = "set the clock right (`timedatectl set-ntp true`): it decides which day is yesterday"
        yield Finding("clock", f"{ahead / 60:.0f} minutes before the last run's files were written", remedy)
        return
    yield Finding("clock", f"{time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC")


def _nearest(home: Path) -> Path:
    return next(path for path in (home, *home.parents) if path.exists())


LOOKS: tuple[Look, ...] = (_home, _disk, _versions, _models, _clock)
