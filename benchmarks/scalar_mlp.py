"""One full-batch step of micrograd's demo with its own engine and with the scalar `nn.MLP`: the ratio of their times.

MLP 2-16-16-1 of single numbers, 100 samples, hinge loss with L2, plain gradient descent.
"""

from __future__ import annotations

import random

import numpy as np

import autograd
import nn
import optim
from benchmarks.compare import alternate, report

DECAY, RATE = 1e-4, 0.1


def moons() -> tuple[list[list[float]], list[int]]:
    """Two interleaved half circles of 50 points each, labelled 1 and -1."""
    rng = np.random.default_rng(1337)
    angle = np.linspace(0, np.pi, 50)
    upper, lower = np.c_[np.cos(angle), np.sin(angle)], np.c_[1 - np.cos(angle), 0.5 - np.sin(angle)]
    points = np.concatenate([upper, lower]) + rng.normal(scale=0.1, size=(100, 2))
    return points.tolist(), [1] * 50 + [-1] * 50


def ours():
    """The step on `nn.MLP`."""
    points, labels = moons()
    model = nn.MLP([2, 16, 16, 1], granularity="scalar")
    optimizer = optim.SGD(model.parameters(), lr=RATE)

    def step() -> float:
        scores = [model(point) for point in points]
        losses = [autograd.relu(1 - y * score) for y, score in zip(labels, scores)]
        loss = sum(losses) * (1 / len(losses)) + DECAY * sum(p * p for p in model.parameters())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def theirs():
    """The step on micrograd."""
    from micrograd.engine import Value
    from micrograd.nn import MLP

    random.seed(1337)
    points, labels = moons()
    model = MLP(2, [16, 16, 1])

    def step() -> float:
        scores = [model(list(map(Value, point))) for point in points]
        losses = [(1 + -y * score).relu() for y, score in zip(labels, scores)]
        loss = sum(losses) * (1 / len(losses)) + DECAY * sum(p * p for p in model.parameters())
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data -= RATE * p.grad
        return loss.data

    return step


def main() -> bool:
    """Run the comparison; returns whether the limit was kept."""
    times = alternate({"ours": ours(), "theirs": theirs()}, rounds=7)
    title = "scalar MLP 2-16-16-1, 100 samples, one step"
    return report(title, times["ours"], times["theirs"], 0.6, "micrograd", "ms", 1e3)


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
