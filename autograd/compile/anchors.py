"""Instructions with kernels of their own, and the epilogues that those kernels take."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from autograd.compile.expression import Expression, Start, expression, strides_in
from autograd.compile.fusion import Group
from autograd.compile.lowering import Action, Calls, Native, Task
from autograd.compile.native import calls_of_nest, copied
from autograd.compile.pointwise import FLOATING, Axes
from autograd.kernels.native.arrays import empty
from autograd.kernels.native.convolution_epilogue import Epilogue
from autograd.kernels.native.convolution_plans import planned_forward, planned_input_gradient, planned_weight_gradient
from autograd.kernels.native.convolution_shapes import PLANAR, Convolution
from autograd.kernels.native.gemm import gemm
from autograd.kernels.native.kernel import Kernel
from autograd.kernels.native.loops import Plan
from autograd.kernels.precision import get_precision
from autograd.kernels.windows import channels_last
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


# --- convolutions ----------------------------------------------------------------------------------------------------


def _convolution_task(group: Group, outputs: tuple[Value, ...]) -> Task | None:
    """A convolution, or its input gradient, with an epilogue that stores one result."""
    anchor = group.anchor
    assert anchor is not None
    (result,) = anchor.outputs
    whole = expression(group, Start(result))
    last = len(whole.inputs) + len(whole.steps) - 1
    kinds = [_kind(v, axes, result) for v, axes in whole.inputs[1:]]
    if len(outputs) != 1 or whole.places[outputs[0]] != (last if whole.steps else 0) or None in kinds:
        return None
    c = _specification(anchor)
    if c is None:
        return None
    operands = tuple(v for v in anchor.inputs if isinstance(v, Value))
    further = tuple(v for v, _ in whole.inputs[1:])
    inputs = tuple(dict.fromkeys((*operands, *further)))
    planned = planned_forward if anchor.primitive.name == "convolution" else planned_input_gradient
    epilogue = Epilogue(whole.steps, tuple(map(str, kinds)))

    def bind(sources: list[np.ndarray], targets: list[np.ndarray]) -> Action:
        at = dict(zip(inputs, sources))
        x, w = (at[v] for v in operands)
        images = [at[v] if kind == "channel" else channels_last(at[v]) for v, kind in zip(further, kinds)]
        lying, x = _as_it_lies(c, x) if planned is planned_forward else (c, channels_last(x))
        return calls_of_plan(planned(lying, get_precision(), epilogue), [x, w, channels_last(targets[0]), *images])

    return Task(label_of(group), tuple(group.instructions), inputs, outputs, bind)


def _specification(i: Instruction) -> Convolution | None:
    """A convolution's numbers; None if its kernels do not serve it."""
    a, b = i.inputs
    assert isinstance(a, Value)
    assert isinstance(b, Value)
    x_shape, w_shape = a.shape, b.shape
    if i.primitive.name == "convolution_input":
        x_shape = i.params["shape"]
    elif i.primitive.name == "convolution_weight":
        x_shape, w_shape = b.shape, i.params["shape"]
    if len({a.dtype, b.dtype, i.outputs[0].dtype}) > 1:
        return None
    stride, padding, dilation, groups = (i.params[name] for name in ("stride", "padding", "dilation", "groups"))
    batch, channels, *size = x_shape
    maps, _, *kernel = w_shape
    return Convolution(
        batch, channels, maps, tuple(size), tuple(kernel), stride, padding, dilation, groups, a.dtype.name
    )


def _as_it_lies(c: Convolution, x: np.ndarray) -> tuple[Convolution, np.ndarray]:
    """The images of a convolution as its kernels take them without a copy, if they do."""
    last = channels_last(x)
    if c.channels <= PLANAR and x.flags.c_contiguous and not last.flags.c_contiguous:
        return c._replace(planar=True), x
    return c, last


def calls_of_plan(plan: Plan, arrays: Sequence[np.ndarray]) -> Native:
    """A plan's kernels on arrays that they want contiguous: those that are not go through copies."""
    before: Calls = []
    after: Calls = []
    given: list[np.ndarray] = []
    for k, array in enumerate(arrays):
        if array.flags.c_contiguous:
            given.append(array)
            continue
        copy = empty(array.shape, array.dtype)
        given.append(copy)
        if k == 2:
            after += copied(copy, array)
        else:
            before += copied(array, copy)
    given += [empty((n,), d) for n, d in plan.workspaces]
    calls: Calls = [(stage.kernel, [given[k] for k in stage.operands]) for stage in plan.stages]
    return Native(before + calls + after, given)


def _convolution_weight_task(group: Group, outputs: tuple[Value, ...]) -> Task | None:
    """The weight gradient of a convolution, by itself."""
    anchor = group.anchor
    assert anchor is not None
    c = _specification(anchor)
    if c is None or len(group.instructions) > 1:
        return None
    g, x = (v for v in anchor.inputs if isinstance(v, Value))
    inputs = tuple(dict.fromkeys((g, x)))

    def bind(sources: list[np.ndarray], targets: list[np.ndarray]) -> Action:
        at = dict(zip(inputs, sources))
        lying, images = _as_it_lies(c, at[x])
        arrays = [images, channels_last(at[g]), targets[0]]
        return calls_of_plan(planned_weight_gradient(lying, get_precision()), arrays)

    return Task(label_of(group), tuple(group.instructions), inputs, outputs, bind)


ANCHORS |= {
    "convolution": _convolution_task,
    "convolution_input": _convolution_task,
    "convolution_weight": _convolution_weight_task,
}


def _kind(v: Value, axes: Axes, result: Value) -> str | None:
    """How an operand of an epilogue lies beside the result: like it, or one number per channel; None if otherwise."""
    rank = len(result.shape)
    if axes == tuple(range(rank)) and v.shape == result.shape and v.dtype == result.dtype:
        return "image"
    per_channel = tuple(0 if k == 1 else None for k in range(rank))
    return "channel" if axes == per_channel and v.dtype == result.dtype else None


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
