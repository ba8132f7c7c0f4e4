"""One elementwise expression of many arrays, some of which are overwritten: an optimizer's update as a single pass."""

from __future__ import annotations

from typing import Any

from autograd.kernels.native.code import Code
from autograd.kernels.native.expressions import Steps, emit_expression
from autograd.kernels.native.kernel import generated


@generated
def update(
    code: Code,
    dtype: Any,
    read: int,
    fresh: int,
    numbers: int,
    steps: Steps,
    written: tuple[tuple[int, int], ...],
    shared: bool,
) -> None:
    """Arrays: those that are `read`, `fresh` ones that are only written, `numbers` (at least one) in an array of the
    dtype, and the count of elements, an int64.

    Operands of the steps count the arrays that are read and then the steps; -1 is the first number, -2 the second, and
    so on. `written` pairs the position of an array with the value that goes there. The work is divided among threads
    if it is to be `shared`.
    """
    places = [code.operand(k, dtype) for k in range(read + fresh)]
    lanes = code.host.lanes(dtype)
    given = code.operand(read + fresh, dtype)
    constants = [code.splat(code.load(given + k), lanes) for k in range(numbers)]
    count = code.number(read + fresh + 1)

    def place_of(value: int) -> int:
        return read - 1 - value if value < 0 else value + numbers * (value >= read)

    steps = tuple((name, *map(place_of, operands)) for name, *operands in steps)
    start, stop = code.share(count, lanes) if shared else (0, count)
    for i, mask in code.vectors(stop - start, lanes, start):
        inputs = [code.load(place + i, lanes, mask) for place in places[:read]]
        values = emit_expression(code, steps, [*inputs, *constants])
        for position, value in written:
            code.store(values[place_of(value)], places[position] + i, mask)
