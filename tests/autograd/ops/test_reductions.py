"""Sums, means, products, extrema, spreads, norms, running sums, positions: values and semantics."""

import numpy as np
import pytest

import autograd
from autograd import tensor

X = np.array([[3.0, -1.0, 2.0], [0.5, 4.0, -2.5]])
CUBE = np.random.default_rng(0).normal(size=(2, 3, 4))


def leaf(values, dtype="float64"):
    return tensor(np.asarray(values, dtype), requires_grad=True)


def grad(f, x):
    """The gradient of f(x).sum() as an array."""
    x = leaf(x)
    (d,) = autograd.gradients(f(x).sum(), x)
    return d.data


# --- against NumPy ----------------------------------------------------------------------------------------------------

REDUCERS = [np.sum, np.mean, np.prod, np.max, np.min, np.var, np.std, np.any, np.all, np.count_nonzero]
AXES = [None, 0, -1, 1, (0, 2), (-1,), ()]


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("f", REDUCERS, ids=lambda f: f.__name__)
def test_numpy_reductions_of_tensors_equal_those_of_arrays(f, axis, keepdims):
    for values in (CUBE, CUBE > 0, (4 * CUBE).astype("int32"), CUBE.astype("float32")[:, ::-1]):
        if values.dtype == bool and f in (np.var, np.std):
            continue
        got, want = f(tensor(values), axis=axis, keepdims=keepdims), f(values, axis=axis, keepdims=keepdims)
        assert isinstance(got, autograd.Tensor)
        assert (got.dtype, got.shape) == (want.dtype, want.shape)
        np.testing.assert_array_equal(got.data, want)


@pytest.mark.parametrize(
    "f, options",
    [
        (np.sum, {"where": X > 0}),
        (np.sum, {"initial": 5.0, "axis": 0}),
        (np.sum, {"dtype": "float32"}),
        (np.sum, {"where": X > 0, "initial": 1.0, "axis": 1, "keepdims": True}),
        (np.prod, {"where": X > 0, "initial": 2.0}),
        (np.prod, {"dtype": "float32", "axis": 1}),
        (np.mean, {"where": X > 0, "axis": 1}),
        (np.mean, {"dtype": "float32"}),
        (np.var, {"where": X > 0, "ddof": 1}),
        (np.var, {"ddof": 1, "axis": 1}),
        (np.var, {"correction": 1}),
        (np.std, {"where": X > 0, "axis": 1}),
        (np.std, {"ddof": 1, "dtype": "float32"}),
        (np.max, {"initial": 3.5, "axis": 1}),
        (np.max, {"where": X > 0, "initial": -1.0, "axis": 0}),
        (np.min, {"where": X > 0, "initial": 9.0, "keepdims": True}),
        (np.any, {"where": X > 10}),
        (np.all, {"where": X > 0, "axis": 1}),
    ],
)
def test_numpy_keywords_mean_what_they_mean_for_arrays(f, options):
    got, want = f(tensor(X), **options), f(X, **options)
    assert (got.dtype, got.shape) == (want.dtype, want.shape)
    np.testing.assert_allclose(got.data, want, rtol=1e-6 if want.dtype == np.float32 else 1e-14)


def test_positional_arguments_have_numpys_order():
    np.testing.assert_array_equal(np.sum(tensor(X), 0, "float32", None, True).data, np.sum(X, 0, "float32", None, True))
    np.testing.assert_array_equal(np.var(tensor(X), 0, None, None, 1, True).data, np.var(X, 0, None, None, 1, True))
    np.testing.assert_array_equal(np.max(tensor(X), 0, None, True).data, np.max(X, 0, None, True))


@pytest.mark.parametrize("f", [np.sum, np.mean, np.var, np.max, np.argmax, np.cumsum])
def test_out_is_refused(f):
    place = 2 if f in (np.max, np.argmax) else 3
    with pytest.raises(TypeError, match=r"out.*write `t = np\."):
        f(*[tensor(X), 0, None, None][:place], np.zeros(3))
    with pytest.raises(TypeError, match=r"out=.*write `t = np\."):
        f(tensor(X), axis=0, out=np.zeros(3))


def test_keywords_that_contradict_each_other():
    with pytest.raises(ValueError, match=r"where=...\) needs initial="):
        np.max(tensor(X), where=X > 0)
    with pytest.raises(ValueError, match="ddof and correction"):
        np.var(tensor(X), ddof=1, correction=1)


