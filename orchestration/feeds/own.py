"""Own files: Parquet or CSV that already has the lake's columns, plus `venue`, in `own/<dataset>/`.

A day or month in a file's name limits it to that time; otherwise the file is read for every day. Columns that may be empty in
the lake may be absent. Extra columns are ignored. Times are UTC unless they carry a zone.
"""

from orchestration.feeds.contract import Coverage, Feed, Table
from orchestration.feeds.datasets import DATASETS, Dataset

_COVERAGE = {
    "candles": Coverage.CADENCE,
    "open_interest": Coverage.CADENCE,
    "liquidations": Coverage.ROWS_SEEN,
    "liquidation_bars": Coverage.NON_ZERO,
}

# Read with their zone, which a plain TIMESTAMP would drop, and kept in UTC.
_TYPES = {"TIMESTAMP": "TIMESTAMPTZ"}
_UTC = {"TIMESTAMP": "\"{}\" at time zone 'UTC'"}


def _feed(dataset: Dataset) -> Feed:
    columns = {name: column for name, column in dataset.columns.items() if name not in ("feed", "dump_path")}
    return Feed(
        name=f"own.{dataset.name}",
        dataset=dataset.name,
        kind="own files",
        paths=(f"{dataset.name}/*.parquet", f"{dataset.name}/*.csv"),
        reader=Table(
            {"venue": "VARCHAR", **{name: _TYPES.get(column.type, column.type) for name, column in columns.items()}},
            optional=frozenset(name for name, column in columns.items() if column.nullable),
        ),
        select={name: _UTC.get(column.type, '"{}"').format(name) for name, column in columns.items()},
        venue="lower(venue)",
        coverage=_COVERAGE.get(dataset.name, Coverage.WHOLE_FILE),
        published="when you put them there",
    )


FEEDS = tuple(_feed(dataset) for dataset in DATASETS.values())
