"""Sound lines of a feed, found from its declaration alone: by trying values until its own SQL and the rules take them."""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache

import duckdb

from orchestration.feeds.catalog import FEEDS
from orchestration.feeds.contract import Feed, Table, Variables, fill
from orchestration.feeds.datasets import DATASETS
from tests.fuzz import reading
from tests.fuzz.translate import Translated, translate
from tests.fuzz.written import Cells, written

DAY = date(2026, 1, 31)
MIDNIGHT = datetime(2026, 1, 31, tzinfo=UTC)
NAME = "BTCUSDT"
_SUBJECTS = {"symbol": NAME, "exchange": "bybit", "asset": "BTC", "asset_lower": "btc", "slug": "BTC", "hour": "13"}
_LITERAL = re.compile(r"'([A-Za-z0-9-]{1,30})'")
_FIELD = re.compile(r"end \|\| '(\.\w+|\[\d+\])'|'\$(\.\w+)'|\) \|\| '(\.\w+)'")
_LEVELS = '[["101", "2"], ["99", "3"]]'

Form = Callable[[datetime], str | None]


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


_TIMES: tuple[Form, ...] = (
    lambda at: str(_ms(at)),
    lambda at: str(_ms(at) * 1000),
    lambda at: str(_ms(at) // 1000),
    lambda at: f"{at:%Y-%m-%d %H:%M:%S}",
    lambda at: f"{at:%Y-%m-%dD%H:%M:%S}.000000000",
)


def _constant(text: str) -> Form:
    return lambda _: text


@dataclass(frozen=True)
class Mould:
    """What a sound line of a feed looks like: a form per column or field, and the place in a vendor's archive."""

    feed: Feed
    template: str
    subject: dict[str, str]
    day: date | None
    forms: dict[str, Form]

    @property
    def path(self) -> str:
        """Below the source's base."""
        return fill(self.template, DAY, self.subject).replace("*", "x")

    def cells(self, at: datetime, name: str = NAME, factor: float = 1) -> Cells:
        """A line for an instant; `name` stands where a name does, and `factor` moves every number."""
        cells: Cells = {}
        for slot, form in self.forms.items():
            text = form(at)
            if text == NAME:
                text = name
            elif text and _slots(self.feed)[slot] == "DOUBLE" and form(MIDNIGHT) == form(MIDNIGHT + timedelta(1)):
                text = repr(float(text) * factor)
            cells[slot] = text
        return cells

    def write(self, rows: Sequence[Cells]) -> bytes:
        """The plain file."""
        return written(self.feed, rows)


def _slots(feed: Feed) -> dict[str, str]:
    """What can be filled in, with its type: columns of a table, JSON paths of a record."""
    if isinstance(feed.reader, Table):
        return dict(feed.reader.columns)
    slots = dict(feed.reader.columns.values())
    if feed.reader.columns.get("order_path"):
        sql = " ".join([*feed.select.values(), feed.where or ""])
        slots.pop("$.message")
        for field, outer, beside in _FIELD.findall(sql):
            slots["$.message" + (outer or ".data" + (field or beside))] = "FIELD"
    return slots


def _forms(feed: Feed, type_: str) -> list[Form]:
    """Values to try for a column of a type; the literals of the feed's SQL are among them."""
    sql = " ".join([*feed.select.values(), feed.where or "", *DATASETS[feed.dataset].rules.values()])
    words = [NAME, "1", *dict.fromkeys(_LITERAL.findall(sql)), "kraken", "$.data"]
    numbers = ["0.25", "100.0", "1.0", "-1.0"]
    shown = {
        "BIGINT": [*_TIMES[:3], *map(_constant, ("1", "60", "3600"))],
        "INTEGER": [*map(_constant, ("1", "60", "3600", "86400"))],
        "DOUBLE": [*map(_constant, numbers), _TIMES[2]],
        "JSON": [_constant(_LEVELS)],
        "TIMESTAMP": [_TIMES[3]],
        "TIMESTAMPTZ": [_TIMES[3], _constant("2000-01-01 08:00:00")],
    }
    return shown.get(type_) or [*map(_constant, [*words, *numbers]), *_TIMES, lambda _: None]


def mould(feed: Feed, template: str) -> Mould:
    """A sound line of a feed, found once."""
    return _found(feed.name, template)


@cache
def _found(name: str, template: str) -> Mould:
    """A sound line of a feed. Raises AssertionError where none is found: then it wants a better guess in `_forms`."""
    feed = next(feed for feed in FEEDS if feed.name == name)
    subject = {name: _subject(feed, name) for name in feed.subjects}
    slots = {slot: _forms(feed, type_) for slot, type_ in _slots(feed).items()}
    if "$.at" in slots:  # the recorder says that the order stands there, and no word of the connection
        slots |= {"$.at": [_constant("$.data")], "$.connection": [lambda _: None]}
    told: list[Translated] = []
    with duckdb.connect(config={"threads": 1}) as db:
        for seed in range(9):
            best = _climb(db, feed, subject, slots, random.Random(f"{feed.name} {seed}"))
            made = Mould(feed, template, subject, DAY if _is_dated(template) else None, best)
            told = translate(db, feed, subject, DAY, [_read(feed, [made.cells(MIDNIGHT)])[0].values])
            if told and not any(each.broken for each in told):
                return made
    raise AssertionError(f"{name}: no sound line found from its declaration, {told}")


def _climb(
    db: duckdb.DuckDBPyConnection,
    feed: Feed,
    subject: Variables,
    slots: Mapping[str, list[Form]],
    chance: random.Random,
) -> dict[str, Form]:
    """The best of some random lines, made better one value at a time until none does."""
    chosen = [{slot: forms[0] for slot, forms in slots.items()}]
    chosen += [{slot: chance.choice(forms) for slot, forms in slots.items()} for _ in range(80)]
    best, score = _best(db, feed, subject, chosen)
    while True:
        near = [{**best, slot: form} for slot, forms in slots.items() for form in forms]
        better, reached = _best(db, feed, subject, near)
        if reached <= score:
            return best
        best, score = better, reached


def _subject(feed: Feed, name: str) -> str:
    asked = feed.asks_for.get(name, "")
    return asked.format(asset="BTC", asset_lower="btc") if asked else _SUBJECTS.get(name, "BTC")


def _is_dated(template: str) -> bool:
    return fill(template, DAY, dict.fromkeys(_SUBJECTS, "")) != template


def _best(
    db: duckdb.DuckDBPyConnection, feed: Feed, subject: Variables, chosen: Sequence[dict[str, Form]]
) -> tuple[dict[str, Form], float]:
    """The one that breaks the fewest rules; at the same, the first."""
    rows = [{slot: form(MIDNIGHT) for slot, form in forms.items()} for forms in chosen]
    read = _read(feed, rows)
    told: dict[int, Translated] = {}
    for each in translate(db, feed, subject, DAY, [line.values for line in read]):
        told.setdefault(each.place, each)
    scores = [-10 * read[n].verdict + (_soundness(told[n]) if n in told else -5) for n in range(len(rows))]
    return chosen[scores.index(max(scores))], max(scores)


def _soundness(told: Translated) -> float:
    """Rules kept, and a little for each value that is there at all."""
    return told.n_sound + 3 * _is_of_the_day(told) + sum(value is not None for value in told.row.values()) / 100


def _is_of_the_day(told: Translated) -> bool:
    return told.at is not None and told.at.date() == DAY


def _read(feed: Feed, rows: Sequence[Cells]) -> list[reading.Line]:
    return reading.lines(feed.reader, written(feed, rows), set(feed.reader.columns))


def sound(mould: Mould, n: int) -> list[Cells]:
    """Up to `n` sound lines of the day that differ in their time, else in their name."""
    minutes = [60 * hour + minute for minute in (0, 20, 40) for hour in range(24)][:n]
    times = [mould.cells(MIDNIGHT + timedelta(minutes=minute), factor=1 - minute / 3000) for minute in minutes]
    rows = [*times, *(mould.cells(MIDNIGHT, f"A{number}USDT", 1 - number / 128) for number in range(n))]
    found: list[Cells] = []
    seen = set()
    key = ("venue", *DATASETS[mould.feed.dataset].unique)
    with duckdb.connect(config={"threads": 1}) as db:
        values = [line.values for line in _read(mould.feed, rows)]
        for told in translate(db, mould.feed, mould.subject, DAY, values):
            row = {**told.row, "open_at": told.row.get("open_at", told.at)}
            name = tuple(row.get(column) for column in key)
            if told.broken is None and _is_of_the_day(told) and name not in seen:
                seen.add(name)
                found.append(rows[told.place])
    return [row for place, row in enumerate(found) if row not in found[:place]][:n]
