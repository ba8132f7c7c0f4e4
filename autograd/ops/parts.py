"""Parts of an array replaced, arrays put together from parts, all combinations of elements: PyTorch's functions."""

from __future__ import annotations

import itertools
import operator
from typing import Any

import numpy as np

from autograd.ops.axes import one_axis, operand
from autograd.ops.gather import index_add, positions, take
from autograd.ops.grids import meshgrid
from autograd.ops.indexing import updated
from autograd.ops.joining import concatenate, stack
from autograd.ops.matrices import _length, _two_axes, from_diagonal
from autograd.ops.norms import vector_norm
from autograd.ops.padding import zero_pad
from autograd.ops.selection import where
from autograd.ops.shape import astype, ravel, reshape

__all__ = [
    "block_diag",
    "cartesian_prod",
    "cdist",
    "combinations",
    "diagonal_scatter",
    "put",
    "select_scatter",
    "slice_scatter",
]


# --- parts replaced ---------------------------------------------------------------------------------------------------


def _written(op: str, x: Any, src: Any, index: Any, shape: tuple[int, ...]) -> Any:
    src = operand(src)
    if src.shape != shape:
        raise ValueError(f"{op}: src of shape {src.shape} for a part of shape {shape}; they must be equal")
    return updated(x, index, astype(src, x.dtype, copy=False))


def select_scatter(x: Any, src: Any, dim: int, index: int) -> Any:
    """x with `src` as the slice at one position of `dim`; a copy, differentiable by both.

    >>> import autograd, numpy as np
    >>> autograd.select_scatter(np.zeros((2, 2)), np.array([1.0, 2.0]), 0, 1)
    array([[0., 0.],
           [1., 2.]])
    """
    x = operand(x)
    axis, n = one_axis(dim, x.shape, "select_scatter"), operator.index(index)
    if not -x.shape[axis] <= n < x.shape[axis]:
        raise IndexError(f"select_scatter: index {n} for axis {axis} of shape {x.shape}")
    shape = (*x.shape[:axis], *x.shape[axis + 1 :])
    return _written("select_scatter", x, src, (*(slice(None),) * axis, n), shape)


def slice_scatter(x: Any, src: Any, dim: int = 0, start: Any = None, end: Any = None, step: int = 1) -> Any:
    """x with `src` as its slice start:end:step of `dim`; a copy, differentiable by both.

    >>> import autograd, numpy as np
    >>> autograd.slice_scatter(np.zeros(4), np.array([1.0, 2.0]), start=1, end=3)
    array([0., 1., 2., 0.])
    """
    x = operand(x)
    axis = one_axis(dim, x.shape, "slice_scatter")
    if operator.index(step) < 1:
        raise ValueError(f"slice_scatter: the step must be positive, got {step}")
    part = slice(start, end, step)
    n = len(range(*part.indices(x.shape[axis])))
    shape = (*x.shape[:axis], n, *x.shape[axis + 1 :])
    return _written("slice_scatter", x, src, (*(slice(None),) * axis, part), shape)


