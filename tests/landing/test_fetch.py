"""Fetching over real HTTP from an archive that misbehaves."""

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import stamina

from orchestration.landing.errors import FetchError, UnreadableDump
from orchestration.landing.fetch import fetch_day
from orchestration.landing.lake import land_day
from orchestration.settings import Settings
from tests.landing.kit import DAY, Lab, checksum, kline, klines_path, lines, zipped

DAILY = "/binance/data/futures/um/daily/klines/BTCUSDT/1m/BTCUSDT-1m-2026-01-31.zip"
LANDED = "dumps/binance/data/futures/um/daily/klines/BTCUSDT/1m/BTCUSDT-1m-2026-01-31.zip"


@dataclass
class Archive:
    """What is served, what each path answers before it serves (a status, or 'cut'), and what was asked."""

    files: dict[str, bytes] = field(default_factory=dict)
    faults: dict[str, list[int | str]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    url: str = ""

    def requests(self, path: str) -> list[dict[str, str]]:
        return [headers for asked, headers in self.asked if asked == path]


def handler(archive: Archive) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            archive.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            faults = archive.faults.get(self.path, [])
            fault = faults.pop(0) if faults else None
            body = archive.files.get(self.path)
            if isinstance(fault, int) or body is None:
                self.answer(fault if isinstance(fault, int) else 404, b"")
                return
            tag = f'"{hashlib.sha256(body).hexdigest()[:8]}"'
            if self.headers.get("If-None-Match") == tag:
                self.answer(304, b"")
                return
            start = int(self.headers["Range"].removeprefix("bytes=").rstrip("-")) if "Range" in self.headers else 0
            self.answer(206 if start else 200, body[start:], tag, start, cut=fault == "cut")

        def answer(self, status: int, body: bytes, tag: str = "", start: int = 0, cut: bool = False) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if tag:
                self.send_header("ETag", tag)
            if status == 206:
                self.send_header("Content-Range", f"bytes {start}-{start + len(body) - 1}/{start + len(body)}")
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if cut else body)
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler


@pytest.fixture
def archive() -> Iterator[Archive]:
    served = Archive()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(served))
    served.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with stamina.set_testing(True, attempts=5, cap=True):
        yield served
    server.shutdown()
    server.server_close()


