"""The recorded graph as a Graphviz picture: values, gradients and local derivatives."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.backward import collect
from autograd.graph import FREED, Node
from autograd.primitive import Primitive
from autograd.tensor import Tensor, named

if TYPE_CHECKING:
    import graphviz

PARAMETER = {"shape": "box", "style": "filled", "fillcolor": "#ffe3c2", "color": "#b8690b"}
INPUT = {"shape": "ellipse", "style": "filled", "fillcolor": "#dff0d8", "color": "#4a7d36"}
OPERATION = {"shape": "box", "style": "filled,rounded", "fillcolor": "#dce9f8", "color": "#2f6299"}
OUTPUT = {"peripheries": "2"}
EDGE_LIMIT = 60
"""Graphs with more nodes than this are drawn without the local derivatives."""


def digraph(output: Tensor, rankdir: str = "LR") -> graphviz.Digraph:
    """The graph that leads to `output`, to be shown, rendered or saved with the methods of `graphviz.Digraph`.

    Parameters are orange boxes, inputs and constants green ellipses, operations blue boxes; the output has a double
    border. Small values are written out, large ones as shape with minimum, mean and maximum. Before `backward()` each
    gradient reads "no gradient yet". In graphs of scalars every edge bears the local derivative. `rankdir` is "LR" or
    "TB".

    Raises ImportError without the graphviz package, ValueError if nothing was recorded.

    >>> import autograd
    >>> w = autograd.tensor(2.0, requires_grad=True, name="w")
    >>> print(digraph(w * 3.0).source)        # doctest: +SKIP
    """
    try:
        from graphviz import Digraph
    except ImportError as error:
        raise ImportError("drawing a graph needs the graphviz package: pip install 'chalkgrad[viz]'") from error
    if rankdir not in ("LR", "TB", "RL", "BT"):
        raise ValueError(f"rankdir must be 'LR', 'TB', 'RL' or 'BT', got {rankdir!r}")
    if output._node is None:
        raise ValueError("nothing to draw: this tensor was not recorded, since nothing it came from requires grad")
    picture = Digraph(
        "backprop", graph_attr={"rankdir": rankdir}, node_attr={"fontname": "Helvetica", "fontsize": "11"}
    )
    picture.attr("edge", fontname="Helvetica", fontsize="10", color="#555555")
    nodes = sorted(collect([output._node]), key=lambda node: node.index)
    has_run = any(_gradient(node) is not None for node in nodes)
    for node in nodes:
        _draw_node(picture, node, output, has_run)
        for position, parent in enumerate(node.inputs):
            label = _local_derivative(node, position) if len(nodes) <= EDGE_LIMIT else ""
            if parent is not None:
                picture.edge(f"n{parent.index}", f"n{node.index}", label=label)
            else:
                _draw_constant(picture, node, position)
    return picture


def dot(output: Tensor, rankdir: str = "LR") -> str:
    """The picture of `digraph` as DOT text.

    >>> import autograd
    >>> w = autograd.tensor(2.0, requires_grad=True, name="w")
    >>> "no gradient yet" in dot(w * 3.0)
    True
    """
    return str(digraph(output, rankdir).source)


def svg(source: str) -> str | None:
    """DOT text drawn as SVG by the system's `dot` program, or None where there is none.

    >>> from autograd.visualize import svg
    >>> drawn = svg("digraph { a -> b }")
    >>> drawn is None or "</svg>" in drawn
    True
    """
    if shutil.which("dot") is None:
        return None
    from graphviz import Source

    return str(Source(source).pipe(format="svg", encoding="utf-8"))


def _draw_node(picture: graphviz.Digraph, node: Node, output: Tensor, has_run: bool) -> None:
    p = node.primitive
    tensor = node.meta.tensor() if node.meta is not None and node.meta.tensor is not None else None
    value = output._data if node is output._node else _value(node, tensor)
    name = node.meta.label if node.meta is not None else None
    head = formula(node) if p is not None else name or "parameter"
    if p is not None and name:
        head = f"{name} = {head}"
    lines = [head]
    if value is not None:
        lines.append(f"value {summary(value)}")
    gradient = _gradient(node)
    if gradient is not None:
        lines.append(f"grad {summary(gradient)}")
    elif not has_run:
        lines.append("no gradient yet")
    style = PARAMETER if p is None else OPERATION
    picture.node(f"n{node.index}", _text(lines), **style, **(OUTPUT if node is output._node else {}))


def _draw_constant(picture: graphviz.Digraph, node: Node, position: int) -> None:
    known, value = _operand(node, position)
    if not known:
        return
    name = _constant_name(value)
    key = f"c{id(value)}" if name else f"n{node.index}_{position}"
    lines = [name, f"value {summary(value)}"] if name else [summary(value)]
    picture.node(key, _text([line for line in lines if line]), **INPUT)
    picture.edge(key, f"n{node.index}")


def _text(lines: list[str]) -> str:
    from graphviz import escape

    return "\n".join(escape(line) for line in lines)


def formula(node: Node) -> str:
    """What a node computes: "w · x" where every operand has a name, else just "·"."""
    p = node.primitive
    assert p is not None
    names = [_operand_name(node, i) for i in range(len(node.inputs))]
    if p.variadic or not all(names):
        return symbol(p)
    return p.text.format(**dict(zip(p.args, names, strict=True)), **dict(zip(p.params, node.params, strict=True)))


def _operand_name(node: Node, position: int) -> str:
    parent = node.inputs[position]
    if parent is not None:
        return (parent.meta.label or "") if parent.meta is not None else ""
    known, value = _operand(node, position)
    return _constant_name(value) or (summary(value) if known and np.ndim(value) == 0 else "")


def _constant_name(value: Any) -> str:
    array, name = named.get(id(value), (None, ""))
    return name if array is not None and array() is value else ""


def symbol(p: Primitive) -> str:
    """A primitive's notation without its operands: "·", "tanh", "+"."""
    bare = re.sub(r"\{\w+\}", "", p.text)
    return re.sub(r"\([\s,]*\)", "", bare).strip() or p.name


