"""Roots and fixed points by SciPy's solvers, differentiable by the implicit function theorem."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import scipy.optimize

from autograd.jacobians import jacobian
from autograd.ops.solving import Given, Packing, Roots, settled, solution, vector
from autograd.transforms import grad

__all__ = ["fixed_point", "root", "root_scalar"]


def solved(roots: Roots, given: Given, packing: Packing) -> Any:
    """What is found, in the containers of x0; differentiable if there are Tensors among the arguments."""
    return packing.released(solution(*given.tensors, problem=roots) if given.tensors else roots.solve())


def want_same_size(op: str, value: Any, x: Any) -> Any:
    """The value, a vector; raises if its length is not that of x."""
    if value.shape != x.shape:
        raise ValueError(f"{op} wants a function with as many results as unknowns, {x.shape[0]}, got {value.shape[0]}")
    return value


def jacobian_of(op: str, at: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The Jacobian of a vector function of a vector as an array."""
    return lambda x: settled(jacobian(at)(x), op)


def root(
    fun: Callable[..., Any],
    x0: Any,
    args: Any = (),
    method: str = "hybr",
    jac: Any = None,
    tol: float | None = None,
    callback: Any = None,
    options: Any = None,
) -> Any:
    """x with fun(x, *args) = 0; SciPy's `root`, given our Jacobian where the method takes one ("hybr" and "lm").

    `x0` is a number, an array of any shape, or nested containers of them, and so is x in the result object that is
    returned; `fun` returns as many numbers, in an array or containers. x can be differentiated by the Tensors that
    stand in `args`, to any order: with f(x, a) = 0, ∂x/∂a = -(∂f/∂x)⁻¹ ∂f/∂a. It does not depend on x0.

    The derivative raises numpy.linalg.LinAlgError where ∂f/∂x is singular, and RuntimeError if no root was found.

    >>> import autograd, autograd.optimize, numpy as np
    >>> square_root = lambda a: autograd.optimize.root(lambda x, a: x**2 - a, 1.0, (a,)).x
    >>> round(square_root(4.0), 9), round(float(autograd.grad(square_root)(4.0)), 9)
    (2.0, 0.25)
    """
    given, packing = Given("root", fun, args), Packing(x0, "root")
    slopes = Given("root", jac, args) if callable(jac) else None
    report: list[Any] = []

    def residual(x: Any, xs: Sequence[Any]) -> Any:
        value = given(packing.unpacked(x), xs=xs)
        return want_same_size("root", vector(value[0] if jac is True else value), x)

    def find(at: Callable[[Any], Any], xs: Sequence[Any]) -> Any:
        derivative = jac
        if slopes is not None:
            derivative = lambda x: slopes(packing.unpacked(x), xs=xs)
        elif jac is True or (jac is None and method in ("hybr", "lm")):
            derivative = jacobian_of("root", at)
            if jac is True:
                derivative = lambda x: np.asarray(given(packing.unpacked(x), xs=xs)[1])
        more = {} if callback is None else {"callback": lambda x, f: callback(packing.unpacked(x), f)}
        found = scipy.optimize.root(at, packing.start, (), method, derivative, tol, options=options, **more)
        report[:] = [found]
        roots.failure = "" if found.success else f"it is no root ({found.message.strip()})"
        return found.x

    roots = Roots("root", residual, find)
    x = solved(roots, given, packing)
    report[0].x = x
    return report[0]


def root_scalar(
    f: Callable[..., Any],
    args: Any = (),
    method: str | None = None,
    bracket: Any = None,
    fprime: Any = None,
    fprime2: Any = None,
    x0: Any = None,
    **options: Any,
) -> Any:
    """The number x with f(x, *args) = 0; SciPy's `root_scalar`, given our derivatives where the method takes them.

    The `root` of the result object can be differentiated by the Tensors that stand in `args`, to any order. Options
    are SciPy's: `x1`, `xtol`, `rtol`, `maxiter`. The derivative raises RuntimeError if no root was found.

    >>> import autograd, autograd.optimize, numpy as np
    >>> kepler = lambda e: autograd.optimize.root_scalar(lambda x, e: x - e * np.sin(x) - 1, (e,), x0=1.0).root
    >>> round(float(kepler(0.5)), 6), round(float(autograd.grad(kepler)(0.5)), 6)
    (1.498701, 1.034667)
    """
    given, packing = Given("root_scalar", f, args), Packing(1.0, "root_scalar")
    report: list[Any] = []

    def residual(x: Any, xs: Sequence[Any]) -> Any:
        return want_same_size("root_scalar", vector(given(x[0], xs=xs)), x)

    def find(at: Callable[[Any], Any], xs: Sequence[Any]) -> Any:
        g = lambda x: at(np.asarray(x).reshape(1) if not hasattr(x, "reshape") else x.reshape(1))[0]
        first, second = fprime, fprime2
        if first is None and bracket is None and "x1" not in options and method in (None, "newton", "halley"):
            first = lambda x: settled(grad(g)(float(x)), "root_scalar")
        if second is None and method == "halley":
            second = lambda x: settled(grad(grad(g))(float(x)), "root_scalar")
        found = scipy.optimize.root_scalar(
            g, (), method, bracket, first, second, None if x0 is None else float(x0), **options
        )
        report[:] = [found]
        roots.failure = "" if found.converged else f"it is no root ({found.flag})"
        return np.array([found.root], np.float64)

    roots = Roots("root_scalar", residual, find)
    x = solved(roots, given, packing)
    report[0].root = x
    return report[0]


def fixed_point(
    func: Callable[..., Any], x0: Any, args: Any = (), xtol: float = 1e-8, maxiter: int = 500, method: str = "del2"
) -> Any:
    """x with func(x, *args) = x, by iteration from `x0`; SciPy's `fixed_point`.

    `x0` is a number, an array of any shape, or nested containers of them, and so is x. It can be differentiated by the
    Tensors that stand in `args`, to any order; it does not depend on x0. `method`: "del2" accelerates the iteration by
    Steffensen's method, "iteration" does not. Raises RuntimeError where it does not converge.

    >>> import autograd, autograd.optimize, numpy as np
    >>> at = lambda a: autograd.optimize.fixed_point(lambda x, a: np.cos(a * x), 0.5, (a,))
    >>> round(at(1.0), 6), round(float(autograd.grad(at)(1.0)), 6)
    (0.739085, -0.297474)
    """
    given, packing = Given("fixed_point", func, args), Packing(x0, "fixed_point")

    def residual(x: Any, xs: Sequence[Any]) -> Any:
        return want_same_size("fixed_point", vector(given(packing.unpacked(x), xs=xs)), x) - x

    def find(at: Callable[[Any], Any], xs: Sequence[Any]) -> Any:
        return scipy.optimize.fixed_point(lambda x: at(x) + x, packing.start, (), xtol, maxiter, method)

    return solved(Roots("fixed_point", residual, find), given, packing)
