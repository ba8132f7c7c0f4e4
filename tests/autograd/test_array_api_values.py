"""Elementwise functions, operators and reductions give what array-api-strict gives: values, dtypes and shapes."""

import warnings

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import assume

import autograd as xp
from tests.autograd.array_api_oracle import (
    DTYPES,
    FLOATING,
    NUMERIC,
    REAL,
    array,
    axis_of,
    compare,
    partners,
    quick,
    same,
    strict,
    taken,
    to_strict,
    wider,
    xps,
)

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
    signed = (name, x.dtype.kind) == ("sign", "c")
    assume(not signed or xp.all(xp.isfinite(x)))  # of infinite complex numbers NumPy knows the sign
    compare(name, (x,), exact=not signed)


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
    compare(name, (x, y), exact=xp.result_type(x, y).kind != "c")


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
    exact = x.dtype.kind != "c"  # how complex products are rounded depends on the length of an array
    with np.errstate(all="ignore"):
        same(getattr(x, name)(y), getattr(a, name)(b), exact)
        reflected, in_place = f"__r{name[2:]}", f"__i{name[2:]}"
        if "shift" not in name and name != "__pow__":
            same(getattr(x, reflected)(y), getattr(a, reflected)(b), exact)
        u, v = xp.asarray(x, copy=True), strict.asarray(a, copy=True)
        same(getattr(u, in_place)(y), getattr(v, in_place)(b), exact)
        same(u, v, exact)


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
        compare(name, (x,), kwargs, exact=name != "mean")


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
    x = array(data, REAL, allow_nan=False) + 0  # no -0.0, which array-api-strict sorts downwards as if it were less
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


# --- special values ---------------------------------------------------------------------------------------------------

SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, -2.0, 3.0, 1e30, -1e-30, *(float(s) for s in ("inf", "-inf", "nan"))]


def specials(dtype):
    """Special values of a dtype."""
    if np.dtype(dtype).kind == "c":
        return np.array([complex(a, b) for a in SPECIAL for b in SPECIAL], dtype)
    if np.dtype(dtype).kind == "f":
        return np.array([*SPECIAL, np.finfo(dtype).smallest_subnormal, np.finfo(dtype).max], dtype)
    limits = [0, 1] if dtype == "bool" else [0, 1, 2, 7, np.iinfo(dtype).max, np.iinfo(dtype).min]
    return np.array(limits, dtype)


@pytest.mark.parametrize("name", UNARY.split())
def test_special_values(name):
    for dtype in taken(name):
        values = specials(dtype)
        exact = np.dtype(dtype).kind != "c"
        if name == "sign" and not exact:
            values = values[~np.isinf(values)]
        compare(name, (xp.asarray(values),), exact=exact)
        for value in values[:14]:
            compare(name, (xp.asarray(value),), exact=exact)


@pytest.mark.parametrize("name", BINARY.split())
def test_pairs_of_special_values(name):
    operator = next((o for o, f in OPERATORS.items() if f == name), None)
    for dtype in taken(name):
        x = xp.asarray(specials(dtype))
        if np.dtype(dtype).kind == "c":
            x = x[::13]
        elif np.dtype(dtype).kind in "iu" and ("shift" in name or name == "pow"):
            x = x[:4]
        compare(name, (x[:, None], x), exact=np.dtype(dtype).kind != "c")
        if operator and np.dtype(dtype).kind != "c":
            with np.errstate(all="ignore"):
                want = getattr(strict, name)(to_strict(x)[:, None], to_strict(x))._array
                np.testing.assert_array_equal(getattr(x[:, None], operator)(x).numpy(), want)
                for i, value in enumerate(x.tolist()) if name != "pow" else ():  # NumPy takes a root for x ** 0.5
                    np.testing.assert_array_equal(getattr(x, operator)(value).numpy(), want[:, i])
                    np.testing.assert_array_equal(getattr(x[1], operator)(x[i]).numpy(), want[1, i])


def test_sums_of_nothing_and_of_nan():
    for dtype in ("float32", "complex128"):
        nothing, nan = xp.zeros((0, 2), dtype=dtype), xp.asarray([1, float("nan")], dtype=dtype)
        for name, value in {"sum": 0, "prod": 1}.items():
            assert xp.all(getattr(xp, name)(nothing, axis=0) == value)
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore", RuntimeWarning)
            for name in ("mean", "std", "var"):
                assert xp.all(xp.isnan(getattr(xp, name)(nothing, axis=0)))
        for name in ("sum", "prod", "mean", "std", "var"):
            assert xp.isnan(getattr(xp, name)(nan))
    assert xp.isnan(xp.max(xp.asarray([1.0, float("nan"), 2.0])))
