"""The days of a run: doing each, letting one fail without the others, and recording what became of them.

A day that fails is left out of the rest of the run, is not recorded as materialised from there on, and fails the run at
its end, when the other days are through.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from dagster import AssetExecutionContext, AssetKey, AssetMaterialization, DagsterEvent, Failure, Output
from dagster._core.definitions.metadata import RawMetadataValue
from dagster._core.definitions.source_asset import SYSTEM_METADATA_KEY_SOURCE_ASSET_OBSERVATION as UNRECORDED
from dagster._core.storage.tags import SCHEDULE_NAME_TAG, SENSOR_NAME_TAG

from orchestration.parallel import each_day
from orchestration.resources import Log, Work

Done = TypeVar("Done")
Metadata = Mapping[str, RawMetadataValue]


class Ledger:
    """Which days failed where in one run, kept in a file so that a re-execution knows."""

    def __init__(self, dagster: Path, run_id: str) -> None:
        self._path = dagster / "failed_days" / f"{run_id}.json"

    def read(self) -> dict[date, dict[str, str]]:
        """Reasons by day and step."""
        if not self._path.exists():
            return {}
        kept = json.loads(self._path.read_text(encoding="utf-8"))
        return {date.fromisoformat(day): reasons for day, reasons in kept.items()}

    def write(self, step: str, failures: Mapping[date, str]) -> None:
        """Replace what is known of one step."""
        kept = defaultdict(dict, {day: {**reasons} for day, reasons in self.read().items()})
        for reasons in kept.values():
            reasons.pop(step, None)
        for day, reason in failures.items():
            kept[day][step] = reason
        filled = {str(day): reasons for day, reasons in sorted(kept.items()) if reasons}
        if filled or self._path.exists():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_text(json.dumps(filled), encoding="utf-8")


class Window:
    """The window of one step: its days that have not failed so far."""

    def __init__(self, context: AssetExecutionContext, work: Work, beside: Collection[str] = ()) -> None:
        """What fails in the steps `beside` this one leaves no day out here."""
        self._context, self._work, self._beside = context, work, beside
        self._ledger = Ledger(work.settings.paths.dagster, context.run.root_run_id or context.run.run_id)
        self._step = context.assets_def.node_def.name.replace("__", "/")
        self._ledger.write(self._step, {})
        self._asked = [date.fromisoformat(key) for key in context.partition_keys]
        self._metadata: dict[date, Metadata] = {}
        failed = self._failed()
        self.left = [day for day in self._asked if day not in failed]

    @property
    def is_unattended(self) -> bool:
        """Whether the clock or a sensor started the run."""
        return bool({SCHEDULE_NAME_TAG, SENSOR_NAME_TAG} & self._context.run.tags.keys())

    def log(self, line: str) -> None:
        """To Dagster's log and to whoever started the run."""
        self._context.log.info(line)
        self._work.tell(line)

    def each(self, do: Callable[[date, Log], Done], tell: Callable[[date, Done], Metadata], n_workers: int = 1) -> None:
        """Do every day that is left; `tell` makes the day's metadata of what `do` returned."""
        self.settle(each_day(do, self.left, n_workers, self.log), tell)

    def settle(self, results: Iterable[tuple[date, Done | Exception]], tell: Callable[[date, Done], Metadata]) -> None:
        """Take what became of each day: a failed one is left out from here on."""
        failures: dict[date, str] = {}
        for day, done in results:
            if isinstance(done, Exception):
                failures[day] = f"{done or type(done).__name__}"
                self._context.log.error(f"{day}: {failures[day]}", exc_info=done)
            else:
                self._metadata[day] = tell(day, done)
        self._ledger.write(self._step, failures)
        self.left = [day for day in self.left if day not in failures]

    def record(self, key: AssetKey, metadata: Metadata | None = None) -> Iterator[Any]:
        """Materialise the asset for the days that are left, and for no other."""
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
        yield Output(None, output, metadata={UNRECORDED: True})

    def close(self) -> None:
        """End the step. Raises Failure, naming each failed day, when no day is left or nothing comes after."""
        failed = {day: reasons for day, reasons in self._failed().items() if day in self._asked}
        if failed and (not self.left or self._is_last()):
            raise Failure(explain(failed), allow_retries=False)

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
            said[str(event.step_key).replace("__", "/")] = text
    return said
