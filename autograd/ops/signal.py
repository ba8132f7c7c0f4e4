"""Convolutions and correlations along any number of axes, summed over some and paired over others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import scipy.signal

from autograd.ops.axes import operand, some_axes
from autograd.ops.fft import fftn, ifftn, irfftn, rfftn
from autograd.ops.padding import zero_pad
from autograd.ops.rearranging import flip
from autograd.ops.shape import astype
from autograd.primitive import primitive

__all__ = ["convolve", "correlate", "fftconvolve"]

MODES = ("full", "valid", "same")
METHODS = ("auto", "direct", "fft")


def _sample(s):
    i, j, d, n = s.integer(1, 2), s.integer(0, 2), s.integer(1, 2), s.integer(0, 2)
    sizes = [s.integer(1, 3) for _ in range(n)]
    method = s.choice(["direct", "fft"])
    return (s.array((i, d, *(k + s.integer(0, 3) for k in sizes))), s.array((j, d, *sizes))), {"method": method}


def _widened(g, y):
    """g (i, j, …) with zeros around, and y (j, d, …) as (d, j, …) turned around: their correlation is x's adjoint."""
    pads = [(0, 0), (0, 0)] + [(k - 1, k - 1) for k in y.shape[2:]]
    return zero_pad(g, tuple(pads)), flip(np.swapaxes(y, 0, 1), tuple(range(2, len(y.shape))))


@primitive(
    x=lambda g, y, method: correlation(*_widened(g, y), method),
    y=lambda g, x, method: np.swapaxes(correlation(np.swapaxes(x, 0, 1), np.swapaxes(g, 0, 1), method), 0, 1),
    text="{x} ⋆ {y}",
    linear="x y",
    samples=_sample,
    flops=lambda out, x, y, method: 2 * out.size * int(np.prod(y.shape[1:])),
)
def correlation(x, y, method):
    """out[i, j, k, …] = Σ x[i, d, k + l, …] y[j, d, l, …] over d, l, … for all k, … that have all terms."""
    sizes, dtype = y.shape[2:], np.result_type(x, y)
    counts = tuple(n - k + 1 for n, k in zip(x.shape[2:], sizes))
    if not sizes:
        return np.asarray(x @ y.T, dtype)
    if 0 in (*counts, x.size, y.size):
        return np.zeros((x.shape[0], y.shape[0], *counts), dtype)
    if method == "auto":
        method = scipy.signal.choose_conv_method(x[0, 0], y[0, 0], "valid")
    if method == "fft":
        turned = np.flip(y, tuple(range(2, y.ndim)))
        out = np.zeros((x.shape[0], y.shape[0], *counts), dtype)
        for d in range(x.shape[1]):
            part = (x[:, None, d], turned[None, :, d])
            out += scipy.signal.fftconvolve(*part, "valid", axes=tuple(range(2, x.ndim)))
        return out
    if x.shape[:2] == y.shape[:2] == (1, 1):  # the usual one, without the copy of all windows that follows
        return np.asarray(scipy.signal.correlate(x[0, 0], np.conj(y[0, 0]), "valid", "direct"), dtype)[None, None]
    windows = np.lib.stride_tricks.sliding_window_view(x, sizes, tuple(range(2, x.ndim)))
    summed = [1, *range(x.ndim, windows.ndim)]
    out = np.tensordot(windows, y, (summed, list(range(1, y.ndim))))
    return np.ascontiguousarray(np.moveaxis(out, -1, 1), dtype)


def _checked(op: str, mode: Any, method: Any) -> None:
    if mode not in MODES:
        raise ValueError(f"{op}: mode must be one of {', '.join(map(repr, MODES))}, got {mode!r}")
    if method not in METHODS:
        raise ValueError(f"{op}: method must be one of {', '.join(map(repr, METHODS))}, got {method!r}")


def _arranged(x: Any, dots: Sequence[int], along: Sequence[int]) -> tuple[Any, tuple[int, ...]]:
    """x with axes (others, dots, *along), the others and the dots flattened, and the sizes of the others."""
    others = [a for a in range(len(x.shape)) if a not in (*dots, *along)]
    x = np.transpose(x, (*others, *dots, *along))
    sizes, m = x.shape, len(others) + len(dots)
    parts = (int(np.prod(sizes[: len(others)])), int(np.prod(sizes[len(others) : m])))
    return np.reshape(x, (*parts, *sizes[m:])), sizes[: len(others)]


