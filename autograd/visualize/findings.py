"""What is wrong with a graph's values and gradients: where the first NaN is born, where gradients vanish or explode."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.visualize.cells import Cell, Steps
from autograd.visualize.pictures import magnitude
from autograd.visualize.recording import UNKNOWN

LIMIT = 60
"""No more findings of one kind are listed."""
VANISHED = 1e-5
"""A parameter's gradient has vanished if its size is this fraction of the largest one's, or less."""
EXPLODED = 1e3
"""A gradient has exploded if its elements have this size or more."""
_UNITS = frozenset({"relu", "relu6", "leaky_relu", "elu", "gelu", "silu", "hardswish", "threshold", "softplus"})


@dataclass(slots=True)
class Finding:
    """Something to look at: its `kind` ("nan", "dead", "vanishing" or "exploding"), at which cell, and in words.

    `backward` says that it is about the gradient and not about the value.
    """

    kind: str
    cell: int
    text: str
    backward: bool


def findings(steps: Steps) -> list[Finding]:
    """What is wrong, the gravest first.

    >>> import autograd
    >>> from autograd.visualize import steps
    >>> from autograd.visualize.findings import findings
    >>> [f.text for f in findings(steps(lambda x: autograd.relu(x) * 2, -1.0))]
    ['the gradient dies in v₁ = relu(x): ∂L/∂x is zero']
    """
    with np.errstate(all="ignore"):
        sizes = [magnitude(cell.adjoint) for cell in steps.cells]
        found = [*_not_finite(steps), *_exploding(steps, sizes), *_dead(steps, sizes), *_vanishing(steps, sizes)]
    kept: list[Finding] = []
    for kind in ("nan", "exploding", "dead", "vanishing"):
        kept += [f for f in found if f.kind == kind][:LIMIT]
    return kept


def _problem(value: Any) -> str:
    """ "NaN in 2 of 3 elements", or an empty string."""
    if value is None or value is UNKNOWN or isinstance(value, tuple | list):
        return ""
    array = np.asarray(value)
    if array.dtype.kind not in "fc" or np.all(np.isfinite(array)):
        return ""
    name = "NaN" if np.any(np.isnan(array)) else "infinity"
    count = np.count_nonzero(np.isnan(array) if name == "NaN" else np.isinf(array))
    return name if array.ndim == 0 else f"{name} in {count:,} of {array.size:,} elements"


def _not_finite(steps: Steps) -> Iterator[Finding]:
    bad = [(cell, _problem(cell.value)) for cell in steps.cells]
    bad = [(cell, problem) for cell, problem in bad if problem]
    for cell, problem in bad[:1]:
        more = f"; {len(bad) - 1:,} values after it have some too" if len(bad) > 1 else ""
        yield Finding("nan", cell.index, f"first in the forward pass: {_made(cell)} has {problem}{more}", False)
    where = [steps.cells[k] for k in steps.backward]
    for cell in where:
        for part in cell.contributions:
            problem = _problem(part.value)
            if problem:
                to = steps.cells[part.to].symbol
                gradient = f"∂{_top(steps)}/∂{to}"
                text = f"first in the backward pass: the rule of {_made(cell)} gives {gradient} with {problem}"
                yield Finding("nan", cell.index, text, True)
                return


def _exploding(steps: Steps, sizes: list[float | None]) -> Iterator[Finding]:
    for cell in _leaves(steps):
        size = sizes[cell.index]
        if size is not None and EXPLODED <= size < np.inf:
            yield Finding("exploding", cell.index, f"{_gradient(steps, cell)} is large: elements of {size:.2g}", True)


def _vanishing(steps: Steps, sizes: list[float | None]) -> Iterator[Finding]:
    leaves = [(cell, sizes[cell.index] or 0.0) for cell in _leaves(steps)]
    largest = max((size for _, size in leaves if np.isfinite(size)), default=0.0)
    for cell, size in leaves:
        if 0 < size <= VANISHED * largest:
            ratio = f"{largest / size:,.0f}" if largest / size < 1e9 else f"{largest / size:.0e}"
            text = f"{_gradient(steps, cell)} has vanished: elements of {size:.2g}, {ratio} times less than the largest"
            yield Finding("vanishing", cell.index, text, True)


def _dead(steps: Steps, sizes: list[float | None]) -> Iterator[Finding]:
    top = _top(steps)
    for k in steps.backward:
        cell = steps.cells[k]
        if not sizes[k]:
            continue
        for part in cell.contributions:
            if part.value is not UNKNOWN and np.size(part.value) and not np.any(part.value):
                to = steps.cells[part.to].symbol
                yield Finding("dead", k, f"the gradient dies in {_made(cell)}: ∂{top}/∂{to} is zero", True)
    for k in steps.forward:
        cell = steps.cells[k]
        if cell.primitive is None or cell.primitive.name not in _UNITS or np.ndim(cell.value) not in (2, 4):
            continue
        value = np.asarray(cell.value)
        if len(value) >= 8:
            silent = ~np.any(value > 0, axis=(0, *range(2, value.ndim)))
            if np.count_nonzero(silent) * 4 >= silent.size:
                count = f"{np.count_nonzero(silent)} of {silent.size}"
                yield Finding("dead", k, f"{count} units of {_made(cell)} are off for the whole batch", False)


def _leaves(steps: Steps) -> Iterator[Cell]:
    return (cell for cell in steps.cells if cell.kind == "parameter")


def _top(steps: Steps) -> str:
    return steps.cells[steps.output].symbol


def _made(cell: Cell) -> str:
    return (f"{cell.symbol} = {cell.formula}" if cell.formula else cell.symbol) + _place(cell)


def _gradient(steps: Steps, cell: Cell) -> str:
    return f"∂{_top(steps)}/∂{cell.symbol}{_place(cell)}"


def _place(cell: Cell) -> str:
    return f" in {cell.scopes[-1]}" if cell.scopes else ""
