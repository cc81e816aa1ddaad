"""`tidemark serve`, as a service manager starts it: three processes that find each other by address, and outlive each other."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.conftest import TIDEMARK
from tests.orchestration.running_ui import Ui
from tests.ports import free_port

DAY = "2026-01-31"
DUMPS = ["dumps", "coinmetrics"]


@contextmanager
def serving(home: Path, service: str, port: int, code: int) -> Iterator[Ui]:
    """One of them; as `Ui` it is of use where it is the web server."""
    log = home.parent / f"{service}.log"
    command = [str(TIDEMARK), "serve", service, "--home", str(home), "--port", str(port), "--code", f"127.0.0.1:{code}"]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TIDEMARK_")}
    with log.open("ab") as out:
        running = Ui(subprocess.Popen(command, stdout=out, stderr=out, env=inherited), port, log)
        try:
            yield running
        finally:
            running.process.send_signal(signal.SIGTERM)
            running.process.wait(60)


def test_a_backfill_goes_through_code_server_webserver_and_daemon(tmp_path: Path) -> None:
    home, archive, code, port = tmp_path / "home", tmp_path / "archive", free_port(), free_port()
    caps = archive / "coinmetrics/csv"
    caps.mkdir(parents=True)
    (caps / "btc.csv").write_text(f"time,SplyCur\n{DAY},19980000\n")
    home.mkdir()
    (home / "tidemark.toml").write_text(f'archive = "{archive}"\nfirst_day = {DAY}\nassets = ["BTC"]\n')
    with ExitStack() as services:
        webserver = services.enter_context(serving(home, "webserver", port, code))
        services.enter_context(serving(home, "daemon", 0, code))
        with serving(home, "code", code, code):
            webserver.wait_until_up()
            webserver.wait_until_loaded()
        # A code server that comes back is found again, by those that did not stop.
        with serving(home, "code", code, code):
            assert webserver.ended(webserver.backfill([DAY], [DUMPS])) == "COMPLETED_SUCCESS"
        assert webserver.days(*DUMPS) == {f"{DAY} to {DAY}": "MATERIALIZED"}
    assert (home / "dumps/coinmetrics/csv/btc.csv").exists()
