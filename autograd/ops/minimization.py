"""Minima by SciPy's solvers, which get our derivatives; differentiable by the implicit function theorem."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import scipy.optimize
from scipy.sparse.linalg import LinearOperator

from autograd.jacobians import hessian
from autograd.ops.root_finding import jacobian_of, solved
from autograd.ops.solving import Given, Packing, Roots, settled, vector
from autograd.transforms import grad, hvp, value_and_grad

__all__ = ["least_squares", "minimize"]

WITHOUT_GRADIENT = frozenset({"nelder-mead", "powell", "cobyla", "cobyqa"})
BY_HESSIAN = frozenset({"dogleg", "trust-exact"})
BY_PRODUCTS = frozenset({"newton-cg", "trust-ncg", "trust-krylov", "trust-constr"})


def minimize(
    fun: Callable[..., Any],
    x0: Any,
    args: Any = (),
    method: Any = None,
    jac: Any = None,
    hess: Any = None,
    hessp: Any = None,
    bounds: Any = None,
    constraints: Any = (),
    tol: float | None = None,
    callback: Any = None,
    options: Any = None,
) -> Any:
    """The x at which fun(x, *args) is least; SciPy's `minimize`, given gradients, Hessians or Hessian products of ours.

    `x0` is a number, an array of any shape, or nested containers of them, in which `fun` gets x, and the result object
    has it, and the gradient `jac`. It is computed in float64. Which derivatives a method takes it gets: the gradient
    ("BFGS", "L-BFGS-B", "SLSQP", "CG", "TNC"), products with the Hessian too ("Newton-CG", "trust-ncg",
    "trust-krylov", "trust-constr"), or the Hessian ("dogleg", "trust-exact"); "Nelder-Mead", "Powell", "COBYLA" and
    "COBYQA" none. `jac`, `hess` and `hessp` replace ours, as SciPy has them. `bounds` are SciPy's `Bounds` or pairs,
    one for each number in x; `constraints` are dicts, `LinearConstraint`s or `NonlinearConstraint`s, whose functions
    get x in its containers, and whose Jacobians are ours too.

    x can be differentiated by the Tensors that stand in `args`, to any order, by the implicit function theorem for
    ∇fun = 0. That derivative raises RuntimeError where there are constraints, where x lies at a bound, or where the
    method did not come to its end, and numpy.linalg.LinAlgError where the Hessian is singular.

    >>> import autograd.optimize, numpy as np
    >>> rosenbrock = lambda p: (1 - p["x"]) ** 2 + 100 * (p["y"] - p["x"] ** 2) ** 2
    >>> found = autograd.optimize.minimize(rosenbrock, {"x": -1.0, "y": 1.0}, method="Newton-CG")
    >>> round(found.x["x"], 4), round(found.x["y"], 4)
    (1.0, 1.0)
    """
    given, packing = Given("minimize", fun, args), Packing(x0, "minimize")
    name = method.lower() if isinstance(method, str) else ""
    theirs = {k: Given("minimize", v, args) for k, v in (("jac", jac), ("hess", hess), ("hessp", hessp)) if callable(v)}
    limits, report = _bounds(bounds, packing), list[Any]()
    several = constraints if isinstance(constraints, list | tuple) else [constraints]
    rules = [_constraint(c, packing) for c in several]

    def value(x: Any, xs: Sequence[Any]) -> Any:
        result = given(packing.unpacked(x), xs=xs)
        return result[0] if jac is True else result

    def find(at: Callable[[Any], Any], xs: Sequence[Any]) -> Any:
        f = lambda x: value(x, xs)
        single, more = f, {"jac": jac, "hess": hess, "hessp": hessp}
        if "jac" in theirs:
            more["jac"] = lambda x: vector(theirs["jac"](packing.unpacked(x), xs=xs))
        elif jac is True:
            single = lambda x: _with_gradient(given(packing.unpacked(x), xs=xs))
        elif jac is None and name not in WITHOUT_GRADIENT:
            more["jac"], both = True, value_and_grad(f)
            single = lambda x: tuple(settled(v, "minimize") for v in both(x))
        if "hess" in theirs:
            more["hess"] = lambda x: theirs["hess"](packing.unpacked(x), xs=xs)
        if "hessp" in theirs:
            more["hessp"] = lambda x, p: vector(theirs["hessp"](packing.unpacked(x), packing.unpacked(p), xs=xs))
        if hess is None and hessp is None:
            if name in BY_HESSIAN:
                more["hess"] = lambda x: settled(hessian(f)(x), "minimize")
            elif name in BY_PRODUCTS:
                more["hessp"] = lambda x, p: settled(hvp(f, (x,), (p,))[1][0], "minimize")
        found = scipy.optimize.minimize(
            single,
            packing.start,
            (),
            method,
            bounds=limits,
            constraints=rules,
            tol=tol,
            options=options,
            callback=_calling_back(callback, packing),
            **more,
        )
        report[:] = [found]
        problem.failure = _failure(found.success, found.message, rules, limits, found.x)
        return np.asarray(found.x, np.float64).reshape(-1)

    problem = Roots("minimize", lambda x, xs: grad(lambda x: value(x, xs))(x), find)
    x = solved(problem, given, packing)
    (found,) = report
    found.x = x
    if isinstance(found.get("jac"), np.ndarray) and found.jac.size == packing.start.size:
        found.jac = packing.unpacked(found.jac.reshape(-1))
    return found


def _with_gradient(pair: Any) -> tuple[Any, Any]:
    value, gradient = pair
    return value, vector(gradient)


def _failure(success: bool, message: Any, constraints: Any, bounds: Any, x: Any) -> str:
    if constraints:
        return "it obeys constraints"
    if bounds is not None:
        low, high = bounds.lb, bounds.ub
        if np.any((x - low <= 1e-9 * (1 + np.abs(x))) | (high - x <= 1e-9 * (1 + np.abs(x)))):
            return "it lies at a bound"
    return "" if success else f"it is no minimum ({message})"


def _bounds(bounds: Any, packing: Packing) -> Any:
    """As SciPy's `Bounds` of a vector; pairs may hold None where there is none."""
    if bounds is None:
        return None
    n = packing.start.size
    if not isinstance(bounds, scipy.optimize.Bounds):
        pairs = list(bounds)
        if len(pairs) != n or any(len(p) != 2 for p in pairs):
            raise ValueError(f"minimize wants a pair (low, high) for each of the {n} numbers in x0, got {len(pairs)}")
        least, most = ([end if v is None else v for v in vs] for vs, end in zip(zip(*pairs), (-np.inf, np.inf)))
        return scipy.optimize.Bounds(np.asarray(least, float), np.asarray(most, float))
    flat = [v.reshape(-1) if np.size(v) == n else v for v in map(np.asarray, (bounds.lb, bounds.ub))]
    low, high = (np.broadcast_to(v.astype(np.float64), (n,)) for v in flat)
    keep = np.asarray(bounds.keep_feasible)
    return scipy.optimize.Bounds(low, high, keep_feasible=keep.reshape(-1) if keep.size == n else keep.all())


