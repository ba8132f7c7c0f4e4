"""Gradient descent as functions of a gradient function, as HIPS autograd has it; `optim` holds the real optimizers.

`grad(x, i)` is the gradient at step i, `x0` a starting point in nested containers, and `callback(x, i, g)` is called at
every step before the update.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from autograd.misc.flatten import flatten


def _on_containers(optimize: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(optimize)
    def optimized(grad: Callable[..., Any], x0: Any, callback: Any = None, *args: Any, **kwargs: Any) -> Any:
        vector, unflatten = flatten(x0)
        flat_grad = lambda x, i: flatten(grad(unflatten(x), i))[0]
        flat_callback = callback and (lambda x, i, g: callback(unflatten(x), i, unflatten(g)))
        return unflatten(optimize(flat_grad, vector, flat_callback, *args, **kwargs))

    return optimized


@_on_containers
def sgd(
    grad: Any, x: Any, callback: Any = None, num_iters: int = 200, step_size: float = 0.1, mass: float = 0.9
) -> Any:
    """Gradient descent with momentum: v ← μv - (1 - μ)g, x ← x + ηv.

    >>> from autograd.misc.optimizers import sgd
    >>> bool(abs(sgd(lambda x, i: 2 * x, 1.0, num_iters=300)) < 1e-3)
    True
    """
    v = np.zeros(len(x))
    for i in range(num_iters):
        g = grad(x, i)
        if callback:
            callback(x, i, g)
        v = mass * v - (1 - mass) * g
        x = x + step_size * v
    return x


@_on_containers
def rmsprop(
    grad: Any,
    x: Any,
    callback: Any = None,
    num_iters: int = 100,
    step_size: float = 0.1,
    gamma: float = 0.9,
    eps: float = 1e-8,
) -> Any:
    """RMSprop: s ← γs + (1 - γ)g², x ← x - ηg / (√s + ε), with s = 1 at first.

    >>> from autograd.misc.optimizers import rmsprop
    >>> bool(abs(rmsprop(lambda x, i: 2 * x, 1.0, num_iters=200)) < 0.1)
    True
    """
    s = np.ones(len(x))
    for i in range(num_iters):
        g = grad(x, i)
        if callback:
            callback(x, i, g)
        s = gamma * s + (1 - gamma) * g**2
        x = x - step_size * g / (np.sqrt(s) + eps)
    return x


@_on_containers
def adam(
    grad: Any,
    x: Any,
    callback: Any = None,
    num_iters: int = 100,
    step_size: float = 0.001,
    b1: float = 0.9,
    b2: float = 0.999,
    eps: float = 1e-8,
) -> Any:
    """Adam (Kingma & Ba, arXiv 1412.6980): m and v the moving averages of g and g², x ← x - η m̂ / (√v̂ + ε).

    >>> from autograd.misc.optimizers import adam
    >>> bool(abs(adam(lambda x, i: 2 * x, 1.0, num_iters=300, step_size=0.05)) < 0.01)
    True
    """
    m, v = np.zeros(len(x)), np.zeros(len(x))
    for i in range(num_iters):
        g = grad(x, i)
        if callback:
            callback(x, i, g)
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g**2
        x = x - step_size * (m / (1 - b1 ** (i + 1))) / (np.sqrt(v / (1 - b2 ** (i + 1))) + eps)
    return x
