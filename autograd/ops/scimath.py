"""`np.emath`: roots, logarithms and inverse functions that go complex where a real argument leaves their domain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.ops.axes import operand
from autograd.ops.shape import astype
from autograd.protocols import implements
from autograd.tensor import Tensor

__all__: list[str] = []


def _complex_where(outside: Callable[[Any], Any], x: Any) -> Any:
    """x, as complex numbers if any real element lies outside; integers as floating ones."""
    x = operand(x)
    values = x.data if isinstance(x, Tensor) else x
    if values.dtype.kind in "iub":
        x = astype(x, np.float64)
    if values.dtype.kind != "c" and np.any(outside(values)):
        return astype(x, np.result_type(x.dtype, np.complex64))
    return x


def _below_zero(x: Any) -> Any:
    return x < 0


def _beyond_one(x: Any) -> Any:
    return np.abs(x) > 1


def _on_domain(function: Callable[..., Any], outside: Callable[[Any], Any]) -> Callable[..., Any]:
    return lambda x: function(_complex_where(outside, x))


for _name in ("sqrt", "log", "log2", "log10"):
    implements(getattr(np.emath, _name))(_on_domain(getattr(np, _name), _below_zero))
for _name in ("arccos", "arcsin", "arctanh"):
    implements(getattr(np.emath, _name))(_on_domain(getattr(np, _name), _beyond_one))


@implements(np.emath.logn)
def _logn(n: Any, x: Any) -> Any:
    return np.log(_complex_where(_below_zero, x)) / np.log(_complex_where(_below_zero, n))


@implements(np.emath.power)
def _power(x: Any, p: Any) -> Any:
    x = operand(x)
    exponents = p.data if isinstance(p, Tensor) else np.asarray(p)
    values = x.data if isinstance(x, Tensor) else x
    if values.dtype.kind != "c" and np.any(values < 0):
        x = astype(x, np.result_type(x.dtype, np.complex64))
    if exponents.dtype.kind in "iu" and np.any(exponents < 0):
        p = exponents * 1.0
    return np.power(x, p)
