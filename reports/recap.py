"""One day's recap: read the published marts, judge, draw, render, lint, and put the folder in its place.

What belongs here: the order of these steps and the files. What does not: any of the steps.
"""

import json
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
from filelock import FileLock

from reports import charts, claims, entries, letter, site
from reports.charts.model import Chart
from reports.claims import Ledger
from reports.facts import FactStore, NoDataError, gather
from reports.files import render_files
from reports.lint import LintError, lint_words

__all__ = ["LintError", "NoDataError", "Recap", "is_impaired", "refresh_archive", "write_recap"]


@dataclass(frozen=True, slots=True)
class Recap:
    """A recap as written."""

    day: date
    folder: Path
    headline: str
    subject: str
    takeaways: tuple[str, ...]
    regime: str
    impaired: bool
    simulated: bool
    n_facts: int
    n_claims: int
    n_charts: int

    @property
    def page(self) -> Path:
        """The page to open."""
        return self.folder / "index.html"


def refresh_archive(recaps: Path, days: Iterable[date]) -> None:
    """Refresh the archive around recaps that were written without."""
    with FileLock(recaps / ".lock"):
        site.refresh(recaps, days)


def write_recap(published: Path, recaps: Path, day: date, refresh: bool = True) -> Recap:
    """Write recaps/<day>/ and refresh the archive around it (once for many days: `refresh_archive`).

    Raises `NoDataError` where the day is not published and `LintError` where a text contradicts the facts; then the
    recap that was there before stays.
    """
    with duckdb.connect(str(published), read_only=True, config={"threads": 1}) as db:
        store = gather(db, day)
        pictures = charts.build(db, day, store.digits)
    ledger = claims.judge(store)
    files = compose(store, ledger, pictures)
    folder = _place(recaps, day, files, refresh)
    return Recap(
        day=day,
        folder=folder,
        headline=ledger.one("headline").text,
        subject=letter.subject(ledger, store.simulated),
        takeaways=tuple(claim.text for claim in ledger.said("takeaway")),
        regime=ledger.regime.name,
        impaired=ledger.regime.is_impaired,
        simulated=store.simulated,
        n_facts=len(store),
        n_claims=sum(claim.said for claim in ledger.claims),
        n_charts=len(pictures),
    )


def is_impaired(recaps: Path, day: date) -> bool:
    """Whether the recap of a day exists and says that its data is impaired."""
    ledger = recaps / day.isoformat() / "claims.json"
    return ledger.exists() and bool(json.loads(ledger.read_text(encoding="utf-8"))["impaired"])


def compose(store: FactStore, ledger: Ledger, pictures: Sequence[Chart]) -> dict[str, bytes]:
    """Return the files of a recap by path; raises `LintError` where a text contradicts the facts.

    To render them anew, as the linter does with files that lie on disk, would say nothing of what was rendered just now.
    """
    files = render_files(store, ledger, pictures)
    told = json.loads(files["claims.json"])
    if findings := lint_words(store, told, files["index.html"].decode(), files["email.eml"]):
        raise LintError(findings)
    return files


def _place(recaps: Path, day: date, files: Mapping[str, bytes], refresh: bool) -> Path:
    """Write the folder beside its place and swap it in; one writer at a time, nothing half-written is ever seen."""
    recaps.mkdir(parents=True, exist_ok=True)
    target, fresh, old = recaps / day.isoformat(), recaps / f".{day}.{os.getpid()}.new", recaps / f".{day}.old"
    with FileLock(recaps / ".lock"):
        if old.exists() and not target.exists():
            old.rename(target)
        # Whoever dies before the archive is refreshed leaves a page that has its links already.
        days = sorted({day, *entries.days_in(recaps)})
        page = site.linked(files["index.html"].decode(), days, day)
        try:
            _write(fresh, {**files, "index.html": page.encode()})
            _swap(fresh, target, old)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
            shutil.rmtree(old, ignore_errors=True)
        if refresh:
            site.refresh(recaps, [day])
    return target


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _swap(fresh: Path, target: Path, old: Path) -> None:
    if target.exists():
        shutil.rmtree(old, ignore_errors=True)
        target.rename(old)
    fresh.rename(target)
