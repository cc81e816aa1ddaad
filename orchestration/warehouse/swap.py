"""Putting a finished file in the place of the one that readers have, and sweeping away what was never finished."""

import os
from pathlib import Path


def swap_in(part: Path, target: Path) -> None:
    """Rename, with the bytes on disk before the name, and the name on disk after."""
    _sync(part)
    os.replace(part, target)
    _sync(target.parent)


def remove_leftovers(published: Path) -> None:
    """What publications left that were killed: nobody reads names that begin with a dot."""
    for leftover in [*published.glob(".tidemark-*"), *published.glob("*/.*.part")]:
        leftover.unlink()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
