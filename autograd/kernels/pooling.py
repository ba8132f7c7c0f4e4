"""Max and average pooling over one to three axes, and their adjoints, in NumPy.

Arrays are (N, C, *spatial) with any strides; results keep the memory order of the input (channels-last stays
channels-last). `kernel`, `stride`, `padding` and `dilation` hold one integer per axis. Windows are separable: they are
reduced axis by axis, tap by tap, on strided views, and taps that meet padding only are skipped. Arguments are taken as
valid: the ops above check them.
"""

import math
from typing import Any

import numpy as np

from .choice import native
from .windows import channels_first, channels_last, output_size, overlap, overlaps

Array = np.ndarray[Any, Any]
Ints = tuple[int, ...]


def pool_size(size: int, kernel: int, stride: int, padding: int, dilation: int = 1, ceil_mode: bool = False) -> int:
    """How many positions a pooling window takes along an axis.

    `ceil_mode` also counts a last window that runs over the high end, provided that it starts inside the input or the
    low padding.

    >>> pool_size(6, 3, 2, 0), pool_size(6, 3, 2, 0, ceil_mode=True)
    (2, 3)
    """
    if not ceil_mode:
        return output_size(size, kernel, stride, (padding, padding), dilation)
    count = output_size(size, kernel, stride, (padding, padding + stride - 1), dilation)
    return count - 1 if (count - 1) * stride >= size + padding else count


@native("pooling:max_pool", least=64)
def max_pool(x: Array, kernel: Ints, stride: Ints, padding: Ints, dilation: Ints, ceil_mode: bool = False) -> Array:
    """The maximum over each window, (N, C, *out); padding counts as -∞ and NaN wins over all."""
    for axis, window in enumerate(zip(kernel, stride, padding, dilation), 2):
        positions = pool_size(x.shape[axis], *window, ceil_mode=ceil_mode)
        x = _reduce(np.maximum, x, axis, positions, *window, _lowest(x.dtype))
    return x


@native("pooling:max_pool_index", least=64)
def max_pool_index(
    x: Array, best: Array, kernel: Ints, stride: Ints, padding: Ints, dilation: Ints, ceil_mode: bool = False
) -> Array:
    """Where each window holds `best`, its maximum, as a flat index into the spatial plane: integers (N, C, *out).

    Of equal maxima the first counts, of several NaN the last.
    """
    spatial, out, count = x.shape[2:], best.shape[2:], math.prod(kernel)
    taps = list(overlaps(spatial, kernel, out, stride, tuple((low, low) for low in padding), dilation))
    rank = np.zeros_like(
        best, dtype=np.min_scalar_type(count + 1)
    )  # count, …, 1 for the taps in order: the first hit wins
    for number, (_, data, seen) in enumerate(taps):
        hit = x[:, :, *data] == best[:, :, *seen]
        np.maximum(rank[:, :, *seen], hit * rank.dtype.type(count - number), out=rank[:, :, *seen])
    if not rank.all():
        last = np.ones_like(rank)
        for number, (_, data, seen) in enumerate(taps):
            hit = np.isnan(x[:, :, *data])
            np.maximum(last[:, :, *seen], hit * rank.dtype.type(number + 1), out=last[:, :, *seen])
        rank = np.where(rank == 0, rank.dtype.type(count + 1) - last, rank)
    offset, start = np.zeros((), np.intp), np.zeros((), np.intp)
    for size, positions, taken, jump, low, step in zip(spatial, out, kernel, stride, padding, dilation):
        offset = offset[..., None] * size + np.arange(taken) * step
        start = start[..., None] * size + np.arange(positions) * jump - low
    index = np.concatenate(([0], offset.ravel()[::-1]))[rank]
    index += start
    return index


@native("pooling:max_pool_adjoint", least=64)
def max_pool_adjoint(
    g: Array,
    x: Array,
    best: Array,
    kernel: Ints,
    stride: Ints,
    padding: Ints,
    dilation: Ints,
    ceil_mode: bool = False,
) -> Array:
    """g (N, C, *out) added into zeros of the shape of x where each window of x holds `best`, its maximum."""
    return pool_scatter(g, max_pool_index(x, best, kernel, stride, padding, dilation, ceil_mode), x.shape[2:])


def pool_gather(x: Array, index: Array) -> Array:
    """The elements of x (N, C, *spatial) at flat spatial indices (N, C, *out): an array of the shape of `index`."""
    flat, order = _flat(index, math.prod(x.shape[2:]))
    plain = (channels_last(x) if order is channels_first else x).reshape(-1)
    return order(plain.take(flat))


def pool_scatter(g: Array, index: Array, spatial: Ints) -> Array:
    """Adjoint of `pool_gather`: g added into zeros (N, C, *spatial) at flat spatial indices."""
    flat, order = _flat(index, math.prod(spatial))
    batch, channels = g.shape[:2]
    last = order is channels_first
    x = np.zeros((batch, *spatial, channels) if last else (batch, channels, *spatial), g.dtype)
    np.add.at(x.reshape(-1), flat.reshape(-1), (channels_last(g) if last else g).reshape(-1))
    return order(x)


