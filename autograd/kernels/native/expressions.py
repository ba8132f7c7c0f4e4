"""The small language in which kernels are told what to do to each element.

An expression is a tuple of steps (operation, *operands) over some inputs. An operand that is an int stands for a value:
the inputs come first, then the steps' results, in order. A float is a number, a str what the operation takes it for.
Operations have the names of the library's primitives.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd.kernels.native.code import Code
from autograd.kernels.native.values import Value, type_of

Steps = tuple[tuple[Any, ...], ...]

OPERATIONS: dict[str, Callable[..., Value]] = {
    "add": lambda code, x, y: x + y,
    "subtract": lambda code, x, y: x - y,
    "multiply": lambda code, x, y: x * y,
    "divide": lambda code, x, y: x / y,
    "negative": lambda code, x: -x,
    "square": lambda code, x: x * x,
    "sqrt": lambda code, x: code.sqrt(x),
    "relu": lambda code, x: code.relu(x),
    "maximum": lambda code, x, y: code.maximum(x, y) if isinstance(x, Value) else code.maximum(y, x),
    "greater": lambda code, x, y: x > y,
    "where": lambda code, condition, x, y: code.where(condition, x, y),
    "sign": lambda code, x: code.where(x > 0.0, x.like(1), code.where(x < 0.0, x.like(-1), x)),
    "astype": lambda code, x, dtype: code.convert(x, type_of(dtype)),
}


def emit_expression(code: Code, steps: Steps, inputs: Sequence[Value]) -> list[Value]:
    """Write an expression into code; returns the inputs and then the results of all steps."""
    values = list(inputs)
    for operation, *operands in steps:
        values.append(OPERATIONS[operation](code, *(values[k] if type(k) is int else k for k in operands)))
    return values
