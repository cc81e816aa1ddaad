"""A real PostgreSQL on loopback in a temporary folder, with a password, run by someone who is not root."""

import os
import pwd
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.ports import free_port

BINARIES = next((path for path in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)


@dataclass(frozen=True)
class Server:
    """Where it listens; `stop` and `start` are for tests of what happens then."""

    folder: Path
    port: int
    password: str
    database: str = "tidemark"

    @property
    def toml(self) -> str:
        return f'[postgres]\nhost = "127.0.0.1"\nport = {self.port}\n'

    @property
    def environment(self) -> dict[str, str]:
        return {"TIDEMARK_POSTGRES_PASSWORD": self.password}

    def run(self, program: str, *arguments: str) -> str:
        """One of PostgreSQL's own programs, as a user of the server."""
        assert BINARIES
        at = ("-h", "127.0.0.1", "-p", str(self.port), "-U", "tidemark")
        environment = {**os.environ, "PGPASSWORD": self.password}
        return subprocess.run(
            [BINARIES / program, *at, *arguments], check=True, capture_output=True, text=True, env=environment
        ).stdout

    def ask(self, query: str) -> list[str]:
        return self.run("psql", "-d", self.database, "-Atc", query).splitlines()


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """Make a cluster and run it until the end."""
    server = Server(folder, free_port(), secrets.token_urlsafe() + "/@:%")
    data = folder / "pg"
    data.mkdir(parents=True)
    word = folder / "password"
    word.write_text(server.password)
    user = _unprivileged()
    if user:
        for path in (data, word):
            shutil.chown(path, user.pw_uid, user.pw_gid)
    _as(
        user, "initdb", "-D", data, "-U", "tidemark", "--pwfile", word, "-A", "scram-sha-256", "--no-sync", "-E", "UTF8"
    )
    options = f"-p {server.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
    _as(user, "pg_ctl", "-D", data, "-l", data / "log", "-w", "-o", options, "start")
    try:
        server.run("createdb", server.database)
        yield server
    finally:
        _as(user, "pg_ctl", "-D", data, "-m", "fast", "-w", "stop")


def _as(user: pwd.struct_passwd | None, program: str, *arguments: object) -> None:
    assert BINARIES
    who = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    subprocess.run(
        [str(BINARIES / program), *map(str, arguments)],
        check=True,
        stdout=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        cwd="/",
        **who,  # type: ignore[call-overload]  # names and types of three arguments that go together
    )


def _unprivileged() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root."""
    return pwd.getpwnam("postgres") if os.geteuid() == 0 else None
