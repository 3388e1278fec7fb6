"""Batches come from worker processes as they would from this one; needs torch."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="only the training environment has torch")

from models.training.loading import batches


def counted(seed: int, progress: Callable[[], float]) -> Callable[[], Any]:
    rng = np.random.default_rng(seed)
    return lambda: (["AB12"], [rng.integers(9, size=3), None], progress())


@pytest.mark.parametrize("workers", [0, 1])
def test_arrays_stay_arrays(workers: int) -> None:
    texts, (places, nothing), progress = batches(counted, 1, workers, lambda: 0.5)()
    assert (texts, nothing, progress) == (["AB12"], None, 0.5)
    assert isinstance(places, np.ndarray)
    assert places.tolist() == np.random.default_rng(1).integers(9, size=3).tolist()
