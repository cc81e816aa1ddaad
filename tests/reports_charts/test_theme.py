from dataclasses import asdict

import pytest

from reports import theme

SCHEMES = {"light": theme.LIGHT, "dark": theme.DARK}
# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
DICHROMACY = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def linear(colour: str) -> tuple[float, ...]:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return tuple(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)


def contrast(one: str, other: str) -> float:
    lights = sorted(sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear(x), strict=True)) for x in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ground", ["surface", "page"])
def test_every_text_colour_has_enough_contrast(scheme: str, ground: str) -> None:
    colours = asdict(SCHEMES[scheme])
    texts = [role for role in colours if role.endswith("_text")] + ["ink", "muted", "link", "line", "heat"]
    assert {role for role in texts if contrast(colours[role], colours[ground]) < 4.5} == set()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_bars_stand_out_from_the_surface(scheme: str) -> None:
    colours = asdict(SCHEMES[scheme])
    marks = ["long", "short", "fall", "rise"]
    assert {role for role in marks if contrast(colours[role], colours["surface"]) < 3} == set()


@pytest.mark.parametrize("kind", DICHROMACY)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_longs_and_shorts_differ_for_the_colour_blind(scheme: str, kind: str) -> None:
    colours = asdict(SCHEMES[scheme])
    seen = [
        [sum(w * c for w, c in zip(row, linear(colours[side]), strict=True)) for row in DICHROMACY[kind]]
        for side in ("long", "short")
    ]
    assert sum((a - b) ** 2 for a, b in zip(*seen, strict=True)) ** 0.5 > 0.25


def test_a_colour_names_its_role() -> None:
    assert len(set(asdict(theme.LIGHT).values())) == len(asdict(theme.LIGHT))


def test_both_schemes_define_every_role() -> None:
    rules = theme.css()
    for role in asdict(theme.LIGHT):
        assert rules.count(f"--tm-{role.replace('_', '-')}:") == 3


def test_print_is_light() -> None:
    assert "@media screen and (prefers-color-scheme:dark)" in theme.css()
