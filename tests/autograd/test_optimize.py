"""Minima, roots and fixed points: SciPy's results with our derivatives, and their own derivatives."""

import numpy as np
import pytest
import scipy.optimize
from scipy.optimize import Bounds, LinearConstraint, NonlinearConstraint

import autograd
from autograd import gradcheck, optimize, tensor

rng = np.random.default_rng(0)


def rosenbrock(x):
    return ((1 - x[:-1]) ** 2 + 100 * (x[1:] - x[:-1] ** 2) ** 2).sum()


METHODS = ["BFGS", "L-BFGS-B", "CG", "TNC", "SLSQP", "Newton-CG", "trust-ncg", "trust-krylov", "trust-exact", "dogleg"]
BELOW = ["trust-constr", "Nelder-Mead", "Powell"]


@pytest.mark.parametrize("method", [*METHODS, *BELOW, None])
def test_minimize_by_every_method(method):
    start = np.array([1.05, 1.1, 1.2])
    found = optimize.minimize(rosenbrock, start, method=method, options={"maxfun": 1000} if method == "TNC" else {})
    assert found.success
    np.testing.assert_allclose(found.x, 1, atol=1e-2 if method == "TNC" else 1e-3)
    if method not in ("Nelder-Mead", "Powell"):  # no differences: no more calls than with SciPy's own derivatives
        assert found.nfev < 200


def test_minimize_takes_our_derivatives():
    x0 = np.array([-1.2, 1.0, 0.5])
    for method in ("BFGS", "trust-exact", "Newton-CG"):
        theirs = scipy.optimize.minimize(
            rosenbrock,
            x0,
            method=method,
            jac=scipy.optimize.rosen_der,
            hess=None if method == "BFGS" else scipy.optimize.rosen_hess,
        )
        ours = optimize.minimize(rosenbrock, x0, method=method)
        np.testing.assert_allclose(ours.x, theirs.x, atol=1e-6)
        assert ours.nit == theirs.nit


def test_minimize_over_containers():
    data = rng.standard_normal((4, 3))
    loss = lambda p, scale: ((data - p["mean"] - p["more"][0][:, None] * scale) ** 2).sum() + (p["more"][1] - 2.0) ** 2
    start = {"mean": np.zeros(3), "more": [np.ones(4), 0.5]}
    seen = []
    found = optimize.minimize(loss, start, (0.5,), "BFGS", callback=lambda p: seen.append(p["more"][1]))
    assert found.x["mean"].shape == found.jac["mean"].shape == (3,)
    assert type(found.x["more"][1]) is float
    assert len(seen) == found.nit
    np.testing.assert_allclose(found.x["more"][1], 2, atol=1e-6)
    np.testing.assert_allclose(found.jac["more"][0], 0, atol=1e-4)
    by_name = []
    optimize.minimize(loss, start, (0.5,), callback=lambda intermediate_result: by_name.append(intermediate_result.x))
    assert by_name[-1]["mean"].shape == (3,)


def test_minimize_of_tensors_and_matrices():
    target = rng.standard_normal((2, 3))
    found = optimize.minimize(lambda x: ((x - target) ** 2).sum(), tensor(np.zeros((2, 3))))
    assert isinstance(found.x, autograd.Tensor)
    np.testing.assert_allclose(found.x.numpy(), target, atol=1e-6)
    assert optimize.minimize(lambda x: (x - 3) ** 2, 1).x == pytest.approx(3)


def test_own_derivatives_of_the_user():
    f, g = (lambda x, a: ((x - a) ** 2).sum()), (lambda x, a: 2 * (x - a))
    by_hessian = {"jac": g, "hess": lambda x, a: 2 * np.eye(2), "method": "trust-exact"}
    for more in ({"jac": g}, {"jac": "2-point"}, by_hessian):
        np.testing.assert_allclose(optimize.minimize(f, np.zeros(2), (3.0,), **more).x, 3, atol=1e-5)
    both = optimize.minimize(lambda x, a: (f(x, a), g(x, a)), np.zeros(2), (3.0,), jac=True)
    np.testing.assert_allclose(both.x, 3)
    product = lambda x, p, a: 2 * p
    np.testing.assert_allclose(
        optimize.minimize(f, np.zeros(2), (3.0,), "Newton-CG", jac=g, hessp=product).x, 3, atol=1e-6
    )


