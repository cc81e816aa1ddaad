"""The recap on disk: complete, repeatable, swapped in whole, linked to its neighbours."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from reports.facts import NoDataError
from reports.recap import is_impaired, refresh_archive, write_recap
from tests.reports.published import DAY, MARKETS, Market

Publish = Callable[[Market], Path]


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_recap_has_page_mail_facts_claims_and_at_least_four_charts(written: tuple[Path, Path]) -> None:
    found = set(files(written[1] / "2026-01-31"))
    assert {"index.html", "email.eml", "facts.json", "claims.json"} <= found
    assert len([name for name in found if name.endswith(".svg")]) >= 4


def test_a_second_run_writes_the_same_bytes(publish: Publish, tmp_path: Path) -> None:
    published, recaps = publish(MARKETS["event"]), tmp_path / "recaps"
    write_recap(published, recaps, DAY)
    before = files(recaps)
    write_recap(published, recaps, DAY)
    assert files(recaps) == before


def test_nothing_half_written_stays_behind(publish: Publish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    published, recaps = publish(MARKETS["event"]), tmp_path / "recaps"
    write_recap(published, recaps, DAY)
    before = files(recaps)

    def full(*_: object) -> int:
        raise OSError("No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        write_recap(published, recaps, DAY)
    assert files(recaps) == before


def test_an_interrupted_swap_is_mended_by_the_next_run(publish: Publish, tmp_path: Path) -> None:
    published, recaps = publish(MARKETS["event"]), tmp_path / "recaps"
    write_recap(published, recaps, DAY)
    before = files(recaps)
    (recaps / DAY.isoformat()).rename(recaps / f".{DAY}.old")
    write_recap(published, recaps, DAY)
    assert files(recaps) == before


def test_a_day_that_is_not_published_leaves_no_folder(publish: Publish, tmp_path: Path) -> None:
    with pytest.raises(NoDataError, match="no published rows for 2026-02-03"):
        write_recap(publish(Market()), tmp_path / "recaps", date(2026, 2, 3))
    assert not (tmp_path / "recaps").exists()


def test_the_published_file_is_free_again_afterwards(publish: Publish, tmp_path: Path) -> None:
    published = publish(MARKETS["quiet"])
    write_recap(published, tmp_path / "recaps", DAY)
    with duckdb.connect(str(published)) as db:
        db.execute("create table marts.proof (x integer)")


def test_impaired_days_are_told_apart_from_sound_ones(publish: Publish, tmp_path: Path) -> None:
    for name, expected in (("event", False), ("impaired", True), ("uncovered", True), ("aggregated", False)):
        recaps = tmp_path / name
        assert write_recap(publish(MARKETS[name]), recaps, DAY).impaired is expected
        assert is_impaired(recaps, DAY) is expected
    assert is_impaired(tmp_path, DAY) is False


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_days_link_to_each_other_whatever_order_they_were_written_in(
    publish: Publish, tmp_path: Path, order: tuple[int, ...]
) -> None:
    days = [DAY + timedelta(days=n) for n in range(3)]
    for place in order:
        write_recap(publish(replace(MARKETS["quiet"], day=days[place])), tmp_path, days[place])
    first, middle, last = ((tmp_path / day.isoformat() / "index.html").read_text(encoding="utf-8") for day in days)
    assert 'rel="prev" href="../2026-01-31/index.html"' in middle
    assert 'rel="next" href="../2026-02-02/index.html"' in middle
    assert 'rel="prev"' not in first
    assert 'rel="next"' not in last


def test_a_day_has_its_links_before_the_archive_around_it_is_refreshed(publish: Publish, tmp_path: Path) -> None:
    days = [DAY + timedelta(days=n) for n in range(2)]
    for day in days:
        write_recap(publish(replace(MARKETS["quiet"], day=day)), tmp_path, day, refresh=False)
    last = tmp_path / days[1].isoformat() / "index.html"
    before = last.read_bytes()
    refresh_archive(tmp_path, days)
    assert b'rel="prev" href="../2026-01-31/index.html"' in before
    assert last.read_bytes() == before


def test_the_archive_lists_every_day_with_its_headline_newest_first(publish: Publish, tmp_path: Path) -> None:
    days = [DAY, DAY + timedelta(days=1)]
    for day in days:
        write_recap(publish(replace(MARKETS["event"], day=day, simulated=True)), tmp_path, day)
    index = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert index.index("2026-02-01/index.html") < index.index("2026-01-31/index.html")
    assert json.loads((tmp_path / "2026-01-31" / "claims.json").read_text(encoding="utf-8"))["headline"] in index
    assert "Simulated data" in index


def test_a_written_day_opens_no_pages_but_its_neighbours(publish: Publish, tmp_path: Path) -> None:
    days = [DAY + timedelta(days=n) for n in range(4)]
    for day in days:
        write_recap(publish(replace(MARKETS["quiet"], day=day)), tmp_path, day)
    far = tmp_path / days[0].isoformat() / "index.html"
    far.write_text("not a page any more", encoding="utf-8")
    write_recap(publish(replace(MARKETS["quiet"], day=days[3])), tmp_path, days[3])
    assert far.read_text(encoding="utf-8") == "not a page any more"
    assert [row["day"] for row in json.loads((tmp_path / "days.json").read_text(encoding="utf-8"))] == [
        str(day) for day in days
    ]


def test_the_ledger_keeps_what_was_not_said_with_the_reason(written: tuple[Path, Path]) -> None:
    ledger = json.loads((written[1] / "2026-01-31" / "claims.json").read_text(encoding="utf-8"))
    silent = [claim for claim in ledger["claims"] if not claim["gate"]["holds"]]
    assert silent
    assert all(claim["text"] is None and claim["gate"]["reason"] for claim in silent)
    assert ledger["headline"] in {claim["text"] for claim in ledger["claims"]}
