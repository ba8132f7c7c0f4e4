"""Backpropagation as steps: the forward table, then the adjoints, one node at a time, with formulas and numbers.

`steps(output)` is the one place where they are computed; the explorer page and the words in the terminal read it.
Nothing is disturbed: no `.grad` changes, no graph is released, no hook runs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Any

import numpy as np

from autograd import graph
from autograd.backward import by_index, collect
from autograd.graph import FREED, Node
from autograd.primitive import PICK, Primitive
from autograd.tensor import Tensor, named
from autograd.visualize.cells import Cell, Contribution, Steps
from autograd.visualize.chains import write_chains
from autograd.visualize.expressions import Expression
from autograd.visualize.recording import UNKNOWN, Recording, Recovery, opaque, record
from autograd.visualize.wording import (
    Rules,
    brief,
    call_text,
    chained,
    is_short,
    number,
    numeric,
    piecewise,
    shaped,
    subscript,
    substitute,
    without_adjoint,
)

CHAIN_LIMIT = 400
"""In graphs of at most this many cells the product of local derivatives along each path is written out."""


def steps(output: Tensor | Callable[..., Any], *args: Any) -> Steps:
    """The forward and backward pass that lead to `output`, as steps with values, adjoints, formulas and numbers.

    `output` is a Tensor, or a function that is run on `args` while everything is recorded: then nothing is missing, and
    module paths, source lines and the names of local variables are known too. Floating-point arguments (Python floats
    and arrays) get gradients. A Tensor's graph keeps only what its derivatives need; what else there was is computed
    again, or said to be lost. The adjoint of an output that is no single number starts as ones: that of its sum.

    Raises ValueError if nothing was recorded, RuntimeError if a saved value was overwritten since.

    >>> import autograd
    >>> w = autograd.tensor(2.0, requires_grad=True, name="w")
    >>> s = steps(w * w)
    >>> [c.text for c in s.cells[s.output].contributions]
    ['∂L/∂w = g · w = 1 · 2 = 2', '∂L/∂w = g · w = 1 · 2 = 2']
    >>> s.cells[0].adjoint.item(), w.grad is None
    (4.0, True)
    """
    return computed(output, args, sys._getframe(1).f_locals)


def computed(output: Any, args: tuple[Any, ...], variables: Mapping[str, Any]) -> Steps:
    """`steps` for a caller whose local variables give names to what has none."""
    recording = Recording()
    title = ""
    expression = output if isinstance(output, Expression) else None
    if not isinstance(output, Tensor):
        if not callable(output):
            raise TypeError(f"steps wants a Tensor or a function, got {type(output).__name__}")
        title = getattr(output, "__name__", type(output).__name__).replace("<lambda>", "")
        output, recording = record(output, args)
    elif args:
        raise TypeError("arguments belong to a function: steps(function, *args)")
    if output._node is None:
        raise ValueError("nothing to show: this tensor was not recorded, since nothing it came from requires grad")
    recording.learn(variables if expression is None else expression.names)
    with graph.changed_mode(record=False, listeners=(), anomaly=()), np.errstate(all="ignore"):
        made = _Builder(output, recording).build(title)
    if expression is not None:
        for cell in made.cells:
            cell.source = ""  # there is no line of code
    return made


class _Builder:
    """Builds the Steps of one graph."""

    def __init__(self, output: Tensor, recording: Recording) -> None:
        assert output._node is not None
        self.root, self.recording = output._node, recording
        self.order = sorted(collect([output._node]), key=by_index)
        if not recording.calls:
            graph.check_not_overwritten(self.order)
        self.known = Recovery(self.order, recording, output)
        self.scalar = all(_is_number(self.known.value(n)) for n in self.order)
        self.cells: list[Cell] = []
        self.cell_of: dict[Node, int] = {}
        self.made: list[tuple[Cell, Node]] = []
        self.constants: dict[int, int] = {}
        self.placed: set[int] = set()
        self.rules = Rules()
        self.notes: list[str] = []

    def build(self, title: str) -> Steps:
        picks: dict[Node, int] = {}
        for node in self.order:
            if node.primitive is PICK:
                owner = node.inputs[0]
                assert owner is not None
                picks[owner] = picks.get(owner, 0) + 1
        for node in self.order:
            if picks.get(node) == 1:
                continue  # a call of which one result is used is one cell with that result
            owner = node.inputs[0] if node.primitive is PICK else node
            self._add(node, owner if picks.get(owner, 0) == 1 else node)  # type: ignore[arg-type]
        output = self.cell_of[self.root]
        self._name(self.cells[output])
        for cell, node in self.made:
            self._write(cell, node)
        self._sweep()
        operations = [cell.index for cell, _ in self.made]
        backward = [k for k in reversed(operations) if self.cells[k].adjoint is not None]
        if self.scalar and len(self.cells) <= CHAIN_LIMIT:
            write_chains(self.cells, output)
        self._remark(self.cells[output])
        return Steps(self.cells, output, operations, backward, self.scalar, self.notes, title, self.cell_of)

    # --- cells ------------------------------------------------------------------------------------------------------

    def _add(self, node: Node, owner: Node) -> None:
        made_by = owner.inputs[0] if owner.primitive is PICK and owner.inputs[0] is not None else owner
        call, meta, p = self.recording.calls.get(made_by), made_by.meta, owner.primitive
        scopes, source = (call.scopes, call.source) if call is not None else ((), "")
        if call is None and meta is not None:
            scopes, source = tuple(filter(None, meta.path.split("/"))), meta.source or ""
        inputs = tuple(self._operand(owner, k, scopes) for k in range(len(owner.inputs)))
        cell = Cell(len(self.cells), "parameter" if p is None else "operation", "", primitive=p, inputs=inputs)
        cell.name = (node.meta.label if node.meta is not None else None) or self.recording.names.get(id(node))
        cell.value, cell.scopes, cell.source = self.known.value(node), scopes, source
        cell.given = id(node) in self.recording.given
        if p is not None:
            cell.params = dict(zip(p.params, owner.params, strict=False))
            cell.seconds, cell.kept = self.known.seconds.get(owner), self._kept(owner)
            cell.flops = self._flops(owner, p)
            self.made.append((cell, owner))
        self.cells.append(cell)
        self.cell_of[node] = self.cell_of[owner] = cell.index

    def _operand(self, node: Node, k: int, scopes: tuple[str, ...]) -> int | None:
        """The cell of an operand; None for a plain number and for what is not known at all."""
        parent = node.inputs[k]
        if parent is not None:
            self._place(self.cell_of[parent], scopes)
            return self.cell_of[parent]
        value = UNKNOWN if opaque(node) or node.primitive is PICK else self.known.operands(node)[k]
        name = _constant_name(value) or self.recording.names.get(id(value))
        if not isinstance(value, np.ndarray) or (value.ndim == 0 and not name):
            return None
        if id(value) not in self.constants:
            self.constants[id(value)] = len(self.cells)
            made = Cell(len(self.cells), "input" if name else "constant", "", name, value=value)
            made.given = id(value) in self.recording.given
            self.cells.append(made)
        self._place(self.constants[id(value)], scopes)
        return self.constants[id(value)]

    def _place(self, index: int, scopes: tuple[str, ...]) -> None:
        """A leaf belongs to the innermost module that holds all its users."""
        cell = self.cells[index]
        if cell.kind == "operation":
            return
        cell.scopes = _common(cell.scopes, scopes) if index in self.placed else scopes
        self.placed.add(index)

    def _kept(self, node: Node) -> int:
        """Bytes that the graph keeps for this node's rules, its parameters' own storage not counted."""
        if node.primitive is PICK or opaque(node):
            return 0
        saved = self.known.saved(node)
        leaves = {id(self.known.value(n)) for n in node.inputs if n is not None and n.primitive is None}
        parts = [v for value in saved or () for v in (value if isinstance(value, tuple) else (value,))]
        return sum(v.nbytes for v in parts if isinstance(v, np.ndarray) and id(v) not in leaves)

    def _flops(self, node: Node, p: Primitive) -> int:
        if p is PICK or opaque(node):
            return 0
        operands, result = self.known.operands(node), self.known.value(node)
        if result is UNKNOWN or any(v is UNKNOWN for v in operands):
            return 0
        results = tuple(map(np.asarray, result)) if p.outputs > 1 else np.asarray(result)
        return p.count_flops(results, operands, node.params)

    # --- names and formulas -----------------------------------------------------------------------------------------

    def _name(self, output: Cell) -> None:
        taken = {cell.name for cell in self.cells if cell.name}
        counts: dict[str, int] = {}
        for cell in self.cells:
            letter = {"operation": "v", "parameter": "p"}.get(cell.kind, "c")
            if cell.name:
                cell.symbol = cell.name
            elif cell is output:
                cell.symbol = "L" if "L" not in taken else "out"
            else:
                counts[letter] = counts.get(letter, 0) + 1
                cell.symbol = letter + subscript(counts[letter])

    def _write(self, cell: Cell, node: Node) -> None:
        """The call as a formula, and with numbers put in."""
        p = node.primitive
        assert p is not None
        symbols = self._symbols(cell, node)
        if p is PICK:
            cell.formula = f"result {node.params[0]} of {symbols[0]}"
        elif opaque(node):
            cell.formula = f"checkpoint({', '.join(symbols)})"
        else:
            cell.formula = call_text(p, symbols, node.params)
            operands = self.known.operands(node)
            if all(map(is_short, operands)) and is_short(cell.value):
                cell.numbers = call_text(p, [number(v) for v in operands], node.params)

    def _symbols(self, cell: Cell, node: Node) -> list[str]:
        values = self.known.operands(node) if not opaque(node) and node.primitive is not PICK else ()
        return [
            self.cells[k].symbol if k is not None else brief(values[i]) if i < len(values) else "…"
            for i, k in enumerate(cell.inputs)
        ]

    # --- the sweep --------------------------------------------------------------------------------------------------

    def _sweep(self) -> None:
        """Carry adjoints from the output to the leaves, noting what each node passes on."""
        waiting: dict[Node, Any] = dict.fromkeys(self.order)
        receivers = [n for node in self.order for n in node.inputs if n is not None]
        of = dict.fromkeys(self.order, 0)
        for n in receivers:
            of[n] += 1
        nth = dict.fromkeys(self.order, 0)
        root_value = np.asarray(self.known.value(self.root))
        waiting[self.root] = np.ones(root_value.shape, root_value.dtype)
        for node in reversed(self.order):
            g, p = waiting.pop(node), node.primitive
            cell = self.cells[self.cell_of[node]]
            if g is None:
                continue
            if p is None or p.outputs == 1 or p is PICK:
                cell.adjoint = g
            if p is None:
                continue
            if p is PICK:
                self._unpick(g, node, waiting, cell)
                continue
            start = perf_counter()
            passed = self._pull(g, node)
            cell.backward_seconds = perf_counter() - start
            slopes = self._slopes(node) if self.scalar else {}
            for position, d in passed:
                to = node.inputs[position]
                assert to is not None
                before = waiting[to]
                waiting[to] = d if before is None else _sum(before, d)
                nth[to] += 1
                target = self.cells[self.cell_of[to]]
                made = Contribution(target.index, position, "", "", d, waiting[to], nth[to], of[to], "")
                self._explain(made, cell, node, g, target, slopes.get(position))
                cell.contributions.append(made)

    def _unpick(self, g: Any, node: Node, waiting: dict[Node, Any], cell: Cell) -> None:
        """The adjoint of one of several results is one part of its owner's."""
        (owner,), (k,) = node.inputs, node.params
        assert owner is not None
        parts = waiting[owner] or [None] * len(owner.fix[0])
        if parts[k] is None or g is UNKNOWN:
            parts[k] = g
        else:
            parts[k] = _sum(parts[k], g)
        waiting[owner] = parts
        if self.cell_of[owner] != cell.index:
            self.cells[self.cell_of[owner]].adjoint = parts[k]
            text = f"the adjoint of result {k}"
            cell.contributions.append(Contribution(self.cell_of[owner], 0, "g", "", g, g, 1, 1, text))

    def _pull(self, g: Any, node: Node) -> list[tuple[int, Any]]:
        """What the rules of a node give for each tracked operand; UNKNOWN where something they need was not kept."""
        p = node.primitive
        assert p is not None
        tracked = [k for k, n in enumerate(node.inputs) if n is not None]
        lost = any(part is UNKNOWN for part in g) if isinstance(g, list) else g is UNKNOWN
        saved = None if lost else self.known.saved(node)
        if saved is None:
            return [(k, UNKNOWN) for k in tracked]
        passed = _Passed(node.inputs)
        p.pull(g, node, saved, passed)
        if len(passed.given) == len(tracked):
            pairs = [(k, d) for k, (_, d) in zip(tracked, passed.given, strict=True)]
        else:
            pairs = [(node.inputs.index(n), d) for n, d in passed.given]
        return [(k, d) for k, d in pairs if d is not None]

    def _slopes(self, node: Node) -> dict[int, Any]:
        """The local derivatives of a call on single numbers: its rules run with g = 1."""
        out = np.asarray(self.known.value(node) if node.primitive.outputs == 1 else 0.0)  # type: ignore[union-attr]
        if node.primitive.outputs > 1 or opaque(node):  # type: ignore[union-attr]
            return {}
        return {k: d for k, d in self._pull(np.ones((), out.dtype), node) if d is not UNKNOWN}

    def _explain(self, made: Contribution, cell: Cell, node: Node, g: Any, target: Cell, slope: Any) -> None:
        """Write a contribution down, in symbols and in numbers."""
        p = node.primitive
        assert p is not None
        if opaque(node):
            made.formula = "the function, run again and differentiated"
        else:
            operands = self.known.operands(node)
            symbols = self._symbols(cell, node)
            formula = self.rules.text(p, made.position, operands, node.params)
            stem = p.args[0].rstrip("s")
            names = [f"{stem}{k}" for k in range(len(operands))] if p.variadic else list(p.args)
            by_name = dict(zip(names, symbols, strict=True)) | {"out": cell.symbol}
            numbers = {k: v for k, v in zip(p.params, node.params, strict=True) if type(v) in (int, float)}
            texts = by_name | {k: number(v) for k, v in numbers.items()}
            values = dict(zip(names, operands, strict=True)) | {"out": cell.value, "g": g} | numbers
            made.formula = substitute(formula, texts)
            made.numbers = numeric(formula, values) or shaped(formula, values)
            if _is_reduced(made.value, g) and p.elementwise:
                made.formula, made.numbers = f"Σ {_enclosed(made.formula)}", ""
            if slope is not None and not np.iscomplexobj(slope):
                made.local = float(slope)
                kink = piecewise(p, names[made.position], symbols[made.position], operands[made.position])
                rule = without_adjoint(formula)
                in_symbols, in_numbers = substitute(rule, texts), numeric(rule, values)
                head = f"∂{cell.symbol}/∂{target.symbol}"
                made.local_text = chained(head, kink) if kink else chained(head, in_symbols, in_numbers, number(slope))
        symbol = self.cells[self.cell_of[self.root]].symbol
        made.text = chained(f"∂{symbol}/∂{target.symbol}", made.formula, made.numbers, brief(made.value))

    def _remark(self, output: Cell) -> None:
        """Notes on what is missing and on what is not the whole truth."""
        lost = sum(cell.value is UNKNOWN or cell.adjoint is UNKNOWN for cell in self.cells)
        if lost:
            freed = any(node.saved is FREED for node in self.order if node.primitive is not None)
            why = "backward() has released the graph" if freed else "the graph keeps only what derivatives need"
            way = "call this before backward(), or use backward(retain_graph=True), or " if freed else ""
            self.notes.append(
                f"{lost} values or gradients were not kept, because {why}: {way}give the function and its arguments "
                f"instead of its result, explore(function, *args), and everything is recorded."
            )
        if np.size(output.value) != 1:
            self.notes.append(
                f"{output.symbol} is no single number: the gradients are those of the sum of its elements."
            )
        if any(np.iscomplexobj(cell.adjoint) for cell in self.cells if not isinstance(cell.adjoint, list)):
            self.notes.append(
                "Of a complex z = a + ib the adjoint ∂L/∂a - i·∂L/∂b is shown, of which .grad is the conjugate."
            )
        if any(node.meta is not None and node.meta.hooks for node in self.order):
            self.notes.append("Gradient hooks are registered here; they were not run.")


