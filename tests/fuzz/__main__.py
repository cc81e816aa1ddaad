"""Dumps of all feeds, spoiled at random, for so many minutes: `python -m tests.fuzz 10`. Ends with 1 where a check did not hold."""

import sys
import tempfile
import time
import traceback
from functools import partial
from itertools import count
from pathlib import Path

from tests.fuzz.forge import Mould, mould
from tests.fuzz.landed import Ground
from tests.fuzz.mixtures import PLACES, dumps_of_a_day, every_value, has_siblings, one_dump


def main(minutes: float) -> int:
    """Go through all feeds again and again until the time is over."""
    end = time.monotonic() + 60 * minutes
    failures: set[str] = set()
    with tempfile.TemporaryDirectory(prefix="tidemark-fuzz-") as root:
        ground = Ground(Path(root))
        for turn in count():
            for n, (feed, path) in enumerate(PLACES):
                if time.monotonic() > end:
                    _tell(ground, failures, turn + n / len(PLACES))
                    return bool(failures)
                found = mould(feed, path)
                try:
                    _check(found, ground, turn + n)
                except Exception:
                    failures.add(f"{feed.name} {path}")
                    print(f"{feed.name} {path}, turn {turn}:\n{traceback.format_exc()}", flush=True)
    return 1


def _check(found: Mould, ground: Ground, nth: int) -> None:
    checks = [partial(every_value, found, ground, nth), partial(one_dump, found, ground, 6)]
    if has_siblings(found):
        checks.append(partial(dumps_of_a_day, found, ground, 4))
    checks[nth % len(checks)]()


def _tell(ground: Ground, failures: set[str], turns: float) -> None:
    tally = ground.tally
    print(
        f"{tally.dumps:,} dumps of {len(PLACES)} places in {tally.landings:,} landings ({turns:.1f} turns): "
        f"{tally.kept:,} rows kept, {tally.quarantined:,} quarantined, {len(failures)} places with a check that did not hold"
    )
    for name in sorted(failures):
        print(f"  {name}")


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 10))
