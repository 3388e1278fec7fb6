"""Float weights as plain arrays: small enough to keep, and read without torch."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.training.graph import Layer

Weights = dict[str, NDArray[Any]]

EPSILON = 1e-5
"""That of torch's batch norm."""


def save_weights(weights: Weights, file: Path) -> None:
    """A torch state dictionary as `.npz`, halved to float16."""
    kept = {
        name: np.asarray(value, np.float16)
        for name, value in weights.items()
        if not name.endswith("num_batches_tracked")
    }
    np.savez_compressed(file, allow_pickle=False, **kept)


def load_weights(file: Path) -> Weights:
    with np.load(file) as arrays:
        return {name: arrays[name].astype(np.float32) for name in arrays.files}


def averaged(several: Sequence[Weights]) -> Weights:
    """The mean of the weights of one network at the ends of several runs.

    Where each run began from the one before, that reads what is new to all of them
    better than any (Wortsman et al., Model soups, 2022).

    Raises `ValueError` where they are of different networks.
    """
    first, *others = several
    shapes = {name: value.shape for name, value in first.items()}
    for other in others:
        if {name: value.shape for name, value in other.items()} != shapes:
            raise ValueError("Weights of different networks cannot be averaged.")
    return {name: np.mean([each[name] for each in several], axis=0) for name in first}


def folded(weights: Weights, layer: Layer) -> tuple[NDArray[Any], NDArray[Any]]:
    """Kernel (out, in, height, width) and bias with the batch norm multiplied in."""
    kernel = weights[f"convs.{layer.name}.weight"]
    if not layer.normalised:
        return kernel, weights[f"convs.{layer.name}.bias"]
    gain, offset, mean, variance = (
        weights[f"norms.{layer.name}.{part}"]
        for part in ("weight", "bias", "running_mean", "running_var")
    )
    scale = gain / np.sqrt(variance + EPSILON)
    return kernel * scale[:, None, None, None], offset - mean * scale
