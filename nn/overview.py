"""A model as a table: what each layer gives out, holds, keeps for the backward pass, and computes."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from autograd import tree
from autograd.dtypes import get_default_dtype
from autograd.graph import Node, changed_mode, get_mode, no_grad
from autograd.primitive import PICK, Primitive
from autograd.profiling import size
from autograd.random import get_rng_state, set_rng_state
from autograd.tensor import Tensor, wrap
from nn.module import Module
from nn.parameter import UninitializedParameter

__all__ = ["LayerRow", "Summary", "summary"]

_CONTRACTIONS = frozenset(
    {
        "convolution",
        "convolution_input",
        "convolution_weight",
        "dot_rows",
        "einsum",
        "full_convolution",
        "gru",
        "lstm",
        "matmul",
        "rnn",
        "sparse_product",
        "valid_correlation",
        "weighted_sum",
    }
)
"""Primitives that multiply and add and declare two operations for each."""


@dataclass(frozen=True, slots=True)
class LayerRow:
    """One layer of a `Summary`.

    `path` leads to the layer ("" for the model itself), `type` is its class, `depth` how deep it is nested, `calls` how
    often it ran, `output` the shape of its last output (nested like the output; None if it did not run). `parameters`
    counts numbers in its parameters, `trainable` those of them that require grad, `memory` the bytes kept for the
    backward pass, `multiply_adds` the products that are added up. A row counts what no row below it counts, and what
    is shared the first time only, so that columns add up to the totals.

    >>> import nn
    >>> row = nn.summary(nn.Linear(4, 3), (1, 4)).rows[0]
    >>> row.type, row.output, row.parameters, row.multiply_adds
    ('Linear', (1, 3), 15, 12)
    """

    path: str
    type: str
    depth: int
    output: Any
    parameters: int
    trainable: int
    memory: int
    multiply_adds: int
    calls: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What `summary` found: the `rows`, and in `ran` whether there was an input. Prints as a table, in Jupyter as HTML.

    >>> import nn
    >>> table = nn.summary(nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 1)), (1, 4))
    >>> table.parameters, table.trainable, table.multiply_adds
    (19, 19, 15)
    >>> [row.path for row in table.rows]
    ['', '0', '1', '2']
    """

    rows: tuple[LayerRow, ...]
    ran: bool = True

    @property
    def parameters(self) -> int:
        """How many numbers the model's parameters hold."""
        return sum(row.parameters for row in self.rows)

    @property
    def trainable(self) -> int:
        """How many of them require grad."""
        return sum(row.trainable for row in self.rows)

    @property
    def memory(self) -> int:
        """The bytes that the graph of one call keeps for the backward pass, beyond parameters, buffers and inputs."""
        return sum(row.memory for row in self.rows)

    @property
    def multiply_adds(self) -> int:
        """The products that one call computes and adds up in matrix products, convolutions and the like."""
        return sum(row.multiply_adds for row in self.rows)

    def __repr__(self) -> str:
        head, body, total = self._cells()
        left = 3 if self.ran else 2
        widths = [max(len(line[k]) for line in (head, *body, total)) for k in range(len(head))]
        rule = "─" * (sum(widths) + 2 * (len(widths) - 1))

        def written(line: list[str]) -> str:
            cells = [c.ljust(w) if k < left else c.rjust(w) for k, (c, w) in enumerate(zip(line, widths))]
            return "  ".join(cells).rstrip()

        return "\n".join([written(head), rule, *map(written, body), rule, written(total), self._remark()])

    def _repr_html_(self) -> str:
        head, body, total = self._cells()
        left = 3 if self.ran else 2

        def line(cells: list[str], tag: str = "td") -> str:
            shown = (
                f'<{tag} style="text-align: {"left" if k < left else "right"}; white-space: pre">{escape(c)}</{tag}>'
                for k, c in enumerate(cells)
            )
            return f"<tr>{''.join(shown)}</tr>"

        return (
            f"<table><thead>{line(head, 'th')}</thead><tbody>{''.join(map(line, body))}</tbody>"
            f"<tfoot>{line(total, 'th')}</tfoot></table><p>{escape(self._remark())}</p>"
        )

    def _cells(self) -> tuple[list[str], list[list[str]], list[str]]:
        head = ["layer", "type", "output", "parameters", "kept", "multiply-adds"]
        body = []
        for row in self.rows:
            path = "  " * row.depth + (row.path.rpartition(".")[2] if row.path else "model")
            calls = f" (×{row.calls})" if row.calls > 1 else ""
            shape = _shape_text(row.output) if row.calls else "" if self._holds_called(row) else "not called"
            numbers = [f"{row.parameters:,}", size(row.memory), f"{row.multiply_adds:,}"]
            shown = [n if n not in ("0", "0 B") else "–" for n in numbers]
            body.append([path, row.type + calls, shape, *shown])
        total = ["total", "", "", f"{self.parameters:,}", size(self.memory), f"{self.multiply_adds:,}"]
        if not self.ran:
            return head[:2] + head[3:4], [line[:2] + line[3:4] for line in body], total[:2] + total[3:4]
        return head, body, total

    def _holds_called(self, row: LayerRow) -> bool:
        """Whether something in this layer ran, as in a list of layers, which itself is never called."""
        return any(r.calls and r.path.startswith(f"{row.path}.") for r in self.rows)

    def _remark(self) -> str:
        fixed = self.parameters - self.trainable
        return f"{self.trainable:,} parameters are trained, {fixed:,} are not"


