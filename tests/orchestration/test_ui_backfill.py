"""The real web server and daemon on a fresh home: a backfill started as the UI starts it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from orchestration.sample_market import write
from orchestration.settings import Settings

REPOSITORY = Path(__file__).parents[2]
FIRST, N_DAYS = date(2026, 1, 1), 3

LAUNCH = """
mutation ($params: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $params) {
    __typename
    ... on LaunchBackfillSuccess { backfillId }
    ... on PythonError { message }
  }
}
"""
BACKFILL = """
query ($id: String!) {
  partitionBackfillOrError(backfillId: $id) { ... on PartitionBackfill { status error { message } } }
}
"""
RUNS = "{ runsOrError { ... on Runs { results { runId status tags { key value } } } } }"
ASSETS = "{ assetNodes { assetKey { path } isPartitioned backfillPolicy { policyType maxPartitionsPerRun } } }"


@dataclass
class Ui:
    """A running `tidemark ui`."""

    process: "subprocess.Popen[bytes]"
    port: int
    log: Path

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/graphql", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            answer = json.load(response)
        assert "errors" not in answer, answer
        return dict(answer["data"])

    def wait_until_up(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log.read_text()
            try:
                self.ask("{ version }")
            except OSError:
                time.sleep(0.3)
            else:
                return
        raise AssertionError(self.log.read_text())

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(params=["small", "real"])
def ui(request: pytest.FixtureRequest, settings: Settings, small_project: Path, tmp_path: Path) -> Iterator[Ui]:
    """The pipeline of these tests, which is quick to tell what broke, and the real one on a simulated market."""
    settings.home.mkdir(parents=True)
    archive = tmp_path / "archive"
    toml = f"first_day = {FIRST}\nthreads = 2\narchive = '{archive}'\n"
    (settings.home / "tidemark.toml").write_text(toml, encoding="utf-8")
    pipeline = ""
    if request.param == "small":
        pipeline = f", module='small_pipeline', project=Path({str(small_project)!r})"
    else:
        write(archive, first_day=FIRST, last_day=FIRST + timedelta(days=N_DAYS), assets=("BTC", "ETH"), workers=2)
    port, log = free_port(), tmp_path / "ui.log"
    start = f"""
import sys
from pathlib import Path
from orchestration.settings import load
from orchestration.ui import serve
sys.exit(serve(load({str(settings.home)!r}), {port}{pipeline}))
"""
    paths = os.pathsep.join([str(REPOSITORY), str(Path(__file__).parent)])
    environment = {**os.environ, "PYTHONPATH": paths, "SMALL_PROJECT": str(small_project)}
    with log.open("wb") as out:
        process = subprocess.Popen([sys.executable, "-c", start], env=environment, stdout=out, stderr=out)
        running = Ui(process, port, log)
        try:
            running.wait_until_up(90)
            yield running
        finally:
            if process.poll() is None:
                running.stop()


def test_a_backfill_from_the_ui_is_one_run_that_ends_with_a_recap_for_each_day(ui: Ui, settings: Settings) -> None:
    assets = ui.ask(ASSETS)["assetNodes"]
    assert {asset["backfillPolicy"]["policyType"] for asset in assets if asset["isPartitioned"]} == {"SINGLE_RUN"}
    days = [str(FIRST + timedelta(days=n)) for n in range(N_DAYS)]
    selection = [{"path": asset["assetKey"]["path"]} for asset in assets]
    launched = ui.ask(LAUNCH, params={"assetSelection": selection, "partitionNames": days})["launchPartitionBackfill"]
    assert launched["__typename"] == "LaunchBackfillSuccess", launched

    status = wait_for_backfill(ui, launched["backfillId"], 600)

    assert status == "COMPLETED_SUCCESS", ui.log.read_text()
    runs = ui.ask(RUNS)["runsOrError"]["results"]
    assert [run["status"] for run in runs] == ["SUCCESS"]
    tags = {tag["key"]: tag["value"] for tag in runs[0]["tags"]}
    assert tags["dagster/asset_partition_range_start"] == days[0]
    assert tags["dagster/asset_partition_range_end"] == days[-1]
    for day in days:
        assert day in (settings.paths.recaps / day / "index.html").read_text()
    assert "Traceback" not in ui.log.read_text(), ui.log.read_text()
    assert ui.stop() == 0


def wait_for_backfill(ui: Ui, backfill: str, seconds: float) -> str:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = ui.ask(BACKFILL, id=backfill)["partitionBackfillOrError"]
        if found["status"] not in ("REQUESTED", "CANCELING", "FAILING"):
            return str(found["status"])
        time.sleep(1)
    raise AssertionError(ui.log.read_text())
