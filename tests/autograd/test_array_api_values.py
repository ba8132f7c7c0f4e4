"""Every function of the array API standard gives what array-api-strict gives: values, dtypes and shapes."""

import warnings

import array_api_strict as strict
import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis.extra.array_api import make_strategies_namespace

import autograd as xp

strict.set_array_api_strict_flags(api_version="2024.12")
xps = make_strategies_namespace(xp)
DTYPES = xp.__array_namespace_info__().dtypes()
SHAPES = xps.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3)


# --- running both -----------------------------------------------------------------------------------------------------


def to_strict(x):
    """The same argument for array-api-strict."""
    if isinstance(x, xp.Tensor):
        return strict.asarray(x.numpy())
    if isinstance(x, np.dtype):
        return getattr(strict, x.name)
    if isinstance(x, list | tuple):
        return type(x)(to_strict(v) for v in x)
    return x


def same(got, want, exact=True):
    """Whether a result is the same, down to its dtype and shape."""
    if isinstance(want, tuple | list):
        assert type(want) is list or isinstance(got, tuple)
        assert len(got) == len(want)
        assert getattr(got, "_fields", None) == getattr(want, "_fields", None)
        for g, w in zip(got, want):
            same(g, w, exact)
    elif isinstance(want, strict._array_object.Array):
        assert isinstance(got, xp.Tensor)
        want = np.asarray(want._array)
        assert (got.dtype, got.shape) == (want.dtype, want.shape)
        if exact:
            np.testing.assert_array_equal(got.numpy(), want)
            if want.dtype.kind == "f":
                np.testing.assert_array_equal(np.signbit(got.numpy()), np.signbit(want))
        elif exact is not None:
            tolerance = 1e-4 if want.dtype in (np.float32, np.complex64) else 1e-10
            np.testing.assert_allclose(got.numpy(), want, tolerance, tolerance)
    elif isinstance(want, float):
        assert got == want or (got != got and want != want)
    else:
        assert type(got) is type(want)
        assert got == want


def compare(name, args, kwargs=None, exact=True):
    """Call both; what the standard leaves undefined, and array-api-strict refuses, may be anything."""
    kwargs = kwargs or {}
    expected, function = strict, xp
    for part in name.split("."):
        expected, function = getattr(expected, part), getattr(function, part)
    with np.errstate(all="ignore"):
        try:
            want = expected(*to_strict(args), **{k: to_strict(v) for k, v in kwargs.items()})
        except (TypeError, ValueError, IndexError, OverflowError, np.linalg.LinAlgError):
            assume(False)
        same(function(*args, **kwargs), want, exact)


def quick(test):
    """Few examples for each of many functions."""
    return settings(max_examples=6, deadline=None)(given(st.data())(test))


# --- what to call them with -------------------------------------------------------------------------------------------


def taken(name):
    """The dtypes that a function of arrays takes, found by trying."""
    function = getattr(strict, name)
    found = []
    for dtype in DTYPES:
        x = strict.ones((2,), dtype=getattr(strict, dtype))
        for args in ((x,), (x, x)):
            try:
                with np.errstate(all="ignore"):
                    function(*args)
            except TypeError:
                continue
            found.append(dtype)
    return found


def partners(dtype):
    """The dtypes of the same kind."""
    kinds = ("bool", "integral", ("real floating", "complex floating"))
    kind = next(k for k in kinds if xp.isdtype(dtype, k))
    return [n for n, d in DTYPES.items() if xp.isdtype(d, kind)]


def array(data, dtypes, shape=SHAPES, **elements):
    """A Tensor of one of these dtypes."""
    dtype = data.draw(st.sampled_from(list(dtypes)), label="dtype")
    return data.draw(xps.arrays(dtype, shape, elements=elements or None), label="x")


def axis_of(data, x, several=True):
    """An axis, several or None."""
    axes = [st.none()]
    if x.ndim:
        axes += [st.integers(-x.ndim, x.ndim - 1)] + ([xps.valid_tuple_axes(x.ndim)] if several else [])
    return data.draw(st.one_of(axes), label="axis")