def summary(value: Any) -> str:
    """A value in few characters: numbers of small arrays, else shape with minimum, mean and maximum."""
    array = np.asarray(value)
    if array.size == 1 and array.ndim == 0:
        return f"{array.item():.4g}" if array.dtype.kind == "f" else str(array.item())
    if array.size <= 6:
        return np.array2string(array, precision=4, separator=", ").replace("\n", "")
    text = f"{'×'.join(map(str, array.shape))} {array.dtype}"
    if array.dtype.kind not in "fiu":
        return text
    return f"{text}, min {array.min():.3g}, mean {array.mean():.3g}, max {array.max():.3g}"


def _value(node: Node, tensor: Tensor | None) -> Any:
    """What a node evaluated to, as far as it is still known."""
    if tensor is not None:
        return tensor._data
    if node.numbers is not None:
        return node.numbers[-1]
    p = node.primitive
    if p is not None and node.saved is not FREED and "out" in p.saves:
        return node.saved[p.saves.index("out")]
    return None


def _gradient(node: Node) -> Any:
    tensor = node.meta.tensor() if node.meta is not None and node.meta.tensor is not None else None
    if tensor is not None and tensor.grad is not None:
        return tensor.grad._data
    adjoint = getattr(node, "adjoint", None)
    return getattr(adjoint, "_data", adjoint)


def _operand(node: Node, position: int) -> tuple[bool, Any]:
    """Whether the value of an untracked operand is still known, and the value."""
    p = node.primitive
    assert p is not None
    if _has_all_numbers(node):
        return True, node.numbers[position]  # type: ignore[index]
    name = p.args[0] if p.variadic else p.args[position]
    if node.saved is FREED or name not in p.saves:
        return False, None
    value = node.saved[p.saves.index(name)]
    value = value[position] if p.variadic and value is not None else value
    return value is not None, value


def _has_all_numbers(node: Node) -> bool:
    return node.numbers is not None and len(node.numbers) == len(node.inputs) + 1


def _local_derivative(node: Node, position: int) -> str:
    """∂node/∂operand of a call whose operands are all single numbers: its rule run with g = 1."""
    p = node.primitive
    assert p is not None
    arg = p.args[0] if p.variadic else p.args[position]
    rule = p.rules[arg]
    if rule is None or not _has_all_numbers(node):
        return ""
    *operands, out = node.numbers  # type: ignore[misc]
    known = {"out": out, "i": position, "g": np.ones((), np.asarray(out).dtype)}
    known |= dict(zip(p.params, node.params, strict=True))
    if p.variadic:
        known |= {arg: tuple(operands), f"{arg}_shapes": ((),) * len(operands), "wanted": (True,) * len(operands)}
    else:
        known |= dict(zip(p.args, operands, strict=True))
        known |= {f"{a}_shape": () for a in p.args} | {f"{a}_dtype": np.asarray(known[a]).dtype for a in p.args}
    slope = rule(*[known[name] for name in p.wants[arg]])
    return f" ∂ = {summary(slope[position] if isinstance(slope, list) else slope)}"
