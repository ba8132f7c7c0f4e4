"""Primitives that users declare."""

import numpy as np
import pytest

import autograd


def test_declared_outside_the_library() -> None:
    @autograd.primitive(x=lambda g, x: 3 * g * x**2)
    def cube(x):  # type: ignore[no-untyped-def]
        """x³, elementwise."""
        return x**3

    x = autograd.tensor(np.array([1.0, 2.0]), requires_grad=True)
    cube(x).backward(np.ones(2))
    np.testing.assert_allclose(x.grad.data, [3.0, 12.0])


def test_a_rule_that_does_not_name_i_gives_all_contributions_at_once() -> None:
    @autograd.primitive(xs=lambda g, xs, scale: [g * scale * len(xs) for _ in xs])
    def scaled_total(*xs, scale=1.0):  # type: ignore[no-untyped-def]
        """len(xs) · scale · Σ xᵢ of scalars."""
        return len(xs) * scale * sum(xs)

    x, y = autograd.tensor(2.0, requires_grad=True), autograd.tensor(3.0, dtype="float64", requires_grad=True)
    dx, dy = autograd.gradients(scaled_total(x, y, scale=2.0), [x, y])
    assert (dx.item(), dx.dtype, dy.item(), dy.dtype) == (4.0, np.float32, 4.0, np.float64)


def test_an_adjoint_gets_its_arguments_dtype_also_where_nothing_is_elementwise() -> None:
    @autograd.primitive(x=lambda g, y: g * y, y=lambda g, x: (g * x).sum())
    def scaled(x, y):  # type: ignore[no-untyped-def]
        """A vector times a number."""
        return x * y

    x, y = autograd.tensor([2.0, 3.0], requires_grad=True), autograd.tensor(3.0, dtype="float64", requires_grad=True)
    dx, dy = autograd.gradients(scaled(x, y), [x, y], np.ones(2))
    assert (dx.dtype, dy.dtype) == (np.float32, np.float64)


def test_arguments_may_be_called_like_the_insides_of_generated_code() -> None:
    @autograd.primitive(node=lambda g, kernel, mode: mode * g * kernel, kernel=lambda g, node, mode: mode * g * node)
    def scaled(node, kernel, mode=2.0):
        """mode · node · kernel, elementwise."""
        return mode * node * kernel

    x, y = autograd.tensor([1.0, 2.0], requires_grad=True), autograd.tensor([3.0, 5.0], requires_grad=True)
    scaled(x, y, mode=10.0).sum().backward()
    np.testing.assert_array_equal(x.grad.data, [30, 50])
    np.testing.assert_array_equal(y.grad.data, [10, 20])


@pytest.mark.parametrize("name", ["out", "type", "_x"])
def test_names_with_a_meaning_of_their_own_are_refused(name: str) -> None:
    namespace: dict = {}
    exec(f"def function(x, {name}):\n    'Something.'\n    return x", namespace)
    with pytest.raises(TypeError, match=f"no argument can be called '{name}'"):
        autograd.primitive(x=lambda g: g)(namespace["function"])


def test_a_kernel_may_return_a_python_number() -> None:
    @autograd.primitive(x=lambda g, x: g * 2 * x)
    def sum_of_squares(x):
        """Σ x²."""
        return float((x * x).sum())

    x = autograd.tensor([1.0, 2.0], requires_grad=True)
    y = sum_of_squares(x)
    y.backward()
    assert y.item() == 5.0
    np.testing.assert_array_equal(x.grad.data, [2, 4])
    assert autograd.trace(sum_of_squares, np.array([3.0])).outputs[0].shape == ()


def test_gradients_take_the_dtype_of_the_argument_whatever_the_rule_returns():
    @autograd.primitive(x=lambda g, x: np.float64(2) * g * x + 0j)
    def squared(x):
        "x², by a rule that is careless about dtypes."
        return x**2

    @autograd.primitive(x=lambda g, x: 1j * g * np.exp(1j * x))
    def turned(x):
        "exp(i x)."
        return np.exp(1j * x)

    @autograd.primitive(xs=lambda g, i: g * np.float64(i) + 0j)
    def weighted(*xs):
        "Σ i x_i."
        return sum(i * x for i, x in enumerate(xs))

    for dtype in (np.float32, np.float64):
        x = np.array([0.3, 0.4], dtype)
        found = autograd.grad(lambda x: np.sum(squared(x)))(x)
        assert found.dtype == dtype
        np.testing.assert_allclose(found, 2 * x)
        found = autograd.grad(lambda x: np.sum(np.real(turned(x))))(x)
        assert found.dtype == dtype
        np.testing.assert_allclose(found, -np.sin(x), rtol=1e-6)
        found = autograd.hessian(lambda x: np.sum(np.real(turned(x))))(x)
        assert found.dtype == dtype
        np.testing.assert_allclose(found, np.diag(-np.cos(x)), rtol=1e-6)
        found = autograd.grad(lambda x: np.sum(weighted(x, x, x)))(x)
        assert found.dtype == dtype
        np.testing.assert_allclose(found, [3, 3])


def test_a_rule_may_return_a_list_but_not_none():
    @autograd.primitive(x=lambda g: [1.0, 2.0])
    def listed(x):
        "x₀ + 2 x₁."
        return x[0] + 2 * x[1]

    @autograd.primitive(x=lambda g: None)
    def nothing(x):
        "x."
        return x * 1

    x = autograd.tensor([1.0, 2.0], requires_grad=True)
    listed(x).backward()
    assert x.grad.tolist() == [1.0, 2.0]
    assert x.grad.dtype == np.float32
    with pytest.raises(ValueError, match="rule of x returned None; declare x=None"):
        nothing(x).sum().backward()


def test_an_elementwise_primitive_of_ones_own_broadcasts():
    @autograd.primitive(x=lambda g, y: g * y, y=lambda g, x: g * x, elementwise=True)
    def product(x, y):
        "x y."
        return x * y

    x = np.array([1.0, 2.0, 3.0])
    found = autograd.grad(lambda x: np.sum(product(x[:, None], x)))(x)
    assert found.tolist() == [12.0, 12.0, 12.0]
