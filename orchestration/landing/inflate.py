"""Deflated data out of zip and gzip files, by ISA-L, which takes a third of zlib's time and leaves Python's lock alone."""

import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from isal import igzip, isal_zlib

CHUNK = 1 << 20
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_SIGNATURE = b"PK\x03\x04"
_ENCRYPTED = 0x1

_NOT_DEFLATED = cast(type[Exception], isal_zlib.error)  # its stub states an instance
ERRORS = (zipfile.BadZipFile, _NOT_DEFLATED, EOFError, ValueError, NotImplementedError, RuntimeError)
"""What is raised where a file is cut, corrupt, encrypted or packed in another way."""


def gzipped(path: Path) -> Iterator[bytes]:
    """The plain bytes of a gzip file of one or more members, in chunks; their checksums hold once all are taken."""
    with igzip.IGzipFile(path) as packed:
        while chunk := packed.read(CHUNK):
            yield chunk


def zipped(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The plain bytes of a member of a zip file, in chunks; size and checksum hold once all are taken."""
    if member.compress_type != zipfile.ZIP_DEFLATED or member.flag_bits & _ENCRYPTED:
        with archive.open(member) as packed:
            while chunk := packed.read(CHUNK):
                yield chunk
        return
    size = crc = 0
    for chunk in _inflated(_deflated(archive, member)):
        size, crc = size + len(chunk), isal_zlib.crc32(chunk, crc)
        if size > member.file_size:
            break
        yield chunk
    if (size, crc) != (member.file_size, member.CRC):
        raise zipfile.BadZipFile(f"size or checksum of {member.filename!r} is wrong")


def _deflated(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of a member as they lie in the file, after the header that stands before them once more."""
    file = archive.fp
    if file is None:
        raise ValueError("the archive is closed")
    file.seek(member.header_offset)
    header = file.read(_LOCAL_HEADER.size)
    if len(header) < _LOCAL_HEADER.size or header[:4] != _SIGNATURE:
        raise zipfile.BadZipFile(f"no header where {member.filename!r} should begin")
    _, name_length, extra_length = _LOCAL_HEADER.unpack(header)
    file.seek(name_length + extra_length, 1)
    left = member.compress_size
    while left:
        chunk = file.read(min(CHUNK, left))
        if not chunk:
            raise EOFError("the file ends within a member")
        left -= len(chunk)
        yield chunk


def _inflated(chunks: Iterator[bytes]) -> Iterator[bytes]:
    stream = isal_zlib.decompressobj(-isal_zlib.MAX_WBITS)
    for chunk in chunks:
        while chunk:
            if plain := stream.decompress(chunk, CHUNK):
                yield plain
            chunk = stream.unconsumed_tail
    while plain := stream.flush(CHUNK):
        yield plain
