"""Instructions with kernels of their own, and the epilogues that those kernels take."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.compile.expression import Expression, Start, expression, strides_in
from autograd.compile.fusion import Group
from autograd.compile.lowering import Calls, Native, Task
from autograd.compile.native import calls_of_nest
from autograd.compile.pointwise import FLOATING
from autograd.kernels.native.arrays import empty
from autograd.kernels.native.fused import product
from autograd.kernels.native.gemm import gemm
from autograd.program import Instruction, Value

Maker = Callable[[Group, tuple[Value, ...]], Task | None]
ANCHORS: dict[str, Maker] = {}


def is_anchor(i: Instruction) -> bool:
    """Whether an instruction has a kernel of its own that serves its operands."""
    values = [v for v in i.inputs if isinstance(v, Value)]
    return (
        i.primitive.name in ANCHORS
        and not i.primitive.checked
        and len(values) == len(i.inputs)
        and all(math.prod(v.shape) > 0 for v in (*values, *i.outputs))
        and i.outputs[0].dtype in FLOATING
    )


def task_of_anchor(group: Group, outputs: tuple[Value, ...]) -> Task | None:
    """The Task of a group with an anchor; None if its kernel does not serve it after all."""
    assert group.anchor is not None
    return ANCHORS[group.anchor.primitive.name](group, outputs)


def label_of(group: Group) -> str:
    """What a Task is called: its anchor, then the rest."""
    assert group.anchor is not None
    names = [group.anchor.primitive.name, *(i.primitive.name for i in group.instructions if i is not group.anchor)]
    return " ".join(dict.fromkeys(names))


# --- products of matrices --------------------------------------------------------------------------------------------


def _product_task(group: Group, outputs: tuple[Value, ...]) -> Task | None:
    anchor = group.anchor
    assert anchor is not None
    x, w = (v for v in anchor.inputs[:2] if isinstance(v, Value))
    (result,) = anchor.outputs
    if len({v.dtype for v in (x, w, *anchor.outputs)}) > 1:
        return None
    affine = anchor.primitive.name == "affine"
    if affine:
        bias = anchor.inputs[2]
        assert isinstance(bias, Value)
        axes = (*[None] * (len(result.shape) - 1), 0)
        whole = expression(group, Start(result, ((bias, axes),), (("add", 0, 1),)))
    else:
        whole = expression(group, Start(result))
    others = tuple(dict.fromkeys(v for v, _ in whole.inputs[1:]))
    inputs = tuple(dict.fromkeys((x, w, *others)))

    def bind(sources: list[np.ndarray], targets: list[np.ndarray]) -> Native:
        at = dict(zip(inputs, sources))
        a, b = at[x], at[w].T if affine else at[w]
        return Native(_product_calls(a, b, result, whole, at, outputs, targets))

    over = frozenset(others) - {x, w}
    return Task(label_of(group), tuple(group.instructions), inputs, outputs, bind, over=over)


ANCHORS |= {"matmul": _product_task, "affine": _product_task}


def _product_calls(
    a: np.ndarray,
    b: np.ndarray,
    result: Value,
    whole: Expression,
    at: dict[Value, np.ndarray],
    outputs: Sequence[Value],
    targets: Sequence[np.ndarray],
) -> Calls:
    """a @ b, then the expression: in one kernel if rows of all operands lie evenly in memory, else in two."""
    shape = result.shape
    fused = _fused_product(a, b, shape, whole, at, outputs, targets)
    if fused is not None:
        return fused
    bare = not whole.steps and list(outputs) == [result]
    into = targets[0] if bare else empty(shape, result.dtype)
    calls: Calls = [_batched_product(a, b, into)]
    if not bare:
        inputs = [result, *at]
        calls += calls_of_nest(shape, (), whole, inputs, [into, *at.values()], outputs, targets)
    return calls


def _fused_product(
    a: np.ndarray,
    b: np.ndarray,
    shape: tuple[int, ...],
    whole: Expression,
    at: dict[Value, np.ndarray],
    outputs: Sequence[Value],
    targets: Sequence[np.ndarray],
) -> Calls | None:
    if b.ndim != 2 or a.ndim < 2:
        return None
    lead = shape[:-1]
    m, n, k = math.prod(lead), shape[-1], a.shape[-1]
    rows = _even(a.shape[:-1], [s // a.itemsize for s in a.strides[:-1]])
    if rows is None:
        return None

    def pair(strides: Sequence[int]) -> tuple[int, int] | None:
        down = _even(lead, strides[:-1])
        return None if down is None else (down, strides[-1] if n > 1 else 1)

    read: list[tuple[int, int]] = []
    written: list[tuple[int, int]] = []
    for array, axes in (
        *((at[v], axes) for v, axes in whole.inputs[1:]),
        *((t, tuple(range(t.ndim))) for t in targets),
    ):
        strides = pair(strides_in(array, axes))
        if strides is None:
            return None
        (read if len(read) < len(whole.inputs) - 1 else written).append(strides)
    kernel = product(
        m,
        n,
        k,
        a.dtype,
        (rows, a.strides[-1] // a.itemsize),
        (b.strides[0] // b.itemsize, b.strides[1] // b.itemsize),
        tuple((at[v].dtype, strides) for (v, _), strides in zip(whole.inputs[1:], read)),
        whole.steps,
        tuple((whole.places[v], t.dtype, strides) for v, t, strides in zip(outputs, targets, written)),
    )
    return [(kernel, [a, b, *(at[v] for v, _ in whole.inputs[1:]), *targets])]


def _even(sizes: Sequence[int], strides: Sequence[int]) -> int | None:
    """The one stride at which the elements of several axes lie in row-major order, if there is one."""
    stride, length = None, 1
    for size, step in zip(reversed(sizes), reversed(strides)):
        if size == 1:
            continue
        if stride is None:
            stride = step
        elif step != stride * length:
            return None
        length *= size
    return 1 if stride is None else stride


def _batched_product(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> Any:
    """The call that computes c = a @ b, as NumPy's matmul does it."""
    views = [a[None] if a.ndim == 1 else a, b[:, None] if b.ndim == 1 else b]
    out = c
    if a.ndim == 1:
        out = out[..., None, :] if b.ndim > 1 else out[..., None]
    if b.ndim == 1:
        out = out[..., None]
    batch = out.shape[:-2]
    views = [np.broadcast_to(v, (*batch, *v.shape[-2:])) for v in views]
    m, n, k = *out.shape[-2:], views[0].shape[-1]
    x, y, z = (tuple(s // v.itemsize for s in v.strides) for v in (*views, out))
    kernel = gemm(m, n, k, a.dtype, x, y, z, batch=batch)
    return kernel, [a, b, c]
