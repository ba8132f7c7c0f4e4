import math
from collections import namedtuple

import numpy as np
import pytest

import autograd as ag
from autograd import (
    checkpoint,
    elementwise_grad,
    ggnvp,
    grad,
    grad_and_aux,
    hessian,
    hvp,
    jacfwd,
    jacobian,
    jacrev,
    jvp,
    stop_gradient,
    value_and_grad,
    vhp,
    vjp,
)

A = np.array([[1.0, 2.0, -1.0], [0.5, 3.0, 2.0]])
X = np.array([0.3, -0.7, 1.1])
Pair = namedtuple("Pair", "a b")


def wavy(x):
    return np.sum(np.tanh(x) * x[::-1] ** 2)


def wavy_hessian(x):
    """By central differences of the gradient's closed form."""

    def g(x):
        return x[::-1] ** 2 / np.cosh(x) ** 2 + 2 * x * np.tanh(x[::-1])

    h = 1e-6
    return np.stack([(g(x + h * e) - g(x - h * e)) / (2 * h) for e in np.eye(x.size)])


def rows(product):
    """A whole matrix from its products with unit vectors."""
    return lambda x: np.stack([product(x, e) for e in np.eye(3)])


# --- grad -----------------------------------------------------------------------------------------------


def test_grad_of_python_numbers_gives_python_floats():
    g = grad(lambda x: x**3)(2)
    assert type(g) is float
    assert g == 12.0
    value, g = value_and_grad(math.prod)([2.0, 3.0])
    assert (value, g) == (6.0, [3.0, 2.0])
    assert type(value) is float


def test_python_floats_count_as_float64():
    seen = []
    grad(lambda x: seen.append(x.dtype) or x * 1.0)(0.1)
    assert seen == [np.float64]


def test_grad_of_arrays_gives_arrays_of_their_dtype():
    g = grad(lambda x: (x**2).sum())(X.astype(np.float32))
    assert type(g) is np.ndarray
    assert g.dtype == np.float32
    value, g = value_and_grad(lambda x: (x**2).sum())(X)
    assert type(value) is np.float64
    np.testing.assert_allclose(g, 2 * X)
    assert type(grad(lambda x: x * x)(np.float32(3.0))) is np.float32


def test_integers_are_promoted():
    g = grad(lambda x: (x * x).sum())(np.arange(3))
    assert g.dtype == np.float64
    np.testing.assert_array_equal(g, [0, 2, 4])


def test_grad_of_tensors_gives_tensors_that_stay_connected():
    t = ag.tensor(X, requires_grad=True)
    g = grad(lambda x: (x**3).sum())(t)
    assert isinstance(g, ag.Tensor)
    g.sum().backward()
    np.testing.assert_allclose(t.grad.data, 6 * X)
    free = grad(lambda x: (x**3).sum())(ag.tensor(X))
    assert isinstance(free, ag.Tensor)
    assert not free.requires_grad


def test_a_tracked_closure_keeps_the_gradient_connected():
    t = ag.tensor(X, requires_grad=True)
    value, g = value_and_grad(lambda x: (x**2 * t).sum())(X)
    (g**2).sum().backward()
    np.testing.assert_allclose(t.grad.data, 8 * X**2 * X)
    assert value.requires_grad
    with ag.no_grad():
        assert type(grad(lambda x: (x * t).sum())(X)) is np.ndarray


def test_an_outer_no_grad_does_not_reach_into_a_transform():
    with ag.no_grad():
        assert grad(lambda x: x**2)(3.0) == 6.0

    def inner(x):
        with ag.no_grad():
            y = x * 2
        return x * y

    assert grad(inner)(3.0) == 6.0


