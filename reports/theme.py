"""One visual language for page, mail and charts: palette for light and dark, fonts.

What belongs here: colours by role, font stacks, the style sheet that sets them. What does not: layout.
Longs are orange and shorts blue (Okabe and Ito's pair, safe for the colour-blind), never red and green;
falls and rises are plum and teal. Every `*_text` role, ink and muted have 4.5:1 on the surface in both schemes.
"""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours by role, `#rrggbb`; within one palette no value appears twice, so that a colour names its role."""

    surface: str
    page: str
    ink: str
    muted: str
    axis: str
    grid: str
    gap: str
    band: str
    line: str
    bar: str
    long: str
    short: str
    long_text: str
    short_text: str
    fall: str
    rise: str
    fall_text: str
    rise_text: str
    heat: str
    warn_text: str
    link: str


SHIPPED_LIGHT = Palette(
    surface="#ffffff",
    page="#f4f6f7",
    ink="#15202b",
    muted="#53616d",
    axis="#8a96a1",
    grid="#e3e7ea",
    gap="#aab4bd",
    band="#d5dbe8",
    line="#2b3a67",
    bar="#8e9db3",
    long="#c4500f",
    short="#3a8fd6",
    long_text="#ad4409",
    short_text="#0a62ab",
    fall="#8f3f84",
    rise="#1c9080",
    fall_text="#843679",
    rise_text="#0b6f62",
    heat="#a8450b",
    warn_text="#8a4b00",
    link="#0b5cad",
)
SHIPPED_DARK = Palette(
    surface="#151c23",
    page="#0e141a",
    ink="#e9eef3",
    muted="#a4b1bd",
    axis="#6b7884",
    grid="#28323b",
    gap="#4d5964",
    band="#313c58",
    line="#aebcf0",
    bar="#66758c",
    long="#f08a3c",
    short="#4a97da",
    long_text="#f79a55",
    short_text="#7dbdf3",
    fall="#c47dbb",
    rise="#2fa593",
    fall_text="#dc9ad4",
    rise_text="#55c7b4",
    heat="#f5914a",
    warn_text="#f3b562",
    link="#86bdf7",
)

LIGHT, DARK = SHIPPED_LIGHT, SHIPPED_DARK
"""The palettes of this process: as shipped, or those of the house (`use`)."""
LEGIBLE = 4.5
"""WCAG's least contrast for text."""

CHART_FONT = "Liberation Sans"
"""Ships inside vl-convert, so a chart is measured and rasterised alike on every machine."""
CHART_STACK = "Liberation Sans, Arial, Helvetica, sans-serif"
"""For the page: Arial and Helvetica have the same widths, so labels stay where they were measured to fit."""
BODY_STACK = "-apple-system, BlinkMacSystemFont, Segoe UI, Roboto, Helvetica, Arial, sans-serif"
NUMBER_STACK = "ui-monospace, SFMono-Regular, Menlo, Consolas, Liberation Mono, monospace"


def use(light: Palette, dark: Palette) -> None:
    """Set the palettes of this process."""
    global LIGHT, DARK
    LIGHT, DARK = light, dark


def contrast(colour: str, on: str) -> float:
    """Return the contrast of two colours after WCAG 2, from 1 to 21."""
    darker, lighter = sorted((_luminance(colour), _luminance(on)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def css() -> str:
    """Return the rules that define `--tm-<role>` for both schemes.

    The reader's system decides; `data-theme="light"` or `"dark"` on the root element overrides it; print is light.
    """
    light, dark = _declarations(LIGHT), _declarations(DARK)
    return (
        f":root{{color-scheme:light dark;{light}}}"
        f"@media screen and (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}"
        f"@media screen{{:root[data-theme=dark]{{color-scheme:dark;{dark}}}"
        ":root[data-theme=light]{color-scheme:light}}"
    )


def variable(role: str) -> str:
    """Return the CSS value of a role: `var(--tm-long-text, #ad4409)`, falling back to light."""
    return f"var({_name(role)}, {getattr(LIGHT, role)})"


def _declarations(palette: Palette) -> str:
    return "".join(f"{_name(role)}:{colour};" for role, colour in asdict(palette).items())


def _name(role: str) -> str:
    return f"--tm-{role.replace('_', '-')}"
