"""NumPy's ufuncs on Tensors: every one of them, their methods and keywords."""

import numpy as np
import pytest

import autograd
from autograd import Tensor, protocols, tensor
from autograd.ops import load_all
from tests.autograd.numpy_oracle import assert_like_numpy

load_all()
protocols.fill_ufuncs()
RNG = np.random.default_rng(0)
X = RNG.uniform(0.3, 2, (3, 4))
Y = RNG.uniform(0.3, 2, (3, 4))
MASK = RNG.random((3, 4)) < 0.6
UFUNCS = sorted({f for f in vars(np).values() if isinstance(f, np.ufunc)}, key=lambda f: f.__name__)
BINARY = [f for f in UFUNCS if f in protocols.UFUNCS and (f.nin, f.nout) == (2, 1) and f.signature is None]
OF_INTEGERS = [f for f in BINARY if "dd->d" not in f.types and "dd->?" not in f.types and f is not np.ldexp]
OF_FLOATS = [f for f in BINARY if "dd->d" in f.types]
KINKED = [np.copysign, np.floor_divide, np.fmod, np.heaviside, np.nextafter, np.remainder]
SMOOTH = [f for f in OF_FLOATS if f not in KINKED]
POWERS = [np.power, np.float_power]  # which NumPy itself reduces wrongly where its loops take several at a time
FOLDABLE = [f for f in SMOOTH if f not in (np.arctan2, *POWERS)]


def test_every_ufunc_is_known_or_refused_with_a_reason():
    unknown = {f.__name__ for f in UFUNCS} - {f.__name__ for f in protocols.UFUNCS} - {"isnat", "conjugate"}
    assert unknown == set()
    assert {f.__name__ for f in OF_INTEGERS} >= {"gcd", "lcm", "bitwise_and", "left_shift"}
    assert len(FOLDABLE) > 10


# --- the ones of this file --------------------------------------------------------------------------------------------


def test_parts_of_numbers():
    x = np.array([-3.7, -0.2, 0.6, 5.0, 1000.0])
    assert_like_numpy(lambda x: np.ldexp(x, [3, -1, 0, 2, 1]), x)
    assert_like_numpy(np.frexp, x)
    assert_like_numpy(np.modf, x - 0.1)
    for f in (np.frexp, np.modf):
        special = np.array([np.inf, -np.inf, np.nan, 0.0, -0.0, -2.0, 5e-324])
        for got, want in zip(f(tensor(special)), f(special)):
            finite = np.isfinite(special) | (f is np.modf)
            np.testing.assert_array_equal(got.data[finite], want[finite])
            np.testing.assert_array_equal(np.signbit(got.data[finite]), np.signbit(want[finite]))
    for f in (np.spacing, lambda x: np.nextafter(x, 1.0), np.fix, np.isposinf, np.isneginf):
        assert_like_numpy(f, x, order=0)


def test_bessel():
    assert_like_numpy(np.i0, np.array([-5.0, -0.5, 0.0, 0.1, 3.0, 12.0]), rtol=1e-14)
    autograd.gradcheck(np.i0, np.array([0.0, 0.4, -2.0, 7.0]), order=3)
    assert np.i0(tensor([1, 2])).dtype == np.float64


def test_products():
    a, v = RNG.normal(size=(2, 3, 4)), RNG.normal(size=4)
    if hasattr(np, "matvec"):
        assert_like_numpy(np.matvec, a, v)
        assert_like_numpy(np.vecmat, v[:3], a)


def test_pairs_and_others_without_a_test_of_their_own():
    for f in (np.copysign, np.fmod, np.remainder, np.hypot, np.logaddexp, np.logaddexp2, np.divmod):
        assert_like_numpy(f, X + 2, Y)
    for f in (np.cbrt, np.deg2rad, np.rad2deg, np.sinc, np.reciprocal):
        assert_like_numpy(f, X)
    autograd.gradcheck(np.float_power, X, Y)
    autograd.gradcheck(lambda y: np.heaviside(np.array([[-1.0], [0.0], [2.0]]), y), Y)


# --- methods ----------------------------------------------------------------------------------------------------------


def assert_folded_like_numpy(method, x, *args, **options):
    np.testing.assert_allclose(method(tensor(x), *args, **options).data, method(x, *args, **options), 1e-12)
    autograd.gradcheck(lambda x: method(x, *args, **options), x, order=1)


@pytest.mark.parametrize("f", FOLDABLE, ids=lambda f: f.__name__)
def test_methods_of_floats(f):
    for options in ({}, {"axis": 1}, {"axis": -1, "keepdims": True}):
        assert_folded_like_numpy(f.reduce, X, **options)
    for axis in (0, 1):
        assert_folded_like_numpy(f.accumulate, X, axis=axis)
        assert_folded_like_numpy(f.reduceat, X, [0, 2, 1], axis=axis)
    np.testing.assert_allclose(f.outer(tensor(X[0]), Y).data, f.outer(X[0], Y))
    autograd.gradcheck(f.outer, X[0], Y[0])


def test_powers_are_folded_from_the_left():
    a, b, c = X[:, 0], X[:, 1], X[:, 2]
    for f in POWERS:
        np.testing.assert_allclose(f.reduce(tensor(X[:, :3]), axis=1).data, (a**b) ** c)
        np.testing.assert_allclose(f.accumulate(tensor(X[:, :3]), axis=1).data, np.stack([a, a**b, (a**b) ** c], 1))
        autograd.gradcheck(lambda x, f=f: f.reduce(x, axis=1), X[:, :3])


