"""What a feed is: where its dumps lie, how their rows read, what they prove about coverage. Declarations only.

A feed module fills in `Feed`; fetching, reading, checking and writing are done for all feeds alike in `landing`.
"""

import re
from calendar import monthrange, timegm
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from typing import Any

_DATES = {
    "day": "%Y-%m-%d",
    "month": "%Y-%m",
    "yyyymmdd": "%Y%m%d",
    "yyyy": "%Y",
    "mm": "%m",
    "dd": "%d",
}
_DATE_SHAPES = {
    "day": r"\d{4}-\d{2}-\d{2}",
    "month": r"\d{4}-\d{2}",
    "yyyymmdd": r"\d{8}",
    "yyyy": r"\d{4}",
    "mm": r"\d{2}",
    "dd": r"\d{2}",
}
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_DATE_IN_NAME = re.compile(r"(?<!\d)(?:19|20)\d\d-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?(?!\d)")

Variables = Mapping[str, str]


class Coverage(Enum):
    """What the rows of a day prove about the hours they stand for."""

    CADENCE = "every symbol's rows come at a known pace: an hour is complete when none is missing"
    WHOLE_FILE = "the publisher writes the whole day into the file: a readable file covers all its hours"
    ROWS_SEEN = "a log proves only the hours that it has rows of, and never that those are all"
    MARKS = "the recorder writes when it was connected"
    NON_ZERO = "an hour of zeros stands for a gap"


@dataclass(frozen=True)
class Table:
    """Rows with named columns: CSV (plain, gzip or zip) or Parquet, by the file's ending.

    `columns` gives DuckDB types by our names, in file order for files without a header. With a header, columns are
    found by name or by one of their `aliases`; those in `optional` may be absent, others in the file are ignored.
    Where `headless`, files have no header, and a first line that looks like one is a bad row. Where `ragged`, lines may end
    before the last columns; elsewhere a line that does was cut, and its last number with it. `others` is the name under which
    all other columns of the header come, as a MAP of their names to their texts; an empty one is not in it.
    """

    columns: Mapping[str, str]
    optional: frozenset[str] = frozenset()
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    headless: bool = False
    ragged: bool = False
    delimiter: str = ","
    others: str | None = None


@dataclass(frozen=True)
class JsonLines:
    """One JSON object a line; `columns` maps our names to (JSON path, DuckDB type).

    Where a line holds several records, `records` is their JSON path, and those of `columns` start at one of them.
    """

    columns: Mapping[str, tuple[str, str]]
    records: str | None = None


@dataclass(frozen=True)
class JsonDocument:
    """One JSON document a file; `records` is the JSON path of its records, whose `columns` map our names to (path, type)."""

    columns: Mapping[str, tuple[str, str]]
    records: str = "$[*]"


Reader = Table | JsonLines | JsonDocument


@dataclass(frozen=True)
class Pages:
    """How an endpoint that answers with a part goes on: the query's `parameter` becomes what `cursor` gives.

    `cursor` is given the parsed answer and the day's first millisecond, and gives None after the last page.
    """

    parameter: str
    cursor: Callable[[Any, int], object]


@dataclass(frozen=True)
class Request:
    """A public endpoint for what has no dump: its answer, kept as received, is the day's dump.

    `target` is the path and query below the feed's address; it may hold `{start_ms}`, `{end_ms}`, `{start_s}`, `{end_s}`
    (the day and the last instant of it) besides what `paths` may hold. `body` makes it a POST. A `snapshot` tells of now
    alone, so it is asked for the newest complete day only. A day may be asked for in `slices`, each of which has its own
    first and last instant, and each in `pages`; the answers stand one after the other in one dump.
    """

    target: str
    body: str | None = None
    snapshot: bool = False
    slices: int = 1
    pages: Pages | None = None