def _constraint(c: Any, packing: Packing) -> Any:
    """The same constraint on a vector, with our Jacobian unless there is one."""
    if isinstance(c, dict):
        fun, jac = c["fun"], c.get("jac")
    elif isinstance(c, scipy.optimize.NonlinearConstraint):
        fun, jac = c.fun, c.jac
    else:
        return c
    args = c.get("args", ()) if isinstance(c, dict) else ()
    given = Given("minimize: a constraint", fun, args)
    at = lambda x: vector(given(packing.unpacked(x)))
    plain = lambda x: settled(at(x), "minimize: a constraint")
    slopes = jacobian_of("minimize: a constraint", at)
    if callable(jac):
        theirs = Given("minimize: a constraint", jac, args)
        slopes = lambda x: theirs(packing.unpacked(x))
    if isinstance(c, dict):
        return {"type": c["type"], "fun": plain, "jac": slopes}

    def curvature(x: Any, v: Any) -> Any:
        product = lambda p: settled(hvp(lambda x: (at(x) * v).sum(), (x,), (np.ravel(p),))[1][0], "minimize")
        return LinearOperator((x.size, x.size), matvec=product, dtype=np.float64)

    theirs_too = Given("minimize: a constraint", c.hess) if inspect.isroutine(c.hess) else None
    curved = curvature if theirs_too is None else lambda x, v: theirs_too(packing.unpacked(x), v)
    return scipy.optimize.NonlinearConstraint(plain, c.lb, c.ub, slopes, curved, c.keep_feasible)


