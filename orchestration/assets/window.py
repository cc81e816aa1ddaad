"""The days of a run: doing each, letting one fail without the others, and recording what became of them.

A day that fails is left out of the rest of the run, is not recorded as materialised from there on, and fails the run at
its end, when the other days are through. A re-execution from failure then does these days alone, from where they failed.
"""

import json
import os
import re
import traceback
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from dagster import AssetExecutionContext, AssetKey, AssetMaterialization, DagsterEvent, Failure, Output
from dagster._core.definitions.metadata import RawMetadataValue
from dagster._core.definitions.source_asset import SYSTEM_METADATA_KEY_SOURCE_ASSET_OBSERVATION as UNRECORDED
from dagster._core.execution.plan.objects import StepFailureData, UserFailureData
from dagster._core.storage.tags import SCHEDULE_NAME_TAG, SENSOR_NAME_TAG

from orchestration.parallel import each_day
from orchestration.redaction import redacted
from orchestration.resources import Log, Work

NIGHTLY = "nightly"
"""The schedule whose runs mail."""

Done = TypeVar("Done")
Metadata = Mapping[str, RawMetadataValue]


class Ledger:
    """Which days failed where in one run, and which steps got to their end: kept in a file, so that a re-execution knows."""

    def __init__(self, dagster: Path, run_id: str) -> None:
        self._path = dagster / "ledgers" / f"{run_id}.json"

    def read(self) -> dict[date, dict[str, str]]:
        """Reasons by day and step."""
        return {date.fromisoformat(day): dict(reasons) for day, reasons in self._kept()["days"].items()}

    def ended(self) -> set[str]:
        """Steps that did all their days but the failed ones. Known only where a day failed."""
        return set(self._kept()["ended"])

    def write(self, step: str, failures: Mapping[date, str]) -> None:
        """Add what failed in a step."""
        days = defaultdict(dict, self.read())
        for day, reason in failures.items():
            days[day][step] = reason
        self._replace(days, self.ended())

    def end(self, step: str) -> None:
        """Note that a step got to its end."""
        self._replace(self.read(), self.ended() | {step})

    def _replace(self, days: Mapping[date, Mapping[str, str]], ended: Collection[str]) -> None:
        kept = {"days": {str(day): reasons for day, reasons in sorted(days.items())}, "ended": sorted(ended)}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        part = self._path.with_suffix(".part")
        part.write_text(json.dumps(kept), encoding="utf-8")
        os.replace(part, self._path)

    def _kept(self) -> dict[str, Any]:
        if not self._path.exists():
            return {"days": {}, "ended": []}
        return dict(json.loads(self._path.read_text(encoding="utf-8")))


