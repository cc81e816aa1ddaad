"""`make bench`: print every ratio."""

from tests.bench import history, landing, memory, nightly

landing.report()
nightly.report()
history.report()
memory.report()