@dataclass(frozen=True)
class Key:
    """An API key: the environment variable that holds it and the header that carries it.

    Without an `is_needed` key the source gives a part of its files.
    """

    variable: str
    header: str
    form: str = "{}"
    is_needed: bool = False


@dataclass(frozen=True)
class Feed:
    """One kind of dump file of one source, and how its rows become rows of the lake.

    `paths` are templates below the source's base, best first: for one subject (symbol, exchange …) and day the first
    that exists is read. `{day}`, `{month}`, `{yyyy}`, `{mm}`, `{dd}`, `{yyyymmdd}` stand for the UTC day.
    `select` maps lake columns to SQL over the reader's columns and, as `path.<name>`, over the other placeholders,
    `path.day` (the DATE that the path names) and what `derive` adds to them. `venue` is SQL likewise. `where` keeps rows
    that are data at all.

    `asks_for` says how a subject is spelled for an asset, where an archive cannot be listed. Feeds that are `on_request`
    are not asked for over the network unless the settings name them. `hours` are those of UTC that a file of day d holds,
    counted from d 00:00, or `hours_of` its subject; `reads` says of which days, counted from d, files may hold rows of d.
    A file is left aside where one of the feeds in `yields_to` has its subject's day. With `of_trades` the select gives
    `traded_at`, `symbol`, `price`, `base` and `quote` of single trades, which land as minute bars. `published` says when a
    file is out, in words.
    """

    name: str
    dataset: str
    paths: tuple[str, ...]
    reader: Reader
    select: Mapping[str, str]
    venue: str
    coverage: Coverage
    address: str | None = None
    where: str | None = None
    checksum: str | None = None
    derive: Callable[[Variables], Variables] | None = None
    hours: tuple[int, int] = (0, 24)
    hours_of: Callable[[Variables], tuple[int, int]] | None = None
    reads: tuple[int, ...] = (0,)
    kind: str = "archive"
    asks_for: Mapping[str, str] = field(default_factory=lambda: {"symbol": "{asset}USDT"})
    request: Request | None = None
    key: Key | None = None
    on_request: bool = False
    yields_to: tuple[str, ...] = ()
    of_trades: bool = False
    published: str = ""

    @property
    def source(self) -> str:
        """Who publishes: the first part of the name, and the folder in an archive."""
        return self.name.partition(".")[0]

    @property
    def subjects(self) -> tuple[str, ...]:
        """Placeholders that are not dates, in order of appearance."""
        names = (name for path in self.paths for name in _PLACEHOLDER.findall(path) if name not in _DATES)
        return tuple(dict.fromkeys(names))

    @property
    def rows_name_venues(self) -> bool:
        """Whether the venue stands in the rows, not in the path or in the feed itself."""
        return re.search(r"(?<!path\.)\bvenue\b", self.venue) is not None

    def days_read(self, day: date) -> tuple[date, ...]:
        """Days whose files hold rows of `day`."""
        return tuple(day + timedelta(days=offset) for offset in self.reads)

    def days_held(self, day: date) -> tuple[date, date]:
        """First and last day of which a file named after `day` may hold rows."""
        return day - timedelta(days=max(self.reads)), day - timedelta(days=min(self.reads))

    def variables(self, subject: Variables) -> Variables:
        """Everything that `path.<name>` can stand for."""
        return {**subject, **(self.derive(subject) if self.derive else {})}


def names_day(template: str) -> bool:
    """Whether paths of this template are of one day each."""
    return bool({"{day}", "{yyyymmdd}", "{dd}"} & set(re.findall(r"\{\w+\}", template)))


def fill(template: str, day: date, subject: Variables, slice_: tuple[int, int] = (0, 1)) -> str:
    """The path of one dump file, or the target of one request: of the day, or of its nth `slice_` of so many."""
    dates = {name: day.strftime(form) for name, form in _DATES.items()}
    length = 86_400 // slice_[1]
    starts = timegm(day.timetuple()) + slice_[0] * length
    bounds = {
        "start_s": starts,
        "end_s": starts + length - 1,
        "start_ms": starts * 1000,
        "end_ms": (starts + length) * 1000 - 1,
    }
    return _PLACEHOLDER.sub(lambda match: str({**dates, **bounds, **subject}[match[1]]), template)


