"""What the Python array API standard (2024.12) wants of a namespace besides operations: dtypes, constants, questions.

Everything here is also a name of `autograd` itself, which is the namespace: `t.__array_namespace__() is autograd`. It
is imported when one of these names is first asked for, and left out of `from autograd import *`, which would otherwise
put other things in the place of Python's `bool` and of a variable called `e`.

>>> import autograd
>>> autograd.isdtype(autograd.ones(3).dtype, "real floating")
True
>>> autograd.__array_namespace_info__().default_dtypes()["real floating"]
dtype('float32')
"""

from __future__ import annotations

import math as _math
from dataclasses import dataclass as _dataclass
from typing import Any as _Any

import numpy as _np
from numpy.typing import DTypeLike as _DTypeLike

from autograd import dtypes as _dtypes
from autograd.interchange import CPU as _CPU, want_cpu as _want_cpu
from autograd.tensor import Tensor as _Tensor

# --- dtypes and constants ---------------------------------------------------------------------------------------------

_KINDS = {
    "bool": ("bool",),
    "signed integer": ("int8", "int16", "int32", "int64"),
    "unsigned integer": ("uint8", "uint16", "uint32", "uint64"),
    "real floating": ("float32", "float64"),
    "complex floating": ("complex64", "complex128"),
}
_KINDS["integral"] = _KINDS["signed integer"] + _KINDS["unsigned integer"]
_KINDS["numeric"] = _KINDS["integral"] + _KINDS["real floating"] + _KINDS["complex floating"]
_CODES = {
    "bool": "b",
    "signed integer": "i",
    "unsigned integer": "u",
    "real floating": "f",
    "complex floating": "c",
    "integral": "iu",
    "numeric": "iufc",
}
"""The kinds of dtypes by NumPy's letters for them."""

bool: _np.dtype[_Any] = _np.dtype("bool")
int8: _np.dtype[_Any] = _np.dtype("int8")
int16: _np.dtype[_Any] = _np.dtype("int16")
int32: _np.dtype[_Any] = _np.dtype("int32")
int64: _np.dtype[_Any] = _np.dtype("int64")
uint8: _np.dtype[_Any] = _np.dtype("uint8")
uint16: _np.dtype[_Any] = _np.dtype("uint16")
uint32: _np.dtype[_Any] = _np.dtype("uint32")
uint64: _np.dtype[_Any] = _np.dtype("uint64")
float16: _np.dtype[_Any] = _np.dtype("float16")
float32: _np.dtype[_Any] = _np.dtype("float32")
float64: _np.dtype[_Any] = _np.dtype("float64")
complex64: _np.dtype[_Any] = _np.dtype("complex64")
complex128: _np.dtype[_Any] = _np.dtype("complex128")

e = _math.e
inf = _math.inf
nan = _math.nan
newaxis = None
pi = _math.pi

# --- questions about dtypes -------------------------------------------------------------------------------------------


def _dtype_of(x: _Any) -> _Any:
    """The dtype of a Tensor or an array; whatever else it is, as it is."""
    return x.dtype if isinstance(x, (_Tensor, _np.ndarray, _np.generic)) else x


def can_cast(from_: _Any, to: _DTypeLike, /) -> _Any:
    """Whether the type promotion rules let `from_`, a dtype or an array, become the dtype `to`; a Python bool.

    >>> import autograd
    >>> autograd.can_cast(autograd.int32, autograd.float64), autograd.can_cast(autograd.float64, autograd.int32)
    (True, False)
    """
    return _np.can_cast(_dtype_of(from_), to)


def result_type(*arrays_and_dtypes: _Any) -> _np.dtype[_Any]:
    """The dtype of an operation on these arrays, dtypes and Python numbers, which do not raise a precision.

    Raises ValueError when there is neither an array nor a dtype among them.

    >>> import autograd
    >>> autograd.result_type(autograd.float32, autograd.ones(2), 3.0)
    dtype('float32')
    """
    found = [_dtype_of(x) for x in arrays_and_dtypes]
    if all(type(x) in (*_dtypes.WEAK, complex) for x in found):
        raise ValueError(f"result_type wants at least one array or dtype, got {arrays_and_dtypes}")
    return _np.result_type(*found)


def isdtype(dtype: _DTypeLike, kind: _Any) -> _Any:
    """Whether a dtype is of a kind: another dtype, a name of one of the standard's kinds, or one of a tuple of those.

    The kinds are "bool", "signed integer", "unsigned integer", "integral", "real floating", "complex floating" and
    "numeric". Raises ValueError for other names.

    >>> import autograd
    >>> autograd.isdtype(autograd.uint8, "integral"), autograd.isdtype(autograd.uint8, (autograd.int8, "bool"))
    (True, False)
    """
    dtype = _np.dtype(dtype)
    if isinstance(kind, tuple):
        return any(isdtype(dtype, k) for k in kind)
    if isinstance(kind, str):
        if kind not in _CODES:
            raise ValueError(f"isdtype: {kind!r} is no kind of dtype; wanted a dtype or one of {sorted(_CODES)}")
        return dtype.kind in _CODES[kind]
    return dtype == _np.dtype(kind)


