"""Every mart with each client that docs/readers.md names: as many rows, and in every column the values of the database.

Clients that are not installed are skipped; `make readers` installs them and asks for all.
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.settings import Settings
from orchestration.warehouse import build
from tests.dbt.whole_days import small_lake

DOCS = Path(__file__).parents[2] / "docs" / "readers.md"
MART = "prices_daily"
COMMANDS = dict(re.findall(r"^\| ([^|]*) \| `(.*)` \|$", DOCS.read_text(encoding="utf-8"), re.MULTILINE))
IS_REQUIRED = os.environ.get("TIDEMARK_REQUIRE_READERS") == "1"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a publication of three days at `data/published`, which is where the test is in the meantime."""
    folder = tmp_path_factory.mktemp("readers")
    settings = Settings(home=folder / "data", threads=2)
    small_lake.load_three_days(settings)
    build.publish_built(settings, log=lambda _: None)
    before = Path.cwd()
    os.chdir(folder)
    yield settings.paths.published_db
    os.chdir(before)


def by_duckdb(command: str) -> Any:
    _client("pyarrow")
    database, query = re.fullmatch(r'duckdb (?:-c|(\S+)) "(.*)"', command).groups()
    return duckdb.connect(database or ":memory:", read_only=bool(database)).sql(query).to_arrow_table()


def by_polars(command: str) -> Any:
    return eval(command, {"polars": _client("polars")}).to_arrow()


def by_pandas(command: str) -> Any:
    return eval(command, {"pandas": _client("pandas")})


def by_spark(command: str) -> Any:
    session = _client("pyspark.sql").SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    return eval(command, {"spark": session.config("spark.sql.session.timeZone", "UTC").getOrCreate()}).toArrow()


def by_clickhouse(command: str) -> Any:
    query = re.fullmatch(r'clickhouse local "(.*)"', command)[1]
    return _client("chdb").query(query, "ArrowTable")


CLIENTS: dict[str, Callable[[str], Any]] = {
    "DuckDB, the database": by_duckdb,
    "DuckDB, the Parquet": by_duckdb,
    "Polars": by_polars,
    "pandas, with pyarrow": by_pandas,
    "Spark 4": by_spark,
    "ClickHouse": by_clickhouse,
}


def test_the_docs_have_a_command_for_each_client() -> None:
    assert set(COMMANDS) == set(CLIENTS)
    assert all(MART in command for command in COMMANDS.values())


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_reads_every_mart_as_it_is(client: str, published: Path) -> None:
    with duckdb.connect(str(published), read_only=True) as db:
        db.execute("set TimeZone = 'UTC'")
        marts = [
            name
            for (name,) in db.execute("select table_name from duckdb_tables() where schema_name = 'marts'").fetchall()
        ]
        assert len(marts) > 40
        read = {mart: CLIENTS[client](COMMANDS[client].replace(MART, mart)) for mart in marts}
        wrong = {mart: _differences(db, mart, rows) for mart, rows in read.items()}
    assert {mart: rows for mart, rows in wrong.items() if rows} == {}


def _differences(db: duckdb.DuckDBPyConnection, mart: str, rows: Any) -> int:
    """Rows that one has and the other has not, in the columns of the mart and with their types."""
    columns = db.execute(f'describe marts."{mart}"').fetchall()
    typed = ", ".join(f'cast("{name}" as {kind}) as "{name}"' for name, kind, *_ in columns)
    db.register("read", rows)
    stored, found = f'(select {typed} from marts."{mart}")', f"(select {typed} from read)"
    one_sided = (f"select count(*) from ({a} except all {b})" for a, b in ((stored, found), (found, stored)))
    return sum(db.execute(query).fetchall()[0][0] for query in one_sided)


def _client(module: str) -> Any:
    if IS_REQUIRED:
        return __import__(module, fromlist=["_"])
    return pytest.importorskip(module, reason=f"{module} is not installed: make readers")
