"""Pictures of the recorded graph. Nothing else in the engine imports this."""

from autograd.visualize.dot import digraph, dot, svg

__all__ = ["digraph", "dot", "svg"]
