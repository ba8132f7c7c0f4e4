"""Convolution and its two adjoints as native kernels, on images that lie channels-last in memory.

`conv`, `conv_input` and `conv_weight` are the native versions of `autograd.kernels.convolution`; the other functions
are the kernels behind them, for whoever plans memory:

    forward(c, epilogue)         (x, w, y, *further operands of the epilogue[, batch])
    input_gradient(c, epilogue)  (g, w, x̄, *further operands of the epilogue[, batch])

with x and x̄ (N, *size, channels), y and g (N, *out, maps) and w (maps, channels/groups, *kernel), all C-contiguous and
of dtype `c.dtype`; for `c.planar` x is (N, channels, *size);

    weight_sums(c, bias)         (x, g, sums[, batch])
    weight_gradient(c, bias)     (sums, w̄[, b̄])

where `sums` is a working array of `sums_shape(c, bias)`, and `bias` wants b̄ (maps,) = Σ g too. `batch` is an int64
array with one element, and is wanted only where `c.batch` is None. The kernels need no memory beside their scratch.

Where `winograd_choice.choose` says so, `conv`, `conv_input` and `conv_weight` run the kernels of `winograd` instead.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from autograd.kernels.native import arrays, convolution_channels as channels, convolution_planes as planes, winograd
from autograd.kernels.native.code import Code, Index
from autograd.kernels.native.convolution_depthwise import Depthwise
from autograd.kernels.native.convolution_epilogue import Epilogue, Finish, Target
from autograd.kernels.native.convolution_loops import nest
from autograd.kernels.native.convolution_shapes import (
    PLANAR,
    Convolution,
    Correlation,
    backward,
    forward as as_correlation,
)
from autograd.kernels.native.convolution_source import emit_clear, emit_copy, layout
from autograd.kernels.native.convolution_weight import Sums, emit_combination, sums_shape
from autograd.kernels.native.kernel import Kernel, generated
from autograd.kernels.native.winograd_choice import Face, choose
from autograd.kernels.precision import get_precision
from autograd.kernels.windows import Pairs, channels_first, channels_last

Array = np.ndarray[Any, Any]
Ints = tuple[int, ...]
NONE = Epilogue()
MANY = 8
"""From so many images on, one kernel serves any number of them."""


@generated
def forward(code: Code, c: Convolution, epilogue: Epilogue = NONE) -> None:
    """y = epilogue(x ∗ w): arrays (x, w, y, *further operands of the epilogue[, batch])."""
    emit_correlation(code, as_correlation(c), epilogue)


@generated
def input_gradient(code: Code, c: Convolution, epilogue: Epilogue = NONE) -> None:
    """x̄ = epilogue(g ∗ᵀ w): arrays (g, w, x̄, *further operands of the epilogue[, batch])."""
    emit_correlation(code, backward(c), epilogue)


@generated
def weight_sums(code: Code, c: Convolution, bias: bool = False) -> None:
    """The first half of the weight gradient: arrays (x, g, sums[, batch]) with sums of `sums_shape(c, bias)`."""
    Sums(code, c, bias).write()


@generated
def weight_gradient(code: Code, c: Convolution, bias: bool = False) -> None:
    """The second half, w̄ and with `bias` Σ g per map: arrays (sums, w̄[, b̄])."""
    emit_combination(code, c, bias)


def emit_correlation(code: Code, c: Correlation, epilogue: Epilogue) -> None:
    """Write a whole correlation: its images are shared among the threads."""
    source, weight, result, *further = (code.operand(k, c.dtype) for k in range(3 + len(epilogue.inputs)))
    target = Target(result, Finish(epilogue, further))
    batch: Index = code.number(3 + len(further)) if c.batch is None else c.batch
    weights = c.maps * c.channels // c.groups * max(a.taps for a in c.axes[1]) * max(a.taps for a in c.axes[2])
    lay = layout(code, c, together=weights * np.dtype(c.dtype).itemsize > code.host.near)
    copied = layout(code, c, together=False, whole=True)
    few = planes.serves(c, copied) and planes.cycles(code.host, c, copied) < channels.cycles(code.host, c)
    if few:
        lay = copied
    # Planes read whole squares of positions, so a little beyond the copy.
    size = lay.size + (code.host.lanes(c.dtype) * lay.pitch[3] * c.axes[2][0].pace if few else 0)
    room = code.scratch(size, c.dtype)
    if few:
        flat = planes.Planes(code, c, lay, weight, epilogue)
        target = flat.prepare(target)
        phases = []
    else:
        kind = Depthwise if c.depthwise else channels.Channels
        phases = [kind(code, c, lay, axes) for axes in itertools.product(*c.axes)]
    for phase in phases:
        phase.pack(weight)
    if lay.copied:
        emit_clear(code, room, size)
    in_size, out_size = math.prod(c.source) * c.channels, math.prod(c.result) * c.maps
    start, stop = code.share(batch, lay.images, cost=c.products / 32)
    with code.loop(start, stop, lay.images) as n:
        images = code.minimum(lay.images, stop - n) if lay.images > 1 else 1
        here, there = source + n * in_size, target.at(n * out_size)
        if lay.band:
            longest = max(a.positions for a in c.axes[lay.banded])
            with code.loop(0, longest, lay.band) as first:
                emit_copy(code, c, lay, here, room, first)
                for phase in phases:
                    phase.run(room, there, 1, first)
        else:
            if lay.copied:
                with nest(code, [images]) as (k,):
                    emit_copy(code, c, lay, here + k * in_size, room + k * lay.pitch[0], 0)
            if few:
                flat.run(room, there)
            for phase in phases:
                phase.run(room if lay.copied else here, there, images, 0)


# --- in place of the references --------------------------------------------------------------------------------------


def conv(x: Array, w: Array, stride: Ints, padding: Pairs, dilation: Ints, groups: int = 1) -> Array | None:
    """See `autograd.kernels.convolution.conv`."""
    if not _served(x, w):
        return None
    shape = x.shape
    planar, x = _input(x)
    plan = _plan("forward", shape, w.shape, stride, padding, dilation, groups, x.dtype.name, planar, get_precision())
    return None if plan is None else _correlated(plan, x, _plain(w))


def conv_input(
    g: Array, w: Array, x_shape: Ints, stride: Ints, padding: Pairs, dilation: Ints, groups: int = 1
) -> Array | None:
    """See `autograd.kernels.convolution.conv_input`."""
    if not _served(g, w):
        return None
    plan = _plan("input", x_shape, w.shape, stride, padding, dilation, groups, g.dtype.name, False, get_precision())
    return None if plan is None else _correlated(plan, _last(g), _plain(w))


def conv_weight(
    g: Array, x: Array, w_shape: Ints, stride: Ints, padding: Pairs, dilation: Ints, groups: int = 1
) -> Array | None:
    """See `autograd.kernels.convolution.conv_weight`."""
    if not _served(g, x):
        return None
    shape = x.shape
    planar, x = _input(x)
    plan = _plan("weight", shape, w_shape, stride, padding, dilation, groups, g.dtype.name, planar, get_precision())
    if plan is None:
        return None
    sums, w = arrays.empty((plan.workspace,), g.dtype), arrays.empty(w_shape, g.dtype)
    plan.kernels[0](x, _last(g), sums, *plan.batch)
    plan.kernels[1](sums, w)
    return w


class Plan(NamedTuple):
    """How a call is served: by `kernels`, the one over all images ending with `batch`, and numbers in between."""

    result: Ints
    kernels: tuple[Callable[..., None], ...]
    batch: tuple[Array, ...]
    workspace: int = 0


def _correlated(plan: Plan, source: Array, w: Array) -> Array:
    result = arrays.empty(plan.result, source.dtype)
    *before, last = plan.kernels
    for kernel in before:  # the windows' points, if it goes by Winograd's method
        points = arrays.empty((plan.workspace,), source.dtype)
        kernel(w, points)
        w = points
    last(source, w, result, *plan.batch)
    return channels_first(result)


@functools.lru_cache(1024)
def _plan(
    face: Face, x_shape: Ints, w_shape: Ints, stride: Ints, padding: Pairs, dilation: Ints, groups: int, dtype: str,
    planar: bool, precision: str,
) -> Plan | None:  # fmt: skip
    """How to serve a call, None if it has nothing to compute."""
    n, channels, *size = x_shape
    c = Convolution(n, channels, w_shape[0], tuple(size), w_shape[2:], stride, padding, dilation, groups, dtype, planar)
    if 0 in (*x_shape, *w_shape, *c.out):
        return None
    result = (n, *size, channels) if face == "input" else (n, *c.out, c.maps)
    m = choose(c, face, precision)
    batch = (np.array([n]),) if n >= MANY else ()
    c = c._replace(batch=None if batch else n)
    kernels: tuple[Kernel, ...]
    if face == "weight":
        kernels = (winograd.products(c, m), winograd.windows(c, m)) if m else (weight_sums(c), weight_gradient(c))
        workspace = winograd.sums_size(c, m) if m else math.prod(sums_shape(c))
    else:
        adjoint = face == "input"
        if m:
            last = (winograd.input_gradient if adjoint else winograd.forward)(c, m)
            kernels, workspace = (winograd.points(c, m, adjoint), last), winograd.points_size(c, m, adjoint)
        else:
            kernels, workspace = ((input_gradient if adjoint else forward)(c),), 0
    return Plan(result, tuple(kernel.run for kernel in kernels), batch, workspace)


def _served(a: Array, b: Array) -> bool:
    return type(b) is np.ndarray and a.dtype == b.dtype and a.dtype.char in "fd" and a.dtype.isnative


def _input(x: Array) -> tuple[bool, Array]:
    """An input as the kernels take it, and whether that is planar: channels-last, or planar if it has few channels."""
    last = channels_last(x)
    if last.flags.c_contiguous:
        return False, last
    if x.flags.c_contiguous and x.shape[1] <= PLANAR:
        return True, x
    return False, np.ascontiguousarray(last)


def _last(x: Array) -> Array:
    """(N, C, *spatial) as a contiguous (N, *spatial, C)."""
    x = channels_last(x)
    return x if x.flags.c_contiguous else np.ascontiguousarray(x)


def _plain(w: Array) -> Array:
    return w if w.flags.c_contiguous else np.ascontiguousarray(w)
