"""NumPy's functions that choose, insert, pad, lay out, interpolate: edge cases and refusals, with NumPy as oracle."""

import re

import numpy as np
import pytest
from hypothesis import given, strategies as st

import autograd
from autograd import Tensor, gradcheck, tensor

RNG = np.random.default_rng(3)
X = RNG.normal(size=(3, 4))
V = RNG.normal(size=5)


def values(result):
    return result.detach().numpy() if isinstance(result, Tensor) else result


def same(function, *arrays):
    """NumPy's result for arrays is ours for Tensors, in value, shape and dtype."""
    ours, theirs = function(*map(tensor, arrays)), function(*arrays)
    pairs = zip(ours, theirs, strict=True) if isinstance(theirs, (tuple, list)) else [(ours, theirs)]
    for x, y in pairs:
        assert (np.shape(x), np.asarray(values(x)).dtype) == (np.shape(y), np.asarray(y).dtype)
        np.testing.assert_allclose(values(x), y, rtol=1e-13, atol=1e-13)


@given(st.data())
def test_delete_and_insert_as_numpy_does(data):
    shape = data.draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    axis = data.draw(st.sampled_from([None, 0, 1, -1]))
    x = np.arange(float(np.prod(shape))).reshape(shape)
    n = x.size if axis is None else shape[axis]
    position = st.integers(-n, n - 1)
    obj = data.draw(
        st.one_of(position, st.lists(position, max_size=4), st.just(slice(None, None, 2)), st.just(slice(1, None)))
    )
    same(lambda x: np.delete(x, obj, axis), x)
    positions = data.draw(st.one_of(st.integers(-n, n), st.lists(st.integers(-n, n), max_size=4), st.just(slice(0, n))))
    same(lambda x, v: np.insert(x, positions, v, axis), x, np.array(0.5))


@pytest.mark.parametrize(
    "obj, inserted, axis",
    [
        (1, [7.0, 8.0, 9.0], 1),
        ([1], [[7.0], [8.0], [9.0]], 1),
        ([0, 0], [[7.0, 8.0]], 1),
        (2, 5, 0),
        (-1, [1.0, 2.0], None),
    ],
)
def test_what_insert_takes(obj, inserted, axis):
    same(lambda x: np.insert(x, obj, inserted, axis), X)


def test_insert_keeps_the_dtype_and_refuses_positions_beyond():
    assert np.insert(tensor(np.float32([1, 2])), 1, tensor(3.0)).dtype == np.float32
    with pytest.raises(IndexError, match=r"insert: positions \[4\] for axis 0 of length 3; wanted -3 to 3"):
        np.insert(tensor(X), 4, 0.0, axis=0)
    with pytest.raises(IndexError, match="integer positions, got dtype float64"):
        np.insert(tensor(X), [0.5, 1.0], 0.0, axis=0)


def test_choose_and_select():
    same(lambda *c: np.choose([[0], [2]], c), X[0], X[1], X[2])
    same(lambda c: np.choose(np.array([1, 0, 2, 0]), c), X)
    same(lambda a, b: np.select([a > 0, b > 0], [a, b**2], 7), X, -X)
    same(lambda a: np.select([a > 0], [a]), np.zeros((0, 2)))
    assert np.select([np.array([True])], [tensor(np.float32([1]))], 0.5).dtype == np.float32
    for call, error in [
        (lambda: np.choose([3], [tensor(V)]), "numbers must lie in 0 … 0, for 1 choices"),
        (lambda: np.choose([0.5], [tensor(V)]), "choose wants integers"),
        (lambda: np.choose([0], [tensor(V)], mode="last"), "mode must be"),
        (lambda: np.select([V > 0], [tensor(V)] * 2), "got 1 and 2"),
        (lambda: np.select([V], [tensor(V)]), "condition 0 has dtype float64, wanted booleans"),
    ]:
        with pytest.raises((TypeError, ValueError), match=error):
            call()


def test_piecewise():
    same(lambda x: np.piecewise(x, [x < 0, x > 1], [np.sin, 3.0, lambda v, k=2: v**k]), X)
    same(lambda x: np.piecewise(x, x > 0, [lambda v: v * 2]), V)
    same(lambda x: np.piecewise(x, [x > 0], [lambda v: v * 2]), np.array(1.5))
    same(lambda x: np.piecewise(x, [x > 9], [lambda v: v / 0]), X)
    with pytest.raises(ValueError, match="3 functions for 1 conditions"):
        np.piecewise(tensor(V), [V > 0], [1, 2, 3])


