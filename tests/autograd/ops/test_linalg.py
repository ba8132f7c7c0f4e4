"""Products of matrices and vectors, and the parts of a matrix."""

import numpy as np
import pytest

import autograd
from autograd import gradients, tensor

rng = np.random.default_rng(0)


@pytest.mark.parametrize("x", [(3,), (2, 3), (4, 2, 3), (1, 4, 2, 3), (5, 1, 0, 3)], ids=str)
@pytest.mark.parametrize("y", [(3,), (3, 2), (4, 3, 2), (1, 3, 0)], ids=str)
def test_matmul_of_all_ranks(x, y):
    a, b = rng.standard_normal(x), rng.standard_normal(y)
    s, t = tensor(a, requires_grad=True), tensor(b, requires_grad=True)
    z = s @ t
    np.testing.assert_array_equal(z.detach().numpy(), a @ b)
    g = rng.standard_normal(z.shape)
    ds, dt = gradients(z, [s, t], g)
    v, w = rng.standard_normal(x), rng.standard_normal(y)
    np.testing.assert_allclose(np.sum(ds.numpy() * v), np.sum(g * (v @ b)), atol=1e-12)
    np.testing.assert_allclose(np.sum(dt.numpy() * w), np.sum(g * (a @ w)), atol=1e-12)


def test_matmul_reflected_and_through_numpy():
    a, t = rng.standard_normal((2, 3)), tensor(rng.standard_normal((3, 2)), requires_grad=True)
    for z in (a @ t, np.matmul(a, t), autograd.matmul(a, t), tensor(a).mm(t)):
        np.testing.assert_array_equal(z.detach().numpy(), a @ t.detach().numpy())
        assert z.requires_grad


def test_each_gradient_has_its_own_tensors_dtype():
    x, y = tensor(np.ones((2, 3), np.float32), requires_grad=True), tensor(np.ones((3, 2)), requires_grad=True)
    z = x @ y
    dx, dy = gradients(z, [x, y], np.ones((2, 2)))
    assert (z.dtype, dx.dtype, dy.dtype) == (np.float64, np.float32, np.float64)


def test_matmul_of_wrong_shapes_names_the_operation():
    with pytest.raises(ValueError, match="mismatch") as raised:
        tensor(np.ones((2, 3))) @ np.ones((2, 3))
    assert "matmul(x: float64 (2, 3), y: float64 (2, 3))" in raised.value.__notes__[0]


@pytest.mark.parametrize("lead", [(), (5,), (2, 5), (0,), (3, 1, 2)], ids=str)
@pytest.mark.parametrize("bias", [True, False])
def test_linear_is_a_product_and_a_sum(lead, bias):
    x, w = (tensor(rng.standard_normal(s), requires_grad=True) for s in ((*lead, 3), (4, 3)))
    b = tensor(rng.standard_normal(4), requires_grad=True)
    y = autograd.linear(x, w, b) if bias else autograd.linear(x, w)
    z = x @ w.mT + b if bias else x @ w.mT
    np.testing.assert_allclose(y.detach().numpy(), z.detach().numpy())
    g = rng.standard_normal(y.shape)
    inputs = [x, w, b] if bias else [x, w]
    for found, expected in zip(gradients(y, inputs, g), gradients(z, inputs, g)):
        np.testing.assert_allclose(found.numpy(), expected.numpy(), atol=1e-12)


def test_weighted_sum_is_a_neuron_in_one_node():
    w, x = ([tensor(v, dtype="float32", requires_grad=True) for v in values] for values in ([1.0, 2.0], [3.0, 4.0]))
    b = tensor(5.0, requires_grad=True)
    y = autograd.weighted_sum(*w, *x, b)
    assert (y.item(), y.dtype, y._node.inputs) == (16.0, np.float32, tuple(t._node for t in (*w, *x, b)))
    y.backward()
    assert [t.grad.item() for t in (*w, *x, b)] == [3, 4, 1, 2, 1]
    assert b.grad.dtype == np.float32


def test_weighted_sum_takes_numbers_and_mixed_dtypes_and_one_tensor_twice():
    w, x = tensor(2.0, dtype="float32", requires_grad=True), tensor(3.0, dtype="float64", requires_grad=True)
    y = autograd.weighted_sum(w, x, x, 4.0, 0.5)
    assert (y.item(), y.dtype) == (18.5, np.float64)
    dw, dx = gradients(y, [w, x])
    assert (dw.item(), dw.dtype, dx.item(), dx.dtype) == (3.0, np.float32, 6.0, np.float64)
    assert autograd.weighted_sum(1.0, 2.0, 3.0) == 5.0
    with autograd.no_grad():
        assert not autograd.weighted_sum(w, x, w).requires_grad


