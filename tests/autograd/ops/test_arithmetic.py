"""Operators, remainders, powers, roots, absolute value: values, dtypes, special points."""

import operator

import numpy as np
import pytest

import autograd
from autograd import gradients, tensor

RNG = np.random.default_rng(0)


def grads(f, *values):
    """f's gradients by all arguments, as arrays, after one sweep from ones."""
    ts = [tensor(v, requires_grad=True) for v in values]
    y = f(*ts)
    return [d.numpy() for d in gradients(y, ts, np.ones(y.shape))]


@pytest.mark.parametrize(
    "op",
    [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.floordiv, operator.mod],
    ids=lambda op: op.__name__,
)
@pytest.mark.parametrize(
    "left, right", [((2, 3), (3,)), ((), (2,)), ((0, 3), (1, 3)), ((2, 1), (1, 4)), ((), ())], ids=str
)
def test_operators_agree_with_numpy_on_both_sides(op, left, right):
    x, y = RNG.uniform(0.5, 2, left), RNG.uniform(0.5, 2, right)
    expected = op(x, y)
    for z in (op(tensor(x), tensor(y)), op(tensor(x), y), op(x, tensor(y))):
        assert isinstance(z, autograd.Tensor)
        np.testing.assert_array_equal(z.numpy(), expected)
    np.testing.assert_array_equal(op(tensor(x), 2).numpy(), op(x, 2))
    np.testing.assert_array_equal(op(2, tensor(y)).numpy(), op(2, y))


@pytest.mark.parametrize("op", [operator.add, operator.mul, operator.truediv, operator.pow, operator.mod, divmod])
@pytest.mark.parametrize("number", [2, 2.0, True])
def test_python_numbers_keep_float32(op, number):
    x = tensor(np.float32([1.5, 2.5]), requires_grad=True)
    for y in (op(x, number), op(number, x)):
        y = y[1] if isinstance(y, tuple) else y
        (dx,) = gradients(y.sum(), x, create_graph=True)
        assert y.dtype == dx.dtype == np.float32
        if dx.requires_grad:
            assert gradients(dx.sum(), x)[0].dtype == np.float32


def test_broadcast_and_mixed_dtypes_give_each_gradient_its_own_shape_and_dtype():
    x, y = tensor(np.ones((2, 1), np.float32), requires_grad=True), tensor(np.full(3, 2.0), requires_grad=True)
    dx, dy = gradients((x / y).sum(), [x, y])
    assert (dx.dtype, dy.dtype) == (np.float32, np.float64)
    np.testing.assert_array_equal(dx.numpy(), [[1.5], [1.5]])
    np.testing.assert_array_equal(dy.numpy(), [-0.5, -0.5, -0.5])


