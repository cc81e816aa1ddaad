"""Dagster's folder in a home."""

import subprocess
import sys
from pathlib import Path

_OPEN = """
import sys
from orchestration import dagster_home
from orchestration.settings import load
with dagster_home.instance(load(sys.argv[1])) as instance:
    print(instance.get_runs_count(), instance.all_instigator_state())
"""


def test_processes_that_open_a_fresh_home_at_once_do_not_break_each_other(tmp_path: Path) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", _OPEN, tmp_path], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(6)
    ]
    ended = [(*process.communicate(timeout=120), process.returncode) for process in processes]
    assert [(out.strip(), code) for out, _, code in ended] == [(b"0 []", 0)] * 6, ended
