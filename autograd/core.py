"""What programs for HIPS autograd import from its core: pullbacks, pushforwards, vector spaces, primitives."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

from autograd import extend, transforms
from autograd.extend import (
    Box,
    VSpace,
    def_linear,
    defjvp,
    defjvp_argnum,
    defjvp_argnums,
    defvjp,
    defvjp_argnum,
    defvjp_argnums,
    notrace_primitive,
    vspace,
)
from autograd.tracer import getval, isbox

__all__ = [
    "Box",
    "VSpace",
    "def_linear",
    "defjvp",
    "defjvp_argnum",
    "defjvp_argnums",
    "defvjp",
    "defvjp_argnum",
    "defvjp_argnums",
    "getval",
    "isbox",
    "make_jvp",
    "make_vjp",
    "notrace_primitive",
    "primitive",
    "vspace",
]


def make_vjp(fun: Callable[..., Any], x: Any) -> tuple[Callable[[Any], Any], Any]:
    """`(vjp, value)`: the function that maps an adjoint of `fun(x)` to the gradient, and the value.

    >>> from autograd.core import make_vjp
    >>> vjp, value = make_vjp(lambda x: x**3, 2.0)
    >>> value, vjp(1.0)
    (8.0, 12.0)
    """
    value, pull = transforms.vjp(fun, x)
    return (lambda g: pull(g)[0]), value


def make_jvp(fun: Callable[..., Any], x: Any) -> Callable[[Any], tuple[Any, Any]]:
    """The function that maps a tangent of `x` to `(value, tangent of the value)`.

    >>> from autograd.core import make_jvp
    >>> make_jvp(lambda x: x**3, 2.0)(10.0)
    (8.0, 120.0)
    """
    return lambda g: transforms.jvp(fun, (x,), (g,))


def primitive(fun: Callable[..., Any]) -> Callable[..., Any]:
    """`autograd.extend.primitive`, with the methods that HIPS autograd deprecated long ago.

    >>> import warnings
    >>> from autograd import grad
    >>> from autograd.core import primitive, defvjp
    >>> @primitive
    ... def double(x):
    ...     return 2 * x
    >>> defvjp(double, lambda ans, x: lambda g: 2 * g)
    >>> grad(double)(1.0)
    2.0
    """
    wrapped: Any = extend.primitive(fun)
    table: dict[int, Any] = {}

    def enter(argnum: int, maker: Any, method: str) -> None:
        warnings.warn(f"{method} is deprecated; use autograd.extend.defvjp", FutureWarning, stacklevel=3)
        table[argnum] = maker
        defvjp(wrapped, *table.values(), argnums=table)

    def old_defvjp(rule: Callable[..., Any], argnum: int = 0) -> None:
        def maker(ans: Any, *args: Any, **kwargs: Any) -> Callable[[Any], Any]:
            spaces = vspace(args[argnum]), vspace(ans)
            return lambda g: rule(g, ans, *spaces, *args, **kwargs)

        enter(argnum, maker, "defvjp as a method")

    def defgrad(maker: Callable[..., Any], argnum: int = 0) -> None:
        enter(argnum, maker, "defgrad")

    def defvjp_is_zero(argnums: Sequence[int] = (0,)) -> None:
        for argnum in argnums:
            enter(argnum, None, "defvjp_is_zero")

    wrapped.defvjp, wrapped.defgrad, wrapped.defvjp_is_zero = old_defvjp, defgrad, defvjp_is_zero
    return wrapped  # type: ignore[no-any-return]