def test_gradients_respect_where_and_initial():
    mask = X > 0
    np.testing.assert_array_equal(grad(lambda x: np.sum(x, where=mask, initial=3.0), X), mask * 1.0)
    np.testing.assert_array_equal(grad(lambda x: np.mean(x, where=mask), X), mask / 4)
    np.testing.assert_allclose(grad(lambda x: np.prod(x, where=mask), X), np.where(mask, 12 / X, 0))
    np.testing.assert_array_equal(grad(lambda x: np.max(x, initial=3.5, axis=1), X), [[0, 0, 0], [0, 1, 0]])
    np.testing.assert_allclose(
        grad(lambda x: np.var(x, where=mask, ddof=1), X), mask * 2 * (X - X.mean(where=mask)) / 3
    )
    assert np.max(leaf(np.zeros((0, 2))), axis=0, initial=1.0).tolist() == [1.0, 1.0]


@pytest.mark.parametrize("ufunc", [np.add, np.multiply, np.maximum, np.minimum])
def test_ufunc_reduce_runs_along_the_first_axis(ufunc):
    for options in ({}, {"axis": 1}, {"axis": None}, {"axis": (0, 1), "keepdims": True}, {"initial": 0.5}):
        got, want = ufunc.reduce(tensor(X), **options), ufunc.reduce(X, **options)
        np.testing.assert_array_equal(got.data, want)
    np.testing.assert_array_equal(np.logical_or.reduce(tensor(X > 3)).data, np.logical_or.reduce(X > 3))
    np.testing.assert_array_equal(np.logical_and.reduce(tensor(X > 0), axis=1).data, [False, False])


@pytest.mark.parametrize("ufunc", [np.add, np.multiply])
def test_ufunc_accumulate_runs_along_the_first_axis(ufunc):
    np.testing.assert_array_equal(ufunc.accumulate(tensor(X)).data, ufunc.accumulate(X))
    np.testing.assert_array_equal(ufunc.accumulate(tensor(X), axis=1).data, ufunc.accumulate(X, axis=1))


# --- worked gradients -------------------------------------------------------------------------------------------------


def test_sum_and_mean():
    np.testing.assert_array_equal(grad(lambda x: x.sum(0) * [1, 2, 3], X), [[1, 2, 3]] * 2)
    np.testing.assert_array_equal(grad(lambda x: x.mean(1) * [3, 6], X), [[1] * 3, [2] * 3])
    np.testing.assert_array_equal(grad(lambda x: x.sum((0, 2), keepdim=True), CUBE), np.ones_like(CUBE))
    assert grad(lambda x: x.sum(), np.float64(2)) == 1


def test_large_sums_spread_their_gradient_too():
    x = np.ones((300, 100))
    np.testing.assert_array_equal(grad(lambda x: x.sum(1) * np.arange(300.0), x), np.arange(300.0)[:, None] * x)


def test_numpy_moments_of_a_given_dtype():
    x = np.array([[-1.5, 2.5], [3.7, 4.0]])
    for where in (True, x > 0):
        got = np.mean(tensor(x), axis=0, dtype=int, where=where)
        np.testing.assert_array_equal(got.data, np.mean(x, axis=0, dtype=int, where=where))
        assert got.dtype == np.int64
    with pytest.raises(TypeError, match=r"np\.var\(\.\.\., dtype=int64\) would round the deviations"):
        np.var(tensor(x), dtype=int)


@pytest.mark.filterwarnings("ignore:(invalid|divide)")
def test_a_variance_of_too_few_selected_values_is_not_negative():
    x, where = np.array([[1.0, 2.0], [3.0, 5.0]]), np.array([[True, False], [True, True]])
    with pytest.warns(RuntimeWarning, match="Degrees of freedom"):
        wanted = np.var(x, axis=1, ddof=2, where=where)
    np.testing.assert_array_equal(np.var(tensor(x), axis=1, ddof=2, where=where).data, wanted)


def test_extrema_of_swapped_bytes_have_gradients():
    x = tensor(np.array([1.0, 3.0, 3.0], ">f8"), requires_grad=True)
    autograd.max(x).backward()
    np.testing.assert_array_equal(x.grad.data, [0, 0.5, 0.5])


def test_float16_means_do_not_overflow():
    x = tensor(np.full(4096, 60.0, "float16"), requires_grad=True)
    assert x.mean().item() == 60
    assert x.mean().dtype == np.float16


