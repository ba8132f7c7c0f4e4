"""Helpers around modules, by PyTorch's names."""

from nn.utils import rnn as rnn

__all__ = ["rnn"]
