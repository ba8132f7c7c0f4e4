"""Number: a Python float whose value may change from call to call without another trace."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import dtypes
from autograd.ops.shape import astype_
from autograd.tensor import Tensor

if TYPE_CHECKING:
    from autograd.compile.recorder import StepRecorder

PYTHON = (float, int, bool)


class Number:
    """What a traced function sees in place of a Python float.

    Arithmetic with Python's numbers gives Numbers; beside an array or Tensor it is weak, as a Python float is: it takes
    on their precision. Where the value itself is asked for (`float(lr)`, `if lr > 0`), the answer becomes a condition
    of the program: a call for which it would be another is traced anew.
    """

    __slots__ = ("recorder", "tensor")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, tensor: Tensor, recorder: StepRecorder) -> None:
        self.tensor, self.recorder = tensor, recorder

    @property
    def value(self) -> float:
        """The number in this run."""
        return float(self.tensor._data)

    def beside(self, operands: tuple[Any, ...]) -> Tensor:
        """A 0-d Tensor with the precision that a Python float takes on among these operands."""
        found = [x.dtype for x in operands if hasattr(x, "dtype")]
        if found:
            dtype = np.empty(0, np.result_type(*found, 0.0)).real.dtype
        else:
            dtype = dtypes.get_default_dtype() if len(operands) == 1 else np.dtype(np.float64)
        return self.tensor if dtype == np.float64 else astype_(self.tensor, dtype)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        alone = not any(hasattr(x, "dtype") for x in inputs)
        inputs = tuple((x.tensor if alone else x.beside(inputs)) if isinstance(x, Number) else x for x in inputs)
        return getattr(ufunc, method)(*inputs, **kwargs)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.array(float(self), dtype)

    def __float__(self) -> float:
        self.recorder.pin(self)
        return self.value

    def __int__(self) -> int:
        return int(float(self))

    def __bool__(self) -> bool:
        self.recorder.pin(self, truth=True)
        return self.value != 0

    def __round__(self, digits: int | None = None) -> Any:
        return round(float(self), digits)

    def __format__(self, spec: str) -> str:
        return format(self.value, spec)

    def __repr__(self) -> str:
        return repr(self.value)

    def __neg__(self) -> Number:
        return Number(-self.tensor, self.recorder)

    def __pos__(self) -> Number:
        return self

    def __abs__(self) -> Number:
        return Number(abs(self.tensor), self.recorder)


def _arithmetic(name: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    op = getattr(operator, name)

    def operand(other: Any) -> Any:
        return other.tensor if isinstance(other, Number) else other if type(other) in PYTHON else None

    def forward(self: Number, other: Any) -> Any:
        other = operand(other)
        return NotImplemented if other is None else Number(op(self.tensor, other), self.recorder)

    def reflected(self: Number, other: Any) -> Any:
        other = operand(other)
        return NotImplemented if other is None else Number(op(other, self.tensor), self.recorder)

    return forward, reflected


def _comparison(name: str) -> Callable[..., Any]:
    op = getattr(operator, name)

    def compared(self: Number, other: Any) -> Any:
        if isinstance(other, Number):
            return op(float(self), float(other))
        return op(float(self), other) if type(other) in PYTHON else NotImplemented

    return compared


for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow"):
    _forward, _reflected = _arithmetic(_name)
    setattr(Number, f"__{_name}__", _forward)
    setattr(Number, f"__r{_name}__", _reflected)
for _name in ("lt", "le", "gt", "ge", "eq", "ne"):
    setattr(Number, f"__{_name}__", _comparison(_name))
