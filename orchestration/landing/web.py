"""Downloads over HTTP: retried with back-off, resumed where they broke off, checked against the publisher's SHA-256."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import stamina
from stamina.instrumentation import LoggingOnRetryHook, set_on_retry_hooks

from orchestration.feeds.contract import fill
from orchestration.landing.archive import Candidate, Web
from orchestration.landing.dumps import Receipt, sha256_of, utc_text
from orchestration.landing.errors import FetchError
from orchestration.landing.hosts import Hosts
from orchestration.landing.pages import requests_of
from orchestration.secrets import without_secrets

# What an archive answers for a file that it does not have or does not give without a key.
_NOT_THERE = frozenset({400, 401, 403, 404, 410})
_BUSY = frozenset({408, 418, 425, 429})
# Not to be had from this place, whoever asks how often.
_REFUSED = 451
_ATTEMPTS = 5
# Where a busy host does not say how long it wants to be left alone.
_PAUSE_S = 1.0


# To `logging`, where Dagster and a user can turn it up; the default prints whatever is being retried.
set_on_retry_hooks([LoggingOnRetryHook])


class _TryAgain(FetchError):
    """A passing fault of the archive."""


@dataclass(frozen=True)
class Line:
    """How archives are talked to in one round: one client, one set of manners."""

    client: httpx.Client
    hosts: Hosts


def download(
    line: Line, archive: Web, candidate: Candidate, before: Receipt | None, part: Path, simulated: bool
) -> Receipt | None:
    """Fetch one file into `part`; None where the archive has none, `before` where it says that nothing changed."""
    address = archive.address(candidate)
    known = before if before and before.address == without_secrets(address) else None
    if known and candidate.feed.request:
        return before
    answer = _ask(line, archive, candidate, known, part)
    if answer is None or answer.status_code == 304:
        return before
    digest = sha256_of(part)
    if template := candidate.feed.checksum:
        verify(digest, text_at(line, archive.address_of(candidate.feed, template.format(path=candidate.path))))
    return Receipt(
        dump_path=candidate.dump_path,
        sha256=digest,
        bytes=part.stat().st_size,
        fetched_at=utc_text(datetime.now(UTC)),
        address=without_secrets(address),
        simulated=simulated,
        etag=answer.headers.get("etag"),
        modified=answer.headers.get("last-modified"),
    )


def verify(digest: str, listing: str | None) -> None:
    """Compare with a CHECKSUM line `<sha256>  <name>`; without one there is nothing to compare with."""
    if listing is None:
        return
    expected = listing.split()[0].lower() if listing.split() else ""
    if digest != expected:
        raise FetchError(f"SHA-256 is {digest}, the publisher's CHECKSUM says {expected or 'nothing'}")


@dataclass(frozen=True)
class _Question:
    """What is sent: a plain GET of a file, or a request to an endpoint; keys go to the vendor alone."""

    address: str
    headers: Mapping[str, str]
    body: str | None = None


def _ask(line: Line, archive: Web, candidate: Candidate, known: Receipt | None, part: Path) -> httpx.Response | None:
    """Bring a file into `part`: as it is, or the answers of several requests one after the other; None where there is none."""
    request, addresses = candidate.feed.request, archive.addresses(candidate)
    if (
        archive.base is not None
        or request is None
        or candidate.day is None
        or (request.slices == 1 and request.pages is None)
    ):
        return _get(line, _question(archive, candidate, addresses[0]), known, part)
    answer: httpx.Response | None = None
    one = part.with_suffix(".page")
    try:
        with part.open("wb") as whole:
            for page in requests_of(addresses, request.pages, candidate.day):
                one.unlink(missing_ok=True)
                answer = _get(line, _question(archive, candidate, page.address), None, one)
                if answer is None:
                    return None
                page.answered(one.read_bytes())
                whole.write(page.text + b"\n")
        return answer
    finally:
        one.unlink(missing_ok=True)


def _question(archive: Web, candidate: Candidate, address: str) -> _Question:
    feed = candidate.feed
    if archive.base is not None:
        return _Question(address, {})
    key = os.environ.get(feed.key.variable) if feed.key else None
    headers = {feed.key.header: feed.key.form.format(key)} if feed.key and key else {}
    if feed.request is None or feed.request.body is None or candidate.day is None:
        return _Question(address, headers)
    body = fill(feed.request.body, candidate.day, candidate.subject)
    return _Question(address, {**headers, "Content-Type": "application/json"}, body)


def _get(line: Line, asked: _Question, known: Receipt | None, part: Path) -> httpx.Response | None:
    broken: list[httpx.Response] = []
    for attempt in stamina.retry_context(on=(httpx.TransportError, _TryAgain), attempts=_ATTEMPTS, timeout=300):
        with attempt, line.hosts.turn(asked.address):
            return _stream(line, asked, known, part, broken)
    raise AssertionError("retry_context either returns or raises")


def _stream(
    line: Line, asked: _Question, known: Receipt | None, part: Path, broken: list[httpx.Response]
) -> httpx.Response | None:
    """One attempt; it goes on where the last of the `broken` ones stopped, if the file is still the same."""
    address, told, method = asked.address, without_secrets(asked.address), "GET" if asked.body is None else "POST"
    headers = {**asked.headers, **_conditions(known, part, broken)}
    with line.client.stream(
        method, address, headers=headers, content=asked.body, follow_redirects=_may_go_elsewhere(asked)
    ) as answer:
        if answer.status_code == _REFUSED:
            line.hosts.pause(address, _PAUSE_S)
        if answer.status_code in (*_NOT_THERE, _REFUSED):
            return None
        if answer.status_code == 304:
            return answer
        if answer.status_code == 416:
            part.unlink(missing_ok=True)
            raise _TryAgain(f"{told}: HTTP 416")
        if answer.status_code in _BUSY or answer.status_code >= 500:
            _pause(line, answer)
            raise _TryAgain(f"{told}: HTTP {answer.status_code}")
        if not answer.is_success:
            raise FetchError(f"{told}: HTTP {answer.status_code}")
        if answer.status_code == 206 and not _goes_on(answer, part):
            part.unlink(missing_ok=True)
            raise _TryAgain(f"{told}: sent another part than was asked for")
        broken.append(answer)
        with part.open("ab" if answer.status_code == 206 else "wb") as file:
            for chunk in answer.iter_raw():
                file.write(chunk)
        return answer


def _may_go_elsewhere(asked: _Question) -> bool:
    """Whether a redirect is followed: of the headers that carry keys, only this one stays behind at another host."""
    return {name.lower() for name in asked.headers} <= {"authorization", "content-type"}


def _conditions(known: Receipt | None, part: Path, broken: list[httpx.Response]) -> dict[str, str]:
    # Identity: what is stored and hashed are the published bytes, not a transport's compression of them.
    headers = {"Accept-Encoding": "identity"}
    version = _version(broken[-1]) if broken else None
    if version and part.exists():
        return {**headers, "Range": f"bytes={part.stat().st_size}-", "If-Range": version}
    if known and known.etag:
        headers["If-None-Match"] = known.etag
    elif known and known.modified:
        headers["If-Modified-Since"] = known.modified
    return headers


def _version(answer: httpx.Response) -> str | None:
    """What names the very bytes of a file; a weak ETag does not."""
    etag: str | None = answer.headers.get("etag")
    return etag if etag and not etag.startswith("W/") else answer.headers.get("last-modified")


def _goes_on(answer: httpx.Response, part: Path) -> bool:
    """Whether a partial answer begins where the part ends."""
    there = part.stat().st_size if part.exists() else 0
    return str(answer.headers.get("content-range", "")).startswith(f"bytes {there}-")


def _pause(line: Line, answer: httpx.Response) -> None:
    """Leave a host alone that says it is asked too much; a fault of one file is no reason to spare the others."""
    told = answer.headers.get("retry-after", "")
    if answer.status_code in _BUSY or told:
        line.hosts.pause(str(answer.url), float(told) if told.isdigit() else _PAUSE_S)


def text_at(line: Line, address: str) -> str | None:
    """A small text; None where the archive does not have it."""
    for attempt in stamina.retry_context(on=(httpx.TransportError, _TryAgain), attempts=_ATTEMPTS, timeout=120):
        with attempt:
            with line.hosts.turn(address):
                answer = line.client.get(address)
            if answer.status_code in _BUSY or answer.status_code >= 500:
                _pause(line, answer)
                raise _TryAgain(f"{without_secrets(address)}: HTTP {answer.status_code}")
            if answer.status_code in _NOT_THERE:
                return None
            if not answer.is_success:
                raise FetchError(f"{without_secrets(address)}: HTTP {answer.status_code}")
            return answer.text
    raise AssertionError("retry_context either returns or raises")