def test_prod_is_right_where_elements_are_zero():
    np.testing.assert_array_equal(grad(lambda x: x.prod(), [2.0, 3.0, 5.0]), [15, 10, 6])
    np.testing.assert_array_equal(grad(lambda x: x.prod(), [2.0, 0.0, 5.0]), [0, 10, 0])
    np.testing.assert_array_equal(grad(lambda x: x.prod(), [0.0, 0.0, 5.0]), [0, 0, 0])
    hessian = autograd.hessian(autograd.prod)(np.array([0.0, 0.0, 5.0, 2.0]))
    np.testing.assert_array_equal(hessian, [[0, 10, 0, 0], [10, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
    assert autograd.prod(tensor(np.zeros((0,)))).item() == 1


def test_cumprod_is_right_where_elements_are_zero():
    def jacobian(x):
        return autograd.jacobian(autograd.cumprod)(np.array(x))

    np.testing.assert_array_equal(jacobian([2.0, 3.0, 5.0]), [[1, 0, 0], [3, 2, 0], [15, 10, 6]])
    np.testing.assert_array_equal(jacobian([2.0, 0.0, 5.0]), [[1, 0, 0], [0, 2, 0], [0, 10, 0]])
    np.testing.assert_array_equal(jacobian([0.0, 0.0, 5.0]), [[1, 0, 0], [0, 0, 0], [0, 0, 0]])


def test_running_sums_and_products_equal_numpys():
    for ours, numpys in ((autograd.cumsum, np.cumsum), (autograd.cumprod, np.cumprod)):
        for axis in (None, 0, 1, -1):
            want = numpys(CUBE, axis)
            np.testing.assert_array_equal(ours(tensor(CUBE), axis).data, want)
            np.testing.assert_array_equal(numpys(tensor(CUBE), axis).data, want)
        np.testing.assert_array_equal(numpys(tensor([1, 2, 3], "int32")).dtype, np.int64)
    for f in (np.cumulative_sum, np.cumulative_prod):
        for options in ({"axis": 0}, {"axis": -1, "include_initial": True}, {"axis": 1, "dtype": "float32"}):
            got, want = f(tensor(X), **options), f(X, **options)
            assert got.dtype == want.dtype
            np.testing.assert_allclose(got.data, want, rtol=1e-6)
    np.testing.assert_array_equal(grad(lambda x: x.cumsum(0) * [1, 10, 100], [1.0, 2.0, 3.0]), [111, 110, 100])
    assert autograd.cumprod(leaf(np.zeros(0))).shape == (0,)
    with pytest.raises(ValueError, match=r"cumulative_sum: an axis is needed .* \(2, 3\)"):
        autograd.cumulative_sum(tensor(X))


@pytest.mark.parametrize("f, best", [(autograd.max, 4.0), (autograd.min, -4.0)])
def test_ties_of_extrema_share_the_gradient(f, best):
    x = [[1.0, best, best], [best, 0.0, -1.0]]
    np.testing.assert_allclose(grad(f, x), [[0, 1 / 3, 1 / 3], [1 / 3, 0, 0]])
    np.testing.assert_array_equal(grad(lambda t: f(t, axis=1), x), [[0, 0.5, 0.5], [1, 0, 0]])
    np.testing.assert_array_equal(grad(lambda t: f(t, axis=0, keepdims=True), x), [[0, 1, 1], [1, 0, 0]])
    np.testing.assert_array_equal(grad(lambda t: f(t), [np.nan, best, 1.0]), [1, 0, 0])


def test_methods_amax_and_amin_share_and_max_of_an_axis_picks():
    x = leaf([[2.0, 2.0, 1.0], [0.0, 3.0, 3.0]])
    values, indices = x.max(1)
    assert values.tolist() == [2, 3]
    assert indices.tolist() == [0, 1]
    assert not indices.requires_grad
    assert autograd.gradients(values.sum(), x)[0].tolist() == [[1, 0, 0], [0, 1, 0]]
    assert autograd.gradients(x.amax(1).sum(), x)[0].tolist() == [[0.5, 0.5, 0], [0, 0.5, 0.5]]
    kept = x.min(dim=0, keepdim=True)
    assert kept.values.tolist() == [[0, 2, 1]]
    assert kept.indices.tolist() == [[1, 0, 0]]
    assert x.min(axis=-1).values.tolist() == [1, 0]
    assert x.max().tolist() == 3
    assert x.max(tensor(2.5)).tolist() == [[2.5, 2.5, 2.5], [2.5, 3, 3]]


def test_extrema_of_nothing_are_refused():
    for f in (autograd.max, autograd.min, autograd.argmax, autograd.argmin):
        with pytest.raises(ValueError, match=rf"{f.__name__}: no elements along axis 1 .* \(2, 0\)"):
            f(tensor(np.zeros((2, 0))), axis=1)
    assert autograd.max(tensor(np.zeros((0, 2))), axis=1).shape == (0,)


def test_variance_has_each_facade_its_own_correction():
    t = tensor(X)
    assert autograd.var(t).item() == np.var(t).item() == X.var()
    assert t.var().item() == t.var(unbiased=True).item() == X.var(ddof=1)
    assert t.var(False).item() == t.var(correction=0).item() == X.var()
    np.testing.assert_allclose(t.std(0, keepdim=True).data, X.std(0, ddof=1, keepdims=True))
    np.testing.assert_allclose(t.std(dim=1, unbiased=False).data, X.std(1))
    np.testing.assert_allclose(grad(lambda x: x.var(0), X), 2 * (X - X.mean(0)))
    np.testing.assert_allclose(grad(lambda x: x.std(), X), (X - X.mean()) / (5 * X.std(ddof=1)))


def test_std_has_a_finite_gradient_where_nothing_varies():
    slope = np.sqrt(0.5)
    np.testing.assert_allclose(grad(lambda x: x.std(0), [[1.0, 2.0], [1.0, 4.0]]), [[0, -slope], [0, slope]])
    assert np.isfinite(autograd.hessian(autograd.std)(np.ones(3))).all()


def test_too_few_values_for_a_variance_give_nan():
    x = leaf([1.0])
    with pytest.warns(RuntimeWarning):
        spread = x.var()
    assert np.isnan(spread.item())
    assert np.isnan(autograd.gradients(spread, x)[0].item())


# --- norms ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ord", [None, 2, 1, 0, 3, 0.5, -1, np.inf, -np.inf])
def test_vector_norms_equal_numpys(ord):
    for axis, keepdims in ((0, False), (-1, True)):
        got = np.linalg.norm(tensor(X), ord, axis, keepdims)
        np.testing.assert_allclose(got.data, np.linalg.norm(X, ord, axis, keepdims), rtol=1e-14)
    if ord is not None:
        for axis in (None, 1, (0, 2)):
            got = np.linalg.vector_norm(tensor(CUBE), axis=axis, ord=ord)
            np.testing.assert_allclose(got.data, np.linalg.vector_norm(CUBE, axis=axis, ord=ord), rtol=1e-13)


@pytest.mark.parametrize("ord", ["fro", 1, -1, np.inf, -np.inf])
def test_matrix_norms_equal_numpys(ord):
    np.testing.assert_allclose(np.linalg.norm(tensor(X), ord).data, np.linalg.norm(X, ord))
    np.testing.assert_allclose(np.linalg.matrix_norm(tensor(CUBE), ord=ord).data, np.linalg.matrix_norm(CUBE, ord=ord))
    for keepdims in (False, True):
        got = np.linalg.norm(tensor(CUBE), ord, (2, 0), keepdims)
        np.testing.assert_allclose(got.data, np.linalg.norm(CUBE, ord, (2, 0), keepdims))


def test_norm_without_order_takes_all_elements():
    np.testing.assert_allclose(np.linalg.norm(tensor(CUBE)).data, np.linalg.norm(CUBE))
    assert np.linalg.norm(tensor([3, 4])).item() == 5
    assert autograd.norm(tensor(X), keepdims=True).shape == (1, 1)


def test_gradients_of_norms():
    x = [3.0, -4.0, 0.0]
    np.testing.assert_allclose(grad(autograd.vector_norm, x), [0.6, -0.8, 0])
    np.testing.assert_array_equal(grad(lambda t: autograd.vector_norm(t, ord=1), x), [1, -1, 0])
    np.testing.assert_array_equal(grad(lambda t: autograd.vector_norm(t, ord=np.inf), x), [0, -1, 0])
    np.testing.assert_allclose(
        grad(lambda t: autograd.vector_norm(t, ord=3), x), np.array([9, -16, 0]) / 91 ** (2 / 3), rtol=1e-12
    )
    for ord in (2, 1, 3, 1.5, 0.5, np.inf):
        np.testing.assert_array_equal(grad(lambda t, p=ord: autograd.vector_norm(t, ord=p), np.zeros(3)), 0)
    assert not autograd.vector_norm(leaf(x), ord=0).requires_grad
    assert np.isfinite(autograd.hessian(autograd.norm)(np.zeros(3))).all()


def test_method_norm_is_pytorchs():
    t = tensor(X)
    np.testing.assert_allclose(t.norm().data, np.linalg.norm(X))
    np.testing.assert_allclose(t.norm(1).data, np.abs(X).sum())
    np.testing.assert_allclose(t.norm(2, dim=1).data, np.linalg.norm(X, axis=1))
    np.testing.assert_allclose(t.norm(p=np.inf, dim=(0, 1), keepdim=True).data, [[4]])
    assert t.norm(dtype="float32").dtype == np.float32


def test_norms_that_are_not_there_are_refused():
    with pytest.raises(ValueError, match=r"norm: ord=3 of matrices is not supported"):
        np.linalg.norm(tensor(X), 3)
    with pytest.raises(ValueError, match="needs an axis"):
        np.linalg.norm(tensor(CUBE), 1)
    with pytest.raises(ValueError, match="two for matrices"):
        np.linalg.norm(tensor(CUBE), axis=(0, 1, 2))
    with pytest.raises(ValueError, match="ord must be a number"):
        autograd.vector_norm(tensor(X), ord="fro")
    with pytest.raises(ValueError, match="at least 2 axes"):
        autograd.matrix_norm(tensor([1.0]))
    with pytest.raises(ValueError, match="p='nuc' is not supported"):
        tensor(X).norm("nuc")


# --- positions, truth, dtype, errors ----------------------------------------------------------------------------------


def test_positions_and_counts_carry_no_gradient():
    t = leaf(X)
    for result, want in (
        (t.argmax(), X.argmax()),
        (t.argmin(1, keepdim=True), X.argmin(1, keepdims=True)),
        (np.argmax(t, axis=0), X.argmax(0)),
        (np.argmin(t, 0, keepdims=True), np.argmin(X, 0, keepdims=True)),
        (t.any(dim=1), X.any(1)),
        (t.all(), X.all()),
        (t.count_nonzero(0), np.count_nonzero(X, 0)),
    ):
        assert not result.requires_grad
        np.testing.assert_array_equal(result.data, want)


def test_integers_reduce_untracked():
    t = tensor([[1, 2], [3, 4]])
    assert t.sum().dtype == np.int64
    assert t.mean().dtype == np.float64
    assert not t.sum().requires_grad
    assert t.sum(dtype="float32").dtype == np.float32
    assert not leaf(X).sum(dtype="int64").requires_grad


def test_gradients_keep_float32():
    for f in ("sum", "mean", "prod", "amax", "var", "std", "norm", "cumsum", "cumprod", "logsumexp", "softmax"):
        x = leaf(X, "float32")
        y = getattr(x, f)(1)
        assert y.dtype == np.float32
        assert autograd.gradients(y.sum(), x)[0].dtype == np.float32


def test_arrays_in_arrays_out():
    for f in (autograd.sum, autograd.mean, autograd.max, autograd.std, autograd.norm, autograd.argmax, autograd.any):
        assert isinstance(f(X), np.ndarray | np.generic)
        assert isinstance(f([1.0, 2.0]), np.ndarray | np.generic)


@pytest.mark.parametrize("f", [autograd.sum, autograd.mean, autograd.prod, autograd.max, autograd.var, autograd.argmax])
def test_a_bad_axis_is_named_with_operation_and_shape(f):
    with pytest.raises(np.exceptions.AxisError, match=rf"{f.__name__}: axis 2 .* shape \(2, 3\); wanted .* -2 to 1"):
        f(tensor(X), axis=2)
    with pytest.raises(np.exceptions.AxisError, match="0-d"):
        f(tensor(1.0), axis=0)
    if f is not autograd.argmax:
        with pytest.raises(ValueError, match=rf"{f.__name__}: axis \(0, -2\) names an axis twice"):
            f(tensor(X), axis=(0, -2))


def test_dim_and_axis_together_are_refused():
    with pytest.raises(TypeError, match="both 'dim' and 'axis'"):
        tensor(X).sum(dim=0, axis=0)


def test_reductions_record_one_node():
    x = leaf(X)
    for y in (x.sum(1, keepdim=True), x.mean(0), x.amax(-1), x.std(0), x.logsumexp(1), x.softmax(0), x.prod(1)):
        assert y._node.inputs == (x._node,)
