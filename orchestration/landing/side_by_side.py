"""Many small files in a few threads: handed over in batches, they cost a wait a batch and not one each."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_BATCHES_A_THREAD = 8

Item = TypeVar("Item")
Result = TypeVar("Result")


def side_by_side(work: Callable[[Item], Result], items: Sequence[Item], threads: int) -> list[Result]:
    """What `work` gives for each item, in their order."""
    size = max(1, len(items) // (threads * _BATCHES_A_THREAD))
    batches = [items[start : start + size] for start in range(0, len(items), size)]
    with ThreadPoolExecutor(threads) as pool:
        return [result for batch in pool.map(lambda batch: [work(item) for item in batch], batches) for result in batch]
