"""Backpropagation in words: the forward table, the backward steps as sentences and formulas, the gradients."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable, Iterator
from typing import Any, Literal

import numpy as np

from autograd.tensor import Tensor
from autograd.visualize.cells import Cell, Contribution, Steps
from autograd.visualize.steps import computed
from autograd.visualize.typeset import latex
from autograd.visualize.wording import brief, number

Format = Literal["text", "markdown", "latex"]
WIDTH = 80
_IN_PROSE = ("computed by", "the function")
"""How formulas begin that are no formulas."""


def explain(output: Tensor | Callable[..., Any], *args: Any, format: Format = "text") -> Explanation:
    """Backpropagation through the graph of `output` in words: forward table, backward steps, chains, gradients.

    `output` is a Tensor, or a function that is run on `args`, as for `steps`, of which this is the writing: nothing is
    computed here a second time. `format` is "text" (for 80 columns), "markdown" (formulas between dollar signs) or
    "latex" (for a document with amsmath). The result is a `str`; in Jupyter, Markdown and LaTeX show typeset.

    Raises ValueError for another format or if nothing was recorded, RuntimeError if a saved value was overwritten
    since.

    >>> import autograd
    >>> from autograd.visualize import explain
    >>> explain(lambda w, x: w * x, 2.0, 3.0)
    FORWARD: each value from those before it
    <BLANKLINE>
      w  parameter            2
      x  parameter            3
      L  w · x      2 · 3     6
    <BLANKLINE>
    BACKWARD: from L to the beginning; g is the gradient that arrives
    <BLANKLINE>
    1. L = w · x: here it begins, with g = ∂L/∂L = 1.
       To w it passes on g · x, because ∂L/∂w = x = 3:
         ∂L/∂w = g · x = 1 · 3 = 3
       To x it passes on g · w, because ∂L/∂x = w = 2:
         ∂L/∂x = g · w = 1 · 2 = 2
    <BLANKLINE>
    GRADIENTS
    <BLANKLINE>
      ∂L/∂w = 3
      ∂L/∂x = 2
    """
    if format not in _WRITERS:
        raise ValueError(f"format must be 'text', 'markdown' or 'latex', got {format!r}")
    return Explanation.of(computed(output, args, sys._getframe(1).f_locals), format)


class Explanation(str):
    """What `explain` wrote: a `str` that shows itself as it reads, with the `steps` it was written from.

    >>> import autograd
    >>> from autograd.visualize import explain
    >>> text = explain(lambda x: x * x, 3.0, format="markdown")
    >>> text.splitlines()[0], text.format_name, text.steps.scalar
    ('### Forward', 'markdown', True)
    """

    __slots__ = ("format_name", "steps")
    steps: Steps
    format_name: str

    @classmethod
    def of(cls, steps: Steps, format: Format) -> Explanation:
        """Write down steps that are known already."""
        made = cls(_WRITERS[format](steps))
        made.steps, made.format_name = steps, format
        return made

    def __repr__(self) -> str:
        return str(self)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        kinds = {"markdown": {"text/markdown": str(self)}, "latex": {"text/latex": str(self)}}
        return {"text/plain": str(self), **kinds.get(self.format_name, {})}


# --- what is said ---------------------------------------------------------------------------------------------------


def _forward_rows(steps: Steps) -> Iterator[tuple[str, str, str, str]]:
    """Symbol, formula, the same in numbers, value, of every cell in order."""
    for cell in steps.cells:
        if cell.kind == "operation":
            numbers = "" if cell.numbers in (cell.formula, brief(cell.value)) else cell.numbers
            yield cell.symbol, cell.formula, numbers, brief(cell.value)
        else:
            yield cell.symbol, cell.kind, "", brief(cell.value)


def _arrival(cell: Cell, steps: Steps, math: Callable[[str], str]) -> str:
    """How the gradient gets to a step: "u = w · x: here arrives g = ∂a/∂u = 1"."""
    top = steps.cells[steps.output].symbol
    how = "here it begins, with" if cell.index == steps.output else "here arrives"
    place = f"{cell.symbol} = {cell.formula}"
    g = cell.adjoint[0] if isinstance(cell.adjoint, list) and len(cell.adjoint) == 1 else cell.adjoint
    return f"{math(place)}: {how} {math(f'g = ∂{top}/∂{cell.symbol} = {brief(g)}')}."


def _passing(c: Contribution, steps: Steps, math: Callable[[str], str]) -> str:
    """One sentence on what goes to one operand."""
    to = math(steps.cells[c.to].symbol)
    if not c.formula:
        return f"To {to} it passes on what the rule gives:"
    if c.formula.startswith("computed by"):
        return f"To {to} it passes on the outcome of a rule too long to write here ({c.formula}):"
    if c.formula.startswith("the function"):
        return f"To {to} it passes on the derivative of a whole function ({c.formula}):"
    why = f", because {math(c.local_text)}" if c.local_text else ""
    return f"To {to} it passes on {math(c.formula)}{why}:"


def _outcome(c: Contribution) -> str:
    """The equation of a contribution; where it is not yet the whole derivative, without claiming that it is."""
    head, *parts = c.text.split(" = ")
    if c.formula.startswith(_IN_PROSE):
        parts = parts[-1:]  # the sentence before it has told the rest
    return " = ".join(parts if c.of > 1 else [head, *parts])


def _sum_so_far(c: Contribution, steps: Steps, math: Callable[[str], str]) -> str:
    """What is said where several paths add up."""
    if c.of == 1:
        return ""
    name, total = math(steps.cells[c.to].symbol), math(brief(c.total))
    if c.nth == 1:
        return f"That is the first of {c.of} contributions to {name}."
    end = "which is its whole gradient" if c.nth == c.of else f"after {c.nth} of {c.of}"
    return f"Added to what {name} already has, this gives {total}, {end}."


def _chains(steps: Steps) -> Iterator[tuple[str, str]]:
    """(in symbols or "", in numbers) for every leaf whose derivative is written out as a product along its paths."""
    for cell in steps.cells:
        if cell.kind != "operation" and cell.chain:
            yield cell.chain_rule, cell.chain


def _gradients(steps: Steps) -> Iterator[str]:
    """The gradients of the leaves; of those that are too large to be written out, the range."""
    top = steps.cells[steps.output].symbol
    for cell in steps.cells:
        if cell.kind == "parameter" and cell.adjoint is not None:
            yield f"∂{top}/∂{cell.symbol} = {brief(cell.adjoint)}{_range(cell.adjoint)}"


def _range(value: Any) -> str:
    if not isinstance(value, np.ndarray) or value.dtype.kind != "f" or not value.size:
        return ""
    written_out = not brief(value).startswith(str(value.dtype))
    return "" if written_out else f", from {number(value.min())} to {number(value.max())}"


# --- text -----------------------------------------------------------------------------------------------------------


def _text(steps: Steps) -> str:
    top = steps.cells[steps.output].symbol
    lines = ["FORWARD: each value from those before it", "", *_table(list(_forward_rows(steps))), ""]
    lines += [f"BACKWARD: from {top} to the beginning; g is the gradient that arrives", ""]
    for k, index in enumerate(steps.backward, 1):
        cell, head = steps.cells[index], f"{k}. "
        lines += _wrapped(_arrival(cell, steps, str), head, " " * len(head))
        for c in cell.contributions:
            lines += _wrapped(_passing(c, steps, str), "   ")
            lines += _equation(_outcome(c), 5)
            lines += _wrapped(_sum_so_far(c, steps, str), "   ")
        lines.append("")
    chains = list(_chains(steps))
    if any(symbols for symbols, _ in chains):
        lines += ["CHAIN RULE: the product along each path", ""]
        for symbols, numbers in chains:
            lines += _equation(symbols, 2) + _equation(numbers, 2)
        lines.append("")
    lines += ["GRADIENTS", "", *(line for g in _gradients(steps) for line in _equation(g, 2))]
    for note in steps.notes:
        lines += ["", *_wrapped(note, "Note: ", "      ")]
    return "\n".join(line.rstrip() for line in lines)


def _table(rows: list[tuple[str, str, str, str]]) -> list[str]:
    """Aligned columns; where they would not fit, a formula on a line of its own."""
    widths = [min(max(len(row[k]) for row in rows), limit) for k, limit in enumerate((12, 30, 24, 24))]
    lines = []
    for symbol, formula, numbers, value in rows:
        cells = (symbol, formula, numbers, value)
        if any(len(cell) > width for cell, width in zip(cells, widths)):
            parts = " = ".join(part for part in (formula, numbers, value) if part)
            lines += _equation(f"{symbol} = {parts}", 2)
        else:
            a, b, c, d = widths
            lines.append(f"  {symbol:<{a}}  {formula:<{b}}  {numbers:<{c}}  {value:>{max(d, 4)}}")
    return lines


def _wrapped(text: str, first: str, rest: str | None = None) -> list[str]:
    later = first if rest is None else rest
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=later, break_long_words=False)


def _equation(text: str, indent: int) -> list[str]:
    """An equation; one that is too long is broken before its equals signs, each below the first."""
    if not text:
        return []
    if indent + len(text) <= WIDTH:
        return [" " * indent + text]
    head, *parts = text.split(" = ")
    lines = [f"{' ' * indent}{head}"]
    for part in parts:
        more = " " * (indent + 2)
        if len(lines[-1]) + len(part) + 3 <= WIDTH and part is parts[0]:
            lines[-1] += f" = {part}"
        else:
            lines += _wrapped(part, more + "= ", more + "  ")
    return lines


# --- Markdown and LaTeX ---------------------------------------------------------------------------------------------


def _inline(text: str) -> str:
    return f"${latex(text)}$"


def _markdown(steps: Steps) -> str:
    top = _inline(steps.cells[steps.output].symbol)
    lines = ["### Forward", "", "| | formula | in numbers | value |", "|:--|:--|:--|--:|"]
    for symbol, formula, numbers, value in _forward_rows(steps):
        kind = formula if formula in ("parameter", "input", "constant") and not numbers else _inline(formula)
        lines.append(f"| {_inline(symbol)} | {kind} | {_inline(numbers) if numbers else ''} | {_inline(value)} |")
    lines += ["", "### Backward", "", f"From {top} to the beginning; $g$ is the gradient that arrives.", ""]
    for k, index in enumerate(steps.backward, 1):
        cell = steps.cells[index]
        lines.append(f"{k}. {_arrival(cell, steps, _inline)}")
        for c in cell.contributions:
            more = _sum_so_far(c, steps, _inline)
            lines.append(f"   - {_passing(c, steps, _inline)} {_inline(_outcome(c))}{'. ' + more if more else ''}")
    chains = list(_chains(steps))
    if any(symbols for symbols, _ in chains):
        lines += ["", "### Chain rule", ""]
        lines += [f"- {_inline(text)}" for pair in chains for text in pair if text]
    lines += ["", "### Gradients", "", *(f"- {_inline(g)}" for g in _gradients(steps))]
    lines += [line for note in steps.notes for line in ("", f"> {note}")]
    return "\n".join(lines)


def _latex(steps: Steps) -> str:
    lines = ["\\paragraph{Forward}", "\\begin{align*}"]
    rows = []
    for symbol, formula, numbers, value in _forward_rows(steps):
        leaf = formula in ("parameter", "input", "constant") and not numbers
        parts = [value] if leaf else [part for part in (formula, numbers, value) if part]
        rows.append(f"  {latex(symbol)} &= {' = '.join(map(latex, parts))}")
    lines += [" \\\\\n".join(rows), "\\end{align*}", "\\paragraph{Backward}", "\\begin{enumerate}"]
    for index in steps.backward:
        cell = steps.cells[index]
        lines.append(f"  \\item {_arrival(cell, steps, _inline)}")
        for c in cell.contributions:
            lines += [f"    {_passing(c, steps, _inline)}", f"    \\[ {latex(_outcome(c))} \\]"]
            more = _sum_so_far(c, steps, _inline)
            lines += [f"    {more}"] if more else []
    lines.append("\\end{enumerate}")
    chains = [text for pair in _chains(steps) for text in pair if text]
    if any(symbols for symbols, _ in _chains(steps)):
        lines += ["\\paragraph{Chain rule}", *_aligned(chains)]
    lines += ["\\paragraph{Gradients}", *_aligned(list(_gradients(steps)))]
    return "\n".join(lines)


def _aligned(equations: list[str]) -> list[str]:
    rows = [latex(text).replace(" = ", " &= ", 1) for text in equations]
    return ["\\begin{align*}", " \\\\\n".join(f"  {row}" for row in rows), "\\end{align*}"] if rows else []


_WRITERS: dict[str, Callable[[Steps], str]] = {"text": _text, "markdown": _markdown, "latex": _latex}
