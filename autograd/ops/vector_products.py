"""Products of vectors and matrices that matmul does not spell: cross products, stacks of matrices times vectors."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.ops.axes import one_axis, operand
from autograd.ops.joining import stack
from autograd.ops.linalg import matmul
from autograd.ops.shape import expand_dims, moveaxis
from autograd.protocols import UFUNCS, implements

__all__ = ["cross", "matvec", "vecmat"]


@implements(np.cross)
def cross(a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Any:
    """The cross products of the vectors along `axisa` of a and `axisb` of b, along `axisc` of the result; `axis` is all
    three. Other axes broadcast. Vectors have 3 elements; one of 2 has a third that is 0, and two of 2 give that third
    element of their product alone.

    >>> import autograd, numpy as np
    >>> autograd.cross(np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0]))
    array([0., 0., 1.])
    """
    a, b = operand(a), operand(b)
    axisa, axisb, axisc = (axisa, axisb, axisc) if axis is None else (axis,) * 3
    x, y = (moveaxis(v, one_axis(k, v.shape, "cross"), -1) for v, k in ((a, axisa), (b, axisb)))
    n, m = x.shape[-1], y.shape[-1]
    if not {n, m} <= {2, 3}:
        raise ValueError(
            f"cross wants vectors of 2 or 3 elements, got shapes {a.shape} along {axisa}, {b.shape} along {axisb}"
        )
    x1, x2, y1, y2 = x[..., 0], x[..., 1], y[..., 0], y[..., 1]
    third = x1 * y2 - x2 * y1
    if n == m == 2:
        return third
    if m == 2:
        x3 = x[..., 2]
        parts = [-(x3 * y2), x3 * y1]
    elif n == 2:
        y3 = y[..., 2]
        parts = [x2 * y3, -(x1 * y3)]
    else:
        x3, y3 = x[..., 2], y[..., 2]
        parts = [x2 * y3 - x3 * y2, x3 * y1 - x1 * y3]
    return stack([*parts, third], one_axis(axisc, third.shape, "cross", 1))


def matvec(x: Any, y: Any) -> Any:
    """Matrices (the last two axes of x) times vectors (the last axis of y); other axes broadcast.

    >>> import autograd, numpy as np
    >>> autograd.matvec(np.eye(2), np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([[1., 2.],
           [3., 4.]])
    """
    x, y = operand(x), operand(y)
    if x.ndim < 2 or not y.ndim:
        raise ValueError(f"matvec wants matrices and vectors, got shapes {x.shape} and {y.shape}")
    return matmul(x, y[..., None])[..., 0]


def vecmat(x: Any, y: Any) -> Any:
    """Vectors (the last axis of x, conjugated if complex) times matrices (the last two axes of y); others broadcast.

    >>> import autograd, numpy as np
    >>> autograd.vecmat(np.array([1.0, 2.0]), np.eye(2))
    array([1., 2.])
    """
    x, y = operand(x), operand(y)
    if not x.ndim or y.ndim < 2:
        raise ValueError(f"vecmat wants vectors and matrices, got shapes {x.shape} and {y.shape}")
    return matmul((np.conjugate(x) if x.dtype.kind == "c" else x)[..., None, :], y)[..., 0, :]


for _name, _function in (("matvec", matvec), ("vecmat", vecmat)):
    if hasattr(np, _name):  # since NumPy 2.2
        UFUNCS[getattr(np, _name)] = _function


def with_core_axes(ufunc: np.ufunc, function: Callable[..., Any], inputs: Any, keywords: dict[str, Any]) -> Any:
    """`function` with the axes that `axes`, `axis` or `keepdims` tell it to work on moved to the end, and back."""
    assert ufunc.signature is not None
    cores = [len(re.findall(r"\w+\??", group)) for group in re.findall(r"\(([^)]*)\)", ufunc.signature)]
    inputs = [operand(x) for x in inputs]
    n, keepdims = ufunc.nin, keywords.get("keepdims", False)
    axes, axis = keywords.get("axes"), keywords.get("axis")
    name = f"np.{ufunc.__name__}"
    if (axis is not None or keepdims) and (set(cores[:n]) != {1} or cores[n]):
        raise TypeError(f"{name}: axis and keepdims are for functions of vectors that give numbers; use axes")
    kept = 1 if keepdims else cores[n]
    if axis is not None:
        axes = [axis] * n + ([axis] if keepdims else [])
    if axes is None:
        axes = [tuple(range(-core, 0)) for core in cores[:n]] + [tuple(range(-kept, 0))]
    places = [(operator.index(a),) if not isinstance(a, (tuple, list)) else tuple(a) for a in axes]
    places += [()] * (n + 1 - len(places))
    moved = [moveaxis(x, place, tuple(range(-len(place), 0))) for x, place in zip(inputs, places)]
    result = function(*moved)
    if keepdims:
        result = expand_dims(result, -1)
    return moveaxis(result, tuple(range(-kept, 0)), places[n]) if places[n] else result
