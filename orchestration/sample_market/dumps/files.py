"""Files with fixed bytes: zip with its checksum beside it, gzip, plain text, the mark of simulated data."""

import gzip
import hashlib
import io
import zipfile
from pathlib import Path

LEVEL = 4  # of 9: 10 % larger than the default, half the time
SIMULATED = "Simulated data, written by orchestration.sample_market in the vendor's format. Nothing below this folder was traded.\n"


def write_zip(path: Path, csv: str) -> None:
    """Write a zip with one csv of the same base name, and `<name>.CHECKSUM` in the form of `sha256sum`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        member = zipfile.ZipInfo(path.with_suffix(".csv").name, date_time=(2026, 1, 1, 0, 0, 0))
        member.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(member, csv)
    content = buffer.getvalue()
    _write(path, content)
    digest = hashlib.sha256(content).hexdigest()
    _write(path.with_name(path.name + ".CHECKSUM"), f"{digest}  {path.name}\n".encode())


def write_gzip(path: Path, text: str) -> None:
    """Write a gzip file whose header carries no time."""
    _write(path, gzip.compress(text.encode(), compresslevel=LEVEL, mtime=0))


def write_text(path: Path, text: str) -> None:
    """Write a plain file with Unix line ends."""
    _write(path, text.encode())


def mark_simulated(folder: Path) -> None:
    """Say that everything below the folder is simulated."""
    write_text(folder / "SIMULATED", SIMULATED)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