def test_resize_and_trim_zeros():
    same(lambda x: np.resize(x, (2, 3)), np.zeros(0))
    same(lambda x: np.resize(x, 7), X)
    for trim in ("fb", "f", "b", "F"):
        same(lambda x, t=trim: np.trim_zeros(x, t), np.array([0.0, 0.0, 1.5, 0.0, 2.0, 0.0]))
    same(np.trim_zeros, np.zeros(3))
    assert autograd.trim_zeros(tensor(np.pad(X, 1)), axis=0).shape == (3, 6)
    with pytest.raises(ValueError, match="lengths must not be negative"):
        np.resize(tensor(V), -1)
    with pytest.raises(ValueError, match="for front and back"):
        np.trim_zeros(tensor(V), "x")


@given(st.data())
def test_pad_as_numpy_does(data):
    shape = data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=2))
    widths = [data.draw(st.tuples(st.integers(0, 6), st.integers(0, 6))) for _ in shape]
    mode = data.draw(
        st.sampled_from(
            "constant edge linear_ramp maximum mean median minimum reflect symmetric wrap".split()  # noqa: SIM905
        )
    )
    kwargs = {}
    if mode in ("reflect", "symmetric"):
        kwargs = {"reflect_type": data.draw(st.sampled_from(["even", "odd"]))}
    elif mode in ("maximum", "mean", "median", "minimum"):
        kwargs = {"stat_length": data.draw(st.one_of(st.none(), st.integers(1, 5)))}
    same(lambda x: np.pad(x, widths, mode, **kwargs), np.random.default_rng(0).normal(size=shape))


def test_pad_with_a_function_and_integers():
    def stripes(vector, width, axis, kwargs):
        vector[: width[0]] = kwargs.get("value", 1) + axis
        vector[len(vector) - width[1] :] = vector[width[0]] * 2

    same(lambda x: np.pad(x, ((1, 2), (0, 1)), stripes, value=5), X)
    gradcheck(lambda x: np.pad(x, 1, stripes), X[:2, :2])
    same(lambda x: np.pad(x, 2, "linear_ramp", end_values=9), np.arange(4))
    same(lambda x: np.pad(x, 2, "reflect", reflect_type="odd"), np.arange(4))
    assert np.pad(tensor(np.float32(V)), 1, "mean").dtype == np.float32
    for call, error in [
        (lambda: np.pad(tensor(np.zeros((0, 2))), 1, "edge"), "axis 0 of shape .* is empty"),
        (lambda: np.pad(tensor(V), 1, "mean", stat_length=0), "stat_length=0 leaves no elements"),
        (lambda: np.pad(tensor(V), 1, "reflect", reflect_type="x"), "'even' or 'odd'"),
        (lambda: np.pad(tensor(V), 1, "linear_ramp", end_values=[1, 2, 3]), "a pair for each of 1 axes"),
    ]:
        with pytest.raises(ValueError, match=error):
            call()


def test_interp():
    xp, fp = np.array([0.0, 1.0, 3.0]), np.array([2.0, -1.0, 4.0])
    same(lambda x, xp, fp: np.interp(x, xp, fp), np.array([[-1.0, 0.0, 0.5], [1.0, 3.0, 4.0]]), xp, fp)
    same(lambda x, fp: np.interp(x, [1.0], fp), V, np.array([2.0]))
    same(lambda x: np.interp(x, xp, fp, period=-4), 3 * V)
    slope = autograd.grad(lambda x: np.interp(x, xp, fp))
    assert [slope(x) for x in (-1.0, 0.0, 1.0, 3.0, 4.0)] == [0.0, -3.0, 2.5, 2.5, 0.0]
    with pytest.raises(ValueError, match=r"vectors xp and fp of one length ≥ 1, got shapes \(2,\) and \(3,\)"):
        np.interp(tensor(V), xp[:2], fp)
    with pytest.raises(ValueError, match="period must not be 0"):
        np.interp(tensor(V), xp, fp, period=0)


def test_grids():
    same(lambda a, b, c: np.meshgrid(a, b, c), V[:2], V[:3], V)
    same(lambda a: np.meshgrid(a), V)
    same(lambda a, b: np.ix_(a, b), np.array([0, 2]), np.array([True, False, True]))
    for num in (0, 1, 2, 5):
        for endpoint in (True, False):
            same(lambda a, b, n=num, e=endpoint: np.linspace(a, b, n, e), np.array([1.0, 2.0]), np.array(5.0))
            same(lambda a, b, n=num, e=endpoint: np.geomspace(a, b, n, e), np.array([-1.0, 2.0]), np.array([-5.0, 9.0]))
            same(lambda a, b, n=num, e=endpoint: np.logspace(a, b, n, e), np.array([1.0, 2.0]), np.array(-1.0))
    same(lambda a: np.linspace(a, 7, 4, dtype=int), np.array(0))
    assert np.linspace(tensor(np.float32(0)), 1.0, 3).dtype == np.float32
    for call, error in [
        (lambda: np.meshgrid(tensor(V), indexing="xx"), "indexing must be"),
        (lambda: np.ix_(tensor([[1]])), r"vectors of positions, got shape \(1, 1\)"),
        (lambda: np.linspace(tensor(0.0), 1.0, -1), "must not be negative, got -1"),
        (lambda: np.geomspace(tensor(-1.0), 1.0), "real ends of one sign"),
    ]:
        with pytest.raises(ValueError, match=error):
            call()


