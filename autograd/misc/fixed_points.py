"""Fixed points, differentiated by the implicit function theorem."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.core import make_vjp
from autograd.extend import defvjp, primitive
from autograd.vector_space import vspace


def _iterate(step: Callable[[Any], Any], x: Any, distance: Callable[[Any, Any], Any], tol: float) -> Any:
    previous, x = x, step(x)
    while distance(previous, x) > tol:
        previous, x = x, step(x)
    return x


@primitive
def fixed_point(
    f: Callable[[Any], Callable[[Any], Any]], a: Any, x0: Any, distance: Callable[[Any, Any], Any], tol: float
) -> Any:
    """The x with f(a)(x) = x, by iteration from `x0` until `distance(xₖ, xₖ₊₁) <= tol`; differentiable in `a`.

    The iteration itself is not recorded: with F(a, x) = f(a)(x), the gradient is wᵀ ∂F/∂a where w = g + (∂F/∂x)ᵀ w,
    found by iterating in turn.

    >>> from autograd import grad
    >>> from autograd.misc.fixed_points import fixed_point
    >>> newton = lambda a: lambda x: 0.5 * (x + a / x)
    >>> root = lambda a: fixed_point(newton, a, 1.0, lambda x, y: abs(x - y), 1e-10)
    >>> round(root(4.0), 6), round(grad(root)(4.0), 6)
    (2.0, 0.25)
    """
    return _iterate(f(a), x0, distance, tol)


def _wrt_a(x: Any, f: Any, a: Any, x0: Any, distance: Any, tol: float) -> Callable[[Any], Any]:
    def adjoint_step(params: Any) -> Callable[[Any], Any]:
        a, x, g = params  # as arguments, so that the iteration can be differentiated by each of them
        return lambda w: vspace(x).add(g, make_vjp(f(a), x)[0](w))

    def gradient(g: Any) -> Any:
        w = fixed_point(adjoint_step, (a, x, g), vspace(x).zeros(), distance, tol)
        return make_vjp(lambda a: f(a)(x), a)[0](w)

    return gradient


defvjp(fixed_point, None, _wrt_a, None)