def test_weighted_sum_keeps_its_values_when_a_weight_is_updated_before_backward():
    w, x, b = (tensor(v, requires_grad=True) for v in (2.0, 3.0, 1.0))
    y = autograd.weighted_sum(w, x, b)
    with autograd.no_grad():
        w.data[...] = 7.0
    assert gradients(y, [w, x])[1].item() == 2.0


def test_weighted_sum_wants_single_numbers():
    for terms in ([tensor([1.0, 2.0], requires_grad=True)] * 3, [tensor(1.0, requires_grad=True)] * 2):
        with pytest.raises(ValueError, match=r"weighted_sum wants numbers .* use autograd.linear"):
            autograd.weighted_sum(*terms)


@pytest.mark.parametrize("name", ["dot", "inner", "outer", "kron", "vdot"])
@pytest.mark.parametrize("x", [(), (3,), (2, 3), (4, 2, 3)], ids=str)
@pytest.mark.parametrize("y", [(), (3,), (3, 3), (2, 3, 3)], ids=str)
def test_products_are_numpys(name, x, y):
    a, b = rng.standard_normal(x), rng.standard_normal(y)
    function, reference = getattr(autograd, name), getattr(np, name)
    try:
        expected = reference(a, b)
    except ValueError:
        with pytest.raises(ValueError, match=r"mismatch|equal lengths"):
            function(a, b)
        return
    t = tensor(a, requires_grad=True)
    for z in (function(t, b), reference(t, b)):
        np.testing.assert_allclose(z.detach().numpy(), expected, atol=1e-12)
    if len(x) + len(y) < 5:
        autograd.gradcheck(function, a, b, order=2)


def test_vecdot():
    a, b = rng.standard_normal((2, 3, 4)), rng.standard_normal((3, 1))
    t = tensor(a, requires_grad=True)
    np.testing.assert_allclose(np.vecdot(t, b[:, 0, None] * np.ones(4)).detach().numpy(), np.vecdot(a, b * np.ones(4)))
    np.testing.assert_allclose(autograd.vecdot(t, b, axis=-2).detach().numpy(), np.sum(a * b, 1))
    with pytest.raises(ValueError, match="vectors of 4 and 3 elements"):
        autograd.vecdot(t, np.ones(3))


def test_addmm():
    x, a, b = rng.standard_normal(2), rng.standard_normal((3, 4)), rng.standard_normal((4, 2))
    t = tensor(x, requires_grad=True).addmm(a, b, beta=2, alpha=3)
    np.testing.assert_allclose(t.detach().numpy(), 2 * x + 3 * a @ b)


@pytest.mark.parametrize("k", [-4, -1, 0, 2, 5])
@pytest.mark.parametrize("shape", [(3, 3), (2, 4), (0, 2), (2, 3, 4)], ids=str)
def test_parts_of_matrices_are_numpys(shape, k):
    a = rng.standard_normal(shape)
    t = tensor(a, requires_grad=True)
    for f in (np.tril, np.triu, np.trace, np.diagonal):
        np.testing.assert_allclose(f(t, k).detach().numpy(), f(a, k))
    if len(shape) == 2:
        np.testing.assert_array_equal(np.diag(t, k).detach().numpy(), np.diag(a, k))
        np.testing.assert_array_equal(np.diagflat(t, k).detach().numpy(), np.diagflat(a, k))
        np.testing.assert_array_equal(np.diag(t.ravel(), k).detach().numpy(), np.diag(a.ravel(), k))
    else:
        np.testing.assert_array_equal(t.diagonal(k, 2, dim2=0).detach().numpy(), a.diagonal(k, 2, 0))
        np.testing.assert_array_equal(np.trace(t, k, -1, 0).detach().numpy(), np.trace(a, k, -1, 0))


@pytest.mark.parametrize("name", ["tril", "triu", "diagonal", "matrix_trace"])
def test_parts_of_a_vector_are_refused(name):
    with pytest.raises(ValueError, match=r"at least 2 axes, got shape \(3,\)"):
        getattr(autograd, name)(np.ones(3))