class Window:
    """The window of one step: its days that have not failed so far."""

    def __init__(self, context: AssetExecutionContext, work: Work, beside: Collection[str] = ()) -> None:
        """What fails in the steps `beside` this one leaves no day out here."""
        self._context, self._work, self._beside = context, work, beside
        self._ledger = Ledger(work.settings.paths.dagster, context.run.run_id)
        self._step = _name(context.assets_def.node_def.name)
        self._asked = [date.fromisoformat(key) for key in context.partition_keys]
        self._metadata: dict[date, Metadata] = {}
        self._failures: dict[date, str] = {}
        due, failed = self._due(), self._failed()
        self.left = [day for day in due if day not in failed]
        self._kept = [day for day in self._asked if day not in due]

    @property
    def is_unattended(self) -> bool:
        """Whether the night or a sensor started the run: it then tells what nobody has read yet, or corrects it."""
        tags = self._context.run.tags
        return tags.get(SCHEDULE_NAME_TAG) == NIGHTLY or SENSOR_NAME_TAG in tags

    def log(self, line: str) -> None:
        """To Dagster's log and to whoever started the run."""
        self._context.log.info(line)
        self._work.tell(line)

    def each(self, do: Callable[[date, Log], Done], tell: Callable[[date, Done], Metadata], n_workers: int = 1) -> None:
        """Do every day that is left; `tell` makes the day's metadata of what `do` returned."""
        self.settle(each_day(do, self.left, n_workers, self.log), tell)

    def settle(self, results: Iterable[tuple[date, Done | Exception]], tell: Callable[[date, Done], Metadata]) -> None:
        """Take what became of each day: a failed one is left out from here on."""
        for day, done in results:
            if isinstance(done, Exception):
                self._failures[day] = redacted(f"{done or type(done).__name__}", self._work.settings)
                trace = redacted("".join(traceback.format_exception(done)), self._work.settings)
                self._context.log.error(f"{day}: {self._failures[day]}\n{trace}")
            else:
                self._metadata[day] = tell(day, done)
        if self._failures:
            self._ledger.write(self._step, self._failures)
        self.left = [day for day in self.left if day not in self._failures]

    def record(self, key: AssetKey, metadata: Metadata | None = None) -> Iterator[Any]:
        """Materialise the asset for the days that are left, and note those that the run before has made."""
        output = key.to_python_identifier()
        if self.left == self._asked:
            for day, of_day in self._metadata.items():
                self._context.add_asset_metadata(of_day, key, partition_key=str(day))
            yield Output(None, output, metadata=metadata)
            return
        for day in self.left:
            yield AssetMaterialization(
                key, partition=str(day), metadata={**(metadata or {}), **self._metadata.get(day, {})}
            )
        # Dagster shows every day that a failed run was to make and has not recorded as failed.
        for day in self._kept:
            kept = {"made_by_run": str(self._context.run.parent_run_id)}
            yield AssetMaterialization(key, partition=str(day), metadata=kept)
        yield Output(None, output, metadata={UNRECORDED: True})

    def close(self) -> None:
        """End the step. Raises Failure, naming each failed day, when there is no day to go on with or nothing comes after."""
        failed = {day: reasons for day, reasons in self._failed().items() if day in self._asked}
        if failed:
            self._ledger.end(self._step)
        if failed and (not (self.left or self._kept) or self._is_last()):
            raise Failure(explain(failed), allow_retries=False)
        if self._failures:
            self._mark_failed()

    def _due(self) -> list[date]:
        """The days to do: all, or those that the run which is re-executed from failure left undone in this step."""
        run = self._context.run
        if run.parent_run_id and run.is_resume_retry:
            before = Ledger(self._work.settings.paths.dagster, run.parent_run_id)
            if self._step in before.ended():
                return [day for day in self._asked if day in before.read()]
        return self._asked

    def _mark_failed(self) -> None:
        """Show the step as failed though the run goes on, so that a re-execution from failure begins here."""
        reason = explain({day: {self._step: why} for day, why in self._failures.items()})
        # Dagster's records of events state no types.
        told = UserFailureData("days", reason)  # type: ignore[no-untyped-call]
        data = StepFailureData(error=None, user_failure_data=told)  # type: ignore[no-untyped-call]
        DagsterEvent.step_failure_event(self._context.get_step_execution_context(), data, reason)

    def _failed(self) -> dict[date, dict[str, str]]:
        before = {
            day: {step: reason for step, reason in reasons.items() if step not in self._beside}
            for day, reasons in self._ledger.read().items()
        }
        return {day: reasons for day, reasons in before.items() if reasons}

    def _is_last(self) -> bool:
        graph = self._context.job_def.asset_layer.asset_graph
        here = self._context.assets_def.keys
        after = {child for key in here for child in graph.get(key).child_keys} - here
        return not any(graph.get(key).is_executable for key in after)


def _name(node: str) -> str:
    return node.replace("__", "/")


def explain(failed: Mapping[date, Mapping[str, str]]) -> str:
    """One line per failed day and step."""
    lines = [f"{day}: {step}: {reason}" for day, reasons in sorted(failed.items()) for step, reason in reasons.items()]
    return "\n".join([f"{len(failed)} day{'s' * (len(failed) > 1)} failed", *lines])


def step_errors(failures: Iterable[DagsterEvent]) -> dict[str, str]:
    """What went wrong in steps as a whole, by asset; days that failed by themselves are in the `Ledger`."""
    said = {}
    for event in failures:
        data = event.step_failure_data
        if not data.user_failure_data and data.error:
            error = data.error.cause or data.error
            text = re.sub(r"^orchestration[\w.]*: ", "", error.message.strip())
            said[_name(str(event.step_key))] = text
    return said
