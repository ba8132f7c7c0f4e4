"""Pooling to a given size, and over random windows."""

from __future__ import annotations

from typing import Any

from autograd.ops.adaptive_pooling import adaptive_max_index, fractional_max_index
from autograd.ops.axes import operand
from autograd.ops.pooling import avg_pool, max_pool, max_pool_index, pool_gather
from autograd.ops.random import draw_uniform
from autograd.ops.resizing import resize
from autograd.ops.windows import batched, per_axis, unbatched
from autograd.random import Generator, numpy_generator
from autograd.tensor import Tensor

__all__ = [
    "adaptive_avg_pool1d",
    "adaptive_avg_pool2d",
    "adaptive_avg_pool3d",
    "adaptive_max_pool1d",
    "adaptive_max_pool1d_with_indices",
    "adaptive_max_pool2d",
    "adaptive_max_pool2d_with_indices",
    "adaptive_max_pool3d",
    "adaptive_max_pool3d_with_indices",
    "fractional_max_pool2d",
    "fractional_max_pool2d_with_indices",
    "fractional_max_pool3d",
    "fractional_max_pool3d_with_indices",
]


# --- means ------------------------------------------------------------------------------------------------------------


def adaptive_avg_pool1d(input: Any, output_size: Any) -> Any:
    """Means over `output_size` windows that cover (N, C, L) or (C, L) evenly; see `adaptive_avg_pool2d`.

    >>> import nn, numpy as np
    >>> nn.functional.adaptive_avg_pool1d(np.array([[1.0, 2.0, 3.0, 4.0, 5.0]]), 2)
    array([[2., 4.]])
    """
    return _adaptive_avg_pool(1, input, output_size)


def adaptive_avg_pool2d(input: Any, output_size: Any) -> Any:
    """Means over windows that cover an image evenly: (N, C, H, W) → (N, C, H', W'), or the same without N.

    The i-th of H' windows runs from ⌊i·H/H'⌋ to ⌈(i + 1)·H/H'⌉. `output_size` is H' = W', or one per axis; None keeps
    the size. Size 1 is the mean over the whole image (global average pooling). Raises ValueError for an input without
    pixels.

    >>> import nn, numpy as np
    >>> nn.functional.adaptive_avg_pool2d(np.ones((2, 3, 7, 5)), (3, None)).shape
    (2, 3, 3, 5)
    """
    return _adaptive_avg_pool(2, input, output_size)


def adaptive_avg_pool3d(input: Any, output_size: Any) -> Any:
    """Means over windows that cover (N, C, D, H, W) or (C, D, H, W) evenly; see `adaptive_avg_pool2d`.

    >>> import nn, numpy as np
    >>> nn.functional.adaptive_avg_pool3d(np.ones((1, 4, 4, 4)), 1)
    array([[[[1.]]]])
    """
    return _adaptive_avg_pool(3, input, output_size)


