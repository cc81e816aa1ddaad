"""What a finished chart is: pictures of one finding, with the words that stand in for them.

What does not belong here: drawing (canvas.py) and choosing what to draw (one module per chart).
"""

import re
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart, ready for the page (`svg`) and the mail (`png`).

    `svg` is one picture for both schemes: every colour is `var(--tm-<role>, <light value>)`, so the page's
    `theme.css()` recolours it and it falls back to light without. It scales with its box (viewBox, no fixed size),
    its ids are prefixed with the chart's id, and it refers to nothing outside itself.
    """

    id: str
    """Slug, unique in a recap; file name and CID: `liquidations-hourly`."""
    title: str
    """What is shown, for the heading above the chart; the picture itself has no title."""
    finding: str
    """The alternative text: the finding in words with its numbers, not a description of the drawing."""
    caption: str
    """Unit, UTC, source, cut-off, coverage; says when data is simulated."""
    svg: str = field(repr=False)
    """To be put inline into HTML as it is."""
    light: str = field(repr=False)
    """The same picture with the light scheme's colours in it, to be drawn without a page."""
    width: int
    height: int
    simulated: bool = False

    def png(self) -> bytes:
        """Draw it in the light scheme, twice `width` by `height` pixels, opaque; some 50 ms, so only where it is needed."""
        import vl_convert

        from reports.charts.png import repack

        return repack(vl_convert.svg_to_png(self.light, scale=2))

    def svg_file(self) -> str:
        """The SVG as a file of its own: with the colours of both schemes inside (prefers-color-scheme)."""
        from reports.theme import css

        return self.svg.replace(">", f"><style>{css()}</style>", 1)

    @property
    def words(self) -> dict[str, str]:
        """What is said of it and in its stead."""
        return {"id": self.id, "title": self.title, "finding": self.finding, "caption": self.caption}

    @classmethod
    def of_file(cls, svg: str, *, id: str, title: str, finding: str, caption: str) -> "Chart":
        """Read a chart back from its file and its words; it is not drawn again, so its PNG is an empty picture."""
        bare = re.sub(r"<style>.*?</style>", "", svg, count=1)
        return cls(id, title, finding, caption, bare, _EMPTY, width=1, height=1)


_EMPTY = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'
