"""`make bench`: print every ratio."""

from tests.bench import history, landing

landing.report()
history.report()
