"""Pictures of the recorded graph. Nothing else in the engine imports this."""

from autograd.visualize.cells import Cell, Contribution, Steps
from autograd.visualize.dot import Picture, dot
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
    "Picture",
    "Steps",
    "dot",
    "explain",
    "explore",
    "steps",
]