@_dataclass(frozen=True)
class finfo_object:
    """The limits of a floating dtype, as Python numbers; what `finfo` gives.

    >>> import autograd
    >>> autograd.finfo(autograd.float64).bits
    64
    """

    bits: int
    eps: float
    max: float
    min: float
    smallest_normal: float
    dtype: _np.dtype[_Any]

    @property
    def tiny(self) -> float:
        """PyTorch's and NumPy's other name of `smallest_normal`."""
        return self.smallest_normal


@_dataclass(frozen=True)
class iinfo_object:
    """The limits of an integer dtype, as Python numbers; what `iinfo` gives.

    >>> import autograd
    >>> autograd.iinfo(autograd.int8).max
    127
    """

    bits: int
    max: int
    min: int
    dtype: _np.dtype[_Any]


def finfo(type: _Any, /) -> finfo_object:
    """The limits of a floating dtype or of an array's; those of its parts for a complex one.

    Raises TypeError for other dtypes.

    >>> import autograd
    >>> autograd.finfo(autograd.float32).eps
    1.1920928955078125e-07
    """
    dtype = _np.dtype(_dtype_of(type))
    if dtype.kind not in "fc":
        raise TypeError(f"finfo wants a floating dtype, got {dtype}; integers have iinfo")
    x = _np.finfo(dtype)
    return finfo_object(
        x.bits, float(x.eps), float(x.max), float(x.min), float(x.smallest_normal), _np.empty(0, dtype).real.dtype
    )


def iinfo(type: _Any, /) -> iinfo_object:
    """The limits of an integer dtype or of an array's. Raises TypeError for other dtypes.

    >>> import autograd
    >>> autograd.iinfo(autograd.uint8).max
    255
    """
    dtype = _np.dtype(_dtype_of(type))
    if dtype.kind not in "iu":
        raise TypeError(f"iinfo wants an integer dtype, got {dtype}; floating dtypes have finfo")
    x = _np.iinfo(dtype)
    return iinfo_object(x.bits, x.max, x.min, dtype)


# --- questions about the library --------------------------------------------------------------------------------------

__array_api_version__ = "2024.12"


class NamespaceInfo:
    """What the library can do, in the standard's terms; what `autograd.__array_namespace_info__()` gives.

    >>> import autograd
    >>> autograd.__array_namespace_info__().default_device()
    'cpu'
    """

    def capabilities(self) -> dict[str, _Any]:
        """Indexing by masks and results whose shape depends on values both work; at most 64 axes."""
        return {"boolean indexing": True, "data-dependent shapes": True, "max dimensions": 64}

    def default_device(self) -> str:
        """Where tensors are: in the memory of the CPU."""
        return _CPU

    def default_dtypes(self, *, device: str | None = None) -> dict[str, _np.dtype[_Any]]:
        """What Python numbers become; the floating ones follow `set_default_dtype`."""
        _want_cpu(device, "default_dtypes")
        real = _dtypes.get_default_dtype()
        imaginary = _np.result_type(real, complex64)
        return {"real floating": real, "complex floating": imaginary, "integral": int64, "indexing": int64}

    def dtypes(self, *, device: str | None = None, kind: _Any = None) -> dict[str, _np.dtype[_Any]]:
        """The standard's dtypes by name: all, or those of a kind or of one of several kinds (see `isdtype`)."""
        _want_cpu(device, "dtypes")
        kinds = tuple(_KINDS) if kind is None else kind if isinstance(kind, tuple) else (kind,)
        for name in kinds:
            if name not in _KINDS:
                raise ValueError(f"dtypes: {name!r} is no kind of dtype; wanted one of {sorted(_KINDS)}")
        return {name: _np.dtype(name) for k in kinds for name in _KINDS[k]}

    def devices(self) -> list[str]:
        """All devices: the CPU."""
        return [_CPU]


def __array_namespace_info__() -> NamespaceInfo:
    """What the library can do, in the standard's terms: its devices, dtypes, defaults and limits.

    >>> import autograd
    >>> autograd.__array_namespace_info__().devices()
    ['cpu']
    """
    return NamespaceInfo()


__all__ = [n for n in globals() if not n.startswith("_") and n not in ("annotations", "NamespaceInfo")]
__all__ += ["__array_api_version__", "__array_namespace_info__"]
