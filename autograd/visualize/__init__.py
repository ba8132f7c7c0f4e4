"""Pictures of the recorded graph. Nothing else in the engine imports this."""

from autograd.visualize.cells import Cell, Contribution, Steps
from autograd.visualize.dot import digraph, dot, svg
from autograd.visualize.explain import Explanation, explain
from autograd.visualize.explore import Page, explore
from autograd.visualize.expressions import Expression, ExpressionError
from autograd.visualize.steps import steps

__all__ = [
    "Cell",
    "Contribution",
    "Explanation",
    "Expression",
    "ExpressionError",
    "Page",
    "Steps",
    "digraph",
    "dot",
    "explain",
    "explore",
    "steps",
    "svg",
]
