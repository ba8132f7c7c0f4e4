"""How an operator on functions of one argument becomes one that picks its argument by number."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from autograd.util import subvals

__all__ = ["unary_to_nary"]


def unary_to_nary(unary_operator: Callable[..., Any]) -> Callable[..., Any]:
    """Turn `operator(fun, x, ...)` for functions of one argument into `operator(fun, argnum, ...)(*args, **kwargs)`.

    `argnum` is the number of the argument that the operator is about (default 0), or several, given to it as a tuple.

    >>> from autograd.wrap_util import unary_to_nary
    >>> @unary_to_nary
    ... def doubled(fun, x):
    ...     return fun(2 * x)
    >>> doubled(lambda x, y: x - y, 1)(10, 3)
    4
    """

    @functools.wraps(unary_operator)
    def nary_operator(fun: Callable[..., Any], argnum: Any = 0, *op_args: Any, **op_kwargs: Any) -> Any:
        if not isinstance(argnum, int | tuple | list):
            raise TypeError(f"{unary_operator.__name__}: argnum must be an int or a sequence of ints, got {argnum!r}")

        @functools.wraps(fun, updated=())
        def nary_function(*args: Any, **kwargs: Any) -> Any:
            def unary_function(x: Any) -> Any:
                chosen = [(argnum, x)] if isinstance(argnum, int) else zip(argnum, x)
                return fun(*subvals(args, chosen), **kwargs)

            unary_function.__name__ = get_name(fun)
            x = args[argnum] if isinstance(argnum, int) else tuple(args[i] for i in argnum)
            return unary_operator(unary_function, x, *op_args, **op_kwargs)

        return nary_function

    return nary_operator


def get_name(fun: Any) -> str:
    """A function's name, for messages."""
    return getattr(fun, "__name__", "[unknown name]")


wraps = functools.wraps
