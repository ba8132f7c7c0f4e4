"""Gradients that a compiled step leaves behind: fresh ones to whoever keeps them, at no cost to the rest."""

import numpy as np
import pytest

import autograd
import optim
from autograd.graph import Together, written_after


def made(count=2):
    params = [autograd.tensor(np.full(3, k + 1.0), requires_grad=True) for k in range(count)]

    def step(x):
        for p in params:
            p.grad = None
        loss = sum((p * p * x).sum() for p in params)
        loss.backward()
        return loss

    compiled = autograd.compile(step)
    for _ in range(3):
        compiled(np.ones(3))
    return params, compiled


def test_nobody_holds_them():
    params, compiled = made()
    first = [p.grad for p in params]
    ids = list(map(id, first))
    del first
    compiled(np.full(3, 2.0))
    assert [id(p.grad) for p in params] == ids
    np.testing.assert_array_equal(params[0].grad.data, 4.0)


@pytest.mark.parametrize(
    "keep", [lambda p: p.grad, lambda p: p.grad.data, lambda p: p.grad.data[1:], lambda p: p.grad[1:]]
)
def test_what_is_kept_stays_as_it_is(keep):
    params, compiled = made()
    kept = []
    for k in range(5):
        compiled(np.full(3, float(k)))
        kept.append(keep(params[1]))
    for k, g in enumerate(kept):
        np.testing.assert_array_equal(np.asarray(g), 4.0 * k)
    np.testing.assert_array_equal(params[0].grad.data, 8.0)
    np.testing.assert_array_equal(params[1].grad.data, 16.0)


def test_dropped_outside():
    params, compiled = made()
    for k in range(5):
        for p in params:
            p.grad = None
        compiled(np.full(3, float(k)))
        np.testing.assert_array_equal(params[0].grad.data, 2.0 * k)


def test_exchanged_and_written_outside():
    params, compiled = made()
    params[0].grad, params[1].grad = params[1].grad, params[0].grad
    params[0].grad.data[...] = -1
    compiled(np.ones(3))
    assert [p.grad.tolist() for p in params] == [[2.0] * 3, [4.0] * 3]
    assert params[0].grad is not params[1].grad


def test_two_parameters_with_one_gradient_get_one_each():
    a, b = (autograd.tensor([1.0], requires_grad=True) for _ in range(2))

    @autograd.compile
    def step():
        a.grad = b.grad = None
        (a + b).sum().backward()

    for _ in range(4):
        step()
        a.grad.data[...] += 1
        assert (a.grad.tolist(), b.grad.tolist()) == ([2.0], [1.0])


def test_gradients_before_the_call_are_added_to():
    w = autograd.tensor([1.0], requires_grad=True)

    @autograd.compile
    def accumulate(x):
        (w * x).sum().backward()

    for k in range(6):
        accumulate(np.ones(1, np.float32))
        assert w.grad.tolist() == [k + 1.0]
    w.grad = None
    for k in range(6):
        accumulate(np.ones(1, np.float32))
        assert w.grad.tolist() == [k + 1.0]


def test_frozen_gradients_of_zeros():
    w = autograd.tensor([1.0], requires_grad=True)
    optimizer = optim.SGD([w], lr=0.5)

    @autograd.compile
    def step(x):
        (w * x).sum().backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=False)

    for _ in range(5):
        step(np.ones(1, np.float32))
        assert w.grad.tolist() == [0.0]
    assert w.tolist() == [-1.5]


def test_storage_written_together():
    a, b, c = (autograd.tensor([1.0]) for _ in range(3))
    together = Together([a, b])
    before = autograd.graph.next_index()
    assert not written_after(a.data, before)
    together.touch()
    assert written_after(a.data[:0], before)
    assert written_after(b.data, before)
    assert not written_after(c.data, before)
