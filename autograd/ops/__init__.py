"""The primitives, one file a family, and the functions over them.

Importing this package declares the common families; those listed in `late` follow when one of their names is first
asked for, those in `late_scipy` when SciPy comes into play, and `load_all` declares every one.
"""

from importlib import import_module as _import_module
from importlib.util import find_spec as _find_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any

from autograd.ops.activations import *
from autograd.ops.arithmetic import *
from autograd.ops.comparisons import *
from autograd.ops.complexes import *
from autograd.ops.convolution import *
from autograd.ops.counting import *
from autograd.ops.creation import *
from autograd.ops.einsum import *
from autograd.ops.elementwise import *
from autograd.ops.embedding import *
from autograd.ops.gather import *
from autograd.ops.indexing import *
from autograd.ops.joining import *
from autograd.ops.linalg import *
from autograd.ops.losses import *
from autograd.ops.matrices import *
from autograd.ops.neuron import *
from autograd.ops.normalization import *
from autograd.ops.norms import *
from autograd.ops.padding import *
from autograd.ops.pooling import *
from autograd.ops.powers import *
from autograd.ops.products import *
from autograd.ops.random import *
from autograd.ops.rearranging import *
from autograd.ops.reductions import *
from autograd.ops.selection import *
from autograd.ops.shape import *
from autograd.ops.softmax import *
from autograd.ops.sorting import *
from autograd.ops.special import *

if TYPE_CHECKING:
    from autograd.ops.late import *


def __getattr__(name: str) -> Any:
    """A function of a late family, which is declared here and now."""
    if not name.startswith("_"):
        late = _import_module("autograd.ops.late")
        if hasattr(late, name) and not isinstance(getattr(late, name), ModuleType):
            return getattr(late, name)
    raise AttributeError(f"module 'autograd.ops' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_import_module("autograd.ops.late").__all__})


def load_late() -> None:
    """Declare the late families that need NumPy alone."""
    _import_module("autograd.ops.late")


def load_all() -> None:
    """Declare every primitive, so that `registry` is complete; those on top of SciPy only where SciPy is installed."""
    load_late()
    if _find_spec("scipy") is not None:
        _import_module("autograd.ops.late_scipy")


if not TYPE_CHECKING:  # type checkers read the lists of the files
    # The functions and not the files they stand in, whose names would hide others in `autograd`.
    __all__ = [
        n
        for n, v in list(globals().items())
        if not n.startswith("_")
        and n not in ("TYPE_CHECKING", "Any", "load_all", "load_late")
        and not isinstance(v, ModuleType | type)
    ]
