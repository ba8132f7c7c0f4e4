"""Cutting data into parts and mini-batches."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np


def stratified_split(
    labels: np.ndarray, test_fraction: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Shuffled indices of a training and a test part, each class divided in the same proportion.

    Raises ValueError unless 0 < test_fraction < 1 and every class has a member in both parts.

    >>> import numpy as np
    >>> train, test = stratified_split(np.array([0, 0, 0, 0, 1, 1, 1, 1]), 0.25, np.random.default_rng(0))
    >>> len(train), len(test)
    (6, 2)
    """
    if not 0 < test_fraction < 1:
        raise ValueError(f"stratified_split: test_fraction must lie between 0 and 1, got {test_fraction}")
    train, test = [], []
    for label in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == label))
        count = round(len(members) * test_fraction)
        if not 0 < count < len(members):
            raise ValueError(
                f"stratified_split: class {label} has {len(members)} members, too few for "
                f"test_fraction={test_fraction}: each part needs at least one"
            )
        test.append(members[:count])
        train.append(members[count:])
    return rng.permutation(np.concatenate(train)), rng.permutation(np.concatenate(test))


def batches(count: int, batch_size: int, rng: np.random.Generator | None = None) -> Iterator[np.ndarray]:
    """Indices of mini-batches that together cover range(count) once; the last may be smaller.

    In order without `rng`, shuffled with it. Raises ValueError for a batch_size below 1.

    >>> import nn.data
    >>> [chosen.tolist() for chosen in nn.data.batches(5, 2)]
    [[0, 1], [2, 3], [4]]
    """
    if batch_size < 1:
        raise ValueError(f"batches: batch_size must be at least 1, got {batch_size}")
    order = np.arange(count) if rng is None else rng.permutation(count)
    for start in range(0, count, batch_size):
        yield order[start : start + batch_size]
