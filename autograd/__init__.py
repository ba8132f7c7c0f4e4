"""Reverse-mode automatic differentiation over NumPy arrays.

>>> import autograd
>>> x = autograd.tensor([1.0, 2.0, 3.0], requires_grad=True)
>>> y = (x * x).sum()
>>> y.backward()
>>> x.grad
tensor([2., 4., 6.])
"""

from importlib import import_module as _import_module
from types import ModuleType as _ModuleType
from typing import TYPE_CHECKING as _TYPE_CHECKING, Any as _Any

from autograd import methods as _methods, ops as _ops
from autograd._conflict import warn_of_hips_autograd as _warn_of_hips_autograd
from autograd.anomaly import detect_anomaly as detect_anomaly
from autograd.backward import gradients as gradients
from autograd.checkpointing import checkpoint as checkpoint
from autograd.compile import CompileError as CompileError, compile as compile
from autograd.dtypes import get_default_dtype as get_default_dtype, set_default_dtype as set_default_dtype
from autograd.gradcheck import (
    GradcheckError as GradcheckError,
    PrecisionWarning as PrecisionWarning,
    gradcheck as gradcheck,
)
from autograd.graph import (
    Mode as Mode,
    enable_grad as enable_grad,
    is_grad_enabled as is_grad_enabled,
    no_grad as no_grad,
    set_grad_enabled as set_grad_enabled,
)
from autograd.jacobians import *
from autograd.kernels.precision import get_precision as get_precision, set_precision as set_precision
from autograd.mapping import vmap as vmap
from autograd.ops import *
from autograd.primitive import Primitive as Primitive, primitive as primitive, registry as registry
from autograd.program import (
    Instruction as Instruction,
    Program as Program,
    Value as Value,
    trace as trace,
)
from autograd.random import (
    Generator as Generator,
    default_generator as default_generator,
    get_rng_state as get_rng_state,
    manual_seed as manual_seed,
    set_rng_state as set_rng_state,
)
from autograd.tensor import Tensor as Tensor, tensor as tensor
from autograd.transforms import *

if _TYPE_CHECKING:
    from autograd.profiling import Profile as Profile, profile as profile
    from autograd.threads import get_num_threads as get_num_threads, set_num_threads as set_num_threads

__version__ = "0.1.0"

_warn_of_hips_autograd()
_methods.install()

_SUBMODULES: frozenset[str] = frozenset(
    {"fft", "integrate", "interpolate", "linalg", "optimize", "scipy", "sparse", "special", "stats", "visualize"}
)
"""Public modules that are imported when they are first used."""

_LATER = {
    **dict.fromkeys(("Profile", "profile"), "profiling"),
    **dict.fromkeys(("get_num_threads", "set_num_threads"), "threads"),
}
"""What is imported when it is first used, and where it stands."""

_HIPS = {
    **dict.fromkeys(("dict", "isinstance", "list", "tuple", "type"), "builtins"),
    **dict.fromkeys(
        (
            "deriv",
            "grad_named",
            "hessian_tensor_product",
            "hessian_vector_product",
            "make_ggnvp",
            "make_hvp",
            "make_jvp",
            "make_jvp_reversemode",
            "make_vjp",
            "multigrad_dict",
            "tensor_jacobian_product",
            "vector_jacobian_product",
        ),
        "differential_operators",
    ),
}
"""What else HIPS autograd offers by `from autograd import ...`, and where it stands; not part of `import *`."""
_STANDARD = frozenset(
    {
        *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
        *("float16", "float32", "float64", "complex64", "complex128"),
        *("e", "inf", "nan", "newaxis", "pi"),
        *("can_cast", "finfo", "iinfo", "isdtype", "result_type"),
        *("__array_api_version__", "__array_namespace_info__"),
    }
)
"""What the array API standard wants beside operations; it is in `array_api`, not part of `import *` either."""


def __getattr__(name: str) -> _Any:
    if name in _SUBMODULES:
        return _import_module(f"autograd.{name}")
    if name in _STANDARD:
        return getattr(_import_module("autograd.array_api"), name)
    if name in _LATER or name in _HIPS:
        return getattr(_import_module(f"autograd.{(_LATER | _HIPS)[name]}"), name)
    if not name.startswith("_"):
        try:
            return getattr(_ops, name)
        except AttributeError:
            pass
    raise AttributeError(f"module 'autograd' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_SUBMODULES, *_LATER, *_STANDARD, *dir(_ops)})


__all__ = [_n for _n, _v in list(globals().items()) if not _n.startswith("_") and not isinstance(_v, _ModuleType)]
__all__ += ["Profile", "get_num_threads", "profile", "set_num_threads"]
