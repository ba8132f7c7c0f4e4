"""Supervised training steps: forward, cross-entropy, backward, optimizer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from benchmarks.workloads import networks
from benchmarks.workloads.base import COMPILED, EAGER, FAST, Bar, Column, Workload, initial, our_column
from benchmarks.workloads.libraries import (
    jax_images,
    jax_optimizer,
    jax_state,
    our_read,
    torch_array,
    torch_model,
    torch_read,
)


class Case(NamedTuple):
    """A network (its name in `jax_networks` too), a batch, and an optimizer with its options."""

    network: Callable[[Any], Any]
    jax_name: str
    data: Callable[[], tuple[np.ndarray, np.ndarray]]
    rule: str
    options: dict[str, Any]


def our_step(case: Case, how: str) -> Column:
    """The step in this library."""
    import autograd
    import nn
    import optim

    model = case.network(nn)
    model.load_state_dict(initial(model))
    x, y = map(autograd.tensor, case.data())
    optimizer = getattr(optim, case.rule)(model.parameters(), **case.options)
    loss_of = nn.CrossEntropyLoss()

    def step() -> Any:
        loss = loss_of(model(x), y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        return loss

    return our_column(step, our_read, how)


def torch_step(case: Case, compiled: bool = False, channels_last: bool = False) -> Column:
    """The step in PyTorch, with its fused optimizer."""
    import torch

    model = torch_model(case.network, channels_last)
    x, y = case.data()
    inputs, classes = torch_array(x, channels_last), torch_array(y)
    optimizer = getattr(torch.optim, case.rule)(model.parameters(), **case.options, fused=True)
    loss_of = torch.nn.CrossEntropyLoss()

    def forward(inputs: Any, classes: Any) -> Any:
        return loss_of(model(inputs), classes)

    if compiled:
        forward = torch.compile(forward)

    def step() -> Any:
        loss = forward(inputs, classes)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        return loss

    return Column(step, torch_read)


def jax_step(case: Case) -> Column:
    """The step in JAX: one jitted function whose state is donated."""
    import jax
    import jax.numpy as jnp

    from benchmarks.workloads import jax_networks

    network = getattr(jax_networks, case.jax_name)
    parameters, buffers = jax_state(case.network)
    init, update = jax_optimizer(case.rule, case.options)
    x, y = case.data()
    inputs, classes = jax_images(x), jnp.array(y)

    def loss_of(p: Any, b: Any, x: Any, y: Any) -> Any:
        logits, b = network(p, b, x)
        chosen = jnp.take_along_axis(jax.nn.log_softmax(logits), y[:, None], 1)
        return -chosen.mean(), b

    @partial(jax.jit, donate_argnums=0)
    def advance(state: Any, x: Any, y: Any) -> Any:
        p, b, s = state
        (loss, b), g = jax.value_and_grad(loss_of, has_aux=True)(p, b, x, y)
        p, s = update(p, g, s)
        return (p, b, s), loss

    state = (parameters, buffers, init(parameters))

    def step() -> Any:
        nonlocal state
        state, loss = advance(state, inputs, classes)
        return loss

    return Column(step, np.asarray)


def training(
    id: str, title: str, case: Case, bars: tuple[Bar, ...], images: bool = False, fast: bool = False
) -> Workload:
    """The workload of a case: every library's columns; those of images and of the precision "fast" where they apply."""
    columns = {EAGER: partial(our_step, case, EAGER), COMPILED: partial(our_step, case, COMPILED)}
    if fast:
        columns[FAST] = partial(our_step, case, FAST)
    columns["torch eager"] = partial(torch_step, case)
    if images:
        columns["torch channels_last"] = partial(torch_step, case, channels_last=True)
    columns["torch.compile"] = partial(torch_step, case, compiled=True)
    columns["JAX jit"] = partial(jax_step, case)
    return Workload(id, title, columns, bars)


SGD = ("SGD", {"lr": 1e-3, "momentum": 0.9})
SLOW_SGD = ("SGD", {"lr": 1e-4, "momentum": 0.9})
WORKLOADS = [
    training(
        "W3a",
        "MLP 64-32-10, batch 32, SGD",
        Case(networks.mlp(64, 32, 10), "mlp", partial(networks.images, 32, 64), "SGD", {"lr": 1e-3}),
        (Bar(COMPILED, 0.5, ("JAX jit",)), Bar(EAGER, 0.8, ("torch eager",))),
    ),
    training(
        "W3b",
        "MLP 784-512-512-10, batch 128, Adam",
        Case(networks.mlp(784, 512, 512, 10), "mlp", partial(networks.images, 128, 784), "Adam", {"lr": 1e-4}),
        (Bar(COMPILED, 0.85),),
    ),
    training(
        "W4",
        "LeNet-5, 28×28, batch 64, SGD with momentum",
        Case(networks.lenet5, "lenet5", partial(networks.images, 64, 1, 28, 28), *SGD),
        (Bar(COMPILED, 0.4),),
        images=True,
    ),
    training(
        "W5",
        "ResNet-20 with batch norm, 32×32, batch 32, SGD with momentum",
        Case(networks.resnet20, "resnet20", partial(networks.images, 32, 3, 32, 32), *SGD),
        (Bar(COMPILED, 0.75), Bar(FAST, 0.6)),
        images=True,
        fast=True,
    ),
    training(
        "W5b",
        "VGG-small (64-64-pool-128-128-pool-fc), 32×32, batch 32, SGD with momentum",
        Case(
            networks.vgg_small,
            "vgg_small",
            partial(networks.images, 32, 3, 32, 32),
            "SGD",
            {"lr": 1e-4, "momentum": 0.9},
        ),
        (Bar(COMPILED, 0.65), Bar(FAST, 0.5)),
        images=True,
        fast=True,
    ),
    training(
        "W6",
        "LSTM 64 → 128, 50 steps, batch 32, Adam",
        Case(networks.lstm_classifier, "lstm_classifier", networks.sequences, "Adam", {"lr": 1e-4}),
        (Bar(COMPILED, 0.85),),
    ),
    training(
        "W7",
        "2 transformer blocks, d = 128, 4 heads, T = 64, batch 16, AdamW",
        Case(networks.transformer, "transformer", networks.characters, "AdamW", {"lr": 1e-4}),
        (Bar(COMPILED, 0.85),),
    ),
]
