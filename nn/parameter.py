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


class UninitializedParameter(Parameter):
    """The parameter of a lazy layer that has seen no input yet: it has neither shape nor values.

    The layer's first call, or loading a state dict, makes a `Parameter` of the same object, so that an optimizer may
    hold it already.

    >>> import nn
    >>> nn.LazyLinear(3).weight
    UninitializedParameter(to be made by the layer's first call)
    """

    __slots__ = ()

    def __init__(self, requires_grad: bool = True) -> None:
        self.__class__ = Parameter  # type: ignore[assignment]
        Parameter.__init__(self, np.empty(0), requires_grad)
        self.__class__ = UninitializedParameter

    def materialize(self, shape: tuple[int, ...], dtype: Any, name: str) -> None:
        """Become a Parameter of this shape, still to be filled."""
        self._data = np.empty(shape, dtype)
        self.__class__ = Parameter  # type: ignore[assignment]
        self.name = name

    def __deepcopy__(self, memo: dict[int, Any]) -> UninitializedParameter:
        memo[id(self)] = twin = UninitializedParameter(self._node is not None)
        return twin

    def _refuse(self) -> Any:
        raise RuntimeError(
            "a parameter of a lazy layer has no shape or values before the layer's first call; call the model once on "
            "an input of the right shape, for example model(np.zeros(shape)), before counting, saving or initialising "
            "its parameters"
        )

    shape = ndim = size = data = dtype = detach = property(_refuse)

    def __repr__(self) -> str:
        return "UninitializedParameter(to be made by the layer's first call)"
