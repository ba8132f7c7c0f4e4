"""Jacobians and Hessians beside NumPy written by hand, in which all directions are the rows of one matrix."""

from __future__ import annotations

import numpy as np

import autograd
from benchmarks.compare import alternate, report

RNG = np.random.default_rng(0)


def perceptron(width: int, inputs: int = 20):
    """A tanh network from 20 to 20 numbers, its input, and its Jacobian by hand."""
    sizes = [(width, inputs), (width, width), (inputs, width)]
    weights = [RNG.standard_normal(s) / np.sqrt(s[1]) for s in sizes]
    biases = [RNG.standard_normal(s[0]) for s in sizes]

    def network(x):
        for w, b in zip(weights, biases, strict=True):
            x = np.tanh(w @ x + b)
        return x

    def by_hand(x):
        layers = []
        for w, b in zip(weights, biases, strict=True):
            x = np.tanh(w @ x + b)
            layers.append(x)
        g = np.eye(inputs)
        for w, h in zip(reversed(weights), reversed(layers), strict=True):
            g = (g * (1 - h * h)) @ w
        return g

    return network, RNG.standard_normal(inputs), by_hand


def logistic_regression(rows: int = 500, features: int = 50):
    """The loss of a logistic regression, weights, and its Hessian by hand: products with all unit vectors."""
    x, y = RNG.standard_normal((rows, features)), np.sign(RNG.standard_normal(rows))

    def loss(w):
        return np.mean(np.logaddexp(0, -y * (x @ w)))

    def by_hand(w):
        p = 1 / (1 + np.exp(y * (x @ w)))
        return ((p * (1 - p) / rows) * (np.eye(features) @ x.T)) @ x

    return loss, 0.1 * RNG.standard_normal(features), by_hand


def compare(title, ours, theirs, point, limit):
    """Check that both agree, and time them."""
    np.testing.assert_allclose(ours(point), theirs(point), rtol=1e-9, atol=1e-12)
    times = alternate({"ours": lambda: ours(point), "theirs": lambda: theirs(point)}, rounds=15, slice_seconds=0.02)
    return report(title, times["ours"], times["theirs"], limit, "NumPy")


def main() -> bool:
    """Run the comparisons; returns whether all limits were kept."""
    kept = True
    for width, limit in ((20, None), (100, None), (400, 2.0)):
        network, x, by_hand = perceptron(width)
        title = f"Jacobian of a tanh MLP 20-{width}-{width}-20"
        kept = compare(title, autograd.jacobian(network), by_hand, x, limit) and kept
    loss, w, by_hand = logistic_regression()
    title = "Hessian of a logistic regression, 50 weights, 500 rows"
    return compare(title, autograd.hessian(loss), by_hand, w, 2.0) and kept


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
