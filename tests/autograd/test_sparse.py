"""Sparse matrices of a fixed pattern: SciPy's values, derivatives by values and dense operand, in both modes."""

import numpy as np
import pytest
import scipy.sparse
import scipy.sparse.linalg

import autograd
import autograd.scipy.sparse.linalg
from autograd import gradcheck, sparse, tensor

rng = np.random.default_rng(0)
ROWS, COLUMNS = np.array([0, 1, 2, 3, 0, 2, 2]), np.array([0, 1, 2, 3, 2, 1, 1])
VALUES = np.concatenate([[3.0, 4.0, 5.0, 3.5], rng.standard_normal(3)])
DENSE = scipy.sparse.coo_array((VALUES, (ROWS, COLUMNS)), shape=(4, 4)).toarray()


def matrix(values):
    return sparse.Matrix(values, ROWS, COLUMNS, (4, 4))


@pytest.mark.parametrize("shape", [(4,), (4, 3), (4, 0)], ids=str)
def test_products_and_solutions(shape):
    b = rng.standard_normal(shape)
    a = matrix(tensor(VALUES, requires_grad=True))
    np.testing.assert_allclose((a @ b).detach().numpy(), DENSE @ b)
    np.testing.assert_allclose((a.T @ b).detach().numpy(), DENSE.T @ b)
    np.testing.assert_allclose(sparse.solve(a, b).detach().numpy(), np.linalg.solve(DENSE, b), atol=1e-14)
    for function in (lambda v, b: matrix(v) @ b, lambda v, b: matrix(v).T @ b):
        gradcheck(function, VALUES, b, order=2)
    gradcheck(lambda v, b: sparse.solve(matrix(v) * 2, b), VALUES, b, order=2)


def test_derivatives_are_those_of_the_dense_matrix():
    b = rng.standard_normal(4)
    of_sparse = autograd.grad(lambda v: (sparse.solve(matrix(v), b) ** 2).sum())(VALUES)
    of_dense = autograd.grad(lambda a: (np.linalg.solve(a, b) ** 2).sum())(DENSE)
    np.testing.assert_allclose(of_sparse, of_dense[ROWS, COLUMNS])


def test_what_a_matrix_tells_and_does():
    a = matrix(VALUES)
    assert (a.shape, a.dtype, repr(a)) == ((4, 4), np.float64, "<sparse float64 matrix of shape (4, 4) with 7 values>")
    np.testing.assert_allclose((-a * 2).toarray(), -2 * DENSE)
    np.testing.assert_array_equal(a.T.rows, a.columns)
    for made in (sparse.from_scipy(scipy.sparse.csr_array(DENSE)), sparse.from_scipy(DENSE)):
        np.testing.assert_allclose(made.toarray(), DENSE)
    assert sparse.from_scipy(DENSE, tensor(np.ones(6))).values.dtype == np.float64
    single = matrix(tensor(VALUES.astype("float32"), requires_grad=True))
    x = sparse.solve(single, np.ones(4, "float32"))
    assert x.dtype == autograd.gradients(x.sum(), single.values)[0].dtype == np.float32
    assert matrix(np.arange(1, 8)).dtype == np.float64


def test_complex_values():
    values = VALUES + 1j * rng.standard_normal(7)
    b = rng.standard_normal(4)
    x = sparse.solve(matrix(tensor(values)), b)
    np.testing.assert_allclose(matrix(values).toarray() @ x.numpy(), b, atol=1e-14)


def test_scipys_names():
    s = autograd.scipy.sparse
    np.testing.assert_allclose(s.coo_array((VALUES, (ROWS, COLUMNS))).toarray(), DENSE)
    for name in ("csr", "csc"):
        theirs = getattr(scipy.sparse, f"{name}_array")(DENSE[:, :3])
        made = getattr(s, f"{name}_array")((theirs.data, theirs.indices, theirs.indptr), shape=(4, 3))
        np.testing.assert_allclose(made.toarray(), DENSE[:, :3])
    diagonals = [np.array([1.0, 2, 3]), np.array([4.0, 5])]
    expected = scipy.sparse.diags_array(diagonals, offsets=[0, -1], shape=(3, 3)).toarray()
    np.testing.assert_allclose(
        s.diags_array([tensor(d) for d in diagonals], offsets=[0, -1]).toarray().numpy(), expected
    )
    found = s.linalg.spsolve(matrix(VALUES), np.ones(4))
    np.testing.assert_allclose(found, scipy.sparse.linalg.spsolve(scipy.sparse.csc_array(DENSE), np.ones(4)))


@pytest.mark.parametrize(
    "call, error, words",
    [
        (lambda: sparse.Matrix(np.ones(2), [0], [0], (1, 1)), ValueError, "of one length, got shapes"),
        (lambda: sparse.Matrix(np.ones(1), [0], [3], (1, 3)), ValueError, r"columns must lie in 0 … 2 .* got 3 … 3"),
        (lambda: matrix(VALUES) @ np.ones(3), ValueError, r"of shape \(4, 4\) and an array of shape \(3,\) do not fit"),
        (lambda: sparse.solve(DENSE, np.ones(4)), TypeError, "wants a sparse.Matrix, got ndarray"),
        (lambda: sparse.solve(sparse.Matrix([1.0], [0], [0], (1, 2)), [1.0]), np.linalg.LinAlgError, "square matrix"),
        (lambda: sparse.solve(matrix(0 * VALUES), np.ones(4)), np.linalg.LinAlgError, "Singular sparse matrix"),
        (lambda: matrix(VALUES) * np.ones(4), TypeError, "is scaled by numbers"),
        (lambda: tensor(np.ones(4)) @ matrix(VALUES), TypeError, r"instead of x @ a write \(a.T @ x.mT\).mT"),
        (lambda: np.ones(4) @ matrix(VALUES), TypeError, "instead of x @ a write"),
        (lambda: autograd.scipy.sparse.diags_array([np.ones(2)], offsets=[0, 1]), ValueError, "1 diagonals, but 2"),
        (lambda: autograd.scipy.sparse.diags_array([np.ones(2)], offsets=[0], shape=(3, 3)), ValueError, "3 elements"),
    ],
)
def test_errors_say_what_is_wanted(call, error, words):
    with pytest.raises(error, match=words):
        call()
