"""W11: the answer for a single example, from trained networks."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from benchmarks.workloads import networks
from benchmarks.workloads.base import COMPILED, EAGER, Bar, Column, Workload, initial, our_column
from benchmarks.workloads.libraries import jax_images, jax_state, our_read, torch_array, torch_model, torch_read

MLP = networks.mlp(784, 512, 512, 10)


def our_answer(network: Callable[[Any], Any], x: np.ndarray, how: str) -> Column:
    """The model in evaluation mode, without recording."""
    import autograd
    import nn

    model = network(nn)
    model.load_state_dict(initial(model))
    model.eval()
    example = autograd.tensor(x)

    def answer() -> Any:
        with autograd.no_grad():
            return model(example)

    return our_column(answer, our_read, how)


def torch_answer(network: Callable[[Any], Any], x: np.ndarray, compiled: bool = False) -> Column:
    """The model in evaluation mode, in inference mode."""
    import torch

    model = torch_model(network).eval()
    example = torch_array(x)
    if compiled:
        model = torch.compile(model)

    def answer() -> Any:
        with torch.inference_mode():
            return model(example)

    return Column(answer, torch_read)


def jax_answer(network: Callable[[Any], Any], jax_name: str, x: np.ndarray) -> Column:
    """The jitted function, with the weights as constants, which is its fastest form."""
    import jax

    from benchmarks.workloads import jax_networks

    function = getattr(jax_networks, jax_name)
    p, b = jax_state(network)
    answer = jax.jit(lambda x: function(p, b, x)[0])
    example = jax_images(x)
    return Column(lambda: answer(example), np.asarray)


def numpy_values(network: Callable[[Any], Any]) -> dict[str, np.ndarray]:
    """The network's parameters; weights of linear layers as they are multiplied with, (in, out)."""
    import nn

    return {k: np.ascontiguousarray(v.T) if v.ndim == 2 else v for k, v in initial(network(nn)).items()}


def numpy_mlp(x: np.ndarray) -> Column:
    """Matrix products and maxima."""
    p = numpy_values(MLP)

    def answer() -> Any:
        h = np.maximum(x @ p["0.weight"] + p["0.bias"], 0)
        h = np.maximum(h @ p["2.weight"] + p["2.bias"], 0)
        return h @ p["4.weight"] + p["4.bias"]

    return Column(answer, np.asarray)


def numpy_lenet5(x: np.ndarray) -> Column:
    """Convolutions as products with the windows of the image."""
    p = numpy_values(networks.lenet5)
    kernels = {name: p[f"{name}.weight"].reshape(len(p[f"{name}.weight"]), -1) for name in ("0", "3")}

    def conv_pool(name: str, x: np.ndarray) -> np.ndarray:
        windows = np.lib.stride_tricks.sliding_window_view(x, (5, 5), (1, 2)).transpose(0, 3, 4, 1, 2)
        h, w = windows.shape[-2:]
        y = kernels[name] @ windows.reshape(-1, h * w) + p[f"{name}.bias"][:, None]
        y = y.reshape(-1, h // 2, 2, w // 2, 2)
        y = np.maximum(y[:, :, 0], y[:, :, 1])
        return np.maximum(np.maximum(y[..., 0], y[..., 1]), 0)

    def answer() -> Any:
        padded = np.zeros((1, 32, 32), np.float32)
        padded[:, 2:-2, 2:-2] = x[0]
        h = conv_pool("3", conv_pool("0", padded)).reshape(1, -1)
        h = np.maximum(h @ p["7.weight"] + p["7.bias"], 0)
        h = np.maximum(h @ p["9.weight"] + p["9.bias"], 0)
        return h @ p["11.weight"] + p["11.bias"]

    return Column(answer, np.asarray)


def workload(
    id: str,
    title: str,
    network: Callable[[Any], Any],
    jax_name: str,
    shape: tuple[int, ...],
    by_numpy: Callable[[np.ndarray], Column],
    factor: float,
) -> Workload:
    """The columns of one network."""
    x, _ = networks.images(*shape)
    columns: dict[str, Callable[[], Column]] = {
        EAGER: partial(our_answer, network, x, EAGER),
        COMPILED: partial(our_answer, network, x, COMPILED),
        "torch eager": partial(torch_answer, network, x),
        "torch.compile": partial(torch_answer, network, x, compiled=True),
        "JAX jit": partial(jax_answer, network, jax_name, x),
        "NumPy": partial(by_numpy, x),
    }
    return Workload(id, title, columns, (Bar(COMPILED, factor),), unit="call")


WORKLOADS = [
    workload("W11m", "one example through MLP 784-512-512-10", MLP, "mlp", (1, 784), numpy_mlp, 0.7),
    workload("W11c", "one example through LeNet-5", networks.lenet5, "lenet5", (1, 1, 28, 28), numpy_lenet5, 0.5),
]
