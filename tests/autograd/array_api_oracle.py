"""array-api-strict as an oracle of the functions of the array API standard, and what to call both with."""

import array_api_strict as strict
import hypothesis.strategies as st
import numpy as np
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
    return settings(max_examples=12, deadline=None)(given(st.data())(test))


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


def wider(data, x):
    """A dtype to which the promotion rules lead from that of x."""
    return np.dtype(data.draw(st.sampled_from([n for n in partners(x.dtype) if np.can_cast(x.dtype, n)])))