def test_integers_follow_numpy_and_are_not_tracked():
    n = tensor([7, -7])
    assert (n // 2).tolist() == [3, -4]
    assert (n % 3).tolist() == [1, 2]
    assert np.fmod(n, 3).tolist() == [1, -1]
    assert (n**2).tolist() == [49, 49]
    assert (n**3).dtype == (n**2).dtype == np.int64
    assert (n / 2).tolist() == [3.5, -3.5]
    assert abs(n).tolist() == [7, 7]
    assert (+n - -n).tolist() == [14, -14]
    with pytest.raises(ValueError, match="negative integer powers"):
        n**-1


def test_divmod_gives_quotient_and_remainder():
    x = tensor([7.5, -7.5], requires_grad=True)
    q, r = divmod(x, 2)
    assert (q.tolist(), r.tolist()) == ([3, -4], [1.5, 0.5])
    assert not q.requires_grad
    assert r.requires_grad
    q, r = divmod(7.5, tensor([2.0]))
    assert (q.tolist(), r.tolist()) == ([3], [1.5])
    assert [t.tolist() for t in np.divmod(x, 2)] == [[3, -4], [1.5, 0.5]]


@pytest.mark.parametrize("f, whole", [(np.remainder, [3, -4, -4, 3]), (np.fmod, [3, -3, -3, 3])])
def test_remainders(f, whole):
    x, y = np.array([7.5, -7.5, 7.5, -7.5]), np.array([2.0, 2.0, -2.0, -2.0])
    dx, dy = grads(f, x, y)
    np.testing.assert_array_equal(dx, 1)
    np.testing.assert_array_equal(dy, -np.array(whole, float))


@pytest.mark.parametrize(
    "make", [lambda t, n: t**n, np.power, lambda t, n: t.pow(n), lambda t, n: t ** tensor(float(n))]
)
@pytest.mark.parametrize(
    "exponent, first, second", [(0, [0, 0], [0, 0]), (1, [1, 1], [0, 0]), (2, [0, 6], [2, 2]), (3, [0, 27], [0, 18])]
)
def test_powers_at_zero(make, exponent, first, second):
    x = tensor(np.array([0.0, 3.0]), requires_grad=True)
    (dx,) = gradients(make(x, exponent).sum(), x, create_graph=True)
    assert dx.tolist() == first
    if dx.requires_grad:
        (ddx,) = gradients(dx.sum(), x, allow_unused=True)
        assert ddx is None or ddx.tolist() == second


def test_power_by_its_exponent():
    base, exponent = np.array([0.0, 0.0, 1.0, 2.0]), np.array([0.0, 2.0, 5.0, 3.0])
    db, de = grads(autograd.power, base, exponent)
    np.testing.assert_allclose(db, [0, 0, 5, 12])
    np.testing.assert_allclose(de, [0, 0, 0, 8 * np.log(2)])
    x, y = tensor(2.0, requires_grad=True), tensor(0.0, requires_grad=True)
    (dx,) = gradients(x**y, x, create_graph=True)
    (dxy,) = gradients(dx, y)
    assert dxy.item() == 0.5  # ∂²/∂x∂y xʸ = xʸ⁻¹(1 + y·ln x)


@pytest.mark.parametrize("base", [2, 2.0, 0, 1])
def test_power_of_a_number(base):
    (d,) = grads(lambda t: base**t, np.float32([1.0, 3.0]))
    assert d.dtype == np.float32
    np.testing.assert_allclose(d, np.log(base or 1) * np.float64(base) ** [1, 3], rtol=1e-6)


def test_float_power_is_computed_in_float64():
    x = tensor(np.float32([2.0]), requires_grad=True)
    y = np.float_power(x, 3)
    assert y.dtype == np.float64
    (dx,) = gradients(y, x)
    assert (dx.dtype, dx.tolist()) == (np.float32, [12.0])
    assert autograd.float_power(2, 0.5) == np.sqrt(2.0)


def test_roots_and_reciprocal():
    x = tensor(np.array([1.0, 4.0]), requires_grad=True)
    for y, first in (
        (x.sqrt(), [0.5, 0.25]),
        (x**0.5, [0.5, 0.25]),
        (np.square(x), [2, 8]),
        (np.reciprocal(x), [-1, -1 / 16]),
        (x**-1, [-1, -1 / 16]),
        (1 / x, [-1, -1 / 16]),
    ):
        np.testing.assert_allclose(gradients(y.sum(), x)[0].numpy(), first, rtol=1e-15)
    (d,) = grads(np.cbrt, np.array([-8.0, 27.0]))
    np.testing.assert_allclose(d, [1 / 12, 1 / 27])


@pytest.mark.parametrize("root", [np.sqrt, np.cbrt, lambda t: t**0.5])
def test_an_infinite_derivative_is_infinite_and_warned_of(root):
    x = tensor(np.zeros(2), requires_grad=True)
    y = root(x).sum()
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        (dx,) = gradients(y, x)
    assert dx.tolist() == [np.inf, np.inf]


def test_absolute_value_and_sign():
    x = np.array([-2.0, -0.0, 0.0, 3.0])
    for f in (abs, np.abs, np.fabs, autograd.abs, lambda t: t.abs()):
        np.testing.assert_array_equal(grads(f, x)[0], [-1, 0, 0, 1])
    t = tensor(x, requires_grad=True)
    assert np.sign(t).tolist() == [-1, 0, 0, 1]
    assert not t.sign().requires_grad


def test_hypot_at_the_origin_and_far_out():
    dx, dy = grads(np.hypot, np.array([3.0, 0.0, 1e200]), np.array([4.0, 0.0, 0.0]))
    np.testing.assert_allclose(dx, [0.6, 0, 1])
    np.testing.assert_allclose(dy, [0.8, 0, 0])


def test_operators_in_place_update_the_handle():
    x = tensor(np.array([1.0, 2.0]), requires_grad=True)
    y = x * 1
    first = y
    y += 1
    y *= y
    y -= 1
    y /= 2
    y **= 2
    y %= 100
    y //= 1
    assert y is first
    assert y.tolist() == [2, 16]
    n = tensor([6, 5])
    n |= 1
    n &= 6
    n ^= 2
    n <<= 2
    n >>= 1
    assert n.tolist() == [8, 12]


def test_methods_with_pytorchs_extra_arguments():
    x, y = tensor(np.array([7.0, -7.0])), tensor(np.array([2.0, 2.0]))
    assert x.add(y, alpha=3).tolist() == [13, -1]
    assert x.sub(y, alpha=3).tolist() == [1, -13]
    assert x.div(y).tolist() == [3.5, -3.5]
    assert x.div(y, rounding_mode="floor").tolist() == [3, -4]
    assert x.div(y, rounding_mode="trunc").tolist() == [3, -3]
    with pytest.raises(ValueError, match="rounding_mode must be None, 'floor' or 'trunc', got 'up'"):
        x.div(y, rounding_mode="up")


def test_shapes_that_do_not_broadcast_name_the_operation():
    with pytest.raises(ValueError, match="broadcast") as raised:
        tensor(np.ones(2)) + np.ones(3)
    assert "in add(x: float64 (2,), y: float64 (3,))" in raised.value.__notes__[0]


def test_arrays_in_arrays_out():
    for y in (autograd.add(np.ones(2), 1), autograd.power(np.ones(2), 2), autograd.abs(np.ones(2))):
        assert type(y) is np.ndarray