def test_nested_containers():
    p = {"w": [X, 2.0], "pair": Pair(np.float32(3.0), ag.tensor(1.0))}
    g = grad(lambda p: (p["w"][0] * p["w"][1]).sum() * p["pair"].a + p["pair"].b)(p)
    np.testing.assert_allclose(g["w"][0].data, np.full(3, 6.0))
    assert g["w"][1].item() == pytest.approx(3 * X.sum())
    assert g["pair"].a.item() == pytest.approx(2 * X.sum())
    assert g["pair"].b.item() == 1.0
    assert isinstance(g["pair"], Pair)
    assert g["pair"].a.dtype == np.float32


def test_several_arguments_and_keywords():
    def f(x, y, scale=1.0):
        return (x * y).sum() * scale

    gx, gy = grad(f, (0, 1))(X, 2 * X, scale=3.0)
    np.testing.assert_allclose(gx, 6 * X)
    np.testing.assert_allclose(gy, 3 * X)
    np.testing.assert_allclose(grad(f, 1)(X, X), X)
    np.testing.assert_allclose(grad(f, -1)(X, X), X)
    with pytest.raises(TypeError, match=r"grad: argnum=2, but the function was called with 2 arguments"):
        grad(f, 2)(X, X)


def test_gradients_own_their_memory():
    gx, gy = grad(lambda x, y: (x + y).sum(), (0, 1))(X, X)
    assert not np.shares_memory(gx, gy)
    gx *= 2
    np.testing.assert_array_equal(gy, np.ones(3))
    given = np.ones(3)
    (g,) = vjp(lambda x: x, X)[1](given)
    assert not np.shares_memory(g, given)
    assert not np.shares_memory(jvp(lambda x: x, (X,), (given,))[1], given)


def test_independent_results_give_zeros():
    assert grad(lambda x: 3.0)(2.0) == 0.0
    np.testing.assert_array_equal(grad(lambda x: np.float32(1))(X.astype("f")), np.zeros(3, "f"))
    np.testing.assert_array_equal(grad(lambda x, y: (y * y).sum())(X, X), np.zeros(3))
    np.testing.assert_array_equal(jacobian(lambda x: np.ones(2))(X), np.zeros((2, 3)))
    np.testing.assert_array_equal(jacfwd(lambda x: np.ones(2))(X), np.zeros((2, 3)))
    np.testing.assert_array_equal(hessian(lambda x: x.sum())(X), np.zeros((3, 3)))


def test_in_place_updates_leave_the_argument_alone():
    def f(x):
        x[1] = x[0] * x[2]
        x *= 2
        return (x**2).sum()

    given = X.copy()
    g = grad(f)(given)
    np.testing.assert_array_equal(given, X)
    a, _, c = X
    np.testing.assert_allclose(g, [8 * a + 8 * a * c * c, 0, 8 * c + 8 * a * a * c])


@pytest.mark.parametrize(
    "result, text",
    [
        (lambda x: x, r"got shape \(3,\); use jacobian for all derivatives, elementwise_grad"),
        (lambda x: None, "got NoneType: is a `return` missing"),
        (lambda x: (x.sum(), 1.0), "got a tuple; use has_aux=True to return more beside it"),
        (lambda x: "no", "wants a function that returns numbers or arrays of them, got str"),
        (lambda x: np.complex128(1j), "got dtype complex128"),
    ],
)
def test_results_that_have_no_gradient_are_refused(result, text):
    with pytest.raises(TypeError, match=text):
        grad(result)(X)


@pytest.mark.parametrize(
    "given, text",
    [
        ("text", "must be a number, an array, a Tensor, or nested lists, tuples and dicts of them; got str"),
        (np.array([True]), "real or complex floating numbers, got dtype bool"),
    ],
)
def test_arguments_that_have_no_gradient_are_refused(given, text):
    with pytest.raises(TypeError, match=text):
        grad(lambda x: 1.0)(given)


def test_one_element_of_any_shape_is_a_scalar():
    assert grad(lambda x: x.reshape(1, 1))(2.0) == 1.0


