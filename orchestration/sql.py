"""Text as SQL. Values are bound wherever a statement takes parameters; names of files in a view and rules in a `case` are not."""

from collections.abc import Mapping


def quoted(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def first_that_holds(said: Mapping[str, str]) -> str:
    """The text whose condition (its value, SQL) holds first, else NULL."""
    return "case " + " ".join(f"when {sql} then {quoted(text)}" for text, sql in said.items()) + " end"