@pytest.mark.parametrize("f", [*OF_INTEGERS, np.logical_xor, np.logical_or], ids=lambda f: f.__name__)
def test_methods_of_integers(f):
    x = np.array([[12, 8], [3, 2], [1, 1]])
    np.testing.assert_array_equal(f.reduce(tensor(x)).data, f.reduce(x))
    np.testing.assert_array_equal(f.accumulate(tensor(x), axis=1).data, f.accumulate(x, axis=1))
    np.testing.assert_array_equal(f.outer(tensor(x), x[0]).data, f.outer(x, x[0]))


@pytest.mark.parametrize("f", [np.logaddexp, np.hypot, np.fmax, np.fmin, np.logaddexp2], ids=lambda f: f.__name__)
def test_reduce_with_where_and_initial(f):
    for options in (
        {"where": MASK, "initial": 0.7, "axis": 1},
        {"initial": 0.2, "axis": None},
        {"initial": 0.2, "axis": (0, 1), "keepdims": True},
    ):
        assert_like_numpy(lambda x: f.reduce(x, **options), X)  # noqa: B023
    if f.identity is not None:
        assert_like_numpy(lambda x: f.reduce(x, axis=0, where=MASK), X)
        np.testing.assert_array_equal(f.reduce(tensor(X[:0])).data, f.reduce(X[:0]))
    else:
        with pytest.raises(ValueError, match="initial="):
            f.reduce(tensor(X[:0]))


def test_folds_that_depend_on_the_order_take_one_axis():
    with pytest.raises(ValueError, match=r"np.subtract.reduce depends on the order of the elements"):
        np.subtract.reduce(tensor(X), axis=(0, 1))


@pytest.mark.parametrize("f", SMOOTH, ids=lambda f: f.__name__)
def test_at_is_an_update_of_the_handle(f):
    index, b = ([0, 2, 0, 0], [1, 3, 1, 2]), Y[0]

    def updated(x, b):
        y = x * 1.0
        f.at(y, index, b)
        return y

    np.testing.assert_allclose(updated(tensor(X), tensor(b)).data, updated(X.copy(), b))
    if f is not np.float_power:
        autograd.gradcheck(updated, X, b)
    with pytest.raises(TypeError, match=rf"np.{f.__name__}.at would write a tensor into a plain ndarray"):
        f.at(X.copy(), index, tensor(b))


def test_at_of_one_argument_masks_and_integers():
    def negated(x):
        y = x * 1.0
        np.negative.at(y, [0, 0, 2])
        np.add.at(y, (slice(None), 1), 1.0)
        np.multiply.at(y, MASK, 2.0)
        return y

    np.testing.assert_allclose(negated(tensor(X)).data, negated(X))
    autograd.gradcheck(negated, X)
    counts = tensor([0, 0, 0])
    np.add.at(counts, tensor([1, 1, 2]), 1)
    assert counts.tolist() == [0, 2, 1]
    with pytest.raises(TypeError, match="does not fit a tensor of dtype int64"):
        np.add.at(counts, [0], 0.5)
    with pytest.raises(IndexError, match="3"):
        np.add.at(counts, [3], 1)


def test_methods_of_sums_with_where():
    assert_like_numpy(lambda x: np.add.reduce(x, 0, where=MASK), X)
    assert_like_numpy(lambda x: np.multiply.reduce(x, 1, where=MASK, initial=2.0), X)
    assert_like_numpy(lambda x: np.maximum.reduce(x, 1, where=MASK, initial=0.5), X)
    assert_like_numpy(lambda x: np.subtract.reduce(x, 1, initial=0.5), X)


# --- keywords ---------------------------------------------------------------------------------------------------------


def test_dtype_is_that_of_the_result():
    for f, args, dtype in (
        (np.add, (X, Y), "float32"),
        (np.add, (np.arange(3), 2.5), "float64"),
        (np.sin, (np.arange(3),), "float32"),
        (np.greater, (X, 1.0), "bool"),
        (np.isnan, (X,), "bool"),
    ):
        got = f(*(tensor(a) if isinstance(a, np.ndarray) else a for a in args), dtype=dtype)
        assert got.dtype == dtype
        np.testing.assert_array_equal(got.data, f(*args, dtype=dtype))
    x = tensor(X, requires_grad=True)
    (d,) = autograd.gradients(np.multiply(x, x, dtype="float32").sum(), x)
    assert d.dtype == np.float64
    np.testing.assert_allclose(d.data, 2 * X, 1e-6)
    with pytest.raises(TypeError, match="cast"):
        np.add(x, 1.0, dtype=int)


def test_where_and_other_keywords_are_refused():
    for key, value, way in (
        ("where", MASK, r"choose between two values: autograd.where\(condition, result, other\)"),
        ("order", "F", "leave it out"),
        ("subok", False, "leave it out"),
    ):
        with pytest.raises(TypeError, match=rf"np.sin\(..., {key}=...\) is not supported on tensors; {way}"):
            np.sin(tensor(X), **{key: value})
    assert isinstance(np.sin(tensor(X), where=True, casting="same_kind"), Tensor)


def test_a_dtype_given_as_a_type_beside_a_tuple_of_axes():
    x = autograd.tensor(np.ones((2, 3)), requires_grad=True)
    np.mean(x, axis=(0, 1), dtype=np.float64).backward()
    np.testing.assert_allclose(x.grad, np.full((2, 3), 1 / 6))
