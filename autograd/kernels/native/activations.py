"""Activations, error integrals and losses of single numbers, for eager calls: the native versions of the primitives.

They serve float32 and float64 of any layout and size, so that a number has the same result wherever it stands.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.kernels.native.arrays import empty
from autograd.kernels.native.code import Code
from autograd.kernels.native.expressions import OPERATIONS, emit_expression, step
from autograd.kernels.native.kernel import Kernel, generated
from autograd.kernels.native.layout import FLOATS, SHARED, Array, many, number


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


def _applied(name: str, parameters: tuple[Any, ...], *arrays: Array) -> Array:
    """An operation on arrays of one shape; the result lies in memory as the first does, if that is without gaps."""
    x, back = arrays[0], None
    if not x.flags.c_contiguous:
        order = sorted(range(x.ndim), key=lambda k: -abs(x.strides[k]))
        if x.transpose(order).flags.c_contiguous:
            arrays, back = tuple(a.transpose(order) for a in arrays), np.argsort(order)
    arrays = tuple(a if a.flags.c_contiguous else np.ascontiguousarray(a) for a in arrays)
    out = empty(arrays[0].shape, x.dtype)
    kernel = _kernel(name, parameters, many(x.size), *(a.dtype for a in arrays))
    kernel.run(*arrays, out, number(x.size))
    if back is not None:
        return out.transpose(back)
    return out if x.ndim else out[()]


def _by_position(name: str, parameters: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
    known = OPERATIONS[name]
    given = dict(zip(known.parameters, parameters)) | named
    return step(name, range(known.operands), given)[1 + known.operands :]


def unary(name: str, serves: Callable[..., bool] | None = None) -> Callable[..., Array | None]:
    """An operation of expressions as a function of an array and numbers; `serves` says of which numbers."""
    known: dict[Any, Callable[..., None]] = {}

    def apply(x: Array, *parameters: Any, **named: Any) -> Array | None:
        size = x.size
        if x.flags.c_contiguous and size < SHARED and not parameters and not named:  # the common case, quickly
            run = known.get(x.dtype)
            if run is not None and size and x.ndim:
                out = empty(x.shape, x.dtype)
                run(x, out, number(size))
                return out
        if x.dtype not in FLOATS or not size:
            return None
        if named:
            parameters = _by_position(name, parameters, named)
        if parameters and not (all(type(p) in (int, float, str) for p in parameters)):
            return None
        if serves is not None and not serves(*parameters):
            return None
        if not parameters and size < SHARED:
            known[x.dtype] = _kernel(name, (), "few", x.dtype).run
        return _applied(name, parameters, x)

    return apply


def binary(name: str, second: Any = None) -> Callable[..., Array | None]:
    """An operation of two arrays of the same shape, and dtype unless the second's is given, and of numbers."""

    def apply(x: Array, y: Any, *parameters: Any, **named: Any) -> Array | None:
        if x.dtype not in FLOATS or not x.size or type(y) is not type(x) or x.shape != y.shape:
            return None
        if named:
            parameters = _by_position(name, parameters, named)
        return _applied(name, parameters, x, y) if y.dtype == (second or x.dtype) else None

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
