"""autograd.linalg: NumPy's values and shapes, derivatives of first and second order, and what is refused where."""

import numpy as np
import pytest
import scipy.linalg

import autograd
from autograd import grad, gradcheck, gradients, hessian, jvp, linalg, tensor

rng = np.random.default_rng(0)
STACKS = pytest.mark.parametrize("stack", [(), (2, 3), (0,)], ids=str)


def square(*shape, n=3):
    return rng.standard_normal((*shape, n, n)) + 3 * np.eye(n)


def positive(*shape, n=3):
    a = square(*shape, n=n)
    return a @ a.mT / n


def values(result):
    results = result if isinstance(result, tuple) else (result,)
    return [r.detach().numpy() if isinstance(r, autograd.Tensor) else np.asarray(r) for r in results]


CALLS = {
    "inv": (lambda s: (square(*s),), {}),
    "det": (lambda s: (square(*s),), {}),
    "slogdet": (lambda s: (-square(*s),), {}),
    "solve": (lambda s: (square(*s), rng.standard_normal((*s, 3, 2))), {}),
    "cholesky": (lambda s: (positive(*s),), {}),
    "cholesky upper": (lambda s: (positive(*s),), {"upper": True}),
    "qr": (lambda s: (rng.standard_normal((*s, 4, 2)),), {}),
    "qr wide": (lambda s: (rng.standard_normal((*s, 2, 4)),), {}),
    "qr r": (lambda s: (rng.standard_normal((*s, 4, 2)),), {"mode": "r"}),
    "qr complete": (lambda s: (rng.standard_normal((*s, 3, 2)),), {"mode": "complete"}),
    "eigh": (lambda s: (positive(*s),), {"UPLO": "U"}),
    "eigvalsh": (lambda s: (positive(*s),), {}),
    "eig": (lambda s: (positive(*s),), {}),
    "eigvals": (lambda s: (positive(*s),), {}),
    "svd": (lambda s: (rng.standard_normal((*s, 3, 4)),), {"full_matrices": False}),
    "svd values": (lambda s: (rng.standard_normal((*s, 4, 3)),), {"compute_uv": False}),
    "svdvals": (lambda s: (rng.standard_normal((*s, 4, 3)),), {}),
    "pinv": (lambda s: (rng.standard_normal((*s, 4, 3)),), {}),
    "pinv hermitian": (lambda s: (positive(*s),), {"hermitian": True}),
    "cond": (lambda s: (square(*s),), {}),
    "cond 1": (lambda s: (square(*s),), {"p": 1}),
    "cond -2": (lambda s: (rng.standard_normal((*s, 4, 3)),), {"p": -2}),
    "cond fro": (lambda s: (square(*s),), {"p": "fro"}),
    "cond inf": (lambda s: (square(*s),), {"p": np.inf}),
    "cond nuc": (lambda s: (square(*s),), {"p": "nuc"}),
    "matrix_power": (lambda s: (square(*s), 5), {}),
    "matrix_power negative": (lambda s: (square(*s), -3), {}),
    "matrix_power 0": (lambda s: (square(*s), 0), {}),
    "norm nuc": (lambda s: (rng.standard_normal((*s, 4, 3)), "nuc", (-2, -1)), {}),
    "norm 2": (lambda s: (rng.standard_normal((*s, 4, 3)), 2, (-1, -2)), {"keepdims": True}),
    "norm -2": (lambda s: (rng.standard_normal((*s, 4, 3)), -2, (-2, -1)), {}),
    "matrix_norm": (lambda s: (rng.standard_normal((*s, 4, 3)),), {"ord": "nuc", "keepdims": True}),
    "cross": (lambda s: (rng.standard_normal((*s, 3)), rng.standard_normal(3)), {}),
    "diagonal": (lambda s: (square(*s),), {"offset": 1}),
    "trace": (lambda s: (square(*s),), {"offset": -1}),
    "matrix_transpose": (lambda s: (square(*s),), {}),
}