REAL = [n for n, d in DTYPES.items() if d.kind in "iuf"]
NUMERIC = [n for n, d in DTYPES.items() if d.kind in "iufc"]
FLOATING = [n for n, d in DTYPES.items() if d.kind in "fc"]
MODEST = {"allow_nan": False, "allow_infinity": False, "min_value": -100, "max_value": 100}

UNARY = (
    "abs acos acosh asin asinh atan atanh bitwise_invert ceil conj cos cosh exp expm1 floor imag isfinite isinf isnan "
    "log log10 log1p log2 logical_not negative positive real reciprocal round sign signbit sin sinh sqrt square tan "
    "tanh trunc"
)
BINARY = (
    "add atan2 bitwise_and bitwise_left_shift bitwise_or bitwise_right_shift bitwise_xor copysign divide equal "
    "floor_divide greater greater_equal hypot less less_equal logaddexp logical_and logical_or logical_xor maximum "
    "minimum multiply nextafter not_equal pow remainder subtract"
)


@pytest.mark.parametrize("name", UNARY.split())
@quick
def test_unary(name, data):
    x = array(data, taken(name))
    compare(name, (x,), exact=(name, x.dtype.kind) != ("sign", "c"))


@pytest.mark.parametrize("name", BINARY.split())
@quick
def test_binary(name, data):
    first, second = data.draw(xps.mutually_broadcastable_shapes(2, max_dims=3, max_side=3)).input_shapes
    x = array(data, taken(name), first)
    y = array(data, partners(x.dtype), second)
    if x.dtype.kind in "iu" and "shift" in name:
        y = xp.astype(xp.remainder(y, 8), y.dtype)
    elif name == "pow" and y.dtype.kind == "i":
        y = xp.abs(xp.remainder(y, 5))
    if data.draw(st.booleans(), label="scalar"):
        y = data.draw(xps.from_dtype(x.dtype))
        y = abs(y) % 8 if "shift" in name or (name == "pow" and x.dtype.kind in "iu") else y
        if data.draw(st.booleans(), label="reflected") and "shift" not in name:
            x, y = y, x
    compare(name, (x, y))


OPERATORS = {
    "__add__": "add",
    "__sub__": "subtract",
    "__mul__": "multiply",
    "__truediv__": "divide",
    "__floordiv__": "floor_divide",
    "__mod__": "remainder",
    "__pow__": "pow",
    "__and__": "bitwise_and",
    "__or__": "bitwise_or",
    "__xor__": "bitwise_xor",
    "__lshift__": "bitwise_left_shift",
    "__rshift__": "bitwise_right_shift",
}


@pytest.mark.parametrize("name", OPERATORS)
@quick
def test_operators(name, data):
    x = array(data, taken(OPERATORS[name]))
    y = data.draw(xps.from_dtype(x.dtype)) if data.draw(st.booleans()) else array(data, [x.dtype.name], x.shape)
    if "shift" in name or (name == "__pow__" and x.dtype.kind in "iu"):
        y = y % 7
        y = abs(y) if x.dtype.kind != "u" else y
    a, b = to_strict(x), to_strict(y)
    with np.errstate(all="ignore"):
        same(getattr(x, name)(y), getattr(a, name)(b))
        reflected, in_place = f"__r{name[2:]}", f"__i{name[2:]}"
        if "shift" not in name and name != "__pow__":
            same(getattr(x, reflected)(y), getattr(a, reflected)(b))
        u, v = xp.asarray(x, copy=True), strict.asarray(a, copy=True)
        same(getattr(u, in_place)(y), getattr(v, in_place)(b))
        same(u, v)


@quick
def test_clip(data):
    x = array(data, REAL, allow_nan=False)
    low, high = (data.draw(st.none() | xps.from_dtype(x.dtype, allow_nan=False)) for _ in range(2))
    compare("clip", (x, low, high))
    low = array(data, [x.dtype.name], x.shape, allow_nan=False)
    compare("clip", (x,), {"min": low, "max": high})


# --- reductions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["sum", "prod"])
@quick
def test_sums(name, data):
    x = array(data, NUMERIC)
    kwargs = {"axis": axis_of(data, x), "keepdims": data.draw(st.booleans())}
    compare(name, (x,), kwargs)
    compare(name, (x,), kwargs | {"dtype": wider(data, x)})


