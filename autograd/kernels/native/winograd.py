"""Convolution with 3 × 3 windows by Winograd's method: fewer multiplications than the definition has.

Tiles of m × m results are computed at once from tiles of t × t pixels, t = m + 2: image tiles and windows are
transformed to t² points each, multiplied there (t² matrix products over the channels), and transformed back. Of the 9
multiplications of the definition that leaves 4 for m = 2, called F2, and 2.25 for m = 4, F4. Tiles are worked on in
blocks whose points stay in the second cache.

The kernels, for a `Convolution` c that `serves` accepts:

    points(c, m)               (w, u)                                          windows to points
    forward(c, m, epilogue)    (x, u, y, *operands of the epilogue[, batch])   with u = points(c, m) of w
    points(c, m, True)         (w, u)                                          the same, windows turned around
    input_gradient(c, m, …)    (g, u, x̄, *operands of the epilogue[, batch])   with u = points(c, m, True) of w
    products(c, m)             (x, g, sums[, batch])
    windows(c, m)              (sums, w̄)                                       points to windows

`u` has `points_size(c, m)` numbers, for the gradient `points_size(c, m, True)`, and `sums` has `sums_size(c, m)`, in
orders of their own; images lie channels-last, windows are (maps, channels, 3, 3), all C-contiguous and float32. `batch`
is an int64 array with one element, and is wanted only where `c.batch` is None.

A result differs from the definition's by rounding, and in one more way: NaN or infinity in an image reach all results
of the tiles that see them.
"""

from __future__ import annotations

import functools
from itertools import chain

import numpy as np

from autograd.kernels.native import winograd_transforms as transforms
from autograd.kernels.native.code import Code, Index
from autograd.kernels.native.convolution_epilogue import Epilogue
from autograd.kernels.native.convolution_shapes import Convolution
from autograd.kernels.native.host import Host, host
from autograd.kernels.native.kernel import generated
from autograd.kernels.native.values import Pointer
from autograd.kernels.native.winograd_tiles import Images, Picture, Points, Tiles, buffer, clear, odd_lines

F32 = np.float32
NONE = Epilogue()
BLOCK = {2: 64, 4: 48}
"""How many tiles are worked on at a time, for each m."""


def serves(c: Convolution) -> bool:
    """Whether the kernels can do a convolution: two axes, 3 × 3 windows, no strides, dilation or groups, float32."""
    plain = c.stride == c.dilation == (1, 1) and c.groups == 1 and c.dtype == "float32" and not c.planar
    return plain and c.kernel == (3, 3) and c.batch != 0 and 0 not in (c.channels, c.maps, *c.size, *c.out)


# --- forward and input gradient --------------------------------------------------------------------------------------


