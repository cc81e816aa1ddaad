"""Object stores, reached as `[bucket]` says: opening one, and its errors in one line."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from orchestration.settings import LOOPBACK, Bucket

if TYPE_CHECKING:
    from obstore.store import ObjectStore


class StoreError(Exception):
    """The object store could not be reached, refused, or holds what is not ours; what it had before is still there."""


@contextmanager
def opened(url: str, bucket: Bucket) -> Iterator["ObjectStore"]:
    """The store below a prefix. Raises StoreError, also for what goes wrong in the block."""
    try:
        from obstore.exceptions import BaseError
        from obstore.store import from_url
    except ImportError:
        raise StoreError(f"{url} needs the extra: pip install 'tidemark[bucket]'") from None
    is_here = any(urlsplit(value).hostname in LOOPBACK for value in bucket.options.values())
    try:
        yield from_url(
            url,
            config=dict(bucket.options),
            client_options={"allow_http": is_here, "timeout": f"{bucket.timeout_s:g}s"},
            retry_config={"max_retries": bucket.retries},
        )
    except (OSError, ValueError, BaseError) as error:
        reason = str(error).splitlines()[0].partition(": <?xml")[0]
        raise StoreError(f"{url}: {reason}") from None


def read(store: "ObjectStore", name: str) -> bytes:
    """A file as it is there."""
    return bytes(store.get(name).bytes())


def remove(store: "ObjectStore", names: Sequence[str]) -> None:
    """Let go of files. Where one is gone already, as after a request that had to be repeated, S3 alone does not mind."""
    try:
        store.delete(names)
    except FileNotFoundError:
        for name in names:
            with suppress(FileNotFoundError):
                store.delete(name)
