"""`[[alerts]]`: rows of a published mart that pass what the user set, told once per day, name and revision.

A day that was corrected and passes otherwise, or no longer, is told again as the next revision.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration.alerts.post import Alert, AlertError, post
from orchestration.settings import Settings, Threshold, Value
from reports import numbers
from reports.mail import Edition
from reports.revisions import Revisions

_SHOWN = 10
GRAIN = frozenset((
    "asset", "venue", "instrument", "symbol", "universe", "level", "level_usd", "liquidated_side", "bin", "bucket", "wave", "signal",
    "hour", "at", "open_at", "analog_day", "source", "dataset", "feed", "path", "reason",
))  # fmt: skip
"""The columns that, with the day, say which row of a mart it is."""
_KINDS = {"BOOLEAN": bool, "VARCHAR": str, "DATE": date, "TIMESTAMP": datetime}

Row = Mapping[str, Any]


def tell(settings: Settings, day: date) -> list[str]:
    """Judge each threshold on the day, and tell what is new; one line each says what became of it.

    Raises AlertError that names what is wrong with a threshold or who was not reached; the others are told before.
    """
    told, left = [], []
    for threshold in settings.alerts:
        try:
            told.append(_tell(settings, threshold, day))
        except AlertError as error:
            left.append(f"alerts.{threshold.name}: {error}")
    if left:
        raise AlertError("; ".join(left))
    return told


def rows(published: Path, threshold: Threshold, day: date) -> list[Row]:
    """The day's rows of the mart that pass, in a fixed order: what says which row it is, and the column compared.

    Raises AlertError for a mart or column that is not there, or a value of another kind than its column.
    """
    with duckdb.connect(str(published), read_only=True) as db:
        types = dict(db.execute(_COLUMNS, [threshold.mart]).fetchall())
        _check(threshold, types)
        shown = [name for name in types if name in GRAIN]
        names = list(dict.fromkeys([*shown, threshold.column]))
        conditions, values = _conditions(threshold)
        found = db.execute(
            f"select {', '.join(map(_name, names))} from marts.{_name(threshold.mart)} "
            f"where day = ? and {' and '.join(conditions)} order by all",
            [day, *values],
        ).fetchall()
    return [dict(zip(names, row, strict=True)) for row in found]


_COLUMNS = """
    select column_name, data_type from duckdb_columns()
    where database_name = current_database() and schema_name = 'marts' and table_name = ? order by column_index
"""


def _check(threshold: Threshold, types: Mapping[str, str]) -> None:
    if "day" not in types:
        raise AlertError(f"there is no mart {threshold.mart} that has days")
    compared: dict[str, Value | None] = {**threshold.where, threshold.column: threshold.value}
    for name, value in compared.items():
        if name not in types:
            raise AlertError(f"mart {threshold.mart} has no column {name}; it has {', '.join(types)}")
        if value is not None and not _fits(types[name], value):
            raise AlertError(f"{threshold.mart}.{name} is {types[name]} and cannot be compared with {value!r}")


def _fits(type_: str, value: Value) -> bool:
    kind = _KINDS.get(type_)
    if kind is None:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, kind) and (kind is not date or not isinstance(value, datetime))


def _conditions(threshold: Threshold) -> tuple[list[str], list[Value]]:
    conditions = [f"{_name(name)} = ?" for name in threshold.where]
    values: list[Value] = list(threshold.where.values())
    if threshold.value is None:
        return [*conditions, f"{_name(threshold.column)} is not null"], values
    return [*conditions, f"{_name(threshold.column)} {threshold.operator} ?"], [*values, threshold.value]


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _tell(settings: Settings, threshold: Threshold, day: date) -> str:
    found = rows(settings.paths.published_db, threshold, day)
    printed = {str(number): {"text": line} for number, line in enumerate(_lines(threshold, found))}
    revisions = Revisions(settings.paths.alerts, day, threshold.name)
    with revisions.locked():
        plan = revisions.plan(printed)
        if not found and plan.corrects is None and plan.edition.revision == 1:
            return f"{day} {threshold.name}: not passed"
        revisions.keep(plan, printed)
        recap = settings.paths.recaps / str(day)
        return post(settings, _alert(threshold, plan.edition, [each["text"] for each in printed.values()], recap))


def _alert(threshold: Threshold, edition: Edition, lines: Sequence[str], recap: Path) -> Alert:
    rule = _rule(threshold)
    is_simulated, headline = _told(recap)
    more = [f"and {len(lines) - _SHOWN} more rows"] if len(lines) > _SHOWN else []
    state = lines[0] if len(lines) == 1 else f"{len(lines)} rows" if lines else "no longer passed"
    marks = "".join([*(["Correction: "] if edition.revision > 1 else []), *(["[simulated] "] if is_simulated else [])])
    text = "\n".join(
        [
            *(["Simulated data: none of it happened.", ""] if is_simulated else []),
            f"{edition.day} (UTC): {rule}",
            *(lines[:_SHOWN] or ["No row passes any more; what was told before is withdrawn."]),
            *more,
            *(["", f"Recap: {headline}"] if headline else []),
            "",
        ]
    )
    facts = {"rule": rule, "rows": list(lines), "headline": headline, "simulated": is_simulated}
    return Alert(edition, f"{marks}{threshold.name} · {state} · {edition.day}", text, facts)


def _rule(threshold: Threshold) -> str:
    only = "".join(f", {name} = {value}" for name, value in threshold.where.items())
    value = "" if threshold.value is None else f" {_text(threshold.column, threshold.value)}"
    return f"{threshold.mart}{only}: {threshold.column} {threshold.operator}{value}"


def _lines(threshold: Threshold, found: Sequence[Row]) -> Iterator[str]:
    for row in found:
        which = [_text(name, value) for name, value in row.items() if name != threshold.column and value is not None]
        yield " ".join([*which, f"{threshold.column} {_text(threshold.column, row[threshold.column])}"])


def _text(column: str, value: Any) -> str:
    """As the recap writes it: by the unit that the column's name ends in."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "".join(character for character in str(value) if character.isprintable())
    if column.endswith("_usd"):
        return numbers.usd_signed(value).removeprefix("+")
    if column.endswith(("_pct", "_share")) or column.startswith("pct_"):
        return numbers.percent_signed(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}"


def _told(recap: Path) -> tuple[bool, str]:
    """Whether the recap's facts are simulated, and its headline, which says if the day is incomplete."""
    try:
        facts = json.loads((recap / "facts.json").read_text(encoding="utf-8"))
        claims = json.loads((recap / "claims.json").read_text(encoding="utf-8"))["claims"]
    except FileNotFoundError:
        return False, ""
    said = [claim["text"] for claim in claims if claim["place"] == "headline" and claim["text"]]
    return bool(facts["simulated"]), said[0] if said else ""
