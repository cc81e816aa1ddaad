"""dbt in this process: parse once at set-up, build within a lock, leave the database file closed.

In process because dbt and dagster-dbt started as commands need about 14 s before they begin; here it is about 1 s.
`python -m orchestration.warehouse.build` parses the project, which `make setup` does.
"""

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

from orchestration.environment import known
from orchestration.settings import Settings, Warehouse
from orchestration.settings import engine as duckdb_engine
from orchestration.warehouse import spark, window
from orchestration.warehouse.lock import Log, held
from orchestration.warehouse.publish import PublishReport, publish

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"

Engine = Literal["duckdb", "spark"]

Event = Mapping[str, Any]
"""What became of one node, as dbt's structured log has it."""

_RESULTS = frozenset({"LogModelResult", "LogSeedResult", "LogSnapshotResult", "LogTestResult"})
_SOURCES = ("*.sql", "*.yml", "*.csv", "*.md")
_QUIET = ("--log-level", "none", "--log-level-file", "none", "--no-use-colors", "--no-send-anonymous-usage-stats")
_PASS = ("build", "--exclude-resource-type", "unit_test", "--no-write-json")
"""Neither a log nor artifacts, which take a fifth of what a pass costs besides its data (measured 2026-11)."""


class BuildError(Exception):
    """dbt did not succeed; the message names each node that failed and why."""


@dataclass
class BuildReport:
    """The days that were replaced, and the rows of each mart for them (of all days where a mart has no `day`)."""

    days: list[date] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)


def build(
    settings: Settings,
    days: Iterable[date],
    log: Log = print,
    select: Sequence[str] = (),
    on_event: Callable[[Event], None] = lambda _: None,
    project: Path = PROJECT,
) -> BuildReport:
    """Replace the days in all models and test them; `select` narrows it, and then the days stay due.

    Raises BuildError. What was not built to the end is built again by the next call.
    """
    with held(settings.paths.build, "build", log):
        return _build(settings, days, log, select, on_event, project)


def publish_built(settings: Settings, log: Log = print, project: Path = PROJECT) -> PublishReport:
    """Publish what is built, after completing what an interrupted build left half done."""
    with held(settings.paths.build, "publish", log):
        if left := window.unfinished(settings):
            log(f"publish: completing an interrupted build of {len(left)} days")
            _build(settings, [], log, (), lambda _: None, project)
        return publish(settings)


def _build(
    settings: Settings,
    days: Iterable[date],
    log: Log,
    select: Sequence[str],
    on_event: Callable[[Event], None],
    project: Path,
) -> BuildReport:
    if n_days := window.renew(settings, f"{_formulas(project)} {settings.warehouse.engine}"):
        log(
            f"build: the models are others than those that made the warehouse; all {n_days} days of the lake are built anew"
        )
    due = window.due(settings, days)
    *earlier, last = window.chunks(settings, due)
    with _computing(settings, project) as show:
        for chunk in earlier:
            _pass(settings, chunk, log, select, on_event, project, show, is_last=False)
        _pass(settings, last, log, select, on_event, project, show, is_last=True)
    if not select:
        window.finished(settings)
    return BuildReport(due, _rows(settings, due))


@contextmanager
def _computing(settings: Settings, project: Path) -> Iterator[Callable[[Sequence[date]], None]]:
    """The engine for the time of a build: a function that shows it the days of a pass."""
    if settings.warehouse.engine == "duckdb":
        yield lambda days: window.show(settings, days)
        return
    try:
        with spark.session(settings) as session:

            def show(days: Sequence[date]) -> None:
                window.show(settings, days)
                spark.show(session, settings, days)

            yield show
    except spark.SparkMissing as missing:
        raise BuildError(str(missing)) from None
    spark.hand_over(settings, parse(project, "spark"))


def _pass(
    settings: Settings,
    days: Sequence[date],
    log: Log,
    select: Sequence[str],
    on_event: Callable[[Event], None],
    project: Path,
    show: Callable[[Sequence[date]], None],
    is_last: bool,
) -> None:
    """One run of dbt over some of the days. A node is told of once: by the last pass, or by the one that fails."""
    log(f"build: {len(days)} days, {days[0]} to {days[-1]}" if days else "build: no days")
    show(days)
    events: list[Event] = []
    is_over = is_last
    try:
        run_dbt(settings, [*_PASS, *select], events.append, project)
    except BuildError:
        is_over = True
        raise
    finally:
        for event in events if is_over else ():
            on_event(event)


def run_dbt(
    settings: Settings, args: Sequence[str], on_event: Callable[[Event], None] = lambda _: None, project: Path = PROJECT
) -> None:
    """Run one dbt command on the build file; the caller holds the lock. Raises BuildError."""
    from dbt.cli.main import dbtRunner
    from dbt_common.events.base_types import EventMsg

    def forward(message: EventMsg) -> None:
        if message.info.name in _RESULTS:
            on_event(_as_dict(message))

    manifest = _manifest_object(project, settings.warehouse.engine)
    places = ["--project-dir", str(project), "--profiles-dir", str(project)]
    places += ["--target-path", str(settings.paths.build / "dbt"), "--log-path", str(settings.paths.build / "dbt")]
    with known(_environment(settings)), _closing_connections():
        outcome = dbtRunner(manifest=manifest, callbacks=[forward]).invoke([*args, *places, *_QUIET])
    if not outcome.success:
        raise BuildError(_explain(outcome))


