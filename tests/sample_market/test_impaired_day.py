"""The impaired day really lacks what it is said to lack, and its neighbours do not."""

from datetime import date
from pathlib import Path

import pytest

from tests.sample_market.dump_reader import klines, metrics_path, recorded, tardis_path

IMPAIRED = date(2026, 1, 8)
NEIGHBOURS = (date(2026, 1, 7), date(2026, 1, 9))


def instant(line: dict) -> str:
    return line["received_at"]


def test_nothing_is_recorded_between_the_loss_and_the_return_of_the_connection(impaired_archive: Path) -> None:
    lines = recorded(impaired_archive, IMPAIRED)
    (lost,) = (number for number, line in enumerate(lines) if line.get("connection") == "lost")
    back = lines[lost + 1]
    assert back["connection"] == "open"
    assert instant(lines[lost])[:13] == "2026-01-08T09"
    assert instant(back)[:13] == "2026-01-08T14"


@pytest.mark.parametrize("day", NEIGHBOURS)
def test_other_days_show_the_connection_alive_every_minute(impaired_archive: Path, day: date) -> None:
    minutes = {instant(line)[11:16] for line in recorded(impaired_archive, day) if "connection" in line}
    assert len(minutes) == 1440


def test_only_the_first_file_opens_the_connection(impaired_archive: Path) -> None:
    first = [recorded(impaired_archive, day)[0]["connection"] for day in (NEIGHBOURS[0], IMPAIRED)]
    assert first == ["open", "alive"]


def test_lines_are_in_order_of_receipt(impaired_archive: Path) -> None:
    received = [instant(line) for line in recorded(impaired_archive, NEIGHBOURS[1])]
    assert received == sorted(received)


def test_one_venue_has_no_liquidations_file_on_that_day_alone(impaired_archive: Path) -> None:
    assert not tardis_path(impaired_archive, "bybit", "liquidations", IMPAIRED).exists()
    assert tardis_path(impaired_archive, "bybit", "derivative_ticker", IMPAIRED).exists()
    assert tardis_path(impaired_archive, "bitmex", "liquidations", IMPAIRED).exists()
    assert all(tardis_path(impaired_archive, "bybit", "liquidations", day).exists() for day in NEIGHBOURS)


def test_one_symbol_lacks_three_quarters_of_an_hour_of_klines(impaired_archive: Path) -> None:
    assert len(klines(impaired_archive, "SOL", IMPAIRED)) == 1440 - 45
    assert len(klines(impaired_archive, "BTC", IMPAIRED)) == 1440
    assert len(klines(impaired_archive, "SOL", NEIGHBOURS[0])) == 1440


def test_one_symbol_lacks_its_metrics_file(impaired_archive: Path) -> None:
    assert not metrics_path(impaired_archive, "XRP", IMPAIRED).exists()
    assert metrics_path(impaired_archive, "BTC", IMPAIRED).exists()
    assert metrics_path(impaired_archive, "XRP", NEIGHBOURS[0]).exists()
