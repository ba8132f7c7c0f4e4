"""Windows sliding over spatial axes: output sizes, padding, and where each tap of the window meets data."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Pairs = tuple[tuple[int, int], ...]
Slices = tuple[slice, ...]


def output_size(size: int, kernel: int, stride: int, padding: tuple[int, int], dilation: int = 1) -> int:
    """How many positions a window takes: ⌊(size + low + high − dilation·(kernel − 1) − 1) / stride⌋ + 1, at least 0.

    >>> output_size(28, 5, 1, (2, 2))
    28
    """
    reach = dilation * (kernel - 1) + 1
    return max(0, (size + padding[0] + padding[1] - reach) // stride + 1)


def same_padding(kernel: Sequence[int], dilation: Sequence[int]) -> Pairs:
    """The (low, high) pairs that keep every size at stride 1; an odd total puts the extra zero on the high side.

    >>> same_padding((3, 4), (1, 1))
    ((1, 1), (1, 2))
    """
    totals = [d * (k - 1) for k, d in zip(kernel, dilation)]
    return tuple((total // 2, total - total // 2) for total in totals)


def overlap(size: int, positions: int, offset: int, stride: int, low: int) -> tuple[slice, slice]:
    """Where one tap, `offset` behind the window's start, meets data as the window takes its positions along an axis.

    Returns the slice of the axis and the slice of the positions that see it, both empty where there is only padding.

    >>> overlap(size=5, positions=5, offset=0, stride=1, low=1)
    (slice(0, 4, 1), slice(1, 5, None))
    """
    shift = offset - low
    first = max(0, -(shift // stride))
    last = min(positions, (size - 1 - shift) // stride + 1)
    if first >= last:
        return slice(0, 0), slice(0, 0)
    return slice(first * stride + shift, (last - 1) * stride + shift + 1, stride), slice(first, last)


def overlaps(
    spatial: Sequence[int],
    kernel: Sequence[int],
    out: Sequence[int],
    stride: Sequence[int],
    padding: Pairs,
    dilation: Sequence[int],
) -> Iterator[tuple[tuple[int, ...], Slices, Slices]]:
    """Each tap with the slices of the data it meets and of the positions that see it, in row-major order."""
    axes = [
        [(tap, *overlap(size, positions, tap * step, jump, low)) for tap in range(taps)]
        for size, taps, positions, jump, (low, _), step in zip(spatial, kernel, out, stride, padding, dilation)
    ]
    for met in itertools.product(*axes):
        tap, data, seen = zip(*met)
        yield tap, data, seen


def channels_last(x: Array) -> Array:
    """(N, C, *spatial) seen as (N, *spatial, C)."""
    return x.transpose(0, *range(2, x.ndim), 1)


def channels_first(x: Array) -> Array:
    """(N, *spatial, C) seen as (N, C, *spatial)."""
    return x.transpose(0, x.ndim - 1, *range(1, x.ndim - 1))
