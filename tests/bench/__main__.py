"""`make bench`: print every ratio."""

from tests.bench import history, landing, memory, nightly, recaps, trades, year

landing.report()
trades.report()
nightly.report()
recaps.report()
history.report()
year.report()
memory.report()
