"""Interpolation in one variable: piecewise polynomials, cubic splines, and what lies between given points."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.ops.axes import every_value, one_axis
from autograd.ops.joining import concatenate
from autograd.ops.selection import where
from autograd.ops.shape import astype, moveaxis
from autograd.ops.solving import floats
from autograd.ops.sorting import argsort, searchsorted
from autograd.ops.structured import solve_banded

__all__ = ["CubicSpline", "interp1d"]


class _Piecewise:
    """Polynomials between breakpoints: c (k, m, …) highest power first, x (m + 1,), with `axis` for the variable."""

    c: Any
    x: Any
    axis: int
    extrapolate: bool | str

    def __call__(self, x: Any, nu: int = 0, extrapolate: Any = None) -> Any:
        """The value at x, or the derivative of order `nu`; x may have any shape, which takes the place of the axis.

        Beyond the ends: the polynomials at the ends if `extrapolate`, nan if not, "periodic" goes on periodically; by
        default as the spline was made.
        """
        if nu < 0:
            raise ValueError(f"a spline's derivative of order {nu} does not exist; use antiderivative()")
        at, beyond = floats(x), self.extrapolate if extrapolate is None else extrapolate
        breaks, c = self.x, self.c
        if at.dtype.kind == "c":
            raise TypeError("splines are functions of real numbers, got complex x")
        first, last = breaks[0], breaks[-1]
        if beyond == "periodic":
            at = first + (at - first) % (last - first)
        m = breaks.shape[0] - 1
        i = np.clip(searchsorted(breaks, at, side="right") - 1, 0, m - 1)
        h = at - breaks[i]
        h = h.reshape(h.shape + (1,) * (len(c.shape) - 2))
        degree = c.shape[0] - 1
        value = c[0, :][i] * 0
        for k in range(degree - nu + 1):
            power = degree - k
            value = value * h + c[k][i] * float(np.prod(np.arange(power - nu + 1, power + 1)))
        if not beyond:
            outside = (at < first) | (at > last)
            value = where(outside.reshape(h.shape), np.nan, value)
        n = len(at.shape)
        return moveaxis(value, tuple(range(n)), tuple(range(self.axis, self.axis + n))) if n else value

    def derivative(self, nu: int = 1) -> _Piecewise:
        """The spline's derivative of order `nu`, as piecewise polynomials."""
        c = self.c
        for _ in range(nu):
            degree = c.shape[0] - 1
            powers = np.arange(degree, 0, -1.0, dtype=c.dtype).reshape(-1, *[1] * (len(c.shape) - 1))
            c = c[:-1] * powers if degree else c * 0
        return _piecewise(c, self)

    def antiderivative(self, nu: int = 1) -> _Piecewise:
        """The integral from the first breakpoint, `nu` times, as piecewise polynomials; not beyond a period."""
        c = self.c
        for _ in range(nu):
            powers = np.arange(c.shape[0], 0, -1.0, dtype=c.dtype).reshape(-1, *[1] * (len(c.shape) - 1))
            c = c / powers
            h = (self.x[1:] - self.x[:-1]).reshape(-1, *[1] * (len(c.shape) - 2))
            whole = h * 0
            for row in c:
                whole = (whole + row) * h
            starts = concatenate([whole[:1] * 0, np.cumsum(whole, axis=0)[:-1]])
            c = concatenate([c, starts[None]])
        made = _piecewise(c, self)
        made.extrapolate = self.extrapolate is True
        return made

    def integrate(self, a: Any, b: Any) -> Any:
        """The integral from a to b, which differentiates to the values there; beyond the ends as extrapolated."""
        if self.extrapolate == "periodic":
            raise ValueError("the integral of periodic splines is that of antiderivative() within one period")
        integral = self.antiderivative()
        return integral(b) - integral(a)


def _piecewise(c: Any, like: _Piecewise) -> _Piecewise:
    made = _Piecewise()
    made.c, made.x, made.axis, made.extrapolate = c, like.x, like.axis, like.extrapolate
    return made


