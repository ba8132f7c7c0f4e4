"""Max and average pooling over one to three axes, in PyTorch's conventions.

A pooled maximum is its input read at the index of each window's maximum, so its derivatives add and read at that index:
max_pool_pull adds, finding the index from the input and the result; pool_gather and pool_scatter are given it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.kernels import pooling as kernels
from autograd.kernels.pooling import pool_size
from autograd.ops.windows import batched, per_axis, unbatched
from autograd.primitive import primitive

__all__ = ["avg_pool1d", "avg_pool2d", "avg_pool3d", "max_pool1d", "max_pool2d", "max_pool3d"]


# --- maxima -----------------------------------------------------------------------------------------------------------


def _window_sample(s, dilated):
    """A shape (N, C, *spatial) and the parameters of a window over it."""
    rank = s.integer(1, 3)
    each = lambda low, high: tuple(s.integer(low, high) for _ in range(rank))
    kernel, stride, padding = each(1, 3), each(1, 2), each(0, 1)
    padding = tuple(min(p, k // 2) for p, k in zip(padding, kernel))
    dilation = each(1, 2) if dilated and not any(padding) else (1,) * rank
    spatial = tuple(d * (k - 1) + 1 + n for k, d, n in zip(kernel, dilation, each(0, 2)))
    params = {"kernel_size": kernel, "stride": stride, "padding": padding}
    if dilated:
        params["dilation"] = dilation
    return (s.integer(0, 2), s.integer(1, 2), *spatial), {**params, "ceil_mode": s.boolean()}


def _max_sample(s):
    shape, params = _window_sample(s, dilated=True)
    return (s.array(shape, distinct=True),), params


def _index_sample(s):
    (x,), params = _max_sample(s)
    return (x, kernels.max_pool(x, *params.values())), params


def _pull_sample(s):
    (x, best), params = _index_sample(s)
    return (s.array(best.shape), x, best), params


@primitive(
    y=lambda g, x, best, kernel_size, stride, padding, dilation, ceil_mode: pool_gather(
        g, max_pool_index(x, best, kernel_size, stride, padding, dilation, ceil_mode)
    ),
    x=None,
    best=None,
    text="scatter({y})",
    linear="y",
    samples=_pull_sample,
    flops=lambda out, y, x, best, kernel_size, *_: y.size * int(np.prod(kernel_size)),
)
def max_pool_pull(y, x, best, kernel_size, stride, padding, dilation, ceil_mode):
    """y (N, C, *out) added into zeros like x where each window holds `best`, its maximum: the adjoint of `max_pool`."""
    return kernels.max_pool_adjoint(y, x, best, kernel_size, stride, padding, dilation, ceil_mode)


def _indexed_sample(s):
    (x,), params = _max_sample(s)
    return x, kernels.max_pool_index(x, kernels.max_pool(x, *params.values()), *params.values())


@primitive(
    x=lambda g, x, out, kernel_size, stride, padding, dilation, ceil_mode: max_pool_pull(
        g, x, out, kernel_size, stride, padding, dilation, ceil_mode
    ),
    text="max_pool({x})",
    samples=_max_sample,
    flops=lambda out, x, kernel_size, *_: out.size * int(np.prod(kernel_size)),
)
def max_pool(x, kernel_size, stride, padding, dilation, ceil_mode):
    """The maximum over each window of x (N, C, *spatial)."""
    return kernels.max_pool(x, kernel_size, stride, padding, dilation, ceil_mode)


@primitive(
    x=None,
    best=None,
    samples=_index_sample,
    flops=lambda out, x, best, kernel_size, *_: out.size * int(np.prod(kernel_size)),
)
def max_pool_index(x, best, kernel_size, stride, padding, dilation, ceil_mode):
    """Where each window of x holds `best`, its maximum: flat indices into the spatial plane."""
    return kernels.max_pool_index(x, best, kernel_size, stride, padding, dilation, ceil_mode)


@primitive(
    x=lambda g, index, x_shape: pool_scatter(g, index, x_shape[2:]),
    index=None,
    text="{x}[{index}]",
    linear="x",
    samples=lambda s: (_indexed_sample(s), {}),
)
def pool_gather(x, index):
    """The elements of x (N, C, *spatial) at flat spatial indices (N, C, *out)."""
    return kernels.pool_gather(x, index)


def _scatter_sample(s):
    x, index = _indexed_sample(s)
    return (s.array(index.shape), index), {"spatial": x.shape[2:]}


@primitive(
    y=lambda g, index: pool_gather(g, index),
    index=None,
    text="scatter({y})",
    linear="y",
    samples=_scatter_sample,
    flops=lambda out, y, index, spatial: y.size,
)
def pool_scatter(y, index, spatial):
    """y (N, C, *out) added into zeros (N, C, *spatial) at flat spatial indices: the adjoint of `pool_gather`."""
    return kernels.pool_scatter(y, index, spatial)


# --- means ------------------------------------------------------------------------------------------------------------


def _avg_params(s):
    shape, params = _window_sample(s, dilated=False)
    return shape, {**params, "count_include_pad": s.boolean(), "divisor_override": s.choice([None, 3])}


def _avg_sample(s):
    shape, params = _avg_params(s)
    return (s.array(shape),), params


def _spread_sample(s):
    shape, params = _avg_params(s)
    return (s.array(kernels.avg_pool(np.empty(shape), *params.values()).shape),), {"spatial": shape[2:], **params}


@primitive(
    x=lambda g, x_shape, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override: avg_pool_spread(
        g, x_shape[2:], kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    ),
    text="avg_pool({x})",
    linear="x",
    samples=_avg_sample,
    flops=lambda out, x, kernel_size, *_: out.size * int(np.prod(kernel_size)),
)
def avg_pool(x, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override):
    """The mean over each window of x (N, C, *spatial)."""
    return kernels.avg_pool(x, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)


@primitive(
    y=lambda g, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override: avg_pool(
        g, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    ),
    text="spread({y})",
    linear="y",
    samples=_spread_sample,
    flops=lambda out, y, spatial, kernel_size, *_: y.size * int(np.prod(kernel_size)),
)
def avg_pool_spread(y, spatial, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override):
    """y (N, C, *out) spread evenly over its windows in (N, C, *spatial): the adjoint of `avg_pool`."""
    return kernels.avg_pool_adjoint(
        y, spatial, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    )


# --- the public functions ---------------------------------------------------------------------------------------------


def max_pool1d(
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """Maximum over windows along one axis: `max_pool2d` with input (N, C, L) or (C, L).

    >>> import autograd, numpy as np
    >>> autograd.max_pool1d(np.array([[1.0, 3.0, 2.0, 0.0, 5.0]]), 2)
    array([[3., 2.]])
    """
    return _max_pool(1, "max_pool1d", input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def max_pool2d(
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """Maximum over windows of images.

    y[n, c, i, j] = max_{k, l} input[n, c, i·stride + k·dilation - padding, j·stride + l·dilation - padding]

    `input` is (N, C, H, W), or (C, H, W) for one image. `kernel_size`, `stride` (default: kernel_size), `padding` (at
    most half the kernel; counts as -∞) and `dilation` are an integer or one per axis. The result is (N, C, H', W') with
    H' = ⌊(H + 2·padding - dilation·(kH - 1) - 1) / stride⌋ + 1; `ceil_mode` rounds up, so that a last window may run
    over the end, if it starts inside. `return_indices` also gives the flat index, into the H·W plane, of each maximum.
    Of equal maxima the first gets the gradient. NaN wins over all. As in PyTorch.

    Raises ValueError where no window fits, and for a padding larger than half the kernel.

    >>> import autograd
    >>> x = autograd.tensor([[[1.0, 2.0], [4.0, 3.0]]], requires_grad=True)
    >>> y, index = autograd.max_pool2d(x, 2, return_indices=True)
    >>> index.item()
    2
    >>> y.sum().backward()
    >>> x.grad
    tensor([[[0., 0.],
             [1., 0.]]])
    """
    return _max_pool(2, "max_pool2d", input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def max_pool3d(
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """Maximum over windows of volumes: `max_pool2d` with input (N, C, D, H, W) or (C, D, H, W).

    >>> import autograd
    >>> autograd.max_pool3d(autograd.ones((1, 2, 4, 6, 8)), (2, 3, 4)).shape
    (1, 2, 2, 2, 2)
    """
    return _max_pool(3, "max_pool3d", input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def avg_pool1d(
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Any:
    """Mean over windows along one axis: `avg_pool2d` with input (N, C, L) or (C, L).

    >>> import autograd, numpy as np
    >>> autograd.avg_pool1d(np.array([[1.0, 3.0, 2.0, 0.0, 5.0]]), 2)
    array([[2., 1.]])
    """
    return _avg_pool(
        1, "avg_pool1d", input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    )


def avg_pool2d(
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Any:
    """Mean over windows of images.

    `input` is (N, C, H, W), or (C, H, W) for one image. `kernel_size`, `stride` (default: kernel_size) and `padding`
    (at most half the kernel) are an integer or one per axis; the size of the result and `ceil_mode` are as in
    `max_pool2d`. Each sum is divided by the size of its window within the padded input; without `count_include_pad`,
    within the input; or by `divisor_override`. As in PyTorch.

    Raises ValueError where no window fits, for a padding larger than half the kernel, and for a divisor of 0.

    >>> import autograd
    >>> autograd.avg_pool2d(autograd.tensor([[[1.0, 2.0], [4.0, 3.0]]]), 2)
    tensor([[[2.5]]])
    """
    return _avg_pool(
        2, "avg_pool2d", input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    )


def avg_pool3d(
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Any:
    """Mean over windows of volumes: `avg_pool2d` with input (N, C, D, H, W) or (C, D, H, W).

    >>> import autograd
    >>> autograd.avg_pool3d(autograd.ones((1, 2, 4, 6, 8)), 2).shape
    (1, 2, 2, 3, 4)
    """
    return _avg_pool(
        3, "avg_pool3d", input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    )


def _max_pool(rank, op, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices):
    x, has_batch = batched(input, rank, op)
    kernel, stride, padding = _window(rank, op, kernel_size, stride, padding)
    dilation = per_axis(dilation, rank, op, "dilation", 1)
    _check_sizes(op, x.shape[2:], kernel, stride, padding, dilation, ceil_mode)
    window = kernel, stride, padding, dilation, bool(ceil_mode)
    y = max_pool(x, *window)
    if not return_indices:
        return unbatched(y, has_batch)
    return unbatched(y, has_batch), unbatched(max_pool_index(x, y, *window), has_batch)


def _avg_pool(rank, op, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override):
    x, has_batch = batched(input, rank, op)
    kernel, stride, padding = _window(rank, op, kernel_size, stride, padding)
    _check_sizes(op, x.shape[2:], kernel, stride, padding, (1,) * rank, ceil_mode)
    if divisor_override is not None and divisor_override == 0:
        raise ValueError(f"{op}: divisor_override must not be 0; None divides by the size of the window")
    y = avg_pool(x, kernel, stride, padding, bool(ceil_mode), bool(count_include_pad), divisor_override)
    return unbatched(y, has_batch)


def _window(rank, op, kernel_size, stride, padding):
    kernel = per_axis(kernel_size, rank, op, "kernel_size", 1)
    stride = kernel if stride is None or stride == () else per_axis(stride, rank, op, "stride", 1)
    padding = per_axis(padding, rank, op, "padding", 0)
    if any(2 * p > k for p, k in zip(padding, kernel)):
        raise ValueError(
            f"{op}: padding {padding} may be at most half of the kernel {kernel}, else windows would see padding only; "
            f"autograd.pad adds more around the input"
        )
    return kernel, stride, padding


def _check_sizes(op, spatial, kernel, stride, padding, dilation, ceil_mode):
    axes = list(zip(spatial, kernel, stride, padding, dilation))
    if not all(pool_size(*axis, ceil_mode) for axis in axes):
        raise ValueError(
            f"{op}: no window of size {kernel} with padding {padding} and dilation {dilation} fits an input of spatial "
            f"size {spatial}; use a smaller kernel or a larger input"
        )
    for size, taps, jump, low, step in axes:
        for start in range(-low, 0, jump):
            first = -(start // step)  # the first tap that has left the padding
            if first >= taps or start + first * step >= size:
                raise ValueError(
                    f"{op}: dilation {dilation} lets a window of size {kernel} step over the whole input of size "
                    f"{spatial}; use less dilation or padding"
                )
