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


def _feed(dataset: Dataset) -> Feed:
    columns = {name: column for name, column in dataset.columns.items() if name not in ("feed", "dump_path")}
    return Feed(
        name=f"own.{dataset.name}",
        dataset=dataset.name,
        kind="own files",
        paths=(f"{dataset.name}/*.parquet", f"{dataset.name}/*.csv"),
        reader=Table(
            {"venue": "VARCHAR", **{name: column.type for name, column in columns.items()}},
            optional=frozenset(name for name, column in columns.items() if column.nullable),
        ),
        select={name: f'"{name}"' for name in columns},
        venue="lower(venue)",
        coverage=_COVERAGE.get(dataset.name, Coverage.WHOLE_FILE),
    )


FEEDS = tuple(_feed(dataset) for dataset in DATASETS.values())
