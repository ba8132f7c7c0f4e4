"""autograd.scipy.linalg: SciPy's values with SciPy's arguments, and derivatives of first and second order."""

import numpy as np
import pytest
import scipy.linalg

import autograd
import autograd.scipy.linalg as ours
from autograd import gradcheck, jvp, tensor

rng = np.random.default_rng(0)
A = rng.standard_normal((3, 3)) + 3 * np.eye(3)
POSITIVE = A @ A.T
B = rng.standard_normal((3, 2))
BANDS = np.array([[0.0, 0.3, -0.5, 0.2], [3.0, 2.5, 4.0, 3.5], [0.4, -0.2, 0.7, 0.0], [0.1, 0.3, 0.0, 0.0]])
COLUMN, ROW = np.array([3.0, 0.5, -0.2, 0.1]), np.array([9.0, 0.4, 0.3, -0.6])
FACTOR, LU = scipy.linalg.cho_factor(POSITIVE), scipy.linalg.lu_factor(A)

CALLS = {
    "expm": [((A,), {})],
    "sqrtm": [((POSITIVE,), {})],
    "logm": [((POSITIVE,), {})],
    "inv": [((A,), {"check_finite": False})],
    "det": [((A,), {})],
    "pinv": [((B,), {}), ((B,), {"rtol": 1e-3})],
    "norm": [((B,), {}), ((B, "nuc"), {}), ((B, 1), {"axis": 0, "keepdims": True})],
    "solve": [((A, B), {}), ((A, B[:, 0]), {"transposed": True}), ((POSITIVE, B), {"assume_a": "pos"})],
    "solve_triangular": [
        ((A, B), {"trans": trans, "lower": lower, "unit_diagonal": unit})
        for trans in (0, 1, 2, "N", "T", "C")
        for lower in (False, True)
        for unit in (False, True)
    ],
    "cholesky": [((POSITIVE,), {}), ((POSITIVE,), {"lower": True})],
    "cho_solve": [((FACTOR, B), {}), ((FACTOR, B[:, 0]), {})],
    "lu": [((A,), {}), ((A[:2],), {}), ((A[:, :2],), {}), ((A,), {"permute_l": True}), ((A,), {"p_indices": True})],
    "lu_factor": [((A,), {}), ((A[:, :2],), {}), ((A[:2],), {})],
    "lu_solve": [((LU, B), {"trans": trans}) for trans in (0, 1, 2)] + [((LU, B[:, 0]), {})],
    "qr": [((B,), {}), ((B,), {"mode": "economic"}), ((B,), {"mode": "r"}), ((B.T,), {})],
    "svd": [((B,), {}), ((B,), {"full_matrices": False}), ((B,), {"compute_uv": False})],
    "svdvals": [((B,), {})],
    "eigh": [
        ((POSITIVE,), {}),
        ((np.tril(POSITIVE),), {}),
        ((np.triu(POSITIVE),), {"lower": False}),
        ((A + A.T, POSITIVE), {"eigvals_only": True}),
    ],
    "eigvalsh": [((POSITIVE,), {}), ((A + A.T, POSITIVE), {})],
    "eigvals": [((A,), {})],
    "lstsq": [((B, A[:, 0]), {})],
    "solve_sylvester": [((A, POSITIVE[:2, :2], B), {})],
    "solve_banded": [(((2, 1), BANDS, rng.standard_normal(4)), {}), (((2, 1), BANDS, rng.standard_normal((4, 2))), {})],
    "solveh_banded": [
        ((BANDS[:2], rng.standard_normal(4)), {}),
        ((BANDS[1:], rng.standard_normal((4, 2))), {"lower": True}),
    ],
    "block_diag": [((A, B, np.ones(2), np.array(3.0)), {}), ((np.ones((2, 0)), A), {})],
    "toeplitz": [((COLUMN,), {}), ((COLUMN, ROW[:2]), {})],
    "hankel": [((COLUMN,), {}), ((COLUMN[:2], ROW), {})],
    "circulant": [((COLUMN,), {})],
    "solve_toeplitz": [((COLUMN, np.ones(4)), {}), (((COLUMN, ROW), rng.standard_normal((4, 2))), {})],
}
VECTORS = {"eigh", "qr", "svd"}
"""Whose vectors may change their sign from point to point; autograd.linalg's tests go into their derivatives."""
PARAMETERS = [
    pytest.param(name, *call, id=f"{name}-{k}") for name, calls in CALLS.items() for k, call in enumerate(calls)
]


