"""Several nests as one kernel that goes row by row: what one nest makes of a row, the next finds in the first cache.

So a reduction along a row and what is done with its result, such as a softmax (the maximum; the exponentials and their
sum; the quotients), read their operands from memory once, and what lies between them is kept for one row only.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from autograd.kernels.native.code import Code, Index
from autograd.kernels.native.kernel import generated
from autograd.kernels.native.loops import Nest, Plan, Stage, emit_nest
from autograd.kernels.native.nests import ordered, tidied
from autograd.kernels.native.values import Pointer


@dataclass(frozen=True)
class Link:
    """A nest of a chain, and which arrays its operands are, by numbers."""

    nest: Nest
    arrays: tuple[int, ...]


def chained(links: Sequence[Link], temporary: Collection[int] = ()) -> Plan | None:
    """One kernel for nests that are to run one after the other; None if they have no rows in common.

    The rows are the leading axes that all nests share, that none reduces, and along which every array that is written
    is used by all in the same way: row by row. `temporary` arrays are used by this chain only; they need no memory.
    The operands of the plan's stage are the other arrays.

        shape, f4 = (100, 50), np.dtype("f")
        x, y = Input(f4, (50, 1)), Output(2, f4, (50, 1))
        peak = Nest(shape, (x,), (), (Output(0, f4, (1, 0), "max"),), (1,))
        less = Nest(shape, (x, Input(f4, (1, 0))), (("subtract", 0, 1),), (y,))
        chained([Link(peak, (0, 1)), Link(less, (0, 1, 2))], temporary={1})     # y = x - max x, operands x and y
    """
    links = tuple(links)
    leading = next((r for r in range(min(len(k.nest.shape) for k in links), 0, -1) if _by_rows(links, r)), 0)
    if not leading:
        return None
    arrays = tuple(sorted({a for link in links for a in link.arrays} - set(temporary)))
    return Plan((Stage(chain(links, leading, arrays), arrays),))


def _by_rows(links: Sequence[Link], leading: int) -> bool:
    """Whether the first axes can be the rows."""
    uses: dict[int, set[object]] = {}
    written: set[int] = set()
    for link in links:
        nest = link.nest
        if nest.shape[:leading] != links[0].nest.shape[:leading] or any(k < leading for k in nest.reduced):
            return False
        for operand, array in zip(nest.operands, link.arrays):
            inner = zip(operand.strides[leading:], nest.shape[leading:])
            place = tuple(sorted((stride, n) for stride, n in inner if stride and n > 1))
            rows = tuple(s for s, n in zip(operand.strides, nest.shape[:leading]) if n > 1)
            uses.setdefault(array, set()).add((rows, place))
        written.update(link.arrays[len(nest.inputs) :])
    return all(len(uses[array]) == 1 for array in written)


@generated
def chain(code: Code, links: tuple[Link, ...], leading: int, arrays: tuple[int, ...]) -> None:
    """The rows of a chain, shared among threads; operands: the arrays of these numbers."""
    shape = links[0].nest.shape[:leading]
    inner = [link.nest.with_axes(range(leading, len(link.nest.shape))) for link in links]
    places = _places(code, links, inner, arrays)
    points = sum((1 + len(nest.steps)) * math.prod(nest.shape) for nest in inner)
    start, stop = code.share(math.prod(shape), cost=points / code.host.lanes("float32"))
    with code.loop(start, stop) as row:
        index = _index(row, shape)
        for link, nest in zip(links, inner):
            moved = []
            for operand, array in zip(link.nest.operands, link.arrays):
                place = places[array].view(operand.dtype)
                if array in arrays:
                    place = place + sum((s * i for s, i in zip(operand.strides, index)), start=code.index(0))
                moved.append(place)
            emit_nest(code, ordered(tidied(nest)), moved)


def _index(row: Index, shape: Sequence[int]) -> list[Index]:
    """The index along each leading axis of the row of that number."""
    index: list[Index] = []
    for k, n in enumerate(shape):
        below = math.prod(shape[k + 1 :])
        index.append(row // below if k == 0 else row // below % n)
    return index


def _places(code: Code, links: Sequence[Link], inner: Sequence[Nest], arrays: Sequence[int]) -> dict[int, Pointer]:
    """Where each array begins: an operand, or for a temporary one room for a row in this thread's own memory."""
    places: dict[int, Pointer] = {}
    for link, nest in zip(links, inner):
        for operand, array in zip(nest.operands, link.arrays):
            if array in places:
                continue
            if array in arrays:
                places[array] = code.operand(arrays.index(array), operand.dtype)
            else:
                size = 1 + sum((n - 1) * abs(s) for s, n in zip(operand.strides, nest.shape))
                places[array] = code.scratch(size, operand.dtype)
    return places
