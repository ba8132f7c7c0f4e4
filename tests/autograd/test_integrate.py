"""Integrals and differential equations: SciPy's values; derivatives against closed forms and finite differences."""

from functools import partial

import numpy as np
import pytest
import scipy.integrate

import autograd
from autograd import gradcheck, integrate, tensor

rng = np.random.default_rng(0)
TIGHT = {"rtol": 1e-11, "atol": 1e-11}


# --- differential equations -------------------------------------------------------------------------------------------


def pendulum(y, t, p):
    return [y[1], -p["g"] * np.sin(y[0]) - p["c"][0] * y[1] * t]


def test_odeint_is_scipys():
    y0, t, p = np.array([1.0, 0.0]), np.linspace(0, 2, 5), {"g": 3.0, "c": [0.2, "unused"]}
    expected = scipy.integrate.odeint(pendulum, y0, t, (p,))
    np.testing.assert_array_equal(integrate.odeint(pendulum, y0, t, (p,)), expected)
    tracked = integrate.odeint(pendulum, tensor(y0, requires_grad=True), t, (p,))
    np.testing.assert_array_equal(tracked.detach().numpy(), expected)
    y, info = integrate.odeint(lambda t, y, p: pendulum(y, t, p), tensor(y0), t, (p,), tfirst=True, full_output=True)
    np.testing.assert_array_equal(y.numpy(), expected)
    assert info["nfe"].shape == (4,)


def test_odeint_by_everything():
    def of(y0, t, g, c):
        return integrate.odeint(pendulum, y0, t, ({"g": g, "c": [c]},), **TIGHT)

    gradcheck(of, np.array([1.0, 0.2]), np.array([0.1, 0.5, 1.2]), 3.0, 0.4, order=1)


def test_odeint_of_second_order():
    # y' = -k y: y = y0 exp(-k (t1 - t0))
    t = np.array([0.0, 0.8])
    end = lambda k: integrate.odeint(lambda y, t, k: -k * y, [2.0], t, (k,), **TIGHT)[-1, 0]
    assert autograd.grad(end)(1.5) == pytest.approx(-0.8 * 2 * np.exp(-1.2), rel=1e-8)
    assert autograd.grad(autograd.grad(end))(1.5) == pytest.approx(0.64 * 2 * np.exp(-1.2), rel=1e-7)
    assert autograd.jvp(end, (1.5,), (1.0,))[1] == pytest.approx(-0.8 * 2 * np.exp(-1.2), rel=1e-7)


def test_odeint_with_a_jacobian_and_backwards_in_time():
    a = np.array([[-1.0, 2.0], [0.0, -30.0]])
    by = lambda y0, a: integrate.odeint(
        lambda y, t, a: a @ y, y0, np.array([0.3, 0.2, 0.0]), (a,), Dfun=lambda y, t, a: a, **TIGHT
    )
    gradcheck(by, np.array([1.0, 1e-3]), a / 10, order=1)


@pytest.mark.parametrize("method", ["RK45", "DOP853", "Radau", "LSODA"])
def test_solve_ivp(method):
    field = lambda t, y, k: -k * y * np.array([1.0, 2.0]) + t
    y0, at = np.array([1.0, 2.0]), np.array([0.0, 0.25, 1.0])
    expected = scipy.integrate.solve_ivp(field, (0, 1), y0, method, t_eval=at, args=(0.7,))
    result = integrate.solve_ivp(
        field, (0, 1), y0, method, t_eval=at, args=(tensor(np.array(0.7), requires_grad=True),)
    )
    np.testing.assert_allclose(result.y.detach().numpy(), expected.y, rtol=1e-12)
    assert result.success
    assert result.nfev == expected.nfev
    if method == "DOP853":
        of = lambda y0, at, k: integrate.solve_ivp(field, (0, 1.5), y0, method, at, args=(k,), **TIGHT).y
        gradcheck(of, y0, at + 0.1, 0.7, order=1)