def wider(data, x):
    """A dtype to which the promotion rules lead from that of x."""
    return np.dtype(data.draw(st.sampled_from([n for n in partners(x.dtype) if np.can_cast(x.dtype, n)])))


@pytest.mark.parametrize("name", ["max", "min", "mean", "std", "var", "all", "any", "count_nonzero"])
@quick
def test_reductions(name, data):
    dtypes = {"max": REAL, "min": REAL, "mean": FLOATING, "std": ["float32", "float64"], "var": ["float32", "float64"]}
    x = array(data, dtypes.get(name, DTYPES))
    kwargs = {"axis": axis_of(data, x), "keepdims": data.draw(st.booleans())}
    if name in ("std", "var"):
        kwargs["correction"] = data.draw(st.sampled_from([0, 1, 0.5]))
    if name == "mean" or name in ("std", "var"):
        assume(x.size)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        compare(name, (x,), kwargs)


@pytest.mark.parametrize("name", ["argmax", "argmin"])
@quick
def test_positions_of_extrema(name, data):
    x = array(data, REAL)
    compare(name, (x,), {"axis": axis_of(data, x, several=False), "keepdims": data.draw(st.booleans())})


@pytest.mark.parametrize("name", ["cumulative_sum", "cumulative_prod"])
@quick
def test_cumulative(name, data):
    x = array(data, NUMERIC)
    assume(x.ndim)
    kwargs = {"axis": data.draw(st.integers(-x.ndim, x.ndim - 1)), "include_initial": data.draw(st.booleans())}
    compare(name, (x,), kwargs)
    compare(name, (x,), kwargs | {"dtype": wider(data, x)})


@pytest.mark.parametrize("name", ["sort", "argsort"])
@quick
def test_sorting(name, data):
    x = array(data, REAL, allow_nan=False)
    assume(x.ndim)
    compare(
        name,
        (x,),
        {"axis": data.draw(st.integers(-x.ndim, x.ndim - 1)), "descending": data.draw(st.booleans()), "stable": True},
    )


@quick
def test_diff(data):
    x = array(data, NUMERIC)
    assume(x.ndim)
    axis = data.draw(st.integers(-x.ndim, x.ndim - 1))
    kwargs = {"axis": axis, "n": data.draw(st.integers(0, 3))}
    if data.draw(st.booleans()):
        kwargs["prepend"] = array(data, [x.dtype.name], x.shape)
    compare("diff", (x,), kwargs)


# --- manipulation -----------------------------------------------------------------------------------------------------


@quick
def test_shapes(data):
    x = array(data, DTYPES)
    n = x.ndim
    compare("expand_dims", (x,), {"axis": data.draw(st.integers(-n - 1, n))})
    compare("flip", (x,), {"axis": axis_of(data, x)})
    compare("permute_dims", (x, tuple(data.draw(st.permutations(range(n))))))
    compare("reshape", (x, (-1,) if x.size else (0, 2)), {"copy": data.draw(st.sampled_from([None, True]))})
    compare("reshape", (x, x.shape[::-1]))
    compare("broadcast_to", (x, (2, *x.shape)))
    axis = axis_of(data, x)
    shift = tuple(range(1, len(axis) + 1)) if isinstance(axis, tuple) else data.draw(st.integers(-5, 5))
    compare("roll", (x, shift), {"axis": axis})
    compare("squeeze", (x[None, ..., None],), {"axis": data.draw(st.sampled_from([0, -1, (0, -1)]))})
    compare("tile", (x, data.draw(st.tuples(st.integers(0, 2), st.integers(1, 2)) | st.tuples(st.integers(0, 2)))))
    axis = axis_of(data, x, several=False)
    compare("repeat", (x, data.draw(st.integers(0, 3))), {"axis": axis})
    length = x.size if axis is None else x.shape[axis]
    compare("repeat", (x, xp.arange(length) % 3), {"axis": axis})
    if n:
        a, b = (data.draw(st.integers(-n, n - 1)) for _ in range(2))
        compare("moveaxis", (x, a, b))
        compare("unstack", (x,), {"axis": a})
    if n >= 2:
        compare("tril", (x,), {"k": data.draw(st.integers(-3, 3))})
        compare("triu", (x,), {"k": data.draw(st.integers(-3, 3))})
        compare("matrix_transpose", (x,))
        same(x.mT, to_strict(x).mT)
    if n == 2:
        same(x.T, to_strict(x).T)


