"""Real days from real dumps, by the command: the recap tells no more than the data knows.

The figures are those that the dumps' provenance lists; `../shared/real` stays out of the project.
"""

import json
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock

from tests.conftest import Run
from tests.real import DAYS, MISSING, SHARED, write_archive

pytestmark = pytest.mark.skipif(not SHARED.exists(), reason=MISSING)
CALM = re.compile(r"\b(calm|quiet|uneventful|muted|little was liquidated|no liquidations)\b", re.IGNORECASE)


class Text(HTMLParser):
    """The text of a page without styles."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self._hidden, self._parts = 0, list[str]()
        self.feed(page.read_text(encoding="utf-8"))
        self.text = " ".join("".join(self._parts).split())

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._hidden += tag in ("style", "script")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "script")
        self._parts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._parts.append(data)


class Told:
    """A day that was told: exit code, page, and the published database."""

    def __init__(self, home: Path, day: date, code: int) -> None:
        self.home, self.day, self.code = home, day, code
        self.text = Text(home / "recaps" / str(day) / "index.html").text

    @property
    def said(self) -> list[str]:
        """Every sentence of the recap."""
        ledger = json.loads((self.home / "recaps" / str(self.day) / "claims.json").read_text(encoding="utf-8"))
        return [claim["text"] for claim in ledger["claims"] if claim["text"]]

    def query(self, sql: str) -> list[tuple[object, ...]]:
        with duckdb.connect(str(self.home / "published" / "tidemark.duckdb"), read_only=True) as db:
            return db.execute(sql, {"day": self.day}).fetchall()


def tell(place: int, root: Path, run: Run) -> Told:
    real = DAYS[place]
    home = root / f"real-{real.day}"
    with FileLock(root / f"real-{real.day}.lock"):
        code = home / "exit"
        if not code.exists():
            archive = write_archive(root / f"archive-{real.day}", real.parts)
            done = run("run", "--day", real.day, "--home", home, "--archive", archive)
            assert done.returncode in (0, 3), done.stderr
            code.write_text(str(done.returncode), encoding="utf-8")
    return Told(home, real.day, int(code.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def january(tmp_path_factory: pytest.TempPathFactory, run: Run) -> Told:
    return tell(0, tmp_path_factory.getbasetemp().parent, run)


@pytest.fixture(scope="module")
def february(tmp_path_factory: pytest.TempPathFactory, run: Run) -> Told:
    return tell(1, tmp_path_factory.getbasetemp().parent, run)


@pytest.fixture(scope="module")
def december(tmp_path_factory: pytest.TempPathFactory, run: Run) -> Told:
    return tell(2, tmp_path_factory.getbasetemp().parent, run)


def test_january_shows_what_binance_traded(january: Told) -> None:
    for figure in ("$84,211", "$75,500", "$78,707", "$2,706", "$2,202", "$2,450"):
        assert figure in january.text


def test_january_has_the_aggregator_s_figures_for_btc_and_says_whose_they_are(january: Told) -> None:
    ((long_usd, short_usd, basis),) = january.query(
        "select long_usd, short_usd, basis from marts.liquidations_by_asset_daily where day = $day and asset = 'BTC'"
    )
    assert long_usd == pytest.approx(274.0e6, abs=0.05e6)
    assert short_usd == pytest.approx(25.2e6, abs=0.05e6)
    assert basis == "aggregated"
    assert "$274M" in january.text
    assert "$25.2M" in january.text
    assert "CoinGlass" in january.text


def test_january_claims_no_total_market_and_names_what_is_not_covered(january: Told) -> None:
    assert "BTC and ETH together" in january.text
    assert not re.search(r"total (crypto )?market cap (fell|lost|closed)", january.text, re.IGNORECASE)
    assert re.search(r"no order-level|not covered|no orders", january.text, re.IGNORECASE)
    assert january.query("select count(*) from marts.liquidations_by_asset_daily where day = $day") == [(1,)]


def test_the_median_over_venues_does_not_take_one_venue_s_bad_wick(january: Told) -> None:
    ((low,),) = january.query(
        "select low_price_usd from marts.market_cap_changes_daily where day = $day and asset = 'BTC'"
    )
    assert 75_500 <= float(str(low)) <= 75_700
    assert january.query(
        "select low_usd from marts.prices_by_venue_daily where day = $day and asset = 'BTC' and venue = 'kraken'"
    ) == [(69_524.0,)]


def test_february_reads_minute_bars_and_funding_of_the_archive_beside_the_own_files(february: Told) -> None:
    bars = february.query(
        "select asset, n_bars from marts.prices_by_venue_daily where day = $day and interval_s = 60 order by 1"
    )
    assert bars == [(asset, 1440) for asset in ("ALGO", "AVAX", "DOT", "LINK", "LTC")]
    ((funding,),) = february.query(
        "select count(*) from marts.dump_files where day = $day and feed = 'binance.funding_rate' and rows_kept > 0"
    )
    assert funding == 32


def test_december_covers_three_clock_hours_and_calls_none_of_the_others_calm(december: Told) -> None:
    hours = december.query(
        "select hour from marts.coverage_hourly where day = $day and dataset = 'liquidations' and state <> 'missing' order by 1"
    )
    assert hours == [(14,), (15,), (21,)]
    assert december.code == 3
    assert "3 of 24" in december.text
    assert len(december.said) > 5
    assert not [sentence for sentence in december.said if CALM.search(sentence)]


def test_december_keeps_every_order_of_the_log(december: Told) -> None:
    assert december.query(
        "select sum(rows_in), sum(rows_kept), sum(rows_quarantined), sum(rows_unknown_instrument) "
        "from marts.dump_files where day = $day and dataset = 'liquidations'"
    ) == [(1611, 1611, 0, 0)]


@pytest.mark.parametrize("name", ["january", "february", "december"])
def test_every_number_of_a_real_day_is_derived_again(name: str, request: pytest.FixtureRequest, run: Run) -> None:
    told: Told = request.getfixturevalue(name)
    done = run("verify", "--day", told.day, "--home", told.home)
    assert done.returncode == 0, done.stderr
