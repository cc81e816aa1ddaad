"""What must be true of the lake after one dump was landed, by a second reading of it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import duckdb

from orchestration.feeds.contract import named_days, names_day
from orchestration.feeds.datasets import DATASETS
from tests.fuzz import reading, translate
from tests.fuzz.forge import DAY, Mould
from tests.fuzz.reading import Line, Unreadable
from tests.fuzz.translate import Translated, targets
from tests.fuzz.values import Verdict


class Expected:
    """What must be kept and what quarantined, by day."""

    def __init__(self, db: duckdb.DuckDBPyConnection, mould: Mould, plain: bytes) -> None:
        self._feed = mould.feed
        self._home = DAY if names_day(mould.template) else None
        self._span = mould.feed.days_held(DAY) if self._home else named_days(mould.path)
        self._lines: list[Line] | None = None
        self._rows: dict[int, list[Translated]] = defaultdict(list)
        is_parquet = mould.path.endswith(".parquet")
        try:
            self._lines = reading.lines(mould.feed.reader, plain, translate.used(mould.feed))
        except Unreadable:
            return
        if is_parquet:
            self._lines = [Line(line.number - 1, line.verdict, line.values) for line in self._lines]
        readable = [line for line in self._lines if line.verdict < Verdict.BAD]
        subject_day = DAY if mould.day else None
        for row in translate.translate(db, mould.feed, mould.subject, subject_day, [line.values for line in readable]):
            self._rows[id(readable[row.place])].append(row)

    def days(self) -> list[date]:
        """Days on which something of the file is told."""
        told = [self._told_on(row) for rows in self._rows.values() for row in rows]
        return [day for day in told if day]

    def compare(self, day: date, kept: Sequence[Any], quarantined: Sequence[int]) -> None:
        """Every line is accounted for on its day, and every kept value is the line's."""
        left = Counter(quarantined)
        if self._lines is None:
            assert (list(left), len(kept)) == ([0], 0), f"{day}: a file that cannot be read, {left}"
            return
        sound: list[tuple[Line, Translated]] = []
        unread: list[Line] = []
        undated: list[Line] = []
        has_dated = has_rows = False
        for line in self._lines:
            rows = self._rows[id(line)]
            if line.verdict == Verdict.BAD or (
                line.verdict == Verdict.EITHER
                and left[line.number]
                and not any(row.broken or self._is_misplaced(row) for row in rows)
            ):
                unread.append(line)
                continue
            has_rows = True
            for row in rows:
                has_dated = has_dated or row.at is not None
                if row.at is None:
                    undated.append(line)
                elif self._told_on(row) != day:
                    continue
                elif row.broken or self._is_misplaced(row):
                    _take(left, line, day)
                    self._seen_on(day)
                else:
                    sound.append((line, row))
        of_day = bool(sound) or self._was_seen(day)
        for line in undated if self._tells_undated(day, of_day, has_dated) else []:
            _take(left, line, day)
            of_day = True
        for line in unread:
            if day == self._home or (self._home is None and (of_day or not has_rows)):
                _take(left, line, day)
        self._compare_rows(day, sound, kept, left)
        assert not +left, f"{day}: quarantined though nothing is wrong with lines {dict(+left)}"

    def _compare_rows(
        self, day: date, sound: Iterable[tuple[Line, Translated]], kept: Sequence[Any], left: Counter[int]
    ) -> None:
        rows = []
        if self._feed.of_trades:
            rows = _folded([row for _, row in sound])
        else:
            seen = set()
            for line, row in sound:
                key = tuple(row.row[name] for name in ("venue", *DATASETS[self._feed.dataset].unique))
                if key in seen:
                    _take(left, line, day)
                    continue
                seen.add(key)
                rows.append(tuple(row.row[name] for name in ("venue", *targets(self._feed))))
        for row in kept:
            assert all(reading.is_sane(value, day) for value in row), f"{day}: {row} is no row of that day"
        ours, theirs = Counter(rows), Counter(map(tuple, kept))
        assert ours == theirs, f"{day}: the lines hold {list(ours - theirs)}, the lake {list(theirs - ours)}"

    def _is_misplaced(self, row: Translated) -> bool:
        return self._span is not None and row.at is not None and not self._span[0] <= row.at.date() <= self._span[1]

    def _told_on(self, row: Translated) -> date | None:
        if row.at is None:
            return self._home
        if not self._is_misplaced(row) or self._span is None:
            return row.at.date()
        return self._home or min(max(row.at.date(), self._span[0]), self._span[1])

    def _tells_undated(self, day: date, of_day: bool, has_dated: bool) -> bool:
        return day == self._home if self._home else of_day or not has_dated

    def _seen_on(self, day: date) -> None:
        self.__dict__.setdefault("_broken_on", set()).add(day)

    def _was_seen(self, day: date) -> bool:
        return day in self.__dict__.get("_broken_on", set())


def _take(left: Counter[int], line: Line, day: date) -> None:
    assert left[line.number], f"{day}: line {line.number} is not quarantined: {line.values}"
    left[line.number] -= 1


def _folded(trades: Sequence[Translated]) -> list[tuple[Any, ...]]:
    """Minute bars of trades, in the lake's columns."""
    bars: dict[tuple[str, str, datetime], list[dict[str, Any]]] = defaultdict(list)
    for trade in sorted(trades, key=lambda trade: trade.row["traded_at"]):
        row = trade.row
        minute = row["traded_at"] - timedelta(
            seconds=row["traded_at"].second, microseconds=row["traded_at"].microsecond
        )
        bars[row["venue"], row["symbol"], minute].append(row)
    return [rounded(_bar(*key, rows)) for key, rows in bars.items()]


def _bar(venue: str, symbol: str, minute: Any, rows: list[dict[str, Any]]) -> tuple[Any, ...]:
    prices = [row["price"] for row in rows]
    ends = (prices[0], max(prices), min(prices), prices[-1])
    return (venue, minute, 60, symbol, None, *ends, _sum(rows, "base"), _sum(rows, "quote"), len(rows))


def _sum(rows: list[dict[str, Any]], name: str) -> float | None:
    told = [row[name] for row in rows if row[name] is not None]
    return sum(told) if told else None


def rounded(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Sums of trades are kept to twelve places."""
    return tuple(
        float(f"{value:.9g}")
        if isinstance(value, float) and value > 1e-3
        else (round(value, 11) if isinstance(value, float) else value)
        for value in row
    )
