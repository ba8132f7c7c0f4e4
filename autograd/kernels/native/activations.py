"""Activations, error integrals and losses of single numbers, for eager calls: the native versions of the primitives.

They serve float32 and float64 arrays that are contiguous, or images whose memory is channels-last, of which the result
has the layout too.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.kernels.native.arrays import empty
from autograd.kernels.native.code import Code
from autograd.kernels.native.expressions import OPERATIONS, emit_expression
from autograd.kernels.native.kernel import Kernel, generated
from autograd.kernels.native.layout import FLOATS, Array, images, many, number
from autograd.kernels.windows import channels_first


@generated
def elementwise(code: Code, steps: tuple[Any, ...], dtypes: tuple[str, ...], amount: str) -> None:
    """The last value of an expression at every element; operands: the inputs, the result, the number of elements.

    All are contiguous; `dtypes` are the inputs' and the result's, which is float32 or float64. With an `amount` of
    "many", threads share the work.
    """
    lanes, count = code.host.lanes(dtypes[-1]), code.number(len(dtypes))
    *places, target = (code.operand(k, dtype) for k, dtype in enumerate(dtypes))
    start, stop = code.share(count, 4 * lanes) if amount == "many" else (0, count)
    for i, mask in code.vectors(stop - start, lanes, start):
        loaded = [code.load(place + i, lanes, mask) for place in places]
        inputs = [x.ne(0) if dtype == "bool" else x for x, dtype in zip(loaded, dtypes)]
        code.store(emit_expression(code, steps, inputs)[-1], target + i, mask)


@functools.lru_cache(4096)
def _kernel(name: str, parameters: tuple[Any, ...], amount: str, *dtypes: Any) -> Kernel:
    operands = range(OPERATIONS[name].operands)
    return elementwise(((name, *operands, *parameters),), tuple(d.name for d in (*dtypes, dtypes[0])), amount)


def unary(name: str, serves: Callable[..., bool] | None = None) -> Callable[..., Array | None]:
    """An operation of expressions as a function of an array and numbers; `serves` says of which numbers."""

    def apply(x: Array, *parameters: Any) -> Array | None:
        if x.dtype not in FLOATS or not x.size:
            return None
        if parameters and not (all(type(p) in (int, float, str) for p in parameters)):
            return None
        if serves is not None and not serves(*parameters):
            return None
        kernel = _kernel(name, parameters, many(x.size), x.dtype)
        if x.flags.c_contiguous:
            out = empty(x.shape, x.dtype)
            kernel.run(x, out, number(x.size))
            return out
        rows = images(x)
        if rows is None:
            return None
        out = empty(rows.shape, x.dtype)
        kernel.run(rows, out, number(x.size))
        return channels_first(out)

    return apply


def binary(name: str, second: Any = None) -> Callable[..., Array | None]:
    """An operation of two arrays of the same shape, and dtype unless the second's is given, and of numbers."""

    def apply(x: Array, y: Any, *parameters: float) -> Array | None:
        if x.dtype not in FLOATS or not x.size or type(y) is not type(x) or x.shape != y.shape:
            return None
        if y.dtype != (second or x.dtype) or not (x.flags.c_contiguous and y.flags.c_contiguous):
            return None
        out = empty(x.shape, x.dtype)
        _kernel(name, parameters, many(x.size), x.dtype, y.dtype).run(x, y, out, number(x.size))
        return out

    return apply


sigmoid = unary("sigmoid")
logsigmoid = unary("logsigmoid")
hardsigmoid = unary("hardsigmoid")
hardtanh = unary("hardtanh", lambda low=-1.0, high=1.0: low <= high)
softsign = unary("softsign")
relu = unary("relu")
relu6 = unary("relu6")
leaky_relu = unary("leaky_relu")
elu = unary("elu")
celu = unary("celu", lambda alpha=1.0: alpha > 0)
selu = unary("selu")
softplus = unary("softplus", lambda beta=1.0, threshold=20.0: beta != 0)
gelu = unary("gelu", lambda approximate="none": approximate in ("none", "tanh"))
silu = unary("silu")
mish = unary("mish")
hardswish = unary("hardswish")
hardshrink = unary("hardshrink")
softshrink = unary("softshrink", lambda lambd=0.5: lambd >= 0)
tanhshrink = unary("tanhshrink")
rsqrt = unary("rsqrt")
gaussian = unary("gaussian")
erf = unary("erf")
erfc = unary("erfc")
sigmoid_cross_entropy = binary("sigmoid_cross_entropy")
binary_cross_entropy = binary("binary_cross_entropy")
dropout = binary("dropout", second=np.dtype(np.bool_))
