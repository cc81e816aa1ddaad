"""From facts, claims and charts to the page: strict Jinja, autoescaped, without arithmetic; every number linked to its fact.

What belongs here: the environment, its filters and what each template is given. What does not: numbers, words, files.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jinja2 import Environment, select_autoescape
from markupsafe import Markup

from reports import house, names, numbers, provenance, tables, theme, tiles
from reports.charts.model import Chart
from reports.claims import Ledger
from reports.claims.model import GRADES
from reports.facts.model import FactStore

TEMPLATES = house.TEMPLATES / "page"
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


@house.once_a_look
def environment() -> Environment:
    """Return the environment of the page's templates: an unknown name is an error, text is escaped."""
    escaping = select_autoescape(default=True, default_for_string=True)
    env = house.environment("page", escaping, keep_trailing_newline=True)
    env.filters |= {
        "day": numbers.day,
        "short_day": numbers.short_day,
        "count": numbers.count,
        "usd": numbers.usd,
        "percent": numbers.percent,
        "listing": names.listing,
        "venue": names.venue,
        "dataset": names.dataset,
        "model_file": lambda model: f"dbt_project/models/marts/{model.removeprefix('marts.')}.sql",
        "kind": lambda value: type(value).__name__,
        "drawn": _drawn,
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
    lake = provenance.lake_files(store.day, store.files)
    told = env.get_template("day.html.j2").render(
        day=store.day,
        store=store,
        ledger=ledger,
        grades=GRADES,
        tables={name: getattr(tables, name)(store) for name in _TABLES},
        tiles=tiles.tiles(store),
        charts=_by_section(charts),
        lake=lake,
    )
    told, printed = _numbered(told)
    rows = provenance.mart_rows((store[id] for id in printed), lake)
    return told.replace("<!--facts-->", env.get_template("facts.html.j2").render(rows=rows, printed=printed))


_TABLES = ("by_asset", "by_venue", "drops", "caps", "prices", "leverage", "levels", "coverage", "unknown")


def _numbered(told: str) -> tuple[str, dict[str, str]]:
    """Give the first place where each fact is printed an id, so that its fact leads back to it."""
    printed: dict[str, str] = {}

    def first(found: re.Match[str]) -> str:
        if found[1] in printed:
            return found[0]
        printed[found[1]] = f"n{len(printed) + 1}"
        return f'id="{printed[found[1]]}" {found[0]}'

    return re.sub(r'data-fact="([^"]+)"', first, told), printed


def _drawn(chart: Chart) -> Markup:
    """The picture without words of its own: the element around it states the finding."""
    bare = re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", chart.svg)
    return Markup(bare.replace("<svg ", '<svg aria-hidden="true" ', 1))


def _by_section(charts: Sequence[Chart]) -> dict[str, list[Chart]]:
    sections: dict[str, list[Chart]] = {name: [] for name in (*_SECTION_OF, "other")}
    for chart in charts:
        chosen = (name for name, starts in _SECTION_OF.items() if chart.id.startswith(starts))
        sections[next(chosen, "other")].append(chart)
    return sections
