"""Einstein summation and what it covers: products of arrays, summed over chosen axes.

The primitive takes subscripts in one canonical form, all labels written out and the result explicit ("ij,jk->ik"). Its
derivative by an operand is another such sum, with the adjoint in that operand's place.
"""

from __future__ import annotations

import math
from functools import lru_cache
from string import ascii_lowercase, ascii_uppercase
from typing import Any

import numpy as np

from autograd.ops.axes import operand, some_axes
from autograd.ops.shape import astype, broadcast_to, reshape
from autograd.primitive import primitive
from autograd.protocols import implements
from autograd.tensor import Tensor

__all__ = ["einsum", "tensordot"]

LETTERS = ascii_uppercase + ascii_lowercase
_SMALL = 4096
"""Multiplications below which NumPy's plain loop beats a matrix product with its rearrangements."""


# --- the kernel ------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def _as_matrices(term_x: str, term_y: str, result: str) -> Any:
    """How a sum over two operands becomes one stacked matrix product; None if it does not.

    Gives the axes to sum first, per operand, and then the labels: batch, rows, columns, contracted.
    """
    x, y = set(term_x), set(term_y)
    if len(x) < len(term_x) or len(y) < len(term_y):
        return None
    shared = [a for a in term_x if a in y]
    batch = "".join(a for a in shared if a in result)
    inner = "".join(a for a in shared if a not in result)
    if not inner:
        return None
    rows = "".join(a for a in term_x if a not in y and a in result)
    columns = "".join(a for a in term_y if a not in x and a in result)
    lost_x = tuple(k for k, a in enumerate(term_x) if a not in y and a not in result)
    lost_y = tuple(k for k, a in enumerate(term_y) if a not in x and a not in result)
    return lost_x, lost_y, batch, rows, columns, inner


def _pairwise(x, y, term_x, term_y, result):
    """The sum over two operands as a matrix product; None where that is impossible or not worth it."""
    plan = _as_matrices(term_x, term_y, result)
    if plan is None:
        return None
    sizes = dict(zip(term_x, x.shape))
    if any(sizes.setdefault(a, n) != n for a, n in zip(term_y, y.shape)) or math.prod(sizes.values()) < _SMALL:
        return None
    lost_x, lost_y, batch, rows, columns, inner = plan

    def as_matrix(z, term, lost, first, second):
        if lost:
            z = np.add.reduce(z, lost)
            term = "".join(a for k, a in enumerate(term) if k not in lost)
        z = z.transpose([term.index(a) for a in batch + first + second])
        lead = [sizes[a] for a in batch]
        return z.reshape(*lead, math.prod(sizes[a] for a in first), math.prod(sizes[a] for a in second))

    out = np.matmul(as_matrix(x, term_x, lost_x, rows, inner), as_matrix(y, term_y, lost_y, inner, columns))
    labels = batch + rows + columns
    return out.reshape([sizes[a] for a in labels]).transpose([labels.index(a) for a in result])


def _sizes(terms, shapes):
    """The length of each label's axis; axes of length 1 are stretched."""
    sizes: dict[str, int] = {}
    for term, shape in zip(terms, shapes):
        for label, n in zip(term, shape):
            if n != 1 or label not in sizes:
                sizes[label] = n
    return sizes


def _wrt_operand(g, i, operands, operands_shapes, subscripts, optimize):
    inputs, result = subscripts.split("->")
    terms = inputs.split(",")
    others = [k for k in range(len(terms)) if k != i]
    term, shape = terms[i], operands_shapes[i]
    own = dict(zip(term, shape))
    sizes = _sizes(terms, operands_shapes)
    reachable = set(result).union(*[terms[k] for k in others])
    kept = "".join(a for a in own if a in reachable and own[a] == sizes[a])
    pieces = ",".join([result, *[terms[k] for k in others]])
    d = einsum_(g, *[operands[k] for k in others], subscripts=f"{pieces}->{kept}", optimize=optimize)
    # Labels that were summed out alone, or stretched, come back as axes along which the derivative is constant.
    places = iter(d.shape)
    d = d if len(kept) == len(own) else reshape(d, tuple(next(places) if a in kept else 1 for a in own))
    d = d if d.shape == tuple(own.values()) else broadcast_to(d, tuple(own.values()))
    return d if len(own) == len(term) else on_diagonals(d, term, shape)


