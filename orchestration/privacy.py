"""Who may read a home: its owner alone, unless `readable_by` opens what is published. What is fetched, built and sent never opens."""

import os
from pathlib import Path

from orchestration.settings import Settings

_OPENED_TO = {"owner": 0o000, "group": 0o050, "everyone": 0o055}


def guard(settings: Settings) -> None:
    """Set the modes of the home's folders, and this process's umask for all that it writes from here on."""
    opened, paths = _OPENED_TO[settings.readable_by], settings.paths
    os.umask(0o077 & ~opened)
    if not paths.home.is_dir():
        return
    _set(paths.home, 0o700 | opened & 0o011)
    _set(paths.home / "tidemark.toml", 0o600)
    for folder in (paths.dumps, paths.inbox, paths.build, paths.dagster, paths.mail, paths.alerts):
        if opened:
            folder.mkdir(exist_ok=True)
        _set(folder, 0o700)
    for folder in (paths.published, paths.recaps, paths.lake):  # `raw` of the published file shows the lake's own files
        if opened and folder.is_dir() and folder.stat().st_mode & opened != opened:
            _open(folder, opened)
        _set(folder, 0o700 | opened)


def _open(folder: Path, opened: int) -> None:
    """Let in what was closed before: files to be read, folders to be looked into."""
    for place, _, files in os.walk(folder):
        _set(Path(place), 0o700 | opened)
        for name in files:
            _set(Path(place) / name, 0o600 | opened & 0o044)


def _set(path: Path, mode: int) -> None:
    try:
        if path.stat().st_mode & 0o777 != mode:
            path.chmod(mode)
    except OSError:  # not there, or another user's, who decides
        return
