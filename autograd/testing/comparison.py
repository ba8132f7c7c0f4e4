"""Equality of arrays up to rounding."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.tensor import Tensor

_TOLERANCE = {"float16": 1e-2, "float32": 1e-5, "float64": 1e-10, "complex64": 1e-5, "complex128": 1e-10}
"""Relative tolerances of `assert_close`: some ten thousand roundings in float64, some hundred below."""


def assert_close(actual: Any, expected: Any, rtol: float | None = None, atol: float | None = None) -> None:
    """Raise AssertionError unless both have the same shape, dtype and, within |a - e| <= atol + rtol · max|e|, values.

    Arrays, Tensors or numbers (a Python number has no dtype to compare). `rtol` defaults to 1e-10 for float64 and
    complex128, 1e-5 for float32 and complex64, 1e-2 for float16 and 0 for integers; `atol` to `rtol`. NaN equals NaN,
    an infinity itself.

    >>> import numpy as np
    >>> from autograd.testing import assert_close
    >>> assert_close(np.array([0.1]) + 0.2, np.array([0.3]))
    >>> assert_close(np.float32(1), np.float64(1))
    Traceback (most recent call last):
        ...
    AssertionError: dtype float32, expected float64
    """
    a, e = _raw(actual), _raw(expected)
    if a.shape != e.shape:
        raise AssertionError(f"shape {a.shape}, expected {e.shape}")
    if a.dtype != e.dtype and not (type(actual) in (int, float, bool) or type(expected) in (int, float, bool)):
        raise AssertionError(f"dtype {a.dtype}, expected {e.dtype}")
    if not a.size:
        return
    rtol = _TOLERANCE.get(str(np.result_type(a, e)), 0.0) if rtol is None else rtol
    atol = rtol if atol is None else atol
    finite = np.isfinite(a) & np.isfinite(e)
    with np.errstate(invalid="ignore"):
        error = np.where(finite, np.abs(np.subtract(a, e, dtype=np.result_type(a, e, np.float16))), 0.0)
        same = finite | (a == e) | (np.isnan(a) & np.isnan(e))
    scale = float(np.max(np.abs(np.where(finite, e, 0))))
    bound = atol + rtol * scale
    wrong = ~same | (error > bound)
    if wrong.any():
        worst = np.unravel_index(int(np.argmax(np.where(same, error, np.inf))), a.shape)
        raise AssertionError(
            f"{int(wrong.sum())} of {a.size} elements differ; the most at index {tuple(map(int, worst))}: "
            f"{a[worst]!r}, expected {e[worst]!r} (allowed {bound:.1e})"
        )


def _raw(value: Any) -> np.ndarray:
    return value.data if isinstance(value, Tensor) else np.asarray(value)
