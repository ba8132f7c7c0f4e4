"""Helpers around differentiation: flat parameter vectors, optimizers as functions, fixed points, constant graphs."""

from autograd.misc.flatten import flatten as flatten
from autograd.misc.tracers import const_graph as const_graph
