"""Back from maxima to the places they came from."""

from __future__ import annotations

import math
import operator
from typing import Any

import autograd
from autograd.ops.adaptive_pooling import last_written
from autograd.ops.axes import every_value
from autograd.ops.gather import positions
from autograd.ops.pooling import pool_scatter
from autograd.ops.windows import batched, per_axis, unbatched

__all__ = ["max_unpool1d", "max_unpool2d", "max_unpool3d"]


def max_unpool1d(
    input: Any, indices: Any, kernel_size: Any, stride: Any = None, padding: Any = 0, output_size: Any = None
) -> Any:
    """Zeros, with the maxima that `max_pool1d` found at the places they came from; see `max_unpool2d`.

    >>> import nn, numpy as np
    >>> y, places = nn.functional.max_pool1d(np.array([[1.0, 3.0, 2.0, 0.0]]), 2, return_indices=True)
    >>> nn.functional.max_unpool1d(y, places, 2)
    array([[0., 3., 2., 0.]])
    """
    return _max_unpool(1, input, indices, kernel_size, stride, padding, output_size)


def max_unpool2d(
    input: Any, indices: Any, kernel_size: Any, stride: Any = None, padding: Any = 0, output_size: Any = None
) -> Any:
    """Zeros, with the maxima that `max_pool2d` found at the places they came from: (N, C, H', W') → (N, C, H, W).

    `indices` are the places that `return_indices=True` gave. H = (H' - 1)·stride - 2·padding + kernel_size, unless
    `output_size` asks for another that a pooling would bring to H' (with or without N and C). Where windows overlapped
    and two values go to one place, the last is written, and it alone gets a gradient.

    Raises ValueError for shapes that do not belong together and for a size that is more than a stride off, IndexError
    for places outside the result.

    >>> import nn, numpy as np
    >>> y, places = nn.functional.max_pool2d(np.array([[[1.0, 3.0], [2.0, 0.0]]]), 2, return_indices=True)
    >>> nn.functional.max_unpool2d(y, places, 2)
    array([[[0., 3.],
            [0., 0.]]])
    """
    return _max_unpool(2, input, indices, kernel_size, stride, padding, output_size)


def max_unpool3d(
    input: Any, indices: Any, kernel_size: Any, stride: Any = None, padding: Any = 0, output_size: Any = None
) -> Any:
    """Zeros, with the maxima that `max_pool3d` found at the places they came from; see `max_unpool2d`.

    >>> import nn, numpy as np
    >>> nn.functional.max_unpool3d(np.ones((1, 1, 1, 1)), np.full((1, 1, 1, 1), 5), 2).ravel()
    array([0., 0., 0., 0., 0., 1., 0., 0.])
    """
    return _max_unpool(3, input, indices, kernel_size, stride, padding, output_size)


def _max_unpool(
    rank: int, input: Any, indices: Any, kernel_size: Any, stride: Any, padding: Any, output_size: Any
) -> Any:
    op = f"max_unpool{rank}d"
    x, has_batch = batched(input, rank, op)
    index, _ = batched(positions(op, indices), rank, op)
    if x.shape != index.shape:
        raise ValueError(f"{op}: input of shape {x.shape} and indices of shape {index.shape} must have equal shapes")
    kernel = per_axis(kernel_size, rank, op, "kernel_size", 1)
    stride = kernel if stride is None or stride == () else per_axis(stride, rank, op, "stride", 1)
    padding = per_axis(padding, rank, op, "padding", 0)
    spatial = tuple((n - 1) * s - 2 * p + k for n, s, p, k in zip(x.shape[2:], stride, padding, kernel))
    if output_size is not None:
        wanted = tuple(map(operator.index, output_size))
        wanted = wanted[-rank:] if len(wanted) == rank + 1 + has_batch else wanted
        if len(wanted) != rank or any(not n - s < w < n + s for w, n, s in zip(wanted, spatial, stride)):
            raise ValueError(
                f"{op}: output_size={tuple(output_size)} for an input of shape {x.shape}; wanted {rank} sizes less "
                f"than a stride {stride} away from {spatial}"
            )
        spatial = wanted
    if min(spatial) < 0:
        raise ValueError(f"{op}: padding {padding} leaves a result of size {spatial}; use less")
    raw, room = every_value(index), math.prod(spatial)
    if raw.size and not 0 <= raw.min() <= raw.max() < room:
        raise IndexError(
            f"{op}: indices from {raw.min()} to {raw.max()} into a result of size {spatial}, which has {room} places; "
            f"give output_size the size of what was pooled"
        )
    kept = autograd.where(last_written(index, spatial), x, 0)
    return unbatched(pool_scatter(kept, index, spatial), has_batch)