@STACKS
@pytest.mark.parametrize("name", CALLS)
def test_values_are_numpys_and_derivatives_right(name, stack):
    draw, options = CALLS[name]
    args = draw(stack)
    function = name.split()[0]
    ours, theirs = getattr(linalg, function), getattr(np.linalg, function)
    a = tensor(args[0], requires_grad=True)
    for result in (ours(a, *args[1:], **options), theirs(a, *args[1:], **options), ours(*args, **options)):
        for x, y in zip(values(result), values(theirs(*args, **options)), strict=True):
            np.testing.assert_allclose(x, y, rtol=1e-9, atol=1e-12)
            assert x.dtype == y.dtype
    single = ours(tensor(args[0].astype("float32"), requires_grad=True), *args[1:], **options)
    if name != "solve" and name != "cross":
        assert {x.dtype for x in values(single)} == {np.dtype("float32")}
    vectors = name in ("eigh", "eig", "svd") or name.startswith("qr")  # whose sign may change from point to point
    if stack == () and not vectors:
        gradcheck(lambda x: ours(x, *args[1:], **options), args[0], order=2)


EMPTY = ["inv", "det", "slogdet", "logdet", "cholesky", "qr", "eigh", "eigvalsh", "eig", "eigvals", "svd", "svdvals"]
EMPTY += ["pinv", "matrix_exp"]


@pytest.mark.parametrize("shape", [(0, 0), (2, 0, 0)], ids=str)
def test_empty_matrices(shape):
    a = tensor(np.zeros(shape), requires_grad=True)
    for name in [
        "inv",
        "det",
        "slogdet",
        "cholesky",
        "qr",
        "eigh",
        "eigvalsh",
        "eig",
        "eigvals",
        "svd",
        "svdvals",
        "pinv",
        "matrix_exp",
        "logdet",
    ]:
        results = getattr(linalg, name)(a)
        results = results if isinstance(results, tuple) else (results,)
        if hasattr(np.linalg, name):
            for x, y in zip(values(results), values(getattr(np.linalg, name)(np.zeros(shape)))):
                np.testing.assert_array_equal(x, y)
        (d,) = gradients(sum(r.sum() for r in results), a)
        assert d.shape == shape


@pytest.mark.parametrize("m, n", [(0, 3), (3, 0)])
def test_matrices_without_rows_or_columns(m, n):
    a = np.zeros((m, n))
    for name, options in [("svd", {}), ("svd", {"full_matrices": False}), ("qr", {}), ("qr", {"mode": "complete"})]:
        ours, theirs = getattr(linalg, name)(tensor(a), **options), getattr(np.linalg, name)(a, **options)
        assert [x.shape for x in ours] == [x.shape for x in theirs]
    assert linalg.pinv(a).shape == (n, m)
    assert linalg.norm(tensor(a), "nuc").item() == linalg.norm(tensor(a), 2).item() == 0


# --- determinants ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
def test_the_determinant_of_a_singular_matrix_has_its_gradient(n):
    a = rng.standard_normal((n, n))
    a[:, -1] = a[:, :-1].sum(1)
    gradcheck(linalg.det, a, order=2 if n < 4 else 1)
    gradcheck(linalg.det, np.zeros((n, n)), order=2 if n < 4 else 1)


def test_second_derivatives_of_the_determinant_of_a_large_singular_matrix_are_refused():
    with pytest.raises(np.linalg.LinAlgError, match="Singular"):
        hessian(linalg.det)(np.zeros((4, 4)))


def test_log_determinants():
    a = positive(2)
    np.testing.assert_allclose(linalg.logdet(a), np.linalg.slogdet(a)[1])
    assert np.isnan(linalg.logdet(tensor(-np.eye(3))).item())
    np.testing.assert_allclose(grad(lambda x: linalg.logdet(x).sum())(a), np.linalg.inv(a).mT)
    with pytest.raises(np.linalg.LinAlgError, match="Singular"):
        grad(lambda x: linalg.slogdet(x)[1])(np.zeros((2, 2)))


# --- systems ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("a, b", [((3, 3), (3,)), ((2, 3, 3), (3,)), ((3, 3), (2, 3, 1)), ((2, 1, 3, 3), (4, 3, 2))])
def test_solve_broadcasts_as_numpy_does(a, b):
    x, y = square(*a[:-2]), rng.standard_normal(b)
    np.testing.assert_allclose(linalg.solve(tensor(x), y).numpy(), np.linalg.solve(x, y))
    gradcheck(linalg.solve, x, y, order=2)


