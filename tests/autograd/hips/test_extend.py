"""Operations defined in the style of HIPS autograd."""

import pytest

import autograd
import autograd.numpy as np
from autograd import deriv, grad, hessian, make_vjp
from autograd.core import primitive as old_primitive
from autograd.extend import (
    def_linear,
    defjvp,
    defvjp,
    defvjp_argnum,
    defvjp_argnums,
    notrace_primitive,
    primitive,
    register_notrace,
    vspace,
)
from autograd.test_util import check_grads


def softmax_like():
    @primitive
    def lse(x):
        top = np.max(x)
        return top + np.log(np.sum(np.exp(x - top)))

    defvjp(lse, lambda ans, x: lambda g: np.full(x.shape, g) * np.exp(x - np.full(x.shape, ans)))
    return lse


def test_a_wrapped_function_has_derivatives_of_any_order_in_both_modes():
    lse, x = softmax_like(), np.array([0.1, 0.5, -0.3])
    p = np.exp(x) / np.exp(x).sum()
    np.testing.assert_allclose(grad(lse)(x), p)
    np.testing.assert_allclose(hessian(lse)(x), np.diag(p) - np.outer(p, p), atol=1e-15)
    check_grads(lambda x: lse(x**2), order=3)(x)


def test_several_arguments_options_and_keywords():
    @primitive
    def scaled(x, k, *, power=1):
        return x * k**power

    defvjp(
        scaled,
        lambda ans, x, k, power=1: lambda g: g * k**power,
        lambda ans, x, k, power=1: lambda g: np.sum(g * x * power * k ** (power - 1)),
    )
    x = np.array([1.0, 2.0])
    np.testing.assert_allclose(grad(lambda k: np.sum(scaled(x, k, power=3)))(2.0), 3 * 4 * 3.0)
    check_grads(lambda x, k: scaled(x, k, power=2), (0, 1))(x, 1.5)


def test_containers_as_arguments_and_results():
    @primitive
    def swap(pair):
        return {"first": pair[1], "second": pair[0]}

    defvjp(swap, lambda ans, pair: lambda g: (g["second"], g["first"]))
    value = lambda a, b: 3 * swap((a, b))["first"] + swap((a, b))["second"] ** 2
    assert grad(value, (0, 1))(2.0, 5.0) == (4.0, 3.0)


def test_rules_by_argument_number():
    @primitive
    def product(*xs):
        return np.prod(xs)

    defvjp_argnum(product, lambda k, ans, args, kwargs: lambda g: g * ans / args[k])
    assert grad(product, 1)(2.0, 3.0, 4.0) == 8.0
    defvjp_argnums(product, lambda ks, ans, args, kwargs: lambda g: [10 * g for _ in ks])
    assert grad(product, 1)(2.0, 3.0, 4.0) == 10.0


def test_forward_rules():
    @primitive
    def cube(x):
        return x**3

    with pytest.raises(NotImplementedError, match="VJP of cube wrt argnum 0 not defined"):
        grad(cube)(2.0)
    with pytest.raises(NotImplementedError, match="VJP of cube"):
        deriv(cube)(2.0)
    defjvp(cube, lambda g, ans, x: 3 * x**2 * g)
    assert deriv(cube)(2.0) == 12.0
    double = primitive(lambda x, y: 2 * x)
    defjvp(double, "same", None)
    assert autograd.jvp(double, (3.0, 1.0), (10.0, 5.0)) == (6.0, 20.0)
    triple = primitive(lambda x: 3 * x)
    def_linear(triple)
    assert deriv(triple)(5.0) == 3.0


def test_what_has_no_derivative():
    counted = notrace_primitive(lambda x: np.round(x))
    assert grad(lambda x: x * counted(x))(2.2) == 2.0
    steps = primitive(np.floor)
    register_notrace(None, steps)
    assert grad(lambda x: x * steps(x))(2.5) == 2.0
    assert deriv(lambda x: x * steps(x))(2.5) == 2.0


def test_a_rule_of_the_wrong_shape_is_refused():
    @primitive
    def total(x):
        return np.sum(x)

    defvjp(total, lambda ans, x: lambda g: g)
    with pytest.raises(ValueError, match=r"VJP of total wrt argnum 0 returned shape \(\) for .* \(3,\)"):
        grad(total)(np.ones(3))


def test_a_keyword_has_no_derivative():
    @primitive
    def shifted(x, by=0.0):
        return x + by

    defvjp(shifted, lambda ans, x, by=0.0: lambda g: g)
    with pytest.raises(NotImplementedError, match="pass the value by position"):
        grad(lambda b: shifted(1.0, by=b))(2.0)


def test_rules_need_a_wrapped_function():
    with pytest.raises(TypeError, match=r"wrap it with autograd\.extend\.primitive first"):
        defvjp(np.sin, lambda ans, x: lambda g: g)


def test_the_old_methods():
    @old_primitive
    def product(x, y):
        return x * y

    with pytest.warns(FutureWarning, match="use autograd.extend.defvjp"):
        product.defgrad(lambda ans, x, y: lambda g: y * g)
    with pytest.warns(FutureWarning, match="use autograd.extend.defvjp"):
        product.defvjp(lambda g, ans, vs, gvs, x, y: x * g, argnum=1)
    assert grad(product, (0, 1))(3.0, 4.0) == (4.0, 3.0)
    with pytest.warns(FutureWarning, match="use autograd.extend.defvjp"):
        product.defvjp_is_zero([0, 1])
    assert grad(product, (0, 1))(3.0, 4.0) == (0.0, 0.0)


def test_gradients_keep_their_dtype():
    lse = softmax_like()
    assert grad(lse)(np.ones(3, np.float32)).dtype == np.float32


@pytest.mark.parametrize(
    "value", [1.0, np.ones((2, 3)), [1.0, np.ones(2)], {"a": (2.0, [3.0])}, np.ones(2, np.float32), 1j * np.ones(2)]
)
def test_vector_spaces(value):
    space = vspace(value)
    basis = list(space.standard_basis())
    assert len(basis) == space.size
    assert all(vspace(b) == space for b in (*basis, space.zeros(), space.ones(), space.randn()))
    assert space.inner_prod(space.zeros(), space.ones()) == 0
    x, y = space.randn(), space.randn()
    assert np.isclose(space.inner_prod(x, space.scalar_mul(y, 2.0)), 2 * space.inner_prod(x, y))
    assert vspace(np.zeros(3)) != vspace(np.zeros(4))


def test_make_vjp_gives_the_pullback_first():
    vjp, value = make_vjp(lambda x, y: x * y, 1)(2.0, 5.0)
    assert (value, vjp(10.0)) == (10.0, 20.0)
