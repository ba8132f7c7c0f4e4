"""Scatter with a reduction: what is written to one position is summed, multiplied, averaged, or its extremum taken."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.ops.arithmetic import multiply
from autograd.ops.axes import one_axis, operand
from autograd.ops.gather import _along, _gathering, _leading_part, gather, scatter_add
from autograd.ops.indexing import getitem, updated
from autograd.ops.selection import where_
from autograd.ops.shape import astype, broadcast_to, reshape
from autograd.primitive import primitive
from autograd.tensor import Tensor

__all__ = ["index_reduce", "scatter_reduce"]

REDUCTIONS = ("sum", "prod", "mean", "amax", "amin")


def _raw(x: Any) -> Any:
    return x.data if isinstance(x, Tensor) else np.asarray(x)


# --- extrema ----------------------------------------------------------------------------------------------------------


def _sample(s):
    shape = s.shape(1, 2, 1)
    axis = s.integer(0, len(shape) - 1)
    written = tuple(s.integer(1, 4) if a == axis else n for a, n in enumerate(shape))
    x = s.array((*shape[:axis], shape[axis] + written[axis], *shape[axis + 1 :]), distinct=True)
    mine, theirs = np.split(x, [shape[axis]], axis)
    params = {"axis": axis, "largest": s.boolean(), "include_self": s.boolean()}
    return (mine, theirs, s.integers(written, 0, shape[axis] - 1)), params


def _touched(shape, index, axis):
    """Which positions are written to."""
    touched = np.zeros(shape, bool)
    touched[_along(index, axis)] = True
    return touched


def _shares(x, src, index, out, axis, include_self):
    """The share of each element of x and of src in the extrema that they tie for."""
    mine = (x == out) & (include_self | ~_touched(x.shape, index, axis))
    theirs = src == out[_along(index, axis)]
    ties = mine.astype(x.dtype)
    np.add.at(ties, _along(index, axis), theirs)
    ties = np.maximum(ties, 1)
    return mine / ties, theirs / ties[_along(index, axis)]


def _shares_sample(s):
    (x, src, index), params = _sample(s)
    return (x, src, index, scatter_extremum(x, src, index, **params)), {k: params[k] for k in ("axis", "include_self")}


@primitive(x=None, src=None, index=None, extremum=None, samples=_shares_sample)
def shares_of_self(x, src, index, extremum, axis, include_self):
    """The share of each element of x in the extremum at its position: 1 / the number of ties, 0 off it."""
    return _shares(x, src, index, extremum, axis, include_self)[0]


@primitive(x=None, src=None, index=None, extremum=None, samples=_shares_sample)
def shares_of_source(x, src, index, extremum, axis, include_self):
    """The share of each element that is written in the extremum at its position."""
    return _shares(x, src, index, extremum, axis, include_self)[1]


@primitive(
    x=lambda g, x, src, index, out, axis, include_self: g * shares_of_self(x, src, index, out, axis, include_self),
    src=lambda g, x, src, index, out, axis, include_self: (
        gather(g, axis, index) * shares_of_source(x, src, index, out, axis, include_self)
    ),
    index=None,
    samples=_sample,
)
def scatter_extremum(x, src, index, axis, largest, include_self):
    """x with the largest or smallest of what is written to each position; its own element is one if `include_self`."""
    out, where_to = np.array(x), _along(index, axis)
    if not include_self:
        # Each written position starts with one of the elements that go there.
        out[where_to] = src
    (np.maximum if largest else np.minimum).at(out, where_to, src)
    return out


# --- the functions ----------------------------------------------------------------------------------------------------


def scatter_reduce(x: Any, dim: int, index: Any, src: Any, reduce: str, *, include_self: bool = True) -> Any:
    """x with src reduced into it: out[index[i, j], j] = reduction of all src[i, j] that go there, for dim 0, and so on.

    - `reduce`: "sum", "prod", "mean", "amax" or "amin"; ties of extrema share the gradient equally.
    - `include_self`: whether the element of x takes part; positions that nothing is written to keep theirs.
    - `src` may be larger than `index`: its leading part is used. PyTorch's `torch.scatter_reduce`.

    >>> import autograd, numpy as np
    >>> autograd.scatter_reduce(np.array([1.0, 2.0]), 0, np.array([0, 0, 1]), np.array([5.0, 7.0, 1.0]), "amax")
    array([7., 2.])
    """
    if reduce not in REDUCTIONS:
        raise ValueError(f"scatter_reduce: reduce must be one of {', '.join(REDUCTIONS)}; got {reduce!r}")
    x, axis, index = _gathering("scatter_reduce", x, dim, index)
    if 0 in index.shape:
        return x
    src = _leading_part("scatter_reduce", src, index)
    part = tuple(n if a == axis else index.shape[a] for a, n in enumerate(x.shape))
    if part == x.shape:
        return _reduced(x, axis, index, src, reduce, include_self)
    corner = tuple(map(slice, part))
    return updated(x, corner, _reduced(getitem(x, corner), axis, index, src, reduce, include_self))


def _reduced(x, axis, index, src, reduce, include_self):
    if reduce in ("amax", "amin"):
        return scatter_extremum(x, src, index, axis, reduce == "amax", include_self)
    touched = _touched(x.shape, _raw(index), axis)
    start = x if include_self else where_(touched, np.asarray(reduce == "prod", x.dtype), x)
    if reduce == "prod":
        return _multiplied(start, axis, index, src)
    total = scatter_add(start, axis, index, src)
    if reduce == "sum":
        return total
    number = np.zeros(x.shape, np.intp)
    np.add.at(number, _along(_raw(index), axis), 1)
    number = np.maximum(number + include_self * np.ones(x.shape, np.intp), 1)
    if x.dtype.kind in "iu":
        return astype(np.floor_divide(total, number), x.dtype)
    return total / number.astype(x.dtype)


def _multiplied(x, axis, index, src):
    """Multiply in as many rounds as one position is written to, so that zeros do no harm to any derivative."""
    places = np.arange(x.size).reshape(x.shape)[_along(_raw(index), axis)].reshape(-1)
    flat, factors = reshape(x, -1), reshape(src, -1)
    order = np.argsort(places, kind="stable")
    turn = np.empty(places.shape, np.intp)
    turn[order] = np.arange(places.size) - np.searchsorted(places[order], places[order])
    for k in range(int(turn.max(initial=-1)) + 1):
        (now,) = np.nonzero(turn == k)
        flat = updated(flat, places[now], multiply(getitem(flat, places[now]), getitem(factors, now)))
    return reshape(flat, x.shape)


def index_reduce(x: Any, dim: int, index: Any, source: Any, reduce: str, *, include_self: bool = True) -> Any:
    """x with the slices of `source` reduced into it at the positions of the 1-d `index` along `dim`.

    `reduce`: "prod", "mean", "amax" or "amin"; see `scatter_reduce`. PyTorch's `torch.index_reduce`.

    >>> import autograd, numpy as np
    >>> autograd.index_reduce(np.array([1.0, 2.0]), 0, np.array([0, 0]), np.array([5.0, 7.0]), "prod")
    array([35.,  2.])
    """
    x, source, index = operand(x), operand(source), operand(index)
    axis = one_axis(dim, x.shape, "index_reduce")
    if reduce not in REDUCTIONS[1:]:
        raise ValueError(f"index_reduce: reduce must be one of {', '.join(REDUCTIONS[1:])}; got {reduce!r}")
    wanted = (*x.shape[:axis], index.size, *x.shape[axis + 1 :])
    if len(index.shape) > 1 or source.shape != wanted:
        raise ValueError(
            f"index_reduce: source of shape {source.shape} and index of shape {index.shape} along axis {axis} of "
            f"{x.shape}; wanted a 1-d index and a source of shape {wanted}"
        )
    index = broadcast_to(reshape(index, (-1, *(1,) * (len(x.shape) - 1 - axis))), wanted)
    return scatter_reduce(x, axis, index, source, reduce, include_self=include_self)
