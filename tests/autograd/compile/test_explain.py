"""explain() says what a program does, what it needs, and why something is not compiled."""

import re

import numpy as np
import pytest

import autograd
import nn
import optim


def test_a_training_step():
    autograd.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1))
    optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)

    @autograd.compile
    def step(x, y):
        optimizer.zero_grad()
        loss = ((model(x) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
        return loss

    x, y = np.ones((2, 4), np.float32), np.zeros((2, 1), np.float32)
    with pytest.raises(ValueError, match="step was not called yet"):
        step.explain()
    step(x, y)
    assert (
        step.explain()
        == "step(float32[2, 4], float32[2, 1]) was traced once; it is compiled when a second call " + ("does the same")
    )
    for _ in range(3):
        step(x, y)
    text = step.explain()
    assert text == step.explain(x, y)
    assert "tanh" in text
    assert "Sequential/1 · test_explain.py:" in text
    assert "8 updates of storage, 8 of them written in place" in text
    assert "numbers that may change: lr, momentum" in text
    assert "only while momentum ≠ 0" in text
    with pytest.raises(ValueError, match=r"not called with \(float32\[3, 4\]\) yet; it knows \(float32\[2, 4\]"):
        step.explain(x=np.ones((3, 4), np.float32))


def test_buffers_share_an_arena():
    def chain(x):
        for _ in range(20):
            x = np.cumsum(np.sin(x))
        return x

    compiled = autograd.compile(chain)
    for _ in range(3):
        compiled(np.ones(1000))
    found = re.search(r"an arena of ([\d,]+) bytes for (\d+) buffers of ([\d,]+) bytes", compiled.explain())
    arena, count, buffers = (int(n.replace(",", "")) for n in found.groups())
    assert (count, buffers) == (40, 40 * 8000)
    assert arena == 2 * 8000


def test_why_it_is_not_compiled():
    compiled = autograd.compile(nn.Linear(1, 1))
    with pytest.warns(UserWarning, match="still wanted"):
        compiled(np.ones((1, 1), np.float32))
    assert compiled.explain().startswith("Linear(float32[1, 1]) runs as it is: it returns a result whose graph")
