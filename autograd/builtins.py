"""Python's container types and type questions under the names that HIPS autograd gave them.

Containers are ordinary lists, tuples and dicts here, so these are Python's own; `isinstance` and `type` answer for a
Tensor what they would answer for the array it stands for.
"""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

from autograd.tensor import Tensor

__all__ = ["dict", "isinstance", "list", "tuple", "type"]

dict = builtins.dict
list = builtins.list
tuple = builtins.tuple  # type: ignore[type-arg]


def isinstance(value: Any, kind: Any) -> bool:
    """Python's `isinstance`, to which a Tensor counts as an array.

    >>> import autograd, numpy as np
    >>> from autograd.builtins import isinstance
    >>> isinstance(autograd.tensor([1.0]), np.ndarray), isinstance([1.0], list)
    (True, True)
    """
    return builtins.isinstance(value, kind) or (builtins.isinstance(value, Tensor) and issubclass(np.ndarray, kind))


def type(value: Any) -> Any:
    """Python's `type`, which is `np.ndarray` for a Tensor.

    >>> import autograd
    >>> from autograd.builtins import type
    >>> type(autograd.tensor([1.0])).__name__
    'ndarray'
    """
    return np.ndarray if builtins.isinstance(value, Tensor) else builtins.type(value)
