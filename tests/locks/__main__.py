"""`python -m tests.locks [DAYS [RUNS [READERS]]]` (3500, 120, 8): backfills of all days, runs of a day, readers, and some killed."""

import sys

from tests.locks.harness import main

if __name__ == "__main__":
    sizes = (*map(int, sys.argv[1:]), *(3500, 120, 8)[len(sys.argv) - 1 :])
    sys.exit(main(*sizes))