def test_windows():
    same(lambda x: np.lib.stride_tricks.sliding_window_view(x, (2, 2), (1, 1)), X)
    same(lambda x: np.lib.stride_tricks.sliding_window_view(x, 0, 0), X)
    t = tensor(X)
    assert np.shares_memory(autograd.unfold(t, 1, 2, 2).data, t.data)
    assert autograd.unfold(tensor(2.0), 0, 1, 1).tolist() == [2.0]
    for call, error in [
        (lambda: np.lib.stride_tricks.sliding_window_view(t, 2), r"window of shape \(2,\) for 2 axes"),
        (lambda: np.lib.stride_tricks.sliding_window_view(t, 2, 0, writeable=True), "write to the tensor itself"),
        (lambda: t.unfold(0, 4, 1), "windows of 4 with step 1 for axis 0"),
        (lambda: t.T.as_strided((2,), (1,)), r"call t\.contiguous\(\) first"),
        (lambda: t.as_strided((2, 7), (6, 1)), "reach to element 12, x has 12 elements"),
        (lambda: t.as_strided((2,), (1, 1)), "as many strides as sizes"),
    ]:
        with pytest.raises(ValueError, match=error):
            call()


def test_lines_and_elements():
    same(lambda x: np.apply_along_axis(np.diag, -1, x), X)
    same(lambda x: np.apply_along_axis(lambda v: v.sum(), 0, x), X)
    same(lambda x: np.apply_over_axes(np.sum, x, (0, -1)), X)
    f = autograd.vectorize(lambda x, y, k: (x * y + k, x - y), excluded={2})
    g = np.vectorize(lambda x, y, k: (x * y + k, x - y), excluded={2})
    for x, y in zip(f(tensor(X), 2.0, 3), g(X, 2.0, 3), strict=True):
        np.testing.assert_allclose(values(x), y)
    outer = autograd.vectorize(lambda x, y: x[:, None] * y, signature="(n),(m)->(n,m)")
    assert outer(tensor(X), tensor(V)).shape == (3, 4, 5)
    gradcheck(outer, X[:2], V)
    named = autograd.vectorize(lambda a, b: a * b)
    assert named(tensor([1.0, 2.0]), b=tensor(3.0)).tolist() == [3.0, 6.0]
    for call, error in [
        (lambda: autograd.vectorize(abs, signature="n->n"), "is no signature such as"),
        (lambda: outer(tensor(1.0), tensor(V)), "lacks axes of the signature"),
        (lambda: outer(tensor(V)), "1 arguments for the signature"),
        (lambda: named(tensor(V[:0]), 1.0), "have no elements to call"),
        (lambda: np.apply_along_axis(sum, 0, tensor(np.zeros((2, 0)))), "has no lines along axis 0"),
        (lambda: np.apply_over_axes(lambda a, k: a.sum(), tensor(X), 0), r"the function made \(\) of \(3, 4\)"),
    ]:
        with pytest.raises(ValueError, match=error):
            call()


def test_axes_of_generalized_ufuncs():
    a, b = RNG.normal(size=(2, 3, 4)), RNG.normal(size=(3, 5, 2))
    same(lambda a, b: np.matmul(a, b, axes=[(2, 1), (0, 1), (0, -1)]), a, b)
    same(lambda a, b: np.vecdot(a, b, axis=0), X, X + 1)
    same(lambda a, b: np.vecdot(a, b, keepdims=True), X, X + 1)
    same(lambda a, b: np.vecdot(a, b, axes=[0, 1, ()]), X, X.T)
    same(lambda a, b: np.vecdot(a, b, axis=0, keepdims=True), X, X + 1)
    with pytest.raises(TypeError, match="use axes"):
        np.matmul(tensor(X), X.T, axis=0)


def test_arrays_like_a_tensor():
    t = tensor(V[:2], requires_grad=True)
    assert isinstance(np.zeros((2, 3), like=t), Tensor)
    assert np.arange(3, like=t).dtype == np.int64
    assert np.array([[t, t * 2], [t, t]], like=t).shape == (2, 2, 2)
    assert np.asarray(t, like=t) is t
    assert np.array(t, like=t) is not t
    assert np.array(t, "float32", ndmin=2, like=t).shape == (1, 2)
    gradcheck(lambda x: np.array([x[0] * x[1], [2.0, 3.0][0] * x[1]], like=x), V[:2])
    gradcheck(lambda x: np.full((2, 2), x, like=x), V[:2])


