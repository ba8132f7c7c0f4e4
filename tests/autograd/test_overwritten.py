"""Writes into storage are noticed by a stale backward pass."""

import gc

import numpy as np
import pytest

import autograd
from autograd import graph


def test_every_write_counts_and_dead_tensors_are_forgotten() -> None:
    gc.collect()
    before = len(graph._writes)
    x, y = (autograd.tensor(np.ones(3), requires_grad=True) for _ in range(2))
    for _ in range(2):
        stale = (x * y).sum()
        graph.assign([x, y], [np.zeros(3), np.ones(3)])
        with pytest.raises(RuntimeError, match=r"backward through multiply: a tensor of shape \(3,\) was overwritten"):
            stale.backward()
    (x * y).sum().backward()
    del x, y, stale
    gc.collect()
    assert len(graph._writes) == before


def test_rebinding_after_the_write_hides_nothing() -> None:
    w = autograd.tensor([2.0, 3.0], requires_grad=True)
    loss = (w * w).sum()
    graph.assign([w], [np.zeros(2)])
    w.data = np.array([2.0, 3.0])
    with pytest.raises(RuntimeError, match="overwritten in place"):
        loss.backward()


def test_views_and_detached_twins_count_as_the_same_storage() -> None:
    x = autograd.tensor([[1.0, 2.0]], requires_grad=True)
    w = autograd.tensor([[2.0, 3.0]])
    for same in (w.T, w.detach().T, w[0, :, None]):
        loss = (x @ same).sum()
        graph.assign([w], [w.data * 2])
        with pytest.raises(RuntimeError, match="overwritten in place"):
            loss.backward()


def test_what_died_is_forgotten() -> None:
    before = len(graph._writes)
    w = autograd.tensor([1.0])
    graph.assign([w], [np.zeros(1)])
    assert len(graph._writes) == before + 1
    del w
    assert len(graph._writes) == before


def test_updating_data_in_place_is_noticed():
    x = autograd.tensor([1.0, 2.0], requires_grad=True)
    y = (x * x).sum()
    x.data += 1
    with pytest.raises(RuntimeError, match="in place"):
        y.backward()
    assert x.tolist() == [2.0, 3.0]
    (x * x).sum().backward()
    assert x.grad.tolist() == [4.0, 6.0]


def test_the_value_of_vjp_belongs_to_the_caller():
    x = np.array([1.0, 2.0])
    for f, slope in ((np.exp, np.exp(x)), (lambda x: x, np.ones(2))):
        value, pull = autograd.vjp(f, x)
        value[0] = 0.0
        np.testing.assert_allclose(pull(np.ones(2))[0], slope)
    assert x.tolist() == [1.0, 2.0]
