"""The catalogue as text: one line per feed for a terminal, one row per feed for the documentation."""

from collections.abc import Iterable, Iterator

from orchestration.feeds.contract import Feed


def lines(feeds: Iterable[Feed]) -> Iterator[str]:
    """Name, dataset, how it comes, where from; in columns."""
    feeds = list(feeds)
    width = max(len(feed.name) for feed in feeds)
    for feed in feeds:
        yield f"{feed.name:<{width}}  {feed.dataset:<16}  {_way(feed):<20}  {_place(feed)}"


def table(feeds: Iterable[Feed]) -> str:
    """A Markdown table."""
    rows = (
        f"| `{feed.name}` | {feed.dataset} | {_way(feed)} | `{_place(feed)}` | {feed.published or '-'} |"
        for feed in feeds
    )
    return "\n".join(["| feed | lands as | how | where | out |", "| --- | --- | --- | --- | --- |", *rows]) + "\n"


def _way(feed: Feed) -> str:
    """How it comes, and what that takes."""
    if feed.address is None:
        return feed.kind if feed.kind != "archive" else "own files"
    how = "endpoint" if feed.request else "archive"
    key = "" if feed.key is None else ", key" if feed.key.is_needed else ", key optional"
    return how + key + (", on request" if feed.on_request else "")


def _place(feed: Feed) -> str:
    if feed.request:
        return f"{feed.address}/{feed.request.target.partition('?')[0]}"
    return f"{feed.address}/{feed.paths[0]}" if feed.address else f"{feed.source}/{feed.paths[0]}"
