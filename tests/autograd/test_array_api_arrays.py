"""Manipulation, indexing, searching and sets as in array-api-strict."""

import hypothesis.strategies as st
import pytest
from hypothesis import assume

import autograd as xp
from tests.autograd.array_api_oracle import (
    DTYPES,
    REAL,
    array,
    axis_of,
    compare,
    partners,
    quick,
    same,
    strict,
    to_strict,
    xps,
)

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
    same(xp.repeat(x, xp.ones(length, dtype="uint64"), axis=axis), to_strict(xp.repeat(x, 1, axis=axis)))
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
    with pytest.raises(IndexError, match=r"boolean|too many"):
        x[xp.ones((*x.shape[:-1], 7) if x.ndim else (1,), dtype="bool")]
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