def summary(
    model: Module, *inputs: Any, depth: int | None = None, dtype: DTypeLike | None = None, **kwargs: Any
) -> Summary:
    """A table of the model's layers: output shape, parameters, memory kept for backward, multiply-adds; with totals.

    `inputs` are what the model is called with: Tensors or arrays, or their shapes as tuples of whole numbers, batch
    axis included, which stand for zeros of `dtype` (default: the model's); `kwargs` go to the call as they are. Without
    inputs the parameters alone are counted. Layers nested deeper than `depth` are counted with the one that holds them.

    The model is not disturbed: a copy of it runs, in the same mode, and the global random numbers go on as if nothing
    had been drawn. So the copy must be possible, and fit into memory. Multiply-adds are the products summed in matrix
    products, convolutions, recurrent layers and attention, biases not counted.

    Raises TypeError if `model` is no Module, RuntimeError if it has lazy layers and there is no input, ValueError for a
    negative `depth`, and whatever the call raises.

    >>> import nn
    >>> nn.summary(nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3)), (16, 4))
    layer  type        output   parameters   kept  multiply-adds
    ────────────────────────────────────────────────────────────
    model  Sequential  (16, 3)           –      –              –
      0    Linear      (16, 8)          40      –            512
      1    Tanh        (16, 8)           –  512 B              –
      2    Linear      (16, 3)          27      –            384
    ────────────────────────────────────────────────────────────
    total                               67  512 B            896
    67 parameters are trained, 0 are not
    """
    if not isinstance(model, Module):
        raise TypeError(f"summary wants a Module, got {type(model).__name__}")
    if depth is not None and depth < 0:
        raise ValueError(f"depth must be 0 or more, got {depth}")
    try:
        twin = copy.deepcopy(model)
    except Exception as error:
        error.add_note("summary runs a copy of the model, and copying it failed")
        raise
    state = get_rng_state()
    arguments: list[Any] = []
    if inputs or kwargs:
        dtype = np.dtype(dtype) if dtype is not None else twin._dtype() or get_default_dtype()
        arguments = [wrap(np.zeros(x, dtype)) if _is_shape(x) else x for x in inputs]
    try:
        if (inputs or kwargs) and any(isinstance(p, UninitializedParameter) for p in twin.parameters()):
            with no_grad():
                twin(*arguments, **kwargs)  # lazy layers become what they will be
        watch = _Watch(twin)
        if inputs or kwargs:
            watch.run(arguments, kwargs)
    finally:
        set_rng_state(state)
    return Summary(tuple(_rows(twin, watch, depth)), bool(inputs or kwargs))


class _Count:
    """What was seen of one module, without its children."""

    def __init__(self) -> None:
        self.calls = self.memory = self.multiply_adds = 0
        self.output: Any = None


