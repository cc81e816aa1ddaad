"""A way to a server that breaks down after so many bytes."""

import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field

from tests.ports import free_port

_CHUNK = 4096


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
