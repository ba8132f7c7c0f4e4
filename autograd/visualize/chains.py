"""The chain rule written out: the derivative along each path as a product of local derivatives."""

from __future__ import annotations

from autograd.visualize.cells import Cell
from autograd.visualize.recording import UNKNOWN
from autograd.visualize.wording import chained, number

SYMBOL_LIMIT = 120
"""A longer product or sum of products is written in numbers alone."""
PATH_LIMIT = 6
"""A derivative over more paths than this is not written out as a sum of products."""


def write_chains(cells: list[Cell], output: int) -> None:
    """Write the derivative of the output by each cell as the sum over paths of products of local derivatives."""
    paths: dict[int, list[list[tuple[str, float]]]] = {output: [[]]}
    top = cells[output].symbol
    for cell in reversed(cells):
        for step in cell.contributions:
            below = paths.get(cell.index, [])
            if step.local is None or not below or len(below) > PATH_LIMIT:
                paths[step.to] = paths.get(step.to, []) + [[]] * (PATH_LIMIT + 1)
                continue
            link = (f"∂{cell.symbol}/∂{cells[step.to].symbol}", step.local)
            paths.setdefault(step.to, []).extend([link, *rest] for rest in below)
    for index, ways in paths.items():
        cell = cells[index]
        if index == output or cell.adjoint is UNKNOWN or not 0 < len(ways) <= PATH_LIMIT or max(map(len, ways)) > 12:
            continue
        head = f"∂{top}/∂{cell.symbol}"
        symbols = " + ".join(" · ".join(name for name, _ in way) for way in ways)
        products = " + ".join("·".join(_factor(d) for _, d in way) for way in ways)
        cell.chain = chained(head, products, number(cell.adjoint))
        if max(map(len, ways)) > 1 and len(symbols) <= SYMBOL_LIMIT:
            cell.chain_rule = chained(head, symbols)


def _factor(d: float) -> str:
    return f"({number(d)})" if d < 0 else number(d)
