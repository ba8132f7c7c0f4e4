"""Images made larger or smaller."""

from __future__ import annotations

import math
import operator
from typing import Any

from autograd.ops.resizing import resize
from nn.functional.adaptive_pooling import adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d
from nn.functional.checks import operand

__all__ = ["interpolate", "upsample", "upsample_bilinear", "upsample_nearest"]

RANKS = {"linear": 1, "bilinear": 2, "bicubic": 2, "trilinear": 3}
MODES = ("nearest", "nearest-exact", "linear", "bilinear", "bicubic", "trilinear", "area")


def interpolate(
    input: Any,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Any:
    """(N, C, *spatial) resized to `size`, or by `scale_factor` (to ⌊length · factor⌋): a number, or one per axis.

    `mode`, with one to three spatial axes:

    - "nearest" (place ⌊i · step⌋, step = old length / new length) and "nearest-exact" (⌊(i + ½) · step⌋);
    - "linear" (N, C, L), "bilinear" (N, C, H, W), "trilinear" (N, C, D, H, W): between the neighbours of (i + ½) · step
      - ½, limited to the array; "bicubic" (N, C, H, W): between four an axis, with Keys's kernel, a = -0.75;
    - "area": the mean over windows, as `adaptive_avg_pool2d`.

    With `align_corners` (the linear and cubic modes; default False) the first and last elements stay where they are:
    step = (old - 1) / (new - 1), place i · step. A given factor f sets step = 1 / f, unless `recompute_scale_factor`
    takes it from the lengths. `antialias` ("bilinear" and "bicubic", there a = -0.5) widens the kernel where the image
    shrinks. Derivatives of all orders are exact: resizing is linear. Raises ValueError for options that do not belong
    together, TypeError for integers in a mode that computes.

    >>> import nn, numpy as np
    >>> nn.functional.interpolate(np.array([[[1.0, 3.0]]]), scale_factor=2, mode="linear")
    array([[[1. , 1.5, 2.5, 3. ]]])
    """
    x, op = operand(input), "interpolate"
    rank = x.ndim - 2
    if mode not in MODES:
        raise ValueError(f"{op}: mode must be one of {', '.join(MODES)}; got {mode!r}")
    if not 1 <= rank <= 3 or RANKS.get(mode, rank) != rank:
        wanted = f"{RANKS[mode]}" if mode in RANKS else "one to three"
        raise ValueError(
            f"{op}: mode={mode!r} with an input of shape {x.shape}; wanted (N, C, …) with {wanted} spatial axes"
        )
    if align_corners is not None and mode not in RANKS:
        raise ValueError(
            f"{op}: align_corners has a meaning for {', '.join(RANKS)} only, not for {mode!r}; leave it out"
        )
    if antialias and mode not in ("bilinear", "bicubic"):
        raise ValueError(f"{op}: antialias=True is for bilinear and bicubic, not for {mode!r}")
    if x.dtype.kind not in "fc" and not mode.startswith("nearest"):
        raise TypeError(f"{op}: mode={mode!r} wants floating numbers, got {x.dtype}; write input.astype(float)")
    sizes, scales = _sizes(op, x.shape, size, scale_factor, bool(recompute_scale_factor))
    if not all(x.shape[2:]) or min(sizes) < 1:
        raise ValueError(f"{op}: an input of shape {x.shape} cannot be resized to spatial size {sizes}")
    if mode == "area":
        return (adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d)[rank - 1](x, sizes)
    kind = "cubic" if mode == "bicubic" else "linear" if mode in RANKS else mode
    kind = f"smooth {kind}" if antialias else kind
    for axis, (count, scale) in enumerate(zip(sizes, scales), 2):
        if count != x.shape[axis] or scale not in (None, 1.0):
            x = resize(x, count, axis, kind, bool(align_corners), scale)
    return x


def _sizes(
    op: str, shape: tuple[int, ...], size: Any, factor: Any, recompute: bool
) -> tuple[tuple[int, ...], tuple[float | None, ...]]:
    """The new lengths, and the factors that count."""
    rank = len(shape) - 2
    if (size is None) == (factor is None):
        raise ValueError(f"{op} wants one of size and scale_factor, got {size} and {factor}")
    given = size if factor is None else factor
    values = tuple(given) if isinstance(given, (tuple, list)) else (given,) * rank
    if len(values) != rank:
        name = "size" if factor is None else "scale_factor"
        raise ValueError(f"{op}: {name}={given} for an input of shape {shape}; wanted one number, or {rank} of them")
    if factor is None:
        if recompute:
            raise ValueError(f"{op}: recompute_scale_factor has a meaning with scale_factor only, not with size")
        return tuple(map(operator.index, values)), (None,) * rank
    factors = tuple(map(float, values))
    if min(factors) <= 0:
        raise ValueError(f"{op}: scale_factor must be positive, got {factor}")
    lengths = tuple(math.floor(n * f) for n, f in zip(shape[2:], factors))
    return lengths, (None,) * rank if recompute else factors


def upsample(
    input: Any, size: Any = None, scale_factor: Any = None, mode: str = "nearest", align_corners: bool | None = None
) -> Any:
    """`interpolate`, by its older name.

    >>> import nn, numpy as np
    >>> nn.functional.upsample(np.array([[[1.0, 3.0]]]), scale_factor=2)
    array([[[1., 1., 3., 3.]]])
    """
    return interpolate(input, size, scale_factor, mode, align_corners)


def upsample_nearest(input: Any, size: Any = None, scale_factor: Any = None) -> Any:
    """`interpolate` with mode="nearest".

    >>> import nn, numpy as np
    >>> nn.functional.upsample_nearest(np.array([[[1.0, 3.0]]]), 4)
    array([[[1., 1., 3., 3.]]])
    """
    return interpolate(input, size, scale_factor)


def upsample_bilinear(input: Any, size: Any = None, scale_factor: Any = None) -> Any:
    """`interpolate` with mode="bilinear" and align_corners=True.

    >>> import nn, numpy as np
    >>> nn.functional.upsample_bilinear(np.array([[[[1.0, 3.0]]]]), (1, 3))
    array([[[[1., 2., 3.]]]])
    """
    return interpolate(input, size, scale_factor, "bilinear", True)