def test_aux():
    g, aux = grad(lambda x: ((x * x).sum(), {"twice": 2 * x, "text": "a"}), has_aux=True)(X)
    np.testing.assert_allclose(g, 2 * X)
    assert type(aux["twice"]) is np.ndarray
    assert aux["text"] == "a"
    assert value_and_grad(lambda x: (x * x, x), has_aux=True)(3.0) == ((9.0, 3.0), 6.0)
    assert grad_and_aux(lambda x: (x * x, x))(3.0) == (6.0, 3.0)
    assert vjp(lambda x: (x * x, x), 3.0, has_aux=True)[2] == 3.0
    assert jvp(lambda x: (x * x, x), (3.0,), (1.0,), has_aux=True) == (9.0, 6.0, 3.0)
    with pytest.raises(TypeError, match=r"has_aux=True wants a function that returns \(value, aux\)"):
        grad(lambda x: x, has_aux=True)(3.0)


def test_elementwise_grad():
    np.testing.assert_allclose(elementwise_grad(np.tanh)(X), 1 / np.cosh(X) ** 2)
    np.testing.assert_allclose(elementwise_grad(elementwise_grad(np.sin))(X), -np.sin(X))
    assert elementwise_grad(np.exp)(0.0) == 1.0


def test_the_function_keeps_its_name_and_text():
    def cube(x):
        """x³."""
        return x**3

    assert grad(cube).__name__ == "cube"
    assert jacobian(cube).__doc__ == "x³."


# --- vjp, jacobian, hessian and products ----------------------------------------------------------------


def test_vjp_may_be_called_again_and_takes_nested_results():
    value, pull = vjp(lambda x, y: {"sum": x + y, "last": [x[0] * 3, 5.0]}, X, 2 * X)
    np.testing.assert_allclose(value["sum"], 3 * X)
    for scale in (1.0, 2.0):
        gx, gy = pull({"sum": scale * X, "last": [1.0, 7.0]})
        np.testing.assert_allclose(gx, scale * X + [3, 0, 0])
        np.testing.assert_allclose(gy, scale * X)
    with pytest.raises(ValueError, match=r"adjoint of structure \* for a result of structure {'sum': \*, 'last'"):
        pull(X)
    with pytest.raises(ValueError, match=r"adjoint of shape \(2,\) for a result of shape \(3,\)"):
        pull({"sum": np.ones(2), "last": [1.0, 1.0]})


@pytest.mark.parametrize("jac", [jacrev, jacfwd, lambda f, k=0: jacobian(f, k, mode="forward"), jacobian])
def test_jacobian(jac):
    np.testing.assert_allclose(jac(lambda x: A @ x)(X), A)
    assert jac(lambda x: x[:2, None] * x)(X).shape == (2, 3, 3)
    np.testing.assert_allclose(jac(lambda x: np.sum(x**2))(X), 2 * X)
    np.testing.assert_allclose(jac(lambda t: t * X)(2.0), X)
    assert jac(np.tanh)(0.0) == 1.0
    assert type(jac(np.tanh)(0.0)) is float
    assert jac(lambda x: x[:0])(X).shape == (0, 3)
    assert jac(lambda x: np.ones(2) * x.sum())(X[:0]).shape == (2, 0)
    j0, j1 = jac(lambda x, y: x * y, (0, 1))(X, 2 * X)
    np.testing.assert_allclose(j0, np.diag(2 * X))
    np.testing.assert_allclose(j1, np.diag(X))
    blocks = jac(lambda p: [p["a"].sum(), p["b"] * p["a"]])({"a": X, "b": 2.0})
    np.testing.assert_allclose(blocks[0]["a"], np.ones(3))
    assert blocks[0]["b"] == 0.0
    np.testing.assert_allclose(blocks[1]["a"], 2 * np.eye(3))
    np.testing.assert_allclose(blocks[1]["b"], X)
    as_tensor = jac(lambda x: A @ x)(ag.tensor(X))
    assert isinstance(as_tensor, ag.Tensor)
    np.testing.assert_allclose(as_tensor.data, A)


