"""What convolution and pooling ask of their arguments: sizes per axis, a batch axis, room for a window."""

from __future__ import annotations

import operator
from typing import Any

from autograd.ops.axes import operand
from autograd.ops.shape import reshape_

Ints = tuple[int, ...]

AXES = {1: "L", 2: "H, W", 3: "D, H, W"}
"""The names of the spatial axes in messages."""


def per_axis(value: Any, rank: int, op: str, name: str, least: int) -> Ints:
    """One integer, or one per spatial axis, as a tuple of `rank` integers that are at least `least`."""
    try:
        sizes = tuple(map(operator.index, value)) if isinstance(value, (tuple, list)) else (operator.index(value),)
    except TypeError:
        sizes = ()
    if len(sizes) == 1:
        sizes *= rank
    if len(sizes) != rank or min(sizes) < least:
        wanted = f"an integer ≥ {least}" + (f" or {rank} of them" if rank > 1 else "")
        raise ValueError(f"{op}: {name}={value!r}, wanted {wanted}")
    return sizes


def batched(input: Any, rank: int, op: str) -> tuple[Any, bool]:
    """The input as (N, C, *spatial), and whether it came with a batch axis."""
    x = operand(input)
    if len(x.shape) == rank + 1:
        return reshape_(x, (1, *x.shape)), False
    if len(x.shape) != rank + 2:
        raise ValueError(
            f"{op}: input of shape {x.shape}, wanted (N, C, {AXES[rank]}), or (C, {AXES[rank]}) for a single example; "
            f"reshape it to add or merge axes"
        )
    return x, True


def unbatched(y: Any, has_batch: bool) -> Any:
    """The result without the batch axis that `batched` added."""
    return y if has_batch else reshape_(y, y.shape[1:])


def check_room(op: str, spatial: Ints, kernel: Ints, padding: Any, dilation: Ints) -> None:
    """Raise ValueError unless a window fits into the padded input; `padding` holds (low, high) pairs."""
    reach = tuple(d * (k - 1) + 1 for k, d in zip(kernel, dilation))
    padded = tuple(n + low + high for n, (low, high) in zip(spatial, padding))
    if any(r > n for r, n in zip(reach, padded)):
        raise ValueError(
            f"{op}: a kernel of size {kernel} with dilation {dilation} reaches over {reach}, but the input with its "
            f"padding is only {padded}; use a smaller kernel, more padding or a larger input"
        )
