"""The sweep: adjoints flow from outputs to inputs, once through each node, in reverse order of creation.

Adjoints live in a dict of the sweep, not on the nodes, so that sweeps over a shared graph, in hooks or in other
threads, do not disturb one another. Normally the rules run on bare arrays. When the pass is itself to be differentiated
(`create_graph`) or traced, the same rules run on Tensors.

Inside, the adjoint of z = a + ib is ∂L/∂a - i·∂L/∂b: then the rule of a holomorphic function is `g * f'(z)` and the
adjoint of a linear map is its plain transpose. PyTorch's gradient is the conjugate of that, the direction of steepest
ascent; `backward`, `.grad`, `gradients` and hooks speak PyTorch's, by a `np.conj` at their edge.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Collection, Iterable, Sequence
from contextlib import nullcontext
from operator import attrgetter
from typing import Any

import numpy as np

from autograd import graph
from autograd.dtypes import as_array
from autograd.graph import FREED, Node, check_not_overwritten
from autograd.primitive import name_of, pick_node
from autograd.tensor import Tensor, refuse_inside_vmap, wrap

by_index = attrgetter("index")
"""Sort key: creation order is a topological order."""
_SECOND_TIME = (
    "backward through {} a second time: what it had saved was released by the first pass. Pass retain_graph=True to "
    "the first backward(), or compute the result again; if the two passes should have nothing in common, detach() the "
    "value that is carried over"
)
_NOT_CLEARED = (
    "backward() adds to the gradient of {}, with which an optimizer has already made a step: that gradient would count "
    "twice. Call optimizer.zero_grad() before backward(), or set .grad to None"
)


def backward(
    tensors: Sequence[Tensor],
    gradients: Sequence[Any],
    retain_graph: bool | None,
    create_graph: bool,
    inputs: Tensor | Iterable[Tensor] | None,
) -> None:
    """Accumulate into `.grad`; see `Tensor.backward`."""
    roots = [seed(t, g, "backward()") for t, g in zip(tensors, gradients, strict=True)]
    wanted = None
    if inputs is not None:
        inputs = [inputs] if isinstance(inputs, Tensor) else list(inputs)
        if not inputs:
            raise ValueError("backward(inputs=[]) asks for no gradient at all; leave `inputs` out to mean every leaf")
        for t in inputs:
            if t._node is None:
                raise RuntimeError(f"backward(inputs=...): {_name(t)} does not require grad")
        wanted = [t._node for t in inputs if t._node is not None]
    keep = create_graph if retain_graph is None else retain_graph
    sweep(roots, wanted, keep, create_graph, accumulate=True)


def gradients(
    outputs: Tensor | Sequence[Tensor],
    inputs: Tensor | Sequence[Tensor],
    grad_outputs: Any = None,
    create_graph: bool = False,
    retain_graph: bool | None = None,
    allow_unused: bool = False,
) -> tuple[Tensor | None, ...]:
    """The gradients Σ ∂outputs/∂inputs · grad_outputs, returned and not accumulated; PyTorch's `torch.autograd.grad`.

    `inputs` may be leaves or inner results. `grad_outputs` (default: ones, for real scalars only) has the structure of
    `outputs`. An input on which no output depends raises, or gives None under `allow_unused`. With respect to a
    complex input a + ib the gradient of a real L is ∂L/∂a + i·∂L/∂b, and `grad_outputs` is meant likewise.

    >>> import autograd
    >>> x = autograd.tensor(3.0, requires_grad=True)
    >>> (dy,) = autograd.gradients(x**3, x, create_graph=True)
    >>> autograd.gradients(dy, x)
    (tensor(18.),)
    """
    outputs = [outputs] if isinstance(outputs, Tensor) else list(outputs)
    inputs = [inputs] if isinstance(inputs, Tensor) else list(inputs)
    if not inputs:
        raise ValueError("gradients: no inputs were given")
    if grad_outputs is None:
        grad_outputs = [None] * len(outputs)
    elif isinstance(grad_outputs, (Tensor, np.ndarray, float, int, complex)):
        grad_outputs = [grad_outputs]
    if len(grad_outputs) != len(outputs):
        raise ValueError(f"gradients: {len(outputs)} outputs but {len(grad_outputs)} grad_outputs")
    for i, t in enumerate(inputs):
        if t._node is None:
            raise RuntimeError(f"gradients: input {i} ({_name(t)}) does not require grad")
    nodes = [t._node for t in inputs if t._node is not None]
    roots = [seed(t, g, "gradients()") for t, g in zip(outputs, grad_outputs, strict=True)]
    keep = create_graph if retain_graph is None else retain_graph
    found = sweep(roots, nodes, keep, create_graph)
    delivered = handed_out(g for _, g in roots)
    results: list[Tensor | None] = []
    for i, t in enumerate(inputs):
        g = found.get(t._node)
        if g is None and not allow_unused:
            raise RuntimeError(
                f"gradients: no output depends on input {i} ({_name(t)}); pass allow_unused=True to get None for it"
            )
        if g is not None and g.dtype.kind == "c":
            g = np.conj(g)
        results.append(None if g is None else delivery(g, delivered))
    return tuple(results)


def seed(output: Tensor, g: Any, caller: str) -> tuple[Node, Any]:
    """The node of an output and the adjoint with which a sweep starts there."""
    refuse_inside_vmap(output, caller)
    if output._node is None:
        raise RuntimeError(
            f"{caller} on {_name(output)} that does not require grad: nothing it was computed from requires grad, or "
            f"it went through an operation without derivative, detach() or no_grad()"
        )
    if g is None:
        if output.size != 1:
            raise RuntimeError(
                f"{caller} on a tensor of shape {output.shape} needs `gradient`, the adjoint to start from; reduce it "
                f"with .sum() or .mean() first, or use autograd.jacobian for all derivatives"
            )
        if output.dtype.kind == "c":
            raise RuntimeError(
                f"{caller} on a tensor of dtype {output.dtype} needs `gradient`, the adjoint to start from: only real "
                f"numbers can be minimised. Take .abs() or .real of it, or use autograd.holomorphic_grad"
            )
        return output._node, np.ones(output.shape, output.dtype)
    raw = g._data if isinstance(g, Tensor) else as_array(g)
    if raw.shape != output.shape:
        raise ValueError(
            f"{caller}: gradient of shape {raw.shape} for a tensor of shape {output.shape}; they must be equal"
        )
    if raw.dtype.kind == "c" != output.dtype.kind:
        raise TypeError(f"{caller}: a gradient of dtype {raw.dtype} for a tensor of dtype {output.dtype}; pass g.real")
    if isinstance(g, Tensor) and g._node is not None:
        start: Any = g if g.dtype == output.dtype else g.astype(output.dtype)
    else:
        start = raw.astype(output.dtype, copy=False)
    return output._node, np.conj(start) if output.dtype.kind == "c" else start


def sweep(
    roots: Iterable[tuple[Node, Any]],
    wanted: Collection[Node] | None,
    retain_graph: bool,
    create_graph: bool,
    accumulate: bool = False,
    order: list[Node] | None = None,
) -> dict[Any, Any]:
    """Carry adjoints from the roots down; returns those of the `wanted` nodes and, on demand, adds them to `.grad`.

    `wanted` None means every leaf. Only nodes that lead to a wanted one are visited: `order`, if the caller has it
    already; wanted nodes that are not in it are not passed through.
    """
    roots = list(roots)
    mode = graph.get_mode()
    if wanted is None:
        adjoints = collect(node for node, _ in roots)
        order = sorted(adjoints, key=by_index)
    else:
        order = between((node for node, _ in roots), wanted) if order is None else order
        wanted = set(wanted)
        adjoints = dict.fromkeys((*order, *wanted))
    check_not_overwritten(order)
    tracing = bool(mode and mode.listeners)
    lifted = create_graph or tracing
    anomaly = mode is not None and mode.anomaly
    profiles = mode.profiles if mode is not None else ()
    if profiles:
        from autograd.profiling import timed_pull
    if anomaly:
        from autograd.anomaly import CheckedAdjoints

        adjoints = CheckedAdjoints(adjoints)
    for node, g in roots:
        if node in adjoints:
            g = g if isinstance(g, Tensor) or not lifted else wrap(g)
            total = adjoints[node]
            adjoints[node] = g if total is None else total + g
    found: dict[Any, Any] = {}
    special = anomaly or wanted is not None
    delivered = handed_out(g for _, g in roots)
    pulled_before = graph.pulled_node()
    try:
        changing = mode is not None or (lifted and not create_graph)
        with graph.changed_mode(record=create_graph) if changing else nullcontext():
            pop = adjoints.pop
            for node in reversed(order):
                g = pop(node)
                if g is None:
                    continue
                if node.numbers is not None:
                    node.adjoint = g._data if lifted else g  # not the Tensor: its graph leads back here
                if node.meta is not None:
                    g = _pass_meta(node, g, delivered, accumulate and (wanted is None or node in wanted))
                if special:
                    if wanted is not None and node in wanted:
                        found[node] = g
                    if anomaly:
                        adjoints.enter(node, g)  # type: ignore[attr-defined]
                p = node.primitive
                if p is None:
                    continue
                saved = node.saved
                if saved is FREED:
                    raise RuntimeError(_SECOND_TIME.format(name_of(node)))
                if not retain_graph:
                    node.saved = FREED
                if lifted:
                    saved = lift(node, saved)
                    if tracing:
                        graph.set_pulled_node(node)
                if profiles:
                    timed_pull(profiles, p, g, node, saved, adjoints)
                else:
                    p.pull(g, node, saved, adjoints)
    finally:
        if tracing or anomaly:
            graph.set_pulled_node(pulled_before)
    if wanted is not None:
        found.update((node, g) for node, g in adjoints.items() if g is not None)
    return found


def collect(roots: Iterable[Node], oldest: int = 0) -> dict[Node, Any]:
    """All nodes below the roots, each with None: a dict of adjoints in which nothing has arrived yet.

    Nodes created before `oldest` are included where they are reached, but what lies below them is not.
    """
    reached: dict[Node, Any] = dict.fromkeys(roots)
    queue = list(reached)
    for node in queue:
        if oldest and node.index < oldest:
            continue
        for parent in node.inputs:
            if parent is not None and parent not in reached:
                reached[parent] = None
                queue.append(parent)
    return reached


def between(roots: Iterable[Node], wanted: Collection[Node]) -> list[Node]:
    """The nodes on the way from the roots down to the wanted nodes, in order of creation."""
    reached = collect(roots, min(node.index for node in wanted))
    return leading_to(sorted(reached, key=by_index), wanted)


def leading_to(order: list[Node], wanted: Iterable[Node]) -> list[Node]:
    """Those nodes of `order` from which a wanted node can be reached, itself included."""
    needed = set(wanted)
    kept = []
    for node in order:
        if node in needed:
            kept.append(node)
        elif not needed.isdisjoint(node.inputs):
            needed.add(node)
            kept.append(node)
    return kept


def lift(node: Node, saved: tuple[Any, ...]) -> tuple[Any, ...]:
    """The saved arrays as Tensors that are part of the graph again, so that a rule applied to them is recorded."""
    p = node.primitive
    assert p is not None
    lifted = []
    for name, value in zip(p.saves, saved, strict=True):
        if value is None or name.endswith(("_shape", "_shapes", "_dtype")):
            lifted.append(value)
        elif name == "out":
            if p.outputs == 1:
                lifted.append(wrap(value, node))
            else:
                lifted.append(tuple(wrap(v, pick_node(node, k)) for k, v in enumerate(value)))
        elif name[3:].isdigit() and name not in p.args:
            lifted.append(wrap(value, pick_node(node, int(name[3:]))))
        elif p.variadic:
            lifted.append(
                tuple(wrap(v, n) if hasattr(v, "dtype") else v for v, n in zip(value, node.inputs, strict=True))
            )
        elif isinstance(value, np.ndarray | np.generic):
            lifted.append(wrap(value, node.inputs[p.args.index(name)]))
        else:
            lifted.append(value)
    return tuple(lifted)


def _pass_meta(node: Node, g: Any, delivered: set[int], accumulate: bool) -> Any:
    """Run the hooks of a leaf, hooked or retained node, deliver its gradient, return the adjoint to carry on with."""
    meta = node.meta
    assert meta is not None
    if type(g) is list:
        return g  # those of several results, each of which has a node of its own
    complex_ = g.dtype.kind == "c"
    if complex_:
        g = np.conj(g)  # what hooks and `.grad` see is PyTorch's gradient
    if meta.hooks:
        for hook in list(meta.hooks.values()):
            lifted = g if isinstance(g, Tensor) else wrap(g)
            changed: Any = hook(lifted)
            if changed is not None:
                if np.shape(changed) != lifted.shape:
                    raise ValueError(
                        f"a gradient hook returned shape {np.shape(changed)} for a gradient of shape {lifted.shape}"
                    )
                if np.iscomplexobj(getattr(changed, "_data", changed)) and not complex_:
                    raise TypeError("a gradient hook returned complex numbers for a real gradient; return their .real")
                if isinstance(g, Tensor):
                    g = changed if isinstance(changed, Tensor) else wrap(np.asarray(changed, g.dtype))
                    g = g if g.dtype == lifted.dtype else g.astype(lifted.dtype)
                else:
                    g = np.asarray(getattr(changed, "_data", changed), g.dtype)
        # A hook may have kept what it saw, or returned an array of its own: that memory is not ours to hand out.
        g = delivery(g, handed_out([g])) if isinstance(g, Tensor) else np.array(g)
    owner = meta.tensor() if meta.tensor is not None else None
    if accumulate and owner is not None:
        if g.dtype != owner.dtype:
            g = g.astype(owner.dtype)
        if meta.used:
            meta.used = False
            if owner.grad is not None and np.any(owner.grad._data):
                warnings.warn(_NOT_CLEARED.format(_name(owner)), UserWarning, stacklevel=2)
        if owner.grad is not None:
            owner.grad = wrap(g) + owner.grad if not isinstance(g, Tensor) else g + owner.grad
        else:
            owner.grad = delivery(g, delivered)
    return np.conj(g) if complex_ else g


def delivery(g: Any, delivered: set[int]) -> Tensor:
    """A gradient as the Tensor to hand out: no other Tensor's memory, though part of the graph that computed it."""
    if not isinstance(g, Tensor):
        return wrap(owned(g, delivered))
    # A trace knows values by their arrays, and what it records it never writes into.
    return wrap(g._data if graph.has_listeners() else owned(g._data, delivered), g._node)


