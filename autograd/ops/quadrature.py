"""Integrals: of functions by QUADPACK with the derivatives by Leibniz' rule, and of samples by rules of sums."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import scipy.integrate

from autograd.ops.axes import one_axis
from autograd.ops.joining import concatenate
from autograd.ops.shape import moveaxis
from autograd.ops.solving import Given, double, floats, numbers, pulled, solution, vector
from autograd.tensor import Tensor

__all__ = ["cumulative_trapezoid", "quad", "simpson"]


class _Integral:
    """The integral of integrand(x, xs), a vector, from a to b, where xs are what follows on the limits a and b.

    `ends` tells which of the limits are finite, and so have derivatives. `integrate` is given the integrand at fixed
    xs, and the limits.
    """

    def __init__(self, integrand: Callable[..., Any], integrate: Callable[..., Any], ends: Sequence[bool]) -> None:
        self.integrand, self.integrate, self.ends = integrand, integrate, ends

    def solve(self, a: Any, b: Any, *xs: Any) -> Any:
        return self.integrate(lambda x: self.integrand(x, xs), a, b)

    def adjoint(self, g: Any, out: Any, xs: Sequence[Any], wanted: Sequence[bool]) -> list[Any]:
        (a, b, *xs), limits, chosen = xs, wanted[:2], wanted[2:]
        found: list[Any] = [None, None]
        for k, (limit, sign) in enumerate(((a, -1), (b, 1))):
            if limits[k] and self.ends[k]:
                found[k] = sign * np.sum(self.integrand(limit, xs) * g)
        if not any(chosen):
            return found + [None] * len(xs)

        def slopes(x: Any, more: Sequence[Any]) -> Any:
            g, *xs = more
            return vector([d for d in pulled(lambda xs: self.integrand(x, xs), xs, chosen, g) if d is not None])

        integrals = solution(a, b, g, *xs, problem=_Integral(slopes, _vector_integral, self.ends))
        start = 0
        for x, c in zip(xs, chosen):
            found.append(integrals[start : start + x.size].reshape(x.shape) if c else None)
            start += x.size if c else 0
        return found


def _vector_integral(f: Callable[[float], Any], a: Any, b: Any) -> Any:
    if a == b:
        return np.zeros(np.shape(f(float(a))))
    return scipy.integrate.quad_vec(f, float(a), float(b), epsabs=1.49e-10, epsrel=1.49e-8, norm="max")[0]


def quad(func: Callable[..., Any], a: Any, b: Any, args: Any = (), full_output: Any = 0, **options: Any) -> Any:
    """The integral of func(x, *args) from a to b by QUADPACK, and a bound of its error; SciPy's `quad`.

    Either limit may be infinite. The integral can be differentiated by finite limits, -func(a) and func(b), and by the
    Tensors that stand in `args`, in nested containers too: ∫ ∂func/∂arg dx, which is integrated adaptively in turn.
    Options are SciPy's (`epsabs`, `epsrel`, `limit`, `points`, …); with Tensors `weight` and `complex_func` are
    refused. With `full_output` the further results of SciPy follow.

    >>> import autograd, autograd.integrate, numpy as np
    >>> gauss = lambda a: autograd.integrate.quad(lambda x, a: np.exp(-a * x**2), -np.inf, np.inf, (a,))[0]
    >>> round(gauss(1.0) ** 2, 9), round(autograd.grad(gauss)(np.pi), 9)
    (3.141592654, -0.159154943)
    """
    given = Given("quad", func, args)
    limits = [numbers(x) for x in (a, b)]
    if any(x.shape for x in limits):
        raise ValueError(f"quad wants numbers as limits, got shapes {limits[0].shape} and {limits[1].shape}")
    report: list[Any] = []

    def integrate(f: Callable[[float], Any], a: Any, b: Any) -> Any:
        wanted = scipy.integrate.quad(lambda x: f(x)[0], float(a), float(b), full_output=full_output, **options)
        report[:] = wanted[1:]
        return np.array([wanted[0]])

    if not given.tensors and not any(isinstance(x, Tensor) for x in limits):
        return scipy.integrate.quad(given, a, b, full_output=full_output, **options)
    refused = [k for k in ("weight", "complex_func") if options.get(k)]
    if refused:
        raise TypeError(f"quad: no derivatives with {refused[0]}; write it into the function")

    def integrand(x: Any, xs: Sequence[Any]) -> Any:
        value = vector(given(x if isinstance(x, Tensor) else float(x), xs=xs))
        if value.shape != (1,):
            raise ValueError(f"quad wants a function that returns one number, got {value.shape[0]}")
        return value

    ends = [bool(np.isfinite(x.detach().numpy() if isinstance(x, Tensor) else x)) for x in limits]
    limits = [double(x) if end or not isinstance(x, Tensor) else x.detach() for x, end in zip(limits, ends)]
    value = solution(*limits, *given.tensors, problem=_Integral(integrand, integrate, ends))
    return (value[0], *report)


def simpson(y: Any, x: Any = None, *, dx: Any = 1.0, axis: int = -1) -> Any:
    """The integral of samples by Simpson's rule along an axis; SciPy's `simpson`.

    `y` at the places `x` (a vector, or of y's shape), or at distances `dx`. For an even number of samples the last
    interval is integrated by the parabola through the last three (Cartwright 2017); two are integrated by the
    trapezoidal rule. Raises ValueError where x and y do not fit.

    >>> import autograd.integrate, numpy as np
    >>> x = np.array([0.0, 1.0, 3.0])
    >>> round(float(autograd.integrate.simpson(x**2, x)), 12)
    9.0
    """
    y = floats(y)
    axis = one_axis(axis, y.shape, "simpson")
    y = moveaxis(y, axis, -1)
    n = y.shape[-1]
    if x is None:
        h = np.ones(max(n - 1, 0), y.dtype) * dx
    else:
        x = numbers(x)
        x = moveaxis(x, axis, -1) if len(x.shape) == len(y.shape) else x
        if len(x.shape) not in (1, len(y.shape)) or x.shape[-1] != n:
            raise ValueError(f"simpson wants as many places x as samples, {n}, got shape {x.shape}")
        h = x[..., 1:] - x[..., :-1]
    if n < 2:
        return np.sum(y * 0, axis=-1)
    if n == 2:
        return 0.5 * h[..., 0] * (y[..., 0] + y[..., 1])
    odd = n - 1 + n % 2
    total = _parabolas(y[..., :odd], h[..., : odd - 1])
    if n % 2 == 0:
        p, q = h[..., -2], h[..., -1]
        last = (2 * q**2 + 3 * p * q) / (6 * (p + q)) * y[..., -1]
        total = total + last + (q**2 + 3 * p * q) / (6 * p) * y[..., -2] - q**3 / (6 * p * (p + q)) * y[..., -3]
    return total


def _parabolas(y: Any, h: Any) -> Any:
    """The integral of the parabolas through each three samples in a row; their number is odd."""
    p, q = h[..., ::2], h[..., 1::2]
    first, middle, last = y[..., :-2:2], y[..., 1::2], y[..., 2::2]
    sums = first * (2 - q / p) + middle * (p + q) ** 2 / (p * q) + last * (2 - p / q)
    return np.sum((p + q) / 6 * sums, axis=-1)


def cumulative_trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1, initial: Any = None) -> Any:
    """The integrals of samples up to each, by the trapezoidal rule; SciPy's `cumulative_trapezoid`.

    `y` at the places `x` (a vector, or of y's shape), or at distances `dx`. The result is shorter than y by one, unless
    `initial`, which can only be 0, is put before it.

    >>> import autograd.integrate, numpy as np
    >>> autograd.integrate.cumulative_trapezoid(np.array([0.0, 2.0, 4.0]), initial=0)
    array([0., 1., 4.])
    """
    y = floats(y)
    axis = one_axis(axis, y.shape, "cumulative_trapezoid")
    if initial not in (None, 0):
        raise ValueError(f"cumulative_trapezoid: initial must be None or 0, got {initial!r}")
    y = moveaxis(y, axis, -1)
    if x is not None:
        x = numbers(x)
        x = moveaxis(x, axis, -1) if len(x.shape) == len(y.shape) else x
        if len(x.shape) not in (1, len(y.shape)) or x.shape[-1] != y.shape[-1]:
            raise ValueError(f"cumulative_trapezoid: places of shape {x.shape} for {y.shape[-1]} samples")
        dx = x[..., 1:] - x[..., :-1]
    sums = np.cumsum(0.5 * (y[..., 1:] + y[..., :-1]) * dx, axis=-1)
    if initial is not None:
        sums = concatenate([np.zeros((*sums.shape[:-1], 1), sums.dtype), sums], -1)
    return moveaxis(sums, -1, axis)
