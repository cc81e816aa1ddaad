"""From layers to a finished chart: fixed size, pinned font, hatching, colours that the page can change.

What belongs here: how every chart is drawn. What does not: data, queries, words.
Vega is run once per chart; PNG and SVG both come from that one SVG, so they cannot disagree.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import vl_convert as vlc
from altair.utils import schemapi

from reports import theme
from reports.charts.marks import Label, Layer, compose
from reports.charts.model import Chart
from reports.charts.style import COLOURS, HATCH, LEFT, RIGHT, WIDTH, config, plot_width

_VEGA_LITE = ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])
_ROLE_OF = {colour: role for role, colour in COLOURS.items()}


def draw(
    *,
    id: str,
    title: str,
    finding: str,
    caption: str,
    layers: Sequence[Layer],
    height: int,
    simulated: bool,
    left: int = LEFT,
    bottom: int = 30,
) -> Chart:
    """Draw layers on a plot of `height` by `plot_width(left)` pixels; simulated data is stamped on the picture."""
    top = 26 if simulated else 10
    stamp = [Label("SIMULATED DATA", plot_width(left), -14, "warn_text", "right", size=12)] if simulated else []
    padding = {"left": left, "right": RIGHT, "top": top, "bottom": bottom}
    spec = _layered(compose([*layers, *stamp]), plot_width(left), height, padding)
    light = _own_ids(id, vlc.vegalite_to_svg(spec, vl_version=_VEGA_LITE))
    return Chart(
        id=id,
        title=title,
        finding=finding,
        caption=caption,
        svg=_recolour(light),
        light=_in_house_colours(light),
        width=WIDTH,
        height=top + height + bottom,
        simulated=simulated,
    )


def _layered(layers: Sequence[alt.Chart], width: int, height: int, padding: Mapping[str, int]) -> dict[str, Any]:
    """Return the Vega-Lite document of layers; `alt.LayerChart` makes the same, and copies every layer on the way."""
    datasets: dict[str, Any] = {}
    inside = {"top_level": False, "datasets": datasets}
    return {
        "$schema": alt.SCHEMA_URL,
        "layer": [layer.to_dict(validate=schemapi.DEBUG_MODE, context=inside) for layer in layers],
        "datasets": datasets,
        "width": width,
        "height": height,
        "padding": padding,
        "autosize": {"type": "none"},
        "background": COLOURS["surface"],
        "resolve": {"scale": {"x": "independent", "y": "independent"}},
        "config": config().to_dict(),
    }


def _own_ids(chart_id: str, svg: str) -> str:
    """Prefix every id, because charts share one page, and add the hatching in light colours."""
    svg = re.sub(r'\bid="', f'id="{chart_id}-', svg)
    svg = re.sub(r"url\(#", f"url(#{chart_id}-", svg)
    if f'"{HATCH}"' not in svg:
        return svg
    pattern = (
        f'<defs><pattern id="{chart_id}-hatch" width="7" height="7" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="7" height="7" fill="{COLOURS["grid"]}"/>'
        f'<rect width="2" height="7" fill="{COLOURS["gap"]}"/></pattern></defs>'
    )
    return svg.replace(f'"{HATCH}"', f'"url(#{chart_id}-hatch)"').replace(">", f">{pattern}", 1)


def _recolour(light: str) -> str:
    """Turn each colour into the variable of its role, and the fixed size into one that follows the box."""
    svg = re.sub(r'"(#[0-9a-f]{6})"', _as_variable, light)
    svg = svg.replace(f'font-family="{theme.CHART_FONT}"', f'font-family="{theme.CHART_STACK}"')
    svg = re.sub(r' (?:xmlns:xlink|version|class)="[^"]*"', "", svg)
    return re.sub(r'<svg ([^>]*?) ?width="[0-9.]+" height="[0-9.]+"', r'<svg \1 width="100%" role="img"', svg, count=1)


def _in_house_colours(light: str) -> str:
    """Charts are drawn in the colours shipped, each of which names its role."""
    if theme.LIGHT == theme.SHIPPED_LIGHT:
        return light
    return re.sub(
        r'"(#[0-9a-f]{6})"',
        lambda found: f'"{getattr(theme.LIGHT, _ROLE_OF[found[1]])}"' if found[1] in _ROLE_OF else found[0],
        light,
    )


def _as_variable(found: re.Match[str]) -> str:
    role = _ROLE_OF.get(found[1])
    return f'"{theme.variable(role)}"' if role else found[0]