class CubicSpline(_Piecewise):
    """The cubic spline through the points (x, y), twice continuously differentiable; SciPy's `CubicSpline`.

    `x` (n,) must increase; `y` has n elements along `axis`. `bc_type` says what holds at the two ends, for both or as a
    pair: "not-a-knot" the first two and the last two pieces are the same polynomial; "natural" second derivative 0;
    "clamped" first derivative 0; a pair (order, value) the first or second derivative; "periodic" (for both, and y[-1]
    equal to y[0]) all as at the other end. `extrapolate`: True, False for nan, "periodic"; by default True, for
    periodic ends "periodic".

    Call it with x of any shape, `spline(x, nu)` for derivatives; `derivative`, `antiderivative` and `integrate` are
    there too. It can be differentiated by where it is evaluated, by x and by y.

    >>> import autograd, autograd.interpolate, numpy as np
    >>> x = np.array([0.0, 1.0, 2.0, 3.0])
    >>> at = lambda y, t: autograd.interpolate.CubicSpline(x, y)(t)
    >>> round(float(at(x**3, 1.5)), 12), round(float(autograd.grad(at, 1)(x**3, 1.5)), 12)
    (3.375, 6.75)
    >>> autograd.grad(at)(x**3, 1.5).round(12)
    array([-0.0625,  0.5625,  0.5625, -0.0625])
    """

    def __init__(self, x: Any, y: Any, axis: int = 0, bc_type: Any = "not-a-knot", extrapolate: Any = None) -> None:
        x, y = floats(x), floats(y)
        self.axis = one_axis(axis, y.shape, "CubicSpline") if y.shape else 0
        _want_increasing("CubicSpline", x, y, self.axis)
        y = moveaxis(y, self.axis, 0)
        ends = [bc_type] * 2 if isinstance(bc_type, str) else list(bc_type)
        if len(ends) != 2 or ("periodic" in [e for e in ends if isinstance(e, str)] and ends[0] != ends[1]):
            raise ValueError(f"CubicSpline: bc_type must be a name or a pair for both ends, got {bc_type!r}")
        periodic = isinstance(ends[0], str) and ends[0] == "periodic"
        if periodic and not np.allclose(every_value(y[0]), every_value(y[-1]), rtol=1e-15, atol=1e-15):
            raise ValueError("CubicSpline: for periodic ends the first and the last of y must be equal")
        self.x, self.extrapolate = x, ("periodic" if periodic else True) if extrapolate is None else extrapolate
        shape = y.shape[1:]
        flat = y.reshape(y.shape[0], -1)
        h = x[1:] - x[:-1]
        rise = (flat[1:] - flat[:-1]) / h[:, None]
        n = x.shape[0]
        if periodic:
            s = _periodic(h, rise)
        else:
            s = _open(h, rise, [_end(e, shape, flat.dtype, k) for k, e in enumerate(ends)], n)
        t = (s[:-1] + s[1:] - 2 * rise) / h[:, None]
        parts = [t / h[:, None], (rise - s[:-1]) / h[:, None] - t, s[:-1], flat[:-1]]
        self.c = concatenate([p[None] for p in parts]).reshape(4, n - 1, *shape)


def _want_increasing(op: str, x: Any, y: Any, axis: int) -> None:
    if len(x.shape) != 1 or x.shape[0] < 2 or not y.shape or y.shape[axis] != x.shape[0]:
        raise ValueError(
            f"{op} wants x (n,) with n ≥ 2, and y with n elements along axis {axis}, got shapes {x.shape} and {y.shape}"
        )
    if x.dtype.kind == "c" or not (np.diff(every_value(x), axis=-1) > 0).all():
        raise ValueError(f"{op} wants x to be real and to increase strictly")


def _end(end: Any, shape: tuple[int, ...], dtype: Any, k: int) -> Any:
    """What holds at an end: None for not-a-knot, else the order of the derivative and its value (1, columns)."""
    count = int(np.prod(shape))
    names = {"natural": 2, "clamped": 1}
    if isinstance(end, str):
        if end == "not-a-knot":
            return None
        if end not in names:
            raise ValueError(
                f"CubicSpline: bc_type must be 'not-a-knot', 'natural', 'clamped', 'periodic' or a pair "
                f"(order, value), got {end!r}"
            )
        return names[end], np.zeros((1, count), dtype)
    order, value = end
    if order not in (1, 2):
        raise ValueError(f"CubicSpline: the order of the derivative at an end must be 1 or 2, got {order!r}")
    value = floats(value)
    if value.shape != shape:
        raise ValueError(f"CubicSpline: the value at end {k} must have shape {shape}, got {value.shape}")
    return order, value.reshape(1, count)


