import struct
import zlib

import pytest
import vl_convert

from reports.charts.png import repack

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200"><circle cx="90" cy="90" r="60" fill="#c4500f"/></svg>'


def pixels(png: bytes) -> bytes:
    at, data = 8, b""
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at : at + 8])
        assert struct.unpack(">I", png[at + 8 + size : at + 12 + size])[0] == zlib.crc32(png[at + 4 : at + 8 + size])
        data += png[at + 8 : at + 8 + size] if kind == b"IDAT" else b""
        at += size + 12
    return zlib.decompress(data)


@pytest.fixture
def rendered() -> bytes:
    return vl_convert.svg_to_png(SVG, scale=2)


def test_repacking_keeps_every_pixel(rendered: bytes) -> None:
    assert pixels(repack(rendered)) == pixels(rendered)


def test_repacking_makes_the_file_smaller(rendered: bytes) -> None:
    assert len(repack(rendered)) < 0.8 * len(rendered)
