"""Pictures of the recorded graph. Nothing else in the engine imports this."""

from autograd.visualize.cells import Cell, Contribution, Steps
from autograd.visualize.dot import digraph, dot, svg
from autograd.visualize.explore import Page, explore
from autograd.visualize.steps import steps

__all__ = ["Cell", "Contribution", "Page", "Steps", "digraph", "dot", "explore", "steps", "svg"]
