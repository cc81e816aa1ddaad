"""`python -m tests.faults [N [WORKERS]]`: do about N faults (300) to nights, several at once, and print how many were survived."""

import os
import sys

from tests.faults.harness import main

n_faults, n_workers = (*map(int, sys.argv[1:]), *(300, os.cpu_count() or 1)[len(sys.argv) - 1 :])
sys.exit(main(n_faults, n_workers))
