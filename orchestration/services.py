"""Dagster's three processes one by one, for a service manager, and others beside them: this process becomes the one that is asked for.

The code server loads the definitions and runs the days; webserver and daemon reach it by its address. `tidemark ui` (ui.py)
does without it, for one terminal.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NoReturn

from orchestration import dagster_home
from orchestration.settings import Settings
from orchestration.warehouse import build

Service = Literal["code", "webserver", "daemon"]
PORTS = {"code": 4000, "webserver": 3000}
MODULE = "orchestration.definitions"


def become(settings: Settings, service: Service, host: str, port: int | None, code: tuple[str, int]) -> NoReturn:
    """Replace this process by the service; `host` and `port` are where it listens, `code` is where the code server does.

    Raises BuildError if the models do not parse, and what Dagster raises if its database is not reachable.
    """
    if service == "code":
        build.parse()
    execute(settings, [sys.executable, *arguments(settings, service, host, port or PORTS.get(service, 0), code)])


def execute(settings: Settings, command: Sequence[str]) -> NoReturn:
    """Replace this process by a program that finds this home's Dagster and, first, those that are installed beside Python.

    Raises FileNotFoundError if there is no such program, and what Dagster raises if its database is not reachable.
    """
    environment = dagster_home.environment(settings)
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), environment.get("PATH", os.defpath)])
    dagster_home.instance(settings).dispose()
    os.chdir(settings.paths.dagster)
    os.execvpe(command[0], list(command), environment)


def arguments(settings: Settings, service: Service, host: str, port: int, code: tuple[str, int]) -> Sequence[str]:
    """What Python is started with."""
    if service == "code":
        return (
            *("-m", "dagster", "api", "grpc", "--use-python-environment-entry-point"),
            *("-h", host, "-p", str(port), "-m", MODULE),
        )
    workspace = ("-w", str(dagster_home.workspace(settings, *code)))
    if service == "webserver":
        return ("-m", "dagster_webserver", "-h", host, "-p", str(port), *workspace)
    return ("-m", "dagster._daemon", "run", *workspace)
