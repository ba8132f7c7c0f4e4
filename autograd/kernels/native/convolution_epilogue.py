"""What is done with the sums of a convolution before they are stored."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any, NamedTuple

from autograd.kernels.native.code import Code, Index
from autograd.kernels.native.convolution_loops import nest
from autograd.kernels.native.values import Pointer, Value

MOST_INLINE = 200
"""Instructions of epilogues, by the counting of `expressions`, that a tile may write out; longer ones are loops."""


class Cell(NamedTuple):
    """Where a vector of sums belongs: `place` elements from the beginning of a tile, `channel` from its first channel,
    and how many of its lanes count.
    """

    place: int
    channel: int
    lanes: int


class Grid(NamedTuple):
    """The sums of a tile: `rows` × `pixels` × `vectors` of `lanes`, of the last of which `tail` count; `down` and
    `across` are the distances from one row and one pixel to the next.
    """

    rows: int
    down: int
    pixels: int
    across: int
    vectors: int
    lanes: int
    tail: int

    @property
    def cells(self) -> list[Cell]:
        """The vectors, in their order."""
        return [
            Cell(
                r * self.down + p * self.across + v * self.lanes,
                v * self.lanes,
                self.tail if v == self.vectors - 1 else self.lanes,
            )
            for r, p, v in itertools.product(range(self.rows), range(self.pixels), range(self.vectors))
        ]


class Epilogue(NamedTuple):
    """An expression of the sums (input 0) and of further operands; its last value is what is stored.

    `steps` in the language of `expressions` · `inputs` how each further operand lies: "channel" for one number per
    channel of the result, "image" for an array like the result.
    """

    steps: tuple[tuple[Any, ...], ...] = ()
    inputs: tuple[str, ...] = ()


class Finish:
    """An epilogue bound to its operands, which begin where the result that is being computed does."""

    def __init__(self, epilogue: Epilogue, operands: Sequence[Pointer]) -> None:
        self.steps, self.kinds, self.operands = epilogue.steps, epilogue.inputs, list(operands)

    def at(self, offset: Index, channel: Index = 0) -> Finish:
        """The same for a result that begins `offset` elements further on, which is `channel` channels."""
        moved = [o + (offset if kind == "image" else channel) for kind, o in zip(self.kinds, self.operands)]
        return Finish(Epilogue(self.steps, self.kinds), moved)

    def apply(self, code: Code, total: Value, channel: Index, offset: Index, mask: Any = None) -> Value:
        """What is stored for a vector of sums that belongs to channels from `channel`, and to the place `offset`."""
        if not self.steps:
            return total
        from autograd.kernels.native.expressions import emit_expression

        further = [
            code.load(operand + (channel if kind == "channel" else offset), total.lanes, mask)
            for kind, operand in zip(self.kinds, self.operands)
        ]
        return emit_expression(code, self.steps, [total, *further])[-1]


class Target(NamedTuple):
    """A place of the result, and what is done with sums that are stored there."""

    result: Pointer
    finish: Finish

    def at(self, offset: Index, channel: Index = 0) -> Target:
        """The place `offset` elements further on, which is `channel` channels."""
        return Target(self.result + offset, self.finish.at(offset, channel))

    def plain(self) -> Target:
        """The same place for sums that are not finished yet."""
        return Target(self.result, Finish(Epilogue(), ()))

    def load(self, code: Code, grid: Grid) -> list[Value]:
        """What lies at the places of a tile."""
        return [code.load(self.result + cell.place, grid.lanes, cell.lanes) for cell in grid.cells]

    def store(self, code: Code, sums: Sequence[Value], grid: Grid) -> None:
        """Store what the epilogue makes of each vector of sums."""
        from autograd.kernels.native.expressions import OPERATIONS

        instructions = len(sums) * sum(OPERATIONS[name].cost for name, *_ in self.finish.steps)
        if instructions > MOST_INLINE and grid.rows * grid.pixels > 1:
            self.plain().store(code, sums, grid)
            pixel = grid._replace(rows=1, pixels=1)
            with nest(code, [grid.rows, grid.pixels]) as (r, p):
                here = self.at(r * grid.down + p * grid.across)
                here.store(code, here.load(code, pixel), pixel)
            return
        for total, (place, channel, lanes) in zip(sums, grid.cells):
            code.store(self.finish.apply(code, total, channel, place, lanes), self.result + place, lanes)