def test_bounds():
    f = lambda p: ((p["x"] - 3) ** 2).sum() + (p["y"] + 1) ** 2
    start = {"x": np.zeros(2), "y": 0.5}
    for bounds in ([(0, 1), (None, 2), (0, None)], Bounds([0, -np.inf, 0], [1, 2, np.inf])):
        found = optimize.minimize(f, start, bounds=bounds)
        np.testing.assert_allclose(found.x["x"], [1, 2], atol=1e-6)
        assert found.x["y"] == pytest.approx(0)
    whole = optimize.minimize(lambda x: (x**2).sum(), np.ones((2, 2)), bounds=Bounds(np.full((2, 2), 0.5), 9.0))
    np.testing.assert_allclose(whole.x, np.full((2, 2), 0.5))
    with pytest.raises(ValueError, match=r"a pair \(low, high\) for each of the 3 numbers in x0, got 2"):
        optimize.minimize(f, start, bounds=[(0, 1), (0, 1)])


@pytest.mark.parametrize("method", ["SLSQP", "trust-constr"])
def test_constraints(method):
    # the point of x y ≥ 1, x + y = 3 that is nearest to (3, 0)
    f = lambda p: (p["x"] - 3) ** 2 + p["y"] ** 2
    within = NonlinearConstraint(lambda p: p["x"] * p["y"], 1.0, np.inf)
    start, sum_to_3 = {"x": 1.5, "y": 1.5}, LinearConstraint([[1, 1]], 3, 3)
    if method == "SLSQP":
        within = {"type": "ineq", "fun": lambda p, least: p["x"] * p["y"] - least, "args": (1.0,)}
        sum_to_3 = {"type": "eq", "fun": lambda p: [p["x"] + p["y"] - 3]}
    found = optimize.minimize(f, start, method=method, constraints=[within, sum_to_3])
    x = (3 + np.sqrt(5)) / 2
    np.testing.assert_allclose([found.x["x"], found.x["y"]], [x, 3 - x], atol=1e-3)


def test_derivative_of_a_minimum():
    a = np.array([[2.0, 0.5], [0.5, 1.0]])
    f = lambda x, a, b: 0.5 * x @ a @ x - x @ b["b"] + 0.1 * (x**4).sum()
    at = lambda a, b: optimize.minimize(f, np.zeros(2), (a @ a.T, {"b": b}), "trust-exact", tol=1e-12).x
    gradcheck(at, a, np.array([1.0, -0.5]), order=2)


@pytest.mark.parametrize(
    "options, reason",
    [
        ({"bounds": [(0, 1)]}, "it lies at a bound"),
        ({"constraints": {"type": "eq", "fun": lambda x: x - 1}}, "it obeys constraints"),
        ({"options": {"maxiter": 1}}, "it is no minimum"),
    ],
)
def test_a_minimum_without_derivative(options, reason):
    a = tensor(np.array(3.0), requires_grad=True)
    found = optimize.minimize(lambda x, a: ((x - a) ** 4).sum() + (x**2).sum(), np.zeros(1), (a,), **options)
    with pytest.raises(RuntimeError, match=f"minimize: there is no derivative of what was found: {reason}"):
        autograd.gradients(found.x.sum(), a)


def test_least_squares():
    t = np.linspace(0, 2, 8)
    model = lambda p, y, t: [p["a"] * np.exp(-p["b"][0] * t) - y, 0.1 * p["b"][0]]
    y = 2 * np.exp(-0.7 * t) + 0.1 * rng.standard_normal(8)
    start = {"a": 1.0, "b": [0.5]}
    flat = lambda p: np.append(p[0] * np.exp(-p[1] * t) - y, 0.1 * p[1])
    theirs = scipy.optimize.least_squares(flat, [1.0, 0.5], xtol=1e-12)
    ours = optimize.least_squares(model, start, args=(y, t), xtol=1e-12)
    np.testing.assert_allclose([ours.x["a"], ours.x["b"][0]], theirs.x, rtol=1e-6)
    at = lambda y: optimize.least_squares(model, start, args=(y, t), xtol=1e-12, ftol=1e-12, gtol=1e-12).x["b"][0]
    direction = rng.standard_normal(8)
    slope = (at(y + 1e-3 * direction) - at(y - 1e-3 * direction)) / 2e-3
    assert autograd.grad(at)(y) @ direction == pytest.approx(slope, rel=1e-4)
    bound = optimize.least_squares(model, start, bounds=(0, [9, 0.6]), args=(tensor(y, requires_grad=True), t))
    with pytest.raises(RuntimeError, match="it lies at a bound"):
        bound.x["a"].sum().backward()
    robust = optimize.least_squares(model, start, args=(tensor(y, requires_grad=True), t), loss="soft_l1")
    with pytest.raises(RuntimeError, match="the loss is 'soft_l1' and not 'linear'; use minimize"):
        robust.x["a"].sum().backward()