def flat(values):
    return [leaf for v in values for leaf in flat(v)] if isinstance(values, (tuple, list)) else [values]


def with_tensors(args, wrap):
    """The arguments with arrays of floating numbers wrapped, also in pairs."""
    if isinstance(args, tuple):
        return tuple(with_tensors(a, wrap) for a in args)
    return wrap(args) if isinstance(args, np.ndarray) and args.dtype.kind == "f" else args


@pytest.mark.parametrize("name, args, options", PARAMETERS)
def test_values_are_scipys(name, args, options):
    expected = flat(getattr(scipy.linalg, name)(*args, **options))
    found = flat(getattr(ours, name)(*args, **options))
    tracked = flat(getattr(ours, name)(*with_tensors(args, lambda a: tensor(a, requires_grad=True)), **options))
    assert len(found) == len(tracked) == len(expected)
    same = np.abs if name == "eigh" else np.asarray  # SciPy picks another driver of LAPACK's, with other signs
    for x, t, y in zip(found, tracked, expected):
        np.testing.assert_allclose(same(x), same(y), atol=1e-12)
        np.testing.assert_allclose(same(t.detach() if isinstance(t, autograd.Tensor) else t), same(y), atol=1e-12)


@pytest.mark.parametrize("name, args, options", [p for p in PARAMETERS if p.values[0] not in VECTORS])
def test_derivatives(name, args, options):
    arrays = []
    with_tensors(args, lambda a: arrays.append(a))

    def function(*tensors):
        queue = iter(tensors)
        results = flat(getattr(ours, name)(*with_tensors(args, lambda a: next(queue)), **options))
        results = [r for r in results if isinstance(r, autograd.Tensor) and r.dtype.kind in "fc"]
        parts = [(r.real, r.imag) if r.dtype.kind == "c" else (r,) for r in results]
        return tuple(part for group in parts for part in group)

    gradcheck(function, *arrays, order=2)


def test_cholesky_factors_and_what_is_made_of_them():
    c, lower = ours.cho_factor(tensor(POSITIVE), lower=True)
    np.testing.assert_allclose(c.numpy(), np.linalg.cholesky(POSITIVE))
    gradcheck(lambda a, b: ours.cho_solve(ours.cho_factor(a), b), POSITIVE, B, order=2)
    gradcheck(lambda a, b: ours.lu_solve(ours.lu_factor(a), b, trans=1), A, B, order=2)
    assert lower is True


def test_generalised_eigenvectors():
    w, v = ours.eigh(tensor(A + A.T), POSITIVE)
    expected, vectors = scipy.linalg.eigh(A + A.T, POSITIVE)
    np.testing.assert_allclose(w.numpy(), expected)
    np.testing.assert_allclose(np.abs(v.numpy()), np.abs(vectors), atol=1e-12)
    np.testing.assert_allclose(v.numpy().T @ POSITIVE @ v.numpy(), np.eye(3), atol=1e-12)
    gradcheck(lambda a, b: ours.eigh(a + a.mT, b + b.mT)[1] ** 2, A, POSITIVE / 2)
    w, v = ours.eig(A)
    np.testing.assert_allclose(A @ v, v * w, atol=1e-12)


