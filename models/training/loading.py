"""Batches made by worker processes, so that a fast device does not wait for pixels."""

from collections.abc import Callable, Iterator
from multiprocessing import Value
from typing import Any

from torch.utils.data import DataLoader, IterableDataset, get_worker_info

MakeBatches = Callable[[int, Callable[[], float]], Callable[[], Any]]
"""From a seed and a way to ask for the progress to a source of batches."""

SEEDS_APART = 1_000_003


def batches(
    make: MakeBatches, seed: int, workers: int, progress: Callable[[], float]
) -> Callable[[], Any]:
    """A source of batches; with `workers` of 0 they are made here, one by one."""
    if not workers:
        return make(seed, progress)
    # The workers cannot see the run; they are told how far it is.
    shared = Value("d", progress())
    loader = DataLoader(
        _Endless(make, seed, shared),
        batch_size=None,
        collate_fn=_as_made,  # left to itself it makes tensors of all arrays
        num_workers=workers,
        prefetch_factor=4,
    )
    stream = iter(loader)

    def next_batch() -> Any:
        shared.value = progress()
        return next(stream)

    return next_batch


def _as_made(batch: Any) -> Any:
    return batch


class _Endless(IterableDataset):
    def __init__(self, make: MakeBatches, seed: int, shared: Any) -> None:
        self._make = make
        self._seed = seed
        self._shared = shared

    def __iter__(self) -> Iterator[Any]:
        info = get_worker_info()
        seed = self._seed + SEEDS_APART * (info.id if info else 0)
        source = self._make(seed, lambda: float(self._shared.value))
        while True:
            yield source()
