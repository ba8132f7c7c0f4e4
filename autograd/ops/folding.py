"""Windows side by side, and added back: an adjoint pair."""

from __future__ import annotations

from autograd.kernels import folding as kernels
from autograd.kernels.windows import output_size
from autograd.primitive import primitive


def _shapes(s):
    rank = s.integer(1, 3)
    each = lambda low, high: tuple(s.integer(low, high) for _ in range(rank))
    kernel, stride, padding, dilation = each(1, 2), each(1, 2), each(0, 1), each(1, 2)
    spatial = tuple(d * (k - 1) + 1 + n for k, d, n in zip(kernel, dilation, each(0, 2)))
    out = tuple(output_size(n, k, j, (p, p), d) for n, k, j, p, d in zip(spatial, kernel, stride, padding, dilation))
    params = {"stride": stride, "padding": padding, "dilation": dilation}
    return (s.integer(0, 2), s.integer(1, 2)), spatial, kernel, out, params


def _unfold_sample(s):
    lead, spatial, kernel, _, params = _shapes(s)
    return (s.array((*lead, *spatial)),), {"kernel": kernel, **params}


def _fold_sample(s):
    lead, spatial, kernel, out, params = _shapes(s)
    return (s.array((*lead, *kernel, *out)),), {"spatial": spatial, **params}


@primitive(
    x=lambda g, x_shape, stride, padding, dilation: fold_windows(g, x_shape[2:], stride, padding, dilation),
    linear="x",
    text="unfold({x})",
    samples=_unfold_sample,
)
def unfold_windows(x, kernel, stride, padding, dilation):
    """What each tap of a window over x (N, C, *spatial) sees: (N, C, *kernel, *out)."""
    return kernels.unfold(x, kernel, stride, padding, dilation)


@primitive(
    y=lambda g, y_shape, spatial, stride, padding, dilation: unfold_windows(
        g, y_shape[2 : 2 + len(spatial)], stride, padding, dilation
    ),
    linear="y",
    text="fold({y})",
    samples=_fold_sample,
    flops=lambda out, y, *_: y.size,
)
def fold_windows(y, spatial, stride, padding, dilation):
    """y (N, C, *kernel, *out) added to the places in (N, C, *spatial) that its windows saw."""
    return kernels.fold(y, spatial, stride, padding, dilation)
