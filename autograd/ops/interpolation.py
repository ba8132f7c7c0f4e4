"""Piecewise linear interpolation."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.ops.axes import operand
from autograd.ops.indexing import getitem
from autograd.ops.joining import concatenate
from autograd.ops.selection import where
from autograd.ops.sorting import argsort, searchsorted
from autograd.protocols import implements

__all__ = ["interp"]


@implements(np.interp)
def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    """The piecewise linear function through the points (xp, fp), at x; xp must increase.

    Below xp[0] it is `left`, by default fp[0]; above xp[-1] it is `right`, by default fp[-1]. With `period` the points
    are repeated, and may stand in any order. It can be differentiated by x, xp, fp, left and right; at a point of xp
    the slope is that of the piece to its right, at the last one that of the last piece.

    >>> import autograd, numpy as np
    >>> autograd.interp(np.array([0.5, 9.0]), np.array([0.0, 1.0, 2.0]), np.array([0.0, 10.0, 20.0]))
    array([ 5., 20.])
    """
    x, xp, fp = operand(x), operand(xp), operand(fp)
    if len(xp.shape) != 1 or xp.shape != fp.shape or not xp.shape[0]:
        raise ValueError(f"interp wants vectors xp and fp of one length ≥ 1, got shapes {xp.shape} and {fp.shape}")
    if period is not None:
        if period == 0:
            raise ValueError("interp: period must not be 0")
        period, left, right = abs(period), None, None
        x, xp = x % period, xp % period
        order = argsort(xp)
        xp, fp = xp[order], fp[order]
        xp, fp = concatenate([xp[-1:] - period, xp, xp[:1] + period]), concatenate([fp[-1:], fp, fp[:1]])
    n = xp.shape[0]
    if n == 1:
        result = x * 0 + fp[0]
    else:
        i = np.clip(searchsorted(xp, x, side="right") - 1, 0, n - 2)
        start, below = getitem(xp, i), getitem(fp, i)  # xp[i] asks a batch of i for its values
        slope = (getitem(fp, i + 1) - below) / (getitem(xp, i + 1) - start)
        result = below + slope * (x - start)
    result = where(x < xp[0], fp[0] if left is None else left, result)
    return where(x > xp[n - 1], fp[n - 1] if right is None else right, result)
