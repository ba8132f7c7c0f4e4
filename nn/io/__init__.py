"""Weights and other results on disk, without pickle, and always whole."""

from nn.io.files import atomic_write
from nn.io.weights import load_weights, save_weights

__all__ = ["atomic_write", "load_weights", "save_weights"]
