"""Forward mode itself; that it agrees with reverse mode is checked for every primitive in test_primitives."""

import numpy as np
import pytest

import autograd as ag
from autograd import jacfwd, jacrev, jvp, primitive
from autograd.forward import Tape
from autograd.level import Level

X = np.array([0.3, -0.7, 1.1])
V = np.array([1.0, 0.5, -2.0])


def pushed(fun, *primals):
    """Forward against reverse, over the whole Jacobian."""
    for k in range(len(primals)):
        np.testing.assert_allclose(jacfwd(fun, k)(*primals), jacrev(fun, k)(*primals), atol=1e-12)


def test_values_and_tangents():
    value, tangent = jvp(lambda x: np.sin(x) * x, (X,), (V,))
    np.testing.assert_allclose(value, np.sin(X) * X)
    np.testing.assert_allclose(tangent, (np.cos(X) * X + np.sin(X)) * V)
    assert type(tangent) is np.ndarray
    assert jvp(lambda x: x * x, (3.0,), (1.0,)) == (9.0, 6.0)


def test_broadcasting_in_every_position():
    pushed(lambda x, y: x + y, X, np.ones((2, 1)))
    pushed(lambda x, y: x - y, np.float64(2.0), X)
    pushed(lambda x: x + np.ones((2, 3)), X)
    pushed(lambda x: np.where(np.ones((2, 3)) > 0, x, 1.0), X)
    pushed(lambda x, y: np.maximum(x, y), X, np.array([[0.1], [-0.2]]))


def test_linear_multilinear_and_other_primitives():
    pushed(lambda x: x.reshape(3, 1)[::-1].sum(0), X)
    pushed(lambda x, y: x @ y, np.arange(6.0).reshape(2, 3), X)
    pushed(lambda x, y: np.concatenate([x, y * 2, x]), X, X[:2])
    pushed(lambda x, y: np.stack([x, np.ones(3), y]), X, X)
    pushed(lambda x: np.cumsum(x) ** 2, X)
    pushed(lambda x: np.max(x) * np.prod(x), X)
    pushed(lambda x: np.linalg.norm(x), X)
    pushed(lambda x: ag.logsumexp(x, 0), X)


def test_float32_stays_float32():
    x, v = X.astype("f"), V.astype("f")
    for f in (lambda x: x * 2.0 + 1, np.tanh, lambda x: (x * x).sum(), lambda x: x.reshape(1, 3) @ x):
        value, tangent = jvp(f, (x,), (v,))
        assert value.dtype == tangent.dtype == np.float32
    mixed = jvp(lambda x: x * X, (x,), (V,))[1]
    assert mixed.dtype == np.float64


def test_tensors_in_tensors_out_and_connected():
    t = ag.tensor(X, requires_grad=True)
    value, tangent = jvp(lambda x: x**3, (t,), (V,))
    tangent.sum().backward()
    np.testing.assert_allclose(t.grad.data, 6 * X * V)
    assert isinstance(value, ag.Tensor)
    assert not jvp(np.sin, (ag.tensor(X),), (ag.tensor(V),))[1].requires_grad


def test_derivative_with_respect_to_the_direction():
    np.testing.assert_allclose(jacrev(lambda v: jvp(np.sin, (X,), (v,))[1])(V), np.diag(np.cos(X)))
    np.testing.assert_allclose(jacfwd(lambda v: jvp(np.sin, (X,), (v,))[1])(V), np.diag(np.cos(X)))


def test_updates_in_place_are_seen():
    def f(x):
        y = x * 1
        before = y * 2
        y[0] = before[1] * y[2]
        y += before
        return y * before

    pushed(f, X)


def test_a_gradient_inside():
    def f(x):
        return np.sum(np.tanh(x) * x[::-1])

    pushed(ag.grad(f), X)
    pushed(lambda x: ag.grad(lambda y: np.sum(y**2 * x))(x * 2), X)
    pushed(lambda x: ag.vjp(np.sin, x)[1](x)[0], X)


def test_values_made_without_recording_are_constants():
    def f(x):
        with ag.no_grad():
            y = x * 3
        return x * y + x.detach()

    np.testing.assert_allclose(jvp(f, (X,), (V,))[1], 3 * X * V)
    with ag.no_grad():
        np.testing.assert_allclose(jvp(np.sin, (X,), (V,))[1], np.cos(X) * V)


def test_several_results_of_one_call_and_a_declared_forward_rule():
    seen = []

    @primitive(x=lambda g, x: g[0] * np.cos(x) - g[1] * np.sin(x), outputs=2)
    def sin_cos(x):
        """Sine and cosine."""
        return np.sin(x), np.cos(x)

    @primitive(x=lambda g, x: g * 2 * x, forward={"x": lambda t, x: seen.append(1) or t * 2 * x})
    def square(x):
        """x²."""
        return x * x

    pushed(lambda x: sin_cos(x)[0], X)
    pushed(lambda x: sin_cos(x)[0] * sin_cos(x * 2)[1], X)
    pushed(lambda x: np.concatenate(sin_cos(x)), X)
    pushed(ag.grad(lambda x: np.sum(sin_cos(x)[0] * sin_cos(x)[1] ** 2)), X)
    pushed(square, X)
    assert len(seen) == 1


def test_only_calls_that_depend_on_the_inputs_are_kept():
    level = Level("jvp", (X,), {}, None)
    other = ag.tensor(X, requires_grad=True)
    tape = Tape(level, lambda x: (other * 2 * np.sin(x)).sum())
    assert [s.primitive.name for s in tape._steps] == ["sin", "multiply", "sum"]


def test_tangents_must_fit():
    with pytest.raises(ValueError, match=r"jvp: tangent of shape \(2,\) for a primal of shape \(3,\)"):
        jvp(np.sin, (X,), (V[:2],))
    with pytest.raises(ValueError, match=r"jvp: tangent of structure \(\*, \*\) for a primal of structure \(\*,\)"):
        jvp(np.sin, (X,), (V, V))


def test_a_listener_outside_sees_the_tangents_computed():
    program = ag.trace(lambda x: jvp(np.sin, (x,), (V,))[1], X)
    np.testing.assert_allclose(program(2 * X), np.cos(2 * X) * V)
