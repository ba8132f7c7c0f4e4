"""Methods whose meaning for arrays is not that for Tensors, inside a transform of a function of plain arrays.

`grad(f)(x)` must differentiate the same f that `f(x)` computes. Where x is an ndarray, f was written for ndarrays:
their `x.std()` divides by n, their `x.max(axis)` gives values only, and so does then the Tensor that stands for x. As
soon as a Tensor of the caller's own takes part, and inside an `nn.Module`, methods mean what they mean for Tensors.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from autograd import graph
from autograd.backward import collect
from autograd.tensor import Tensor

NAMES = (
    "std var max min sort argsort argmax argmin cumsum cumprod repeat transpose squeeze nonzero take dot trace "
    "diagonal round"
)
"""ndarray's methods that take other arguments, or give other results, than PyTorch's of the same name."""


def stands_for_array(tensor: Tensor) -> bool:
    """Whether a Tensor takes the place of an array inside a transform of a function of arrays."""
    if graph.inside_transform() != graph.OF_ARRAYS:
        return False
    node = tensor._node
    if node is None:
        return True
    leaves = (n for n in collect([node]) if n.primitive is None)
    return all(n.meta is not None and n.meta.stands_in for n in leaves)


def dual(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    """The Tensor's method, which for a Tensor that stands for an array is the ndarray's."""
    function = getattr(np, name)

    @wraps(method)
    def either(self: Tensor, *args: Any, **kwargs: Any) -> Any:
        if graph.inside_transform() != graph.OF_ARRAYS or not stands_for_array(self):
            return method(self, *args, **kwargs)
        if name == "transpose" and len(args) > 1:
            args = (args,)
        if name == "sort":  # in place, as an array's
            from autograd.methods import moved

            moved(self, function(self, *args, **kwargs), "x.sort()")
            return None
        return function(self, *args, **kwargs)

    return either


def install() -> None:
    """Give Tensor the methods of both kinds; `_value` is what HIPS autograd calls the array inside."""
    for name in NAMES.split():
        setattr(Tensor, name, dual(name, getattr(Tensor, name)))
    Tensor._value = property(lambda self: self._data[()])  # type: ignore[attr-defined]