def test_polynomials():
    same(lambda p: np.polyval(p, [[0.1, 0.2]]), V)
    same(lambda u, v: np.polydiv(u, v), np.array([1.0, -3.0, 2.0]), np.array([1.0, -1.0]))
    same(lambda p: np.polyint(p, 2, 3.0), V)
    same(lambda p: np.polyder(p, 9), V)
    same(lambda p: np.poly(p), np.zeros(0))
    same(lambda x: np.vander(x, 1), V)
    same(lambda x, y: np.polyfit(x, y, 2, full=True), V, V[::-1] ** 2)
    for call, error in [
        (lambda: np.polyval(tensor(X), 1.0), r"a vector of coefficients, got shape \(3, 4\)"),
        (lambda: np.polyint(tensor(V), 3, [1.0, 2.0]), "3 constants of integration are needed, or one, got 2"),
        (lambda: np.polyder(tensor(V), -1), "must not be negative, got -1"),
        (lambda: np.poly(tensor(X)), r"a vector of zeros or a square matrix, got shape \(3, 4\)"),
        (lambda: np.vander(tensor(X)), "vander wants a vector"),
        (lambda: np.polyfit(tensor(V), V[:2], 1), "as many values or rows in y"),
        (lambda: np.polyfit(tensor(V), V, 1, w=V[:2]), "a weight for each of 5 points"),
        (lambda: np.polyfit(tensor(V[:2]), V[:2], 1, cov=True), "too few for the covariance of 2 coefficients"),
    ]:
        with pytest.raises(ValueError, match=error):
            call()


def test_histograms():
    x, w = np.array([0.1, 0.4, 0.45, 1.0, 7.0]), np.arange(5.0)
    same(lambda x: np.histogram(x, [0, 0.4, 1]), x)
    same(lambda x, w: np.histogram(x, [0, 0.4, 1], weights=w), x, w)
    same(lambda x, w: np.histogram(x, 3, (0, 1), weights=w, density=True), x, w)
    same(lambda x: np.bincount(x, minlength=4), np.array([0, 2, 2]))
    same(lambda x, w: np.histogram2d(x, w, (2, 3))[0], x, w)
    same(lambda x, w: np.histogram2d(x, w, np.array([0.0, 1.0, 8.0]))[2], x, w)
    same(lambda p, w: np.histogramdd(p, 2, weights=w)[0], RNG.normal(size=(5, 2)), w)
    with pytest.raises(ValueError, match=r"a weight for each element, got shapes \(5,\) and \(2,\)"):
        np.bincount(np.arange(5), tensor(V[:2]))


def test_lists_are_not_rounded_to_the_default_dtype():
    t = tensor(V)
    np.testing.assert_array_equal(np.add(t, [0.1] * 5).data, V + 0.1)
    np.testing.assert_array_equal(np.where(V > 0, t, (0.1,) * 5).data, np.where(V > 0, V, 0.1))
    assert np.add(tensor(np.float32(V)), [0.1] * 5).dtype == np.float32


def test_parts():
    t = tensor(X)
    for call, error in [
        (lambda: t.select_scatter(V, 0, 1), r"src of shape \(5,\) for a part of shape \(4,\)"),
        (lambda: t.select_scatter(X[0], 0, 3), "index 3 for axis 0"),
        (lambda: t.slice_scatter(X, 0, step=0), "the step must be positive"),
        (lambda: t.diagonal_scatter(V), r"a diagonal of shape \(3,\)"),
        (lambda: t.put(np.array([1]), V), "1 positions and 5 elements"),
        (lambda: autograd.block_diag(t[None]), r"part 0 has shape \(1, 3, 4\)"),
        (lambda: autograd.cartesian_prod(t), "argument 0 has shape"),
        (lambda: autograd.combinations(t), "combinations wants a vector"),
        (lambda: autograd.cdist(t, V[None]), "rows of one length"),
        (lambda: autograd.cdist(t, t, -1), "p must not be negative"),
        (lambda: tensor(V).cross(V), "vectors of 3 elements"),
    ]:
        with pytest.raises((ValueError, IndexError), match=error):
            call()
    assert autograd.block_diag().shape == (1, 0)
    assert autograd.combinations(tensor(V), 9).shape == (0, 9)
    gradcheck(lambda x: autograd.cdist(x, x[:1] + 1), X)
    (d,) = autograd.gradients(autograd.cdist(u := tensor(X, requires_grad=True), u.detach()).sum(), u)
    assert np.isfinite(d.data).all()
    assert tensor(np.float32(V)).new_tensor([1, 2]).dtype == np.float32
    with pytest.raises(TypeError, match=re.escape("new_zeros() wants integers or one tuple size=")):
        t.new_zeros(2, size=3)
