"""What charts write besides `reports.numbers` and `reports.names`: hours, contributions, counts.

What belongs here: formatting and nothing that queries or draws.
"""


def points(fraction: float) -> str:
    """A contribution in percentage points with its sign: −3.55 pp, one decimal from 10 on."""
    value = fraction * 100
    text = f"{abs(value):.{1 if abs(value) >= 10 else 2}f}"
    sign = "" if text == "0.00" else "−" if value < 0 else "+"
    return f"{sign}{text} pp"


def hour_span(hour: int) -> str:
    """The hour that starts at `hour`: 17:00–18:00."""
    return f"{hour:02d}:00–{hour + 1:02d}:00"


def plural(count: int, noun: str) -> str:
    """Count and noun: 1 venue, 3 venues."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