def test_solve_ivp_at_its_own_steps():
    # y' = k, so y(t1) = y0 + k (t1 - t0)
    of = lambda y0, t0, t1, k: integrate.solve_ivp(lambda t, y, k: [k], (t0, t1), [y0], args=(k,)).y[0, -1]
    gradients = autograd.grad(of, range(4))(1.0, 0.5, 2.0, 3.0)
    np.testing.assert_allclose(gradients, [1, -3, 3, 1.5])
    result = integrate.solve_ivp(lambda t, y: -y, (0.0, tensor(np.array(1.0), requires_grad=True)), np.ones(1))
    assert result.t[-1].requires_grad
    assert autograd.gradients(result.t.sum(), result.t)[0].tolist() == [1.0] * len(result.t)


def test_solve_ivp_of_complex_numbers():
    of = lambda y0, w: (
        integrate.solve_ivp(lambda t, y, w: 1j * w * y, (0, 1), y0, "DOP853", [1.0], args=(w,), **TIGHT).y
    )
    y0, w = np.array([1 + 1j, 0.5j]), np.array([2.0, 1.0])
    np.testing.assert_allclose(of(y0, w)[:, 0], y0 * np.exp(1j * w), rtol=1e-9)
    gradcheck(of, y0, w, order=1)


def test_single_precision_in_single_precision_out():
    k = tensor(np.float32(0.5), requires_grad=True)
    y0 = tensor(np.ones(2, "float32"), requires_grad=True)
    y = integrate.odeint(lambda y, t, k: -k * y, y0, np.array([0.0, 1.0]), (k,))
    a, b = autograd.gradients(y.sum(), (k, y0))
    assert (a.dtype, b.dtype, y.dtype) == (np.float32, np.float32, np.float64)


def test_methods_mean_the_same_with_tensors_and_arrays():
    # Tensor.std has correction 1, as PyTorch's; inside of the function it is NumPy's.
    field = lambda y, t: y * y.std()
    y0, t = np.array([1.0, 2.0]), np.array([0.0, 0.3])
    of_tensors = tensor(y0, requires_grad=True)
    (g,) = autograd.gradients(integrate.odeint(field, of_tensors, t, **TIGHT).sum(), of_tensors)
    np.testing.assert_allclose(
        g.numpy(), autograd.grad(lambda y: integrate.odeint(lambda y, t: y * np.std(y), y, t, **TIGHT).sum())(y0)
    )


def test_traced_and_vectorized_by_vmap():
    of = lambda k: integrate.odeint(lambda y, t, k: -k * y, [2.0], np.array([0.0, 1.0]), (k,), **TIGHT)[-1, 0]
    k = np.array([0.5, 1.0])
    np.testing.assert_allclose(autograd.vmap(autograd.grad(of))(k), -2 * np.exp(-k), rtol=1e-7)
    program = autograd.trace(of, tensor(np.array(0.5)))
    assert [i.primitive.name for i in program.instructions].count("solution") == 1


def test_a_lost_gradient_is_refused():
    k = tensor(np.array(2.0), requires_grad=True)
    for call in (
        lambda: integrate.odeint(lambda y, t: -k * y, [1.0], np.array([0.0, 1.0])),
        lambda: integrate.solve_ivp(lambda t, y: -k * y, (0, 1), [1.0]),
        lambda: integrate.quad(lambda x: x * k, 0, 1),
    ):
        with pytest.raises(TypeError, match="hand it over by `args`, or detach"):
            call()
    with autograd.no_grad():
        assert integrate.quad(lambda x: x * k, 0, 1)[0] == pytest.approx(1)


