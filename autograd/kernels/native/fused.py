"""Kernels that `autograd.compile` makes of several instructions: products whose elements go on through expressions."""

from __future__ import annotations

from typing import Any

from autograd.kernels.native.code import Code, Index, Mask
from autograd.kernels.native.expressions import Steps, emit_expression
from autograd.kernels.native.gemm import emit_gemm
from autograd.kernels.native.kernel import generated
from autograd.kernels.native.matrix import Matrix
from autograd.kernels.native.values import Value

Strides = tuple[int, int]


@generated
def product(
    code: Code,
    m: int,
    n: int,
    k: int,
    dtype: Any,
    a: Strides,
    b: Strides,
    inputs: tuple[tuple[Any, Strides], ...],
    steps: Steps,
    outputs: tuple[tuple[int, Any, Strides], ...],
) -> None:
    """f(A · B, …) elementwise; operands A (m, k), B (k, n), then the inputs (m, n), then the outputs (m, n).

    Strides count elements per row and column; 0 repeats an input. Input 0 of the expression is the element of A · B,
    the others follow. An output is a place in the expression, its dtype and its strides.
    """
    if outputs[0][2][0] == 1 and outputs[0][2][1] != 1:
        m, n, a, b = n, m, b[::-1], a[::-1]
        inputs = tuple((kind, strides[::-1]) for kind, strides in inputs)
        outputs = tuple((place, kind, strides[::-1]) for place, kind, strides in outputs)
        first, second = code.operand(1, dtype), code.operand(0, dtype)
    else:
        first, second = code.operand(0, dtype), code.operand(1, dtype)
    sources = [Matrix(code.operand(2 + j, kind), *strides) for j, (kind, strides) in enumerate(inputs)]
    start = 2 + len(inputs)
    targets = [Matrix(code.operand(start + j, kind), *strides) for j, (_, kind, strides) in enumerate(outputs)]

    def epilogue(value: Value, row: Index, column: Index, mask: Mask) -> None:
        loaded = [source.load(row, column, value.lanes, mask) for source in sources]
        values = emit_expression(code, steps, [value, *loaded])
        for (place, _, _), target in zip(outputs, targets):
            target.store(values[place], row, column, mask)

    c = Matrix(targets[0].place.view(dtype), targets[0].down, targets[0].across)  # the epilogue stores all there is
    emit_gemm(code, m, n, k, Matrix(first, *a), Matrix(second, *b), c, epilogue=epilogue, split=True)