@pytest.mark.parametrize("upper", [True, False])
@pytest.mark.parametrize("unitriangular", [True, False])
@pytest.mark.parametrize("n", [1, 4, 130])
def test_solve_triangular_looks_at_its_triangle_only(n, upper, unitriangular):
    a, b = rng.uniform(-0.1, 0.1, (n, n)) + 2 * np.eye(n), rng.standard_normal((n, 2))
    x = linalg.solve_triangular(tensor(a), b, upper=upper, unitriangular=unitriangular)
    expected = scipy.linalg.solve_triangular(a, b, lower=not upper, unit_diagonal=unitriangular)
    np.testing.assert_allclose(x.numpy(), expected, atol=1e-12)
    right = linalg.solve_triangular(a, b.T, upper=upper, left=False, unitriangular=unitriangular)
    expected = scipy.linalg.solve_triangular(a.T, b, lower=upper, unit_diagonal=unitriangular).T
    np.testing.assert_allclose(right, expected, atol=1e-12)
    if n == 4:
        for left in (True, False):
            gradcheck(
                lambda a, b, left=left: linalg.solve_triangular(
                    a, b if left else b.mT, upper=upper, left=left, unitriangular=unitriangular
                ),
                a,
                b,
                order=2,
            )


@pytest.mark.parametrize("upper", [True, False])
def test_solutions_from_a_cholesky_factor(upper):
    a, b = positive(2), rng.standard_normal((2, 3, 2))
    factor = linalg.cholesky(a, upper=upper)
    np.testing.assert_allclose(linalg.cholesky_solve(b, factor, upper), np.linalg.solve(a, b))
    np.testing.assert_allclose(linalg.cholesky_inverse(factor, upper), np.linalg.inv(a))
    gradcheck(lambda b, f: linalg.cholesky_solve(b, f, upper), b[0], factor[0], order=2)


def test_tensor_systems():
    a, b = rng.standard_normal((2, 3, 6)), rng.standard_normal((2, 3))
    np.testing.assert_allclose(linalg.tensorsolve(tensor(a), b).numpy(), np.linalg.tensorsolve(a, b))
    c = rng.standard_normal((2, 6, 3))
    np.testing.assert_allclose(linalg.tensorsolve(tensor(c), b, (1,)).numpy(), np.linalg.tensorsolve(c, b, (1,)))
    np.testing.assert_allclose(linalg.tensorinv(tensor(a)).numpy(), np.linalg.tensorinv(a))
    with pytest.raises(np.linalg.LinAlgError, match="equally many elements"):
        linalg.tensorsolve(a, np.ones(2))
    with pytest.raises(ValueError, match="must be positive"):
        linalg.tensorinv(a, 0)


@pytest.mark.parametrize("a, b", [((4, 2), (4,)), ((4, 2), (4, 3)), ((2, 4), (2,)), ((3, 3), (3, 1))])
def test_least_squares_is_numpys(a, b):
    x, y = rng.standard_normal(a), rng.standard_normal(b)
    for found, expected in zip(values(linalg.lstsq(tensor(x), tensor(y))), np.linalg.lstsq(x, y), strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-12)
    gradcheck(lambda x, y: (linalg.lstsq(x, y)[0], linalg.lstsq(x, y)[1], linalg.lstsq(x, y)[3]), x, y, order=2)


def test_least_squares_of_too_few_rows_and_of_a_deficient_matrix():
    a = np.outer([1.0, 2.0, 3.0], [1.0, 1.0])
    for found, expected in zip(values(linalg.lstsq(a, np.ones(3))), np.linalg.lstsq(a, np.ones(3)), strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-12)
    with pytest.raises(np.linalg.LinAlgError, match="does not fit"):
        linalg.lstsq(a, np.ones(2))


def test_the_pseudoinverse_of_a_deficient_matrix_has_the_derivative_at_constant_rank():
    u, v = rng.standard_normal((4, 2)), rng.standard_normal((2, 3))
    gradcheck(lambda u, v: linalg.pinv(u @ v, rtol=1e-6), u, v)
    with pytest.raises(ValueError, match="two names"):
        linalg.pinv(u, 1e-3, rtol=1e-3)


