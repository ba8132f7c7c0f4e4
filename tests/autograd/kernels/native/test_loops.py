"""Nests of loops against NumPy: any axes, strides, broadcasting and reductions."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

pytest.importorskip("llvmlite")

from autograd.kernels.native.loops import Input, Nest, Output, planned
from autograd.kernels.native.threads import pool

FOLDS = {"sum": np.sum, "max": np.max, "min": np.min}
STEPS = (("multiply", 0, 1), ("add", 2, 0.5), ("maximum", 3, 0.0))


def steps_of(a, shape):
    return tuple(0 if n == 1 else s // a.itemsize for s, n in zip(a.strides, shape))


def run(nest, arrays):
    plan = planned(nest)
    operands = [*arrays, *(np.full(n, np.nan, d) for n, d in plan.workspaces)]
    for stage in plan.stages:
        stage.kernel.run(*[operands[k] for k in stage.operands])


@st.composite
def problems(draw):
    """Two inputs that broadcast to a shape, in any memory order and with any strides; which axes are reduced; folds."""
    shape = tuple(draw(st.lists(st.sampled_from([1, 2, 3, 5, 6, 16, 17, 33, 70]), max_size=4)))
    shape = shape if np.prod(shape) < 40_000 else shape[:2]
    dtype = np.dtype(draw(st.sampled_from([np.float32, np.float64])))
    rng = np.random.default_rng(draw(st.integers(0, 99)))

    def array():
        order = draw(st.permutations(range(len(shape))))
        sizes = [n if draw(st.integers(0, 2)) else 1 for n in shape]
        steps = [draw(st.sampled_from([1, 1, 1, 2, -1])) for _ in shape]
        base = rng.normal(size=[sizes[k] * abs(steps[k]) for k in order]).astype(dtype)
        a = base.transpose(np.argsort(order)) if shape else base
        return np.asarray(a[tuple(slice(None, None, s) for s in steps)])

    reduced = tuple(k for k in range(len(shape)) if draw(st.booleans()))
    folds = draw(st.sampled_from([(), ("sum",), ("sum", "max"), ("min",)])) if reduced else ()
    stored = not folds or draw(st.booleans())
    return array(), array(), shape, dtype, reduced if folds else (), folds, stored, draw(st.booleans())


def check(problem):
    x, y, shape, dtype, reduced, folds, stored, backwards = problem
    out = np.full(shape[::-1], 7, dtype).T if backwards else np.full(shape, 7, dtype)
    kept = [1 if k in reduced else n for k, n in enumerate(shape)]
    totals = [np.full(kept, 9, dtype) for _ in folds]
    outputs = [Output(4, dtype, steps_of(out, shape))] if stored else []
    for fold, total in zip(folds, totals):
        strides = tuple(0 if k in reduced else s for k, s in enumerate(steps_of(total, shape)))
        outputs.append(Output(3, dtype, strides, fold, 2.0))
    inputs = (Input(dtype, steps_of(x, x.shape)), Input(dtype, steps_of(y, y.shape)))
    run(Nest(shape, inputs, STEPS, tuple(outputs), reduced), [x, y, *([out] if stored else []), *totals])
    wanted = np.broadcast_to(x.astype(np.float64) * y + 0.5, shape)
    bound = 1e-5 if dtype == np.float32 else 1e-12
    if stored:
        np.testing.assert_allclose(out, np.maximum(wanted, 0), rtol=bound, atol=bound)
    for fold, total in zip(folds, totals):
        right = 2 * FOLDS[fold](wanted, axis=reduced, keepdims=True)
        np.testing.assert_allclose(total, right, rtol=10 * bound, atol=20 * bound * max(1, wanted.size) ** 0.5)


@settings(max_examples=60)
@given(problem=problems())
def test_any_nest(problem):
    check(problem)


@pytest.mark.parametrize("kind", ["avx2", "plain"])
def test_lesser_vectors(kind):
    from llvmlite import binding

    if kind == "avx2" and not binding.get_host_cpu_features().get("avx2"):
        pytest.skip("this CPU has no AVX2")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__, "-k", "any_nest or chunks"]
    done = subprocess.run(
        command, env=os.environ | {"CHALKGRAD_VECTOR": kind}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "shape, reduced", [((4000, 16), (0,)), ((9000, 6), (0,)), ((70_000,), (0,)), ((3, 90_000), (1,))]
)
def test_chunks_do_not_depend_on_threads(shape, reduced):
    x = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    kept = [1 if k in reduced else n for k, n in enumerate(shape)]
    strides = [np.where(np.array(kept) == 1, 0, np.array(np.empty(kept, np.float32).strides) // 4).tolist()]
    nest = Nest(
        shape,
        (Input(x.dtype, steps_of(x, shape)),),
        (),
        (Output(0, x.dtype, tuple(strides[0]), "sum"),),
        reduced,
    )
    assert len(planned(nest).stages) == 2
    results = []
    before = pool().threads
    try:
        for threads in (1, 2, 3):
            pool().set_threads(threads)
            total = np.empty(kept, np.float32)
            run(nest, [x, total])
            results.append(total)
    finally:
        pool().set_threads(before)
    np.testing.assert_allclose(results[0], x.sum(reduced, np.float64, keepdims=True), rtol=1e-4, atol=1e-2)
    assert (results[0] == results[1]).all()
    assert (results[0] == results[2]).all()


def test_in_place():
    x = np.arange(50.0)
    f8 = np.dtype(np.float64)
    run(Nest((50,), (Input(f8, (1,)),), (("multiply", 0, 2.0),), (Output(1, f8, (1,)),)), [x, x])
    np.testing.assert_array_equal(x, 2 * np.arange(50.0))


def test_masks_and_casts():
    x = np.linspace(-1, 1, 37, dtype=np.float32)
    mask, y = np.empty(37, bool), np.empty(37)
    f4, f8, b1 = np.dtype(np.float32), np.dtype(np.float64), np.dtype(bool)
    steps = (("greater", 0, 0.0), ("astype", 0, "float64"))
    run(Nest((37,), (Input(f4, (1,)),), steps, (Output(1, b1, (1,)), Output(2, f8, (1,)))), [x, mask, y])
    np.testing.assert_array_equal(mask, x > 0)
    np.testing.assert_array_equal(y, x.astype(float))
    z = np.empty(37, np.float32)
    steps = (("where", 0, 1, 5.0),)
    run(Nest((37,), (Input(b1, (1,)), Input(f4, (1,))), steps, (Output(2, f4, (1,)),)), [mask, x, z])
    np.testing.assert_array_equal(z, np.where(mask, x, 5))


def test_one_kernel_serves_nests_that_tidy_up_alike():
    f4 = np.dtype(np.float32)
    flat = Nest((60,), (Input(f4, (1,)),), (("negative", 0),), (Output(1, f4, (1,)),))
    deep = Nest((3, 1, 4, 5), (Input(f4, (20, 7, 5, 1)),), (("negative", 0),), (Output(1, f4, (20, 20, 5, 1)),))
    assert planned(flat).stages[0].kernel is planned(deep).stages[0].kernel
