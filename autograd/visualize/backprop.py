"""The backward pass as part of the graph: its operations as cells after those of the forward pass."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import graph
from autograd.backward import sweep
from autograd.graph import FREED
from autograd.primitive import PICK, Primitive
from autograd.tensor import Tensor, wrap
from autograd.visualize.cells import Cell, Steps
from autograd.visualize.recording import UNKNOWN
from autograd.visualize.wording import brief, call_text, subscript

SCOPE = "backward"
"""The frame in which the backward pass is drawn, its operations under the modules whose derivatives they compute."""


def with_backward(steps: Steps) -> None:
    """Add the calls of a backward pass from the output to `steps.cells`. Nothing else changes, and no hook runs.

    Raises RuntimeError if the graph has been released.
    """
    nodes = list(steps.cell_of)
    if any(node.saved is FREED for node in nodes):
        raise RuntimeError(
            "the backward pass cannot be drawn: backward() has released the graph. Draw it before backward(), use "
            "backward(retain_graph=True), or give the function and its arguments instead of its result"
        )
    root = max((n for n, k in steps.cell_of.items() if k == steps.output), key=lambda n: n.index)
    leaves = [n for n in nodes if n.primitive is None]
    value = np.asarray(steps.cells[steps.output].value)
    watcher = _Watcher(steps)
    seed = watcher.seed(np.ones(value.shape, value.dtype))
    hooks = [(n.meta, n.meta.hooks) for n in nodes if n.meta is not None]
    before = [(n, n.adjoint) for n in nodes if hasattr(n, "adjoint")]
    try:
        for meta, _ in hooks:
            meta.hooks = None
        with graph.changed_mode(record=False, listeners=(watcher,), anomaly=()), np.errstate(all="ignore"):
            found = sweep([(root, seed)], leaves, retain_graph=True, create_graph=False)
    finally:
        for meta, kept in hooks:
            meta.hooks = kept
        for node in nodes:
            if hasattr(node, "adjoint"):
                del node.adjoint
        for node, adjoint in before:
            node.adjoint = adjoint
    watcher.finish({steps.cell_of[n]: found[n] for n in leaves if n in found})


class _Watcher:
    """Listens to a sweep and notes each call as a cell."""

    def __init__(self, steps: Steps) -> None:
        self.steps, self.cells = steps, steps.cells
        self._made: dict[int, int] = {}
        self._alive: list[Any] = []
        self._calls: list[tuple[Cell, tuple[Any, ...], tuple[Any, ...]]] = []
        for cell in steps.cells:
            if isinstance(cell.value, np.ndarray):
                self._made.setdefault(id(cell.value), cell.index)

    def seed(self, ones: np.ndarray) -> Tensor:
        """The adjoint of the output, as a cell."""
        tensor = wrap(ones)
        symbol = self.cells[self.steps.output].symbol
        self._add(Cell(len(self.cells), "backward", f"∂{symbol}/∂{symbol}", value=ones, scopes=(SCOPE,)), tensor._data)
        return tensor

    def __call__(self, p: Primitive, args: tuple[Any, ...], params: tuple[Any, ...], result: Any) -> None:
        node = graph.pulled_node()
        inside = self.cells[self.steps.cell_of[node]].scopes if node in self.steps.cell_of else ()
        results = result if isinstance(result, tuple) else (result,)
        cell = Cell(len(self.cells), "backward", "", primitive=p, scopes=(SCOPE, *inside))
        cell.inputs = tuple(map(self._cell_of, args))
        cell.params = dict(zip(p.params, params, strict=False))
        cell.value = results[0]._data if p.outputs == 1 else tuple(r._data for r in results)
        cell.index = len(self.cells)
        self._add(cell, *(r._data for r in results))
        self._calls.append((cell, args, params))

    def assigned(self, tensor: Tensor, value: Any) -> None:
        """A sweep writes into no storage."""

    def _add(self, cell: Cell, *data: Any) -> None:
        self.cells.append(cell)
        self._alive += data
        self._made |= {id(d): cell.index for d in data}

    def _cell_of(self, operand: Any) -> int | None:
        if not isinstance(operand, Tensor | np.ndarray):
            return None
        raw = operand._data if isinstance(operand, Tensor) else operand
        if id(raw) in self._made:
            return self._made[id(raw)]
        node = operand._node if isinstance(operand, Tensor) else None
        if node in self.steps.cell_of:
            return self.steps.cell_of[node]
        if np.ndim(raw) == 0:
            return None
        self._add(Cell(len(self.cells), "constant", "c", value=raw, scopes=(SCOPE,)), raw)
        return self._made[id(raw)]

    def finish(self, gradients: dict[int, Any]) -> None:
        """Name the gradients of the leaves, and write the calls down."""
        top = self.cells[self.steps.output].symbol
        for k, gradient in gradients.items():
            made = self._made.get(id(getattr(gradient, "_data", gradient)))
            name = f"∂{top}/∂{self.cells[k].symbol}"
            if made is not None and self.cells[made].kind in ("backward", "gradient"):
                cell = self.cells[made]
                names = [cell.name] if cell.name else []
                if cell.primitive is None:
                    names = names or [cell.symbol]
                cell.kind, cell.name = "gradient", " = ".join((*names, name))
        count = 0
        for cell, _, _ in self._calls:
            count += cell.kind == "backward"
            cell.symbol = (cell.name or "").split(" = ")[-1] or f"g{subscript(count)}"
        for cell, args, params in self._calls:
            texts = [self._text(k, arg) for k, arg in zip(cell.inputs, args, strict=True)]
            p = cell.primitive
            assert p is not None
            cell.formula = f"result {params[0]} of {texts[0]}" if p is PICK else call_text(p, texts, params)
            if cell.name and " = " in cell.name:
                cell.symbol = cell.name

    def _text(self, k: int | None, operand: Any) -> str:
        if k is not None:
            return self.cells[k].symbol
        raw = operand._data if isinstance(operand, Tensor) else operand
        return brief(raw) if raw is not UNKNOWN else "…"
