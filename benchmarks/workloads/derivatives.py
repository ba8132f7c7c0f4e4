"""W9: a Hessian and a Jacobian of functions written in NumPy."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from benchmarks.workloads.base import COMPILED, EAGER, Bar, Column, Workload, our_column
from benchmarks.workloads.libraries import our_read, torch_array, torch_read

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(500, 50)).astype(np.float32), np.sign(RNG.normal(size=500)).astype(np.float32)
START = (0.1 * RNG.normal(size=50)).astype(np.float32)
WEIGHTS = [(RNG.normal(size=(20, 20)) / 20**0.5).astype(np.float32) for _ in range(2)]
POINT = RNG.normal(size=20).astype(np.float32)


def loss_of(np: Any, w: Any, x: Any, y: Any) -> Any:
    """The mean loss of a logistic regression."""
    return np.mean(np.logaddexp(np.zeros_like(y), -y * (x @ w)))


def perceptron(np: Any, x: Any, weights: Any) -> Any:
    """Layers of 20 → 20 numbers with tanh."""
    for w in weights:
        x = np.tanh(w @ x)
    return x


def our_derivative(transform: str, function: Callable[..., Any], at: np.ndarray, data: Any, how: str) -> Column:
    """`autograd.hessian` or `jacobian` of the function in NumPy's words."""
    import autograd

    derivative = getattr(autograd, transform)(lambda x: function(np, x, *data))
    x = autograd.tensor(at)
    return our_column(lambda: derivative(x), our_read, how)


def torch_derivative(
    transform: str, function: Callable[..., Any], at: np.ndarray, data: Any, compiled: bool = False
) -> Column:
    """`torch.func.hessian` or `jacrev`."""
    import torch

    data = [[torch_array(a) for a in d] if isinstance(d, list) else torch_array(d) for d in data]
    derivative = getattr(torch.func, "jacrev" if transform == "jacobian" else transform)(
        lambda x: function(torch, x, *data)
    )
    if compiled:
        derivative = torch.compile(derivative)
    x = torch_array(at)
    return Column(lambda: derivative(x), torch_read)


def jax_derivative(transform: str, function: Callable[..., Any], at: np.ndarray, data: Any) -> Column:
    """`jax.hessian` or `jacrev`, jitted."""
    import jax
    import jax.numpy as jnp

    derivative = jax.jit(
        getattr(jax, "jacrev" if transform == "jacobian" else transform)(lambda x, *data: function(jnp, x, *data))
    )
    x, data = jax.device_put((at, data))
    return Column(lambda: derivative(x, *data), np.asarray)


def hessian_by_hand() -> Any:
    """Xᵀ·diag(p(1 - p)/n)·X."""
    p = 1 / (1 + np.exp(Y * (X @ START)))
    return (X.T * (p * (1 - p) / np.float32(len(Y)))) @ X


def jacobian_by_hand() -> Any:
    """The product of the layers' Jacobians, from the last."""
    x, layers = POINT, []
    for w in WEIGHTS:
        x = np.tanh(w @ x)
        layers.append(x)
    g = np.eye(len(x), dtype=np.float32)
    for w, h in zip(reversed(WEIGHTS), reversed(layers), strict=True):
        g = (g * (1 - h * h)) @ w
    return g


def workload(
    id: str,
    title: str,
    transform: str,
    function: Callable[..., Any],
    at: np.ndarray,
    data: Any,
    by_hand: Callable[[], Any],
) -> Workload:
    """The columns of one derivative; the one by hand is no peer."""
    columns: dict[str, Callable[[], Column]] = {
        EAGER: partial(our_derivative, transform, function, at, data, EAGER),
        COMPILED: partial(our_derivative, transform, function, at, data, COMPILED),
        "torch.func": partial(torch_derivative, transform, function, at, data),
        "torch.compile": partial(torch_derivative, transform, function, at, data, compiled=True),
        "JAX jit": partial(jax_derivative, transform, function, at, data),
        "NumPy by hand": lambda: Column(by_hand, np.asarray),
    }
    bars = (Bar(COMPILED, 1.0, ("torch.func", "torch.compile", "JAX jit")),)
    return Workload(id, title, columns, bars, unit="call")


WORKLOADS = [
    workload(
        "W9h",
        "Hessian of a logistic regression, 50 parameters, 500 rows",
        "hessian",
        loss_of,
        START,
        (X, Y),
        hessian_by_hand,
    ),
    workload(
        "W9j",
        "Jacobian of a tanh MLP 20-20-20",
        "jacobian",
        perceptron,
        POINT,
        (WEIGHTS,),
        jacobian_by_hand,
    ),
]
