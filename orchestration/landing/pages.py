"""The requests that one dump of an endpoint takes: slices of the day, and of each slice the pages."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import httpx

from orchestration.feeds.contract import Pages
from orchestration.landing.errors import FetchError

# The busiest instruments have some 300 pages of 1,000 trades in a day.
_MOST = 5_000


@dataclass
class Page:
    """One request; whoever sent it says what was answered before the next is asked for."""

    address: str
    text: bytes = b""

    def answered(self, text: bytes) -> None:
        """Note the answer, in which the next page is looked for."""
        self.text = text


def requests_of(addresses: Sequence[str], pages: Pages | None, day: date) -> Iterator[Page]:
    """The requests in turn. Raises FetchError where the pages of one do not end."""
    for address in addresses:
        page: Page | None = Page(address)
        for _ in range(_MOST):
            if page is None:
                break
            yield page
            page = _next(page, pages, day) if pages else None
        else:
            raise FetchError(f"{address}: more than {_MOST:,} pages")


def _next(page: Page, pages: Pages, day: date) -> Page | None:
    """The page after one; None after the last, and after an answer that holds none of what is looked for."""
    midnight = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)
    try:
        cursor = pages.cursor(json.loads(page.text), midnight)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    if cursor is None:
        return None
    following = str(httpx.URL(page.address).copy_set_param(pages.parameter, str(cursor)))
    if following == page.address:
        raise FetchError(f"{page.address}: its next page is itself")
    return Page(following)