@quick
def test_joining(data):
    x = array(data, DTYPES)
    y = array(data, partners(x.dtype), x.shape)
    compare("stack", ([x, y],), {"axis": data.draw(st.integers(-x.ndim - 1, x.ndim))})
    compare("concat", ([x, y],), {"axis": axis_of(data, x, several=False)})
    z = array(data, DTYPES, (3, 1))
    compare("broadcast_arrays", (x[..., :1], z[:0]) if x.ndim else (x, z))
    u, v = (array(data, [x.dtype.name], data.draw(st.tuples(st.integers(0, 3)))) for _ in range(2))
    compare("meshgrid", (u, v), {"indexing": data.draw(st.sampled_from(["xy", "ij"]))})


# --- indexing, searching, sets ----------------------------------------------------------------------------------------


@quick
def test_indexing(data):
    x = array(data, DTYPES)
    key = data.draw(xps.indices(x.shape, allow_newaxis=True), label="key")
    try:
        want = to_strict(x)[key]
    except IndexError:
        assume(False)
    same(x[key], want)
    mask = array(data, ["bool"], x.shape)
    same(x[mask], to_strict(x)[to_strict(mask)])
    if x.ndim and all(x.shape):
        places = tuple(xp.asarray([n - 1, 0, -n]) for n in x.shape)
        same(x[places], to_strict(x)[to_strict(places)])
        same(x[(0, *places[1:])], to_strict(x)[to_strict((0, *places[1:]))])


@quick
def test_storing(data):
    x = array(data, DTYPES)
    key = data.draw(xps.indices(x.shape), label="key")
    value = array(data, [x.dtype.name], ())
    if data.draw(st.booleans()):
        value = value.item()
    for index in (key, array(data, ["bool"], x.shape)):
        u, v = xp.asarray(x, copy=True), strict.asarray(to_strict(x), copy=True)
        u[index], v[to_strict(index)] = value, to_strict(value)
        same(u, v)


@quick
def test_taking_and_searching(data):
    x = array(data, DTYPES)
    if x.ndim:
        axis = data.draw(st.integers(-x.ndim, x.ndim - 1))
        n = x.shape[axis]
        if n:
            indices = xp.asarray(data.draw(st.lists(st.integers(-n, n - 1), min_size=0, max_size=4)), dtype="int64")
            compare("take", (x, indices), {"axis": axis})
            places = data.draw(xps.arrays("int64", x.shape, elements={"min_value": -n, "max_value": n - 1}))
            compare("take_along_axis", (x, places), {"axis": axis})
        compare("nonzero", (x,))
    y = array(data, partners(x.dtype), x.shape)
    condition = array(data, ["bool"], x.shape)
    compare("where", (condition, x, y))
    compare("where", (condition, x, data.draw(xps.from_dtype(x.dtype))))


@quick
def test_searchsorted(data):
    x = array(data, REAL, (4,), allow_nan=False)
    values = array(data, [x.dtype.name], allow_nan=False)
    side = data.draw(st.sampled_from(["left", "right"]))
    compare("searchsorted", (x, values), {"side": side, "sorter": xp.argsort(x)})
    compare("searchsorted", (xp.sort(x), values), {"side": side})


@pytest.mark.parametrize("name", ["unique_all", "unique_counts", "unique_inverse", "unique_values"])
@quick
def test_sets(name, data):
    compare(name, (array(data, DTYPES),))


# --- linear algebra ---------------------------------------------------------------------------------------------------

STACKS = st.sampled_from([(), (2,), (0,), (2, 1)])


def matrices(data, rows=None, columns=None, dtypes=FLOATING):
    """A stack of matrices with modest elements."""
    rows = data.draw(st.integers(0, 3)) if rows is None else rows
    columns = data.draw(st.integers(0, 3)) if columns is None else columns
    shape = (*data.draw(STACKS), rows, columns)
    dtype = np.dtype(data.draw(st.sampled_from(list(dtypes))))
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    values = rng.integers(-5, 6, shape) if dtype.kind in "iu" else rng.normal(size=shape)
    if dtype.kind == "c":
        values = values + 1j * rng.normal(size=shape)
    return xp.asarray(values.astype(dtype))


