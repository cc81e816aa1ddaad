"""How long a command takes, as a user waits for it."""

import subprocess
import time
from collections.abc import Collection, Mapping, Sequence


def seconds(
    command: Sequence[str], environment: Mapping[str, str] | None = None, done: Collection[int] = (0,)
) -> float:
    """Run it to its end. Raises RuntimeError with what it said last where its exit code is none of `done`."""
    start = time.perf_counter()
    ended = subprocess.run(command, check=False, env=environment, capture_output=True, text=True)
    if ended.returncode not in done:
        raise RuntimeError(f"{' '.join(command)} ended with {ended.returncode}: {ended.stderr[-2000:]}")
    return time.perf_counter() - start
