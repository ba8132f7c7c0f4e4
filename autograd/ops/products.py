"""Products and running sums and products. No rule divides by x, so zeros do no harm at any order."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.ops.axes import count, one_axis, operand, reduced_axes
from autograd.ops.creation import ones_like
from autograd.ops.joining import concatenate_
from autograd.ops.padding import crop, zero_pad
from autograd.ops.reductions import in_dtype, one_per_element, reduction, spread, sum_
from autograd.ops.shape import astype, inverse, reshape, reshape_, transpose_
from autograd.primitive import primitive

__all__ = ["cumprod", "cumsum", "cumulative_prod", "cumulative_sum", "prod"]

# --- product ----------------------------------------------------------------------------------------------------------


def _product_of_others(x, axis):
    """For each element, the product of all others along the axes."""
    ndim = len(x.shape)
    if axis is None or ndim == 0:
        return reshape_(_others_along_last(reshape_(x, (count(x.shape, None),))), x.shape)
    order = (*(a for a in range(ndim) if a not in axis), *axis)
    moved = transpose_(x, order)
    rows = reshape_(moved, (*moved.shape[: ndim - len(axis)], count(x.shape, axis)))
    return transpose_(reshape_(_others_along_last(rows), moved.shape), inverse(order))


def _others_along_last(x):
    """Multiply pairs, recurse on the pairs, and hand each of a pair the others' product times its partner: O(n)."""
    last, n = len(x.shape) - 1, x.shape[-1]
    if n < 2:
        return ones_like(x)
    half = n // 2
    left, right, rest = _part(x, 0, half), _part(x, half, 2 * half), _part(x, 2 * half, n)
    others = _others_along_last(concatenate_(left * right, rest, axis=last))
    outside = _part(others, 0, half)
    return concatenate_(outside * right, outside * left, _part(others, half, others.shape[-1]), axis=last)


def _part(x, start, stop):
    return crop(x, (*[(0, 0)] * (len(x.shape) - 1), (start, x.shape[-1] - stop)))


@primitive(
    x=lambda g, x, x_shape, axis, keepdims: spread(g, x_shape, axis, keepdims) * _product_of_others(x, axis),
    forward={"x": lambda t, x, axis, keepdims: sum_(t * _product_of_others(x, axis), axis, keepdims)},
    text="Π {x}",
    samples=reduction(),
    flops=one_per_element,
)
def prod_(x, axis=None, keepdims=False):
    """Product along axes."""
    return np.multiply.reduce(x, axis=axis, keepdims=keepdims)


def prod(x: Any, axis: Any = None, keepdims: bool = False, dtype: Any = None) -> Any:
    """Product along `axis` (an int, a tuple, or None for all); the gradient is right where elements are 0.

    >>> import autograd
    >>> x = autograd.tensor([2.0, 0.0, 3.0], requires_grad=True)
    >>> autograd.gradients(autograd.prod(x), x)
    (tensor([0., 6., 0.]),)
    """
    x = operand(x) if dtype is None else astype(x, dtype, copy=False)
    return in_dtype(prod_(x, reduced_axes(axis, x.shape, "prod"), keepdims), dtype)


# --- running sum and product ------------------------------------------------------------------------------------------


def _scan_sample(s):
    shape = s.shape(1)
    return (s.array(shape),), {"axis": s.integer(0, len(shape) - 1)}


def _cumsum_sample(s):
    args, params = _scan_sample(s)
    return args, {**params, "reverse": s.boolean()}


@primitive(
    x=lambda g, axis, reverse: cumsum_(g, axis, not reverse),
    linear="x",
    text="cumsum {x}",
    samples=_cumsum_sample,
    flops=lambda out, x, *_: x.size,
)
def cumsum_(x, axis, reverse=False):
    """Running sum along an axis, from its end if `reverse`."""
    if not reverse:
        return np.add.accumulate(x, axis)
    return np.flip(np.add.accumulate(np.flip(x, axis), axis), axis)


def _along(axis, ndim, before, after):
    return tuple((before, after) if a == axis else (0, 0) for a in range(ndim))


