"""Inside a transform of a function of arrays, methods are ndarray's; elsewhere they are PyTorch's."""

import numpy as np
import pytest

import autograd
import nn

A = np.array([[0.3, 1.7, -0.4], [2.2, 0.9, 0.1]])
METHODS = [
    lambda x: x.std(),
    lambda x: x.std(0, ddof=1),
    lambda x: x.var(axis=1, keepdims=True),
    lambda x: x.max(axis=1),
    lambda x: x - x.max(axis=1, keepdims=True),
    lambda x: x.min(0),
    lambda x: x.repeat(2),
    lambda x: x.repeat(2, axis=0),
    lambda x: x.transpose(1, 0),
    lambda x: x.transpose(),
    lambda x: x.cumsum(),
    lambda x: x.cumsum(1),
    lambda x: x.cumprod(),
    lambda x: x.dot(A.T),
    lambda x: x[None].squeeze(0),
    lambda x: x.take([0, 1], axis=1),
    lambda x: x.trace(),
    lambda x: x.diagonal(1),
    lambda x: x.round(1) * x,
    lambda x: x[(x > 0.2).nonzero()],
    lambda x: x * x.argmax(axis=1)[:, None],
    lambda x: np.reshape(x, -1)[x.argsort(axis=None)],
    lambda x: x.reshape(3, 2).sum(axis=0).mean(),
    lambda x: x.T.flatten(),
    lambda x: x.sum(axis=(0, 1)),
]


@pytest.mark.parametrize("f", METHODS)
def test_values_and_derivatives_are_those_of_the_function_on_arrays(f):
    want = f(A)
    value, pull = autograd.vjp(f, A)
    np.testing.assert_allclose(value, want)
    autograd.gradcheck(f, A)
    assert np.shape(pull(np.ones_like(want))[0]) == A.shape
    hessian = autograd.jacobian(autograd.jacobian(f))(A)
    assert hessian.shape == (*np.shape(want), *A.shape, *A.shape)


def test_functions_of_tensors_keep_the_methods_of_tensors():
    x = autograd.tensor(A)
    assert autograd.vjp(lambda x: x.std(), x)[0].item() == pytest.approx(np.std(A, ddof=1))
    assert x.std().item() == pytest.approx(np.std(A, ddof=1))


def test_a_tensor_from_outside_makes_the_methods_those_of_tensors():
    w = autograd.tensor(2.0, requires_grad=True, dtype=np.float64)
    value, _ = autograd.vjp(lambda x: (w * x).std(), A)
    assert value.item() == pytest.approx(np.std(2 * A, ddof=1))


def test_modules_mean_tensors():
    class Spread(nn.Module):
        def forward(self, x):
            return x.std()

    module = Spread()
    assert autograd.value_and_grad(lambda x: module(x))(A)[0] == pytest.approx(np.std(A, ddof=1))
    assert autograd.value_and_grad(lambda x: x.std())(A)[0] == pytest.approx(np.std(A))
