"""Margins added and taken away: the adjoint pair zero_pad and crop, and NumPy's modes of padding."""

from __future__ import annotations

import numpy as np

from autograd.primitive import primitive

__all__ = []


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
