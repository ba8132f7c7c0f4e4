"""What a graph consists of when it is looked at: cells, what their backward steps pass on, and the steps as a whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from autograd.graph import Node
from autograd.primitive import Primitive
from autograd.visualize.recording import UNKNOWN
from autograd.visualize.wording import brief, chained

__all__ = ["Cell", "Contribution", "Steps"]


@dataclass(slots=True)
class Contribution:
    """What one backward step passes on to one operand of its node.

    `to` is the cell that receives it, `position` which operand that is. `formula` is the rule in the cells' symbols
    ("g · x"), `numbers` the same with numbers put in ("1 · 3", or "" where they would not be readable), `value` its
    outcome, `total` the running gradient of the receiver, of whose `of` contributions this is the `nth`. `local` is
    the local derivative in a graph of single numbers, `local_text` how it is written ("∂u/∂w = x = 3"), and `text`
    the whole: "∂L/∂w = g · x = 1 · 3 = 3".

    >>> import autograd
    >>> from autograd.visualize import steps
    >>> s = steps(lambda w, x: w * x, 2.0, 3.0)
    >>> first = s.cells[s.output].contributions[0]
    >>> s.cells[first.to].symbol, first.formula, first.numbers, float(first.value)
    ('w', 'g · x', '1 · 3', 3.0)
    """

    to: int
    position: int
    formula: str
    numbers: str
    value: Any
    total: Any
    nth: int
    of: int
    text: str
    local: float | None = None
    local_text: str = ""


@dataclass(slots=True)
class Cell:
    """One value of the graph, and the call that made it.

    `kind` is "parameter" (a leaf that requires grad), "input" (named, without gradient), "constant" (without name) or
    "operation"; `given` says that a leaf was an argument of the function. `symbol` is what formulas call it, `name`
    what the user called it. For operations, `formula` is "w · x" and `numbers` "2 · 3"; `inputs` the cell per operand,
    None for a number that stands in the formula itself. `value` and `adjoint` are arrays or numbers, `UNKNOWN` where
    they were not kept, and `adjoint` None where no gradient arrives. `contributions` are what its backward step passes
    on. `scopes` is the module path, outermost first; `source` the user's line. `seconds` is the time of the kernel,
    `backward_seconds` that of the rules, `kept` the bytes kept for the backward pass, `flops` the work. In a small
    graph of single numbers, `chain` is the product along each path to the output ("∂a/∂w = 3·1·1 = 3"), `chain_rule`
    the same in symbols.

    >>> import autograd
    >>> from autograd.visualize import steps
    >>> s = steps(lambda w, x: w * x, 2.0, 3.0)
    >>> [(cell.kind, cell.symbol, float(cell.value), float(cell.adjoint)) for cell in s.cells]
    [('parameter', 'w', 2.0, 3.0), ('parameter', 'x', 3.0, 2.0), ('operation', 'L', 6.0, 1.0)]
    """

    index: int
    kind: str
    symbol: str
    name: str | None = None
    primitive: Primitive | None = None
    params: dict[str, Any] = field(default_factory=dict)
    inputs: tuple[int | None, ...] = ()
    formula: str = ""
    numbers: str = ""
    value: Any = UNKNOWN
    adjoint: Any = None
    contributions: list[Contribution] = field(default_factory=list)
    scopes: tuple[str, ...] = ()
    source: str = ""
    seconds: float | None = None
    backward_seconds: float | None = None
    kept: int = 0
    flops: int = 0
    chain: str = ""
    chain_rule: str = ""
    given: bool = False

    @property
    def text(self) -> str:
        """The forward step as an equation: "u = w · x = 2 · 3 = 6"."""
        return chained(self.symbol, self.formula, self.numbers, brief(self.value))


@dataclass(slots=True)
class Steps:
    """A graph as steps: `cells` in order of creation, the `forward` operations and the `backward` ones, by index.

    `output` is the last cell, whose adjoint is all ones. `scalar` says that every cell is a single number. `notes` are
    remarks that hold for the whole, such as that values were not kept. `cell_of` tells the cell of a graph's node.

    >>> import autograd
    >>> from autograd.visualize import steps
    >>> s = steps(lambda w, x, b: autograd.relu(w * x + b), 2.0, 3.0, 1.0)
    >>> [s.cells[k].text for k in s.forward]
    ['v₁ = w · x = 2 · 3 = 6', 'v₂ = v₁ + b = 6 + 1 = 7', 'L = relu(v₂) = relu(7) = 7']
    >>> [c.text for k in s.backward for c in s.cells[k].contributions][-2]
    '∂L/∂w = g · x = 1 · 3 = 3'
    """

    cells: list[Cell]
    output: int
    forward: list[int]
    backward: list[int]
    scalar: bool
    notes: list[str]
    title: str = ""
    cell_of: dict[Node, int] = field(default_factory=dict, repr=False)