def _einsum_sample(s):
    subscripts = s.choice(
        ["ab,bc->ac", "ab->ba", "aab->b", "abc,c,ad->bd", "a,b->", "ab,ab->ab", "aa,ab->b", ",a->a", "abb,cb->a", "a->"]
    )
    sizes = {a: s.integer(0 if s.integer(0, 4) == 0 else 1, 3) for a in "abcd"}
    terms = subscripts.split("->")[0].split(",")
    shapes = [tuple(sizes[a] if s.integer(0, 7) or len(set(t)) < len(t) else 1 for a in t) for t in terms]
    kept = set(subscripts.split("->")[1])
    for label in kept:  # a label of the result that no operand gives its full length would just be shorter
        sizes[label] = max((n for t, sh in zip(terms, shapes) for a, n in zip(t, sh) if a == label), default=1)
    return tuple(s.array(shape) for shape in shapes), {"subscripts": subscripts, "optimize": s.boolean()}


@primitive(
    operands=_wrt_operand,
    text="einsum({subscripts})",
    samples=_einsum_sample,
    flops=lambda out, *rest: _flops(*rest),
)
def einsum_(*operands, subscripts, optimize=False):
    """Einstein summation with all labels written out and the result explicit."""
    inputs, result = subscripts.split("->")
    if len(operands) == 2:
        (x, y), (term_x, term_y) = operands, inputs.split(",")
        out = _pairwise(x, y, term_x, term_y, result)
        if out is not None:
            return out
    return np.asarray(np.einsum(subscripts, *operands, optimize=optimize if len(operands) > 2 else False))


def _flops(*rest):
    """For each combination of indices a product of all operands, and an addition where labels are summed over."""
    *operands, subscripts, _ = rest
    inputs, result = subscripts.split("->")
    terms = inputs.split(",")
    sums = set(inputs) - {","} > set(result)
    return (len(operands) - 1 + sums) * math.prod(_sizes(terms, [np.shape(x) for x in operands]).values())


def _on_diagonals_sample(s):
    n, m = s.integer(0, 3), s.integer(0, 3)
    term, unique, shape = s.choice([("aab", (n, m), (n, n, m)), ("aaa", (n,), (n, n, n)), ("aba", (n, m), (n, m, n))])
    return (s.array(unique),), {"term": term, "shape": shape}


@primitive(
    x=lambda g, term: einsum_(g, subscripts=f"{term}->{''.join(dict.fromkeys(term))}"),
    linear="x",
    samples=_on_diagonals_sample,
)
def on_diagonals(x, term, shape):
    """Zeros of `shape` with x where the axes that share a label have equal indices: adjoint of reading a diagonal."""
    out = np.zeros(shape, x.dtype)
    np.einsum(f"{term}->{''.join(dict.fromkeys(term))}", out)[...] = x
    return out


# --- what users call -------------------------------------------------------------------------------------------------


def einsum(*operands: Any, optimize: Any = None) -> Any:
    """Einstein summation: multiply the operands and sum over the labels that are absent from the result.

    `einsum("ij,jk->ik", x, y)`, or with lists of axis numbers, `einsum(x, [0, 1], y, [1, 2], [0, 2])`. Without "->" the
    result has the labels that occur once, in order; "..." stands for axes that broadcast; a repeated label reads a
    diagonal. `optimize` is handed to `np.einsum` for three and more operands (default: True there).

    Raises ValueError for subscripts that do not fit the operands.

    >>> import autograd, numpy as np
    >>> autograd.einsum("ij,j->i", np.eye(2), np.array([3.0, 4.0]))
    array([3., 4.])
    """
    if isinstance(operands[0], str):
        subscripts, *arrays = operands
    else:
        subscripts, arrays = _from_lists(operands)
    arrays = [x if isinstance(x, (Tensor, np.ndarray)) else operand(x) for x in arrays]
    canonical = canonical_subscripts(subscripts, tuple([len(x.shape) for x in arrays]))
    return einsum_(*arrays, subscripts=canonical, optimize=True if optimize is None else optimize)


