"""`python -m orchestration.sample_market DIR`: write the sample market for a look."""

import sys
from pathlib import Path

from orchestration.sample_market import write


def main(arguments: list[str]) -> int:
    """Write below the one folder named; 2 for anything else."""
    if len(arguments) != 1:
        print("usage: python -m orchestration.sample_market DIR", file=sys.stderr)
        return 2
    print(write(Path(arguments[0]), progress=print))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