@quick
def test_products(data):
    n = data.draw(st.integers(0, 3))
    x = matrices(data, columns=n, dtypes=NUMERIC)
    y = matrices(data, rows=n, dtypes=[x.dtype.name])
    for module in ("", "linalg."):
        compare(f"{module}matmul", (x, y), exact=False)
        compare(f"{module}matmul", (x, y[..., 0] if y.ndim == 2 and y.shape[1] else y), exact=False)
        compare(f"{module}tensordot", (x, y), {"axes": ((-1,), (-2,))}, exact=False)
        compare(f"{module}vecdot", (x, x + 1), {"axis": -1}, exact=False)
        compare(f"{module}matrix_transpose", (x,))
    compare("tensordot", (x, y), {"axes": 0}, exact=False)
    assert (x @ xp.ones((n, 2), dtype=x.dtype)).shape == (*x.shape[:-1], 2)


@quick
def test_vectors(data):
    n = data.draw(st.integers(0, 3))
    x, y = (array(data, ["int32", "float64", "complex64"], (n,), **MODEST) for _ in range(2))
    compare("linalg.outer", (x, y), exact=False)
    x = matrices(data, columns=3, dtypes=NUMERIC)
    compare("linalg.cross", (x, x[..., ::-1]), exact=False)
    compare("linalg.cross", (x, x[..., ::-1]), {"axis": -1}, exact=False)
    x = matrices(data)
    ords = st.sampled_from([float("inf"), -float("inf"), 0, 1, 2, 3.5])
    compare("linalg.vector_norm", (x,), {"axis": axis_of(data, x), "keepdims": data.draw(st.booleans())}, exact=False)
    if x.size:
        compare("linalg.vector_norm", (x,), {"ord": data.draw(ords), "axis": axis_of(data, x)}, exact=False)
        ords = st.sampled_from([float("inf"), -float("inf"), 1, -1, 2, -2, "fro", "nuc"])
        kwargs = {"ord": data.draw(ords), "keepdims": data.draw(st.booleans())}
        compare("linalg.matrix_norm", (x,), kwargs, exact=False)


@quick
def test_diagonals(data):
    x = matrices(data, dtypes=NUMERIC)
    offset = data.draw(st.integers(-4, 4))
    compare("linalg.diagonal", (x,), {"offset": offset})
    compare("linalg.trace", (x,), {"offset": offset}, exact=False)
    compare("linalg.trace", (x,), {"dtype": wider(data, x)}, exact=False)


@quick
def test_square_matrices(data):
    n = data.draw(st.integers(0, 3))
    x = matrices(data, n, n)
    compare("linalg.det", (x,), exact=False)
    compare("linalg.slogdet", (x,), exact=False)
    compare("linalg.inv", (x,), exact=False)
    compare("linalg.matrix_power", (x, data.draw(st.integers(-3, 4))), exact=False)
    compare("linalg.solve", (x, matrices(data, n, dtypes=[x.dtype.name])), exact=False)
    compare("linalg.solve", (x, xp.ones(n, dtype=x.dtype)), exact=False)
    symmetric = x + xp.conj(x.mT)
    compare("linalg.eigvalsh", (symmetric,), exact=False)
    compare("linalg.eigh", (symmetric,), exact=None)
    positive = x @ xp.conj(x.mT) + xp.eye(n, dtype=x.dtype)
    compare("linalg.cholesky", (positive,), {"upper": data.draw(st.booleans())}, exact=False)


@quick
def test_decompositions(data):
    x = matrices(data)
    compare("linalg.qr", (x,), {"mode": data.draw(st.sampled_from(["reduced", "complete"]))}, exact=None)
    compare("linalg.svd", (x,), {"full_matrices": data.draw(st.booleans())}, exact=None)
    compare("linalg.svdvals", (x,), exact=False)
    compare("linalg.pinv", (x,), exact=False)
    compare("linalg.pinv", (x,), {"rtol": 0.1}, exact=False)
    if all(x.shape):
        compare("linalg.matrix_rank", (x,))
        compare("linalg.matrix_rank", (x,), {"rtol": xp.full(x.shape[:-2], 0.1)})
