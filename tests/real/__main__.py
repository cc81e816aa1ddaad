"""`python -m tests.real DIR`: write the recaps of the real days into DIR, for a look."""

import json
import subprocess
import sys
from pathlib import Path

import duckdb

from tests.real import DAYS, MISSING, SHARED, RealDay, write_archive

_ROWS = """
    select dataset, sum(rows_in), sum(rows_kept), sum(rows_quarantined)
    from marts.dump_files where day = ? group by 1 order by 1
"""


def main(target: Path) -> int:
    """Run each day in a home of its own and print what was read and what the recap says."""
    if not SHARED.exists():
        print(f"skipped: {MISSING}")
        return 0
    return max(_tell(target.resolve() / str(day.day), day) for day in DAYS)


def _tell(home: Path, real: RealDay) -> int:
    archive = write_archive(home / "archive", real.parts)
    command = [
        Path(sys.executable).with_name("tidemark"),
        "run",
        "--day",
        str(real.day),
        "--home",
        home,
        "--archive",
        archive,
    ]
    code = subprocess.run(list(map(str, command)), check=False).returncode
    with duckdb.connect(str(home / "published" / "tidemark.duckdb"), read_only=True) as db:
        rows = db.execute(_ROWS, [real.day]).fetchall()
        for dataset, rows_in, kept, quarantined in rows:
            print(f"  {dataset:<17} rows {rows_in:>8,}  kept {kept:>8,}  quarantined {quarantined:>5,}")
    claims = json.loads((home / "recaps" / str(real.day) / "claims.json").read_text(encoding="utf-8"))
    print(f"  {real.day} ({real.name}), exit {code}: {claims.get('headline', '')}\n")
    return 0 if code in (0, 3) else code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "real-recaps")))