def pattern(template: str, day: date) -> tuple[str, "re.Pattern[str]"]:
    """A glob for the files of one day, and the expression that reads the subject back from a path."""
    dates = {name: day.strftime(form) for name, form in _DATES.items()}
    glob = _PLACEHOLDER.sub(lambda match: dates.get(match[1], "*"), template)
    return glob, re.compile(_expression(template, {name: re.escape(value) for name, value in dates.items()}))


def literal_folder(template: str) -> str:
    """The folders at the start of a template that are the same for every file."""
    fixed = re.split(r"[{*]", template, maxsplit=1)[0]
    return fixed.rpartition("/")[0]


def recognise(path: str, feeds: Iterable[Feed]) -> tuple[Feed, str, Variables, date | None] | None:
    """Which feed reads a file, by how its path ends: feed, template, subject, and the day that the path names, if any."""
    for feed in feeds:
        for template in feed.paths:
            match = re.search("(?:^|/)" + _expression(template, _DATE_SHAPES) + "$", path)
            if match:
                found = match.groupdict()
                subject = {name: value for name, value in found.items() if name not in _DATES}
                return feed, template, subject, _named_day(found)
    return None


def _expression(template: str, dates: Variables) -> str:
    """A template as a regular expression with a group for each placeholder; `dates` says how date placeholders read."""
    parts, seen, end = [], set[str](), 0
    for match in _PLACEHOLDER.finditer(template):
        name = match[1]
        group = f"(?P={name})" if name in seen else f"(?P<{name}>{dates.get(name, '[^/]+?')})"
        parts += [_literal(template[end : match.start()]), group]
        seen.add(name)
        end = match.end()
    return "".join((*parts, _literal(template[end:])))


def _named_day(found: Variables) -> date | None:
    text = found.get("day") or found.get("yyyymmdd") or "-".join(found.get(part, "") for part in ("yyyy", "mm", "dd"))
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def speaks_of(path: str, day: date) -> bool:
    """Whether a file whose name may hold a day or a month can have rows of `day`; two of them are a span."""
    named = named_days(path)
    return named is None or named[0] <= day <= named[1]


def named_days(path: str) -> tuple[date, date] | None:
    """First and last day that the days and months in a file's name allow; None where it holds none."""
    found = [days for text in _DATE_IN_NAME.findall(path.rpartition("/")[2]) if (days := _days_of(text))]
    return (min(first for first, _ in found), max(last for _, last in found)) if found else None


def _days_of(text: str) -> tuple[date, date] | None:
    """The day or the month that a text like 2026-01-31 or 2026-01 stands for."""
    year, month, *day = map(int, text.split("-"))
    length = monthrange(year, month)[1]
    if day and day[0] > length:
        return None
    return date(year, month, day[0] if day else 1), date(year, month, day[0] if day else length)


def instant(stamp: str) -> str:
    """SQL for the instant that a BIGINT in milliseconds or microseconds since 1970 tells; NULL where it tells none.

    No millisecond stamp reaches 10^14 before the year 5138, no microsecond stamp 10^16 before 2286.
    """
    return (
        f"make_timestamp(case when {stamp} between 0 and 99999999999999 then {stamp} * 1000"
        f" when {stamp} between 100000000000000 and 9999999999999999 then {stamp} end)"
    )


def by_dataset(feeds: Iterable[Feed], dataset: str) -> tuple[Feed, ...]:
    """The feeds that fill one dataset."""
    return tuple(feed for feed in feeds if feed.dataset == dataset)


def _literal(text: str) -> str:
    return re.escape(text).replace(r"\*", "[^/]*")
