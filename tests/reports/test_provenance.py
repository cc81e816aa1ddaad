"""From facts to the rows of marts that they stand in, and from dump files to the lake files that they went into."""

from reports.facts import FactStore
from reports.provenance import lake_files, mart_rows


def test_a_lake_file_per_dataset_and_venue_holds_all_its_dumps(event: FactStore) -> None:
    lake = lake_files(event.day, event.files)
    assert sorted(dump.number for file in lake for dump in file.dumps) == [dump.number for dump in event.files]
    assert all({(dump.dataset, dump.venue) for dump in file.dumps} == {(file.dataset, file.venue)} for file in lake)
    assert "lake/liquidations/venue=bybit/day=2026-01-31/part.parquet" in [file.path for file in lake]
    assert len({file.path for file in lake}) == len(lake)


def test_facts_of_one_row_stand_together_with_the_files_behind_them(event: FactStore) -> None:
    lake = lake_files(event.day, event.files)
    chosen = [fact for fact in event if fact.model == "marts.liquidations_by_asset_daily" and not fact.inputs]
    rows = mart_rows(chosen, lake)
    assert [row.where for row in rows] == [
        f"day = 2026-01-31, asset = {asset}" for asset in ("ETH", "BTC", "SOL", "XRP", "DOGE")
    ]
    assert sum(len(row.facts) for row in rows) == len(chosen)
    assert {file.dataset for row in rows for file in row.lake} <= {"liquidations", "liquidation_bars"}
    assert all(
        {dump.number for file in row.lake for dump in file.dumps} == set(row.facts[0].dump_files) for row in rows
    )