class _Watch:
    """Follows a model's call: which module is running, what it gives out, and what the graph keeps of it."""

    def __init__(self, model: Module) -> None:
        self.model = model
        self.counts: dict[int, _Count] = {}
        self._running = [self._count(model)]
        self._known: dict[int, Any] = {}
        for tensor in (*model.parameters(), *model.buffers()):
            self._is_new(tensor._data)

    def _count(self, module: Module) -> _Count:
        return self.counts.setdefault(id(module), _Count())

    def _is_new(self, array: Any) -> bool:
        """Whether this memory was not counted yet; from now on it is."""
        while isinstance(array.base, np.ndarray):
            array = array.base
        before = len(self._known)
        self._known[id(array)] = array
        return len(self._known) > before

    def run(self, args: list[Any], kwargs: dict[str, Any]) -> None:
        """Call the model."""
        for leaf in tree.flatten([args, kwargs])[0]:
            data = getattr(leaf, "_data", leaf)
            if isinstance(data, np.ndarray):
                self._is_new(data)
        for module in self.model.modules():
            module.register_forward_pre_hook(self._enter, prepend=True)
            module.register_forward_hook(self._leave)
        mode = get_mode()
        with changed_mode(record=True, listeners=(*(mode.listeners if mode else ()), self)):
            self.model(*args, **kwargs)

    def _enter(self, module: Module, _: Any) -> None:
        self._running.append(self._count(module))

    def _leave(self, module: Module, _: Any, output: Any) -> None:
        count = self._running.pop()
        count.calls += 1
        count.output = _shapes(output)

    def assigned(self, tensor: Tensor, value: Any) -> None:
        """Writes, into running statistics for example, keep nothing."""

    def __call__(self, p: Primitive, args: tuple[Any, ...], params: tuple[Any, ...], result: Any) -> None:
        count = self._running[-1]
        results = result if isinstance(result, tuple) else (result,)
        raws = [a._data if isinstance(a, Tensor) else a for a in args]
        outs = tuple(np.asarray(r._data) for r in results)
        count.multiply_adds += _multiply_adds(p, outs, raws, params)
        node = next((r._node for r in results if r._node is not None), None)
        if node is not None and node.primitive is PICK:
            node = node.inputs[0]
        if node is not None:
            count.memory += sum(array.nbytes for array in _saved(node) if self._is_new(array))


def _multiply_adds(p: Primitive, outs: tuple[Any, ...], raws: list[Any], params: tuple[Any, ...]) -> int:
    if p.name in ("affine", "attention_weights"):
        return int(outs[0].size) * int(raws[0].shape[-1])
    if p.name not in _CONTRACTIONS:
        return 0
    return p.count_flops(outs if p.outputs > 1 else outs[0], raws, params) // 2


def _saved(node: Node) -> Iterator[np.ndarray]:
    for value in node.saved:
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, np.ndarray):
                yield part


def _rows(model: Module, watch: _Watch, depth: int | None) -> Iterator[LayerRow]:
    """The rows in the order of definition; modules below `depth` are added to the one that holds them."""
    seen: set[int] = set()
    shown: list[tuple[str, Module, list[Module]]] = []
    for path, module in model.named_modules():
        if depth is None or not path or path.count(".") < depth:
            shown.append((path, module, [module]))
        else:
            next(held for above, _, held in reversed(shown) if not above or path.startswith(above + ".")).append(module)
    for path, module, held in shown:
        counts = [watch._count(m) for m in held]
        own = {id(p): p for m in held for p in m.parameters(recurse=False)}
        fresh = [p for key, p in own.items() if key not in seen]
        seen.update(own)
        yield LayerRow(
            path,
            type(module).__name__,
            path.count(".") + 1 if path else 0,
            counts[0].output,
            sum(p.size for p in fresh),
            sum(p.size for p in fresh if p.requires_grad),
            sum(c.memory for c in counts),
            sum(c.multiply_adds for c in counts),
            counts[0].calls,
        )


def _shapes(output: Any) -> Any:
    """The output with its Tensors replaced by their shapes."""
    if isinstance(output, Tensor | np.ndarray):
        return tuple(output.shape)
    if isinstance(output, dict):
        return {key: _shapes(value) for key, value in output.items()}
    if isinstance(output, tuple | list):
        return [_shapes(value) for value in output]
    return None if output is None else type(output).__name__


def _shape_text(shapes: Any) -> str:
    if isinstance(shapes, list):
        return f"[{', '.join(map(_shape_text, shapes))}]"
    if isinstance(shapes, dict):
        return f"{{{', '.join(f'{key}: {_shape_text(value)}' for key, value in shapes.items())}}}"
    return str(shapes)


def _is_shape(value: Any) -> bool:
    return type(value) is tuple and all(type(n) is int for n in value)
