"""Tensor's methods of linear algebra; tests/torch_parity compares them with PyTorch's."""

import numpy as np
import pytest

from autograd import linalg, tensor

rng = np.random.default_rng(0)
A = rng.standard_normal((3, 3)) + 3 * np.eye(3)
POSITIVE, TALL = A @ A.T, rng.standard_normal((4, 2))


@pytest.mark.parametrize("name", ["det", "logdet", "matrix_exp", "cholesky_inverse"])
def test_methods_that_are_functions(name):
    np.testing.assert_array_equal(getattr(tensor(A), name)().numpy(), getattr(linalg, name)(A))


def test_methods_with_pytorchs_arguments():
    t = tensor(POSITIVE)
    np.testing.assert_allclose(t.inverse().numpy(), np.linalg.inv(POSITIVE))
    np.testing.assert_allclose(t.cholesky(upper=True).mT.numpy(), t.cholesky().numpy())
    np.testing.assert_allclose(tensor(A).cholesky_solve(t.cholesky()).numpy(), np.linalg.solve(POSITIVE, A))
    np.testing.assert_allclose(tensor(A).lu_solve(*t.lu()).numpy(), np.linalg.solve(POSITIVE, A))
    np.testing.assert_allclose(t.matrix_power(-2).numpy(), np.linalg.matrix_power(POSITIVE, -2))
    np.testing.assert_allclose(tensor(TALL).pinverse().numpy(), np.linalg.pinv(TALL))
    np.testing.assert_allclose(t.slogdet().logabsdet.numpy(), np.linalg.slogdet(POSITIVE)[1])
    q, r = tensor(TALL).qr(some=False)
    assert (q.shape, r.shape) == ((4, 4), (4, 2))
    u, s, v = tensor(TALL).svd()
    np.testing.assert_allclose((u * s @ v.mT).numpy(), TALL)
    assert [x.shape for x in tensor(TALL).svd(some=False)] == [(4, 4), (2,), (2, 2)]
    assert [x.shape for x in tensor(TALL).svd(compute_uv=False)] == [(4, 4), (2,), (2, 2)]
    assert t.lu(get_infos=True)[2] == 0
    with pytest.raises(ValueError, match="pivot=False is not supported"):
        t.lu(pivot=False)
    assert tensor(np.zeros((3, 2))).orgqr(tensor(np.zeros(2))).shape == (3, 2)
