"""Differences, difference quotients and trapezoids of sampled functions; phases unwrapped; convolution of vectors."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from autograd.ops.arithmetic import subtract
from autograd.ops.axes import companion, one_axis, operand, some_axes
from autograd.ops.comparisons import not_equal
from autograd.ops.indexing import getitem
from autograd.ops.joining import concatenate, concatenate_
from autograd.ops.products import cumsum_
from autograd.ops.reductions import sum
from autograd.ops.shape import astype, broadcast_to, ravel, reshape
from autograd.primitive import primitive
from autograd.protocols import implements, implements_by_name
from autograd.tensor import Tensor

__all__ = [
    "convolve",
    "correlate",
    "cumulative_trapezoid",
    "diff",
    "ediff1d",
    "gradient",
    "trapezoid",
    "trapz",
    "unwrap",
]


def part(x: Any, axis: int, start: int | None, stop: int | None) -> Any:
    """x[start:stop] along an axis."""
    return getitem(x, (*[slice(None)] * axis, slice(start, stop)))


# --- differences ------------------------------------------------------------------------------------------------------


@implements(np.diff)
def diff(a: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Any:
    """The n-th differences along `axis`: a[1:] - a[:-1], n times; the axis gets n shorter.

    `prepend` and `append`: arrays, or numbers, put before and after a first. Of booleans, whether neighbours differ.
    Raises ValueError for n < 0 and for 0-d arrays.

    >>> import autograd
    >>> autograd.diff(autograd.tensor([1.0, 4.0, 9.0, 16.0])), autograd.diff(autograd.tensor([1.0, 4.0, 9.0]), 2)
    (tensor([3., 5., 7.]), tensor([2.]))
    """
    a = operand(a)
    if operator.index(n) < 0:
        raise ValueError(f"diff: the order must not be negative, got {n}")
    if not a.shape:
        raise ValueError("diff wants an array of at least 1 axis, got a 0-d one")
    axis = one_axis(axis, a.shape, "diff")
    if n == 0:
        return a
    parts = [v for v in (prepend, a, append) if v is not None and not _is_no_value(v)]
    if len(parts) > 1:
        a = concatenate([v if v is a else _beside(v, a, axis) for v in parts], axis)
    step = not_equal if a.dtype == bool else subtract
    for _ in range(n):
        a = step(part(a, axis, 1, None), part(a, axis, None, -1))
    return a


def _is_no_value(value):
    return type(value) is type(np._NoValue)


def _beside(value, a, axis):
    value = companion(value, a)
    return value if value.shape else broadcast_to(value, tuple(1 if i == axis else m for i, m in enumerate(a.shape)))


@implements(np.ediff1d)
def ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    """The differences of successive elements of the flattened array, between the numbers `to_begin` and `to_end`.

    >>> import autograd
    >>> autograd.ediff1d(autograd.tensor([1.0, 4.0, 9.0]), to_begin=0.0)
    tensor([0., 3., 5.])
    """
    flat = ravel(operand(ary))
    steps = subtract(flat[1:], flat[:-1])
    parts = [steps if v is steps else _cast_ends(v, steps) for v in (to_begin, steps, to_end) if v is not None]
    return concatenate(parts) if len(parts) > 1 else steps


def _cast_ends(value, steps):
    value = ravel(companion(value, steps))
    if not np.can_cast(value.dtype, steps.dtype, "same_kind"):
        raise TypeError(f"ediff1d: ends of dtype {value.dtype} do not fit differences of dtype {steps.dtype}")
    return astype(value, steps.dtype, copy=False)


# --- difference quotients ---------------------------------------------------------------------------------------------


@implements(np.gradient)
def gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: int = 1) -> Any:
    """Derivatives of a sampled function along its axes, by central differences, one-sided at the edges.

    - `varargs`: the spacing: nothing (1), one number for all axes, or for each axis a number or the coordinates of its
      samples, which need not be equidistant (the interior is right to second order there, too). They have derivatives.
    - `axis`: one axis (the result is an array), several or None for all (a tuple of arrays).
    - `edge_order`: 1 or 2, how accurate the differences at the edges are.

    The formulas: A. Quarteroni, R. Sacco, F. Saleri, Numerical Mathematics (2007), chapter 10. Raises ValueError for
    fewer than edge_order + 1 samples. (Not a derivative of a program: that is `autograd.grad`.)

    >>> import autograd
    >>> autograd.gradient(autograd.tensor([0.0, 1.0, 4.0, 9.0]))
    tensor([1., 2., 4., 5.])
    """
    f = operand(f)
    axes = tuple(range(len(f.shape))) if axis is None else some_axes(axis, f.shape, "gradient")
    if f.dtype.kind in "biu":
        f = astype(f, "float64")
    if edge_order not in (1, 2):
        raise ValueError(f"gradient: edge_order must be 1 or 2, got {edge_order}")
    if len(varargs) not in (0, 1, len(axes)) or (len(varargs) == 1 != len(axes) and np.ndim(varargs[0])):
        raise TypeError(
            f"gradient: {len(varargs)} spacings for {len(axes)} axes; give none, one number, or one for each axis"
        )
    spacings = varargs * len(axes) if len(varargs) == 1 else varargs or (1.0,) * len(axes)
    results = tuple(_along_axis(f, a, h, edge_order) for a, h in zip(axes, spacings))
    return results[0] if len(axes) == 1 else results


def _along_axis(f, axis, spacing, edge_order):
    n = f.shape[axis]
    if n < edge_order + 1:
        raise ValueError(f"gradient: {n} samples along axis {axis}; at least {edge_order + 1} are needed")
    first, middle, last = part(f, axis, None, -2), part(f, axis, 1, -1), part(f, axis, 2, None)
    steps = _steps(spacing, n, axis, f)
    if np.ndim(steps) == 0:
        inside = (last - first) / (2.0 * steps)
        one, other = (steps, steps), (steps, steps)
    else:
        shape = (-1, *(1,) * (len(f.shape) - axis - 1))
        h, k = reshape(steps[:-1], shape), reshape(steps[1:], shape)
        inside = first * (-k / (h * (h + k))) + middle * ((k - h) / (h * k)) + last * (h / (k * (h + k)))
        one, other = (steps[0], steps[min(1, n - 2)]), (steps[-1], steps[-min(2, n - 1)])
    at_start = _edge([part(f, axis, i, i + 1) for i in range(edge_order + 1)], *one)
    at_end = _edge([part(f, axis, n - 1 - i, n - i) for i in range(edge_order + 1)], *other)
    return astype(concatenate_(at_start, inside, -at_end, axis=axis), f.dtype, copy=False)


def _edge(samples, h, k):
    """The derivative at the first of two or three samples, with the steps h and k between them."""
    if len(samples) == 2:
        return (samples[1] - samples[0]) / h
    a, b, c = samples
    return a * (-(2.0 * h + k) / (h * (h + k))) + b * ((h + k) / (h * k)) + c * (-h / (k * (h + k)))


def _steps(spacing, n, axis, f):
    """The spacing as one number, or as the steps between coordinates."""
    if np.ndim(spacing) == 0:
        return spacing
    x = companion(spacing, f)
    if x.shape != (n,):
        raise ValueError(
            f"gradient: coordinates of shape {x.shape} for axis {axis} of shape {f.shape}; give a number or a vector "
            f"of length {n}"
        )
    if x.dtype.kind in "biu":
        x = astype(x, "float64")
    return x[1:] - x[:-1]


# --- trapezoids -------------------------------------------------------------------------------------------------------


def _panels(y, x, dx, axis, op):
    """The areas under each step, and the axis as a non-negative number."""
    y = operand(y)
    axis = one_axis(axis, y.shape, op)
    if x is None:
        width = dx
    else:
        x = companion(x, y)
        width = diff(x) if len(x.shape) == 1 else diff(x, axis=axis - len(y.shape))
        if len(x.shape) == 1:
            width = reshape(width, (-1, *(1,) * (len(y.shape) - axis - 1)))
    return width * (part(y, axis, 1, None) + part(y, axis, None, -1)) / 2.0, axis


@implements(np.trapezoid)
def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    """The integral along `axis` of the function through the samples y, by the trapezoidal rule.

    `x`: the coordinates of the samples, a vector or an array like y; without it they lie `dx` apart.

    >>> import autograd
    >>> autograd.trapezoid(autograd.tensor([1.0, 2.0, 3.0]), x=[0.0, 1.0, 3.0])
    tensor(6.5)
    """
    panels, axis = _panels(y, x, dx, axis, "trapezoid")
    return sum(panels, axis - len(operand(y).shape))


trapz = trapezoid


def cumulative_trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    """The running integral along `axis` by the trapezoidal rule, one value for each step; see `trapezoid`.

    >>> import autograd
    >>> autograd.cumulative_trapezoid(autograd.tensor([1.0, 2.0, 3.0]))
    tensor([1.5, 4. ])
    """
    panels, axis = _panels(y, x, dx, axis, "cumulative_trapezoid")
    return cumsum_(panels, len(panels.shape) - len(operand(y).shape) + axis)


# --- phases -----------------------------------------------------------------------------------------------------------


def _unwrap_sample(s):
    shape = s.shape(1)
    axis = s.integer(0, len(shape) - 1)
    turns = s.integers(shape, -2, 2) * 6.0
    return (s.array(shape, -1.0, 1.0) + turns,), {"discont": None, "axis": axis, "period": 6.0}


@primitive(x=lambda g: g, text="unwrap {x}", samples=_unwrap_sample)
def unwrap_(x, discont, axis, period):
    """x with multiples of the period added so that no step is longer than half of it."""
    return np.unwrap(x, discont, axis, period=period)


@implements_by_name(np.unwrap)
def unwrap(p: Any, discont: float | None = None, axis: int = -1, *, period: float = 2 * math.pi) -> Any:
    """Phases without jumps: multiples of `period` are added where a step along `axis` exceeds `discont` (period / 2).

    What is added is locally constant, so that the derivative is 1. `discont` and `period` are constants.

    >>> import autograd
    >>> autograd.unwrap(autograd.tensor([0.0, 3.0, -3.0])).round(4)
    tensor([0.    , 3.    , 3.2832])
    """
    p = operand(p)
    for name, value in (("discont", discont), ("period", period)):
        if isinstance(value, Tensor):
            raise TypeError(f"unwrap: {name} is a constant, got a Tensor; pass t.item()")
    return unwrap_(p, discont, one_axis(axis, p.shape, "unwrap"), period)


# --- convolution of vectors -------------------------------------------------------------------------------------------


def _full_sample(s):
    return (s.array((s.integer(1, 5),)), s.array((s.integer(1, 5),))), {}


def _valid_sample(s):
    n = s.integer(1, 4)
    return (s.array((n + s.integer(0, 4),)), s.array((n,))), {}


@primitive(
    x=lambda g, y: valid_correlation(g, y),
    y=lambda g, x: valid_correlation(g, x),
    text="{x} ∗ {y}",
    linear="x y",
    samples=_full_sample,
    flops=lambda out, x, y: 2 * x.size * y.size,
)
def full_convolution(x, y):
    """out[k] = Σ x[i] y[k - i], for all k that have a term."""
    return np.convolve(x, y)


@primitive(
    x=lambda g, y: full_convolution(g, y),
    y=lambda g, x: valid_correlation(x, g),
    text="{x} ⋆ {y}",
    linear="x y",
    samples=_valid_sample,
    flops=lambda out, x, y: 2 * out.size * y.size,
)
def valid_correlation(x, y):
    """out[k] = Σ x[i + k] y[i], for all k that have all terms; y is no longer than x."""
    return np.convolve(x, y[::-1], "valid")


def _vectors(x, y, op):
    x, y = (companion(x, y), y) if hasattr(y, "dtype") else (operand(x), companion(y, operand(x)))
    x, y = x if x.shape else reshape(x, 1), y if y.shape else reshape(y, 1)
    if len(x.shape) != 1 or len(y.shape) != 1:
        raise ValueError(f"{op} wants two vectors, got shapes {x.shape} and {y.shape}; for more axes see conv2d")
    if 0 in x.shape + y.shape:
        raise ValueError(f"{op} wants vectors that are not empty, got lengths {x.shape[0]} and {y.shape[0]}")
    return x, y


def _mode(mode, op):
    if mode not in ("full", "same", "valid"):
        raise ValueError(f"{op}: mode must be 'full', 'same' or 'valid', got {mode!r}")
    return mode


@implements(np.convolve)
def convolve(a: Any, v: Any, mode: str = "full") -> Any:
    """The convolution of two vectors: out[k] = Σ a[i] v[k - i].

    `mode`: "full" for all k that have a term, "same" for as many as the longer has, "valid" where all terms exist.

    >>> import autograd
    >>> autograd.convolve(autograd.tensor([1.0, 2.0, 3.0]), [0.0, 1.0, 0.5])
    tensor([0. , 1. , 2.5, 4. , 1.5])
    """
    a, v = _vectors(a, v, "convolve")
    if v.shape > a.shape:
        a, v = v, a
    if _mode(mode, "convolve") == "valid":
        return valid_correlation(a, v[::-1])
    full, n, m = full_convolution(a, v), a.shape[0], v.shape[0]
    return full if mode == "full" else full[(m - 1) // 2 : (m - 1) // 2 + n]


@implements(np.correlate)
def correlate(a: Any, v: Any, mode: str = "valid") -> Any:
    """The correlation of two vectors: out[k] = Σ a[i + k] conj(v[i]), from the smallest k that `mode` allows.

    `mode`: "valid" where all terms exist, "same" for as many k as the longer has elements, "full" for all with a term.

    >>> import autograd
    >>> autograd.correlate(autograd.tensor([1.0, 2.0, 3.0]), [0.0, 1.0, 0.5], "same")
    tensor([2. , 3.5, 3. ])
    """
    a, v = _vectors(a, v, "correlate")
    n, m = a.shape[0], v.shape[0]
    v = v if v.dtype.kind != "c" else np.conj(v)
    if _mode(mode, "correlate") == "valid":
        return valid_correlation(a, v) if m <= n else valid_correlation(v, a)[::-1]
    full = full_convolution(a, v[::-1])
    if mode == "full":
        return full
    shorter, longer = min(n, m), max(n, m)
    start = (shorter - 1) // 2 if m <= n else shorter - 1 - (shorter - 1) // 2
    return full[start : start + longer]