def handed_out(gradients: Iterable[Any]) -> set[int]:
    """The ids of these gradients' arrays: what `owned` is to copy from then on."""
    return {id(g._data if isinstance(g, Tensor) else g) for g in gradients}


def owned(g: Any, delivered: set[int]) -> np.ndarray:
    """A gradient that shares memory with no other: optimizers, clipping and users may write into it.

    `delivered` holds the ids of the arrays that have been handed out already.
    """
    shared = id(g) in delivered or type(g) is not np.ndarray or (g.base is not None and not _alone(g))
    own: np.ndarray = np.array(g) if shared else g
    delivered.add(id(own))
    return own


def _alone(view: np.ndarray) -> bool:
    """Whether a view, such as an aligned array, is the only one of memory that it fills without overlaps."""
    if _holders(view) > _ONE_HOLDER:
        return False
    base = view.base
    if type(base) is not np.ndarray or not base.flags.owndata:
        return False
    if not view.flags.writeable or not 0 <= base.nbytes - view.nbytes <= ALIGNMENT:
        return False
    order = sorted(range(view.ndim), key=lambda k: -view.strides[k])
    return view.transpose(order).flags.c_contiguous


def _holders(view: np.ndarray) -> int:
    """How many references to a view's memory there are; as Python counts, so with some of its own."""
    return sys.getrefcount(view.base) if hasattr(sys, "getrefcount") else 1


_ONE_HOLDER = _holders(np.empty(2)[1:]) if hasattr(sys, "getrefcount") else 0
ALIGNMENT = 64  # bytes that an aligned array may leave unused


def _name(t: Tensor) -> str:
    return f"tensor '{t.name}'" if t.name else f"a tensor of shape {t.shape}"