@generated
def points(code: Code, c: Convolution, m: int, adjoint: bool = False) -> None:
    """u = G w Gᵀ for every pair of channels: arrays (w, u). `adjoint` for windows turned around, as the gradient's."""
    inner, outer = (c.maps, c.channels) if adjoint else (c.channels, c.maps)
    step_inner, step_outer = (9 * outer, 9) if adjoint else (9, 9 * inner)
    lanes, group, wide = code.host.lanes(F32), vectors_at_once(outer, code.host), padded(outer, code.host)
    w, u = code.operand(0, F32), code.operand(1, F32)
    start, stop = code.share(wide // lanes, cost=inner * 100)
    with code.loop(start, stop) as vector, code.loop(0, inner) as i:
        mask = None if outer == wide else code.mask(outer - vector * lanes, lanes)
        window = w + (vector * (lanes * step_outer) + i * step_inner)
        taps = [code.gather(window + k, code.iota(lanes) * step_outer, mask) for k in range(9)]
        taps = taps[::-1] if adjoint else taps
        values = transforms.both_axes(transforms.kernel, m, [taps[:3], taps[3:6], taps[6:]])
        target = u + ((vector // group * inner + i) * (group * lanes) + vector % group * lanes)
        for k, value in enumerate(chain(*values)):
            code.store(value, target + k * odd_lines(inner * wide))


@functools.cache
def points_size(c: Convolution, m: int, adjoint: bool = False) -> int:
    """How many numbers `points` gives."""
    inner, outer = (c.maps, c.channels) if adjoint else (c.channels, c.maps)
    return (m + 2) ** 2 * odd_lines(inner * padded(outer, host()))


@generated
def forward(code: Code, c: Convolution, m: int, epilogue: Epilogue = NONE) -> None:
    """y = epilogue(x ∗ w): arrays (x, u, y, *operands of the epilogue[, batch]), u the points of w."""
    _correlate(code, c.batch, m, _pixels(c, m), Picture(c.out, c.maps, m), epilogue)


@generated
def input_gradient(code: Code, c: Convolution, m: int, epilogue: Epilogue = NONE) -> None:
    """x̄ = epilogue(g ∗ᵀ w): arrays (g, u, x̄, *operands of the epilogue[, batch]), u the points of w turned around."""
    (top, _), (left, _) = c.padding
    _correlate(
        code, c.batch, m, Picture(c.out, c.maps, m + 2, 2 - top, 2 - left), Picture(c.size, c.channels, m), epilogue
    )


def _correlate(code: Code, batch: int | None, m: int, source: Picture, result: Picture, epilogue: Epilogue) -> None:
    place, u, target, *operands = (code.operand(k, F32) for k in range(3 + len(epilogue.inputs)))
    tiles = Tiles.of(m, result.size)
    vectors = vectors_at_once(result.channels, code.host)
    block = _block_rows(tiles, batch)
    rows = rows_at_once(block * tiles.across, vectors, code.host)
    room = -(-block * tiles.across // rows) * rows
    before = buffer(code, tiles, room, padded(source.channels, code.host))
    after = buffer(code, tiles, room, padded(result.channels, code.host))
    images, results = Images(code, tiles, place, source), Images(code, tiles, target, result)
    count = (code.number(3 + len(operands)) if batch is None else batch) * tiles.down
    start, stop = code.share(count, block, cost=tiles.across * source.channels * after.width * tiles.t**2 / 32)
    with code.loop(start, stop, block) as first:
        last = code.minimum(first + block, stop)
        images.enter(transforms.image, before, first, last)
        _multiply(code, tiles, before, u, after, (last - first) * tiles.across, rows, vectors, source.channels)
        results.leave(after, first, last, epilogue, operands)


def _multiply(
    code: Code, tiles: Tiles, before: Points, u: Pointer, after: Points,
    count: Index, rows: int, vectors: int, inner: int,
) -> None:  # fmt: skip
    """after[point] = before[point] · u[point], `rows` tiles × `vectors` vectors of channels at a time in registers."""
    lanes = code.host.lanes(F32)
    with (
        code.loop(0, tiles.t**2) as point,
        code.loop(0, after.width, vectors * lanes) as channel,
        code.loop(0, count, rows) as tile,
    ):
        weights = u + (point * odd_lines(after.width * inner) + channel * inner)
        source = before.place + (point * before.plane + tile * before.width)
        with code.carrying(0, inner, [code.zeros(F32, lanes)] * (rows * vectors)) as loop:
            w = [code.load(weights + (loop.index * (vectors * lanes) + v * lanes), lanes) for v in range(vectors)]
            here = source + loop.index
            for k in range(rows):
                x = code.splat(code.load(here + k * before.width), lanes)
                for v in range(vectors):
                    at = k * vectors + v
                    loop.carried[at] = code.fma(x, w[v], loop.carried[at])
        target = after.place + (point * after.plane + tile * after.width + channel)
        for at, value in enumerate(loop.carried):
            code.store(value, target + (at // vectors * after.width + at % vectors * lanes))


# --- weight gradient -------------------------------------------------------------------------------------------------


@generated
def products(code: Code, c: Convolution, m: int) -> None:
    """Σ over tiles of the points of x times those of g, for every pair of channels: arrays (x, g, sums[, batch]).

    The tiles fall into a fixed number of parts with sums of their own, which `windows` adds up. Threads share the parts
    and the points: those that work on one part transform the same images.
    """
    x, g, sums = (code.operand(k, F32) for k in range(3))
    tiles = Tiles.of(m, c.out)
    block = _block_rows(tiles, c.batch)
    pixels = Images(code, tiles, x, _pixels(c, m))
    gradients = Images(code, tiles, g, Picture(c.out, c.maps, m))
    of_x = buffer(code, tiles, block * tiles.across, padded(c.channels, code.host))
    of_g = buffer(code, tiles, block * tiles.across, padded(c.maps, code.host))
    parts, count, plane = _parts(c, m), tiles.t**2, _sums_plane(c, code.host)
    all_rows = (code.number(3) if c.batch is None else c.batch) * tiles.down
    start, stop = code.share(parts * count)
    with code.loop(start // count, (stop + (count - 1)) // count) as part:
        before = code.index(start - part * count)
        few, many = code.where(before > 0, before, 0), code.minimum(stop - part * count, count)
        here = sums + part * (count * plane)
        clear(code, here + few * plane, (many - few) * plane)
        end = (part + 1) * all_rows // parts
        with code.loop(part * all_rows // parts, end, block) as first:
            last = code.minimum(first + block, end)
            pixels.enter(transforms.image, of_x, first, last)
            gradients.enter(transforms.gradient, of_g, first, last)
            with code.loop(few, many) as point:
                one, other = (p._replace(place=p.place + point * p.plane) for p in (of_x, of_g))
                _accumulate(code, c, one, other, here + point * plane, (last - first) * tiles.across)


def _accumulate(code: Code, c: Convolution, of_x: Points, of_g: Points, sums: Pointer, count: Index) -> None:
    """sums += of_xᵀ · of_g for one point, `rows` channels × `vectors` vectors of maps at a time in registers."""
    lanes, (rows, vectors) = code.host.lanes(F32), _sums_tile(c, code.host)
    with code.loop(0, of_g.width, vectors * lanes) as map_, code.loop(0, c.channels, rows) as channel:
        target = sums + (channel * of_g.width + map_)
        places = [target + (k * of_g.width + v * lanes) for k in range(rows) for v in range(vectors)]
        with code.carrying(0, count, [code.load(place, lanes) for place in places]) as loop:
            x = of_x.place + (loop.index * of_x.width + channel)
            d = [code.load(of_g.place + (loop.index * of_g.width + map_ + v * lanes), lanes) for v in range(vectors)]
            for k in range(rows):
                factor = code.splat(code.load(x + k), lanes)
                for v in range(vectors):
                    at = k * vectors + v
                    loop.carried[at] = code.fma(factor, d[v], loop.carried[at])
        for place, value in zip(places, loop.carried):
            code.store(value, place)


@generated
def windows(code: Code, c: Convolution, m: int) -> None:
    """w̄ = Gᵀ (Σ parts) G for every pair of channels: arrays (sums, w̄)."""
    lanes, wide, t = code.host.lanes(F32), padded(c.maps, code.host), m + 2
    sums, w = code.operand(0, F32), code.operand(1, F32)
    plane, room = _sums_plane(c, code.host), code.scratch(9 * lanes, F32)
    start, stop = code.share(c.channels, cost=c.maps * 10)
    with code.loop(start, stop) as channel, code.loop(0, c.maps, lanes) as map_:
        here = sums + (channel * wide + map_)
        with code.carrying(0, _parts(c, m), [code.zeros(F32, lanes)] * t**2) as loop:
            part = here + loop.index * (plane * t**2)
            loop.carried = [s + code.load(part + k * plane, lanes) for k, s in enumerate(loop.carried)]
        square = [loop.carried[i * t : i * t + t] for i in range(t)]
        for at, value in enumerate(chain(*transforms.both_axes(transforms.taps, m, square))):
            code.store(value, room + at * lanes)
        window = w + (map_ * c.channels + channel) * 9
        with code.loop(0, code.minimum(lanes, c.maps - map_)) as k, code.loop(0, 9) as tap:
            code.store(code.load(room + (tap * lanes + k)), window + (k * (9 * c.channels) + tap))


@functools.cache
def sums_size(c: Convolution, m: int) -> int:
    """How many numbers `products` gives."""
    return _parts(c, m) * (m + 2) ** 2 * _sums_plane(c, host())


def _sums_tile(c: Convolution, machine: Host) -> tuple[int, int]:
    """Channels and vectors of maps whose sums are in registers together; eight sums at least keep the CPU busy."""
    vectors, lanes = vectors_at_once(c.maps, machine), machine.lanes(F32)
    most = min((machine.registers - vectors - 1) // vectors, lanes)
    rows = [n for n in (1, 2, 4, 8, 16) if n <= most]
    return min(rows, key=lambda n: (-(-c.channels // n) * max(n * vectors, 8), -n)), vectors


def _sums_plane(c: Convolution, machine: Host) -> int:
    rows, _ = _sums_tile(c, machine)
    return odd_lines(-(-c.channels // rows) * rows * padded(c.maps, machine))


def _parts(c: Convolution, m: int) -> int:
    """In how many parts the tiles are summed, whatever the number of threads: each costs a pass over the sums."""
    tiles = Tiles.of(m, c.out)
    return max(1, min(8, (c.batch or 32) * tiles.down * tiles.across // 1024))


# --- blocks and registers --------------------------------------------------------------------------------------------


def _pixels(c: Convolution, m: int) -> Picture:
    (top, _), (left, _) = c.padding
    return Picture(c.size, c.channels, m + 2, top, left)


def _block_rows(tiles: Tiles, batch: int | None) -> int:
    rows = max(1, BLOCK[tiles.m] // tiles.across)
    return rows if batch is None else min(rows, batch * tiles.down)


def vectors_at_once(channels: int, machine: Host) -> int:
    """How many vectors of channels are computed together: the largest number of at most five that divides theirs."""
    count = padded(channels, machine) // machine.lanes(F32)
    return max(v for v in range(1, 6 if machine.registers == 32 else 3) if count % v == 0)


def rows_at_once(tiles: int, vectors: int, machine: Host) -> int:
    """How many tiles are multiplied together, for a block of `tiles`: as many as registers allow, or fewer that fit."""
    most = min(16, (machine.registers - vectors - 1) // vectors)
    return min(range(-(-most // 2), most + 1), key=lambda n: (-(-tiles // n) * (n + 1), -n))


def padded(channels: int, machine: Host) -> int:
    """Channels filled up to whole vectors."""
    return -(-channels // machine.lanes(F32)) * machine.lanes(F32)
