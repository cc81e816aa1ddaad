"""One fault of each kind; `make faults` does three hundred."""

import subprocess
import sys

_PATIENCE_S = 1200
"""Some five times what two cores take beside the other tests (measured 2026-11)."""


def test_a_night_outlives_every_kind_of_fault() -> None:
    # A process of its own: the harness forks, which threads of the test runner would not outlive.
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults", "1", "2"],
        capture_output=True,
        text=True,
        check=False,
        timeout=_PATIENCE_S,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "faults tried 10, survived 10, lost 0"
