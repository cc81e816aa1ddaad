"""Plain bytes packed as the feed's archive packs them, by the ending of the path."""

import csv
import gzip
import io
import zipfile
from pathlib import Path

import duckdb
import lz4.frame


def packed(path: str, plain: bytes) -> bytes:
    """The dump file of that name; the same for the same bytes."""
    if path.endswith(".zip"):
        return zipped({Path(path).stem + ".csv": plain})
    if path.endswith(".gz"):
        return gzip.compress(plain, mtime=0)
    if path.endswith(".lz4"):
        return bytes(lz4.frame.compress(plain))
    return plain


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip file of these members, whatever they are called."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def parquet(target: Path, plain: bytes) -> None:
    """The lines of a table as Parquet, every value as text, so that what is wrong can stand there at all."""
    header, *rows = csv.reader(io.StringIO(plain.decode(), newline=""))
    with duckdb.connect(config={"threads": 1}) as db:
        fields = ", ".join(f'"{name}" varchar' for name in header)
        db.execute(f"create table t ({fields})")
        if rows:
            lists = {f"c{n}": [row[n] or None for row in rows] for n in range(len(header))}
            db.execute(f"insert into t select {', '.join(f'unnest(${name}::varchar[])' for name in lists)}", lists)
        db.execute("copy t to $target (format parquet)", {"target": str(target)})
