"""Inflating: what was packed comes back whole, and a damaged file never passes for a sound one."""

import gzip
import io
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.landing import inflate

LONG = [b"1769817600000,80000.5\n" * 60_000, bytes(inflate.CHUNK), bytes(inflate.CHUNK * 2 + 7)]
PLAIN = st.one_of(st.binary(max_size=2000), st.sampled_from(range(len(LONG))).map(LONG.__getitem__))
METHODS = (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_BZIP2)


def packed(plain: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip file of one member."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("BTCUSDT-1m-2026-01-31.csv", plain)
    return file.getvalue()


def unpacked(dump: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(dump)) as archive:
        return b"".join(inflate.zipped(archive, archive.infolist()[0]))


@settings(deadline=None, max_examples=40)
@given(PLAIN, st.sampled_from(METHODS))
def test_a_member_of_a_zip_comes_back_as_it_was(plain: bytes, method: int) -> None:
    assert unpacked(packed(plain, method)) == plain


@settings(deadline=None, max_examples=40)
@given(st.lists(PLAIN, min_size=1, max_size=3))
def test_a_gzip_of_several_members_comes_back_as_one(members: list[bytes]) -> None:
    assert gunzipped(b"".join(map(gzip.compress, members))) == b"".join(members)


@settings(deadline=None, max_examples=200)
@given(st.binary(min_size=50, max_size=500), st.data())
def test_no_flipped_bit_passes_unnoticed(plain: bytes, data: st.DataObject) -> None:
    dump = bytearray(packed(plain))
    dump[data.draw(st.integers(0, len(dump) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with suppress(*inflate.ERRORS):
        assert unpacked(bytes(dump)) == plain


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_gzip_that_ends_early_is_an_error(share: float) -> None:
    dump = gzip.compress(bytes(range(256)) * 400)
    with pytest.raises(inflate.ERRORS):
        gunzipped(dump[: int(len(dump) * share)])


def test_a_member_longer_than_its_directory_says_is_an_error() -> None:
    dump = packed(b"1" * 5000)
    shorter = dump.replace((5000).to_bytes(4, "little"), (4000).to_bytes(4, "little"))
    assert shorter != dump
    with pytest.raises(zipfile.BadZipFile, match="size or checksum"):
        unpacked(shorter)


def gunzipped(dump: bytes) -> bytes:
    path = Path("dump.csv.gz")
    path.write_bytes(dump)
    return b"".join(inflate.gzipped(path))


@pytest.fixture(autouse=True, scope="module")
def _in_a_folder_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("inflate"))
        yield