# --- roots ------------------------------------------------------------------------------------------------------------


def circle(p, r):
    return [p["x"] ** 2 + p["y"] ** 2 - r**2, p["x"] - p["y"]]


@pytest.mark.parametrize("method", ["hybr", "lm", "krylov", "broyden1"])
def test_root(method):
    found = optimize.root(circle, {"x": 1.0, "y": 2.0}, (2.0,), method)
    assert found.success
    assert found.x["x"] == pytest.approx(np.sqrt(2), rel=1e-4)
    assert type(found.x["y"]) is float
    if method == "hybr":
        assert found.njev == 1


def test_derivatives_of_a_root():
    b = rng.standard_normal((2, 2))
    of = lambda r: optimize.root(circle, {"x": 1.0, "y": 2.0}, (r,), tol=1e-13).x["x"]
    assert autograd.grad(of)(2.0) == pytest.approx(np.sqrt(0.5))
    gradcheck(of, 2.0, order=2)
    matrix = lambda b: optimize.root(lambda x, b: x + 0.1 * np.tanh(x) @ b - b, np.zeros((2, 2)), (b,), tol=1e-13).x
    gradcheck(matrix, b, order=2)
    third = autograd.grad(autograd.grad(autograd.grad(lambda a: optimize.root(lambda x, a: x**2 - a, 1.0, (a,)).x)))
    assert third(4.0) == pytest.approx(3 / 8 * 4.0**-2.5, rel=1e-6)


def test_no_root():
    a = tensor(np.array(-1.0), requires_grad=True)
    found = optimize.root(lambda x, a: x**2 - a, 1.0, (a,))
    assert not found.success
    with pytest.raises(RuntimeError, match="root: there is no derivative of what was found: it is no root"):
        found.x.backward()
    double = optimize.root(lambda x, a: x * a, 1.0, (a - a,))
    with pytest.raises(np.linalg.LinAlgError):
        double.x.backward()
    with pytest.raises(ValueError, match="as many results as unknowns, 1, got 2"):
        optimize.root(lambda x: np.array([x, x]), 1.0)
    with pytest.raises(TypeError, match="root wants real numbers, got dtype complex128"):
        optimize.root(lambda x: x, 1j)
    with pytest.raises(TypeError, match="hand it over by `args`"):
        optimize.root(lambda x: x - a, 1.0)


@pytest.mark.parametrize(
    "options",
    [
        {"bracket": (0, 3)},
        {"x0": 1.0},
        {"x0": 1.0, "method": "halley"},
        {"x0": 1.0, "x1": 2.0},
        {"bracket": (0, 3), "method": "bisect"},
    ],
    ids=str,
)
def test_root_scalar(options):
    of = lambda a: optimize.root_scalar(lambda x, a: x**2 - a, (a,), **options).root
    assert of(2.0) == pytest.approx(np.sqrt(2))
    gradient = autograd.grad(autograd.grad(of))(2.0)
    assert gradient == pytest.approx(-0.25 * 2**-1.5)
    assert optimize.root_scalar(lambda x: x**2 - 2, **options).converged


@pytest.mark.parametrize("method", ["del2", "iteration"])
def test_fixed_point(method):
    step = lambda x, a: {"u": np.cos(a * x["v"]), "v": 0.5 * np.sin(x["u"]) + a}
    start = {"u": np.ones(2), "v": np.zeros(2)}
    found = optimize.fixed_point(step, start, (np.array([0.3, 0.5]),), method=method)
    np.testing.assert_allclose(step(found, np.array([0.3, 0.5]))["u"], found["u"], atol=1e-7)
    of = lambda a: optimize.fixed_point(step, start, (a,), xtol=1e-13, method=method)["u"]
    gradcheck(of, np.array([0.3, 0.5]), order=2)
    with pytest.raises(RuntimeError, match="Failed to converge"):
        optimize.fixed_point(lambda x: x + 1, 0.0, method="iteration", maxiter=5)
