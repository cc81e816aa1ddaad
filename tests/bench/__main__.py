"""`make bench`: print every ratio."""

from tests.bench import landing

landing.report()
