"""PostgreSQL, once for the tests here."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy import server


@pytest.fixture(scope="session")
def postgres() -> Iterator[server.Server]:
    if not server.BINARIES:
        reason = "PostgreSQL is not installed (Debian's package `postgresql`)"
        if os.environ.get("TIDEMARK_REQUIRE_POSTGRES"):
            pytest.fail(reason)
        pytest.skip(reason)
    with tempfile.TemporaryDirectory(prefix="tidemark-pg-") as folder:
        Path(folder).chmod(0o755)  # the server's user must reach what is in it
        with server.running(Path(folder)) as found:
            yield found
