"""W8: the critic's step of a WGAN with gradient penalty, which differentiates a gradient."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from benchmarks.workloads import networks
from benchmarks.workloads.base import COMPILED, EAGER, Bar, Column, Workload, initial, our_column
from benchmarks.workloads.libraries import (
    jax_images,
    jax_optimizer,
    jax_state,
    our_read,
    torch_array,
    torch_model,
    torch_read,
)

OPTIONS: dict[str, Any] = {"lr": 1e-4, "betas": (0.5, 0.9)}
PENALTY = 10.0


def samples(shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Real and generated examples, and points between them."""
    rng = np.random.default_rng(0)
    real, fake = rng.normal(size=shape), 0.5 * rng.normal(size=shape) + 0.5
    epsilon = rng.random((shape[0],) + (1,) * (len(shape) - 1))
    between = epsilon * real + (1 - epsilon) * fake
    return tuple(a.astype(np.float32) for a in (real, fake, between))  # type: ignore[return-value]


def our_critic(network: Callable[[Any], Any], shape: tuple[int, ...], how: str) -> Column:
    """The step in this library."""
    import autograd
    import nn
    import optim

    model = network(nn)
    model.load_state_dict(initial(model))
    real, fake, between = map(autograd.tensor, samples(shape))
    between.requires_grad = True
    optimizer = optim.Adam(model.parameters(), **OPTIONS)

    def step() -> Any:
        (g,) = autograd.gradients(model(between).sum(), between, create_graph=True)
        norm = (g.reshape(shape[0], -1) ** 2).sum(1).sqrt()
        loss = model(fake).mean() - model(real).mean() + PENALTY * ((norm - 1) ** 2).mean()
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        return loss

    return our_column(step, our_read, how)


def torch_critic(
    network: Callable[[Any], Any], shape: tuple[int, ...], compiled: bool = False, channels_last: bool = False
) -> Column:
    """The step in PyTorch."""
    import torch

    model = torch_model(network, channels_last)
    real, fake, between = (torch_array(a, channels_last) for a in samples(shape))
    between.requires_grad_()
    optimizer = torch.optim.Adam(model.parameters(), **OPTIONS, fused=True)

    def loss_of(real: Any, fake: Any, between: Any) -> Any:
        (g,) = torch.autograd.grad(model(between).sum(), between, create_graph=True)
        norm = (g.reshape(shape[0], -1) ** 2).sum(1).sqrt()
        return model(fake).mean() - model(real).mean() + PENALTY * ((norm - 1) ** 2).mean()

    if compiled:
        model = torch.compile(model)

    def step() -> Any:
        loss = loss_of(real, fake, between)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        return loss

    return Column(step, torch_read)


def jax_critic(network: Callable[[Any], Any], jax_name: str, shape: tuple[int, ...]) -> Column:
    """The step in JAX."""
    import jax
    import jax.numpy as jnp

    from benchmarks.workloads import jax_networks

    critic = getattr(jax_networks, jax_name)
    parameters, _ = jax_state(network)
    init, update = jax_optimizer("Adam", OPTIONS)
    real, fake, between = (jax_images(a) for a in samples(shape))

    def loss_of(p: Any, real: Any, fake: Any, between: Any) -> Any:
        g = jax.grad(lambda x: critic(p, x).sum())(between)
        norm = jnp.sqrt((g.reshape(shape[0], -1) ** 2).sum(1))
        return critic(p, fake).mean() - critic(p, real).mean() + PENALTY * ((norm - 1) ** 2).mean()

    @partial(jax.jit, donate_argnums=0)
    def advance(state: Any, real: Any, fake: Any, between: Any) -> Any:
        p, s = state
        loss, g = jax.value_and_grad(loss_of)(p, real, fake, between)
        return update(p, g, s), loss

    state = (parameters, init(parameters))

    def step() -> Any:
        nonlocal state
        state, loss = advance(state, real, fake, between)
        return loss

    return Column(step, np.asarray)


def workload(
    id: str, title: str, network: Callable[[Any], Any], shape: tuple[int, ...], factor: float, images: bool = False
) -> Workload:
    """The columns of one critic."""
    columns: dict[str, Callable[[], Column]] = {
        EAGER: partial(our_critic, network, shape, EAGER),
        COMPILED: partial(our_critic, network, shape, COMPILED),
        "torch eager": partial(torch_critic, network, shape),
        "torch.compile": partial(torch_critic, network, shape, compiled=True),
        "JAX jit": partial(jax_critic, network, network.__name__, shape),
    }
    if images:
        columns["torch channels_last"] = partial(torch_critic, network, shape, channels_last=True)
    return Workload(id, title, columns, (Bar(COMPILED, factor),))


WORKLOADS = [
    workload("W8a", "WGAN-GP critic, MLP 2-128-128-1, batch 256", networks.critic_of_points, (256, 2), 0.8),
    workload(
        "W8b",
        "WGAN-GP critic, convolutions on 28×28, batch 64",
        networks.critic_of_images,
        (64, 1, 28, 28),
        0.5,
        images=True,
    ),
]
