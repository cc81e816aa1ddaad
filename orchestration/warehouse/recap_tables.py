"""Facts and claims as tables of the published database: schema `recaps`, filled from the files of the recaps themselves.

Recaps are written from what is published, so these rows come a step later: a copy of the file with them is swapped in whole,
as every publication is. What belongs here: those tables. What does not: what a fact or a claim is (reports).
"""

import shutil
import uuid
from collections.abc import Iterable
from datetime import date

import duckdb

from orchestration.settings import Settings
from orchestration.warehouse.database import connect
from orchestration.warehouse.lock import Log, held
from orchestration.warehouse.swap import remove_leftovers, swap_in

TABLES = ("claims", "days", "facts")
_LEAST = 1 << 20


def publish_recaps(settings: Settings, days: Iterable[date], log: Log = print) -> None:
    """Replace the rows of these days by what their recaps on disk say; nothing is published where no recap is there."""
    told = [day for day in sorted(set(days)) if (settings.paths.recaps / str(day) / "facts.json").exists()]
    if not told or not settings.paths.published_db.exists():
        return
    with held(settings.paths.build, "publish recaps", log):
        remove_leftovers(settings.paths.published)
        fresh = settings.paths.published / f".tidemark-{uuid.uuid4().hex}.duckdb"
        shutil.copyfile(settings.paths.published_db, fresh)
        with connect(settings, fresh) as db:
            create(db, "")
            for name in TABLES:
                db.execute(f"delete from recaps.{name} where list_contains($days, day)", {"days": told})
                file = "facts" if name == "facts" else "claims"
                files = [settings.paths.recaps / str(day) / f"{file}.json" for day in told]
                # DuckDB sets aside twice this much per thread.
                largest = max(_LEAST, *(path.stat().st_size + 1 for path in files))
                db.execute(
                    f"insert into recaps.{name} {_ROWS[name]}", {"files": [*map(str, files)], "largest": largest}
                )
            db.execute("checkpoint")
        swap_in(fresh, settings.paths.published_db)


def create(db: duckdb.DuckDBPyConnection, catalog: str) -> None:
    """Make the tables, with a comment on each column, where they are not there."""
    db.execute(f"create schema if not exists {catalog}recaps")
    for name, columns in _COLUMNS.items():
        fields = ", ".join(f"{column} {kind}" for column, (kind, _) in columns.items())
        db.execute(f"create table if not exists {catalog}recaps.{name} ({fields})")
        for column, (_, comment) in columns.items():
            db.execute(f"comment on column {catalog}recaps.{name}.{column} is '{comment}'")


def take_over(db: duckdb.DuckDBPyConnection) -> None:
    """Bring the rows of the publication before (attached as `old`) into the one being made (`fresh`)."""
    create(db, "fresh.")
    for name, columns in _COLUMNS.items():
        listed = ", ".join(columns)
        db.execute(f"insert into fresh.recaps.{name} ({listed}) select {listed} from old.recaps.{name} order by all")


_DAY = ("DATE", "UTC day that is told")
_COLUMNS = {
    "days": {
        "day": _DAY,
        "headline": ("VARCHAR", "headline of the recap"),
        "subject": ("VARCHAR", "subject of its mail"),
        "regime": ("VARCHAR", "kind of day, as in marts.regime_daily"),
        "regime_rule": ("VARCHAR", "rule that decided it"),
        "impaired": ("BOOLEAN", "liquidations of the day are too weakly covered, and the recap says so first"),
        "simulated": ("BOOLEAN", "a file of the day holds simulated data"),
    },
    "facts": {
        "day": _DAY,
        "id": ("VARCHAR", "mart, entity and column; unique within a day"),
        "metric": ("VARCHAR", "what is stated"),
        "entity": ("VARCHAR", "market, or the asset, venue or level that is spoken of"),
        "window_utc": ("VARCHAR", "ISO 8601 interval, half-open, UTC"),
        "value": ("VARCHAR", "value as facts.json has it, unrounded"),
        "number": ("DOUBLE", "the same as a number, in the unit; NULL for names, days, instants and flags"),
        "unit": (
            "VARCHAR",
            "usd, usd_price, coin, fraction, fraction_per_8h, ratio, count, rank, seconds, instant, hour, day, name or flag",
        ),
        "as_of": ("TIMESTAMP", "end of what had been measured, UTC"),
        "coverage": ("VARCHAR", "complete, partial, missing or unknown"),
        "model": ("VARCHAR", "relation that it was read from"),
        "column_name": ("VARCHAR", "column, or the formula of a derived fact"),
        "row_key": ("JSON", "the row: column to value"),
        "dump_files": (
            "INTEGER[]",
            "numbers of the dump files behind it, in the order of marts.dump_files by path, dataset and venue",
        ),
        "digits": ("INTEGER", "significant digits that coverage allows"),
        "inputs": ("VARCHAR[]", "facts that a derived one was made of"),
    },
    "claims": {
        "day": _DAY,
        "reading_order": ("INTEGER", "place in the ledger, from 1"),
        "id": ("VARCHAR", "which sentence; unique within a day"),
        "place": ("VARCHAR", "where it stands in the recap"),
        "grade": ("VARCHAR", "M measured, D derived, I inferred, E editorial, X from the event file"),
        "text": ("VARCHAR", "the sentence; NULL where it is not said"),
        "is_said": ("BOOLEAN", "its gate holds"),
        "reason": ("VARCHAR", "why it is not said"),
        "gates": ("VARCHAR[]", "conditions of its gate"),
        "facts": ("VARCHAR[]", "ids of the facts that it prints or that its gate looked at"),
    },
}
_READ = "from read_json($files, columns = {}, maximum_object_size = $largest)"
_ROWS = {
    "days": "select day, headline, subject, regime, regime_rule, impaired, simulated "
    + _READ.format(
        "{day: 'DATE', headline: 'VARCHAR', subject: 'VARCHAR', regime: 'VARCHAR', regime_rule: 'VARCHAR', impaired: 'BOOLEAN', "
        "simulated: 'BOOLEAN'}"
    ),
    "facts": """
        select
            day, f ->> '$.id', f ->> '$.metric', f ->> '$.entity', f ->> '$.window', f ->> '$.value',
            case when json_type(f -> '$.value') in ('DOUBLE', 'BIGINT', 'UBIGINT', 'HUGEINT') then (f ->> '$.value')::double end,
            f ->> '$.unit', rtrim(f ->> '$.as_of', 'Z')::timestamp, f ->> '$.coverage', f ->> '$.model', f ->> '$.column', f -> '$.where',
            (f -> '$.dump_files')::integer[], (f ->> '$.digits')::integer, (f -> '$.inputs')::varchar[]
        from (select day, unnest(facts) as f
    """
    + _READ.format("{day: 'DATE', facts: 'JSON[]'}")
    + ")",
    "claims": """
        select
            day, place, c ->> '$.id', c ->> '$.place', c ->> '$.grade', c ->> '$.text',
            (c ->> '$.gate.holds')::boolean, c ->> '$.gate.reason', (c -> '$.gate.conditions')::varchar[], (c -> '$.facts')::varchar[]
        from (select day, unnest(claims) as c, generate_subscripts(claims, 1) as place
    """
    + _READ.format("{day: 'DATE', claims: 'JSON[]'}")
    + ")",
}
