"""Writes into storage are noticed by a stale backward pass."""

import gc

import numpy as np
import pytest

import autograd
from autograd import graph


def test_every_write_counts_and_dead_tensors_are_forgotten() -> None:
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
