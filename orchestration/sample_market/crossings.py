"""When does a price path first reach a level? For many levels at once; knows nothing of positions."""

import numpy as np

from orchestration.sample_market.prices import Floats, Ints


class FirstBelow:
    """Answers "the first minute from `start` on with low <= level" by doubling steps over range minima: O(log n) for each level."""

    def __init__(self, lows: Floats) -> None:
        self._length = len(lows)
        self._minima = [lows]
        width = 1
        while width * 2 <= self._length:
            last = self._minima[-1]
            self._minima.append(np.minimum(last[:-width], last[width:]))
            width *= 2

    def find(self, start: Ints, level: Floats) -> Ints:
        """Minute indices, the path's length where the level is never reached."""
        at = start.astype(np.int64)
        for power in range(len(self._minima) - 1, -1, -1):
            minima = self._minima[power]
            inside = at < len(minima)
            clear = inside & (minima[np.minimum(at, len(minima) - 1)] > level)
            at = np.where(clear, at + (1 << power), at)
        return np.where(at < self._length, at, self._length)