def convolve(
    A: Any, B: Any, axes: Any = None, dot_axes: Any = ((), ()), mode: str = "full", method: str = "auto"
) -> Any:
    """The convolution of two arrays: out[k] = Σ A[l] B[k - l], over all axes or some.

    `axes`: a pair of sequences, the axes of A and B to convolve along, all of them by default; `dot_axes`: pairs over
    which the products are summed; each of the remaining axes of A is combined with each of B. The result has the axes
    (remaining of A, remaining of B, convolved). `mode`: "full" for all k that have a term, "same" for as many as A
    has, in the middle, "valid" where all terms exist; then one of both must be no smaller than the other along each
    convolved axis. `method`: "direct", "fft", or "auto" for what is likely to be faster. SciPy's `convolve`, which has
    the mode as third argument (this is understood too), and HIPS autograd's.

    >>> import autograd.scipy.signal, numpy as np
    >>> autograd.scipy.signal.convolve(np.array([1.0, 2.0, 3.0]), np.array([0.0, 1.0, 0.5]))
    array([0. , 1. , 2.5, 4. , 1.5])
    >>> images, filters = np.ones((8, 3, 10, 10)), np.ones((3, 16, 5, 5))
    >>> autograd.scipy.signal.convolve(images, filters, ([2, 3], [2, 3]), ([1], [0]), "valid").shape
    (8, 16, 6, 6)
    """
    if isinstance(axes, str):  # SciPy's order: mode, method
        axes, mode, method = None, axes, dot_axes if isinstance(dot_axes, str) else method
        dot_axes = ((), ())
    _checked("convolve", mode, method)
    a, b = _pair("convolve", A, B)
    if axes is None:
        if len(a.shape) != len(b.shape):
            raise ValueError(f"convolve: arrays of shapes {a.shape} and {b.shape} differ in dimensions; give axes")
        axes = [list(range(len(a.shape)))] * 2
    along = [some_axes(list(ax), x.shape, "convolve") for ax, x in zip(axes, (a, b))]
    dots = [some_axes(list(ax), x.shape, "convolve") for ax, x in zip(dot_axes, (a, b))]
    _matching(a, b, along, dots)
    sizes = [[x.shape[i] for i in ax] for ax, x in zip(along, (a, b))]
    (a, others), (b, more) = _arranged(a, dots[0], along[0]), _arranged(b, dots[1], along[1])
    turned = False
    if mode == "valid" and any(n < k for n, k in zip(*sizes)):
        if any(n > k for n, k in zip(*sizes)):
            raise ValueError(
                f"convolve: mode 'valid' wants one array to be no smaller than the other along each convolved axis, "
                f"got sizes {sizes[0]} and {sizes[1]}"
            )
        turned = True
    elif mode == "full" and np.prod(sizes[0]) < np.prod(sizes[1]):
        turned = True
    if turned:
        a, b = b, a
    if 0 in (*a.shape[2:], *b.shape[2:]):
        raise ValueError(f"convolve wants arrays that are not empty along convolved axes, got {sizes[0]}, {sizes[1]}")
    if mode != "valid":
        before = [k - 1 if mode == "full" else k - 1 - (k - 1) // 2 for k in b.shape[2:]]
        after = [k - 1 if mode == "full" else (k - 1) // 2 for k in b.shape[2:]]
        a = zero_pad(a, ((0, 0), (0, 0), *zip(before, after)))
    out = correlation(a, flip(b, tuple(range(2, len(b.shape)))), method)
    out = np.swapaxes(out, 0, 1) if turned else out
    return np.reshape(out, (*others, *more, *out.shape[2:]))


def _pair(op: str, a: Any, b: Any) -> tuple[Any, Any]:
    a, b = operand(a), operand(b)
    return tuple(x if x.dtype.kind in "fc" else astype(x, np.float64) for x in (a, b))


def _matching(a: Any, b: Any, along: list[tuple[int, ...]], dots: list[tuple[int, ...]]) -> None:
    for name, (p, q) in (("axes", along), ("dot_axes", dots)):
        if len(p) != len(q):
            raise ValueError(f"convolve: {name} names {len(p)} axes of A and {len(q)} of B; they come in pairs")
    for i, j in zip(*dots):
        if a.shape[i] != b.shape[j]:
            raise ValueError(
                f"convolve: dot_axes pairs axis {i} of shape {a.shape} with axis {j} of shape {b.shape}: lengths differ"
            )
    for x, p, q in zip((a, b), along, dots):
        if set(p) & set(q):
            raise ValueError(f"convolve: axis {min(set(p) & set(q))} of shape {x.shape} is in axes and dot_axes")


def correlate(in1: Any, in2: Any, mode: str = "full", method: str = "auto") -> Any:
    """The correlation of two arrays with as many axes: out[k] = Σ in1[l + k] conj(in2[l]); SciPy's `correlate`.

    `mode` and `method` are as in `convolve`; in "full" the first k is the smallest that has a term.

    >>> import autograd.scipy.signal, numpy as np
    >>> autograd.scipy.signal.correlate(np.array([1.0, 2.0, 3.0]), np.array([0.0, 1.0, 0.5]), "same")
    array([2. , 3.5, 3. ])
    """
    in1, in2 = _pair("correlate", in1, in2)
    in2 = flip(in2, tuple(range(len(in2.shape))))
    return convolve(in1, np.conj(in2) if in2.dtype.kind == "c" else in2, mode=mode, method=method)


def fftconvolve(in1: Any, in2: Any, mode: str = "full", axes: Any = None) -> Any:
    """The convolution by Fourier transforms, along all axes or some; the others broadcast. SciPy's `fftconvolve`.

    O(n log n) where `convolve` takes O(n k) for a kernel of k elements. `mode` is as in `convolve`.

    >>> import autograd.scipy.signal, numpy as np
    >>> autograd.scipy.signal.fftconvolve(np.array([1.0, 2.0, 3.0]), np.array([2.0, 1.0])).round(12)
    array([2., 5., 8., 3.])
    """
    _checked("fftconvolve", mode, "fft")
    a, b = _pair("fftconvolve", in1, in2)
    if len(a.shape) != len(b.shape):
        raise ValueError(f"fftconvolve: arrays of shapes {a.shape} and {b.shape} differ in dimensions")
    along = tuple(range(len(a.shape))) if axes is None else some_axes(axes, a.shape, "fftconvolve")
    n, k = [a.shape[i] for i in along], [b.shape[i] for i in along]
    for i in set(range(len(a.shape))) - set(along):
        if a.shape[i] != b.shape[i] and 1 not in (a.shape[i], b.shape[i]):
            raise ValueError(f"fftconvolve: shapes {a.shape} and {b.shape} do not broadcast along axis {i}")
    if not along:
        return a * b
    if 0 in (*n, *k):
        raise ValueError(f"fftconvolve wants arrays that are not empty, got shapes {a.shape} and {b.shape}")
    if mode == "valid" and any(p < q for p, q in zip(n, k)):
        if any(p > q for p, q in zip(n, k)):
            raise ValueError(
                f"fftconvolve: mode 'valid' wants one array to be no smaller than the other along each convolved "
                f"axis, got sizes {n} and {k}"
            )
        n, k = k, n
    full = [p + q - 1 for p, q in zip(n, k)]
    fast = [scipy.fft.next_fast_len(m) for m in full]
    if "c" in a.dtype.kind + b.dtype.kind:
        out = ifftn(fftn(a, fast, along) * fftn(b, fast, along), fast, along)
    else:
        out = irfftn(rfftn(a, fast, along) * rfftn(b, fast, along), fast, along)
    cuts: list[Any] = [slice(None)] * len(a.shape)
    for i, m, p, q in zip(along, full, n, k):
        size = {"full": m, "same": p, "valid": p - q + 1}[mode]
        start = (m - size) // 2
        cuts[i] = slice(start, start + size)
    return out[tuple(cuts)]