def _open(h: Any, rise: Any, ends: list[Any], n: int) -> Any:
    """The slopes (n, columns) at the points, from the continuity of the second derivative and what holds at the ends.

    Row i of the system: h[i] s[i-1] + 2 (h[i-1] + h[i]) s[i] + h[i-1] s[i+1] = 3 (h[i] rise[i-1] + h[i-1] rise[i]).
    """
    none = [e is None for e in ends]
    if n == 2 and any(none):  # a straight line where nothing else is asked for
        ends = [(1, rise) if e is None else e for e in ends]
    if n == 3 and all(none):  # the parabola
        bend = (rise[1:] - rise[:1]) / (h[0] + h[1])
        return concatenate([rise[:1] - bend * h[0], rise[:1] + bend * h[0], rise[1:] + bend * h[1]])
    main, above, below = [2 * (h[:-1] + h[1:])], [h[:-1]], [h[1:]]
    right = [3 * (h[1:, None] * rise[:-1] + h[:-1, None] * rise[1:])]
    for end, side in zip(ends, (0, 1)):
        first, second = ((0, 1), (1, 2)) if side == 0 else ((n - 2, n - 1), (n - 3, n - 2))
        p, q, r, v = h[slice(*first)], h[slice(*second)], rise[slice(*first)], rise[slice(*second)]
        if end is None:
            row, beside = q, p + q
            of = ((p + 2 * beside) * q * r + p * p * v) / beside
        elif end[0] == 1:
            row, beside, of = p * 0 + 1, p * 0, end[1] + 0 * r
        else:
            row, beside = 2 * p, p
            of = 3 * p * r + (-0.5 if side == 0 else 0.5) * p * p * end[1]
        place = 0 if side == 0 else len(main)
        main.insert(place, row)
        (above if side == 0 else below).insert(place if side == 0 else len(below), beside)
        right.insert(place, of)
    zero = h[:1] * 0
    bands = concatenate(
        [
            concatenate([zero, *above])[None],
            concatenate(main)[None],
            concatenate([*below, zero])[None],
        ]
    )
    right_side = concatenate(right)
    dtype = np.result_type(bands.dtype, right_side.dtype)
    return solve_banded((1, 1), astype(bands, dtype, copy=False), right_side)


def _periodic(h: Any, rise: Any) -> Any:
    """The same around a circle: the last slope is the first. The corners of the system are a correction of rank one."""
    n = h.shape[0]
    before = concatenate([h[-1:], h[:-1]])
    risen = concatenate([rise[-1:], rise[:-1]])
    right = 3 * (h[:, None] * risen + before[:, None] * rise)
    if n == 1:
        return concatenate([rise * 0, rise * 0])
    if n == 2:
        low, high = _two(before, h, right)
        return concatenate([low, high, low])
    main, corner_above, corner_below = 2 * (before + h), h[:1], before[-1:]
    gamma = -main[:1]
    inner = concatenate([main[:1] - gamma, main[1:-1], main[-1:] - corner_above * corner_below / gamma])
    zero = h[:1] * 0
    bands = concatenate(
        [
            concatenate([zero, before[:-1]])[None],
            inner[None],
            concatenate([h[1:], zero])[None],
        ]
    )
    u = concatenate([gamma, np.zeros(n - 2, h.dtype), corner_below])
    both = solve_banded((1, 1), bands, concatenate([right, u[:, None]], 1))
    y, z = both[:, :-1], both[:, -1:]
    ratio = corner_above / gamma
    s = y - z * (y[:1] + ratio * y[-1:]) / (1 + z[:1] + ratio * z[-1:])
    return concatenate([s, s[:1]])


def _two(before: Any, h: Any, right: Any) -> tuple[Any, Any]:
    """The slopes at two points on a circle."""
    a, b = 2 * (before[0] + h[0]), before[0] + h[0]
    c, d = before[1] + h[1], 2 * (before[1] + h[1])
    det = a * d - b * c
    return (d * right[:1] - b * right[1:]) / det, (a * right[1:] - c * right[:1]) / det


