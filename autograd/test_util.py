"""Numerical checks of derivatives with HIPS autograd's names; `autograd.gradcheck` says more when one fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

from autograd.core import make_jvp, make_vjp, vspace
from autograd.wrap_util import get_name, unary_to_nary

__all__ = ["check_equivalent", "check_grads", "check_jvp", "check_vjp", "combo_check", "scalar_close"]

EPS = 1e-6
TOL = 1e-6
RTOL = 1e-6


def scalar_close(a: Any, b: Any) -> bool:
    """Whether two numbers agree to 1e-6, absolutely or relatively.

    >>> from autograd.test_util import scalar_close
    >>> scalar_close(1.0, 1.0 + 1e-9)
    True
    """
    return bool(abs(a - b) < TOL or abs(a - b) / abs(a + b) < RTOL)


def _numerical_jvp(f: Callable[[Any], Any], x: Any, v: Any) -> Any:
    space, out = vspace(x), vspace(f(x))
    up = f(space.add(x, space.scalar_mul(v, EPS / 2)))
    down = f(space.add(x, space.scalar_mul(v, -EPS / 2)))
    return out.scalar_mul(out.add(up, out.scalar_mul(down, -1.0)), 1 / EPS)


def check_vjp(f: Callable[[Any], Any], x: Any) -> None:
    """Compare the pullback with a central difference along a random direction; AssertionError if they differ.

    >>> import autograd.numpy as np
    >>> from autograd.test_util import check_vjp
    >>> check_vjp(np.sin, 0.5)
    """
    vjp, y = make_vjp(f, x)
    space, out = vspace(x), vspace(y)
    v, w = space.randn(), out.randn()
    gradient = space.covector(vjp(out.covector(w)))
    assert vspace(gradient) == space, (
        f"the gradient of {get_name(f)} lives in {vspace(gradient)}, its argument in {space}"
    )
    exact, numeric = space.inner_prod(v, gradient), out.inner_prod(w, _numerical_jvp(f, x, v))
    assert scalar_close(numeric, exact), (
        f"Derivative (VJP) check of {get_name(f)} failed with arg {x}:\nanalytic: {exact}\nnumeric:  {numeric}"
    )


def check_jvp(f: Callable[[Any], Any], x: Any) -> None:
    """Compare the pushforward of a random direction with a central difference; AssertionError if they differ.

    >>> import autograd.numpy as np
    >>> from autograd.test_util import check_jvp
    >>> check_jvp(np.sin, 0.5)
    """
    v = vspace(x).randn()
    check_equivalent(make_jvp(f, x)(v)[1], _numerical_jvp(f, x, v))


def check_equivalent(x: Any, y: Any) -> None:
    """AssertionError unless two values have the same structure, shapes and dtypes, and (nearly) the same numbers.

    >>> from autograd.test_util import check_equivalent
    >>> check_equivalent([1.0, 2.0], [1.0, 2.0])
    """
    space, other = vspace(x), vspace(y)
    assert space == other, f"VSpace mismatch:\nx: {space}\ny: {other}"
    v = space.randn()
    assert scalar_close(space.inner_prod(x, v), space.inner_prod(y, v)), f"Value mismatch:\nx: {x}\ny: {y}"


@unary_to_nary
def check_grads(f: Callable[..., Any], x: Any, modes: Sequence[str] = ("fwd", "rev"), order: int = 2) -> None:
    """`check_grads(f, argnum, modes, order)(*args)`: compare derivatives with differences along random directions.

    `modes` are "fwd" and "rev", `order` the highest derivative. Raises AssertionError where they differ.

    >>> import autograd.numpy as np
    >>> from autograd.test_util import check_grads
    >>> check_grads(np.sin)(0.5)
    """
    if unknown := set(modes) - {"fwd", "rev"}:
        raise AssertionError(f"check_grads: modes are 'fwd' and 'rev', got {sorted(unknown)}")

    def named(kind: str, derivative: Callable[..., Any]) -> Callable[..., Any]:
        derivative.__name__ = f"{kind}_{get_name(f)}"
        return derivative

    if "fwd" in modes:
        check_jvp(f, x)
        if order > 1:
            pushed = named("jvp", lambda x, v: make_jvp(f, x)(v)[1])
            check_grads(pushed, (0, 1), modes, order=order - 1)(x, vspace(x).randn())
    if "rev" in modes:
        check_vjp(f, x)
        if order > 1:
            pulled = named("vjp", lambda x, v: make_vjp(f, x)[0](v))
            check_grads(pulled, (0, 1), modes, order=order - 1)(x, vspace(f(x)).randn())


def combo_check(fun: Callable[..., Any], *check_args: Any, **check_kwargs: Any) -> Callable[..., None]:
    """`combo_check(fun, ...)(choices, ..., option=choices)`: `check_grads` for every combination of the choices.

    >>> import autograd.numpy as np
    >>> from autograd.test_util import combo_check
    >>> combo_check(np.sum)([np.ones((2, 3))], axis=[None, 0, 1])
    """

    def check(*args: Any, **kwargs: Any) -> None:
        named = [[(key, value) for value in values] for key, values in kwargs.items()]
        for chosen in product(*args):
            for options in product(*named):
                check_grads(fun, *check_args, **check_kwargs)(*chosen, **dict(options))

    return check
