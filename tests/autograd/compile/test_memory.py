"""Buffers that take turns in one arena, and steps that allocate nothing once they are replayed."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, strategies as st

import autograd
import nn
import optim
from autograd.compile.memory import ALIGNMENT, aligned, arranged, placed
from autograd.program import Value, order_in_memory


def value(k, size):
    return Value(k, "result", (size,), np.dtype(np.uint8), order=(0,))


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 20), st.integers(0, 20)), max_size=30))
def test_what_lives_at_once_does_not_overlap(drawn):
    lives = [(value(k, size), start, start + length) for k, (size, start, length) in enumerate(drawn)]
    arena = arranged(lives)
    for k, (v, first, last) in enumerate(lives):
        assert arena.offsets[v] % ALIGNMENT == 0
        assert 0 <= arena.offsets[v] <= arena.offsets[v] + v.nbytes <= arena.nbytes
        for w, start, end in lives[k + 1 :]:
            if start <= last and first <= end:
                below, above = sorted([(arena.offsets[v], v.nbytes), (arena.offsets[w], w.nbytes)])
                assert below[0] + max(below[1], 1) <= above[0]


def test_buffers_are_used_again():
    chain = [(value(k, 1000), k, k + 1) for k in range(50)]
    assert arranged(chain).nbytes == 2 * 1024


def test_small_ones_fill_the_holes_that_fit_best():
    lives = [(value(0, 640), 0, 1), (value(1, 64), 0, 9), (value(2, 128), 0, 1), (value(3, 64), 0, 9)]
    lives += [(value(4, 128), 2, 3), (value(5, 640), 2, 3)]
    assert arranged(lives).nbytes == 640 + 64 + 128 + 64


@pytest.mark.parametrize("shape", [(2, 3, 4), (1, 5), (0, 3), ()])
@pytest.mark.parametrize("order", ["first", "last", "middle"])
def test_arrays_are_placed_in_the_order_of_their_axes(shape, order):
    axes = list(range(len(shape)))
    axes = {"first": axes, "last": axes[::-1], "middle": axes[:1] + axes[1:][::-1]}[order]
    v = Value(0, "result", shape, np.dtype(np.float32), order=tuple(axes))
    array = placed(v, aligned(v.nbytes))
    assert array.shape == shape
    assert array.ctypes.data % ALIGNMENT == 0 or not array.size
    assert array.transpose(axes).flags.c_contiguous
    if min(shape, default=2) > 1:
        assert order_in_memory(array) == tuple(axes)


def test_a_replayed_step_allocates_nothing_that_stays():
    autograd.manual_seed(0)
    model = nn.Sequential(nn.Linear(20, 30), nn.Tanh(), nn.Linear(30, 5))
    optimizer = optim.Adam(model.parameters(), lr=0.01)
    x, y = np.ones((16, 20), np.float32), np.zeros(16, np.int64)

    @autograd.compile
    def step(x, y):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        return loss

    for _ in range(6):
        step(x, y)
    tracemalloc.start()
    try:
        step(x, y)
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        for _ in range(20):
            step(x, y)
        after, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 500
    assert peak - before < 20_000, "the smallest activation takes 320 bytes, a weight's gradient 2,400"