def _calling_back(callback: Any, packing: Packing) -> Any:
    """The callback, for x in its containers, with the signature by which SciPy tells what it wants."""
    if callback is None:
        return None
    if set(inspect.signature(callback).parameters) == {"intermediate_result"}:

        def whole(intermediate_result: Any) -> Any:
            seen = scipy.optimize.OptimizeResult(intermediate_result)
            seen.x = packing.unpacked(seen.x)
            return callback(intermediate_result=seen)

        return whole
    return lambda x, *state: callback(packing.unpacked(x), *state)


def least_squares(
    fun: Callable[..., Any], x0: Any, jac: Any = None, bounds: Any = (-np.inf, np.inf), args: Any = (), **options: Any
) -> Any:
    """The x at which the sum of squares of fun(x, *args) is least; SciPy's `least_squares`, given our Jacobian.

    `x0` is a number, an array of any shape, or nested containers of them, in which `fun` gets x and the result object
    has it; `fun` returns arrays or containers of any sizes. `jac` replaces ours, as SciPy has it; `bounds` are SciPy's
    `Bounds` or the pair (lower, upper). Options are SciPy's: `method`, `loss`, `ftol`, `max_nfev`, `kwargs`, …

    x can be differentiated by the Tensors that stand in `args`, to any order. That derivative raises RuntimeError for
    another `loss` than "linear", where x lies at a bound, or where the method did not come to its end.

    >>> import autograd.optimize, numpy as np
    >>> t = np.array([0.0, 1.0, 2.0])
    >>> fit = lambda p, y: p["height"] * np.exp(-p["rate"] * t) - y
    >>> found = autograd.optimize.least_squares(fit, {"height": 1.0, "rate": 1.0}, args=(3 * np.exp(-0.5 * t),))
    >>> round(found.x["height"], 6), round(found.x["rate"], 6)
    (3.0, 0.5)
    """
    named = options.pop("kwargs", None) or {}
    given = Given("least_squares", lambda x, *args: fun(x, *args, **named), args)
    packing = Packing(x0, "least_squares")
    theirs = Given("least_squares", jac, args) if callable(jac) else None
    limits, report = _limits(bounds, packing), list[Any]()
    residual = lambda x, xs: vector(given(packing.unpacked(x), xs=xs))

    def find(at: Callable[[Any], Any], xs: Sequence[Any]) -> Any:
        r = lambda x: residual(x, xs)
        slopes = jac if isinstance(jac, str) else jacobian_of("least_squares", r)
        if theirs is not None:
            slopes = lambda x: theirs(packing.unpacked(x), xs=xs)
        plain = lambda x: settled(r(x), "least_squares")
        found = scipy.optimize.least_squares(plain, packing.start, slopes, (limits.lb, limits.ub), **options)
        report[:] = [found]
        problem.failure = _failure(found.success, found.message, (), limits, found.x)
        if options.get("loss", "linear") != "linear":
            problem.failure = f"the loss is {options['loss']!r} and not 'linear'; use minimize"
        return found.x

    problem = Roots("least_squares", lambda x, xs: grad(lambda x: 0.5 * (residual(x, xs) ** 2).sum())(x), find)
    x = solved(problem, given, packing)
    report[0].x = x
    return report[0]


def _limits(bounds: Any, packing: Packing) -> Any:
    if not isinstance(bounds, scipy.optimize.Bounds):
        low, high = bounds
        bounds = scipy.optimize.Bounds(*(v if np.ndim(v) == 0 else vector(v) for v in (low, high)))
    return _bounds(bounds, packing)