# --- what singular, repeated and arbitrary values do ------------------------------------------------------------------


@pytest.mark.parametrize("name", ["inv", "solve", "matrix_power"])
def test_singular_matrices_raise_as_in_numpy(name):
    rest = {"solve": [np.ones(2)], "matrix_power": [-1]}.get(name, [])
    with pytest.raises(np.linalg.LinAlgError, match="Singular"):
        getattr(linalg, name)(tensor(np.ones((2, 2))), *rest)
    with pytest.raises(np.linalg.LinAlgError, match="positive definite"):
        linalg.cholesky(tensor(-np.eye(2)))


def test_vectors_of_equal_values_have_no_derivative_and_the_values_do():
    eye = tensor(np.eye(3), requires_grad=True)
    weights = rng.standard_normal((3, 3))
    for name, vectors in [("eigh", 1), ("eig", 1), ("svd", 0), ("svd", 2)]:
        result = getattr(linalg, name)(eye)
        with pytest.raises(np.linalg.LinAlgError, match=rf"{name}: two .* are equal .* use a function of the"):
            gradients((result[vectors] * weights).sum(), eye)
    for values_of in (linalg.eigvalsh, linalg.svdvals, lambda x: linalg.eigh(x)[0], lambda x: linalg.svd(x)[1]):
        np.testing.assert_allclose(grad(lambda x, f=values_of: f(x).sum())(np.eye(3)), np.eye(3), atol=1e-15)
    for values_of in (linalg.eigvalsh, linalg.svdvals):
        assert jvp(lambda x, f=values_of: f(x).sum(), (np.eye(3),), (np.eye(3),))[1] == 3.0


def test_equal_values_that_are_not_asked_for_do_no_harm():
    a = np.diag([1.0, 1.0, 4.0])
    w = rng.standard_normal(3)
    found = grad(lambda x: (linalg.eigh(x).eigenvectors[:, 2] ** 2 * w).sum())(a)
    expected = grad(lambda x: (linalg.eigh(x).eigenvectors[:, 2] ** 2 * w).sum())(np.diag([1.0, 2.0, 4.0]))
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found, 0, atol=1e-15)
    np.testing.assert_allclose(expected, 0, atol=1e-15)
    tilted = scipy.linalg.block_diag(np.eye(2), 0) + np.outer([0, 0, 1], [0.3, 0.2, 4.0])
    tilted = (tilted + tilted.T) / 2
    gradcheck(lambda x: linalg.eigh(x).eigenvectors[:, 2] ** 2, tilted)


def test_singular_vectors_of_zero_have_no_derivative():
    a = np.zeros((3, 2))
    a[0, 0] = 1
    with pytest.raises(np.linalg.LinAlgError, match="a singular value is 0"):
        grad(lambda x: (linalg.svd(x, False).U[:, 1] * [1.0, 2.0, 3.0]).sum())(a)
    assert np.isfinite(grad(lambda x: (linalg.svd(x, False).U[:, 0] ** 2 * [1.0, 2.0, 3.0]).sum())(a)).all()


@pytest.mark.parametrize("ord", ["nuc", 2, -2, "fro", 1, np.inf])
def test_the_subgradient_of_norms_at_0_is_0(ord):
    np.testing.assert_array_equal(grad(lambda x: linalg.norm(x, ord))(np.zeros((3, 2))), np.zeros((3, 2)))


def test_equal_largest_singular_values_share_the_gradient_of_the_norm():
    np.testing.assert_allclose(grad(lambda x: linalg.norm(x, 2))(np.eye(2)), np.eye(2) / 2, atol=1e-15)


