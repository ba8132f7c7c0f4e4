"""Matrix products against NumPy's in float64: shapes, strides, types, batches, what is done to the result."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

pytest.importorskip("llvmlite")

from autograd.kernels.native.code import Code
from autograd.kernels.native.gemm import emit_gemm, gemm
from autograd.kernels.native.kernel import generated
from autograd.kernels.native.matrix import Matrix, sums_of_each, transposed
from autograd.kernels.native.threads import pool

SIZES = st.one_of(st.integers(0, 5), st.sampled_from([7, 16, 17, 33, 70, 130]))
LAYOUTS = ("rows", "columns", "backwards", "spread")


def strides(array):
    return tuple(s // array.itemsize for s in array.strides)


def laid_out(array, layout):
    """The same numbers with other strides."""
    if layout == "columns":
        return np.ascontiguousarray(array.swapaxes(-1, -2)).swapaxes(-1, -2)
    if layout == "backwards":
        return np.ascontiguousarray(array[..., ::-1, ::-1])[..., ::-1, ::-1]
    if layout == "spread":
        wide = np.zeros((*array.shape[:-2], array.shape[-2] * 2, array.shape[-1] * 3), array.dtype)
        wide[..., ::2, ::3] = array
        return wide[..., ::2, ::3]
    return array


def assert_product(got, a, b, before=0.0):
    """Sums of k products in any order are at most k ε Σ|a||b| apart."""
    a, b = a.astype(np.float64), b.astype(np.float64)
    bound = (a.shape[-1] + 2) * np.finfo(got.dtype).eps * (np.abs(a) @ np.abs(b) + np.abs(before))
    np.testing.assert_array_less(np.abs(got - (a @ b + before)), bound + 1e-300)


@settings(max_examples=25)
@given(
    m=SIZES,
    n=SIZES,
    k=SIZES,
    layouts=st.tuples(*[st.sampled_from(LAYOUTS)] * 3),
    dtype=st.sampled_from([np.float32, np.float64]),
    accumulate=st.booleans(),
)
def test_products_of_all_shapes_and_strides(m, n, k, layouts, dtype, accumulate):
    rng = np.random.default_rng(m + n + k)
    a, b, c = (laid_out(rng.normal(size=s).astype(dtype), how) for s, how in zip([(m, k), (k, n), (m, n)], layouts))
    before = c.copy()
    gemm(m, n, k, dtype, strides(a), strides(b), strides(c), accumulate=accumulate).run(a, b, c)
    assert_product(c, a, b, before if accumulate else 0.0)


@pytest.mark.parametrize(
    ("m", "n", "k", "forms"),
    [
        (150, 130, 330, "rr"),
        (130, 70, 400, "cr"),
        (7, 200, 500, "rc"),
        (1, 300, 90, "rr"),
        (2, 90, 300, "rc"),
        (140, 200, 150, "cr"),
    ],
)
def test_blocks_of_every_size(m, n, k, forms):
    rng = np.random.default_rng(5)
    names = {"r": "rows", "c": "columns"}
    a = laid_out(rng.normal(size=(m, k)).astype(np.float32), names[forms[0]])
    b = laid_out(rng.normal(size=(k, n)).astype(np.float32), names[forms[1]])
    c = np.empty((m, n), np.float32)
    gemm(m, n, k, np.float32, strides(a), strides(b), strides(c)).run(a, b, c)
    assert_product(c, a, b)


@given(
    batch=st.sampled_from([(), (3,), (2, 5), (0, 2)]), broadcast=st.integers(0, 3), dtype=st.sampled_from(["f4", "f8"])
)
def test_stacks_broadcast(batch, broadcast, dtype):
    rng = np.random.default_rng(0)
    a = rng.normal(size=(*(() if broadcast & 1 else batch), 5, 7)).astype(dtype)
    b = rng.normal(size=(*(() if broadcast & 2 else batch), 9, 7)).astype(dtype).swapaxes(-1, -2)
    a, b = np.broadcast_to(a, (*batch, 5, 7)), np.broadcast_to(b, (*batch, 7, 9))
    c = np.empty((*batch, 5, 9), dtype)
    gemm(5, 9, 7, np.dtype(dtype).type, strides(a), strides(b), strides(c), batch=batch).run(a, b, c)
    assert_product(c, a, b)


@generated
def product_of_some(code, dtype):
    """C = A · B, with sizes and row strides that come at run time."""
    m, n, k = (code.number(i) for i in (3, 4, 5))
    a, b, c = (code.operand(i, dtype) for i in range(3))
    emit_gemm(code, m, n, k, Matrix(a, k, 1), Matrix(b, n, 1), Matrix(c, n, 1), split=True)


@settings(max_examples=25)
@given(m=SIZES, n=SIZES, k=st.one_of(SIZES, st.just(400)))
def test_sizes_known_at_run_time(m, n, k):
    rng = np.random.default_rng(m + n + k)
    a, b = rng.normal(size=(m, k)).astype(np.float32), rng.normal(size=(k, n)).astype(np.float32)
    c = np.empty((m, n), np.float32)
    product_of_some(np.float32).run(a, b, c, *(np.array(size) for size in (m, n, k)))
    assert_product(c, a, b)


@generated
def step(code, m, n, k, stride):
    """W -= A · B / 2 in place, and the product itself stored beside."""
    a, b, w, aside = (code.operand(i, np.float32) for i in range(4))
    w, aside = Matrix(w, n, 1), Matrix(aside, n, 1)

    def epilogue(value, row, column, mask):
        aside.store(value, row, column, mask)
        return w.load(row, column, value.lanes, mask) - value * 0.5

    emit_gemm(code, m, n, k, Matrix(a, k, 1), Matrix(b, *stride), w, epilogue=epilogue)


@pytest.mark.parametrize(("m", "n", "k"), [(14, 40, 700), (1, 30, 40), (3, 20, 0)])
@pytest.mark.parametrize("columns", [False, True])
def test_an_epilogue_sees_each_element_once_and_c_as_it_was(m, n, k, columns):
    rng = np.random.default_rng(2)
    a, b, w = (rng.normal(size=s).astype(np.float32) for s in ((m, k), (k, n), (m, n)))
    b = laid_out(b, "columns" if columns else "rows")
    before, aside = w.copy(), np.empty_like(w)
    step(m, n, k, (1, k) if columns else (n, 1)).run(a, b, w, aside)
    assert_product(aside, a, b)
    np.testing.assert_array_equal(w, before - aside * np.float32(0.5))


@pytest.fixture
def threads():
    before = pool().threads
    yield pool().set_threads
    pool().set_threads(before)


@pytest.mark.parametrize(
    ("m", "n", "k", "batch", "columns"),
    [(150, 200, 90, (), False), (1, 3001, 300, (), True), (600, 10, 200, (), True), (40, 40, 40, (3, 5), False)],
)
@pytest.mark.parametrize("accumulate", [False, True])
def test_threads_share_the_work_and_change_no_bit(threads, m, n, k, batch, columns, accumulate):
    rng = np.random.default_rng(3)
    a, b, c = (rng.normal(size=(*batch, *s)).astype(np.float32) for s in ((m, k), (k, n), (m, n)))
    b = laid_out(b, "columns" if columns else "rows")
    run = gemm(m, n, k, np.float32, strides(a), strides(b), strides(c), batch=batch, accumulate=accumulate)
    assert run.splits
    results = []
    for count in (1, 2, 3):
        threads(count)
        results.append(c.copy())
        run.run(a, b, results[-1])
    assert_product(results[0], a, b, c if accumulate else 0.0)
    np.testing.assert_array_equal(results[0], results[1])
    np.testing.assert_array_equal(results[0], results[2])


@pytest.mark.parametrize(("m", "n", "k", "turned"), [(13, 70, 300, False), (1, 20, 9, False), (37, 18, 40, True)])
@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("columns", [False, True])
def test_expressions_of_the_product(m, n, k, turned, activation, columns):
    rng = np.random.default_rng(4)
    a, b, bias, gate = (rng.normal(size=s).astype(np.float32) for s in ((m, k), (k, n), (n,), (m, 1)))
    b = laid_out(b, "columns" if columns else "rows")
    on = rng.random((m, n)) < 0.5
    c, before, sign = (laid_out(np.empty((m, n), d), "columns" if turned else "rows") for d in ("f4", "f4", "?"))
    steps = (("add", 0, 1), (activation, 4), ("where", 3, 5, 2), ("greater", 4, 0.0), ("positive", 6))
    run = gemm(
        m,
        n,
        k,
        np.float32,
        strides(a),
        strides(b),
        strides(c),
        epilogue=steps,
        extras=(((0, 1), np.float32), ((1, 0), np.float32), ((n, 1), np.bool_)),
        keeps=((4, strides(before), np.float32), (7, strides(sign), np.bool_)),
    )
    run.run(a, b, c, bias, gate, on, before, sign)
    assert_product(before, a, b, np.broadcast_to(bias, (m, n)))
    act = np.maximum(before, 0) if activation == "relu" else np.tanh(before)
    np.testing.assert_allclose(c, np.where(on, act, gate), rtol=3e-7)
    np.testing.assert_array_equal(sign, before > 0)


def test_nan_and_infinity_stay_where_they_are():
    a, b = np.ones((7, 20), np.float32), np.ones((20, 21), np.float32)
    a[2, 3], a[5, 19], b[4, 20] = np.nan, np.inf, -np.inf
    c = np.empty((7, 21), np.float32)
    gemm(7, 21, 20, np.float32, (20, 1), (21, 1), (21, 1)).run(a, b, c)
    with np.errstate(invalid="ignore"):
        np.testing.assert_array_equal(c, a @ b)


@generated
def turned(code, lanes, dtype):
    x, y = Matrix(code.operand(0, dtype), lanes, 1), Matrix(code.operand(1, dtype), lanes, 1)
    for i, row in enumerate(transposed(code, [x.load(i, 0, lanes) for i in range(lanes)])):
        y.store(row, i, 0)


@pytest.mark.parametrize(("lanes", "dtype"), [(16, np.float32), (8, np.float32), (4, np.float32), (8, np.float64)])
def test_transposing_in_registers(lanes, dtype):
    x = np.arange(lanes * lanes, dtype=dtype).reshape(lanes, lanes)
    y = np.empty_like(x)
    turned(lanes, dtype).run(x, y)
    np.testing.assert_array_equal(y, x.T)


@generated
def summed(code, count, lanes):
    x, y = Matrix(code.operand(0, np.float32), lanes, 1), code.operand(1, np.float32)
    code.store(sums_of_each(code, [x.load(i, 0, lanes) for i in range(count)]), y)


@pytest.mark.parametrize(("count", "lanes"), [(1, 16), (2, 16), (8, 16), (16, 16), (8, 4), (4, 2)])
def test_sums_of_the_lanes_of_each(count, lanes):
    x = np.arange(count * lanes, dtype=np.float32).reshape(count, lanes)
    y = np.empty(count, np.float32)
    summed(count, lanes).run(x, y)
    np.testing.assert_array_equal(y, x.sum(1))


def test_code_is_written_for_the_machine_at_hand():
    code = Code("product")
    x = Matrix(code.operand(0, np.float32), 8, 1)
    emit_gemm(code, 8, 8, 8, x, x, x)
    assert "fmuladd" in str(code.module)
    assert not code.splits


@pytest.mark.skipif("CHALKGRAD_VECTOR" in os.environ, reason="is what runs already")
@pytest.mark.parametrize("kind", ["avx2", "plain"])
def test_narrower_vectors(kind):
    from autograd.kernels.native.host import NEEDS, host

    order = list(NEEDS)
    if kind != "plain" and host().kind not in order[: order.index(kind) + 1]:
        pytest.skip(f"this CPU has no {kind}")
    chosen = "blocks or epilogue or expressions or transposing or lanes or run_time"
    run = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", __file__, "-k", chosen]
    done = subprocess.run(run, env={**os.environ, "CHALKGRAD_VECTOR": kind}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