KINDS = ("linear", "slinear", "nearest", "previous", "zero", "next", "cubic")


class interp1d:
    """A function through the points (x, y); SciPy's `interp1d`.

    `kind`: "linear", "nearest", "previous", "next" (a value of y each), or "cubic" (the spline with not-a-knot ends).
    Points need not be in order unless `assume_sorted`. Beyond the ends ValueError is raised, unless `fill_value` is
    "extrapolate", or `bounds_error` is False: then there is `fill_value`, or a pair of them. Call it with x of any
    shape. It can be differentiated by where it is evaluated (0 for kinds that jump), by x and by y.

    >>> import autograd, autograd.interpolate, numpy as np
    >>> at = lambda y, t: autograd.interpolate.interp1d(np.array([0.0, 1.0, 2.0]), y)(t)
    >>> autograd.grad(at, (0, 1))(np.array([0.0, 10.0, 40.0]), 1.25)
    (array([0.  , 0.75, 0.25]), 30.0)
    """

    def __init__(
        self,
        x: Any,
        y: Any,
        kind: str = "linear",
        axis: int = -1,
        copy: bool = True,
        bounds_error: bool | None = None,
        fill_value: Any = np.nan,
        assume_sorted: bool = False,
    ) -> None:
        if kind not in KINDS:
            raise ValueError(f"interp1d: kind must be one of {', '.join(map(repr, KINDS))}, got {kind!r}")
        x, y = floats(x), floats(y)
        self.axis = one_axis(axis, y.shape, "interp1d") if y.shape else 0
        y = moveaxis(y, self.axis, 0) if y.shape else y
        if not assume_sorted and len(x.shape) == 1 and y.shape[:1] == x.shape:
            order = argsort(x)
            x, y = x[order], y[order]
        _want_increasing("interp1d", x, y, 0)
        self.x, self.y, self.kind = x, y, {"slinear": "linear", "zero": "previous"}.get(kind, kind)
        self.extrapolate = isinstance(fill_value, str) and fill_value == "extrapolate"
        self.bounds_error = bounds_error is not False and not self.extrapolate
        self.fill = fill_value if isinstance(fill_value, tuple) else (fill_value, fill_value)
        if self.extrapolate:  # where there is no next or previous value
            self.fill = (np.nan if kind == "previous" else None, np.nan if kind == "next" else None)
        self._spline = CubicSpline(x, y) if kind == "cubic" else None

    def __call__(self, x: Any) -> Any:
        """The value at x, whose shape takes the place of y's axis."""
        at, n = floats(x), self.x.shape[0]
        first, last = self.x[0], self.x[-1]
        values = every_value(at)
        if self.bounds_error and ((values < every_value(first)).any() or (values > every_value(last)).any()):
            raise ValueError(
                f"interp1d: x lies outside of {every_value(first)} … {every_value(last)}; say bounds_error=False, "
                f"or fill_value='extrapolate'"
            )
        result = self._within(at, n)
        shape = at.shape + (1,) * (len(self.y.shape) - 1)
        for outside, fill in zip((at < first, at > last), self.fill):
            if fill is not None:
                result = where(outside.reshape(shape), fill, result)
        m = len(at.shape)
        return moveaxis(result, tuple(range(m)), tuple(range(self.axis, self.axis + m))) if m else result

    def _within(self, at: Any, n: int) -> Any:
        if self._spline is not None:
            return self._spline(at)
        if self.kind == "nearest":
            middle = (self.x[1:] + self.x[:-1]) / 2
            return self.y[searchsorted(middle, at, side="left")]
        if self.kind != "linear":
            side = "right" if self.kind == "previous" else "left"
            i = searchsorted(self.x, at, side=side) - (self.kind == "previous")
            return self.y[np.clip(i, 0, n - 1)]
        i = np.clip(searchsorted(self.x, at, side="left") - 1, 0, n - 2)
        part = (at - self.x[i]) / (self.x[i + 1] - self.x[i])
        part = part.reshape(at.shape + (1,) * (len(self.y.shape) - 1))
        return self.y[i] + part * (self.y[i + 1] - self.y[i])
