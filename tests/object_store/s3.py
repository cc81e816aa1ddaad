"""`rclone serve s3` on loopback, and a way to it that breaks down after so many bytes."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.ports import free_port

ACCESS, SECRET = "desk", "not-to-be-seen"
BUCKET = "tidemark-test"
_CHUNK = 4096


@dataclass(frozen=True)
class Server:
    """Where it listens, and the folder whose folders are its buckets."""

    port: int
    root: Path

    @property
    def at(self) -> Path:
        """Where a publication lies."""
        return self.root / BUCKET / "desk" / "published"

    def files(self) -> dict[str, bytes]:
        """Everything there."""
        return {
            path.relative_to(self.at).as_posix(): path.read_bytes() for path in self.at.rglob("*") if path.is_file()
        }


@contextmanager
def serving(root: Path) -> Iterator[Server]:
    (root / BUCKET).mkdir(parents=True)
    port = free_port()
    rclone = [str(Path(sys.executable).with_name("rclone")), "serve", "s3", "--config", str(root.parent / "none.conf")]
    command = [
        *rclone,
        "--addr",
        f"127.0.0.1:{port}",
        "--auth-key",
        f"{ACCESS},{SECRET}",
        "--vfs-cache-mode",
        "off",
        str(root),
    ]
    with (root.parent / "rclone.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _wait_for(port)
        yield Server(port, root)
    finally:
        process.terminate()
        process.wait()


@dataclass
class Way:
    """A proxy: after `cut_after` bytes of requests it drops every connection and takes no other."""

    to_port: int
    cut_after: int
    port: int = field(default_factory=free_port)
    carried: int = 0

    def __post_init__(self) -> None:
        self._open: list[socket.socket] = []
        self._door = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._admit, daemon=True).start()

    @property
    def is_cut(self) -> bool:
        return self.carried >= self.cut_after

    def close(self) -> None:
        for connection in (self._door, *self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()

    def _admit(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._door.accept()
                server = socket.create_connection(("127.0.0.1", self.to_port))
                self._open += [client, server]
                threading.Thread(target=self._carry, args=(client, server, True), daemon=True).start()
                threading.Thread(target=self._carry, args=(server, client, False), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket, is_request: bool) -> None:
        with suppress(OSError):
            while data := one.recv(_CHUNK):
                self.carried += len(data) if is_request else 0
                if self.is_cut:
                    self.close()
                    return
                other.sendall(data)
            other.shutdown(socket.SHUT_WR)


def toml(port: int, lake: bool = False) -> str:
    """`[bucket]` in the words of a settings file."""
    options = f'endpoint = "http://127.0.0.1:{port}", region = "us-east-1"'
    return f'[bucket]\nurl = "s3://{BUCKET}/desk"\nlake = {str(lake).lower()}\noptions = {{ {options} }}\n'


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
