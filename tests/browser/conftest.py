"""A browser of the system, and an archive of hand-made days served on the loopback address."""

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, Page, sync_playwright

from reports.recap import refresh_archive, write_recap
from tests.reports.published import MARKETS

CHROMIUM = Path("/usr/bin/chromium")
REQUIRED = "TIDEMARK_REQUIRE_BROWSER"
FLAGS = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
)  # fmt: skip
DAYS = {
    "quiet": date(2025, 12, 30),
    "event": date(2026, 1, 31),
    "impaired": date(2026, 2, 1),
    "uncovered": date(2026, 2, 2),
}
PAGES = {"archive": "index.html", **{name: f"{day}/index.html" for name, day in DAYS.items()}}
ENTITLED = ("quiet", "event", "impaired", "archive")
"""Pages that are looked at in both schemes."""


@dataclass
class Visit:
    """A page that was opened, with what it asked for and what it complained about."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


Open = Callable[..., Visit]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # For one module, as its event loop is that of the thread for as long as it runs: no test after it could have its own.
    if not CHROMIUM.exists():
        missing = f"{CHROMIUM} is not there: install the package chromium"
        if os.environ.get(REQUIRED):
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, chromium_sandbox=False)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def recaps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of four days in two years; made once for all workers."""
    own = tmp_path_factory.getbasetemp()
    root = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "browsed"
    root.mkdir(exist_ok=True)
    with FileLock(root / ".lock"):
        if not (root / "done").exists():
            for name, day in DAYS.items():
                market = replace(MARKETS[name], day=day, simulated=name == "event")
                write_recap(market.write(root / name / "tidemark.duckdb"), root / "recaps", day, refresh=False)
            refresh_archive(root / "recaps", DAYS.values())
            (root / "done").touch()
    return root / "recaps"


@pytest.fixture(scope="session")
def address(recaps: Path) -> Iterator[str]:
    """Where the archive is served."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(recaps))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Open]:
    """Open a page in a window of its own."""
    contexts = []

    def open_(name: str, scheme: str = "light", width: int = 1280, script: bool = True, fragment: str = "") -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=script
        )
        contexts.append(context)
        visit = Visit(context.new_page())
        visit.page.on("request", lambda request: visit.requests.append(request.url))
        visit.page.on("console", lambda said: visit.complaints.append(said.text) if said.type == "error" else None)
        visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        visit.page.goto(f"{address}{PAGES[name]}{fragment}")
        return visit

    yield open_
    for context in contexts:
        context.close()
