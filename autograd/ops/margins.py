"""The modes of `pad`: what the margins before and after an array's elements hold, one axis after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.ops.axes import operand
from autograd.ops.gather import take
from autograd.ops.joining import concatenate, stack
from autograd.ops.padding import zero_pad
from autograd.ops.shape import astype, broadcast_to, clone, moveaxis, reshape
from autograd.tensor import Tensor, wrap

KEYWORDS = {
    "constant": {"constant_values"},
    "edge": set(),
    "empty": set(),
    "linear_ramp": {"end_values"},
    "maximum": {"stat_length"},
    "mean": {"stat_length"},
    "median": {"stat_length"},
    "minimum": {"stat_length"},
    "reflect": {"reflect_type"},
    "symmetric": {"reflect_type"},
    "wrap": set(),
}
STATISTICS: dict[str, Callable[..., Any]] = {
    "maximum": np.max,
    "mean": np.mean,
    "median": np.median,
    "minimum": np.min,
}


def padded(x: Any, widths: Any, mode: Any, kwargs: dict[str, Any]) -> Any:
    """`pad` with all its modes; `widths` are pairs, one an axis."""
    if callable(mode):
        return _by_function(zero_pad(x, widths), widths, mode, kwargs)
    if mode not in KEYWORDS:
        raise ValueError(f"pad: mode {mode!r} is not one of {', '.join(map(repr, KEYWORDS))} or a function")
    if not kwargs.keys() <= KEYWORDS[mode]:
        unknown = ", ".join(sorted(kwargs.keys() - KEYWORDS[mode]))
        wanted = ", ".join(sorted(KEYWORDS[mode])) or "none"
        raise ValueError(f"pad: {unknown} has no meaning in mode {mode!r}; keywords of this mode: {wanted}")
    if mode == "empty":
        return zero_pad(x, widths)
    if mode == "constant":
        return _constant(x, widths, _pairs(kwargs.get("constant_values", 0), len(widths), "constant_values"))
    if mode == "linear_ramp":
        ends = _pairs(kwargs.get("end_values", 0), len(widths), "end_values")
        return _each_axis(x, widths, lambda x, axis, n, k: _ramp(x, axis, n, k, ends[axis][k]))
    if mode in STATISTICS:
        length = kwargs.get("stat_length")
        lengths = [(None, None)] * len(widths) if length is None else _pairs(length, len(widths), "stat_length")
        return _each_axis(x, widths, lambda x, axis, n, k: _statistic(x, axis, n, k, lengths[axis][k], mode))
    kind = kwargs.get("reflect_type", "even")
    if kind not in ("even", "odd"):
        raise ValueError(f"pad: reflect_type must be 'even' or 'odd', got {kind!r}")
    for axis, width in enumerate(widths):
        if width != (0, 0):
            x = _repeated(x, axis, width, mode, kind == "odd")
    return x


def _pairs(values: Any, ndim: int, name: str) -> Any:
    """(before, after) for each axis, of what broadcasts to it."""
    given = values if hasattr(values, "dtype") else np.asarray(values)
    try:
        return broadcast_to(given, (ndim, 2))
    except ValueError:
        raise ValueError(
            f"pad: {name} must be one value, (before, after), or a pair for each of {ndim} axes; got {given.shape}"
        ) from None


def _each_axis(x: Any, widths: Any, margin: Callable[..., Any]) -> Any:
    """x with margins along one axis after the other: `margin(x, axis, n, side)` gives n slices."""
    for axis, (before, after) in enumerate(widths):
        if before or after:
            sides = [margin(x, axis, n, k) if n else None for k, n in enumerate((before, after))]
            parts = [sides[0], x, sides[1]]
            x = concatenate([astype(p, x.dtype, copy=False) for p in parts if p is not None], axis)
    return x


def _slices(x: Any, axis: int, part: slice) -> Any:
    return x[(*(slice(None),) * axis, part)]


def _margin_shape(x: Any, axis: int, n: int) -> tuple[int, ...]:
    return (*x.shape[:axis], n, *x.shape[axis + 1 :])


def _constant(x: Any, widths: Any, values: Any) -> Any:
    if not isinstance(values, Tensor):  # plain numbers beside zeros: one pass
        margins = np.pad(np.zeros(x.shape, x.dtype), widths, constant_values=values)
        return zero_pad(x, widths) + margins
    return _each_axis(x, widths, lambda x, axis, n, k: broadcast_to(values[axis, k], _margin_shape(x, axis, n)))


def _edge(x: Any, axis: int, k: int) -> Any:
    if not x.shape[axis]:
        raise ValueError(f"pad: axis {axis} of shape {x.shape} is empty, so that it has no edge; use mode 'constant'")
    return _slices(x, axis, slice(-1, None) if k else slice(0, 1))


def _ramp(x: Any, axis: int, n: int, k: int, end: Any) -> Any:
    """From `end` to the edge, which does not belong to the margin."""
    edge = _edge(x, axis, k)
    part = np.arange(n, dtype=np.result_type(x.dtype, np.float16)) / n
    part = (part[::-1] if k else part).reshape(-1, *(1,) * (x.ndim - axis - 1))
    ramp = end + (edge - end) * part
    return np.trunc(ramp) if x.dtype.kind in "iu" else ramp


def _statistic(x: Any, axis: int, n: int, k: int, length: Any, mode: str) -> Any:
    size = x.shape[axis]
    count = size if length is None else min(int(length), size)
    if count < 1:
        raise ValueError(f"pad: stat_length={length} leaves no elements of axis {axis} of shape {x.shape}")
    value = STATISTICS[mode](_slices(x, axis, slice(size - count, None) if k else slice(0, count)), axis, keepdims=True)
    if x.dtype.kind in "iu":
        value = np.round(value)
    return broadcast_to(value, _margin_shape(x, axis, n))


def _repeated(x: Any, axis: int, width: Any, mode: Any, odd: bool) -> Any:
    """Margins whose elements are those of x, or for odd reflections sums of one of them and multiples of the edges.

    NumPy is asked, on numbers that tell which is which.
    """
    n = x.shape[axis]
    if not n:
        _edge(x, axis, 0)
    inner = take(x, np.pad(np.arange(n), width, mode), axis)
    if not odd or n == 1:
        return inner

    def coefficients(probe: Any) -> Any:
        padded: Any = np.pad(probe, width, mode, reflect_type="odd")
        return padded.reshape(-1, *(1,) * (x.ndim - axis - 1))

    places = np.arange(n)
    between = (places > 0) & (places < n - 1)
    of_inner, of_first, of_last = (coefficients(p.astype(x.dtype)) for p in (between, places == 0, places == n - 1))
    return inner * of_inner + _edge(x, axis, 0) * of_first + _edge(x, axis, 1) * of_last


def _by_function(x: Any, widths: Any, function: Callable[..., Any], kwargs: dict[str, Any]) -> Any:
    """Let the function write the margins of each line along each axis."""
    for axis, width in enumerate(widths):
        lines = moveaxis(x, axis, -1)
        changed = []
        for index in np.ndindex(lines.shape[:-1]):
            line = clone(lines[index])
            line = line if isinstance(line, Tensor) else wrap(line)
            function(line, width, axis, kwargs)
            changed.append(line)
        if changed:
            x = moveaxis(reshape(stack(changed), lines.shape), -1, axis)
    return operand(x)
