"""W1 and W2: what an operation costs besides its arithmetic, on single numbers and on arrays of four."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

import numpy as np

from benchmarks.workloads.base import EAGER, Bar, Column, Workload
from benchmarks.workloads.libraries import our_read, torch_array, torch_read

SIZES, DECAY, RATE = (2, 16, 16, 1), 1e-4, 0.1
ROUNDS = 333


def moons() -> tuple[list[list[float]], list[int]]:
    """Two interleaved half circles of 50 points each, labelled 1 and -1."""
    rng = np.random.default_rng(1337)
    angle = np.linspace(0, np.pi, 50)
    upper, lower = np.c_[np.cos(angle), np.sin(angle)], np.c_[1 - np.cos(angle), 0.5 - np.sin(angle)]
    points = np.concatenate([upper, lower]) + rng.normal(scale=0.1, size=(100, 2))
    return points.tolist(), [1] * 50 + [-1] * 50


def weights() -> list[list[tuple[list[float], float]]]:
    """For each layer, for each neuron: its weights and its bias."""
    rng = np.random.default_rng(1)
    return [[(rng.uniform(-1, 1, n_in).tolist(), 0.0) for _ in range(n_out)] for n_in, n_out in pairwise(SIZES)]


def our_demo() -> Column:
    """micrograd's demo on `nn.MLP` of scalars."""
    import autograd
    import nn
    import optim

    points, labels = moons()
    model = nn.MLP(list(SIZES), granularity="scalar")
    values = [v for layer in weights() for neuron, bias in layer for v in (*neuron, bias)]
    model.load_state_dict(dict(zip(model.state_dict(), values, strict=True)))
    optimizer = optim.SGD(model.parameters(), lr=RATE)

    def step() -> Any:
        scores = [model(point) for point in points]
        losses = [autograd.relu(1 - y * score) for y, score in zip(labels, scores)]
        loss = sum(losses) * (1 / len(losses)) + DECAY * sum(p * p for p in model.parameters())
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        return loss

    return Column(step, our_read, traced=step)


def micrograd_demo() -> Column:
    """The demo as micrograd has it, whose last layer is linear too."""
    from micrograd.engine import Value
    from micrograd.nn import MLP

    random.seed(1337)
    points, labels = moons()
    model = MLP(SIZES[0], list(SIZES[1:]))
    for layer, values in zip(model.layers, weights(), strict=True):
        for neuron, (row, bias) in zip(layer.neurons, values, strict=True):
            neuron.b.data = bias
            for w, value in zip(neuron.w, row, strict=True):
                w.data = value

    def step() -> Any:
        scores = [model(list(map(Value, point))) for point in points]
        losses = [(1 + -y * score).relu() for y, score in zip(labels, scores)]
        loss = sum(losses) * (1 / len(losses)) + DECAY * sum(p * p for p in model.parameters())
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data -= RATE * p.grad
        return loss

    return Column(step, lambda loss: loss.data)


def torch_demo() -> Column:
    """The demo on PyTorch's tensors without axes."""
    import torch

    points, labels = moons()
    layers = [
        [([torch.tensor(w, requires_grad=True) for w in row], torch.tensor(b, requires_grad=True)) for row, b in layer]
        for layer in weights()
    ]
    parameters = [p for layer in layers for row, bias in layer for p in (*row, bias)]
    optimizer = torch.optim.SGD(parameters, lr=RATE, foreach=True)

    def model(x: list[Any]) -> Any:
        for k, layer in enumerate(layers, 1):
            x = [sum((w * v for w, v in zip(row, x)), bias) for row, bias in layer]
            if k < len(layers):
                x = [v.relu() for v in x]
        return x[0]

    def step() -> Any:
        losses = [(1 - y * model(point)).relu() for y, point in zip(labels, points)]
        loss = sum(losses) * (1 / len(losses)) + DECAY * sum(p * p for p in parameters)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        return loss

    return Column(step, torch_read)


def chain(y: Any, a: Any, b: Any) -> Any:
    """y ← tanh(y·a + b), again and again: three operations a round; then the sum."""
    for _ in range(ROUNDS):
        y = (y * a + b).tanh()
    return y.sum()


START = np.array([[0.1, 0.2, 0.3, 0.4]] * 3, np.float32)


def our_chain() -> Column:
    """The chain in this library."""
    import autograd

    leaves = [autograd.tensor(row, requires_grad=True) for row in START]

    def step() -> Any:
        for leaf in leaves:
            leaf.grad = None
        chain(*leaves).backward()
        return leaves[1].grad

    return Column(step, our_read, traced=step)


def torch_chain() -> Column:
    """The chain in PyTorch."""
    leaves = [torch_array(row).requires_grad_() for row in START]

    def step() -> Any:
        for leaf in leaves:
            leaf.grad = None
        chain(*leaves).backward()
        return leaves[1].grad

    return Column(step, torch_read)


WORKLOADS = [
    Workload(
        "W1",
        "micrograd's demo: MLP 2-16-16-1 of single numbers, 100 samples, eager",
        {EAGER: our_demo, "micrograd": micrograd_demo, "torch 0-d": torch_demo},
        (Bar(EAGER, 0.6, ("micrograd",)),),
        threads=(1,),
    ),
    Workload(
        "W2",
        "1,000 operations on shape (4,), forward and backward, eager",
        {EAGER: our_chain, "torch eager": torch_chain},
        (Bar(EAGER, 0.45),),
        threads=(1,),
    ),
]
