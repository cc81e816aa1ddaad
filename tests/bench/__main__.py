"""`make bench`: print every ratio."""

from tests.bench import history, landing, memory, nightly, trades

landing.report()
trades.report()
nightly.report()
history.report()
memory.report()
