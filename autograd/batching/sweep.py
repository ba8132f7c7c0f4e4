"""The sweep for many adjoints at once, on bare arrays: what `jacobian` and `hessian` spend their time in.

Adjoints have an axis in front that counts them, while what nodes have saved has none. Through an elementwise operation
all of them are multiplied by the same numbers; so an adjoint is kept as a pair, an array of all adjoints and a factor
for each element, and along elementwise operations only the factor changes, at the price of an ordinary sweep. Some more
rules are written out here; all others run on Tensors, as inside `vmap`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

import numpy as np

from autograd import graph
from autograd.batching.values import Batch, lowered, raised, running
from autograd.graph import FREED, Node, check_not_overwritten
from autograd.primitive import PICK, Primitive, registry

Adjoints = dict[Any, Any]
"""By node None, an array and a factor, or for several results a list of arrays."""


def can_sweep(order: list[Node]) -> bool:
    """Whether nothing looks on, as a tracer or an outer `vmap`, and nothing was released by an earlier pass."""
    return graph.get_mode() is None and all(node.saved is not FREED for node in order)


def sweep_many(order: list[Node], root: Node, units: np.ndarray, wanted: Sequence[Node]) -> dict[Any, Any]:
    """Carry the adjoints `units` of one node down to the wanted ones, of which `order` are those on the way."""
    check_not_overwritten(order)
    adjoints: Adjoints = dict.fromkeys(order)
    adjoints.update(dict.fromkeys(wanted))
    adjoints[root] = units, None
    targets, found = set(wanted), {}
    for node in reversed(order):
        pair, p = adjoints.pop(node), node.primitive
        if pair is None:
            continue
        if node in targets:
            found[node] = _product(pair)
        if p is None:
            continue
        if p is PICK:
            _pick(_product(pair), node, adjoints)
        elif is_diagonal(p) and pair[0].dtype.kind != "c":
            _elementwise(p, pair, node, adjoints)
        elif p is _MATMUL and pair[0] is units and _matmul_of_units(pair, node, adjoints):
            continue
        elif p is _RESHAPE and node.saved[0] == pair[0].shape[1:]:
            _add(adjoints, node.inputs[0], *pair)
        else:
            g = pair if isinstance(pair, list) else _product(pair)
            if p not in WHOLE or not WHOLE[p](g, node, adjoints):
                _as_examples(p, g, node, adjoints, len(units))
    return found


def _product(pair: Any) -> Any:
    array, factor = pair
    return array if factor is None else array * factor


def _add(adjoints: Adjoints, node: Node | None, array: Any, factor: Any = None) -> None:
    total = adjoints[node]
    if total is None:
        adjoints[node] = array, factor
    elif total[0] is array:
        adjoints[node] = array, (1 if factor is None else factor) + (1 if total[1] is None else total[1])
    else:
        adjoints[node] = _product(total) + _product((array, factor)), None


def _pick(g: Any, node: Node, adjoints: Adjoints) -> None:
    (owner,), (k,) = node.inputs, node.params
    if adjoints.get(owner) is None:
        assert owner is not None
        adjoints[owner] = [None] * len(owner.fix[0])
    parts = adjoints[owner]
    parts[k] = g if parts[k] is None else parts[k] + g


def is_diagonal(p: Primitive) -> bool:
    """Whether the derivatives of a primitive are diagonal, by rules that are known to keep to it: the library's own."""
    return p.elementwise and p.outputs == 1 and not p.checked


def _elementwise(p: Primitive, pair: tuple[Any, Any], node: Node, adjoints: Adjoints) -> None:
    # The adjoint is array * factor, and the rule sees the factor alone: right for real arrays, since every rule
    # commutes with real factors. With complex ones those that take a conjugate or a real part do not.
    array, factor = pair
    g = array.dtype.type(1) if factor is None else factor
    fixes = None if len(p.args) == 1 else node.fix
    if fixes is None:
        local: dict[Any, Any] = {n: None for n in node.inputs if n in adjoints}
        p.pull(g, node, node.saved, local)
        for parent, d in local.items():
            _add(adjoints, parent, array, factor if d is g else d)
        return
    named = dict(zip(p.saves, node.saved, strict=True)) | dict(zip(p.params, node.params, strict=True)) | {"g": g}
    for arg, parent, fix in zip(p.args, node.inputs, fixes, strict=True):
        rule = p.rules[arg]
        if parent not in adjoints or rule is None:
            continue
        d = rule(*[named[n] for n in p.wants[arg]])
        if fix is None or fix[0] == array.shape[1:]:
            _add(adjoints, parent, array, d if fix is None else _cast(d, fix[1]))
        else:
            _add(adjoints, parent, _summed(array * d, *fix))


