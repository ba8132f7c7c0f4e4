"""Chains of nests, row by row, against NumPy."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

pytest.importorskip("llvmlite")

from autograd.kernels.native.chains import Link, chained
from autograd.kernels.native.loops import Input, Nest, Output

F4, F8 = np.dtype("float32"), np.dtype("float64")


def strides(shape, order=None):
    """Elements from one index to the next of an array that is contiguous in an order of its axes."""
    result, step = [0] * len(shape), 1
    for k in reversed(order or range(len(shape))):
        result[k] = step
        step *= shape[k]
    return tuple(result)


def softmax_links(shape, dtype, reduced, order=None):
    """Arrays: 0 x, 1 maxima, 2 exponentials, 3 sums, 4 y."""
    full = strides(shape, order)
    kept = strides([1 if k in reduced else n for k, n in enumerate(shape)])
    row = tuple(0 if k in reduced else s for k, s in enumerate(kept))
    x, r = Input(dtype, full), Input(dtype, row)
    return [
        Link(Nest(shape, (x,), (), (Output(0, dtype, row, "max"),), reduced), (0, 1)),
        Link(
            Nest(
                shape,
                (x, r),
                (("subtract", 0, 1), ("exp", 2)),
                (Output(3, dtype, full), Output(3, dtype, row, "sum")),
                reduced,
            ),
            (0, 1, 2, 3),
        ),
        Link(Nest(shape, (x, r), (("divide", 0, 1),), (Output(2, dtype, full),)), (2, 3, 4)),
    ]


def run(plan, arrays):
    for stage in plan.stages:
        stage.kernel.run(*[arrays[k] for k in stage.operands])


@settings(max_examples=25)
@given(st.data())
def test_softmax(data):
    shape = tuple(data.draw(st.lists(st.sampled_from([1, 2, 3, 7, 16, 33]), min_size=2, max_size=4)))
    dtype = data.draw(st.sampled_from([F4, F8]))
    reduced = tuple(range(data.draw(st.integers(1, len(shape) - 1)), len(shape)))
    order = data.draw(st.permutations(range(len(shape))))
    temporary = data.draw(st.sampled_from([{1, 2, 3}, {1, 3}, set()]))
    plan = chained(softmax_links(shape, dtype, reduced, order), temporary)
    values = np.random.default_rng(0).normal(0, 3, [shape[k] for k in order]).astype(dtype)
    x = values.transpose(np.argsort(order))
    assert plan is not None
    kept = [1 if k in reduced else n for k, n in enumerate(shape)]
    arrays = [x, np.empty(kept, dtype), np.empty_like(x), np.empty(kept, dtype), np.empty_like(x)]
    assert set(plan.stages[0].operands) == set(range(5)) - temporary
    run(plan, arrays)
    e = np.exp(x - x.max(reduced, keepdims=True))
    np.testing.assert_allclose(arrays[4], e / e.sum(reduced, keepdims=True), rtol=1e-5 if dtype == F4 else 1e-13)


def test_numbers_of_rows_between_the_sweeps():
    """Layer normalization: what is computed once per row is a nest over the rows alone."""
    rows, columns = 6, 45
    x = np.random.default_rng(0).normal(2, 3, (rows, columns))
    full, row, one = Input(F8, (columns, 1)), Input(F8, (1, 0)), Input(F8, (1,))
    shape = (rows, columns)
    less = ("subtract", 0, 1)
    links = [
        Link(Nest(shape, (full,), (), (Output(0, F8, (1, 0), "sum", 1 / columns),), (1,)), (0, 1)),
        Link(
            Nest(shape, (full, row), (less, ("square", 2)), (Output(3, F8, (1, 0), "sum", 1 / columns),), (1,)),
            (0, 1, 2),
        ),
        Link(Nest((rows,), (one,), (("add", 0, 1e-5), ("rsqrt", 1)), (Output(2, F8, (1,)),)), (2, 3)),
        Link(Nest(shape, (full, row, row), (less, ("multiply", 3, 2)), (Output(4, F8, (columns, 1)),)), (0, 1, 3, 4)),
    ]
    plan = chained(links, {1, 2})
    y, rate = np.empty_like(x), np.empty(rows)
    run(plan, [x, None, None, rate, y])
    var = x.var(1)
    np.testing.assert_allclose(rate, 1 / np.sqrt(var + 1e-5))
    np.testing.assert_allclose(y, (x - x.mean(1, keepdims=True)) * rate[:, None], rtol=1e-12)


def test_in_place():
    links = [
        Link(link.nest, tuple({4: 0, 2: 0}.get(a, a) for a in link.arrays)) for link in softmax_links((9, 40), F8, (1,))
    ]
    x = np.random.default_rng(0).normal(size=(9, 40))
    e = np.exp(x - x.max(1, keepdims=True))
    run(chained(links, {1, 3}), [x])
    np.testing.assert_allclose(x, e / e.sum(1, keepdims=True))


def test_threads_do_not_matter(same_on_any_number_of_threads):
    shape = (301, 130)
    plan = chained(softmax_links(shape, F4, (1,)), {1, 2, 3})
    x = np.random.default_rng(0).normal(size=shape).astype("f")

    def softmax():
        y = np.empty_like(x)
        run(plan, [x, None, None, None, y])
        return y

    assert plan.stages[0].kernel.splits
    same_on_any_number_of_threads(softmax)


def test_without_rows_in_common_there_is_no_chain():
    shape = (4, 5)
    whole = Input(F8, (5, 1))
    columns = Link(Nest(shape, (whole,), (), (Output(0, F8, (0, 1), "sum"),), (0,)), (0, 1))
    assert chained([columns]) is None
    negative = Nest(shape, (whole,), (("negative", 0),), (Output(1, F8, (5, 1)),))
    turned = Nest(shape, (Input(F8, (1, 4)),), (("negative", 0),), (Output(1, F8, (5, 1)),))
    assert chained([Link(negative, (0, 1)), Link(turned, (1, 2))]) is None
    assert chained([Link(negative, (0, 1)), Link(negative, (1, 2))], {1}) is not None


def test_lesser_vectors(lesser_vectors):
    lesser_vectors(__file__, "softmax or sweeps")
