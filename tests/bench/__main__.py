"""`make bench`: print every ratio."""

from tests.bench import history, landing, nightly

landing.report()
nightly.report()
history.report()
