"""From facts, claims and charts to the page: strict Jinja, autoescaped, without arithmetic; every number linked to its fact.

What belongs here: the environment, its filters and what each template is given. What does not: numbers, words, files.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from reports import names, numbers, tables, theme, tiles
from reports.charts.model import Chart
from reports.claims import Ledger
from reports.claims.model import GRADES
from reports.facts.model import FactStore

TEMPLATES = Path(__file__).with_name("templates") / "page"
_SECTION_OF = {
    "liquidations": ("liquidations",),
    "market_cap": ("market-cap", "cap-"),
    "leverage": ("leverage", "open-interest", "funding"),
    "levels": ("price", "level", "btc"),
}


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The recaps before and after this one, as far as they exist."""

    previous: date | None = None
    next: date | None = None


def environment() -> Environment:
    """Return the environment of the page's templates: an unknown name is an error, text is escaped."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.filters |= {
        "day": numbers.day,
        "short_day": numbers.short_day,
        "count": numbers.count,
        "venue": names.venue,
        "dataset": names.dataset,
        "ranges": ranges,
        "kind": lambda value: type(value).__name__,
        "drawn": lambda chart: Markup(chart.svg),
    }
    env.globals |= {
        "theme_css": Markup(theme.css()),
        "body_font": Markup(theme.BODY_STACK),
        "number_font": Markup(theme.NUMBER_STACK),
    }
    return env


def page(store: FactStore, ledger: Ledger, charts: Sequence[Chart]) -> str:
    """Return the recap of a day as one self-contained HTML document."""
    env = environment()
    told = env.get_template("day.html.j2").render(
        day=store.day,
        store=store,
        ledger=ledger,
        grades=GRADES,
        tables={name: getattr(tables, name)(store) for name in _TABLES},
        tiles=tiles.tiles(store),
        charts=_by_section(charts),
        files=store.files,
    )
    printed = [store[id] for id in dict.fromkeys(re.findall(r'data-fact="([^"]+)"', told))]
    return told.replace("<!--facts-->", env.get_template("facts.html.j2").render(facts=printed))


_TABLES = ("by_asset", "by_venue", "drops", "caps", "prices", "leverage", "levels", "coverage", "unknown")


def ranges(whole: Sequence[int]) -> str:
    """Write sorted whole numbers as ranges: 1, 2, 3, 7 -> 1–3, 7."""
    merged: list[list[int]] = []
    for number in whole:
        if merged and merged[-1][1] == number - 1:
            merged[-1][1] = number
        else:
            merged.append([number, number])
    return ", ".join(str(start) if start == end else f"{start}–{end}" for start, end in merged)


def _by_section(charts: Sequence[Chart]) -> dict[str, list[Chart]]:
    sections: dict[str, list[Chart]] = {name: [] for name in (*_SECTION_OF, "other")}
    for chart in charts:
        chosen = (name for name, starts in _SECTION_OF.items() if chart.id.startswith(starts))
        sections[next(chosen, "other")].append(chart)
    return sections