def _adaptive_avg_pool(rank: int, input: Any, output_size: Any) -> Any:
    op = f"adaptive_avg_pool{rank}d"
    x, has_batch = batched(input, rank, op)
    size = _output_size(op, x, output_size)
    if _divides(size, x.shape[2:]):
        window = tuple(n // m for n, m in zip(x.shape[2:], size))
        return unbatched(avg_pool(x, window, window, (0,) * rank, False, True, None), has_batch)
    for axis, count in enumerate(size, 2):
        if count != x.shape[axis]:
            x = resize(x, count, axis, "area", False, None)
    return unbatched(x, has_batch)


def _output_size(op: str, x: Any, output_size: Any) -> tuple[int, ...]:
    """One size per spatial axis, those of the input for None."""
    spatial = x.shape[2:]
    sizes = tuple(output_size) if isinstance(output_size, (tuple, list)) else (output_size,) * len(spatial)
    if len(sizes) == len(spatial):
        sizes = tuple(n if s is None else s for s, n in zip(sizes, spatial))
    if not all(spatial):
        raise ValueError(f"{op}: an input of shape {x.shape} has nothing to pool over")
    return per_axis(sizes, len(spatial), op, "output_size", 0)


def _divides(size: tuple[int, ...], spatial: tuple[int, ...]) -> bool:
    return all(m and n % m == 0 for m, n in zip(size, spatial))


# --- maxima -----------------------------------------------------------------------------------------------------------


def adaptive_max_pool1d(input: Any, output_size: Any, return_indices: bool = False) -> Any:
    """Maxima over `output_size` windows that cover (N, C, L) or (C, L) evenly; see `adaptive_max_pool2d`.

    >>> import nn, numpy as np
    >>> nn.functional.adaptive_max_pool1d(np.array([[1.0, 2.0, 3.0, 4.0, 5.0]]), 2)
    array([[3., 5.]])
    """
    return _adaptive_max_pool(1, input, output_size, return_indices)


def adaptive_max_pool2d(input: Any, output_size: Any, return_indices: bool = False) -> Any:
    """Maxima over windows that cover an image evenly: (N, C, H, W) → (N, C, H', W'), or the same without N.

    Windows and `output_size` are as in `adaptive_avg_pool2d`. With `return_indices` it gives a pair, the second the
    place of each maximum in the H·W plane; of equal maxima the first counts, and gets the gradient.

    >>> import nn, numpy as np
    >>> nn.functional.adaptive_max_pool2d(np.arange(12.0).reshape(1, 3, 4), 2)
    array([[[ 5.,  7.],
            [ 9., 11.]]])
    """
    return _adaptive_max_pool(2, input, output_size, return_indices)


def adaptive_max_pool3d(input: Any, output_size: Any, return_indices: bool = False) -> Any:
    """Maxima over windows that cover (N, C, D, H, W) or (C, D, H, W) evenly; see `adaptive_max_pool2d`.

    >>> import nn, numpy as np
    >>> nn.functional.adaptive_max_pool3d(np.arange(8.0).reshape(1, 2, 2, 2), 1).item()
    7.0
    """
    return _adaptive_max_pool(3, input, output_size, return_indices)


def adaptive_max_pool1d_with_indices(input: Any, output_size: Any, return_indices: bool = False) -> tuple[Any, Any]:
    """`adaptive_max_pool1d` with the place of each maximum, whatever `return_indices` says.

    >>> import nn, numpy as np
    >>> nn.functional.adaptive_max_pool1d_with_indices(np.array([[1.0, 3.0, 2.0]]), 1)
    (array([[3.]]), array([[1]]))
    """
    pair: tuple[Any, Any] = _adaptive_max_pool(1, input, output_size, True)
    return pair


def adaptive_max_pool2d_with_indices(input: Any, output_size: Any, return_indices: bool = False) -> tuple[Any, Any]:
    """`adaptive_max_pool2d` with the place of each maximum, whatever `return_indices` says.

    >>> import nn, numpy as np
    >>> nn.functional.adaptive_max_pool2d_with_indices(np.arange(4.0).reshape(1, 2, 2), 1)[1].item()
    3
    """
    pair: tuple[Any, Any] = _adaptive_max_pool(2, input, output_size, True)
    return pair


def adaptive_max_pool3d_with_indices(input: Any, output_size: Any, return_indices: bool = False) -> tuple[Any, Any]:
    """`adaptive_max_pool3d` with the place of each maximum, whatever `return_indices` says.

    >>> import nn, numpy as np
    >>> nn.functional.adaptive_max_pool3d_with_indices(np.arange(8.0).reshape(1, 2, 2, 2), 1)[1].item()
    7
    """
    pair: tuple[Any, Any] = _adaptive_max_pool(3, input, output_size, True)
    return pair


def _adaptive_max_pool(rank: int, input: Any, output_size: Any, return_indices: bool) -> Any:
    op = f"adaptive_max_pool{rank}d"
    x, has_batch = batched(input, rank, op)
    size = _output_size(op, x, output_size)
    if not _divides(size, x.shape[2:]):
        return _maxima(x, adaptive_max_index(x, size), has_batch, return_indices)
    kernel = tuple(n // m for n, m in zip(x.shape[2:], size))
    window = kernel, kernel, (0,) * rank, (1,) * rank, False
    y = max_pool(x, *window)
    if not return_indices:
        return unbatched(y, has_batch)
    return unbatched(y, has_batch), unbatched(max_pool_index(x, y, *window), has_batch)


def _maxima(x: Any, index: Any, has_batch: bool, return_indices: bool) -> Any:
    y = unbatched(pool_gather(x, index), has_batch)
    return (y, unbatched(index, has_batch)) if return_indices else y


# --- maxima over random windows ---------------------------------------------------------------------------------------


def fractional_max_pool2d(
    input: Any,
    kernel_size: Any,
    output_size: Any = None,
    output_ratio: Any = None,
    return_indices: bool = False,
    _random_samples: Any = None,
    generator: Generator | None = None,
) -> Any:
    """Maxima over overlapping windows at pseudo-random places: (N, C, H, W) → (N, C, H', W'), or the same without N.

    H' is `output_size`, or ⌊H · output_ratio⌋ with a ratio between 0 and 1. With a random u in [0, 1) for each example,
    channel and axis, the i-th window begins at ⌊(i + u)·α⌋ - ⌊u·α⌋, α = (H - kernel_size) / (H' - 1); the last one ends
    with the image (Graham 2014, "Fractional Max-Pooling", https://arxiv.org/abs/1412.6071). `_random_samples` gives the
    u as an array (N, C, 2), those of W first; otherwise they are drawn from `generator`. With `return_indices` it gives
    a pair, the second the place of each maximum.

    Raises ValueError unless exactly one of `output_size` and `output_ratio` is given, and for windows that do not fit.

    >>> import nn, numpy as np
    >>> nn.functional.fractional_max_pool2d(np.zeros((2, 3, 9, 9)), 2, output_ratio=0.7).shape
    (2, 3, 6, 6)
    """
    return _fractional_max_pool(
        2, input, kernel_size, output_size, output_ratio, return_indices, _random_samples, generator
    )


def fractional_max_pool3d(
    input: Any,
    kernel_size: Any,
    output_size: Any = None,
    output_ratio: Any = None,
    return_indices: bool = False,
    _random_samples: Any = None,
    generator: Generator | None = None,
) -> Any:
    """Maxima over windows at pseudo-random places of (N, C, D, H, W) or (C, D, H, W); see `fractional_max_pool2d`.

    `_random_samples` is (N, C, 3), in the order D, H, W.

    >>> import nn, numpy as np
    >>> nn.functional.fractional_max_pool3d(np.zeros((1, 8, 8, 8)), 2, output_size=(4, 4, 5)).shape
    (1, 4, 4, 5)
    """
    return _fractional_max_pool(
        3, input, kernel_size, output_size, output_ratio, return_indices, _random_samples, generator
    )


def fractional_max_pool2d_with_indices(
    input: Any,
    kernel_size: Any,
    output_size: Any = None,
    output_ratio: Any = None,
    return_indices: bool = False,
    _random_samples: Any = None,
) -> tuple[Any, Any]:
    """`fractional_max_pool2d` with the place of each maximum, whatever `return_indices` says.

    >>> import nn, numpy as np
    >>> nn.functional.fractional_max_pool2d_with_indices(np.zeros((1, 4, 4)), 2, output_size=2)[1].shape
    (1, 2, 2)
    """
    pair: tuple[Any, Any] = _fractional_max_pool(
        2, input, kernel_size, output_size, output_ratio, True, _random_samples, None
    )
    return pair


def fractional_max_pool3d_with_indices(
    input: Any,
    kernel_size: Any,
    output_size: Any = None,
    output_ratio: Any = None,
    return_indices: bool = False,
    _random_samples: Any = None,
) -> tuple[Any, Any]:
    """`fractional_max_pool3d` with the place of each maximum, whatever `return_indices` says.

    >>> import nn, numpy as np
    >>> nn.functional.fractional_max_pool3d_with_indices(np.zeros((1, 4, 4, 4)), 2, output_size=2)[1].shape
    (1, 2, 2, 2)
    """
    pair: tuple[Any, Any] = _fractional_max_pool(
        3, input, kernel_size, output_size, output_ratio, True, _random_samples, None
    )
    return pair


def _fractional_max_pool(
    rank: int,
    input: Any,
    kernel_size: Any,
    output_size: Any,
    output_ratio: Any,
    return_indices: bool,
    samples: Any,
    generator: Generator | None,
) -> Any:
    op = f"fractional_max_pool{rank}d"
    x, has_batch = batched(input, rank, op)
    kernel = per_axis(kernel_size, rank, op, "kernel_size", 1)
    size = fractional_size(rank, op, x.shape[2:], output_size, output_ratio)
    if any(m + k - 1 > n for m, k, n in zip(size, kernel, x.shape[2:])):
        raise ValueError(
            f"{op}: {size} windows of size {kernel} do not fit an input of spatial size {x.shape[2:]}, which must be "
            f"at least output_size + kernel_size - 1; use a smaller kernel or output_size"
        )
    wanted = (*x.shape[:2], rank)
    if samples is None:
        samples = draw_uniform(0.0, 1.0, wanted, x.dtype, numpy_generator(generator))
        samples = samples if isinstance(x, Tensor) else samples.data
    elif (samples := operand(samples)).shape != wanted:
        raise ValueError(f"{op}: _random_samples of shape {samples.shape}, wanted (N, C, axes) = {wanted}")
    if rank == 2:  # PyTorch's order is W, H here
        samples = samples[..., ::-1]
    return _maxima(x, fractional_max_index(x, samples, kernel, size), has_batch, return_indices)


def fractional_size(rank: int, op: str, spatial: tuple[int, ...], size: Any, ratio: Any) -> tuple[int, ...]:
    """The size of the result, from one of the two ways to ask for it."""
    if (size is None) == (ratio is None):
        raise ValueError(f"{op} wants one of output_size and output_ratio, got {size} and {ratio}")
    if size is not None:
        return per_axis(size, rank, op, "output_size", 1)
    ratios = tuple(ratio) if isinstance(ratio, (tuple, list)) else (ratio,) * rank
    if len(ratios) != rank or not all(0 < r < 1 for r in ratios):
        raise ValueError(f"{op}: output_ratio must be a number between 0 and 1, or {rank} of them; got {ratio}")
    return per_axis(tuple(int(n * r) for n, r in zip(spatial, ratios)), rank, op, "output_size", 1)