def from_ahead(x, axis, by):
    """x[i + by] in the place of x[i] along an axis, 0 where there is none."""
    ndim = len(x.shape)
    return zero_pad(crop(x, _along(axis, ndim, by, 0)), _along(axis, ndim, 0, by))


def backward_recurrence(x, factor, axis):
    """Sᵢ = xᵢ + factorᵢ Sᵢ₊₁ along an axis, solved in log n doubling steps."""
    step = 1
    while step < x.shape[axis]:
        x = x + factor * from_ahead(x, axis, step)
        factor = factor * from_ahead(factor, axis, step)
        step *= 2
    return x


def _cumprod_rule(g, x, out, axis):
    """The product before i times Sᵢ, where Sᵢ = gᵢ + xᵢ₊₁ Sᵢ₊₁."""
    n, ndim = x.shape[axis], len(x.shape)
    if n == 0:
        return g
    first = ones_like(crop(x, _along(axis, ndim, 0, n - 1)))
    before = concatenate_(first, crop(out, _along(axis, ndim, 0, 1)), axis=axis)
    return before * backward_recurrence(g, from_ahead(x, axis, 1), axis)


@primitive(x=_cumprod_rule, text="cumprod {x}", samples=_scan_sample, flops=lambda out, x, axis: x.size)
def cumprod_(x, axis):
    """Running product along an axis."""
    return np.multiply.accumulate(x, axis)


def _scanned(scan, x, axis, dtype, op):
    x = operand(x) if dtype is None else astype(x, dtype, copy=False)
    if axis is None:
        x, axis = reshape(x, -1) if len(x.shape) != 1 else x, 0
    return in_dtype(scan(x, one_axis(axis, x.shape, op)), dtype)


def cumsum(x: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """Running sum along `axis`; None runs through all elements in row-major order.

    >>> import autograd
    >>> autograd.cumsum(autograd.tensor([1.0, 2.0, 3.0]))
    tensor([1., 3., 6.])
    """
    return _scanned(cumsum_, x, axis, dtype, "cumsum")


def cumprod(x: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """Running product along `axis`; None runs through all elements. The gradient is right where elements are 0.

    >>> import autograd
    >>> autograd.cumprod(autograd.tensor([1.0, 2.0, 3.0]))
    tensor([1., 2., 6.])
    """
    return _scanned(cumprod_, x, axis, dtype, "cumprod")


def cumulative_sum(x: Any, axis: int | None = None, dtype: Any = None, include_initial: bool = False) -> Any:
    """The array API's `cumsum`: the axis may be left out for 1-d only; `include_initial` puts a 0 in front.

    >>> import autograd
    >>> autograd.cumulative_sum(autograd.tensor([1.0, 2.0]), include_initial=True)
    tensor([0., 1., 3.])
    """
    return _cumulative(cumsum_, x, axis, dtype, include_initial, 0, "cumulative_sum")


def cumulative_prod(x: Any, axis: int | None = None, dtype: Any = None, include_initial: bool = False) -> Any:
    """The array API's `cumprod`: the axis may be left out for 1-d only; `include_initial` puts a 1 in front.

    >>> import autograd
    >>> autograd.cumulative_prod(autograd.tensor([2.0, 3.0]), include_initial=True)
    tensor([1., 2., 6.])
    """
    return _cumulative(cumprod_, x, axis, dtype, include_initial, 1, "cumulative_prod")


def _cumulative(scan, x, axis, dtype, include_initial, initial, op):
    x = operand(x) if dtype is None else astype(x, dtype, copy=False)
    if axis is None and len(x.shape) != 1:
        raise ValueError(f"{op}: an axis is needed for an array of shape {x.shape}; only for 1-d may it be left out")
    axis = one_axis(0 if axis is None else axis, x.shape, op)
    result = in_dtype(scan(x, axis), dtype)
    if not include_initial:
        return result
    front = np.full((*x.shape[:axis], 1, *x.shape[axis + 1 :]), initial, result.dtype)
    return concatenate_(front, result, axis=axis)
