"""Learning rules from before backpropagation: the perceptron rule, Adaline (Widrow–Hoff), Hebb.

Each changes a weight vector w (features,) and a bias b from examples X (examples, features) and targets y (examples,),
one example at a time, and returns what it learned with the history of its passes over the data (epochs).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["RuleResult", "adaline", "hebb", "perceptron"]


@dataclass
class RuleResult:
    """What a rule learned: weights, bias, `errors` (one number an epoch), `path` (w and b after each epoch).

    `converged` tells whether it stopped by itself rather than at the bound on the epochs.

    >>> from optim.neuron_rules import perceptron
    >>> perceptron([[0.0], [1.0]], [-1, 1]).errors
    [2.0, 2.0, 1.0, 0.0]
    """

    w: np.ndarray
    b: float
    errors: list[float]
    path: list[np.ndarray]
    converged: bool

    def net(self, X: Any) -> np.ndarray:
        """The net input X w + b (examples,)."""
        return np.asarray(np.asarray(X, np.float64) @ self.w + self.b)

    def predict(self, X: Any, low: float = -1.0) -> np.ndarray:
        """1 where the net input is positive, else `low`."""
        return np.where(self.net(X) > 0, 1.0, low)


def perceptron(X: Any, y: Any, lr: float = 1.0, max_epochs: int = 100, w: Any = None, b: float = 0.0) -> RuleResult:
    """Rosenblatt's perceptron rule: while some yⁱ (w·xⁱ + b) ≤ 0, w ← w + η yⁱ xⁱ and b ← b + η yⁱ.

    Targets are -1 and 1, or 0 and 1, for which the same rule reads Δwⱼ = η (target - output) xⱼ with a threshold
    output. It converges if a line separates the classes and never else (Rosenblatt 1958; Novikoff 1962): after
    `max_epochs` passes it stops with a warning. `errors` counts the mistakes of each epoch.

    >>> from optim.neuron_rules import perceptron
    >>> X, AND = [[0, 0], [0, 1], [1, 0], [1, 1]], [-1, -1, -1, 1]
    >>> found = perceptron(X, AND)
    >>> found.converged, found.predict(X).tolist()
    (True, [-1.0, -1.0, -1.0, 1.0])

    Raises ValueError for other targets and for shapes that do not fit.
    """
    X, y, w = _checked("perceptron", X, y, w)
    if not np.isin(y, (-1, 0, 1)).all() or (np.any(y == 0) and np.any(y == -1)):
        raise ValueError(f"perceptron: targets must be -1 and 1, or 0 and 1, got {np.unique(y)}")
    signs = np.where(y > 0, 1.0, -1.0)
    errors: list[float] = []
    path = [np.append(w, b)]
    for _ in range(max_epochs):
        mistakes = 0
        for x, t in zip(X, signs, strict=True):
            if t * (x @ w + b) <= 0:
                w, b = w + lr * t * x, b + lr * t
                mistakes += 1
        errors.append(float(mistakes))
        path.append(np.append(w, b))
        if not mistakes:
            return RuleResult(w, float(b), errors, path, True)
    warnings.warn(
        f"perceptron: still {errors[-1]:.0f} mistakes an epoch after {max_epochs} epochs; if no line separates the "
        f"classes, as in XOR, it never converges: use a network with a hidden layer",
        UserWarning,
        stacklevel=2,
    )
    return RuleResult(w, float(b), errors, path, False)


def adaline(
    X: Any, y: Any, lr: float = 0.01, max_epochs: int = 100, tolerance: float = 1e-10, w: Any = None, b: float = 0.0
) -> RuleResult:
    """Adaline's rule (Widrow & Hoff 1960), gradient descent on ½ (target - net)² for one example after the other.

        w ← w + η (yⁱ - net) xⁱ,  b ← b + η (yⁱ - net),  net = w·xⁱ + b

    The output is linear while learning; `predict` thresholds it. `errors` are the mean squared errors of the epochs;
    it converges when that changes by at most `tolerance`.

    >>> from optim.neuron_rules import adaline
    >>> X, AND = [[0, 0], [0, 1], [1, 0], [1, 1]], [-1, -1, -1, 1]
    >>> adaline(X, AND, lr=0.1, max_epochs=200).predict(X).tolist()
    [-1.0, -1.0, -1.0, 1.0]

    Raises ValueError for shapes that do not fit, FloatingPointError if the rate is so large that it diverges.
    """
    X, y, w = _checked("adaline", X, y, w)
    errors: list[float] = []
    path = [np.append(w, b)]
    for _ in range(max_epochs):
        total = 0.0
        for x, t in zip(X, y, strict=True):
            error = t - (x @ w + b)
            w, b = w + lr * error * x, b + lr * error
            total += float(error) ** 2
        errors.append(total / len(X))
        path.append(np.append(w, b))
        if not np.isfinite(total) or total > 1e100:
            raise FloatingPointError(f"adaline diverges with lr={lr}; take a smaller one")
        if len(errors) > 1 and abs(errors[-1] - errors[-2]) <= tolerance:
            return RuleResult(w, float(b), errors, path, True)
    return RuleResult(w, float(b), errors, path, False)


def hebb(X: Any, y: Any = None, lr: float = 1.0, epochs: int = 1, w: Any = None, b: float = 0.0) -> RuleResult:
    """Hebb's rule: w ← w + η a xⁱ, b ← b + η a: a weight grows when its input and the activity a are large together.

    With targets `y` the activity is the target (supervised Hebb learning); without, it is the neuron's own w·xⁱ + b
    (then start from weights other than zero). `errors` are the norms of w after each epoch, which only grow.

    >>> from optim.neuron_rules import hebb
    >>> X, AND = [[-1, -1], [-1, 1], [1, -1], [1, 1]], [-1, -1, -1, 1]
    >>> found = hebb(X, AND)
    >>> found.w.tolist(), found.b, found.predict(X).tolist()
    ([2.0, 2.0], -2.0, [-1.0, -1.0, -1.0, 1.0])
    """
    X, targets, w = _checked("hebb", X, np.zeros(len(np.asarray(X))) if y is None else y, w)
    errors: list[float] = []
    path = [np.append(w, b)]
    for _ in range(epochs):
        for x, t in zip(X, targets, strict=True):
            a = x @ w + b if y is None else t
            w, b = w + lr * a * x, b + lr * a
        errors.append(float(np.linalg.norm(w)))
        path.append(np.append(w, b))
    return RuleResult(w, float(b), errors, path, True)


def _checked(rule: str, X: Any, y: Any, w: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    X, y = np.asarray(X, np.float64), np.asarray(y, np.float64)
    if X.ndim != 2 or y.shape != X.shape[:1]:
        raise ValueError(f"{rule}: wants X (examples, features) and y (examples,), got {X.shape} and {y.shape}")
    w = np.zeros(X.shape[1]) if w is None else np.array(w, np.float64)
    if w.shape != X.shape[1:]:
        raise ValueError(f"{rule}: {w.shape} weights for {X.shape[1]} features")
    return X, y, w
