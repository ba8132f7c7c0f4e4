"""Training: the fit loop, its history, metrics and plots, and the command line."""

from nn.training.fit import History, evaluate, fit

__all__ = ["History", "evaluate", "fit"]