def test_jacobian_mode_is_checked():
    with pytest.raises(ValueError, match="mode must be 'reverse' or 'forward', got 'backward'"):
        jacobian(np.tanh, mode="backward")


@pytest.mark.parametrize(
    "nested",
    [
        hessian,
        lambda f: jacrev(jacrev(f)),
        lambda f: jacfwd(grad(f)),
        lambda f: jacrev(jacfwd(f)),
        lambda f: jacfwd(jacfwd(f)),
        lambda f: jacobian(elementwise_grad(f)),
        lambda f: rows(lambda x, e: jvp(grad(f), (x,), (e,))[1]),
        lambda f: rows(lambda x, e: grad(lambda y: jvp(f, (y,), (e,))[1])(x)),
        lambda f: rows(lambda x, e: hvp(f, (x,), (e,))[1][0]),
        lambda f: rows(lambda x, e: vhp(f, (x,), (e,))[1][0]),
        lambda f: rows(lambda x, e: vjp(grad(f), x)[1](e)[0]),
        lambda f: rows(lambda x, e: vjp(grad(checkpoint(f)), x)[1](e)[0]),
    ],
)
def test_second_derivatives_in_any_nesting(nested):
    np.testing.assert_allclose(nested(wavy)(X), wavy_hessian(X), atol=1e-8)


def test_third_derivatives_in_mixed_modes():
    def f(x):
        return np.sin(x) * x

    third = -3 * np.sin(0.4) - 0.4 * np.cos(0.4)

    def push(f):
        return lambda x: jvp(f, (x,), (1.0,))[1]

    for outer in (grad, push):
        for middle in (grad, push):
            for inner in (grad, push):
                assert outer(middle(inner(f)))(0.4) == pytest.approx(third)


def test_no_perturbation_confusion():
    def push(f):
        return lambda x: jvp(f, (x,), (1.0,))[1]

    for outer in (grad, push):
        for inner in (grad, push):
            assert outer(lambda x, d=inner: x * d(lambda y: x + y)(1.0))(1.0) == 1.0
            assert outer(lambda x, d=inner: x * d(lambda y: x * y)(2.0))(3.0) == 6.0
            assert outer(lambda x, d=inner: d(lambda y: x * y**2)(x))(3.0) == 12.0
            assert outer(lambda x, d=inner: d(lambda y: x * y**2)(5.0))(3.0) == 10.0


def test_only_what_is_tracked_outside_makes_the_inner_result_a_tensor():
    kinds = []

    def f(x):
        return kinds.append(type(grad(lambda y: y * y)(2.0))) or x * grad(lambda y: y * x)(2.0)

    assert grad(f)(3.0) == 6.0
    assert kinds == [float]


def test_hessian_of_several_scalars_and_of_a_matrix_argument():
    assert hessian(lambda x: x**2)(X).shape == (3, 3, 3)
    m = np.arange(4.0).reshape(2, 2)
    np.testing.assert_allclose(hessian(lambda m: (m @ m).sum())(m), hessian(lambda m: np.sum(m @ m))(m))
    assert hessian(lambda x, y: (x * y**2).sum(), 1)(X, X).shape == (3, 3)


def test_products_with_the_hessian_take_several_arguments():
    def f(x, p):
        return (x**2 * p["s"]).sum() + p["s"] ** 3

    primals, vectors = (X, {"s": 2.0}), (np.ones(3), {"s": 0.5})
    expected = 4 + 0.5 * 2 * X, 2 * X.sum() + 12 * 0.5
    for product in (hvp, vhp):
        value, (hx, hp) = product(f, primals, vectors)
        assert value == pytest.approx(2 * (X**2).sum() + 8)
        np.testing.assert_allclose(hx, expected[0])
        assert hp["s"] == pytest.approx(expected[1])


