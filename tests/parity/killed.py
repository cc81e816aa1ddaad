"""`python -m tests.parity.killed HOME MASTER DAY`: a build of the day on the cluster, for someone to kill."""

import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

from orchestration.settings import Settings, Warehouse
from orchestration.warehouse.build import build
from tests.parity.cluster import SETTINGS

REPLACED = 12
"""Tables that have the day when it is killed, some of sixty."""


def build_and_kill(settings: Settings, master: str, day: date) -> int:
    """Kill a build of the day when some of its tables are replaced; how many were."""
    began = time.time()
    command = [sys.executable, "-m", "tests.parity.killed", str(settings.home), master, str(day)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    tables = settings.paths.spark / "warehouse"
    while (n_replaced := sum(path.stat().st_mtime > began for path in tables.glob(f"*.db/*/day={day}"))) < REPLACED:
        if process.poll() is not None:
            raise RuntimeError(f"the build ended before it could be killed, with {process.returncode}")
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    return n_replaced


if __name__ == "__main__":
    home, master, day = sys.argv[1:]
    build(
        Settings(home=Path(home), threads=2, warehouse=Warehouse(engine="spark", master=master, spark=SETTINGS)),
        [date.fromisoformat(day)],
    )
