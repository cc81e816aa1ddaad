"""A house's own look: templates of a folder that go before those shipped, and its colours.

What belongs here: where templates and colours come from. What does not: what templates are given (render.py, mail.py).

One look per process, set once before anything is rendered (`use`): pages, archive, mail and charts share it.
"""

import os
import re
import tomllib
import traceback
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import wraps
from pathlib import Path
from typing import Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateSyntaxError,
)

from reports import theme
from reports.theme import Palette

TEMPLATES = Path(__file__).with_name("templates")


class HouseError(ValueError):
    """A template or colour of the house cannot be used; the message names file and line."""


@dataclass(frozen=True, slots=True)
class House:
    """Where templates of the house lie: `page/`, `mail/` and `text/` below one folder, each file in place of one shipped."""

    templates: Path | None = None


_current = House()


def use(templates: Path | None = None, colours: Path | None = None) -> None:
    """Set the look of this process; raises HouseError for a folder or a colour that cannot be used."""
    global _current
    if templates is not None:
        _check_folder(templates)
    light, dark = _palettes(colours) if colours else (theme.SHIPPED_LIGHT, theme.SHIPPED_DARK)
    theme.use(light, dark)
    _current = House(templates)
    _made.clear()


def environment(
    kind: str, autoescape: bool | Callable[[str | None], bool], keep_trailing_newline: bool = False
) -> Environment:
    """Return strict Jinja over the templates of a kind, the house's first; an error names the template's file and line."""
    own = [FileSystemLoader(_current.templates / kind)] if _current.templates else []
    loaders: list[BaseLoader] = [*own, FileSystemLoader(TEMPLATES / kind)]
    return _Environment(
        loader=ChoiceLoader(loaders),
        autoescape=autoescape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=keep_trailing_newline,
    )


_made: dict[Callable[[], Environment], Environment] = {}


def once_a_look(make: Callable[[], Environment]) -> Callable[[], Environment]:
    """Keep an environment until the look changes: to compile its templates takes longer than to render them."""

    @wraps(make)
    def kept() -> Environment:
        if make not in _made:
            _made[make] = make()
        return _made[make]

    return kept


class _Template(Template):
    def render(self, *args: Any, **kwargs: Any) -> str:
        """Render; an error is told with the file and line of the template that made it."""
        try:
            return super().render(*args, **kwargs)
        except HouseError:
            raise
        except Exception as error:
            raise _located(error) from error


class _Environment(Environment):
    template_class = _Template

    def get_template(self, name: Any, parent: str | None = None, globals: Any = None) -> Template:
        """Return a template; an error of its syntax is told with file and line."""
        try:
            return super().get_template(name, parent, globals)
        except TemplateSyntaxError as error:
            raise _located(error) from error


def _located(error: Exception) -> Exception:
    if isinstance(error, TemplateSyntaxError):
        return HouseError(f"{error.filename}:{error.lineno}: {error.message}")
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{frame.filename}:{frame.lineno}" for frame in frames if _is_template(frame.filename)]
    return HouseError(f"{where[-1]}: {error}") if where else error


def _is_template(file: str) -> bool:
    return any(file.startswith(f"{folder}{os.sep}") for folder in (TEMPLATES, _current.templates) if folder)


def _check_folder(folder: Path) -> None:
    """A file that stands in no shipped file's place would never be read: most likely its name is misspelt."""
    if not folder.is_dir():
        raise HouseError(f"{folder}: there is no such folder of templates")
    for path in sorted(folder.rglob("*.j2")):
        if not (TEMPLATES / path.relative_to(folder)).exists() and not path.name.startswith("own_"):
            raise HouseError(f"{path}: no template is called so; a file of the house's own begins with own_")


def _palettes(file: Path) -> tuple[Palette, Palette]:
    try:
        text = file.read_text(encoding="utf-8")
        given = tomllib.loads(text)
    except OSError as error:
        raise HouseError(f"{file}: {error.strerror}") from None
    except tomllib.TOMLDecodeError as error:
        raise HouseError(f"{file}: {error}") from None
    if unknown := given.keys() - {"light", "dark"}:
        raise HouseError(f"{file}: {unknown.pop()} is neither light nor dark")
    return (
        _palette(file, text, "light", given.get("light", {}), theme.SHIPPED_LIGHT),
        _palette(file, text, "dark", given.get("dark", {}), theme.SHIPPED_DARK),
    )


def _palette(file: Path, text: str, scheme: str, given: dict[str, Any], shipped: Palette) -> Palette:
    roles = {field.name for field in fields(Palette)}
    for role, colour in given.items():
        where = f"{file}:{_line(text, scheme, role)}: {scheme}.{role}"
        if role not in roles:
            raise HouseError(f"{where}: no such role; there are {', '.join(sorted(roles))}")
        if not (isinstance(colour, str) and re.fullmatch(r"#[0-9a-f]{6}", colour)):
            raise HouseError(f"{where}: a colour is written #rrggbb, in lower case")
    palette = replace(shipped, **given)
    for role in sorted(roles & {"ink", "muted", "link", *(role for role in roles if role.endswith("_text"))}):
        ratio = theme.contrast(getattr(palette, role), palette.surface)
        if ratio < theme.LEGIBLE:
            raise HouseError(f"{file}: {scheme}.{role} has a contrast of {ratio:.1f}:1 on the surface; it takes 4.5:1")
    return palette


def _line(text: str, scheme: str, role: str) -> int:
    """The line of a table's key."""
    at = max(text.find(f"[{scheme}]"), 0)
    found = re.compile(rf"^\s*{re.escape(role)}\s*=", re.MULTILINE).search(text, at)
    return text.count("\n", 0, found.end() if found else at) + 1
