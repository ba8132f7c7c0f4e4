"""SciPy's functions for arrays and Tensors, under SciPy's names; each module is imported when it is first used.

>>> import autograd.scipy, numpy as np
>>> autograd.scipy.linalg.expm(np.zeros((1, 1)))
array([[1.]])
"""

from importlib import import_module as _import_module
from importlib.util import find_spec as _find_spec
from types import ModuleType as _ModuleType

if _find_spec("scipy") is None:
    raise ImportError("autograd.scipy needs SciPy; install it with `pip install chalkgrad[scipy]`")

_SUBMODULES = ("integrate", "interpolate", "linalg", "optimize", "signal", "sparse", "special", "stats")


def __getattr__(name: str) -> _ModuleType:
    if name not in _SUBMODULES:
        raise AttributeError(f"module 'autograd.scipy' has no attribute {name!r}; it has {', '.join(_SUBMODULES)}")
    return _import_module(f"autograd.scipy.{name}")


def __dir__() -> list[str]:
    return sorted((*globals(), *_SUBMODULES))
