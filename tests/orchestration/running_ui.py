"""`tidemark ui` as a process of its own, asked and ordered through GraphQL as its pages do it."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.ports import free_port

REPOSITORY = Path(__file__).parents[2]
PATIENCE_S = 600
"""Nothing here takes a minute by itself; two cores may have much else to do."""
BACKFILL_GOES_ON = {"REQUESTED", "CANCELING", "FAILING"}
RUN_GOES_ON = {"QUEUED", "NOT_STARTED", "STARTING", "STARTED", "CANCELING"}

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
REEXECUTE = """
mutation ($run: String!, $strategy: ReexecutionStrategy!) {
  launchRunReexecution(reexecutionParams: {parentRunId: $run, strategy: $strategy}) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on PythonError { message }
  }
}
"""
REEXECUTE_BACKFILL = """
mutation ($id: String!) {
  reexecutePartitionBackfill(reexecutionParams: {parentRunId: $id, strategy: FROM_FAILURE}) {
    __typename
    ... on LaunchBackfillSuccess { backfillId }
    ... on PythonError { message }
  }
}
"""
LOCATIONS = "{ workspaceOrError { ... on Workspace { locationEntries { locationOrLoadError { __typename } } } } }"
RUNS = "{ runsOrError { ... on Runs { results { runId status startTime endTime tags { key value } } } } }"
ASSETS = "{ assetNodes { assetKey { path } isPartitioned backfillPolicy { policyType maxPartitionsPerRun } } }"
STATES = """
query ($path: [String!]!) {
  assetNodeOrError(assetKey: {path: $path}) {
    ... on AssetNode {
      assetPartitionStatuses {
        ... on TimePartitionStatuses { ranges { startKey endKey status } }
      }
    }
  }
}
"""


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

    def wait_until_up(self) -> None:
        self._wait(self._version)

    def wait_until_loaded(self) -> None:
        """Until the code is there, which a web server alone can do without."""
        self._wait(self._location)

    def _location(self) -> str | None:
        (found,) = self.ask(LOCATIONS)["workspaceOrError"]["locationEntries"]
        loaded = found["locationOrLoadError"]
        return loaded["__typename"] if loaded and loaded["__typename"] == "RepositoryLocation" else None

    def _version(self) -> str | None:
        assert self.process.poll() is None, self.log.read_text()
        try:
            return str(self.ask("{ version }")["version"])
        except OSError:
            return None

    def backfill(self, days: list[str], assets: list[list[str]] | None = None) -> str:
        """Launch a backfill of the assets, all by default; its id."""
        paths = assets or [asset["assetKey"]["path"] for asset in self.ask(ASSETS)["assetNodes"]]
        params = {"assetSelection": [{"path": path} for path in paths], "partitionNames": days}
        launched = self.ask(LAUNCH, params=params)["launchPartitionBackfill"]
        assert launched["__typename"] == "LaunchBackfillSuccess", launched
        return str(launched["backfillId"])

    def backfill_job(self, job: str, days: list[str]) -> str:
        """Launch a backfill of a job, a run per day; its id."""
        code = {"repositoryName": "__repository__", "repositoryLocationName": "orchestration.definitions"}
        of_job = {"partitionSetName": f"{job}_partition_set", "repositorySelector": code}
        launched = self.ask(LAUNCH, params={"selector": of_job, "partitionNames": days})["launchPartitionBackfill"]
        assert launched["__typename"] == "LaunchBackfillSuccess", launched
        return str(launched["backfillId"])

    def backfill_again(self, backfill: str) -> str:
        """*Re-execute from failure* on the page of a backfill; the id of the new one."""
        again = self.ask(REEXECUTE_BACKFILL, id=backfill)["reexecutePartitionBackfill"]
        assert again["__typename"] == "LaunchBackfillSuccess", again
        return str(again["backfillId"])

    def run_again(self, run_id: str, strategy: str = "FROM_FAILURE") -> str:
        """*Re-execute* on the page of a run; the id of the new one."""
        again = self.ask(REEXECUTE, run=run_id, strategy=strategy)["launchRunReexecution"]
        assert again["__typename"] == "LaunchRunSuccess", again
        return str(again["run"]["runId"])

    def ended(self, backfill: str) -> str:
        """How a backfill ended."""
        return self._wait(lambda: self._status_unless(BACKFILL_GOES_ON, self._status(backfill)))

    def run_ended(self, run_id: str) -> str:
        """How a run ended."""
        return self._wait(lambda: self._status_unless(RUN_GOES_ON, self.run(run_id)["status"]))

    def run_started(self, run_id: str) -> None:
        """Wait until it has."""
        self._wait(lambda: self._status_unless({"QUEUED", "NOT_STARTED", "STARTING"}, self.run(run_id)["status"]))

    def run(self, run_id: str) -> dict[str, Any]:
        return next(run for run in self.runs() if run["runId"] == run_id)

    def runs(self, **tags: str) -> list[dict[str, Any]]:
        """Those with all of the tags, newest first."""
        found: list[dict[str, Any]] = self.ask(RUNS)["runsOrError"]["results"]
        return [run for run in found if tags.items() <= {tag["key"]: tag["value"] for tag in run["tags"]}.items()]

    def runs_of(self, backfill: str) -> list[dict[str, Any]]:
        return self.runs(**{"dagster/backfill": backfill})

    def _status(self, backfill: str) -> str:
        return str(self.ask(BACKFILL, id=backfill)["partitionBackfillOrError"]["status"])

    @staticmethod
    def _status_unless(passing: Collection[str], status: str) -> str | None:
        return None if status in passing else status

    def _wait(self, look: Callable[[], str | None]) -> str:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            if seen := look():
                return seen
            time.sleep(0.5)
        raise AssertionError(self.log.read_text())

    def days(self, *path: str) -> dict[str, str]:
        """What the asset's page shows: MATERIALIZED or FAILED by first and last day of each range."""
        found = self.ask(STATES, path=list(path))["assetNodeOrError"]["assetPartitionStatuses"]["ranges"]
        return {f"{part['startKey']} to {part['endKey']}": part["status"] for part in found}

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@contextmanager
def started(home: Path, small_project: Path | None = None) -> Iterator[Ui]:
    """Web server and daemon on a home that has its settings file, with the small pipeline where a project is given."""
    pipeline = f", module='small_pipeline', project=Path({str(small_project)!r})" if small_project else ""
    port, log = free_port(), home.parent / "ui.log"
    start = f"""
import sys
from pathlib import Path
from orchestration.settings import load
from orchestration.ui import serve
sys.exit(serve(load({str(home)!r}), {port}, daemon='hurried_daemon'{pipeline}))
"""
    paths = os.pathsep.join([str(REPOSITORY), str(Path(__file__).parent)])
    environment = {**os.environ, "PYTHONPATH": paths, "SMALL_PROJECT": str(small_project)}
    with log.open("wb") as out:
        process = subprocess.Popen([sys.executable, "-c", start], env=environment, stdout=out, stderr=out)
        running = Ui(process, port, log)
        try:
            running.wait_until_up()
            yield running
        finally:
            if process.poll() is None:
                running.stop()