def test_gauss_newton_product():
    v = np.array([1.0, -2.0, 0.5])
    value, (product,) = ggnvp(lambda x: np.tanh(A @ x), (X,), (v,))
    J = (1 - np.tanh(A @ X) ** 2)[:, None] * A
    np.testing.assert_allclose(product, J.T @ (J @ v))
    assert value == pytest.approx(0.5 * (np.tanh(A @ X) ** 2).sum())
    _, (product,) = ggnvp(lambda x: A @ x, (X,), (v,), loss=lambda y: np.exp(y).sum())
    np.testing.assert_allclose(product, A.T @ (np.exp(A @ X) * (A @ v)))


def test_a_single_argument_outside_a_tuple_is_refused():
    for transform in (jvp, hvp, vhp, ggnvp):
        with pytest.raises(TypeError, match=r"wants a tuple with the arguments .* got ndarray; .* write \(x,\)"):
            transform(np.sum, X, X)


def test_stop_gradient():
    assert grad(lambda x: x * stop_gradient(x))(3.0) == 3.0

    def f(x):
        return (stop_gradient({"a": [x]})["a"][0] * x).sum()

    np.testing.assert_array_equal(hessian(f)(X), np.zeros((3, 3)))
    assert jvp(lambda x: x * stop_gradient(x), (3.0,), (1.0,)) == (9.0, 3.0)
    assert stop_gradient((1.0, "a")) == (1.0, "a")


def test_gradient_descent_differentiated_through_inner_gradients():
    def after_steps(rate):
        x = 1.0
        for _ in range(20):
            x = x - rate * grad(lambda x: 0.5 * x**2)(x)
        return x

    assert grad(after_steps)(0.1) == pytest.approx(-20 * 0.9**19)


# --- checkpoint -----------------------------------------------------------------------------------------


def block(x, w):
    return np.tanh(x @ w) * 2


def test_checkpoint_gives_the_same_gradients_and_keeps_less():
    w, x = ag.tensor(A[:, :2], requires_grad=True), ag.tensor(A.T, requires_grad=True)
    grads = []
    for f in (block, checkpoint(block)):
        w.grad = x.grad = None
        y = f(f(x, w), w)
        y.sum().backward()
        grads.append((w.grad.data, x.grad.data))
    np.testing.assert_allclose(grads[0][0], grads[1][0])
    np.testing.assert_allclose(grads[0][1], grads[1][1])


def test_checkpoint_finds_parameters_in_the_closure_and_counts_each_once():
    w = ag.tensor(2.0, requires_grad=True)
    v = w * 3  # an inner result of which another argument's value depends

    def f(x):
        return x * w * v + w

    for g in (f, checkpoint(f)):
        w.grad = None
        (g(v) * 2).backward(retain_graph=True)
        assert w.grad.item() == pytest.approx(2 * (3 * 9 * 4 + 1))  # d/dw (9 w³ + w)


def test_checkpoint_runs_hooks_once():
    w = ag.tensor(2.0, requires_grad=True)
    calls = []
    w.register_hook(lambda g: calls.append(g.item()))
    checkpoint(lambda x: x * w)(w).backward()
    assert calls == [4.0]


def test_checkpoint_with_several_and_untracked_results():
    x = ag.tensor(X, requires_grad=True)
    out = checkpoint(lambda x: {"a": x * 2, "b": [x.sum(), "text", x > 0, x]})(x)
    (out["a"].sum() + out["b"][0] * 3 + out["b"][3].sum()).backward()
    np.testing.assert_allclose(x.grad.data, np.full(3, 6.0))
    assert out["b"][1] == "text"
    assert not checkpoint(lambda x: x * 2)(ag.tensor(X)).requires_grad
    with ag.no_grad():
        assert not checkpoint(lambda x: x * 2)(x).requires_grad


def test_checkpoint_draws_the_same_random_numbers():
    own = np.random.default_rng(3)
    draws = []

    def noisy(x, rng):
        draws.append((rng.normal(size=3), ag.random.default_generator().normal(size=3)))
        return (x * draws[-1][0] * draws[-1][1]).sum()

    x = ag.tensor(X, requires_grad=True)
    y = checkpoint(noisy)(x, own)
    after = ag.random.default_generator().bit_generator.state
    y.backward()
    np.testing.assert_array_equal(draws[0], draws[1])
    np.testing.assert_allclose(x.grad.data, draws[0][0] * draws[0][1])
    assert ag.random.default_generator().bit_generator.state == after