def test_stacks():
    a, b, q = (rng.standard_normal((2, 1, 3, 3)) + 3 * np.eye(3), A, rng.standard_normal((4, 3, 3)))
    x = ours.solve_sylvester(a, b, q)
    assert x.shape == (2, 4, 3, 3)
    np.testing.assert_allclose(a @ x + x @ b, np.broadcast_to(q, x.shape), atol=1e-12)
    gradcheck(ours.solve_sylvester, a, b, q)
    stack = np.stack([POSITIVE, 2 * POSITIVE])
    np.testing.assert_allclose(ours.sqrtm(stack)[1], scipy.linalg.sqrtm(2 * POSITIVE))
    np.testing.assert_allclose(ours.expm(ours.logm(stack)), stack)
    assert ours.logm(np.zeros((0, 2, 2))).shape == (0, 2, 2)
    factors = ours.lu_factor(stack)
    np.testing.assert_allclose(ours.lu_solve(factors, B), np.linalg.solve(stack, B))


def test_derivatives_of_functions_of_matrices_are_those_of_frechet():
    e = rng.standard_normal((3, 3))
    _, found = jvp(ours.expm, (A,), (e,))
    np.testing.assert_allclose(found, scipy.linalg.expm_frechet(A, e, compute_expm=False))
    _, found = jvp(lambda x: ours.expm(ours.logm(x)), (POSITIVE,), (e,))
    np.testing.assert_allclose(found, e, atol=1e-10)
    _, found = jvp(lambda x: ours.sqrtm(x) @ ours.sqrtm(x), (POSITIVE,), (e,))
    np.testing.assert_allclose(found, e, atol=1e-10)


def test_float32_stays():
    a = tensor(POSITIVE.astype("float32"), requires_grad=True)
    for name in ("sqrtm", "logm", "expm", "inv"):
        y = getattr(ours, name)(a)
        assert y.dtype == autograd.gradients(y.sum(), a)[0].dtype == np.float32


@pytest.mark.parametrize(
    "call, error, words",
    [
        (lambda: ours.solve_sylvester(A, -A, A), np.linalg.LinAlgError, "an eigenvalue of A and one of -B are equal"),
        (lambda: ours.solve_sylvester(A, A, B), ValueError, r"want q \(…, 3, 3\), got shape \(3, 2\)"),
        (lambda: ours.logm(np.zeros((2, 2))), np.linalg.LinAlgError, "Singular"),
        (lambda: ours.qr(A, pivoting=True), ValueError, "pivoting and mode 'raw' are not supported"),
        (lambda: ours.solve_triangular(A, B, trans=3), ValueError, "trans must be 0, 1, 2"),
        (lambda: ours.solve_banded((1, 1), BANDS, np.ones(4)), ValueError, r"= 3 bands, but ab has 4 rows"),
        (lambda: ours.solve_banded((2, 1), BANDS, np.ones(3)), ValueError, "wants ab .* got shapes"),
        (lambda: ours.solve_toeplitz(COLUMN, np.ones(3)), ValueError, r"wants c \(n,\)"),
        (lambda: ours.solveh_banded(-BANDS[:2], np.ones(4)), np.linalg.LinAlgError, "not positive definite"),
        (lambda: ours.block_diag(np.ones((1, 1, 1))), ValueError, r"argument 0 has shape \(1, 1, 1\)"),
        (lambda: ours.lu_solve(LU, np.ones(2)), ValueError, "do not fit"),
        (lambda: ours.schur(A), AttributeError, "no 'schur': its factors have no derivative rule here; use eig"),
        (lambda: autograd.scipy.nonsense, AttributeError, "no attribute 'nonsense'"),
    ],
)
def test_errors_say_what_is_wanted(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.filterwarnings("ignore:Matrix is singular")
def test_the_root_of_a_singular_matrix_has_no_derivative():
    with pytest.raises(np.linalg.LinAlgError, match="Singular"):
        autograd.grad(lambda x: ours.sqrtm(x).sum())(np.diag([1.0, 0.0, 0.0]))