def parse(project: Path = PROJECT, engine: Engine = "duckdb") -> Path:
    """Parse the project for an engine if it changed since, and return its manifest."""
    target = _target(project, engine)
    if _is_current(project, target):
        return target / "manifest.json"
    from dbt.cli.main import dbtRunner

    with tempfile.TemporaryDirectory(prefix="tidemark-") as scratch:
        settings = Settings(home=Path(scratch), warehouse=Warehouse(engine=engine))
        places = ["--project-dir", str(project), "--profiles-dir", str(project)]
        places += ["--target-path", f"{scratch}/target", "--log-path", scratch, "--no-partial-parse"]
        with known(_environment(settings)), _closing_connections():
            outcome = dbtRunner().invoke(["parse", *places, *_QUIET])
        if not outcome.success:
            raise BuildError(_explain(outcome))
        target.mkdir(exist_ok=True, parents=True)
        for name in ("partial_parse.msgpack", "manifest.json"):
            part = target / f".{name}.{os.getpid()}"
            shutil.copyfile(f"{scratch}/target/{name}", part)
            os.replace(part, target / name)
    return target / "manifest.json"


def manifest_path(project: Path = PROJECT) -> Path:
    """The manifest made at set-up. Raises BuildError if there is none: loading definitions never parses."""
    path = project / "target" / "manifest.json"
    if not path.exists():
        raise BuildError(f"{path} is missing: run `make setup` (or `python -m orchestration.warehouse.build`)")
    return path


def _formulas(project: Path) -> str:
    """What figures depend on besides the lake and the seeds, whose changes hold from the day that is loaded next."""
    files = (file for folder in ("models", "macros") for file in (project / folder).rglob("*.sql"))
    digest = hashlib.sha256()
    for file in sorted([project / "dbt_project.yml", *files]):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _target(project: Path, engine: Engine) -> Path:
    """Where dbt's account of the project lies; SQL that differs by engine is told apart when it is parsed."""
    return project / "target" / ("" if engine == "duckdb" else engine)


def _is_current(project: Path, target: Path) -> bool:
    """Whether manifest and parsed project are newer than every file of the project."""
    made = [target / name for name in ("manifest.json", "partial_parse.msgpack")]
    if not all(path.exists() for path in made):
        return False
    oldest = min(path.stat().st_mtime_ns for path in made)
    sources = (path for pattern in _SOURCES for path in project.rglob(pattern) if "target" not in path.parts)
    return all(path.stat().st_mtime_ns < oldest for path in sources)


def _manifest_object(project: Path, engine: Engine) -> Any:
    """The parsed project, so that dbt does not parse it again."""
    from dbt.contracts.graph.manifest import Manifest

    return Manifest.from_msgpack((parse(project, engine).parent / "partial_parse.msgpack").read_bytes())


def _environment(settings: Settings) -> dict[str, str]:
    """What the dbt profile reads."""
    return {
        "TIDEMARK_ENGINE": settings.warehouse.engine,
        "TIDEMARK_BUILD_DB": settings.build_database,
        "TIDEMARK_THREADS": str(settings.threads),
        "TIDEMARK_MEMORY_LIMIT": str(duckdb_engine(settings)["memory_limit"]),
    }


@contextmanager
def _closing_connections() -> Iterator[None]:
    """dbt-duckdb keeps its connection until the process ends; nobody else could open the file."""
    try:
        yield
    finally:
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager

        if environment := DuckDBConnectionManager._ENV:
            environment.close()
            DuckDBConnectionManager._ENV = None


def _as_dict(message: Any) -> dict[str, Any]:
    from dbt_common.events.functions import msg_to_dict

    return dict(msg_to_dict(message))


def _explain(outcome: Any) -> str:
    if outcome.exception:
        return f"dbt: {outcome.exception}"
    failed = [result for result in outcome.result.results if result.status in ("error", "fail")]
    lines = [f"{result.node.resource_type} {result.node.name}: {result.message}" for result in failed]
    return "\n".join([f"dbt: {len(failed)} of {len(outcome.result.results)} nodes failed", *lines])


def _rows(settings: Settings, days: Sequence[date]) -> dict[str, int]:
    """Rows per table outside `raw`, of the built days where it has them."""
    query = """
        select table_schema, table_name, bool_or(column_name = 'day') from information_schema.columns
        where table_schema in ('intermediate', 'marts', 'seeds') group by all order by all
    """
    counts = {}
    with window.opened(settings) as db:
        for schema, table, by_day in db.execute(query).fetchall():
            where = "where day = any($days)" if by_day and days else ""
            counted = db.execute(
                f'select count(*) from {schema}."{table}" {where}', {"days": list(days)} if where else {}
            )
            counts[table] = counted.fetchall()[0][0]
    return counts


if __name__ == "__main__":
    made = parse()
    made.touch()
    sys.stdout.write(f"{made}\n")
