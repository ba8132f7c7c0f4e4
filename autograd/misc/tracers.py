"""Recording a function once and replaying what it did."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from autograd.program import Program, trace
from autograd.tensor import Tensor
from autograd.tracer import getval
from autograd.tree import flatten, unflatten
from autograd.vector_space import vspace


def const_graph(fun: Callable[..., Any], *args: Any, **kwargs: Any) -> Callable[..., Any]:
    """The same function, recorded at its first call and replayed afterwards: for functions without branches.

    `args` and `kwargs` are fixed arguments that come first, as in `functools.partial`.

    >>> import autograd.numpy as np
    >>> from autograd.misc import const_graph
    >>> f = const_graph(lambda x: np.sin(x) + x)
    >>> f(0.0), f(1.0)
    (np.float64(0.0), np.float64(1.8414709848078965))
    """
    programs: list[Program] = []

    @wraps(fun, updated=())
    def replayed(*rest: Any) -> Any:
        leaves, structure = flatten(rest)
        if any(isinstance(x, Tensor) for x in leaves):
            return fun(*args, *rest, **kwargs)  # a transform wants to record the calls itself
        rest = unflatten(structure, [np.asarray(x, vspace(x).leaves[0][1]) for x in leaves])
        if programs:
            result = programs[0](*rest)
        else:
            results: list[Any] = []

            def once(*xs: Any) -> Any:
                results.append(fun(*args, *xs, **kwargs))
                return results[0]

            programs.append(trace(once, *rest))
            (result,) = results
        leaves, structure = flatten(result)
        return unflatten(structure, [x[()] if isinstance(x, np.ndarray) else getval(x) for x in leaves])

    return replayed
