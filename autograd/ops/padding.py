"""Margins added and taken away: the adjoint pair zero_pad and crop, and NumPy's modes of padding."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.ops.axes import operand
from autograd.primitive import primitive
from autograd.protocols import implements

__all__ = ["pad"]


def _crop_sample(s):
    shape = s.shape()
    starts = [s.integer(0, n) for n in shape]
    return (s.array(shape),), {"widths": tuple((a, s.integer(0, n - a)) for a, n in zip(starts, shape))}


def _zero_pad_sample(s):
    shape = s.shape()
    return (s.array(shape),), {"widths": tuple((s.integer(0, 2), s.integer(0, 2)) for _ in shape)}


@primitive(x=lambda g, widths: zero_pad(g, widths), linear="x", text="crop({x})", samples=_crop_sample)
def crop(x, widths):
    """x without the first and last elements of each axis, `widths` = (before, after) an axis; a view."""
    return x[tuple([slice(a, n - b) for (a, b), n in zip(widths, x.shape)])]


@primitive(x=lambda g, widths: crop(g, widths), linear="x", text="pad({x})", samples=_zero_pad_sample)
def zero_pad(x, widths):
    """x with zeros around it, `widths` = (before, after) an axis."""
    padded = np.zeros(tuple([a + n + b for (a, b), n in zip(widths, x.shape)]), x.dtype)
    padded[tuple([slice(a, a + n) for (a, _), n in zip(widths, x.shape)])] = x
    return padded


@implements(np.pad)
def pad(array: Any, pad_width: Any, mode: Any = "constant", **kwargs: Any) -> Any:
    """Margins around an array, as NumPy pads.

    `pad_width`: an int, (before, after) for all axes, one such pair per axis, or a dict {axis: width}. `mode`:

    - "constant": `constant_values` (0), a number or as many as widths; they may be a Tensor;
    - "edge", "wrap"; "reflect" and "symmetric", with `reflect_type="odd"` for twice the edge minus the mirror image;
    - "linear_ramp": from the edge to `end_values` (0), which may be a Tensor;
    - "maximum", "minimum", "mean", "median" of the `stat_length` elements (all of them) beside the edge;
    - "empty": any values, here zeros;
    - a function `f(vector, (before, after), axis, kwargs)` that writes the margins of each line along each axis.

    Raises ValueError for other modes, keywords without a meaning in the mode, and negative widths.

    >>> import autograd
    >>> autograd.pad(autograd.tensor([1.0, 2.0, 3.0]), (1, 2), mode="reflect")
    tensor([2., 1., 2., 3., 2., 1.])
    """
    array = operand(array)
    widths = _widths(pad_width, array.shape)
    if mode == "constant" and not kwargs:
        return zero_pad(array, widths)
    from autograd.ops.margins import padded

    return padded(array, widths, mode, kwargs)


def _widths(pad_width, shape):
    """One (before, after) per axis."""
    if isinstance(pad_width, dict):
        given = [(0, 0)] * len(shape)
        for axis, width in pad_width.items():
            given[axis] = width if isinstance(width, tuple) else (width, width)
        pad_width = given
    widths = np.asarray(pad_width)
    try:
        pairs = np.broadcast_to(widths, (len(shape), 2))
    except ValueError:
        pairs = None
    if pairs is None or (widths.dtype.kind not in "iu" and widths.size) or (widths < 0).any():
        raise ValueError(
            f"pad: pad_width must hold integers, none negative: one, (before, after), or a pair for each axis of shape "
            f"{shape}; got {pad_width!r}"
        )
    return tuple((int(a), int(b)) for a, b in pairs)
