"""Whether Winograd's method pays: a count of the vector instructions that each way takes.

The weights of the counts were fitted to measurements on one core with AVX-512, over 4 to 64 pixels a side and 3 to 512
channels; they tell the fastest way where it is faster than the next by a tenth.
"""

from __future__ import annotations

import functools
import math
from typing import Literal

from autograd.kernels.native.convolution_shapes import Convolution
from autograd.kernels.native.convolution_weight import sums_shape
from autograd.kernels.native.host import Host, host
from autograd.kernels.native.winograd import serves
from autograd.kernels.native.winograd_tiles import F32, Tiles

Face = Literal["forward", "input", "weight"]
METHODS = {"highest": (0,), "high": (0, 2), "fast": (0, 2, 4)}
"""What each precision allows: 0 is the definition, m is F(m×m, 3×3)."""

ENTER, LEAVE = {2: 110, 4: 280}, {2: 55, 4: 196}
"""Instructions to transform a tile to points and back, per vector of channels."""
NEAR, FAR = 10, 50
"""Instructions that a vector of points of the weight costs beside the products; far if they exceed the second cache."""

FEWEST = 8
"""Channels below which the definition has better ways to fill its vectors than `cost` knows."""


@functools.cache
def choose(c: Convolution, face: Face, precision: str) -> int:
    """How to compute a convolution ("forward"), or its gradient in the "input" or in the "weight".

    The answer is 0 for the definition or m for Winograd's F(m×m, 3×3). It depends on the arguments and the CPU alone;
    where the number of images is open, it is that for 32.
    """
    methods = METHODS[precision]
    if not serves(c) or min(c.channels, c.maps) < FEWEST or not all(0 <= p <= 2 for pair in c.padding for p in pair):
        return 0
    return min(methods, key=lambda m: cost(c, face, m, host()))


def cost(c: Convolution, face: Face, m: int, machine: Host) -> float:
    """Roughly how many vector instructions a method takes."""
    lanes, images = machine.lanes(F32), c.batch or 32
    inner, outer, size = (c.maps, c.channels, c.size) if face == "input" else (c.channels, c.maps, c.out)
    vectors_in, vectors = -(-inner // lanes), -(-outer // lanes)
    if m == 0:
        parts = sums_shape(c)[0] if face == "weight" else 1
        return images * math.prod(size) * 9 * inner * vectors + inner * vectors * 9 * parts * 15
    tiles, points = Tiles.of(m, size), (m + 2) ** 2
    back = ENTER[m] if face == "weight" else LEAVE[m]
    each = points * vectors * (1.1 * inner + 2) + ENTER[m] * vectors_in + back * vectors
    far = 4 * points * inner * vectors * lanes > machine.middle
    once = inner * vectors * points * (FAR if far else NEAR)
    return images * tiles.down * tiles.across * each + once