@native("pooling:avg_pool", least=64)
def avg_pool(
    x: Array,
    kernel: Ints,
    stride: Ints,
    padding: Ints,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Array:
    """The mean over each window, (N, C, *out).

    The sum is divided by the size of the window within the padded input, or, without `count_include_pad`, within the
    input; or by `divisor_override`.
    """
    divisor = _divisor(x.shape[2:], kernel, stride, padding, ceil_mode, count_include_pad, divisor_override)
    for axis, window in enumerate(zip(kernel, stride, padding), 2):
        positions = pool_size(x.shape[axis], *window, ceil_mode=ceil_mode)
        x = _reduce(np.add, x, axis, positions, *window, 1, 0)
    return x / _of_dtype(divisor, x)


@native("pooling:avg_pool_adjoint", least=64)
def avg_pool_adjoint(
    g: Array,
    spatial: Ints,
    kernel: Ints,
    stride: Ints,
    padding: Ints,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Array:
    """Adjoint of `avg_pool`: g (N, C, *out) spread evenly over its windows in (N, C, *spatial)."""
    divisor = _divisor(spatial, kernel, stride, padding, ceil_mode, count_include_pad, divisor_override)
    x = g / _of_dtype(divisor, g)
    for axis, (size, taps, jump, low) in enumerate(zip(spatial, kernel, stride, padding), 2):
        shape = (*x.shape[:axis], size, *x.shape[axis + 1 :])
        spread = np.empty_like(x, shape=shape)
        spread.fill(0)
        for tap in range(taps):
            data, seen = _along(axis, *overlap(size, x.shape[axis], tap, jump, low))
            if jump >= taps:
                spread[data] = x[seen]
            else:
                spread[data] += x[seen]
        x = spread
    return x


def _along(axis: int, *slices: slice) -> tuple[tuple[slice, ...], ...]:
    """Each slice as an index that applies it to the given axis."""
    return tuple((*(slice(None),) * axis, s) for s in slices)


def _lowest(dtype: np.dtype[Any]) -> Any:
    if dtype.kind in "iu":
        return np.iinfo(dtype).min
    return False if dtype.kind == "b" else -np.inf


def _reduce(
    ufunc: np.ufunc,
    x: Array,
    axis: int,
    positions: int,
    taps: int,
    jump: int,
    low: int,
    step: int,
    neutral: Any,
) -> Array:
    """Combine the taps of a window that slides along one axis; `neutral` stands in the padding."""
    meets = [_along(axis, *overlap(x.shape[axis], positions, tap * step, jump, low)) for tap in range(taps)]
    everywhere = [data for data, seen in meets if seen[axis] == slice(0, positions)]
    if len(everywhere) > 1:
        out = ufunc(x[everywhere[0]], x[everywhere[1]])
    elif everywhere:
        out = x[everywhere[0]].copy(order="K")
    else:
        out = np.empty_like(x, shape=(*x.shape[:axis], positions, *x.shape[axis + 1 :]))
        out.fill(neutral)
    for data, seen in meets:
        if data not in everywhere[:2]:
            ufunc(out[seen], x[data], out=out[seen])
    return out


def _flat(index: Array, plane: int) -> tuple[Array, Any]:
    """Flat indices into the whole array, in the memory order of `index`, and the function back to its shape."""
    batch, channels = index.shape[:2]
    if channels > 1 and index.strides[1] == index.itemsize:
        index = channels_last(index)
        start = (np.arange(batch) * (plane * channels)).reshape(-1, *(1,) * (index.ndim - 1)) + np.arange(channels)
        return index * channels + start, channels_first
    start = (np.arange(batch * channels) * plane).reshape(batch, channels, *(1,) * (index.ndim - 2))
    return index + start, lambda x: x


def _of_dtype(divisor: Any, x: Array) -> Any:
    """An array of counts in the dtype of x, so that dividing by it promotes no floating dtype."""
    return divisor.astype(x.dtype) if isinstance(divisor, np.ndarray) and x.dtype.kind in "fc" else divisor


def _divisor(
    spatial: Ints,
    kernel: Ints,
    stride: Ints,
    padding: Ints,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: int | None,
) -> Any:
    """What each window's sum is divided by: a number, or an array that broadcasts over the positions."""
    if divisor_override is not None:
        return divisor_override
    divisor = np.ones((), np.intp)
    for size, taps, jump, low in zip(spatial, kernel, stride, padding):
        start = np.arange(pool_size(size, taps, jump, low, ceil_mode=ceil_mode)) * jump - low
        if count_include_pad:
            counts = np.minimum(start + taps, size + low) - start
        else:
            counts = np.minimum(start + taps, size) - np.maximum(start, 0)
        divisor = divisor[..., None] * counts
    if divisor.size and (divisor == divisor.flat[0]).all():
        return int(divisor.flat[0])
    return divisor