def diagonal_scatter(x: Any, src: Any, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Any:
    """x with `src` on a diagonal of two axes, whose positions are the last axis of src; a copy, differentiable by both.

    >>> import autograd, numpy as np
    >>> autograd.diagonal_scatter(np.zeros((2, 2)), np.array([1.0, 2.0]))
    array([[1., 0.],
           [0., 2.]])
    """
    x, src = operand(x), operand(src)
    axis1, axis2 = _two_axes("diagonal_scatter", x, dim1, dim2)
    rest = tuple(n for a, n in enumerate(x.shape) if a not in (axis1, axis2))
    shape = (*rest, _length(x.shape, offset, axis1, axis2))
    if src.shape != shape:
        raise ValueError(
            f"diagonal_scatter: src of shape {src.shape} for a diagonal of shape {shape}; wanted equal ones"
        )
    chosen = from_diagonal(np.ones(shape, bool), x.shape, offset, axis1, axis2)
    return where(chosen, from_diagonal(astype(src, x.dtype, copy=False), x.shape, offset, axis1, axis2), x)


def put(x: Any, index: Any, source: Any, accumulate: bool = False) -> Any:
    """x with the elements of `source` at these positions of the flattened x; `accumulate` adds instead. A copy.

    (`np.put(t, …)` updates t.)

    >>> import autograd, numpy as np
    >>> autograd.put(np.zeros((2, 2)), np.array([0, 3]), np.array([1.0, 2.0]))
    array([[1., 0.],
           [0., 2.]])
    """
    x, source = operand(x), ravel(operand(source))
    places, flat = ravel(positions("put", index)), ravel(x)
    if places.size != source.size:
        raise ValueError(f"put: {places.size} positions and {source.size} elements of source; wanted as many")
    if not accumulate:
        return reshape(updated(flat, places, source), x.shape)
    return reshape(index_add(flat, 0, places, source), x.shape)


# --- put together -----------------------------------------------------------------------------------------------------


def block_diag(*tensors: Any) -> Any:
    """A matrix with these matrices on its diagonal and zeros elsewhere; vectors are rows, numbers 1 × 1.

    >>> import autograd, numpy as np
    >>> autograd.block_diag(np.array([[1.0, 2.0]]), np.array(3.0))
    array([[1., 2., 0.],
           [0., 0., 3.]])
    """
    parts = [operand(t) for t in tensors] or [np.zeros((1, 0))]
    for k, x in enumerate(parts):
        if len(x.shape) > 2:
            raise ValueError(f"block_diag wants matrices, part {k} has shape {x.shape}")
    parts = [reshape(x, (1,) * (2 - len(x.shape)) + x.shape) for x in parts]
    total = sum(x.shape[1] for x in parts)
    before = itertools.accumulate([x.shape[1] for x in parts], initial=0)
    return concatenate([zero_pad(x, ((0, 0), (b, total - b - x.shape[1]))) for x, b in zip(parts, before)])


def cartesian_prod(*tensors: Any) -> Any:
    """All combinations of one element of each vector, as rows; of a single vector, the vector.

    >>> import autograd, numpy as np
    >>> autograd.cartesian_prod(np.array([1.0, 2.0]), np.array([3.0]))
    array([[1., 3.],
           [2., 3.]])
    """
    vectors = [operand(t) for t in tensors]
    for k, x in enumerate(vectors):
        if len(x.shape) != 1:
            raise ValueError(f"cartesian_prod wants vectors, argument {k} has shape {x.shape}")
    if len(vectors) == 1:
        return vectors[0]
    return stack([ravel(x) for x in meshgrid(*vectors, indexing="ij", copy=False)], -1)


def combinations(x: Any, r: int = 2, with_replacement: bool = False) -> Any:
    """All combinations of r elements of a vector, as rows, in the order of `itertools.combinations`.

    >>> import autograd, numpy as np
    >>> autograd.combinations(np.array([1.0, 2.0, 3.0]))
    array([[1., 2.],
           [1., 3.],
           [2., 3.]])
    """
    x, r = operand(x), operator.index(r)
    if len(x.shape) != 1 or r < 0:
        raise ValueError(f"combinations wants a vector and r ≥ 0, got shape {x.shape} and r={r}")
    if r == 0:
        return x[:0]
    choose = itertools.combinations_with_replacement if with_replacement else itertools.combinations
    rows = np.array(list(choose(range(x.shape[0]), r)), np.intp).reshape(-1, r)
    return take(x, rows)


def cdist(x1: Any, x2: Any, p: float = 2.0) -> Any:
    """The p-norm distances of all rows of x1 from all rows of x2: (…, n, d) and (…, m, d) give (…, n, m).

    The gradient is 0 where two rows are equal, for p ≥ 1; leading axes broadcast.

    >>> import autograd, numpy as np
    >>> autograd.cdist(np.array([[0.0, 0.0]]), np.array([[3.0, 4.0], [0.0, 1.0]]))
    array([[5., 1.]])
    """
    x1, x2 = operand(x1), operand(x2)
    if len(x1.shape) < 2 or len(x2.shape) < 2 or x1.shape[-1] != x2.shape[-1]:
        raise ValueError(f"cdist wants rows of one length, got shapes {x1.shape} and {x2.shape}")
    if p < 0:
        raise ValueError(f"cdist: p must not be negative, got {p}")
    difference = x1[..., :, None, :] - x2[..., None, :, :]
    if difference.shape[-1] == 0:
        return np.sum(difference, -1)
    return vector_norm(difference, -1, ord=p)
