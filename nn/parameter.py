"""Parameter: a Tensor that a Module trains."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.dtypes import as_array
from autograd.tensor import Tensor


class Parameter(Tensor):
    """A leaf Tensor with a copy of `data` that a `Module` holding it as an attribute reports in `parameters()`.

    Requires grad unless told otherwise. Everything else is a Tensor's.

    >>> from nn import Parameter
    >>> Parameter([1.0, 2.0])
    Parameter containing:
    tensor([1., 2.], requires_grad=True)
    """

    __slots__ = ()

    def __init__(self, data: Any, requires_grad: bool = True, name: str | None = None) -> None:
        self._data = np.array(as_array(data._data if isinstance(data, Tensor) else data))
        self._node = self._grad = None
        self.name = name
        if requires_grad:
            self.requires_grad_()

    def __repr__(self) -> str:
        return f"Parameter containing:\n{super().__repr__()}"
