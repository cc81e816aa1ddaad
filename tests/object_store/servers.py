"""A server of each kind of store on loopback, and how settings name it."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import obstore
import pytest

from orchestration.settings import Bucket
from tests.ports import free_port

if TYPE_CHECKING:
    from obstore.store import ObjectStore

RCLONE = str(Path(sys.executable).with_name("rclone"))
NAME, SECRET = "desk", b64encode(b"not-to-be-seen").decode()


@dataclass(frozen=True)
class Kind:
    """Options by which a client finds a server at `{port}`, and credentials in the environment: right ones, wrong ones."""

    options: Mapping[str, str]
    environment: Mapping[str, str]
    wrong: Mapping[str, str]


KINDS = {
    "s3": Kind(
        {"endpoint": "http://127.0.0.1:{port}", "region": "us-east-1"},
        {"AWS_ACCESS_KEY_ID": NAME, "AWS_SECRET_ACCESS_KEY": SECRET},
        {"AWS_SECRET_ACCESS_KEY": "guessed"},
    ),
    # Google's client speaks the XML interface, which is S3's but for the credentials. These say that none are asked for.
    "gs": Kind(
        {"base_url": "http://127.0.0.1:{port}"},
        {
            "GOOGLE_SERVICE_ACCOUNT_KEY": json.dumps(
                {"disable_oauth": True, "client_email": "", "private_key": "", "private_key_id": ""}
            )
        },
        {},
    ),
    "az": Kind(
        {"endpoint": f"http://127.0.0.1:{{port}}/{NAME}", "account_name": NAME},
        {"AZURE_STORAGE_ACCOUNT_KEY": SECRET},
        {"AZURE_STORAGE_ACCOUNT_KEY": b64encode(b"guessed").decode()},
    ),
}


@dataclass(frozen=True)
class Server:
    """Where it listens, and its bucket."""

    scheme: str
    port: int
    name: str

    @property
    def kind(self) -> Kind:
        return KINDS[self.scheme]

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.name}/desk"

    @property
    def published(self) -> str:
        return f"{self.url}/published"

    @property
    def lake(self) -> str:
        return f"{self.url}/lake"

    def bucket(self, port: int | None = None, retries: int = 1) -> Bucket:
        """`[bucket]` for it, or for the way to it that is at the port."""
        options = {name: value.format(port=port or self.port) for name, value in self.kind.options.items()}
        return Bucket(options=options, retries=retries, timeout_s=5)

    def toml(self, port: int | None = None, lake: bool = False) -> str:
        """A settings file that names it for the publication, and for the lake if asked, and says how it is reached."""
        options = ", ".join(f'{name} = "{value}"' for name, value in self.bucket(port).options.items())
        places = f'published = "{self.published}"\n' + (f'lake = "{self.lake}"\n' if lake else "")
        return f"{places}[bucket]\noptions = {{ {options} }}\n"

    def names(self, below: str = "published") -> list[str]:
        """Everything there, seen from that folder."""
        return [meta["path"] for chunk in self._store(below).list() for meta in chunk]

    def files(self, below: str = "published") -> dict[str, bytes]:
        store = self._store(below)
        return {name: bytes(store.get(name).bytes()) for name in self.names(below)}

    def put(self, path: str, content: bytes) -> None:
        """A file of somebody else's."""
        self._store(".").put(path, content)

    def _store(self, below: str) -> "ObjectStore":
        return obstore.store.from_url(
            f"{self.url}/{below}".removesuffix("/."),
            config=dict(self.bucket().options),
            client_options={"allow_http": True},
        )


@contextmanager
def rclone(scheme: str, root: Path) -> Iterator[Server]:
    """`rclone serve s3` on a folder whose folders are its buckets."""
    server = Server(scheme, free_port(), "tidemark-test")
    (root / server.name).mkdir(parents=True)
    command = [RCLONE, "serve", "s3", "--config", str(root.parent / "none.conf"), "--addr", f"127.0.0.1:{server.port}"]
    keys = ["--auth-key", f"{NAME},{SECRET}"] if scheme == "s3" else []
    with _running([*command, *keys, "--vfs-cache-mode", "off", str(root)], server.port, root.parent / "rclone.log"):
        yield server


@contextmanager
def azurite(folder: Path) -> Iterator[int]:
    """Microsoft's own emulator of Azure's blob store; its port."""
    found = shutil.which("azurite-blob")
    if not found:
        reason = "azurite-blob is not installed (npm's package `azurite`)"
        if os.environ.get("TIDEMARK_REQUIRE_AZURITE"):
            pytest.fail(reason)
        pytest.skip(reason)
    port = free_port()
    quiet = ["--silent", "--disableTelemetry", "--skipApiVersionCheck", "--inMemoryPersistence"]
    environment = {**os.environ, "AZURITE_ACCOUNTS": f"{NAME}:{SECRET}"}
    with _running([found, "--blobPort", str(port), *quiet], port, folder / "azurite.log", environment):
        yield port


def container(port: int) -> Server:
    """A bucket of Azurite's that nobody else has."""
    server = Server("az", port, f"tidemark-{secrets.token_hex(4)}")
    account = ["--azureblob-account", NAME, "--azureblob-key", SECRET]
    endpoint = ["--azureblob-endpoint", f"http://127.0.0.1:{port}/{NAME}"]
    subprocess.run([RCLONE, "mkdir", "--config", "", f":azureblob:{server.name}", *account, *endpoint], check=True)
    return server


@contextmanager
def _running(command: list[str], port: int, log: Path, environment: Mapping[str, str] = os.environ) -> Iterator[None]:
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env=environment)
    try:
        _wait_for(port)
        yield
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    until = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
