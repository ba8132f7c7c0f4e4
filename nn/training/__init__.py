"""Training: the fit loop, its history and metrics, and the command line."""

from nn.training.fit import History, evaluate, fit

__all__ = ["History", "evaluate", "fit"]
