"""Instructions with kernels of their own, and the epilogues that those kernels take."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from autograd.compile.expression import Expression, Start, expression, strides_in
from autograd.compile.fusion import Group
from autograd.compile.lowering import Calls, Native, Task
from autograd.compile.native import calls_of_nest
from autograd.compile.pointwise import FLOATING
from autograd.kernels.native.arrays import empty
from autograd.kernels.native.gemm import gemm
from autograd.kernels.native.kernel import Kernel
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
    """a @ b, then the expression: in one kernel if the rows of all operands lie evenly in memory, else in two."""
    fused = _product(a, b, result.shape, whole, at, outputs, targets)
    if fused is not None:
        return [fused]
    into = empty(result.shape, result.dtype)
    alone = _product(a, b, result.shape, Expression(whole.inputs[:1], (), {result: 0}, {}), {}, [result], [into])
    assert alone is not None
    return [alone, *calls_of_nest(result.shape, (), whole, [result, *at], [into, *at.values()], outputs, targets)]


def _product(
    a: np.ndarray,
    b: np.ndarray,
    shape: tuple[int, ...],
    whole: Expression,
    at: dict[Value, np.ndarray],
    outputs: Sequence[Value],
    targets: Sequence[np.ndarray],
) -> tuple[Kernel, list[np.ndarray | int]] | None:
    """One kernel call of all; None if that does not go."""
    arrays = [*(at[v] for v, _ in whole.inputs[1:]), *targets]
    axes = [*(axes for _, axes in whole.inputs[1:]), *[tuple(range(len(shape)))] * len(targets)]
    strides = [strides_in(array, order) for array, order in zip(arrays, axes)]
    left: tuple[int, ...] = tuple(s // a.itemsize for s in a.strides)
    right: tuple[int, ...] = tuple(s // b.itemsize for s in b.strides)
    sizes = list(shape)
    if a.ndim == 1:
        left, place = (0, *left), len(sizes) - (b.ndim > 1)
        sizes.insert(place, 1)
        strides = [(*s[:place], 0, *s[place:]) for s in strides]
    if b.ndim == 1:
        right = (*right, 1)
        sizes.append(1)
        strides = [(*s, 1) for s in strides]
    batch, (m, n), k = tuple(sizes[:-2]), sizes[-2:], a.shape[-1]
    if b.ndim <= 2 and batch:
        flat = [_flattened(sizes[:-1], s) for s in (left, *strides)]
        if None in flat:
            if len(arrays) > 1:
                return None
        else:
            left, *strides = [s for s in flat if s is not None]
            m, batch = math.prod(sizes[:-1]), ()
    left, right = (_in_batch(s, x.shape, batch) for s, x in ((left, a), (right, b)))
    # The last value of the expression goes to C: nothing else uses it, so it is wanted.
    last = len(whole.inputs) + len(whole.steps) - 1 if whole.steps else 0
    first = next(j for j, v in enumerate(outputs) if whole.places[v] == last)
    others = [j for j in range(len(outputs)) if j != first]
    read = len(whole.inputs) - 1
    kernel = gemm(
        m,
        n,
        k,
        a.dtype,
        tuple(left),
        tuple(right),
        tuple(strides[read + first]),
        batch=batch,
        epilogue=whole.steps,
        extras=tuple((tuple(strides[j]), arrays[j].dtype) for j in range(read)),
        keeps=tuple((whole.places[outputs[j]], tuple(strides[read + j]), targets[j].dtype) for j in others),
    )
    return kernel, [a, b, targets[first], *arrays[:read], *(targets[j] for j in others)]


def _flattened(sizes: Sequence[int], strides: Sequence[int]) -> tuple[int, ...] | None:
    """(stride of rows, stride of columns) with all axes but the last as rows; None if these lie unevenly."""
    down = _even(sizes, strides[:-1])
    return None if down is None else (down, strides[-1])


def _in_batch(strides: Sequence[int], shape: tuple[int, ...], batch: tuple[int, ...]) -> tuple[int, ...]:
    """The strides of an operand of a batched product: 0 along the axes that it lacks, or has once."""
    lead = [0 if n == 1 else s for n, s in zip(shape[: max(0, len(strides) - 2)], strides)] if batch else []
    return (*[0] * (len(batch) - len(lead)), *lead, *strides[-2:])


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
