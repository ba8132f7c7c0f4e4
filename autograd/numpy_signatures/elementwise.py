"""Elementwise functions whose arguments have other names."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import ops
from autograd.protocols import implements


@implements(np.clip)
def _clip(a: Any, a_min: Any = None, a_max: Any = None, out: Any = None, *, min: Any = None, max: Any = None) -> Any:
    if (a_min is not None and min is not None) or (a_max is not None and max is not None):
        raise ValueError("np.clip: give a_min and a_max, or min and max, not both")
    return ops.clip(a, a_min if min is None else min, a_max if max is None else max)


@implements(np.round, np.around)
def _round(a: Any, decimals: int = 0, out: Any = None) -> Any:
    return ops.round(a, decimals)


@implements(np.nan_to_num)
def _nan_to_num(x: Any, copy: bool = True, nan: float = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    if not copy:
        raise ValueError("np.nan_to_num(..., copy=False) would overwrite its input; write t = np.nan_to_num(t)")
    return ops.nan_to_num(x, nan, posinf, neginf)