def test_refusals():
    y = tensor(np.ones(1), requires_grad=True)
    with pytest.raises(TypeError, match="no events and no dense_output; name the times in t_eval"):
        integrate.solve_ivp(lambda t, y: y, (0, 1), y, dense_output=True)
    with pytest.raises(ValueError, match=r"odeint wants y0 \(n,\) and times t \(T,\)"):
        integrate.odeint(lambda y, t: y, y[None], np.array([0.0, 1.0]))
    with pytest.raises(RuntimeError, match="solve_ivp got no further than"):
        integrate.solve_ivp(lambda t, y: y**2, (0, 2), y)


# --- quad -------------------------------------------------------------------------------------------------------------


def test_quad_by_limits_and_parameters():
    f = lambda x, p: np.exp(-p["a"] * x) * np.sin(p["b"][0] * x)
    of = lambda low, high, a, b: integrate.quad(f, low, high, ({"a": a, "b": [b]},))[0]
    assert of(0.0, 2.0, 0.5, 3.0) == scipy.integrate.quad(f, 0, 2, ({"a": 0.5, "b": [3.0]},))[0]
    gradcheck(of, 0.1, 2.0, 0.5, 3.0, order=2)
    gradcheck(of, 2.0, 0.1, 0.5, 3.0)


def test_quad_with_infinite_limits():
    gauss = lambda a: integrate.quad(lambda x, a: np.exp(-a * x * x), -np.inf, np.inf, a)[0]
    assert autograd.grad(gauss)(1.0) == pytest.approx(-np.sqrt(np.pi) / 2, rel=1e-8)
    assert autograd.grad(autograd.grad(gauss))(1.0) == pytest.approx(0.75 * np.sqrt(np.pi), rel=1e-7)
    tail = lambda a, end: integrate.quad(lambda x: np.exp(-x), a, end)[0]
    assert autograd.grad(tail, (0, 1))(1.0, np.inf) == pytest.approx((-np.exp(-1), 0))


def test_quad_by_arrays_and_of_other_results():
    w, knots = rng.standard_normal((2, 3))
    f = lambda x, w, b: (w * np.tanh(x - b)).sum()
    gradcheck(lambda w, b: integrate.quad(f, -1, 2, (w, b), points=[0.5])[0], w, knots)
    _, error, info = integrate.quad(f, 0, 1, (tensor(w), knots), full_output=1)
    assert error < 1e-10
    assert info["neval"] >= 21


def test_quad_refuses():
    x = tensor(np.array(1.0), requires_grad=True)
    with pytest.raises(TypeError, match="no derivatives with weight; write it into the function"):
        integrate.quad(lambda t, x: x, 0, 1, (x,), weight="cos", wvar=1)
    with pytest.raises(ValueError, match="quad wants numbers as limits"):
        integrate.quad(lambda t: t, np.zeros(2), 1)
    with pytest.raises(ValueError, match="a function that returns one number, got 2"):
        integrate.quad(lambda t, x: [t, x], 0, 1, (x,))


# --- samples ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 8])
def test_sums_over_samples(n):
    y, x = rng.standard_normal((n, 3)), np.sort(rng.random(n))
    for name, options in (("simpson", {}), ("cumulative_trapezoid", {}), ("cumulative_trapezoid", {"initial": 0})):
        ours, theirs = partial(getattr(integrate, name), **options), partial(getattr(scipy.integrate, name), **options)
        for more in ({"x": x, "axis": 0}, {"dx": 0.3, "axis": 0}, {"axis": -1}, {"x": np.sort(y, 1)}):
            np.testing.assert_allclose(ours(y, **more), theirs(y, **more), atol=1e-12)
        gradcheck(partial(ours, axis=0), y, x, order=2)


def test_samples_that_do_not_fit():
    with pytest.raises(ValueError, match="as many places x as samples, 3, got shape"):
        integrate.simpson(np.ones(3), np.ones(4))
    with pytest.raises(ValueError, match="initial must be None or 0, got 1"):
        integrate.cumulative_trapezoid(np.ones(3), initial=1)
    with pytest.raises(ValueError, match="for 3 samples"):
        integrate.cumulative_trapezoid(np.ones(3), np.ones(4))
