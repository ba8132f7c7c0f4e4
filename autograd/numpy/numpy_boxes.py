"""The class of traced arrays, under the name that programs for HIPS autograd test for."""

from autograd.tensor import Tensor as ArrayBox

__all__ = ["ArrayBox"]
