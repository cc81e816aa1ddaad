"""The shapes a few hundred times smaller; `make locks` has all of it."""

import subprocess
import sys


def test_runs_backfills_readers_and_kills_at_once_meet_no_lock_and_no_half_publication() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.locks", "8", "0", "2"], capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stdout + done.stderr
    last = done.stdout.splitlines()[-1]
    assert "lock errors 0, other errors 0, wrong reads 0, places kept 0" in last
    assert " reads 0 of" not in last
