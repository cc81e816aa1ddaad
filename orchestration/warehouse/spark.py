"""The marts on Apache Spark: its session, the lake as it sees it, and its Parquet as relations of the build file.

Spark keeps tables and their catalogue below `build/spark`. The build file stays DuckDB: it has the books and, as views over Spark's
Parquet, the marts and seeds, so that whatever reads or publishes them asks one place on either engine.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.feeds.datasets import ALL
from orchestration.settings import Settings
from orchestration.sql import quoted
from orchestration.warehouse import window
from orchestration.warehouse.relations import FETCHES, fetch_files, lake_columns, lake_files, view_over

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_TYPES = {"VARCHAR": "string", "INTEGER": "int"}
"""Types that Spark calls by another name than DuckDB."""


class SparkMissing(Exception):
    """The settings ask for Spark and it is not installed, or there is no Java; the message says how to mend it."""


@contextmanager
def session(settings: Settings) -> Iterator["SparkSession"]:
    """A session on the cluster that the settings name, with a catalogue of this home; the JVM ends with it.

    Raises SparkMissing.
    """
    spark = _connect(settings)
    try:
        yield spark
    finally:
        gateway = spark.sparkContext._gateway
        spark.stop()
        _end(gateway)


def show(spark: "SparkSession", settings: Settings, build_days: Sequence[date]) -> None:
    """Point `raw` in Spark's catalogue at the days to be built and their neighbours, as the build file has it."""
    spark.sql("create schema if not exists raw")
    listed = ", ".join(f"(date {quoted(str(day))})" for day in build_days)
    rows = f"values {listed} as days (day)" if build_days else "(select cast(null as date) as day) where false"
    spark.sql(f"create or replace view raw.build_days as select day from {rows}")
    days = window.around(build_days)
    for dataset in ALL:
        files = lake_files(settings.paths.lake, dataset, days)
        place = settings.paths.lake / dataset
        _show(spark, f"raw.{dataset}", lake_columns(dataset), place, _folders(place, files))
    fetched = fetch_files(settings.paths.dumps, days)
    place = settings.paths.dumps / ".fetches"
    _show(spark, "raw.fetches", FETCHES, place, _pattern(place / "source=*", {file.name for file in fetched}))


def hand_over(settings: Settings, manifest: Path) -> None:
    """Show marts and seeds that Spark made in the build file, in the columns, types and words of their contracts."""
    with window.opened(settings) as db:
        for node in json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values():
            kind, name = node["schema"], node["name"]
            folder = settings.paths.spark / "warehouse" / f"{kind}.db" / name
            if kind not in ("marts", "seeds") or node["resource_type"] == "test" or not folder.exists():
                continue
            db.execute(f"create schema if not exists {kind}")
            db.execute(f'create or replace view {kind}."{name}" as {_as_stated(node, folder)}')
            for column in node["columns"].values():
                if column["description"]:
                    db.execute(
                        f'comment on column {kind}."{name}"."{column["name"]}" is {quoted(column["description"])}'
                    )


def _as_stated(node: Mapping[str, Any], folder: Path) -> str:
    files = sorted(folder.rglob("*.parquet"))
    if node["resource_type"] == "seed":
        listed = ", ".join(quoted(str(file)) for file in files)
        return f"select * from read_parquet([{listed}])"
    columns = {name: column["data_type"] for name, column in node["columns"].items()}
    return view_over(columns, [folder / "day=*" / "*.parquet"] if files else [], {"day": "date"})


def _show(spark: "SparkSession", name: str, columns: Mapping[str, str], place: Path, pattern: str | None) -> None:
    """A relation over the files that match, or one without rows. Tables and views do not replace each other."""
    spark.sql(f"drop view if exists {name}")
    typed = {column: _TYPES.get(kind, kind.lower()) for column, kind in columns.items()}
    if pattern is None:
        fields = ", ".join(f"cast(null as {kind}) as `{column}`" for column, kind in typed.items())
        spark.sql(f"create view {name} as select {fields} where false")
        return
    spark.sql(f"drop table if exists {name}_files")
    fields = ", ".join(f"`{column}` {kind}" for column, kind in typed.items())
    options = f"path {quoted(pattern)}, basePath {quoted(str(place))}"
    spark.sql(f"create table {name}_files ({fields}) using parquet options ({options})")
    shown = ", ".join(f"`{column}`" for column in typed)
    spark.sql(f"create view {name} as select {shown} from {name}_files")


def _folders(place: Path, files: Sequence[Path]) -> str | None:
    return _pattern(place / "venue=*", {file.parent.name for file in files})


def _pattern(parent: Path, names: set[str]) -> str | None:
    """One pattern for all files, since a table has one path; the names are of days, without commas or braces."""
    return f"{parent}/{{{','.join(sorted(names))}}}" if names else None


def _connect(settings: Settings) -> "SparkSession":
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        raise SparkMissing("[warehouse] engine = \"spark\" needs the extra: pip install 'tidemark[spark]'") from None
    builder = SparkSession.builder.appName("tidemark").master(settings.warehouse.master)
    for name, value in {**_configuration(settings), **settings.warehouse.spark}.items():
        builder = builder.config(name, value)
    try:
        spark = builder.enableHiveSupport().getOrCreate()
        spark._jvm.java.lang.System.setProperty("derby.stream.error.file", str(settings.paths.spark / "derby.log"))
        return spark
    except PySparkException as error:
        raise SparkMissing(f"Spark did not start: {error}; it needs Java 17 or newer (java -version)") from None


def _configuration(settings: Settings) -> dict[str, str]:
    place = settings.paths.spark
    place.mkdir(parents=True, exist_ok=True)
    return {
        "spark.sql.warehouse.dir": str(place / "warehouse"),
        "spark.hadoop.javax.jdo.option.ConnectionURL": f"jdbc:derby:;databaseName={place / 'metastore'};create=true",
        "spark.driver.memory": f"{settings.memory_limit >> 20}m",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.sources.partitionOverwriteMode": "dynamic",
        "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
        "spark.sql.shuffle.partitions": str(settings.threads * 2),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
    }


def _end(gateway: Any) -> None:
    """The JVM holds the catalogue's lock for as long as it lives."""
    from pyspark import SparkContext

    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait()
    SparkContext._gateway = SparkContext._jvm = None