@implements(np.einsum)
def _np_einsum(*operands, out=None, optimize=False, dtype=None, casting="safe", order="K"):
    given = operands[1:] if isinstance(operands[0], str) else operands[: len(operands) // 2 * 2 : 2]
    arrays = [operand(x) for x in given]
    if dtype is not None:
        for k, x in enumerate(arrays):
            if not np.can_cast(x.dtype, dtype, casting):
                raise TypeError(f"np.einsum: operand {k} of dtype {x.dtype} cannot be cast to {dtype} under {casting=}")
        arrays = [astype(x, dtype, copy=False) for x in arrays]
    subscripts = operands[0] if isinstance(operands[0], str) else _from_lists(operands)[0]
    return einsum(subscripts, *arrays, optimize=optimize)


def _from_lists(operands):
    """Subscripts and operands of the form `x, [0, 1], y, [1, 2], [0, 2]`."""

    def term(labels):
        try:
            return "".join("..." if k is Ellipsis else LETTERS[k] for k in labels)
        except (IndexError, TypeError) as error:
            raise ValueError(f"einsum: axis labels must be numbers from 0 to 51 or Ellipsis, got {labels}") from error

    pairs = len(operands) // 2
    subscripts = ",".join(term(operands[2 * k + 1]) for k in range(pairs))
    if len(operands) % 2:
        subscripts += "->" + term(operands[-1])
    return subscripts, [operands[2 * k] for k in range(pairs)]


@lru_cache(maxsize=1024)
def canonical_subscripts(subscripts: str, ndims: tuple[int, ...]) -> str:
    """The subscripts with labels for "..." and an explicit result. Raises ValueError if they do not fit."""

    def refuse(problem: str) -> None:
        raise ValueError(f"einsum({subscripts!r}): {problem}")

    inputs, arrow, result = subscripts.replace(" ", "").partition("->")
    terms = inputs.split(",")
    if len(terms) != len(ndims):
        refuse(f"{len(terms)} groups of labels for {len(ndims)} operands")
    free = [a for a in reversed(LETTERS) if a not in subscripts]
    widths = []
    for k, (term, ndim) in enumerate(zip(terms, ndims)):
        labels = term.replace("...", "", 1)
        if set(labels) - set(LETTERS):
            refuse(f"labels must be letters, and '...' may stand once in each group; got {term!r}")
        widths.append(ndim - len(labels) if "..." in term else 0)
        if ndim < len(labels) or (ndim > len(labels) and "..." not in term):
            refuse(f"{term!r} names {len(labels)} axes, operand {k} has {ndim}")
    dots = "".join(free[: max(widths)])
    spelled = [t.replace("...", dots[len(dots) - n :]) for t, n in zip(terms, widths)]
    if not arrow:
        named = "".join(terms).replace(".", "")
        result = "..." + "".join(sorted(a for a in set(named) if named.count(a) == 1))
    result = result.replace("...", dots, 1)
    for a in result:
        if result.count(a) > 1 or not any(a in t for t in spelled):
            refuse(f"label {a!r} of the result must occur once there, and in an operand")
    return f"{','.join(spelled)}->{result}"


@implements(np.tensordot, np.linalg.tensordot)
def tensordot(x: Any, y: Any, axes: Any = 2) -> Any:
    """Sum products over pairs of axes: the last `axes` of x with the first of y, or `axes=(axes_of_x, axes_of_y)`.

    Raises ValueError when the axes do not pair up.

    >>> import autograd, numpy as np
    >>> autograd.tensordot(np.ones((2, 3)), np.ones((3, 4)), axes=1).shape
    (2, 4)
    """
    x, y = operand(x), operand(y)
    if isinstance(axes, (tuple, list)):
        axes_x, axes_y = some_axes(axes[0], x.shape, "tensordot"), some_axes(axes[1], y.shape, "tensordot")
    else:
        if not 0 <= axes <= min(len(x.shape), len(y.shape)):
            raise ValueError(f"tensordot: axes={axes} for shapes {x.shape} and {y.shape}")
        axes_x, axes_y = tuple(range(len(x.shape) - axes, len(x.shape))), tuple(range(axes))
    lengths_x, lengths_y = [x.shape[a] for a in axes_x], [y.shape[a] for a in axes_y]
    if lengths_x != lengths_y:
        raise ValueError(
            f"tensordot: axes {axes_x} of shape {x.shape} and {axes_y} of shape {y.shape} must have equal lengths, "
            f"got {lengths_x} and {lengths_y}"
        )
    term_x, free = LETTERS[: len(x.shape)], iter(LETTERS[len(x.shape) :])
    term_y = "".join(term_x[axes_x[axes_y.index(k)]] if k in axes_y else next(free) for k in range(len(y.shape)))
    result = "".join(a for a in term_x + term_y if (a in term_x) != (a in term_y))
    return einsum_(x, y, subscripts=f"{term_x},{term_y}->{result}")
