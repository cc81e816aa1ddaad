"""The lake in an object store, for hosts that have no disk in common: one lands a day, another builds it.

What belongs together is replaced together: the files of one dataset and day, or what was fetched of one source for a day. Each such
part has a manifest, `<day>/<part>.json`, put after its files, which lie under names of their content. A host that builds takes
every part whose manifest it does not know yet, and builds these days too.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.landing.dumps import sha256_of
from orchestration.landing.lake import landed_files
from orchestration.settings import Settings
from orchestration.warehouse.lock import Log
from orchestration.warehouse.object_store import opened, read, remove
from orchestration.warehouse.swap import swap_in

if TYPE_CHECKING:
    from obstore.store import ObjectStore

_PART = re.compile(r"(\d{4}-\d\d-\d\d)/[a-z_-]+\.json")
_FILE = re.compile(
    r"lake/\w+/venue=[\w.-]+/day=(\d{4}-\d\d-\d\d)/\w+\.parquet|dumps/\.fetches/source=\w+/day=(\d{4}-\d\d-\d\d)\.parquet"
)
"""What a manifest may name, seen from the home: nothing that others wrote into the store can lie anywhere else."""


def take_landed(settings: Settings, dataset: str, day: date) -> None:
    """Bring what the store has of a dataset and day here, before it is landed anew. Raises StoreError."""
    with opened(settings.lake, settings.bucket) as store:
        _take(store, settings.home, f"{day}/{dataset}.json")


def share_landed(settings: Settings, dataset: str, day: date) -> None:
    """Put what the lake has of a dataset and day into the store. Raises StoreError."""
    _share(settings, day, dataset, landed_files(settings.paths.lake, dataset, day))


def share_fetched(settings: Settings, source: str, day: date) -> None:
    """Put the list of what was fetched of a source for a day into the store. Raises StoreError."""
    lists = (settings.paths.dumps / ".fetches").glob(f"source={source}/day={day}.parquet")
    _share(settings, day, f"fetched-{source}", sorted(lists))


@contextmanager
def taken_over(settings: Settings, log: Log) -> Iterator[list[date]]:
    """Bring the lake to what the store has; the days that others changed, noted as known when the block ends well.

    Raises StoreError.
    """
    notes = settings.paths.lake / ".taken-over.json"
    known = json.loads(notes.read_text(encoding="utf-8")) if notes.exists() else {}
    with opened(settings.lake, settings.bucket) as store:
        told = _manifests(store)
        news = sorted(name for name, version in told.items() if known.get(name) != version)
        with ThreadPoolExecutor(settings.connections_per_host) as pool:
            list(pool.map(lambda name: _take(store, settings.home, name), news))
    days = sorted({date.fromisoformat(name.partition("/")[0]) for name in news})
    if news:
        log(f"lake: {len(news)} parts of {len(days)} days taken over from {settings.lake}")
    yield days
    _replace(notes, json.dumps(told, indent=0).encode())


def _share(settings: Settings, day: date, part: str, files: Sequence[Path]) -> None:
    """Nothing is shared where nothing is: another host may have it."""
    if not files:
        return
    below = f"{day}/{part}"
    named = {path.relative_to(settings.home).as_posix(): path for path in files}
    after = {name: f"{sha256_of(path)}.parquet" for name, path in named.items()}
    with opened(settings.lake, settings.bucket) as store:
        before = _files_of(store, f"{below}.json")
        if after == before:
            return
        there = {meta["path"]: meta for chunk in store.list(f"{below}/") for meta in chunk}
        for name, path in named.items():
            target = f"{below}/{after[name]}"
            if target not in there or there[target]["size"] != path.stat().st_size:
                store.put(target, path)
        store.put(f"{below}.json", json.dumps(after, indent=1).encode())
        kept = {f"{below}/{content}" for content in (*after.values(), *before.values())}
        if gone := [name for name in sorted(there.keys() - kept) if _is_old(there[name]["last_modified"])]:
            remove(store, gone)


def _is_old(put_at: datetime) -> bool:
    """Whether no other host can be about to name it in a manifest, or to read it by an older one."""
    return datetime.now(UTC) - put_at > timedelta(days=1)


def _manifests(store: "ObjectStore") -> dict[str, str]:
    """Every part's manifest with its version."""
    found = (meta for chunk in store.list() for meta in chunk if _PART.fullmatch(meta["path"]))
    return {meta["path"]: f"{meta['e_tag']} {meta['last_modified'].isoformat()}" for meta in found}


def _files_of(store: "ObjectStore", manifest: str) -> dict[str, str]:
    try:
        files: Mapping[str, Any] = json.loads(read(store, manifest))
    except FileNotFoundError:
        return {}
    day = manifest.partition("/")[0]
    for name, content in files.items():
        found = _FILE.fullmatch(name)
        if not found or day not in found.groups() or not re.fullmatch(r"[0-9a-f]{64}\.parquet", content):
            raise ValueError(f"{manifest} names {name!r}, which is no file of that day's lake")
    return dict(files)


def _take(store: "ObjectStore", home: Path, manifest: str) -> None:
    """Bring the files of one part here, each in one piece, and let go of those that it does not have any more."""
    below, files = manifest.removesuffix(".json"), _files_of(store, manifest)
    if not files:
        return
    for name, content in files.items():
        path = home / name
        if not path.exists() or f"{sha256_of(path)}.parquet" != content:
            _replace(path, read(store, f"{below}/{content}"))
            if f"{sha256_of(path)}.parquet" != content:
                path.unlink()
                raise ValueError(f"{below}/{content} is not what its name says")
    day, _, part = below.partition("/")
    if not part.startswith("fetched-"):
        for path in landed_files(home / "lake", part, date.fromisoformat(day)):
            if path.relative_to(home).as_posix() not in files:
                path.unlink()


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    swap_in(part, path)
