"""The same networks as functions for JAX: (parameters, buffers, input) → (output, new buffers).

Parameters have the names of the state dict. Images are (N, H, W, C), the weights of convolutions (H, W, in, out), those
of linear layers (in, out).
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from benchmarks.workloads.networks import BLOCKS, HEADS, WIDTH

LAYOUT = ("NHWC", "HWIO", "NHWC")


def linear(p: Any, name: str, x: Any) -> Any:
    """x @ W + b."""
    return x @ p[f"{name}.weight"] + p[f"{name}.bias"]


def conv(p: Any, name: str, x: Any, stride: int = 1, padding: int = 0) -> Any:
    """A convolution, with its bias if it has one."""
    pads = [(padding, padding)] * 2
    y = lax.conv_general_dilated(x, p[f"{name}.weight"], (stride, stride), pads, dimension_numbers=LAYOUT)
    return y + p[f"{name}.bias"] if f"{name}.bias" in p else y


def pool(x: Any) -> Any:
    """Max pooling of 2×2."""
    n, h, w, c = x.shape
    return x.reshape(n, h // 2, 2, w // 2, 2, c).max((2, 4))


def flat(x: Any) -> Any:
    """Flattened in the order of (C, H, W)."""
    return x.transpose(0, 3, 1, 2).reshape(x.shape[0], -1)


def mlp(p: Any, b: Any, x: Any) -> Any:
    """Linear layers with ReLU between them."""
    names = [name.removesuffix(".weight") for name in p if name.endswith(".weight")]
    for name in names[:-1]:
        x = jax.nn.relu(linear(p, name, x))
    return linear(p, names[-1], x), b


def lenet5(p: Any, b: Any, x: Any) -> Any:
    """LeNet-5."""
    x = pool(jax.nn.relu(conv(p, "0", x, padding=2)))
    x = flat(pool(jax.nn.relu(conv(p, "3", x))))
    return linear(p, "11", jax.nn.relu(linear(p, "9", jax.nn.relu(linear(p, "7", x))))), b


def vgg_small(p: Any, b: Any, x: Any) -> Any:
    """64-64-pool-128-128-pool-fc."""
    for first, second in (("0", "2"), ("5", "7")):
        x = jax.nn.relu(conv(p, first, x, padding=1))
        x = pool(jax.nn.relu(conv(p, second, x, padding=1)))
    return linear(p, "11", flat(x)), b


def resnet20(p: Any, b: Any, x: Any) -> Any:
    """ResNet-20 in training: batch statistics, running ones updated."""
    new = {}

    def norm(name: str, x: Any) -> Any:
        mean, var = x.mean((0, 1, 2)), x.var((0, 1, 2))
        n = x.size // x.shape[-1]
        new[f"{name}.running_mean"] = 0.9 * b[f"{name}.running_mean"] + 0.1 * mean
        new[f"{name}.running_var"] = 0.9 * b[f"{name}.running_var"] + 0.1 * var * n / (n - 1)
        new[f"{name}.num_batches_tracked"] = b[f"{name}.num_batches_tracked"] + 1
        return (x - mean) * (lax.rsqrt(var + 1e-5) * p[f"{name}.weight"]) + p[f"{name}.bias"]

    x = jax.nn.relu(norm("bn1", conv(p, "conv1", x, padding=1)))
    for k in range(9):
        stride = 2 if k in (3, 6) else 1
        y = jax.nn.relu(norm(f"blocks.{k}.bn1", conv(p, f"blocks.{k}.conv1", x, stride, 1)))
        y = norm(f"blocks.{k}.bn2", conv(p, f"blocks.{k}.conv2", y, padding=1))
        if stride == 2:
            pad = x.shape[-1] // 2
            x = jnp.pad(x[:, ::2, ::2], ((0, 0), (0, 0), (0, 0), (pad, pad)))
        x = jax.nn.relu(x + y)
    return linear(p, "fc", x.mean((1, 2))), new


def lstm_classifier(p: Any, b: Any, x: Any) -> Any:
    """The input's products at once, the recurrence as a scan."""
    inputs = x @ p["lstm.weight_ih_l0"] + (p["lstm.bias_ih_l0"] + p["lstm.bias_hh_l0"])
    weight = p["lstm.weight_hh_l0"]

    def cell(state: Any, a: Any) -> Any:
        h, c = state
        i, f, g, o = jnp.split(a + h @ weight, 4, axis=-1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        h = jax.nn.sigmoid(o) * jnp.tanh(c)
        return (h, c), None

    zeros = jnp.zeros((x.shape[1], weight.shape[0]), x.dtype)
    (h, _), _ = lax.scan(cell, (zeros, zeros), inputs)
    return linear(p, "fc", h), b


def transformer(p: Any, b: Any, tokens: Any) -> Any:
    """The decoder with its attention written out."""

    def norm(name: str, x: Any) -> Any:
        mean, var = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
        return (x - mean) * lax.rsqrt(var + 1e-5) * p[f"{name}.weight"] + p[f"{name}.bias"]

    x = p["embedding.weight"][tokens] + p["position_embedding"]
    n, t, _ = x.shape
    mask = jnp.tril(jnp.ones((t, t), bool))
    for k in range(BLOCKS):
        qkv = linear(p, f"blocks.{k}.qkv", norm(f"blocks.{k}.norm1", x))
        q, key, v = qkv.reshape(n, t, 3, HEADS, WIDTH // HEADS).transpose(2, 0, 3, 1, 4)
        scores = jnp.where(mask, q @ key.swapaxes(-1, -2) / (WIDTH // HEADS) ** 0.5, -jnp.inf)
        y = (jax.nn.softmax(scores) @ v).transpose(0, 2, 1, 3).reshape(n, t, WIDTH)
        x = x + linear(p, f"blocks.{k}.proj", y)
        y = jax.nn.gelu(linear(p, f"blocks.{k}.up", norm(f"blocks.{k}.norm2", x)), approximate=False)
        x = x + linear(p, f"blocks.{k}.down", y)
    x = linear(p, "head", norm("norm", x))
    return x.reshape(-1, x.shape[-1]), b


def critic_of_points(p: Any, x: Any) -> Any:
    """2-128-128-1."""
    for name in ("0", "2"):
        x = jax.nn.leaky_relu(linear(p, name, x), 0.2)
    return linear(p, "4", x)


def critic_of_images(p: Any, x: Any) -> Any:
    """Two convolutions of stride 2 and a linear layer."""
    for name in ("0", "2"):
        x = jax.nn.leaky_relu(conv(p, name, x, stride=2, padding=1), 0.2)
    return linear(p, "5", flat(x))