def test_checkpoint_frees_after_backward_and_can_be_retained():
    x = ag.tensor(X, requires_grad=True)
    y = checkpoint(lambda x: (x * x).sum())(x)
    y.backward(retain_graph=True)
    y.backward()
    np.testing.assert_allclose(x.grad.data, 4 * X)
    with pytest.raises(RuntimeError, match="backward through checkpoint a second time"):
        y.backward()


@pytest.mark.parametrize("how", ["written", "assigned"])
def test_checkpoint_notices_parameters_that_changed(how):
    w = ag.tensor(X, requires_grad=True, name="w")
    y = checkpoint(lambda x: (x * w).sum())(ag.tensor(X))
    if how == "written":
        w.data[:] = 0
        ag.graph.overwritten([w])
    else:
        w.data = np.zeros(3)
    with pytest.raises(RuntimeError, match=r"backward through checkpoint.*w.*before the update"):
        y.backward()


def test_checkpoint_refuses_a_function_that_changes_its_mind():
    sizes = iter((3, 2))
    x = ag.tensor(X, requires_grad=True)
    y = checkpoint(lambda x: x[: next(sizes)] * 2)(x).sum()
    with pytest.raises(RuntimeError, match=r"other shapes or dtypes the second time: \[\(2,\)\] instead of \[\(3,\)\]"):
        y.backward()


def test_checkpoint_inside_transforms():
    def f(x):
        return np.exp(np.sin(x)).sum()

    np.testing.assert_allclose(grad(checkpoint(f))(X), grad(f)(X))
    np.testing.assert_allclose(hessian(checkpoint(f))(X), hessian(f)(X))
    np.testing.assert_allclose(jvp(checkpoint(f), (X,), (X,))[1], jvp(f, (X,), (X,))[1])

    def third(f):
        return grad(lambda x: grad(lambda x: grad(f)(x).sum())(x).sum())

    np.testing.assert_allclose(third(checkpoint(f))(X), third(f)(X))


@pytest.mark.parametrize("fun", [math.sin, float, lambda x: np.array([0.0, 1.0]) * float(x), complex])
def test_a_function_that_drops_to_bare_numbers_is_refused(fun):
    with pytest.raises(TypeError, match="its gradient would be lost"):
        ag.grad(fun)(1.0)
    with pytest.raises(TypeError, match="its gradient would be lost"):
        ag.jvp(fun, (1.0,), (1.0,))


def test_yes_and_no_have_no_derivative():
    for fun in (lambda x: np.allclose(x, 1.0), lambda x: np.all(x > 0)):
        with pytest.raises(TypeError, match="got True or False, which have no derivative"):
            grad(fun)(np.ones(3))


def test_arrays_whose_operators_mean_something_else_are_refused():
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    masked = np.ma.array(x, mask=[[0, 1], [0, 0]])
    with pytest.warns(PendingDeprecationWarning):
        matrix = np.matrix(x)
    for a, message in ((masked, "its mask would be lost"), (matrix, "np.asarray")):
        with pytest.raises(TypeError, match=message):
            ag.grad(lambda x: np.sum(x * x))(a)
        with pytest.raises(TypeError, match=message):
            ag.grad(lambda x, a=a: np.sum(a * x))(x)


def test_ranges_are_indices():
    x = np.arange(12.0).reshape(3, 4)
    found = ag.grad(lambda x: np.sum(x[range(0, 3, 2)] ** 2) + np.sum(x[range(2), [1, 1]]))(x)
    expected = 2 * x
    expected[1] = 0
    expected[[0, 1], 1] += 1
    np.testing.assert_allclose(found, expected)
