"""Convolution over one to three axes: the three faces of one trilinear form, in NumPy.

    ⟨y, g⟩ = Σ g[n, o, p] · x[n, c, p·stride + k·dilation − low] · w[o, c, k]

`conv` leaves g out of the sum, `conv_input` x and `conv_weight` w, so each is linear in both of its arrays and the
derivative of any one is another. Shapes are channels-first, (N, C, *spatial); results lie channels-last in memory
behind that shape, and arguments may have any strides. `w` is (C_out, C_in / groups, *kernel), `stride` and `dilation`
hold one integer per axis, `padding` one (low, high) pair per axis, where a negative entry crops. Arguments are taken
as valid: the ops above check them.
"""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from .choice import native
from .windows import Pairs, channels_first, channels_last, output_size, overlaps

Array = np.ndarray[Any, Any]
Ints = tuple[int, ...]

BLOCK = 2 << 20  # bytes of scratch worked on at a time, so that it stays in the nearer caches


@native("convolution:conv", least=2048)
def conv(x: Array, w: Array, stride: Ints, padding: Pairs, dilation: Ints, groups: int = 1) -> Array:
    """Cross-correlation of x (N, C_in, *spatial) with w: (N, C_out, *out)."""
    kernel, dtype = w.shape[2:], np.result_type(x, w)
    out = tuple(map(output_size, x.shape[2:], kernel, stride, padding, dilation))
    y = np.empty((x.shape[0], *out, w.shape[0]), dtype)
    if _is_depthwise(w, groups):
        images = _images(2 * y[:1].nbytes)
        taps = np.repeat(_taps(w)[..., None, :], out[-1], axis=-2)  # whole rows, so that products run over them
        for part, windows in _windows(x, dtype, kernel, out, stride, padding, dilation, images, True):
            target = y[part]
            product = np.empty_like(target)
            np.multiply(windows[_at((0,) * len(kernel))], taps[(0,) * len(kernel)], out=target)
            for tap in list(np.ndindex(*kernel))[1:]:
                np.add(target, np.multiply(windows[_at(tap)], taps[tap], out=product), out=target)
        return channels_first(y)
    matrix = _matrix(w, groups)
    for index, columns in _columns(x, dtype, kernel, out, stride, padding, dilation, groups):
        block = y[index].reshape(columns.shape[1], groups, w.shape[0] // groups)
        if groups == 1:
            np.matmul(columns[0], matrix[0], out=block[:, 0])
        else:
            block[...] = np.matmul(columns, matrix).transpose(1, 0, 2)
    return channels_first(y)


@native("convolution:conv_input", least=2048)
def conv_input(
    g: Array, w: Array, x_shape: Ints, stride: Ints, padding: Pairs, dilation: Ints, groups: int = 1
) -> Array:
    """Adjoint of `conv` in x, the transposed convolution of g (N, C_out, *out): an array of `x_shape`."""
    depthwise = _is_depthwise(w, groups)
    if set(stride) <= {1} and (depthwise or w.shape[0] <= 2 * groups * w.shape[1]):
        reach = [d * (k - 1) for k, d in zip(w.shape[2:], dilation)]
        mirrored = tuple((r - low, r - high) for r, (low, high) in zip(reach, padding))
        return conv(g, _mirror(w, groups), stride, mirrored, dilation, groups)
    x = np.zeros((x_shape[0], *x_shape[2:], x_shape[1]), np.result_type(g, w))
    if x.size and g.size:
        meets = list(overlaps(x_shape[2:], w.shape[2:], g.shape[2:], stride, padding, dilation))
        scatter = _scatter_rows if depthwise or w.shape[1] >= 8 else _scatter_planes
        scatter(channels_last(g), w, x, meets, groups)
    return channels_first(x)


@native("convolution:conv_weight", least=2048)
def conv_weight(
    g: Array, x: Array, w_shape: Ints, stride: Ints, padding: Pairs, dilation: Ints, groups: int = 1
) -> Array:
    """Adjoint of `conv` in w: an array of `w_shape`, C-contiguous."""
    kernel, out, dtype = w_shape[2:], g.shape[2:], np.result_type(g, x)
    g = channels_last(g)
    if (groups, 1) == w_shape[:2]:
        n, c, positions = 0, 1, list(range(2, 2 + len(out)))
        taps = list(range(2 + len(out), 2 + 2 * len(out)))
        total = np.zeros((*kernel, out[-1], groups), dtype)
        for part, windows in _windows(x, dtype, kernel, out, stride, padding, dilation, max(1, g.shape[0]), True):
            labels = ([n, *positions, *taps, c], [n, *positions, c], [*taps, positions[-1], c])
            total += np.einsum(windows, labels[0], g[part], labels[1], labels[2])
        return np.ascontiguousarray(np.moveaxis(total.sum(-2, dtype=dtype), -1, 0)[:, None])
    total = np.zeros((groups, math.prod(w_shape[1:]), w_shape[0] // groups), dtype)
    for index, columns in _columns(x, dtype, kernel, out, stride, padding, dilation, groups):
        block = g[index].reshape(columns.shape[1], groups, w_shape[0] // groups)
        total += np.matmul(columns.transpose(0, 2, 1), block.transpose(1, 0, 2))
    total = total.reshape(groups, *kernel, w_shape[1], w_shape[0] // groups)
    result = np.empty(w_shape, dtype)
    grouped = result.reshape(groups, w_shape[0] // groups, *w_shape[1:])
    grouped[...] = total.transpose(0, -1, -2, *range(1, 1 + len(kernel)))
    return result


def _is_depthwise(w: Array, groups: int) -> bool:
    return w.shape[:2] == (groups, 1)


def _taps(w: Array) -> Array:
    """The weight of a depthwise convolution as (*kernel, C)."""
    return np.moveaxis(w[:, 0], 0, -1)


def _at(tap: Ints) -> tuple[Any, ...]:
    """Index of one tap in windows (n, *out, *kernel, C)."""
    return (slice(None),) * (1 + len(tap)) + tap


def _matrix(w: Array, groups: int) -> Array:
    """(groups, kernel · C_in/groups, C_out/groups), its rows in the order of a column of `_columns`."""
    grouped = w.reshape(groups, w.shape[0] // groups, *w.shape[1:])
    return grouped.transpose(0, *range(3, grouped.ndim), 2, 1).reshape(
        groups, math.prod(w.shape[1:]), w.shape[0] // groups
    )


def _mirror(w: Array, groups: int) -> Array:
    """The weight with which a convolution of stride 1 is the adjoint of the convolution with w."""
    grouped = w.reshape(groups, w.shape[0] // groups, *w.shape[1:])
    flipped = np.flip(grouped.swapaxes(1, 2), tuple(range(3, grouped.ndim)))
    return flipped.reshape(groups * w.shape[1], w.shape[0] // groups, *w.shape[2:])


def _images(bytes_per_image: int) -> int:
    return max(1, BLOCK // max(1, bytes_per_image))


def _windows(
    x: Array,
    dtype: np.dtype[Any],
    kernel: Ints,
    out: Ints,
    stride: Ints,
    padding: Pairs,
    dilation: Ints,
    images: int,
    channels_inner: bool,
) -> Iterator[tuple[slice, Array]]:
    """Blocks of at most `images` images as windows (n, *out, *kernel, C), each with its slice of the batch.

    The windows are views of x where its memory allows, else of a padded copy with either the channels or the last
    axis innermost, which the next block overwrites.
    """
    x = channels_last(x)
    sizes = x.shape[1:-1]
    x = x[:, *(slice(max(0, -low), n - max(0, -high)) for n, (low, high) in zip(sizes, padding))]
    border = [(max(0, low), max(0, high)) for low, high in padding]
    padded = None
    if any(map(any, border)) or x.dtype != dtype or x.strides[-1 if channels_inner else -2] != x.itemsize:
        spatial = [n + low + high for n, (low, high) in zip(x.shape[1:-1], border)]
        images = max(1, min(images, x.shape[0]))
        if channels_inner:
            padded = np.zeros((images, *spatial, x.shape[-1]), dtype)
        else:
            padded = channels_last(np.zeros((images, x.shape[-1], *spatial), dtype))
        inside = tuple(slice(low, low + n) for n, (low, _) in zip(x.shape[1:-1], border))
    for first in range(0, x.shape[0], images):
        part = slice(first, min(first + images, x.shape[0]))
        block = x[part]
        if padded is not None:
            padded[: len(block), *inside] = block
            block = padded[: len(block)]
        batch_step, *steps, channel_step = block.strides
        strides = (batch_step, *map(math.prod, zip(steps, stride)), *map(math.prod, zip(steps, dilation)), channel_step)
        yield part, as_strided(block, (len(block), *out, *kernel, x.shape[-1]), strides)


def _columns(
    x: Array,
    dtype: np.dtype[Any],
    kernel: Ints,
    out: Ints,
    stride: Ints,
    padding: Pairs,
    dilation: Ints,
    groups: int,
) -> Iterator[tuple[tuple[slice, slice], Array]]:
    """Every window of x laid out as a row: blocks (groups, positions, kernel · C/groups).

    Each comes with the index of its positions in an array (N, *out, C_out): whole images, or rows of one image.
    """
    if 0 in out:
        return
    rank, channels = len(kernel), x.shape[1] // groups
    depth = math.prod(kernel) * channels
    per_image = math.prod(out) * math.prod(kernel) * x.shape[1] * dtype.itemsize
    rows = max(1, out[0] * BLOCK // max(BLOCK, per_image))
    # The copy runs along the channels and the last tap, or else along the last output axis: take the longer stretch.
    by_rows = channels * (kernel[-1] if dilation[-1] == 1 else 1) >= out[-1]
    for part, windows in _windows(x, dtype, kernel, out, stride, padding, dilation, _images(per_image), by_rows):
        for top in range(0, out[0], rows):
            block = windows[:, top : top + rows]
            block = block.reshape(*block.shape[:-1], groups, channels)
            positions = math.prod(block.shape[: 1 + rank])
            if by_rows:
                columns = np.moveaxis(block, -2, 0).reshape(groups, positions, depth)
            else:
                taps_first = block.transpose(2 * rank + 1, *range(1 + rank, 1 + 2 * rank), -1, *range(1 + rank))
                columns = taps_first.reshape(groups, depth, positions).swapaxes(1, 2)
            yield (part, slice(top, top + rows)), columns


def _scatter_rows(g: Array, w: Array, x: Array, meets: list[Any], groups: int) -> None:
    """Add g · wᵀ to x (N, *spatial, C_in) tap by tap, the channels innermost."""
    depthwise = _is_depthwise(w, groups)
    if depthwise:
        taps = np.ascontiguousarray(_taps(w))
    else:
        taps = _matrix(w, groups).reshape(groups, *w.shape[2:], w.shape[1], -1)
        taps = np.moveaxis(taps, 0, -3).swapaxes(-1, -2)  # (*kernel, groups, C_out/groups, C_in/groups)
    images = _images(2 * x[:1].nbytes)
    for first in range(0, len(x), images):
        block = g[first : first + images]
        target = x[first : first + images].reshape(*block.shape[:1], *x.shape[1:-1], groups, -1)
        rows = block.reshape(-1, groups, g.shape[-1] // groups)
        for tap, data, positions in meets:
            if depthwise:
                product = (rows[..., 0] * taps[tap])[..., None]
            else:
                product = np.matmul(rows.transpose(1, 0, 2), taps[tap]).transpose(1, 0, 2)
            product = product.reshape(*block.shape[:-1], groups, -1)
            target[:, *data] += product[:, *positions]


def _scatter_planes(g: Array, w: Array, x: Array, meets: list[Any], groups: int) -> None:
    """Add g · wᵀ to x (N, *spatial, C_in) with the last axis innermost, for few channels."""
    matrix = _matrix(w, groups)
    images = _images(matrix[..., 0].size * g[:1, ..., 0].size * x.itemsize)
    for first in range(0, len(x), images):
        block = g[first : first + images]
        rows = block.reshape(-1, groups, g.shape[-1] // groups)
        products = np.matmul(matrix, rows.transpose(1, 2, 0))
        products = products.reshape(groups, *w.shape[2:], w.shape[1], *block.shape[:-1])
        planes = np.zeros((groups, w.shape[1], len(block), *x.shape[1:-1]), x.dtype)
        for tap, data, positions in meets:
            planes[(..., *data)] += products[:, *tap][(..., *positions)]
        x[first : first + images] = np.moveaxis(planes.reshape(-1, *planes.shape[2:]), 0, -1)
