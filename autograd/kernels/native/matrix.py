"""Matrices in memory as kernels see them, and the shuffles that turn vectors of them around."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.kernels.native.code import Code, Index, Mask
from autograd.kernels.native.values import F64, I1, I8, I64, Pointer, Value


def is_number(index: Index, number: int) -> bool:
    """Whether an index is known, and this number."""
    return index.__class__ is int and index == number


class Matrix:
    """Element (i, j) lies at place + i · down + j · across; the strides count elements, known or not, of any sign."""

    __slots__ = ("across", "down", "place")

    def __init__(self, place: Pointer, down: Index, across: Index) -> None:
        self.place, self.down, self.across = place, down, across

    @property
    def T(self) -> Matrix:
        """Its transpose: the same memory."""
        return Matrix(self.place, self.across, self.down)

    def at(self, i: Index, j: Index) -> Pointer:
        """The place of element (i, j)."""
        return self.place + i * self.down + j * self.across

    def part(self, i: Index, j: Index) -> Matrix:
        """The matrix that begins at element (i, j)."""
        return Matrix(self.at(i, j), self.down, self.across)

    def load(self, i: Index, j: Index, lanes: int = 1, mask: Mask = None) -> Value:
        """The elements (i, j), …, (i, j + lanes - 1); 0 where masked."""
        code, place = self.place.code, self.at(i, j)
        if lanes == 1 or is_number(self.across, 1):
            return code.load(place, lanes, mask)
        if is_number(self.across, 0):
            return code.splat(code.load(place), lanes)
        return code.gather(place, code.iota(lanes, I64) * code.splat(code.index(self.across), lanes), mask)

    def store(self, value: Value, i: Index, j: Index, mask: Mask = None) -> None:
        """Write a vector to (i, j), (i, j + 1), …; bits as bytes."""
        code, lanes = self.place.code, value.lanes
        if value.element == I1:
            value = code.convert(value, I8)
        if lanes == 1 or is_number(self.across, 1):
            code.store(value, self.at(i, j), mask)
        elif mask is None or isinstance(mask, int):
            for k in range(lanes if mask is None else mask):
                code.store(code.lane(value, k), self.at(i, j + k))
        else:
            bits = code.mask(mask, lanes)
            for k in range(lanes):
                with code.when(code.lane(bits, k)):
                    code.store(code.lane(value, k), self.at(i, j + k))


def transposed(code: Code, rows: Sequence[Value]) -> list[Value]:
    """The columns of as many vectors as each has lanes.

    First square blocks of 16 bytes by pairs of interleavings, then whole blocks by dealing even and odd ones apart:
    each step is one instruction.
    """
    lanes = len(rows)
    block = min(lanes, 2 if rows[0].element == F64 else 4)
    rows = list(rows)
    width = 1
    while width < block:
        low, high = _interleaving(lanes, block, width)
        done = []
        for group in range(0, lanes, 2 * width):
            for k in range(group, group + width):
                pair = rows[k], rows[k + width]
                done += [code.shuffle(*pair, low), code.shuffle(*pair, high)]
        rows, width = done, 2 * width
    columns: list[Any] = [None] * lanes
    for j in range(block):
        same = rows[j::block]
        for _ in range((lanes // block).bit_length() - 1):
            pairs = list(zip(same[::2], same[1::2]))
            same = [code.shuffle(a, b, _dealt(lanes, block, odd)) for odd in (0, 1) for a, b in pairs]
        columns[j::block] = same
    return columns


def _interleaving(lanes: int, block: int, width: int) -> tuple[list[int], list[int]]:
    """Lanes that take runs of `width` from two vectors in turn, from the low and from the high half of each block."""
    halves = []
    for start in (0, block // 2):
        lane = []
        for base in range(0, lanes, block):
            for run in range(start, start + block // 2, width):
                lane += [base + run + k for k in range(width)] + [lanes + base + run + k for k in range(width)]
        halves.append(lane)
    return halves[0], halves[1]


def _dealt(lanes: int, block: int, odd: int) -> list[int]:
    """Lanes of every second block of two vectors."""
    return [base + k for base in range(odd * block, 2 * lanes, 2 * block) for k in range(block)]


def sums_of_each(code: Code, vectors: Sequence[Value]) -> Value:
    """A vector whose lanes are the sums of the lanes of each of a power of two of vectors."""
    whole, pieces = vectors[0].lanes, 1
    vectors = list(vectors)
    length = whole
    while len(vectors) > 1 or length > 1:
        if length == 1:  # more vectors than lanes: put their sums side by side
            size = vectors[0].lanes
            vectors = [code.shuffle(a, b, range(2 * size)) for a, b in zip(vectors[::2], vectors[1::2])]
            continue
        low = [p * length + k for p in range(pieces) for k in range(length // 2)]
        high = [lane + length // 2 for lane in low]
        if len(vectors) > 1:
            size = vectors[0].lanes
            halves = [[lane + shift for shift in (0, size) for lane in half] for half in (low, high)]
            pairs = list(zip(vectors[::2], vectors[1::2]))
            vectors = [code.shuffle(a, b, halves[0]) + code.shuffle(a, b, halves[1]) for a, b in pairs]
            pieces *= 2
        else:
            (v,) = vectors
            vectors = [code.shuffle(v, v, low) + code.shuffle(v, v, high)] if len(low) > 1 else [v]
            if len(low) == 1:
                return code.lane(v, 0) + code.lane(v, 1)
        length //= 2
    return vectors[0]