@pytest.fixture
def settings(archive: Archive, tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", archive=archive.url, threads=2, assets=("BTC",))


@pytest.fixture
def dump(tmp_path: Path) -> bytes:
    return zipped(tmp_path / "BTCUSDT-1m-2026-01-31.zip", lines([kline(n) for n in range(500)])).read_bytes()


def listing(dump: bytes) -> bytes:
    return f"{hashlib.sha256(dump).hexdigest()}  BTCUSDT-1m-2026-01-31.zip\n".encode()


def test_a_busy_archive_is_asked_again_until_it_answers(archive: Archive, settings: Settings, dump: bytes) -> None:
    archive.files |= {DAILY: dump, DAILY + ".CHECKSUM": listing(dump)}
    archive.faults[DAILY] = [503, 429]
    report = fetch_day(settings, "binance", DAY)
    assert (report.n_files, report.n_new, report.failures) == (1, 1, [])
    assert (settings.home / LANDED).read_bytes() == dump
    assert len(archive.requests(DAILY)) == 3


def test_a_body_that_was_cut_is_resumed_where_it_stopped(archive: Archive, settings: Settings, dump: bytes) -> None:
    archive.files[DAILY] = dump
    archive.faults[DAILY] = ["cut"]
    fetch_day(settings, "binance", DAY)
    assert (settings.home / LANDED).read_bytes() == dump
    first, second = archive.requests(DAILY)
    assert "range" not in first
    assert second["range"] == f"bytes={len(dump) // 2}-"
    assert second["if-range"] == f'"{hashlib.sha256(dump).hexdigest()[:8]}"'


@pytest.mark.parametrize("status", [404, 403])
def test_what_the_archive_does_not_have_or_give_is_absent_and_no_failure(
    status: int, archive: Archive, settings: Settings, dump: bytes
) -> None:
    archive.files[DAILY] = dump
    archive.faults[DAILY] = [status]
    report = fetch_day(settings, "binance", DAY)
    assert report.n_files == 0
    assert report.absent > 0
    assert not (settings.home / LANDED).exists()


def test_an_archive_that_stays_broken_fails_the_day_and_names_the_file(archive: Archive, settings: Settings) -> None:
    archive.faults[DAILY] = [500] * 50
    with pytest.raises(FetchError, match=r"2026-01-31.*BTCUSDT-1m-2026-01-31\.zip.*HTTP 500"):
        fetch_day(settings, "binance", DAY)


def test_a_wrong_checksum_lets_nothing_in(archive: Archive, settings: Settings, dump: bytes) -> None:
    archive.files |= {DAILY: dump, DAILY + ".CHECKSUM": listing(b"something else")}
    with pytest.raises(FetchError, match=r"BTCUSDT-1m-2026-01-31\.zip: SHA-256 is"):
        fetch_day(settings, "binance", DAY)
    assert not (settings.home / LANDED).exists()


def test_an_unchanged_file_is_not_sent_again(archive: Archive, settings: Settings, dump: bytes) -> None:
    archive.files[DAILY] = dump
    fetch_day(settings, "binance", DAY)
    report = fetch_day(settings, "binance", DAY)
    assert (report.n_files, report.n_new) == (1, 0)
    assert archive.requests(DAILY)[1]["if-none-match"]
    assert (settings.home / LANDED).read_bytes() == dump


def test_a_replaced_file_is_a_new_revision_and_the_old_one_is_kept(
    archive: Archive, settings: Settings, dump: bytes, tmp_path: Path
) -> None:
    archive.files[DAILY] = dump
    fetch_day(settings, "binance", DAY)
    archive.files[DAILY] = zipped(tmp_path / "new.zip", "restated").read_bytes()
    assert fetch_day(settings, "binance", DAY).n_new == 1
    assert (settings.home / LANDED).read_bytes() == archive.files[DAILY]
    (old,) = (settings.home / "dumps/.superseded").rglob("*.zip")
    assert old.read_bytes() == dump


def test_an_archive_at_another_address_can_say_that_it_is_simulated(
    archive: Archive, settings: Settings, dump: bytes
) -> None:
    archive.files |= {DAILY: dump, "/binance/SIMULATED": b""}
    fetch_day(settings, "binance", DAY)
    receipt = settings.home / "dumps/.receipts" / (LANDED.removeprefix("dumps/") + ".json")
    assert '"simulated": true' in receipt.read_text(encoding="utf-8")


def test_a_folder_s_wrong_checksum_lets_nothing_in_but_the_other_files(lab: Lab) -> None:
    checksum(zipped(klines_path(lab.archive), lines([kline(0)])), digest="0" * 64)
    zipped(klines_path(lab.archive, "ETHUSDT"), lines([kline(0)]))
    with pytest.raises(FetchError, match="BTCUSDT"):
        lab.fetch("binance")
    assert [path.name for path in (lab.settings.paths.dumps / "binance").rglob("*.zip")] == [
        "ETHUSDT-1m-2026-01-31.zip"
    ]


def test_an_unchanged_file_of_a_folder_is_not_copied_again(lab: Lab) -> None:
    zipped(klines_path(lab.archive), lines([kline(0)]))
    assert lab.fetch("binance").n_new == 1
    landed = next((lab.settings.paths.dumps / "binance").rglob("*.zip"))
    before = landed.stat().st_ino
    assert lab.fetch("binance").n_new == 0
    assert landed.stat().st_ino == before


def test_a_dump_stays_when_the_archive_no_longer_has_it(lab: Lab) -> None:
    path = zipped(klines_path(lab.archive), lines([kline(0)]))
    lab.fetch("binance")
    path.unlink()
    lab.fetch("binance")
    assert lab.land("binance", "candles").rows_kept == 1


def test_a_dump_that_lost_a_bit_on_disk_is_fetched_again(archive: Archive, settings: Settings, dump: bytes) -> None:
    archive.files[DAILY] = dump
    fetch_day(settings, "binance", DAY)
    (settings.home / LANDED).write_bytes(dump[:-40] + bytes([dump[-40] ^ 1]) + dump[-39:])
    fetch_day(settings, "binance", DAY)
    assert (settings.home / LANDED).read_bytes() == dump


def test_a_dump_that_lost_a_bit_lands_nothing_where_the_archive_is_out_of_reach(
    archive: Archive, settings: Settings, dump: bytes
) -> None:
    archive.files[DAILY] = dump
    fetch_day(settings, "binance", DAY)
    land_day(settings, "candles", DAY)
    before = sorted((path, path.read_bytes()) for path in settings.paths.lake.rglob("*.parquet"))
    (settings.home / LANDED).write_bytes(dump[:-40] + bytes([dump[-40] ^ 1]) + dump[-39:])
    offline = settings.model_copy(update={"offline": True})
    fetch_day(offline, "binance", DAY)
    with pytest.raises(UnreadableDump, match=r"BTCUSDT-1m-2026-01-31\.zip: not the bytes that were fetched"):
        land_day(offline, "candles", DAY)
    assert sorted((path, path.read_bytes()) for path in settings.paths.lake.rglob("*.parquet")) == before