def test_completed_bases_have_derivatives_where_their_choice_does_not_matter():
    a = rng.standard_normal((5, 2))
    projector = lambda q: q[..., 2:] @ q[..., 2:].mT
    gradcheck(lambda x: projector(linalg.qr(x, "complete").Q), a, order=2)
    gradcheck(lambda x: projector(linalg.svd(x).U), a, order=2)
    gradcheck(lambda x: projector(linalg.svd(x).Vh.mT), a.T, order=2)
    for full in (lambda x: linalg.qr(x, "complete").Q, lambda x: linalg.svd(x).U):
        with pytest.raises(np.linalg.LinAlgError, match="depends on their choice"):
            grad(lambda x, full=full: (full(x) * rng.standard_normal((5, 5))).sum())(a)
        assert np.isfinite(grad(lambda x, full=full: (full(x)[:, :2] * rng.standard_normal((5, 2))).sum())(a)).all()


def test_qr_of_dependent_columns_has_no_derivative():
    with pytest.raises(np.linalg.LinAlgError, match="Singular"):
        grad(lambda x: linalg.qr(x).R.sum())(np.diag([1.0, 0.0]))


@pytest.mark.parametrize("name", ["cholesky", "eigh", "eigvalsh"])
def test_half_a_matrix_is_refused(name):
    a = positive()
    with pytest.raises(ValueError, match=rf"{name} wants symmetric .* holds one triangle only; of a matrix"):
        getattr(linalg, name)(np.tril(a))
    with pytest.raises(ValueError, match=r"differs from its transpose by up to .* np\.tril\(a\)"):
        getattr(linalg, name)(tensor(np.tril(a) + 7 * np.triu(np.ones((3, 3)), 1)))


@pytest.mark.parametrize("triangle", ["L", "U"])
@pytest.mark.parametrize("name", ["cholesky", "eigh", "eigvalsh", "svd", "pinv"])
def test_numpys_functions_look_at_one_triangle_and_so_do_their_gradients(name, triangle):
    if name in ("svd", "pinv") and triangle == "U":
        pytest.skip("NumPy takes the lower triangle")
    a = positive()
    rest = 7 * np.triu(np.ones((3, 3)), 1)
    a = np.tril(a) + rest if triangle == "L" else np.triu(a) + rest.T
    options = {"cholesky": {"upper": triangle == "U"}, "svd": {"hermitian": True}, "pinv": {"hermitian": True}}
    options = options.get(name, {"UPLO": triangle})
    function = getattr(np.linalg, name)
    for x, y in zip(values(function(tensor(a), **options)), values(function(a, **options))):
        np.testing.assert_allclose(np.abs(x), np.abs(y), atol=1e-14)
    gradcheck(lambda x: tuple(y * y for y in flat(function(x, **options))), a)
    d = grad(lambda x: flat(function(x, **options))[0].sum())(a)
    assert not (np.triu(d, 1) if triangle == "L" else np.tril(d, -1)).any()


def flat(result):
    return list(result) if isinstance(result, tuple) else [result]


@pytest.mark.parametrize("name", ["cholesky", "eigvalsh"])
def test_gradients_of_functions_of_symmetric_matrices_are_symmetric(name):
    d = grad(lambda x: (getattr(linalg, name)(x) * np.arange(3)).sum())(positive())
    np.testing.assert_allclose(d, d.T, atol=1e-15)


# --- functions of matrices -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0.01, 1, 40])
def test_the_exponential_is_scipys(size):
    a = rng.standard_normal((2, 4, 4)) * size
    expected = scipy.linalg.expm(a)
    np.testing.assert_allclose(linalg.matrix_exp(tensor(a)).numpy(), expected, atol=1e-12 * np.abs(expected).max())
    e = rng.standard_normal((4, 4))
    _, found = jvp(linalg.matrix_exp, (a[0],), (e,))
    expected = scipy.linalg.expm_frechet(a[0], e, compute_expm=False)
    np.testing.assert_allclose(found, expected, atol=1e-12 * np.abs(expected).max())


def test_the_exponential_of_what_is_not_finite_is_not_a_number():
    assert np.isnan(linalg.matrix_exp(np.full((2, 2), np.inf))).all()


