"""NumPy's namespace for code that is to be differentiated: `import autograd.numpy as np`.

Every name is NumPy's own, since its functions accept Tensors as they are, but for the few that build arrays from Python
lists: those are here versions that also take lists of traced values. Arrays in, arrays out.
"""

from __future__ import annotations

from typing import Any

import numpy as _np

from autograd.numpy import _constructors


def __getattr__(name: str) -> Any:
    if name in ("linalg", "fft", "random", "numpy_boxes"):
        from importlib import import_module

        return import_module(f"autograd.numpy.{name}")
    value = _constructors.OVERRIDES.get(name) or _constructors.lifted(getattr(_np, name))
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*dir(_np)})


__all__ = [n for n in dir(_np) if not n.startswith("_") and n not in ("test", "linalg", "fft", "random")]
__version__ = _np.__version__
