"""Forward mode: tangents flow from inputs to outputs through a recorded run.

A `Tape` listens while the function runs and keeps every call that depends on the inputs, with its arguments and
result. Tangents are then pushed through the calls in order, as often as wanted. How a call passes them on is derived
from the primitive's declaration: by its `forward` rule; by its own reverse rule where it is elementwise, since a
diagonal matrix is its own transpose (to a real result only the real part of that contributes); by the call itself in
an argument in which it is linear; and else by transposing the reverse rule, which is linear in the adjoint: record it
on a stand-in for the adjoint and pull the tangent back through that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from inspect import signature
from typing import Any, NamedTuple

import numpy as np

from autograd import graph
from autograd.backward import handed_out, sweep
from autograd.dtypes import is_differentiable
from autograd.graph import Node
from autograd.level import Level, bare, is_tracked, root
from autograd.ops import broadcast_to
from autograd.ops.shape import astype_
from autograd.primitive import PICK, Primitive
from autograd.tensor import Tensor, wrap


class Step(NamedTuple):
    """One call that depends on the inputs.

    `places` tells which array arguments carry a tangent, `sources` under which keys, `targets` the keys of the results
    (None where a result carries none).
    """

    primitive: Primitive
    args: tuple[Any, ...]
    params: tuple[Any, ...]
    outputs: tuple[Any, ...]
    places: tuple[int, ...]
    sources: tuple[Any, ...]
    targets: tuple[Any, ...]


class Tape:
    """Runs the function of a level and keeps what tangents need."""

    def __init__(self, level: Level, fun: Callable[..., Any], has_aux: bool = False) -> None:
        self.level = level
        self._steps: list[Step] = []
        self._known: set[Any] = set(level.nodes)
        mode = graph.get_mode()
        with graph.changed_mode(listeners=(*(mode.listeners if mode else ()), self)):
            level.run(fun, has_aux)

    def __call__(self, p: Primitive, args: tuple[Any, ...], params: tuple[Any, ...], result: Any) -> None:
        results = result if p.outputs > 1 else (result,)
        if all(r._node is None for r in results):
            return
        nodes = [a._node if isinstance(a, Tensor) else None for a in args]
        keys = [n if n is None else _key(n) for n in nodes]
        places = tuple(
            i for i, k in enumerate(keys) if k in self._known and p.rules[p.args[0 if p.variadic else i]] is not None
        )
        if not places:
            return
        targets = tuple(r._node if r._node is None else _key(r._node) for r in results)
        self._known.update(k for k in targets if k is not None)
        # The handles may move on to other values (t += 1), hence twins of them.
        twins = tuple(wrap(a._data, n) if isinstance(a, Tensor) else a for a, n in zip(args, nodes, strict=True))
        outputs = tuple(wrap(r._data, r._node) for r in results)
        self._steps.append(Step(p, twins, params, outputs, places, tuple(keys[i] for i in places), targets))

    def assigned(self, tensor: Tensor, value: Any) -> None:
        """Writes into storage carry no tangent."""

    def push(self, tangents: Sequence[Any]) -> list[Any]:
        """The tangent of each output for tangents of the inputs; None stands for zero."""
        level = self.level
        record = level.records(tangents)
        whole = level.lowered(tangents)
        lifted = record or graph.has_listeners()
        found: dict[Any, Any] = {
            node: _raised(t) if lifted else bare(t) for node, t in zip(level.nodes, whole, strict=True) if t is not None
        }
        for step in self._steps:
            arriving = [(i, found[k]) for i, k in zip(step.places, step.sources, strict=True) if k in found]
            if arriving:
                results = zip(step.targets, _tangents(step, arriving, lifted, record), strict=True)
                found.update((k, t) for k, t in results if k is not None and t is not None)
        lifted, delivered = level.lifts(tangents), handed_out(tangents)
        return [
            level.tangent(found.get(_key(o._node)) if is_tracked(o) else None, o, lifted, delivered)
            for o in level.outputs
        ]


def _key(node: Node) -> Any:
    # Several nodes may pick the same result of a call out of its tuple.
    return (node.inputs[0], node.params[0]) if node.primitive is PICK else node


def _raised(value: Any) -> Any:
    return value if isinstance(value, Tensor) else wrap(value)


def _tangents(step: Step, arriving: list[tuple[int, Any]], lifted: bool, record: bool) -> list[Any]:
    """The tangents of the results of one call."""
    p = step.primitive
    args = step.args if lifted else tuple(map(bare, step.args))
    outputs = step.outputs if lifted else tuple(map(bare, step.outputs))
    named = _named(p, args, step.params, outputs)
    totals: list[Any] = [None] * len(outputs)
    transposed = []
    for i, t in arriving:
        arg = p.args[0] if p.variadic else p.args[i]
        if arg in p.forward:
            wants = _names(p.forward[arg])[1:]
            d = p.forward[arg](t, *[i if n == "i" else named[n] for n in wants])
            _add(totals, d if p.outputs > 1 else (d,))
        elif p.elementwise and p.outputs == 1:
            t = t if t.shape == outputs[0].shape else broadcast_to(t, outputs[0].shape)
            _add(totals, (p.rules[arg](*[t if n == "g" else named[n] for n in p.wants[arg]]),))  # type: ignore[misc]
        elif arg in p.linear and not p.variadic and p.outputs == 1:
            _add(totals, (p.fn(*args[:i], t, *args[i + 1 :], *step.params),))
        else:
            transposed.append((i, t))
    if transposed:
        _add(totals, _transpose(p, named, outputs, transposed, record))
    return [d if d is None or d.dtype == o.dtype else astype_(d, o.dtype) for d, o in zip(totals, outputs, strict=True)]


def _transpose(p: Primitive, named: dict[str, Any], outputs: Any, arriving: list[Any], record: bool) -> list[Any]:
    """Push tangents through a call by pulling them back through its reverse rule, as a function of the adjoint."""
    stand_ins = [root(np.zeros(o.shape, o.dtype)) if is_differentiable(o.dtype) else None for o in outputs]
    nodes = [s._node for s in stand_ins if s is not None]
    g = stand_ins[0] if p.outputs == 1 else tuple(stand_ins)
    roots: list[tuple[Any, Any]] = []
    with graph.enable_grad():
        together = p.variadic and "i" not in p.wants[p.args[0]]
        for i, t in arriving:
            arg = p.args[0] if p.variadic else p.args[i]
            if not (together and roots):
                wants = [g if n == "g" else i if n == "i" else named[n] for n in p.wants[arg]]
                ds = p.rules[arg](*wants)  # type: ignore[misc]
            d = ds[i] if together else ds
            if isinstance(d, Tensor) and d._node is not None:
                roots.append((d._node, t if t.dtype == d.dtype else astype_(t, d.dtype)))
    found = sweep(roots, nodes, record, record)  # type: ignore[arg-type]
    return [found.get(s._node) if s is not None else None for s in stand_ins]


def _named(p: Primitive, args: tuple[Any, ...], params: tuple[Any, ...], outputs: tuple[Any, ...]) -> dict[str, Any]:
    """What a rule may ask for by name, but for `g` and `i`."""
    named: dict[str, Any] = dict(zip(p.params, params, strict=True))
    named["out"] = outputs[0] if p.outputs == 1 else outputs
    named.update((f"out{k}", out) for k, out in enumerate(outputs))
    if p.variadic:
        named[p.args[0]] = args
        named["wanted"] = (True,) * len(args)
        named[f"{p.args[0]}_shapes"] = tuple(map(np.shape, args))
        return named
    for arg, value in zip(p.args, args, strict=True):
        named[arg] = value
        named[f"{arg}_shape"] = np.shape(value)
        named[f"{arg}_dtype"] = getattr(value, "dtype", None)
    return named


@cache
def _names(rule: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(signature(rule).parameters)


def _add(totals: list[Any], parts: Sequence[Any]) -> None:
    for k, part in enumerate(parts):
        if part is not None:
            totals[k] = part if totals[k] is None else totals[k] + part
