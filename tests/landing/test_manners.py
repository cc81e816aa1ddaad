"""How archives and endpoints are asked: not too often, not for what is known, and with a key only where it belongs."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from orchestration.feeds.contract import Coverage, Feed, JsonDocument, Key, Request, instant
from orchestration.landing import absent, fetch, lake, plan
from orchestration.landing.archive import Candidate
from orchestration.landing.errors import FetchError
from orchestration.landing.fetch import fetch_day
from orchestration.landing.hosts import Hosts
from orchestration.settings import Settings, yesterday
from tests.landing.kit import DAY, Lab, kline, klines_path, lines, zipped

FUNDING = Feed(
    name="exchange.funding",
    dataset="funding",
    paths=("rest/funding/{symbol}/{day}.json",),
    request=Request("v1/funding?symbol={symbol}&from={start_ms}&to={end_ms}"),
    reader=JsonDocument({"settled": ("$.at", "BIGINT"), "rate": ("$.rate", "DOUBLE")}, records="$.list[*]"),
    select={"settled_at": instant("settled"), "symbol": "path.symbol", "rate": "rate"},
    venue="'exchange'",
    coverage=Coverage.WHOLE_FILE,
    key=Key("EXCHANGE_KEY", "Authorization", "Bearer {}"),
)
ANSWER = json.dumps({"list": [{"at": 1_769_817_600_003, "rate": "0.0001"}, {"at": 1_769_846_400_000, "rate": "x"}]})


@dataclass
class Endpoint:
    """What was asked, how many at once, and for how long each answer takes."""

    asked: list[tuple[str, str, dict[str, str], str]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    body: str = ANSWER
    at_once: int = 0
    most_at_once: int = 0
    takes_s: float = 0.0
    url: str = ""


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    served, lock = Endpoint(), threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            with lock:
                served.at_once += 1
                served.most_at_once = max(served.most_at_once, served.at_once)
                headers = {name.lower(): value for name, value in self.headers.items()}
                served.asked.append((self.command, self.path, headers, sent))
                status = served.answers.pop(0) if served.answers else 200
            time.sleep(served.takes_s)
            body = served.body.encode() if status == 200 else b""
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if status == 429:
                self.send_header("Retry-After", "1")
            self.end_headers()
            with lock:
                served.at_once -= 1
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_POST = do_HEAD = answer

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield served
    server.shutdown()
    server.server_close()


def only(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "FEEDS", (feed,))
    monkeypatch.setattr(lake, "feeds_of", lambda _: (feed,))
    monkeypatch.setattr(plan, "SOURCES", (feed.source,))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", threads=2, assets=("BTC",))


def test_an_endpoint_s_answer_is_kept_as_received_and_read_like_a_dump(
    endpoint: Endpoint, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(replace(FUNDING, address=endpoint.url), monkeypatch)
    fetch_day(settings, "exchange", DAY)
    ((method, path, _, _),) = endpoint.asked
    assert (method, path) == ("GET", "/v1/funding?symbol=BTCUSDT&from=1769817600000&to=1769903999999")
    kept = settings.paths.dumps / "exchange/rest/funding/BTCUSDT/2026-01-31.json"
    assert kept.read_text(encoding="utf-8") == ANSWER
    report = lake.land_day(settings, "funding", DAY)
    assert (report.rows_in, report.rows_kept, report.rows_quarantined) == (2, 1, 1)
    lab = Lab(settings.home, settings)
    assert lab.rows("funding", "symbol, rate, settled_at::varchar") == [("BTCUSDT", 0.0001, "2026-01-31 00:00:00.003")]
    assert lab.quarantined() == [(2, "rate: not of its type")]


def test_an_answer_that_is_there_is_not_asked_for_again(
    endpoint: Endpoint, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(replace(FUNDING, address=endpoint.url), monkeypatch)
    assert fetch_day(settings, "exchange", DAY).n_new == 1
    assert fetch_day(settings, "exchange", DAY).n_files == 1
    assert len(endpoint.asked) == 1


def test_an_endpoint_s_error_is_no_record_and_no_zero(
    endpoint: Endpoint, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(replace(FUNDING, address=endpoint.url), monkeypatch)
    endpoint.body = '{"code": 10001, "msg": "no"}'
    fetch_day(settings, "exchange", DAY)
    report = lake.land_day(settings, "funding", DAY)
    assert (report.rows_kept, report.rows_quarantined, report.coverage) == (0, 1, {"exchange": 0})


def test_a_key_goes_to_its_vendor_and_to_no_stand_in(
    endpoint: Endpoint, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXCHANGE_KEY", "s3cret")
    only(replace(FUNDING, address=endpoint.url), monkeypatch)
    fetch_day(settings, "exchange", DAY)
    assert endpoint.asked[0][2]["authorization"] == "Bearer s3cret"
    mirror = settings.model_copy(update={"archive": endpoint.url, "home": settings.home / "other"})
    endpoint.asked.clear()
    fetch_day(mirror, "exchange", DAY)
    assert {path for _, path, _, _ in endpoint.asked} >= {"/exchange/rest/funding/BTCUSDT/2026-01-31.json"}
    assert not any("authorization" in headers for _, _, headers, _ in endpoint.asked)
    assert not any("s3cret" in path.read_text(encoding="utf-8") for path in settings.home.rglob("*.json"))


def test_without_the_key_that_it_needs_a_vendor_is_not_asked(
    endpoint: Endpoint, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EXCHANGE_KEY", raising=False)
    needed = Key("EXCHANGE_KEY", "Authorization", is_needed=True)
    only(replace(FUNDING, address=endpoint.url, key=needed), monkeypatch)
    assert fetch_day(settings, "exchange", DAY).n_files == 0
    assert endpoint.asked == []


def test_a_snapshot_is_asked_for_the_newest_day_alone(
    endpoint: Endpoint, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = Request("info", body='{"type":"now","coin":"{symbol}"}', snapshot=True)
    only(replace(FUNDING, address=endpoint.url, request=now, asks_for={"symbol": "{asset}"}), monkeypatch)
    fetch_day(settings, "exchange", yesterday() - timedelta(days=1))
    assert endpoint.asked == []
    fetch_day(settings, "exchange", yesterday())
    ((method, path, headers, sent),) = endpoint.asked
    assert (method, path, sent) == ("POST", "/info", '{"type":"now","coin":"BTC"}')
    assert headers["content-type"] == "application/json"


def test_one_host_is_never_asked_for_more_at_once_than_is_set(
    endpoint: Endpoint, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(replace(FUNDING, address=endpoint.url), monkeypatch)
    endpoint.takes_s = 0.05
    many = settings.model_copy(update={"assets": tuple(f"A{n}" for n in range(24)), "connections_per_host": 3})
    assert fetch_day(many, "exchange", DAY).n_files == 24
    assert endpoint.most_at_once == 3


def test_a_host_that_asks_for_silence_is_left_alone_by_all(
    endpoint: Endpoint, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[float] = []
    monkeypatch.setattr(Hosts, "pause", lambda self, address, seconds: told.append(seconds))
    only(replace(FUNDING, address=endpoint.url), monkeypatch)
    endpoint.answers = [429, 418]
    assert fetch_day(settings, "exchange", DAY).n_files == 1
    assert told == [1.0, 1.0]


def test_what_is_refused_in_this_place_is_absent_and_the_day_goes_on(
    endpoint: Endpoint, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[float] = []
    monkeypatch.setattr(Hosts, "pause", lambda self, address, seconds: told.append(seconds))
    only(replace(FUNDING, address=endpoint.url), monkeypatch)
    endpoint.answers = [451]
    assert fetch_day(settings, "exchange", DAY).absent == 1
    assert (told, len(endpoint.asked)) == ([1.0], 1)


def test_a_pause_holds_back_every_request_to_the_host() -> None:
    hosts, begun = Hosts(2), time.monotonic()
    hosts.pause("https://a.example/x", 0.2)
    with hosts.turn("https://b.example/y"):
        pass
    assert time.monotonic() - begun < 0.2
    with hosts.turn("https://a.example/z"):
        pass
    assert time.monotonic() - begun >= 0.2


def test_what_an_archive_did_not_have_is_asked_for_again_after_a_week(
    endpoint: Endpoint, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(replace(FUNDING, address=endpoint.url), monkeypatch)
    endpoint.answers = [404]
    assert fetch_day(settings, "exchange", DAY).absent == 1
    assert fetch_day(settings, "exchange", DAY).absent == 1
    assert len(endpoint.asked) == 1
    (note,) = (path for path in (settings.paths.dumps / ".absent").rglob("*.json") if path.is_file())
    asked_at, address = note.read_text(encoding="utf-8").split(" ")
    a_week_ago = (datetime.fromisoformat(asked_at) - timedelta(days=7, seconds=1)).isoformat()
    note.write_text(f"{a_week_ago} {address}", encoding="utf-8")
    assert fetch_day(settings, "exchange", DAY).n_new == 1


def test_a_file_that_may_still_come_is_always_asked_for(tmp_path: Path) -> None:
    candidate = Candidate(
        FUNDING, "rest/funding/BTCUSDT/x.json", {"symbol": "BTCUSDT"}, FUNDING.paths[0], date(2026, 2, 1)
    )
    absent.remember_absent(tmp_path, candidate, "a")
    soon, late = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
    assert not absent.is_known_absent(tmp_path, candidate, "a", soon)
    assert absent.is_known_absent(tmp_path, candidate, "a", late)
    assert not absent.is_known_absent(tmp_path, candidate, "b", late)


def test_offline_asks_nobody_and_uses_what_is_there(
    endpoint: Endpoint, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(replace(FUNDING, address=endpoint.url), monkeypatch)
    fetch_day(settings, "exchange", DAY)
    endpoint.asked.clear()
    report = fetch_day(settings.model_copy(update={"offline": True}), "exchange", DAY)
    assert (report.n_files, report.n_new, endpoint.asked) == (1, 0, [])


def test_a_dry_run_tells_what_and_how_big_and_writes_nothing(
    endpoint: Endpoint, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(replace(FUNDING, address=endpoint.url), monkeypatch)
    mirror = settings.model_copy(update={"archive": endpoint.url})
    (file,) = plan.plan_day(mirror, DAY)
    assert str(file) == f"new        {endpoint.url}/exchange/rest/funding/BTCUSDT/2026-01-31.json  {len(ANSWER)} bytes"
    assert [method for method, _, _, _ in endpoint.asked] == ["HEAD"]
    assert not settings.home.exists()
    endpoint.answers = [404]
    assert [file.state for file in plan.plan_day(mirror, DAY)] == ["not there"]


def test_a_feed_on_request_is_asked_for_only_by_name(
    endpoint: Endpoint, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(replace(FUNDING, address=endpoint.url, on_request=True), monkeypatch)
    assert fetch_day(settings, "exchange", DAY).n_files == 0
    assert fetch_day(settings.model_copy(update={"feeds": ("exchange.funding",)}), "exchange", DAY).n_files == 1


def test_the_better_file_takes_the_place_of_the_other(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    klines = next(feed for feed in fetch.FEEDS if feed.name == "binance.klines")
    second = replace(klines, name="binance.second", paths=("second/{symbol}-{day}.zip",), yields_to=("binance.klines",))
    monkeypatch.setattr(fetch, "FEEDS", (klines, second))
    monkeypatch.setattr(lake, "feeds_of", lambda _: (klines, second))
    zipped(klines_path(lab.archive), lines([kline(0)]))
    for symbol in ("BTCUSDT", "ETHUSDT"):
        zipped(lab.archive / f"binance/second/{symbol}-{DAY}.zip", lines([kline(0, 50, high=60, low=40), kline(1)]))
    assert lab.land("binance", "candles").rows_kept == 3
    assert lab.rows("candles", "symbol, close, feed") == [
        ("BTCUSDT", 100.0, "binance.klines"),
        ("ETHUSDT", 50.0, "binance.second"),
        ("ETHUSDT", 100.0, "binance.second"),
    ]


def test_a_broken_endpoint_fails_the_day_by_name(
    endpoint: Endpoint, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(replace(FUNDING, address=endpoint.url), monkeypatch)
    monkeypatch.setattr(Hosts, "pause", lambda *_: None)
    endpoint.answers = [500] * 9
    with pytest.raises(FetchError, match=r"exchange/rest/funding/BTCUSDT/2026-01-31\.json.*HTTP 500"):
        fetch_day(settings, "exchange", DAY)
