"""Where a program's inputs and constants come from at each call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.tensor import Tensor


@dataclass(frozen=True, slots=True)
class Argument:
    """The leaf at this position among the arguments; `number` if it is a Python float."""

    position: int
    number: bool = False

    def read(self, leaves: list[Any]) -> Any:
        """What is there now."""
        leaf = leaves[self.position]
        return leaf._data if isinstance(leaf, Tensor) else leaf


@dataclass(frozen=True, slots=True, eq=False)
class Option:
    """A float in a dict of options such as an optimizer's parameter group, or in a tuple there."""

    options: dict[str, Any]
    name: str
    index: int | None

    def read(self, leaves: list[Any]) -> Any:
        """What is there now."""
        value = self.options[self.name]
        return value if self.index is None else value[self.index]

    @property
    def key(self) -> tuple[Any, ...]:
        """Equal for the same place."""
        return id(self.options), self.name, self.index


@dataclass(frozen=True, slots=True, eq=False)
class Gradient:
    """The gradient that a leaf has before the call."""

    tensor: Tensor

    def read(self, leaves: list[Any]) -> Any:
        """What is there now."""
        grad = self.tensor.grad
        return None if grad is None else grad._data


@dataclass(frozen=True, slots=True, eq=False)
class Storage:
    """The storage of a Tensor: a parameter, a buffer, optimizer state, or any other that the function refers to."""

    tensor: Tensor

    def read(self, leaves: list[Any]) -> Any:
        """What is there now."""
        return self.tensor._data


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """An array that the function refers to."""

    array: np.ndarray

    def read(self, leaves: list[Any]) -> Any:
        """The array."""
        return self.array


@dataclass(frozen=True, slots=True, eq=False)
class Literal:
    """Contents that are the same at every call, such as those of `zeros(3)` inside the function."""

    array: np.ndarray

    def read(self, leaves: list[Any]) -> Any:
        """The contents."""
        return self.array


Source = Argument | Option | Gradient | Storage | Memory | Literal
