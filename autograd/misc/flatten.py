"""Nested containers of arrays as one vector."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import tree
from autograd.tensor import Tensor


def flatten(value: Any) -> tuple[Any, Callable[[Any], Any]]:
    """`(vector, unflatten)`: all numbers in nested lists, tuples and dicts, and the way back.

    >>> from autograd.misc import flatten
    >>> vector, unflatten = flatten({"w": [1.0, 2.0], "b": 3.0})
    >>> vector, unflatten(vector * 10)
    (array([1., 2., 3.]), {'w': [np.float64(10.0), np.float64(20.0)], 'b': np.float64(30.0)})
    """
    leaves, structure = tree.flatten(value)
    shapes = [np.shape(x) for x in leaves]
    ends = np.cumsum([int(np.prod(s)) for s in shapes]).tolist()
    parts = [np.reshape(x if isinstance(x, Tensor) else np.asarray(x), (-1,)) for x in leaves]
    vector = np.concatenate(parts) if parts else np.zeros(0)

    def unflatten(vector: Any) -> Any:
        pieces = [vector[end - int(np.prod(s)) : end] for end, s in zip(ends, shapes, strict=True)]
        return tree.unflatten(structure, [p.reshape(s) if s else p[0] for p, s in zip(pieces, shapes, strict=True)])

    return vector, unflatten


def flatten_func(fun: Callable[..., Any], example: Any) -> tuple[Callable[..., Any], Callable[[Any], Any], Any]:
    """`(flat_fun, unflatten, vector)`: a function of nested containers as one of a vector, which returns a vector.

    >>> from autograd.misc.flatten import flatten_func
    >>> flat, unflatten, vector = flatten_func(lambda p: [2 * p[1], 3 * p[0]], [1.0, 10.0])
    >>> flat(vector)
    array([20.,  3.])
    """
    vector, unflatten = flatten(example)

    def flat_fun(vector: Any, *args: Any, **kwargs: Any) -> Any:
        return flatten(fun(unflatten(vector), *args, **kwargs))[0]

    return flat_fun, unflatten, vector
