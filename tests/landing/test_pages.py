"""Endpoints that answer with a part: slices of the day, pages of each, and what comes of those that go wrong."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from orchestration.feeds.contract import Pages, Request
from orchestration.landing import lake
from orchestration.landing.errors import FetchError
from orchestration.landing.fetch import fetch_day
from orchestration.settings import Settings
from tests.landing.kit import DAY, MIDNIGHT_MS, Lab
from tests.landing.test_manners import FUNDING, only

Query = dict[str, str]


@dataclass
class Book:
    """An endpoint that answers a query with a status and a text."""

    answer: Callable[[Query], tuple[int, str]]
    asked: list[Query] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def book() -> Iterator[Book]:
    served = Book(lambda _: (404, ""))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            served.asked.append(query)
            status, text = served.answer(query)
            self.send_response(status)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield served
    server.shutdown()
    server.server_close()


def settlements(*hours: int, more: bool = False) -> str:
    rows = [{"at": MIDNIGHT_MS + hour * 3_600_000, "rate": 0.0001} for hour in hours]
    return json.dumps({"list": rows, "more": more}, indent=1)


BY_PAGE = Request(
    "v1/funding?symbol={symbol}&from={start_ms}&to={end_ms}",
    pages=Pages("from", lambda answer, _: answer["list"][-1]["at"] + 1 if answer["more"] else None),
)


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    settings = Settings(home=tmp_path / "home", threads=2, assets=("BTC",))
    return Lab(settings.home, settings)


def ask(lab: Lab, book: Book, request: Request, monkeypatch: pytest.MonkeyPatch) -> None:
    only(replace(FUNDING, address=book.url, request=request), monkeypatch)
    fetch_day(lab.settings, "exchange", DAY)


def kept(lab: Lab) -> Path:
    return lab.settings.paths.dumps / "exchange/rest/funding/BTCUSDT/2026-01-31.json"


def test_pages_are_asked_for_until_the_last_and_kept_as_received_one_after_the_other(
    book: Book, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [settlements(0, 8, more=True), settlements(16)]
    book.answer = lambda query: (200, texts[query["from"] != str(MIDNIGHT_MS)])
    ask(lab, book, BY_PAGE, monkeypatch)
    assert [query["from"] for query in book.asked] == [str(MIDNIGHT_MS), str(MIDNIGHT_MS + 8 * 3_600_000 + 1)]
    assert kept(lab).read_text(encoding="utf-8") == "".join(f"{text}\n" for text in texts)
    report = lake.land_day(lab.settings, "funding", DAY)
    assert (report.rows_kept, report.rows_quarantined) == (3, 0)


def test_a_day_is_asked_for_in_slices_that_leave_out_no_instant(
    book: Book, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.answer = lambda query: (200, settlements((int(query["from"]) - MIDNIGHT_MS) // 3_600_000))
    ask(lab, book, replace(BY_PAGE, slices=3), monkeypatch)
    bounds = [(int(query["from"]) - MIDNIGHT_MS, int(query["to"]) - MIDNIGHT_MS) for query in book.asked]
    assert bounds == [(0, 28_799_999), (28_800_000, 57_599_999), (57_600_000, 86_399_999)]
    assert lake.land_day(lab.settings, "funding", DAY).rows_kept == 3


def test_a_page_that_fails_leaves_nothing_half_and_the_next_run_asks_for_all_of_them(
    book: Book, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orchestration.landing.web._ATTEMPTS", 1)
    book.answer = lambda query: (200, settlements(0, more=True)) if query["from"] == str(MIDNIGHT_MS) else (500, "")
    with pytest.raises(FetchError, match="HTTP 500"):
        ask(lab, book, BY_PAGE, monkeypatch)
    assert not kept(lab).exists()
    book.answer = lambda query: (200, settlements(0, more=query["from"] == str(MIDNIGHT_MS)))
    ask(lab, book, BY_PAGE, monkeypatch)
    assert kept(lab).exists()


def test_pages_that_do_not_end_are_an_error(book: Book, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    book.answer = lambda _: (200, settlements(0, more=True))
    endless = Pages("from", lambda answer, midnight: midnight)
    with pytest.raises(FetchError, match="next page is itself"):
        ask(lab, book, replace(BY_PAGE, pages=endless), monkeypatch)
    monkeypatch.setattr("orchestration.landing.pages._MOST", 3)
    with pytest.raises(FetchError, match="more than 3 pages"):
        ask(lab, book, replace(BY_PAGE, pages=Pages("n", lambda *_: len(book.asked))), monkeypatch)
    assert not kept(lab).exists()


def test_a_complaint_among_the_pages_covers_nothing_and_is_asked_again(
    book: Book, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    complaint = '{"code": 10006, "msg": "too many visits"}'
    book.answer = lambda query: (200, settlements(0, more=True) if query["from"] == str(MIDNIGHT_MS) else complaint)
    ask(lab, book, BY_PAGE, monkeypatch)
    report = lake.land_day(lab.settings, "funding", DAY)
    assert (report.rows_kept, lab.quarantined()) == (0, [(0, "not a JSON document with $.list[*]")])
    assert report.coverage == {"exchange": 0}
    book.answer = lambda query: (200, settlements(0, more=query["from"] == str(MIDNIGHT_MS)))
    ask(lab, book, BY_PAGE, monkeypatch)
    assert lake.land_day(lab.settings, "funding", DAY).rows_kept == 1


def test_an_answer_with_an_empty_list_is_one_and_is_not_asked_for_again(
    book: Book, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.answer = lambda _: (200, settlements())
    ask(lab, book, BY_PAGE, monkeypatch)
    ask(lab, book, BY_PAGE, monkeypatch)
    assert len(book.asked) == 1