def test_multi_dot_takes_vectors_at_its_ends():
    xs = [rng.standard_normal(s) for s in (3, (3, 4), (4, 2), 2)]
    for part in (xs, xs[1:], xs[:-1], xs[1:-1]):
        np.testing.assert_allclose(linalg.multi_dot([tensor(x) for x in part]).numpy(), np.linalg.multi_dot(part))
    gradcheck(lambda *xs: linalg.multi_dot(xs), *xs, order=2)
    with pytest.raises(ValueError, match="at least two"):
        linalg.multi_dot(xs[:1])
    with pytest.raises(np.linalg.LinAlgError, match=r"array 1 has shape \(3,\)"):
        linalg.multi_dot([xs[0], xs[0], xs[0]])


def test_householder_product_is_lapacks():
    (a, tau), _ = scipy.linalg.qr(rng.standard_normal((4, 3)), mode="raw")
    q = linalg.householder_product(tensor(a), tau).numpy()
    np.testing.assert_allclose(q.T @ q, np.eye(3), atol=1e-14)
    np.testing.assert_allclose(q, scipy.linalg.lapack.dorgqr(a, tau)[0], atol=1e-14)
    gradcheck(linalg.householder_product, a, tau, order=2)


def test_vander():
    x = np.array([[0.0, 2.0, -1.0]])
    np.testing.assert_array_equal(linalg.vander(tensor(x), 4).numpy()[0], np.vander(x[0], 4, increasing=True))
    assert linalg.vander(x, 0).shape == (1, 3, 0)
    gradcheck(linalg.vander, x, order=2)


def test_rank_has_no_gradient():
    a = tensor(np.ones((2, 3, 3)), requires_grad=True)
    np.testing.assert_array_equal(linalg.matrix_rank(a).numpy(), [1, 1])
    assert not np.linalg.matrix_rank(a, hermitian=True).requires_grad
    assert linalg.matrix_rank(np.diag([1.0, 1e-3]), rtol=1e-2) == 1


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: linalg.inv(np.ones(3)), r"inv wants matrices, an array of at least 2 axes, got shape \(3,\)"),
        (lambda: linalg.det(np.ones((2, 3))), r"det wants square matrices, got shape \(2, 3\)"),
        (lambda: linalg.solve(np.eye(2), 1.0), "solve: the right-hand side is a single number"),
        (lambda: linalg.qr(np.eye(2), "raw"), "mode 'raw' is not supported; use 'reduced'"),
        (lambda: linalg.eigh(np.eye(2), "X"), "UPLO must be 'L' or 'U'"),
        (lambda: linalg.eigvalsh(np.eye(2), "X"), "UPLO must be 'L' or 'U'"),
        (lambda: linalg.cond(np.zeros((0, 0))), "not defined for empty matrices"),
        (lambda: linalg.matrix_power(np.ones((2, 3)), 2), "matrix_power wants square matrices"),
        (lambda: linalg.cross(np.ones(2), np.ones(2)), "cross wants vectors of 3 elements along axis -1, got 2 and 2"),
        (lambda: linalg.outer(np.ones((2, 2)), np.ones(2)), "wants two vectors"),
        (lambda: linalg.vander(np.ones(())), "at least 1 axis"),
        (lambda: linalg.householder_product(np.ones((2, 3)), np.ones(1)), "wants k <= n <= m"),
    ],
)
def test_errors_name_the_operation_and_what_it_got(call, words):
    with pytest.raises((ValueError, np.linalg.LinAlgError), match=words):
        call()


def test_float16_is_refused():
    with pytest.raises(TypeError, match=r"inv: float16 .* \.astype\('float32'\)"):
        linalg.inv(np.eye(2, dtype=np.float16))


def test_integers_become_float64():
    assert linalg.inv(np.array([[2, 0], [0, 1]])).dtype == np.float64
    assert np.linalg.solve(tensor([[2, 0], [0, 1]]), np.array([1, 1])).dtype == np.float64
    np.testing.assert_array_equal(linalg.matrix_power(np.array([[1, 1], [0, 1]]), 4), [[1, 4], [0, 1]])


# --- complex matrices -------------------------------------------------------------------------------------------------


def complexes(*shape):
    return rng.standard_normal(shape) + 1j * rng.standard_normal(shape)


