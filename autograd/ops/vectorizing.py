"""Functions of lines and of single elements, called for all of them; they may be written in terms of Tensors."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from autograd.ops.axes import one_axis, operand
from autograd.ops.joining import stack
from autograd.ops.shape import broadcast_to, expand_dims, moveaxis, reshape
from autograd.protocols import implements

__all__ = ["apply_along_axis", "apply_over_axes", "vectorize"]


@implements(np.apply_along_axis)
def apply_along_axis(func1d: Callable[..., Any], axis: int, arr: Any, *args: Any, **kwargs: Any) -> Any:
    """`func1d(line, *args, **kwargs)` for each line of the array along `axis`; the results take the place of the axis.

    >>> import autograd, numpy as np
    >>> autograd.apply_along_axis(lambda v: v[::-1] / v.sum(), 1, np.array([[1.0, 3.0], [2.0, 2.0]]))
    array([[0.75, 0.25],
           [0.5 , 0.5 ]])
    """
    arr = operand(arr)
    axis = one_axis(axis, arr.shape, "apply_along_axis")
    lines = moveaxis(arr, axis, -1)
    lead = lines.shape[:-1]
    if 0 in lead:
        raise ValueError(f"apply_along_axis: an array of shape {arr.shape} has no lines along axis {axis}")
    results = [operand(func1d(lines[index], *args, **kwargs)) for index in np.ndindex(lead)]
    shape = results[0].shape
    whole = reshape(stack(results), (*lead, *shape))
    return moveaxis(whole, tuple(range(len(lead), whole.ndim)), tuple(range(axis, axis + len(shape))))


@implements(np.apply_over_axes)
def apply_over_axes(func: Callable[..., Any], a: Any, axes: Any) -> Any:
    """`func(a, axis)` over one axis after the other; an axis that the function drops is put back with length 1.

    >>> import autograd, numpy as np
    >>> autograd.apply_over_axes(np.sum, np.ones((2, 3, 4)), [0, 2])
    array([[[8.],
            [8.],
            [8.]]])
    """
    a = operand(a)
    ndim = len(a.shape)
    for axis in np.atleast_1d(axes).tolist():
        number = one_axis(axis, a.shape, "apply_over_axes")
        result = func(a, number)
        if len(result.shape) == ndim - 1:
            result = expand_dims(result, number)
        if len(result.shape) != ndim:
            raise ValueError(f"apply_over_axes: the function made {result.shape} of {a.shape}, along axis {number}")
        a = result
    return a


def vectorize(pyfunc: Callable[..., Any], *, excluded: Any = (), signature: str | None = None) -> Callable[..., Any]:
    """A function of single elements as one of arrays that broadcast, as `np.vectorize` makes it, for Tensors too.

    `excluded` holds positions and names of arguments that are passed on as they are. `signature`, such as
    "(n),(n)->()", names the last axes of arguments and results that one call gets and gives. (`np.vectorize` itself
    cannot know of Tensors. Both are loops in Python; a function that takes whole arrays is much faster.)

    >>> import autograd, numpy as np
    >>> f = autograd.vectorize(lambda x, y: x * y if x > y else x + y)
    >>> autograd.grad(lambda x: f(x, 2.0).sum())(np.array([1.0, 3.0]))
    array([1., 2.])
    """
    inner, outer = _parsed(signature) if signature is not None else (None, None)

    @wraps(pyfunc)
    def vectorized(*args: Any, **kwargs: Any) -> Any:
        over: list[Any] = [
            *(i for i in range(len(args)) if i not in excluded),
            *(k for k in kwargs if k not in excluded),
        ]
        parts = [operand(args[k] if isinstance(k, int) else kwargs[k]) for k in over]
        cores = [()] * len(parts) if inner is None else inner
        if len(cores) != len(parts):
            raise ValueError(f"vectorize: {len(parts)} arguments for the signature {signature!r}")
        sizes: dict[str, int] = {}
        for part, core in zip(parts, cores):
            _check_core(part, core, sizes, signature)
        loops = [part.shape[: part.ndim - len(core)] for part, core in zip(parts, cores)]
        shape = np.broadcast_shapes(*loops)
        parts = [broadcast_to(p, (*shape, *p.shape[p.ndim - len(core) :])) for p, core in zip(parts, cores)]
        if 0 in shape:
            raise ValueError(f"vectorize: arguments of shape {shape} have no elements to call {pyfunc!r} with")
        results = []
        for index in np.ndindex(shape):
            given, named = list(args), dict(kwargs)
            for k, part in zip(over, parts):
                if isinstance(k, int):
                    given[k] = part[index]
                else:
                    named[k] = part[index]
            results.append(pyfunc(*given, **named))
        several = isinstance(results[0], tuple)
        if outer is not None and len(outer) != (len(results[0]) if several else 1):
            raise ValueError(f"vectorize: the function gave another number of results than the signature {signature!r}")
        columns = list(zip(*results)) if several else [results]
        wholes = [stack([operand(r) for r in column]) for column in columns]
        shaped = tuple(reshape(w, (*shape, *w.shape[1:])) for w in wholes)
        return shaped if several else shaped[0]

    return vectorized


def _parsed(signature: str) -> Any:
    """The names of the core axes of each argument and of each result."""
    group = r"\(\s*(?:\w+\s*(?:,\s*\w+\s*)*)?\)"
    text = signature.replace(" ", "")
    if not re.fullmatch(rf"{group}(?:,{group})*->{group}(?:,{group})*", text):
        raise ValueError(f"vectorize: {signature!r} is no signature such as '(m,n),(n)->(m)'")
    return tuple(
        [tuple(g[1:-1].split(",")) if g != "()" else () for g in re.findall(group, side)] for side in text.split("->")
    )


def _check_core(part: Any, core: Any, sizes: dict[str, int], signature: Any) -> None:
    if part.ndim < len(core):
        raise ValueError(f"vectorize: an argument of shape {part.shape} lacks axes of the signature {signature!r}")
    for name, n in zip(core, part.shape[part.ndim - len(core) :]):
        if sizes.setdefault(name, n) != n:
            raise ValueError(f"vectorize: axis {name!r} of {signature!r} has lengths {sizes[name]} and {n}")
