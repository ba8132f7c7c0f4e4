"""Interpolation: SciPy's values inside and outside, derivatives by places, points and values."""

import numpy as np
import pytest
import scipy.interpolate

import autograd
from autograd import gradcheck, interpolate, tensor

rng = np.random.default_rng(0)
ENDS = [
    "not-a-knot",
    "natural",
    "clamped",
    "periodic",
    ((1, np.ones(2)), (2, np.full(2, -1.0))),
    ("natural", "not-a-knot"),
]
T = np.linspace(-0.5, 3.5, 9).reshape(3, 3)


def knots(n, periodic=False):
    x, y = np.cumsum(0.2 + rng.random(n)) * 2 / n, rng.standard_normal((n, 2))
    y[-1] = y[0] if periodic else y[-1]
    return x, y


@pytest.mark.parametrize("n", [2, 3, 4, 5, 8])
@pytest.mark.parametrize("ends", ENDS, ids=str)
def test_splines_are_scipys(n, ends):
    x, y = knots(n, ends == "periodic")
    ours, theirs = interpolate.CubicSpline(x, y, 0, ends), scipy.interpolate.CubicSpline(x, y, 0, ends)
    for nu in range(5):
        np.testing.assert_allclose(ours(T, nu), theirs(T, nu), rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(ours.derivative(2)(T), theirs.derivative(2)(T), atol=1e-8, rtol=1e-8)
    np.testing.assert_allclose(ours.antiderivative()(1.0), theirs.antiderivative()(1.0), atol=1e-10)
    np.testing.assert_allclose(ours(T, extrapolate=False), theirs(T, extrapolate=False), rtol=1e-8, atol=1e-8)
    if ends != "periodic":
        np.testing.assert_allclose(ours.integrate(0.1, 4.0), theirs.integrate(0.1, 4.0))
    columns = scipy.interpolate.CubicSpline(x, y.T, 1, ends)(T)
    np.testing.assert_allclose(interpolate.CubicSpline(x, y.T, 1, ends)(T), columns, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("ends", ENDS, ids=str)
@pytest.mark.parametrize("n", [3, 6])
def test_derivatives_of_splines(ends, n):
    x, y = knots(n, ends == "periodic")
    t = x.mean() + np.array([-0.3, 0.1, 4.0 if ends != "periodic" else 0.2])

    def of(x, y, t):
        y = np.concatenate([y, y[:1]]) if ends == "periodic" else y
        return interpolate.CubicSpline(x, y, 0, ends)(t)

    gradcheck(of, x, y[:-1] if ends == "periodic" else y, t, order=1)
    spline = interpolate.CubicSpline(x, y, 0, ends)
    slope = autograd.jacobian(lambda t: spline(t)[0])(1.1)
    np.testing.assert_allclose(slope, spline(1.1, 1)[0])
    np.testing.assert_allclose(autograd.grad(autograd.grad(lambda t: spline(t)[0]))(1.1), spline(1.1, 2)[0])


def test_values_at_the_ends_have_derivatives():
    x, y = knots(5)
    gradcheck(lambda v: interpolate.CubicSpline(x, y, 0, ((1, v), (2, 2 * v)))(1.0), np.ones(2))


@pytest.mark.parametrize(
    "arguments, message",
    [
        ((np.array([0.0, 0.0]), np.ones(2)), "to increase strictly"),
        ((np.arange(3.0), np.ones(2)), r"wants x \(n,\) with n ≥ 2, and y with n elements along axis 0"),
        ((np.arange(3.0), np.arange(3.0), 0, "periodic"), "first and the last of y must be equal"),
        ((np.arange(3.0), np.arange(3.0), 0, "straight"), "must be 'not-a-knot', .* got 'straight'"),
        ((np.arange(3.0), np.arange(3.0), 0, ("periodic", "natural")), "a name or a pair for both ends"),
        ((np.arange(3.0), np.arange(3.0), 0, ((3, 0.0), "natural")), "must be 1 or 2, got 3"),
        ((np.arange(3.0), np.arange(3.0), 0, ((1, [0.0]), "natural")), r"must have shape \(\), got \(1,\)"),
    ],
)
def test_splines_refuse(arguments, message):
    with pytest.raises(ValueError, match=message):
        interpolate.CubicSpline(*arguments)


def test_splines_of_single_precision():
    y = tensor(np.array([0.0, 1.0, 0.5, 2.0], "float32"), requires_grad=True)
    out = interpolate.CubicSpline(np.arange(4, dtype="float32"), y)(np.float32(1.5))
    assert out.dtype == autograd.gradients(out, y)[0].dtype == np.float32


@pytest.mark.parametrize("kind", ["linear", "slinear", "nearest", "previous", "zero", "next", "cubic"])
def test_interp1d(kind):
    x, y = knots(6)
    mixed = rng.permutation(6)
    within = x[0] + (x[-1] - x[0]) * np.array([[0.0, 0.2], [0.55, 1.0]])
    for more in ({}, {"fill_value": "extrapolate"}, {"fill_value": 7.0}, {"fill_value": (1.0, 2.0)}):
        if more.get("fill_value", "extrapolate") != "extrapolate":
            more["bounds_error"] = False
        more = {"kind": kind, "axis": 0, **more}
        ours, theirs = interpolate.interp1d(x[mixed], y[mixed], **more), scipy.interpolate.interp1d(x, y, **more)
        at = within if "fill_value" not in more else T
        np.testing.assert_allclose(ours(at), theirs(at), rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(interpolate.interp1d(x, y.T, kind)(x), y.T, rtol=1e-12)
    gradcheck(lambda x, y, t: interpolate.interp1d(x, y, kind, axis=0)(t), x, y, within[0, 1:] + 0.01, order=1)
    with pytest.raises(ValueError, match="interp1d: x lies outside of"):
        interpolate.interp1d(x, y, kind, axis=0)(99.0)
    with pytest.raises(ValueError, match="kind must be one of 'linear'"):
        interpolate.interp1d(x, y, "quadratic")


@pytest.mark.parametrize("method", ["linear", "nearest"])
@pytest.mark.parametrize("d", [1, 2, 3])
def test_grids(method, d):
    points = [np.cumsum(0.2 + rng.random(n)) for n in (4, 3, 2)[:d]]
    points[0] = points[0][::-1]
    values = rng.standard_normal([len(p) for p in points] + [2])
    low, high = (np.array([f(p) for p in points]) for f in (np.min, np.max))
    at = low + (high - low) * rng.uniform(0.1, 0.9, (3, 2, d))
    ours, theirs = interpolate.RegularGridInterpolator, scipy.interpolate.RegularGridInterpolator
    np.testing.assert_allclose(ours(points, values, method)(at), theirs(points, values, method)(at))
    for fill in (None, np.nan, 3.0):
        outside = [f(points, values, method, False, fill)(at + 1) for f in (ours, theirs)]
        np.testing.assert_allclose(*outside)
    gradcheck(lambda v, p, x: ours([p, *points[1:]], v, method)(x), values, points[0], at)
    apart = tuple(at[..., k] for k in range(d))
    np.testing.assert_allclose(ours(points, values, method)(apart), ours(points, values)(at, method))
    one = tuple(at[0, 0]) if d > 1 else at[0]
    np.testing.assert_allclose(ours(points, values, method)(one), theirs(points, values, method)(one))
    np.testing.assert_allclose(interpolate.interpn(points, values, at, method), ours(points, values, method)(at))


def test_grids_refuse():
    grid, values = (np.arange(2.0), np.arange(3.0)), np.ones((2, 3))
    make = interpolate.RegularGridInterpolator
    for arguments, message in (
        ((grid, values, "cubic"), "method must be one of 'linear', 'nearest', got 'cubic'"),
        ((grid, np.ones(2)), "2 vectors of points for values of shape"),
        ((grid, np.ones((3, 3))), "points 0 of shape .* for 3 values along axis 0"),
        (((np.zeros(2), grid[1]), values), "points 0 must increase or decrease strictly"),
    ):
        with pytest.raises(ValueError, match=message):
            make(*arguments)
    with pytest.raises(ValueError, match=r"wants places \(…, 2\), got shape \(3,\)"):
        make(grid, values)(np.zeros(3))
    with pytest.raises(ValueError, match=r"lies outside of the grid, 0.0 … 1.0, 0.0 … 2.0"):
        make(grid, values)(np.array([0.0, 2.5]))