def _summed(d: Any, shape: tuple[int, ...], dtype: Any) -> Any:
    """Undo broadcasting behind the first axis."""
    lead = d.ndim - len(shape)
    stretched = [i for i, n in enumerate(shape, lead) if n == 1 != d.shape[i]]
    d = np.add.reduce(d, axis=(*range(1, lead), *stretched), keepdims=True)
    return _cast(d.reshape(len(d), *shape), dtype)


def _cast(d: Any, dtype: np.dtype[Any]) -> Any:
    return (d.real if d.dtype.kind == "c" != dtype.kind else d).astype(dtype, copy=False)


def _as_examples(p: Primitive, g: Any, node: Node, adjoints: Adjoints, size: int) -> None:
    """Run the rules on Tensors that stand for one adjoint each."""
    with running(Batch(size, "same")) as batch:
        lift: Callable[[Any], Any] = lambda part: part if part is None else raised(part, (batch,))
        one = list(map(lift, g)) if isinstance(g, list) else lift(g)
        parents = {parent: None for parent in node.inputs if parent is not None and parent in adjoints}
        local: Adjoints = dict(parents)
        with graph.no_grad():
            p.pull(one, node, node.saved, local)
        for parent, d in local.items():
            if d is not None:
                _add(adjoints, parent, _array(lowered(d, (batch,))))


def _array(d: Any) -> Any:
    return getattr(d, "_data", d)


# --- rules for adjoints with an axis in front; False where they do not apply -----------------------------------------


_MATMUL, _RESHAPE = registry["matmul"], registry["reshape"]
_OPERANDS = itemgetter(*map(_MATMUL.saves.index, ("x", "y", "x_shape", "y_shape")))


def _matmul(g: Any, node: Node, adjoints: Adjoints) -> bool:
    (x, y, x_shape, y_shape), (x_node, y_node) = _OPERANDS(node.saved), node.inputs
    nx, ny = len(x_shape or x.shape), len(y_shape or y.shape)
    if node.fix is not None or nx > 2 or ny > 2:
        return False
    if x_node in adjoints:
        if ny == 1:
            d = g[..., None] * y
        elif nx == 1:
            d = g @ y.T
        else:
            d = (g.reshape(-1, g.shape[-1]) @ y.T).reshape(*g.shape[:-1], y.shape[0])
        _add(adjoints, x_node, d)
    if y_node in adjoints:
        if nx == 1:
            d = g[..., None] * x if ny == 1 else x[:, None] * g[:, None, :]
        else:
            d = g @ x if ny == 1 else x.T @ g
        _add(adjoints, y_node, d)
    return True


def _matmul_of_units(pair: tuple[Any, Any], node: Node, adjoints: Adjoints) -> bool:
    """Unit vectors times a matrix are its rows."""
    units, factor = pair
    (x, _, _, y_shape), (x_node, y_node), count = _OPERANDS(node.saved), node.inputs, len(units)
    if node.fix is not None or units.shape != (count, count) or units[-1, -1] != 1 or x_node in adjoints:
        return False
    if x.ndim != 2 or len(y_shape) != 1:
        return False
    _add(adjoints, y_node, x if factor is None else x * np.reshape(factor, (-1, 1)))
    return True


def _sum(g: Any, node: Node, adjoints: Adjoints) -> bool:
    shape, axis, _ = _reduced(node, node.primitive)  # type: ignore[arg-type]
    kept = [1 if axis is None or i in axis else n for i, n in enumerate(shape)]
    if node.fix is not None:
        return False
    _add(adjoints, node.inputs[0], np.broadcast_to(g.reshape(len(g), *kept), (len(g), *shape)))
    return True


def _mean(g: Any, node: Node, adjoints: Adjoints) -> bool:
    shape, axis, _ = _reduced(node, node.primitive)  # type: ignore[arg-type]
    return _sum(g / (math.prod(n for i, n in enumerate(shape) if axis is None or i in axis) or 1), node, adjoints)


def _reduced(node: Node, p: Primitive) -> tuple[Any, ...]:
    return (node.saved[p.saves.index("x_shape")], *node.params)


def _spread(g: Any, node: Node, adjoints: Adjoints) -> bool:
    shape, axis, keepdims = node.params
    axes = tuple(range(1, 1 + len(shape))) if axis is None else tuple(a + 1 for a in axis)
    if node.fix is not None:
        return False
    _add(adjoints, node.inputs[0], np.add.reduce(g, axis=axes, keepdims=keepdims))
    return True


def _reshape(g: Any, node: Node, adjoints: Adjoints) -> bool:
    (shape,) = node.saved
    _add(adjoints, node.inputs[0], g.reshape(len(g), *shape))
    return True


WHOLE: dict[Primitive, Callable[[Any, Node, Adjoints], bool]] = {
    _MATMUL: _matmul,
    registry["mean"]: _mean,
    _RESHAPE: _reshape,
    registry["spread"]: _spread,
    registry["sum"]: _sum,
}
"""Rules of frequent primitives that take adjoints with an axis more."""
