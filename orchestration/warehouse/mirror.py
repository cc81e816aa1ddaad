"""The publication in an object store: files under names that tell their content, and a manifest that says which of them it is.

A store has no rename. Files go first, none of them in the place of another; the manifest goes last, in one request, and is the
publication from then on. What an interrupted upload left is completed or swept away by the next.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.landing.dumps import sha256_of
from orchestration.settings import Settings
from orchestration.warehouse.lock import Log, held
from orchestration.warehouse.object_store import opened, read, remove

if TYPE_CHECKING:
    from obstore.store import ObjectStore

MANIFEST = "manifest.json"
_OURS = re.compile(r"(\w+/[\w-]+-[0-9a-f]{16}\.parquet|\w+-[0-9a-f]{16}\.duckdb)")
"""No other file is removed, whatever else lies there."""


@dataclass
class MirrorReport:
    """Files of the publication, those of them that were new to the store with their bytes, and files that went."""

    files: int = 0
    uploaded: int = 0
    bytes: int = 0
    removed: int = 0


def mirror(settings: Settings, log: Log = print) -> MirrorReport:
    """Bring the store that `published` names to what is published here. Files of the publication before stay for those who read it.

    Raises StoreError.
    """
    with held(settings.paths.build, "mirror", log), opened(settings.published, settings.bucket) as store:
        return _mirror(store, settings.paths.published)


def _mirror(store: "ObjectStore", published: Path) -> MirrorReport:
    there = {meta["path"]: meta["size"] for chunk in store.list() for meta in chunk}
    before = _read(store) if MANIFEST in there else _manifest({})
    files = {_name(path, published): path for path in _files(published)}
    report = MirrorReport(files=len(files))
    for name, path in files.items():
        size = path.stat().st_size
        if there.get(name) != size:
            store.put(name, path)
            report.uploaded, report.bytes = report.uploaded + 1, report.bytes + size
    after = _manifest(files)
    if after != before:
        store.put(MANIFEST, json.dumps(after, indent=1).encode())
    gone = sorted(name for name in there.keys() - {*_named(before), *_named(after)} if _OURS.fullmatch(name))
    if gone:
        remove(store, gone)
    report.removed = len(gone)
    return report


def _read(store: "ObjectStore") -> dict[str, Any]:
    manifest = json.loads(read(store, MANIFEST))
    if manifest.keys() != _manifest({}).keys():
        raise ValueError(f"its {MANIFEST} is none of a publication")
    return dict(manifest)


def _files(published: Path) -> list[Path]:
    """What readers of the folder see: names that begin with a dot are not finished."""
    found = [*published.glob("*.duckdb"), *published.glob("*/*.parquet")]
    return sorted(path for path in found if not path.name.startswith("."))


def _name(path: Path, published: Path) -> str:
    """Such as `prices_daily/2026-01-9f86d081884c7d65.parquet`."""
    return path.relative_to(published).with_stem(f"{path.stem}-{sha256_of(path)[:16]}").as_posix()


def _manifest(files: Mapping[str, Path]) -> dict[str, Any]:
    """The database, and of each mart its Parquet in the order of months."""
    marts: dict[str, list[str]] = {}
    for name, path in files.items():
        if path.suffix == ".parquet":
            marts.setdefault(path.parent.name, []).append(name)
    return {"database": next((name for name, path in files.items() if path.suffix == ".duckdb"), None), "marts": marts}


def _named(manifest: Mapping[str, Any]) -> Iterator[str]:
    if manifest["database"]:
        yield manifest["database"]
    for names in manifest["marts"].values():
        yield from names