class _Passed(dict[Any, Any]):
    """Stands for the adjoints of a sweep: lists what a pull hands on instead of adding it up."""

    def __init__(self, inputs: tuple[Node | None, ...]) -> None:
        super().__init__({n: None for n in inputs if n is not None})
        self.given: list[tuple[Node, Any]] = []

    def __setitem__(self, key: Any, value: Any) -> None:
        self.given.append((key, value))


def _is_number(value: Any) -> bool:
    return not isinstance(value, tuple) and np.ndim(value) == 0


def _sum(a: Any, b: Any) -> Any:
    return UNKNOWN if a is UNKNOWN or b is UNKNOWN else a + b


def _is_reduced(value: Any, g: Any) -> bool:
    """Whether broadcasting was undone."""
    return value is not UNKNOWN and not isinstance(g, list) and g is not UNKNOWN and np.shape(value) != np.shape(g)


def _enclosed(formula: str) -> str:
    return formula if " " not in formula else f"({formula})"


def _common(a: tuple[str, ...], b: tuple[str, ...]) -> tuple[str, ...]:
    """The modules in which both are."""
    k = 0
    while k < min(len(a), len(b)) and a[k] == b[k]:
        k += 1
    return a[:k]


def _constant_name(value: Any) -> str | None:
    array, name = named.get(id(value), (None, ""))
    return name if array is not None and array() is value else None
