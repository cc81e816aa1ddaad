"""Secrets go to whom they are for and nowhere else: not into errors, logs, receipts or files, not to another host."""

import http.server
import logging
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
import stamina

from orchestration import cli, pipeline
from orchestration.feeds.coingecko import MARKETS
from orchestration.landing.fetch import fetch_days
from orchestration.settings import Settings, yesterday
from tests.landing.kit import DAY

KEY, USER, PASSWORD, TOKEN = "planted-api-key", "planted-user", "planted-password", "planted-token"
SMTP, HOOK = "planted-smtp-password", "planted-webhook-secret"
PLANTED = (KEY, PASSWORD, TOKEN, SMTP, HOOK)


@dataclass
class Archive:
    """A server that answers every path with one status, and what it was asked."""

    status: int = 500
    location: str = ""
    port: int = 0
    asked: list[dict[str, str]] = field(default_factory=list)


@pytest.fixture
def archives() -> Iterator[list[Archive]]:
    """Two of them."""
    made, servers = [], []
    for _ in range(2):
        archive = Archive()

        class Handler(http.server.BaseHTTPRequestHandler):
            told = archive

            def do_GET(self) -> None:
                self.told.asked.append({name.lower(): value for name, value in self.headers.items()})
                self.send_response(self.told.status)
                self.send_header("location", self.told.location)
                self.send_header("content-length", "2")
                self.end_headers()
                self.wfile.write(b"[]")

            do_HEAD = do_GET

            def log_message(self, format: str, *args: object) -> None:
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        archive.port = server.server_port
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        made.append(archive)
        servers.append(server)
    with stamina.set_testing(True, attempts=2, cap=True):
        yield made
    for server in servers:
        server.shutdown()
        server.server_close()


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() + str(path).encode() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("status", [200, 404, 418, 429, 500])
def test_an_archive_s_password_and_token_stay_out_of_errors_receipts_and_lists(
    status: int, archives: list[Archive], tmp_path: Path
) -> None:
    archives[0].status = status
    base = f"http://{USER}:{PASSWORD}@127.0.0.1:{archives[0].port}/a?token={TOKEN}&path="
    settings = Settings(home=tmp_path, archive=base, assets=("BTC",))
    told: list[str] = []
    report = fetch_days(settings, "coinmetrics", [DAY], told.append)[DAY]
    assert archives[0].asked
    assert bool(report.failures) == (status >= 418)
    assert not any(secret.encode() in everything_in(tmp_path) for secret in PLANTED)
    assert not any(secret in line for secret in PLANTED for line in [*told, *report.failures])


def test_a_key_does_not_follow_a_redirect_to_another_host(
    archives: list[Archive], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendor, other = archives
    vendor.status, vendor.location = 302, f"http://localhost:{other.port}/elsewhere"
    other.status = 200
    monkeypatch.setenv(MARKETS.key.variable if MARKETS.key else "", KEY)
    address = f"http://127.0.0.1:{vendor.port}/markets"
    monkeypatch.setattr("orchestration.landing.archive.Web.addresses", lambda self, candidate: [address])
    report = fetch_days(Settings(home=tmp_path, assets=("BTC",)), "coingecko", [yesterday()])[yesterday()]
    assert [asked.get("x-cg-demo-api-key") for asked in vendor.asked] == [KEY]
    assert other.asked == []
    assert "HTTP 302" in report.failures[0]
    assert KEY not in report.failures[0]


@pytest.mark.parametrize("debug", [False, True])
def test_an_error_on_the_terminal_holds_no_secret_not_even_with_its_traceback(
    debug: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TIDEMARK_SMTP_PASSWORD", SMTP)
    monkeypatch.setenv("TIDEMARK_WEBHOOK_SECRET", HOOK)
    monkeypatch.setenv("COINGECKO_API_KEY", KEY)

    def fail(*_: object, **__: object) -> None:
        try:
            raise OSError(f"login {SMTP}, signed {HOOK}")
        except OSError as error:
            raise RuntimeError(f"{KEY} at http://{USER}:{PASSWORD}@host/f?api_key={TOKEN}&x=1") from error

    monkeypatch.setattr(pipeline, "run_days", fail)
    monkeypatch.setattr(cli, "guard", lambda settings: None)
    arguments = ["tidemark", "--home", str(tmp_path), "run", "--day", str(date(2026, 1, 31))]
    monkeypatch.setattr(sys, "argv", [*arguments, *(["--debug"] if debug else [])])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    told = capsys.readouterr()
    assert ended.value.code == 1
    assert "********@host/f?api_key=********&x=1" in told.err
    assert ("Traceback" in told.err) == debug
    assert not any(secret in told.err + told.out for secret in PLANTED)


def test_a_failed_run_leaves_no_secret_in_a_log_an_event_a_tag_or_a_file(
    archives: list[Archive],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("TIDEMARK_SMTP_PASSWORD", SMTP)
    monkeypatch.setenv("TIDEMARK_WEBHOOK_SECRET", HOOK)
    monkeypatch.setenv("COINGECKO_API_KEY", KEY)
    base = f"http://{USER}:{PASSWORD}@127.0.0.1:{archives[0].port}/a?token={TOKEN}&path="
    arguments = ["tidemark", "--debug", "--home", str(tmp_path), "--archive", base, "run", "--day", str(DAY)]
    monkeypatch.setattr(sys, "argv", arguments)
    with caplog.at_level(logging.INFO), pytest.raises(SystemExit) as ended:
        cli.main()
    kept, told = everything_in(tmp_path), capfd.readouterr()
    assert ended.value.code == 1
    assert archives[0].asked
    assert not any(KEY in asked.values() for asked in archives[0].asked)
    assert b"HTTP 500" in kept
    assert "HTTP 500" in told.err
    assert not any(secret.encode() in kept for secret in PLANTED)
    assert not any(secret in text for secret in PLANTED for text in (told.out, told.err, caplog.text))
