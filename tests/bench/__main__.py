"""`make bench`: print every ratio."""

from tests.bench import history, landing, memory, nightly, recaps, trades

landing.report()
trades.report()
nightly.report()
recaps.report()
history.report()
memory.report()
