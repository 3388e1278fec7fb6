"""Find what looks like a plate in a long list, without going through all of it."""

import string
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from edge_anpr.tracking.lookalikes import swap_cost

CHARACTERS = string.digits + string.ascii_uppercase  # of entries


class Similar:
    """Plates in order, so that those that begin alike stand together."""

    def __init__(self, plates: Iterable[str], max_cost: float) -> None:
        """max_cost: how unlike two plates may be, all places together."""
        self._max_cost = max_cost
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for plate in sorted(plates):
            self._by_length[len(plate)].append(plate)
        self._swaps: dict[str, list[tuple[float, str]]] = {}

    def to(self, plate: str) -> Iterator[tuple[str, float]]:
        """The plates of the same length that are like it, with the cost of each."""
        plates = self._by_length.get(len(plate))
        return self._from(plates, plate, "", 0.0) if plates else iter(())

    def _from(
        self, plates: Sequence[str], plate: str, begun: str, cost: float
    ) -> Iterator[tuple[str, float]]:
        if len(begun) == len(plate):
            yield begun, cost
            return
        for swap, char in self._swaps_of(plate[len(begun)]):
            if not self._may_cost(cost + swap):
                return
            longer = begun + char
            at = bisect_left(plates, longer)
            if at < len(plates) and plates[at].startswith(longer):
                yield from self._from(plates, plate, longer, cost + swap)

    def _swaps_of(self, char: str) -> list[tuple[float, str]]:
        """What a character that was read may stand for, the likest first."""
        if char not in self._swaps:
            costs = ((swap_cost(char, each), each) for each in CHARACTERS)
            self._swaps[char] = sorted(
                each for each in costs if self._may_cost(each[0])
            )
        return self._swaps[char]

    def _may_cost(self, cost: float) -> bool:
        return round(cost, 3) <= self._max_cost  # 0.1 and 0.2 are 0.3
