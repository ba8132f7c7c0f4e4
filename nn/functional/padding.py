"""Padding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import autograd

__all__ = [
    "pad",
]


def pad(input: Any, pad: Sequence[int], mode: str = "constant", value: float = 0.0) -> Any:
    """Widen the last axes: `pad` = (left, right) of the last axis, then of the one before it, and so on.

    `mode` is "constant" (filled with `value`), "reflect", "replicate" or "circular"; a negative amount crops. Raises
    ValueError for an odd count, more pairs than axes, and an unknown mode.

    >>> from nn.functional import pad
    >>> import numpy as np
    >>> pad(np.ones((1, 2)), (1, 0, 0, 1))
    array([[0., 1., 1.],
           [0., 0., 0.]])
    """
    modes = {"constant": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
    if mode not in modes:
        raise ValueError(f"pad: unknown mode {mode!r}; choose one of {', '.join(modes)}")
    ndim = input.ndim
    if len(pad) % 2 or len(pad) > 2 * ndim:
        raise ValueError(
            f"pad: {len(pad)} amounts for an input of shape {input.shape}; wanted a pair (left, right) for each of the "
            f"last axes, at most {ndim} pairs"
        )
    pairs = [(0, 0)] * (ndim - len(pad) // 2) + [(pad[i], pad[i + 1]) for i in range(len(pad) - 2, -1, -2)]
    widths = [(max(low, 0), max(high, 0)) for low, high in pairs]
    if any(low + n + high < 0 for (low, high), n in zip(pairs, input.shape)):
        raise ValueError(f"pad: {tuple(pad)} takes away more than an input of shape {input.shape} has")
    filling = {"constant_values": value} if mode == "constant" else {}
    if mode == "circular":  # crops first: what is cut off does not come back at the other end
        return autograd.pad(_cropped(input, pairs), widths, modes[mode])
    return _cropped(autograd.pad(input, widths, modes[mode], **filling), pairs)


def _cropped(input: Any, pairs: list[tuple[int, int]]) -> Any:
    """The input without as many elements as the negative amounts say."""
    if all(amount >= 0 for pair in pairs for amount in pair):
        return input
    return input[tuple(slice(max(-low, 0), n - max(-high, 0)) for (low, high), n in zip(pairs, input.shape))]
