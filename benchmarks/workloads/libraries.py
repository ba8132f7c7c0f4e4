"""What the workloads share of PyTorch and JAX: values carried over, optimizers, how a result is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.workloads.base import initial


def torch_model(build: Callable[[Any], Any], channels_last: bool = False) -> Any:
    """A PyTorch module with the initial parameters and buffers."""
    import torch

    model = build(torch.nn)
    model.load_state_dict({k: torch.from_numpy(v) for k, v in initial(model).items()})
    return model.to(memory_format=torch.channels_last) if channels_last else model


def torch_array(array: np.ndarray, channels_last: bool = False) -> Any:
    """A PyTorch tensor with these contents."""
    import torch

    made = torch.from_numpy(array.copy())
    return made.contiguous(memory_format=torch.channels_last) if channels_last else made


def torch_read(result: Any) -> Any:
    """The numbers of a PyTorch tensor."""
    return result.detach().numpy()


def our_read(result: Any) -> Any:
    """The numbers of a Tensor or array."""
    return np.asarray(getattr(result, "data", result))


def jax_images(x: np.ndarray) -> Any:
    """A JAX array; images (N, C, H, W) as (N, H, W, C)."""
    import jax.numpy as jnp

    return jnp.array(x.transpose(0, 2, 3, 1) if x.ndim == 4 else x)


def jax_state(build: Callable[[Any], Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The initial parameters and the buffers of a model as JAX arrays, weights in JAX's order of axes."""
    import jax.numpy as jnp

    import nn

    def weight(name: str, array: np.ndarray) -> Any:
        if "embedding" not in name and array.ndim in (2, 4):
            array = array.transpose((2, 3, 1, 0) if array.ndim == 4 else (1, 0))
        return jnp.array(array)

    model = build(nn)
    values, names = initial(model), {name for name, _ in model.named_parameters()}
    parameters = {k: weight(k, v) for k, v in values.items() if k in names}
    return parameters, {k: jnp.array(v) for k, v in values.items() if k not in names}


def jax_optimizer(rule: str, options: dict[str, Any]) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """(init, update) of SGD with momentum, Adam or AdamW, with PyTorch's defaults.

    `init(parameters)` gives the state; `update(parameters, gradients, state)` the new parameters and state.
    """
    import jax
    import jax.numpy as jnp

    tree_map = jax.tree_util.tree_map

    def sgd_init(p: Any) -> Any:
        return tree_map(jnp.zeros_like, p) if options.get("momentum") else ()

    def sgd(p: Any, g: Any, velocity: Any) -> Any:
        if options.get("momentum"):
            g = velocity = tree_map(lambda v, g: options["momentum"] * v + g, velocity, g)
        return tree_map(lambda p, g: p - options["lr"] * g, p, g), velocity

    def adam_init(p: Any) -> Any:
        return tree_map(jnp.zeros_like, p), tree_map(jnp.zeros_like, p), jnp.zeros((), jnp.int32)

    def adam(p: Any, g: Any, state: Any) -> Any:
        m, v, t = state
        t = t + 1
        lr, (beta1, beta2) = options["lr"], options.get("betas", (0.9, 0.999))
        decay = options.get("weight_decay", 0.01) if rule == "AdamW" else 0.0
        m = tree_map(lambda m, g: beta1 * m + (1 - beta1) * g, m, g)
        v = tree_map(lambda v, g: beta2 * v + (1 - beta2) * g * g, v, g)
        step, scale = lr / (1 - beta1**t), 1 / jnp.sqrt(1 - beta2**t)
        p = tree_map(lambda p, m, v: p * (1 - lr * decay) - step * m / (jnp.sqrt(v) * scale + 1e-8), p, m, v)
        return p, (m, v, t)

    return (sgd_init, sgd) if rule == "SGD" else (adam_init, adam)
