"""What is done with the sums of a convolution before they are stored."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any, NamedTuple

from autograd.kernels.native.code import Code, Index
from autograd.kernels.native.values import Pointer, Value

Cell = tuple[Index, Index, int]


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

    def at(self, offset: Index) -> Finish:
        """The same for a result that begins `offset` elements further on."""
        moved = [o + offset if kind == "image" else o for kind, o in zip(self.kinds, self.operands)]
        return Finish(Epilogue(self.steps, self.kinds), moved)

    def apply(self, code: Code, total: Value, channel: Index, offset: Index, mask: Any = None) -> Value:
        """What is stored for a vector of sums that belongs to channels from `channel`, and to the place `offset`."""
        if not self.steps:
            return total
        emit_expression = import_module("autograd.kernels.native.expressions").emit_expression
        lanes = total.lanes
        inputs = [
            code.load(operand + (channel if kind == "channel" else offset), lanes, mask)
            for kind, operand in zip(self.kinds, self.operands)
        ]
        return emit_expression(code, self.steps, [total, *inputs])[-1]

    def store(self, code: Code, sums: Sequence[Value], cells: Sequence[Cell], result: Pointer, channels: int) -> None:
        """Store sums at their cells (position, channel, lanes)."""
        for total, (position, channel, mask) in zip(sums, cells):
            offset = position * channels + channel
            code.store(self.apply(code, total, channel, offset, mask), result + offset, mask)