def check_complex(function, *xs):
    """Derivatives of first and second order by real and imaginary parts of the arguments."""

    def of_parts(*parts):
        out = function(*[a + 1j * b for a, b in zip(parts[::2], parts[1::2])])
        outs = out if isinstance(out, tuple) else (out,)
        return tuple(p for o in outs for p in ((o.real, o.imag) if o.dtype.kind == "c" else (o,)))

    gradcheck(of_parts, *[part.copy() for x in xs for part in (x.real, x.imag)], order=2)


C = complexes(3, 3) + 3 * np.eye(3)
HERMITIAN = C @ C.conj().T
TALL, WIDE = complexes(4, 2), complexes(2, 4)


def of_svd(x):
    """What does not change with the phases of singular vectors."""
    u, s, vh = linalg.svd(x, full_matrices=False)
    return u * np.exp(-s) @ vh, np.abs(u), np.abs(vh)


def of_eigh(x):
    w, v = linalg.eigh(x)
    return v * np.exp(w / 10) @ np.conj(v).mT, np.abs(v)


def null_space(q):
    return q[:, 2:] @ np.conj(q[:, 2:]).mT


COMPLEX = {
    "det": (linalg.det, C),
    "slogdet": (lambda x: tuple(linalg.slogdet(x)), C),
    "logdet": (linalg.logdet, C),
    "cholesky": (linalg.cholesky, HERMITIAN),
    "cholesky upper": (lambda x: linalg.cholesky(x, upper=True), HERMITIAN),
    "cholesky_solve": (linalg.cholesky_solve, complexes(3, 2), np.linalg.cholesky(HERMITIAN)),
    "qr": (lambda x: tuple(linalg.qr(x)), TALL),
    "qr wide": (lambda x: tuple(linalg.qr(x)), WIDE),
    "qr complete": (lambda x: null_space(linalg.qr(x, "complete").Q), TALL),
    "eigh": (of_eigh, HERMITIAN),
    "eigvalsh": (linalg.eigvalsh, HERMITIAN),
    "eig": (lambda x: (linalg.eig(x)[0], np.abs(linalg.eig(x)[1])), C),
    "svd tall": (of_svd, TALL),
    "svd wide": (of_svd, WIDE),
    "svd full": (lambda x: null_space(linalg.svd(x).U), TALL),
    "svdvals": (linalg.svdvals, WIDE),
    "pinv": (linalg.pinv, TALL),
    "pinv hermitian": (lambda x: linalg.pinv(x, hermitian=True), HERMITIAN),
    "lstsq": (lambda a, b: tuple(linalg.lstsq(a, b)[:2]), TALL, complexes(4, 2)),
    "norm nuc": (lambda x: linalg.norm(x, "nuc"), TALL),
    "cond": (linalg.cond, C),
    "matrix_exp": (linalg.matrix_exp, C),
    "matrix_power": (lambda x: linalg.matrix_power(x, -3), C),
    "householder_product": (linalg.householder_product, TALL, complexes(2)),
    "lu": (lambda x: tuple(linalg.lu(x))[1:], TALL),
    "lu_solve": (lambda a, b: linalg.lu_solve(*linalg.lu_factor(a), b, left=False, adjoint=True), C, complexes(2, 3)),
}


@pytest.mark.parametrize("name", COMPLEX)
def test_derivatives_of_complex_matrices(name):
    check_complex(*COMPLEX[name])


def test_eigenvalues_of_real_matrices_may_be_complex():
    a = np.array([[0.0, -1.0], [2.0, 0.5]])
    w, v = linalg.eig(tensor(a))
    np.testing.assert_allclose(a @ v.numpy(), v.numpy() * w.numpy(), atol=1e-14)
    gradcheck(lambda x: (linalg.eigvals(x).imag, np.abs(linalg.eig(x)[1])), a, order=2)


@pytest.mark.parametrize("name, which", [("eigh", 1), ("eig", 1), ("svd", 0), ("svd", 2)])
def test_functions_that_depend_on_arbitrary_phases_have_no_derivative(name, which):
    a = tensor(HERMITIAN, requires_grad=True)
    loss = (getattr(linalg, name)(a)[which] * complexes(3, 3)).real.sum()
    with pytest.raises(np.linalg.LinAlgError, match=rf"{name}: .* depends on the phases of the .* magnitudes"):
        gradients(loss, a)
